"""What is said of a node, asked of the tutorial's recorded graph; and searches in it."""

from __future__ import annotations

import pytest
from graphs_made import SEED, graph_def, recorded

from neuronboard.dashboards.graphs.describe import describe
from neuronboard.dashboards.graphs.graph import Graph
from neuronboard.dashboards.graphs.search import search
from neuronboard.dashboards.graphs.texts import LONGEST_VALUE, shape_text, type_text
from neuronboard.dashboards.graphs.view import Pictures
from neuronboard.errors import NotFoundQueryError, QueryError
from neuronboard.formats.tensor_proto import make_tensor_proto
from neuronboard.pb.graph_pb2 import AttrValue, GraphDef, NodeDef
from neuronboard.pb.tensor_pb2 import TensorShapeProto


@pytest.fixture(scope="module")
def neuron() -> Pictures:
    """The tutorial's final graph, as TensorFlow made it."""
    return Pictures(Graph.parse(SEED.read_bytes()))


def of_node(node: NodeDef) -> Pictures:
    """A graph of one node."""
    return Pictures(Graph.parse(GraphDef(node=[node]).SerializeToString()))


def test_a_node_is_described(neuron: Pictures) -> None:
    """Op, attributes with values, inputs with shapes, who waits and who uses it."""
    found = describe(neuron, "weight/Assign")
    assert (found["op"], found["name"]) == ("Assign", "weight/Assign")
    assert [(link["name"], link["kind"]) for link in found["inputs"]] == [
        ("weight", "reference"),
        ("weight/initial_value", "data"),
    ]
    assert [link["type"] for link in found["inputs"]] == ["float32", "float32"]
    assert {"name": "use_locking", "value": "true"} in found["attributes"]
    assert found["within"] == ["weight"]
    constant = describe(neuron, "input")
    assert {"name": "value", "value": "float32 scalar: 1."} in constant["attributes"]
    assert constant["outputs"] == [
        {"name": "input:0", "shape": "scalar", "type": "float32", "bytes": 4}
    ]
    assert "output" in [link["name"] for link in constant["consumers"]]
    step = describe(neuron, "GradientDescent/(GradientDescent)")
    assert [link["name"] for link in step["control_inputs"]] == [
        "GradientDescent/update_weight/ApplyGradientDescent"
    ]
    assert describe(neuron, "weight/(weight)")["name"] == "weight"


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("train.py:12", {"file": "train.py", "line": 12}),
        ("C:\\\\a.py:3", {"file": "C:\\\\a.py", "line": 3}),
        ("nothing", None),
        ("", None),
    ],
)
def test_the_line_of_the_program_is_told(text: str, source: dict[str, object] | None) -> None:
    """Where an attribute holds it."""
    node = NodeDef(name="n", op="Op")
    node.attr["_source"].s = text.encode()
    assert describe(of_node(node), "n")["source"] == source


def test_inputs_that_are_not_there_are_listed_without_a_path() -> None:
    """In their places among the others."""
    graph = graph_def(("a", "Const", []), ("b", "Add", ["gone:1", "a", "^lost"]))
    found = describe(Pictures(Graph.parse(graph.SerializeToString())), "b")
    assert [(link["name"], link["path"]) for link in found["inputs"]] == [
        ("gone:1", None),
        ("a", "a"),
    ]
    assert [link["name"] for link in found["control_inputs"]] == ["lost"]


def test_shapes_and_bytes_of_what_flows() -> None:
    """As the recording's attributes say; float32 has four bytes."""
    pictures = Pictures(Graph.parse(recorded("transformer")))
    graph = pictures.graph
    known = [graph.outputs.of(number) for number in range(len(graph.table))]
    assert any(known)
    for number, outputs in enumerate(known):
        node = graph.table.node(number)
        if node.op == "Const":
            dims = [dim.size for dim in node.attr["value"].tensor.tensor_shape.dim]
            assert outputs[0].dims == tuple(dims)
            assert outputs[0].dtype == type_text(node.attr["dtype"].type)


def test_search_finds_names_and_ops_shortest_first(neuron: Pictures) -> None:
    """Case does not matter; a broken expression is looked for as it stands."""
    matches, more = search(neuron, "WEIGHT")
    assert matches[0] == {
        "path": "weight/(weight)",
        "name": "weight",
        "op": "VariableV2",
        "why": "name",
        "within": ["weight"],
    }
    assert more == 0
    assert [(match["op"], match["why"]) for match in search(neuron, "^ApplyGradientD")[0]] == [
        ("ApplyGradientDescent", "op")
    ]
    assert search(neuron, "loss(")[0] == []


@pytest.mark.parametrize("path", ["nobody", "gradients/nobody", "ScalarSummary_[0..9]"])
def test_what_is_not_there_is_said(neuron: Pictures, path: str) -> None:
    """With the name that was asked for."""
    with pytest.raises(NotFoundQueryError, match="there is no node"):
        describe(neuron, path)


def test_an_empty_search_is_refused(neuron: Pictures) -> None:
    """It would find everything."""
    with pytest.raises(QueryError, match="q must hold"):
        search(neuron, "")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (AttrValue(i=3), "3"),
        (AttrValue(f=0.025), "0.025"),
        (AttrValue(b=False), "false"),
        (AttrValue(s=b"SAME \xff"), "'SAME \ufffd'"),
        (AttrValue(type=1), "float32"),
        (AttrValue(list=AttrValue.ListValue(i=[1, 2, 2, 1])), "[1, 2, 2, 1]"),
        (AttrValue(tensor=make_tensor_proto([[1, 2], [3, 4]])), "int64 2×2: [[1, 2],\n [3, 4]]"),
        (AttrValue(tensor=make_tensor_proto(["<b>"])), "string 1: '<b>'"),
        (AttrValue(), ""),
    ],
)
def test_attributes_of_every_sort_are_text(value: AttrValue, text: str) -> None:
    """As a person would write them."""
    node = NodeDef(name="n", op="Op")
    node.attr["a"].CopyFrom(value)
    assert describe(of_node(node), "n")["attributes"] == [{"name": "a", "value": text}]


def test_a_long_value_is_cut() -> None:
    """A megabyte of text stays a line."""
    node = NodeDef(name="n", op="Op")
    node.attr["a"].s = b"x" * 1_000_000
    (shown,) = describe(of_node(node), "n")["attributes"]
    assert len(shown["value"]) == LONGEST_VALUE + 1


def test_shapes_and_types_for_people() -> None:
    """Scalar, known, partly known, unknown; references are named; so is a type to come."""
    dims = [TensorShapeProto.Dim(size=size) for size in (-1, 10)]
    assert shape_text(TensorShapeProto()) == "scalar"
    assert shape_text(TensorShapeProto(dim=dims)) == "?×10"
    assert shape_text(TensorShapeProto(unknown_rank=True)) == "?"
    assert [type_text(number) for number in (1, 101, 3, 19, 77)] == [
        "float32",
        "float32_ref",
        "int32",
        "float16",
        "type 77",
    ]
