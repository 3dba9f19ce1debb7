"""What the bytes of a file hold: every form that a graph is kept in, and damage."""

from __future__ import annotations

import pytest
from builders import event_bytes
from google.protobuf import text_format
from graphs_made import SEED, graph_def, recorded

from neuronboard.errors import DataError
from neuronboard.formats.event_file import first_event
from neuronboard.formats.graph_file import Found, graph_def_of, graphs_in, table_of
from neuronboard.pb.event_pb2 import Event, TaggedRunMetadata
from neuronboard.pb.graph_pb2 import GraphDef
from neuronboard.pb.meta_graph_pb2 import MetaGraphDef
from neuronboard.pb.raw_graph_pb2 import RawMetaGraphDef, RawRunMetadata, RawSavedModel

GRAPH = SEED.read_bytes()
META = MetaGraphDef(
    meta_info_def=MetaGraphDef.MetaInfoDef(tags=["serve"], tensorflow_version="2.21"),
    graph_def=GraphDef.FromString(GRAPH),
).SerializeToString()
RUN = RawRunMetadata()
RUN.partition_graphs.add().MergeFromString(GRAPH)
RUN_BYTES = RUN.SerializeToString()
SAVED = RawSavedModel(
    saved_model_schema_version=1, meta_graphs=[RawMetaGraphDef.FromString(META)]
).SerializeToString()
TEXT = text_format.MessageToString(GraphDef.FromString(GRAPH)).encode()
META_TEXT = text_format.MessageToString(MetaGraphDef.FromString(META)).encode()
EVENTS = event_bytes(
    [
        first_event(1.0),
        Event(graph_def=GRAPH),
        Event(meta_graph_def=META),
        Event(tagged_run_metadata=TaggedRunMetadata(tag="s", run_metadata=RUN_BYTES)),
    ]
)


@pytest.mark.parametrize(
    ("data", "kinds"),
    [
        (GRAPH, ["graph"]),
        (recorded("transformer"), ["graph"]),
        (META, ["meta_graph"]),
        (SAVED, ["meta_graph"]),
        (RUN_BYTES, ["run_metadata"]),
        (TEXT, ["graph"]),
        (META_TEXT, ["graph"]),
        (EVENTS, ["graph", "meta_graph", "run_metadata"]),
    ],
)
def test_every_form_is_told_by_its_bytes(data: bytes, kinds: list[str]) -> None:
    """Whatever the file is called; and each holds the same graph."""
    found = graphs_in(data, "file")
    assert [one.kind for one in found] == kinds
    if data != recorded("transformer"):
        for one in found:
            assert len(table_of(one)) == 58
            assert len(graph_def_of(one).node) == 58


def test_a_library_of_functions_alone_is_a_graph() -> None:
    """A GraphDef whose nodes are all in functions."""
    graph = GraphDef()
    graph.library.function.add().node_def.add(name="a", op="Relu")
    assert [one.kind for one in graphs_in(graph.SerializeToString(), "f")] == ["graph"]


@pytest.mark.parametrize(
    ("data", "part"),
    [
        (b"", "the file is empty: x.pb"),
        (b"\xff\xfe\x00garbage", "there is no graph in this file"),
        (b"node { name: 'a' op", "cannot be read as a GraphDef: 1:"),
        (b"just words", "cannot be read as a GraphDef"),
        (event_bytes([first_event(1.0)]), "there is no graph in this file"),
        (GRAPH[:-3], "there is no graph in this file"),
    ],
)
def test_what_is_no_graph_is_said(data: bytes, part: str) -> None:
    """With the file's name."""
    with pytest.raises(DataError, match=part) as error:
        graphs_in(data, "x.pb")
    assert "x.pb" in str(error.value)


def test_graphs_of_several_devices_stand_side_by_side() -> None:
    """Each under a scope of its own, its edges inside it."""
    run = RawRunMetadata()
    for _ in range(2):
        part = graph_def(("a", "X", []), ("b", "Y", ["a", "^a"]))
        run.partition_graphs.add().MergeFromString(part.SerializeToString())
    found = Found("run_metadata", run.SerializeToString())
    table = table_of(found)
    assert table.names == ["graph_1/a", "graph_1/b", "graph_2/a", "graph_2/b"]
    assert table.sources.tolist() == [0, 0, 2, 2]
    assert list(graph_def_of(found).node[3].input) == ["graph_2/a", "^graph_2/a"]


def test_run_metadata_without_a_graph_say_what_to_write() -> None:
    """Where the run wrote none either."""
    with pytest.raises(DataError, match="'step 1' hold no graph"):
        table_of(Found("run_metadata", b"", "step 1"))
