"""Smoothing of whole curves: each value from all raw points, so that it is the same at every zoom.

    ema         the exponential moving average that TensorBoard draws: of the values so far, each
                weighed `weight` times the next one, divided by the sum of the weights
    symmetric   the same weights to both sides, so that a bend is drawn where it is and not later

Distances count the finite values; values that are not finite are passed through and break nothing.
A constant curve stays as it is, to the bit.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate
from typing import Any, Literal, get_args

import numpy as np
import numpy.typing as npt

from neuronboard.formats.batch import Columns
from neuronboard.store.curve import Curve, Slice
from neuronboard.store.recent import Recent
from neuronboard.store.reduce import HAS_EXTENSION, kernels

Floats = npt.NDArray[np.float64]
Kind = Literal["ema", "symmetric"]
KINDS: tuple[str, ...] = get_args(Kind)


@dataclass(frozen=True, slots=True)
class Smoothing:
    """How a curve is smoothed; weight: 0 (not at all) to less than 1."""

    kind: Kind
    weight: float


def smooth(
    values: npt.NDArray[np.floating[Any]], how: Smoothing, *, pure: bool = not HAS_EXTENSION
) -> Floats:
    """The smoothed values, float64[n]."""
    raw = np.ascontiguousarray(values, np.float64)
    finite = np.isfinite(raw)
    known = raw[finite]
    if how.weight == 0 or not len(known) or (known == known[0]).all():
        return raw
    if not pure:
        both = how.kind == "symmetric"
        return np.frombuffer(kernels.smooth(raw, how.weight, both), np.float64)
    result = raw.copy()
    result[finite] = _PURE[how.kind](known, how.weight)
    return result


_recent = Recent()


def smoothed_slices(curve: Curve, how: Smoothing) -> tuple[Slice, ...]:
    """The slices of a curve with smoothed values, float64."""
    found = _recent.get(curve, how)
    if found is None:
        found = tuple(_smoothed(curve, how))
        _recent.put(curve, how, found)
    return found


def _smoothed(curve: Curve, how: Smoothing) -> Iterator[Slice]:
    values = smooth(curve.values(), how)
    at = 0
    for piece in curve.slices:
        steps, wall_times, _ = piece.columns()
        part = Slice.of(Columns(steps, wall_times, values[at : at + piece.length]))
        yield part._replace(steps_ascend=piece.steps_ascend)
        at += piece.length


def _ema(values: Floats, weight: float) -> Floats:
    sums = accumulate(
        ((1 - weight) * values).tolist(), lambda sum_, v: sum_ * weight + v, initial=0
    )
    debias = accumulate([weight] * len(values), lambda product, w: product * w, initial=1.0)
    return _column(sums) / (1 - _column(debias))


def _symmetric(values: Floats, weight: float) -> Floats:
    sums, weights = _decayed(values, weight)
    back_sums, back_weights = _decayed(values[::-1], weight)
    behind = np.r_[0.0, back_sums[:-1]][::-1] * weight
    behind_weights = np.r_[0.0, back_weights[:-1]][::-1] * weight
    result: Floats = (sums + behind) / (weights + behind_weights)
    return result


def _decayed(values: Floats, weight: float) -> tuple[Floats, Floats]:
    """Of each value the sum of it and of those before it, weighed; and the sum of the weights."""
    sums = accumulate(values.tolist(), lambda sum_, v: sum_ * weight + v, initial=0.0)
    weights = accumulate([1.0] * len(values), lambda sum_, v: sum_ * weight + v, initial=0.0)
    return _column(sums), _column(weights)


def _column(numbers: Iterable[float]) -> Floats:
    """The numbers behind the first."""
    return np.fromiter(numbers, np.float64)[1:]


_PURE = {"ema": _ema, "symmetric": _symmetric}
