"""HTTP for graphs; the contract is `tests/golden/answers/graphs_*.json`.

api/graphs/runs                 {version, runs: [{id, graphs}]}, those that have a graph; graphs is
                                 how many they wrote so far, of which the newest is shown
api/graphs/group?run=&path=     {run, path, children: [{path, name, group, op, nodes, ops}],
                                 edges: [{source, target, control, count, shape}]}
api/graphs/node?run=&path=      everything about a node
api/graphs/search?run=&q=       {matches: [{path, name, op}], more}
"""

from __future__ import annotations

from functools import lru_cache
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from neuronboard.dashboards.graphs import query
from neuronboard.dashboards.graphs.hierarchy import Child, Edge, Hierarchy
from neuronboard.dashboards.http import StoreDep, respond
from neuronboard.errors import DataError, NotFoundQueryError
from neuronboard.store import Catalog, Store

router = APIRouter(prefix="/api/graphs")
RunParameter = Annotated[str, Query(description="run id")]

# By content: runs that share a graph share its hierarchy.
_parse = lru_cache(maxsize=8)(Hierarchy.parse)


def _hierarchy(store: Store, run: str) -> Hierarchy:
    """The hierarchy of a run's newest graph."""
    series = store.catalog.run(run).series.get(("graph", "graph"))
    if series is None:
        raise NotFoundQueryError(f"the run {run!r} has no graph; ask api/graphs/runs")
    locator = series.locators[-1]
    data = store.read(locator)
    try:
        return _parse(data)
    except DataError as error:
        raise DataError(f"the graph of run {run!r} is damaged: {error}: {locator.path}") from error


@router.get("/runs")
def get_runs(request: Request, store: StoreDep) -> Response:
    """The runs that have a graph."""
    return respond(request, runs_answer(store.catalog))


def runs_answer(catalog: Catalog) -> dict[str, Any]:
    """The answer of /api/graphs/runs."""
    runs = [
        {"id": run.id, "graphs": len(run.series["graph", "graph"])}
        for run in catalog.runs
        if ("graph", "graph") in run.series
    ]
    return {"version": catalog.version, "runs": runs}


@router.get("/group")
def get_group(request: Request, store: StoreDep, run: RunParameter, path: str = "") -> Response:
    """What is directly in a group; the whole graph without `path`."""
    found = query.group(_hierarchy(store, run), path)
    return respond(
        request,
        {
            "run": run,
            "path": path,
            "children": [_child(child) for child in found.children],
            "edges": [_edge(edge) for edge in found.edges],
        },
    )


def _child(child: Child) -> dict[str, Any]:
    return {
        "path": child.path,
        "name": child.name,
        "group": child.is_group,
        "op": child.op,
        "nodes": child.nodes,
        "ops": dict(child.ops.most_common(5)) if child.is_group else {},
    }


def _edge(edge: Edge) -> dict[str, Any]:
    shapes = list(edge.shapes)
    return {
        "source": edge.source,
        "target": edge.target,
        "control": edge.control,
        "count": edge.count,
        "shape": shapes[0] if len(shapes) == 1 else "",
    }


@router.get("/node")
def get_node(request: Request, store: StoreDep, run: RunParameter, path: str) -> Response:
    """Everything about one node."""
    return respond(request, query.describe(_hierarchy(store, run), path))


@router.get("/search")
def get_search(request: Request, store: StoreDep, run: RunParameter, q: str) -> Response:
    """Nodes whose name or op matches."""
    matches, more = query.search(_hierarchy(store, run), q)
    return respond(request, {"matches": matches, "more": more})
