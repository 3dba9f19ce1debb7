"""Functions of one number: powers, exponentials, angles, rounding.

A rule reads as in a table of derivatives. TensorFlow's own types for the derivative of a root, a
reciprocal or a hyperbolic tangent (`SqrtGrad`, ...) are kept, as graphs show them.

Long, because it is one table of functions.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from neuronboard.engine import dtypes
from neuronboard.engine.convert import convert_to_tensor
from neuronboard.engine.graph import Operation, Tensor
from neuronboard.engine.opdef import NOT_DIFFERENTIABLE
from neuronboard.engine.ops import arithmetic, array, broadcasting, compare, numbers
from neuronboard.engine.ops.apply import one, scope_of
from neuronboard.engine.ops.constant import constant
from neuronboard.engine.ops.define import Grads, Inferred, binary, same_as_input, unary

__all__ = [
    "acos",
    "acosh",
    "asin",
    "asinh",
    "atan",
    "atan2",
    "atanh",
    "ceil",
    "cos",
    "cosh",
    "exp",
    "expm1",
    "floor",
    "is_finite",
    "is_inf",
    "is_nan",
    "log",
    "log1p",
    "pow",
    "reciprocal",
    "rint",
    "round",
    "rsqrt",
    "sin",
    "sinh",
    "sqrt",
    "square",
    "tan",
    "tanh",
]


def number(op: Operation, value: float) -> Tensor:
    """A number of the type of an operation's first input."""
    return constant(value, op.inputs[0].dtype.base_dtype)


def _x(op: Operation) -> Tensor:
    """An operation's first input; conjugated where it is complex."""
    return numbers.conj(op.inputs[0])


def conjugate(y: Any) -> Any:
    """An array; conjugated where it is complex, as a derivative of TensorFlow takes it."""
    return y.conj() if y.dtype.kind == "c" else y


def _product(*factors: Tensor) -> Tensor:
    result = factors[0]
    for factor in factors[1:]:
        result = arithmetic.multiply(result, factor)
    return result


# ---- powers and roots


def _power(xp: Any, x: Any, y: Any) -> Any:
    """x to the power y. Squares are products: correctly rounded, which powf does not promise."""
    if np.ndim(y) == 0 and y == 2:
        return xp.multiply(x, x)
    if y.dtype.kind in "iu" and np.size(x) and np.any(np.asarray(y) < 0):
        raise ValueError("Integers to negative integer powers are not allowed")
    return xp.power(x, y)


def _grad_pow(op: Operation, dz: Tensor) -> Grads:
    x, y, z = *op.inputs, op.outputs[0]
    x, y, z = numbers.conj(x), numbers.conj(y), numbers.conj(z)
    times = arithmetic.multiply(dz, y, name="mul")
    less = arithmetic.subtract(y, 1, name="sub")
    gx = arithmetic.multiply(times, pow(x, less), name="mul")
    if x.dtype.kind == "c":
        positive = compare.not_equal(x, array.zeros_like(x))
    else:
        positive = compare.greater(x, 0.0)
    safe = compare.select(positive, x, array.ones_like(x))
    log_x = compare.select(positive, log(safe), array.zeros_like(x))
    gy = arithmetic.multiply(arithmetic.multiply(dz, z, name="mul"), log_x, name="mul")
    return broadcasting.unbroadcast(op.inputs[0], op.inputs[1], gx, gy)


POW = binary("Pow", _power, _grad_pow)


def pow(x: Any, y: Any, name: str | None = None) -> Tensor:
    """x ** y, element by element with broadcasting; both of one type."""
    return one(POW, x, y, name=name)


def _grad_square(op: Operation, dy: Tensor) -> Grads:
    x = op.inputs[0]
    with op.graph.control_dependencies([dy]):
        two = constant(2.0, x.dtype.base_dtype)
    return (arithmetic.multiply(dy, arithmetic.multiply(numbers.conj(x), two)),)


SQUARE = unary("Square", "square", _grad_square, "iufc")


def square(x: Any, name: str | None = None) -> Tensor:
    """x * x."""
    return one(SQUARE, x, name=name)


def _grad_sqrt_grad(op: Operation, g: Tensor) -> Grads:
    ratio = arithmetic.truediv(g, op.inputs[0])  # dx = 0.5 * dy / y
    with op.graph.control_dependencies([g]):
        return arithmetic.multiply(
            arithmetic.negative(ratio), op.outputs[0], name="mul"
        ), 0.5 * ratio


SQRT_GRAD = binary(
    "SqrtGrad",
    lambda xp, y, dy: dy * y.dtype.type(0.5) / conjugate(y),
    _grad_sqrt_grad,
    "fc",
    infer=same_as_input,
    names=("y", "dy"),
)
SQRT = unary("Sqrt", "sqrt", lambda op, dy: (one(SQRT_GRAD, op.outputs[0], dy),))


def sqrt(x: Any, name: str | None = None) -> Tensor:
    """The square root."""
    return one(SQRT, x, name=name)


def _grad_rsqrt_grad(op: Operation, g: Tensor) -> Grads:
    y, dy = op.inputs  # dx = -0.5 * dy * y**3
    gy = arithmetic.multiply(
        arithmetic.multiply(arithmetic.multiply(number(op, -1.5), g), dy), square(y)
    )
    return gy, one(RSQRT_GRAD, y, g)


def _rsqrt_slope(xp: Any, y: Any, dy: Any) -> Any:
    y = conjugate(y)
    return dy * (y * y) * (y * y.dtype.type(-0.5))


RSQRT_GRAD = binary(
    "RsqrtGrad",
    _rsqrt_slope,
    _grad_rsqrt_grad,
    "fc",
    infer=same_as_input,
    names=("y", "dy"),
)
RSQRT = unary(
    "Rsqrt",
    lambda xp, x: x.dtype.type(1) / xp.sqrt(x),
    lambda op, dy: (one(RSQRT_GRAD, op.outputs[0], dy),),
)


def rsqrt(x: Any, name: str | None = None) -> Tensor:
    """1 / sqrt(x)."""
    return one(RSQRT, x, name=name)


def _grad_reciprocal_grad(op: Operation, g: Tensor) -> Grads:
    y, dy = op.inputs  # dx = -dy * y**2
    return arithmetic.multiply(
        arithmetic.multiply(arithmetic.multiply(number(op, -2.0), g), dy), y
    ), one(RECIPROCAL_GRAD, y, g)


RECIPROCAL_GRAD = binary(
    "ReciprocalGrad",
    lambda xp, y, dy: -dy * conjugate(y * y),
    _grad_reciprocal_grad,
    "fc",
    infer=same_as_input,
    names=("y", "dy"),
)
RECIPROCAL = unary(
    "Reciprocal",
    lambda xp, x: x.dtype.type(1) / x,
    lambda op, dy: (one(RECIPROCAL_GRAD, op.outputs[0], dy),),
)


def reciprocal(x: Any, name: str | None = None) -> Tensor:
    """1 / x."""
    return one(RECIPROCAL, x, name=name)


# ---- exponentials and logarithms


def after(op: Operation, dy: Tensor, factor: Any) -> Grads:
    """dy times a factor that waits for dy, so that what a plan keeps in memory is short-lived."""
    with op.graph.control_dependencies([dy]):
        value = factor()
    return (arithmetic.multiply(dy, value, name="mul"),)


def _less(op: Operation, dy: Tensor, factor: Any) -> Grads:
    """-dy times a factor that waits for dy."""
    with op.graph.control_dependencies([dy]):
        value = factor()
    return (arithmetic.multiply(arithmetic.negative(dy), value, name="mul"),)


EXP = unary(
    "Exp", "exp", lambda op, dy: (arithmetic.multiply(dy, numbers.conj(op.outputs[0]), name="mul"),)
)


def exp(x: Any, name: str | None = None) -> Tensor:
    """e to the power x."""
    return one(EXP, x, name=name)


EXPM1 = unary("Expm1", "expm1", lambda op, dy: after(op, dy, lambda: exp(_x(op))))


def expm1(x: Any, name: str | None = None) -> Tensor:
    """e to the power x, minus 1; exact near 0."""
    return one(EXPM1, x, name=name)


LOG = unary("Log", "log", lambda op, dy: after(op, dy, lambda: reciprocal(_x(op))))


def log(x: Any, name: str | None = None) -> Tensor:
    """The natural logarithm; -inf at 0 and NaN below it."""
    return one(LOG, x, name=name)


LOG1P = unary(
    "Log1p",
    "log1p",
    lambda op, dy: after(op, dy, lambda: reciprocal(1 + _x(op))),
)


def log1p(x: Any, name: str | None = None) -> Tensor:
    """The natural logarithm of 1 + x; exact near 0."""
    return one(LOG1P, x, name=name)


# ---- angles


def _one_minus_square(op: Operation, x: Tensor) -> Tensor:
    squares = square(x)
    return arithmetic.subtract(number(op, 1), squares)


def _one_plus_square(op: Operation, x: Tensor) -> Tensor:
    squares = square(x)
    return arithmetic.add(number(op, 1), squares)


SIN = unary("Sin", "sin", lambda op, dy: after(op, dy, lambda: cos(_x(op))))


def sin(x: Any, name: str | None = None) -> Tensor:
    """The sine; x in radians."""
    return one(SIN, x, name=name)


COS = unary(
    "Cos",
    "cos",
    lambda op, dy: _less(op, dy, lambda: sin(_x(op))),
)


def cos(x: Any, name: str | None = None) -> Tensor:
    """The cosine; x in radians."""
    return one(COS, x, name=name)


def _grad_tan(op: Operation, dy: Tensor) -> Grads:
    with op.graph.control_dependencies([dy]):
        slope = square(reciprocal(cos(_x(op))))
    return (arithmetic.multiply(slope, dy, name="mul"),)


TAN = unary("Tan", "tan", _grad_tan)


def tan(x: Any, name: str | None = None) -> Tensor:
    """The tangent; x in radians."""
    return one(TAN, x, name=name)


ASIN = unary(
    "Asin",
    "arcsin",
    lambda op, dy: after(op, dy, lambda: reciprocal(sqrt(_one_minus_square(op, _x(op))))),
)


def asin(x: Any, name: str | None = None) -> Tensor:
    """The angle whose sine is x, in radians."""
    return one(ASIN, x, name=name)


ACOS = unary(
    "Acos",
    "arccos",
    lambda op, dy: _less(op, dy, lambda: reciprocal(sqrt(_one_minus_square(op, _x(op))))),
)


def acos(x: Any, name: str | None = None) -> Tensor:
    """The angle whose cosine is x, in radians."""
    return one(ACOS, x, name=name)


ATAN = unary(
    "Atan",
    "arctan",
    lambda op, dy: after(op, dy, lambda: reciprocal(_one_plus_square(op, _x(op)))),
)


def atan(x: Any, name: str | None = None) -> Tensor:
    """The angle whose tangent is x, in radians."""
    return one(ATAN, x, name=name)


def _grad_atan2(op: Operation, dz: Tensor) -> Grads:
    y, x = op.inputs
    inner = arithmetic.truediv(dz, arithmetic.add(square(x), square(y)))
    return broadcasting.unbroadcast(
        y, x, arithmetic.multiply(x, inner), arithmetic.multiply(arithmetic.negative(y), inner)
    )


ATAN2 = binary("Atan2", "arctan2", _grad_atan2, "f", names=("y", "x"))


def atan2(y: Any, x: Any, name: str | None = None) -> Tensor:
    """The angle of the point (x, y), in radians from -pi to pi."""
    return one(ATAN2, y, x, name=name)


SINH = unary("Sinh", "sinh", lambda op, dy: after(op, dy, lambda: cosh(_x(op))))


def sinh(x: Any, name: str | None = None) -> Tensor:
    """The hyperbolic sine."""
    return one(SINH, x, name=name)


COSH = unary("Cosh", "cosh", lambda op, dy: after(op, dy, lambda: sinh(_x(op))))


def cosh(x: Any, name: str | None = None) -> Tensor:
    """The hyperbolic cosine."""
    return one(COSH, x, name=name)


def _grad_tanh_grad(op: Operation, g: Tensor) -> Grads:
    y, dy = op.inputs  # dx = dy * (1 - y**2)
    return arithmetic.multiply(
        arithmetic.multiply(arithmetic.multiply(number(op, -2.0), g), dy), y
    ), one(TANH_GRAD, y, g)


TANH_GRAD = binary(
    "TanhGrad",
    lambda xp, y, dy: dy * (y.dtype.type(1) - conjugate(y * y)),
    _grad_tanh_grad,
    "fc",
    infer=same_as_input,
    names=("y", "dy"),
)
TANH = unary("Tanh", "tanh", lambda op, dy: (one(TANH_GRAD, op.outputs[0], dy),))


def tanh(x: Any, name: str | None = None) -> Tensor:
    """The hyperbolic tangent."""
    return one(TANH, x, name=name)


def _divided(op: Operation, dy: Tensor, slope: Any) -> Grads:
    """dy divided by a function of the output."""
    with op.graph.control_dependencies([dy]):
        value = slope(numbers.conj(op.outputs[0]))
    return (arithmetic.truediv(dy, value),)


ASINH = unary("Asinh", "arcsinh", lambda op, dy: _divided(op, dy, cosh))


def asinh(x: Any, name: str | None = None) -> Tensor:
    """The number whose hyperbolic sine is x."""
    return one(ASINH, x, name=name)


ACOSH = unary("Acosh", "arccosh", lambda op, dy: _divided(op, dy, sinh))


def acosh(x: Any, name: str | None = None) -> Tensor:
    """The number at least 0 whose hyperbolic cosine is x."""
    return one(ACOSH, x, name=name)


ATANH = unary(
    "Atanh",
    "arctanh",
    lambda op, dy: after(op, dy, lambda: reciprocal(_one_minus_square(op, _x(op)))),
)


def atanh(x: Any, name: str | None = None) -> Tensor:
    """The number whose hyperbolic tangent is x."""
    return one(ATANH, x, name=name)


# ---- rounding; no gradient flows through


FLOOR = unary("Floor", "floor", NOT_DIFFERENTIABLE, "f")


def floor(x: Any, name: str | None = None) -> Tensor:
    """The largest whole number that is not above x."""
    return one(FLOOR, x, name=name)


CEIL = unary("Ceil", "ceil", NOT_DIFFERENTIABLE, "f")


def ceil(x: Any, name: str | None = None) -> Tensor:
    """The smallest whole number that is not below x."""
    return one(CEIL, x, name=name)


ROUND = unary("Round", "round", NOT_DIFFERENTIABLE, "iufc")


def round(x: Any, name: str | None = None) -> Tensor:
    """The nearest whole number; a half goes to the even one. Integers stay what they are."""
    with scope_of([x], name or "round") as scope:
        tensor = convert_to_tensor(x, name="x")
        return tensor if tensor.dtype.is_integer else one(ROUND, tensor, name=scope)


RINT = unary("Rint", "rint", NOT_DIFFERENTIABLE, "f")


def rint(x: Any, name: str | None = None) -> Tensor:
    """The nearest whole number; a half goes to the even one."""
    return one(RINT, x, name=name)


# ---- sorts of numbers


def _flags(op: Operation) -> Inferred:
    return [(dtypes.bool_, op.inputs[0].shape)]


IS_NAN = unary("IsNan", "isnan", NOT_DIFFERENTIABLE, "f", infer=_flags)


def is_nan(x: Any, name: str | None = None) -> Tensor:
    """Whether an element is no number."""
    return one(IS_NAN, x, name=name)


IS_INF = unary("IsInf", "isinf", NOT_DIFFERENTIABLE, "f", infer=_flags)


def is_inf(x: Any, name: str | None = None) -> Tensor:
    """Whether an element is infinite."""
    return one(IS_INF, x, name=name)


IS_FINITE = unary("IsFinite", "isfinite", NOT_DIFFERENTIABLE, "f", infer=_flags)


def is_finite(x: Any, name: str | None = None) -> Tensor:
    """Whether an element is a finite number."""
    return one(IS_FINITE, x, name=name)
