"""What a table tells of runs: ends and extremes of tags, how far each has come, where it broke."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from builders import (
    T0,
    append,
    event_bytes,
    loaded_store,
    restart_event,
    scalar_event,
    write_events,
)

from neuronboard.store.summary import EMPTY, Break, Point, progress_of, summary_of

NAN, INF = float("nan"), float("inf")


def test_a_summary_is_what_numpy_finds_in_all_points(tmp_path: Path) -> None:
    """Random values in several files and lives of the store, some of them not finite."""
    chance = np.random.default_rng(1)
    values = chance.normal(size=500)
    values[chance.integers(0, 500, 40)] = chance.choice([NAN, INF, -INF], 40)
    write_events(tmp_path / "a", [(i, {"v": v}) for i, v in enumerate(values[:200])])
    store = loaded_store(tmp_path)
    for at, value in enumerate(values[200:400], 200):
        append(tmp_path / "a", at, "v", value=value)
        if at % 50 == 0:
            store.refresh()
            summary_of(store.catalog.run("a"), "v")
    second = [scalar_event(at, {"v": value}) for at, value in enumerate(values[400:], 400)]
    (tmp_path / "a" / "events.out.tfevents.1700009999.host").write_bytes(event_bytes(second))
    store.refresh()
    found = summary_of(store.catalog.run("a"), "v")
    narrow = values.astype(np.float32)
    finite = np.where(np.isfinite(narrow), narrow, np.nan)
    assert found.low is not None
    assert found.high is not None
    assert found.last is not None
    assert found.low.step == int(np.nanargmin(finite))
    assert np.float32(found.low.value) == np.nanmin(finite)
    assert found.high.step == int(np.nanargmax(finite))
    assert np.float32(found.high.value) == np.nanmax(finite)
    assert found.last.step == 499
    np.testing.assert_equal(np.float32(found.last.value), narrow[-1])


def test_a_value_is_the_shortest_that_means_it(tmp_path: Path) -> None:
    """0.1 that was written as float32 is 0.1."""
    write_events(tmp_path / "a", [(3, {"v": 0.1})])
    run = loaded_store(tmp_path).catalog.run("a")
    assert summary_of(run, "v") == (Point(0.1, 3),) * 3
    assert summary_of(run, "nothing") == EMPTY


def test_of_equal_extremes_the_first_counts(tmp_path: Path) -> None:
    """Also where they stand in several files."""
    write_events(tmp_path / "a", [(0, {"v": 1.0}), (1, {"v": 2.0}), (2, {"v": 1.0})])
    more = [scalar_event(3, {"v": 1.0}), scalar_event(4, {"v": 2.0})]
    (tmp_path / "a" / "events.out.tfevents.1700009999.host").write_bytes(event_bytes(more))
    found = summary_of(loaded_store(tmp_path).catalog.run("a"), "v")
    assert found == (Point(2.0, 4), Point(1.0, 0), Point(2.0, 1))


def test_points_that_a_restart_made_void_do_not_count(tmp_path: Path) -> None:
    """The lowest value was of a part that was thrown away."""
    write_events(tmp_path / "a", [(0, {"v": 5.0}), (1, {"v": 0.5}), (2, {"v": NAN})])
    again = [restart_event(1), scalar_event(1, {"v": 4.0})]
    (tmp_path / "a" / "events.out.tfevents.1700009999.host").write_bytes(event_bytes(again))
    run = loaded_store(tmp_path).catalog.run("a")
    assert summary_of(run, "v") == (Point(4.0, 1), Point(4.0, 1), Point(5.0, 0))
    assert progress_of(run).nan is None
    assert progress_of(run).points == 4, "points are what was written"


def test_values_that_are_all_not_finite_have_no_extremes(tmp_path: Path) -> None:
    """The last is told as it is."""
    write_events(tmp_path / "a", [(0, {"v": INF}), (1, {"v": NAN})])
    run = loaded_store(tmp_path).catalog.run("a")
    found = summary_of(run, "v")
    assert found.last is not None
    assert math.isnan(found.last.value)
    assert (found.low, found.high) == (None, None)
    assert progress_of(run).diverged == Break("v", 0)


@pytest.mark.parametrize(
    ("values", "nan", "diverged"),
    [
        ([1.0, 2.0, 3.0], None, None),
        ([1.0, NAN, 3.0], 1, None),
        ([1.0, INF, 3.0, NAN, -INF], 1, 3),
        ([NAN, NAN], 0, 0),
        ([1.0, NAN], 1, 1),
    ],
)
def test_a_run_has_diverged_where_nothing_finite_comes_any_more(
    tmp_path: Path, values: list[float], nan: int | None, diverged: int | None
) -> None:
    """One infinite value, as a gradient has when a scaled loss overflows, is no divergence."""
    write_events(tmp_path / "a", [(i, {"v": v, "fine": 1.0}) for i, v in enumerate(values)])
    found = progress_of(loaded_store(tmp_path).catalog.run("a"))
    assert found.nan == (None if nan is None else Break("v", nan))
    assert found.diverged == (None if diverged is None else Break("v", diverged))


def test_a_value_with_double_precision_breaks_as_well(tmp_path: Path) -> None:
    """Float64 values stand in a column of their own."""
    event = scalar_event(0, {"narrow": 1.0})
    value = event.summary.value.add(tag="wide")
    value.tensor.dtype = 2
    value.tensor.double_val.append(NAN)
    folder = tmp_path / "a"
    folder.mkdir()
    (folder / "events.out.tfevents.1").write_bytes(event_bytes([event]))
    found = progress_of(loaded_store(tmp_path).catalog.run("a"))
    assert found.diverged == Break("wide", 0)


def test_progress_tells_the_newest_event_and_the_pace(tmp_path: Path) -> None:
    """A second passes with each step; two tags a step are one step."""
    write_events(tmp_path / "a", [(i, {"v": 0.0, "w": 0.0}) for i in range(11)])
    found = progress_of(loaded_store(tmp_path).catalog.run("a"))
    assert (found.newest, found.points, found.pace) == (T0 + 10, 22, 1.0)


def test_a_run_without_scalars_has_come_nowhere(tmp_path: Path) -> None:
    """A graph alone tells when it was written."""
    write_events(tmp_path / "a", graph_def=b"")
    write_events(tmp_path / "b")
    store = loaded_store(tmp_path)
    assert progress_of(store.catalog.run("a")).newest == T0
    assert progress_of(store.catalog.run("b")) == (None, 0, 0.0, None, None)


def test_a_run_that_did_not_grow_is_looked_up(tmp_path: Path) -> None:
    """And one that grew is told anew."""
    for name in ("a", "b"):
        write_events(tmp_path / name, [(0, {"v": 1.0})])
    store = loaded_store(tmp_path)
    before = {run.id: (progress_of(run), summary_of(run, "v")) for run in store.catalog.runs}
    append(tmp_path / "b", 1, "v", value=0.5)
    store.refresh()
    after = {run.id: (progress_of(run), summary_of(run, "v")) for run in store.catalog.runs}
    assert all(x is y for x, y in zip(before["a"], after["a"], strict=True))
    assert after["b"][1].low == Point(0.5, 1)
