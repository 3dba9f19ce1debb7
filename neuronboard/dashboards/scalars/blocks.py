"""All points of a tag as a block of bytes that zlib packs well: what a report holds.

    uint32          length of the header, little-endian
    header          JSON: {columns: [[kind, count], ...], series: [...]}, padded with spaces to 8
    columns         of each the lowest bytes of all numbers, then the next ones, and so on, padded
                    with zeros to 8; a column that an earlier block has is not repeated

A kind says what the numbers are: "d2" int64 of which each is the difference of two differences,
"d1" the bits of float64 as int64, each as the difference to the one before, "f4" and "f8" values as
they are. All of it is exact. A series is what `api/scalars/series` says of a curve, with the places
[block, column] of its steps, wall_times and values.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from neuronboard.dashboards.http import encode
from neuronboard.dashboards.scalars import query
from neuronboard.dashboards.scalars.encode import told_of
from neuronboard.dashboards.scalars.query import Question
from neuronboard.store import Catalog

Array = npt.NDArray[Any]


def block(catalog: Catalog, tag: str, number: int, seen: dict[bytes, tuple[int, int]]) -> bytes:
    """The block of a tag; seen: digest of a column -> where it is, of all blocks so far."""
    columns: list[tuple[str, int]] = []
    parts: list[bytes] = []

    def placed(kind: str, column: Array) -> tuple[int, int]:
        key = hashlib.blake2b(column.tobytes(), digest_size=16, person=kind.encode()).digest()
        if key not in seen:
            seen[key] = (number, len(columns))
            columns.append((kind, len(column)))
            data = _planes(_DELTAS[kind](column))
            parts.append(data + bytes(-len(data) % 8))
        return seen[key]

    series = []
    question = Question((tag,), purged=True)
    answer = query.answer(catalog, question, query.curves(catalog, question))
    for drawn in answer.curves:
        steps, wall_times, values = drawn.columns
        places = {
            "steps": placed("d2", steps),
            "wall_times": placed("d1", wall_times),
            "values": placed("f8" if values.dtype == np.float64 else "f4", values),
        }
        series.append({**told_of(drawn), "count": len(steps), **places})
    header = encode({"columns": columns, "series": series})
    header += b" " * (-(4 + len(header)) % 8)
    return b"".join([len(header).to_bytes(4, "little"), header, *parts])


def _differences(column: Array) -> Array:
    """Each number as the difference to the one before, the first to 0; int64 that wraps."""
    return np.diff(column, prepend=np.int64(0))


_DELTAS: dict[str, Callable[[Array], Array]] = {
    "d2": lambda column: _differences(_differences(column)),
    "d1": lambda column: _differences(np.ascontiguousarray(column).view(np.int64)),
    "f4": lambda column: column,
    "f8": lambda column: column,
}


def _planes(column: Array) -> bytes:
    """The lowest bytes of all numbers, then the next ones, and so on."""
    little = np.ascontiguousarray(column.astype(column.dtype.newbyteorder("<"), copy=False))
    return little.view(np.uint8).reshape(len(column), -1).T.tobytes()
