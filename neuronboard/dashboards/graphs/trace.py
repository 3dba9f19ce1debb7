"""Ways through a graph: everything that a node depends on or that depends on it, and the way from
one node to another."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from neuronboard.dashboards.graphs.graph import Graph
from neuronboard.dashboards.graphs.tree import Ints
from neuronboard.dashboards.graphs.view import Pictures
from neuronboard.errors import QueryError

MOST_TRACED = 5_000  # paths of nodes in an answer


def numbers_of(pictures: Pictures, path: str) -> Ints:
    """The nodes that a path stands for: one, or those of a group, series or part."""
    tree = pictures.graph.tree
    item = tree.find(path)
    if item is not None:
        return tree.nodes_in(item)
    _, box = pictures.find(path)
    items = [] if box is None else list(box.items())
    return np.concatenate([tree.nodes_in(one) for one in items])


def traced(pictures: Pictures, path: str, direction: str) -> dict[str, Any]:
    """All nodes upstream or downstream, with the nodes of the path itself, and for each group that
    holds some of them how many of its nodes they are."""
    ways = {"up": _before, "down": _after}
    if direction not in ways:
        raise QueryError(f"direction must be up or down, got {direction!r}")
    graph = pictures.graph
    reached = np.zeros(len(graph.table), bool)
    ahead = numbers_of(pictures, path)
    reached[ahead] = True
    while len(ahead):
        found = np.unique(ways[direction](graph, ahead))
        ahead = found[~reached[found]].astype(np.int32)
        reached[ahead] = True
    nodes = np.flatnonzero(reached)
    return {
        "nodes": [graph.node_path(number) for number in nodes[:MOST_TRACED].tolist()],
        "groups": _held(pictures, reached),
        "count": len(nodes),
        "more": max(0, len(nodes) - MOST_TRACED),
    }


def _held(pictures: Pictures, reached: npt.NDArray[np.bool_]) -> dict[str, int]:
    """Path of group -> how many of its nodes were reached, of those that hold any; also of the
    series and parts that have been made."""
    tree = pictures.graph.tree
    before = np.r_[0, np.cumsum(reached[tree.order])]
    ends = tree.start[: tree.n_groups] + tree.size[: tree.n_groups]
    counts = before[ends] - before[tree.start[: tree.n_groups]]
    held = np.flatnonzero(counts)
    found = {tree.path(group): int(counts[group]) for group in held.tolist() if group}
    for group in held.tolist():
        for outer in pictures.boxes_if_made(group):
            for box in outer.inner():
                pairs = [(int(tree.start[i]), int(tree.size[i])) for i in box.items()]
                count = sum(int(before[at + size] - before[at]) for at, size in pairs)
                if count:
                    found[box.path] = count
    return found


def _after(graph: Graph, nodes: Ints) -> Ints:
    return graph.table.targets[_spread(graph.taken, nodes)]


def _before(graph: Graph, nodes: Ints) -> Ints:
    return graph.table.sources[_spread(graph.taking, nodes)]


def _spread(grouped: tuple[Ints, Ints], nodes: Ints) -> Ints:
    """The edges of all these nodes."""
    order, first = grouped
    counts = first[nodes + 1] - first[nodes]
    places = np.repeat(first[nodes] - np.cumsum(counts) + counts, counts)
    found: Ints = order[places + np.arange(len(places))]
    return found


def way(pictures: Pictures, start: str, end: str) -> dict[str, Any]:
    """nodes: the paths of the nodes of a shortest way along the edges, both ends among them, None
    if there is no way. groups: for each group that holds some of them how many.

    An end may be a group: then the way begins at, or leads to, any node of it.
    """
    graph = pictures.graph
    came = np.full(len(graph.table), -1, np.int32)
    ahead = numbers_of(pictures, start)
    goal = np.zeros(len(graph.table), bool)
    goal[numbers_of(pictures, end)] = True
    came[ahead] = ahead
    while len(ahead) and not goal[ahead].any():
        edges = _spread(graph.taken, ahead)
        targets, sources = graph.table.targets[edges], graph.table.sources[edges]
        fresh = came[targets] < 0
        found, first = np.unique(targets[fresh], return_index=True)
        came[found] = sources[fresh][first]
        ahead = found
    hits = ahead[goal[ahead]] if len(ahead) else ahead
    if not len(hits):
        return {"nodes": None, "groups": {}}
    here = int(hits[0])
    found_way = [here]
    while came[here] != here:
        here = int(came[here])
        found_way.append(here)
    reached = np.zeros(len(graph.table), bool)
    reached[found_way] = True
    nodes = [graph.node_path(number) for number in reversed(found_way)]
    return {"nodes": nodes, "groups": _held(pictures, reached)}
