"""What every route of a dashboard shares: the store, JSON answers, ETags.

Answers are encoded here and not by FastAPI, whose default walks every number; orjson writes a
column of numpy as it stands. NaN and infinities
are the strings "NaN", "Infinity" and "-Infinity", as in TensorBoard's answers. float32 values are
written with the fewest digits that give the same float32: 0.8, not 0.800000011920929.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import math
from typing import Annotated, Any, cast

import numpy as np
import numpy.typing as npt
import orjson
from fastapi import Depends, Request, Response

from neuronboard.store import Store

_NUMPY = orjson.OPT_SERIALIZE_NUMPY
COMPRESS_FROM = 1024  # bytes; shorter answers gain nothing


def _store(request: Request) -> Store:
    return cast(Store, request.app.state.store)


StoreDep = Annotated[Store, Depends(_store)]


def column(values: npt.NDArray[Any]) -> npt.NDArray[Any] | list[Any]:
    """An array for JSON; a list with strings in it where numbers are not finite."""
    if values.dtype.kind != "f" or np.isfinite(values).all():
        return np.ascontiguousarray(values)
    items = orjson.loads(orjson.dumps(np.ascontiguousarray(values), option=_NUMPY))
    for at in np.flatnonzero(~np.isfinite(values)).tolist():
        items[at] = number(float(values[at]))
    return cast(list[Any], items)


def number(value: float) -> float | str:
    """A number for JSON: itself, or "NaN", "Infinity", "-Infinity"."""
    if math.isfinite(value):
        return value
    return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"


def encode(answer: Any) -> bytes:
    """JSON of an answer, in which arrays may stand for lists."""
    try:
        return orjson.dumps(answer, option=_NUMPY)
    except orjson.JSONEncodeError:  # a file's name that is not UTF-8, which orjson refuses
        text = json.dumps(answer, ensure_ascii=False, default=_as_list, separators=(",", ":"))
        return text.encode("utf-8", "replace")


def _as_list(array: npt.NDArray[Any] | orjson.Fragment) -> Any:
    return orjson.loads(orjson.dumps(array, option=_NUMPY))


def respond(request: Request, answer: Any) -> Response:
    """The JSON response: 304 if the client has it already, compressed if it is long."""
    return respond_bytes(request, encode(answer), "application/json")


def respond_bytes(
    request: Request, body: bytes, media_type: str, *, compress: bool = True
) -> Response:
    """The response of a body that is computed anew: ETag, 304, compression unless it is no use."""
    headers = {
        "ETag": f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"',
        "Cache-Control": "no-cache",
        "Vary": "Accept-Encoding",
    }
    if headers["ETag"] in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    if (
        compress
        and len(body) >= COMPRESS_FROM
        and "gzip" in request.headers.get("accept-encoding", "")
    ):
        body = gzip.compress(body, 1, mtime=0)
        headers["Content-Encoding"] = "gzip"
    return Response(body, media_type=media_type, headers=headers)
