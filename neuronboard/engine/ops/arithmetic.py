"""Arithmetic, element by element: sums, products, quotients, remainders, larger and smaller.

Gradients are written as in a table of derivatives; what broadcasting did to an input is undone in
one place, `unbroadcast`. Sources of rules at ties and of node names: TensorFlow 2.21, as recorded.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from neuronboard import errors
from neuronboard.engine import dtypes
from neuronboard.engine.convert import convert_to_tensor, hinted
from neuronboard.engine.graph import Operation, Tensor
from neuronboard.engine.opdef import NOT_DIFFERENTIABLE, OpDef, register
from neuronboard.engine.ops import array, broadcasting, compare, numbers
from neuronboard.engine.ops.apply import one, scope_of
from neuronboard.engine.ops.constant import constant
from neuronboard.engine.ops.define import (
    Grads,
    binary,
    merged,
    no_gradient,
    same_static_shape,
    unary,
)
from neuronboard.engine.where import user_line

__all__ = [
    "abs",
    "accumulate_n",
    "add",
    "add_n",
    "div",
    "div_no_nan",
    "divide",
    "floor_div",
    "floordiv",
    "floormod",
    "maximum",
    "minimum",
    "mod",
    "multiply",
    "multiply_no_nan",
    "negative",
    "realdiv",
    "scalar_mul",
    "sign",
    "squared_difference",
    "subtract",
    "truediv",
    "truncatediv",
    "truncatemod",
]

# ---- sums and differences


def _grad_add(op: Operation, dz: Tensor) -> Grads:
    x, y = op.inputs
    return (dz, dz) if same_static_shape(x, y) else broadcasting.unbroadcast(x, y, dz, dz)


def _joined(xp: Any, x: Any, y: Any) -> Any:
    """Texts, one behind the other."""
    return np.add(np.asarray(x, object), np.asarray(y, object))


ADD = binary("AddV2", "add", _grad_add)
ADD_TEXT = binary("Add", _joined, NOT_DIFFERENTIABLE, "O")


def add(x: Any, y: Any, name: str | None = None) -> Tensor:
    """x + y, element by element with broadcasting; both of one type. Texts are joined."""
    with scope_of([x, y], name or "Add") as scope:
        tensors = pair(x, y)
        kind = ADD_TEXT if tensors[0].dtype.kind == "O" else ADD
        return one(kind, *tensors, name=scope)


def _grad_sub(op: Operation, dz: Tensor) -> Grads:
    x, y = op.inputs
    minus = negative(dz)
    return (dz, minus) if same_static_shape(x, y) else broadcasting.unbroadcast(x, y, dz, minus)


SUB = binary("Sub", "subtract", _grad_sub)


def subtract(x: Any, y: Any, name: str | None = None) -> Tensor:
    """x - y, element by element with broadcasting; both of one type."""
    return one(SUB, x, y, name=name)


def _add_n(xp: Any, *xs: Any) -> Any:
    shapes = {np.shape(x) for x in xs}
    if len(shapes) > 1:
        raise ValueError(f"Inputs to operation AddN must have the same size and shape: {shapes}")
    return sum(xs[1:], start=xs[0])


ADD_N = register(
    OpDef(
        type="AddN",
        inputs=("*inputs",),
        same=("*inputs",),
        takes={"*inputs": "iufc"},
        infer=merged,
        kernel=_add_n,
        grad=lambda op, dy: (dy,) * len(op.inputs),
    )
)


def add_n(inputs: Any, name: str | None = None) -> Tensor:
    """The sum of a list of tensors of one shape; of a single one, that tensor."""
    if not isinstance(inputs, (list, tuple)) or not inputs:
        raise errors.ArgumentValueError(
            message="Inputs must be an iterable of at least one Tensor/IndexedSlices with the same "
            f"dtype and shape. Got {inputs!r} at {user_line()}"
        )
    return one(ADD_N, list(inputs), name=name, N=len(inputs))


def accumulate_n(
    inputs: Any, shape: Any = None, tensor_dtype: Any = None, name: str | None = None
) -> Tensor:
    """The sum of a list of tensors of one shape."""
    return add_n(inputs, name or "AccumulateNV2")


NEG = unary("Neg", "negative", lambda op, dy: (negative(dy),), "iufc")


def negative(x: Any, name: str | None = None) -> Tensor:
    """-x."""
    return one(NEG, x, name=name)


# ---- products and quotients


def _grad_mul(op: Operation, dz: Tensor) -> Grads:
    x, y = op.inputs
    if same_static_shape(x, y) and x.dtype.kind == "f":
        return one(MUL, dz, y), one(MUL, dz, x)
    gx, gy = one(MUL, dz, numbers.conj(y)), one(MUL, numbers.conj(x), dz)
    return (gx, gy) if same_static_shape(x, y) else broadcasting.unbroadcast(x, y, gx, gy)


MUL = binary("Mul", "multiply", _grad_mul)


def multiply(x: Any, y: Any, name: str | None = None) -> Tensor:
    """x * y, element by element with broadcasting; both of one type."""
    return one(MUL, x, y, name=name)


def scalar_mul(scalar: Any, x: Any, name: str | None = None) -> Tensor:
    """A number times a tensor; ValueError for more than a number."""
    with scope_of([scalar, x], name or "mul") as scope:
        tensor = convert_to_tensor(x, name="x")
        number = convert_to_tensor(scalar, tensor.dtype.base_dtype, name="scalar")
        if number.shape.ndims not in (0, None):
            raise errors.ArgumentValueError(
                op=number.op,
                message=f"The input scalar must be a 0-D value. Received shape {number.shape}. At "
                f"{user_line()}: use tf.multiply",
            )
        return one(MUL, number, tensor, name=scope)


def _grad_no_nan(op: Operation, dz: Tensor) -> Grads:
    x, y = op.inputs
    return broadcasting.unbroadcast(x, y, multiply_no_nan(dz, y), multiply_no_nan(x, dz))


MUL_NO_NAN = binary(
    "MulNoNan", lambda xp, x, y: xp.where(y == 0, x.dtype.type(0), x * y)[()], _grad_no_nan, "fc"
)


def multiply_no_nan(x: Any, y: Any, name: str | None = None) -> Tensor:
    """x * y, and 0 where y is 0 whatever x is."""
    with scope_of([x, y], name or "multiply_no_nan") as scope:
        return one(MUL_NO_NAN, *pair(x, y), name=scope)


def _grad_div(op: Operation, dz: Tensor) -> Grads:
    x, y = op.inputs
    gx = one(REAL_DIV, dz, numbers.conj(y))
    inner = one(
        REAL_DIV, one(REAL_DIV, negative(numbers.conj(x)), numbers.conj(y)), numbers.conj(y)
    )
    return broadcasting.unbroadcast(x, y, gx, multiply(dz, inner, name="mul"))


REAL_DIV = binary("RealDiv", "true_divide", _grad_div, "fc")


def truediv(x: Any, y: Any, name: str | None = None) -> Tensor:
    """x / y as Python 3 divides: integers are divided as float64 (small ones as float32)."""
    with scope_of([x, y], name or "truediv") as scope:
        tensors = pair(x, y)
        kind = tensors[0].dtype.base_dtype
        if kind.is_integer and tensors[1].dtype.base_dtype == kind:
            wide = dtypes.float32 if kind.size <= 2 else dtypes.float64
            tensors = [numbers.cast(tensor, wide) for tensor in tensors]
        return one(REAL_DIV, *tensors, name=scope)


def divide(x: Any, y: Any, name: str | None = None) -> Tensor:
    """x / y, as `truediv`."""
    return truediv(x, y, name)


def realdiv(x: Any, y: Any, name: str | None = None) -> Tensor:
    """x / y of floating-point numbers."""
    return one(REAL_DIV, x, y, name=name)


def pair(x: Any, y: Any) -> list[Tensor]:
    """Two arguments as tensors; the second takes the type of the first if it loses nothing."""
    first = convert_to_tensor(x, name="x")
    return [first, hinted(y, first.dtype.base_dtype, "y")]


def _div_no_nan(xp: Any, x: Any, y: Any) -> Any:
    zero = y == 0
    return xp.where(zero, x.dtype.type(0), x / xp.where(zero, x.dtype.type(1), y))[()]


def _grad_div_no_nan(op: Operation, dz: Tensor) -> Grads:
    x, y = numbers.conj(op.inputs[0]), numbers.conj(op.inputs[1])
    gx = one(DIV_NO_NAN, dz, y, name="div_no_nan")
    inner = one(DIV_NO_NAN, negative(x), y, name="div_no_nan")
    gy = multiply(dz, one(DIV_NO_NAN, inner, y, name="div_no_nan"), name="mul")
    return broadcasting.unbroadcast(op.inputs[0], op.inputs[1], gx, gy)


DIV_NO_NAN = binary("DivNoNan", _div_no_nan, _grad_div_no_nan, "fc")


def div_no_nan(x: Any, y: Any, name: str | None = None) -> Tensor:
    """x / y, and 0 where y is 0; integers are divided as `truediv` divides them."""
    with scope_of([x, y], name or "div_no_nan") as scope:
        x = hinted(x, y.dtype.base_dtype, "x") if isinstance(y, Tensor) else x
        tensors = pair(x, y)
        if tensors[0].dtype.is_integer:
            wide = dtypes.float32 if tensors[0].dtype.size <= 2 else dtypes.float64
            tensors = [numbers.cast(tensor, wide) for tensor in tensors]
        return one(DIV_NO_NAN, *tensors, name=scope)


# ---- whole quotients and remainders


def _divisible(x: Any, y: Any) -> None:
    """Refuses to divide integers by zero, for which numpy gives 0."""
    if y.dtype.kind in "iu" and np.size(x) and not (y if y.ndim == 0 else np.all(np.asarray(y))):
        raise ZeroDivisionError("Integer division by zero")


def _floor_divided(xp: Any, x: Any, y: Any) -> Any:
    """The quotient, rounded down; of fractions the rounded quotient, rounded down."""
    _divisible(x, y)
    return xp.floor_divide(x, y) if y.dtype.kind in "iu" else xp.floor(x / y)


def _whole(name: str) -> Callable[..., Any]:
    """A kernel for what is left over."""

    def kernel(xp: Any, x: Any, y: Any) -> Any:
        _divisible(x, y)
        return getattr(xp, name)(x, y)

    return kernel


def _truncated(xp: Any, x: Any, y: Any) -> Any:
    """The quotient cut off towards 0, exact for integers of 64 bits."""
    if y.dtype.kind == "f":
        return xp.trunc(x / y)
    _divisible(x, y)
    return ((x - xp.fmod(x, y)) // y).astype(x.dtype)


FLOOR_DIV = binary("FloorDiv", _floor_divided, NOT_DIFFERENTIABLE, "iuf")


def floordiv(x: Any, y: Any, name: str | None = None) -> Tensor:
    """x // y, rounded down."""
    return one(FLOOR_DIV, x, y, name=name or "floordiv")


def floor_div(x: Any, y: Any, name: str | None = None) -> Tensor:
    """x // y, rounded down."""
    return one(FLOOR_DIV, x, y, name=name)


def _grad_floor_mod(op: Operation, dz: Tensor) -> Grads:
    x, y = op.inputs
    return broadcasting.unbroadcast(x, y, dz, multiply(dz, negative(floor_div(x, y)), name="mul"))


FLOOR_MOD = binary("FloorMod", _whole("mod"), _grad_floor_mod, "iuf")


def floormod(x: Any, y: Any, name: str | None = None) -> Tensor:
    """x % y, with the sign of y."""
    return one(FLOOR_MOD, x, y, name=name or "FloorMod")


mod = floormod

TRUNCATE_DIV = binary("TruncateDiv", _truncated, NOT_DIFFERENTIABLE, "iuf")


def truncatediv(x: Any, y: Any, name: str | None = None) -> Tensor:
    """x / y, cut off towards 0."""
    return one(TRUNCATE_DIV, x, y, name=name)


TRUNCATE_MOD = binary("TruncateMod", _whole("fmod"), no_gradient, "iuf")


def truncatemod(x: Any, y: Any, name: str | None = None) -> Tensor:
    """The remainder of `truncatediv`, with the sign of x."""
    return one(TRUNCATE_MOD, x, y, name=name)


def div(x: Any, y: Any, name: str | None = None) -> Tensor:
    """x / y of TensorFlow 0.x: integers give integers (rounded down), the rest divides truly."""
    with scope_of([x, y], name or "div") as scope:
        tensors = pair(x, y)
        kind = FLOOR_DIV if tensors[0].dtype.is_integer else REAL_DIV
        return one(kind, *tensors, name=scope)


# ---- sizes and signs


ABS = unary("Abs", "abs", lambda op, dy: (multiply(dy, sign(op.inputs[0]), name="mul"),), "iuf")


def _absolute_type(op: Operation) -> Any:
    source = op.inputs[0].dtype.base_dtype
    kind = dtypes.float64 if source == dtypes.complex128 else dtypes.float32
    return [(kind, op.inputs[0].shape)]


def _grad_complex_abs(op: Operation, dy: Tensor) -> Grads:
    slope = multiply(numbers.complex(dy, array.zeros_like(dy)), op.inputs[0], name="mul")
    size = op.outputs[0]
    return (div_no_nan(slope, numbers.complex(size, array.zeros_like(size))),)


COMPLEX_ABS = unary("ComplexAbs", "abs", _grad_complex_abs, "c", infer=_absolute_type)


def abs(x: Any, name: str | None = None) -> Tensor:
    """The absolute value; of complex numbers a real one."""
    with scope_of([x], name or "Abs") as scope:
        tensor = convert_to_tensor(x, name="x")
        return one(COMPLEX_ABS if tensor.dtype.kind == "c" else ABS, tensor, name=scope)


SIGN = unary("Sign", "sign", lambda op, dy: (array.zeros_like(op.inputs[0]),), "iufc")


def sign(x: Any, name: str | None = None) -> Tensor:
    """-1, 0 or 1; of a complex number its direction."""
    tensor = convert_to_tensor(x)
    if tensor.dtype.kind != "c":
        return one(SIGN, tensor, name=name)
    size = numbers.cast(one(COMPLEX_ABS, tensor), tensor.dtype.base_dtype)
    return one(DIV_NO_NAN, tensor, size, name=name)


def _grad_squared_difference(op: Operation, dz: Tensor) -> Grads:
    x, y = op.inputs
    with op.graph.control_dependencies([dz]):
        two = constant(2.0, dz.dtype.base_dtype, name="scalar")
        gx = multiply(one(MUL, two, dz), subtract(x, y, name="sub"), name="mul")
    if same_static_shape(x, y):
        return gx, negative(gx)
    return broadcasting.unbroadcast(x, y, gx, negative(gx))


def _squared_difference(xp: Any, x: Any, y: Any) -> Any:
    """Of complex numbers the squared distance."""
    apart = x - y
    return apart * apart.conj() if apart.dtype.kind == "c" else xp.square(apart)


SQUARED_DIFFERENCE = binary("SquaredDifference", _squared_difference, _grad_squared_difference)


def squared_difference(x: Any, y: Any, name: str | None = None) -> Tensor:
    """(x - y) ** 2."""
    return one(SQUARED_DIFFERENCE, x, y, name=name)


# ---- the larger and the smaller


def _chosen(op: Operation, dz: Tensor, ahead: Callable[..., Tensor]) -> Grads:
    """Gives the gradient to x where it is ahead, else to y."""
    x, y = op.inputs
    zeros = array.zeros_like(dz)
    first = ahead(x, y)
    gx, gy = compare.where_v2(first, dz, zeros), compare.where_v2(first, zeros, dz)
    return broadcasting.unbroadcast(x, y, gx, gy)


MAXIMUM = binary(
    "Maximum",
    "maximum",
    lambda op, dz: _chosen(op, dz, compare.greater_equal),
    "iuf",
)


def maximum(x: Any, y: Any, name: str | None = None) -> Tensor:
    """The larger of each pair; at a tie the gradient goes to x."""
    return one(MAXIMUM, x, y, name=name)


MINIMUM = binary(
    "Minimum",
    "minimum",
    lambda op, dz: _chosen(op, dz, compare.less_equal),
    "iuf",
)


def minimum(x: Any, y: Any, name: str | None = None) -> Tensor:
    """The smaller of each pair; at a tie the gradient goes to x."""
    return one(MINIMUM, x, y, name=name)
