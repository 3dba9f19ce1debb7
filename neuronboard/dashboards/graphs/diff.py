"""What became of a graph in another: nodes that were added, removed, renamed, or changed.

A node is changed if its op, its device, an attribute, or what it takes is another. That its inputs
have other names because they were renamed is no change, nor are shapes that TensorFlow derived.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np

from neuronboard.dashboards.graphs.graph import Graph
from neuronboard.dashboards.graphs.matching import Side, essential, match, rewired
from neuronboard.dashboards.graphs.texts import value_text
from neuronboard.dashboards.graphs.trace import numbers_of
from neuronboard.dashboards.graphs.view import Pictures
from neuronboard.errors import DataError, NotFoundQueryError
from neuronboard.formats.graph_table import CONTROL, GraphTable

LONGEST_TEXT = 80  # characters of a value that was or became
MOST_LISTED = 10_000  # of each sort in an answer


@dataclass(frozen=True, slots=True)
class Diff:
    """added: paths in the second graph; removed: in the first; renamed: from the first to the
    second; changed: path in the second and in words what of it; same: how many nodes are."""

    added: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    renamed: list[tuple[str, str]] = field(default_factory=list)
    changed: list[tuple[str, list[str]]] = field(default_factory=list)
    same: int = 0

    def __bool__(self) -> bool:
        """Whether there is any difference."""
        return bool(self.added or self.removed or self.renamed or self.changed)

    def answer(self) -> dict[str, Any]:
        """As the HTTP API and `--json` say it."""
        renamed = [{"from": old, "to": new} for old, new in self.renamed]
        changed = [{"path": path, "what": what} for path, what in self.changed]
        lists: dict[str, list[Any]] = {
            "added": self.added,
            "removed": self.removed,
            "renamed": renamed,
            "changed": changed,
        }
        counts = {key: len(value) for key, value in lists.items()}
        return {
            "counts": counts | {"same": self.same},
            **{key: value[:MOST_LISTED] for key, value in lists.items()},
        }


def diff(before: Pictures, after: Pictures) -> Diff:
    """The differences, in the order of the files."""
    a, b = match(before.graph, after.graph)
    names = (before.graph.table.names, after.graph.table.names)
    other = rewired(a, b)
    renamed, changed = [], []
    same = 0
    for first in np.flatnonzero(a.mate >= 0).tolist():
        second = int(a.mate[first])
        what = _what(a, b, first, second, bool(other[first]))
        is_renamed = names[0][first] != names[1][second]
        path = after.graph.node_path(second)
        if is_renamed:
            renamed.append((before.graph.node_path(first), path))
        if what:
            changed.append((path, what))
        same += not what and not is_renamed
    return Diff(
        added=[after.graph.node_path(n) for n in np.flatnonzero(b.mate < 0).tolist()],
        removed=[before.graph.node_path(n) for n in np.flatnonzero(a.mate < 0).tolist()],
        renamed=renamed,
        changed=changed,
        same=same,
    )


def _what(a: Side, b: Side, first: int, second: int, is_rewired: bool) -> list[str]:
    found = []
    tables = (a.graph.table, b.graph.table)
    devices = [
        table.devices[table.device_of[n]] for table, n in zip(tables, (first, second), strict=True)
    ]
    if devices[0] != devices[1]:
        found.append(f"device: {devices[0] or 'none'} → {devices[1] or 'none'}")
    if a.attributes[first] != b.attributes[second]:
        found += _attributes(tables[0], first, tables[1], second)
    if is_rewired:
        found += _inputs(a, b, first, second)
    return found


def _attributes(before: GraphTable, first: int, after: GraphTable, second: int) -> list[str]:
    """Which attributes differ, with what they were and what they are."""
    entries = [set(essential(t.attributes(n))) for t, n in ((before, first), (after, second))]
    if entries[0] == entries[1]:
        return []
    try:
        was, is_now = before.node(first).attr, after.node(second).attr
    except DataError as error:
        return [f"attributes: {error}"]
    found = []
    for key in sorted({*was, *is_now} - {"_output_shapes", "_source"}):
        texts = [_short(value_text(attr[key])) if key in attr else "none" for attr in (was, is_now)]
        if key not in was or key not in is_now or was[key] != is_now[key]:
            arrow = " → ".join(texts) if texts[0] != texts[1] else f"{texts[0]} (another value)"
            found.append(f"attribute {key}: {arrow}")
    return found


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= LONGEST_TEXT else text[:LONGEST_TEXT] + "…"


def _inputs(a: Side, b: Side, first: int, second: int) -> list[str]:
    """Which inputs differ: by their place, or for control inputs by their names."""
    was, is_now = _taken(a.graph, first, a), _taken(b.graph, second, None)
    data = [[text for text in texts if text[0] != "^"] for texts in (was, is_now)]
    found = []
    for slot in range(max(map(len, data))):
        old, new = (texts[slot] if slot < len(texts) else "none" for texts in data)
        if old != new:
            found.append(f"input {slot}: {old} → {new}")
    waits = [{text for text in texts if text[0] == "^"} for texts in (was, is_now)]
    found += [f"no longer waits for {text[1:]}" for text in sorted(waits[0] - waits[1])]
    found += [f"waits for {text[1:]}" for text in sorted(waits[1] - waits[0])]
    return found or ["inputs"]


def _taken(graph: Graph, number: int, side: Side | None) -> list[str]:
    """The inputs of a node as texts, by the names of the second graph where there is a partner."""
    table = graph.table
    order, first = graph.taking
    of_slot = {int(table.slots[e]): e for e in order[first[number] : first[number + 1]].tolist()}
    found = []
    for slot, text in enumerate(table.inputs(number)):
        edge = of_slot.get(slot)
        if edge is None:
            found.append(text)
            continue
        source, output = int(table.sources[edge]), int(table.outputs[edge])
        name = table.names[source]
        if side is not None and side.mate[source] >= 0:
            name = side.other.table.names[int(side.mate[source])]
        found.append(f"^{name}" if output == CONTROL else f"{name}:{output}" if output else name)
    return found


class Changes:
    """What changed in each child of the second graph's pictures.

    removed: for each node of the first graph whether the second has it not; now: from a renamed
    node's path in the first to that in the second.
    """

    def __init__(self, found: Diff, pictures: Pictures, before: Pictures) -> None:
        self.removed = np.zeros(len(before.graph.table), bool)
        for path in found.removed:
            self.removed[before.graph.node(path)] = True
        self.now = dict(found.renamed)
        self._before = before
        self._pictures = pictures
        graph = pictures.graph
        self._whats = dict(found.changed)
        self._froms = {new: old for old, new in found.renamed}
        self._added = set(found.added)
        self._kinds = np.zeros((3, len(graph.table)), bool)
        for row, paths in enumerate((self._added, self._froms, self._whats)):
            for path in paths:
                self._kinds[row, graph.node(path)] = True

    def of(self, path: str) -> dict[str, Any] | None:
        """None if nothing changed. kind: "added", "renamed", "changed"; of a node also from and
        what, of a group counts of its nodes; an added group has only added nodes."""
        numbers = numbers_of(self._pictures, path)
        added, renamed, changed = (int(row[numbers].sum()) for row in self._kinds)
        removed = self._lost(path)
        if not added + renamed + changed + removed:
            return None
        counts = {"added": added, "renamed": renamed, "changed": changed}
        alone = [kind for kind, count in counts.items() if count == len(numbers)]
        kind = "changed" if changed or removed or not alone else alone[0]
        return {
            "kind": kind,
            "counts": counts | {"removed": removed},
            "from": self._froms.get(path),
            "what": self._whats.get(path, []),
        }

    def _lost(self, path: str) -> int:
        """How many nodes of a group are no more."""
        try:
            self._pictures.find(path)
            return int(self.removed[numbers_of(self._before, path)].sum())
        except NotFoundQueryError:
            return 0  # a node, or a group that was not there


@lru_cache(maxsize=2)
def changes_of(before: Pictures, after: Pictures) -> Changes:
    """What changed on the way to the second graph, for the children of its pictures. Kept, since
    it is asked for each group that opens."""
    return Changes(diff(before, after), after, before)
