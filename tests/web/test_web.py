"""Runs the browser side's own checks: types by tsc, unit tests by Node's test runner."""

from __future__ import annotations

import subprocess
from pathlib import Path

import prepare
import pytest

ROOT = Path(__file__).resolve().parents[2]
TESTS = sorted(str(p.relative_to(ROOT)) for p in (ROOT / "tests" / "web").rglob("*.test.js"))


def test_the_types_hold() -> None:
    """tsc, strict, finds nothing to complain of in web/."""
    done = _run([*prepare.tsc(), "--project", str(ROOT / "tsconfig.json")])
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("path", TESTS)
def test_node_tests_pass(path: str) -> None:
    """One file of tests/web; its own report is shown when it fails."""
    done = _run([prepare.node(), "--test", path])
    assert done.returncode == 0, done.stdout + done.stderr


def test_there_are_node_tests() -> None:
    """The list above is found, not written, so an empty one would pass unseen."""
    assert TESTS


def _run(command: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
