"""HTTP for scalars; the contract is `tests/golden/answers/scalars_*.json`."""

from __future__ import annotations

import inspect
import time
from collections.abc import Callable, Hashable, Sequence
from dataclasses import asdict
from enum import StrEnum
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse

from neuronboard.dashboards.cursor import cursor_of, version_of
from neuronboard.dashboards.forms import FormDep
from neuronboard.dashboards.http import (
    BINARY,
    StoreDep,
    etag_of,
    ranges,
    respond,
    respond_if_new,
)
from neuronboard.dashboards.scalars import encode, export, query
from neuronboard.dashboards.scalars.query import Question, XAxis
from neuronboard.dashboards.scalars.words import sentences
from neuronboard.errors import QueryError
from neuronboard.store import Catalog
from neuronboard.store.curve import Curve
from neuronboard.store.damage import places
from neuronboard.store.group import Band, Center
from neuronboard.store.smooth import Kind, Smoothing

router = APIRouter(prefix="/api/scalars")

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


@router.get("/tags")
def get_tags(
    request: Request,
    store: StoreDep,
    runs: Annotated[
        Literal["ids", "numbers"],
        Query(description="numbers: the runs of a tag as places in the list of runs, as ranges"),
    ] = "ids",
) -> Response:
    """Every scalar tag, with the runs that have it."""
    if runs == "numbers":
        return respond(request, numbered_tags_answer(store.catalog))
    return respond(request, tags_answer(store.catalog))


def tags_answer(catalog: Catalog) -> dict[str, Any]:
    """The answer of /api/scalars/tags."""
    return {"version": catalog.version, "tags": [asdict(tag) for tag in query.tags(catalog)]}


def numbered_tags_answer(catalog: Catalog) -> dict[str, Any]:
    """The same, short where thousands of runs have a tag: `runs` lists them once."""
    texts: dict[int, str] = {}
    tags = []
    for tag, numbers in catalog.scalar_numbers.items():
        first = catalog.runs[numbers[0]].series["scalar", tag]
        if id(numbers) not in texts:
            texts[id(numbers)] = ranges(numbers)
        tags.append(
            {
                "tag": tag,
                "display_name": first.display_name,
                "description": first.description,
                "runs": texts[id(numbers)],
            }
        )
    return {"version": catalog.version, "runs": [run.id for run in catalog.runs], "tags": tags}


@router.get("/damage")
def get_damage(request: Request, store: StoreDep) -> Response:
    """Where files are damaged: file, bytes, and the step of what comes behind."""
    catalog = store.catalog
    found = [
        {**asdict(place.problem), "step": place.step, "wall_time": place.wall_time}
        for place in places(catalog.problems)
    ]
    return respond(request, {"version": catalog.version, "damage": found})


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


_MORE = {"format", "compress", "center", "band"}
_KNOWN = {*inspect.signature(_question).parameters, *_MORE} - {"request"}


def _refuse_unknown(request: Request) -> None:
    """A parameter that is misspelt would be left out in silence."""
    for name in request.query_params:
        if name not in _KNOWN:
            known = ", ".join(sorted(_KNOWN))
            raise QueryError(f"there is no parameter {name[:40]!r}; there are {known}")


QuestionParam = Annotated[Question, Depends(_question)]


class Pace:
    """Where questions are answered: those that took little last time in the event loop, since a
    thread and the way to it cost as much again; the others, and new ones, in a thread."""

    QUICK = 2e-3  # seconds of the processor
    MOST = 1000  # questions to remember

    def __init__(self) -> None:
        self._took: dict[Hashable, float] = {}

    async def answer(self, question: Hashable, work: Callable[[], Response]) -> Response:
        """What `work` returns; questions that are equal cost about the same."""

        def timed() -> Response:
            began = time.thread_time()
            response = work()
            self._took[question] = time.thread_time() - began
            return response

        if len(self._took) >= self.MOST:
            self._took.clear()
        if self._took.get(question, self.QUICK) < self.QUICK:
            return timed()
        return await run_in_threadpool(timed)


_pace = Pace()


@router.get("/series")
async def get_series(
    request: Request, store: StoreDep, question: QuestionParam, format: FormatParam = Format.BINARY
) -> Response:
    """The curves of some tags in some runs, with as many of their points as a chart can show."""

    def work() -> Response:
        return _series(request, store.catalog, question, format)

    asked = (question.tags, question.runs, question.smoothing, format)
    return await _pace.answer(asked, work)


def _series(request: Request, catalog: Catalog, question: Question, format: Format) -> Response:
    curves = query.curves(catalog, question)
    life: str = request.app.state.life

    def body() -> bytes:
        answer = query.answer(catalog, question, curves)
        told = {"version": catalog.version, "cursor": cursor_of(life, catalog.version)}
        if format is Format.CSV:
            return encode.to_csv(answer)
        return _SERIES[format](answer, told)

    axis = query.axis_state(catalog, question, curves)
    etag = etag_of(life, format, question, axis, _state(curves))
    return respond_if_new(request, etag, MEDIA_TYPES[format], body)


@router.get("/group")
def get_group(
    request: Request,
    store: StoreDep,
    question: QuestionParam,
    center: Annotated[Center, Query(description="the middle of the runs")] = "mean",
    band: Annotated[Band, Query(description="the band around it")] = "minmax",
    format: FormatParam = Format.BINARY,
) -> Response:
    """One tag of some runs as a group: at every x that one of them has, their middle and a band."""
    if len(question.tags) != 1:
        raise QueryError(f"a group has one tag, got {len(question.tags)}")
    catalog = store.catalog
    curves = query.curves(catalog, question)

    def body() -> bytes:
        answer = query.group(question, curves, center, band)
        told = {"version": catalog.version, "group": {"center": center, "band": band}}
        if format is Format.CSV:
            return encode.group_to_csv(answer)
        return _GROUP[format](answer, told)

    life: str = request.app.state.life
    etag = etag_of(life, format, question, center, band, _state(curves))
    return respond_if_new(request, etag, MEDIA_TYPES[format], body)


@router.get("/words")
def get_words(
    request: Request,
    store: StoreDep,
    tag: Annotated[list[str], Query(description="a tag, once for each", min_length=1)],
    run: Annotated[
        list[str] | None, Query(description="run id, once for each; all if none")
    ] = None,
) -> Response:
    """What curves do, in words: how many points, how they move, extremes, the last value."""
    catalog = store.catalog
    series = [
        {"tag": name, "run": run_id, "text": sentences(found)}
        for name, run_id, found in query.trends(catalog, tag, run)
    ]
    return respond(request, {"version": catalog.version, "series": series})


@router.get("/export")
def get_export(
    store: StoreDep,
    tag: Annotated[list[str] | None, Query(description="a tag, once for each; all if none")] = None,
    run: Annotated[
        list[str] | None, Query(description="run id, once for each; all if none")
    ] = None,
    format: Annotated[Literal["csv", "parquet"], Query(description="form of the file")] = "csv",
) -> StreamingResponse:
    """All points of some tags in some runs as one file, which is sent while it is written."""
    return _export(store.catalog, tag, run, format)


@router.post("/export")
def post_export(store: StoreDep, form: FormDep) -> StreamingResponse:
    """The same, of a form, for more tags and runs than a URL can hold."""
    unknown = [name for name in form if name not in ("tag", "run", "format")]
    if unknown:
        raise QueryError(f"there is no field {unknown[0][:40]!r}; there are format, run, tag")
    kind = form.get("format", ["csv"])[-1]
    if kind not in export.FORMS:
        raise QueryError(f"format must be one of {', '.join(export.FORMS)}, got {kind[:40]!r}")
    return _export(store.catalog, form.get("tag"), form.get("run"), kind)


def _export(
    catalog: Catalog, tags: list[str] | None, runs: list[str] | None, kind: str
) -> StreamingResponse:
    media_type, written = export.FORMS[kind]
    body = written(export.parts(catalog, tags, runs))
    headers = {
        "Content-Disposition": f'attachment; filename="scalars.{kind}"',
        "Cache-Control": "no-store",
    }
    return StreamingResponse(body, media_type=media_type, headers=headers)


_SERIES = {Format.BINARY: encode.to_binary, Format.JSON: encode.to_json}
_GROUP = {Format.BINARY: encode.group_to_binary, Format.JSON: encode.group_to_json}


def _state(curves: Sequence[Curve]) -> list[Any]:
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
