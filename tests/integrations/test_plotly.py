"""The Plotly figure of a log directory."""

from __future__ import annotations

from pathlib import Path

import pytest
from builders import write_events

from neuronboard.errors import NotFoundQueryError
from neuronboard.integrations.plotly import figure


def test_a_line_for_each_run(tmp_path: Path) -> None:
    """Steps and values as written, runs by name."""
    write_events(tmp_path / "a", [(0, {"loss": 2.0}), (10, {"loss": 1.0})])
    write_events(tmp_path / "b", [(0, {"loss": 4.0, "other": 1.0})])
    drawn = figure(tmp_path, "loss")
    assert [line.name for line in drawn.data] == ["a", "b"]
    assert (list(drawn.data[0].x), list(drawn.data[0].y)) == ([0, 10], [2.0, 1.0])
    assert drawn.layout.title.text == "loss"


def test_an_unknown_tag_names_those_there_are(tmp_path: Path) -> None:
    """And the folder."""
    write_events(tmp_path / "a", [(0, {"loss": 2.0})])
    with pytest.raises(NotFoundQueryError, match="no run has the scalar tag 'acc'; there are loss"):
        figure(tmp_path, "acc")
