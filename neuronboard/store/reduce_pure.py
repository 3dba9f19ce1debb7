"""The reference of `reduce`: numpy over all points of a curve."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from neuronboard.formats.batch import Columns
from neuronboard.store.series import joined

if TYPE_CHECKING:
    from neuronboard.store.curve import Slice
    from neuronboard.store.reduce import Axis, View

Floats = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.int64]

LEFT, RIGHT, NOWHERE = -(1 << 62), (1 << 62) - 1, 1 << 62


def x_and_y(slices: Sequence[Slice], axis: Axis, origin: float) -> tuple[Floats, Floats]:
    """The columns of x and of values of a curve."""
    columns = joined([piece.columns() for piece in slices])
    values = columns.values.astype(np.float64)
    if axis == "step":
        return columns.steps.astype(np.float64), values
    return columns.wall_times - origin, values


def take(slices: Sequence[Slice], numbers: Numbers) -> Columns:
    """The points of these numbers."""
    return joined([piece.columns() for piece in slices]).picked(numbers)


def inside(x: Floats, low: float, high: float) -> tuple[int, int, int]:
    """How many x lie from low to high, the number of the first, and behind the last."""
    found = np.flatnonzero((x >= low) & (x <= high))
    return (len(found), int(found[0]), int(found[-1]) + 1) if len(found) else (0, 0, 0)


def reduce(x: Floats, y: Floats, view: View) -> Numbers:
    """The numbers, ascending, of the points that draw the line."""
    columns = _columns(x, view)
    there = columns != NOWHERE
    kinds = np.where(np.isfinite(y), np.where(view.positive & (y <= 0), 3, 0), 1 + (y > 0))
    kept = [
        _extremes(columns, y, np.flatnonzero(there & (kinds == 0))),
        _ends(columns, np.flatnonzero(there & (kinds > 0))),
    ]
    for kind in (1, 2, 3):
        kept.append(_firsts(columns, kinds, np.flatnonzero(there & (kinds > 0)), kind))
    return np.unique(np.concatenate(kept)).astype(np.int64)


def _columns(x: Floats, view: View) -> Numbers:
    """Twice the pixel column of each x, and one more between its edges."""
    with np.errstate(all="ignore"):
        place = np.log10(np.where(x > 0, x, np.nan)) if view.log else x
        low, high = np.log10([view.low, view.high]) if view.log else (view.low, view.high)
        factor = view.pixels / (high - low) if high > low else 0.0
        edge = 1e-9 + 4 * np.finfo(np.float64).eps * max(abs(low), abs(high)) * factor
        edge = edge if edge < 0.25 else 0.25
        at = (place - low) * factor
        column = np.floor(at + edge)
        result = 2 * column + (at - column >= edge)
    known = np.isfinite(place)
    left, right = at < -1 - edge, at > view.pixels + 1 + edge
    safe = np.where(known & ~left & ~right, result, 0).astype(np.int64)
    columns: Numbers = np.select([~known, left, right], [NOWHERE, LEFT, RIGHT], safe)
    return columns


def _groups(columns: Numbers, at: npt.NDArray[np.intp]) -> tuple[Numbers, Numbers]:
    """Where the groups of points begin and end that follow each other in one column."""
    changes = np.flatnonzero(columns[at][1:] != columns[at][:-1]) + 1
    starts = np.r_[0, changes] if len(at) else changes
    ends: Numbers = np.r_[starts[1:], len(at)][: len(starts)]
    return starts, ends


def _extremes(columns: Numbers, y: Floats, at: npt.NDArray[np.intp]) -> npt.NDArray[Any]:
    """First, lowest, highest and last of each group; beside the picture first and last."""
    if not len(at):
        return at
    starts, ends = _groups(columns, at)
    group = np.repeat(np.arange(len(starts)), ends - starts)
    shown = ~np.isin(columns[at[starts]], (LEFT, RIGHT))
    low = np.lexsort((y[at], group))[starts[shown]]
    high = np.lexsort((-y[at], group))[starts[shown]]
    found: Numbers = at[np.concatenate([starts, ends - 1, low, high])]
    return found


def _ends(columns: Numbers, at: npt.NDArray[np.intp]) -> npt.NDArray[Any]:
    if not len(at):
        return at
    starts, ends = _groups(columns, at)
    found: Numbers = at[np.concatenate([starts, ends - 1])]
    return found


def _firsts(
    columns: Numbers, kinds: npt.NDArray[Any], at: npt.NDArray[np.intp], kind: int
) -> npt.NDArray[Any]:
    """The first point of a kind in each group."""
    if not len(at):
        return at
    starts, ends = _groups(columns, at)
    group = np.repeat(np.arange(len(starts)), ends - starts)
    wanted = np.flatnonzero(kinds[at] == kind)
    _, first = np.unique(group[wanted], return_index=True)
    return at[wanted[first]]
