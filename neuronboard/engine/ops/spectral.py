"""Fourier transforms over the last one or two axes, of complex numbers."""

from __future__ import annotations

from typing import Any

import numpy as np

from neuronboard.engine.graph import Operation, Tensor
from neuronboard.engine.opdef import OpDef
from neuronboard.engine.ops import arithmetic, array, numbers, reduce
from neuronboard.engine.ops.apply import one
from neuronboard.engine.ops.define import Grads, unary

__all__ = ["fft", "fft2d", "ifft", "ifft2d"]


def _kernel(name: str) -> Any:
    def kernel(xp: Any, x: Any) -> Any:
        room = np.fft if xp.is_numpy else xp.fft  # which numpy loads when it is asked for
        return getattr(room, name)(x).astype(x.dtype)

    return kernel


def _type(op_type: str, name: str, axes: int, forth: bool) -> OpDef:
    """A transform, whose gradient is the one back, by the number of elements."""

    def grad(op: Operation, dy: Tensor) -> Grads:
        count = reduce.reduce_prod(array.shape(dy)[-axes:])
        size = numbers.cast(count, dy.dtype)
        turned = one(_TYPES[_BACK[op_type]], dy)
        scaled = arithmetic.multiply if forth else arithmetic.truediv
        return (scaled(turned, size),)

    return unary(op_type, _kernel(name), grad, "c", name="input")


_BACK = {"FFT": "IFFT", "IFFT": "FFT", "FFT2D": "IFFT2D", "IFFT2D": "FFT2D"}
_TYPES = {
    "FFT": _type("FFT", "fft", 1, True),
    "IFFT": _type("IFFT", "ifft", 1, False),
    "FFT2D": _type("FFT2D", "fft2", 2, True),
    "IFFT2D": _type("IFFT2D", "ifft2", 2, False),
}


def fft(input: Any, name: str | None = None) -> Tensor:
    """The Fourier transform of each row of complex numbers."""
    return one(_TYPES["FFT"], input, name=name)


def ifft(input: Any, name: str | None = None) -> Tensor:
    """The rows whose Fourier transforms these are."""
    return one(_TYPES["IFFT"], input, name=name)


def fft2d(input: Any, name: str | None = None) -> Tensor:
    """The Fourier transform of each matrix of complex numbers."""
    return one(_TYPES["FFT2D"], input, name=name)


def ifft2d(input: Any, name: str | None = None) -> Tensor:
    """The matrices whose Fourier transforms these are."""
    return one(_TYPES["IFFT2D"], input, name=name)
