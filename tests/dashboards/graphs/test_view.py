"""Pictures of groups: every edge once, counts that add up, ports that agree with the edges."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from graphs_made import RECORDED, all_views, pictures_of, random_graph, recorded

from neuronboard.dashboards.graphs.graph import Graph
from neuronboard.dashboards.graphs.view import Pictures
from neuronboard.errors import NotFoundQueryError

GRAPHS = [recorded(name) for name in RECORDED]
GRAPHS += [random_graph(seed).SerializeToString() for seed in range(60)]


def owner(pictures: Pictures, number: int) -> list[str]:
    """The paths of what holds a node, outermost first, and its own."""
    tree = pictures.graph.tree
    item = number + tree.n_groups
    return [*pictures.around(item), tree.path(item)]


@pytest.mark.parametrize("data", GRAPHS)
@pytest.mark.parametrize("most", [1_000, 4])
def test_every_edge_is_counted_once_and_ports_are_what_crosses(data: bytes, most: int) -> None:
    """Against a slow count of our own, edge by edge: where it belongs, between which boxes, and
    through which borders it goes."""
    pictures = Pictures(Graph.parse(data), most)
    table = pictures.graph.table
    wanted: dict[str, Counter[tuple[str, str]]] = {}
    crossing: dict[str, Counter[tuple[str, str, str]]] = {}
    for source, target in zip(table.sources.tolist(), table.targets.tolist(), strict=True):
        a, b = owner(pictures, source), owner(pictures, target)
        depth = 0
        while depth < min(len(a), len(b)) - 1 and a[depth] == b[depth]:
            depth += 1
        where = a[depth - 1] if depth else ""
        wanted.setdefault(where, Counter())[a[depth], b[depth]] += 1
        for direction, inner, outer in (("out", a, b), ("in", b, a)):
            for level in range(depth, len(inner) - 1):
                port = (inner[level + 1], direction, outer[depth])
                crossing.setdefault(inner[level], Counter())[port] += 1
    views = all_views(pictures)
    for view in views:
        edges: Counter[tuple[str, str]] = Counter()
        for edge in view.edges:
            edges[edge.source, edge.target] += edge.count
        assert edges == wanted.pop(view.path, Counter())
        ports: Counter[tuple[str, str, str]] = Counter()
        for port in view.ports:
            ports[port.inner, port.direction, port.outer] += port.count
        assert ports == crossing.pop(view.path, Counter())
    assert not wanted
    assert not crossing


@pytest.mark.parametrize("data", GRAPHS)
@pytest.mark.parametrize("most", [1_000, 4])
def test_every_node_is_in_one_picture_and_tucks_lead_to_boxes(data: bytes, most: int) -> None:
    """Paths are their own; what is tucked stands beside a box of the same picture that is not."""
    pictures = Pictures(Graph.parse(data), most)
    views = all_views(pictures)
    paths = [box.path for view in views for box in view.boxes]
    assert len(set(paths)) == len(paths)
    nodes = [box.path for view in views for box in view.boxes if box.kind == "node"]
    assert len(nodes) == len(pictures.graph.table)
    for view in views:
        tuck_of = {box.path: tuck for box, tuck in zip(view.boxes, view.tucks, strict=True)}
        for tuck in filter(None, view.tucks):
            assert tuck.as_ == "hub" or tuck_of[tuck.into or ""] is None


def test_edges_between_groups_are_merged_and_counted() -> None:
    """Three tensors from a to b are one edge of three; waiting is another."""
    pictures = pictures_of(
        ("a/x", "Const", []),
        ("a/y", "Const", []),
        ("b/add", "AddV2", ["a/x", "a/y"]),
        ("b/neg", "Neg", ["a/x:0"]),
        ("b/late", "NoOp", ["^a/y"]),
    )
    edges = [(e.source, e.target, e.kind, e.count) for e in pictures.view("").edges]
    assert edges == [("a", "b", "data", 3), ("a", "b", "control", 1)]
    assert pictures.view("a").edges == []


def test_the_kinds_of_edges() -> None:
    """A loop's way back, a variable that is changed, one that is read, waiting."""
    pictures = pictures_of(
        ("start", "Enter", []),
        ("merge", "Merge", ["start", "next"]),
        ("next", "NextIteration", ["merge:1"]),
        ("v", "VariableV2", []),
        ("read", "Identity", ["v"]),
        ("assign", "Assign", ["v", "start"]),
        ("after", "NoOp", ["^assign"]),
    )
    kinds = {(e.source, e.target): e.kind for e in pictures.view("").edges}
    assert kinds["next", "merge"] == "loop"
    assert kinds["v", "assign"] == "reference"
    assert kinds["assign", "after"] == "control"
    others = [("start", "merge"), ("merge", "next"), ("v", "read"), ("start", "assign")]
    assert {kinds[pair] for pair in others} == {"data"}


def test_a_group_that_is_not_there_is_said() -> None:
    """Also a node, which has no inside, and a series that was never made."""
    pictures = pictures_of(("a/b", "A", []))
    for path in ("nowhere", "a/b", "a/n_[1..9]", "a/b/c"):
        with pytest.raises(NotFoundQueryError, match="no group"):
            pictures.view(path)


def test_pictures_that_are_made_at_once_say_the_same() -> None:
    """Answers are made in several threads, which share what is known of the edges."""
    data = recorded("transformer")
    paths = [view.path for view in all_views(Pictures(Graph.parse(data)))] * 2
    alone = Pictures(Graph.parse(data))
    wanted = [[edge.answer() for edge in alone.view(path).edges] for path in paths]
    for _ in range(5):
        shared = Pictures(Graph.parse(data))
        with ThreadPoolExecutor(8) as pool:
            found = list(pool.map(shared.view, paths))
        assert [[edge.answer() for edge in view.edges] for view in found] == wanted
