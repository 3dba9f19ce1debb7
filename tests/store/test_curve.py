"""Curves: where segments are cut, what is void, what is covered."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from builders import event_bytes, loaded_store, restart_event, scalar_event, write_events

from neuronboard.pb.event_pb2 import Event
from neuronboard.store.curve import MOST_PARTS, Curve, curves_of, without_covered

Told = tuple[bool, list[int], list[float]]  # purged, steps, values


def _curves(folder: Path, *files: list[Event]) -> list[Curve]:
    for number, events in enumerate(files):
        path = folder / "run" / f"events.out.tfevents.170000000{number}.host"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(event_bytes(events))
    [run] = loaded_store(folder).catalog.runs
    return list(curves_of(run, "v"))


def _events(*steps: int, plus: float = 0.0) -> list[Event]:
    return [scalar_event(step, {"v": step + plus}) for step in steps]


def _told(curves: list[Curve]) -> list[Told]:
    return [
        (curve.purged, curve.columns().steps.tolist(), curve.columns().values.tolist())
        for curve in curves
    ]


def test_a_segment_is_cut_where_its_steps_go_back(tmp_path: Path) -> None:
    """A repeated step is no step back."""
    curves = _curves(tmp_path, _events(0, 1, 1, 2, 1, 2, 3, 0))
    assert [curve.columns().steps.tolist() for curve in curves] == [[0, 1, 1, 2], [1, 2, 3], [0]]
    assert [(curve.part, len(curve), curve.at) for curve in curves] == [
        (0, 4, (0, 4)),
        (1, 3, (4, 7)),
        (2, 1, (7, 8)),
    ]


def test_what_a_restart_declared_void_is_a_curve_of_its_own(tmp_path: Path) -> None:
    """In each part of the segment before it."""
    curves = _curves(
        tmp_path, _events(0, 1, 2, 3, 1, 2), [restart_event(2), *_events(2, 3, plus=0.5)]
    )
    assert _told(curves) == [
        (False, [0, 1], [0, 1]),
        (True, [2, 3], [2, 3]),
        (False, [1], [1]),
        (True, [2], [2]),
        (False, [2, 3], [2.5, 3.5]),
    ]
    assert [curve.segment.id[-2:] for curve in curves] == ["st", "st", "st", "st", "#2"]


def test_steps_in_no_order_are_one_curve(tmp_path: Path) -> None:
    """Beyond a hundred steps back; what is void among them is still told apart."""
    steps = [step for number in range(MOST_PARTS + 1) for step in (5, number % 5)]
    [curve] = _curves(tmp_path / "a", _events(*steps))
    assert curve.columns().steps.tolist() == steps
    live, void, after = _curves(tmp_path / "b", _events(*steps), [restart_event(5), *_events(5)])
    assert live.columns().steps.tolist() == [step for step in steps if step < 5]
    assert void.columns().steps.tolist() == [5] * (MOST_PARTS + 1)
    assert (live.purged, void.purged, after.purged) == (False, True, False)


def test_covered_points_are_left_out_and_counted(tmp_path: Path) -> None:
    """From the first step on that a later part has too; void ones are no part of it."""
    curves = _curves(
        tmp_path, _events(0, 1, 2, 3, 4), _events(3, 4, 5, 2), [restart_event(5), *_events(6)]
    )
    found = without_covered(curves)
    assert [(steps, purged) for purged, steps, _ in _told(found)] == [
        ([0, 1], False),
        ([], False),
        ([5], True),
        ([2], False),
        ([6], False),
    ]
    assert [curve.covered for curve in found] == [3, 2, 0, 0, 0]


def test_how_much_of_a_curve_an_earlier_catalog_had(tmp_path: Path) -> None:
    """For each part; None when the segment changed in another way than by growing."""
    path = write_events(tmp_path / "a", [(0, {"v": 0.0}), (1, {"v": 1.0}), (0, {"v": 2.0})])
    store = loaded_store(tmp_path)
    version = store.catalog.version
    with path.open("ab") as file:
        file.write(event_bytes(_events(1, 2, 0)))
    store.refresh()
    curves = curves_of(store.catalog.runs[0], "v")
    assert [(len(curve), curve.known(version)) for curve in curves] == [(2, 2), (3, 1), (1, 0)]
    with path.open("ab") as file:
        file.write(event_bytes([restart_event(1)]))
    store.refresh()
    curves = curves_of(store.catalog.runs[0], "v")
    assert [curve.known(version) for curve in curves] == [None] * 5


def test_counts_and_extent(tmp_path: Path) -> None:
    """Of the whole curve, for whoever sees only a part of it."""
    values = [-1.0, 0.0, float("nan"), float("-inf"), float("inf"), 2.0]
    events = [
        scalar_event(step - 1, {"v": value}, 1e9 + time)
        for step, (value, time) in enumerate(zip(values, [5, 7, 6, 6, 9, 8], strict=True))
    ]
    [curve] = _curves(tmp_path, events)
    assert curve.counts == (3, 2)
    assert curve.cut(3).counts == (1, 2)
    assert curve.origin == 1e9 + 5
    assert curve.extent("step", False) == (-1, 4)
    assert curve.extent("step", True) == (1, 4)
    assert curve.extent("wall", False) == (1e9 + 5, 1e9 + 9)
    assert curve.extent("relative", False) == (0, 4)
    assert curve.extent("relative", True) == (1, 4)


def test_without_any_time_there_is_no_extent_of_time(tmp_path: Path) -> None:
    """Steps there are all the same."""
    [curve] = _curves(tmp_path, [scalar_event(3, {"v": 1.0}, float("nan"))])
    assert (curve.extent("wall", False), curve.extent("step", False)) == (None, (3, 3))
    assert curve.origin == 0


@pytest.mark.parametrize("points", [1, 70, 1000])
def test_a_curve_lies_in_slices_of_its_batches(tmp_path: Path, points: int) -> None:
    """Whatever was read when: the same points, and nothing is copied that lies in one piece."""
    path = write_events(tmp_path / "a", [(i, {"v": float(i)}) for i in range(points)])
    store = loaded_store(tmp_path)
    with path.open("ab") as file:
        file.write(event_bytes(_events(*range(points, 2 * points))))
    store.refresh()
    [curve] = curves_of(store.catalog.runs[0], "v")
    assert len(curve.slices) == 2
    assert curve.columns().steps.tolist() == list(range(2 * points))
    first = curve.slices[0]
    assert np.shares_memory(first.columns().values, first.values)
    assert [piece.columns().steps[0] for piece in curve.since(points)] == [points]
