"""Groups of runs: at each x that any of them has, the middle of all and a band around it.

Each run is a line: interpolated between its points, absent beyond its first and its last, and
between a value that is not finite and its neighbours. Where a run has an x twice, what was written
later counts. Nothing is reduced before it is grouped, so that a group's value is the same at every
zoom.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, get_args

import numpy as np
import numpy.typing as npt

from neuronboard.store.curve import Curve
from neuronboard.store.reduce import Axis
from neuronboard.store.smooth import Smoothing, smooth
from neuronboard.store.student import quantiles

Floats = npt.NDArray[np.float64]
Center = Literal["mean", "median", "min", "max"]
Band = Literal["minmax", "quartiles", "std", "sem", "ci95"]
CENTERS: tuple[str, ...] = get_args(Center)
BANDS: tuple[str, ...] = get_args(Band)
CELLS = 1 << 21  # numbers that are looked at together: 16 MB


class Line(NamedTuple):
    """A run as a function: x ascending, each once; y float64[n], NaN where there is no value."""

    x: npt.NDArray[Any]
    y: Floats


@dataclass(frozen=True, slots=True)
class Group:
    """The columns of a group, each of length len(x).

    n: how many runs are there. center, low, high: NaN where they are not defined: where no run is,
    and for "std", "sem" and "ci95" where there is only one.
    """

    x: npt.NDArray[Any]
    n: npt.NDArray[np.int64]
    center: Floats
    low: Floats
    high: Floats

    def picked(self, which: npt.NDArray[np.int64]) -> Group:
        """The rows of these numbers."""
        return Group(
            self.x[which], self.n[which], self.center[which], self.low[which], self.high[which]
        )


def line_of(curves: Iterable[Curve], axis: Axis, smoothing: Smoothing | None = None) -> Line:
    """The curves of one run as a function of x: steps int64, or seconds float64."""
    xs, ys = [], []
    for curve in curves:
        columns = curve.columns()
        x = columns.steps if axis == "step" else columns.wall_times
        xs.append(x - curve.origin if axis == "relative" else x)
        values = columns.values
        ys.append(smooth(values, smoothing) if smoothing else values.astype(np.float64))
    return line_through(xs, ys)


def line_through(xs: Sequence[npt.NDArray[Any]], ys: Sequence[Floats]) -> Line:
    """A line through points that were written in this order, part by part."""
    if not xs:
        return Line(np.empty(0), np.empty(0))
    x, y = np.concatenate(xs), np.concatenate(ys)
    there = np.isfinite(x)
    x, y = x[there], np.where(np.isfinite(y), y, np.nan)[there]
    if not (x[1:] > x[:-1]).all():
        order = np.argsort(x, kind="stable")
        x, y = x[order], y[order]
        last = np.r_[x[1:] != x[:-1], True] if len(x) else np.zeros(0, bool)
        x, y = x[last], y[last]
    return Line(x, y)


def grouped(lines: Sequence[Line], center: Center, band: Band) -> Group:
    """The group of some runs at the union of their x.

    center: "mean", "median", or the best run at each x: "min" or "max". band: "minmax";
    "quartiles", a quarter of the runs below low and a quarter above high (linear interpolation,
    numpy's default); "std", the sample's standard deviation (n - 1) to both sides of the mean, or
    of the median; "sem", that divided by the square root of n; "ci95", where the mean of all runs
    that there could be lies with 95 % confidence (Student's t, so it holds for few runs). These
    three are about the mean also where the center is "min" or "max".
    """
    lines = [line for line in lines if len(line.x)]
    if not lines:
        return Group(np.empty(0), np.empty(0, np.int64), np.empty(0), np.empty(0), np.empty(0))
    first = lines[0].x
    aligned = all(np.array_equal(line.x, first) for line in lines[1:])
    x = first if aligned else union([line.x for line in lines])
    rows = max(CELLS // len(lines), 1)
    parts = [
        _part(
            _table(lines, x[at : at + rows], slice(at, at + rows) if aligned else None),
            center,
            band,
        )
        for at in range(0, len(x), rows)
    ]
    return Group(x, *(np.concatenate(column) for column in zip(*parts, strict=True)))


def union(columns: Sequence[npt.NDArray[Any]]) -> npt.NDArray[Any]:
    """Each number once, ascending; so do the columns, of which a stable sort makes use (np.unique
    does not)."""
    x = np.sort(np.concatenate(columns), kind="stable")
    once: npt.NDArray[Any] = x[np.r_[True, x[1:] != x[:-1]][: len(x)]]
    return once


def _table(lines: Sequence[Line], x: npt.NDArray[Any], rows: slice | None) -> Floats:
    """float64[runs, len(x)]: each run at each x, NaN where it is absent."""
    table = np.empty((len(lines), len(x)))
    for number, line in enumerate(lines):
        if rows is not None:
            table[number] = line.y[rows]
        else:
            table[number] = np.interp(x, line.x, line.y, left=np.nan, right=np.nan)
    return table


def _part(
    table: Floats, center: Center, band: Band
) -> tuple[npt.NDArray[np.int64], Floats, Floats, Floats]:
    there = np.isfinite(table)
    n = there.sum(axis=0)
    ordered = np.sort(table, axis=0) if center == "median" or band == "quartiles" else table
    with np.errstate(all="ignore"):
        mean = table.sum(axis=0, where=there) / n
        middle = _CENTERS[center](table, ordered, n, mean)
        around = middle if center == "median" else mean
        low, high = _BANDS[band](table, ordered, n, mean, around)
    return n, middle, low, high


_CENTERS: dict[str, Callable[[Floats, Floats, npt.NDArray[np.int64], Floats], Floats]] = {
    "mean": lambda table, ordered, n, mean: mean,
    "median": lambda table, ordered, n, mean: _quantile(ordered, n, 0.5),
    "min": lambda table, ordered, n, mean: np.fmin.reduce(table, axis=0),
    "max": lambda table, ordered, n, mean: np.fmax.reduce(table, axis=0),
}


_Bounds = Callable[[Floats, Floats, npt.NDArray[np.int64], Floats, Floats], tuple[Floats, Floats]]


def _minmax(table: Floats, _o: Floats, n: Any, _m: Floats, _c: Floats) -> tuple[Floats, Floats]:
    return np.fmin.reduce(table, axis=0), np.fmax.reduce(table, axis=0)


def _quartiles(
    _t: Floats, ordered: Floats, n: Any, _m: Floats, _c: Floats
) -> tuple[Floats, Floats]:
    return _quantile(ordered, n, 0.25), _quantile(ordered, n, 0.75)


def _std(table: Floats, _o: Floats, n: Any, mean: Floats, middle: Floats) -> tuple[Floats, Floats]:
    spread = _deviation(table, n, mean)
    return middle - spread, middle + spread


def _sem(table: Floats, _o: Floats, n: Any, mean: Floats, middle: Floats) -> tuple[Floats, Floats]:
    spread = _deviation(table, n, mean) / np.sqrt(n)
    return middle - spread, middle + spread


def _ci95(table: Floats, _o: Floats, n: Any, mean: Floats, _c: Floats) -> tuple[Floats, Floats]:
    spread = _deviation(table, n, mean) / np.sqrt(n) * quantiles(0.975, n - 1)
    return mean - spread, mean + spread


_BANDS: dict[str, _Bounds] = {
    "minmax": _minmax,
    "quartiles": _quartiles,
    "std": _std,
    "sem": _sem,
    "ci95": _ci95,
}


def _deviation(table: Floats, n: npt.NDArray[np.int64], mean: Floats) -> Floats:
    """The standard deviation of the sample; NaN where n is 1."""
    squares = table - mean
    squares *= squares
    spread: Floats = np.nansum(squares, axis=0) / np.where(n > 1, n - 1, np.nan)
    return np.sqrt(spread)


def _quantile(ordered: Floats, n: npt.NDArray[np.int64], q: float) -> Floats:
    """Of each column, whose first n numbers ascend and are all there is; NaN where n is 0."""
    place = np.maximum(n - 1, 0) * q
    below = np.floor(place).astype(np.intp)
    above = np.minimum(below + 1, np.maximum(n - 1, 0))
    columns = np.arange(ordered.shape[1])
    a, b = ordered[below, columns], ordered[above, columns]
    result: Floats = a + (b - a) * (place - below)
    return result
