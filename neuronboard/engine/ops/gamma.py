"""Shares of the gamma function's integral, and the error function turned round.

Computed in float64 by the power series (from below) and Legendre's continued fraction (from above),
whichever converges; sources: Abramowitz and Stegun 6.5.29 and 6.5.31.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from neuronboard.engine.convert import convert_to_tensor
from neuronboard.engine.graph import Operation, Tensor
from neuronboard.engine.ops import arithmetic, broadcasting, functions, special
from neuronboard.engine.ops.apply import one, scope_of
from neuronboard.engine.ops.define import Grads, binary, no_gradient, unary

__all__ = ["erfinv", "igamma", "igammac", "ndtri"]

_STEPS = 2000  # of series and fractions; they end when nothing changes any more
_SMALL = 1e-300


def _wide(xp: Any, a: Any, x: Any) -> tuple[Any, Any, Any]:
    """Both in float64 and of one shape; and where they have no value: a <= 0 or x < 0."""
    a, x = (part.astype(np.float64) for part in xp.broadcast_arrays(a, x))
    bad = (a <= 0) | (x < 0) | xp.isnan(a) | xp.isnan(x)
    return xp.where(bad, 1.0, a), xp.where(bad, 1.0, x), bad


def _scale(xp: Any, a: Any, x: Any) -> Any:
    """x ** a * e ** -x / gamma(a)."""
    positive = xp.where(x > 0, x, 1.0)
    size = xp.exp(a * xp.log(positive) - positive - xp.lgamma(a))
    return xp.where((x > 0) & (x < np.inf), size, 0.0)


def _below(xp: Any, a: Any, x: Any) -> Any:
    """The share up to x, by its power series."""
    x = xp.minimum(x, a + 40.0)  # where the fraction is taken in its place
    term = total = 1 / a
    for step in range(1, _STEPS):
        term = term * x / (a + step)
        total = total + term
        if not np.any(np.asarray(term > total * 1e-17)):
            break
    return total


def _above(xp: Any, a: Any, x: Any) -> Any:
    """The share from x on, by its continued fraction (Lentz's way of computing it)."""
    x = xp.minimum(xp.maximum(x, a + 1.0), 1e8)
    b = x + 1 - a
    c, d = 1 / _SMALL + 0 * b, 1 / b
    total = d
    for step in range(1, _STEPS):
        factor = -step * (step - a)
        b = b + 2
        d = 1 / (factor * d + b)
        c = b + factor / c
        total = total * c * d
        if not np.any(np.asarray(xp.abs(c * d - 1) > 1e-16)):
            break
    return total


def _igamma(xp: Any, a: Any, x: Any, upper: bool) -> Any:
    kind = a.dtype
    a, x, bad = _wide(xp, a, x)
    scale, far = _scale(xp, a, x), x > a + 1
    low, high = scale * _below(xp, a, x), scale * _above(xp, a, x)
    share = xp.where(far, high, 1 - low) if upper else xp.where(far, 1 - high, low)
    return xp.where(bad, np.nan, share).astype(kind)[()]


def _by_order(xp: Any, a: Any, x: Any) -> Any:
    """The derivative of the lower share by a: its series, term by term."""
    kind = a.dtype
    a, x, bad = _wide(xp, a, x)
    safe = xp.where((x > 0) & (x < np.inf), x, 1.0)
    term = 1 / a
    slope = xp.log(safe) - xp.digamma(a) - 1 / a
    total = term * slope
    for step in range(1, _STEPS):
        term = term * safe / (a + step)
        slope = slope - 1 / (a + step)
        total = total + term * slope
        if not np.any(np.asarray(xp.abs(term * slope) > xp.abs(total) * 1e-17)):
            break
    return xp.where(bad, np.nan, _scale(xp, a, x) * total).astype(kind)[()]


IGAMMA_GRAD_A = binary("IgammaGradA", _by_order, no_gradient, "f", names=("a", "x"))


def _slopes(op: Operation, dz: Tensor) -> tuple[Tensor, Tensor]:
    """By a, and by x, of the lower share."""
    a, x = op.inputs
    with op.graph.control_dependencies([dz]):
        by_a = one(IGAMMA_GRAD_A, a, x)
        less = arithmetic.negative(x)
        power = arithmetic.multiply(a - 1, functions.log(x), name="mul")
        by_x = functions.exp(less + power - special.lgamma(a))
    return by_a, by_x


def _grad_igamma(op: Operation, dz: Tensor) -> Grads:
    by_a, by_x = _slopes(op, dz)
    return broadcasting.unbroadcast(op.inputs[0], op.inputs[1], by_a * dz, by_x * dz)


def _grad_igammac(op: Operation, dz: Tensor) -> Grads:
    by_a, by_x = (arithmetic.negative(slope) for slope in _slopes(op, dz))
    return broadcasting.unbroadcast(op.inputs[0], op.inputs[1], by_a * dz, by_x * dz)


IGAMMA = binary(
    "Igamma", lambda xp, a, x: _igamma(xp, a, x, False), _grad_igamma, "f", names=("a", "x")
)
IGAMMAC = binary(
    "Igammac", lambda xp, a, x: _igamma(xp, a, x, True), _grad_igammac, "f", names=("a", "x")
)


def igamma(a: Any, x: Any, name: str | None = None) -> Tensor:
    """The share of gamma(a)'s integral of t ** (a - 1) * e ** -t that is below x."""
    return one(IGAMMA, a, x, name=name)


def igammac(a: Any, x: Any, name: str | None = None) -> Tensor:
    """The share of gamma(a)'s integral that is above x."""
    return one(IGAMMAC, a, x, name=name)


def _erfinv(xp: Any, x: Any) -> Any:
    """Winitzki's approximation, made exact by Newton's steps on 1 - erf."""
    wide = x.astype(np.float64)
    inner = xp.where(xp.abs(wide) < 1, wide, 0.0)
    rest = 1 - xp.abs(inner)
    logs = xp.log(rest * (1 + xp.abs(inner)))
    middle = 2 / (math.pi * 0.147) + logs / 2
    y = xp.sqrt(xp.sqrt(middle * middle - logs / 0.147) - middle)
    for _ in range(4):
        slope = 2 / math.sqrt(math.pi) * xp.exp(-y * y)
        y = y + (xp.erfc(y) - rest) / slope
    ends = xp.where(wide == 1, np.inf, xp.where(wide == -1, -np.inf, np.nan))
    return xp.where(xp.abs(wide) < 1, xp.sign(inner) * y, ends).astype(x.dtype)[()]


def _grad_erfinv(op: Operation, dy: Tensor) -> Grads:
    slope = functions.number(op, math.sqrt(math.pi) / 2)
    with op.graph.control_dependencies([dy]):
        bell = functions.exp(functions.square(op.outputs[0]))
    return (dy * slope * bell,)


ERFINV = unary("Erfinv", _erfinv, _grad_erfinv, "f")


def erfinv(x: Any, name: str | None = None) -> Tensor:
    """The number whose error function is x, for x from -1 to 1."""
    with scope_of([x], name or "erfinv"):
        return one(ERFINV, x)


def _ndtri(xp: Any, p: Any) -> Any:
    return (_erfinv(xp, 2 * p.astype(np.float64) - 1) * math.sqrt(2)).astype(p.dtype)


def _grad_ndtri(op: Operation, dy: Tensor) -> Grads:
    slope = functions.number(op, math.sqrt(2 * math.pi))
    with op.graph.control_dependencies([dy]):
        bell = functions.exp(functions.square(op.outputs[0]) / 2.0)
    return (dy * slope * bell,)


NDTRI = unary("Ndtri", _ndtri, _grad_ndtri, "f")


def ndtri(x: Any, name: str | None = None) -> Tensor:
    """The number that a share x of the standard normal distribution is below."""
    with scope_of([x], name or "ndtri"):
        return one(NDTRI, convert_to_tensor(x, name="x"))
