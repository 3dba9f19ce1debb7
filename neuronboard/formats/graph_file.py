"""Which graphs the bytes of a file hold: an event file, a GraphDef, MetaGraphDef, SavedModel or run
metadata, binary or as text (.pbtxt), or the JSON of a Keras model.

What it is shows in the bytes; the name only helps to say what is wrong.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from google.protobuf import text_format
from google.protobuf.message import DecodeError

from neuronboard.errors import DataError
from neuronboard.formats.graph_table import GraphTable, Part, parts_of
from neuronboard.formats.graph_text import read_text
from neuronboard.formats.keras_graph import graph_of_model
from neuronboard.formats.tfrecord import begins_with_record, scan_records
from neuronboard.pb.graph_pb2 import GraphDef
from neuronboard.pb.raw_event_pb2 import RawEvent
from neuronboard.pb.raw_graph_pb2 import (
    RawGraphDef,
    RawMetaGraphDef,
    RawRunMetadata,
    RawSavedModel,
)

GRAPH, META, RUN_METADATA, KERAS = "graph", "meta_graph", "run_metadata", "keras"


class Found(NamedTuple):
    """A graph in a file. kind: what `data` is, one of those above; tag: run metadata's."""

    kind: str
    data: bytes
    tag: str = ""


def graphs_in(data: bytes, name: str) -> list[Found]:
    """The graphs of a file, in the order written; `DataError` says what the bytes are not."""
    if not data:
        raise DataError(f"the file is empty: {name}")
    found = list(_events(data)) or list(_text(data, name)) or list(_binary(data))
    if found:
        return found
    raise DataError(
        f"there is no graph in this file: its {len(data):,} bytes are no event file with a graph, "
        f"no GraphDef, MetaGraphDef, SavedModel or RunMetadata (.pb, .pbtxt), and no Keras model's "
        f"JSON: {name}"
    )


def _events(data: bytes) -> Iterator[Found]:
    if not begins_with_record(data):
        return
    for payload in scan_records(data).payloads:
        try:
            event = RawEvent.FromString(payload)
        except DecodeError:
            continue  # another record may hold a graph
        what = event.WhichOneof("what")
        if what == "graph_def":
            yield Found(GRAPH, event.graph_def)
        elif what == "meta_graph_def":
            yield Found(META, event.meta_graph_def)
        elif what == "tagged_run_metadata":
            run = event.tagged_run_metadata
            yield Found(RUN_METADATA, run.run_metadata, run.tag.decode("utf-8", "replace"))


def _text(data: bytes, name: str) -> Iterator[Found]:
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return
    if not text.isprintable() and any(c < " " and c not in "\t\r\n" for c in text[:4096]):
        return
    if text.lstrip().startswith("{"):
        yield Found(KERAS, data)
        return
    try:
        graph = read_text(text)
    except text_format.ParseError as error:
        raise DataError(f"the text cannot be read as a GraphDef: {error}: {name}") from error
    if graph is not None:
        yield Found(GRAPH, graph)


def _binary(data: bytes) -> Iterator[Found]:
    for read in (_graph, _meta, _saved_model, _run_metadata):
        try:
            found = list(read(data))
        except DecodeError:
            continue  # it is none of these
        if found:
            yield from found
            return


def _graph(data: bytes) -> Iterator[Found]:
    if _is_graph(RawGraphDef.FromString(data)):
        yield Found(GRAPH, data)


def _is_graph(graph: RawGraphDef) -> bool:
    """Whether the nodes look like nodes: other messages can be parsed as a GraphDef, too."""
    nodes = [*graph.node, *(node for f in graph.library.function for node in f.node_def)]
    return bool(nodes) and all(
        node.name and node.op and node.op.isascii() and node.op.decode().isprintable()
        for node in nodes
    )


def _meta(data: bytes) -> Iterator[Found]:
    graph = RawMetaGraphDef.FromString(data).graph_def
    if graph and _is_graph(RawGraphDef.FromString(graph)):
        yield Found(META, data)


def _saved_model(data: bytes) -> Iterator[Found]:
    for meta in RawSavedModel.FromString(data).meta_graphs:
        yield from _meta(meta.SerializeToString())


def _run_metadata(data: bytes) -> Iterator[Found]:
    metadata = RawRunMetadata.FromString(data)
    graphs = list(graphs_of(metadata))
    if graphs and all(map(_is_graph, graphs)):
        yield Found(RUN_METADATA, data)


def graphs_of(metadata: RawRunMetadata) -> Iterator[RawGraphDef]:
    """The graphs in run metadata: as they were before optimisation where that is there."""
    for functions in metadata.function_graphs:
        if functions.HasField("pre_optimization_graph"):
            yield functions.pre_optimization_graph
        else:
            yield from functions.partition_graphs
    if not metadata.function_graphs:
        yield from metadata.partition_graphs


def graph_def_of(found: Found) -> GraphDef:
    """The graph that was found as one message; several of run metadata under scopes of their own.

    Raises `DataError`.
    """
    if found.kind == KERAS:
        return GraphDef.FromString(graph_of_model(found.data))
    try:
        if found.kind == META:
            return GraphDef.FromString(RawMetaGraphDef.FromString(found.data).graph_def)
        if found.kind == GRAPH:
            return GraphDef.FromString(found.data)
        graphs = [
            GraphDef.FromString(graph.SerializeToString())
            for graph in graphs_of(parse_run_metadata(found.data))
        ]
    except DecodeError as error:
        raise DataError(f"the graph cannot be read: {error}") from error
    whole = GraphDef()
    for number, graph in enumerate(graphs, 1):
        scope = "" if len(graphs) == 1 else f"graph_{number}/"
        for node in graph.node:
            node.name = scope + node.name
            mark = [text.startswith("^") for text in node.input]
            node.input[:] = [
                f"{'^' * m}{scope}{text.removeprefix('^')}"
                for m, text in zip(mark, node.input, strict=True)
            ]
        whole.MergeFrom(graph)
    return whole


def table_of(found: Found) -> GraphTable:
    """The nodes of a graph that was found. Raises `DataError` for damage, and for none at all."""
    if found.kind == KERAS:
        return GraphTable.parse(graph_of_model(found.data))
    if found.kind == META:
        try:
            return GraphTable.parse(RawMetaGraphDef.FromString(found.data).graph_def)
        except DecodeError as error:
            raise DataError(f"it is no MetaGraphDef: {error}") from error
    if found.kind == RUN_METADATA:
        graphs = list(graphs_of(parse_run_metadata(found.data)))
        if not graphs:
            raise DataError(
                f"the run metadata {found.tag!r} hold no graph, and the run wrote none either; "
                "write the graph, too: add_graph(graph)"
            )
        return GraphTable(_together(graphs))
    return GraphTable.parse(found.data)


def _together(graphs: list[RawGraphDef]) -> Iterator[Part]:
    """The nodes of several graphs, each under a scope of its own."""
    for number, graph in enumerate(graphs, 1):
        yield from parts_of(graph, b"" if len(graphs) == 1 else b"graph_%d/" % number)


def parse_run_metadata(data: bytes) -> RawRunMetadata:
    """Serialised run metadata taken apart; `DataError` if they cannot be."""
    try:
        return RawRunMetadata.FromString(data)
    except DecodeError as error:
        raise DataError(f"these are no run metadata: {error}") from error
