"""The document of the routes says what is true: its routes, and each difference with its test."""

from __future__ import annotations

import re

from dashboards.tensorboard.differences import DIFFERENCES
from dashboards.tensorboard.recordings import GOLDEN

from neuronboard.dashboards.tensorboard.routes import ASKED_BY_FORM, READ

ROOT = GOLDEN.parents[1]
TEXT = (ROOT / "docs" / "tensorboard-routes.md").read_text("utf-8")
ROWS = {
    cells[0]: cells[-1].strip("`")
    for line in TEXT.partition("## Differences")[2].splitlines()
    if line.startswith("| ") and len(cells := [cell.strip() for cell in line.split("|")[1:-1]]) == 4
}
RECORDINGS = "tests/dashboards/tensorboard/test_recordings.py"
del ROWS["difference"]


def test_each_difference_names_a_test() -> None:
    """A file, and where it is not the recordings a function in it."""
    for test in ROWS.values():
        path, _, name = test.partition("::")
        text = (ROOT / path).read_text("utf-8")
        assert path == RECORDINGS or f"def {name}(" in text


def test_the_differences_of_the_recordings_are_those_of_the_document() -> None:
    """Neither has one that the other lacks."""
    documented = {row for row, test in ROWS.items() if test == RECORDINGS}
    assert documented == {found.row for found in DIFFERENCES}


def test_the_routes_of_the_document_are_those_there_are() -> None:
    """Neither has one that the other lacks."""
    table = TEXT.partition("## Routes")[2].partition("## Differences")[0]
    assert set(re.findall(r"`(/[\w./]+)", table)) == {*READ, *ASKED_BY_FORM}
