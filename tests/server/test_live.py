"""The stream of events: who is told what, and who may hold up whom."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from builders import append, loaded_store, write_events
from fastapi.testclient import TestClient

from neuronboard.server import live as live_module
from neuronboard.server.app import create_app
from neuronboard.server.live import Live
from neuronboard.server.settings import Settings

PATIENCE = 10.0  # seconds
LIFE = "life"


async def _next_move(stream: AsyncIterator[bytes]) -> bytes:
    """The next event of a stream that is no heartbeat."""
    async with asyncio.timeout(PATIENCE):
        while True:
            event = await anext(stream)
            if event.startswith(b"id"):
                return event


def test_a_client_that_reads_slowly_holds_up_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One stands in the middle of a heartbeat while the store moves; the other is told."""
    monkeypatch.setattr(live_module, "HEARTBEAT", 0.02)
    write_events(tmp_path / "a", [(0, {"v": 1.0})])
    store = loaded_store(tmp_path)

    async def scene() -> None:
        live = Live(store, LIFE)
        live.start()
        slow, quick = live.events(None, None), live.events(None, None)
        now = f"id: {store.catalog.version}\n".encode()
        assert (await _next_move(slow)).startswith(now)
        assert (await _next_move(quick)).startswith(now)
        assert (await anext(slow)).startswith(b"event: here")
        write_events(tmp_path / "b", [(0, {"v": 1.0})])
        store.refresh()
        assert f'"version":{store.catalog.version}'.encode() in await _next_move(quick)
        live.stop()
        async with asyncio.timeout(PATIENCE):
            assert [event async for event in quick] == []

    asyncio.run(scene())


def test_streams_that_are_given_up_end_in_silence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A hundred clients that go away at every moment of a wait leave no error behind."""
    monkeypatch.setattr(live_module, "HEARTBEAT", 0.001)
    store = loaded_store(tmp_path)

    async def read(live: Live) -> None:
        async for _ in live.events(None, None):
            pass

    async def scene() -> list[BaseException | None]:
        live = Live(store, LIFE)
        live.start()
        tasks = [asyncio.create_task(read(live)) for _ in range(100)]
        for number, task in enumerate(tasks):
            for _ in range(number % 7):
                await asyncio.sleep(0)
            live._notify()
            task.cancel()
        ended = await asyncio.gather(*tasks, return_exceptions=True)
        live.stop()
        return ended

    assert {type(error) for error in asyncio.run(scene())} == {asyncio.CancelledError}


def _told(event: bytes) -> Any:
    return json.loads(event.partition(b"data: ")[2])


def test_a_client_is_told_what_moved_since_it_looked(tmp_path: Path) -> None:
    """At once, by its cursor; then each move, from where the last one ended."""
    for name in "abc":
        write_events(tmp_path / name, [(0, {"v": 1.0, "w": 1.0})])
    store = loaded_store(tmp_path)

    async def scene() -> list[Any]:
        live = Live(store, LIFE)
        live.start()
        stream = live.events(live.known(f"{LIFE}.{store.catalog.version}"), ("w",))
        first = _told(await _next_move(stream))
        for name, tag in (("b", "v"), ("c", "w")):
            append(tmp_path / name, 1, tag)
            store.refresh()
        found = [first]
        while found[-1]["version"] < store.catalog.version:
            found.append(_told(await _next_move(stream)))
        live.stop()
        return found

    told = asyncio.run(scene())
    assert (told[0]["from"], told[0]["cursor"], told[0]["moved"]) == ("life.2", "life.2", [])
    assert [move["from"] for move in told[1:]] == [move["cursor"] for move in told[:-1]]
    assert [group for move in told for group in move["moved"]] == [[["w"], "2"]]


def test_moves_can_be_asked_for_where_no_stream_comes_through(tmp_path: Path) -> None:
    """The answer waits until something moved, or for as long as it is told."""
    write_events(tmp_path / "a", [(0, {"v": 1.0})])
    store = loaded_store(tmp_path)

    async def scene() -> list[Any]:
        live = Live(store, LIFE)
        live.start()
        version = store.catalog.version
        found = [await live.move(version, ("v",), 0), await live.move(version, ("v",), 0.01)]
        waiting = asyncio.create_task(live.move(version, ("v",), PATIENCE))
        append(tmp_path / "a", 1, "v")
        store.refresh()
        found.append(await waiting)
        waiting = asyncio.create_task(live.move(store.catalog.version, None, 3600))
        await asyncio.sleep(0)
        live.stop()
        async with asyncio.timeout(PATIENCE):
            found.append(await waiting)
        return [json.loads(answer) for answer in found]

    moved = [answer["moved"] for answer in asyncio.run(scene())]
    assert moved == [[], [], [[["v"], "0"]], []]


def test_a_burst_of_publications_is_told_as_few_moves(tmp_path: Path) -> None:
    """A page need not be told more often than it can draw."""
    write_events(tmp_path / "a", [(0, {"v": 1.0})])
    store = loaded_store(tmp_path)

    async def scene() -> int:
        live = Live(store, LIFE)
        live.start()
        stream = live.events(None, None)
        await _next_move(stream)
        for step in range(1, 41):
            append(tmp_path / "a", step, "v")
            store.refresh()
        count, version = 0, 0
        while version < store.catalog.version:
            version = _told(await _next_move(stream))["version"]
            count += 1
        live.stop()
        return count

    assert asyncio.run(scene()) < 10


def test_the_routes_take_cursors_and_tags(tmp_path: Path) -> None:
    """A cursor of another life tells nothing; what is no cursor is an error."""
    write_events(tmp_path / "a", [(0, {"v": 1.0})])
    store = loaded_store(tmp_path)
    client = TestClient(create_app(store, Settings(spec=store.spec), "1"), "http://localhost")
    first = client.get("/api/moves").json()
    assert (first["from"], first["moved"]) == (None, None)
    again = client.get("/api/moves", params={"since": first["cursor"], "tag": "v"}).json()
    assert (again["from"], again["moved"]) == (first["cursor"], [])
    assert client.get("/api/moves?since=other.1").json()["moved"] is None
    for route in ("live", "moves"):
        answer = client.get(f"/api/{route}?since=yesterday")
        assert answer.status_code == 400
        assert "cursor of an earlier answer" in answer.json()["error"]["message"]
