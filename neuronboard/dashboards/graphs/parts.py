"""A group of very many boxes cut into parts, so that no picture has more than can be read.

The boxes are put in an order in which data flows forward, as the file has them nearly always, and
cut into stretches of about the same length, each time where few edges cross. So data flows between
parts in one direction, too. Parts of which there are too many are gathered to larger ones, each
level with about as many as the next. A series of very many members is cut into parts by number.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from heapq import heapify, heappop, heappush
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from neuronboard.dashboards.graphs.box import Box
from neuronboard.dashboards.graphs.graph import LOOP, Graph

MOST_BOXES = 300  # that a picture has
MOST_PARTS = 48  # that are next to each other
MOST_MEMBERS = 64  # of a series that stand next to each other
_LEAST = 0.5  # of its share of the boxes that a part has; it may have as much more
Places = npt.NDArray[np.int64]


def parted(
    graph: Graph, group: int, boxes: list[Box], most: int, scope: str | None = None
) -> list[Box]:
    """The boxes themselves, or parts of them. scope: what their paths begin with, if not the
    group's."""
    if len(boxes) <= most:
        return boxes
    order, edges = _flow(boxes, _links(graph, group, boxes))
    ordered = [boxes[at] for at in order]
    scope = graph.tree.path(group) if scope is None else scope
    length = max(2, most // 3)
    bounds = list(range(len(ordered) + 1))
    while len(ordered) > min(most, MOST_PARTS):
        cuts = _cuts(len(ordered), length, edges)
        number = np.searchsorted(cuts, np.arange(len(ordered)), side="right") - 1
        ordered = [
            ordered[a] if b - a == 1 else _part(scope, ordered[a:b], bounds[a] + 1, bounds[b])
            for a, b in pairwise(cuts)
        ]
        bounds = [bounds[cut] for cut in cuts]
        edges = number[edges]
        length = _share(len(ordered))
    return ordered


def _share(count: int) -> int:
    """How many of so many belong together, so that all levels have about as many."""
    levels = max(2, math.ceil(math.log(count) / math.log(MOST_PARTS)))
    return max(2, math.ceil(math.exp(math.log(count) / levels) - 1e-9))


def parted_series(
    graph: Graph, group: int, series: Box, make: Callable[[list[Box]], Box]
) -> list[Box]:
    """The members of a series, or if there are very many parts of them: by number, or where data
    flows to and fro between numbers, along the flow.

    make: a series of some members, which says how a part of these is called.
    """
    members = series.boxes
    turns = len(members) // series.count  # how many take turns; they stay together
    if series.count <= MOST_MEMBERS:
        return members
    links = _links(graph, group, members)
    if not ((links[0] < links[1]).all() or (links[0] > links[1]).all()):
        return parted(graph, group, members, MOST_BOXES, series.path)
    parts = [members[at : at + turns] for at in range(0, len(members), turns)]
    while len(parts) > MOST_PARTS:
        share = _share(len(parts))
        chunks = [parts[at : at + share] for at in range(0, len(parts), share)]
        parts = [[_together(make, [box for part in chunk for box in part])] for chunk in chunks]
    return [box for part in parts for box in part]


def _together(make: Callable[[list[Box]], Box], boxes: list[Box]) -> Box:
    """Some members of a series, or parts of them, as one part, which `make` names."""
    if len(boxes) == 1:
        return boxes[0]
    named = make([leaf for box in boxes for leaf in box.leaves()])
    return Box(named.path, named.name, "part", -1, boxes, named.count)


def _part(scope: str, boxes: list[Box], first: int, last: int) -> Box:
    name = f"[{first}..{last}]"
    return Box(f"{scope}/{name}" if scope else name, name, "part", -1, boxes, len(boxes))


def _links(graph: Graph, group: int, boxes: list[Box]) -> Places:
    """The edges between the boxes, by their numbers, without loops' ways back: int64[2, k]."""
    number = np.full(len(graph.tree.parent), -1, np.int64)
    for at, box in enumerate(boxes):
        if box.item >= 0:
            number[box.item] = at
        else:
            number[list(box.items())] = at
    edges = graph.tree.edges_of(group)
    forward = edges[graph.edge_kinds[edges] != LOOP]
    links: Places = number[graph.tree.ends[:, forward]]
    return links[:, (links[0] != links[1]) & (links >= 0).all(axis=0)]


def _flow(boxes: list[Box], links: Places) -> tuple[list[int], Places]:
    """The boxes in an order in which edges go forward, and the edges between places in it.

    It is the order given where that will do. Else each comes when all it waits for has come, the
    first in the order given first; where all wait for each other, that one comes.
    """
    if (links[0] < links[1]).all():
        return list(range(len(boxes))), links
    order = _sorted(len(boxes), links)
    place = np.empty(len(boxes), np.int64)
    place[order] = np.arange(len(boxes))
    return order, place[links]


def _sorted(count: int, links: Places) -> list[int]:
    after: list[list[int]] = [[] for _ in range(count)]
    waits = np.bincount(links[1], minlength=count).tolist()
    for source, target in links.T.tolist():
        after[source].append(target)
    ready = [at for at in range(count) if not waits[at]]
    heapify(ready)
    done = bytearray(count)
    found: list[int] = []
    first = 0
    while len(found) < count:
        if ready:
            at = heappop(ready)
        else:
            while done[first]:
                first += 1
            at = first
        if done[at]:
            continue
        done[at] = 1
        found.append(at)
        for target in after[at]:
            waits[target] -= 1
            if not waits[target]:
                heappush(ready, target)
    return found


def _cuts(count: int, length: int, edges: Places) -> list[int]:
    """Where to cut: about every `length`, where the fewest edges cross."""
    low, high = edges.min(axis=0, initial=count), edges.max(axis=0, initial=0)
    steps = np.bincount(low + 1, minlength=count + 2)[: count + 2]
    steps = steps - np.bincount(high + 1, minlength=count + 2)[: count + 2]
    crossing = np.cumsum(steps)
    share = count / math.ceil(count / length)
    cuts = [0]
    for part in range(1, math.ceil(count / length)):
        middle = part * share
        start = max(cuts[-1] + 1, round(middle - share * _LEAST / 2))
        end = min(count - 1, round(middle + share * _LEAST / 2))
        cuts.append(start + int(np.argmin(crossing[start : end + 1])))
    return [*cuts, count]
