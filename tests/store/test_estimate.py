"""Means of few runs and their differences, against numpy and scipy, and by simulation."""

from __future__ import annotations

import math

import numpy as np
import pytest
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st

from neuronboard.store.estimate import difference, estimate
from neuronboard.store.student import quantile

numbers = st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=20)


@settings(deadline=None)
@given(numbers)
def test_an_estimate_is_numpys_and_its_interval_scipys(values: list[float]) -> None:
    """Of two values on."""
    column = np.array(values)
    found = estimate(column)
    expected = (len(values), column.mean(), np.median(column), min(values), max(values))
    np.testing.assert_allclose(found[:5], expected, rtol=1e-12)
    assert found.std == pytest.approx(column.std(ddof=1))
    if found.std > 0:
        error = found.std / math.sqrt(len(values))
        low, high = scipy.stats.t.interval(0.95, len(values) - 1, column.mean(), error)
        np.testing.assert_allclose((found.low, found.high), (low, high), rtol=1e-9, atol=1e-9)


def test_what_is_not_finite_is_left_out() -> None:
    """One value has no interval, none has nothing."""
    one = estimate(np.array([np.nan, 2.5, np.inf]))
    assert one[:5] == (1, 2.5, 2.5, 2.5, 2.5)
    assert np.isnan(one[5:]).all()
    nothing = estimate(np.array([np.nan]))
    assert nothing.n == 0
    assert np.isnan(nothing[1:]).all()


@settings(deadline=None)
@given(numbers, numbers)
def test_a_difference_is_scipys_with_whole_degrees_of_freedom(
    first: list[float], second: list[float]
) -> None:
    """Welch's: the degrees of freedom are those of scipy, rounded down."""
    a, b = estimate(np.array(first)), estimate(np.array(second))
    found = difference(a, b)
    assert found.value == a.mean - b.mean
    if a.std < 1e-3 or b.std < 1e-3:  # scipy computes nothing of numbers that are nearly the same
        return
    exact = scipy.stats.ttest_ind(first, second, equal_var=False)
    assert found.freedom in (math.floor(exact.df), math.floor(exact.df + 1e-6))
    error = math.hypot(a.std / math.sqrt(a.n), b.std / math.sqrt(b.n))
    reach = error * scipy.stats.t.ppf(0.975, found.freedom)
    assert found.high - found.value == pytest.approx(reach, rel=1e-6)
    assert found.value - found.low == pytest.approx(reach, rel=1e-6)


def test_a_single_run_has_a_difference_but_no_interval() -> None:
    """Nothing is known of how it varies."""
    one, two = estimate(np.array([1.0])), estimate(np.array([3.0, 5.0]))
    for a, b, value in ((one, two, -3.0), (two, one, 3.0)):
        found = difference(a, b)
        assert (found.value, found.freedom) == (value, 0)
        assert math.isnan(found.low)
        assert math.isnan(found.high)


def test_groups_that_do_not_vary_differ_exactly() -> None:
    """The interval is the difference itself."""
    same = difference(estimate(np.array([2.0, 2.0])), estimate(np.array([1.5, 1.5, 1.5])))
    assert same == (0.5, 0.5, 0.5, 3)


@pytest.mark.parametrize("spread", [1, 2, 5])
@pytest.mark.parametrize("runs", range(3, 21))
def test_the_interval_of_a_difference_holds_the_true_one(runs: int, spread: int) -> None:
    """In 94 to 96 of 100 cases from six runs in each group on; of fewer in a few more, since the
    degrees of freedom are rounded down: at three runs that vary alike, in 97.5. Two groups of
    normal values, of which one varies as much as the other or up to five times as much."""
    random = np.random.default_rng([runs, spread])
    cases = 40_000
    first = random.normal(3, 1, (cases, runs))
    second = random.normal(1, spread, (cases, runs))
    parts = first.var(axis=1, ddof=1) / runs, second.var(axis=1, ddof=1) / runs
    share = parts[0] / (parts[0] + parts[1])
    freedom = np.floor((runs - 1) / (share**2 + (1 - share) ** 2)).astype(int)
    reach = np.sqrt(parts[0] + parts[1]) * np.array([quantile(0.975, int(one)) for one in freedom])
    inside = float(np.mean(np.abs(first.mean(axis=1) - second.mean(axis=1) - 2) <= reach))
    assert 0.94 <= inside <= (0.96 if runs > 5 else 0.98)
    for case in range(50):  # what was simulated is what is computed
        found = difference(estimate(first[case]), estimate(second[case]))
        assert found.freedom == freedom[case]
        assert found.high - found.value == pytest.approx(reach[case])
