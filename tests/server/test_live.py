"""The stream of events: who is told what, and who may hold up whom."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from builders import loaded_store, write_events

from neuronboard.server import live as live_module
from neuronboard.server.live import Live

PATIENCE = 10.0  # seconds


async def _next_move(stream: object) -> bytes:
    """The next event of a stream that is no heartbeat."""
    async with asyncio.timeout(PATIENCE):
        while True:
            event = await anext(stream)  # type: ignore[call-overload]
            if not event.startswith(b":"):
                return event


def test_a_client_that_reads_slowly_holds_up_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One stands in the middle of a heartbeat while the store moves; the other is told."""
    monkeypatch.setattr(live_module, "HEARTBEAT", 0.02)
    write_events(tmp_path / "a", [(0, {"v": 1.0})])
    store = loaded_store(tmp_path)

    async def scene() -> None:
        live = Live(store)
        live.start()
        slow, quick = live.events(), live.events()
        now = f"id: {store.catalog.version}\n".encode()
        assert (await _next_move(slow)).startswith(now)
        assert (await _next_move(quick)).startswith(now)
        assert (await anext(slow)).startswith(b":")
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
        async for _ in live.events():
            pass

    async def scene() -> list[BaseException | None]:
        live = Live(store)
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
