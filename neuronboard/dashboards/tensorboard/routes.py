"""HTTP of TensorBoard's routes: a table, and what turns questions and answers into HTTP."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Annotated, Any, cast

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import PlainTextResponse, RedirectResponse
from fastapi.routing import APIRoute

from neuronboard.dashboards.forms import FormDep
from neuronboard.dashboards.http import StoreDep, encode, etag_of, respond_bytes, respond_if_new
from neuronboard.dashboards.tensorboard import (
    blobs,
    core,
    custom_scalars,
    listings,
    rows,
    scalars,
    time_series,
)
from neuronboard.dashboards.tensorboard.board import Board
from neuronboard.errors import DataError, NotFoundQueryError, QueryError
from neuronboard.store import Store

JSON = "application/json"
CACHING = {"Cache-Control": "no-cache, must-revalidate", "Expires": "0"}


def _board(request: Request) -> Board:
    return cast(Board, request.app.state.board)


Endpoint = Callable[..., Response]
BoardDep = Annotated[Board, Depends(_board)]
_REQUESTS = "[{plugin: scalars | histograms | images, tag, run, sample}]"
Run = Annotated[str | None, Query(description="the run's name")]
Tag = Annotated[str | None, Query(description="the tag")]


def get_environment(request: Request, store: StoreDep, board: BoardDep) -> Response:
    """Which program answers, and what for."""
    return _json(request, core.environment(store.catalog, board))


def get_logdir(request: Request, store: StoreDep) -> Response:
    """The log directory."""
    return _json(request, {"logdir": store.catalog.logdir})


def get_window_properties(request: Request, board: BoardDep) -> Response:
    """The title that the window should have."""
    return _json(request, {"window_title": board.window_title})


def get_runs(request: Request, store: StoreDep) -> Response:
    """The runs' names, by the time of their first event."""
    return _json(request, core.runs(store.catalog))


def get_nothing(request: Request) -> Response:
    """Experiments and their runs, of which a log directory has none."""
    return _json(request, [])


def get_notifications() -> Response:
    """Leads to the notifications."""
    return RedirectResponse("../notifications_note.json", 302, CACHING)


def get_notifications_note(request: Request) -> Response:
    """The notifications: none."""
    return _json(request, {"notifications": []})


def get_plugins_listing(request: Request, store: StoreDep, board: BoardDep) -> Response:
    """TensorBoard's tabs, and for which of them there are data."""
    return _json(request, core.plugins_listing(store.catalog, board, store.beside))


def get_plugin_entry(
    name: Annotated[str | None, Query(description="the plugin's name")] = None,
) -> Response:
    """The page of a plugin that comes as a module, of which there is none."""
    if core.has_plugin(name):
        return PlainTextResponse("Plugin is not module loadable", 400, CACHING)
    raise NotFoundQueryError(name or "")


def get_scalar_tags(request: Request, store: StoreDep) -> Response:
    """Run -> tag -> display name and description."""
    return _json(request, listings.as_html(scalars.tags(store.catalog)))


def get_scalars(
    request: Request,
    store: StoreDep,
    board: BoardDep,
    run: Run = None,
    tag: Tag = None,
    format: Annotated[str | None, Query(description="csv, or else JSON")] = None,
) -> Response:
    """The points of one tag of one run: [[wall_time, step, value], ...], or CSV."""
    catalog = store.catalog
    points = scalars.one(catalog, run, tag, board.limit(scalars.PLUGIN))
    asked = (catalog.version, run, tag)
    if format == "csv":
        return _points(request, "text/csv; charset=utf-8", asked, lambda: rows.as_csv(points))
    return _points(request, JSON, asked, lambda: encode(rows.as_lists(points)))


def post_scalars_multirun(
    request: Request, store: StoreDep, board: BoardDep, form: FormDep
) -> Response:
    """The points of one tag of several runs: run -> [[wall_time, step, value], ...]."""
    tags = form.get("tag", [])
    if len(tags) != 1:
        raise QueryError("tag must be specified exactly once")
    catalog, runs, limit = store.catalog, form.get("runs", []), board.limit(scalars.PLUGIN)

    def body() -> bytes:
        found = scalars.several(catalog, runs, tags[0], limit)
        return encode({run: rows.as_lists(points) for run, points in found.items()})

    return _points(request, JSON, (catalog.version, tags[0], runs), body)


def get_custom_layout(request: Request, store: StoreDep) -> Response:
    """The charts that the log asks for."""
    return _json(request, custom_scalars.layout(store.catalog, store.read))


def get_custom_scalars(
    request: Request,
    store: StoreDep,
    board: BoardDep,
    run: Run = None,
    tag: Annotated[str | None, Query(description="a regular expression")] = None,
) -> Response:
    """The points of those tags of a run that match at their beginning."""
    limit = board.limit(scalars.PLUGIN)
    return _json(request, custom_scalars.matching(store.catalog, run, tag, limit))


def get_time_series_tags(request: Request, store: StoreDep) -> Response:
    """Tags of scalars, histograms and images, with their runs and descriptions."""
    return _json(request, time_series.tags(store.catalog, store.read))


def get_time_series(
    request: Request,
    store: StoreDep,
    board: BoardDep,
    requests: Annotated[str | None, Query(description="as JSON: " + _REQUESTS)] = None,
) -> Response:
    """The series that a list of questions asks for, in the same order."""
    return _time_series(request, store, board, requests)


def post_time_series(request: Request, store: StoreDep, board: BoardDep, form: FormDep) -> Response:
    """The same; the list is a field of a form."""
    return _time_series(request, store, board, *form.get("requests", [None])[:1])


def get_image_data(
    request: Request,
    store: StoreDep,
    image: Annotated[
        str | None, Query(alias="imageId", description="an imageId of timeSeries")
    ] = None,
) -> Response:
    """An image as it was written."""
    data, media_type = blobs.image_data(store.catalog, image, store.read)
    return _with_caching(respond_bytes(request, data, media_type, compress=False))


def _tags_of(kind: str) -> Endpoint:
    def get_tags(request: Request, store: StoreDep) -> Response:
        """Run -> tag -> display name and description."""
        return _json(request, listings.as_html(listings.tags(store.catalog, kind)))

    return get_tags


def _tags_with_samples_of(kind: str) -> Endpoint:
    def get_tags(request: Request, store: StoreDep) -> Response:
        """Run -> tag -> display name, description, and how many samples a step has at most."""
        return _json(request, listings.with_samples(store.catalog, kind, store.read))

    return get_tags


def get_text_tags(request: Request, store: StoreDep) -> Response:
    """Run -> its tags."""
    found = listings.tags(store.catalog, "text")
    return _json(request, {run: [*of_run] for run, of_run in found.items()})


def get_mesh_tags(request: Request, store: StoreDep) -> Response:
    """Run -> mesh -> how many of it a step has at most."""
    return _json(request, listings.meshes(store.catalog, store.read))


def get_hparams_experiment(request: Request, store: StoreDep) -> Response:
    """What there is of hyper-parameters, where there are none."""
    return _json(request, core.hparams_experiment(store.catalog))


def get_hparams_session_groups(request: Request, store: StoreDep) -> Response:
    """The trainings with hyper-parameters, where there are none."""
    return _json(request, core.hparams_session_groups(store.catalog))


def _time_series(request: Request, store: Store, board: Board, requests: str | None) -> Response:
    asked = time_series.parse(requests)
    catalog = store.catalog

    def body() -> bytes:
        answers = [time_series.answer(catalog, board, store.read, one) for one in asked]
        return encode(answers)

    return _points(request, JSON, (catalog.version, requests), body)


def not_found() -> Response:
    """What TensorBoard says where it has no route."""
    return PlainTextResponse("Not found", 404, CACHING)


def only_post() -> Response:
    """What a question that needs a body says to one without."""
    text = "Method Not Allowed: send the question as a form, with POST"
    return PlainTextResponse(text, 405, {**CACHING, "Allow": "POST"})


def _json(request: Request, answer: Any) -> Response:
    return _with_caching(respond_bytes(request, encode(answer), JSON))


def _points(
    request: Request, media_type: str, asked: tuple[Any, ...], body: Callable[[], bytes]
) -> Response:
    """A long answer, which depends on nothing but what was asked and the catalog's version."""
    etag = etag_of(request.app.state.life, media_type, *asked)
    return _with_caching(respond_if_new(request, etag, media_type, body))


def _with_caching(response: Response) -> Response:
    response.headers.update(CACHING)
    return response


class _TextErrors(APIRoute):
    """A route whose errors are TensorBoard's: a sentence as plain text."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler that answers mistakes instead of raising them."""
        answer = super().get_route_handler()

        async def handler(request: Request) -> Response:
            try:
                return await answer(request)
            except (QueryError, DataError, RequestValidationError) as error:
                return _error(error)

        return handler


def _error(error: Exception) -> Response:
    if isinstance(error, RequestValidationError):
        parts = [f"{'.'.join(map(str, e['loc'][1:]))}: {e['msg']}" for e in error.errors()]
        return PlainTextResponse(f"Invalid argument: {'; '.join(parts)}", 400, CACHING)
    if isinstance(error, QueryError) and not isinstance(error, NotFoundQueryError):
        return PlainTextResponse(f"Invalid argument: {error}", 400, CACHING)
    return PlainTextResponse(f"Not found: {error}" if str(error) else "Not found", 404, CACHING)


# Path -> what answers GET. TensorBoard looks at no method: HEAD and POST are answered alike.
READ: dict[str, Endpoint] = {
    "/data/environment": get_environment,
    "/data/logdir": get_logdir,
    "/data/window_properties": get_window_properties,
    "/data/runs": get_runs,
    "/data/experiments": get_nothing,
    "/data/experiment_runs": get_nothing,
    "/data/notifications": get_notifications,
    "/notifications_note.json": get_notifications_note,
    "/data/plugins_listing": get_plugins_listing,
    "/data/plugin_entry.html": get_plugin_entry,
    "/data/plugin/scalars/tags": get_scalar_tags,
    "/data/plugin/scalars/scalars": get_scalars,
    "/data/plugin/custom_scalars/layout": get_custom_layout,
    "/data/plugin/custom_scalars/scalars": get_custom_scalars,
    "/data/plugin/custom_scalars/download_data": get_scalars,
    "/data/plugin/audio/tags": _tags_with_samples_of("audio"),
    "/data/plugin/distributions/tags": _tags_of("histogram"),
    "/data/plugin/histograms/tags": _tags_of("histogram"),
    "/data/plugin/hparams/experiment": get_hparams_experiment,
    "/data/plugin/hparams/session_groups": get_hparams_session_groups,
    "/data/plugin/images/tags": _tags_with_samples_of("image"),
    "/data/plugin/mesh/tags": get_mesh_tags,
    "/data/plugin/pr_curves/tags": _tags_of("pr_curve"),
    "/data/plugin/text/tags": get_text_tags,
    "/data/plugin/timeseries/tags": get_time_series_tags,
    "/data/plugin/timeseries/timeSeries": get_time_series,
    "/data/plugin/timeseries/imageData": get_image_data,
}

# Path -> what answers POST, and the fields of its form
ASKED_BY_FORM: dict[str, tuple[Endpoint, dict[str, Any]]] = {
    "/data/plugin/scalars/scalars_multirun": (
        post_scalars_multirun,
        {"tag": {"type": "string"}, "runs": {"type": "array", "items": {"type": "string"}}},
    ),
    "/data/plugin/timeseries/timeSeries": (post_time_series, {"requests": {"type": "string"}}),
}


def _form_schema(fields: dict[str, Any]) -> dict[str, Any]:
    schema = {"schema": {"type": "object", "properties": fields}}
    types = ("application/x-www-form-urlencoded", "multipart/form-data")
    return {"requestBody": {"content": dict.fromkeys(types, schema)}}


def _router() -> APIRouter:
    made = APIRouter(route_class=_TextErrors)
    hidden: dict[str, Any] = {"include_in_schema": False}
    for path, (endpoint, fields) in ASKED_BY_FORM.items():
        made.add_api_route(path, endpoint, methods=["POST"], openapi_extra=_form_schema(fields))
        made.add_api_route(f"{path}/", endpoint, methods=["POST"], **hidden)
    for path in ASKED_BY_FORM.keys() - READ.keys():
        made.add_api_route(path, only_post, methods=["GET", "HEAD"], **hidden)
    for path, endpoint in READ.items():
        made.add_api_route(path, endpoint, methods=["GET"])
        methods = ["HEAD"] if path in ASKED_BY_FORM else ["HEAD", "POST"]
        made.add_api_route(path, endpoint, methods=methods, **hidden)
        made.add_api_route(f"{path}/", endpoint, methods=["GET", *methods], **hidden)
    made.add_api_route("/data/{path:path}", not_found, methods=["GET", "HEAD", "POST"], **hidden)
    return made


router = APIRouter()
router.include_router(_router())
router.include_router(_router(), prefix="/experiment/{experiment}", include_in_schema=False)
