"""What reading and keeping cost: memory, bytes read again, and time until one sees something."""

from __future__ import annotations

import math
import os
from io import FileIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from builders import T0, event_bytes, loaded_store, scalar_event, write_events

from neuronboard.formats.batch import TAG_SIZE
from neuronboard.formats.tensor_proto import make_tensor_proto
from neuronboard.pb.event_pb2 import Event
from neuronboard.pb.summary_pb2 import Summary
from neuronboard.store import Catalog, LogdirSpec, Run, Store, crew, logdir, stretch
from neuronboard.store import store as store_module

TAGS = [f"layer {n}/loss" for n in range(20)]


class Counted:
    """Opens files and counts: how many, and the bytes that are read of them."""

    def __init__(self) -> None:
        self.files = 0
        self.bytes = 0

    def open(self, path: str) -> FileIO:
        """Stands in for `logdir.open_file`."""
        counted = self
        counted.files += 1

        class File(FileIO):
            def readinto(self, buffer: Any) -> int:
                got = super().readinto(buffer) or 0
                counted.bytes += got
                return got

            def read(self, size: int | None = -1) -> bytes:
                data = super().read(-1 if size is None else size) or b""
                counted.bytes += len(data)
                return data

        return File(path)


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> Counted:
    """What is opened and read while the test runs."""
    found = Counted()
    monkeypatch.setattr(stretch, "open_file", found.open)
    monkeypatch.setattr(logdir, "open_file", found.open)
    return found


def test_a_point_takes_twenty_bytes_and_an_index_of_at_most_a_tenth(tmp_path: Path) -> None:
    """As --help says, and as the status page tells it."""
    write_events(tmp_path, [(step, dict.fromkeys(TAGS, 0.5)) for step in range(500)])
    progress = loaded_store(tmp_path).catalog.progress
    assert progress.points == 10_000
    assert 20 <= progress.memory / progress.points <= 22


def test_a_point_in_double_precision_takes_twenty_four(tmp_path: Path) -> None:
    """And only the tags that need it."""
    path = write_events(tmp_path, [(step, {"single": 0.5}) for step in range(1000)])
    double = Summary.Value(tag="double", tensor=make_tensor_proto(np.float64(0.1)))
    summary = Summary(value=[double])
    events = (Event(wall_time=T0, step=step, summary=summary) for step in range(1000))
    path.write_bytes(path.read_bytes() + event_bytes(events))
    progress = loaded_store(tmp_path).catalog.progress
    assert 44_000 <= progress.memory <= 1.1 * 44_000


def test_tags_count_as_memory_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A tag for each step would fill it long before its points do; tables that runs share count
    once."""
    for name in ("a", "b"):
        write_events(tmp_path / name, [(step, {f"tag {step}": 0.5}) for step in range(2000)])
    one = 2000 * (20 + 8 + TAG_SIZE)
    assert one < loaded_store(tmp_path).catalog.progress.memory < 1.3 * one
    monkeypatch.setattr(crew, "AT_ONCE", 1)
    store = Store(LogdirSpec.single(tmp_path), memory_limit=2000 * 100)
    store.refresh()
    assert "memory is used up" in store.catalog.problems[0].message


def test_after_growth_only_the_new_bytes_are_read(tmp_path: Path, counted: Counted) -> None:
    """Of the file that grew, and the few before them that show that it is the same file."""
    grows = write_events(tmp_path / "a", [(step, {"v": 1.0}) for step in range(5000)])
    write_events(tmp_path / "b", [(step, {"v": 1.0}) for step in range(5000)])
    store = loaded_store(tmp_path)
    assert counted.bytes >= grows.stat().st_size
    for step in range(3):
        counted.files = counted.bytes = 0
        more = event_bytes([scalar_event(5000 + step, {"v": 1.0})])
        with grows.open("ab") as file:
            file.write(more)
        store.refresh()
        assert (counted.files, counted.bytes) == (1, len(more) + stretch.WITNESS)
    assert store.catalog.progress.points == 10_003


def test_where_nothing_changed_no_file_is_opened(tmp_path: Path, counted: Counted) -> None:
    """Not even one that ends in a record that is not finished."""
    path = write_events(tmp_path, [(step, {"v": 1.0}) for step in range(9)])
    path.write_bytes(path.read_bytes()[:-5])
    store = loaded_store(tmp_path)
    assert counted.files == 1
    store.refresh()
    assert counted.files == 1


def test_points_can_be_seen_while_others_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The newest run is whole in a catalog that still is loading, and so on to the oldest."""
    for number in range(4):
        path = write_events(tmp_path / str(number), [(step, {"v": 1.0}) for step in range(100)])
        os.utime(path, (T0 + number, T0 + number))
    monkeypatch.setattr(crew, "AT_ONCE", 1)
    monkeypatch.setattr(store_module, "SOON", 0)
    monkeypatch.setattr(store_module, "PUBLISH_INTERVAL", -1)
    monkeypatch.setattr(store_module, "PUBLISH_SHARE", math.inf)
    store = Store(LogdirSpec.single(tmp_path))
    seen: list[Catalog] = []
    real = store._publish

    def publish(phase: Any) -> None:
        real(phase)
        seen.append(store.catalog)

    monkeypatch.setattr(store, "_publish", publish)
    store.refresh()
    told = [
        (catalog.phase, [run.id for run in catalog.runs if run.find("scalar", "v")])
        for catalog in seen
    ]
    assert told == [
        ("loading", []),
        ("loading", ["3"]),
        ("loading", ["2", "3"]),
        ("loading", ["1", "2", "3"]),
        ("loading", ["0", "1", "2", "3"]),
        ("ready", ["0", "1", "2", "3"]),
    ]
    assert [c.progress.files_read for c in seen] == [0, 1, 2, 3, 4, 4]


def test_publications_take_a_tenth_of_the_time_at_most(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where each takes half a second, for thousands of runs, the next comes after five."""
    now = [100.0]
    monkeypatch.setattr(store_module.time, "monotonic", lambda: now[0])
    store = Store(LogdirSpec.single(tmp_path))
    real = store._current_runs

    def slow(version: int) -> tuple[Run, ...]:
        now[0] += 0.5
        return real(version)

    monkeypatch.setattr(store, "_current_runs", slow)
    store._publish("loading")
    assert store._publish_at == pytest.approx(100.5 + 5)
