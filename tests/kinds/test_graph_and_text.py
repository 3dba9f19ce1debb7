"""Graphs and texts, there and back."""

from __future__ import annotations

import numpy as np
import pytest

from neuronboard.errors import DataError
from neuronboard.formats.tensor_proto import make_tensor_proto
from neuronboard.kinds import graph, text
from neuronboard.pb.event_pb2 import Event
from neuronboard.pb.graph_pb2 import GraphDef, NodeDef
from neuronboard.pb.meta_graph_pb2 import MetaGraphDef
from neuronboard.pb.summary_pb2 import Summary

GRAPH = GraphDef(node=[NodeDef(name="a", op="Const")])


def test_a_graph_of_either_event() -> None:
    """graph_def as it stands, meta_graph_def unwrapped."""
    data = GRAPH.SerializeToString()
    event = graph.encode(data, 5.0)
    assert (event.wall_time, graph.decode(event)) == (5.0, data)
    wrapped = Event(meta_graph_def=MetaGraphDef(graph_def=GRAPH).SerializeToString())
    assert graph.decode(wrapped) == data
    assert graph.decode(Event(meta_graph_def=b"")) is None
    assert graph.decode(Event(file_version="brain.Event:2")) is None


def test_a_broken_meta_graph_is_damage() -> None:
    """A sentence, not a trace."""
    with pytest.raises(DataError, match="MetaGraphDef cannot be read"):
        graph.decode(Event(meta_graph_def=b"\xff\xff"))


@pytest.mark.parametrize("words", ["", "한국어 **굵게**", "<script>alert(1)</script>"])
def test_a_text_survives(words: str) -> None:
    """Any Unicode; markup is text like any other."""
    value = text.encode("notes", words)
    assert value.metadata.plugin_data.plugin_name == "text"
    assert text.decode(value).tolist() == [words]


def test_a_table_of_texts_keeps_its_shape_and_broken_bytes_are_marked() -> None:
    """As TensorFlow writes tables; bytes that are no UTF-8 become U+FFFD."""
    cells = np.array([[b"a", b"\xff"], [b"c", b"d"]], object)
    found = text.decode(Summary.Value(tensor=make_tensor_proto(cells)))
    assert found.tolist() == [["a", "\ufffd"], ["c", "d"]]


def test_only_a_str_is_text() -> None:
    """The value and its type are in the message."""
    with pytest.raises(TypeError, match=r"text 'notes' needs a str, got 5"):
        text.encode("notes", 5)  # type: ignore[arg-type]
