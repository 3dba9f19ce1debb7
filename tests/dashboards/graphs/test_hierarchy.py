"""A GraphDef as nested groups: the tutorial's recorded graph, and small ones made by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from neuronboard.dashboards.graphs.hierarchy import Hierarchy, inputs, shape_text, type_text
from neuronboard.errors import DataError
from neuronboard.pb.graph_pb2 import GraphDef, NodeDef
from neuronboard.pb.tensor_pb2 import TensorShapeProto

SEED = Path(__file__).parents[2] / "golden" / "seed" / "final_0x_graph.pb"


def graph_of(*nodes: tuple[str, str, list[str]]) -> Hierarchy:
    """(name, op, inputs) of each node."""
    made = [NodeDef(name=name, op=op, input=listed) for name, op, listed in nodes]
    return Hierarchy(GraphDef(node=made))


@pytest.fixture(scope="module")
def neuron() -> Hierarchy:
    """The tutorial's final graph, as TensorFlow made it."""
    return Hierarchy.parse(SEED.read_bytes())


def test_every_node_is_in_one_group_and_counted_in_those_around(neuron: Hierarchy) -> None:
    """58 nodes; the counts of the top add up to them, and so do those of each group."""
    assert sum(child.nodes for child in neuron.children[""].values()) == 58
    for path, children in neuron.children.items():
        if path:
            parent, _, _ = path.rpartition("/")
            inside = sum(child.nodes for child in children.values())
            assert neuron.children[parent][path].nodes == inside
    assert neuron.children[""]["gradients"].nodes == 33


def test_a_node_that_is_also_a_scope_lies_inside(neuron: Hierarchy) -> None:
    """`weight` beside `weight/read`."""
    assert list(neuron.children["weight"]) == [
        "weight/initial_value",
        "weight/(weight)",
        "weight/Assign",
        "weight/read",
    ]
    assert neuron.name_of["weight/(weight)"] == "weight"


def test_every_input_is_an_edge_of_the_innermost_common_group(neuron: Hierarchy) -> None:
    """As many data and control edges as the recording has inputs, each between siblings."""
    edges = [(group, edge) for group, found in neuron.edges.items() for edge in found.values()]
    listed = [item for node in neuron.nodes.values() for item in inputs(node)]
    assert sum(edge.count for _, edge in edges) == len(listed)
    assert sum(edge.count for _, edge in edges if edge.control) == sum(i.control for i in listed)
    for group, edge in edges:
        assert edge.source in neuron.children[group]
        assert edge.target in neuron.children[group]


def test_edges_between_groups_are_merged_and_counted() -> None:
    """Three tensors from a to b are one edge of three; its shapes are kept apart."""
    hierarchy = graph_of(
        ("a/x", "Const", []),
        ("a/y", "Const", []),
        ("b/add", "AddV2", ["a/x", "a/y"]),
        ("b/neg", "Neg", ["a/x:0"]),
        ("b/late", "NoOp", ["^a/y"]),
    )
    edges = hierarchy.edges[""]
    assert [(key, edge.count) for key, edge in edges.items()] == [
        (("a", "b", False), 3),
        (("a", "b", True), 1),
    ]
    assert "a" not in hierarchy.edges


def test_missing_inputs_and_loops_are_no_trouble() -> None:
    """A graph that was cut, and a while loop's way back."""
    hierarchy = graph_of(
        ("merge", "Merge", ["gone", "next"]), ("next", "NextIteration", ["merge:1"])
    )
    assert set(hierarchy.edges[""]) == {("next", "merge", False), ("merge", "next", False)}


@pytest.mark.parametrize(
    ("text", "expected"),
    [("a", ("a", 0, False)), ("a:2", ("a", 2, False)), ("^a", ("a", 0, True))],
)
def test_an_input_is_read_apart(text: str, expected: tuple[str, int, bool]) -> None:
    """Name, output, and whether it only waits."""
    (found,) = inputs(NodeDef(input=[text]))
    assert (found.node, found.output, found.control) == expected


def test_shapes_and_types_for_people() -> None:
    """Scalar, known, partly known, unknown; references are named."""
    dims = [TensorShapeProto.Dim(size=size) for size in (-1, 10)]
    assert shape_text(TensorShapeProto()) == "scalar"
    assert shape_text(TensorShapeProto(dim=dims)) == "?×10"
    assert shape_text(TensorShapeProto(unknown_rank=True)) == "?"
    assert [type_text(number) for number in (1, 101, 3, 19)] == [
        "float32",
        "float32_ref",
        "int32",
        "float16",
    ]


def test_bytes_that_are_no_graph_are_damage() -> None:
    """A sentence, not a trace."""
    with pytest.raises(DataError, match="it is no GraphDef"):
        Hierarchy.parse(b"\xff\xff\xff")


def test_a_deep_chain_of_many_nodes() -> None:
    """20,000 nodes in 100 scopes: every one is found again."""
    nodes = [
        (f"layer_{i % 100}/op_{i}", "Relu", [f"layer_{(i - 1) % 100}/op_{i - 1}"] if i else [])
        for i in range(20_000)
    ]
    hierarchy = graph_of(*nodes)
    assert len(hierarchy.children[""]) == 100
    assert sum(edge.count for edge in hierarchy.edges[""].values()) == 19_999
