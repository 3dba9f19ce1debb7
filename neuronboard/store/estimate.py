"""What a few runs say of all that there could be: a mean, a difference of two, their intervals.

Intervals hold the true number with 95 % confidence where values are normal, for few runs too: of a
mean by Student's t, of a difference by Welch's test, which does not take the two groups to vary
alike. Welch's degrees of freedom are a fraction; the whole number below it is used, which makes the
interval a little wider and never narrower.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from neuronboard.store.student import quantile

LEVEL = 0.975  # below the upper end of an interval of 95 %
Values = npt.NDArray[np.floating[Any]]


class Estimate(NamedTuple):
    """Of n finite values: mean, median, least, most; NaN where n is 0. std: the sample's standard
    deviation (n - 1), NaN where n is below 2; so are low and high, the interval of the mean."""

    n: int
    mean: float
    median: float
    least: float
    most: float
    std: float
    low: float
    high: float


class Difference(NamedTuple):
    """A mean less another one, and its interval; freedom: whole degrees of freedom, 0 where one of
    the two is of fewer than two values and there is no interval (low and high are NaN)."""

    value: float
    low: float
    high: float
    freedom: int


def estimate(values: Values) -> Estimate:
    """What some values say; those that are not finite are left out."""
    there = values[np.isfinite(values)].astype(np.float64)
    n = len(there)
    if not n:
        return Estimate(0, *[math.nan] * 7)
    mean = float(there.mean())
    middle = (float(np.median(there)), float(there.min()), float(there.max()))
    if n == 1:
        return Estimate(1, mean, *middle, *[math.nan] * 3)
    std = float(there.std(ddof=1))
    reach = std / math.sqrt(n) * quantile(LEVEL, n - 1)
    return Estimate(n, mean, *middle, std, mean - reach, mean + reach)


def difference(a: Estimate, b: Estimate) -> Difference:
    """The mean of a less that of b."""
    value = a.mean - b.mean
    if a.n < 2 or b.n < 2:
        return Difference(value, math.nan, math.nan, 0)
    parts = a.std**2 / a.n, b.std**2 / b.n
    freedom = _freedom(*parts, a.n, b.n)
    reach = math.sqrt(sum(parts)) * quantile(LEVEL, freedom)
    return Difference(value, value - reach, value + reach, freedom)


def _freedom(a: float, b: float, n_a: int, n_b: int) -> int:
    """Welch's and Satterthwaite's degrees of freedom, as a whole number: of squared errors of two
    means. They lie between those of the smaller group and those of both together, which is looked
    after where rounding would say something else."""
    least, most = min(n_a, n_b) - 1, n_a + n_b - 2
    if a + b == 0:
        return most
    share = a / (a + b)
    found = 1 / (share**2 / (n_a - 1) + (1 - share) ** 2 / (n_b - 1))
    return max(least, min(most, math.floor(found * (1 + 1e-12))))
