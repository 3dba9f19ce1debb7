"""What readers see: an immutable picture of everything that was read so far."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from neuronboard.errors import NotFoundQueryError
from neuronboard.store.series import Series

Phase = Literal["missing", "empty", "loading", "ready"]


_NUMBER_OR_OTHER = re.compile(r"([0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?)|(.)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in a file that could not be read; `skipped` bytes from `offset` on."""

    path: str
    offset: int
    skipped: int
    message: str


@dataclass(frozen=True, slots=True)
class Progress:
    """How much was read, of how much. points: summary values; a graph is none."""

    files: int = 0
    bytes_read: int = 0
    bytes_total: int = 0
    points: int = 0


@dataclass(frozen=True, slots=True)
class Run:
    """A run and its series by (kind, tag). first_wall_time: of its first event, or None."""

    id: str
    name: str
    first_wall_time: float | None
    series: Mapping[tuple[str, str], Series]


@dataclass(frozen=True, slots=True)
class Catalog:
    """Everything there is to ask about; `version` is another number for another picture."""

    version: int
    phase: Phase
    logdir: str
    progress: Progress
    problems: tuple[Problem, ...]
    runs: tuple[Run, ...]

    def run(self, run_id: str) -> Run:
        """The run of that id; `NotFoundQueryError` if there is none."""
        for run in self.runs:
            if run.id == run_id:
                return run
        raise NotFoundQueryError(f"there is no run {run_id!r}; ask api/runs for those there are")

    def series_of(self, kind: str) -> dict[str, dict[str, Series]]:
        """Tag -> run id -> series, of one kind; tags sorted, runs in listing order."""
        found: dict[str, dict[str, Series]] = {}
        for run in self.runs:
            for (series_kind, tag), series in run.series.items():
                if series_kind == kind:
                    found.setdefault(tag, {})[run.id] = series
        return dict(sorted(found.items(), key=lambda item: natural_key(item[0])))


def natural_key(text: str) -> list[tuple[int, float, str]]:
    """Sorts "run 2" before "run 10", and "lr=1e-4" before "lr=0.02" before "lr=0.1"."""
    return [
        (0, float(number), number) if number else (1, 0.0, other)
        for number, other in _NUMBER_OR_OTHER.findall(text)
    ]
