"""The application: a factory that puts the parts together."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import fields
from typing import Annotated, Any

from fastapi import FastAPI, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, RedirectResponse, StreamingResponse

from neuronboard.dashboards import DASHBOARDS
from neuronboard.dashboards.forms import FormDep
from neuronboard.dashboards.http import attachment, encode, respond, respond_bytes
from neuronboard.dashboards.runs import router as runs_router
from neuronboard.errors import DataError, NotFoundQueryError, QueryError, StaleQueryError
from neuronboard.server import pages
from neuronboard.server.assets import TYPES, AssetSource
from neuronboard.server.language import COOKIE, language_of, languages
from neuronboard.server.late import Late
from neuronboard.server.live import Live
from neuronboard.server.security import App, Guard, allowed_hosts
from neuronboard.server.settings import Settings
from neuronboard.server.view_files import ViewFiles
from neuronboard.server.views import views_router
from neuronboard.store import Store

# Of the paths that TensorBoard's routes have, and of the list of all routes.
LATE = ("/data/", "/experiment/", "/notifications_note.json", "/openapi.json")

TagsParam = Annotated[
    list[str] | None, Query(description="scalar tag that is shown, once for each; all if none")
]
SinceParam = Annotated[str | None, Query(description="cursor of an earlier answer")]


# Beginnings of the paths whose questions may be too long for a URL, and that POST is for then.
ASKED_BY_FORM = (
    *("/data/", "/experiment/"),
    *("/api/scalars/export", "/api/graphs/open", "/api/report"),
)
# Of those that PUT and DELETE are for: what the server writes.
WRITTEN = ("/api/views/",)


_STATUSES = {NotFoundQueryError: 404, StaleQueryError: 409}


def create_app(store: Store, settings: Settings, version: str) -> Guard:
    """The ASGI application over a store; it neither starts nor closes the store."""
    life = secrets.token_hex(4)
    live = Live(store, life)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        live.start()
        yield
        live.stop()

    api = FastAPI(
        title="NeuronBoard", version=version, lifespan=lifespan, docs_url=None, redoc_url=None
    )
    api.state.store = store
    api.state.live = live
    api.state.life = life
    views = ViewFiles(settings.spec, read_only=settings.read_only)
    _add_pages(api, store, settings, version, views)
    _add_api(api, store, live)
    api.include_router(runs_router)
    api.include_router(views_router(views))
    for dashboard in DASHBOARDS:
        api.include_router(dashboard.router)
    _add_errors(api)
    late = Late(api, LATE, lambda api: _add_tensorboard(api, settings, version))
    app = late if not settings.path_prefix else _mounted(late, settings.path_prefix, lifespan)
    hosts = allowed_hosts(settings.host, settings.everywhere)
    asked_by_form, written = (
        tuple(f"{settings.path_prefix}{path}" for path in paths)
        for paths in (ASKED_BY_FORM, WRITTEN)
    )
    return Guard(app, hosts, live, asked_by_form, written)


def _add_tensorboard(api: FastAPI, settings: Settings, version: str) -> None:
    """TensorBoard's routes, and what they tell about how the server was started."""
    from neuronboard.dashboards.tensorboard import Board, router

    flags = {item.name: getattr(settings, item.name) for item in fields(settings)}
    logdir = str(flags.pop("spec"))
    api.state.board = Board(
        version=version,
        window_title=settings.window_title,
        path_prefix=settings.path_prefix,
        flags={"logdir": logdir, **flags},
        samples=settings.samples_per_plugin,
    )
    api.include_router(router)


def _mounted(api: App, prefix: str, lifespan: Any) -> FastAPI:
    """`api` below `prefix`; the prefix without its slash leads there."""
    outer = FastAPI(lifespan=lifespan, docs_url=None, redoc_url=None, openapi_url=None)

    @outer.get(prefix, include_in_schema=False)
    def add_slash() -> Response:
        return RedirectResponse(f"{prefix}/")

    outer.mount(prefix, api)
    _add_errors(outer)
    return outer


def _add_pages(
    api: FastAPI, store: Store, settings: Settings, version: str, views: ViewFiles
) -> None:
    source = AssetSource(dashboards=[dashboard.id for dashboard in DASHBOARDS])
    page = pages.Page(settings, version, api.state.life)

    @api.get("/", include_in_schema=False)
    @api.get("/index.html", include_in_schema=False)
    def index(request: Request) -> Response:
        headers = {
            "Cache-Control": "no-store",
            "Vary": "Accept-Encoding, Accept-Language, Cookie",
        }
        assets = source.current()
        language = language_of(
            languages(assets),
            request.query_params.get("lang") or request.cookies.get(COOKIE),
            request.headers.get("accept-language", ""),
        )
        headers["Content-Language"] = language
        compress = "gzip" in request.headers.get("accept-encoding", "")
        if compress:
            headers["Content-Encoding"] = "gzip"
        body = page.body(store.catalog, assets, language, views.default(), compress=compress)
        return HTMLResponse(body, headers=headers)

    @api.post("/api/report")
    def report(request: Request, form: FormDep) -> StreamingResponse:
        """The page with the points of some tags and runs, as one file: fields tag, run, hash."""
        from neuronboard.server.report import chosen, written  # few ask for one

        unknown = [name for name in form if name not in ("tag", "run", "hash")]
        if unknown:
            raise QueryError(f"there is no field {unknown[0][:40]!r}; there are hash, run, tag")
        hash = form.get("hash", [""])[-1]
        found = chosen(store, form.get("tag"), form.get("run"), hash)
        roots = pages.roots_of(settings.spec)
        pieces = written(found, source.current(), version, roots)
        headers = {"Content-Disposition": attachment("report.html"), "Cache-Control": "no-store"}
        return StreamingResponse(pieces, media_type="text/html; charset=utf-8", headers=headers)

    @api.get("/static/{digest}/{name:path}", include_in_schema=False)
    def asset(request: Request, digest: str, name: str) -> Response:
        assets = source.of(digest)
        if name not in assets.files:
            raise HTTPException(404, f"there is no file {name!r}")
        kept = digest == assets.hash
        caching = "public, max-age=31536000, immutable" if kept else "no-cache"
        headers = {"Cache-Control": caching, "Vary": "Accept-Encoding"}
        body = assets.files[name]
        if "gzip" in request.headers.get("accept-encoding", ""):
            body = assets.compressed(name)
            headers["Content-Encoding"] = "gzip"
        return Response(body, media_type=TYPES["." + name.rpartition(".")[2]], headers=headers)

    @api.get("/favicon.ico", include_in_schema=False)
    def icon(request: Request) -> Response:
        return respond_bytes(request, source.current().files["icon.svg"], TYPES[".svg"])


def _add_api(api: FastAPI, store: Store, live: Live) -> None:
    @api.get("/api/status")
    def status(
        request: Request,
        run: Annotated[
            list[str] | None, Query(description="id of a run that is looked at, once for each")
        ] = None,
    ) -> Response:
        """How far the log directory is read, and what is wrong with it.

        While it is loading, the runs that are looked at are read before the others.
        """
        if run:
            store.prefer(run)
        return respond(request, pages.status_answer(store.catalog))

    @api.get("/api/runs")
    def runs(request: Request) -> Response:
        """The runs in listing order."""
        return respond(request, pages.runs_answer(store.catalog))

    @api.get("/api/live")
    async def streamed(tag: TagsParam = None, since: SinceParam = None) -> Response:
        """Server-sent events: what api/moves answers, now and whenever the log moves."""
        headers = {"Cache-Control": "no-cache, no-transform", "X-Accel-Buffering": "no"}
        events = live.events(live.known(since), _tags(tag))
        return StreamingResponse(events, media_type="text/event-stream", headers=headers)

    @api.get("/api/moves")
    async def moves(
        tag: TagsParam = None,
        since: SinceParam = None,
        wait: Annotated[
            float, Query(description="seconds to wait for a move, if there is none", ge=0, le=60)
        ] = 0,
    ) -> Response:
        """What moved since a cursor, for clients to which no stream comes through."""
        body = await live.move(live.known(since), _tags(tag), wait)
        return Response(body, media_type="application/json", headers={"Cache-Control": "no-store"})


def _tags(tag: list[str] | None) -> tuple[str, ...] | None:
    return None if tag is None else tuple(dict.fromkeys(tag))


def _add_errors(api: FastAPI) -> None:
    """Every error is JSON with a status and a sentence."""

    def answer(status: int, message: str) -> Response:
        body = encode({"error": {"message": message, "status": status}})
        return Response(body, status_code=status, media_type="application/json")

    @api.exception_handler(QueryError)
    def query_error(_: Request, error: QueryError) -> Response:
        return answer(_STATUSES.get(type(error), 400), str(error))

    @api.exception_handler(DataError)
    def data_error(_: Request, error: DataError) -> Response:
        return answer(422, str(error))

    @api.exception_handler(RequestValidationError)
    def parameter_error(_: Request, error: RequestValidationError) -> Response:
        parts = [f"{'.'.join(map(str, e['loc'][1:]))}: {e['msg']}" for e in error.errors()]
        return answer(400, f"wrong parameters: {'; '.join(parts)}")

    @api.exception_handler(HTTPException)
    def http_error(request: Request, error: HTTPException) -> Response:
        message = str(error.detail)
        if error.status_code == 404 and message == "Not Found":
            message = f"there is nothing at {request.url.path}"
        return answer(error.status_code, message)
