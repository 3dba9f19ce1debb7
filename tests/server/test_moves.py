"""What moved between catalogs: no more is told than did, and never less."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from builders import append, event_bytes, loaded_store, restart_event, write_events

from neuronboard.server import moves
from neuronboard.server.moves import Now
from neuronboard.store import Store


class _Log:
    """A log directory that is read when `look` is called."""

    def __init__(self, folder: Path, runs: str = "abc") -> None:
        self.folder = folder
        for name in runs:
            write_events(folder / name, [(0, {"v": 1.0, "w": 1.0})])
        self.store: Store = loaded_store(folder)
        self.now: Now = moves.begin(self.store.catalog)
        self.start = self.now.version

    def look(self) -> None:
        self.store.refresh()
        if self.store.catalog.version != self.now.version:
            self.now = moves.step(self.now, self.store.catalog)

    def told(self, version: int | None, *tags: str) -> Any:
        return json.loads(self.now.since(version, tags or None, "life"))

    def moved(self, version: int, *tags: str) -> Any:
        return self.told(version, *tags)["moved"]


@pytest.fixture
def log(tmp_path: Path) -> _Log:
    """Runs a, b and c with the tags v and w."""
    return _Log(tmp_path)


def test_only_what_grew_is_told(log: _Log) -> None:
    """The tag in the run; and no list has changed."""
    append(log.folder / "b", 1, "w")
    log.look()
    told = log.told(log.start)
    assert told["moved"] == [[["w"], "1"]]
    assert set(told["marks"].values()) == {log.start}
    assert told["facts"]["points"] == 7
    assert log.moved(log.start, "v") == []
    assert log.moved(log.start, "v", "w") == [[["w"], "1"]]


def test_tags_that_moved_in_the_same_runs_are_told_together(log: _Log) -> None:
    """So that five hundred runs that grow are a few bytes."""
    for name in "abc":
        append(log.folder / name, 1, "v", "w")
    log.look()
    assert log.moved(log.start) == [[["v", "w"], "0-2"]]


def test_several_moves_are_told_as_one(log: _Log) -> None:
    """From wherever the client was; nothing from where it is."""
    append(log.folder / "a", 1, "v")
    log.look()
    middle = log.now.version
    append(log.folder / "c", 1, "v")
    log.look()
    assert log.moved(log.start) == [[["v"], "0,2"]]
    assert log.moved(middle) == [[["v"], "2"]]
    assert log.moved(log.now.version) == []


def test_who_is_far_behind_may_have_missed_anything(log: _Log) -> None:
    """Or knows a catalog that this server has not had."""
    for step in range(1, moves.REMEMBERED + 3):
        append(log.folder / "a", step, "v")
        log.look()
    assert log.moved(log.start) is None
    assert log.moved(log.start + 2) == [[["v"], "0"]]
    assert log.moved(log.now.version + 1) is None
    assert log.told(None)["moved"] is None


def test_a_new_tag_changes_the_list_of_tags(log: _Log) -> None:
    """Not that of runs."""
    append(log.folder / "a", 1, "new")
    log.look()
    marks = log.told(log.start)["marks"]
    assert (marks["tags"], marks["runs"]) == (log.now.version, log.start)
    assert log.moved(log.start) == [[["new"], "0"]]
    middle = log.now.version
    append(log.folder / "a", 2, "new")
    log.look()
    assert log.told(middle)["marks"]["tags"] == middle


def test_a_new_run_changes_every_list(log: _Log) -> None:
    """And all its tags moved; a run that is gone changes them too."""
    write_events(log.folder / "aa", [(0, {"v": 1.0})])
    log.look()
    marks = log.told(log.start)["marks"]
    assert (marks["runs"], marks["tags"]) == (log.now.version, log.now.version)
    assert log.moved(log.start) == [[["v"], "1"]]
    [path] = (log.folder / "aa").iterdir()
    os.remove(path)
    log.look()
    assert log.told(log.start)["marks"]["runs"] == log.now.version


def test_a_graph_changes_what_is_no_scalar(log: _Log) -> None:
    """No curve has moved."""
    write_events(log.folder / "a" / "tfevents.graph", graph_def=b"\x0a\x04\x0a\x02ab")
    log.look()
    told = log.told(log.start)
    assert (told["marks"]["others"], told["marks"]["runs"]) == (log.now.version, log.start)
    assert told["moved"] == []


def test_a_restart_moves_every_curve_of_its_run(log: _Log) -> None:
    """Points became void that were there before, of tags that got none."""
    with next((log.folder / "b").iterdir()).open("ab") as file:
        file.write(event_bytes([restart_event(0)]))
    append(log.folder / "b", 0, "v")
    log.look()
    assert log.moved(log.start) == [[["v", "w"], "1"]]


def test_a_replaced_file_moves_every_curve_of_its_run(log: _Log) -> None:
    """Its tags may be others."""
    other = write_events(log.folder / "other.tfevents", [(7, {"v": 3.0})])
    os.replace(other, next((log.folder / "c").iterdir()))
    log.look()
    assert log.moved(log.start, "v", "w") == [[["v", "w"], "2"]]
    assert log.told(log.start)["marks"]["tags"] == log.now.version


def test_what_is_wrong_changes_the_status(log: _Log) -> None:
    """Growth does not: every move tells how much there is."""
    path = next((log.folder / "a").iterdir())
    append(path, 1, "v")
    log.look()
    assert log.told(log.start)["marks"]["status"] == log.start
    with path.open("ab") as file:
        file.write(bytes(100))
    append(path, 2, "v")
    log.look()
    assert log.store.catalog.problems
    assert log.told(log.start)["marks"]["status"] == log.now.version


def test_a_grown_run_takes_over_which_tags_it_has(log: _Log) -> None:
    """The same object; not when there are new ones."""
    before = log.store.catalog.runs[0].scalar_tags
    append(log.folder / "a", 1, "v")
    log.look()
    assert log.store.catalog.runs[0].scalar_tags is before
    append(log.folder / "a", 2, "v", "new")
    log.look()
    assert log.store.catalog.runs[0].scalar_tags == ("v", "w", "new")


def test_five_hundred_runs_that_grow_are_told_in_few_bytes(tmp_path: Path) -> None:
    """Whatever they are called, and however long they are."""
    names = [f"experiment_with_a_long_name_{number:03d}" for number in range(500)]
    for name in names:
        write_events(tmp_path / name, [(step, {"v": 1.0}) for step in range(20)])
    log = _Log(tmp_path, "")
    for name in names:
        append(tmp_path / name, 20, "v")
    log.look()
    assert log.moved(log.start, "v") == [[["v"], "0-499"]]
    assert len(log.now.since(log.start, ("v",), "life")) < 300
