"""A file that several threads read in stretches gives what one thread finds in the whole of it."""

from __future__ import annotations

import itertools
import random
import re
import threading
from pathlib import Path
from typing import Any

import pytest
from builders import T0, event_bytes, loaded_store, restart_event, scalar_event, write_events
from formats.scans import damaged

from neuronboard.formats.event_file import first_event
from neuronboard.pb.event_pb2 import Event
from neuronboard.pb.summary_pb2 import Summary
from neuronboard.store import LogdirSpec, Store, crew, log_file
from neuronboard.store.stretch import Reading, Stretch


def _log(rnd: random.Random) -> bytes:
    """Scalars of three tags, images of very different sizes, restarts."""
    events = [first_event(T0)]
    for step in range(150):
        events.append(scalar_event(step, {f"tag {rnd.randrange(3)}": rnd.random()}))
        if rnd.random() < 0.1:
            image = Summary.Image(encoded_image_string=rnd.randbytes(rnd.choice([10, 900, 4000])))
            summary = Summary(value=[Summary.Value(tag="image", image=image)])
            events.append(Event(wall_time=T0, step=step, summary=summary))
        if rnd.random() < 0.01:
            events.append(restart_event(step // 2))
    return event_bytes(events)


def _content(store: Store) -> dict[str, Any]:
    """Everything that readers see, however it is cut into batches."""
    found: dict[str, Any] = {
        "problems": [(p.offset, p.skipped, p.message) for p in store.catalog.problems],
        "points": store.catalog.progress.points,
    }
    for run in store.catalog.runs:
        for key, series in run.series.items():
            columns = (series.steps.tolist(), series.wall_times.tolist(), series.locators)
            parts = [(s.id, len(s), s.purge_step) for s in series.segments]
            values = None if series.values is None else series.values.tolist()
            found[str((run.id, key))] = (columns, values, parts)
    return found


def _in_stretches(patch: pytest.MonkeyPatch, size: int) -> None:
    patch.setattr(log_file, "STRETCH", size)
    patch.setattr(crew, "INLINE", 0)
    patch.setattr(crew, "SMALL", 0)
    patch.setattr(crew, "TOGETHER", 0)
    patch.setattr(crew, "processors", lambda: 3)


@pytest.mark.parametrize("seed", range(60))
def test_stretches_of_any_size_give_the_whole(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whole files and damaged ones; stretches shorter than a record among them."""
    rnd = random.Random(seed)
    data = _log(rnd)
    if seed % 3:
        data = damaged(data, rnd)
    (tmp_path / "events.out.tfevents.1").write_bytes(data)
    whole = _content(loaded_store(tmp_path))
    with monkeypatch.context() as patch:
        _in_stretches(patch, rnd.choice([50, 300, 1000, 5000]))
        assert _content(loaded_store(tmp_path)) == whole


def test_what_was_begun_when_the_memory_was_used_up_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also files that another thread was reading just then: each is whole, or is named."""
    names = list("abcdefgh")
    for name in names:
        write_events(tmp_path / name, [(step, {"v": 1.0}) for step in range(1000)])
    _in_stretches(monkeypatch, 1 << 20)
    store = Store(LogdirSpec.single(tmp_path), memory_limit=1)
    calls, first_is_taken = itertools.count(), threading.Event()
    real_read, real_take = crew.read, store._take

    def read(stretch: Stretch) -> Reading:
        if next(calls) > 0:
            first_is_taken.wait(timeout=20)
        return real_read(stretch)

    def take(reading: Reading, of: crew.Crew) -> None:
        real_take(reading, of)
        first_is_taken.set()

    monkeypatch.setattr(crew, "read", read)
    monkeypatch.setattr(store, "_take", take)
    store.refresh()
    series = {run.id: run.find("scalar", "v") for run in store.catalog.runs}
    whole = [name for name in names if series[name] is not None]
    [problem] = store.catalog.problems
    assert f"{len(whole)} of 8 runs are shown whole" in problem.message
    for name in set(names) - set(whole):
        assert re.search(rf"[ ,]{name}[,. ]", problem.message) or "more" in problem.message


def test_files_are_read_by_several_threads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two stretches are under way at the same time: each waits for the other to have begun."""
    for name in "ab":
        (tmp_path / name).mkdir()
        (tmp_path / name / "events.out.tfevents.1").write_bytes(_log(random.Random(1)))
    together = threading.Barrier(2, timeout=20)
    real = crew.read

    def read(stretch: Stretch) -> Reading:
        together.wait()
        return real(stretch)

    _in_stretches(monkeypatch, 1 << 20)
    monkeypatch.setattr(crew, "read", read)
    store = loaded_store(tmp_path)
    assert [len(run.series["scalar", "tag 1"]) > 0 for run in store.catalog.runs] == [True, True]
