"""Follows a log directory: one loader, many readers.

The loader lists, reads, and publishes a new `Catalog` by swapping a reference, several times a
second while much is to be read. Readers take `store.catalog` and never lock. File-system events
wake the loader; where none come (network file systems) it looks by itself once an interval.
"""

from __future__ import annotations

import threading
import time
import traceback
from collections.abc import Iterable
from dataclasses import replace
from itertools import groupby
from pathlib import Path

from neuronboard.errors import DataError
from neuronboard.formats.event_file import decode_event
from neuronboard.kinds import graph
from neuronboard.store.catalog import Catalog, Phase, Problem, Progress, Run, natural_key
from neuronboard.store.logdir import EventFile, LogdirSpec, list_event_files, read_range
from neuronboard.store.run import RunLoader
from neuronboard.store.series import Locator

PUBLISH_INTERVAL = 0.3  # seconds between publications while loading
POLL_INTERVAL = 1.0  # seconds between looks where the file system sends no events


class Store:
    """The runs below a log directory. `start` follows it in a thread; `refresh` reads it now."""

    def __init__(self, spec: LogdirSpec, poll_interval: float = POLL_INTERVAL) -> None:
        self.spec = spec
        self._poll_interval = poll_interval
        self._loaders: dict[str, RunLoader] = {}
        self._runs: dict[str, Run] = {}
        self._unreadable: dict[Path, Problem] = {}
        self._files: list[EventFile] = []
        self._published = threading.Condition()
        self._stop = threading.Event()
        self._refreshing = threading.Lock()
        self._thread: threading.Thread | None = None
        self._failure: Problem | None = None
        self._events_come = True
        self.catalog = Catalog(1, "loading", str(spec), Progress(), (), ())

    def start(self) -> None:
        """Begins to follow the log directory in a thread."""
        self._thread = threading.Thread(target=self._follow, name="neuronboard-loader", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Ends the thread; the last catalog stays."""
        self._stop.set()
        with self._published:
            self._published.notify_all()
        if self._thread is not None:
            self._thread.join()

    def wait_beyond(self, version: int, timeout: float) -> Catalog:
        """The first catalog of a version above `version`, or today's after `timeout` seconds."""
        with self._published:
            self._published.wait_for(
                lambda: self.catalog.version > version or self._stop.is_set(), timeout
            )
        return self.catalog

    def read(self, locator: Locator) -> bytes:
        """A payload, read again from its file: a GraphDef's bytes, or a Summary.Value's.

        Raises `DataError` when the file no longer holds it.
        """
        try:
            payload = read_range(locator.path, locator.offset, locator.length)
        except OSError as error:
            raise DataError(f"cannot read again: {error.strerror}: {locator.path}") from error
        event = decode_event(payload)
        if locator.index >= 0 and locator.index < len(event.summary.value):
            return event.summary.value[locator.index].SerializeToString()
        data = graph.decode(event)
        if data is None:
            raise DataError(f"the file changed since it was read: {locator.path}")
        return data

    def refresh(self) -> None:
        """Reads everything that is new, and publishes it."""
        with self._refreshing:
            self._files = list_event_files(self.spec)
            listed = {
                run_id: list(files)
                for run_id, files in groupby(self._files, lambda file: file.run_id)
            }
            for gone in self._loaders.keys() - listed.keys():
                del self._loaders[gone]
                self._runs.pop(gone, None)
            last = time.monotonic()
            for run_id, files in listed.items():
                for _ in self._load(run_id, files):
                    if time.monotonic() - last > PUBLISH_INTERVAL:
                        self._runs[run_id] = self._snapshot(run_id)
                        self._publish("loading")
                        last = time.monotonic()
                    if self._stop.is_set():
                        return
            self._publish(self._settled_phase())

    def _load(self, run_id: str, files: list[EventFile]) -> Iterable[None]:
        """Reads one run; yields after each chunk, and leaves its snapshot in place."""
        loader = self._loaders.setdefault(run_id, RunLoader(run_id))
        for file in files:
            self._unreadable.pop(file.path, None)
        chunks = 0
        steps = loader.load(files)
        while True:
            try:
                next(steps)
            except StopIteration:
                break
            except OSError as error:
                path = Path(error.filename) if error.filename else files[0].path
                message = f"cannot be read: {error.strerror}"
                self._unreadable[path] = Problem(str(path), 0, 0, message)
                break
            chunks += 1
            yield
        if chunks or run_id not in self._runs:
            self._runs[run_id] = self._snapshot(run_id)

    def _snapshot(self, run_id: str) -> Run:
        return self._loaders[run_id].snapshot(self.catalog.version + 1)

    def _settled_phase(self) -> Phase:
        if self._files:
            return "ready"
        return "missing" if len(self.spec.missing) == len(self.spec.roots) else "empty"

    def _publish(self, phase: Phase) -> None:
        """Swaps in a new catalog, unless it would say what the last one says."""
        last = self.catalog
        loaders = self._loaders.values()
        catalog = Catalog(
            version=last.version,
            phase=phase,
            logdir=str(self.spec),
            progress=Progress(
                files=len(self._files),
                bytes_read=sum(loader.bytes_read for loader in loaders),
                bytes_total=sum(file.size for file in self._files),
                points=sum(loader.points for loader in loaders),
            ),
            problems=self._problems(),
            runs=tuple(sorted(self._runs.values(), key=lambda run: natural_key(run.id))),
        )
        if _says_the_same(catalog, last):
            return
        with self._published:
            self.catalog = replace(catalog, version=last.version + 1)
            self._published.notify_all()

    def _problems(self) -> tuple[Problem, ...]:
        found = [problem for loader in self._loaders.values() for problem in loader.problems]
        failure = (self._failure,) if self._failure else ()
        return (*found, *self._unreadable.values(), *failure)

    def _follow(self) -> None:
        """The thread: refresh, wait for a change or for time to pass, again."""
        while not self._stop.is_set():
            try:
                self.refresh()
                self._failure = None
                self._wait_for_change()
            except Exception as error:  # noqa: BLE001
                # A defect of ours. It is shown on the page and told in full at the terminal, and
                # the next look may do better; a board that stands still in silence helps nobody.
                traceback.print_exc()
                self._failed(error)
                self._stop.wait(self._poll_interval)

    def _failed(self, error: Exception) -> None:
        message = f"loading failed, which is a defect of NeuronBoard: {error!r}"
        self._failure = Problem(str(self.spec), 0, 0, message)
        with self._refreshing:
            self._publish(self.catalog.phase)

    def _wait_for_change(self) -> None:
        from watchfiles import watch

        roots = [path for _, path in self.spec.roots if path.is_dir()]
        if not roots or not self._events_come:
            self._stop.wait(self._poll_interval)
            return
        changes = watch(
            *roots,
            watch_filter=None,
            debounce=50,
            step=10,
            stop_event=self._stop,
            rust_timeout=int(self._poll_interval * 1000),
            yield_on_timeout=True,
            raise_interrupt=False,
            ignore_permission_denied=True,
        )
        try:
            for _ in changes:
                self.refresh()
                if any(not path.is_dir() for path in roots):
                    return
        except FileNotFoundError:
            return  # a root vanished before the watch began: the next look finds that
        except OSError:
            self._events_come = False  # as where the system's limit of watches is reached


def _says_the_same(a: Catalog, b: Catalog) -> bool:
    same_runs = len(a.runs) == len(b.runs) and all(
        x is y for x, y in zip(a.runs, b.runs, strict=True)
    )
    return same_runs and (a.phase, a.progress, a.problems) == (b.phase, b.progress, b.problems)
