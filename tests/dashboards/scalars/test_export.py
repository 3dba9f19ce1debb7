"""The files of all points, against what was written and against the reader."""

from __future__ import annotations

import csv
import io
import sys
from pathlib import Path

import numpy as np
import pyarrow
import pyarrow.parquet
import pytest
from builders import event_bytes, loaded_store, restart_event, scalar_event, write_events
from starlette.testclient import TestClient

import neuronboard
from neuronboard.dashboards.scalars import export
from neuronboard.server.app import create_app
from neuronboard.server.settings import Settings

NAMED = {"NaN": np.nan, "Infinity": np.inf, "-Infinity": -np.inf}
URL = "/api/scalars/export"


@pytest.fixture
def logdir(tmp_path: Path) -> Path:
    """A name that CSV has to quote, numbers that are none, float64, a huge step, a restart."""
    values = [0.1, float("nan"), float("inf"), -float("inf"), 1e-40]
    write_events(tmp_path / '가, "나"', [(i, {"loss": v}) for i, v in enumerate(values)])
    write_events(tmp_path / "again", [(i, {"loss": float(i)}) for i in range(5)])
    later = tmp_path / "again" / "events.out.tfevents.1700000100.host"
    later.write_bytes(event_bytes([restart_event(2), scalar_event(2, {"loss": 9.0})]))
    with neuronboard.SummaryWriter(tmp_path / "wide") as writer:
        writer.add_scalar("loss", 0.1, 2**60 + 1, double_precision=True)
        writer.add_scalar("acc", 1.0, 3)
    return tmp_path


def client_of(logdir: Path) -> TestClient:
    """A client of a server of that log directory."""
    store = loaded_store(logdir)
    app = create_app(store, Settings(spec=store.spec), "1")
    return TestClient(app, base_url="http://localhost:6006")


def rows_of(text: str) -> list[tuple[str, str, int, float, float]]:
    """The rows of a CSV file, below its header."""
    header, *rows = csv.reader(io.StringIO(text))
    assert tuple(header) == export.NAMES
    return [(r, t, int(s), float(w), NAMED.get(v) or float(v)) for r, t, s, w, v in rows]


def rows_of_parquet(body: bytes) -> list[tuple[str, str, int, float, float]]:
    """The rows of a Parquet file."""
    table = pyarrow.parquet.read_table(io.BytesIO(body))
    assert tuple(table.column_names) == export.NAMES
    return list(zip(*(column.to_pylist() for column in table.columns), strict=True))


def test_both_forms_hold_every_point(logdir: Path) -> None:
    """The same points as `neuronboard.open`, bit for bit; void ones are left out."""
    client = client_of(logdir)
    logs = neuronboard.open(logdir)
    expected = [
        (run.id, tag, step, wall_time, value)
        for tag in logs.tags
        for run in logs.runs.values()
        if tag in run
        for step, wall_time, value in zip(
            run[tag].steps.tolist(),
            run[tag].wall_times.tolist(),
            run[tag].values.tolist(),
            strict=True,
        )
    ]
    assert len(expected) == 5 + 3 + 1 + 1
    sent = client.get(f"{URL}?format=parquet")
    assert sent.headers["content-disposition"] == 'attachment; filename="scalars.parquet"'
    np.testing.assert_equal(rows_of_parquet(sent.content), expected)
    as_csv = rows_of(client.get(URL).text)
    assert [row[:4] for row in as_csv] == [row[:4] for row in expected]
    float32 = [np.float32(row[4]) for row in as_csv]
    np.testing.assert_equal(float32, [np.float32(row[4]) for row in expected])
    assert as_csv[[row[0] for row in as_csv].index("wide")][4] in (1.0, 0.1)


def test_some_tags_of_some_runs(logdir: Path) -> None:
    """As a URL, or as a form where a URL would be too long."""
    client = client_of(logdir)
    asked = client.get(URL, params={"tag": ["loss"], "run": ["wide", '가, "나"']})
    names = [row[0] for row in rows_of(asked.text)]
    assert names == ["wide"] + ['가, "나"'] * 5
    many = ["wide", '가, "나"'] * 2000
    posted = client.post(URL, data={"tag": ["loss"], "run": many, "format": "csv"})
    assert posted.text == asked.text


@pytest.mark.parametrize(
    ("parameters", "status", "told"),
    [
        ({"tag": "los"}, 400, "there is no scalar tag 'los'"),
        ({"run": "b"}, 404, "there is no run 'b'"),
        ({"format": "xlsx"}, 400, "format"),
    ],
)
def test_what_does_not_exist_is_refused_before_a_byte_is_sent(
    logdir: Path, parameters: dict[str, str], status: int, told: str
) -> None:
    """By GET and by POST."""
    client = client_of(logdir)
    for answer in (client.get(URL, params=parameters), client.post(URL, data=parameters)):
        assert answer.status_code == status
        assert told in answer.json()["error"]["message"]
    unknown = client.post(URL, data={"tags": "loss"})
    assert "there is no field 'tags'" in unknown.json()["error"]["message"]


def test_without_pyarrow_it_says_what_to_install(
    logdir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """CSV goes on."""
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    client = client_of(logdir)
    refused = client.get(f"{URL}?format=parquet")
    assert refused.status_code == 400
    assert "pip install pyarrow" in refused.json()["error"]["message"]
    assert client.get(URL).status_code == 200


def test_long_series_are_written_in_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is lost or doubled at their borders."""
    monkeypatch.setattr(export, "ROWS", 7)
    monkeypatch.setattr(export, "GROUP", 10)
    for name, count in (("a", 25), ("b", 3), ("c", 10)):
        write_events(tmp_path / name, [(i, {"v": float(i)}) for i in range(count)])
    client = client_of(tmp_path)
    expected = [(name, i) for name, count in (("a", 25), ("b", 3), ("c", 10)) for i in range(count)]
    assert [(row[0], row[2]) for row in rows_of(client.get(URL).text)] == expected
    body = client.get(f"{URL}?format=parquet").content
    assert [(row[0], row[2]) for row in rows_of_parquet(body)] == expected
    assert (
        pyarrow.parquet.ParquetFile(io.BytesIO(body)).num_row_groups == 3
    )  # 10, 10, and the rest: 5, 3 and 10


def test_a_log_without_points_is_a_file_without_rows(tmp_path: Path) -> None:
    """In both forms."""
    write_events(tmp_path)
    client = client_of(tmp_path)
    assert rows_of(client.get(URL).text) == []
    assert rows_of_parquet(client.get(f"{URL}?format=parquet").content) == []
