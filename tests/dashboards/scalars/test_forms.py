"""The three forms of an answer hold the same numbers; ETags; what is refused."""

from __future__ import annotations

import asyncio
import csv
import io
import json
import random
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from builders import event_bytes, loaded_store, restart_event, scalar_event, write_events
from fastapi import Response
from starlette.testclient import TestClient

from neuronboard import SummaryWriter
from neuronboard.dashboards.scalars.routes import Pace
from neuronboard.server.app import create_app
from neuronboard.server.settings import Settings
from neuronboard.store import Store

NAMED = {"NaN": float("nan"), "Infinity": float("inf"), "-Infinity": float("-inf")}
HUGE = 2**60 + 1


def client_of(store: Store) -> TestClient:
    """A client of the application over a store."""
    app = create_app(store, Settings(spec=store.spec), "1")
    return TestClient(app, base_url="http://localhost:6006")


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    """Everything that makes an answer irregular, in a few runs."""
    folder = tmp_path_factory.mktemp("forms")
    chance = random.Random(1)
    special = [float("nan"), float("inf"), float("-inf"), -0.0, 1e-40, 3.4e38]
    values = [chance.choice([chance.gauss(0, 1), chance.choice(special)]) for _ in range(3000)]
    write_events(folder / '가, "나"', [(i, {"v": v}) for i, v in enumerate(values)])
    write_events(folder / "back", [(i % 700, {"v": v}) for i, v in enumerate(values)])
    write_events(folder / "huge", [(HUGE + i, {"v": float(i), "big": 1.0}) for i in range(5)])
    write_events(folder / "void", [(i, {"v": float(i)}) for i in range(50)])
    later = folder / "void" / "events.out.tfevents.1700000100.host"
    later.write_bytes(event_bytes([restart_event(20), scalar_event(20, {"v": 0.1})]))
    with SummaryWriter(str(folder / "wide")) as writer:
        for step in range(100):
            writer.add_scalar("v", 0.1 * step, step, double_precision=True)
    return client_of(loaded_store(folder))


def numbers(column: list[float | str]) -> list[float]:
    """A column of JSON."""
    return [NAMED[item] if isinstance(item, str) else item for item in column]


def decode(body: bytes) -> dict[str, Any]:
    """The binary form, read as its documentation says."""
    length = int.from_bytes(body[:4], "little")
    header: dict[str, Any] = json.loads(body[4 : 4 + length])
    at = 4 + length
    assert at % 8 == 0
    before = None
    for series in header["series"]:
        count = series.pop("count")
        same = series.pop("steps") == "same"
        dtypes = [header["steps"], "f8", series["values"]]
        names = ["steps", "wall_times", "values"]
        if header["computed"]:
            dtypes.append("f8")
            names.append("x")
        if header["smoothing"]:
            dtypes.append("f8")
            names.append("smoothed")
        for name, dtype in zip(names, dtypes, strict=True):
            if name == "steps" and same:
                assert before is not None
                series[name] = before
                continue
            column = np.frombuffer(body, f"<{dtype}", count, at)
            at += -(-column.nbytes // 8) * 8
            series[name] = column
        before = series["steps"]
    assert at == len(body)
    return header


QUESTIONS = [
    "tag=v",
    "tag=v&pixels=40",
    "tag=v&pixels=40&smoothing=0.8",
    "tag=v&pixels=40&smoothing=0.8&smoother=symmetric&axis=relative&y_scale=log",
    "tag=v&pixels=40&axis=wall&low=1700000100&high=1700000400&purged=1",
    "tag=v&pixels=40&x_scale=log&parts=newest&run=back&run=void",
    "tag=v&tag=big&run=huge",
    "tag=v&run=wide&pixels=7",
    "tag=v&axis=index&pixels=40&purged=1",
    "tag=v&axis=active&pixels=40&smoothing=0.5",
    "tag=v&axis=tag&over=big&pixels=9",
]


@pytest.mark.parametrize("question", QUESTIONS)
def test_binary_json_and_csv_hold_the_same(client: TestClient, question: str) -> None:
    """To the bit: float32 is written with the digits that give it back."""
    url = f"/api/scalars/series?{question}"
    binary = decode(client.get(url).content)
    as_json = client.get(f"{url}&format=json").json()
    rows = list(csv.DictReader(io.StringIO(client.get(f"{url}&format=csv").text)))
    names = [
        *("steps", "wall_times", "values"),
        *(["x"] if binary["computed"] else []),
        *(["smoothed"] if binary["smoothing"] else []),
    ]
    assert {**binary, "series": [], "steps": 0} == {**as_json, "series": [], "steps": 0}
    at = 0
    for one, other in zip(binary["series"], as_json["series"], strict=True):
        of_csv = rows[at : at + len(one["steps"])]
        at += len(of_csv)
        assert {(r["run"], r["tag"], r["segment"], r["part"], r["purged"]) for r in of_csv} <= {
            (one["run"], one["tag"], one["segment"], str(one["part"]), str(one["purged"]).lower())
        }
        dtype = one["values"].dtype
        for name in names:
            column = one.pop(name)
            narrow = dtype if name == "values" else column.dtype
            told = np.array(numbers(other.pop(name)), narrow)
            cells = [row[name.removesuffix("s")] for row in of_csv]
            read = np.array(
                [NAMED.get(cell, 0) if cell in NAMED else _number(cell) for cell in cells]
            )
            assert np.array_equal(column, told, equal_nan=True)
            assert np.array_equal(column, read.astype(narrow), equal_nan=True)
        assert one == other
    assert at == len(rows)


def _number(cell: str) -> float | int:
    return int(cell) if cell.lstrip("-").isdigit() else float(cell)


@pytest.mark.parametrize("more", ["", "&axis=wall&band=std", "&pixels=30&center=median&band=sem"])
def test_a_group_holds_the_same_in_every_form(client: TestClient, more: str) -> None:
    """x, n, center, low and high."""
    url = f"/api/scalars/group?tag=v&run=void&run=wide&run=back{more}"
    body = client.get(url).content
    length = int.from_bytes(body[:4], "little")
    header = json.loads(body[4 : 4 + length])
    as_json = client.get(f"{url}&format=json").json()
    rows = list(csv.DictReader(io.StringIO(client.get(f"{url}&format=csv").text)))
    columns = np.frombuffer(body, "<f8", -1, 4 + length).reshape(5, header["count"])
    for name, column in zip(["x", "n", "center", "low", "high"], columns, strict=True):
        assert np.array_equal(column, numbers(as_json[name]), equal_nan=True)
        read = [NAMED[row[name]] if row[name] in NAMED else float(row[name]) for row in rows]
        assert np.array_equal(column, read, equal_nan=True)


def test_steps_that_runs_share_are_sent_once(tmp_path: Path) -> None:
    """Fifty runs of one program: a point of the second costs 12 bytes, not 20."""
    for run in range(50):
        write_events(tmp_path / f"{run:02}", [(step, {"v": 0.5}) for step in range(1000)])
    body = client_of(loaded_store(tmp_path)).get("/api/scalars/series?tag=v").content
    assert len(body) < 50 * (12 * 1000 + 600) + 8 * 1000
    told = decode(body)["series"]
    assert all(np.array_equal(one["steps"], np.arange(1000)) for one in told)


def test_steps_that_float64_cannot_hold_are_int64(client: TestClient) -> None:
    """Exact in every form."""
    [series] = decode(client.get("/api/scalars/series?tag=big").content)["series"]
    assert series["steps"].dtype == np.int64
    assert series["steps"].tolist() == list(range(HUGE, HUGE + 5))
    body = client.get("/api/scalars/group?tag=big").content
    length = int.from_bytes(body[:4], "little")
    assert json.loads(body[4 : 4 + length])["x"] == "i8"
    assert np.frombuffer(body, "<i8", 5, 4 + length).tolist() == list(range(HUGE, HUGE + 5))


@pytest.mark.parametrize("what", ["series?tag=v&pixels=9", "group?tag=v&pixels=9"])
def test_an_answer_is_sent_once(tmp_path: Path, what: str) -> None:
    """304 until its own runs move; another form or question is another answer."""
    path = write_events(tmp_path / "a", [(i, {"v": float(i)}) for i in range(100)])
    store = loaded_store(tmp_path)
    client = client_of(store)
    url = f"/api/scalars/{what}&run=a"
    etag = client.get(url).headers["etag"]
    known = {"if-none-match": etag}
    assert client.get(url, headers=known).status_code == 304
    assert client.get(f"{url}&format=json", headers=known).status_code == 200
    assert client.get(f"{url}&axis=wall", headers=known).status_code == 200
    write_events(tmp_path / "b", [(0, {"v": 1.0})])
    store.refresh()
    assert client.get(url, headers=known).status_code == 304
    with path.open("ab") as file:
        file.write(event_bytes([scalar_event(100, {"v": 1.0})]))
    store.refresh()
    moved = client.get(url, headers=known)
    assert (moved.status_code, moved.headers["etag"] != etag) == (200, True)


def test_columns_are_compressed_for_who_is_elsewhere(client: TestClient) -> None:
    """On one machine that costs more than it saves; a page behind a tunnel asks for it."""
    url = "/api/scalars/series?tag=v"
    assert client.get(url).headers["content-encoding"] == "gzip"  # the client is "testclient"
    near = TestClient(client.app, base_url="http://localhost:6006", client=("127.0.0.1", 50000))
    assert "content-encoding" not in near.get(url).headers
    assert near.get(f"{url}&compress=1").headers["content-encoding"] == "gzip"
    assert near.get(url).content == client.get(url).content
    plain = client.get(url, headers={"accept-encoding": "identity"})
    assert "content-encoding" not in plain.headers


@pytest.mark.parametrize(
    ("question", "status", "part"),
    [
        ("series?tag=v&low=1", 400, "low and high are two numbers"),
        ("series?tag=v&low=2&high=1", 400, "the smaller first, got 2.0 and 1.0"),
        ("series?tag=v&low=nan&high=1", 400, "got nan"),
        ("series?tag=v&low=-inf&high=1", 400, "must be finite"),
        ("series?tag=v&low=0&high=1&x_scale=log", 400, "above 0"),
        ("series?tag=v&smoothing=1", 400, "smoothing"),
        ("series?tag=v&smoother=magic", 400, "smoother"),
        ("series?tag=v&pixels=100000", 400, "pixels"),
        ("series?tag=v&axis=up", 400, "axis"),
        ("series?tag=v&format=xml", 400, "format"),
        ("series?tag=v&since=abc.99999999999999999999999", 400, "since"),
        ("series?tag=v&axis=tag", 400, "axis=tag goes with over"),
        ("series?tag=v&over=big", 400, "got axis=step and over='big'"),
        ("series?tag=v&axis=tag&over=none", 404, "no scalar tag 'none'"),
        ("groups?tag=v&group=0&of=0", 409, "the list of runs has changed"),
        ("group?tag=v&tag=big", 400, "a group has one tag, got 2"),
        ("group?tag=v&center=mode", 400, "center"),
        ("group?tag=v&band=wide", 400, "band"),
        ("series?tag=v&smothing=0.5", 400, "no parameter 'smothing'; there are axis, compress,"),
        ("group?tag=none", 404, "no scalar tag 'none'"),
    ],
)
def test_a_wrong_question_is_refused(
    client: TestClient, question: str, status: int, part: str
) -> None:
    """With a sentence that says what is wrong."""
    response = client.get(f"/api/scalars/{question}")
    assert response.status_code == status
    assert part in response.json()["error"]["message"]


def test_what_took_little_is_answered_in_the_loop_the_next_time() -> None:
    """New questions and slow ones go to a thread."""
    where: list[bool] = []
    pace = Pace()
    pace.QUICK = 1.0

    def work() -> Response:
        where.append(threading.current_thread() is loop_thread)
        return Response()

    async def ask(question: str, limit: float = 1.0) -> None:
        pace.QUICK = limit
        await pace.answer(question, work)

    async def scene() -> None:
        await ask("a")
        await ask("a")
        await ask("b")
        await ask("a", limit=0.0)

    loop_thread = threading.current_thread()
    asyncio.run(scene())
    assert where == [False, True, False, False]
