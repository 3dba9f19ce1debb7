"""Groups beside each other: what a tag came to in each, and by how much they differ; and where the
curves of two runs part. Pure functions.

    final   the last point that was written
    min     the lowest finite value        max     the highest
    at      the value at a step, between two points in proportion; none beyond a run's ends
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from neuronboard.dashboards.scalars.query import no_tag
from neuronboard.errors import NotFoundQueryError, QueryError
from neuronboard.store import Catalog, Run
from neuronboard.store.curve import curves_of
from neuronboard.store.estimate import Difference, Estimate, difference, estimate
from neuronboard.store.group import Line, line_of, union
from neuronboard.store.smooth import Smoothing
from neuronboard.store.summary import Point, summary_of

Stat = Literal["final", "min", "max", "at"]


@dataclass(frozen=True, slots=True)
class Row:
    """A group in one tag.

    runs: how many of its runs have the tag. left_out: how many of those have no finite value of
    this kind, as a run that has diverged; they are not in the estimate. steps: the lowest and
    highest step that the values are of, None if there are none. beside: its mean less that of the
    baseline, None for the baseline itself and where there is none.
    """

    runs: int
    left_out: int
    estimate: Estimate
    steps: tuple[int, int] | None
    beside: Difference | None


class Parting(NamedTuple):
    """Where the curves of two runs part, in the steps that both have.

    differ: the first step at which they are not the same to the bit, None if they are. apart: the
    step from which on one lies above the other to the end, None where they end alike; above: which,
    0 or 1. last: what each came to.
    """

    tag: str
    differ: float | None
    apart: float | None
    above: int | None
    last: tuple[float | None, float | None]


def compared(
    catalog: Catalog,
    tag: str,
    groups: Sequence[Sequence[Run]],
    stat: Stat,
    step: float | None,
    baseline: int | None,
) -> list[Row]:
    """A row for each group. step: of stat "at". baseline: number of a group.

    Raises NotFoundQueryError for a tag that no run has, QueryError for a baseline that is no group.
    """
    if tag not in catalog.scalar_runs:
        raise NotFoundQueryError(no_tag(tag))
    if baseline is not None and not 0 <= baseline < len(groups):
        raise QueryError(f"baseline is the number of a group, 0 to {len(groups) - 1}: {baseline}")
    rows = [_row(group, tag, stat, step) for group in groups]
    if baseline is None:
        return rows
    base = rows[baseline].estimate
    return [
        row
        if number == baseline
        else Row(row.runs, row.left_out, row.estimate, row.steps, difference(row.estimate, base))
        for number, row in enumerate(rows)
    ]


def _row(group: Sequence[Run], tag: str, stat: Stat, step: float | None) -> Row:
    having = [run for run in group if run.find("scalar", tag)]
    points = [_point(run, tag, stat, step) for run in having]
    finite = [point for point in points if point is not None and math.isfinite(point.value)]
    steps = [point.step for point in finite]
    return Row(
        len(having),
        len(having) - len(finite),
        estimate(np.array([point.value for point in finite])),
        (min(steps), max(steps)) if steps else None,
        None,
    )


def _point(run: Run, tag: str, stat: Stat, step: float | None) -> Point | None:
    if stat != "at" or step is None:
        found = summary_of(run, tag)
        return {"final": found.last, "min": found.low, "max": found.high}[stat]
    line = _line(run, tag, None)
    if not len(line.x):
        return None
    return Point(float(np.interp(step, line.x, line.y, left=np.nan, right=np.nan)), round(step))


def _line(run: Run, tag: str, smoothing: Smoothing | None) -> Line:
    return line_of([c for c in curves_of(run, tag) if not c.purged], "step", smoothing)


def tags_of_two(runs: tuple[Run, Run]) -> tuple[list[str], list[str], list[str]]:
    """The scalar tags that both have, and those that only the first or only the second has."""
    first, second = (set(run.scalar_tags) for run in runs)
    return (
        [tag for tag in runs[0].scalar_tags if tag in second],
        [tag for tag in runs[0].scalar_tags if tag not in second],
        [tag for tag in runs[1].scalar_tags if tag not in first],
    )


def parting(runs: tuple[Run, Run], tag: str, smoothing: Smoothing | None = None) -> Parting:
    """Where two runs part in a tag; both smoothed first, if that is asked for."""
    lines = [_line(run, tag, smoothing) for run in runs]
    last = tuple(summary_of(run, tag).last for run in runs)
    values = (last[0].value if last[0] else None, last[1].value if last[1] else None)
    x, first, second = _together(*lines)
    differ = (first != second) & ~(np.isnan(first) & np.isnan(second))
    sides = np.sign(first - second)
    there = np.flatnonzero(np.isfinite(sides))
    since = x[differ.argmax()] if differ.any() else None
    if not len(there) or sides[there[-1]] == 0:
        return Parting(tag, _number(since), None, None, values)
    side = sides[there[-1]]
    others = there[sides[there] != side]
    start = there[np.searchsorted(there, others[-1]) + 1] if len(others) else there[0]
    return Parting(tag, _number(since), _number(x[start]), 0 if side > 0 else 1, values)


def _together(
    a: Line, b: Line
) -> tuple[npt.NDArray[np.generic], npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Both at the union of their x, as far as both reach."""
    if not len(a.x) or not len(b.x):
        return np.empty(0), np.empty(0), np.empty(0)
    x = union([a.x, b.x])
    x = x[(x >= max(a.x[0], b.x[0])) & (x <= min(a.x[-1], b.x[-1]))]
    return x, np.interp(x, a.x, a.y), np.interp(x, b.x, b.y)


def _number(value: np.generic | None) -> float | None:
    return None if value is None else float(value)
