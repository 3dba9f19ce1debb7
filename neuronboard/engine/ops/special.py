"""Special functions: the error function, and the gamma function's family."""

from __future__ import annotations

import math
from typing import Any

from neuronboard.engine.graph import Operation, Tensor
from neuronboard.engine.ops import arithmetic, broadcasting
from neuronboard.engine.ops.apply import one
from neuronboard.engine.ops.define import Grads, binary, unary
from neuronboard.engine.ops.functions import after, exp, number, square

__all__ = ["digamma", "erf", "erfc", "lgamma", "polygamma", "zeta"]


def _grad_erf(op: Operation, dy: Tensor, factor: float) -> Grads:
    slope = number(op, factor * 2 / math.sqrt(math.pi))
    with op.graph.control_dependencies([dy]):
        bell = exp(arithmetic.negative(square(op.inputs[0])))
    scaled = arithmetic.multiply(dy, slope, name="mul")
    return (arithmetic.multiply(scaled, bell, name="mul"),)


ERF = unary("Erf", "erf", lambda op, dy: _grad_erf(op, dy, 1), "f")


def erf(x: Any, name: str | None = None) -> Tensor:
    """The error function: 2/sqrt(pi) times the integral of e**-t**2 from 0 to x."""
    return one(ERF, x, name=name)


ERFC = unary("Erfc", "erfc", lambda op, dy: _grad_erf(op, dy, -1), "f")


def erfc(x: Any, name: str | None = None) -> Tensor:
    """1 - erf(x), exact where that is small."""
    return one(ERFC, x, name=name)


LGAMMA = unary("Lgamma", "lgamma", lambda op, dy: after(op, dy, lambda: digamma(op.inputs[0])), "f")


def lgamma(x: Any, name: str | None = None) -> Tensor:
    """The logarithm of the absolute value of the gamma function."""
    return one(LGAMMA, x, name=name)


DIGAMMA = unary(
    "Digamma",
    "digamma",
    lambda op, dy: after(op, dy, lambda: polygamma(number(op, 1), op.inputs[0])),
    "f",
)


def digamma(x: Any, name: str | None = None) -> Tensor:
    """The derivative of lgamma."""
    return one(DIGAMMA, x, name=name)


def _grad_zeta(op: Operation, dz: Tensor) -> Grads:
    x, q = op.inputs  # by x it is not known
    slope = arithmetic.multiply(arithmetic.negative(x), zeta(arithmetic.add(x, number(op, 1)), q))
    _, gq = broadcasting.unbroadcast(x, q, None, arithmetic.multiply(dz, slope))
    return None, gq


ZETA = binary("Zeta", "zeta", _grad_zeta, "f", names=("x", "q"))


def zeta(x: Any, q: Any, name: str | None = None) -> Tensor:
    """Hurwitz's zeta function: the sum of (k + q) ** -x over k = 0, 1, ...; x > 1."""
    return one(ZETA, x, q, name=name)


def _grad_polygamma(op: Operation, dz: Tensor) -> Grads:
    a, x = op.inputs
    slope = polygamma(arithmetic.add(a, number(op, 1)), x)
    _, gx = broadcasting.unbroadcast(a, x, None, arithmetic.multiply(dz, slope))
    return None, gx


POLYGAMMA = binary("Polygamma", "polygamma", _grad_polygamma, "f", names=("a", "x"))


def polygamma(a: Any, x: Any, name: str | None = None) -> Tensor:
    """The derivative number `a` of digamma; a: 0, 1, ...; for a > 0, x > 0."""
    return one(POLYGAMMA, a, x, name=name)
