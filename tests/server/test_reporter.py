"""What the terminal says of loading, of damage and of what is not shown."""

from __future__ import annotations

from pathlib import Path

import pytest
from builders import write_events

from neuronboard.errors import SettingError
from neuronboard.server import serve as serve_module
from neuronboard.server.serve import MOST_TOLD, Reporter
from neuronboard.server.settings import parse
from neuronboard.store import Catalog, LogdirSpec, Problem, Progress, Store, crew


def _reporter(tmp_path: Path) -> Reporter:
    return Reporter(Store(LogdirSpec.single(tmp_path)))


def _catalog(*problems: Problem, phase: str = "ready") -> Catalog:
    progress = Progress(4, 3, 1_000_000, 4_000_000, 20_000, 400_000, 10**9)
    return Catalog(2, phase, "logs", progress, problems, ())  # type: ignore[arg-type]


def test_a_loading_folder_says_how_far_it_is(tmp_path: Path) -> None:
    """Share, bytes of bytes, files of files, points, problems."""
    said = serve_module._progress(_catalog(Problem("a", 1, 2, "x"), phase="loading"))
    assert said == (
        "Loading 25%: 1,000,000 of 4,000,000 bytes, 3 of 4 files, 20,000 points, 1 problem"
    )


def test_each_problem_is_told_once_with_its_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Damage with offset and bytes; what is not read at all without."""
    reporter = _reporter(tmp_path)
    damaged = Problem("logs/a", 1234, 56, "payload checksum mismatch")
    closed = Problem("logs/b", 0, 0, "the folder cannot be listed: Permission denied")
    for _ in range(2):
        reporter.report(_catalog(damaged, closed))
    assert capsys.readouterr().out.splitlines() == [
        "Loaded 20,000 points from 4 files: logs",
        "Damaged: payload checksum mismatch at byte 1,234, 56 bytes skipped: logs/a",
        "Not read: the folder cannot be listed: Permission denied: logs/b",
    ]


def test_noise_does_not_flood_the_terminal(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The first twenty, and one line that there are more."""
    problems = [Problem("logs/a", 100 * n, 50, "payload checksum mismatch") for n in range(100)]
    _reporter(tmp_path).report(_catalog(*problems))
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 1 + MOST_TOLD + 1
    assert lines[-1] == "There are more problems; the page lists them."


def test_a_directory_beyond_the_memory_says_what_is_missing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """--memory_limit is in gigabytes; the message has what is shown, what is not, and the flag."""
    monkeypatch.setattr(crew, "AT_ONCE", 1)
    for name in ("a", "b", "c"):
        write_events(tmp_path / name, [(s, {"v": 1.0}) for s in range(1000)])
    settings = parse([f"--logdir={tmp_path}", "--memory_limit=0.00001"], "1")
    assert settings.memory_limit == 10_000
    store = Store(settings.spec, memory_limit=settings.memory_limit)
    store.refresh()
    Reporter(store).report(store.catalog)
    said = capsys.readouterr().out
    assert "Not read: memory is used up" in said
    assert "1 of 3 runs are shown whole, the newest first" in said
    assert "--memory_limit" in said


@pytest.mark.parametrize("value", ["0", "-1", "nan"])
def test_a_senseless_memory_limit_is_refused(value: str, tmp_path: Path) -> None:
    """It must be above 0."""
    with pytest.raises(SettingError, match="memory_limit"):
        parse([f"--logdir={tmp_path}", f"--memory_limit={value}"], "1")
