"""The store: what is read, what is kept, what is said of damage, what is followed."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import numpy as np
import pytest
from builders import event_bytes, loaded_store, restart_event, scalar_event, write_events

from neuronboard.errors import SettingError
from neuronboard.store import LogdirSpec, Store
from neuronboard.store import store as store_module
from neuronboard.store.logdir import Listing

GOLDEN = Path(__file__).parents[1] / "golden" / "events"


def _golden(name: str, folder: Path) -> Store:
    shutil.copy(GOLDEN / f"{name}.tfevents", folder / f"{name}.tfevents")
    return loaded_store(folder)


def test_tensorflows_file_is_read(tmp_path: Path) -> None:
    """Five series of 100 steps, and the graph."""
    store = _golden("tensorflow_final_0x", tmp_path)
    [run] = store.catalog.runs
    tags = ["input", "weight", "output", "correct_value", "loss"]
    assert {tag: len(run.series["scalar", tag]) for tag in tags} == dict.fromkeys(tags, 100)
    assert ("graph", "graph") in run.series
    assert store.catalog.problems == ()


def test_torchs_file_is_read(tmp_path: Path) -> None:
    """Scalars of every style; double precision stays float64."""
    store = _golden("torch_scalars", tmp_path)
    [run] = store.catalog.runs
    assert sum(kind == "scalar" for kind, _ in run.series) > 3
    assert {s.values.dtype for s in run.series.values() if s.values is not None} >= {
        np.dtype(np.float32),
        np.dtype(np.float64),
    }


@pytest.mark.parametrize(
    ("name", "points", "damaged"),
    [
        ("flip_payload_mid", 19, 1),
        ("flip_length_mid", 19, 1),
        ("flip_length_huge", 19, 1),
        ("truncated_payload", 19, 0),
        ("trailing_garbage", 20, 0),
        ("empty_record", 20, 0),
        ("garbage", 0, 1),
        ("zeros", 0, 1),
    ],
)
def test_damage_costs_what_it_hits_and_is_reported(
    name: str, points: int, damaged: int, tmp_path: Path
) -> None:
    """Every good record is kept; each damaged place is named once."""
    store = _golden(name, tmp_path)
    [run] = store.catalog.runs
    assert len(run.series["scalar", "v"] if points else ()) == points
    assert len(store.catalog.problems) == damaged
    for problem in store.catalog.problems:
        assert problem.path.endswith(f"{name}.tfevents")
        assert problem.skipped > 0


def test_points_are_kept_in_file_order_with_all_oddities(tmp_path: Path) -> None:
    """Repeated steps, steps back, negative and huge ones, NaN and infinities."""
    steps = [0, 5, 5, 3, -7, 2**62]
    values = [1.0, float("nan"), float("inf"), -float("inf"), 0.1, 2.0]
    points = [(s, {"v": v}) for s, v in zip(steps, values, strict=True)]
    write_events(tmp_path, points)
    series = loaded_store(tmp_path).catalog.runs[0].series["scalar", "v"]
    assert series.steps.tolist() == steps
    np.testing.assert_array_equal(series.values, np.array(values, np.float32))


def test_a_folder_is_missing_then_empty_then_ready(tmp_path: Path) -> None:
    """The phase says which, and data are picked up when they come."""
    logdir = tmp_path / "log"
    store = Store(LogdirSpec.single(logdir))
    store.refresh()
    assert store.catalog.phase == "missing"
    logdir.mkdir()
    store.refresh()
    assert store.catalog.phase == "empty"
    write_events(logdir / "run", [(0, {"v": 1.0})])
    store.refresh()
    assert store.catalog.phase == "ready"
    assert [run.id for run in store.catalog.runs] == ["run"]


def test_a_growing_file_extends_its_series(tmp_path: Path) -> None:
    """Half a record waits; what is new is told from what was there; old views do not change."""
    path = write_events(tmp_path, [(0, {"v": 1.0})])
    store = loaded_store(tmp_path)
    before = store.catalog.runs[0].series["scalar", "v"]
    version = store.catalog.version
    more = event_bytes([scalar_event(1, {"v": 2.0})])
    with path.open("ab") as file:
        file.write(more[:20])
    store.refresh()
    assert len(store.catalog.runs[0].series["scalar", "v"]) == 1
    with path.open("ab") as file:
        file.write(more[20:])
    store.refresh()
    after = store.catalog.runs[0].series["scalar", "v"]
    assert after.steps.tolist() == [0, 1]
    assert before.steps.tolist() == [0]
    assert after.segments[0].length_at(version) == 1
    with pytest.raises(ValueError, match="read-only"):
        after.steps[0] = 9


def test_a_replaced_file_starts_anew(tmp_path: Path) -> None:
    """Another file under the same name: its points only."""
    path = write_events(tmp_path, [(0, {"v": 1.0}), (1, {"v": 2.0})])
    store = loaded_store(tmp_path)
    version = store.catalog.version
    other = write_events(tmp_path / "other.tfevents", [(7, {"v": 3.0})])
    os.replace(other, path)
    store.refresh()
    new = store.catalog.runs[0].series["scalar", "v"]
    assert new.steps.tolist() == [7]
    assert new.segments[0].length_at(version) is None


def test_several_files_of_a_run_lose_nothing(tmp_path: Path) -> None:
    """Two writers, overlapping steps; the older file grows later."""
    a = write_events(tmp_path / "events.out.tfevents.1", [(s, {"v": 1.0}) for s in range(10)])
    write_events(tmp_path / "events.out.tfevents.2", [(s, {"v": 2.0}) for s in range(5)])
    store = loaded_store(tmp_path)
    with a.open("ab") as file:
        file.write(event_bytes([scalar_event(10, {"v": 1.0})]))
    store.refresh()
    assert len(store.catalog.runs[0].series["scalar", "v"]) == 16


def test_runs_are_listed_in_natural_order_through_links(tmp_path: Path) -> None:
    """run 2 before run 10, 0.02 before 0.1; a loop of links ends; a vanished run goes."""
    for name in ("run 10", "run 2", "가나다", "lr=0.1", "lr=0.02", "lr=1e-4"):
        write_events(tmp_path / name, [(0, {"v": 1.0})])
    (tmp_path / "run 2" / "up").symlink_to(tmp_path)
    store = loaded_store(tmp_path)
    assert [run.id for run in store.catalog.runs] == [
        "lr=1e-4",
        "lr=0.02",
        "lr=0.1",
        "run 2",
        "run 10",
        "가나다",
    ]
    shutil.rmtree(tmp_path / "run 10")
    store.refresh()
    assert [run.id for run in store.catalog.runs][-2:] == ["run 2", "가나다"]


def test_a_record_longer_than_a_chunk_is_read(tmp_path: Path) -> None:
    """A graph of five megabytes between scalars."""
    write_events(tmp_path, [(0, {"v": 1.0})], graph_def=b"\x0a\x04\x0a\x02ab" * 800_000)
    store = loaded_store(tmp_path)
    series = store.catalog.runs[0].series
    assert len(store.read(series["graph", "graph"].locators[0])) == 6 * 800_000
    assert len(series["scalar", "v"]) == 1


def test_the_thread_follows_a_writer(tmp_path: Path) -> None:
    """A point written while the store runs is published, without anybody asking."""
    path = write_events(tmp_path, [(0, {"v": 1.0})])
    store = Store(LogdirSpec.single(tmp_path), poll_interval=0.2)
    store.start()
    try:
        catalog = store.catalog
        while catalog.progress.points < 1:
            catalog = store.wait_beyond(catalog.version, timeout=10)
        with path.open("ab") as file:
            file.write(event_bytes([scalar_event(1, {"v": 2.0})]))
        catalog = store.wait_beyond(catalog.version, timeout=10)
        assert catalog.progress.points == 2
    finally:
        store.close()


def test_a_defect_of_ours_is_shown_and_survived(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The problem is in the catalog, the trace at the terminal; the next look succeeds."""
    write_events(tmp_path, [(0, {"v": 1.0})])
    store = Store(LogdirSpec.single(tmp_path), poll_interval=0.05)
    real, failures = store_module.list_event_files, [ZeroDivisionError("once")]

    def list_or_fail(spec: LogdirSpec) -> Listing:
        if failures:
            raise failures.pop()
        return real(spec)

    monkeypatch.setattr(store_module, "list_event_files", list_or_fail)
    store.start()
    try:
        catalog = store.wait_beyond(1, timeout=10)
        assert "ZeroDivisionError('once')" in catalog.problems[0].message
        while catalog.problems or catalog.progress.points < 1:
            catalog = store.wait_beyond(catalog.version, timeout=10)
        assert "Traceback" in capsys.readouterr().err
    finally:
        store.close()


def test_without_file_events_the_thread_looks_by_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As where the limit of inotify watches is reached, or on a network file system."""

    def no_watch(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("watchfiles._rust_notify.RustNotify", no_watch)
    path = write_events(tmp_path, [(0, {"v": 1.0})])
    store = Store(LogdirSpec.single(tmp_path), poll_interval=0.05)
    store.start()
    try:
        catalog = store.catalog
        while catalog.progress.points < 1:
            catalog = store.wait_beyond(catalog.version, timeout=10)
        with path.open("ab") as file:
            file.write(event_bytes([scalar_event(1, {"v": 2.0})]))
        while catalog.progress.points < 2:
            catalog = store.wait_beyond(catalog.version, timeout=10)
    finally:
        store.close()


def test_named_roots_prefix_their_runs(tmp_path: Path) -> None:
    """--logdir_spec a:…,b:…"""
    for name in ("x", "y"):
        write_events(tmp_path / name / "run", [(0, {"v": 1.0})])
    write_events(tmp_path / "x", [(0, {"v": 1.0})])
    store = Store(LogdirSpec.parse(f"a:{tmp_path / 'x'},b:{tmp_path / 'y'}"))
    store.refresh()
    assert [run.id for run in store.catalog.runs] == ["a", "a/run", "b/run"]


@pytest.mark.parametrize("spec", ["", "logs", ":x", "a:", "a:x,a:y", "/a:x"])
def test_a_wrong_spec_is_refused_with_the_right_form(spec: str) -> None:
    """The message shows how to write one."""
    with pytest.raises(SettingError, match="logdir_spec"):
        LogdirSpec.parse(spec)


def test_the_tenth_writer_of_a_second_wrote_after_the_ninth(tmp_path: Path) -> None:
    """Numbers in names count as numbers, so a restart is known to be one."""
    names = [f"events.out.tfevents.1700000000.host.77.{number}" for number in (9, 10)]
    write_events(tmp_path / names[0], [(i, {"v": 1.0}) for i in range(10)])
    restart = [restart_event(5), *(scalar_event(i, {"v": 2.0}) for i in range(5, 10))]
    (tmp_path / names[1]).write_bytes(event_bytes(restart))
    [run] = loaded_store(tmp_path).catalog.runs
    first, second = run.series["scalar", "v"].segments
    assert (first.id, first.purge_step, second.purge_step) == (names[0], 5, None)
