"""HTTP for graphs; the contract is `tests/golden/answers/graphs_*.json`.

api/graphs/runs                 {version, runs: [{id, graphs: [{graph, kind, form, tag, step,
                                 wall_time, bytes}]}]}, those that have a graph
api/graphs/group?run=&path=     {run, graph, path, within, children, edges, ports}
api/graphs/node?run=&path=      everything about a node
api/graphs/search?run=&q=       {matches: [{path, name, op, why, within}], more}

All but the first take `graph`, the name of one of the run's graphs; without, it is the newest.
"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from neuronboard.dashboards.graphs import answers, sources
from neuronboard.dashboards.graphs.describe import describe
from neuronboard.dashboards.graphs.search import search
from neuronboard.dashboards.http import StoreDep, respond
from neuronboard.store import Catalog

router = APIRouter(prefix="/api/graphs")
RunParameter = Annotated[str, Query(description="run id")]
GraphParameter = Annotated[str | None, Query(description="which of its graphs; the newest")]


def runs_answer(catalog: Catalog) -> dict[str, Any]:
    """The answer of /api/graphs/runs."""
    return answers.runs_answer(catalog)


@router.get("/runs")
def get_runs(request: Request, store: StoreDep) -> Response:
    """The runs that have a graph."""
    return respond(request, runs_answer(store.catalog))


@router.get("/group")
def get_group(
    request: Request,
    store: StoreDep,
    run: RunParameter,
    graph: GraphParameter = None,
    path: str = "",
) -> Response:
    """What is directly in a group; the whole graph without `path`."""
    one, pictures = sources.load(store, run, graph)
    view = pictures.view(path)
    return respond(request, answers.group_answer(run, one.graph, pictures, view))


@router.get("/node")
def get_node(
    request: Request, store: StoreDep, run: RunParameter, path: str, graph: GraphParameter = None
) -> Response:
    """Everything about one node."""
    _, pictures = sources.load(store, run, graph)
    return respond(request, describe(pictures, path))


@router.get("/search")
def get_search(
    request: Request, store: StoreDep, run: RunParameter, q: str, graph: GraphParameter = None
) -> Response:
    """Nodes whose name or op matches."""
    _, pictures = sources.load(store, run, graph)
    matches, more = search(pictures, q)
    return respond(request, {"matches": matches, "more": more})
