"""Curves: what a chart draws of a run's tag, one line each.

A segment is cut where its steps go back, and where a restart declared the rest void, so that a
curve never crosses itself. Its points stay where the batches hold them: a curve is slices of those.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt

from neuronboard.formats.batch import Batch, Columns
from neuronboard.store import reduce
from neuronboard.store.run import Run
from neuronboard.store.series import Segment, joined

# Beyond this many steps back a segment's steps are in no order, and one line is as good as many.
MOST_PARTS = 100


class Slice(NamedTuple):
    """Points of a curve that lie together: those from start to stop of these columns.

    table: what `reduce.survey` found in the values. wide: they are float64. steps_ascend,
    times_ascend: the column never goes back and is finite. counts: how many of all values of these
    columns are not finite, and how many are 0 or less.
    """

    steps: npt.NDArray[np.int64]
    wall_times: npt.NDArray[np.float64]
    values: npt.NDArray[np.floating[Any]]
    table: bytes
    wide: bool
    start: int
    stop: int
    steps_ascend: bool
    times_ascend: bool
    counts: tuple[int, int]

    def columns(self) -> Columns:
        """The points, without a copy."""
        part = slice(self.start, self.stop)
        return Columns(self.steps[part], self.wall_times[part], self.values[part])

    @classmethod
    def of(cls, columns: Columns) -> Slice:
        """All points of some columns."""
        return cls(
            np.ascontiguousarray(columns.steps),
            np.ascontiguousarray(columns.wall_times),
            np.ascontiguousarray(columns.values),
            reduce.survey(columns.values),
            columns.values.dtype == np.float64,
            0,
            len(columns.steps),
            bool((columns.steps[1:] >= columns.steps[:-1]).all()),
            ascends(columns.wall_times),
            _counts(columns.values),
        )

    def counted(self) -> tuple[int, int]:
        """How many of its values are not finite, and how many are 0 or less."""
        return self.counts if self.length == len(self.steps) else _counts(self.columns().values)

    def cut(self, start: int, stop: int) -> Slice:
        """The points from number start to number stop of this slice."""
        return self._replace(start=self.start + start, stop=self.start + stop)

    @property
    def length(self) -> int:
        """How many points; `len` counts the fields."""
        return self.stop - self.start


@dataclass(frozen=True, eq=False)
class Curve:
    """Points that are drawn as one line, in the order they were written.

    run: its id. part: number of the part of the segment, which is cut where steps go back. purged:
    a later restart declared these points void. origin: seconds since 1970 from which relative time
    counts: the run's first event. at: the numbers in the segment of the first point and of the one
    behind the last, or of each point where they do not lie together. covered: points at the end
    that were left out because a later part of the run has their steps too.
    """

    run: str
    tag: str
    segment: Segment
    part: int
    purged: bool
    origin: float
    at: tuple[int, int] | npt.NDArray[np.intp]
    slices: tuple[Slice, ...]
    covered: int = 0

    def __len__(self) -> int:
        return sum(piece.length for piece in self.slices)

    @cached_property
    def wide(self) -> bool:
        """Whether its values are float64."""
        return any(piece.wide for piece in self.slices)

    def columns(self) -> Columns:
        """All points; a copy only where they lie in several slices."""
        return joined([piece.columns() for piece in self.slices])

    def values(self) -> npt.NDArray[np.floating[Any]]:
        """The values of all points; a copy only where they lie in several slices."""
        parts = [piece.columns().values for piece in self.slices]
        return np.concatenate(parts) if len(parts) > 1 else self.columns().values

    @cached_property
    def counts(self) -> tuple[int, int]:
        """How many values are not finite, and how many are 0 or less."""
        found = [piece.counted() for piece in self.slices]
        return sum(count for count, _ in found), sum(count for _, count in found)

    def known(self, version: int) -> int | None:
        """How many of its points the catalog of that version had; None if that is not known."""
        length = self.segment.length_at(version)
        if length is None:
            return None
        if isinstance(self.at, tuple):
            start, stop = self.at
            return min(max(length - start, 0), stop - start)
        return int(np.searchsorted(self.at, length))

    def since(self, number: int, slices: tuple[Slice, ...] | None = None) -> tuple[Slice, ...]:
        """The slices from point `number` on, of its own or of others that stand for it."""
        slices = self.slices if slices is None else slices
        return _cut(slices, number, len(self)) if number else slices

    def cut(self, stop: int) -> Curve:
        """Its first `stop` points; the others are covered."""
        at = (self.at[0], self.at[0] + stop) if isinstance(self.at, tuple) else self.at[:stop]
        left_out = len(self) - stop
        return replace(self, at=at, slices=_cut(self.slices, 0, stop), covered=left_out)

    def first_step_from(self, step: int) -> int:
        """The number of the first point at that step or later."""
        before = 0
        for piece in self.slices:
            steps = piece.columns().steps
            if piece.steps_ascend:
                found = int(np.searchsorted(steps, step))
            else:
                beyond = steps >= step
                found = int(beyond.argmax()) if beyond.any() else len(steps)
            if found < len(steps):
                return before + found
            before += found
        return before

    def extent(self, axis: reduce.Axis, positive: bool) -> tuple[float, float] | None:
        """The smallest and largest finite x, or of those above 0; None if there is none."""
        return extent_of(self.slices, axis, self.origin, positive)

    @cached_property
    def lowest_step(self) -> int:
        """The smallest step; the curve is not empty."""
        lowest = (
            piece.columns().steps[0] if piece.steps_ascend else piece.columns().steps.min()
            for piece in self.slices
        )
        return int(min(lowest))


class _Survey(NamedTuple):
    """A tag's points in one batch, and where its steps go back."""

    slice: Slice
    drops: tuple[int, ...]


_surveys: WeakKeyDictionary[Batch, dict[int, _Survey]] = WeakKeyDictionary()
_curves: WeakKeyDictionary[Run, dict[str, tuple[Curve, ...]]] = WeakKeyDictionary()


def curves_of(run: Run, tag: str) -> tuple[Curve, ...]:
    """The curves of a run's tag in the order they were written; none if it has no such scalar."""
    known = _curves.setdefault(run, {})
    if tag not in known:
        series = run.find("scalar", tag)
        segments = series.segments if series else ()
        found = [curve for segment in segments for curve in _of_segment(run, tag, segment)]
        known[tag] = tuple(found)
    return known[tag]


def points_of(run: Run, tag: str) -> Columns:
    """All points that no restart declared void, in the order they were written."""
    return joined([curve.columns() for curve in curves_of(run, tag) if not curve.purged])


def without_covered(curves: Iterable[Curve]) -> list[Curve]:
    """Each curve up to the first step that a later one of its run has too; purged ones whole."""
    limit: int | None = None
    kept: list[Curve] = []
    for curve in reversed(list(curves)):
        if curve.purged:
            kept.append(curve)
            continue
        lowest = curve.lowest_step
        kept.append(curve if limit is None else curve.cut(curve.first_step_from(limit)))
        limit = lowest if limit is None else min(limit, lowest)
    return kept[::-1]


def _of_segment(run: Run, tag: str, segment: Segment) -> Iterator[Curve]:
    surveys = [_survey(piece.batch, piece.place) for piece in segment.pieces]
    slices = tuple(survey.slice for survey in surveys)
    cuts = _cuts(surveys)
    whole = Curve(run.id, tag, segment, 0, False, _origin(run, slices), (0, len(segment)), slices)
    if len(cuts) >= MOST_PARTS:
        yield from _unordered(whole)
        return
    if not all(piece.steps_ascend for piece in slices):
        slices = tuple(piece._replace(steps_ascend=True) for piece in slices)
    if not cuts:
        yield from _divided(whole, 0, len(segment))
        return
    for part, (start, stop) in enumerate(pairwise([0, *cuts, len(segment)])):
        curve = replace(whole, part=part, at=(start, stop), slices=_cut(slices, start, stop))
        yield from _divided(curve, start, stop)


def _divided(curve: Curve, start: int, stop: int) -> Iterator[Curve]:
    """The curve, whose steps ascend, as what counts and what a restart declared void."""
    if curve.segment.purge_step is None:
        yield curve
        return
    void = start + curve.first_step_from(curve.segment.purge_step)
    for purged, low, high in ((False, start, void), (True, void, stop)):
        if low < high:
            slices = _cut(curve.slices, low - start, high - start)
            yield replace(curve, purged=purged, at=(low, high), slices=slices)


def _unordered(curve: Curve) -> Iterator[Curve]:
    """The same for a curve whose steps are in no order; what is void is copied out."""
    if curve.segment.purge_step is None:
        yield curve
        return
    columns = curve.columns()
    void = columns.steps >= curve.segment.purge_step
    for purged, mask in ((False, ~void), (True, void)):
        at = np.flatnonzero(mask)
        if len(at):
            slices = (Slice.of(columns.picked(at)),)
            yield replace(curve, purged=purged, at=at, slices=slices)


def _survey(batch: Batch, place: int) -> _Survey:
    """The points at a place of a batch; looked through once."""
    known = _surveys.setdefault(batch, {})
    if place not in known:
        piece = Slice.of(batch.columns(place))
        drops: tuple[int, ...] = ()
        if not piece.steps_ascend:
            drops = tuple((np.flatnonzero(piece.steps[1:] < piece.steps[:-1]) + 1).tolist())
        known[place] = _Survey(piece, drops)
    return known[place]


def _cuts(surveys: Iterable[_Survey]) -> list[int]:
    """The numbers of the points whose step is smaller than the one before."""
    cuts: list[int] = []
    before, last = 0, None
    for piece, drops in surveys:
        if last is not None and piece.steps[0] < last:
            cuts.append(before)
        cuts.extend(before + drop for drop in drops)
        before += piece.length
        last = piece.steps[-1]
    return cuts


def _cut(slices: tuple[Slice, ...], start: int, stop: int) -> tuple[Slice, ...]:
    """The points from number start to number stop."""
    found = []
    before = 0
    for piece in slices:
        length = piece.length
        low, high = max(start - before, 0), min(stop - before, length)
        if high - low == length:
            found.append(piece)
        elif low < high:
            found.append(piece.cut(low, high))
        before += length
    return tuple(found)


def _origin(run: Run, slices: tuple[Slice, ...]) -> float:
    """Where relative time begins: at the run's first event, or else the first point with a time."""
    if run.first_wall_time is not None and np.isfinite(run.first_wall_time):
        return run.first_wall_time
    for piece in slices:
        finite = piece.wall_times[np.isfinite(piece.wall_times)]
        if len(finite):
            return float(finite[0])
    return 0.0


def extent_of(
    slices: Iterable[Slice], axis: reduce.Axis, origin: float, positive: bool
) -> tuple[float, float] | None:
    """The smallest and largest finite x of some slices, or of those above 0."""
    ends = [_extent(piece, axis, origin, positive) for piece in slices]
    known = [pair for pair in ends if pair is not None]
    if not known:
        return None
    return min(low for low, _ in known), max(high for _, high in known)


def _extent(
    piece: Slice, axis: reduce.Axis, origin: float, positive: bool
) -> tuple[float, float] | None:
    column: npt.NDArray[Any] = piece.steps if axis == "step" else piece.wall_times
    taken = origin if axis == "relative" else 0.0
    ascends = piece.steps_ascend if axis == "step" else piece.times_ascend
    if not ascends or (positive and column[piece.start] - taken <= 0):
        x = column[piece.start : piece.stop]
        x = x[np.isfinite(x) & (x - taken > 0)] if positive else x[np.isfinite(x)]
        return (float(x.min() - taken), float(x.max() - taken)) if len(x) else None
    return float(column[piece.start] - taken), float(column[piece.stop - 1] - taken)


def _counts(values: npt.NDArray[np.floating[Any]]) -> tuple[int, int]:
    finite = int(np.isfinite(values).sum())
    low = int((values <= 0).sum())
    if finite < len(values):
        low -= int(np.isneginf(values).sum())
    return len(values) - finite, low


def ascends(times: npt.NDArray[np.float64]) -> bool:
    """Whether a column never goes back and is finite."""
    if not len(times):
        return True
    finite = np.isfinite(times[0]) and np.isfinite(times[-1])
    return bool(finite and (times[1:] >= times[:-1]).all())
