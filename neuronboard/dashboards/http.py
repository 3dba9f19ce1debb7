"""What every route of a dashboard shares: the store, JSON answers, ETags.

Answers are encoded here and not by FastAPI, whose default walks every number; orjson writes a
column of numpy as it stands. NaN and infinities are the strings "NaN", "Infinity" and "-Infinity",
as in TensorBoard's answers. float32 values are written with the fewest digits that give the same
float32: 0.8, not 0.800000011920929.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import math
from collections.abc import Callable, Iterable
from itertools import pairwise
from typing import Annotated, Any, cast
from urllib.parse import quote

import numpy as np
import numpy.typing as npt
import orjson
from fastapi import Depends, Request, Response

from neuronboard.store import Store

_NUMPY = orjson.OPT_SERIALIZE_NUMPY
COMPRESS_FROM = 1024  # bytes; shorter answers gain nothing
BINARY = "application/octet-stream"
LOOPBACK = ("127.0.0.1", "::1", "::ffff:127.0.0.1")


async def _store(request: Request) -> Store:  # async, or it would be run in a thread
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


def ranges(numbers: Iterable[int]) -> str:
    """Ascending numbers, of which there is one at least, as "0-3,7,9-10"."""
    ascending = list(numbers)
    starts = [ascending[0], *(b for a, b in pairwise(ascending) if b != a + 1)]
    ends = [*(a for a, b in pairwise(ascending) if b != a + 1), ascending[-1]]
    return ",".join(str(a) if a == b else f"{a}-{b}" for a, b in zip(starts, ends, strict=True))


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
    return respond_if_new(request, _tag(body), media_type, lambda: body, compress=compress)


def attachment(name: str) -> str:
    """The Content-Disposition of a file that is saved under a name (RFC 6266)."""
    clean = "".join("_" if sign in '"\\/:' or ord(sign) < 32 else sign for sign in name)[:120]
    plain = clean.encode("ascii", "replace").decode().replace("?", "_")
    exact = "" if plain == clean else f"; filename*=UTF-8''{quote(clean, safe='')}"
    return f'attachment; filename="{plain}"{exact}'


def etag_of(*parts: Any) -> str:
    """The ETag of an answer that depends on nothing but these."""
    return _tag(repr(parts).encode("utf-8", "backslashreplace"))


def respond_if_new(
    request: Request,
    etag: str,
    media_type: str,
    body: Callable[[], bytes],
    *,
    compress: bool = True,
) -> Response:
    """The response with that ETag; the body is not computed if the client has it already.

    It is compressed if it is long; binary columns only for clients that are elsewhere, since on one
    machine that costs more than it saves. A page behind a tunnel, which looks near, says
    `compress=1`.
    """
    headers = {"ETag": etag, "Cache-Control": "no-cache", "Vary": "Accept-Encoding"}
    if etag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    content = body()
    if compress and len(content) >= COMPRESS_FROM and _wants_gzip(request, media_type):
        content = gzip.compress(content, 1, mtime=0)
        headers["Content-Encoding"] = "gzip"
    return Response(content, media_type=media_type, headers=headers)


def _tag(content: bytes) -> str:
    return f'"{hashlib.blake2b(content, digest_size=12).hexdigest()}"'


def _wants_gzip(request: Request, media_type: str) -> bool:
    if "gzip" not in request.headers.get("accept-encoding", ""):
        return False
    near = request.client is not None and request.client.host in LOOPBACK
    return media_type != BINARY or not near or request.query_params.get("compress") == "1"
