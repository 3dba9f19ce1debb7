"""What flows on bundles of edges: how many, and the shape, type and bytes that they have in common.

What an edge carries is looked up once and kept as a number, so a bundle of a hundred thousand edges
costs a few passes over columns.
"""

from __future__ import annotations

import threading

import numpy as np
import numpy.typing as npt

from neuronboard.dashboards.graphs.outputs import Output, Outputs
from neuronboard.formats.graph_table import CONTROL, GraphTable

Numbers = npt.NDArray[np.intp]
UNSEEN = -1  # in `_fact`: nobody has asked for this edge yet


# How many edges; shape and type if all have the same, else ""; bytes of all together, None where
# those of one are not known, or nothing flows.
Flow = tuple[int, str, str, int | None]


class Flows:
    """What the edges of a graph carry."""

    def __init__(self, table: GraphTable, outputs: Outputs) -> None:
        self._table = table
        self._outputs = outputs
        self._lock = threading.Lock()
        self._fact = np.full(len(table.sources), UNSEEN, np.int32)
        self._number_of: dict[tuple[str, str, int | None], int] = {}
        self._shapes, self._types = _Texts(), _Texts()
        self._columns: list[tuple[int, int, int, int]] = []  # shape, type, bytes, whether known
        self._facts = np.zeros((4, 0), np.int64)

    def bundled(self, edges: npt.NDArray[np.int32], bundle: Numbers, bundles: int) -> list[Flow]:
        """What flows on each bundle. bundle: for each edge the number of its bundle."""
        counts = np.bincount(bundle, minlength=bundles).tolist()
        carrying = self._table.outputs[edges] != CONTROL
        bundle, edges = bundle[carrying], edges[carrying]
        shape, kind, size, known = self._facts_of(edges)
        total = np.zeros(bundles, np.int64)
        np.add.at(total, bundle, size)
        carried = np.bincount(bundle, minlength=bundles)
        sized = (np.bincount(bundle, known, bundles) == carried) & (carried > 0)
        shapes, types = _common(bundle, shape, bundles), _common(bundle, kind, bundles)
        columns = (shapes.tolist(), types.tolist(), total.tolist(), sized.tolist())
        return [
            (count, self._shapes[a], self._types[b], size if is_known else None)
            for count, a, b, size, is_known in zip(counts, *columns, strict=True)
        ]

    def _facts_of(self, edges: npt.NDArray[np.int32]) -> npt.NDArray[np.int64]:
        """Numbers of shape and type, bytes, whether these are known: int64[4, edges]."""
        if (self._fact[edges] == UNSEEN).any():
            with self._lock:  # answers are made in several threads
                self._look_up(edges[self._fact[edges] == UNSEEN])
        found: npt.NDArray[np.int64] = self._facts[:, self._fact[edges]]
        return found

    def _look_up(self, missing: npt.NDArray[np.int32]) -> None:
        table = self._table
        columns = (table.sources[missing], table.outputs[missing])
        pairs = zip(*(one.tolist() for one in columns), strict=True)
        numbers = [self._number(self._outputs.one(source, output)) for source, output in pairs]
        self._facts = np.array(self._columns, np.int64).reshape(-1, 4).T
        self._fact[missing] = numbers  # last: who sees a number finds its column

    def _number(self, output: Output) -> int:
        key = (output.shape, output.dtype, output.bytes)
        number = self._number_of.get(key)
        if number is None:
            shape, kind = self._shapes.number(output.shape), self._types.number(output.dtype)
            self._columns.append((shape, kind, output.bytes or 0, int(output.bytes is not None)))
            number = self._number_of[key] = len(self._columns) - 1
        return number


class _Texts:
    """Texts by number; -1, for those that differ, is none."""

    def __init__(self) -> None:
        self._texts: list[str] = []
        self._numbers: dict[str, int] = {}

    def number(self, text: str) -> int:
        if text not in self._numbers:
            self._texts.append(text)
            self._numbers[text] = len(self._texts) - 1
        return self._numbers[text]

    def __getitem__(self, number: int) -> str:
        return self._texts[number] if number >= 0 else ""


def _common(bundle: Numbers, value: npt.NDArray[np.int64], bundles: int) -> Numbers:
    """The value that all edges of a bundle have, or -1."""
    last = np.full(bundles, -1, np.intp)
    last[bundle] = value
    differ = bundle[value != last[bundle]]
    last[differ] = -1
    return last
