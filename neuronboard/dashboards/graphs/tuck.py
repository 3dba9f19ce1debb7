"""What stands beside its users instead of in the row: constants, variables, summaries, save and
restore, and nodes of which very many edges go.

What a box is depends on all operations in it: a group of a variable, its initial value, assignment
and read is a variable. `into` is a box that is not tucked itself. Inside a variable, a summary or
a saver nothing is tucked: there these are what one wants to see.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from neuronboard.dashboards.graphs.box import Box
from neuronboard.dashboards.graphs.graph import VARIABLES, Graph

HUB_DEGREE = 16  # neighbours in one picture from which on a small box is a hub
HUB_SIZE = 8  # nodes that a hub has at most

_SAVERS = "Save SaveV2 SaveSlices Restore RestoreV2 RestoreSlice MergeV2Checkpoints ShardedFilename"
_SAVING = "NoOp StringJoin Pack PlaceholderWithDefault Placeholder StaticRegexFullMatch Select"
_PLUMBING = "Assign AssignVariableOp Identity ReadVariableOp VarIsInitializedOp"
_MORE = " IsVariableInitialized VariableShape Shape"
CONSTANT, VARIABLE, SUMMARY, SAVE, PLUMBING, SAVING = range(6)
_OF_OP = dict.fromkeys(("Const", "HostConst", "prim::Constant"), CONSTANT)
_OF_OP |= dict.fromkeys(VARIABLES, VARIABLE)
_OF_OP |= dict.fromkeys(_SAVERS.split(), SAVE)
_OF_OP |= dict.fromkeys((_PLUMBING + _MORE).split(), PLUMBING)
_OF_OP |= dict.fromkeys(_SAVING.split(), SAVING)
_INITIAL = ("nitializer/", "/initial_value")  # in the names of what computes a variable's beginning

# as -> of which classes there must be some, and which others may be there
KINDS = {
    "constant": (CONSTANT, ()),
    "variable": (VARIABLE, (CONSTANT, PLUMBING)),
    "summary": (SUMMARY, (CONSTANT,)),
    "save": (SAVE, (CONSTANT, PLUMBING, SAVING)),
}


class Tuck(NamedTuple):
    """Beside which box (its path) it stands, and as what; into is None for a hub."""

    into: str | None
    as_: str


class Link(NamedTuple):
    """An edge between two boxes, by their numbers."""

    source: int
    target: int
    kind: str


def class_counts(graph: Graph) -> npt.NDArray[np.int32]:
    """How many nodes of each class stand before each place of the tree's order: int32[6, n + 1]."""
    table = graph.table
    of_op = [_OF_OP.get(op, SUMMARY if _is_summary(op) else -1) for op in table.ops]
    classes = np.array(of_op or [-1], np.int32)[table.op_of]
    first, second = _INITIAL
    initial = [first in name or second in name for name in table.names]
    classes[np.array(initial, bool) & (classes != VARIABLE)] = PLUMBING
    ordered = classes[graph.tree.order]
    counts = np.zeros((6, len(table) + 1), np.int32)
    for number in range(6):
        np.cumsum(ordered == number, out=counts[number, 1:])
    return counts


def _is_summary(op: str) -> bool:
    return op.endswith(("Summary", "SummaryV2")) or (op.startswith("Write") and "Summary" in op)


def kind_of(graph: Graph, items: Iterable[int]) -> str | None:
    """What items are together: "constant", "variable", "summary", "save", or None."""
    return kinds_of(graph, [items])[0]


def kinds_of(graph: Graph, sets: Sequence[Iterable[int]]) -> list[str | None]:
    """The same of many sets of items, at the cost of one."""
    if not sets:
        return []
    counts, tree = graph.class_counts, graph.tree
    lists = [np.fromiter(items, np.int32) for items in sets]
    listed, bounds = np.concatenate(lists), np.cumsum([0, *(len(one) for one in lists[:-1])])
    starts, sizes = tree.start[listed], tree.size[listed]
    found = np.add.reduceat(counts[:, starts + sizes] - counts[:, starts], bounds, axis=1)
    size = np.add.reduceat(sizes, bounds)
    kinds: list[str | None] = [None] * len(lists)
    for kind, (needed, allowed) in reversed(KINDS.items()):
        whole = found[[needed, *allowed]].sum(axis=0) == size
        for at in np.flatnonzero(whole & (found[needed] > 0)).tolist():
            kinds[at] = kind
    return kinds


def tucks(graph: Graph, boxes: Sequence[Box], links: Sequence[Link]) -> list[Tuck | None]:
    """For each box of a picture where it is tucked away, or None."""
    before, after = _neighbours(len(boxes), links)
    kinds = kinds_of(graph, [box.items() for box in boxes])
    kinds = [
        _checked(graph, kind, box, before[at], after[at])
        for at, (kind, box) in enumerate(zip(kinds, boxes, strict=True))
    ]
    if all(kinds):
        return [None] * len(boxes)
    hosts = [_hosts(kind, before[at], after[at]) for at, kind in enumerate(kinds)]
    return [
        None if kind is None else _tuck(kind, _host(at, kinds, hosts), boxes)
        for at, kind in enumerate(kinds)
    ]


def _neighbours(boxes: int, links: Sequence[Link]) -> tuple[list[list[int]], list[list[int]]]:
    before: list[dict[int, None]] = [{} for _ in range(boxes)]
    after: list[dict[int, None]] = [{} for _ in range(boxes)]
    for source, target, _ in links:
        if source != target:
            after[source][target] = None
            before[target][source] = None
    return [list(found) for found in before], [list(found) for found in after]


def _checked(
    graph: Graph, kind: str | None, box: Box, before: list[int], after: list[int]
) -> str | None:
    """What a box counts as, after a look at its edges."""
    if kind == "constant" and (before or not after):
        kind = None
    if kind is None and len({*before, *after}) >= HUB_DEGREE and box.item >= 0:
        kind = "hub" if graph.tree.size[box.item] <= HUB_SIZE else None
    return kind if before or after else None


def _hosts(kind: str | None, before: list[int], after: list[int]) -> list[int]:
    """Beside whom a box may stand, the best first."""
    if kind == "summary":
        return sorted(before)
    return sorted(after) + sorted(before)


def _host(at: int, kinds: list[str | None], hosts: list[list[int]]) -> int | None:
    """The nearest box that is not tucked itself, over others that are."""
    seen = {at}
    ahead = hosts[at]
    while ahead:
        free = [host for host in ahead if kinds[host] is None]
        if free:
            return free[0]
        fresh = [host for host in ahead if host not in seen]
        seen.update(fresh)
        ahead = [further for host in fresh for further in hosts[host]]
    return None


def _tuck(kind: str, host: int | None, boxes: Sequence[Box]) -> Tuck | None:
    if kind == "hub":
        return Tuck(None, kind)
    return None if host is None else Tuck(boxes[host].path, kind)
