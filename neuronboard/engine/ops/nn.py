"""Activations."""

from __future__ import annotations

from typing import Any

import numpy as np

from neuronboard.engine.graph import Operation, Tensor
from neuronboard.engine.opdef import OpDef, register
from neuronboard.engine.ops import array
from neuronboard.engine.ops.apply import apply
from neuronboard.engine.ops.math import greater, multiply, square, subtract, where


def _grad_relu(op: Operation, dy: Tensor) -> tuple[Tensor]:
    y = op.outputs[0]
    zeros = array.zeros_like(y)
    return (where(greater(y, zeros), dy, zeros),)


RELU = register(
    OpDef(
        type="Relu",
        inputs=("features",),
        same=("features",),
        takes={"features": "iuf"},
        infer=array.same_as_input,
        kernel=lambda x: np.maximum(x, x.dtype.type(0)),
        grad=_grad_relu,
    )
)


def relu(features: Any, name: str | None = None) -> Tensor:
    """The positive part; the gradient at 0 is 0."""
    return apply(RELU, features, name=name).outputs[0]


def _sigmoid(x: Any) -> Any:
    """1 / (1 + e**-x), computed from e**-|x| so that nothing overflows."""
    small = np.exp(-np.abs(x))
    one = x.dtype.type(1)
    return np.where(x >= 0, one / (one + small), small / (one + small))[()]


def _grad_sigmoid(op: Operation, dy: Tensor) -> tuple[Tensor]:
    y = op.outputs[0]
    return (multiply(dy, subtract(y, square(y))),)


SIGMOID = register(
    OpDef(
        type="Sigmoid",
        inputs=("x",),
        same=("x",),
        takes={"x": "f"},
        infer=array.same_as_input,
        kernel=_sigmoid,
        grad=_grad_sigmoid,
    )
)


def sigmoid(x: Any, name: str | None = None) -> Tensor:
    """1 / (1 + e**-x)."""
    return apply(SIGMOID, x, name=name).outputs[0]


def _softplus(x: Any) -> Any:
    """log(1 + e**x), computed so that nothing overflows."""
    zero = x.dtype.type(0)
    return np.maximum(x, zero) + np.log1p(np.exp(-np.abs(x)))


SOFTPLUS = register(
    OpDef(
        type="Softplus",
        inputs=("features",),
        same=("features",),
        takes={"features": "f"},
        infer=array.same_as_input,
        kernel=_softplus,
        grad=lambda op, dy: (multiply(dy, sigmoid(op.inputs[0])),),
    )
)


def softplus(features: Any, name: str | None = None) -> Tensor:
    """log(1 + e**x)."""
    return apply(SOFTPLUS, features, name=name).outputs[0]
