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
    edges = 1 + np.arange(parts + 1) * (n - 2) // max(parts, 1)
    for start, stop in zip(edges.tolist(), edges[1:].tolist(), strict=False):
        picked.update(start + end for end in _ends(values[start:stop]))
    return _filled(picked, n, count)


def spread(n: int, count: int | None) -> npt.NDArray[np.intp]:
    """Indices of at most `count` of n things that have no size, evenly spread; the last is kept."""
    if count is None or count >= n:
        return np.arange(n)
    return n - 1 - (np.arange(count)[::-1] * n) // max(count, 1)


def _ends(values: npt.NDArray[Any]) -> set[int]:
    """Where the lowest and the highest are; nowhere if all is NaN."""
    if len(values) == 0 or np.isnan(values).all():
        return set()
    return {int(np.nanargmin(values)), int(np.nanargmax(values))}


def _filled(picked: set[int], n: int, count: int) -> npt.NDArray[np.intp]:
    """`count` indices: those picked, and as many evenly spread ones as that takes."""
    kept = np.fromiter(picked, np.intp)
    even = spread(n, count)  # so many that enough are left without those that are picked already
    others = even[~np.isin(even, kept)]
    return np.sort(np.concatenate([kept, others[spread(len(others), count - len(kept))]]))
