"""Differences of graphs against edits that are known: what was done is found, and nothing else."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from graphs_made import SEED, graph_def, recorded

from neuronboard.dashboards.graphs.answers import group_answer
from neuronboard.dashboards.graphs.diff import Diff, changes_of, diff
from neuronboard.dashboards.graphs.ghosts import add_ghosts, ghost_answer
from neuronboard.dashboards.graphs.graph import Graph
from neuronboard.dashboards.graphs.view import Pictures
from neuronboard.errors import NotFoundQueryError
from neuronboard.pb.graph_pb2 import GraphDef, NodeDef

PAIRS = 30


def pictures(graph: GraphDef) -> Pictures:
    """A GraphDef taken apart."""
    return Pictures(Graph.parse(graph.SerializeToString()))


@dataclass
class Known:
    """A graph that is edited, and what a diff must say, by the names of nodes."""

    graph: GraphDef
    chance: random.Random
    touched: set[str] = field(default_factory=set)
    added: set[str] = field(default_factory=set)
    removed: set[str] = field(default_factory=set)
    was: dict[str, str] = field(default_factory=dict)
    changed: set[str] = field(default_factory=set)

    def pick(self, test: Callable[[NodeDef], bool] = lambda node: True) -> NodeDef:
        """A node far from what was edited before; it and its neighbours are not picked again."""
        while True:
            node = self.chance.choice(self.graph.node)
            around = {node.name, *map(bare, node.input), *(one.name for one in self.users(node))}
            if not around & self.touched and node.input and self.users(node) and test(node):
                self.touched |= around
                return node

    def users(self, node: NodeDef) -> list[NodeDef]:
        """Who takes from a node."""
        return [one for one in self.graph.node if node.name in map(bare, one.input)]

    def replace(self, old: str, new: str) -> None:
        """Lets all who take from the one node take from the other."""
        for one in self.graph.node:
            one.input[:] = [
                text.replace(old, new) if bare(text) == old else text for text in one.input
            ]


def bare(text: str) -> str:
    """The node of an input."""
    return text.removeprefix("^").partition(":")[0]


def rename(known: Known) -> None:
    """A node gets another name; those who take from it say so."""
    node = known.pick()
    old, new = node.name, node.name + "_renamed"
    known.replace(old, new)
    node.name = new
    known.was[new] = known.was.pop(old, old)


def rename_scope(known: Known) -> None:
    """All nodes of a scope get other names."""
    prefix = known.pick(lambda node: "/" in node.name).name.partition("/")[0]
    known.touched |= {n.name for n in known.graph.node if n.name.partition("/")[0] == prefix}
    moved = {
        node.name: f"{prefix}_moved{node.name[len(prefix) :]}"
        for node in known.graph.node
        if node.name.partition("/")[0] == prefix
    }
    known.was |= {new: old for old, new in moved.items()}
    for node in known.graph.node:
        node.name = moved.get(node.name, node.name)
        node.input[:] = [
            text.replace(bare(text), moved.get(bare(text), bare(text))) for text in node.input
        ]


def add(known: Known) -> None:
    """A node that takes from one, and from which nobody takes."""
    node = known.pick()
    name = f"{node.name}_extra"
    known.graph.node.add(name=name, op="Print", input=[node.name])
    known.added.add(name)


def remove(known: Known) -> None:
    """A node is gone, and those who took from it take what it took."""
    node = known.pick(lambda node: all(text[0] != "^" for text in node.input))
    known.changed |= {one.name for one in known.users(node)}
    known.removed.add(known.was.pop(node.name, node.name))
    known.replace(node.name, bare(node.input[0]))
    known.graph.node.remove(node)


def change(known: Known) -> None:
    """An attribute has another value."""
    node = known.pick()
    node.attr["scale"].f = 0.5
    known.changed.add(node.name)


def rewire(known: Known) -> None:
    """A node takes from another one than before."""
    node = known.pick(lambda node: node.input[0][0] != "^")
    other = known.pick()
    node.input[0] = other.name
    known.changed.add(node.name)


def insert(known: Known) -> None:
    """A node comes between two."""
    node = known.pick(lambda node: node.input[0][0] != "^")
    name = f"{node.name}_between"
    known.graph.node.add(name=name, op="Identity", input=[node.input[0]])
    node.input[0] = name
    known.added.add(name)
    known.changed.add(node.name)


EDITS = (rename_scope, rename, add, remove, change, rewire, insert)


def found_by(result: Diff) -> tuple[set[str], set[str], set[tuple[str, str]], set[str]]:
    """A diff as sets of names."""
    return (
        {plain(path) for path in result.added},
        {plain(path) for path in result.removed},
        {(plain(old), plain(new)) for old, new in result.renamed},
        {plain(path) for path, _ in result.changed},
    )


def plain(path: str) -> str:
    """A node's name, of its path."""
    scope, _, last = path.rpartition("/")
    return scope if last == f"({scope.rpartition('/')[2]})" else path


@pytest.mark.parametrize("seed", range(PAIRS))
def test_known_edits_are_found_and_nothing_else(seed: int) -> None:
    """Thirty pairs, by turns of the three recorded networks, each with one edit more than the one
    before up to all seven: precision and recall are 1."""
    data = (SEED.read_bytes(), recorded("lstm_unrolled"), recorded("transformer"))[seed % 3]
    before = GraphDef.FromString(data)
    known = Known(GraphDef.FromString(data), random.Random(seed))
    count = 1 if seed % 3 == 0 else 1 + seed % len(EDITS)
    for edit in sorted((EDITS * 2)[seed % len(EDITS) :][:count], key=EDITS.index):
        edit(known)
    renamed = {(old, new) for new, old in known.was.items()}
    result = diff(pictures(before), pictures(known.graph))
    assert found_by(result) == (known.added, known.removed, renamed, known.changed)
    back = diff(pictures(known.graph), pictures(before))
    assert {(new, old) for old, new in found_by(back)[2]} == renamed
    assert found_by(back)[:2] == (known.removed, known.added)


def test_a_graph_is_the_same_as_itself_in_another_order() -> None:
    """Shuffled nodes and attributes are no difference."""
    before = GraphDef.FromString(recorded("transformer"))
    nodes = list(before.node)
    random.Random(1).shuffle(nodes)
    result = diff(pictures(before), pictures(GraphDef(node=nodes)))
    assert not result
    assert result.same == len(nodes)


def test_everything_renamed_is_renamed() -> None:
    """All nodes under a new scope: no node is added or removed."""
    before = GraphDef.FromString(recorded("transformer"))
    after = GraphDef.FromString(recorded("transformer"))
    for node in after.node:
        node.name = f"net/{node.name}"
        node.input[:] = [f"^net/{i[1:]}" if i[0] == "^" else f"net/{i}" for i in node.input]
    result = diff(pictures(before), pictures(after))
    assert (result.added, result.removed, result.changed) == ([], [], [])
    assert {(old, new.removeprefix("net/")) for old, new in result.renamed} == {
        (old, old) for old, _ in result.renamed
    }
    assert len(result.renamed) == len(after.node)


def test_what_changed_is_said_in_words() -> None:
    """Values before and after; inputs by their place; waiting."""
    before = graph_def(("a", "X", []), ("b", "X", []), ("c", "Y", ["a", "^b"]), ("d", "Z", ["c"]))
    after = graph_def(("a", "X", []), ("b", "X", []), ("c", "Y", ["b", "a:1"]), ("d", "Q", ["c"]))
    before.node[0].attr["n"].i = 1
    after.node[0].attr["n"].i = 2
    after.node[1].device = "/gpu:0"
    result = diff(pictures(before), pictures(after))
    assert dict(result.changed) == {
        "a": ["attribute n: 1 → 2"],
        "b": ["device: none → /gpu:0"],
        "c": ["input 0: a → b", "input 1: none → a:1", "no longer waits for b"],
    }
    assert (result.added, result.removed) == (["d"], ["d"])
    assert result.answer()["counts"] == {
        "added": 1,
        "removed": 1,
        "renamed": 0,
        "changed": 3,
        "same": 0,
    }


def test_the_children_of_a_picture_say_what_became_of_them() -> None:
    """A group counts what is in it; one of new nodes only is new itself."""
    before = graph_def(("g/a", "X", []), ("g/b", "Y", ["g/a"]), ("h", "Z", ["g/b"]))
    after = graph_def(
        ("g/a", "X", []), ("g/other", "Y", ["g/a"]), ("h", "Z", ["g/other"]), ("k/a", "W", ["h"])
    )
    changes = changes_of(pictures(before), pictures(after))
    assert changes.of("h") is None
    assert changes.of("g/a") is None
    renamed = changes.of("g/other")
    assert renamed is not None
    assert (renamed["kind"], renamed["from"]) == ("renamed", "g/b")
    group, new = changes.of("g"), changes.of("k")
    assert group is not None
    assert new is not None
    assert group["counts"] == {"added": 0, "renamed": 1, "changed": 0, "removed": 0}
    assert new["kind"] == "added"


def test_what_is_no_more_stands_where_it_stood() -> None:
    """With its edges to what is still there, under its new name; a group can be opened."""
    before = graph_def(
        ("a", "X", []),
        ("b", "Y", ["a"]),
        ("k/a", "W", ["b"]),
        ("k/b", "W", ["k/a"]),
        ("g/a", "V", ["b"]),
    )
    before.node.add(name="g/b", op="U", input=["g/a"])
    after = graph_def(("new", "X", []), ("b", "Y", ["new"]), ("g/a", "V", ["b"]))
    first, second = pictures(before), pictures(after)
    changes = changes_of(first, second)
    answer = group_answer("run", "graph", second, second.view(""))
    edges = len(answer["edges"])
    add_ghosts(answer, first, changes)
    ghost = answer["children"][-1]
    assert (ghost["path"], ghost["kind"], ghost["nodes"]) == ("k", "group", 2)
    assert ghost["change"]["kind"] == "removed"
    assert [(e["source"], e["target"]) for e in answer["edges"][edges:]] == [("b", "k")]
    group = changes.of("g")
    assert group is not None
    assert (group["kind"], group["counts"]["removed"]) == ("changed", 1)
    inside = ghost_answer("run", "graph", first, changes, "k")
    assert [(c["path"], c["change"]["kind"]) for c in inside["children"]] == [
        ("k/a", "removed"),
        ("k/b", "removed"),
    ]
    assert [(p["inner"], p["outer"]) for p in inside["ports"]] == [("k/a", "b")]
    with pytest.raises(NotFoundQueryError, match="no group 'g'"):
        ghost_answer("run", "graph", first, changes, "g")  # something of it is still there


def test_what_a_series_has_lost_stands_beside_it() -> None:
    """Two of six layers."""
    rows = [
        (f"layer_{i}/{part}", part.upper(), [f"layer_{i}/a"] if part == "b" else [])
        for i in range(1, 7)
        for part in "ab"
    ]
    first, second = pictures(graph_def(*rows)), pictures(graph_def(*rows[:8]))
    answer = group_answer("run", "graph", second, second.view(""))
    add_ghosts(answer, first, changes_of(first, second))
    found = [(c["path"], c["kind"], c.get("change") is not None) for c in answer["children"]]
    assert found == [
        ("layer_[1..4]", "series", False),
        ("layer_5", "group", True),
        ("layer_6", "group", True),
    ]


def test_a_picture_that_is_new_has_lost_nothing() -> None:
    """The group is not in the graph before."""
    first = pictures(graph_def(("a", "X", [])))
    second = pictures(graph_def(("a", "X", []), ("k/a", "W", ["a"]), ("k/b", "W", ["k/a"])))
    answer = group_answer("run", "graph", second, second.view("k"))
    add_ghosts(answer, first, changes_of(first, second))
    assert [child["path"] for child in answer["children"]] == ["k/a", "k/b"]
