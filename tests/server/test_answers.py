"""What the browser-side tests are fed with is what the server says."""

from __future__ import annotations

from pathlib import Path

import answers
import pytest


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The log that the answers are about."""
    return answers.write_log(tmp_path_factory.mktemp("answers"))


@pytest.mark.parametrize("name", answers.URLS)
def test_the_answer_is_the_contract(log: Path, name: str) -> None:
    """After a wanted change: `python tests/answers.py`."""
    assert answers.ask(log, name) == answers.kept(name)
