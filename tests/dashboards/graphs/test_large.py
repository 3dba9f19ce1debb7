"""Large graphs: parts that are no larger than they may be, data that flows forward between them."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from graphs_made import all_views, graph_def, pictures_of

from neuronboard.dashboards.graphs.cycles import components
from neuronboard.dashboards.graphs.diff import diff
from neuronboard.dashboards.graphs.graph import Graph
from neuronboard.dashboards.graphs.view import Pictures, View
from neuronboard.pb.graph_pb2 import GraphDef

sys.path.insert(0, str(Path(__file__).parents[2] / "bench"))

import graphs

NODES = 5_000


@pytest.fixture(scope="module", params=["nested", "flat", "deep"])
def large(request: pytest.FixtureRequest) -> Pictures:
    """A generated graph of the shapes that the bench measures."""
    made = graphs.SHAPES[request.param](NODES)
    assert 0.9 * NODES < len(made.node) < 1.1 * NODES
    return Pictures(Graph.parse(made.SerializeToString()), 200)


def cycles(view: View) -> list[list[int]]:
    """The cycles of a picture."""
    number = {box.path: at for at, box in enumerate(view.boxes)}
    pairs = {(number[e.source], number[e.target]) for e in view.edges if e.kind != "loop"}
    return components(pairs)


def test_no_picture_has_more_boxes_than_may_be(large: Pictures) -> None:
    """The members of a series stand in parts, too."""
    for view in all_views(large):
        assert len(view.boxes) <= 200


def test_parts_and_series_make_no_cycles(large: Pictures) -> None:
    """These graphs have none at all below their scopes."""
    for view in all_views(large):
        if any(box.item < 0 for box in view.boxes):
            assert cycles(view) == []


def test_every_node_and_edge_is_somewhere(large: Pictures) -> None:
    """Counted over all pictures."""
    views = all_views(large)
    assert sum(box.kind == "node" for view in views for box in view.boxes) == len(large.graph.table)
    edges = sum(edge.count for view in views for edge in view.edges)
    assert edges == len(large.graph.table.sources)


def test_differences_of_large_graphs_are_found_as_of_small_ones(large: Pictures) -> None:
    """Every name changed, one attribute changed, one node more."""
    graph = GraphDef.FromString(data_of(large))
    for node in graph.node:
        node.name = f"moved/{node.name}"
        node.input[:] = [f"^moved/{i[1:]}" if i[0] == "^" else f"moved/{i}" for i in node.input]
    graph.node[7].attr["extra"].i = 1
    graph.node.add(name="new", op="NoOp", input=[f"^{graph.node[7].name}"])
    after = Pictures(Graph.parse(graph.SerializeToString()))
    found = diff(large, after)
    assert (found.added, found.removed) == (["new"], [])
    assert len(found.renamed) == len(graph.node) - 1
    assert [what for _, what in found.changed] == [["attribute extra: none → 1"]]


def data_of(pictures: Pictures) -> bytes:
    """The GraphDef that a graph was taken apart from."""
    table = pictures.graph.table
    nodes = [table.node(number) for number in range(len(table))]
    return GraphDef(node=nodes).SerializeToString()


def test_parts_follow_the_flow_whatever_the_order_of_the_file() -> None:
    """A chain that the file has backwards, and one that is a ring."""
    rows = [
        (f"{'ab'[i % 2]}{i}", "AB"[i % 2], [f"{'ab'[i % 2 - 1]}{i - 1}"] if i else [])
        for i in range(50)
    ]
    view = pictures_of_at_most(10, rows[::-1]).view("")
    assert cycles(view) == []
    assert sum(len(list(box.leaves())) for box in view.boxes) == 50
    rows[0] = ("a0", "A", ["b49"])
    ring = pictures_of_at_most(10, rows)
    assert len(ring.view("").boxes) <= 10
    assert len(cycles(ring.view(""))) == 1


def pictures_of_at_most(most: int, rows: list[tuple[str, str, list[str]]]) -> Pictures:
    """A graph whose pictures have at most that many boxes."""
    return Pictures(Graph.parse(graph_def(*rows).SerializeToString()), most)


def test_parts_are_cut_where_few_edges_cross() -> None:
    """Between clusters: ten nodes that are all joined, then one edge to the next ten."""
    rows: list[tuple[str, str, list[str]]] = []
    for i in range(40):
        cluster = range(i - i % 10, i)
        inputs = [f"n{'xy'[j % 2]}{j}" for j in cluster] or [f"n{'xy'[(i - 1) % 2]}{i - 1}"] * (
            i > 0
        )
        rows.append((f"n{'xy'[i % 2]}{i}", "XY"[i % 2], inputs))
    view = pictures_of_at_most(30, rows).view("")
    assert [box.count for box in view.boxes] == [10, 10, 10, 10]
    assert [edge.count for edge in view.edges] == [1, 1, 1]


def members(count: int, takes: Callable[[int], int | None], turns: int = 1) -> Pictures:
    """Numbered blocks of two nodes; `takes` says which one each takes from."""
    rows: list[tuple[str, str, list[str]]] = []
    for i in range(count):
        scope = f"{'ab'[i % turns]}_{i // turns + 1}"
        other = takes(i)
        here = "" if other is None else f"{'ab'[other % turns]}_{other // turns + 1}/y"
        rows += [(f"{scope}/x", f"X{i % turns}", [here] * bool(here))]
        rows += [(f"{scope}/y", "Y", [f"{scope}/x"])]
    return pictures_of(*rows)


def before(i: int) -> int | None:
    return i - 1 if i else None


def test_a_series_of_very_many_is_in_parts_by_number() -> None:
    """A hundred layers in ten; sixty stand next to each other."""
    pictures = members(100, before)
    (series,) = pictures.view("").boxes
    assert (series.path, series.count) == ("a_[1..100]", 100)
    parts = pictures.view("a_[1..100]")
    assert [(one.path, one.kind, one.count) for one in parts.boxes[:2]] == [
        ("a_[1..10]", "part", 10),
        ("a_[11..20]", "part", 10),
    ]
    assert (len(parts.boxes), len(parts.edges)) == (10, 9)
    item = pictures.graph.tree.find("a_33/x")
    assert item is not None
    assert pictures.around(item) == ["a_[1..100]", "a_[31..40]", "a_33"]
    assert pictures.within("a_[31..40]") == ["a_[1..100]"]
    assert len(members(60, before).view("a_[1..60]").boxes) == 60


def test_parts_of_a_series_follow_the_flow() -> None:
    """Backwards, as gradients run; in turns, which stay together; in a ring, which is cut once."""
    back = members(100, lambda i: i + 1 if i < 99 else None)
    assert cycles(back.view("a_[1..100]")) == []
    assert len(back.view("a_[1..100]").boxes) == 10
    turns = members(200, before, turns=2)
    (series,) = turns.view("").boxes
    parts = turns.view(series.path).boxes
    assert [part.path for part in parts[:1]] == ["a_[1..10] + b_[1..10]"]
    assert [box.path for box in parts[0].boxes[:3]] == ["a_1", "b_1", "a_2"]
    ring = members(400, lambda i: (i - 1) % 400)
    view = ring.view("a_[1..400]")
    assert [box.path for box in view.boxes[:1]] == ["a_[1..400]/[1..75]"]
    assert len(cycles(view)) == 1
    assert ring.view("a_[1..400]/[1..75]").boxes[0].path == "a_1"


def test_parts_of_many_levels_have_as_many_each() -> None:
    """Thirty thousand boxes: no level is a long list."""
    pictures = Pictures(Graph.parse(graphs.flat(30_000).SerializeToString()))
    first = pictures.view("").boxes
    sizes = [len(pictures.view(box.path).boxes) for box in first]
    assert len(first) < 20
    assert max(sizes) < 30
    inner = pictures.view(pictures.view(first[0].path).boxes[0].path)
    assert 50 < len(inner.boxes) <= 300


def test_the_numbers_of_structures_of_large_graphs_are_few() -> None:
    """A hundred alike layers have one, whatever they are called."""
    graph = pictures_of(*[(f"s{i}/{p}", p, []) for i in range(100) for p in "ab"]).graph
    assert len(np.unique(graph.blocks[1 : graph.tree.n_groups])) == 1
