"""Which graphs a run wrote, and the one that is asked for, taken apart once.

A graph is named by its kind and, if there are several, its number in the order written: "graph",
"graph#2". The newest is the one that is shown unless another is asked for.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from neuronboard.dashboards.graphs.graph import Graph
from neuronboard.dashboards.graphs.view import Pictures
from neuronboard.errors import DataError, NotFoundQueryError
from neuronboard.formats.batch import META_GRAPH_DEF
from neuronboard.store import Run, Store
from neuronboard.store.series import Locator


class Written(NamedTuple):
    """A graph in a log. bytes: how long its record is."""

    graph: str
    kind: str
    form: str
    tag: str
    step: int
    wall_time: float
    bytes: int
    locator: Locator


def written(run: Run) -> list[Written]:
    """The graphs that a run wrote, in the order of its files."""
    return [one._replace(graph=name) for name, one in _named(_all(run))]


def _named(graphs: Iterator[Written]) -> Iterator[tuple[str, Written]]:
    taken: dict[str, int] = {}
    for one in graphs:
        taken[one.graph] = number = taken.get(one.graph, 0) + 1
        yield (one.graph if number == 1 else f"{one.graph}#{number}"), one


def _all(run: Run) -> Iterator[Written]:
    series = run.series.get(("graph", "graph"))
    if series is None:
        return
    columns = (series.steps.tolist(), series.wall_times.tolist(), series.forms.tolist())
    for step, wall_time, form, locator in zip(*columns, series.locators, strict=True):
        form_name = "meta_graph_def" if form == META_GRAPH_DEF else "graph_def"
        yield Written("graph", "graph", form_name, "", step, wall_time, locator.length, locator)


def chosen(store: Store, run: str, graph: str | None) -> Written:
    """The graph of that name, or the newest. Raises `NotFoundQueryError`."""
    found = written(store.catalog.run(run))
    if not found:
        raise NotFoundQueryError(f"the run {run!r} has no graph; ask api/graphs/runs")
    if graph is None:
        return found[-1]
    for one in found:
        if one.graph == graph:
            return one
    listed = ", ".join(one.graph for one in found)
    raise NotFoundQueryError(f"the run {run!r} has no graph {graph!r}; it has {listed}")


def load(store: Store, run: str, graph: str | None) -> tuple[Written, Pictures]:
    """A graph of a run, taken apart. Raises `NotFoundQueryError`, and `DataError` for damage."""
    one = chosen(store, run, graph)
    data = store.read(one.locator)
    try:
        return one, _parse(data)
    except DataError as error:
        path = one.locator.path
        raise DataError(f"the graph of run {run!r} is damaged: {error}: {path}") from error


@lru_cache(maxsize=8)
def _parse(data: bytes) -> Pictures:
    """By content: runs that share a graph share what is known of it."""
    return Pictures(Graph.parse(data))
