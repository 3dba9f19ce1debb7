"""Questions about scalars, asked of a small store."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from builders import event_bytes, loaded_store, scalar_event, write_events

from neuronboard.dashboards.scalars import query
from neuronboard.errors import NotFoundQueryError, QueryError
from neuronboard.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Run a with tags x and y, run b with x."""
    write_events(tmp_path / "a", [(i, {"x": float(i), "y": 1.0}) for i in range(10)])
    write_events(tmp_path / "b", [(i, {"x": -float(i)}) for i in range(1000)])
    return loaded_store(tmp_path)


def test_tags_with_their_runs(store: Store) -> None:
    """In natural order."""
    found = query.tags(store.catalog)
    assert [(tag.tag, tag.runs) for tag in found] == [("x", ["a", "b"]), ("y", ["a"])]


def test_curves_of_some_runs_and_of_all(store: Store) -> None:
    """A run without the tag is left out; None is every run that has it."""
    assert [curve.run for curve in query.curves(store.catalog, "y", ["a", "b"])] == ["a"]
    both = query.curves(store.catalog, "x")
    assert [(curve.run, curve.total, len(curve.steps)) for curve in both] == [
        ("a", 10, 10),
        ("b", 1000, 1000),
    ]


def test_reduction_keeps_ends_and_extremes(store: Store) -> None:
    """At most four points a pixel; `total` still tells how many there are."""
    (curve,) = query.curves(store.catalog, "x", ["b"], pixels=50)
    assert len(curve.steps) <= 200
    assert curve.total == 1000
    assert (curve.steps[0], curve.steps[-1], curve.values.min()) == (0, 999, -999.0)


def test_since_a_version_only_what_came_later(store: Store, tmp_path: Path) -> None:
    """New points to append; a run that is new, or was replaced, comes whole."""
    before = store.catalog.version
    path = next((tmp_path / "a").iterdir())
    with path.open("ab") as file:
        file.write(event_bytes([scalar_event(10, {"x": 10.0})]))
    write_events(tmp_path / "c", [(0, {"x": 5.0})])
    store.refresh()
    curves = {curve.run: curve for curve in query.curves(store.catalog, "x", since=before)}
    assert (curves["a"].append, curves["a"].steps.tolist()) == (True, [10])
    assert (curves["b"].append, curves["b"].steps.tolist()) == (True, [])
    assert (curves["c"].append, curves["c"].steps.tolist()) == (False, [0])
    path.unlink()
    write_events(tmp_path / "a", [(0, {"x": 7.0})])
    store.refresh()
    (replaced,) = query.curves(store.catalog, "x", ["a"], since=store.catalog.version - 1)
    assert (replaced.append, replaced.values.tolist()) == (False, [7.0])


def test_who_is_too_far_behind_gets_everything(store: Store, tmp_path: Path) -> None:
    """Small batches are merged in time, and then it is not known any more what was new when."""
    first = store.catalog.version
    path = next((tmp_path / "a").iterdir())
    for step in range(10, 150):
        with path.open("ab") as file:
            file.write(event_bytes([scalar_event(step, {"x": 0.0})]))
        store.refresh()
    (curve,) = query.curves(store.catalog, "x", ["a"], since=first + 20)
    assert (curve.append, len(curve.steps)) == (False, 150)
    (curve,) = query.curves(store.catalog, "x", ["a"], since=store.catalog.version - 3)
    assert (curve.append, curve.steps.tolist()) == (True, [147, 148, 149])
    assert np.all(curve.values == 0)


@pytest.mark.parametrize(
    ("tag", "runs", "pixels", "error", "part"),
    [
        ("z", None, None, NotFoundQueryError, "no scalar tag 'z'"),
        ("x", ["nobody"], None, NotFoundQueryError, "no run 'nobody'"),
        ("x", ["a"], 0, QueryError, "pixels must be at least 1, got 0"),
    ],
)
def test_a_wrong_question_is_said(
    store: Store,
    tag: str,
    runs: list[str] | None,
    pixels: int | None,
    error: type[Exception],
    part: str,
) -> None:
    """With what was asked, and where to find what there is."""
    with pytest.raises(error, match=part):
        query.curves(store.catalog, tag, runs, pixels)
