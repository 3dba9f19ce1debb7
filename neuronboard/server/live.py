"""Server-sent events: what moved, of that which a page shows; and the same to be asked for.

A client says which tags it shows and which catalog it knows, is told what moved since then and
whenever it moves again, and fetches what it lacks by ordinary requests. One thread waits for the
store and finds what moved; the clients wait for that thread.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator

from neuronboard.dashboards.cursor import version_of
from neuronboard.server import moves
from neuronboard.store import Store

HEARTBEAT = 5.0  # seconds between events that say that the connection is there
GAP = 0.05  # seconds between two moves of a stream; what comes in between is told as one

Tags = tuple[str, ...] | None  # those of interest; None is all


class Live:
    """Tells any number of clients that the store has published. life: of this server."""

    def __init__(self, store: Store, life: str) -> None:
        self._store = store
        self._life = life
        self._now = moves.begin(store.catalog)
        self._stopped = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._moved = asyncio.Event()  # set once, then replaced: each wait has its own
        self._thread = threading.Thread(target=self._watch, name="neuronboard-live", daemon=True)

    def start(self) -> None:
        """Begins to watch; called in the event loop."""
        self._loop = asyncio.get_running_loop()
        self._thread.start()

    def stop(self) -> None:
        """Ends every open stream."""
        self._stopped.set()
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._notify)

    def _watch(self) -> None:
        while not self._stopped.is_set():
            catalog = self._store.wait_beyond(self._now.version, timeout=1.0)
            if catalog.version == self._now.version or self._stopped.is_set():
                continue
            self._now = moves.step(self._now, catalog)
            if self._loop is not None:
                self._loop.call_soon_threadsafe(self._notify)

    def _notify(self) -> None:
        moved, self._moved = self._moved, asyncio.Event()
        moved.set()

    def known(self, cursor: str | None) -> int | None:
        """The version of a cursor, None if it is of no use; raises QueryError if it is none."""
        return version_of(cursor, self._life) if cursor else None

    async def events(self, version: int | None, tags: Tags) -> AsyncIterator[bytes]:
        """The stream of one client, which knows that catalog: what moved since, and then on."""
        told = version
        greeted = False
        while not self._stopped.is_set():
            moved = self._moved  # before the state is read, so that no move is missed
            now = self._now
            if not greeted or now.version != told:
                move = now.since(told, tags, self._life)
                told, greeted = now.version, True
                yield b"id: %d\nevent: moved\ndata: %b\n\n" % (told, move)
                await asyncio.sleep(GAP)
                continue
            try:
                async with asyncio.timeout(HEARTBEAT):
                    await moved.wait()
            except TimeoutError:
                yield b"event: here\ndata: 1\n\n"

    async def move(self, version: int | None, tags: Tags, wait: float) -> bytes:
        """What moved since that catalog, as soon as something did, or after `wait` seconds."""
        try:
            async with asyncio.timeout(wait):
                while not self._stopped.is_set():
                    moved = self._moved
                    if self._now.version != version:
                        break
                    await moved.wait()
        except TimeoutError:
            pass  # nothing moved, and that is the answer
        return self._now.since(version, tags, self._life)
