"""HTTP for groups of runs; the contract is `tests/golden/answers/scalars_group.json` and those of
compare and pair."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Callable
from typing import Annotated, Any, Literal, NamedTuple

from fastapi import APIRouter, Query, Request, Response

from neuronboard.dashboards.cursor import cursor_of
from neuronboard.dashboards.http import (
    StoreDep,
    etag_of,
    number,
    respond,
    respond_bytes,
    respond_if_new,
)
from neuronboard.dashboards.scalars import compare, encode, groups, query
from neuronboard.dashboards.scalars.asking import (
    MEDIA_TYPES,
    Format,
    FormatParam,
    QuestionParam,
    state_of,
)
from neuronboard.errors import QueryError
from neuronboard.store.group import Band, Center
from neuronboard.store.smooth import Kind, Smoothing

router = APIRouter()

CenterParam = Annotated[Center, Query(description="the middle of the runs")]
BandParam = Annotated[Band, Query(description="the band around it")]
GroupParam = Annotated[
    list[str],
    Query(description="numbers of a group's runs in api/runs, as 0-3,7; once for each group"),
]
OfParam = Annotated[
    str, Query(description="CRC-32 of the ids in that list, a line each, in hexadecimal")
]


@router.get("/group")
def get_group(
    request: Request,
    store: StoreDep,
    question: QuestionParam,
    center: CenterParam = "mean",
    band: BandParam = "minmax",
    format: FormatParam = Format.BINARY,
) -> Response:
    """One tag of some runs as a group: at every x that one of them has, their middle and a band."""
    if len(question.tags) != 1:
        raise QueryError(f"a group has one tag, got {len(question.tags)}")
    catalog = store.catalog
    curves = query.curves(catalog, question)

    def body() -> bytes:
        answer = groups.group(catalog, question, curves, center, band)
        told = {"version": catalog.version, "group": {"center": center, "band": band}}
        if format is Format.CSV:
            return encode.group_to_csv(answer)
        return _GROUP[format](answer, told)

    axis = query.axis_state(catalog, question, curves)
    life: str = request.app.state.life
    etag = etag_of(life, format, question, center, band, axis, state_of(curves))
    return respond_if_new(request, etag, MEDIA_TYPES[format], body)


@router.get("/groups")
def get_groups(
    request: Request,
    store: StoreDep,
    question: QuestionParam,
    group: GroupParam,
    of: OfParam,
    center: CenterParam = "mean",
    band: BandParam = "minmax",
    format: FormatParam = Format.BINARY,
) -> Response:
    """The same of several groups at once, whose pixel columns lie between the same bounds."""
    if len(question.tags) != 1 or question.runs is not None:
        raise QueryError("groups have one tag, and their runs stand in group and not in run")
    catalog = store.catalog
    curves = groups.curves_of_groups(catalog, question, groups.members(catalog, group, of))
    life: str = request.app.state.life

    def body() -> bytes:
        answers = groups.groups(catalog, question, curves, center, band)
        told = {
            "version": catalog.version,
            "cursor": cursor_of(life, catalog.version),
            "group": {"center": center, "band": band},
        }
        return _GROUPS[format](answers, told)

    axis = [query.axis_state(catalog, question, some) for some in curves]
    states = [state_of(some) for some in curves]
    etag = etag_of(life, format, question, center, band, axis, states)
    return respond_if_new(request, etag, MEDIA_TYPES[format], body)


_GROUP = {Format.BINARY: encode.group_to_binary, Format.JSON: encode.group_to_json}
_GROUPS: dict[Format, Callable[[list[groups.GroupAnswer], dict[str, Any]], bytes]] = {
    Format.BINARY: encode.groups_to_binary,
    Format.JSON: encode.groups_to_json,
    Format.CSV: lambda answers, _: encode.groups_to_csv(answers),
}


@router.get("/compare")
def get_compare(
    request: Request,
    store: StoreDep,
    tag: Annotated[list[str], Query(description="a tag, once for each", min_length=1)],
    group: GroupParam,
    of: OfParam,
    stat: Annotated[
        list[compare.Stat] | None,
        Query(description="which value of each run; final if none, else for all or for each tag"),
    ] = None,
    step: Annotated[float | None, Query(description="of stat=at")] = None,
    baseline: Annotated[
        int | None, Query(description="number of the group that the others are compared with")
    ] = None,
    label: Annotated[
        list[str] | None, Query(description="name of a group in CSV, once for each")
    ] = None,
    format: Annotated[Literal["json", "csv"], Query(description="form of the answer")] = "json",
) -> Response:
    """What tags came to in each group: mean, 95 % interval, n, and the difference to a baseline."""
    catalog = store.catalog
    if step is not None and not math.isfinite(step):
        raise QueryError(f"step must be finite, got {step}")
    runs = groups.members(catalog, group, of)
    stats = _stats(stat or ["final"], len(tag))
    if ("at" in stats) != (step is not None):
        raise QueryError(f"stat=at goes with step, the others without; got {stats} and {step=}")
    tables = [
        _Table(name, kind, compare.compared(catalog, name, runs, kind, step, baseline))
        for name, kind in zip(tag, stats, strict=True)
    ]
    if format == "csv":
        if label is not None and len(label) != len(group):
            raise QueryError(f"there are {len(group)} groups, but {len(label)} times label")
        body = _compare_csv(tables, label or group, baseline)
        return respond_bytes(request, body, MEDIA_TYPES[Format.CSV])
    about = {"version": catalog.version, "step": step, "baseline": baseline}
    tags = [{"tag": one.tag, "stat": one.stat, **_columns(one.rows)} for one in tables]
    return respond(request, {**about, "tags": tags})


class _Table(NamedTuple):
    tag: str
    stat: compare.Stat
    rows: list[compare.Row]


def _stats(stats: list[compare.Stat], tags: int) -> list[compare.Stat]:
    """One for each tag."""
    if len(stats) not in (1, tags):
        raise QueryError(f"stat stands once, or once for each of {tags} tags; got {len(stats)}")
    return stats * tags if len(stats) == 1 else stats


def _cells(row: compare.Row) -> dict[str, Any]:
    found, beside, steps = row.estimate, row.beside, row.steps
    there = found.n > 0
    return {
        "runs": row.runs,
        "n": found.n,
        "left_out": row.left_out,
        "mean": found.mean if there else None,
        "low": found.low if found.n > 1 else None,
        "high": found.high if found.n > 1 else None,
        "std": found.std if found.n > 1 else None,
        "median": found.median if there else None,
        "least": found.least if there else None,
        "most": found.most if there else None,
        "first_step": steps[0] if steps else None,
        "last_step": steps[1] if steps else None,
        "difference": beside.value if beside and math.isfinite(beside.value) else None,
        "difference_low": beside.low if beside and beside.freedom else None,
        "difference_high": beside.high if beside and beside.freedom else None,
        "freedom": beside.freedom if beside and beside.freedom else None,
    }


def _columns(rows: list[compare.Row]) -> dict[str, list[Any]]:
    cells = [_cells(row) for row in rows]
    return {name: [cell[name] for cell in cells] for name in cells[0]}


def _compare_csv(tables: list[_Table], labels: list[str], baseline: int | None) -> bytes:
    """A row for each tag and group."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    base = "" if baseline is None else labels[baseline]
    writer.writerow(["tag", "group", "stat", *_cells(tables[0].rows[0]), "baseline"])
    for tag, stat, rows in tables:
        for label, row in zip(labels, rows, strict=True):
            values = ["" if value is None else repr(value) for value in _cells(row).values()]
            writer.writerow([tag, label, stat, *values, base])
    return text.getvalue().encode("utf-8", "replace")


@router.get("/pair")
def get_pair(
    request: Request,
    store: StoreDep,
    run: Annotated[list[str], Query(description="run id, twice")],
    tag: Annotated[
        list[str] | None, Query(description="tag of both whose curves are compared")
    ] = None,
    smoothing: Annotated[
        float, Query(description="weight of what came before, 0 to less than 1", ge=0, lt=1)
    ] = 0,
    smoother: Annotated[Kind, Query(description="how it is smoothed")] = "ema",
) -> Response:
    """Two runs side by side: which tags only one of them has, and where their curves part."""
    if len(run) != 2:
        raise QueryError(f"a pair is two runs, got {len(run)}")
    catalog = store.catalog
    runs = (catalog.run(run[0]), catalog.run(run[1]))
    both, first, second = compare.tags_of_two(runs)
    how = Smoothing(smoother, smoothing) if smoothing > 0 else None
    known = set(both)
    for name in tag or ():
        if name not in known:
            raise QueryError(f"not both runs have the scalar tag {name[:80]!r}")
    parted = [compare.parting(runs, name, how) for name in dict.fromkeys(tag or ())]
    return respond(
        request,
        {
            "version": catalog.version,
            "runs": run,
            "both": both,
            "only": [first, second],
            "tags": [
                {**one._asdict(), "last": [value and number(value) for value in one.last]}
                for one in parted
            ],
        },
    )
