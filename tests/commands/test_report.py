"""`neuronboard report` before it writes: what a link says that it is to open with."""

from __future__ import annotations

from pathlib import Path

import pytest

from neuronboard.commands.report import spelt_out
from neuronboard.errors import NotFoundQueryError
from neuronboard.server.view_files import ViewFiles
from neuronboard.store import LogdirSpec

HOST = "http://localhost:6006/"


@pytest.fixture
def spec(tmp_path: Path) -> LogdirSpec:
    """A log directory with a view called "best of all"."""
    (tmp_path / "logs").mkdir()
    made = LogdirSpec.single(str(tmp_path / "logs"))
    values = {"smoothing": "0.6", "filter": "lr < 1"}
    ViewFiles(made).write("best of all", {"dashboard": "scalars", "values": values})
    return made


def test_a_link_without_a_view_is_taken_as_it_is(spec: LogdirSpec) -> None:
    """Also one that says nothing."""
    assert spelt_out(f"{HOST}#scalars?filter=a%20b&axis=wall", spec) == (
        "#scalars?filter=a%20b&axis=wall"
    )
    assert spelt_out(HOST, spec) == ""


def test_a_named_view_is_spelt_out_with_what_the_link_changes(spec: LogdirSpec) -> None:
    """What the link says counts more, and what it says nothing for is as usual."""
    assert spelt_out(f"{HOST}#scalars?view=best+of+all&axis=wall", spec) == (
        "#scalars?filter=lr+%3C+1&smoothing=0.6&axis=wall"
    )
    changed = f"{HOST}#scalars?view=best+of+all&smoothing=&filter=b"
    assert spelt_out(changed, spec) == "#scalars?filter=b"


def test_a_view_that_is_not_there_is_said(spec: LogdirSpec) -> None:
    """A report without it would show something else in silence."""
    with pytest.raises(NotFoundQueryError, match="there is no view 'gone'"):
        spelt_out(f"{HOST}#scalars?view=gone", spec)
