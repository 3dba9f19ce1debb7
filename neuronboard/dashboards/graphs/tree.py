"""Name scopes as a tree of groups, and for each edge the innermost group that holds both ends.

"a/b" lies in the group "a". A node whose name is also a scope (the variable "weight" beside
"weight/read") lies inside its own group, under the path "weight/(weight)". Items are groups and
nodes: the groups come first, the whole graph is group 0, node i is item `n_groups + i`. The nodes
stand in an order in which those of every group are next to each other, so what is in a group is a
range, and whether an edge crosses its border is two comparisons.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

import numpy as np
import numpy.typing as npt

from neuronboard.formats.graph_table import GraphTable

Ints = npt.NDArray[np.int32]


class Tree:
    """The groups of a graph.

    parent, depth: int32[items], the parent of group 0 is itself. size: int32[items], nodes inside,
    1 for a node. start: int32[items], place of its first node in `order`. order: int32[n], the
    nodes, group by group. lca, ends: for each edge the group that it belongs to, and the two of
    the group's children between which it runs there; int32[e] and int32[2, e].
    """

    def __init__(self, table: GraphTable) -> None:
        self.table = table
        self.group_paths, parents, homes, born = _scopes(table.names)
        self.n_groups = len(self.group_paths)
        self.group_of = {path: number for number, path in enumerate(self.group_paths)}
        self.parent = np.array(parents + homes, np.int32)
        self._by_parent, self._first = self._families(np.array(born, np.int32))
        self._levels = self._leveled()
        self.size = self._sizes()
        self.start = self._starts()
        self.order = np.empty(len(table), np.int32)
        self.order[self.start[self.n_groups :]] = np.arange(len(table), dtype=np.int32)
        self.lca, self.ends = self._meet()

    def _families(self, born: Ints) -> tuple[Ints, Ints]:
        """The items by the group that they are in, as first met, and where each group begins."""
        met = np.r_[born, np.arange(len(self.table), dtype=np.int32)]
        order = np.lexsort((met[1:], self.parent[1:])).astype(np.int32) + np.int32(1)
        first = np.searchsorted(self.parent[order], np.arange(self.n_groups + 1))
        return order, first.astype(np.int32)

    def _leveled(self) -> list[Ints]:
        """The items by depth, those of one group next to each other; sets `depth`."""
        self.depth = np.zeros(len(self.parent), np.int32)
        by_parent, first = self._by_parent, self._first
        levels = [np.zeros(1, np.int32)]
        while len(level := levels[-1]):
            groups = level[level < self.n_groups]
            counts = first[groups + 1] - first[groups]
            places = np.repeat(first[groups] - np.cumsum(counts) + counts, counts)
            below = by_parent[places + np.arange(len(places))]
            self.depth[below] = len(levels)
            levels.append(below)
        return levels[:-1]

    def _sizes(self) -> Ints:
        size = np.zeros(len(self.parent), np.int32)
        size[self.n_groups :] = 1
        for level in reversed(self._levels[1:]):
            np.add.at(size, self.parent[level], size[level])
        return size

    def _starts(self) -> Ints:
        start = np.zeros(len(self.parent), np.int32)
        for level in self._levels[1:]:
            sizes = self.size[level]
            before = np.cumsum(sizes) - sizes
            parents = self.parent[level]
            is_first = np.r_[True, parents[1:] != parents[:-1]]
            offset = np.repeat(
                before[is_first], np.diff(np.r_[np.flatnonzero(is_first), len(level)])
            )
            start[level] = start[parents] + before - offset
        return start

    def _meet(self) -> tuple[Ints, Ints]:
        ends = np.stack([self.table.sources, self.table.targets]) + np.int32(self.n_groups)
        going = np.arange(ends.shape[1])
        while len(going):
            parents = self.parent[ends[:, going]]
            going = going[parents[0] != parents[1]]
            depths = self.depth[ends[:, going]]
            for side, deeper in ((0, depths[0] >= depths[1]), (1, depths[1] >= depths[0])):
                lifted = going[deeper]
                ends[side, lifted] = self.parent[ends[side, lifted]]
        return self.parent[ends[0]], ends

    @cached_property
    def edge_order(self) -> tuple[Ints, Ints]:
        """The edges by group, in the order of the file, and where those of each group begin."""
        order = np.argsort(self.lca, kind="stable").astype(np.int32)
        return order, np.searchsorted(self.lca[order], np.arange(self.n_groups + 1)).astype(
            np.int32
        )

    def edges_of(self, group: int) -> Ints:
        """The edges that belong to a group."""
        order, first = self.edge_order
        return order[first[group] : first[group + 1]]

    def children_of(self, group: int) -> Ints:
        """The items that are directly in a group: int32[k], in the order of the file."""
        return self._by_parent[self._first[group] : self._first[group + 1]]

    def levels(self) -> list[Ints]:
        """The items of each depth, the whole graph first; those of one parent are together."""
        return self._levels

    def nodes_in(self, item: int) -> Ints:
        """The nodes of a group, or a node by itself: int32[size]."""
        start = self.start[item]
        return self.order[start : start + self.size[item]]

    def is_group(self, item: int) -> bool:
        """Whether it is a group."""
        return item < self.n_groups

    def path(self, item: int) -> str:
        """The path of an item."""
        if item < self.n_groups:
            return self.group_paths[item]
        name = self.table.names[item - self.n_groups]
        return f"{name}/({name.rpartition('/')[2]})" if name in self.group_of and name else name

    @cached_property
    def _number_of(self) -> dict[str, int]:
        return {name: number for number, name in enumerate(self.table.names)}

    def find(self, path: str) -> int | None:
        """The item of a path: a group, or a node by its path or its name; None if there is none."""
        if path in self.group_of:
            return self.group_of[path]
        number = self._number_of.get(path)
        if number is None:
            scope, _, last = path.rpartition("/")
            if scope in self.group_of and last == f"({scope.rpartition('/')[2]})":
                number = self._number_of.get(scope)
        return None if number is None else number + self.n_groups

    def node_at(self, name: str) -> int | None:
        """The number of the node of that name."""
        return self._number_of.get(name)

    def around(self, item: int) -> Iterator[int]:
        """The groups around an item, innermost first, without the whole graph."""
        while (item := int(self.parent[item])) != 0:
            yield item


def _scopes(names: list[str]) -> tuple[list[str], list[int], list[int], list[int]]:
    """The paths of the groups, the group around each, the group that each node is in, and for each
    group the first node that made it."""
    number_of = {"": 0}
    paths, parents, born = [""], [0], [0]

    def number(scope: str, at: int) -> int:
        found = number_of.get(scope)
        missing = []
        while found is None:
            missing.append(scope)
            scope = scope[: max(scope.rfind("/"), 0)]
            found = number_of.get(scope)
        for path in reversed(missing):
            parents.append(found)
            born.append(at)
            found = number_of[path] = len(paths)
            paths.append(path)
        return found

    homes = [number(name[: max(name.rfind("/"), 0)], at) for at, name in enumerate(names)]
    for at, name in enumerate(names):
        group = number_of.get(name)
        if group is not None:
            homes[at] = group
            born[group] = min(born[group], at)
    return paths, parents, homes, born
