"""Questions about a graph, asked of the tutorial's recorded one."""

from __future__ import annotations

from pathlib import Path

import pytest

from neuronboard.dashboards.graphs import query
from neuronboard.dashboards.graphs.hierarchy import Hierarchy
from neuronboard.errors import NotFoundQueryError, QueryError
from neuronboard.formats.tensor_proto import make_tensor_proto
from neuronboard.pb.graph_pb2 import AttrValue, GraphDef, NodeDef

SEED = Path(__file__).parents[2] / "golden" / "seed" / "final_0x_graph.pb"


@pytest.fixture(scope="module")
def neuron() -> Hierarchy:
    """The tutorial's final graph, as TensorFlow made it."""
    return Hierarchy.parse(SEED.read_bytes())


def test_the_whole_graph_and_a_group(neuron: Hierarchy) -> None:
    """The children that a learner sees first, and what is in `loss`."""
    names = [child.name for child in query.group(neuron, "").children]
    assert names[:6] == ["input", "weight", "output", "correct_value", "sub", "loss"]
    assert [child.path for child in query.group(neuron, "loss").children] == [
        "loss/y",
        "loss/(loss)",
    ]


def test_a_node_is_described(neuron: Hierarchy) -> None:
    """Op, attributes with values, inputs with shapes, who waits and who uses it."""
    found = query.describe(neuron, "weight/Assign")
    assert (found["op"], found["name"]) == ("Assign", "weight/Assign")
    assert [link["name"] for link in found["inputs"]] == ["weight", "weight/initial_value"]
    assert {"name": "use_locking", "value": "true"} in found["attributes"]
    constant = query.describe(neuron, "input")
    assert {"name": "value", "value": "float32 scalar: 1."} in constant["attributes"]
    assert "output" in [link["name"] for link in constant["consumers"]]
    step = query.describe(neuron, "GradientDescent/(GradientDescent)")
    assert [link["name"] for link in step["control_inputs"]] == [
        "GradientDescent/update_weight/ApplyGradientDescent"
    ]


def test_search_finds_names_and_ops_shortest_first(neuron: Hierarchy) -> None:
    """Case does not matter; a broken expression is looked for as it stands."""
    matches, more = query.search(neuron, "WEIGHT")
    assert matches[0] == {"path": "weight/(weight)", "name": "weight", "op": "VariableV2"}
    assert more == 0
    assert [match["op"] for match in query.search(neuron, "^ApplyGradient")[0]] == [
        "ApplyGradientDescent"
    ]
    assert query.search(neuron, "loss(")[0] == []


@pytest.mark.parametrize(
    ("ask", "error", "part"),
    [
        (lambda graph: query.group(graph, "nowhere"), NotFoundQueryError, "no group 'nowhere'"),
        (lambda graph: query.group(graph, "input"), NotFoundQueryError, "no group 'input'"),
        (lambda graph: query.describe(graph, "nobody"), NotFoundQueryError, "no node 'nobody'"),
        (lambda graph: query.search(graph, ""), QueryError, "q must hold"),
    ],
)
def test_what_is_not_there_is_said(
    neuron: Hierarchy, ask: object, error: type[Exception], part: str
) -> None:
    """With the name that was asked for."""
    with pytest.raises(error, match=part):
        ask(neuron)  # type: ignore[operator]


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
    found = query.describe(Hierarchy(GraphDef(node=[node])), "n")
    assert found["attributes"] == [{"name": "a", "value": text}]


def test_a_long_value_is_cut() -> None:
    """A megabyte of text stays a line."""
    node = NodeDef(name="n", op="Op")
    node.attr["a"].s = b"x" * 1_000_000
    (shown,) = query.describe(Hierarchy(GraphDef(node=[node])), "n")["attributes"]
    assert len(shown["value"]) == query.LONGEST_VALUE + 1
