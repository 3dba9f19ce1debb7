"""Arithmetic: element by element, sums, products of matrices, comparisons.

Gradients are written as in a table of derivatives; what broadcasting did to an input is undone in
one place, `_reduced`. Sources of rules at ties and of node names: TensorFlow 2.21, as recorded.
One long module, because the gradients of these types are built of one another.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from neuronboard.engine import dtypes
from neuronboard.engine.convert import convert_to_tensor
from neuronboard.engine.graph import Operation, Tensor
from neuronboard.engine.opdef import NOT_DIFFERENTIABLE, OpDef, register
from neuronboard.engine.ops import array
from neuronboard.engine.ops.apply import apply, scope_of
from neuronboard.engine.ops.constant import constant
from neuronboard.engine.shape import TensorShape, broadcast

Inferred = list[tuple[dtypes.DType, TensorShape]]
Grads = tuple[Tensor | None, ...]
Array = npt.NDArray[Any]


def _broadcast_like(op: Operation) -> Inferred:
    """One output of the inputs' type and their shapes taken together."""
    return [(op.inputs[0].dtype.base_dtype, broadcast([t.shape for t in op.inputs]))]


def _compared(op: Operation) -> Inferred:
    return [(dtypes.bool_, broadcast([t.shape for t in op.inputs]))]


def _reduced(x: Tensor, y: Tensor, gx: Tensor, gy: Tensor) -> Grads:
    """Undoes broadcasting: sums each gradient over the axes along which its input was repeated."""
    sx, sy = array.shape(x), array.shape(y)
    axes_x, axes_y = _repeated_axes(x.shape, y.shape), _repeated_axes(y.shape, x.shape)
    if axes_x is None or axes_y is None:
        rx, ry = apply(BROADCAST_GRADIENT_ARGS, sx, sy).outputs
        return _sum_to(gx, rx, sx), _sum_to(gy, ry, sy)
    return _sum_to(gx, axes_x, sx), _sum_to(gy, axes_y, sy)


def _sum_to(gradient: Tensor, axes: Any, shape: Tensor) -> Tensor:
    if isinstance(axes, list) and not axes:
        return gradient
    return array.reshape(reduce_sum(gradient, axes, name="Sum"), shape)


def _repeated_axes(own: TensorShape, other: TensorShape) -> list[int] | None:
    """The axes of the result along which `own` was repeated; None when that is not yet known."""
    if own.dims is None or other.dims is None:
        return None
    if own.dims == other.dims and own.is_fully_defined():
        return []
    rank = max(len(own.dims), len(other.dims))
    axes = list(range(rank - len(own.dims)))
    for position in range(-len(own.dims), 0):
        mine = own.dims[position]
        theirs = other.dims[position] if len(other.dims) >= -position else 1
        if mine is None or (mine == 1 and theirs is None):
            return None
        if mine == 1 and theirs != 1:
            axes.append(rank + position)
    return axes


def _broadcast_gradient_args(a: Array, b: Array) -> tuple[Array, Array]:
    """Axes over which to sum the gradients of two inputs of shapes `a` and `b`."""
    rank = max(len(a), len(b))
    x = [1] * (rank - len(a)) + a.tolist()
    y = [1] * (rank - len(b)) + b.tolist()
    axes = range(rank)
    rx = [i for i in axes if x[i] == 1 and (y[i] != 1 or i < rank - len(a))]
    ry = [i for i in axes if y[i] == 1 and (x[i] != 1 or i < rank - len(b))]
    return np.array(rx, a.dtype), np.array(ry, a.dtype)


BROADCAST_GRADIENT_ARGS = register(
    OpDef(
        type="BroadcastGradientArgs",
        inputs=("s0", "s1"),
        same=("s0", "s1"),
        infer=lambda op: [(op.inputs[0].dtype.base_dtype, TensorShape([None]))] * 2,
        kernel=_broadcast_gradient_args,
        grad=NOT_DIFFERENTIABLE,
    )
)


def _binary(
    op_type: str,
    kernel: Callable[..., Any],
    grad: Any,
    infer: Callable[[Operation], Inferred] = _broadcast_like,
    sorts: str = "iufc",
) -> OpDef:
    """Registers an element-by-element operation of x and y."""
    names = ("x", "y")
    return register(
        OpDef(
            type=op_type,
            inputs=names,
            same=names,
            takes={"x": sorts},
            infer=infer,
            kernel=kernel,
            grad=grad,
        )
    )


def _unary(op_type: str, kernel: Callable[..., Any], grad: Any, sorts: str = "fc") -> OpDef:
    """Registers an element-by-element operation of x."""
    return register(
        OpDef(
            type=op_type,
            inputs=("x",),
            same=("x",),
            takes={"x": sorts},
            infer=array.same_as_input,
            kernel=kernel,
            grad=grad,
        )
    )


def _same_static_shape(x: Tensor, y: Tensor) -> bool:
    return x.shape.is_fully_defined() and x.shape == y.shape


# ---- sums and differences


def _grad_add(op: Operation, dz: Tensor) -> Grads:
    x, y = op.inputs
    return (dz, dz) if _same_static_shape(x, y) else _reduced(x, y, dz, dz)


ADD = _binary("AddV2", np.add, _grad_add)


def add(x: Any, y: Any, name: str | None = None) -> Tensor:
    """x + y, element by element with broadcasting; both of one type."""
    return apply(ADD, x, y, name=name or "Add").outputs[0]


def _grad_sub(op: Operation, dz: Tensor) -> Grads:
    x, y = op.inputs
    minus = negative(dz)
    return (dz, minus) if _same_static_shape(x, y) else _reduced(x, y, dz, minus)


SUB = _binary("Sub", np.subtract, _grad_sub)


def subtract(x: Any, y: Any, name: str | None = None) -> Tensor:
    """x - y, element by element with broadcasting; both of one type."""
    return apply(SUB, x, y, name=name).outputs[0]


def _infer_add_n(op: Operation) -> Inferred:
    shape = TensorShape(None)
    for tensor in op.inputs:
        if not shape.is_compatible_with(tensor.shape):
            raise ValueError(
                f"Shapes must be equal, but are {shape} and {tensor.shape}",
                "add_n takes tensors of one shape; tf.add also takes others",
            )
        shape = shape.merge_with(tensor.shape)
    return [(op.inputs[0].dtype.base_dtype, shape)]


def _add_n(*xs: Any) -> Any:
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
        infer=_infer_add_n,
        kernel=_add_n,
        grad=lambda op, dy: (dy,) * len(op.inputs),
    )
)


def add_n(inputs: Any, name: str | None = None) -> Tensor:
    """The sum of a list of tensors of one shape."""
    return apply(ADD_N, list(inputs), name=name, N=len(inputs)).outputs[0]


NEG = _unary("Neg", np.negative, lambda op, dy: (negative(dy),), "iufc")


def negative(x: Any, name: str | None = None) -> Tensor:
    """-x."""
    return apply(NEG, x, name=name).outputs[0]


# ---- products and quotients


def _grad_mul(op: Operation, dz: Tensor) -> Grads:
    x, y = op.inputs
    gx, gy = apply(MUL, dz, y).outputs[0], apply(MUL, dz, x).outputs[0]
    return (gx, gy) if _same_static_shape(x, y) else _reduced(x, y, gx, gy)


MUL = _binary("Mul", np.multiply, _grad_mul)


def multiply(x: Any, y: Any, name: str | None = None) -> Tensor:
    """x * y, element by element with broadcasting; both of one type."""
    return apply(MUL, x, y, name=name).outputs[0]


def _grad_div(op: Operation, dz: Tensor) -> Grads:
    x, y = op.inputs
    gx = apply(REAL_DIV, dz, y).outputs[0]
    inner = apply(REAL_DIV, apply(REAL_DIV, negative(x), y).outputs[0], y).outputs[0]
    return _reduced(x, y, gx, multiply(dz, inner, name="mul"))


REAL_DIV = _binary("RealDiv", np.true_divide, _grad_div)


def truediv(x: Any, y: Any, name: str | None = None) -> Tensor:
    """x / y as Python 3 divides: integers are divided as float64 (small ones as float32)."""
    with scope_of([x, y], name or "truediv") as scope:
        tensors = _pair(x, y)
        kind = tensors[0].dtype.base_dtype
        if kind.is_integer:
            wide = dtypes.float64 if kind in (dtypes.int32, dtypes.int64) else dtypes.float32
            tensors = [array.cast(tensor, wide) for tensor in tensors]
        return apply(REAL_DIV, *tensors, name=scope).outputs[0]


def _pair(x: Any, y: Any) -> list[Tensor]:
    """Two arguments as tensors; a plain number takes the type of the other."""
    kind = next((value.dtype.base_dtype for value in (x, y) if hasattr(value, "op")), None)
    first = convert_to_tensor(x, None if hasattr(x, "op") else kind, name="x")
    wanted = None if hasattr(y, "op") else first.dtype.base_dtype
    return [first, convert_to_tensor(y, wanted, name="y")]


def _whole(function: Callable[..., Any]) -> Callable[..., Any]:
    """A kernel that refuses to divide integers by zero, for which numpy gives 0."""

    def kernel(x: Any, y: Any) -> Any:
        if y.dtype.kind in "iu" and not np.all(y):
            raise ZeroDivisionError("Integer division by zero")
        return function(x, y)

    return kernel


FLOOR_DIV = _binary("FloorDiv", _whole(np.floor_divide), NOT_DIFFERENTIABLE, sorts="iuf")


def floordiv(x: Any, y: Any, name: str | None = None) -> Tensor:
    """x // y, rounded down."""
    return apply(FLOOR_DIV, x, y, name=name or "floordiv").outputs[0]


FLOOR_MOD = _binary("FloorMod", _whole(np.mod), NOT_DIFFERENTIABLE, sorts="iuf")


def floormod(x: Any, y: Any, name: str | None = None) -> Tensor:
    """x % y, with the sign of y."""
    return apply(FLOOR_MOD, x, y, name=name or "FloorMod").outputs[0]


def div(x: Any, y: Any, name: str | None = None) -> Tensor:
    """x / y of TensorFlow 0.x: integers give integers (rounded down), the rest divides truly."""
    with scope_of([x, y], name or "div") as scope:
        tensors = _pair(x, y)
        kind = FLOOR_DIV if tensors[0].dtype.is_integer else REAL_DIV
        return apply(kind, *tensors, name=scope).outputs[0]


# ---- powers, roots, exponentials


def _power(x: Any, y: Any) -> Any:
    """x to the power y. Squares are products: correctly rounded, which powf does not promise."""
    if np.ndim(y) == 0 and y == 2:
        return np.multiply(x, x)
    return np.power(x, y)


def _grad_pow(op: Operation, dz: Tensor) -> Grads:
    x, y, z = *op.inputs, op.outputs[0]
    gx = multiply(multiply(dz, y, name="mul"), power(x, subtract(y, 1.0, name="sub")), name="mul")
    positive = greater(x, 0.0)
    safe = where(positive, x, array.ones_like(x))
    log_x = where(positive, log(safe), array.zeros_like(x))
    gy = multiply(multiply(dz, z, name="mul"), log_x, name="mul")
    return _reduced(x, y, gx, gy)


POW = _binary("Pow", _power, _grad_pow)


def power(x: Any, y: Any, name: str | None = None) -> Tensor:
    """x ** y, element by element with broadcasting; both of one type."""
    return apply(POW, x, y, name=name).outputs[0]


def _grad_square(op: Operation, dy: Tensor) -> Grads:
    x = op.inputs[0]
    with op.graph.control_dependencies([dy]):
        two = constant(2.0, x.dtype.base_dtype)
    return (multiply(dy, multiply(x, two)),)


SQUARE = _unary("Square", np.square, _grad_square, "iufc")


def square(x: Any, name: str | None = None) -> Tensor:
    """x * x."""
    return apply(SQUARE, x, name=name).outputs[0]


def _grad_sqrt(op: Operation, dy: Tensor) -> Grads:
    return (truediv(multiply(dy, constant(0.5, dy.dtype)), op.outputs[0]),)


SQRT = _unary("Sqrt", np.sqrt, _grad_sqrt)


def sqrt(x: Any, name: str | None = None) -> Tensor:
    """The square root."""
    return apply(SQRT, x, name=name).outputs[0]


EXP = _unary("Exp", np.exp, lambda op, dy: (multiply(dy, op.outputs[0]),))


def exp(x: Any, name: str | None = None) -> Tensor:
    """e to the power x."""
    return apply(EXP, x, name=name).outputs[0]


LOG = _unary("Log", np.log, lambda op, dy: (truediv(dy, op.inputs[0]),))


def log(x: Any, name: str | None = None) -> Tensor:
    """The natural logarithm; -inf at 0 and NaN below it."""
    return apply(LOG, x, name=name).outputs[0]


def _grad_tanh(op: Operation, dy: Tensor) -> Grads:
    y = op.outputs[0]
    return (multiply(dy, subtract(constant(1.0, y.dtype), square(y))),)


TANH = _unary("Tanh", np.tanh, _grad_tanh)


def tanh(x: Any, name: str | None = None) -> Tensor:
    """The hyperbolic tangent."""
    return apply(TANH, x, name=name).outputs[0]


SIN = _unary("Sin", np.sin, lambda op, dy: (multiply(dy, cos(op.inputs[0])),))


def sin(x: Any, name: str | None = None) -> Tensor:
    """The sine; x in radians."""
    return apply(SIN, x, name=name).outputs[0]


COS = _unary("Cos", np.cos, lambda op, dy: (multiply(dy, negative(sin(op.inputs[0]))),))


def cos(x: Any, name: str | None = None) -> Tensor:
    """The cosine; x in radians."""
    return apply(COS, x, name=name).outputs[0]


ABS = _unary("Abs", np.abs, lambda op, dy: (multiply(dy, sign(op.inputs[0])),), "iuf")


def abs(x: Any, name: str | None = None) -> Tensor:
    """The absolute value."""
    return apply(ABS, x, name=name).outputs[0]


SIGN = _unary("Sign", np.sign, lambda op, dy: (array.zeros_like(op.inputs[0]),), "iufc")


def sign(x: Any, name: str | None = None) -> Tensor:
    """-1, 0 or 1."""
    return apply(SIGN, x, name=name).outputs[0]


# ---- the larger and the smaller


def _chosen(op: Operation, dz: Tensor, first: Tensor) -> Grads:
    """Gives the gradient to x where `first` holds, else to y."""
    x, y = op.inputs
    zeros = array.zeros_like(dz)
    return _reduced(x, y, where(first, dz, zeros), where(first, zeros, dz))


def _grad_maximum(op: Operation, dz: Tensor) -> Grads:
    x, y = op.inputs
    return _chosen(op, dz, greater_equal(x, y))


MAXIMUM = _binary("Maximum", np.maximum, _grad_maximum, sorts="iuf")


def maximum(x: Any, y: Any, name: str | None = None) -> Tensor:
    """The larger of each pair; at a tie the gradient goes to x."""
    return apply(MAXIMUM, x, y, name=name).outputs[0]


def _grad_minimum(op: Operation, dz: Tensor) -> Grads:
    x, y = op.inputs
    return _chosen(op, dz, less_equal(x, y))


MINIMUM = _binary("Minimum", np.minimum, _grad_minimum, sorts="iuf")


def minimum(x: Any, y: Any, name: str | None = None) -> Tensor:
    """The smaller of each pair; at a tie the gradient goes to x."""
    return apply(MINIMUM, x, y, name=name).outputs[0]


# ---- comparisons


def _comparison(op_type: str, kernel: Callable[..., Any], sorts: str) -> OpDef:
    """Registers a comparison of x and y; text compares as bool too."""

    def as_bool(x: Any, y: Any) -> Any:
        return np.asarray(kernel(np.asarray(x), np.asarray(y)), np.bool_)[()]

    return _binary(op_type, as_bool, NOT_DIFFERENTIABLE, _compared, sorts)


GREATER = _comparison("Greater", np.greater, "iuf")
GREATER_EQUAL = _comparison("GreaterEqual", np.greater_equal, "iuf")
LESS = _comparison("Less", np.less, "iuf")
LESS_EQUAL = _comparison("LessEqual", np.less_equal, "iuf")
EQUAL = _comparison("Equal", np.equal, "biufcO")
NOT_EQUAL = _comparison("NotEqual", np.not_equal, "biufcO")


def greater(x: Any, y: Any, name: str | None = None) -> Tensor:
    """x > y, a bool for each element."""
    return apply(GREATER, x, y, name=name).outputs[0]


def greater_equal(x: Any, y: Any, name: str | None = None) -> Tensor:
    """x >= y, a bool for each element."""
    return apply(GREATER_EQUAL, x, y, name=name).outputs[0]


def less(x: Any, y: Any, name: str | None = None) -> Tensor:
    """x < y, a bool for each element."""
    return apply(LESS, x, y, name=name).outputs[0]


def less_equal(x: Any, y: Any, name: str | None = None) -> Tensor:
    """x <= y, a bool for each element."""
    return apply(LESS_EQUAL, x, y, name=name).outputs[0]


def equal(x: Any, y: Any, name: str | None = None) -> Tensor:
    """x == y, a bool for each element."""
    return apply(EQUAL, x, y, name=name).outputs[0]


def not_equal(x: Any, y: Any, name: str | None = None) -> Tensor:
    """x != y, a bool for each element."""
    return apply(NOT_EQUAL, x, y, name=name).outputs[0]


def _infer_select(op: Operation) -> Inferred:
    """`t` and `e` have one shape; the condition has it too, or is one bool, or one for each row."""
    condition, t, e = (tensor.shape for tensor in op.inputs)
    if not t.is_compatible_with(e):
        raise ValueError(
            f"Shapes must be equal, but are {t} and {e}",
            "give x and y one shape; tf.fill or tf.zeros_like(x) + y repeats a number",
        )
    shape = t.merge_with(e)
    rows = None if shape.dims is None else shape.dims[:1]
    fitting: tuple[Any, ...] = (shape, [], rows)
    if not any(condition.is_compatible_with(fit) for fit in fitting):
        raise ValueError(
            f"The condition has shape {condition}, x and y have {shape}",
            "give the condition the shape of x and y",
        )
    return [(op.inputs[1].dtype.base_dtype, shape)]


def _select(condition: Any, t: Any, e: Any) -> Any:
    rank, sizes = np.ndim(condition), np.shape(t)
    if sizes != np.shape(e) or (rank > 1 and np.shape(condition) != sizes):
        raise ValueError(
            f"condition, x and y must have one shape, got {np.shape(condition)}, {sizes} and "
            f"{np.shape(e)}"
        )
    if rank == 1:
        condition = np.reshape(condition, (-1,) + (1,) * (len(sizes) - 1))
        if len(condition) != sizes[0]:
            raise ValueError(f"the condition has {len(condition)} rows, x and y {sizes[0]}")
    return np.asarray(np.where(condition, t, e))[()]


def _grad_select(op: Operation, dz: Tensor) -> Grads:
    zeros = array.zeros_like(op.inputs[1])
    condition = op.inputs[0]
    return None, where(condition, dz, zeros), where(condition, zeros, dz)


SELECT = register(
    OpDef(
        type="Select",
        inputs=("condition", "t", "e"),
        same=("t", "e"),
        takes={"condition": "b"},
        infer=_infer_select,
        kernel=_select,
        grad=_grad_select,
    )
)


def where(condition: Any, x: Any, y: Any, name: str | None = None) -> Tensor:
    """x where `condition` is true, else y; all of one shape, or a bool for each row of x and y."""
    return apply(SELECT, condition, x, y, name=name).outputs[0]


# ---- sums over axes


def _infer_reduction(op: Operation) -> Inferred:
    dims, axes = op.inputs[0].shape.dims, array.static_value(op.inputs[1])
    kind = op.inputs[0].dtype.base_dtype
    if dims is None or axes is None:
        return [(kind, TensorShape(None))]
    picked = set()
    for axis in np.reshape(axes, -1).tolist():
        if not -len(dims) <= axis < len(dims):
            raise ValueError(
                f"Invalid reduction dimension {axis} for input with {len(dims)} dimensions",
                f"give axes from {-len(dims)} to {len(dims) - 1}",
            )
        picked.add(axis % len(dims))
    if op.attrs["keep_dims"]:
        return [(kind, TensorShape([1 if i in picked else d for i, d in enumerate(dims)]))]
    return [(kind, TensorShape([d for i, d in enumerate(dims) if i not in picked]))]


def _over_axes(function: Callable[..., Any]) -> Callable[..., Any]:
    def kernel(x: Any, axes: Any, keep_dims: bool) -> Any:
        picked = tuple(np.reshape(axes, -1).tolist())
        result = function(x, axis=picked, keepdims=keep_dims)
        return np.asarray(result).astype(np.asarray(x).dtype)[()]

    return kernel


def _spread(op: Operation, dy: Tensor) -> Tensor:
    """The gradient of a reduction, repeated to the shape of its input."""
    x = op.inputs[0]
    sizes = array.shape(x)
    kept = apply(KEPT_SHAPE, sizes, op.inputs[1]).outputs[0]
    return apply(BROADCAST_TO, array.reshape(dy, kept), sizes).outputs[0]


def _kept_shape(sizes: Array, axes: Array) -> Array:
    kept = sizes.copy()
    kept[np.reshape(axes, -1)] = 1
    return kept


KEPT_SHAPE = register(
    OpDef(
        type="NeuronBoardKeptShape",
        inputs=("sizes", "axes"),
        infer=array.same_as_input,
        kernel=_kept_shape,
        grad=NOT_DIFFERENTIABLE,
    )
)

BROADCAST_TO = register(
    OpDef(
        type="BroadcastTo",
        inputs=("input", "shape"),
        same=("input",),
        takes={"shape": "i"},
        types={"Tidx": "shape"},
        infer=lambda op: [(op.inputs[0].dtype.base_dtype, array._shape_from(op.inputs[1]))],
        kernel=lambda x, sizes: np.broadcast_to(x, tuple(sizes))[()],
        grad=lambda op, dy: (_reduced(op.inputs[0], op.outputs[0], dy, dy)[0], None),
    )
)

SUM = register(
    OpDef(
        type="Sum",
        inputs=("input", "reduction_indices"),
        same=("input",),
        takes={"input": "iufc", "reduction_indices": "i"},
        types={"Tidx": "reduction_indices"},
        infer=_infer_reduction,
        kernel=_over_axes(np.sum),
        kernel_attrs=("keep_dims",),
        grad=lambda op, dy: (_spread(op, dy), None),
    )
)


def _grad_mean(op: Operation, dy: Tensor) -> Grads:
    """The gradient of the sum, divided by how many elements each mean is of."""
    x, y = op.inputs[0], op.outputs[0]
    count = truediv(_size(x, dy.dtype), maximum(_size(y, dy.dtype), 1.0))
    return truediv(_spread(op, dy), count), None


MEAN = register(
    OpDef(
        type="Mean",
        inputs=("input", "reduction_indices"),
        same=("input",),
        takes={"input": "iufc", "reduction_indices": "i"},
        types={"Tidx": "reduction_indices"},
        infer=_infer_reduction,
        kernel=_over_axes(np.mean),
        kernel_attrs=("keep_dims",),
        grad=_grad_mean,
    )
)

PROD_OF_SIZES = register(
    OpDef(
        type="Size",
        inputs=("input",),
        same=("input",),
        infer=lambda op: [(op.attrs["out_type"], TensorShape([]))],
        kernel=lambda x, out_type: np.array(np.size(x), out_type.as_numpy_dtype)[()],
        kernel_attrs=("out_type",),
        grad=NOT_DIFFERENTIABLE,
    )
)


def _size(x: Tensor, dtype: Any) -> Tensor:
    return array.cast(apply(PROD_OF_SIZES, x, out_type=dtypes.int32).outputs[0], dtype)


def reduce_sum(
    input_tensor: Any,
    reduction_indices: Any = None,
    keep_dims: bool = False,
    name: str | None = None,
) -> Tensor:
    """The sum over `reduction_indices` (an axis or several), or over everything."""
    return _reduce(SUM, input_tensor, reduction_indices, keep_dims, name)


def reduce_mean(
    input_tensor: Any,
    reduction_indices: Any = None,
    keep_dims: bool = False,
    name: str | None = None,
) -> Tensor:
    """The mean over `reduction_indices` (an axis or several), or over everything."""
    return _reduce(MEAN, input_tensor, reduction_indices, keep_dims, name)


def _reduce(kind: OpDef, x: Any, axes: Any, keep_dims: bool, name: str | None) -> Tensor:
    with scope_of([x], name or kind.type) as scope:
        tensor = convert_to_tensor(x, name="input")
        if axes is None:
            if tensor.shape.ndims is None:
                axes = apply(ALL_AXES, tensor, name="reduction_indices").outputs[0]
            else:
                name = "Const"
                axes = constant(np.arange(tensor.shape.ndims, dtype=np.int32), name=name)
        elif not isinstance(axes, Tensor):
            axes = constant(axes, dtypes.int32, name="reduction_indices")
        return apply(kind, tensor, axes, name=scope, keep_dims=bool(keep_dims)).outputs[0]


ALL_AXES = register(
    OpDef(
        type="NeuronBoardAllAxes",
        inputs=("input",),
        infer=lambda op: [(dtypes.int32, TensorShape([None]))],
        kernel=lambda x: np.arange(np.ndim(x), dtype=np.int32),
        grad=NOT_DIFFERENTIABLE,
    )
)


# ---- matrices


def _infer_matmul(op: Operation) -> Inferred:
    sides = []
    for tensor, flag in zip(op.inputs, ("transpose_a", "transpose_b"), strict=True):
        dims = (None, None) if tensor.shape.dims is None else tensor.shape.dims
        if len(dims) != 2:
            raise ValueError(
                f"Shape must be rank 2 but is rank {len(dims)}",
                "matmul takes two matrices; tf.reshape(x, [1, -1]) makes a row of a vector, and "
                "tf.multiply goes element by element",
            )
        sides.append(dims[::-1] if op.attrs[flag] else dims)
    (rows, inner), (other, columns) = sides
    if None not in (inner, other) and inner != other:
        raise ValueError(
            f"Dimensions must be equal, but are {inner} and {other}",
            "the columns of a must be as many as the rows of b: transpose_a=True or "
            "transpose_b=True turns one of them",
        )
    return [(op.inputs[0].dtype.base_dtype, TensorShape([rows, columns]))]


def _matmul(a: Array, b: Array, transpose_a: bool, transpose_b: bool) -> Array:
    if np.ndim(a) != 2 or np.ndim(b) != 2:
        raise ValueError(f"matmul takes two matrices, got shapes {np.shape(a)} and {np.shape(b)}")
    product: Array = np.matmul(a.T if transpose_a else a, b.T if transpose_b else b)
    return product


def _grad_matmul(op: Operation, dc: Tensor) -> Grads:
    a, b = op.inputs
    flags = (op.attrs["transpose_a"], op.attrs["transpose_b"])
    sides = _MATMUL_GRADS[flags]
    values = {"a": a, "b": b, "c": dc}
    first, second = (matmul(values[x], values[y], tx, ty) for x, tx, y, ty in sides)
    return first, second


# (transpose_a, transpose_b) -> for each of a and b: (factor, transposed, factor, transposed),
# where c is the gradient of the product.
_MATMUL_GRADS = {
    (False, False): (("c", False, "b", True), ("a", True, "c", False)),
    (False, True): (("c", False, "b", False), ("c", True, "a", False)),
    (True, False): (("b", False, "c", True), ("a", False, "c", False)),
    (True, True): (("b", True, "c", True), ("c", True, "a", True)),
}

MATMUL = register(
    OpDef(
        type="MatMul",
        inputs=("a", "b"),
        same=("a", "b"),
        takes={"a": "iufc"},
        infer=_infer_matmul,
        kernel=_matmul,
        kernel_attrs=("transpose_a", "transpose_b"),
        grad=_grad_matmul,
    )
)


def matmul(
    a: Any,
    b: Any,
    transpose_a: bool = False,
    transpose_b: bool = False,
    name: str | None = None,
) -> Tensor:
    """The product of two matrices, each transposed first if asked."""
    attrs = {"transpose_a": transpose_a, "transpose_b": transpose_b}
    return apply(MATMUL, a, b, name=name, **attrs).outputs[0]
