"""The cycles of a small graph: its strongly connected components, by Tarjan's algorithm."""

from __future__ import annotations

from collections.abc import Iterable


def components(pairs: Iterable[tuple[int, int] | list[int]]) -> list[list[int]]:
    """The sets of two or more items from each of which a way leads to each other.

    pairs: from, to. Nothing recurses, so a chain may be as long as it likes.
    """
    after: dict[int, list[int]] = {}
    for source, target in pairs:
        after.setdefault(source, []).append(target)
    index: dict[int, int] = {}
    low: dict[int, int] = {}
    stack: list[int] = []
    on_stack: set[int] = set()
    found: list[list[int]] = []
    for root in after:
        if root in index:
            continue
        work = [(root, iter(after[root]))]
        index[root] = low[root] = len(index)
        stack.append(root)
        on_stack.add(root)
        while work:
            here, ahead = work[-1]
            for item in ahead:
                if item not in index:
                    index[item] = low[item] = len(index)
                    stack.append(item)
                    on_stack.add(item)
                    work.append((item, iter(after.get(item, ()))))
                    break
                if item in on_stack:
                    low[here] = min(low[here], index[item])
            else:
                work.pop()
                if work:
                    parent = work[-1][0]
                    low[parent] = min(low[parent], low[here])
                if low[here] == index[here]:
                    part = _popped(stack, on_stack, here)
                    if len(part) > 1:
                        found.append(part)
    return found


def _popped(stack: list[int], on_stack: set[int], root: int) -> list[int]:
    part = []
    while True:
        item = stack.pop()
        on_stack.discard(item)
        part.append(item)
        if item == root:
            return part
