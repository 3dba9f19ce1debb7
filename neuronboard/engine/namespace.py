"""The arrays that kernels compute with: numpy's functions, and a few that numpy does not have.

A kernel takes such a namespace as `xp` and uses nothing else, so the same definition computes with
any library that speaks numpy's language. What it may use beside numpy's own names:

    erf, erfc, lgamma, digamma, polygamma, zeta   element by element
    add_at, set_at, max_at, min_at            (array, index, values) -> a new array
    windows, folded                           pictures cut into windows, and windows added up
    is_numpy                                  whether arrays can be written to
"""

from __future__ import annotations

import math
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np


def _each(function: Callable[[float], float]) -> Callable[[Any], Any]:
    """A function of one number over an array; its dtype stays."""
    over = np.frompyfunc(function, 1, 1)

    def kernel(x: Any) -> Any:
        return np.asarray(over(np.asarray(x, np.float64)), np.float64).astype(x.dtype)[()]

    return kernel


def _lgamma(x: float) -> float:
    """Infinite at 0 and the negative whole numbers, where `math` raises."""
    if math.isinf(x) or (x <= 0 and x == math.floor(x)):
        return math.inf
    return math.lgamma(x)


def _digamma(x: Any) -> Any:
    """The derivative of lgamma: moved above 6 by its recurrence, then the asymptotic series."""
    z = np.asarray(x, np.float64)
    reflected = z < 0.5
    at = np.where(reflected, 1 - z, z)
    total = np.zeros_like(at)
    for _ in range(7):
        small = at < 7
        total = np.where(small, total - 1 / np.where(small, at, 1.0), total)
        at = np.where(small, at + 1, at)
    inverse = 1 / (at * at)
    series = 1 / 132 - inverse * 691 / 32760
    for bernoulli in (1 / 240, 1 / 252, 1 / 120, 1 / 12):
        series = bernoulli - inverse * series
    value = total + np.log(at) - 0.5 / at - inverse * series
    value = np.where(reflected, value - np.pi / np.tan(np.pi * z), value)
    poles = (z <= 0) & (z == np.floor(z))
    return np.where(poles, np.nan, value).astype(x.dtype)[()]


_BERNOULLI = (1 / 12, -1 / 720, 1 / 30240, -1 / 1209600, 1 / 47900160, -691 / 1307674368000)


def _zeta(x: Any, q: Any) -> Any:
    """Hurwitz's zeta function: a few terms, then Euler and Maclaurin's formula for the rest."""
    s, at = np.broadcast_arrays(np.asarray(x, np.float64), np.asarray(q, np.float64))
    total = np.zeros(s.shape)
    for k in range(12):
        total = total + (at + k) ** -s
    far = at + 12
    total = total + far ** (1 - s) / (s - 1) + 0.5 * far**-s
    factor = s * far ** (-s - 1)
    for i, bernoulli in enumerate(_BERNOULLI):
        total = total + bernoulli * factor
        factor = factor * (s + 2 * i + 1) * (s + 2 * i + 2) / (far * far)
    total = np.where(s == 1, np.inf, np.where(s < 1, np.nan, total))
    return total.astype(np.result_type(x, q))[()]


def _polygamma(a: Any, x: Any) -> Any:
    """(-1) ** (a + 1) * a! * zeta(a + 1, x); digamma for a = 0."""
    order, at = np.broadcast_arrays(np.asarray(a, np.float64), np.asarray(x, np.float64))
    sign = np.where(order % 2 == 0, -1.0, 1.0)
    size = np.asarray(_each(math.gamma)(np.maximum(order, 0) + 1)) * _zeta(order + 1, at)
    value = np.where(order == 0, _digamma(at), sign * size)
    value = np.where((order < 0) | (order != np.floor(order)), np.nan, value)
    return value.astype(np.result_type(a, x))[()]


def _at(function: Callable[..., None]) -> Callable[[Any, Any, Any], Any]:
    def kernel(target: Any, index: Any, values: Any) -> Any:
        result = np.array(target)
        function(result, index, values)
        return result

    return kernel


def _set_at(target: Any, index: Any, values: Any) -> Any:
    result = np.array(target)
    result[index] = values
    return result


Pair = tuple[int, int]


def _windows(x: Any, size: Pair, stride: Pair, dilation: Pair) -> Any:
    """Windows of pictures: [n, height, width, c] -> [n, rows, columns, *size, c], a view."""
    n, height, width, depth = x.shape
    rows, columns = _places((height, width), size, stride, dilation)
    steps = x.strides
    return np.lib.stride_tricks.as_strided(
        x,
        (n, rows, columns, *size, depth),
        (
            *(steps[0], steps[1] * stride[0], steps[2] * stride[1]),
            *(steps[1] * dilation[0], steps[2] * dilation[1], steps[3]),
        ),
        writeable=False,
    )


def _places(whole: Pair, size: Pair, stride: Pair, dilation: Pair) -> Pair:
    """How many windows fit."""
    rows, columns = (
        max((whole[i] - (size[i] - 1) * dilation[i] - 1) // stride[i] + 1, 0) for i in (0, 1)
    )
    return rows, columns


def _folded(parts: Any, size: Pair, whole: Pair, stride: Pair, dilation: Pair) -> Any:
    """Windows added up at their places: what `windows` does, turned round.

    parts: for each place in a window, row by row, its elements [n, rows, columns, c].
    """
    n, rows, columns, depth = parts[0].shape
    result = np.zeros((n, *whole, depth), parts[0].dtype)
    apart = dilation == (1, 1) and stride[0] >= size[0] and stride[1] >= size[1]
    for place, part in enumerate(parts):
        i, j = divmod(place, size[1])
        top, left = i * dilation[0], j * dilation[1]
        bottom = top + (rows - 1) * stride[0] + 1
        right = left + (columns - 1) * stride[1] + 1
        there = result[:, top : bottom : stride[0], left : right : stride[1]]
        if apart:
            there[...] = part
        else:
            there += part
    return result


# What numpy has loaded: asking for more of it would load modules that nobody needs.
_NAMES = {name: value for name, value in vars(np).items() if not name.startswith("_")}

numpy = SimpleNamespace(
    **_NAMES,
    erf=_each(math.erf),
    erfc=_each(math.erfc),
    lgamma=_each(_lgamma),
    digamma=_digamma,
    polygamma=_polygamma,
    zeta=_zeta,
    add_at=_at(np.add.at),
    max_at=_at(np.maximum.at),
    min_at=_at(np.minimum.at),
    set_at=_set_at,
    windows=_windows,
    folded=_folded,
    is_numpy=True,
)
