"""A time series, made of the pieces that batches hold; immutable, and free until it is looked at.

A run's batches hold the points of all its tags. A series is a view of one tag in them, made when it
is asked for, so that ten thousand tags cost nothing while nobody looks at them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from neuronboard.formats.batch import Batch, Columns

NO_COLUMNS = Columns(np.empty(0, np.int64), np.empty(0, np.float64), np.empty(0, np.float32))


@dataclass(frozen=True, slots=True)
class Locator:
    """Where a payload lies: a record's payload in a file, and which value of its event it is.

    index -1 is the event itself (graphs).
    """

    path: str
    offset: int
    length: int
    index: int


@dataclass(frozen=True, slots=True)
class Piece:
    """The points of one tag in one batch. since, until: the catalogs in which its first and its
    last point were new (they differ where small batches were merged)."""

    batch: Batch
    place: int
    since: int
    until: int

    def __len__(self) -> int:
        return self.batch.length_of(self.place)

    def columns(self) -> Columns:
        """Its points, without a copy."""
        return self.batch.columns(self.place)


@dataclass(frozen=True, slots=True)
class Segment:
    """Points that one program wrote without starting again: of one file, or of a part of it.

    id: the file's name, with "#2" and so on behind a restart in the file. purge_step: points at
    this step or later were declared void by a later restart; None if there was none. changed: the
    catalog in which the segment last changed in another way than by growing. restart_step: as
    purge_step, but by a START that is not the run's first one: TensorBoard takes the first for the
    beginning of the run, wherever it comes.
    """

    id: str
    pieces: tuple[Piece, ...]
    purge_step: int | None
    changed: int
    restart_step: int | None = None

    def __len__(self) -> int:
        return sum(map(len, self.pieces))

    def columns(self, start: int = 0) -> Columns:
        """The points from number `start` on, in the order of the file."""
        found = []
        for piece in self.pieces:
            if start >= len(piece):
                start -= len(piece)
                continue
            columns = piece.columns()
            found.append(columns.picked(slice(start, None)) if start else columns)
            start = 0
        return joined(found)

    def length_at(self, version: int) -> int | None:
        """How long it was in the catalog of that version.

        None where that is not known: it was another segment then, or too much was merged since.
        """
        if version < self.changed:
            return None
        length = 0
        for piece in self.pieces:
            if piece.until <= version:
                length += len(piece)
            elif piece.since <= version:
                return None
        return length


def joined(parts: Sequence[Columns]) -> Columns:
    """Columns one behind the other; values are float64 if any part's are. Read-only."""
    if not parts:
        return NO_COLUMNS
    if len(parts) == 1:
        return parts[0]
    columns = Columns(
        np.concatenate([part.steps for part in parts]),
        np.concatenate([part.wall_times for part in parts]),
        np.concatenate([part.values for part in parts]),
    )
    for column in columns:
        column.flags.writeable = False
    return columns


class Rows(NamedTuple):
    """Values that stay in a file: an array of `formats.batch.BLOB`; restart_step as a segment's."""

    path: str
    rows: npt.NDArray[np.void]
    restart_step: int | None


@dataclass(frozen=True, slots=True)
class Series:
    """A run's values of one tag, in the order of its files and in each in the order written.

    Scalars have segments; steps: int64[n], wall_times: float64[n] (seconds since 1970-01-01 UTC),
    values: float32[n], or float64[n] if any was written with more precision. Other kinds have
    rows, by file, and no values but locators.
    """

    kind: str
    tag: str
    display_name: str
    description: str
    segments: tuple[Segment, ...] = ()
    rows: tuple[Rows, ...] = ()

    def __len__(self) -> int:
        return sum(map(len, self.segments)) + sum(len(part.rows) for part in self.rows)

    def columns(self) -> Columns:
        """All points of a scalar series; a copy only where they stand in several pieces."""
        return joined([segment.columns() for segment in self.segments])

    @property
    def steps(self) -> npt.NDArray[np.int64]:
        """int64[n]."""
        return self.columns().steps if self.segments else self._of_rows("step", np.int64)

    @property
    def wall_times(self) -> npt.NDArray[np.float64]:
        """float64[n], seconds since 1970-01-01 UTC."""
        return self.columns().wall_times if self.segments else self._of_rows("wall_time", float)

    @property
    def values(self) -> npt.NDArray[np.floating[Any]] | None:
        """float32[n] or float64[n]; None if these are no scalars."""
        return self.columns().values if self.segments else None

    @property
    def locators(self) -> tuple[Locator, ...]:
        """Where the payloads lie; empty for scalars."""
        return tuple(
            Locator(part.path, int(row["offset"]), int(row["length"]), _index(row))
            for part in self.rows
            for row in part.rows
        )

    @property
    def forms(self) -> npt.NDArray[np.uint32]:
        """uint32[n]: in which field each payload stands, as `formats.batch` numbers them."""
        return self._of_rows("form", np.uint32)

    @property
    def voided(self) -> npt.NDArray[np.bool_]:
        """bool[n]: which of the payloads a restart declared void, by TensorBoard's count."""
        parts = [
            np.zeros(len(part.rows), bool)
            if part.restart_step is None
            else part.rows["step"] >= part.restart_step
            for part in self.rows
        ]
        return np.concatenate(parts) if parts else np.empty(0, bool)

    def _of_rows(self, field: str, dtype: Any) -> npt.NDArray[Any]:
        columns = [part.rows[field] for part in self.rows]
        return np.concatenate(columns) if columns else np.empty(0, dtype)


def _index(row: np.void) -> int:
    return -1 if row["form"] > 100 else int(row["index"])
