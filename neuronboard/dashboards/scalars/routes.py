"""HTTP for scalars; the contract is `tests/golden/answers/scalars_*.json`.

A cursor says which catalog the client has seen, and of which life of the server:
"<life>.<version>".
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from neuronboard.dashboards.http import StoreDep, column, respond
from neuronboard.dashboards.scalars import query
from neuronboard.errors import QueryError
from neuronboard.store import Catalog

router = APIRouter(prefix="/api/scalars")


@router.get("/tags")
def get_tags(request: Request, store: StoreDep) -> Response:
    """Every scalar tag, with the runs that have it."""
    return respond(request, tags_answer(store.catalog))


def tags_answer(catalog: Catalog) -> dict[str, Any]:
    """The answer of /api/scalars/tags."""
    return {"version": catalog.version, "tags": [asdict(tag) for tag in query.tags(catalog)]}


@router.get("/series")
def get_series(
    request: Request,
    store: StoreDep,
    tag: Annotated[str, Query(description="the tag")],
    run: Annotated[
        list[str] | None, Query(description="run id, once for each; all if none")
    ] = None,
    pixels: Annotated[int | None, Query(description="width to reduce to", ge=1)] = None,
    since: Annotated[str | None, Query(description="cursor of an earlier answer")] = None,
) -> Response:
    """The curves of one tag in some runs."""
    catalog = store.catalog
    life: str = request.app.state.life
    curves = query.curves(catalog, tag, run, pixels, _version_of(since, life) if since else None)
    return respond(
        request,
        {
            "version": catalog.version,
            "tag": tag,
            "cursor": f"{life}.{catalog.version}",
            "series": [_columns(curve) for curve in curves],
        },
    )


def _columns(curve: query.Curve) -> dict[str, Any]:
    return {
        "run": curve.run,
        "segment": curve.segment,
        "purged": curve.purged,
        "total": curve.total,
        "append": curve.append,
        "steps": column(curve.steps),
        "wall_times": column(curve.wall_times),
        "values": column(curve.values),
    }


def _version_of(cursor: str, life: str) -> int | None:
    """The version of the catalog that the client has; None if of another life of the server."""
    of, dot, version = cursor.partition(".")
    if not (of and dot and version.isascii() and version.isdigit()):
        raise QueryError(f"since must be the cursor of an earlier answer, got {cursor[:40]!r}")
    return int(version) if of == life else None
