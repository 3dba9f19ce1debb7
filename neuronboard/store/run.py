"""A run as readers see it: immutable, made of its files' batches.

Nothing is computed until it is asked for, and then once: which series there are, by what names.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

import numpy as np
import numpy.typing as npt

from neuronboard.formats.batch import BLOB, Batch
from neuronboard.kinds.classify import TAGS, classify, describe
from neuronboard.store.series import Piece, Rows, Segment, Series

Key = tuple[str, str]  # kind, tag


class Kept(NamedTuple):
    """A batch, and the catalogs in which its first and its last point were new."""

    batch: Batch
    since: int
    until: int


@dataclass(frozen=True, slots=True, eq=False)
class FileData:
    """What was read of one file. born: the catalog in which it first could be seen."""

    path: str
    name: str
    born: int
    kept: tuple[Kept, ...]
    first_wall_time: float | None


class _Stretch(NamedTuple):
    """A part of a file between restarts, which every tag of the run is cut by."""

    id: str
    kept: tuple[Kept, ...]
    purge_step: int | None
    changed: int
    restart_step: int | None


class News(NamedTuple):
    """What a run got: the tags of its scalars, and whether anything that is no scalar."""

    scalars: frozenset[str]
    others: bool


class Run:
    """A run: id, name, when it began (seconds since 1970, or None), and its series."""

    def __init__(self, run_id: str, files: tuple[FileData, ...]) -> None:
        self.id = run_id
        self.name = run_id
        self._files = files
        times = (file.first_wall_time for file in files)
        self.first_wall_time = next((time for time in times if time is not None), None)

    def __repr__(self) -> str:
        return f"Run({self.id!r})"

    @property
    def series(self) -> Mapping[Key, Series]:
        """The series by (kind, tag); each is made when it is looked up."""
        return _SeriesOf(self)

    @property
    def folders(self) -> tuple[str, ...]:
        """Where its files are."""
        return tuple(dict.fromkeys(os.path.dirname(file.path) for file in self._files))

    def batches(self) -> Iterator[Batch]:
        """What its files hold, in their order."""
        return (kept.batch for file in self._files for kept in file.kept)

    @cached_property
    def scalar_tags(self) -> tuple[str, ...]:
        """The tags that have scalars, in the order they came.

        Runs of one program, whose tags are the same, give the same object.
        """
        tables = []
        for batch in self.batches():
            found = _scalar_tags(batch)
            if found and found not in tables:
                tables.append(found)
        if len(tables) == 1:
            return tables[0]
        return tuple(dict.fromkeys(tag for table in tables for tag in table))

    def news(self, version: int, before: Run) -> News | None:
        """What came since the catalog of that version, in which the run was `before`.

        None if it did not only grow: a file was replaced, or a restart made points void.
        """
        files = {(file.path, file.born) for file in self._files}
        if any((file.path, file.born) not in files for file in before._files):
            return None
        tags: set[str] = set()
        others = False
        for file in self._files:
            for batch, _, until in reversed(file.kept):
                if until <= version:
                    break
                if batch.restart is not None:
                    return None
                tags.update(_scalar_tags(batch))
                others = others or bool(batch.blobs)
        return News(frozenset(tags), others)

    def has_scalars(self, tags: frozenset[str]) -> bool:
        """Whether it has all of these."""
        return tags <= _set_of(self.scalar_tags)

    def take_over(self, version: int, before: Run) -> None:
        """Takes over which tags there are from what the run was in the catalog of that version,
        if that was asked for and has not changed; to find it anew would take all batches."""
        tags: tuple[str, ...] | None = before.__dict__.get("scalar_tags")
        if tags is None:
            return
        news = self.news(version, before)
        if news is not None and news.scalars <= _set_of(tags):
            self.__dict__["scalar_tags"] = tags

    @cached_property
    def metadata(self) -> dict[str, bytes]:
        """Tag -> the first metadata, a serialised SummaryMetadata, that any file gives it; also of
        tags that have no value, as those of hyperparameters."""
        found: dict[str, bytes] = {}
        for tags in dict.fromkeys(batch.tags for batch in self.batches()):
            for text, metadata in zip(tags.texts, tags.metadata, strict=True):
                if metadata and text not in found:
                    found[text] = metadata
        return found

    @cached_property
    def blob_keys(self) -> dict[Key, list[tuple[int, int]]]:
        """(kind, tag) of what is no scalar -> where its rows stand: number of file, of batch."""
        found: dict[Key, list[tuple[int, int]]] = {}
        for at, file in enumerate(self._files):
            for number, (batch, _, _) in enumerate(file.kept):
                if not batch.blobs:
                    continue
                rows = np.frombuffer(batch.blobs, BLOB)
                pairs = np.unique(rows[["tag", "form"]])
                for tag, form in pairs.tolist():
                    place = found.setdefault(self._blob_key(batch, tag, form), [])
                    if not place or place[-1] != (at, number):
                        place.append((at, number))
        return found

    def _blob_key(self, batch: Batch, tag: int, form: int) -> Key:
        text = TAGS[form] if form in TAGS else batch.tags.texts[tag]
        return classify(form, describe(self.metadata.get(text, b""))[0]), text

    @cached_property
    def _stretches(self) -> list[_Stretch]:
        """The files, cut at restarts, in order; each knows from which step on it is void."""
        found: list[_Stretch] = []
        started = False
        for file in self._files:
            start, part = 0, 1
            for end, (batch, since, _) in enumerate(file.kept):
                if batch.restart is None:
                    continue
                if end > start:
                    found.append(_stretch(file, part, start, end))
                    part += 1
                start = end
                step = batch.restart
                found = [_purged(stretch, step, since, started) for stretch in found]
                started = True
            found.append(_stretch(file, part, start, len(file.kept)))
        return found

    def _scalars(self, tag: str) -> tuple[Segment, ...]:
        segments = []
        for stretch in self._stretches:
            pieces = []
            for batch, since, until in stretch.kept:
                number = batch.tags.number_of.get(tag)
                place = None if number is None else batch.place_of(number)
                if place is not None:
                    pieces.append(Piece(batch, place, since, until))
            if pieces:
                segments.append(Segment(stretch.id, tuple(pieces), *stretch[2:]))
        return tuple(segments)

    @cached_property
    def _restart_steps(self) -> dict[tuple[int, int], int]:
        """Number of file and of batch -> from which step on a restart voids it, where one does."""
        places = [(at, n) for at, file in enumerate(self._files) for n in range(len(file.kept))]
        steps = [stretch.restart_step for stretch in self._stretches for _ in stretch.kept]
        pairs = zip(places, steps, strict=True)
        return {place: step for place, step in pairs if step is not None}

    def _rows(self, key: Key) -> tuple[Rows, ...]:
        found: list[Rows] = []
        for at, number in self.blob_keys[key]:
            batch = self._files[at].kept[number].batch
            rows: npt.NDArray[Any] = np.frombuffer(batch.blobs, BLOB)
            pairs = np.unique(rows[["tag", "form"]]).tolist()
            wanted = [pair for pair in pairs if self._blob_key(batch, *pair) == key]
            mask = np.zeros(len(rows), bool)
            for tag, form in wanted:
                mask |= (rows["tag"] == tag) & (rows["form"] == form)
            step = self._restart_steps.get((at, number))
            found.append(Rows(self._files[at].path, rows[mask], step))
        return tuple(found)

    @cached_property
    def spans(self) -> tuple[tuple[float, float], ...]:
        """When the run was written to, in seconds since 1970: from the first scalar to the last of
        each part between two starts. Spans ascend; those that overlap are one."""
        found: list[tuple[float, float]] = []
        ends = [_span([kept.batch for kept in stretch.kept]) for stretch in self._stretches]
        for low, high in sorted(span for span in ends if span):
            if found and low <= found[-1][1]:
                found[-1] = (found[-1][0], max(found[-1][1], high))
            else:
                found.append((low, high))
        return tuple(found)

    def has(self, kind: str) -> bool:
        """Whether there is any series of that kind."""
        if kind == "scalar":
            return bool(self.scalar_tags)
        return any(found == kind for found, _ in self.blob_keys)

    def find(self, kind: str, tag: str) -> Series | None:
        """The series of a kind and tag, or None."""
        metadata = self.metadata.get(tag, b"")
        _, name, description = describe(metadata) if metadata else ("", "", "")
        if kind == "scalar":
            segments = self._scalars(tag)
            return Series(kind, tag, name, description, segments) if segments else None
        if (kind, tag) not in self.blob_keys:
            return None
        return Series(kind, tag, name, description, rows=self._rows((kind, tag)))


class _SeriesOf(Mapping[Key, Series]):
    """The series of a run as a mapping."""

    def __init__(self, run: Run) -> None:
        self._run = run

    def __getitem__(self, key: Key) -> Series:
        found = self._run.find(*key)
        if found is None:
            raise KeyError(key)
        return found

    def __iter__(self) -> Iterator[Key]:
        yield from (("scalar", tag) for tag in self._run.scalar_tags)
        yield from self._run.blob_keys

    def __len__(self) -> int:
        return len(self._run.scalar_tags) + len(self._run.blob_keys)


_spans: WeakKeyDictionary[Batch, tuple[float, float] | None] = WeakKeyDictionary()


def _span(batches: Sequence[Batch]) -> tuple[float, float] | None:
    """The smallest and the largest finite wall time of any scalar in them."""
    for batch in batches:
        if batch not in _spans:
            times = np.frombuffer(batch.wall_times, np.float64)
            times = times[np.isfinite(times)]
            _spans[batch] = (float(times.min()), float(times.max())) if len(times) else None
    ends = [span for span in map(_spans.__getitem__, batches) if span]
    if not ends:
        return None
    return min(low for low, _ in ends), max(high for _, high in ends)


def _scalar_tags(batch: Batch) -> tuple[str, ...]:
    texts = batch.tags.texts
    if len(batch.ids) == 4 * len(texts):
        return texts
    return tuple(texts[number] for number in sorted(memoryview(batch.ids).cast("I")))


@lru_cache(maxsize=64)
def _set_of(tags: tuple[str, ...]) -> frozenset[str]:
    return frozenset(tags)


def _stretch(file: FileData, part: int, start: int, end: int) -> _Stretch:
    name = file.name if part == 1 else f"{file.name}#{part}"
    return _Stretch(name, file.kept[start:end], None, file.born, None)


def _purged(stretch: _Stretch, step: int, since: int, again: bool) -> _Stretch:
    """The stretch after a START at `step`, which the catalog `since` had first.

    again: whether the run had a START before.
    """
    if again:
        stretch = stretch._replace(restart_step=_lower(stretch.restart_step, step))
    if stretch.purge_step is not None and stretch.purge_step <= step:
        return stretch
    return stretch._replace(purge_step=step, changed=max(stretch.changed, since))


def _lower(known: int | None, step: int) -> int:
    return step if known is None else min(known, step)
