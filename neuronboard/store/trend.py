"""What a curve does, in a few pieces: where it falls, rises or stays level, and where that changes.

A curve of any length is looked at in at most `BINS` bins of as many points each. The bins' medians
are divided into straight pieces by least squares, with the number of pieces that the Bayesian
information criterion finds worth it (Schwarz 1978); noise is told from movement by the second
differences of the medians. So a short spike is no piece of its own: it is an extreme.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Direction = Literal["falls", "rises", "level"]

BINS = 128
PIECES = 4  # at most
SHORTEST = 3  # bins of a piece
SMALLEST = 0.02  # of the curve's range: movements below that are level
NOISE = 0.01  # of the range: what no piece is worth
JUMP = 3  # times what counts as a movement
# Half of all normal numbers lie within 0.6745 deviations; a second difference has six variances.
MEDIAN_TO_DEVIATION = 1 / (0.6745 * 6**0.5)


@dataclass(frozen=True, slots=True)
class Point:
    """A value and the step it stands at."""

    step: int
    value: float


@dataclass(frozen=True, slots=True)
class Piece:
    """A part that is about straight. Its ends: the medians of its first and its last bin."""

    direction: Direction
    start: Point
    end: Point


@dataclass(frozen=True, slots=True)
class Trend:
    """What a curve does.

    total: points. first, last: as written, not finite ones too. lowest, highest: of the finite
    values, the first of several; None if there are none. pieces: in order, of the finite values;
    where one ends and the next begins the curve changes. not_finite: how many values are NaN or
    infinite, and first_not_finite the first of them.
    """

    total: int
    first: Point
    last: Point
    lowest: Point | None
    highest: Point | None
    pieces: tuple[Piece, ...]
    not_finite: int
    first_not_finite: Point | None


def trend(steps: npt.NDArray[np.int64], values: npt.NDArray[np.floating[Any]]) -> Trend | None:
    """What a curve does; None if it has no points.

    steps: int64[n]. values: float[n], in the order they were written.
    """
    if not len(steps):
        return None
    finite = np.isfinite(values)
    bad = np.flatnonzero(~finite)
    good_steps, good = (steps, values) if not len(bad) else (steps[finite], values[finite])
    return Trend(
        total=len(steps),
        first=_point(steps, values, 0),
        last=_point(steps, values, -1),
        lowest=_point(good_steps, good, int(good.argmin())) if len(good) else None,
        highest=_point(good_steps, good, int(good.argmax())) if len(good) else None,
        pieces=_pieces(good_steps, good),
        not_finite=len(bad),
        first_not_finite=_point(steps, values, int(bad[0])) if len(bad) else None,
    )


def _point(steps: npt.NDArray[np.int64], values: npt.NDArray[Any], at: int) -> Point:
    return Point(int(steps[at]), float(values[at]))


def _pieces(steps: npt.NDArray[np.int64], values: npt.NDArray[Any]) -> tuple[Piece, ...]:
    if len(values) < 2:
        return ()
    edges = np.linspace(0, len(values), min(BINS, len(values)) + 1).astype(np.intp)
    sizes = np.diff(edges)
    scale = float(np.abs(values).max()) or 1.0  # squares of 1e200 are not finite
    middle = np.array([np.median(part) for part in np.split(values, edges[1:-1])]) / scale
    middles = steps[edges[:-1] + sizes // 2]
    ends = _divided(middle)
    least = max(SMALLEST * float(np.ptp(middle)), 2 * _noise(middle))
    found = []
    for start, stop in zip([0, *ends[:-1]], ends, strict=True):
        change = _change(middle[start:stop])
        direction: Direction = (
            "level" if abs(change) <= least else "rises" if change > 0 else "falls"
        )
        first = int(steps[0]) if start == 0 else int(middles[start])
        last = int(steps[-1]) if stop == len(middle) else int(middles[stop - 1])
        ends_at = float(middle[start]) * scale, float(middle[stop - 1]) * scale
        found.append(Piece(direction, Point(first, ends_at[0]), Point(last, ends_at[1])))
    return _joined(found, JUMP * least * scale)


def _noise(medians: Floats) -> float:
    """The standard deviation of a median around the curve that it lies on; of few, nobody knows."""
    if len(medians) < 2 * SHORTEST:
        return 0.0
    return float(np.median(np.abs(np.diff(medians, 2)))) * MEDIAN_TO_DEVIATION


def _change(middle: Floats) -> float:
    """How far the line of least squares rises."""
    count = len(middle)
    if count < 2 or not np.ptp(middle):
        return 0.0
    x = np.arange(count) - (count - 1) / 2
    return float((x @ middle) / (x @ x)) * (count - 1)


def _divided(medians: Floats) -> list[int]:
    """The ends of the pieces."""
    count = len(medians)
    spread = float(np.ptp(medians))
    noise = max(_noise(medians), NOISE * spread)
    if count < 2 * SHORTEST or noise == 0:
        return [count]
    cost = _costs(medians) / noise**2
    best = cost[0]  # of the first i bins, in as many pieces as there were rounds
    cuts: list[npt.NDArray[np.intp]] = []
    worth = best[count]
    chosen = 1
    for pieces in range(2, PIECES + 1):
        table = best[:, None] + cost  # [where the last piece begins, where it ends]
        cuts.append(table.argmin(axis=0))
        best = table.min(axis=0)
        # A piece has a start, a slope and a place, and places are many.
        price = best[count] + 5 * (pieces - 1) * np.log(count)
        if price < worth:
            worth, chosen = price, pieces
    ends = [count]
    for round_ in range(chosen - 2, -1, -1):
        ends.insert(0, int(cuts[round_][ends[0]]))
    return ends


def _costs(medians: Floats) -> Floats:
    """[start, end]: the squares that a line through those bins leaves; infinite if too short."""
    count = len(medians)
    x = np.arange(count, dtype=np.float64)
    y = medians - medians.mean()
    sums = [np.r_[0.0, np.cumsum(part)] for part in (np.ones(count), x, x * x, y, x * y, y * y)]
    n, sx, sxx, sy, sxy, syy = (part[None, :] - part[:, None] for part in sums)
    with np.errstate(all="ignore"):
        left = syy - sy * sy / n - (sxy - sx * sy / n) ** 2 / (sxx - sx * sx / n)
    left[~(n >= SHORTEST)] = np.inf
    floor: Floats = np.maximum(left, 0)
    return floor


def _joined(pieces: list[Piece], jump: float) -> tuple[Piece, ...]:
    """Pieces that go the same way are one, unless the curve jumps between them."""
    found: list[Piece] = []
    for piece in pieces:
        before = found[-1] if found else None
        near = before and abs(piece.start.value - before.end.value) <= jump
        if before and near and before.direction == piece.direction:
            found[-1] = Piece(before.direction, before.start, piece.end)
        else:
            found.append(piece)
    return tuple(found)
