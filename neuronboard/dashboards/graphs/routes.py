"""HTTP for graphs; the contract is `tests/golden/answers/graphs_*.json`.

api/graphs/runs                 {version, runs: [{id, graphs: [{graph, kind, form, tag, step,
                                 wall_time, bytes}]}]}, those that have a graph
api/graphs/group?run=&path=     {run, graph, path, within, children, edges, ports}
api/graphs/node?run=&path=      everything about a node or a group
api/graphs/search?run=&q=       {matches: [{path, name, op, why, within}], more}
api/graphs/trace?path=&direction=up|down        {nodes, groups, count, more}
api/graphs/path?from=&to=       {nodes: [paths] or null, groups: {path: how many of them}}
api/graphs/values?by=&path=     {values: {path: number or text}, ...}, what to colour a group by
api/graphs/timeline             columns of what ran when; trace.json: as a file for Perfetto
api/graphs/diff?other_run=&other_graph=         added, removed, renamed and changed nodes
api/graphs/outline?path=        the picture as text
api/graphs/file?format=pb|pbtxt the GraphDef itself
POST api/graphs/open?name=      opens the bytes of a file: {graph, graphs}

All but the first and the last take `run`, and `graph`, the name of one of the run's graphs
(without, it is the newest) or of an opened file. With `against_run` and `against`, a graph before
it, each child of a group has its `change`, what was removed is there, too, and of what only the
graph before has (node, trace, path, values) that one tells.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from google.protobuf import text_format

from neuronboard.dashboards.graphs import answers, sources
from neuronboard.dashboards.graphs.answers import group_answer
from neuronboard.dashboards.graphs.describe import describe
from neuronboard.dashboards.graphs.diff import changes_of, diff
from neuronboard.dashboards.graphs.ghosts import add_ghosts, ghost_answer
from neuronboard.dashboards.graphs.outline import outline
from neuronboard.dashboards.graphs.search import search
from neuronboard.dashboards.graphs.timeline import timeline, trace_file
from neuronboard.dashboards.graphs.trace import traced, way
from neuronboard.dashboards.graphs.uploads import MOST_BYTES, uploads
from neuronboard.dashboards.graphs.values import values
from neuronboard.dashboards.graphs.view import Pictures
from neuronboard.dashboards.http import BINARY, StoreDep, encode, respond, respond_bytes
from neuronboard.errors import QueryError
from neuronboard.store import Catalog, Store

router = APIRouter(prefix="/api/graphs")
RunParameter = Annotated[str | None, Query(description="run id")]
GraphParameter = Annotated[str | None, Query(description="which of its graphs; the newest")]


def runs_answer(catalog: Catalog) -> dict[str, Any]:
    """The answer of /api/graphs/runs."""
    return answers.runs_answer(catalog)


@router.get("/runs")
def get_runs(request: Request, store: StoreDep) -> Response:
    """The runs that have a graph."""
    return respond(request, runs_answer(store.catalog))


@dataclass(frozen=True, slots=True)
class Asked:
    """The graph that a question is about, and the one before, if it is compared with one."""

    store: Store
    run: str | None
    graph: str | None
    against_run: str | None
    against: str | None

    def load(self) -> tuple[str, Pictures]:
        """The graph, with its name."""
        return sources.load(self.store, self.run, self.graph)

    def before(self) -> Pictures | None:
        """The one that it is compared with."""
        if self.against_run is None and self.against is None:
            return None
        return sources.load(self.store, self.against_run, self.against)[1]

    def holding(self, *paths: str) -> Pictures:
        """The graph; or the one before, where only that has all these."""
        _, pictures = self.load()
        if all(map(pictures.has, paths)):
            return pictures
        before = self.before()
        return before if before is not None and all(map(before.has, paths)) else pictures


def _asked(
    store: StoreDep,
    run: RunParameter = None,
    graph: GraphParameter = None,
    against_run: RunParameter = None,
    against: GraphParameter = None,
) -> Asked:
    return Asked(store, run, graph, against_run, against)


AskedDep = Annotated[Asked, Depends(_asked)]


@router.get("/group")
def get_group(request: Request, asked: AskedDep, path: str = "") -> Response:
    """What is directly in a group; the whole graph without `path`."""
    name, pictures = asked.load()
    other = asked.before()
    if other is None:
        return respond(request, group_answer(asked.run, name, pictures, pictures.view(path)))
    changes = changes_of(other, pictures)
    if not pictures.has(path):
        return respond(request, ghost_answer(asked.run, name, other, changes, path))
    answer = group_answer(asked.run, name, pictures, pictures.view(path))
    for child in answer["children"]:
        child["change"] = changes.of(child["path"])
    add_ghosts(answer, other, changes)
    return respond(request, answer)


@router.get("/node")
def get_node(request: Request, asked: AskedDep, path: str) -> Response:
    """Everything about one node or group."""
    return respond(request, describe(asked.holding(path), path))


@router.get("/search")
def get_search(
    request: Request,
    store: StoreDep,
    q: str,
    run: RunParameter = None,
    graph: GraphParameter = None,
) -> Response:
    """Nodes that match: words, op:, attr:, shape:, device:."""
    _, pictures = sources.load(store, run, graph)
    matches, more = search(pictures, q)
    return respond(request, {"matches": matches, "more": more})


@router.get("/trace")
def get_trace(request: Request, asked: AskedDep, path: str, direction: str) -> Response:
    """Everything upstream or downstream of a node or group."""
    return respond(request, traced(asked.holding(path), path, direction))


@router.get("/path")
def get_path(
    request: Request,
    asked: AskedDep,
    start: Annotated[str, Query(alias="from")],
    end: Annotated[str, Query(alias="to")],
) -> Response:
    """A shortest way along the edges."""
    return respond(request, way(asked.holding(start, end), start, end))


@router.get("/values")
def get_values(request: Request, asked: AskedDep, by: str, path: str = "") -> Response:
    """What to colour the children of a group by."""
    run = None if asked.run is None else asked.store.catalog.run(asked.run)
    return respond(request, values(asked.holding(path), by, path, run))


@router.get("/timeline")
def get_timeline(
    request: Request, store: StoreDep, run: RunParameter = None, graph: GraphParameter = None
) -> Response:
    """What ran when, of a graph with step stats."""
    _, pictures = sources.load(store, run, graph)
    return respond(request, timeline(pictures))


@router.get("/trace.json")
def get_trace_file(
    request: Request, store: StoreDep, run: RunParameter = None, graph: GraphParameter = None
) -> Response:
    """The same as a file that Perfetto and chrome://tracing open."""
    _, pictures = sources.load(store, run, graph)
    response = respond_bytes(request, encode(trace_file(pictures)), "application/json")
    response.headers["Content-Disposition"] = 'attachment; filename="trace.json"'
    return response


@router.get("/diff")
def get_diff(
    request: Request,
    store: StoreDep,
    run: RunParameter = None,
    graph: GraphParameter = None,
    other_run: RunParameter = None,
    other_graph: GraphParameter = None,
) -> Response:
    """What became of a graph in another one."""
    _, before = sources.load(store, run, graph)
    _, after = sources.load(store, other_run or run, other_graph)
    return respond(request, diff(before, after).answer())


@router.get("/outline")
def get_outline(
    request: Request,
    store: StoreDep,
    path: str = "",
    run: RunParameter = None,
    graph: GraphParameter = None,
) -> Response:
    """The picture as text."""
    _, pictures = sources.load(store, run, graph)
    text = outline(pictures, path).encode("utf-8", "backslashreplace")
    return respond_bytes(request, text, "text/plain; charset=utf-8")


@router.get("/file")
def get_file(
    request: Request,
    store: StoreDep,
    run: RunParameter = None,
    graph: GraphParameter = None,
    format: Literal["pb", "pbtxt"] = "pb",
) -> Response:
    """The GraphDef, as bytes or as text."""
    whole = sources.graph_def(store, run, graph)
    if format == "pb":
        body, kind = whole.SerializeToString(), BINARY
    else:
        body, kind = text_format.MessageToString(whole).encode(), "text/plain; charset=utf-8"
    response = respond_bytes(request, body, kind)
    response.headers["Content-Disposition"] = f'attachment; filename="graph.{format}"'
    return response


@router.post("/open")
async def post_open(request: Request, name: str = "the file") -> Response:
    """Keeps a graph file in memory, so that it can be looked at.

    Only as `application/octet-stream`, which a page of another site may not send.
    """
    if request.headers.get("content-type") != BINARY:
        raise QueryError(f"the body must be sent as {BINARY}")
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            break  # `add` says that it is too large
    kept = await run_in_threadpool(uploads.add, bytes(body), name)
    for _, found in kept:
        await run_in_threadpool(sources.opened, found)
    graphs = [{"graph": graph, "kind": one.kind, "tag": one.tag} for graph, one in kept]
    return Response(encode({"graph": kept[-1][0], "graphs": graphs}), media_type="application/json")
