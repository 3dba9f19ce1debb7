"""What stands in a group's picture: its children, with alike ones folded into series.

A box is a node, a group, a part, or a series: children with the same structure whose names differ
only in one number that counts up ("layer_1" to "layer_48", also "layer", "layer_1"). They are only
made where no way leads out of one and into it again, so data still flows in one direction; two that
take turns (a layer, a dropout, a layer, ...) become one. See `parts` for a group of very many.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import numpy as np

from neuronboard.dashboards.graphs.box import Box
from neuronboard.dashboards.graphs.cycles import components
from neuronboard.dashboards.graphs.graph import LOOP, Graph
from neuronboard.dashboards.graphs.parts import parted, parted_series
from neuronboard.dashboards.graphs.tree import Ints

LEAST_GROUPS, LEAST_NODES = 3, 5  # members of a series, if they are groups, if they are nodes
MOST_NODES = 5_000  # children among which series of single nodes are looked for
_NUMBERED = re.compile(r"(.*?)(\d{1,9})(\D*)", re.DOTALL)


def box_of(graph: Graph, item: int) -> Box:
    """The box of an item."""
    path = graph.tree.path(item)
    kind = "group" if graph.tree.is_group(item) else "node"
    return Box(path, path.rpartition("/")[2] or path, kind, item)


def boxes_of(graph: Graph, group: int, most: int) -> list[Box]:
    """The boxes of a group, in the order of the file; in parts if there are more than `most`."""
    boxes = [box_of(graph, item) for item in graph.tree.children_of(group).tolist()]
    return parted(graph, group, _folded(graph, group, boxes), most)


def _folded(graph: Graph, group: int, boxes: list[Box]) -> list[Box]:
    runs = list(_runs(graph, boxes))
    if not runs:
        return boxes
    runs = _without_cycles(_links(graph, group), runs)
    scope = graph.tree.path(group)
    place = {box.item: at for at, box in enumerate(boxes)}
    inside = {box.item for run in runs for box in run}
    folded = [(place[box.item], box) for box in boxes if box.item not in inside]
    for run in runs:
        series = _series(scope, run)
        series.boxes = parted_series(graph, group, series, lambda part: _series(scope, part))
        folded.append((min(place[box.item] for box in run), series))
    return [box for _, box in sorted(folded, key=lambda pair: pair[0])]


def _series(scope: str, run: list[Box]) -> Box:
    """A run as one box, named by its first and last number; one name for each that takes turns."""
    turns: dict[tuple[str, str], list[int]] = {}
    for box in run:
        head, number, tail = _apart(box.name)
        turns.setdefault((head, tail), []).append(number)
    name = " + ".join(f"{head}[{of[0]}..{of[-1]}]{tail}" for (head, tail), of in turns.items())
    path = f"{scope}/{name}" if scope else name
    return Box(path, name, "series", -1, run, len(run) // len(turns))


def _apart(name: str) -> tuple[str, int, str]:
    """A name as what stands before its last number, the number (0 if none), what stands behind."""
    match = _NUMBERED.fullmatch(name)
    if match is None:
        return f"{name}_", 0, ""
    return match[1], int(match[2]), match[3]


def _runs(graph: Graph, boxes: list[Box]) -> Iterator[list[Box]]:
    """The longest runs of alike boxes with consecutive numbers."""
    small = len(boxes) <= MOST_NODES
    found: dict[tuple[str, str, int, bool], dict[int, Box]] = {}
    for box in boxes:
        if box.kind == "group" or small:
            head, number, tail = _apart(box.name)
            key = (head, tail, int(graph.blocks[box.item]), box.kind == "group")
            found.setdefault(key, {}).setdefault(number, box)
    for numbered in found.values():
        if len(numbered) < LEAST_GROUPS:
            continue
        run: list[Box] = []
        before = None
        for number in sorted(numbered):
            if before is not None and number != before + 1:
                yield from _long_enough(graph, run)
                run = []
            run.append(numbered[number])
            before = number
        yield from _long_enough(graph, run)


def _long_enough(graph: Graph, run: list[Box]) -> Iterator[list[Box]]:
    large = run[0].kind == "group" and graph.tree.size[run[0].item] > 1
    if len(run) >= (LEAST_GROUPS if large else LEAST_NODES):
        yield run


def _links(graph: Graph, group: int) -> Ints:
    """The pairs of children between which edges run, without loops' ways back: int32[2, k]."""
    edges = graph.tree.edges_of(group)
    forward = edges[graph.edge_kinds[edges] != LOOP]
    items = np.int64(len(graph.tree.parent))
    sources, targets = graph.tree.ends[:, forward].astype(np.int64)
    return np.stack(np.divmod(np.unique(sources * items + targets), items))


def _without_cycles(links: Ints, runs: list[list[Box]]) -> list[list[Box]]:
    """The runs that may be folded: those that take turns as one, none that makes a new cycle."""
    while True:
        number_of = {box.item: -1 - at for at, run in enumerate(runs) for box in run}
        pairs = [
            (number_of.get(source, source), number_of.get(target, target))
            for source, target in links.T.tolist()
        ]
        mixed = [part for part in components(pairs) if any(item < 0 for item in part)]
        bad: set[int] = set()
        joined: list[list[Box]] = []
        for part in mixed:
            taking_turns = [runs[-1 - item] for item in sorted(part, reverse=True) if item < 0]
            members = [box.item for run in taking_turns for box in run]
            others = [item for item in part if item >= 0]
            if _is_knot(links, [*members, *others]):
                continue
            bad.update(-1 - item for item in part if item < 0)
            if not others and len({len(run) for run in taking_turns}) == 1:
                joined.append([box for turn in zip(*taking_turns, strict=True) for box in turn])
        if not bad:
            return runs
        runs = [run for at, run in enumerate(runs) if at not in bad] + joined


def _is_knot(links: Ints, items: Iterable[int]) -> bool:
    """Whether these all lie on cycles with each other as they are, before any folding."""
    wanted = set(items)
    inner = [pair for pair in links.T.tolist() if pair[0] in wanted and pair[1] in wanted]
    return any(len(part) == len(wanted) for part in components(inner))
