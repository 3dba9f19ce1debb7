"""HTTP for scalars; the contract is `tests/golden/answers/scalars_*.json`."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable
from dataclasses import asdict
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import StreamingResponse

from neuronboard.dashboards.cursor import cursor_of
from neuronboard.dashboards.forms import FormDep
from neuronboard.dashboards.http import (
    StoreDep,
    attachment,
    etag_of,
    ranges,
    respond,
    respond_if_new,
)
from neuronboard.dashboards.scalars import encode, export, query
from neuronboard.dashboards.scalars.asking import (
    MEDIA_TYPES,
    Format,
    FormatParam,
    QuestionParam,
    state_of,
)
from neuronboard.dashboards.scalars.layout import layout_answer
from neuronboard.dashboards.scalars.query import Question
from neuronboard.dashboards.scalars.words import facts, sentences
from neuronboard.errors import QueryError
from neuronboard.store import Catalog
from neuronboard.store.damage import places

router = APIRouter(prefix="/api/scalars")


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


@router.get("/layout")
def get_layout(request: Request, store: StoreDep) -> Response:
    """The charts that the log asks for (`add_custom_scalars`), of all runs as one layout."""
    return respond(request, layout_answer(store.catalog, store.read))


@router.get("/damage")
def get_damage(request: Request, store: StoreDep) -> Response:
    """Where files are damaged: file, bytes, and the step of what comes behind."""
    catalog = store.catalog
    found = [
        {**asdict(place.problem), "step": place.step, "wall_time": place.wall_time}
        for place in places(catalog.problems)
    ]
    return respond(request, {"version": catalog.version, "damage": found})


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
    etag = etag_of(life, format, question, axis, state_of(curves))
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
        {"tag": name, "run": run_id, "text": sentences(found), "trend": facts(found)}
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
    format: Annotated[
        Literal["csv", "json", "parquet"], Query(description="form of the file")
    ] = "csv",
) -> StreamingResponse:
    """All points of some tags in some runs as one file, which is sent while it is written."""
    return _export(store.catalog, tag, run, format)


@router.post("/export")
def post_export(store: StoreDep, form: FormDep) -> StreamingResponse:
    """The same, of a form, for more tags and runs than a URL can hold. name: of the file."""
    unknown = [name for name in form if name not in ("tag", "run", "format", "name")]
    if unknown:
        raise QueryError(f"there is no field {unknown[0][:40]!r}; there are format, name, run, tag")
    kind = form.get("format", ["csv"])[-1]
    if kind not in export.FORMS:
        raise QueryError(f"format must be one of {', '.join(export.FORMS)}, got {kind[:40]!r}")
    name = form.get("name", [f"scalars.{kind}"])[-1]
    return _export(store.catalog, form.get("tag"), form.get("run"), kind, name)


def _export(
    catalog: Catalog, tags: list[str] | None, runs: list[str] | None, kind: str, name: str = ""
) -> StreamingResponse:
    media_type, written = export.FORMS[kind]
    body = written(export.parts(catalog, tags, runs))
    headers = {
        "Content-Disposition": attachment(name or f"scalars.{kind}"),
        "Cache-Control": "no-store",
    }
    return StreamingResponse(body, media_type=media_type, headers=headers)


_SERIES = {Format.BINARY: encode.to_binary, Format.JSON: encode.to_json}
