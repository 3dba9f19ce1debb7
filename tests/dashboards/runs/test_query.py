"""The table of runs: status by the newest event's age, hyper-parameters, and who inherits them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from builders import T0, append, event_bytes, loaded_store, write_events

from neuronboard.dashboards.runs.query import Table, is_running, table
from neuronboard.kinds import hparams
from neuronboard.pb.event_pb2 import Event
from neuronboard.pb.summary_pb2 import Summary
from neuronboard.store.summary import Progress

DAY = 86_400


def _asked(folder: Path, now: float = T0 + 10, *tags: str) -> Table:
    return table(loaded_store(folder).catalog, tags, now)


def _params(folder: Path, params: Mapping[str, object]) -> None:
    """Writes a session's start into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    value = hparams.encode_session_start(params)
    event = Event(wall_time=T0, summary=Summary(value=[value]))
    (folder / "events.out.tfevents.1699999999.host").write_bytes(event_bytes([event]))


@pytest.mark.parametrize(
    ("age", "pace", "running"),
    [
        (0, 0, True),
        (149, 0, True),  # torch keeps events for up to 120 s
        (151, 0, False),
        (151, 60, True),  # one step a minute: five are waited for
        (301, 60, False),
        (4 * 3600, 3600, True),
        (-600, 1, True),  # a clock that is ten minutes ahead
        (-2 * DAY, 1, False),
    ],
)
def test_a_run_runs_while_its_newest_event_is_young(age: float, pace: float, running: bool) -> None:
    """Young is as long as a writer keeps events, or as the run itself takes for a few steps."""
    assert is_running(Progress(T0, 10, pace, None, None), T0 + age) is running
    assert not is_running(Progress(None, 0, 0, None, None), T0)


def test_the_status_tells_of_divergence_before_all(tmp_path: Path) -> None:
    """Whether the run goes on is told beside it."""
    write_events(tmp_path / "a", [(0, {"v": float("nan")})])
    write_events(tmp_path / "b", [(0, {"v": 1.0})])
    found = _asked(tmp_path)
    assert (found.statuses, found.running) == (["diverged", "running"], [True, True])
    assert _asked(tmp_path, T0 + DAY).statuses == ["diverged", "stopped"]


def test_a_run_that_goes_on_runs_again(tmp_path: Path) -> None:
    """It is decided anew each time."""
    write_events(tmp_path / "a", [(0, {"v": 1.0})])
    assert _asked(tmp_path, T0 + 1000).statuses == ["stopped"]
    append(tmp_path / "a", 900, "v")
    assert _asked(tmp_path, T0 + 1000).statuses == ["running"]


def test_hyper_parameters_are_numbers_texts_and_truths(tmp_path: Path) -> None:
    """As they were written."""
    write_events(tmp_path / "a", [(0, {"v": 1.0})])
    _params(tmp_path / "a", {"lr": 1e-3, "bs": 32, "opt": "adam", "ema": False})
    assert _asked(tmp_path).params == [{"bs": 32.0, "ema": False, "lr": 1e-3, "opt": "adam"}]


def test_runs_below_inherit_and_a_run_takes_those_that_torch_writes_below_it(
    tmp_path: Path,
) -> None:
    """Own ones first, then the nearest above, then those below if they agree."""
    for name in ("top/train", "top/own", "topping", "torch", "torch/17", "search", "alone"):
        write_events(tmp_path / name, [(0, {"v": 1.0})])
    _params(tmp_path / "top", {"lr": 1})
    _params(tmp_path / "top" / "own", {"lr": 2})
    _params(tmp_path / "torch" / "17", {"lr": 3})
    _params(tmp_path / "search" / "1", {"lr": 4})
    _params(tmp_path / "search" / "2", {"lr": 5})
    found = _asked(tmp_path)
    by_run = {
        run.id: params.get("lr") for run, params in zip(found.runs, found.params, strict=True)
    }
    assert by_run == {
        "alone": None, "search": None, "search/1": 4, "search/2": 5, "top": 1, "top/own": 2,
        "top/train": 1, "topping": None, "torch": 3, "torch/17": 3,
    }  # fmt: skip


def test_hyper_parameters_that_cannot_be_read_are_none(tmp_path: Path) -> None:
    """The run is shown without them."""
    broken = hparams.encode_session_start({"lr": 1})
    broken.metadata.plugin_data.content = b"\xff\xff"
    event = Event(wall_time=T0, summary=Summary(value=[broken]))
    (tmp_path / "events.out.tfevents.1").write_bytes(event_bytes([event]))
    assert _asked(tmp_path).params == [{}]


def test_a_tag_that_a_run_does_not_have_is_empty(tmp_path: Path) -> None:
    """Every tag has a place for every run."""
    write_events(tmp_path / "a", [(0, {"v": 1.0})])
    write_events(tmp_path / "b", [(0, {"w": 1.0})])
    summaries = _asked(tmp_path, T0, "v", "w", "v").summaries
    assert list(summaries) == ["v", "w"]
    assert [found.last is None for found in summaries["v"]] == [False, True]
