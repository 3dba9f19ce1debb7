"""Ways through recorded graphs, against a slow walk; searches by more than names; the outline."""

from __future__ import annotations

import pytest
from graphs_made import RECORDED, SEED, graph_def, pictures_of, recorded

from neuronboard.dashboards.graphs.describe import describe
from neuronboard.dashboards.graphs.graph import Graph
from neuronboard.dashboards.graphs.outline import outline
from neuronboard.dashboards.graphs.search import search
from neuronboard.dashboards.graphs.trace import traced, way
from neuronboard.dashboards.graphs.view import Pictures
from neuronboard.errors import NotFoundQueryError, QueryError
from neuronboard.pb.graph_pb2 import GraphDef, NodeDef


def pictures(data: bytes) -> Pictures:
    """A graph taken apart."""
    return Pictures(Graph.parse(data))


@pytest.mark.parametrize("name", RECORDED)
def test_a_trace_is_the_whole_closure(name: str) -> None:
    """Upstream of the last node and downstream of the first, as a slow walk finds them."""
    found = pictures(recorded(name))
    table = found.graph.table
    edges = list(zip(table.sources.tolist(), table.targets.tolist(), strict=True))
    for start, direction in ((len(table) // 2, "up"), (len(table) // 3, "down")):
        reached = {start}
        while True:
            more = {
                a if direction == "up" else b
                for a, b in edges
                if (b if direction == "up" else a) in reached
            } - reached
            if not more:
                break
            reached |= more
        answer = traced(found, table.names[start], direction)
        paths = {found.graph.node_path(number) for number in reached}
        assert set(answer["nodes"]) == paths
        assert answer["count"] == len(reached)
        for group, count in answer["groups"].items():
            inside = [path for path in paths if path.startswith(f"{group}/")]
            assert group not in found.graph.tree.group_of or count == len(inside)


def test_a_way_is_as_short_as_can_be_and_goes_along_edges() -> None:
    """Between two nodes, from a group, and none against the edges."""
    chain = [("a", "X", []), ("b", "X", ["a"]), ("s/c", "X", ["b"]), ("d", "X", ["s/c", "a"])]
    found = pictures_of(*chain, ("e", "X", ["^d"]))
    assert way(found, "a", "e")["nodes"] == ["a", "d", "e"]
    assert way(found, "b", "e")["nodes"] == ["b", "s/c", "d", "e"]
    assert way(found, "s", "e")["nodes"] == ["s/c", "d", "e"]
    assert way(found, "e", "a") == {"nodes": None, "groups": {}}
    assert way(found, "a", "a")["nodes"] == ["a"]
    assert way(found, "b", "e")["groups"] == {"s": 1}


def test_a_series_can_be_traced() -> None:
    """By the path of its box, and it is told how much of it is reached."""
    rows = [(f"n_{i}", "Relu", [f"n_{i - 1}"] if i > 1 else ["x"]) for i in range(1, 7)]
    found = pictures_of(("x", "X", []), *rows, ("y", "Y", ["n_6"]))
    found.view("")
    assert traced(found, "n_[1..6]", "down")["nodes"] == [*(f"n_{i}" for i in range(1, 7)), "y"]
    assert traced(found, "n_3", "up")["groups"] == {"n_[1..6]": 3}


def test_what_cannot_be_traced_is_said() -> None:
    """A direction that is none, a node that is not there."""
    found = pictures_of(("a", "X", []))
    with pytest.raises(QueryError, match="up or down, got 'left'"):
        traced(found, "a", "left")
    with pytest.raises(NotFoundQueryError, match="'b'"):
        traced(found, "b", "up")


def typed(name: str, op: str, shape: list[int], device: str = "") -> NodeDef:
    """A node with a shape and a stride."""
    node = NodeDef(name=name, op=op, device=device)
    dims = node.attr["_output_shapes"].list.shape.add().dim
    for size in shape:
        dims.add(size=size)
    node.attr["strides"].list.i.extend([1, 2])
    return node


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("op:conv", ["a/one", "b/two"]),
        ("op:conv two", ["b/two"]),
        ("attr:strides", ["a/one", "b/two", "c/three"]),
        (r"attr:strides=\[1,", ["a/one", "b/two", "c/three"]),
        ("attr:strides=9", []),
        ("shape:32x10", ["a/one"]),
        ("shape:32×?", ["a/one", "b/two"]),
        ("shape:scalar", ["c/three"]),
        ("device:gpu", ["b/two"]),
        ("device:gpu op:relu", []),
        ("b/", ["b/two"]),
        ("op:", []),
        ("shape:(", []),
    ],
)
def test_terms_look_at_one_thing_each(text: str, names: list[str]) -> None:
    """And combine; what is no term is looked for in names and ops."""
    nodes = [
        typed("a/one", "Conv2D", [32, 10]),
        typed("b/two", "Conv2D", [32, 20], "/device:GPU:0"),
        typed("c/three", "Relu", []),
    ]
    found = pictures(GraphDef(node=nodes).SerializeToString())
    assert [match["name"] for match in search(found, text)[0]] == names


def test_a_group_is_described() -> None:
    """How many nodes, of what ops, what crosses its border, where it is again."""
    rows = [("x", "X", [])]
    for scope in ("first", "other"):
        rows += [(f"{scope}/a", "A", ["x"]), (f"{scope}/b", "B", [f"{scope}/a"])]
    found = pictures_of(*rows, ("y", "Y", ["first/b", "other/b"]))
    answer = describe(found, "first")
    assert (answer["kind"], answer["nodes"], answer["ops"]) == ("group", 2, {"A": 1, "B": 1})
    assert answer["alike"] == ["other"]
    assert describe(found, "first/b")["alike"] == ["other/b"]
    assert describe(found, "y")["alike"] == []
    assert [(port["inner"], port["outer"]) for port in answer["inputs"]] == [("first/a", "x")]
    assert [(port["inner"], port["outer"]) for port in answer["outputs"]] == [("first/b", "y")]


def test_a_call_leads_to_the_functions_body() -> None:
    """By its op or by an attribute; arguments and results are there."""
    graph = graph_def(("x", "X", []), ("call", "PartitionedCall", ["x"]))
    function = graph.library.function.add()
    function.signature.name = "double"
    function.node_def.add(name="sum", op="AddV2")
    graph.node[1].attr["f"].func.name = "double"
    found = pictures(graph.SerializeToString())
    assert describe(found, "call")["calls"] == ["(functions)/double"]
    assert [box.path for box in found.view("(functions)/double").boxes] == [
        "(functions)/double/sum"
    ]


def test_the_outline_says_what_the_picture_shows() -> None:
    """The tutorial's neuron: boxes, what is tucked where, who takes from whom."""
    lines = outline(pictures(SEED.read_bytes()), depth=1).splitlines()
    assert lines == [
        "input: Const; constant of output",
        "weight: 4 nodes; variable of output",
        "output: Mul; from weight, input (scalar)",
        "correct_value: Const; constant of sub",
        "sub: Sub; from output, correct_value (scalar)",
        "loss: 2 nodes; from sub",
        "gradients: 33 nodes; from loss (3 times), sub (3 times), input (scalar), weight",
        "GradientDescent: 3 nodes; from weight (reference, scalar), gradients",
        "ScalarSummary_[0..4]: 5 alike, 10 nodes together; the first:; summary of output; "
        "from input (scalar), weight, output, correct_value (scalar), loss",
        "MergeSummary: 1 node; summary of output; from ScalarSummary_[0..4] (5 times)",
        "init: NoOp; from weight (control)",
    ]
    whole = outline(pictures(recorded("transformer")))
    assert whole.count("\n") > 200
