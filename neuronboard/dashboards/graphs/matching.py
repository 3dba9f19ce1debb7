"""Which node of one graph is which of another: by name, then by structure.

Nodes of the same name and op are the same. Then scopes that are only in the one graph and scopes
that are only in the other are matched if they have the same structure, and their nodes by the rest
of their names. What is left is matched by its op, its attributes and what it is joined to, where
that leaves no choice but between equals; first with all of it, then with less.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from neuronboard.dashboards.graphs.blocks import Words, mixed, word_of
from neuronboard.dashboards.graphs.graph import Graph
from neuronboard.formats.graph_table import CONTROL

DERIVED = (b"\n\x0e_output_shapes", b"\n\x07_source")  # attributes that follow from others
ROUNDS = 3  # steps from a node that its surroundings reach
_IN, _OUT = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F)
Ints = npt.NDArray[np.int64]


class Stage(NamedTuple):
    """What must agree: attributes, what a node takes, who takes from it, its last name; rounds."""

    attributes: bool
    inputs: bool
    outputs: bool
    last: bool
    rounds: int


STAGES = (
    Stage(True, True, True, True, ROUNDS),
    Stage(True, True, True, False, ROUNDS),
    Stage(True, True, True, False, 1),
    Stage(True, True, False, False, 1),
    Stage(True, False, True, False, 1),
    Stage(False, True, True, False, 1),
)


class Side:
    """One of the two graphs. mate: int64[n], the partner of each node in `other`, or -1."""

    def __init__(
        self, graph: Graph, other: Graph, attributes: dict[tuple[bytes, ...], int]
    ) -> None:
        self.graph, self.other = graph, other
        table = graph.table
        self.mate: Ints = np.full(len(table), -1, np.int64)
        self.attributes = np.array(
            [
                attributes.setdefault(essential(table.attributes(n)), len(attributes))
                for n in range(len(table))
            ],
            np.uint64,
        )
        of_op = np.array([word_of(op) for op in table.ops] or [0], np.uint64)
        self.op_words = of_op[table.op_of]
        slots = np.where(table.outputs == CONTROL, 0, table.slots + 1)
        self.ports = mixed(slots.astype(np.uint64) * _IN + table.outputs.astype(np.uint64))

    def sums(self, values: Words, ends: npt.NDArray[np.int32]) -> Words:
        """For each node the sum of what its edges carry."""
        found = np.zeros(len(self.mate), np.uint64)
        np.add.at(found, ends, values)
        return found


def essential(entries: list[bytes]) -> tuple[bytes, ...]:
    """The attributes that a node was made with, in an order of their own."""
    return tuple(sorted(entry for entry in entries if not entry.startswith(DERIVED)))


def match(before: Graph, after: Graph) -> tuple[Side, Side]:
    """Both sides with their nodes matched."""
    attributes: dict[tuple[bytes, ...], int] = {}
    sides = (Side(before, after, attributes), Side(after, before, attributes))
    _by_name(*sides)
    _by_scope(*sides)
    while any(_by_structure(*sides, stage) for stage in STAGES):
        _by_moves(*sides)
    return sides


def _join(a: Side, b: Side, first: int, second: int) -> None:
    a.mate[first] = second
    b.mate[second] = first


def _by_name(a: Side, b: Side) -> None:
    for first, name in enumerate(a.graph.table.names):
        second = b.graph.tree.node_at(name)
        if second is not None and a.op_words[first] == b.op_words[second]:
            _join(a, b, first, second)


def _by_scope(a: Side, b: Side) -> None:
    """Scopes of the same structure that only one graph has, outermost first, in order."""
    found: list[dict[int, list[str]]] = []
    for side, other in ((a, b), (b, a)):
        by_block: dict[int, list[str]] = defaultdict(list)
        for group, path in enumerate(side.graph.tree.group_paths):
            parent = side.graph.tree.group_paths[int(side.graph.tree.parent[group])]
            is_outermost = parent in other.graph.tree.group_of
            if path not in other.graph.tree.group_of and is_outermost:
                by_block[int(side.graph.blocks[group])].append(path)
        found.append(by_block)
    for block, paths in found[0].items():
        others = found[1].get(block, [])
        if len(others) == len(paths):
            for path, other_path in zip(paths, others, strict=True):
                _by_rest(a, b, path, other_path)


def _by_rest(a: Side, b: Side, path: str, other: str) -> None:
    """The nodes of two scopes whose names behind the scope are the same."""
    tree = a.graph.tree
    for first in tree.nodes_in(tree.group_of[path]).tolist():
        name = other + a.graph.table.names[first][len(path) :]
        second = b.graph.tree.node_at(name)
        is_free = second is not None and a.mate[first] < 0 and b.mate[second] < 0
        if second is not None and is_free and a.op_words[first] == b.op_words[second]:
            _join(a, b, first, second)


def _by_moves(a: Side, b: Side) -> None:
    """Nodes in scopes of which other nodes have moved to another scope, by the rest of the name;
    the scopes from which most have moved first."""
    names = (a.graph.table.names, b.graph.table.names)
    moves = Counter(
        moved(names[0][first], names[1][int(a.mate[first])])
        for first in np.flatnonzero(a.mate >= 0).tolist()
        if names[0][first] != names[1][int(a.mate[first])]
    )
    left = np.flatnonzero(a.mate < 0).tolist()
    for old, new in [move for move, _ in moves.most_common()]:
        if not left:
            return
        for first in left:
            name = names[0][first]
            if old and name != old and not name.startswith(f"{old}/"):
                continue
            here = new + name[len(old) :] if old and new else f"{new}/{name}"
            here = name[len(old) + 1 :] if not new else here
            second = b.graph.tree.node_at(here)
            if (
                second is not None
                and b.mate[second] < 0
                and a.op_words[first] == b.op_words[second]
            ):
                _join(a, b, first, second)
        left = [first for first in left if a.mate[first] < 0]


def moved(old: str, new: str) -> tuple[str, str]:
    """What stands before the parts at the end that two names share."""
    olds, news = old.split("/"), new.split("/")
    while olds and news and olds[-1] == news[-1]:
        olds.pop()
        news.pop()
    return "/".join(olds), "/".join(news)


def _by_structure(a: Side, b: Side, stage: Stage) -> bool:
    """Matches what one stage can tell apart; whether it found any."""
    buckets = [
        _buckets(side, stage, words)
        for side, words in zip((a, b), _words(a, b, stage), strict=True)
    ]
    any_found = False
    for key, firsts in buckets[0].items():
        seconds = buckets[1].get(key, [])
        if len(firsts) == len(seconds):
            any_found = True
            for first, second in zip(firsts, seconds, strict=True):
                _join(a, b, first, second)
    return any_found


def _buckets(side: Side, stage: Stage, words: Words) -> dict[tuple[int, str], list[int]]:
    """The unmatched nodes by what must agree, those left out of which too little is known."""
    table = side.graph.table
    found: dict[tuple[int, str], list[int]] = defaultdict(list)
    joined = np.zeros(len(table), bool)
    joined[table.targets] |= stage.inputs
    joined[table.sources] |= stage.outputs
    for number in np.flatnonzero((side.mate < 0) & joined).tolist():
        last = table.names[number].rpartition("/")[2] if stage.last else ""
        found[int(words[number]), last].append(number)
    return found


def _words(a: Side, b: Side, stage: Stage) -> Iterator[Words]:
    """For each side a number for each node: of itself and its surroundings."""
    for side, is_first in ((a, True), (b, False)):
        pair = np.where(side.mate >= 0, np.arange(len(side.mate)) if is_first else side.mate, 0)
        anchors = mixed(pair.astype(np.uint64) + _OUT)
        own = side.op_words + (side.attributes * _IN if stage.attributes else np.uint64(0))
        own = mixed(own)
        words = np.where(side.mate >= 0, anchors, own)
        table = side.graph.table
        for _ in range(stage.rounds):
            gained = own.copy()
            if stage.inputs:
                gained += side.sums(mixed(words[table.sources] + side.ports), table.targets)
            if stage.outputs:
                carried = mixed(words[table.targets] * _OUT + side.ports)
                gained += side.sums(carried, table.sources)
            words = np.where(side.mate >= 0, anchors, mixed(gained))
        yield words


def rewired(a: Side, b: Side) -> npt.NDArray[np.bool_]:
    """bool[n of a]: which matched nodes take something else than their partners."""
    sums = []
    for side, is_first in ((a, True), (b, False)):
        table = side.graph.table
        numbers = np.arange(len(side.mate))
        pair = np.where(side.mate >= 0, numbers if is_first else side.mate, 0)
        alone = numbers + (2**40 if is_first else 2**41)
        words = mixed(np.where(side.mate >= 0, pair, alone).astype(np.uint64))
        taken = side.sums(mixed(words[table.sources] + side.ports), table.targets)
        lost = np.array([word_of(text) for _, text in table.missing], np.uint64)
        np.add.at(taken, [number for number, _ in table.missing], lost)
        sums.append(taken)
    found: npt.NDArray[np.bool_] = (a.mate >= 0) & (sums[0] != sums[1][a.mate])
    return found
