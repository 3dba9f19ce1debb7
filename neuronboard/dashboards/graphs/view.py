"""One group's picture as data: its boxes, the edges between them, what crosses its border.

Every edge of the graph belongs to exactly one picture: that of the innermost group, part or series
which holds both of its ends. It is counted there between two of the boxes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from neuronboard.dashboards.graphs.box import Box
from neuronboard.dashboards.graphs.boxes import boxes_of
from neuronboard.dashboards.graphs.graph import EDGE_KINDS, Graph
from neuronboard.dashboards.graphs.parts import MOST_BOXES
from neuronboard.dashboards.graphs.tree import Ints
from neuronboard.dashboards.graphs.tuck import Link, Tuck, kind_of, tucks
from neuronboard.errors import NotFoundQueryError


@dataclass(frozen=True, slots=True)
class Edge:
    """What flows between two boxes: how many inputs take from the one to the other. shape, type: if
    all have the same, else ""; bytes: of all together, None if not known."""

    source: str
    target: str
    kind: str
    count: int
    shape: str
    type: str
    bytes: int | None

    def answer(self) -> dict[str, Any]:
        """As the HTTP API says it."""
        return {key: getattr(self, key) for key in self.__slots__}


@dataclass(frozen=True, slots=True)
class Port:
    """Edges that cross the border: between a box inside, and the box outside that stands in the
    innermost picture which holds both. The rest is as an edge's."""

    inner: str
    direction: str
    outer: str
    kind: str
    count: int
    shape: str
    type: str
    bytes: int | None

    def answer(self) -> dict[str, Any]:
        """As the HTTP API says it."""
        return {key: getattr(self, key) for key in self.__slots__}


@dataclass(frozen=True, slots=True)
class View:
    """The picture of a group or series."""

    path: str
    boxes: list[Box]
    tucks: list[Tuck | None]
    edges: list[Edge]
    ports: list[Port]


class Pictures:
    """The pictures of a graph's groups and series; what was folded is remembered."""

    def __init__(self, graph: Graph, most_boxes: int = MOST_BOXES) -> None:
        self.graph = graph
        self._most = most_boxes
        self._boxes: dict[int, list[Box]] = {}
        self._chains: dict[int, dict[int, list[Box]]] = {}

    def boxes(self, group: int) -> list[Box]:
        """The boxes of a group."""
        if group not in self._boxes:
            self._boxes[group] = boxes_of(self.graph, group, self._most)
        return self._boxes[group]

    def boxes_if_made(self, group: int) -> list[Box]:
        """The boxes of a group that somebody has looked at; else none."""
        return self._boxes.get(group, [])

    def chain(self, item: int) -> list[Box]:
        """The parts and series that an item is in, in the group around it, outermost first."""
        group = int(self.graph.tree.parent[item])
        if group not in self._chains:
            found: dict[int, list[Box]] = {}
            for outer in self.boxes(group):
                for box in outer.inner():
                    for one in box.items():
                        found.setdefault(one, []).append(box)
            self._chains[group] = found
        return self._chains[group].get(item, [])

    def find(self, path: str) -> tuple[int, Box | None]:
        """The group of that path, or the group and the series or part in it.

        Raises `NotFoundQueryError`.
        """
        tree = self.graph.tree
        item = tree.find(path)
        if item is not None and tree.is_group(item):
            return item, None
        scope = path
        while item is None and scope:
            scope = scope.rpartition("/")[0]
            group = tree.group_of.get(scope)
            if group is not None:
                for outer in self.boxes(group):
                    for box in outer.inner():
                        if box.path == path:
                            return group, box
                break
        raise NotFoundQueryError(f"there is no group {path!r} in this graph")

    def has(self, path: str) -> bool:
        """Whether something has that path."""
        try:
            return self.graph.tree.find(path) is not None or self.find(path) is not None
        except NotFoundQueryError:
            return False

    def around(self, item: int) -> list[str]:
        """What must be open to see an item: paths of groups, parts and series, outermost first."""
        found: list[str] = []
        here = item
        tree = self.graph.tree
        while here != 0:
            group = int(tree.parent[here])
            found += [box.path for box in reversed(self.chain(here))]
            if group != 0:
                found.append(tree.path(group))
            here = group
        return found[::-1]

    def within(self, path: str) -> list[str]:
        """What must be open to see the group, series or part of that path."""
        group, box = self.find(path)
        if box is None:
            return self.around(group)
        chain = self.chain(next(box.items()))
        scope = [self.graph.tree.path(group)] if group else []
        return [*self.around(group), *scope, *(one.path for one in chain[: chain.index(box)])]

    def view(self, path: str) -> View:
        """The picture of the group or series of that path."""
        group, series = self.find(path)
        boxes = self.boxes(group) if series is None else series.boxes
        owner = self._owners(boxes)
        edges = self._edges(group, boxes, owner)
        inside = _is_plumbing(self.graph, group, series)
        number_of = {box.path: at for at, box in enumerate(boxes)}
        links = [Link(number_of[edge.source], number_of[edge.target], edge.kind) for edge in edges]
        tucked = [None] * len(boxes) if inside else tucks(self.graph, boxes, links)
        ports = list(self._ports(boxes, owner)) if path else []
        return View(path, boxes, list(tucked), edges, ports)

    def _owners(self, boxes: list[Box]) -> Ints:
        """For each place of the tree's order the number of the box that it is in, or -1."""
        tree = self.graph.tree
        owner = np.full(len(tree.order), -1, np.int32)
        lists = [np.fromiter(box.items(), np.int32) for box in boxes]
        items = np.concatenate([*lists, np.empty(0, np.int32)])
        at = np.repeat(np.arange(len(boxes), dtype=np.int32), [len(one) for one in lists])
        starts, sizes = tree.start[items], tree.size[items]
        single = sizes == 1
        owner[starts[single]] = at[single]
        columns = (starts[~single], sizes[~single], at[~single])
        for start, size, number in zip(*(one.tolist() for one in columns), strict=True):
            owner[start : start + size] = number
        return owner

    def _edges(self, group: int, boxes: list[Box], owner: Ints) -> list[Edge]:
        graph = self.graph
        edges = graph.tree.edges_of(group)
        sources, targets = (owner[places[edges]] for places in graph.places)
        is_node = np.array([box.kind == "node" for box in boxes] or [False])
        mine = (sources >= 0) & (targets >= 0) & ((sources != targets) | is_node[sources])
        edges, sources, targets = edges[mine], sources[mine], targets[mine]
        kinds = graph.edge_kinds[edges].astype(np.int64)
        key = (sources.astype(np.int64) * len(boxes) + targets) * len(EDGE_KINDS) + kinds
        _, first, inverse = np.unique(key, return_index=True, return_inverse=True)
        flows = graph.flows.bundled(edges, inverse, len(first))
        made = []
        for number in np.argsort(first).tolist():
            at = first[number]
            source, target = boxes[int(sources[at])].path, boxes[int(targets[at])].path
            made.append(Edge(source, target, EDGE_KINDS[int(kinds[at])], *flows[number]))
        return made

    def _ports(self, boxes: list[Box], owner: Ints) -> Iterator[Port]:
        graph = self.graph
        owners = [owner[places] for places in graph.places]
        for direction, inner, outer in (("in", 1, 0), ("out", 0, 1)):
            edges = np.flatnonzero((owners[inner] >= 0) & (owners[outer] < 0)).astype(np.int32)
            ends = graph.tree.ends[:, edges]
            kinds = graph.edge_kinds[edges].astype(np.int64)
            here = owners[inner][edges].astype(np.int64)
            key = (here * len(graph.tree.parent) + ends[outer]) * len(EDGE_KINDS) + kinds
            _, first, inverse = np.unique(key, return_index=True, return_inverse=True)
            place: dict[tuple[int, str, int], int] = {}
            bundles = np.empty(len(first), np.intp)
            for number in np.argsort(first).tolist():
                at = int(first[number])
                outside = self._shown(*ends[[outer, inner], at].tolist())
                port = (int(here[at]), outside, int(kinds[at]))
                bundles[number] = place.setdefault(port, len(place))
            flows = graph.flows.bundled(edges, bundles[inverse], len(place))
            for (at, outside, kind), flow in zip(place, flows, strict=True):
                yield Port(boxes[at].path, direction, outside, EDGE_KINDS[kind], *flow)

    def _shown(self, item: int, other: int) -> str:
        """The path of the box in which an item stands in the innermost picture that also holds the
        other, which is in the same group."""
        chain, others = self.chain(item), self.chain(other)
        for depth, box in enumerate(chain):
            if depth >= len(others) or others[depth] is not box:
                return box.path
        return self.graph.tree.path(item)


def _is_plumbing(graph: Graph, group: int, series: Box | None) -> bool:
    items = [group] if series is None else list(series.items())
    return kind_of(graph, items) is not None
