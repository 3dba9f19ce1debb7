"""Student's t, against scipy."""

from __future__ import annotations

import math

import numpy as np
import pytest
import scipy.stats

from neuronboard.store.student import quantile, quantiles


@pytest.mark.parametrize("p", [0.5, 0.75, 0.9, 0.975, 0.995, 0.9995])
@pytest.mark.parametrize("freedom", [*range(1, 40), 99, 100, 4999, 5000])
def test_it_is_the_quantile_of_the_distribution(p: float, freedom: int) -> None:
    """Odd and even degrees of freedom are different sums."""
    expected = scipy.stats.t.ppf(p, freedom)
    assert quantile(p, freedom) == pytest.approx(expected, rel=1e-10, abs=1e-12)


def test_one_run_has_no_interval() -> None:
    """No degree of freedom, no quantile; the others keep their places."""
    found = quantiles(0.975, np.array([2, 0, -1, 2, 1]))
    expected = [4.302652729, math.nan, math.nan, 4.302652729, 12.706204736]
    np.testing.assert_allclose(found, expected, rtol=1e-9)
