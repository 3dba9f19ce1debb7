"""Activations: functions of one number that neurons pass their sums through."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from neuronboard.engine import dtypes
from neuronboard.engine.convert import convert_to_tensor
from neuronboard.engine.graph import Operation, Tensor
from neuronboard.engine.opdef import OpDef, register
from neuronboard.engine.ops import arithmetic, array, compare, functions, join, special
from neuronboard.engine.ops.apply import one, scope_of
from neuronboard.engine.ops.arithmetic import multiply, negative, subtract
from neuronboard.engine.ops.constant import constant
from neuronboard.engine.ops.define import Grads, binary, same_as_input, unary

__all__ = [
    "crelu",
    "elu",
    "gelu",
    "hard_sigmoid",
    "leaky_relu",
    "log_sigmoid",
    "relu",
    "relu6",
    "relu_layer",
    "selu",
    "sigmoid",
    "silu",
    "softplus",
    "softsign",
    "swish",
]


def _slope(op_type: str, kernel: Any, grad: Any) -> Any:
    """Registers the derivative of an activation, of (gradient, what decides)."""
    return binary(
        op_type, kernel, grad, "iuf", infer=same_as_input, names=("gradients", "features")
    )


def _masked(op: Operation, g: Tensor) -> Grads:
    """The second derivative of what is made of straight lines: the slope again, and nothing."""
    return one(op.definition, g, op.inputs[1]), array.zeros_like(op.inputs[1])


def _relu(xp: Any, x: Any) -> Any:
    """numpy takes half the time beside an array of zeros, its making included, as beside one."""
    return xp.maximum(x, xp.zeros(x.shape, x.dtype))


RELU_GRAD = _slope("ReluGrad", lambda xp, dy, x: dy * (x > 0), _masked)
RELU = unary(
    "Relu",
    _relu,
    lambda op, dy: (one(RELU_GRAD, dy, op.outputs[0]),),
    "iuf",
    name="features",
)


def relu(features: Any, name: str | None = None) -> Tensor:
    """The positive part; the gradient at 0 is 0."""
    return one(RELU, features, name=name)


RELU6_GRAD = _slope("Relu6Grad", lambda xp, dy, x: dy * ((x > 0) & (x < 6)), _masked)
RELU6 = unary(
    "Relu6",
    lambda xp, x: xp.minimum(xp.maximum(x, x.dtype.type(0)), x.dtype.type(6)),
    lambda op, dy: (one(RELU6_GRAD, dy, op.outputs[0]),),
    "iuf",
    name="features",
)


def relu6(features: Any, name: str | None = None) -> Tensor:
    """The positive part, at most 6; the gradient at 0 and at 6 is 0."""
    return one(RELU6, features, name=name)


def _leaky(xp: Any, x: Any, alpha: float) -> Any:
    return xp.where(x > 0, x, x * np.float32(alpha).astype(x.dtype))[()]


def _leaky_grad(xp: Any, dy: Any, x: Any, alpha: float) -> Any:
    return xp.where(x > 0, dy, dy * np.float32(alpha).astype(dy.dtype))[()]


LEAKY_RELU_GRAD = register(
    OpDef(
        type="LeakyReluGrad",
        inputs=("gradients", "features"),
        same=("gradients", "features"),
        takes={"gradients": "f"},
        infer=same_as_input,
        kernel=_leaky_grad,
        kernel_attrs=("alpha",),
        grad=lambda op, g: _leaky_second(op, g),
    )
)
LEAKY_RELU = register(
    OpDef(
        type="LeakyRelu",
        inputs=("features",),
        same=("features",),
        takes={"features": "f"},
        infer=same_as_input,
        kernel=_leaky,
        kernel_attrs=("alpha",),
        grad=lambda op, dy: (one(LEAKY_RELU_GRAD, dy, op.inputs[0], alpha=op.attrs["alpha"]),),
    )
)


def _leaky_second(op: Operation, g: Tensor) -> Grads:
    again = one(LEAKY_RELU_GRAD, g, op.inputs[1], alpha=op.attrs["alpha"])
    return again, array.zeros_like(op.inputs[1])


def leaky_relu(features: Any, alpha: Any = 0.2, name: str | None = None) -> Tensor:
    """x where it is positive, else alpha * x."""
    with scope_of([features], name or "LeakyRelu") as scope:
        x = convert_to_tensor(features, name="features")
        if x.dtype.is_integer:
            from neuronboard.engine.ops.numbers import cast

            x = cast(x, dtypes.float32)
        if isinstance(alpha, Tensor):
            return arithmetic.maximum(multiply(alpha, x), x, name=scope)
        return one(LEAKY_RELU, x, name=scope, alpha=float(alpha))


ELU_GRAD = _slope(
    "EluGrad",
    lambda xp, dy, y: xp.where(y < 0, dy * (y + y.dtype.type(1)), dy)[()],
    lambda op, g: _elu_second(op, g),
)


def _elu_second(op: Operation, g: Tensor) -> Grads:
    dy, y = op.inputs
    negative_side = compare.less(y, array.zeros_like(y))
    bent = compare.where_v2(negative_side, multiply(g, dy), array.zeros_like(dy))
    return one(ELU_GRAD, g, y), bent


ELU = unary(
    "Elu",
    lambda xp, x: xp.where(x < 0, xp.expm1(xp.minimum(x, x.dtype.type(0))), x)[()],
    lambda op, dy: (one(ELU_GRAD, dy, op.outputs[0]),),
    "f",
    name="features",
)


def elu(features: Any, name: str | None = None) -> Tensor:
    """x where it is positive, else e**x - 1."""
    return one(ELU, features, name=name)


_SCALE, _SCALE_ALPHA = 1.0507009873554804934193349852946, 1.7580993408473768599402175208123


def _selu(xp: Any, x: Any) -> Any:
    low = x.dtype.type(_SCALE_ALPHA) * xp.expm1(xp.minimum(x, x.dtype.type(0)))
    return xp.where(x < 0, low, x.dtype.type(_SCALE) * x)[()]


def _selu_grad(xp: Any, dy: Any, y: Any) -> Any:
    low = dy * (y + y.dtype.type(_SCALE_ALPHA))
    return xp.where(y < 0, low, dy * y.dtype.type(_SCALE))[()]


def _selu_second(op: Operation, g: Tensor) -> Grads:
    dy, y = op.inputs
    negative_side = compare.less(y, array.zeros_like(y))
    return one(SELU_GRAD, g, y), compare.where_v2(
        negative_side, multiply(g, dy), array.zeros_like(dy)
    )


SELU_GRAD = _slope("SeluGrad", _selu_grad, _selu_second)
SELU = unary(
    "Selu", _selu, lambda op, dy: (one(SELU_GRAD, dy, op.outputs[0]),), "f", name="features"
)


def selu(features: Any, name: str | None = None) -> Tensor:
    """`elu` scaled so that activations keep mean 0 and variance 1."""
    return one(SELU, features, name=name)


# ---- smooth ones


def _sigmoid(xp: Any, x: Any) -> Any:
    """1 / (1 + e**-x).

    Where e**-x is infinite the result is 0, which is right but for float16: it overflows early.
    """
    if x.dtype.kind == "c":
        return 1 / (1 + xp.exp(-x))
    if x.dtype.itemsize > 2:
        return 1 / (1 + xp.exp(-x))
    small = xp.exp(-xp.abs(x))
    one_ = x.dtype.type(1)
    return xp.where(x >= 0, one_ / (one_ + small), small / (one_ + small))[()]


def _sigmoid_second(op: Operation, g: Tensor) -> Grads:
    y, dy = op.inputs  # dx = dy * y * (1 - y)
    two = constant(2.0, y.dtype.base_dtype)
    both = multiply(g, dy)
    return subtract(both, multiply(multiply(two, both), y)), one(SIGMOID_GRAD, y, g)


SIGMOID_GRAD = binary(
    "SigmoidGrad",
    lambda xp, y, dy: dy * functions.conjugate(y * (y.dtype.type(1) - y)),
    _sigmoid_second,
    "fc",
    infer=same_as_input,
    names=("y", "dy"),
)
SIGMOID = unary("Sigmoid", _sigmoid, lambda op, dy: (one(SIGMOID_GRAD, op.outputs[0], dy),))


def sigmoid(x: Any, name: str | None = None) -> Tensor:
    """1 / (1 + e**-x)."""
    return one(SIGMOID, x, name=name)


def _softplus(xp: Any, x: Any) -> Any:
    """log(1 + e**x), computed so that nothing overflows."""
    return xp.maximum(x, x.dtype.type(0)) + xp.log1p(xp.exp(-xp.abs(x)))


SOFTPLUS = unary(
    "Softplus",
    _softplus,
    lambda op, dy: (multiply(dy, sigmoid(op.inputs[0]), name="mul"),),
    "f",
    name="features",
)


def softplus(features: Any, name: str | None = None) -> Tensor:
    """log(1 + e**x)."""
    return one(SOFTPLUS, features, name=name)


def log_sigmoid(x: Any, name: str | None = None) -> Tensor:
    """log(1 / (1 + e**-x)), computed so that nothing overflows."""
    with scope_of([x], name or "LogSigmoid") as scope:
        return negative(softplus(negative(x)), name=scope)


def _softsign_second(op: Operation, g: Tensor) -> Grads:
    dy, x = op.inputs  # dx = dy / (1 + |x|)**2
    wide = arithmetic.add(constant(1.0, x.dtype.base_dtype), arithmetic.abs(x))
    bent = arithmetic.truediv(
        multiply(multiply(g, dy), multiply(constant(-2.0, x.dtype.base_dtype), arithmetic.sign(x))),
        multiply(multiply(wide, wide), wide),
    )
    return one(SOFTSIGN_GRAD, g, x), bent


SOFTSIGN_GRAD = _slope(
    "SoftsignGrad", lambda xp, dy, x: dy / xp.square(x.dtype.type(1) + xp.abs(x)), _softsign_second
)
SOFTSIGN = unary(
    "Softsign",
    lambda xp, x: x / (x.dtype.type(1) + xp.abs(x)),
    lambda op, dy: (one(SOFTSIGN_GRAD, dy, op.inputs[0]),),
    "f",
    name="features",
)


def softsign(features: Any, name: str | None = None) -> Tensor:
    """x / (1 + |x|)."""
    return one(SOFTSIGN, features, name=name)


# ---- made of others


def swish(features: Any, beta: float = 1.0, name: str | None = None) -> Tensor:
    """x * sigmoid(beta * x)."""
    with scope_of([features], name or "swish") as scope:
        x = convert_to_tensor(features, name="features")
        scaled = x if beta == 1.0 else multiply(constant(beta, x.dtype.base_dtype, name="beta"), x)
        return multiply(x, sigmoid(scaled), name=scope)


silu = swish


def gelu(features: Any, approximate: bool = False, name: str | None = None) -> Tensor:
    """x times the share of the normal distribution below x. approximate: by a tanh."""
    with scope_of([features], name or "Gelu") as scope:
        x = convert_to_tensor(features, name="features")
        if approximate:
            inner = x + 0.044715 * functions.pow(x, 3.0)
            share = functions.tanh(math.sqrt(2 / math.pi) * inner)
        else:
            share = special.erf(arithmetic.truediv(x, math.sqrt(2.0)))
        return multiply(0.5 * x, 1.0 + share, name=scope)


def hard_sigmoid(x: Any, name: str | None = None) -> Tensor:
    """0.2 * x + 0.5, between 0 and 1."""
    with scope_of([x], name or "hard_sigmoid") as scope:
        line = arithmetic.add(multiply(convert_to_tensor(x), 0.2), 0.5)
        return compare.clip_by_value(line, 0.0, 1.0, name=scope)


def crelu(features: Any, name: str | None = None, axis: int = -1) -> Tensor:
    """The positive part of x beside that of -x, twice as wide along an axis."""
    with scope_of([features], name or "CRelu") as scope:
        x = convert_to_tensor(features, name="features")
        return relu(join.concat([x, negative(x)], axis, name="concat"), name=scope)


def relu_layer(x: Any, weights: Any, biases: Any, name: str | None = None) -> Tensor:
    """relu(x @ weights + biases)."""
    from neuronboard.engine.ops.matrix import matmul
    from neuronboard.engine.ops.normalize import bias_add

    with scope_of([x, weights, biases], name or "relu_layer") as scope:
        return relu(bias_add(matmul(x, weights), biases), name=scope)
