"""How scalars are asked for over HTTP: the parameters that curves and groups share."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from enum import StrEnum
from typing import Annotated, Any, Literal

from fastapi import Depends, Query, Request

from neuronboard.dashboards.cursor import version_of
from neuronboard.dashboards.http import BINARY
from neuronboard.dashboards.scalars.query import Question, XAxis
from neuronboard.errors import QueryError
from neuronboard.store.curve import Curve
from neuronboard.store.smooth import Kind, Smoothing

MOST_PIXELS = 1 << 15
Scale = Literal["linear", "log"]


class Format(StrEnum):
    """The form of an answer."""

    BINARY = "binary"
    JSON = "json"
    CSV = "csv"


MEDIA_TYPES = {
    Format.BINARY: BINARY,
    Format.JSON: "application/json",
    Format.CSV: "text/csv; charset=utf-8",
}

FormatParam = Annotated[Format, Query(description="binary columns, or for people JSON or CSV")]


async def _question(
    request: Request,
    tag: Annotated[list[str], Query(description="a tag, once for each", min_length=1)],
    run: Annotated[
        list[str] | None, Query(description="run id, once for each; all if none")
    ] = None,
    axis: Annotated[XAxis, Query(description="what x is")] = "step",
    over: Annotated[str, Query(description="the tag whose values are x on axis=tag")] = "",
    x_scale: Annotated[Scale, Query(description="how x is drawn")] = "linear",
    y_scale: Annotated[Scale, Query(description="how y is drawn")] = "linear",
    low: Annotated[float | None, Query(description="x at the left edge; with high")] = None,
    high: Annotated[float | None, Query(description="x at the right edge; with low")] = None,
    pixels: Annotated[
        int | None,
        Query(description="device pixels between them; every point if none", ge=1, le=MOST_PIXELS),
    ] = None,
    smoothing: Annotated[
        float, Query(description="weight of what came before, 0 to less than 1", ge=0, lt=1)
    ] = 0,
    smoother: Annotated[Kind, Query(description="how it is smoothed")] = "ema",
    parts: Annotated[
        Literal["all", "newest"],
        Query(description="newest: without steps that a later part of the run has too"),
    ] = "all",
    purged: Annotated[bool, Query(description="send what a restart declared void too")] = False,
    since: Annotated[str | None, Query(description="cursor of an earlier answer")] = None,
) -> Question:
    _refuse_unknown(request)
    life: str = request.app.state.life
    return Question(
        tags=tuple(tag),
        runs=None if run is None else tuple(run),
        axis=axis,
        over=_over(over, axis),
        log=x_scale == "log",
        positive=y_scale == "log",
        bounds=_bounds(low, high, x_scale == "log"),
        pixels=pixels,
        smoothing=Smoothing(smoother, smoothing) if smoothing > 0 else None,
        newest=parts == "newest",
        purged=purged,
        since=version_of(since, life) if since else None,
    )


_KNOWN = {*inspect.signature(_question).parameters, "format", "compress"} - {"request"}
_MORE = {"group": {"center", "band"}, "groups": {"center", "band", "group", "of"}}  # by the route


def _refuse_unknown(request: Request) -> None:
    """A parameter that is misspelt would be left out in silence."""
    names = _KNOWN | _MORE.get(request.url.path.rpartition("/")[2], set())
    for name in request.query_params:
        if name not in names:
            known = ", ".join(sorted(names))
            raise QueryError(f"there is no parameter {name[:40]!r}; there are {known}")


QuestionParam = Annotated[Question, Depends(_question)]


def state_of(curves: Sequence[Curve]) -> list[Any]:
    """What an answer depends on: curves only grow, until their segment changes."""
    return [
        (c.run, c.tag, c.segment.id, c.segment.changed, c.part, c.purged, len(c), c.covered)
        for c in curves
    ]


def _over(over: str, axis: XAxis) -> str:
    if (axis == "tag") != bool(over):
        raise QueryError(
            f"axis=tag goes with over, the tag whose values are x; got {axis=!s} and {over=}"
        )
    return over


def _bounds(low: float | None, high: float | None, log: bool) -> tuple[float, float] | None:
    if low is None and high is None:
        return None
    if low is None or high is None or not low <= high:
        raise QueryError(f"low and high are two numbers, the smaller first, got {low} and {high}")
    if log and low <= 0:
        raise QueryError(f"low must be above 0 on a logarithmic axis, got {low}")
    if abs(low) == float("inf") or abs(high) == float("inf"):
        raise QueryError(f"low and high must be finite, got {low} and {high}")
    return low, high
