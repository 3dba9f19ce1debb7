"""Questions about scalars, asked of a small store."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from builders import event_bytes, loaded_store, restart_event, scalar_event, write_events

from neuronboard.dashboards.scalars import groups, query
from neuronboard.dashboards.scalars.query import Answer, Drawn, Question
from neuronboard.errors import NotFoundQueryError
from neuronboard.store import Store
from neuronboard.store.smooth import Smoothing, smooth


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Run a with tags x and y, run b with x."""
    write_events(tmp_path / "a", [(i, {"x": float(i), "y": 1.0}) for i in range(10)])
    write_events(tmp_path / "b", [(i, {"x": -float(i)}) for i in range(1000)])
    return loaded_store(tmp_path)


def ask(store: Store, tag: str = "x", *runs: str, **other: Any) -> Answer:
    """The answer to a question about a tag, of all runs if none is named."""
    question = Question((tag,), runs or None, **other)
    return query.answer(store.catalog, question, query.curves(store.catalog, question))


def only(store: Store, tag: str = "x", *runs: str, **other: Any) -> Drawn:
    """The one curve of an answer."""
    [drawn] = ask(store, tag, *runs, **other).curves
    return drawn


def test_tags_with_their_runs(store: Store) -> None:
    """In natural order."""
    found = query.tags(store.catalog)
    assert [(tag.tag, tag.runs) for tag in found] == [("x", ["a", "b"]), ("y", ["a"])]


def test_curves_of_some_runs_and_of_all(store: Store) -> None:
    """A run without the tag is left out; None is every run that has it; a tag counts once."""
    assert only(store, "y", "a", "b").curve.run == "a"
    both = ask(store, "x").curves
    assert [(drawn.curve.run, len(drawn.curve)) for drawn in both] == [("a", 10), ("b", 1000)]
    several = Question(("y", "x", "y"), ("a",))
    assert [curve.tag for curve in query.curves(store.catalog, several)] == ["y", "x"]


def test_reduction_keeps_ends_and_extremes(store: Store) -> None:
    """`within` tells how many points there are, a short curve comes whole."""
    a, b = ask(store, pixels=50).curves
    assert (len(a.columns.steps), a.reduced) == (10, False)
    assert (b.within, b.reduced) == (1000, True)
    assert len(b.columns.steps) < 8 * 50
    assert (b.columns.steps[0], b.columns.steps[-1], b.columns.values.min()) == (0, 999, -999.0)


def test_columns_lie_between_the_ends_of_all_curves(store: Store) -> None:
    """Of those that are shown; the client may say others."""
    assert ask(store).bounds == (0, 999)
    assert ask(store, "x", "a").bounds == (0, 9)
    assert ask(store, "x", "a", bounds=(2.5, 3.0)).bounds == (2.5, 3.0)
    assert ask(store, "x", "a", axis="relative").bounds == (0, 9)
    assert ask(store, "x", "a", axis="wall").bounds == (1.7e9, 1.7e9 + 9)
    assert ask(store, "x", "a", log=True).bounds == (1, 9)


def test_a_curve_of_few_points_comes_as_it_is_kept(store: Store) -> None:
    """Without a copy, smoothed beside it; of a narrower part the values are the same."""
    whole = only(store, "x", "a", pixels=400, smoothing=Smoothing("ema", 0.5))
    [curve] = query.curves(store.catalog, Question(("x",), ("a",)))
    assert np.shares_memory(whole.columns.values, curve.slices[0].values)
    assert (whole.within, whole.reduced) == (len(curve), False)
    assert whole.smoothed is not None
    assert len(whole.smoothed) == len(curve)
    low, high = float(whole.columns.steps[0]), float(whole.columns.steps[-1])
    part = only(
        store, "x", "a", pixels=400, smoothing=Smoothing("ema", 0.5), bounds=(low, high - 1)
    )
    assert part.within == len(curve) - 1
    assert part.smoothed is not None
    np.testing.assert_array_equal(part.smoothed, whole.smoothed[: len(part.smoothed)])


def test_a_zoom_ends_at_the_raw_points(store: Store) -> None:
    """With one more to each side, and the first and last of the curve."""
    drawn = only(store, "x", "b", bounds=(500.0, 520.0), pixels=10)
    assert (drawn.within, drawn.reduced) == (21, False)
    assert {0, *range(499, 522), 999} <= set(drawn.columns.steps.tolist())
    assert len(drawn.columns.steps) < 40
    assert drawn.extent == (0, 999)
    wider = only(store, "x", "b", bounds=(500.0, 560.0), pixels=10)
    assert (wider.within, wider.reduced) == (61, True)


def test_bounds_without_pixels_cut_the_points(store: Store, tmp_path: Path) -> None:
    """Every point from one to the other and no more; also where steps are in no order."""
    drawn = only(store, "x", "b", bounds=(500.0, 503.5))
    assert (drawn.within, drawn.reduced) == (4, False)
    assert drawn.columns.steps.tolist() == [500, 501, 502, 503]
    question = Question(("x",), bounds=(8.0, 11.0))
    answer = groups.group(
        store.catalog, question, query.curves(store.catalog, question), "mean", "minmax"
    )
    assert (answer.within, answer.group.x.tolist()) == (4, [8, 9, 10, 11])
    steps = [step for number in range(150) for step in (number, 200 - number)]
    write_events(tmp_path / "mixed", [(step, {"z": 1.0}) for step in steps])
    store.refresh()
    mixed = only(store, "z", bounds=(10.0, 12.0)).columns.steps.tolist()
    assert mixed == [step for step in steps if 10 <= step <= 12]


def test_a_run_that_was_overwritten_whole_has_nothing_left_to_smooth(tmp_path: Path) -> None:
    """Of its first part every step is covered."""
    write_events(tmp_path / "a", [(i, {"x": 1.0}) for i in range(50)])
    again = tmp_path / "a" / "events.out.tfevents.1700000100.host"
    write_events(again, [(i, {"x": float(i)}) for i in range(50)])
    store = loaded_store(tmp_path)
    for kind in ("ema", "symmetric"):
        first, second = ask(store, newest=True, smoothing=Smoothing(kind, 0.5), pixels=3).curves
        assert (len(first.curve), first.curve.covered, len(first.columns.steps)) == (0, 50, 0)
        assert second.smoothed is not None
        assert len(second.smoothed) == len(second.columns.steps)


def test_smoothed_values_are_the_same_at_every_zoom(store: Store) -> None:
    """They come from all points, whatever is sent; lowest and highest smoothed ones are sent."""
    how = Smoothing("ema", 0.9)
    whole = smooth(-np.arange(1000.0), how)
    for more in ({}, {"pixels": 20}, {"pixels": 20, "bounds": (300.0, 800.0)}):
        drawn = only(store, "x", "b", smoothing=how, **more)
        assert drawn.smoothed is not None
        assert np.array_equal(drawn.smoothed, whole[drawn.columns.steps])


def test_what_is_void_is_told_and_sent_on_demand(tmp_path: Path) -> None:
    """Without its points it still says how many there are, and does not widen the picture."""
    write_events(tmp_path / "a", [(i, {"x": float(i)}) for i in range(10)])
    later = tmp_path / "a" / "events.out.tfevents.1700000100.host"
    later.write_bytes(event_bytes([restart_event(5), scalar_event(5, {"x": 0.5})]))
    store = loaded_store(tmp_path)
    told = ask(store)
    assert [(d.curve.purged, len(d.curve), len(d.columns.steps)) for d in told.curves] == [
        (False, 5, 5),
        (True, 5, 0),
        (False, 1, 1),
    ]
    assert told.bounds == (0, 5)
    shown = ask(store, purged=True)
    assert [len(drawn.columns.steps) for drawn in shown.curves] == [5, 5, 1]
    assert shown.bounds == (0, 9)


def test_since_a_version_only_what_came_later(store: Store, tmp_path: Path) -> None:
    """New points to append; a run that is new, or was replaced, comes whole."""
    before = store.catalog.version
    path = next((tmp_path / "a").iterdir())
    with path.open("ab") as file:
        file.write(event_bytes([scalar_event(10, {"x": 10.0})]))
    write_events(tmp_path / "c", [(0, {"x": 5.0})])
    store.refresh()
    curves = {drawn.curve.run: drawn for drawn in ask(store, since=before).curves}
    assert (curves["a"].append, curves["a"].columns.steps.tolist()) == (True, [10])
    assert (curves["b"].append, curves["b"].columns.steps.tolist()) == (True, [])
    assert (curves["c"].append, curves["c"].columns.steps.tolist()) == (False, [0])
    path.unlink()
    write_events(tmp_path / "a", [(0, {"x": 7.0})])
    store.refresh()
    replaced = only(store, "x", "a", since=store.catalog.version - 1)
    assert (replaced.append, replaced.columns.values.tolist()) == (False, [7.0])


def test_since_with_smoothing(store: Store, tmp_path: Path) -> None:
    """The average so far goes on; what looks ahead, or is covered by what came, comes whole."""
    before = store.catalog.version
    path = next((tmp_path / "a").iterdir())
    with path.open("ab") as file:
        file.write(event_bytes([scalar_event(10, {"x": 30.0})]))
    store.refresh()
    how = Smoothing("ema", 0.5)
    drawn = only(store, "x", "a", since=before, smoothing=how)
    whole = smooth(np.array([*range(10), 30.0]), how)
    assert drawn.append
    assert drawn.smoothed is not None
    assert drawn.smoothed.tolist() == whole[-1:].tolist()
    assert not only(store, "x", "a", since=before, smoothing=Smoothing("symmetric", 0.5)).append
    assert not only(store, "x", "a", since=before, newest=True).append


def test_who_is_too_far_behind_gets_everything(store: Store, tmp_path: Path) -> None:
    """Small batches are merged in time, and then it is not known any more what was new when."""
    first = store.catalog.version
    path = next((tmp_path / "a").iterdir())
    for step in range(10, 150):
        with path.open("ab") as file:
            file.write(event_bytes([scalar_event(step, {"x": 0.0})]))
        store.refresh()
    far = only(store, "x", "a", since=first + 20)
    assert (far.append, len(far.columns.steps)) == (False, 150)
    near = only(store, "x", "a", since=store.catalog.version - 3)
    assert (near.append, near.columns.steps.tolist()) == (True, [147, 148, 149])
    assert np.all(near.columns.values == 0)


def test_a_group_is_reduced_by_its_three_lines(store: Store) -> None:
    """What is kept of each is what its line needs; runs that end earlier count while they last."""
    question = Question(("x",))
    curves = query.curves(store.catalog, question)
    whole = groups.group(store.catalog, question, curves, "mean", "minmax").group
    assert whole.n.tolist() == [2] * 10 + [1] * 990
    assert whole.center[5] == 0
    assert (whole.low[5], whole.high[5]) == (-5, 5)
    few = Question(("x",), pixels=20)
    answer = groups.group(store.catalog, few, curves, "mean", "minmax")
    assert (answer.runs, answer.within, answer.reduced, answer.bounds) == (2, 1000, True, (0, 999))
    kept = answer.group.x
    assert len(kept) < 8 * 3 * 20
    assert np.array_equal(answer.group.center, whole.center[kept])
    assert {0, 9, 999} <= set(kept.tolist())  # the highest of the first column is at 9


@pytest.mark.parametrize(
    ("tag", "runs", "part"),
    [("z", (), "no scalar tag 'z'"), ("x", ("nobody",), "no run 'nobody'")],
)
def test_a_wrong_question_is_said(store: Store, tag: str, runs: tuple[str, ...], part: str) -> None:
    """With what was asked, and where to find what there is."""
    with pytest.raises(NotFoundQueryError, match=part):
        ask(store, tag, *runs)
