"""`neuronboard show`, as it is typed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from builders import event_bytes, restart_event, scalar_event, write_events

from neuronboard.cli import main


@pytest.fixture
def logdir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two runs of two tags; one name is Korean."""
    monkeypatch.setenv("COLUMNS", "60")
    for number, name in enumerate(("실험 1", "long/name/of/a/run")):
        points = [(i, {"loss": 2.0 / (i + 1), "acc": float(number)}) for i in range(40)]
        write_events(tmp_path / name, points)
    return tmp_path


def test_every_curve_is_a_line(logdir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Under its tag, aligned, with its last value; nothing is wider than the terminal needs."""
    assert main(["show", str(logdir)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line for line in lines if line and not line.startswith(" ")] == ["acc", "loss"]
    rows = [line for line in lines if "at step 39" in line]
    assert [row.split()[0] for row in rows] == ["long/name/of/a/run", "실험"] * 2
    assert rows[3].split()[-4:] == ["0.05", "at", "step", "39"]
    # 실험 takes four columns of a terminal and two characters.
    assert rows[0].index("at step") == rows[1].index("at step") + 2


def test_a_tag_is_a_plot_and_words(logdir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Of the runs that were asked for."""
    assert main(["show", str(logdir), "loss", "--run", "실험 1"]) == 0
    out = capsys.readouterr().out
    assert "long/name" not in out
    assert "실험 1" in out
    assert "40 points, steps 0 to 39. Falls from 2 to " in out
    assert "Last 0.05 at step 39. Lowest 0.05 at step 39, highest 2 at step 0." in out
    assert sum("⠀" in line for line in out.splitlines()) == 8
    assert max(map(len, (line for line in out.splitlines() if "⠀" in line))) <= 60


def test_many_runs_are_cut_and_it_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Twenty of a tag, unless one asks for more."""
    for number in range(23):
        write_events(tmp_path / f"run{number}", [(0, {"a": 1.0})])
    assert main(["show", str(tmp_path)]) == 0
    out = capsys.readouterr().out
    assert "  and 3 more runs; --limit 0 prints all" in out
    assert len(out.splitlines()) == 22
    assert main(["show", str(tmp_path), "--limit", "0"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 24


def test_void_points_are_left_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What a restart declared void is not shown; damage is told on stderr."""
    path = write_events(tmp_path, [(i, {"a": float(i)}) for i in range(5)])
    again = event_bytes([restart_event(2), scalar_event(2, {"a": 9.0})])
    (path.parent / "events.out.tfevents.1700000099.host").write_bytes(again + b"damage" * 9)
    assert main(["show", str(tmp_path), "a"]) == 0
    printed = capsys.readouterr()
    assert "3 points, steps 0 to 2." in printed.out
    assert "Last 9 at step 2" in printed.out
    assert "neuronboard: " in printed.err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["show"], "the following arguments are required: LOGDIR"),
        (["show", "{}/nowhere"], "it does not exist: "),
        (["show", "{}", "los"], "there is no scalar tag 'los'; the first are: acc, loss"),
        (["show", "{}", "--run", "b"], "there is no run 'b'"),
        (["show", "{}", "--limit", "-1"], "--limit wants a number of runs"),
    ],
)
def test_a_wrong_question_is_answered_with_what_is_wrong(
    logdir: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], told: str
) -> None:
    """Exit code 1 and one sentence."""
    assert main([word.replace("{}", str(logdir)) for word in arguments]) == 1
    error = capsys.readouterr().err
    assert told in error
    assert len(error.splitlines()) == 1


def test_a_log_without_scalars_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It is no error."""
    write_events(tmp_path)
    assert main(["show", str(tmp_path)]) == 0
    assert capsys.readouterr().out == f"No scalars in {tmp_path} (1 event files)\n"


def test_a_reader_that_has_enough_is_no_error(logdir: Path) -> None:
    """As in `neuronboard show logs | head`: an exit code, and no word."""
    reader, writer = os.pipe()
    os.close(reader)
    command = [sys.executable, "-m", "neuronboard", "show", str(logdir)]
    done = subprocess.run(command, stdout=writer, stderr=subprocess.PIPE, check=False)
    os.close(writer)
    assert (done.returncode, done.stderr) == (1, b"")
