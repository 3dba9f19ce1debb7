"""What a curve can be drawn over besides its steps and its times: columns of x that are computed.

    active   seconds in which the run was written to, since it began: the time between the parts of
             a run that was stopped and started again is left out
    index    the number of the point among all that were written of its tag in the run, from 0
    tag      the value of another scalar tag of the run at the same step; between two of its steps
             in proportion, NaN before its first and behind its last

A column is computed of all points of a curve, once, and stands in its slices where wall times do,
so that it is reduced at the cost of the pixels as these are.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from neuronboard.formats.batch import Columns
from neuronboard.store.curve import Curve, Slice, ascends, curves_of
from neuronboard.store.group import line_of
from neuronboard.store.recent import Recent
from neuronboard.store.run import Run

Floats = npt.NDArray[np.float64]
Computed = Literal["active", "index", "tag"]


def active_time(spans: Sequence[tuple[float, float]], wall_times: Floats) -> Floats:
    """Of each time how much of the spans lies before it, in seconds; NaN stays NaN.

    spans: pairs of seconds since 1970 that ascend and do not overlap.
    """
    starts, ends = np.array(spans, np.float64).reshape(-1, 2).T
    if not len(starts):
        return np.where(np.isnan(wall_times), np.nan, 0.0)
    lengths = ends - starts
    before = np.r_[0.0, np.cumsum(lengths)[:-1]]
    at = np.maximum(np.searchsorted(starts, wall_times, "right") - 1, 0)
    found: Floats = before[at] + np.clip(wall_times - starts[at], 0.0, lengths[at])
    return found


def values_at(run: Run, tag: str, steps: npt.NDArray[np.int64]) -> Floats:
    """What another tag of the run was at some steps; void points do not count."""
    live = [curve for curve in curves_of(run, tag) if not curve.purged]
    line = line_of(live, "step")
    if not len(line.x):
        return np.full(len(steps), np.nan)
    return np.interp(steps, line.x, line.y, left=np.nan, right=np.nan)


def state_of(run: Run, axis: Computed, tag: str, over: str) -> Hashable:
    """What the column depends on besides the points of the curve; over: the tag of axis "tag"."""
    return _STATES[axis](run, tag, over)


def placed(run: Run, curve: Curve, axis: Computed, over: str) -> tuple[Slice, ...]:
    """The curve's slices with x where their wall times stand."""
    key = (axis, over)
    found = _recent.get(curve, key)
    if found is None:
        found = tuple(_placed(run, curve, axis, over))
        _recent.put(curve, key, found)
    return found


def over_the_same(slices: Sequence[Slice], others: Sequence[Slice]) -> tuple[Slice, ...]:
    """Slices of the same points as others, such as smoothed ones, with the x of those."""
    return tuple(
        piece._replace(wall_times=other.columns().wall_times, times_ascend=other.times_ascend)
        for piece, other in zip(slices, others, strict=True)
    )


def off_axis(slices: Sequence[Slice]) -> int:
    """How many points have no x: it is not finite."""
    odd = [piece.columns().wall_times for piece in slices if not piece.times_ascend]
    return sum(len(times) - int(np.isfinite(times).sum()) for times in odd)


_recent = Recent()


def _placed(run: Run, curve: Curve, axis: Computed, over: str) -> list[Slice]:
    columns = [piece.columns() for piece in curve.slices]
    steps = np.concatenate([part.steps for part in columns]) if columns else np.empty(0, np.int64)
    times = np.concatenate([part.wall_times for part in columns]) if columns else np.empty(0)
    x = _COLUMNS[axis](run, curve, over, steps, times)
    found = []
    at = 0
    for piece, (own, _, values) in zip(curve.slices, columns, strict=True):
        part = x[at : at + piece.length]
        at += piece.length
        if piece.length == len(piece.steps):
            found.append(piece._replace(wall_times=part, times_ascend=ascends(part)))
        else:
            found.append(Slice.of(Columns(own, part, values)))
    return found


def _index(run: Run, curve: Curve, _over: str, steps: Any, _times: Any) -> Floats:
    series = run.find("scalar", curve.tag)
    before = 0
    for segment in series.segments if series else ():
        if segment.id == curve.segment.id:
            break
        before += len(segment)
    at = curve.at
    numbers = np.arange(*at) if isinstance(at, tuple) else at
    return (numbers + before).astype(np.float64)


def _active(run: Run, _curve: Curve, _over: str, _steps: Any, times: Floats) -> Floats:
    return active_time(run.spans, times)


def _tag(run: Run, _curve: Curve, over: str, steps: npt.NDArray[np.int64], _times: Any) -> Floats:
    return values_at(run, over, steps)


_COLUMNS: dict[Computed, Callable[[Run, Curve, str, Any, Any], Floats]] = {
    "active": _active,
    "index": _index,
    "tag": _tag,
}


def _lengths(run: Run, tag: str) -> Hashable:
    series = run.find("scalar", tag)
    return tuple((s.id, s.changed, len(s)) for s in series.segments) if series else ()


_STATES: dict[Computed, Callable[[Run, str, str], Hashable]] = {
    "active": lambda run, _tag, _over: run.spans,
    "index": lambda run, tag, _over: _lengths(run, tag),
    "tag": lambda run, _tag, over: _lengths(run, over),
}
