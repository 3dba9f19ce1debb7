"""The three forms of an answer about scalars; they hold the same numbers.

Binary, for programs: a little-endian uint32 with the length of a JSON header, the header, padded
with spaces so that what follows begins at a multiple of 8, and then the columns of each series one
behind the other, in the order of the header, each padded with zeros to a multiple of 8:

    steps       int64[count], or float64[count] where the header's "steps" says "f8": all steps of
                the answer are below 2**53 then; left out where the series' "steps" says "same":
                they are those of the series before it, as of most runs of one program
    wall_times  float64[count], seconds since 1970-01-01 UTC
    values      float32[count] or float64[count], as the series' "values" says ("f4" or "f8")
    x           float64[count], on an axis that is computed: where the header's "computed" is true
    smoothed    float64[count], where the header's "smoothing" is not null

JSON, for people, has the columns as lists in the series. CSV has a row for each point.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from neuronboard.dashboards.http import column, encode
from neuronboard.dashboards.scalars.groups import GroupAnswer
from neuronboard.dashboards.scalars.query import COMPUTED, Answer, Drawn, Question

EXACT = 1 << 53  # up to here float64 holds every integer
Array = npt.NDArray[Any]
_LITTLE = {char: np.dtype(char).newbyteorder("<") for char in "fdqlL"}


def to_json(answer: Answer, told: dict[str, Any]) -> bytes:
    """told: what else the answer says, such as its version."""
    series = [
        {**told_of(drawn), **{name: column(array) for name, array in _columns(drawn).items()}}
        for drawn in answer.curves
    ]
    return encode({**_header(answer.question, answer.bounds, told), "series": series})


def to_binary(answer: Answer, told: dict[str, Any]) -> bytes:
    """The header and the columns."""
    series: list[dict[str, Any]] = []
    parts: list[Array] = []
    own: dict[int, Array] = {}  # where in `parts` -> the steps that stand there
    before: bytes | None = None
    for drawn in answer.curves:
        columns = _columns(drawn)
        wide = columns["values"].dtype == np.float64
        steps = columns.pop("steps")
        text = steps.tobytes()
        about = told_of(drawn)
        about["count"] = len(steps)
        about["steps"] = "same" if text == before else "own"
        about["values"] = _name(wide)
        series.append(about)
        if text != before:
            own[len(parts)] = steps
            parts.append(steps)
        parts.extend(columns.values())
        before = text
    exact = all(map(_is_exact, own.values()))
    if exact:
        for at, steps in own.items():
            parts[at] = steps.astype(np.float64)
    header = {
        **_header(answer.question, answer.bounds, told),
        "steps": "f8" if exact else "i8",
        "series": series,
    }
    return _framed(header, parts)


def to_csv(answer: Answer) -> bytes:
    """A row for each point; values that are not finite are NaN, Infinity and -Infinity."""
    more = [
        *(["x"] if answer.question.axis in COMPUTED else []),
        *(["smoothed"] if answer.question.smoothing else []),
    ]
    head = ["tag", "run", "segment", "part", "purged", "step", "wall_time", "value", *more]
    return _table(head, (row for drawn in answer.curves for row in _rows(drawn)))


def group_to_json(answer: GroupAnswer, told: dict[str, Any]) -> bytes:
    """The columns x, n, center, low and high as lists."""
    columns = {name: column(array) for name, array in _group_columns(answer).items()}
    return encode({**_group_header(answer, told), **columns})


def group_to_binary(answer: GroupAnswer, told: dict[str, Any]) -> bytes:
    """The columns x (float64, or int64 as the header's "x" says), n, center, low and high."""
    columns = _group_columns(answer)
    if columns["x"].dtype != np.float64 and _is_exact(columns["x"]):
        columns["x"] = columns["x"].astype(np.float64)
    columns["n"] = columns["n"].astype(np.float64)
    x = _name(True) if columns["x"].dtype == np.float64 else "i8"
    header = {**_group_header(answer, told), "x": x, "count": len(columns["x"])}
    return _framed(header, list(columns.values()))


def group_to_csv(answer: GroupAnswer) -> bytes:
    """A row for each x."""
    columns = _group_columns(answer)
    return _table(list(columns), zip(*map(texts, columns.values()), strict=True))


def groups_to_json(answers: list[GroupAnswer], told: dict[str, Any]) -> bytes:
    """The columns of each group as lists."""
    some = [
        {
            **_about_group(answer),
            **{name: column(array) for name, array in _group_columns(answer).items()},
        }
        for answer in answers
    ]
    return encode({**_header(answers[0].question, answers[0].bounds, told), "groups": some})


def groups_to_binary(answers: list[GroupAnswer], told: dict[str, Any]) -> bytes:
    """Of each group x, n, center, low and high, all float64, where the header's "same" does not say
    that x, or n, is that of the group before."""
    some: list[dict[str, Any]] = []
    parts: list[Array] = []
    before: dict[str, Array] = {}
    for answer in answers:
        columns = {
            name: array.astype(np.float64, copy=False)
            for name, array in _group_columns(answer).items()
        }
        same = [
            name
            for name in ("x", "n")
            if name in before and np.array_equal(before[name], columns[name])
        ]
        some.append({**_about_group(answer), "count": len(columns["x"]), "same": same})
        parts += [array for name, array in columns.items() if name not in same]
        before = columns
    return _framed({**_header(answers[0].question, answers[0].bounds, told), "groups": some}, parts)


def groups_to_csv(answers: list[GroupAnswer]) -> bytes:
    """A row for each x of each group; group: its number among those that were asked for."""
    rows = (
        (str(number), *row)
        for number, answer in enumerate(answers)
        for row in zip(*map(texts, _group_columns(answer).values()), strict=True)
    )
    return _table(["group", *_group_columns(answers[0])], rows)


def _header(
    question: Question, bounds: tuple[float, float] | None, told: dict[str, Any]
) -> dict[str, Any]:
    smoothing = question.smoothing
    return {
        **told,
        "axis": question.axis,
        "over": question.over or None,
        "computed": question.axis in COMPUTED,
        "x_scale": "log" if question.log else "linear",
        "y_scale": "log" if question.positive else "linear",
        "bounds": bounds,
        "pixels": question.pixels,
        "smoothing": smoothing and {"kind": smoothing.kind, "weight": smoothing.weight},
    }


def _group_header(answer: GroupAnswer, told: dict[str, Any]) -> dict[str, Any]:
    return {**_header(answer.question, answer.bounds, told), **_about_group(answer)}


def _about_group(answer: GroupAnswer) -> dict[str, Any]:
    return {
        "runs": answer.runs,
        "total": answer.total,
        "within": answer.within,
        "reduced": answer.reduced,
        "extent": answer.extent,
        "newest": answer.newest,
        "not_finite": answer.not_finite,
        "first_not_finite": answer.first_not_finite,
    }


def told_of(drawn: Drawn) -> dict[str, Any]:
    """What an answer says of a curve besides its columns."""
    curve = drawn.curve
    not_finite, not_positive = curve.counts
    return {
        "run": curve.run,
        "tag": curve.tag,
        "segment": curve.segment.id,
        "part": curve.part,
        "purged": curve.purged,
        "append": drawn.append,
        "total": len(curve),
        "covered": curve.covered,
        "not_finite": not_finite,
        "not_positive": not_positive,
        "within": drawn.within,
        "reduced": drawn.reduced,
        "origin": curve.origin,
        "extent": drawn.extent,
        "off_axis": drawn.off_axis,
    }


def _columns(drawn: Drawn) -> dict[str, Array]:
    columns: dict[str, Array] = drawn.columns._asdict()
    more = {"x": drawn.x, "smoothed": drawn.smoothed}
    return {**columns, **{name: column for name, column in more.items() if column is not None}}


def _group_columns(answer: GroupAnswer) -> dict[str, Array]:
    group = answer.group
    return {
        "x": group.x,
        "n": group.n,
        "center": group.center,
        "low": group.low,
        "high": group.high,
    }


def _framed(header: dict[str, Any], columns: list[Array]) -> bytes:
    text = encode(header)
    text += b" " * (-(4 + len(text)) % 8)
    parts = [len(text).to_bytes(4, "little"), text]
    for array in columns:
        data = array.astype(_LITTLE[array.dtype.char], copy=False).tobytes()
        parts.append(data)
        if len(data) % 8:
            parts.append(bytes(-len(data) % 8))
    return b"".join(parts)


def _name(wide: bool) -> str:
    return "f8" if wide else "f4"


def _is_exact(steps: Array) -> bool:
    return not len(steps) or bool(steps.min() >= -EXACT and steps.max() <= EXACT)


def _rows(drawn: Drawn) -> Iterator[list[str]]:
    curve = drawn.curve
    about = [curve.tag, curve.run, curve.segment.id, str(curve.part), str(curve.purged).lower()]
    columns = [texts(array) for array in _columns(drawn).values()]
    return ([*about, *row] for row in zip(*columns, strict=True))


def texts(array: Array) -> list[str]:
    """The numbers as JSON would write them."""
    if not len(array):
        return []
    inner = encode(column(array))[1:-1].decode()
    return [item.strip('"') for item in inner.split(",")]


def _table(head: list[str], rows: Any) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(head)
    writer.writerows(rows)
    return text.getvalue().encode("utf-8", "replace")
