"""What a table tells of runs: how far each has come, and where a tag's values end and lie.

Everything is found batch by batch and kept for as long as the batch is: a run that grows costs what
it grew by, and one that did not grow is looked up.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt

from neuronboard.formats.batch import BLOB, Batch, Columns
from neuronboard.store.run import Run
from neuronboard.store.series import Segment


class Point(NamedTuple):
    """A value and its step. A float32 is the shortest number that rounds to it: 0.1, not
    0.10000000149."""

    value: float
    step: int


class Summary(NamedTuple):
    """The last point of a tag, and its lowest and highest among the finite ones; None if there are
    none. Of equal ones the first counts. Points that a restart declared void do not."""

    last: Point | None
    low: Point | None
    high: Point | None


class Break(NamedTuple):
    """Where a tag's values are not finite: from which step on."""

    tag: str
    step: int


class Progress(NamedTuple):
    """How far a run has come.

    newest: seconds since 1970 of its newest event, None if it has none. points: how many scalars.
    pace: seconds between two steps in the mean, 0 if it has fewer than two. nan: its first value
    that is not finite, of any tag. diverged: the first tag whose last value is not finite, and the
    step from which on none was; a value that is infinite once, as a gradient is when a scaled loss
    overflows, is no divergence.
    """

    newest: float | None
    points: int
    pace: float
    nan: Break | None
    diverged: Break | None


class _Extent(NamedTuple):
    """What a batch adds to a run's progress. rows: points of the tag that has most. broken: numbers
    of the tags with values that are not finite."""

    oldest: float | None
    newest: float | None
    points: int
    rows: int
    broken: tuple[int, ...]


EMPTY = Summary(None, None, None)

_extents: WeakKeyDictionary[Batch, _Extent] = WeakKeyDictionary()
_pieces: WeakKeyDictionary[Batch, dict[int, Summary]] = WeakKeyDictionary()
_progress: WeakKeyDictionary[Run, Progress] = WeakKeyDictionary()
_summaries: WeakKeyDictionary[Run, dict[str, Summary]] = WeakKeyDictionary()


def progress_of(run: Run) -> Progress:
    """How far a run has come."""
    known = _progress.get(run)
    if known is None:
        known = _progress[run] = _progress_of(run)
    return known


def summary_of(run: Run, tag: str) -> Summary:
    """The last, lowest and highest point of a run's scalar tag; `EMPTY` if it has none."""
    known = _summaries.setdefault(run, {})
    if tag not in known:
        series = run.find("scalar", tag)
        parts = [_of_segment(segment) for segment in series.segments] if series else []
        known[tag] = _joined(part for part in parts)
    return known[tag]


def _progress_of(run: Run) -> Progress:
    extents = [(batch, _extent_of(batch)) for batch in run.batches()]
    newest = [extent.newest for _, extent in extents if extent.newest is not None]
    oldest = [extent.oldest for _, extent in extents if extent.oldest is not None]
    rows = sum(extent.rows for _, extent in extents)
    pace = (max(newest) - min(oldest)) / (rows - 1) if newest and rows > 1 else 0.0
    broken = {batch.tags.texts[tag] for batch, extent in extents for tag in extent.broken}
    nan, diverged = _breaks(run, sorted(broken))
    points = sum(extent.points for _, extent in extents)
    return Progress(max(newest, default=None), points, pace, nan, diverged)


def _extent_of(batch: Batch) -> _Extent:
    known = _extents.get(batch)
    if known is None:
        known = _extents[batch] = _measured(batch)
    return known


def _measured(batch: Batch) -> _Extent:
    times = np.frombuffer(batch.wall_times, np.float64)
    if batch.blobs:
        times = np.concatenate([times, np.frombuffer(batch.blobs, BLOB)["wall_time"]])
    starts = np.frombuffer(batch.starts, np.uint32)
    rows = int((starts[1:] - starts[:-1]).max(initial=0))
    oldest, newest = _ends(times)
    return _Extent(oldest, newest, len(batch), rows, _broken(batch, starts))


def _ends(times: npt.NDArray[np.float64]) -> tuple[float | None, float | None]:
    if not len(times):
        return None, None
    oldest, newest = float(times.min()), float(times.max())
    if math.isfinite(oldest) and math.isfinite(newest):
        return oldest, newest
    return _ends(times[np.isfinite(times)])


def _broken(batch: Batch, starts: npt.NDArray[np.uint32]) -> tuple[int, ...]:
    doubles = int(starts[batch.wide])
    wide = np.isfinite(np.frombuffer(batch.values, np.float64, doubles))
    narrow = np.isfinite(np.frombuffer(batch.values, np.float32, -1, doubles * 8))
    if wide.all() and narrow.all():
        return ()
    found = np.flatnonzero(~np.concatenate([wide, narrow]))
    places = np.unique(np.searchsorted(starts, found, side="right") - 1)
    return tuple(np.frombuffer(batch.ids, np.uint32)[places].tolist())


def _breaks(run: Run, tags: Iterable[str]) -> tuple[Break | None, Break | None]:
    """The first value that is not finite, and the first tag that has diverged."""
    firsts, ends = [], []
    for tag in tags:
        steps, finite = _counted(run, tag)
        if finite.all():
            continue
        firsts.append(Break(tag, int(steps[~finite].min())))
        if not finite[-1]:
            since = len(finite) - int(finite[::-1].argmax()) if finite.any() else 0
            ends.append(Break(tag, int(steps[since])))
    return (
        min(firsts, key=lambda found: found.step, default=None),
        min(ends, key=lambda found: found.step, default=None),
    )


def _counted(run: Run, tag: str) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
    """The steps of the points that count, and which of those are finite."""
    series = run.find("scalar", tag)
    parts = [_valid(segment) for segment in series.segments] if series else []
    steps = np.concatenate([part.steps for part in parts])
    return steps, np.concatenate([np.isfinite(part.values) for part in parts])


def _valid(segment: Segment) -> Columns:
    columns = segment.columns()
    if segment.purge_step is None:
        return columns
    return columns.picked(columns.steps < segment.purge_step)


def _of_segment(segment: Segment) -> Summary:
    if segment.purge_step is not None:
        return _of_columns(_valid(segment))
    return _joined(_of_piece(piece.batch, piece.place) for piece in segment.pieces)


def _of_piece(batch: Batch, place: int) -> Summary:
    known = _pieces.setdefault(batch, {})
    if place not in known:
        known[place] = _of_columns(batch.columns(place))
    return known[place]


def _of_columns(columns: Columns) -> Summary:
    steps, _, values = columns
    if not len(steps):
        return EMPTY
    last = _point(columns, len(steps) - 1)
    low, high = int(values.argmin()), int(values.argmax())
    if np.isfinite(values[low]) and np.isfinite(values[high]):
        return Summary(last, _point(columns, low), _point(columns, high))
    at = np.flatnonzero(np.isfinite(values))
    if not len(at):
        return Summary(last, None, None)
    finite = values[at]
    return Summary(
        last, _point(columns, int(at[finite.argmin()])), _point(columns, int(at[finite.argmax()]))
    )


def _point(columns: Columns, at: int) -> Point:
    value: Any = columns.values[at]
    return Point(float(str(value)), int(columns.steps[at]))


def _joined(parts: Iterable[Summary]) -> Summary:
    """The summary of points that stand one behind the other."""
    last = low = high = None
    for part in parts:
        last = part.last or last
        if part.low and (low is None or part.low.value < low.value):
            low = part.low
        if part.high and (high is None or part.high.value > high.value):
            high = part.high
    return Summary(last, low, high)
