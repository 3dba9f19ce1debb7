"""Integers bit by bit: `tf.bitwise`, and `&`, `|`, `^`, `~` of tensors of integers."""

from __future__ import annotations

from typing import Any

from neuronboard.engine.graph import Tensor
from neuronboard.engine.opdef import NOT_DIFFERENTIABLE
from neuronboard.engine.ops.apply import one
from neuronboard.engine.ops.define import binary, unary

__all__ = [
    "bitwise_and",
    "bitwise_or",
    "bitwise_xor",
    "invert",
    "left_shift",
    "right_shift",
]

BITWISE_AND = binary("BitwiseAnd", "bitwise_and", NOT_DIFFERENTIABLE, "iu")
BITWISE_OR = binary("BitwiseOr", "bitwise_or", NOT_DIFFERENTIABLE, "iu")
BITWISE_XOR = binary("BitwiseXor", "bitwise_xor", NOT_DIFFERENTIABLE, "iu")


def _shift(name: str) -> Any:
    """A kernel that moves by 0 bits at least, and at most so that one is left."""

    def kernel(xp: Any, x: Any, y: Any) -> Any:
        return getattr(xp, name)(x, xp.clip(y, 0, 8 * x.dtype.itemsize - 1).astype(x.dtype))

    return kernel


LEFT_SHIFT = binary("LeftShift", _shift("left_shift"), NOT_DIFFERENTIABLE, "iu")
RIGHT_SHIFT = binary("RightShift", _shift("right_shift"), NOT_DIFFERENTIABLE, "iu")
INVERT = unary("Invert", "invert", NOT_DIFFERENTIABLE, "iu")


def bitwise_and(x: Any, y: Any, name: str | None = None) -> Tensor:
    """The bits that are set in both."""
    return one(BITWISE_AND, x, y, name=name)


def bitwise_or(x: Any, y: Any, name: str | None = None) -> Tensor:
    """The bits that are set in one of the two, or in both."""
    return one(BITWISE_OR, x, y, name=name)


def bitwise_xor(x: Any, y: Any, name: str | None = None) -> Tensor:
    """The bits that are set in exactly one of the two."""
    return one(BITWISE_XOR, x, y, name=name)


def invert(x: Any, name: str | None = None) -> Tensor:
    """Every bit turned round."""
    return one(INVERT, x, name=name)


def left_shift(x: Any, y: Any, name: str | None = None) -> Tensor:
    """x times 2 ** y, without the bits that fall out."""
    return one(LEFT_SHIFT, x, y, name=name)


def right_shift(x: Any, y: Any, name: str | None = None) -> Tensor:
    """x divided by 2 ** y, rounded down."""
    return one(RIGHT_SHIFT, x, y, name=name)
