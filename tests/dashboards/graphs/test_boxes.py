"""Series of alike blocks, what tucks away beside its users, and the number of a structure."""

from __future__ import annotations

import random

import pytest
from graphs_made import SEED, Row, all_views, graph_def, pictures_of

from neuronboard.dashboards.graphs.graph import Graph
from neuronboard.dashboards.graphs.view import Pictures
from neuronboard.pb.graph_pb2 import GraphDef


def layers(count: int, first: int = 1, *, odd: int | None = None) -> list[Row]:
    """A chain of layers of three nodes; the one of number `odd` has another op."""
    rows: list[Row] = [("input", "Placeholder", [])]
    here = "input"
    for i in range(first, first + count):
        op = "Tanh" if i == odd else "Relu"
        rows += [
            (f"layer_{i}/w", "VariableV2", []),
            (f"layer_{i}/matmul", "MatMul", [here, f"layer_{i}/w"]),
            (f"layer_{i}/act", op, [f"layer_{i}/matmul"]),
        ]
        here = f"layer_{i}/act"
    return rows


def shown(pictures: Pictures, path: str = "") -> list[str]:
    """The paths of a picture's boxes."""
    return [box.path for box in pictures.view(path).boxes]


def test_alike_layers_are_a_series_with_a_count() -> None:
    """Its picture holds the members and the edges between them; what goes in is a port."""
    pictures = pictures_of(*layers(48))
    view = pictures.view("")
    assert [(b.path, b.kind, b.count) for b in view.boxes] == [
        ("input", "node", 0),
        ("layer_[1..48]", "series", 48),
    ]
    assert [(e.source, e.target, e.count) for e in view.edges] == [("input", "layer_[1..48]", 1)]
    inside = pictures.view("layer_[1..48]")
    assert [box.path for box in inside.boxes] == [f"layer_{i}" for i in range(1, 49)]
    assert len(inside.edges) == 47
    assert [(p.inner, p.direction, p.outer) for p in inside.ports] == [("layer_1", "in", "input")]
    member = pictures.graph.tree.find("layer_7/act")
    assert member is not None
    assert pictures.around(member) == ["layer_[1..48]", "layer_7"]


def test_a_layer_that_differs_parts_the_series() -> None:
    """Of ten the fifth: two series, and it stands by itself."""
    assert shown(pictures_of(*layers(10, odd=5))) == [
        "input",
        "layer_[1..4]",
        "layer_5",
        "layer_[6..10]",
    ]


def test_the_first_of_tensorflows_names_has_no_number() -> None:
    """ "cell", "cell_1", "cell_2" are three of a kind, and so is a number in the middle."""
    rows = [(f"cell{s}/{part}", "Relu", []) for s in ("", "_1", "_2") for part in "ab"]
    assert shown(pictures_of(*rows)) == ["cell_[0..2]"]
    rows = [(f"block{i}_out/{part}", "Relu", []) for i in (3, 4, 5) for part in "ab"]
    assert shown(pictures_of(*rows)) == ["block[3..5]_out"]


def test_few_or_with_gaps_are_no_series() -> None:
    """Two groups, four single nodes, numbers that jump."""
    assert shown(pictures_of(*layers(2))) == ["input", "layer_1", "layer_2"]
    nodes: list[Row] = [(f"n_{i}", "Relu", []) for i in range(1, 5)]
    assert len(shown(pictures_of(*nodes))) == 4
    assert shown(pictures_of(*nodes, ("n_5", "Relu", []))) == ["n_[1..5]"]
    gaps: list[Row] = [(f"l_{i}/{p}", "Relu", []) for i in (1, 3, 5, 7) for p in "ab"]
    assert len(shown(pictures_of(*gaps))) == 4


def taking_turns(*between: str) -> list[Row]:
    """Four layers, after each of which comes one of each of these."""
    rows: list[Row] = []
    here: list[str] = []
    for i in range(1, 5):
        for scope in ("layer", *between):
            rows.append((f"{scope}_{i}/{scope}", scope.title(), here))
            rows.append((f"{scope}_{i}/out", "Relu", [f"{scope}_{i}/{scope}"]))
            here = [f"{scope}_{i}/out"]
    return rows


def test_those_that_take_turns_are_one_series() -> None:
    """Folded apart they would be a cycle; members come in turns."""
    pictures = pictures_of(*taking_turns("dropout"))
    (box,) = pictures.view("").boxes
    assert (box.path, box.count) == ("layer_[1..4] + dropout_[1..4]", 4)
    assert [one.path for one in box.boxes[:4]] == ["layer_1", "dropout_1", "layer_2", "dropout_2"]


def test_no_series_lies_on_a_cycle_that_its_members_are_not_on() -> None:
    """Something of its own between the layers keeps them apart; so data flows one way."""
    rows = taking_turns()
    names = ["first", "second", "third"]
    for i, name in enumerate(names, 1):
        rows.append((name, "Sum", [f"layer_{i}/out"]))
        rows = [
            (n, op, [name]) if n == f"layer_{i + 1}/layer" else (n, op, inputs)
            for n, op, inputs in rows
        ]
    assert len(shown(pictures_of(*rows))) == 7


def test_structure_does_not_depend_on_names_or_order() -> None:
    """Scopes renamed and nodes shuffled: the same numbers; an input swapped or another op: not."""
    rows = [row for row in layers(1) if row[0] != "input"]

    def block(rows: list[Row], scope: str) -> int:
        graph = pictures_of(*rows).graph
        return int(graph.blocks[graph.tree.group_of[scope]])

    def renamed(text: str) -> str:
        return text.replace("layer_1", "other").replace("/w", "/kernel")

    wanted = block(rows, "layer_1")
    other = [(renamed(name), op, [renamed(i) for i in inputs]) for name, op, inputs in rows]
    random.Random(3).shuffle(other)
    assert block(other, "other") == wanted
    swapped = [(name, op, inputs[::-1]) for name, op, inputs in rows]
    assert block(swapped, "layer_1") != wanted
    changed = [(name, "Sigmoid" if op == "Relu" else op, inputs) for name, op, inputs in rows]
    assert block(changed, "layer_1") != wanted


def test_the_number_of_a_structure_is_the_same_everywhere() -> None:
    """It is in URLs and answers: neither the process nor the machine may change it."""
    graph = pictures_of(*layers(3)).graph
    assert f"{int(graph.blocks[graph.tree.group_of['layer_1']]):016x}" == "1cda7a38e1fa30ce"


def tucked(pictures: Pictures, path: str = "") -> dict[str, tuple[str | None, str]]:
    """Path -> where it is tucked, as what."""
    view = pictures.view(path)
    rows = zip(view.boxes, view.tucks, strict=True)
    return {box.path: (tuck.into, tuck.as_) for box, tuck in rows if tuck is not None}


def test_what_the_tutorials_neuron_tucks_away() -> None:
    """Constants, the variable and the summaries; what computes stands in the row."""
    pictures = Pictures(Graph.parse(SEED.read_bytes()))
    assert tucked(pictures) == {
        "input": ("output", "constant"),
        "weight": ("output", "variable"),
        "correct_value": ("sub", "constant"),
        "ScalarSummary_[0..4]": ("output", "summary"),
        "MergeSummary": ("output", "summary"),
    }
    assert tucked(pictures, "weight") == {}  # inside a variable its parts are what one looks at


def saver() -> GraphDef:
    """A layer of two variables with a saver as TensorFlow makes it."""
    rows: list[Row] = [("x", "Placeholder", []), ("save/Const", "Const", [])]
    for name in ("w", "b"):
        rows += [
            (name, "VariableV2", []),
            (f"{name}/Initializer/shape", "Const", []),
            (f"{name}/Initializer/RandomUniform", "RandomUniform", [f"{name}/Initializer/shape"]),
            (f"{name}/Assign", "Assign", [name, f"{name}/Initializer/RandomUniform"]),
            (f"{name}/read", "Identity", [name]),
            (f"save/Restore{name}", "RestoreV2", ["save/Const"]),
            (f"save/Assign{name}", "Assign", [name, f"save/Restore{name}"]),
        ]
    rows += [("mul", "Mul", ["x", "w/read"]), ("add", "Add", ["mul", "b/read"])]
    rows += [("save/SaveV2", "SaveV2", ["save/Const", "w", "b"])]
    return graph_def(*rows)


def test_savers_and_initializers_belong_to_the_variables() -> None:
    """And stand beside what uses these."""
    pictures = Pictures(Graph.parse(saver().SerializeToString()))
    assert tucked(pictures) == {
        "save": ("mul", "save"),
        "w": ("mul", "variable"),
        "b": ("add", "variable"),
    }


def test_a_node_with_very_many_neighbours_is_a_hub() -> None:
    """A step counter that twenty losses take stands beside none of them."""
    rows: list[Row] = [("step", "Placeholder", [])]
    rows += [(name, "Loss", ["step"]) for name in "abcdefghijklmnopqrst"]
    assert tucked(pictures_of(*rows)) == {"step": (None, "hub")}


@pytest.mark.parametrize("op", ["Const", "VariableV2", "ScalarSummary"])
def test_where_everything_would_be_tucked_nothing_is(op: str) -> None:
    """A picture of nothing helps nobody."""
    pictures = pictures_of(("a", op, []), ("b", op, ["a"]))
    assert all(tuck is None for view in all_views(pictures) for tuck in view.tucks)
