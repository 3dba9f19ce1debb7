"""Products with logarithms, and quotients, that are 0 where their first factor is 0."""

from __future__ import annotations

from typing import Any

from neuronboard.engine.graph import Operation, Tensor
from neuronboard.engine.opdef import OpDef
from neuronboard.engine.ops import arithmetic, array, broadcasting, compare, functions, numbers
from neuronboard.engine.ops.apply import one, scope_of
from neuronboard.engine.ops.define import Grads, binary

__all__ = ["xdivy", "xlog1py", "xlogy"]


def _xlogy(xp: Any, x: Any, y: Any) -> Any:
    zero = x == 0
    return xp.where(zero, x.dtype.type(0), x * xp.log(xp.where(zero, y.dtype.type(1), y)))[()]


def _xlog1py(xp: Any, x: Any, y: Any) -> Any:
    zero = x == 0
    return xp.where(zero, x.dtype.type(0), x * xp.log1p(xp.where(zero, y.dtype.type(1), y)))[()]


def _xdivy(xp: Any, x: Any, y: Any) -> Any:
    zero = x == 0
    return xp.where(zero, x.dtype.type(0), x / xp.where(zero, y.dtype.type(1), y))[()]


def _slopes(op: Operation, dz: Tensor, kind: OpDef, across: Any) -> Grads:
    """By x the function of 1 where x is not 0; by y what `across` gives for x and y."""
    x, y = op.inputs
    with op.graph.control_dependencies([dz]):
        there = numbers.cast(compare.not_equal(x, array.zeros([], x.dtype.base_dtype)), x.dtype)
        by_x, by_y = one(kind, there, y), across(x, y)
        gx = arithmetic.multiply(by_x, dz, name="mul")
        return broadcasting.unbroadcast(x, y, gx, arithmetic.multiply(by_y, dz, name="mul"))


XLOGY: OpDef = binary(
    "Xlogy", _xlogy, lambda op, dz: _slopes(op, dz, XLOGY, lambda x, y: xdivy(x, y)), "fc"
)
XLOG1PY: OpDef = binary(
    "Xlog1py", _xlog1py, lambda op, dz: _slopes(op, dz, XLOG1PY, lambda x, y: xdivy(x, y + 1)), "fc"
)
XDIVY: OpDef = binary(
    "Xdivy",
    _xdivy,
    lambda op, dz: _slopes(
        op, dz, XDIVY, lambda x, y: xdivy(arithmetic.negative(x), functions.pow(y, 2))
    ),
    "fc",
)


def xlogy(x: Any, y: Any, name: str | None = None) -> Tensor:
    """x * log(y), and 0 where x is 0."""
    return one(XLOGY, x, y, name=name)


def xlog1py(x: Any, y: Any, name: str | None = None) -> Tensor:
    """x * log(1 + y), and 0 where x is 0."""
    with scope_of([x, y], name or "xlog1py"):
        return one(XLOG1PY, x, y)


def xdivy(x: Any, y: Any, name: str | None = None) -> Tensor:
    """x / y, and 0 where x is 0."""
    with scope_of([x, y], name or "xdivy"):
        return one(XDIVY, x, y)
