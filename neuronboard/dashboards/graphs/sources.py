"""Which graphs a run wrote, and the one that is asked for, taken apart once.

A graph is named by its kind and tag and, if there are several, its number in the order written:
"graph", "graph#2", "profile:step 10". The newest graph is shown unless another is asked for.

    graph         a GraphDef or MetaGraphDef
    profile       what the nodes of the run's graph took, as add_run_metadata and torch's add_graph
                  write it; the graph is the run's, or if it wrote none, that of the metadata
    run_metadata  graphs with or without what their nodes took, as tf.summary.trace_export writes it
    keras         a Keras model's layers
    upload        a file that was dropped onto the page, or named to the command
"""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Iterator
from typing import NamedTuple

from neuronboard.dashboards.graphs.graph import Graph
from neuronboard.dashboards.graphs.stats import Stats
from neuronboard.dashboards.graphs.uploads import UPLOAD, uploads
from neuronboard.dashboards.graphs.view import Pictures
from neuronboard.errors import DataError, NotFoundQueryError, QueryError
from neuronboard.formats import graph_file
from neuronboard.formats.batch import META_GRAPH_DEF, RUN_METADATA
from neuronboard.formats.graph_file import Found
from neuronboard.kinds.graph import decode_value
from neuronboard.pb.graph_pb2 import GraphDef
from neuronboard.pb.summary_pb2 import Summary
from neuronboard.store import Run, Store
from neuronboard.store.series import Locator

MOST_KEPT = 8  # graphs that are kept taken apart
MOST_NODES = 1_000_000  # of all of them together; a million takes one to three gigabytes
KINDS = ("graph", "run_metadata", "keras")
Place = tuple[tuple[Locator, bytes], ...]
_FILE_KINDS = {"profile": graph_file.RUN_METADATA, "run_metadata": graph_file.RUN_METADATA}
_FILE_KINDS |= {"graph": graph_file.GRAPH, "keras": graph_file.KERAS}


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


def has_graph(run: Run) -> bool:
    """Whether a run wrote any graph."""
    return any(run.has(kind) for kind in KINDS)


def written(run: Run) -> list[Written]:
    """The graphs that a run wrote, by kind and tag, each in the order of its files."""
    return [one._replace(graph=name) for name, one in _named(_all(run))]


def _named(graphs: Iterator[Written]) -> Iterator[tuple[str, Written]]:
    taken: dict[str, int] = {}
    for one in graphs:
        taken[one.graph] = number = taken.get(one.graph, 0) + 1
        yield (one.graph if number == 1 else f"{one.graph}#{number}"), one


def _all(run: Run) -> Iterator[Written]:
    keys = [key for key in run.blob_keys if key[0] in KINDS]
    for kind, tag in sorted(keys, key=lambda key: KINDS.index(key[0])):
        series = run.series[kind, tag]
        columns = (series.steps.tolist(), series.wall_times.tolist(), series.forms.tolist())
        for step, wall_time, form, locator in zip(*columns, series.locators, strict=True):
            yield _written(kind, tag, step, wall_time, form, locator)


def _written(
    kind: str, tag: str, step: int, wall_time: float, form: int, locator: Locator
) -> Written:
    if kind == "graph":
        form_name = "meta_graph_def" if form == META_GRAPH_DEF else "graph_def"
        return Written(kind, kind, form_name, "", step, wall_time, locator.length, locator)
    if form == RUN_METADATA:
        kind = "profile"
    name = f"{kind}:{tag}"
    return Written(name, kind, "run_metadata", tag, step, wall_time, locator.length, locator)


def chosen(store: Store, run: str, graph: str | None) -> Written:
    """The graph of that name, or the newest. Raises `NotFoundQueryError`."""
    found = written(store.catalog.run(run))
    if not found:
        raise NotFoundQueryError(f"the run {run!r} has no graph; ask api/graphs/runs")
    if graph is None:
        return next((one for one in reversed(found) if one.kind == "graph"), found[-1])
    for one in found:
        if one.graph == graph:
            return one
    listed = ", ".join(one.graph for one in found)
    raise NotFoundQueryError(f"the run {run!r} has no graph {graph!r}; it has {listed}")


def load(store: Store, run: str | None, graph: str | None) -> tuple[str, Pictures]:
    """A graph of a run or an uploaded one, by name, taken apart.

    Raises `NotFoundQueryError`, `QueryError` where neither is named, and `DataError` for damage.
    """
    if graph is not None and graph.startswith(UPLOAD):
        return graph, opened(uploads.get(graph))
    if run is None:
        raise QueryError("run must name a run, or graph an uploaded file")
    one = chosen(store, run, graph)
    place = _place(store, run, one)
    known = _kept.of(place)
    if known is not None:
        return one.graph, known
    found, beside = raw(store, run, one)
    try:
        return one.graph, opened(found, beside, place)
    except DataError as error:
        path = one.locator.path
        raise DataError(f"the graph of run {run!r} is damaged: {error}: {path}") from error


def graph_def(store: Store, run: str | None, graph: str | None) -> GraphDef:
    """The message of a graph; errors as `load`."""
    if graph is not None and graph.startswith(UPLOAD):
        return graph_file.graph_def_of(uploads.get(graph))
    if run is None:
        raise QueryError("run must name a run, or graph an uploaded file")
    found, beside = raw(store, run, chosen(store, run, graph))
    return graph_file.graph_def_of(beside or found)


def raw(store: Store, run: str, one: Written) -> tuple[Found, Found | None]:
    """The bytes of a graph, and for what only tells of another graph that one's."""
    data = store.read(one.locator)
    if one.locator.index >= 0:
        data = decode_value(Summary.Value.FromString(data))
    found = Found(_FILE_KINDS[one.kind], data, one.tag)
    beside = _beside(store, run, one)
    return found, None if beside is None else Found(graph_file.GRAPH, store.read(beside))


def _beside(store: Store, run: str, one: Written) -> Locator | None:
    """Where the graph lies that another one only tells of."""
    series = store.catalog.run(run).series.get(("graph", "graph"))
    return series.locators[-1] if one.kind == "profile" and series is not None else None


def _place(store: Store, run: str, one: Written) -> Place:
    """Where a graph lies and the checksums there: what is there is known by them."""
    places = [one.locator, _beside(store, run, one)]
    return tuple((at, store.seal(at)) for at in places if at is not None)


class _Kept:
    """Graphs that were taken apart, by content; those asked for longest ago make room."""

    def __init__(self) -> None:
        self._graphs: OrderedDict[bytes, Pictures] = OrderedDict()
        self._places: dict[Place, bytes] = {}
        self._lock = threading.Lock()

    def get(self, key: bytes) -> Pictures | None:
        """The graph of that content, if it is kept."""
        with self._lock:
            found = self._graphs.get(key)
            if found is not None:
                self._graphs.move_to_end(key)
            return found

    def keep(self, key: bytes, pictures: Pictures) -> None:
        """Keeps a graph, whatever its size; of the others as many as are not too large together."""
        with self._lock:
            self._graphs[key] = pictures
            self._graphs.move_to_end(key)
            while len(self._graphs) > 1 and (
                len(self._graphs) > MOST_KEPT or self._nodes() > MOST_NODES
            ):
                self._graphs.popitem(last=False)

    def of(self, place: Place) -> Pictures | None:
        """The graph of that place, if it is kept."""
        with self._lock:
            key = self._places.get(place)
        return None if key is None else self.get(key)

    def stands(self, place: Place, key: bytes) -> None:
        """Remembers that the graph of that content stands there."""
        with self._lock:
            self._places[place] = key
            self._places = {at: key for at, key in self._places.items() if key in self._graphs}

    def _nodes(self) -> int:
        return sum(len(one.graph.table) for one in self._graphs.values())


_kept = _Kept()


def opened(found: Found, beside: Found | None = None, place: Place | None = None) -> Pictures:
    """A graph taken apart, kept by content: runs that share a graph share what is known of it.

    place: where it stands, so that it need not be read again.
    """
    key = b"".join(
        f"{one.kind}:{one.tag}:".encode() + hashlib.blake2b(one.data, digest_size=16).digest()
        for one in (found, beside)
        if one is not None
    )
    known = _kept.get(key)
    if known is None:
        known = _taken_apart(found, beside)
        _kept.keep(key, known)
    if place is not None:
        _kept.stands(place, key)
    return known


def _taken_apart(found: Found, beside: Found | None) -> Pictures:
    table = graph_file.table_of(beside or found)
    if found.kind != graph_file.RUN_METADATA:
        return Pictures(Graph(table))
    steps = graph_file.parse_run_metadata(found.data).step_stats
    stats = Stats(steps, table) if steps else None
    return Pictures(Graph(table, stats if stats is not None and stats.rows else None))
