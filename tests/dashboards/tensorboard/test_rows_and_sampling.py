"""Rows are the columns, and samples keep what they promise, whatever the numbers are."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import orjson
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from neuronboard.dashboards.tensorboard.rows import as_csv, as_lists, as_objects
from neuronboard.dashboards.tensorboard.sampling import sampled, spread
from neuronboard.formats.batch import Columns

WORDS = {"NaN": math.nan, "Infinity": math.inf, "-Infinity": -math.inf}


@st.composite
def points(draw: st.DrawFn) -> Columns:
    """Any points."""
    count = draw(st.integers(0, 30))
    dtype = draw(st.sampled_from([np.float32, np.float64]))
    return Columns(
        draw(arrays.arrays(np.int64, count)),
        draw(arrays.arrays(np.float64, count)),
        draw(arrays.arrays(dtype, count)),
    )


def _number(item: Any) -> float:
    return WORDS[item] if isinstance(item, str) else float(item)


def _same(rows: Sequence[Sequence[Any]], columns: Columns) -> bool:
    """Whether rows of wall time, step and value are the columns, bit for bit."""
    times, steps, values = zip(*rows, strict=True) if rows else ((), (), ())
    return (
        [int(step) for step in steps] == columns.steps.tolist()
        and np.array([_number(item) for item in times], float).tobytes()
        == _bits(columns.wall_times)
        and np.array([_number(item) for item in values], float).tobytes() == _bits(columns.values)
    )


def _bits(column: Any) -> bytes:
    """The bytes of a column as float64, every NaN the same one."""
    wide = column.astype(np.float64)
    return bytes(np.where(np.isnan(wide), math.nan, wide).tobytes())


@given(points())
def test_every_form_has_the_numbers_of_the_columns(columns: Columns) -> None:
    """JSON lists, JSON objects and CSV; nothing is rounded, nothing is left out."""
    lists = json.loads(orjson.dumps(as_lists(columns)))
    objects = json.loads(orjson.dumps(as_objects(columns)))
    table = list(csv.reader(io.StringIO(as_csv(columns).decode(), newline="")))
    assert _same(lists, columns)
    assert all(list(row) == ["wallTime", "step", "value"] for row in objects)
    assert _same([list(row.values()) for row in objects], columns)
    assert table[0] == ["Wall time", "Step", "Value"]
    assert _same([[float(time), step, float(value)] for time, step, value in table[1:]], columns)


@given(arrays.arrays(np.float64, st.integers(1, 200)), st.integers(1, 220))
def test_a_sample_has_its_size_the_ends_and_the_extremes(values: Any, count: int) -> None:
    """As many as asked for, each once and in order; the last from 1 on, the first from 2 on, the
    lowest and the highest from 4 on."""
    found = sampled(values, count)
    assert len(found) == min(count, len(values))
    assert (np.diff(found) > 0).all()
    assert found[-1] == len(values) - 1
    assert count < 2 or found[0] == 0
    if count >= 4 and not np.isnan(values).all():
        assert np.nanmin(values[found]) == np.nanmin(values)
        assert np.nanmax(values[found]) == np.nanmax(values)


@given(st.integers(0, 200), st.integers(1, 220))
def test_what_is_spread_is_even_and_keeps_the_last(n: int, count: int) -> None:
    """No gap is more than one longer than another."""
    found = spread(n, count)
    assert len(found) == min(n, count)
    gaps = np.diff(found)
    assert (gaps > 0).all()
    assert n == 0 or found[-1] == n - 1
    assert len(gaps) == 0 or gaps.max() - gaps.min() <= 1


def test_without_a_limit_everything_is_kept() -> None:
    """None is all."""
    assert sampled(np.zeros(5), None).tolist() == spread(5, None).tolist() == [0, 1, 2, 3, 4]
