"""A time series as columns, extended by one loader and read by anybody.

A column is an array with room to spare. A reader gets a view of the part that is filled; what the
loader writes lies behind that view, and when the room is used up it moves to a new array and leaves
the old one to its readers. So no reader ever locks, and no view ever changes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

MARKS = 64  # catalogs that a client may be behind and still be sent only what is new


@dataclass(frozen=True, slots=True)
class Locator:
    """Where a payload lies: a record's payload in a file, and which value of its event it is.

    index -1 is the event itself (graphs).
    """

    path: Path
    offset: int
    length: int
    index: int


@dataclass(frozen=True, slots=True)
class Series:
    """A run's values of one tag, in the order they were written; an immutable snapshot.

    steps: int64[n]. wall_times: float64[n], seconds since 1970-01-01 UTC. Scalars have `values`,
    float32[n], or float64[n] if any was written with more precision; other kinds have `locators`.
    generation grows when the series was replaced, not extended. marks: (version, length) of the
    last catalogs in which it grew, oldest first.
    """

    kind: str
    tag: str
    display_name: str
    description: str
    generation: int
    steps: npt.NDArray[np.int64]
    wall_times: npt.NDArray[np.float64]
    values: npt.NDArray[np.floating[Any]] | None
    locators: tuple[Locator, ...] = ()
    marks: tuple[tuple[int, int], ...] = ()

    def __len__(self) -> int:
        return len(self.steps)

    def length_at(self, version: int) -> int | None:
        """How long it was in the catalog of that version.

        None where that is not known: it was another series then, or too much came since.
        """
        for marked, length in reversed(self.marks):
            if marked <= version:
                return length
        return None


class Column:
    """A growing array of one dtype."""

    def __init__(self, dtype: npt.DTypeLike) -> None:
        self._array: npt.NDArray[Any] = np.empty(64, dtype)
        self._n = 0

    def extend(self, items: Sequence[float]) -> None:
        """Appends numbers of Python."""
        wanted = self._n + len(items)
        if wanted > len(self._array):
            grown = np.empty(max(wanted, len(self._array) * 2), self._array.dtype)
            grown[: self._n] = self._array[: self._n]
            self._array = grown
        self._array[self._n : wanted] = items
        self._n = wanted

    def widen(self, dtype: npt.DTypeLike) -> None:
        """Changes the dtype of what is there and what comes."""
        if self._array.dtype != dtype:
            wide = np.empty(len(self._array), dtype)
            wide[: self._n] = self._array[: self._n]
            self._array = wide

    def view(self) -> npt.NDArray[Any]:
        """What is filled, read-only; later appends do not change it."""
        view = self._array[: self._n]
        view.flags.writeable = False
        return view


class SeriesBuilder:
    """The loader's side of a series."""

    def __init__(self, kind: str, tag: str, generation: int) -> None:
        self.kind, self.tag, self.generation = kind, tag, generation
        self.display_name = ""
        self.description = ""
        self._steps = Column(np.int64)
        self._wall_times = Column(np.float64)
        self._values = Column(np.float32) if kind == "scalar" else None
        self._locators: list[Locator] = []
        self._marks: list[tuple[int, int]] = []

    def extend_scalars(
        self, steps: list[int], wall_times: list[float], values: list[float], wide: bool
    ) -> None:
        """Appends scalars; `wide` says that some have more precision than float32."""
        assert self._values is not None
        if wide:
            self._values.widen(np.float64)
        self._steps.extend(steps)
        self._wall_times.extend(wall_times)
        self._values.extend(values)

    def append_locator(self, step: int, wall_time: float, locator: Locator) -> None:
        """Appends a payload of another kind."""
        self._steps.extend([step])
        self._wall_times.extend([wall_time])
        self._locators.append(locator)

    def snapshot(self, version: int) -> Series:
        """The series as it is now, to be published in the catalog of that version."""
        length = len(self._steps.view())
        if self._marks and self._marks[-1][0] == version:
            self._marks.pop()
        self._marks = [*self._marks[1 - MARKS :], (version, length)]
        return Series(
            kind=self.kind,
            tag=self.tag,
            display_name=self.display_name,
            description=self.description,
            generation=self.generation,
            steps=self._steps.view(),
            wall_times=self._wall_times.view(),
            values=None if self._values is None else self._values.view(),
            locators=tuple(self._locators),
            marks=tuple(self._marks),
        )
