"""Questions about scalars, answered from a catalog: pure functions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from neuronboard.errors import NotFoundQueryError, QueryError
from neuronboard.store import Catalog
from neuronboard.store.downsample import m4
from neuronboard.store.series import Series

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
    """The points of one run that an answer carries; `total` is how many the run has.

    append: whether these come behind what the client has, or replace it.
    """

    run: str
    generation: int
    total: int
    append: bool
    steps: npt.NDArray[np.int64]
    wall_times: npt.NDArray[np.float64]
    values: npt.NDArray[np.floating[Any]]


def tags(catalog: Catalog) -> list[Tag]:
    """The scalar tags in natural order."""
    found = []
    for tag, by_run in catalog.series_of("scalar").items():
        first = next(iter(by_run.values()))
        found.append(Tag(tag, first.display_name, first.description, list(by_run)))
    return found


def curves(
    catalog: Catalog,
    tag: str,
    runs: Sequence[str] | None = None,
    pixels: int | None = None,
    since: int | None = None,
) -> list[Curve]:
    """The curves of `tag` in `runs`, runs without it left out; None is every run that has it.

    pixels: width of the chart; a run with more than four points a pixel is reduced by M4. since:
    version of the catalog whose curves the client has already.
    Raises NotFoundQueryError for a tag or run that does not exist.
    """
    if pixels is not None and pixels < 1:
        raise QueryError(f"pixels must be at least 1, got {pixels}")
    known = catalog.series_of("scalar").get(tag)
    if known is None:
        raise NotFoundQueryError(
            f"there is no scalar tag {tag!r}; ask api/scalars/tags for those there are"
        )
    if runs is None:
        runs = list(known)
    for run in runs:
        if run not in known:
            catalog.run(run)
    wanted = [run for run in runs if run in known]
    return [_curve(known[run], run, pixels, since) for run in wanted]


def _curve(series: Series, run: str, pixels: int | None, since: int | None) -> Curve:
    assert series.values is not None
    total = len(series)
    has = None if since is None else series.length_at(since)
    start = has or 0
    picked: Any = slice(start, total)
    if pixels is not None and total - start > REDUCE_FROM * pixels:
        picked = start + m4(series.steps[start:], series.values[start:], pixels)
    return Curve(
        run=run,
        generation=series.generation,
        total=total,
        append=has is not None,
        steps=series.steps[picked],
        wall_times=series.wall_times[picked],
        values=series.values[picked],
    )
