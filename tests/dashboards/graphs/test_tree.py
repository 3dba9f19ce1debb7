"""A GraphDef as nested groups: the tutorial's recorded graph, and small ones made by hand."""

from __future__ import annotations

import numpy as np
import pytest
from graphs_made import SEED, Row, graph_def, random_graph

from neuronboard.dashboards.graphs.tree import Tree
from neuronboard.formats.graph_table import GraphTable


def tree_of(*rows: Row) -> Tree:
    """(name, op, inputs) of each node."""
    return Tree(GraphTable.parse(graph_def(*rows).SerializeToString()))


def children(tree: Tree, path: str) -> list[str]:
    """The paths of what is in a group."""
    return [tree.path(item) for item in tree.children_of(tree.group_of[path]).tolist()]


@pytest.fixture(scope="module")
def neuron() -> Tree:
    """The tutorial's final graph, as TensorFlow made it."""
    return Tree(GraphTable.parse(SEED.read_bytes()))


def test_every_node_is_in_one_group_and_counted_in_those_around(neuron: Tree) -> None:
    """58 nodes; the counts of the top add up to them, and so do those of each group."""
    assert neuron.size[0] == 58
    for path, group in neuron.group_of.items():
        assert neuron.size[group] == neuron.size[neuron.children_of(group)].sum(), path
    assert neuron.size[neuron.group_of["gradients"]] == 33


def test_a_node_that_is_also_a_scope_lies_inside(neuron: Tree) -> None:
    """`weight` beside `weight/read`; it is found by its path and by its name."""
    assert children(neuron, "weight") == [
        "weight/initial_value",
        "weight/(weight)",
        "weight/Assign",
        "weight/read",
    ]
    assert neuron.find("weight/(weight)") == neuron.n_groups + (neuron.node_at("weight") or 0)
    assert neuron.find("weight") == neuron.group_of["weight"]
    assert neuron.find("nobody") is None
    assert neuron.find("input/(input)") is None


def test_children_come_in_the_order_of_the_file() -> None:
    """Groups and nodes mixed, a group where the first of its nodes stands."""
    tree = tree_of(
        ("z", "A", []), ("b/x", "A", []), ("y", "A", []), ("b/w", "A", []), ("c/d/e", "A", [])
    )
    assert children(tree, "") == ["z", "b", "y", "c"]
    assert children(tree, "b") == ["b/x", "b/w"]
    late = tree_of(("n", "A", []), ("m", "A", []), ("n/read", "A", []))
    assert children(late, "") == ["n", "m"]


def test_an_edge_belongs_to_the_innermost_group_with_both_ends() -> None:
    """Between siblings, from a scope outwards, and between a node and its own scope."""
    tree = tree_of(
        ("a/b/x", "A", []),
        ("a/b/y", "A", ["a/b/x"]),
        ("a/c", "A", ["a/b/x"]),
        ("d", "A", ["a/b/y:1", "^a/c"]),
        ("d/read", "A", ["d"]),
    )
    found = [
        (tree.path(group), *(tree.path(end) for end in tree.ends[:, edge].tolist()))
        for edge, group in enumerate(tree.lca.tolist())
    ]
    assert found == [
        ("a/b", "a/b/x", "a/b/y"),
        ("a", "a/b", "a/c"),
        ("", "a", "d"),
        ("", "a", "d"),
        ("d", "d/(d)", "d/read"),
    ]


@pytest.mark.parametrize("seed", range(40))
def test_the_nodes_of_a_group_are_a_range(seed: int) -> None:
    """Of random graphs: the range of each group holds the nodes whose scope it is, no others."""
    tree = Tree(GraphTable.parse(random_graph(seed).SerializeToString()))
    assert sorted(tree.order.tolist()) == list(range(len(tree.table)))
    for path, group in tree.group_of.items():
        wanted = {
            number
            for number, name in enumerate(tree.table.names)
            if not path or name == path or name.startswith(f"{path}/")
        }
        assert set(tree.nodes_in(group).tolist()) == wanted
        assert all(tree.parent[item] == group for item in tree.children_of(group))
    assert np.array_equal(tree.parent[tree.ends[0]], tree.parent[tree.ends[1]])


@pytest.mark.parametrize("names", [["/a", "a//b", "a/"], ["", "", "x"], ["a/b/", "a/b"]])
def test_odd_names_are_places_too(names: list[str]) -> None:
    """Empty parts, no name at all, a name twice: every node is somewhere and has its own path."""
    tree = tree_of(*[(name, "A", []) for name in names])
    paths = [tree.path(tree.n_groups + number) for number in range(3 if len(names) > 2 else 2)]
    assert len(set(paths)) == len(names)
    assert tree.size[0] == len(names)


def test_scopes_may_be_a_thousand_deep() -> None:
    """Nothing recurses."""
    name = "/".join(["s"] * 1000)
    tree = tree_of((f"{name}/a", "A", []), (f"{name}/b", "A", [f"{name}/a"]))
    assert tree.path(int(tree.lca[0])) == name
