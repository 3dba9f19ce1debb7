"""TensorBoard's questions about scalars, answered from a catalog: pure functions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from neuronboard.dashboards.tensorboard.listings import Described, said_of
from neuronboard.dashboards.tensorboard.sampling import sampled
from neuronboard.errors import NotFoundQueryError, QueryError
from neuronboard.formats.batch import Columns
from neuronboard.store import Catalog, Run, Segment
from neuronboard.store.series import joined

PLUGIN = "scalars"


def tags(catalog: Catalog) -> dict[str, dict[str, Described]]:
    """Run -> tag -> what is said about it; only runs that have scalars."""
    found = {run.id: {tag: said_of(run, tag) for tag in run.scalar_tags} for run in catalog.runs}
    return {run: described for run, described in found.items() if described}


def points(run: Run, tag: str, limit: int | None) -> Columns | None:
    """The points of a tag that TensorBoard keeps, at most `limit`; None if there is no such tag.

    They come in the order of the files. What a restart declared void is left out.
    """
    series = run.series.get(("scalar", tag))
    if series is None:
        return None
    kept = joined([_kept(segment) for segment in series.segments])
    return kept if limit is None else kept.picked(sampled(kept.values, limit))


def one(catalog: Catalog, run: str | None, tag: str | None, limit: int | None) -> Columns:
    """The points of one run; QueryError or NotFoundQueryError in TensorBoard's words."""
    if run is None or tag is None:
        raise QueryError(f"Both run and tag must be specified: tag={tag!r}, run={run!r}")
    for found in named(catalog, [run]):
        columns = points(found, tag, limit)
        if columns is not None:
            return columns
    raise NotFoundQueryError(f"No scalar data for run={run!r}, tag={tag!r}")


def several(
    catalog: Catalog, runs: Iterable[str] | None, tag: str, limit: int | None
) -> dict[str, Columns]:
    """Run -> points of those of `runs` that have the tag; None is every run."""
    wanted = catalog.scalar_runs.get(tag, ()) if runs is None else named(catalog, runs)
    found = {run.id: points(run, tag, limit) for run in wanted}
    return {run: columns for run, columns in found.items() if columns is not None}


def named(catalog: Catalog, ids: Iterable[str]) -> Iterator[Run]:
    """The runs of these ids, each once; ids of no run are left out."""
    for run_id in dict.fromkeys(ids):
        run = catalog.find_run(run_id)
        if run is not None:
            yield run


def _kept(segment: Segment) -> Columns:
    columns = segment.columns()
    if segment.restart_step is None:
        return columns
    return columns.picked(columns.steps < segment.restart_step)
