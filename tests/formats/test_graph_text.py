"""Graphs as text: what protobuf's reader reads, in a tenth of its time."""

from __future__ import annotations

import random

import pytest
from google.protobuf import text_format
from graphs_made import SEED, random_graph, recorded

from neuronboard.formats import graph_text
from neuronboard.formats.graph_text import read_text
from neuronboard.pb.graph_pb2 import GraphDef
from neuronboard.pb.meta_graph_pb2 import MetaGraphDef


def of_protobuf(text: str) -> GraphDef | None:
    """What its reader makes of a text; None for an error."""
    try:
        return text_format.Parse(text, GraphDef(), allow_unknown_field=True)
    except text_format.ParseError:
        return None


def ours(text: str) -> GraphDef | None:
    """The same by ours; a text without nodes is an empty graph."""
    try:
        return GraphDef.FromString(read_text(text) or b"")
    except text_format.ParseError:
        return None


@pytest.mark.parametrize(
    "data", [SEED.read_bytes(), *map(recorded, ("lstm_unrolled", "transformer"))]
)
def test_recorded_graphs_are_read_as_protobuf_reads_them(data: bytes) -> None:
    """Without asking it for a whole node."""
    graph = GraphDef.FromString(data)
    text = text_format.MessageToString(graph)
    assert graph_text._quick(text) is not None
    assert ours(text) == graph
    meta = text_format.MessageToString(MetaGraphDef(graph_def=graph))
    assert ours(meta) == graph


def test_names_of_all_letters_and_a_library() -> None:
    """Escaped and not; what is no node is read, too."""
    graph = random_graph(3)
    graph.node.add(name='은닉/"층"\\\n', op="Relu", input=["한글:1"], device="/cpu:0")
    graph.library.function.add().signature.name = "f"
    graph.versions.producer = 27
    for as_utf8 in (False, True):
        assert ours(text_format.MessageToString(graph, as_utf8=as_utf8)) == graph


def test_texts_of_other_forms() -> None:
    """As people write them: comments, one line, tabs, single quotes, an unknown field."""
    for text in (
        'node { name: \'a\' op: \'X\' } node{name:"b" op:"Y" input:"a"}',
        "# a comment\nnode {\n\tname: 'a'\n}\n",
        'node {\n  name: "a"\n  op: "X"\n  more: 3\n}\n',
        'node {\n  name: "a" # it\n  op: "X"\n}',
        'library {\n function {\n  signature { name: "f" }\nnode {\n  name: "x"\n}\n }\n}\n',
        "",
    ):
        assert ours(text) == of_protobuf(text), text


@pytest.mark.parametrize("seed", range(150))
def test_damaged_texts_are_read_or_refused_as_by_protobuf(seed: int) -> None:
    """Pieces cut out, doubled and overwritten."""
    chance = random.Random(seed)
    text = text_format.MessageToString(random_graph(seed % 7))[:3000]
    for _ in range(chance.randrange(1, 4)):
        at, long = chance.randrange(len(text)), chance.randrange(1, 40)
        piece = chance.choice(["", text[at : at + 2 * long], "}", "{", '"', "\n", "  "])
        text = text[:at] + piece + text[at + chance.choice([0, long]) :]
    nothing = GraphDef()  # an error, or a text that holds no graph
    assert (ours(text) or nothing) == (of_protobuf(text) or nothing)
