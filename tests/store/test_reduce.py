"""M4: the extension and numpy agree, and both keep what a chart draws."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neuronboard.formats.batch import Columns
from neuronboard.store import _kernels
from neuronboard.store.curve import Slice
from neuronboard.store.reduce import View, inside, reduce, take

Floats = npt.NDArray[np.float64]
SPECIAL = np.array([np.nan, np.inf, -np.inf, 0.0, -0.0, -1.0])


@st.composite
def curves(draw: st.DrawFn) -> tuple[Slice, ...]:
    """Slices of up to 900 points in all, with everything that logs hold."""
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    n = draw(st.integers(1, 900))
    steps = random.integers(-50, draw(st.sampled_from([60, 2000, 10**12])), n)
    if draw(st.booleans()):
        steps.sort()
    wall_times = 1.7e9 + np.cumsum(random.random(n) * draw(st.sampled_from([0.0, 1.0, 1e4])))
    values = random.normal(size=n).round(draw(st.integers(0, 3))) * draw(
        st.sampled_from([1.0, 1e-30, 1e30])
    )
    odd = random.random(n) < draw(st.sampled_from([0.0, 0.01, 0.3]))
    values[odd] = random.choice(SPECIAL, odd.sum())
    late = random.random(n) < draw(st.sampled_from([0.0, 0.0, 0.1]))
    wall_times[late] = random.choice([np.nan, np.inf, 1.6e9], late.sum())
    columns = Columns(steps, wall_times, values.astype(draw(st.sampled_from(["f4", "f8"]))))
    cuts = sorted(draw(st.lists(st.integers(0, n), max_size=3)))
    slices = []
    for start, stop in zip([0, *cuts], [*cuts, n], strict=True):
        if start < stop:  # of a longer piece, so that blocks begin anywhere
            before = max(start - draw(st.integers(0, 100)), 0)
            piece = Slice.of(columns.picked(slice(before, stop)))
            slices.append(piece.cut(start - before, stop - before))
    return tuple(slices)


@st.composite
def views(draw: st.DrawFn, slices: tuple[Slice, ...]) -> tuple[float, View]:
    """A picture of the slices, whole or a part; and the origin of relative time."""
    axis = draw(st.sampled_from(["step", "relative", "wall"]))
    origin = 1.7e9 if axis == "relative" else 0.0
    x = _x(slices, axis, origin)
    x = x[np.isfinite(x)] if np.isfinite(x).any() else np.zeros(1)
    low, high = sorted(
        float(np.quantile(x, draw(st.sampled_from([0, 0.2, 0.5, 0.7, 1])))) for _ in "ab"
    )
    log = draw(st.booleans())
    if log:
        low, high = max(low, 1e-3), max(high, 1e-3)
    pixels = draw(st.sampled_from([1, 3, 20, 150]))
    return origin, View(axis, low, high, pixels, log, draw(st.booleans()))


def _x(slices: tuple[Slice, ...], axis: str, origin: float) -> Floats:
    parts = [piece.columns() for piece in slices]
    if axis == "step":
        return np.concatenate([part.steps for part in parts]).astype(np.float64)
    return np.concatenate([part.wall_times for part in parts]) - origin


@settings(deadline=None)
@given(st.data())
def test_both_speeds_find_the_same(data: st.DataObject) -> None:
    """Numbers, counts and columns, to the bit."""
    slices = data.draw(curves())
    origin, view = data.draw(views(slices))
    numbers = reduce(slices, origin, view)
    assert np.array_equal(numbers, reduce(slices, origin, view, pure=True))
    assert inside(slices, origin, view) == inside(slices, origin, view, pure=True)
    taken, expected = take(slices, numbers), take(slices, numbers, pure=True)
    for column, other in zip(taken, expected, strict=True):
        assert column.dtype == other.dtype
        assert np.array_equal(column, other, equal_nan=True)


@settings(deadline=None)
@given(st.data())
def test_what_is_kept_draws_the_same(data: st.DataObject) -> None:
    """Reduced, and reduced once more: the columns of the chart have the same four points."""
    slices = data.draw(curves())
    origin, view = data.draw(views(slices))
    numbers = reduce(slices, origin, view)
    again = (Slice.of(take(slices, numbers)),)
    assert np.array_equal(reduce(again, origin, view), np.arange(len(numbers)))


@pytest.mark.parametrize("pure", [False, True])
def test_each_column_keeps_first_lowest_highest_and_last(pure: bool) -> None:
    """Against a loop over the columns, for points that lie on no edge of them."""
    random = np.random.default_rng(1)
    n, pixels = 100_000, 700
    steps = np.arange(n)
    values = random.normal(size=n).astype(np.float32)
    values[77_777] = 1e6
    view = View("step", -0.37, n - 0.61, pixels)
    numbers = reduce((Slice.of(Columns(steps, steps * 1.0, values)),), 0.0, view, pure=pure)
    column = np.floor((steps - view.low) / (view.high - view.low) * pixels).astype(int)
    expected: set[int] = set()
    for at in range(pixels):
        members = np.flatnonzero(column == at)
        inner = members[values[members].argmin()], members[values[members].argmax()]
        expected |= {int(members[0]), int(members[-1]), *map(int, inner)}
    assert set(numbers.tolist()) == expected
    assert 77_777 in numbers


def test_a_point_on_the_edge_of_two_columns_is_kept_with_its_neighbours() -> None:
    """A chart may count it to either, and needs what is then first or last."""
    steps = np.arange(1001)
    values = np.zeros(1001, np.float32)
    numbers = reduce(
        (Slice.of(Columns(steps, steps * 1.0, values)),), 0.0, View("step", 0, 1000, 10)
    )
    assert {99, 100, 101, 899, 900, 901} <= set(numbers.tolist())
    assert len(numbers) <= 8 * 11


def test_a_gap_costs_a_few_points_in_each_column_however_long_it_is() -> None:
    """Half a million NaN are first, last, and the first of each kind in each column."""
    values = np.full(500_000, np.nan, np.float32)
    values[::1000] = 1.0
    steps = np.arange(len(values))
    slices = (Slice.of(Columns(steps, steps * 1.0, values)),)
    view = View("step", 0.0, float(len(values)), 50)
    assert len(reduce(slices, 0.0, view)) <= 51 * 2 * 8
    positive = replace(view, positive=True)
    zeros = (Slice.of(Columns(steps, steps * 1.0, np.zeros(len(values), np.float32))),)
    assert len(reduce(zeros, 0.0, positive)) <= 51 * 2 * 3


def test_beside_the_picture_only_the_next_points_count() -> None:
    """So a line leaves it in the right direction."""
    steps = np.arange(10_000)
    slices = (Slice.of(Columns(steps, steps * 1.0, np.sin(steps))),)
    numbers = reduce(slices, 0.0, View("step", 4000.5, 4999.5, 20)).tolist()
    assert [number for number in numbers if number < 3900] == [0]
    assert [number for number in numbers if number > 5100] == [9999]
    assert inside(slices, 0.0, View("step", 4000.5, 4999.5, 20)) == (999, 4001, 5000)


def _piece(**other: Any) -> tuple[Any, ...]:
    columns = Columns(np.arange(5), np.arange(5.0), np.arange(5.0))
    return tuple(Slice.of(columns)._replace(**other))


@pytest.mark.parametrize(
    "piece",
    [
        _piece(stop=6),
        _piece(start=-1),
        _piece(start=3, stop=2),
        _piece(values=np.arange(4.0)),
        _piece(wall_times=np.arange(4.0)),
        _piece(table=b""),
    ],
)
def test_columns_that_differ_in_length_are_refused(piece: tuple[Any, ...]) -> None:
    """The extension looks before it reads."""
    with pytest.raises(ValueError, match="differ in length"):
        _kernels.reduce((piece,), False, False, False, (0.0, 0.0, 4.0), 10)


def test_a_point_that_does_not_exist_is_refused() -> None:
    """Below 0 or behind the last."""
    for number in (-1, 5):
        with pytest.raises(IndexError, match="no such point"):
            _kernels.take((_piece(),), np.array([number]))
