"""Student's t: how far a mean of few numbers may lie from the true one.

For whole degrees of freedom the distribution is a finite sum (Abramowitz and Stegun, Handbook of
Mathematical Functions, 26.7.3 and 26.7.4), so no library of special functions is needed.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt


def quantiles(p: float, freedom: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """The number that t is below with probability p, for each of these degrees of freedom.

    p: 0.5 to less than 1. NaN where the degrees of freedom are 0 or less.
    """
    different, which = np.unique(freedom, return_inverse=True)
    found: npt.NDArray[Any] = np.array([quantile(p, int(one)) for one in different])
    result: npt.NDArray[np.float64] = found[which]
    return result


@lru_cache(maxsize=1 << 14)
def quantile(p: float, freedom: int) -> float:
    """The number that t is below with probability p, by bisection of the angle."""
    if freedom < 1:
        return math.nan
    low, high = 0.0, math.pi / 2
    while True:
        middle = (low + high) / 2
        if not low < middle < high:
            return math.sqrt(freedom) * math.tan(middle)
        if 0.5 + 0.5 * _inside(middle, freedom) < p:
            low = middle
        else:
            high = middle


def _inside(angle: float, freedom: int) -> float:
    """The probability of |t| < sqrt(freedom) * tan(angle)."""
    sine, cosine = math.sin(angle), math.cos(angle)
    odd = freedom % 2
    k = np.arange(1, (freedom - odd) // 2)
    factors = (2 * k) / (2 * k + 1) if odd else (2 * k - 1) / (2 * k)
    terms = 1 + float(np.cumprod(factors * cosine * cosine).sum())
    if not odd:
        return sine * terms
    return 2 / math.pi * (angle + (sine * cosine * terms if freedom > 1 else 0.0))
