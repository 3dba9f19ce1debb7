"""All points of some tags in some runs as one file, written while it is sent: CSV, JSON, Parquet.

A row is a point: run, tag, step, wall_time (seconds since 1970-01-01 UTC), value. What a restart
declared void is left out. CSV has each value with the digits it was written with, and NaN,
Infinity, -Infinity; Parquet has float64, which holds float32 exactly. JSON has columns: a list of
{run, tag, steps, wall_times, values}, with "NaN", "Infinity", "-Infinity" for what is not finite.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from neuronboard.dashboards.http import column, encode
from neuronboard.dashboards.scalars.encode import texts
from neuronboard.errors import QueryError
from neuronboard.formats.batch import Columns
from neuronboard.store import Catalog
from neuronboard.store.curve import points_of

ROWS = 1 << 16  # of CSV that are written together
GROUP = 1 << 20  # rows of a row group of Parquet
NAMES = ("run", "tag", "step", "wall_time", "value")


class Part(NamedTuple):
    """The points of a run's tag."""

    run: str
    tag: str
    columns: Columns


def parts(
    catalog: Catalog, tags: Sequence[str] | None, runs: Sequence[str] | None
) -> Iterator[Part]:
    """The points of these tags in these runs, tag by tag; None is all.

    Raises NotFoundQueryError for a run and QueryError for a tag that does not exist, at once.
    """
    known = catalog.scalar_runs
    for tag in tags or ():
        if tag not in known:
            raise QueryError(f"there is no scalar tag {tag!r}; ask api/scalars/tags")
    wanted = None if runs is None else {catalog.run(run_id).id for run_id in runs}
    pairs = [
        (run, tag)
        for tag in (known if tags is None else dict.fromkeys(tags))
        for run in known[tag]
        if wanted is None or run.id in wanted
    ]
    return (Part(run.id, tag, points_of(run, tag)) for run, tag in pairs)


def to_csv(found: Iterator[Part]) -> Iterator[bytes]:
    """A header, then a row for each point."""
    yield ",".join(NAMES).encode() + b"\n"
    for part in found:
        about = _quoted(part.run, part.tag)
        for at in range(0, len(part.columns.steps), ROWS):
            columns = (texts(column[at : at + ROWS]) for column in part.columns)
            rows = (about + ",".join(row) for row in zip(*columns, strict=True))
            yield "\n".join([*rows, ""]).encode("utf-8", "replace")


def _quoted(run: str, tag: str) -> str:
    """The first two cells of a row, with the comma behind them."""
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow([run, tag, ""])
    return line.getvalue()


def to_json(found: Iterator[Part]) -> Iterator[bytes]:
    """A list of series; the columns of each are lists."""
    before = b"["
    for part in found:
        steps, wall_times, values = map(column, part.columns)
        about = {"run": part.run, "tag": part.tag, "steps": steps}
        yield before + encode({**about, "wall_times": wall_times, "values": values})
        before = b",\n"
    yield b"]\n" if before == b",\n" else b"[]\n"


def to_parquet(found: Iterator[Part]) -> Iterator[bytes]:
    """Row groups of a million rows; run and tag are dictionaries.

    Raises QueryError, at once, where pyarrow is not installed.
    """
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError as error:
        raise QueryError(
            "Parquet needs pyarrow where the server runs: pip install pyarrow; format=csv needs "
            "nothing"
        ) from error
    names = pyarrow.dictionary(pyarrow.int32(), pyarrow.string())
    types = (names, names, pyarrow.int64(), pyarrow.float64(), pyarrow.float64())
    schema = pyarrow.schema(list(zip(NAMES, types, strict=True)))
    return _row_groups(pyarrow, schema, found)


def _row_groups(pyarrow: Any, schema: Any, found: Iterator[Part]) -> Iterator[bytes]:
    sink = _Sink()
    with pyarrow.parquet.ParquetWriter(pyarrow.PythonFile(sink, "w"), schema) as writer:
        for group in _grouped(found):
            lengths = [len(part.columns.steps) for part in group]
            table = [
                _dictionary(pyarrow, [part.run for part in group], lengths),
                _dictionary(pyarrow, [part.tag for part in group], lengths),
                *(_joined(group, column) for column in range(3)),
            ]
            writer.write_table(pyarrow.table(table, schema=schema))
            yield sink.taken()
    yield sink.taken()


def _grouped(found: Iterator[Part]) -> Iterator[list[Part]]:
    """Parts that are about as many rows together as a row group has."""
    group: list[Part] = []
    rows = 0
    for part in found:
        for at in range(0, len(part.columns.steps), GROUP):
            rows_of = slice(at, at + GROUP)
            steps, wall_times, values = part.columns
            piece = Columns(steps[rows_of], wall_times[rows_of], values[rows_of])
            group.append(part._replace(columns=piece))
            rows += len(piece.steps)
            if rows >= GROUP:
                yield group
                group, rows = [], 0
    if group:
        yield group


def _dictionary(pyarrow: Any, names: list[str], lengths: list[int]) -> Any:
    different = list(dict.fromkeys(names))
    number = {name: at for at, name in enumerate(different)}
    codes = np.repeat(np.array([number[name] for name in names], np.int32), lengths)
    clean = [name.encode("utf-8", "replace").decode() for name in different]
    return pyarrow.DictionaryArray.from_arrays(codes, clean)


def _joined(group: list[Part], column: int) -> npt.NDArray[Any]:
    joined = np.concatenate([part.columns[column] for part in group])
    return joined if joined.dtype == np.int64 else joined.astype(np.float64)


class _Sink(io.RawIOBase):
    """A file that gives away what was written to it."""

    def __init__(self) -> None:
        self._chunks: list[bytes] = []
        self._length = 0

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._chunks.append(bytes(data))
        self._length += len(data)
        return len(data)

    def tell(self) -> int:
        return self._length

    def taken(self) -> bytes:
        """What was written since the last time."""
        chunks, self._chunks = self._chunks, []
        return b"".join(chunks)


FORMS: dict[str, tuple[str, Callable[[Iterator[Part]], Iterator[bytes]]]] = {
    "csv": ("text/csv; charset=utf-8", to_csv),
    "json": ("application/json", to_json),
    "parquet": ("application/vnd.apache.parquet", to_parquet),
}
