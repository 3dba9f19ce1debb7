"""The axes that are computed, held to plain numpy formulas over the columns as written."""

from __future__ import annotations

import tempfile
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from builders import T0, event_bytes, loaded_store, restart_event, scalar_event
from hypothesis import given, settings
from hypothesis import strategies as st

from neuronboard.dashboards.scalars import query
from neuronboard.dashboards.scalars.query import Answer, Question
from neuronboard.formats.event_file import first_event
from neuronboard.store import Store
from neuronboard.store.axes import active_time

Floats = npt.NDArray[np.float64]


def _write(folder: Path, files: list[list[tuple[int, float, dict[str, float]]]]) -> Store:
    """A run of some files, each of (step, seconds since T0, values)."""
    for number, points in enumerate(files):
        events = [scalar_event(step, values, T0 + at) for step, at, values in points]
        folder.mkdir(exist_ok=True)
        path = folder / f"events.out.tfevents.{1700000000 + number}.host"
        path.write_bytes(event_bytes([first_event(T0), *events]))
    return loaded_store(folder.parent)


def _ask(store: Store, axis: Any, **other: Any) -> Answer:
    question = Question(("v",), axis=axis, **other)
    return query.answer(store.catalog, question, query.curves(store.catalog, question))


def _x(store: Store, axis: Any, **other: Any) -> list[float]:
    parts = [drawn.x for drawn in _ask(store, axis, **other).curves if drawn.x is not None]
    return [float(x) for x in np.concatenate(parts)]


@st.composite
def runs(draw: st.DrawFn) -> list[list[tuple[int, float, dict[str, float]]]]:
    """One to three files whose times may overlap, with the tags v and w, either of which may be
    absent from a step."""
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    files = []
    at = 0.0
    for _ in range(draw(st.integers(1, 3))):
        n = draw(st.integers(1, 40))
        at += draw(st.sampled_from([-20.0, 0.0, 50.0, 5000.0]))
        steps = np.sort(random.integers(0, 60, n))
        times = at + np.cumsum(random.random(n) * 3)
        rows = []
        for step, time in zip(steps.tolist(), times.tolist(), strict=True):
            values = {tag: float(random.normal()) for tag in "vw" if random.random() < 0.7}
            rows.append((step, time, values))
        at = float(times[-1])
        files.append(rows)
    return files


def _columns(files: Any, tag: str) -> tuple[npt.NDArray[np.int64], Floats, Floats]:
    """Steps, times and values of a tag, in the order they were written."""
    rows = [(s, t, v[tag]) for file in files for s, t, v in file if tag in v]
    steps, times, values = zip(*rows, strict=True) if rows else ((), (), ())
    return np.array(steps, np.int64), T0 + np.array(times, float), np.array(values, np.float32)


@settings(deadline=None, max_examples=60)
@given(runs())
def test_every_axis_is_its_formula(files: Any) -> None:
    """Of every point, reduced or not; what is reduced is taken from the same column."""
    steps, times, _ = _columns(files, "v")
    if not len(steps):
        return
    with tempfile.TemporaryDirectory() as folder:
        store = _write(Path(folder) / "a", files)
    assert _x(store, "index") == list(range(len(steps)))
    assert np.allclose(_x(store, "active"), _active(files, times), atol=1e-5)
    other_steps, _, other = _columns(files, "w")
    if not len(other_steps):
        return
    found = np.array(_x(store, "tag", over="w"))
    assert np.allclose(found, _joined(steps, other_steps, other), equal_nan=True)
    for axis, over in (("index", ""), ("active", ""), ("tag", "w")):
        whole = _ask(store, axis, over=over)
        few = _ask(store, axis, over=over, pixels=2)
        for all_of, some in zip(whole.curves, few.curves, strict=True):
            assert all_of.x is not None
            assert some.x is not None
            pairs = {*zip(all_of.columns.values.tolist(), _texts(all_of.x), strict=True)}
            assert {*zip(some.columns.values.tolist(), _texts(some.x), strict=True)} <= pairs


def _texts(x: Floats) -> list[str]:
    return [str(value) for value in x.tolist()]


def _active(files: Any, times: Floats) -> Floats:
    """The length of the union of the files' spans before each time, on a grid of all their ends."""
    spans = [[T0 + row[1] for row in file if row[2]] for file in files]
    ends = sorted({time for span in spans if span for time in (min(span), max(span))})
    found = np.zeros(len(times))
    for low, high in pairwise(ends):
        if any(span and min(span) <= low and high <= max(span) for span in spans):
            found += np.clip(times, low, high) - low
    return found


def _joined(steps: Any, other_steps: Any, other: Any) -> Floats:
    """By step; of a step that was written twice the later value; in between in proportion."""
    last = dict(zip(other_steps.tolist(), other.astype(float).tolist(), strict=True))
    known = sorted(last)
    return np.array([_at(step, known, last) for step in steps.tolist()])


def _at(step: int, known: list[int], last: dict[int, float]) -> float:
    if step in last:
        return last[step]
    below = [other for other in known if other < step]
    above = [other for other in known if other > step]
    if not below or not above:
        return float("nan")
    a, b = below[-1], above[0]
    return last[a] + (last[b] - last[a]) * (step - a) / (b - a)


def test_time_between_two_starts_is_left_out(tmp_path: Path) -> None:
    """Ten seconds, an hour's pause, ten seconds: twenty in all; for all tags of a run the same."""
    files = [
        [
            (step, float(step), {"v": 1.0, **({"w": 1.0} if step == 5 else {})})
            for step in range(11)
        ],
        [(step, 3600.0 + step, {"v": 1.0}) for step in range(11, 22)],
    ]
    store = _write(tmp_path / "a", files)
    assert _x(store, "active") == [*range(11), *range(10, 21)]
    question = Question(("w",), axis="active")
    [drawn] = query.answer(store.catalog, question, query.curves(store.catalog, question)).curves
    assert drawn.x is not None
    assert drawn.x.tolist() == [5]


def test_active_time_of_nothing_and_of_no_time() -> None:
    """No span: the run never took any time. NaN has no place."""
    assert active_time((), np.array([1.0, 2.0])).tolist() == [0, 0]
    assert np.isnan(active_time(((0.0, 1.0),), np.array([np.nan]))).all()


def test_points_without_x_are_counted(tmp_path: Path) -> None:
    """Before the first value of the other tag and behind its last; they widen nothing."""
    rows = [
        (step, float(step), {"v": 1.0, **({"w": step * 8.0} if 3 <= step <= 6 else {})})
        for step in range(10)
    ]
    store = _write(tmp_path / "a", [rows])
    answer = _ask(store, "tag", over="w")
    [drawn] = answer.curves
    assert (answer.bounds, drawn.off_axis, drawn.extent) == ((24, 48), 6, (24, 48))
    assert drawn.x is not None
    assert drawn.x[3:7].tolist() == [24, 32, 40, 48]
    assert np.isnan(drawn.x[[0, 1, 2, 7, 8, 9]]).all()


def test_void_points_count_for_the_index_and_not_for_the_join(tmp_path: Path) -> None:
    """The index is of what was written; a value that a restart declared void is nobody's x."""
    store_of = _write(
        tmp_path / "a", [[(step, float(step), {"v": 1.0, "w": float(step)}) for step in range(6)]]
    )
    later = tmp_path / "a" / "events.out.tfevents.1700000100.host"
    events = [restart_event(4), *(scalar_event(s, {"v": 2.0, "w": 100.0 + s}) for s in (4, 5))]
    later.write_bytes(event_bytes(events))
    store_of.refresh()
    assert _x(store_of, "index", purged=True) == [0, 1, 2, 3, 4, 5, 6, 7]
    assert _x(store_of, "tag", over="w") == [0, 1, 2, 3, 104, 105]


@pytest.mark.parametrize("axis", ["index", "active"])
def test_a_long_curve_is_reduced_on_its_axis(tmp_path: Path, axis: Any) -> None:
    """First, lowest, highest and last of each pixel column, also of a smoothed one; a zoom asks
    the same column."""
    rows = [(step // 3, step * 0.5, {"v": float(np.sin(step))}) for step in range(5000)]
    store = _write(tmp_path / "a", [rows])
    [whole] = _ask(store, axis).curves
    answer = _ask(store, axis, pixels=50)
    [few] = answer.curves
    assert few.reduced
    assert few.x is not None
    assert whole.x is not None
    assert len(few.x) < 8 * 51
    assert (few.columns.values.max(), few.columns.values.min()) == (
        whole.columns.values.max(),
        whole.columns.values.min(),
    )
    low, high = float(whole.x[1000]), float(whole.x[1015])
    [zoomed] = _ask(store, axis, pixels=50, bounds=(low, high)).curves
    assert (zoomed.within, zoomed.reduced) == (16, False)
    assert zoomed.x is not None
    assert set(whole.x[999:1017].tolist()) <= set(zoomed.x.tolist())


def test_a_column_that_changes_is_sent_whole(tmp_path: Path) -> None:
    """An x may be computed of what came since, so nothing is appended."""
    store = _write(tmp_path / "a", [[(step, float(step), {"v": 1.0}) for step in range(5)]])
    [drawn] = _ask(store, "index", since=store.catalog.version).curves
    assert not drawn.append
    assert len(drawn.columns.steps) == 5
