"""Questions about scalars, answered from a catalog: pure functions."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from neuronboard.errors import NotFoundQueryError
from neuronboard.formats.batch import Columns
from neuronboard.store import Catalog, Run
from neuronboard.store.axes import Computed, off_axis, over_the_same, placed, state_of
from neuronboard.store.curve import Curve, Slice, curves_of, extent_of, points_of, without_covered
from neuronboard.store.group import union
from neuronboard.store.reduce import Axis, View, inside, reduce, take, x_of
from neuronboard.store.series import NO_COLUMNS, joined
from neuronboard.store.smooth import Smoothing, smoothed_slices
from neuronboard.store.trend import Trend, trend

EVERY = 0  # pixels of a picture that is none, whose points all come
REDUCE_FROM = 4  # points for each pixel: below that, every point is sent
XAxis = Axis | Computed
PLAIN: dict[XAxis, Axis] = {"step": "step", "relative": "relative", "wall": "wall"}
_COMPUTED: dict[XAxis, Computed] = {"active": "active", "index": "index", "tag": "tag"}
COMPUTED = frozenset(_COMPUTED)


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag and the runs that have it, in listing order."""

    tag: str
    display_name: str
    description: str
    runs: list[str]


@dataclass(frozen=True, slots=True)
class Question:
    """What a chart asks for.

    tags, runs: ids; runs None is every run that has the tag. axis, log: the x axis. over: the tag
    whose values are x on axis "tag". positive: y is drawn logarithmically. bounds: the x at the
    picture's edges; None is all there is. pixels: device pixels between them; None is every point
    from one to the other. newest: leave out points whose steps a later part of their run has too.
    purged: whether to send what a restart declared void. since: version of the catalog whose curves
    the client has already.
    """

    tags: tuple[str, ...]
    runs: tuple[str, ...] | None = None
    axis: XAxis = "step"
    over: str = ""
    log: bool = False
    positive: bool = False
    bounds: tuple[float, float] | None = None
    pixels: int | None = None
    smoothing: Smoothing | None = None
    newest: bool = False
    purged: bool = False
    since: int | None = None


@dataclass(frozen=True, slots=True)
class Drawn:
    """A curve, and those of its points that an answer carries.

    append: they come behind what the client has of this curve; else they replace it. within: how
    many points of the curve lie between the bounds. reduced: some of those were left out, because
    without them the same line is drawn; the first and the last of the curve come always. extent:
    smallest and largest x of the whole curve, None if there is none on this axis. smoothed: of each
    point, float64, where it was asked for. x: of each point, float64, on an axis that is computed.
    off_axis: how many points of the curve have none there.
    """

    curve: Curve
    append: bool
    within: int
    reduced: bool
    extent: tuple[float, float] | None
    columns: Columns
    smoothed: npt.NDArray[np.float64] | None
    x: npt.NDArray[np.float64] | None = None
    off_axis: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """The curves of a question; bounds: those that its pixel columns lie between, None if there is
    nothing on that axis."""

    question: Question
    bounds: tuple[float, float] | None
    curves: list[Drawn]


def tags(catalog: Catalog) -> list[Tag]:
    """The scalar tags in natural order."""
    found = []
    for tag, runs in catalog.scalar_runs.items():
        first = runs[0].series["scalar", tag]
        ids = [run.id for run in runs]
        found.append(Tag(tag, first.display_name, first.description, ids))
    return found


def trends(
    catalog: Catalog, names: Sequence[str], runs: Sequence[str] | None
) -> list[tuple[str, str, Trend | None]]:
    """Tag, run id, and what the curve of both does; errors as of `curves`."""
    wanted = Question(tuple(names), None if runs is None else tuple(runs))
    return [
        (tag, run.id, trend(points.steps, points.values))
        for tag, having in _wanted(catalog, wanted)
        for run in having
        for points in (points_of(run, tag),)
    ]


def curves(catalog: Catalog, question: Question) -> list[Curve]:
    """The curves that a question is about, also those that are hidden because they are void.

    Raises NotFoundQueryError for a tag or run that does not exist; runs without the tag are left
    out.
    """
    if question.axis == "tag" and question.over not in catalog.scalar_runs:
        raise NotFoundQueryError(no_tag(question.over))
    found: list[Curve] = []
    for tag, runs in _wanted(catalog, question):
        for run in runs:
            of_run: Iterable[Curve] = curves_of(run, tag)
            found.extend(without_covered(of_run) if question.newest else of_run)
    return found


class Place(NamedTuple):
    """A curve on the axis of a question: slices that have its x where `axis` looks for it."""

    curve: Curve
    slices: tuple[Slice, ...]
    axis: Axis
    origin: float
    computed: bool

    def smoothed(self, how: Smoothing) -> tuple[Slice, ...]:
        """The same with smoothed values."""
        slices = smoothed_slices(self.curve, how)
        return over_the_same(slices, self.slices) if self.computed else slices


def answer(catalog: Catalog, question: Question, curves: Sequence[Curve]) -> Answer:
    """Those points of the curves that the chart needs."""
    places = [place_of(catalog, question, curve) for curve in curves]
    extents = [extent_of(each.slices, each.axis, each.origin, question.log) for each in places]
    shown = [
        extent
        for curve, extent in zip(curves, extents, strict=True)
        if extent and (question.purged or not curve.purged)
    ]
    bounds = question.bounds or _union(shown)
    view = None
    if bounds is not None and (question.pixels is not None or question.bounds is not None):
        axis = places[0].axis if places else "step"
        view = View(axis, *bounds, question.pixels or EVERY, question.log, question.positive)
    return Answer(
        question,
        bounds,
        [
            _drawn(place, extent, question, view)
            for place, extent in zip(places, extents, strict=True)
        ],
    )


def axis_state(catalog: Catalog, question: Question, curves: Sequence[Curve]) -> Hashable:
    """What the axis of an answer depends on besides its curves."""
    computed = _COMPUTED.get(question.axis)
    if computed is None:
        return None
    pairs = dict.fromkeys((curve.run, curve.tag) for curve in curves)
    return tuple(state_of(catalog.run(run), computed, tag, question.over) for run, tag in pairs)


def no_tag(tag: str) -> str:
    """What to say of a tag that no run has."""
    return f"there is no scalar tag {tag!r}; ask api/scalars/tags for those there are"


def _wanted(catalog: Catalog, question: Question) -> Iterator[tuple[str, Sequence[Run]]]:
    for tag in dict.fromkeys(question.tags):
        known = catalog.scalar_runs.get(tag)
        if known is None:
            raise NotFoundQueryError(no_tag(tag))
        if question.runs is None:
            yield tag, known
            continue
        have = {run.id for run in known}
        wanted = map(catalog.run, dict.fromkeys(question.runs))
        yield tag, [run for run in wanted if run.id in have]


def _union(extents: Sequence[tuple[float, float]]) -> tuple[float, float] | None:
    if not extents:
        return None
    return min(low for low, _ in extents), max(high for _, high in extents)


def place_of(catalog: Catalog, question: Question, curve: Curve) -> Place:
    """The curve on the axis of the question."""
    plain = PLAIN.get(question.axis)
    if plain is not None:
        return Place(curve, curve.slices, plain, curve.origin, computed=False)
    computed = _COMPUTED[question.axis]
    slices = placed(catalog.run(curve.run), curve, computed, question.over)
    return Place(curve, slices, "wall", 0.0, computed=True)


def _drawn(
    place: Place, extent: tuple[float, float] | None, question: Question, view: View | None
) -> Drawn:
    curve = place.curve
    if curve.purged and not question.purged:
        smoothed = None if question.smoothing is None else np.empty(0)
        x = np.empty(0) if place.computed else None
        return Drawn(curve, False, 0, False, extent, NO_COLUMNS, smoothed, x)
    known = _known(curve, question)
    slices = curve.since(known or 0, place.slices)
    smooth = None if question.smoothing is None else place.smoothed(question.smoothing)
    if _is_whole(slices, extent, view):
        numbers, within, reduced = None, sum(piece.length for piece in slices), False
    else:
        numbers, within, reduced = chosen(slices, place.origin, view)
        if smooth is not None and view is not None:
            more, _, _ = chosen(curve.since(known or 0, smooth), place.origin, view)
            numbers = union([numbers, more])
    smoothed = None
    if smooth is not None:
        smoothed = _taken(curve.since(known or 0, smooth), numbers).values.astype(np.float64)
    columns = _taken(curve.since(known or 0), numbers)
    x = _taken(slices, numbers).wall_times if place.computed else None
    missing = off_axis(place.slices) if place.computed else 0
    return Drawn(curve, known is not None, within, reduced, extent, columns, smoothed, x, missing)


def _is_whole(
    slices: Sequence[Slice], extent: tuple[float, float] | None, view: View | None
) -> bool:
    """Whether all points come, and all of them lie inside the view: nothing is to be chosen then.

    So it is of most curves of many runs, of which it has to be quick. What lies together has an x
    for each of its points where the column ascends.
    """
    if view is None or extent is None or len(slices) != 1 or view.pixels == EVERY or view.log:
        return False
    [piece] = slices
    ascends = piece.steps_ascend if view.axis == "step" else piece.times_ascend
    inside = view.low <= extent[0] and extent[1] <= view.high
    return ascends and inside and piece.length <= REDUCE_FROM * view.pixels


def _taken(slices: Sequence[Slice], numbers: npt.NDArray[np.int64] | None) -> Columns:
    """The points of these numbers; None is all, without a copy where they lie together."""
    return (
        joined([piece.columns() for piece in slices]) if numbers is None else take(slices, numbers)
    )


def _known(curve: Curve, question: Question) -> int | None:
    """How many points the client has and may keep; None if it needs the curve anew.

    It may not keep what changes with what comes: a part that is covered by a later one, values
    that are smoothed with those behind them, an x that is computed.
    """
    lags = question.smoothing is None or question.smoothing.kind == "ema"
    if question.since is None or question.newest or not lags or question.axis in COMPUTED:
        return None
    return curve.known(question.since)


def chosen(
    slices: Sequence[Slice], origin: float, view: View | None
) -> tuple[npt.NDArray[np.int64], int, bool]:
    """The numbers of the points to send, how many lie inside the view, and whether some do not
    come."""
    total = sum(piece.length for piece in slices)
    if view is None:
        return np.arange(total), total, False
    within, first, last = inside(slices, origin, view)
    if view.pixels == EVERY:
        return _all_inside(slices, origin, view, first, last), within, False
    limit = REDUCE_FROM * view.pixels
    if total <= limit:
        return np.arange(total), within, False
    kept = union([np.zeros(1, np.int64), reduce(slices, origin, view), np.array([total - 1])])
    if within <= limit and last - first == within:
        return union([kept, np.arange(first, last)]), within, False
    return kept, within, True


def _all_inside(
    slices: Sequence[Slice], origin: float, view: View, first: int, last: int
) -> npt.NDArray[np.int64]:
    """The numbers of all points from low to high; they lie from number first to last."""
    numbers = np.arange(first, last)
    x = x_of(take(slices, numbers), view.axis, view.bounds(origin)[0])
    return numbers[(x >= view.low) & (x <= view.high)]
