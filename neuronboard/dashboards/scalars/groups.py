"""Groups of runs as curves: of each its middle, and a band around it. Pure functions.

A group is named by the numbers of its runs in the list of runs, "0-3,7", so that a question about
five hundred groups fits a URL. Numbers mean nothing when the list has changed, so a question also
says which list it means, by its `fingerprint`.
"""

from __future__ import annotations

import re
import zlib
from collections import OrderedDict
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from threading import Lock
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from neuronboard.dashboards.scalars.query import (
    EVERY,
    PLAIN,
    Question,
    axis_state,
    chosen,
    no_tag,
    place_of,
)
from neuronboard.errors import NotFoundQueryError, QueryError, StaleQueryError
from neuronboard.formats.batch import Columns
from neuronboard.store import Catalog, Run
from neuronboard.store.curve import Curve, Slice, curves_of, without_covered
from neuronboard.store.group import Band, Center, Group, Line, grouped, line_of, line_through, union
from neuronboard.store.reduce import View

MOST_CHANGES = 200
KEPT_POINTS = 4_000_000  # x of groups: 160 MB
_RANGES = re.compile(r"[0-9]{1,9}(-[0-9]{1,9})?(,[0-9]{1,9}(-[0-9]{1,9})?)*", re.ASCII)


@dataclass(frozen=True, slots=True)
class GroupAnswer:
    """A group's columns, reduced to what its three lines need.

    runs: how many runs of the group have the tag. total: how many x the whole group has. extent:
    smallest and largest x of the whole group, None if it has none.
    newest: wall time of its newest point, None if it has none. not_finite: how many values of its
    runs are NaN or infinite, and first_not_finite: the lowest x at which one is; those are in no
    middle and no band.
    """

    question: Question
    bounds: tuple[float, float] | None
    runs: int
    within: int
    reduced: bool
    group: Group
    total: int = 0
    extent: tuple[float, float] | None = None
    newest: float | None = None
    not_finite: int = 0
    first_not_finite: float | None = None


class _Whole(NamedTuple):
    """A group before it is reduced. runs: how many have the tag."""

    runs: int
    group: Group
    first_not_finite: float | None


def fingerprint(runs: Sequence[Run]) -> str:
    """Eight hexadecimal digits that are others for another list of runs: CRC-32 of their ids."""
    text = "\n".join(run.id for run in runs)
    return f"{zlib.crc32(text.encode('utf-8', 'surrogatepass')):08x}"


def members(catalog: Catalog, texts: Sequence[str], of: str) -> list[tuple[Run, ...]]:
    """The runs of groups that are named by numbers.

    Raises StaleQueryError if `of` is the fingerprint of another list than that of the catalog, and
    QueryError for texts that are no ascending numbers of it.
    """
    now = fingerprint(catalog.runs)
    if of != now:
        raise StaleQueryError(
            f"the list of runs has changed: of is {of[:20]!r}, that of api/runs is {now!r}"
        )
    return [tuple(catalog.runs[at] for at in _numbers(text, len(catalog.runs))) for text in texts]


def _numbers(text: str, count: int) -> list[int]:
    if not _RANGES.fullmatch(text):
        raise QueryError(f"a group is numbers of runs, such as 0-3,7; got {text[:40]!r}")
    pairs = [part.partition("-") for part in text.split(",")]
    ranges = [range(int(low), int(high or low) + 1) for low, _, high in pairs]
    for part in ranges:
        if not part or part[-1] >= count:
            raise QueryError(
                f"runs have the numbers 0 to {count - 1}, ascending; got {text[:40]!r}"
            )
    return sorted(set(chain.from_iterable(ranges)))


def curves_of_groups(
    catalog: Catalog, question: Question, groups: Sequence[Sequence[Run]]
) -> list[list[Curve]]:
    """The curves of each group; NotFoundQueryError for a tag that no run has."""
    (tag,) = question.tags
    for name in (tag, *([question.over] if question.axis == "tag" else [])):
        if name not in catalog.scalar_runs:
            raise NotFoundQueryError(no_tag(name))
    return [
        [curve for run in group for curve in _curves(run, tag, question.newest)] for group in groups
    ]


def _curves(run: Run, tag: str, newest: bool) -> Sequence[Curve]:
    found = curves_of(run, tag)
    return without_covered(found) if newest else found


def group(
    catalog: Catalog, question: Question, curves: Sequence[Curve], center: Center, band: Band
) -> GroupAnswer:
    """The middle and band of the runs of the curves, at every x that one of them has."""
    (found,) = groups(catalog, question, [curves], center, band)
    return found


def groups(
    catalog: Catalog,
    question: Question,
    curves: Sequence[Sequence[Curve]],
    center: Center,
    band: Band,
) -> list[GroupAnswer]:
    """The same of several groups: pixel columns lie between the bounds of all of them."""
    wholes = [_kept.whole(catalog, question, some, center, band) for some in curves]
    extents = [_extent(whole.group.x, question.log) for whole in wholes]
    there = [extent for extent in extents if extent]
    bounds = question.bounds
    if bounds is None and there:
        bounds = min(low for low, _ in there), max(high for _, high in there)
    return [
        replace(
            _reduced(question, bounds, whole),
            extent=extent,
            newest=_newest(some),
            not_finite=sum(curve.counts[0] for curve in some if not curve.purged),
            first_not_finite=whole.first_not_finite,
        )
        for some, whole, extent in zip(curves, wholes, extents, strict=True)
    ]


class _Kept:
    """The groups that were made last, so that a zoom does not make them again: as many as have
    KEPT_POINTS x together, or the one that was made last."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._groups: OrderedDict[Hashable, tuple[Sequence[Curve], _Whole]] = OrderedDict()
        self._points = 0

    def whole(
        self,
        catalog: Catalog,
        question: Question,
        curves: Sequence[Curve],
        center: Center,
        band: Band,
    ) -> _Whole:
        """The group of some curves. They are told apart by being the same object, which one that
        has grown is not; they are kept as long as the group is."""
        about = (question.axis, question.over, question.smoothing, center, band)
        key = (*map(id, curves), *about, axis_state(catalog, question, curves))
        with self._lock:
            known = self._groups.get(key)
            if known is not None:
                self._groups.move_to_end(key)
                return known[1]
        lines = list(_lines(catalog, question, curves))
        found = _Whole(len(lines), grouped(lines, center, band), _first_not_finite(lines))
        with self._lock:
            if key not in self._groups:
                self._points += len(found.group.x)
            self._groups[key] = (curves, found)
            while self._points > KEPT_POINTS and len(self._groups) > 1:
                _, (_, oldest) = self._groups.popitem(last=False)
                self._points -= len(oldest.group.x)
        return found


_kept = _Kept()


def _lines(catalog: Catalog, question: Question, curves: Sequence[Curve]) -> Iterator[Line]:
    """Each run as a function of x; what a restart declared void does not count."""
    by_run: dict[str, list[Curve]] = {}
    for curve in curves:
        if not curve.purged:
            by_run.setdefault(curve.run, []).append(curve)
    plain = PLAIN.get(question.axis)
    for some in by_run.values():
        if plain is not None:
            yield line_of(some, plain, question.smoothing)
            continue
        slices: list[Slice] = []
        for curve in some:
            place = place_of(catalog, question, curve)
            slices += place.smoothed(question.smoothing) if question.smoothing else place.slices
        columns = [piece.columns() for piece in slices]
        yield line_through(
            [each.wall_times for each in columns],
            [each.values.astype(np.float64) for each in columns],
        )


def _first_not_finite(lines: Sequence[Line]) -> float | None:
    """The lowest x at which a line has no value."""
    gaps = [line.x[np.isnan(line.y)] for line in lines]
    return min((float(gap[0]) for gap in gaps if len(gap)), default=None)


def _newest(curves: Sequence[Curve]) -> float | None:
    """The largest of the last wall times."""
    last = [curve.slices[-1].columns().wall_times[-1] for curve in curves if len(curve)]
    return max((float(time) for time in last if np.isfinite(time)), default=None)


def _extent(x: npt.NDArray[Any], log: bool) -> tuple[float, float] | None:
    shown = x[x > 0] if log else x
    return (float(shown[0]), float(shown[-1])) if len(shown) else None


def _reduced(question: Question, bounds: tuple[float, float] | None, whole: _Whole) -> GroupAnswer:
    """The columns of an answer, and what they leave out."""
    runs, group, _ = whole
    total = len(group.x)
    if bounds is None or (question.pixels is None and question.bounds is None):
        return GroupAnswer(question, bounds, runs, total, False, group, total)
    is_step = group.x.dtype == np.int64
    view = View(
        "step" if is_step else "wall",
        *bounds,
        question.pixels or EVERY,
        question.log,
        question.positive,
    )
    slices = [_slices_of_line(group.x, y) for y in (group.center, group.low, group.high)]
    found = [chosen(some, 0.0, view) for some in slices]
    more = [_changes(group.n)] if question.pixels else []
    part = group.picked(union([*(numbers for numbers, _, _ in found), *more]))
    return GroupAnswer(question, bounds, runs, found[0][1], found[0][2], part, total)


def _changes(n: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """The points before and behind which another number of runs is there: few, since runs begin
    and end; where they are many, as of runs with holes, the band's lines have them anyway."""
    at = np.flatnonzero(n[1:] != n[:-1])
    return np.unique(np.r_[at, at + 1]) if len(at) <= MOST_CHANGES else np.empty(0, np.int64)


def _slices_of_line(x: npt.NDArray[np.generic], y: npt.NDArray[np.float64]) -> tuple[Slice, ...]:
    """A line as the slices of a curve, with x for step or for wall time."""
    if x.dtype == np.int64:
        return (Slice.of(Columns(x.astype(np.int64, copy=False), np.zeros(len(x)), y)),)
    return (Slice.of(Columns(np.zeros(len(x), np.int64), x.astype(np.float64, copy=False), y)),)
