"""Reads the event files of one run into series.

Files are read in chunks from where the last read ended; nothing is kept open between reads. A file
that was replaced (another inode, or shorter than what was read) starts the whole run anew, as a new
generation, because what it gave cannot be told from what its neighbours gave.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from neuronboard.errors import DataError
from neuronboard.formats.event_file import decode_event
from neuronboard.formats.tfrecord import Damage, scan_records
from neuronboard.kinds import graph, scalar
from neuronboard.kinds.classify import classify
from neuronboard.pb.event_pb2 import Event
from neuronboard.pb.summary_pb2 import Summary
from neuronboard.store.catalog import Problem, Run
from neuronboard.store.logdir import EventFile, read_range
from neuronboard.store.series import Locator, Series, SeriesBuilder

CHUNK = 1 << 20


@dataclass(slots=True)
class _File:
    """How far a file was read."""

    identity: tuple[int, int]
    offset: int = 0
    chunk: int = CHUNK


@dataclass(slots=True)
class _Scalars:
    """Scalars of one tag that wait to be appended together."""

    steps: list[int] = field(default_factory=list)
    wall_times: list[float] = field(default_factory=list)
    values: list[float] = field(default_factory=list)
    wide: bool = False


class RunLoader:
    """The loader's side of a run."""

    def __init__(self, run_id: str) -> None:
        self.run_id = run_id
        self.points = 0
        self.problems: list[Problem] = []
        self._generation = 0
        self._clear()

    def _clear(self) -> None:
        self._generation += 1
        self._files: dict[Path, _File] = {}
        self._builders: dict[tuple[str, str], SeriesBuilder] = {}
        self._snapshots: dict[tuple[str, str], Series] = {}
        self._plugins: dict[str, str] = {}
        self._metadata: dict[str, tuple[str, str]] = {}
        self._first_wall_time: float | None = None
        self.problems = []
        self.points = 0

    @property
    def bytes_read(self) -> int:
        """Bytes of this run's files that were used up."""
        return sum(file.offset for file in self._files.values())

    def load(self, files: list[EventFile]) -> Iterator[None]:
        """Reads what is new in `files`, in their order; yields after each chunk."""
        if any(self._replaced(file) for file in files) or self._lost(files):
            self._clear()
        for listed in files:
            state = self._files.setdefault(listed.path, _File(listed.identity))
            while state.offset < listed.size:
                data = read_range(listed.path, state.offset, state.chunk)
                used = self._take(listed.path, state.offset, data)
                state.offset += used
                yield
                if used:
                    state.chunk = CHUNK
                elif len(data) < state.chunk:
                    break  # an unfinished record at the end of a growing file
                else:
                    state.chunk *= 2  # a record longer than the chunk

    def _replaced(self, listed: EventFile) -> bool:
        state = self._files.get(listed.path)
        return state is not None and (
            state.identity != listed.identity or listed.size < state.offset
        )

    def _lost(self, files: list[EventFile]) -> bool:
        return bool(self._files.keys() - {file.path for file in files})

    def _take(self, path: Path, offset: int, data: bytes) -> int:
        """Reads the records of one chunk that begins at `offset`; returns the bytes used up."""
        scan = scan_records(data)
        pending: defaultdict[str, _Scalars] = defaultdict(_Scalars)
        for payload, start in zip(scan.payloads, scan.offsets, strict=True):
            place = Locator(path, offset + start, len(payload), -1)
            try:
                self._event(decode_event(payload), place, pending)
            except DataError as error:
                self._problem(path, Damage(start, len(payload), str(error)), offset)
        for damage in scan.damage:
            self._problem(path, damage, offset)
        for tag, batch in pending.items():
            self._builder("scalar", tag).extend_scalars(
                batch.steps, batch.wall_times, batch.values, batch.wide
            )
            self.points += len(batch.steps)
        return scan.used

    def _event(self, event: Event, place: Locator, pending: defaultdict[str, _Scalars]) -> None:
        if self._first_wall_time is None:
            self._first_wall_time = event.wall_time
        field_name = event.WhichOneof("what")
        if field_name == "summary":
            step, wall_time = event.step, event.wall_time
            for index, value in enumerate(event.summary.value):
                self._value(value, step, wall_time, place, index, pending)
        elif field_name in ("graph_def", "meta_graph_def") and graph.decode(event) is not None:
            self._builder("graph", graph.TAG).append_locator(event.step, event.wall_time, place)

    def _value(
        self,
        value: Summary.Value,
        step: int,
        wall_time: float,
        place: Locator,
        index: int,
        pending: defaultdict[str, _Scalars],
    ) -> None:
        tag = value.tag or value.node_name
        if value.HasField("metadata"):
            self._remember(tag, value)
        kind = classify(value, self._plugins.get(tag, ""))
        if kind == "scalar":
            number, wide = scalar.decode(value)
            batch = pending[tag]
            batch.steps.append(step)
            batch.wall_times.append(wall_time)
            batch.values.append(number)
            batch.wide |= wide
        elif kind is not None:
            located = Locator(place.path, place.offset, place.length, index)
            self._builder(kind, tag).append_locator(step, wall_time, located)
            self.points += 1

    def _remember(self, tag: str, value: Summary.Value) -> None:
        """Keeps what the first metadata of a tag says; later values come without."""
        metadata = value.metadata
        if metadata.plugin_data.plugin_name:
            self._plugins.setdefault(tag, metadata.plugin_data.plugin_name)
        self._metadata.setdefault(tag, (metadata.display_name, metadata.summary_description))

    def _builder(self, kind: str, tag: str) -> SeriesBuilder:
        key = (kind, tag)
        self._snapshots.pop(key, None)
        if key not in self._builders:
            builder = self._builders[key] = SeriesBuilder(kind, tag, self._generation)
            builder.display_name, builder.description = self._metadata.get(tag, ("", ""))
        return self._builders[key]

    def _problem(self, path: Path, damage: Damage, offset: int) -> None:
        """Records damage; bytes that go on where the last damage of the file ended join it."""
        start = offset + damage.offset
        last = self.problems[-1] if self.problems else None
        if last and last.path == str(path) and last.offset + last.skipped == start:
            skipped = last.skipped + damage.skipped
            self.problems[-1] = Problem(last.path, last.offset, skipped, last.message)
        else:
            self.problems.append(Problem(str(path), start, damage.skipped, damage.message))

    def snapshot(self, version: int) -> Run:
        """The run as it is now, to be published in the catalog of that version."""
        for key, builder in self._builders.items():
            if key not in self._snapshots:
                self._snapshots[key] = builder.snapshot(version)
        return Run(self.run_id, self.run_id, self._first_wall_time, dict(self._snapshots))
