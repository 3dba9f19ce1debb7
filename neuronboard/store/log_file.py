"""The loader's side of one event file: how far it was read, and what came out.

Stretches of a file are read by several threads and come back in any order; they are taken in the
order of the file. Only the loader's thread touches this.
"""

from __future__ import annotations

import os
from dataclasses import replace

import numpy as np

from neuronboard.formats.batch import BLOB, GRAPH_DEF, NO_TAGS, Batch, Damage, Tags, merged
from neuronboard.store.catalog import Problem
from neuronboard.store.logdir import EventFile, as_text
from neuronboard.store.run import FileData, Kept
from neuronboard.store.stretch import STRETCH, Reading, Stretch

MOST_PROBLEMS = 200  # of one file; a file of noise must not fill the memory with its description
REMEMBERED = 32  # catalogs whose clients are sent only what is new, whatever is merged
MERGED = 16  # batches that are put up with before some are merged again
SEARCHED = 1 << 20  # bytes of an unfinished record; with more it must double to be looked at again
SMALL = 1 << 14  # points; batches of this size and more are left as they are


class LogFile:
    """An event file that is followed."""

    def __init__(self, listed: EventFile) -> None:
        self.listed = listed
        self.offset = 0  # everything before it was taken
        self.points = 0
        self.memory = 0  # bytes of the columns
        self.problems: list[Problem] = []
        self.error: Problem | None = None
        self._more_damage = 0
        self.replaced = False  # by another file that took its place on the disk
        self._needed = 0
        self._pending = 0  # bytes of the unfinished record that were looked at
        self._before = b""  # what stands before `offset`
        self._tags: Tags = NO_TAGS
        self._waiting: dict[int, Reading] = {}  # by start; their predecessors are not there yet
        self._kept: list[Kept] = []
        self._fresh: list[Batch] = []
        self._born: int | None = None
        self._first_wall_time: float | None = None
        self._data: FileData | None = None

    def is_same(self, listed: EventFile) -> bool:
        """Whether a file that was listed can be this one, grown or not."""
        same = listed.identity == self.listed.identity
        return same and listed.size >= self.offset and not self.replaced

    def plan(self, listed: EventFile) -> list[Stretch]:
        """What is to be read of the file as it is now; nothing of it may be being read."""
        touched = listed.modified != self.listed.modified
        self.listed = listed
        self._waiting.clear()
        if touched and listed.size == self.offset:  # written anew, to the same length?
            return [self._stretch(self.offset, self.offset)]
        pending = listed.size - self.offset
        if pending == self._pending and not touched and self.error is None:
            return []
        if SEARCHED < pending < min(self._needed, 2 * self._pending):
            return []  # the unfinished record is not there yet
        start, stretches = self.offset, []
        while start < listed.size:
            stop = min(start + STRETCH, listed.size)
            if listed.size - stop < STRETCH // 4:
                stop = listed.size
            stretches.append(self._stretch(start, stop))
            start = stop
        return stretches

    def _stretch(self, start: int, stop: int) -> Stretch:
        if start > self.offset:
            return Stretch(self.listed, start, stop, exact=False)
        return Stretch(self.listed, start, stop, True, self._tags, self._before)

    def take(self, reading: Reading) -> list[Stretch]:
        """Takes what was read, in the order of the file; returns what must be read again."""
        self._waiting[reading.stretch.start] = reading
        while self._waiting:
            start = min(self._waiting)
            if start > self.offset:
                break  # a stretch before it is still being read
            again = self._take_next(self._waiting.pop(start))
            if again is not None:
                return [again]
        return []

    def _take_next(self, reading: Reading) -> Stretch | None:
        stretch = reading.stretch
        if reading.gone or reading.replaced:
            self.replaced = reading.replaced
            return None
        if reading.error is not None:
            message = f"cannot be read: {reading.error.strerror}"
            self.error = self._problem(stretch.start, 0, message)
            return None
        self.error = None
        if reading.begun != self.offset:
            if stretch.stop <= self.offset:
                return None  # a record of the stretch before reaches over all of this one
            return replace(stretch, start=self.offset, exact=True, tags=self._tags)
        self.offset = max(self.offset, reading.ended)
        # A record that is not finished reaches over the file's end, whatever was planned behind it.
        self._pending = self.listed.size - self.offset if self.offset < stretch.stop else 0
        self._needed, self._before = reading.needed, reading.before or self._before
        self._tags = reading.tags
        for batch in reading.batches:
            self._keep(batch)
        return None

    def _keep(self, batch: Batch) -> None:
        for damage in batch.damage:
            self._add_problem(damage)
        if self._first_wall_time is None:
            self._first_wall_time = batch.first_wall_time
        forms = np.frombuffer(batch.blobs, BLOB)["form"]
        self.points += len(batch) + int(np.count_nonzero(forms < GRAPH_DEF))
        self.memory += batch.size
        self._fresh.append(batch.without_damage() if batch.damage else batch)

    def _add_problem(self, damage: Damage) -> None:
        """Records damage; bytes that go on where the last damage ended join it."""
        last = self.problems[-1] if self.problems else None
        if last and last.offset + last.skipped == damage.offset:
            skipped = last.skipped + damage.skipped
            self.problems[-1] = self._problem(last.offset, skipped, last.message)
        elif len(self.problems) < MOST_PROBLEMS:
            self.problems.append(self._problem(*damage))
        else:
            self._more_damage += 1
            message = f"{self._more_damage:,} more places behind this one, the last"
            self.problems[-1] = self._problem(damage.offset, damage.skipped, message)

    def _problem(self, offset: int, skipped: int, message: str) -> Problem:
        return Problem(as_text(self.listed.path), offset, skipped, message, self.listed.run_id)

    def data(self, version: int) -> FileData:
        """What readers may see in the catalog of that version."""
        if self._data is not None and not self._fresh:
            return self._data
        if self._born is None:
            self._born = version
        self._kept += [Kept(batch, version, version) for batch in self._fresh]
        self._fresh = []
        if len(self._kept) >= REMEMBERED + MERGED:
            self._kept = _compacted(self._kept, version - REMEMBERED)
        self._data = FileData(
            self.listed.path,
            as_text(os.path.basename(self.listed.path)),
            self._born,
            tuple(self._kept),
            self._first_wall_time,
        )
        return self._data


def _compacted(kept: list[Kept], old: int) -> list[Kept]:
    """The same with small batches of catalogs before `old` merged: each batch that stays has at
    least twice the points of the next one, so that a point is moved a few times in its life."""
    groups: list[list[Kept]] = []
    sizes: list[int] = []
    for item in kept:
        n = len(item.batch)
        groups.append([item])
        sizes.append(n)
        while len(groups) > 1 and _fit(groups, sizes, old):
            groups[-2:] = [groups[-2] + groups[-1]]
            sizes[-2:] = [sizes[-2] + sizes[-1]]
    return [_merged(group) for group in groups]


def _fit(groups: list[list[Kept]], sizes: list[int], old: int) -> bool:
    last = groups[-1]
    if sizes[-2] >= SMALL or sizes[-2] >= 2 * sizes[-1] or last[-1].until >= old:
        return False
    names, more = groups[-2][-1].batch.tags.names, last[-1].batch.tags.names
    return last[0].batch.restart is None and names == more[: len(names)]


def _merged(group: list[Kept]) -> Kept:
    if len(group) == 1:
        return group[0]
    batch = merged([item.batch for item in group])
    return Kept(batch, group[0].since, group[-1].until)
