"""HTTP for the table of runs; the contract is `tests/golden/answers/runs_table.json`."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from neuronboard.dashboards.http import StoreDep, number, respond
from neuronboard.dashboards.runs.query import Params, Table, table
from neuronboard.store import Catalog
from neuronboard.store.summary import Break, Point, Summary

router = APIRouter(prefix="/api/runs")


@router.get("/table")
def get_table(
    request: Request,
    store: StoreDep,
    tag: Annotated[
        list[str] | None, Query(description="scalar tag to tell of, once for each")
    ] = None,
) -> Response:
    """All runs as columns: how far each has come, its hyper-parameters, and what tags came to."""
    return respond(request, table_answer(store.catalog, tag or (), time.time()))


def table_answer(catalog: Catalog, tags: Sequence[str], now: float) -> dict[str, Any]:
    """The answer of /api/runs/table."""
    found = table(catalog, tags, now)
    progress = found.progress
    return {
        "version": catalog.version,
        "runs": [run.id for run in found.runs],
        "newest": [_number(one.newest) for one in progress],
        "points": [one.points for one in progress],
        "running": found.running,
        "status": found.statuses,
        "nan": _breaks([one.nan for one in progress]),
        "diverged": _breaks([one.diverged for one in progress]),
        "params": _columns(found),
        "tags": [{"tag": tag, **_summaries(of)} for tag, of in found.summaries.items()],
    }


def _number(value: float | None) -> float | str | None:
    return None if value is None else number(value)


def _columns(found: Table) -> list[dict[str, Any]]:
    """Hyper-parameter by hyper-parameter, in the order they come."""
    names = dict.fromkeys(name for params in _distinct(found.params) for name in params)
    return [
        {"name": name, "values": [_value(params, name) for params in found.params]}
        for name in names
    ]


def _distinct(params: Sequence[Params]) -> list[Params]:
    return list({id(each): each for each in params}.values())


def _value(params: Params, name: str) -> float | str | bool | None:
    value = params.get(name)
    return number(value) if isinstance(value, float) else value


def _breaks(breaks: Sequence[Break | None]) -> dict[str, list[Any]]:
    return {
        "step": [None if found is None else found.step for found in breaks],
        "tag": [None if found is None else found.tag for found in breaks],
    }


def _summaries(summaries: Sequence[Summary]) -> dict[str, list[Any]]:
    return {
        **_points("last", [summary.last for summary in summaries]),
        **_points("min", [summary.low for summary in summaries]),
        **_points("max", [summary.high for summary in summaries]),
    }


def _points(name: str, points: Sequence[Point | None]) -> dict[str, list[Any]]:
    return {
        name: [None if point is None else number(point.value) for point in points],
        f"{name}_step": [None if point is None else point.step for point in points],
    }
