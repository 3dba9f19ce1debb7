"""A curve in words: one text for screen readers, for the terminal and for programs that read."""

from __future__ import annotations

import math
from typing import Any

from neuronboard.dashboards.http import number as json_number
from neuronboard.store.trend import Piece, Point, Trend

DIGITS = 4  # significant, as many as one can hear


def sentences(trend: Trend | None) -> str:
    """What a curve does, in sentences: points, movement, extremes, last value, what is missing."""
    if trend is None:
        return "No points."
    found = [f"{_counted(trend.total, 'point')}, {_steps(trend)}."]
    if trend.pieces:
        found.append(_movement(trend.pieces))
    found.append(f"Last {number(trend.last.value)} at step {trend.last.step:,}.")
    if trend.lowest and trend.highest and trend.total > 1:
        found.append(f"Lowest {_at(trend.lowest)}, highest {_at(trend.highest)}.")
    if trend.first_not_finite:
        what = _counted(trend.not_finite, "value")
        verb = "is" if trend.not_finite == 1 else "are"
        found.append(
            f"{what} {verb} not finite, the first at step {trend.first_not_finite.step:,}."
        )
    return " ".join(found)


def facts(trend: Trend | None) -> dict[str, Any] | None:
    """The same as numbers, so that others say it in their language. A point is [step, value]."""
    if trend is None:
        return None
    return {
        "total": trend.total,
        "first": _pair(trend.first),
        "last": _pair(trend.last),
        "lowest": _pair(trend.lowest),
        "highest": _pair(trend.highest),
        "pieces": [[p.direction, _pair(p.start), _pair(p.end)] for p in trend.pieces],
        "not_finite": trend.not_finite,
        "first_not_finite": _pair(trend.first_not_finite),
    }


def _pair(point: Point | None) -> list[Any] | None:
    return None if point is None else [point.step, json_number(point.value)]


def number(value: float) -> str:
    """A value with four digits: 0.004500, 1.200e+09, NaN."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "infinity" if value > 0 else "-infinity"
    return f"{value:.{DIGITS}g}"


def _steps(trend: Trend) -> str:
    first, last = trend.first.step, trend.last.step
    return f"step {first:,}" if first == last else f"steps {first:,} to {last:,}"


def _at(point: Point) -> str:
    return f"{number(point.value)} at step {point.step:,}"


def _movement(pieces: tuple[Piece, ...]) -> str:
    """The pieces as one sentence: "Falls from 2.3 to 0.41 by step 310, then is level at 0.4."""
    parts = []
    for place, piece in enumerate(pieces):
        is_last = place == len(pieces) - 1
        by = "" if is_last else f" by step {piece.end.step:,}"
        start, end = number(piece.start.value), number(piece.end.value)
        if piece.direction == "level":
            parts.append(f"is level at {end}" + ("" if is_last else f" to step {piece.end.step:,}"))
        else:
            parts.append(f"{piece.direction} from {start} to {end}{by}")
    text = ", then ".join(parts)
    return f"{text[0].upper()}{text[1:]}."


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
