"""Server-sent events: "there is something newer", and nothing else.

A client is told the catalog's version whenever it moves, and fetches what it shows by ordinary
requests. One thread waits for the store; the clients wait for that thread.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator

from neuronboard.store import Store

HEARTBEAT = 3.0  # seconds between comments that keep the connection open


class Live:
    """Tells any number of clients that the store has published."""

    def __init__(self, store: Store) -> None:
        self._store = store
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
        version = self._store.catalog.version
        while not self._stopped.is_set():
            latest = self._store.wait_beyond(version, timeout=1.0).version
            if latest != version and self._loop is not None and not self._stopped.is_set():
                version = latest
                self._loop.call_soon_threadsafe(self._notify)

    def _notify(self) -> None:
        moved, self._moved = self._moved, asyncio.Event()
        moved.set()

    async def events(self) -> AsyncIterator[bytes]:
        """The stream of one client: the version now, and each later one."""
        told = -1
        while not self._stopped.is_set():
            moved = self._moved  # before the version is read, so that no move is missed
            version = self._store.catalog.version
            if version != told:
                told = version
                yield f'id: {version}\nevent: moved\ndata: {{"version":{version}}}\n\n'.encode()
                continue
            try:
                async with asyncio.timeout(HEARTBEAT):
                    await moved.wait()
            except TimeoutError:
                yield b": still here\n\n"
