"""Fewer points, where `--samples_per_plugin` asks for it."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt


def sampled(values: npt.NDArray[Any], count: int | None) -> npt.NDArray[np.intp]:
    """Indices, ascending, of at most `count` of the values; of all if count is None.

    TensorBoard draws at random, and keeps the last one. Here the first and the last are kept, and
    of as many equal parts as there is room for, the lowest and the highest value: a spike is not
    lost. What is left over is spread evenly. NaN is neither low nor high.
    """
    n = len(values)
    if count is None or count >= n:
        return np.arange(n)
    if count < 3:
        return np.array([n - 1] if count == 1 else [0, n - 1])
    parts = (count - 2) // 2
    picked = {0, n - 1}
    for part in np.array_split(np.arange(1, n - 1), parts) if parts else ():
        picked.update(_ends(values, part))
    return _filled(picked, n, count)


def spread(n: int, count: int | None) -> npt.NDArray[np.intp]:
    """Indices of at most `count` of n things that have no size, evenly spread; the last is kept."""
    if count is None or count >= n:
        return np.arange(n)
    return n - 1 - (np.arange(count)[::-1] * n) // count


def _ends(values: npt.NDArray[Any], part: npt.NDArray[np.intp]) -> set[int]:
    """Where the lowest and the highest of a part are; nowhere if all of it is NaN."""
    of_part = values[part]
    if len(part) == 0 or np.isnan(of_part).all():
        return set()
    return {int(part[np.nanargmin(of_part)]), int(part[np.nanargmax(of_part)])}


def _filled(picked: set[int], n: int, count: int) -> npt.NDArray[np.intp]:
    """`count` indices: those picked, and as many of the others as that takes."""
    others = np.setdiff1d(np.arange(n), np.fromiter(picked, np.intp))
    more = others[spread(len(others), count - len(picked))] if count > len(picked) else others[:0]
    return np.sort(np.concatenate([np.fromiter(picked, np.intp), more]))
