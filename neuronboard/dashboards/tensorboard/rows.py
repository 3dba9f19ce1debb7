"""Columns as the rows that TensorBoard answers: JSON lists, JSON objects, CSV.

float32 is widened, so that 0.1 is 0.10000000149011612 as in TensorBoard's answers. Columns are
turned into text as a whole, which is several times faster than number by number.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import orjson

from neuronboard.formats.batch import Columns

_LIST = b"[%b,%b,%b]"
_OBJECT = b'{"wallTime":%b,"step":%b,"value":%b}'


def as_lists(points: Columns) -> orjson.Fragment:
    """JSON of [[wall_time, step, value], ...]."""
    return _json(points, _LIST)


def as_objects(points: Columns) -> orjson.Fragment:
    """JSON of [{"wallTime", "step", "value"}, ...]."""
    return _json(points, _OBJECT)


def as_csv(points: Columns) -> bytes:
    """Lines of wall time, step and value; what is not finite is nan, inf or -inf."""
    columns = (points.wall_times, points.steps, points.values)
    numbers = zip(*(column.tolist() for column in columns), strict=True)
    lines = [f"{wall_time!r},{step},{value!r}\r\n" for wall_time, step, value in numbers]
    return "".join(["Wall time,Step,Value\r\n", *lines]).encode()


def _json(points: Columns, form: bytes) -> orjson.Fragment:
    if len(points.steps) == 0:
        return orjson.Fragment(b"[]")
    columns = map(_texts, (points.wall_times, points.steps, points.values))
    rows = map(form.__mod__, zip(*columns, strict=True))
    return orjson.Fragment(b"[" + b",".join(rows) + b"]")


def _texts(column: npt.NDArray[Any]) -> list[bytes]:
    """The JSON of each number."""
    if column.dtype == np.float32:
        column = column.astype(np.float64)
    body = orjson.dumps(np.ascontiguousarray(column), option=orjson.OPT_SERIALIZE_NUMPY)
    texts = body[1:-1].split(b",")
    if column.dtype.kind == "f":
        for at in np.flatnonzero(~np.isfinite(column)).tolist():
            texts[at] = _not_finite(float(column[at]))
    return texts


def _not_finite(value: float) -> bytes:
    return b'"NaN"' if value != value else b'"Infinity"' if value > 0 else b'"-Infinity"'
