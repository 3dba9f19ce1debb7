"""What readers see: an immutable picture of everything that was read so far."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Literal

from neuronboard.errors import NotFoundQueryError
from neuronboard.store.run import Run
from neuronboard.store.series import Series

Phase = Literal["missing", "empty", "loading", "ready"]


_NUMBER_OR_OTHER = re.compile(r"([0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?)|([^0-9]+)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in a file that could not be read; `skipped` bytes from `offset` on.

    run: the id of the run that the file belongs to, or None.
    """

    path: str
    offset: int
    skipped: int
    message: str
    run: str | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """How much was read, of how much, and what it costs.

    points: summary values; a graph is none. memory, memory_limit: bytes of columns and tags.
    """

    files: int = 0
    files_read: int = 0
    bytes_read: int = 0
    bytes_total: int = 0
    points: int = 0
    memory: int = 0
    memory_limit: int = 0


@dataclass(frozen=True)
class Catalog:
    """Everything there is to ask about; `version` is another number for another picture."""

    version: int
    phase: Phase
    logdir: str
    progress: Progress
    problems: tuple[Problem, ...]
    runs: tuple[Run, ...]

    @cached_property
    def _run_by_id(self) -> dict[str, Run]:
        return {run.id: run for run in self.runs}

    def run(self, run_id: str) -> Run:
        """The run of that id; `NotFoundQueryError` if there is none."""
        found = self.find_run(run_id)
        if found is None:
            raise NotFoundQueryError(
                f"there is no run {run_id!r}; ask api/runs for those there are"
            )
        return found

    def find_run(self, run_id: str) -> Run | None:
        """The run of that id, or None."""
        return self._run_by_id.get(run_id)

    @cached_property
    def scalar_runs(self) -> dict[str, tuple[Run, ...]]:
        """Scalar tag, in natural order -> the runs that have it, in listing order; one object for
        all tags that the same runs have."""
        kept: dict[int, tuple[Run, ...]] = {}
        for numbers in self.scalar_numbers.values():
            if id(numbers) not in kept:
                kept[id(numbers)] = tuple(self.runs[number] for number in numbers)
        return {tag: kept[id(numbers)] for tag, numbers in self.scalar_numbers.items()}

    @cached_property
    def scalar_numbers(self) -> dict[str, tuple[int, ...]]:
        """Scalar tag, in natural order -> the places in the listing of the runs that have it.

        Most runs share their list of tags, which is one object then: each list is walked once.
        Tags that the same runs have share one tuple.
        """
        groups: dict[int, list[int]] = {}
        lists: dict[int, tuple[str, ...]] = {}
        for number, run in enumerate(self.runs):
            tags = run.scalar_tags
            lists[id(tags)] = tags
            groups.setdefault(id(tags), []).append(number)
        found: dict[str, list[int]] = {}
        for key in groups:
            for tag in lists[key]:
                found.setdefault(tag, []).append(key)
        shared: dict[tuple[int, ...], tuple[int, ...]] = {}
        for keys in map(tuple, found.values()):
            if keys not in shared:
                numbers = chain.from_iterable(groups[key] for key in keys)
                shared[keys] = tuple(sorted(numbers))
        return {tag: shared[tuple(found[tag])] for tag in sorted(found, key=natural_key)}

    @cached_property
    def kinds(self) -> dict[str, int]:
        """Kind -> how many series there are of it in all runs; the kinds in order of the alphabet.

        Also of those that no dashboard draws, so that nobody takes them for lost.
        """
        found = Counter(kind for run in self.runs for kind, _ in run.blob_keys)
        found["scalar"] = sum(len(run.scalar_tags) for run in self.runs)
        return {kind: found[kind] for kind in sorted(found) if found[kind]}

    def series_of(self, kind: str) -> dict[str, dict[str, Series]]:
        """Tag -> run id -> series, of one kind; tags in natural order, runs in listing order."""
        found: dict[str, dict[str, Series]] = {}
        for run in self.runs:
            for series_kind, tag in run.series:
                if series_kind == kind:
                    found.setdefault(tag, {})[run.id] = run.series[kind, tag]
        return dict(sorted(found.items(), key=lambda item: natural_key(item[0])))


def natural_key(text: str) -> tuple[tuple[int, float, str], ...]:
    """Sorts "run 2" before "run 10", and "lr=1e-4" before "lr=0.02" before "lr=0.1"."""
    return tuple(
        (0, float(number), number) if number else (1, 0.0, other)
        for number, other in _NUMBER_OR_OTHER.findall(text)
    )
