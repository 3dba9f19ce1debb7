"""Curves as text: a line of blocks, or a plot of Braille dots (Unicode, "Braille Patterns")."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.floating[Any]]

BLOCKS = "▁▂▃▄▅▆▇█"
MISSING = "·"
BRAILLE = 0x2800
# The bit of a dot, by row and column of its character.
DOTS = np.array([[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]])


def sparkline(values: Floats, width: int) -> str:
    """A line of at most `width` blocks, each the mean of its finite values; `·` where none is."""
    parts = np.array_split(values.astype(np.float64), min(width, len(values)) or 1)
    means = np.array([part[np.isfinite(part)].mean() if _any(part) else np.nan for part in parts])
    if not _any(means):
        return MISSING * len(parts) if len(values) else ""
    low, high = np.nanmin(means), np.nanmax(means)
    heights = (means - low) / (high - low or 1) * (len(BLOCKS) - 1)
    return "".join(MISSING if np.isnan(h) else BLOCKS[round(float(h))] for h in heights)


def braille(x: npt.NDArray[Any], y: Floats, width: int, height: int) -> list[str]:
    """The line through the points in `width` x `height` characters of 2 x 4 dots each.

    In every column of dots stand all values that the line has there, so a spike is seen at any
    width. The highest value is in the top row of dots. Not finite values break the line.
    """
    dots = np.zeros((4 * height, 2 * width), bool)
    finite = np.isfinite(y)
    if not finite.any():
        return [chr(BRAILLE) * width] * height
    low, high = float(y[finite].min()), float(y[finite].max())
    at = _placed(x.astype(np.float64), float(x.min()), float(x.max()), 2 * width)
    rows = np.full(len(y), -1)
    rows[finite] = _placed(y[finite].astype(np.float64), low, high, 4 * height)
    if high == low:
        rows[finite] = 2 * height
    _connect(dots, at, rows)
    cells = dots[::-1].reshape(height, 4, width, 2)
    codes = BRAILLE + np.einsum("hrwc,rc->hw", cells, DOTS)
    return ["".join(map(chr, line)) for line in codes]


def _any(values: Floats) -> bool:
    return bool(np.isfinite(values).any())


def _placed(values: npt.NDArray[np.float64], low: float, high: float, cells: int) -> Any:
    """The cell of each value, 0 for low and cells - 1 for high."""
    share = (values - low) / ((high - low) or 1.0)
    return np.clip(np.rint(share * (cells - 1)), 0, cells - 1).astype(np.intp)


def _connect(dots: npt.NDArray[np.bool_], at: Any, rows: Any) -> None:
    """Fills each column from the lowest to the highest row that the line has in it.

    A line that goes back, behind a restart, is not drawn there.
    """
    columns = dots.shape[1]
    lowest, highest = np.full(columns, dots.shape[0]), np.full(columns, -1)
    there = rows >= 0
    np.minimum.at(lowest, at[there], rows[there])
    np.maximum.at(highest, at[there], rows[there])
    for place in np.flatnonzero(there[1:] & there[:-1] & (at[1:] > at[:-1])):
        start, stop = int(at[place]), int(at[place + 1])
        # Where the line is at the borders of the columns between its two ends.
        borders = np.arange(start, stop) + 0.5
        level = np.interp(borders, [start, stop], [rows[place], rows[place + 1]])
        sides = np.ceil(level - 0.5).astype(int), np.floor(level + 0.5).astype(int)
        left, right = sides if rows[place] <= rows[place + 1] else sides[::-1]
        for part, row in ((slice(start, stop), left), (slice(start + 1, stop + 1), right)):
            np.minimum(lowest[part], row, out=lowest[part])
            np.maximum(highest[part], row, out=highest[part])
    for column in np.flatnonzero(highest >= 0):
        dots[lowest[column] : highest[column] + 1, column] = True
