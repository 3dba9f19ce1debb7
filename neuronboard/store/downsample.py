"""Fewer points that draw the same line: M4 (Jugel et al., VLDB 2014).

Of the points that fall into one pixel column, a line chart shows only the first, the lowest, the
highest and the last. Points that are not finite are kept too, so that none is hidden.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt


def m4(x: npt.NDArray[Any], y: npt.NDArray[Any], pixels: int) -> npt.NDArray[np.intp]:
    """Indices, ascending, of the points that draw the line at `pixels` columns.

    x: numbers[n], in any order (a step back begins a new group). y: float[n].
    """
    finite = np.isfinite(y) & np.isfinite(x.astype(np.float64))
    kept = np.flatnonzero(finite)
    if len(kept) == 0:
        return np.arange(len(y))
    columns = _columns(x[kept].astype(np.float64), pixels)
    starts = np.flatnonzero(np.r_[True, columns[1:] != columns[:-1]])
    ends = np.r_[starts[1:], len(columns)] - 1
    values = y[kept].astype(np.float64)
    group = np.repeat(np.arange(len(starts)), ends - starts + 1)
    by_value = np.lexsort((values, group))
    picked = np.concatenate([starts, ends, by_value[starts], by_value[ends]])
    return np.unique(np.concatenate([kept[picked], np.flatnonzero(~finite)]))


def _columns(x: npt.NDArray[np.float64], pixels: int) -> npt.NDArray[np.int64]:
    low, high = x.min(), x.max()
    if high <= low:
        return np.zeros(len(x), np.int64)
    columns: npt.NDArray[np.int64] = ((x - low) / (high - low) * pixels).astype(np.int64)
    return np.minimum(columns, pixels - 1)
