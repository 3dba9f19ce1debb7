"""Runs the server: finds a port, follows the logs, says what is going on, ends cleanly."""

from __future__ import annotations

import errno
import gc
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import Any

from neuronboard.errors import SettingError
from neuronboard.formats.event_scan import HAS_EXTENSION
from neuronboard.server.settings import DEFAULT_PORT, Settings
from neuronboard.store import Catalog, Problem, Store

WITHOUT_EXTENSION = (
    "Reading without the C extension, some fifty times slower: there was no compiler when "
    "NeuronBoard was installed. Install one and then NeuronBoard again"
)
PORTS_TRIED = 100
MOST_TOLD = 20  # problems; the page lists the others
GARBAGE = 100_000  # objects that are made before garbage is looked for: a tag of 5,000 runs is some
PROGRESS_INTERVAL = 2.0  # seconds between lines while loading


def say(text: str) -> None:
    """A line for the person at the terminal, at once; none where nobody listens any more."""
    try:
        print(text, flush=True)
    except BrokenPipeError:
        # `neuronboard ... | head`: serving goes on, and Python must not flush to the pipe at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def serve(settings: Settings, version: str) -> None:
    """Serves until interrupted. Raises `SettingError` when the port cannot be had."""
    listening = bind(settings)
    if not HAS_EXTENSION:
        say(WITHOUT_EXTENSION)
    store = Store(settings.spec, settings.reload_interval, settings.memory_limit)
    store.start()

    import uvicorn

    from neuronboard.server.app import create_app

    app = create_app(store, settings, version)
    config = uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=3, lifespan="on")
    server = _server_class()(config, app.live, _url(settings, listening))
    reporter = Reporter(store)
    reporter.start()
    # uvicorn raises a signal again once it has shut down; by then it has done its work.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: None)
    try:
        server.run(sockets=[listening])
    finally:
        reporter.stop()
        store.close()
    say("NeuronBoard ended.")


def _url(settings: Settings, listening: socket.socket) -> str:
    host = socket.getfqdn() if settings.everywhere else settings.host
    shown = f"[{host}]" if ":" in host else host
    return f"http://{shown}:{listening.getsockname()[1]}{settings.path_prefix}/"


def _server_class() -> type[Any]:
    """The server's class, made late because uvicorn takes its time to load."""
    import uvicorn

    class Server(uvicorn.Server):
        """uvicorn's server that prints the URL once it answers, and ends streams first."""

        def __init__(self, config: uvicorn.Config, live: object, url: str) -> None:
            super().__init__(config)
            self._live = live
            self._url = url

        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            gc.freeze()  # what was loaded until now stays: it need not be looked through again
            gc.set_threshold(GARBAGE, 20, 20)
            gc.enable()
            say(f"NeuronBoard at {self._url} (Ctrl-C ends it)")

        def handle_exit(self, sig: int, frame: FrameType | None) -> None:
            self._live.stop()  # type: ignore[attr-defined]
            super().handle_exit(sig, frame)

    return Server


def bind(settings: Settings) -> socket.socket:
    """A listening socket: on the port asked for, or on 6006 or the next free one.

    Raises `SettingError` saying who holds the port that was asked for.
    """
    host = "" if settings.bind_all else settings.host
    if settings.port is not None:
        try:
            return _listen(host, settings.port)
        except OSError as error:
            raise SettingError(_why_not(host, settings.port, error)) from error
    for port in range(DEFAULT_PORT, DEFAULT_PORT + PORTS_TRIED):
        try:
            return _listen(host, port)
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise SettingError(_why_not(host, port, error)) from error
    last = DEFAULT_PORT + PORTS_TRIED - 1
    raise SettingError(f"ports {DEFAULT_PORT} to {last} are all taken; give a free one with --port")


def _listen(host: str, port: int) -> socket.socket:
    found = socket.getaddrinfo(host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    found.sort(key=lambda info: info[0] != socket.AF_INET)
    family, kind, protocol, _, address = found[0]
    listening = socket.socket(family, kind, protocol)
    try:
        if os.name == "posix":
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen(128)
    except OSError:
        listening.close()
        raise
    return listening


def _why_not(host: str, port: int, error: OSError) -> str:
    place = f"{host or 'every address'}:{port}"
    if error.errno == errno.EADDRINUSE:
        holder = holder_of(port)
        by = f" by {holder}" if holder else ""
        return f"port {port} is taken{by}: end that, or give another one with --port"
    if error.errno == errno.EACCES:
        return f"port {port} needs more rights than this user has: give one above 1023 with --port"
    return f"cannot serve on {place}: {error.strerror}"


def holder_of(port: int) -> str | None:
    """ "process 123 (python train.py)" that listens on a port, where Linux tells."""
    inodes = set(_listening_inodes(port))
    if not inodes:
        return None
    for process in Path("/proc").glob("[0-9]*"):
        try:
            for descriptor in (process / "fd").iterdir():
                if os.readlink(descriptor) in inodes:
                    command = (
                        (process / "cmdline").read_bytes().replace(b"\0", b" ").decode().strip()
                    )
                    return f"process {process.name} ({command[:120]})"
        except OSError:
            continue  # another user's process, or one that has just ended
    return None


def _listening_inodes(port: int) -> Iterator[str]:
    for table in ("tcp", "tcp6"):
        path = Path("/proc/net") / table
        if not path.exists():
            continue
        for line in path.read_text().splitlines()[1:]:
            fields = line.split()
            if fields[3] == "0A" and int(fields[1].rpartition(":")[2], 16) == port:
                yield f"socket:[{fields[9]}]"


class Reporter:
    """Says at the terminal what the page says too: missing, empty, loading, damaged."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="neuronboard-report", daemon=True)
        self._phase = ""
        self._told: set[tuple[str, int]] = set()

    def start(self) -> None:
        """Begins to report."""
        self._thread.start()

    def stop(self) -> None:
        """Ends reporting; the store's close wakes the thread."""
        self._stopped.set()

    def _watch(self) -> None:
        version, told = 0, time.monotonic()
        while not self._stopped.is_set():
            catalog = self._store.wait_beyond(version, timeout=PROGRESS_INTERVAL)
            if catalog.phase != "loading":
                told = time.monotonic()
            elif time.monotonic() - told >= PROGRESS_INTERVAL:
                told = time.monotonic()
                say(_progress(catalog))
            if catalog.version > version:
                self.report(catalog)
            version = catalog.version

    def report(self, catalog: Catalog) -> None:
        """Says what changed since the last report."""
        if catalog.phase != self._phase:
            if catalog.phase != "loading":
                points = _counted(catalog.progress.points, "point")
                files = _counted(catalog.progress.files, "file")
                text = _PHASES[catalog.phase]
                say(text.format(catalog=catalog, points=points, files=files))
            self._phase = catalog.phase
        for problem in catalog.problems:
            key = (problem.path, problem.offset)
            if key in self._told or len(self._told) > MOST_TOLD:
                continue
            self._told.add(key)
            say(_described(problem) if len(self._told) <= MOST_TOLD else _MORE)


_PHASES = {
    "missing": "Folder does not exist (it is shown once it does): {catalog.logdir}",
    "empty": "No event files yet (they are shown once there are some): {catalog.logdir}",
    "ready": "Loaded {points} from {files}: {catalog.logdir}",
}


_MORE = "There are more problems; the page lists them."


def _described(problem: Problem) -> str:
    if not problem.skipped:
        return f"Not read: {problem.message}: {problem.path}"
    place = f"at byte {problem.offset:,}, {problem.skipped:,} bytes skipped"
    return f"Damaged: {problem.message} {place}: {problem.path}"


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _progress(catalog: Catalog) -> str:
    p = catalog.progress
    share = p.bytes_read / p.bytes_total if p.bytes_total else 0
    points = _counted(p.points, "point")
    files = f"{p.files_read:,} of {_counted(p.files, 'file')}"
    errors = f", {_counted(len(catalog.problems), 'problem')}" if catalog.problems else ""
    bytes_ = f"{p.bytes_read:,} of {p.bytes_total:,} bytes"
    return f"Loading {share:.0%}: {bytes_}, {files}, {points}{errors}"
