"""HTTP for named views: the only things that a page can make this server write."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Annotated, Any
from urllib.parse import urlsplit

from fastapi import APIRouter, Path, Request, Response
from starlette.exceptions import HTTPException

from neuronboard.dashboards.http import encode, respond
from neuronboard.errors import QueryError
from neuronboard.server.view_files import LONGEST_NAME, MOST_BYTES, ViewFiles

Name = Annotated[str, Path(description="a view's name", min_length=1, max_length=LONGEST_NAME)]


def views_router(files: ViewFiles) -> APIRouter:
    """The routes of one log directory's views."""
    router = APIRouter(prefix="/api/views")

    @router.get("")
    def get_views(request: Request) -> Response:
        """The views by name, without what they say."""
        views: list[dict[str, Any]] = [
            {name: value for name, value in asdict(view).items() if name != "values"}
            for view in files.list()
        ]
        told = {"folder": str(files.folder), "refused": files.refused, "views": views}
        return respond(request, told)

    @router.get("/{name}")
    def get_view(request: Request, name: Name) -> Response:
        """What a view says: the dashboard, and the values of its URL."""
        return respond(request, asdict(files.read(name)))

    @router.put("/{name}")
    async def put_view(request: Request, name: Name) -> Response:
        """Saves a view: {dashboard, values, default}."""
        _refuse_others(request)
        return _answer(asdict(files.write(name, await _body(request))))

    @router.delete("/{name}")
    def delete_view(request: Request, name: Name) -> Response:
        """Deletes a view."""
        _refuse_others(request)
        files.delete(name)
        return _answer({"deleted": name})

    return router


def _answer(told: dict[str, Any]) -> Response:
    headers = {"Cache-Control": "no-store"}
    return Response(encode(told), media_type="application/json", headers=headers)


def _refuse_others(request: Request) -> None:
    """Pages of other sites may not write, whatever the browser lets them send.

    A program that is no browser says neither of the two headers.
    """
    site = request.headers.get("sec-fetch-site", "same-origin")
    origin = request.headers.get("origin")
    if site == "same-origin" and (
        origin is None or urlsplit(origin).netloc == request.headers.get("host")
    ):
        return
    raise HTTPException(403, "only NeuronBoard's own page may save and delete views")


async def _body(request: Request) -> Any:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MOST_BYTES:
            raise HTTPException(413, f"a view has at most {MOST_BYTES:,} bytes")
    try:
        return json.loads(bytes(body))
    except ValueError as error:
        raise QueryError(f"a view is sent as JSON: {error}") from error
