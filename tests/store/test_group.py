"""Groups of runs, against numpy and scipy at one x after the other."""

from __future__ import annotations

from pathlib import Path
from typing import Any, get_args

import numpy as np
import numpy.typing as npt
import pytest
import scipy.stats
from builders import event_bytes, loaded_store, restart_event, scalar_event, write_events
from hypothesis import given, settings
from hypothesis import strategies as st

from neuronboard.store import group
from neuronboard.store.curve import curves_of
from neuronboard.store.group import Band, Center, Line, grouped, line_of
from neuronboard.store.smooth import Smoothing, smooth

Floats = npt.NDArray[np.float64]

lines = st.lists(
    st.dictionaries(
        st.integers(-30, 60), st.floats(-100, 100) | st.just(float("nan")), min_size=1, max_size=20
    ),
    min_size=1,
    max_size=6,
)


def _line(points: dict[int, float]) -> Line:
    x = sorted(points)
    return Line(np.array(x), np.array([points[at] for at in x]))


def _at(points: dict[int, float], x: int) -> float:
    """The run at x by hand: on the line between its two neighbours, absent beyond the ends."""
    if x in points:
        return points[x]
    below = max((at for at in points if at < x), default=None)
    above = min((at for at in points if at > x), default=None)
    if below is None or above is None:
        return float("nan")
    return points[below] + (points[above] - points[below]) * (x - below) / (above - below)


def _bounds(there: Floats, middle: float, band: Band) -> tuple[float, float]:
    if band == "minmax":
        return there.min(), there.max()
    if band == "quartiles":
        low, high = np.percentile(there, [25, 75])
        return low, high
    if len(there) == 1:
        return float("nan"), float("nan")
    sem = scipy.stats.sem(there)
    if band == "ci95":
        if sem == 0:
            return middle, middle
        low, high = scipy.stats.t.interval(0.95, len(there) - 1, np.mean(there), sem)
        return low, high
    spread = scipy.stats.tstd(there) if band == "std" else sem
    return middle - spread, middle + spread


_CENTERS = {"mean": np.mean, "median": np.median, "min": np.min, "max": np.max}


@pytest.mark.filterwarnings("ignore:Precision loss")  # scipy, of numbers that are the same
@settings(deadline=None)
@given(lines, st.sampled_from(get_args(Center)), st.sampled_from(get_args(Band)))
def test_a_group_is_its_runs_at_each_x(
    runs: list[dict[int, float]], center: Center, band: Band
) -> None:
    """At the union of their steps; n is how many are there."""
    found = grouped([_line(points) for points in runs], center, band)
    assert found.x.tolist() == sorted(set().union(*runs))
    for number, x in enumerate(found.x.tolist()):
        column = np.array([_at(points, x) for points in runs])
        there = column[np.isfinite(column)]
        assert found.n[number] == len(there)
        if not len(there):
            assert np.isnan([found.center[number], found.low[number], found.high[number]]).all()
            continue
        middle = float(_CENTERS[center](there))
        around = middle if center == "median" and band != "ci95" else float(np.mean(there))
        expected = (middle, *_bounds(there, around, band))
        actual = (found.center[number], found.low[number], found.high[number])
        np.testing.assert_allclose(actual, expected, rtol=1e-9, atol=1e-9)


def test_runs_of_the_same_steps_take_the_short_way_to_the_same_numbers() -> None:
    """And what is looked at in parts gives the same as at once."""
    random = np.random.default_rng(2)
    x = np.arange(5000)
    same = [Line(x, random.normal(size=5000)) for _ in range(9)]
    cells = group.CELLS
    parts: list[Any] = []
    for rows in (cells, 9 * 700):
        group.CELLS = rows
        parts.append(grouped(same, "median", "quartiles"))
    group.CELLS = cells
    for name in ("n", "center", "low", "high"):
        assert np.array_equal(getattr(parts[0], name), getattr(parts[1], name))
    assert np.array_equal(parts[0].center, np.median([line.y for line in same], axis=0))


def test_a_run_that_started_again_counts_once_at_each_step(tmp_path: Path) -> None:
    """What was written later counts; what was declared void does not."""
    write_events(tmp_path / "a", [(i, {"v": float(i)}) for i in range(6)])
    again = [restart_event(3), *(scalar_event(i, {"v": 10.0 + i}) for i in (3, 4))]
    (tmp_path / "a" / "events.out.tfevents.1700000100.host").write_bytes(event_bytes(again))
    write_events(tmp_path / "b", [(0, {"v": 1.0}), (1, {"v": 2.0})])
    with (tmp_path / "b" / "events.out.tfevents.1700000000.host.1.0").open("ab") as file:
        file.write(event_bytes([scalar_event(1, {"v": 5.0}), scalar_event(0, {"v": 4.0})]))
    catalog = loaded_store(tmp_path).catalog
    a, b = (
        line_of([c for c in curves_of(run, "v") if not c.purged], "step") for run in catalog.runs
    )
    assert (a.x.tolist(), a.y.tolist()) == ([0, 1, 2, 3, 4], [0, 1, 2, 13, 14])
    assert (b.x.tolist(), b.y.tolist()) == ([0, 1], [4, 5])


def test_relative_time_and_smoothing_come_before_the_group(tmp_path: Path) -> None:
    """From all points of each run."""
    write_events(tmp_path / "a", [(i, {"v": float(i % 3)}) for i in range(3, 20)])
    [run] = loaded_store(tmp_path).catalog.runs
    how = Smoothing("ema", 0.7)
    line = line_of(curves_of(run, "v"), "relative", how)
    assert line.x.tolist() == list(range(3, 20))  # the run's first event was at step 0
    assert np.array_equal(line.y, smooth(np.arange(3, 20) % 3.0, how))


@pytest.mark.parametrize("some", [[], [Line(np.empty(0), np.empty(0))]])
def test_a_group_of_nothing_is_empty(some: list[Line]) -> None:
    """No runs, or none with a point."""
    assert len(grouped(some, "mean", "std").x) == 0


@pytest.mark.parametrize("runs", range(3, 21))
def test_the_interval_holds_the_true_mean_in_95_of_100_groups(runs: int) -> None:
    """For few runs, too: normal values, 40,000 groups of each size."""
    random = np.random.default_rng(runs)
    x = np.arange(40_000)
    found = grouped([Line(x, random.normal(3, 2, len(x))) for _ in range(runs)], "mean", "ci95")
    inside = np.mean((found.low <= 3) & (found.high >= 3))
    assert 0.94 <= inside <= 0.96
