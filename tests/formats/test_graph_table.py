"""A GraphDef as columns: names, ops, inputs, functions, and what is wrong with a file."""

from __future__ import annotations

import pytest
from graphs_made import RECORDED, graph_def, recorded

from neuronboard.errors import DataError
from neuronboard.formats.graph_table import CONTROL, GraphTable, parse_input
from neuronboard.pb.graph_pb2 import GraphDef


def table_of(graph: GraphDef) -> GraphTable:
    """The table of a GraphDef."""
    return GraphTable.parse(graph.SerializeToString())


@pytest.mark.parametrize("name", RECORDED)
def test_the_columns_are_what_protobuf_says(name: str) -> None:
    """Of TensorFlow's graphs: names, ops, devices, and every input."""
    graph = GraphDef.FromString(recorded(name))
    table = GraphTable.parse(recorded(name))
    assert table.names == [node.name for node in graph.node]
    assert [table.ops[i] for i in table.op_of] == [node.op for node in graph.node]
    assert [table.devices[i] for i in table.device_of] == [node.device for node in graph.node]
    columns = (table.sources, table.outputs, table.targets, table.slots)
    found = [
        (f"^{table.names[s]}" if o == CONTROL else f"{table.names[s]}:{o}", table.names[t], slot)
        for s, o, t, slot in zip(*(column.tolist() for column in columns), strict=True)
    ]
    wanted = [
        (text if ":" in text or text[0] == "^" else f"{text}:0", node.name, slot)
        for node in graph.node
        for slot, text in enumerate(node.input)
    ]
    assert found == wanted
    assert table.node(5) == graph.node[5]
    assert not table.missing


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"a", (b"a", 0)),
        (b"a:2", (b"a", 2)),
        (b"^a", (b"a", CONTROL)),
        (b"a:out:1", (b"a", 1)),
        (b"a:out", (b"a", 0)),
    ],
)
def test_an_input_is_read_apart(text: bytes, expected: tuple[bytes, int]) -> None:
    """Name and output; in functions the output's name stands between."""
    assert parse_input(text) == expected


def test_an_input_that_is_not_there_is_told() -> None:
    """A graph that was cut out of another."""
    table = table_of(graph_def(("a", "Relu", ["gone:1", "a"])))
    assert table.missing == [(0, "gone:1")]
    assert table.sources.tolist() == [0]
    assert table.slots.tolist() == [1]


def test_the_body_of_a_function_is_nodes() -> None:
    """Arguments and results are nodes, too; its names are its own."""
    graph = graph_def(("x", "Placeholder", []), ("call", "PartitionedCall", ["x"]))
    function = graph.library.function.add()
    function.signature.name = "double"
    function.signature.input_arg.add(name="x", type=1)
    function.signature.output_arg.add(name="y", type=1)
    function.node_def.add(name="sum", op="AddV2", input=["x", "x"])
    function.node_def.add(name="y", op="Identity", input=["sum:z:0", "^sum"])
    function.ret["y"] = "y:output:0"
    table = table_of(graph)
    assert table.names == [
        "x",
        "call",
        "(functions)/double/x",
        "(functions)/double/sum",
        "(functions)/double/y",
        "(functions)/double/y_result",
    ]
    assert [table.ops[i] for i in table.op_of[2:]] == ["_Arg", "AddV2", "Identity", "_Retval"]
    pairs = list(zip(table.sources.tolist(), table.targets.tolist(), strict=True))
    assert pairs == [(0, 1), (2, 3), (2, 3), (3, 4), (3, 4), (4, 5)]


def test_names_that_are_no_text_or_come_twice() -> None:
    """Every node has a name of its own."""
    data = b"\n\x04\n\x02\xff\xfe" + graph_def(("a", "", []), ("a", "", [])).SerializeToString()
    table = GraphTable.parse(data)
    assert table.names == ["\\xff\\xfe", "a", "a (2)"]


def test_bytes_that_are_no_graph_are_damage() -> None:
    """A sentence, not a trace; also where only one node's attributes are broken."""
    with pytest.raises(DataError, match="it is no GraphDef"):
        GraphTable.parse(b"\xff\xff\xff")
    table = GraphTable.parse(b"\n\x09\n\x01a\x12\x01b*\x01\xff")
    assert table.names == ["a"]
    with pytest.raises(DataError, match="the node 'a' cannot be read"):
        table.node(0)
