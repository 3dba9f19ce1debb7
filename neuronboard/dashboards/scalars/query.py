"""Questions about scalars, answered from a catalog: pure functions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from neuronboard.errors import NotFoundQueryError, QueryError
from neuronboard.formats.batch import Columns
from neuronboard.store import Catalog, Segment
from neuronboard.store.downsample import m4

REDUCE_FROM = 4  # points for each pixel: below that, every point is sent


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag and the runs that have it, in listing order."""

    tag: str
    display_name: str
    description: str
    runs: list[str]


@dataclass(frozen=True, slots=True)
class Curve:
    """The points of one segment of a run that an answer carries; `total` is how many it has.

    A run that was written by several programs, or by one that started again, has several segments,
    in the order they were written. purged: whether these are the points of the segment that a later
    restart declared void; they come as a curve of their own. append: whether the points come behind
    what the client has of this curve, or replace it.
    """

    run: str
    segment: str
    purged: bool
    total: int
    append: bool
    steps: npt.NDArray[np.int64]
    wall_times: npt.NDArray[np.float64]
    values: npt.NDArray[np.floating[Any]]


def tags(catalog: Catalog) -> list[Tag]:
    """The scalar tags in natural order."""
    found = []
    for tag, runs in catalog.scalar_runs.items():
        first = runs[0].series["scalar", tag]
        ids = [run.id for run in runs]
        found.append(Tag(tag, first.display_name, first.description, ids))
    return found


def curves(
    catalog: Catalog,
    tag: str,
    runs: Sequence[str] | None = None,
    pixels: int | None = None,
    since: int | None = None,
) -> list[Curve]:
    """The curves of `tag` in `runs`, runs without it left out; None is every run that has it.

    pixels: width of the chart; a curve with more than four points a pixel is reduced by M4. since:
    version of the catalog whose curves the client has already.
    Raises NotFoundQueryError for a tag or run that does not exist.
    """
    if pixels is not None and pixels < 1:
        raise QueryError(f"pixels must be at least 1, got {pixels}")
    known = catalog.scalar_runs.get(tag)
    if known is None:
        raise NotFoundQueryError(
            f"there is no scalar tag {tag!r}; ask api/scalars/tags for those there are"
        )
    wanted = known
    if runs is not None:
        have = {run.id for run in known}
        wanted = tuple(run for run in map(catalog.run, dict.fromkeys(runs)) if run.id in have)
    return [
        curve
        for run in wanted
        for segment in run.series["scalar", tag].segments
        for curve in _curves(run.id, segment, pixels, since)
    ]


def _curves(run: str, segment: Segment, pixels: int | None, since: int | None) -> Iterator[Curve]:
    """One curve of a segment, or two where a later restart declared some of it void."""
    has = None if since is None else segment.length_at(since)
    if segment.purge_step is None:
        columns = segment.columns(has or 0)
        yield _curve(run, segment.id, False, columns, (has or 0), has is not None, pixels)
        return
    columns = segment.columns()
    void = columns.steps >= segment.purge_step
    for purged, mask in ((False, ~void), (True, void)):
        start = int(mask[:has].sum()) if has else 0
        part = columns.picked(mask).picked(slice(start, None))
        if len(part.steps) or start:
            yield _curve(run, segment.id, purged, part, start, has is not None, pixels)


def _curve(
    run: str,
    segment: str,
    purged: bool,
    columns: Columns,
    start: int,
    append: bool,
    pixels: int | None,
) -> Curve:
    total = start + len(columns.steps)
    if pixels is not None and len(columns.steps) > REDUCE_FROM * pixels:
        columns = columns.picked(m4(columns.steps, columns.values, pixels))
    return Curve(run, segment, purged, total, append, *columns)
