"""What moved from one catalog to a later one, small enough to be told to every page each time.

A move says which tags got points in which runs, and since which catalog each list that a page may
hold (status, runs, tags, other kinds) is what it is. So a page asks for what it shows and lacks,
and for nothing else. Runs are told by their numbers in the list of runs, as ranges: five hundred
that grow together are "0-499".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from neuronboard.dashboards.cursor import cursor_of
from neuronboard.dashboards.http import encode, ranges
from neuronboard.store import Catalog, Run

REMEMBERED = 64  # catalogs; for who is further behind everything may have moved
MOST_KEPT = 500  # encoded moves of one catalog

Delta = Mapping[str, frozenset[str] | None]  # run id -> its tags that moved; None is any of them


@dataclass(frozen=True, slots=True)
class Marks:
    """The catalogs in which these last changed. others: what is no scalar, of any run."""

    status: int
    runs: int
    tags: int
    others: int


@dataclass(frozen=True, slots=True)
class Step:
    """What moved between two catalogs that follow each other here."""

    before: int
    after: int
    delta: Delta


@dataclass(frozen=True)
class Now:
    """One catalog and the moves that led to it; immutable but for what is computed."""

    catalog: Catalog
    marks: Marks
    steps: tuple[Step, ...] = ()
    _encoded: dict[tuple[int | None, tuple[str, ...] | None], bytes] = field(default_factory=dict)

    @property
    def version(self) -> int:
        """The catalog's."""
        return self.catalog.version

    def since(self, version: int | None, tags: tuple[str, ...] | None, life: str) -> bytes:
        """The JSON of the move since the catalog of that version, None if nothing is known.

        tags: those of interest; None is all.
        """
        key = version, tags
        found = self._encoded.get(key)
        if found is None:
            if len(self._encoded) >= MOST_KEPT:
                self._encoded.clear()
            found = self._encoded[key] = self._encode(version, tags, life)
        return found

    def _encode(self, version: int | None, tags: tuple[str, ...] | None, life: str) -> bytes:
        progress = self.catalog.progress
        marks = self.marks
        return encode(
            {
                "version": self.version,
                "cursor": cursor_of(life, self.version),
                "from": None if version is None else cursor_of(life, version),
                "marks": {
                    "status": marks.status,
                    "runs": marks.runs,
                    "tags": marks.tags,
                    "others": marks.others,
                },
                "facts": {
                    "points": progress.points,
                    "bytes_read": progress.bytes_read,
                    "bytes_total": progress.bytes_total,
                    "memory": progress.memory,
                },
                "moved": self._moved(version, tags),
            }
        )

    def _moved(
        self, version: int | None, tags: tuple[str, ...] | None
    ) -> list[tuple[list[str], str]] | None:
        """Tags and the numbers of the runs in which they moved; None if that is not known."""
        if version is None or version > self.version:
            return None
        if version == self.version:
            return []
        if not self.steps or version < self.steps[0].before:
            return None
        deltas = [step.delta for step in self.steps if step.after > version]
        moved = {run for delta in deltas for run in delta}
        runs: dict[str, list[int]] = {}
        for number, run in enumerate(self.catalog.runs):
            if run.id not in moved:
                continue
            for tag in _tags_of(run, deltas, tags):
                runs.setdefault(tag, []).append(number)
        groups: dict[str, list[str]] = {}
        for tag, numbers in runs.items():
            groups.setdefault(ranges(numbers), []).append(tag)
        return [(names, numbers) for numbers, names in groups.items()]


def begin(catalog: Catalog) -> Now:
    """Where nothing has moved yet."""
    version = catalog.version
    return Now(catalog, Marks(version, version, version, version))


def step(now: Now, catalog: Catalog) -> Now:
    """The next state, for a later catalog."""
    before = {run.id: run for run in now.catalog.runs}
    listed = _listing(now.catalog) != _listing(catalog)
    tags, others = listed, listed
    delta: dict[str, frozenset[str] | None] = {}
    for run in catalog.runs:
        old = before.get(run.id)
        if old is run:
            continue
        news = None if old is None else run.news(now.version, old)
        delta[run.id] = None if news is None else news.scalars
        if old is None or news is None:
            tags = others = True
            continue
        others = others or news.others
        tags = tags or not old.has_scalars(news.scalars)
    version = catalog.version
    marks = now.marks
    if _condition(now.catalog) != _condition(catalog):
        marks = replace(marks, status=version)
    if listed:
        marks = replace(marks, runs=version)
    if tags:
        marks = replace(marks, tags=version, status=version)
    if others:
        marks = replace(marks, others=version, status=version)
    steps = (*now.steps, Step(now.version, version, delta))[-REMEMBERED:]
    return Now(catalog, marks, steps)


def _tags_of(run: Run, deltas: list[Delta], wanted: tuple[str, ...] | None) -> Iterable[str]:
    """The tags of a run that moved, of those that are wanted."""
    found: set[str] = set()
    for delta in deltas:
        names = delta.get(run.id, frozenset())
        if names is None:
            return run.scalar_tags if wanted is None else wanted
        found |= names
    return sorted(found) if wanted is None else [tag for tag in wanted if tag in found]


def _listing(catalog: Catalog) -> list[tuple[str, float | None]]:
    """What the list of runs shows."""
    return [(run.id, run.first_wall_time) for run in catalog.runs]


def _condition(catalog: Catalog) -> tuple[object, ...]:
    """What the status shows beside the facts that every move tells."""
    progress = catalog.progress
    counts = progress.files, progress.files_read if catalog.phase == "loading" else 0
    return catalog.phase, catalog.problems, *counts, progress.memory_limit
