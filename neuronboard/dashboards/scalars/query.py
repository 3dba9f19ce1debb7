"""Questions about scalars, answered from a catalog: pure functions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from neuronboard.errors import NotFoundQueryError, QueryError
from neuronboard.store import Catalog
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
    runs: Sequence[str],
    pixels: int | None = None,
    since: Mapping[str, tuple[int, int]] | None = None,
) -> list[Curve]:
    """The curves of `tag` in `runs`, runs without it left out.

    pixels: width of the chart; a run with more than four points a pixel is reduced by M4. since:
    run -> (generation, points) that the client has already.
    Raises NotFoundQueryError for a tag or run that does not exist.
    """
    if pixels is not None and pixels < 1:
        raise QueryError(f"pixels must be at least 1, got {pixels}")
    known = catalog.series_of("scalar").get(tag)
    if known is None:
        raise NotFoundQueryError(
            f"there is no scalar tag {tag!r}; ask api/scalars/tags for those there are"
        )
    for run in runs:
        if run not in known:
            catalog.run(run)
    wanted = [run for run in runs if run in known]
    return [_curve(known[run], run, pixels, (since or {}).get(run)) for run in wanted]


def _curve(series: Any, run: str, pixels: int | None, has: tuple[int, int] | None) -> Curve:
    total = len(series)
    append = has is not None and has[0] == series.generation and has[1] <= total
    start = has[1] if append and has is not None else 0
    picked: Any = slice(start, total)
    if pixels is not None and total - start > REDUCE_FROM * pixels:
        picked = start + m4(series.steps[start:], series.values[start:], pixels)
    return Curve(
        run=run,
        generation=series.generation,
        total=total,
        append=append,
        steps=series.steps[picked],
        wall_times=series.wall_times[picked],
        values=series.values[picked],
    )
