"""What curves do, on curves of which it is known."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neuronboard.store.trend import Point, trend

X = np.arange(1000)
NOISE = np.random.default_rng(3).normal(0, 1, 1000)

CURVES = {
    "rises": (0.01 * X + 0.1 * NOISE, ["rises"], []),
    "decays": (2.3 * np.exp(-X / 150) + 0.1 + 0.02 * NOISE, ["falls"], []),
    "noise": (NOISE, ["level"], []),
    "constant": (np.full(1000, 0.1, np.float32), ["level"], []),
    "jumps": (np.where(X < 500, 0.1, 0.9) + 0.02 * NOISE, ["level", "level"], [500]),
    "overfits": (np.abs(X - 400) / 100 + 0.05 * NOISE, ["falls", "rises"], [400]),
    "settles": (np.minimum(X, 300) / 300 + 0.01 * NOISE, ["rises", "level"], [300]),
    "has a spike": (0.1 * NOISE + np.where(X == 500, 1000, 0), ["level"], []),
    "is huge": (1e300 * np.where(X < 500, 1.0, -1.0), ["level", "level"], [500]),
}


@pytest.mark.parametrize("name", CURVES)
def test_a_curve_is_divided_where_it_changes(name: str) -> None:
    """Within two bins of eight points."""
    values, directions, changes = CURVES[name]
    found = trend(X, values)
    assert found is not None
    assert [piece.direction for piece in found.pieces] == directions
    for before, step in zip(found.pieces, changes, strict=False):
        assert abs(before.end.step - step) <= 16
    assert found.pieces[0].start.step == 0
    assert found.pieces[-1].end.step == 999


def test_noise_is_seldom_taken_for_a_change() -> None:
    """In fewer than two of a hundred curves."""
    random = np.random.default_rng(5)
    curves = [random.normal(size=random.integers(2, 2000)) for _ in range(300)]
    found = [trend(np.arange(len(values)), values) for values in curves]
    assert sum(len(one.pieces) > 1 for one in found if one) < 6


def test_extremes_and_what_is_not_finite() -> None:
    """The first of several; NaN and infinities are no extremes, and are counted."""
    steps = np.array([3, 5, 7, 9, 11])
    values = np.array([2.0, np.nan, 4.0, np.inf, 2.0])
    found = trend(steps, values)
    assert found is not None
    assert (found.total, found.first, found.last) == (5, Point(3, 2.0), Point(11, 2.0))
    assert (found.lowest, found.highest) == (Point(3, 2.0), Point(7, 4.0))
    assert found.not_finite == 2
    assert found.first_not_finite is not None
    assert found.first_not_finite.step == 5
    nothing = trend(steps, np.full(5, np.nan))
    assert nothing is not None
    assert (nothing.pieces, nothing.lowest, nothing.not_finite) == ((), None, 5)
    assert trend(steps[:0], values[:0]) is None


@given(st.lists(st.floats(width=32), min_size=1, max_size=300))
def test_any_values_have_a_trend(values: list[float]) -> None:
    """Pieces follow each other, and begin and end with the finite values."""
    array: npt.NDArray[np.float32] = np.array(values, np.float32)
    found = trend(np.arange(len(array)), array)
    assert found is not None
    finite = np.flatnonzero(np.isfinite(array))
    if len(finite) < 2:
        assert found.pieces == ()
        return
    assert found.pieces[0].start.step == finite[0]
    assert found.pieces[-1].end.step == finite[-1]
    ends = [step for piece in found.pieces for step in (piece.start.step, piece.end.step)]
    assert ends == sorted(ends)
