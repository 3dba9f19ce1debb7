"""What a group is like, without its name: a number that groups of the same structure share.

Two groups are alike if they hold the same types of operations, wired in the same way; names,
devices, shapes and the values of attributes do not matter, nor what is outside. Each child begins
with a number for its op, or for its own structure; twice it takes in what its neighbours are and by
which output and input they are joined; the group's number is the sum of its children's, mixed.
"""

from __future__ import annotations

import hashlib
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from neuronboard.dashboards.graphs.tree import Tree

Words = npt.NDArray[np.uint64]
ROUNDS = 2
_FIRST, _SECOND = np.uint64(0xFF51AFD7ED558CCD), np.uint64(0xC4CEB9FE1A85EC53)
_SHIFT = np.uint64(33)


def mixed(words: Any) -> Words:
    """Each word with its bits stirred, so that sums of them tell sets apart."""
    found: Words = np.asarray(words, np.uint64).copy()
    for factor in (_FIRST, _SECOND):
        found ^= found >> _SHIFT
        found *= factor
    found ^= found >> _SHIFT
    return found


def word_of(text: str) -> int:
    """64 bits of a text, the same in every process."""
    digest = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "little")


def structure(tree: Tree) -> Words:
    """For each item the number of its structure: uint64[items]."""
    table = tree.table
    words = np.zeros(len(tree.parent), np.uint64)
    of_op = np.array([word_of(op) for op in table.ops] or [0], np.uint64)
    of_node = of_op[table.op_of]
    words[tree.n_groups :] = of_node
    labels = _labels(tree, of_node)
    edges_at = _edges_by_depth(tree)
    for depth in range(len(tree.levels()) - 1, 0, -1):
        level, edges = tree.levels()[depth], edges_at[depth - 1]
        refined = _refined(words, level, tree.ends[:, edges], labels[edges])
        parents = tree.parent[level]
        np.add.at(words, parents, mixed(refined))
        groups = np.unique(parents)
        words[groups] = mixed(words[groups] + np.uint64(1))
    return words


def _labels(tree: Tree, of_node: Words) -> Words:
    """For each edge a number of how it joins: which output and input, of what ops."""
    table = tree.table
    ports = table.outputs.astype(np.uint64) * np.uint64(65_537) + table.slots.astype(np.uint64)
    ends = of_node[table.sources] * _FIRST + of_node[table.targets] * _SECOND
    return mixed(ports + ends)


def _edges_by_depth(tree: Tree) -> list[npt.NDArray[np.intp]]:
    """The edges whose group lies at each depth."""
    depths = tree.depth[tree.lca]
    order = np.argsort(depths, kind="stable")
    first = np.searchsorted(depths[order], np.arange(len(tree.levels()) + 1))
    return [order[a:b] for a, b in pairwise(first.tolist())]


def _refined(words: Words, level: Any, ends: Any, labels: Words) -> Words:
    """The words of the items of a level, each with those of its neighbours in it."""
    here = words.copy() if len(level) * 8 > len(words) else words
    found: Words = here[level]
    if not len(labels):
        return found
    place = np.zeros(len(words), np.int32)
    place[level] = np.arange(len(level), dtype=np.int32)
    sources, targets = place[ends[0]], place[ends[1]]
    for _ in range(ROUNDS):
        gained = np.zeros(len(level), np.uint64)
        np.add.at(gained, targets, mixed(found[sources] + labels))
        np.add.at(gained, sources, mixed(found[targets] * _SECOND + labels))
        found = mixed(found * _FIRST + gained)
    return found
