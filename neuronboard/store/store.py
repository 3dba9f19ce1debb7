"""Follows a log directory: one loader, many readers.

The loader lists, lets threads read, and publishes a new `Catalog` by swapping a reference, several
times a second while much is to be read. Readers take `store.catalog` and never lock. File-system
events wake the loader, and say which files to look at. Every now and then it looks at all of them:
once an interval where events do not tell everything, which it knows of network file systems, and
finds out elsewhere.
"""

from __future__ import annotations

import os
import threading
import time
import traceback
from collections.abc import Collection, Iterable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from stat import S_ISDIR
from weakref import WeakSet

from neuronboard.errors import DataError
from neuronboard.formats.batch import Tags
from neuronboard.kinds import graph
from neuronboard.pb.raw_event_pb2 import RawEvent
from neuronboard.store import memory
from neuronboard.store.catalog import Catalog, Phase, Problem, Progress, natural_key
from neuronboard.store.crew import Crew
from neuronboard.store.log_file import LogFile
from neuronboard.store.logdir import (
    EventFile,
    LogdirSpec,
    list_event_files,
    listed_again,
    read_range,
)
from neuronboard.store.run import FileData, Run
from neuronboard.store.series import Locator
from neuronboard.store.stretch import Reading, Stretch
from neuronboard.store.watch import Change, Watch, tells_all

PUBLISH_INTERVAL = 0.3  # seconds between publications while loading
PUBLISH_SHARE = 0.1  # of the time may go into publications, where there are very many files
POLL_INTERVAL = 1.0  # seconds between looks where the file system does not tell everything
NET_INTERVAL = 5.0  # seconds between looks where it does
SMALL = 1_000_000  # bytes that are read of a file beside the event files
SOON = 1 << 20  # bytes; with less to read there is nothing to say on the way
LISTING_SHARE = 0.1  # of the time may go into looking, where there are very many files
LISTING_LOAD = 0.01  # of a processor


class Store:
    """The runs below a log directory. `start` follows it in a thread; `refresh` reads it now.

    poll_interval: seconds between looks where the file system does not tell of changes; 0 is to
    read once and not to follow.
    memory_limit: bytes that columns and tags may take; by default a share of what is free.
    """

    def __init__(
        self,
        spec: LogdirSpec,
        poll_interval: float = POLL_INTERVAL,
        memory_limit: int | None = None,
    ) -> None:
        self.spec = spec
        self._poll_interval = poll_interval
        self._limit = memory.default_limit() if memory_limit is None else memory_limit
        self._files: dict[tuple[str, str], LogFile] = {}  # by EventFile.key, in listing order
        self._runs: dict[str, tuple[tuple[FileData, ...], Run]] = {}
        self._order: list[str] = []
        self._preferred: frozenset[str] = frozenset()
        self._columns_size = 0  # bytes of the columns of all files
        self._tables: WeakSet[Tags] = WeakSet()
        self._tables_size = 0  # bytes of the tables of tags
        self._held_back: set[str] = set()  # runs that the memory did not suffice for
        self._published = threading.Condition()
        self._stop = threading.Event()
        self._refreshing = threading.Lock()
        self._thread: threading.Thread | None = None
        self._failure: Problem | None = None
        self._closed: list[Problem] = []
        self._events_come = True  # of every change, as far as we know
        self._untold: set[str] = set()  # files that the last look found grown, and no event since
        self._pause = 0.0  # seconds between looks, by what they cost
        self._publish_at = 0.0  # when the next publication while loading is due
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

    def prefer(self, run_ids: Iterable[str]) -> None:
        """Says which runs somebody looks at: they are loaded before the others."""
        wanted = frozenset(run_ids)
        if wanted != self._preferred:
            self._preferred = wanted

    def read(self, locator: Locator) -> bytes:
        """A payload, read again from its file: a GraphDef's bytes, or a Summary.Value's.

        Raises `DataError` when the file no longer holds it.
        """
        try:
            event = RawEvent.FromString(read_range(locator.path, locator.offset, locator.length))
        except OSError as error:
            raise DataError(f"cannot read again: {error.strerror}: {locator.path}") from error
        except ValueError as error:  # protobuf's DecodeError is one
            raise DataError(f"the file changed since it was read: {locator.path}") from error
        if 0 <= locator.index < len(event.summary.value):
            return event.summary.value[locator.index].SerializeToString()
        data = graph.decode_raw(event)
        if data is None:
            raise DataError(f"the file changed since it was read: {locator.path}")
        return data

    def seal(self, locator: Locator) -> bytes:
        """The checksum that stands behind a record, 4 bytes, by which it is known again without
        being read. Raises `DataError` when the file is not there any more."""
        try:
            return read_range(locator.path, locator.offset + locator.length, 4)
        except OSError as error:
            raise DataError(f"cannot read again: {error.strerror}: {locator.path}") from error

    def beside(self, run: Run, name: str) -> bytes | None:
        """A small file that a program left beside the run's event files; None if there is none.

        name: its path below the run's folder. At most a megabyte of it is read.
        """
        for folder in run.folders:
            try:
                return read_range(os.path.join(folder, name), 0, SMALL)
            except OSError:
                continue  # not here, or not for us
        return None

    def refresh(self) -> None:
        """Reads everything that is new, and publishes it."""
        with self._refreshing:
            self._read(self._list())

    def _list(self) -> list[EventFile]:
        began, worked = time.monotonic(), time.thread_time()
        listed, closed = list_event_files(self.spec)
        self._closed = [Problem(path, 0, 0, why) for path, why in closed]
        took, worked = time.monotonic() - began, time.thread_time() - worked
        self._pause = max(took / LISTING_SHARE, worked / LISTING_LOAD)
        return listed

    def _read(self, listed: list[EventFile]) -> None:
        while work := self._plan(listed):
            self._load(work)
            if not any(file.replaced for file in self._files.values()):
                break  # one that was found to be another file is read from its beginning
        if not self._stop.is_set():
            self._publish(self._settled_phase())

    def _plan(self, listed: list[EventFile]) -> list[Stretch]:
        """Takes over what was listed; returns what is to be read of it."""
        known, self._files = self._files, {}
        work: list[Stretch] = []
        for file in listed:
            log_file = known.get(file.key)
            if log_file is None or not log_file.is_same(file):
                log_file = LogFile(file)
            self._files[file.key] = log_file
            work += log_file.plan(file)
        self._columns_size = sum(file.memory for file in self._files.values())
        self._tables_size = sum(tags.size for tags in self._tables)
        return work

    def _load(self, work: list[Stretch]) -> None:
        """Reads, and takes what comes back; publishes now and then."""
        if self._memory >= self._limit:
            self._held_back = {stretch.file.run_id for stretch in work}
            return
        if sum(stretch.stop - stretch.start for stretch in work) >= SOON:
            self._publish("loading")
        self._publish_at = max(self._publish_at, time.monotonic() + PUBLISH_INTERVAL)
        preferred = self._preferred
        with Crew(work, self._urgency) as crew:
            for readings in crew.readings(PUBLISH_INTERVAL):
                for reading in readings:
                    self._take(reading, crew)
                if self._stop.is_set():
                    return
                if time.monotonic() > self._publish_at:
                    self._publish("loading")
                if self._memory >= self._limit:
                    break
                if self._preferred is not preferred:
                    preferred = self._preferred
                    crew.resort()
            self._held_back = {stretch.file.run_id for stretch in crew.left}

    def _take(self, reading: Reading, crew: Crew) -> None:
        file = self._files[reading.stretch.file.key]
        before = file.memory
        crew.add(file.take(reading))
        self._columns_size += file.memory - before
        for batch in reading.batches:
            if batch.tags not in self._tables:
                self._tables.add(batch.tags)
                self._tables_size += batch.tags.size

    @property
    def _memory(self) -> int:
        """Bytes that the columns and the tables of tags take."""
        return self._columns_size + self._tables_size

    def _urgency(self, stretch: Stretch) -> tuple[bool, float, str, int]:
        """What is loaded first: runs that somebody looks at, then the newest; low is early."""
        file = stretch.file
        return file.run_id not in self._preferred, -file.modified, file.path, stretch.start

    def _settled_phase(self) -> Phase:
        if self._files:
            return "ready"
        return "missing" if len(self.spec.missing) == len(self.spec.roots) else "empty"

    def _publish(self, phase: Phase) -> None:
        """Swaps in a new catalog, unless it would say what the last one says."""
        began = time.monotonic()
        last = self.catalog
        files = self._files.values()
        runs = self._current_runs(last.version + 1)
        catalog = Catalog(
            version=last.version,
            phase=phase,
            logdir=str(self.spec),
            progress=Progress(
                files=len(self._files),
                files_read=sum(file.offset >= file.listed.size for file in files),
                bytes_read=sum(file.offset for file in files),
                bytes_total=sum(max(file.offset, file.listed.size) for file in files),
                points=sum(file.points for file in files),
                memory=self._memory,
                memory_limit=self._limit,
            ),
            problems=tuple(self._problems()),
            runs=runs,
        )
        ended = time.monotonic()
        self._publish_at = ended + max(PUBLISH_INTERVAL, (ended - began) / PUBLISH_SHARE)
        if _says_the_same(catalog, last):
            return
        with self._published:
            self.catalog = replace(catalog, version=last.version + 1)
            self._published.notify_all()

    def _current_runs(self, version: int) -> tuple[Run, ...]:
        """The runs in listing order; one of which nothing changed is the same object."""
        grouped: dict[str, list[FileData]] = {}
        for file in self._files.values():
            grouped.setdefault(file.listed.run_id, []).append(file.data(version))
        if grouped.keys() != set(self._order):
            self._order = sorted(grouped, key=natural_key)
        known, self._runs = self._runs, {}
        for run_id in self._order:
            files = tuple(grouped[run_id])
            before = known.get(run_id)
            if before is not None and before[0] == files:
                self._runs[run_id] = before
                continue
            run = Run(run_id, files)
            if before is not None:
                run.take_over(version - 1, before[1])
            self._runs[run_id] = files, run
        return tuple(run for _, run in self._runs.values())

    def _problems(self) -> Iterable[Problem]:
        if self._failure:
            yield self._failure
        if self._held_back:
            yield self._over_limit()
        missing = self.spec.missing
        if len(missing) < len(self.spec.roots):  # else the phase says so
            for path in missing:
                yield Problem(str(path), 0, 0, "the folder does not exist")
        yield from self._closed
        for file in self._files.values():
            yield from file.problems
            if file.error:
                yield file.error

    def _over_limit(self) -> Problem:
        """What is not shown because the memory is used up."""
        runs = {file.listed.run_id for file in self._files.values()}
        cut = self._held_back & runs
        left = sum(max(0, f.listed.size - f.offset) for f in self._files.values())
        some = ", ".join(sorted(cut, key=natural_key)[:5])
        some += f" and {len(cut) - 5:,} more" if len(cut) > 5 else ""
        message = (
            f"memory is used up: points and tags take the {self._limit / 1e9:.2f} GB allowed. "
            f"{len(runs) - len(cut):,} of {len(runs):,} runs are shown whole, the newest first; "
            f"the others are not, or not to their end, which is {left / 1e9:.2f} GB of files: "
            f"{some}. Give more with --memory_limit, or a folder with fewer runs"
        )
        return Problem(str(self.spec), 0, 0, message)

    def _follow(self) -> None:
        """The thread: read everything, then what changes."""
        while not self._stop.is_set():
            try:
                self.refresh()
                self._failure = None
                if self._poll_interval == 0:
                    return
                self._follow_changes()
            except Exception as error:  # noqa: BLE001
                # A defect of ours. It is shown on the page and told in full at the terminal, and
                # the next look may do better; a board that stands still in silence helps nobody.
                traceback.print_exc()
                self._failed(error)
                self._stop.wait(self._poll_interval or POLL_INTERVAL)

    def _failed(self, error: Exception) -> None:
        message = f"loading failed, which is a defect of NeuronBoard: {error!r}"
        self._failure = Problem(str(self.spec), 0, 0, message)
        with self._refreshing:
            self._publish(self.catalog.phase)

    def _follow_changes(self) -> None:
        """Reads what changes, for as long as the roots are those that they are now."""
        places = self._places()
        with Watch(list(places), self._stop) as watch:
            if watch.works:
                self._look()  # at what was written before the watch began
            due = time.monotonic() + self._interval(watch)
            while not self._stop.is_set():
                changes = watch.wait(due - time.monotonic())
                if any(kind != "modified" and Path(path) in places for kind, path in changes):
                    return
                if changes:
                    self._look_at(changes)
                if time.monotonic() < due:
                    continue
                if self._places() != places:
                    return
                self._look()
                due = time.monotonic() + self._interval(watch)

    def _places(self) -> dict[Path, tuple[int, int]]:
        """The roots that are folders now, and which folders these are."""
        found = {}
        for _, path in self.spec.roots:
            with suppress(OSError):
                status = path.stat()
                if S_ISDIR(status.st_mode):
                    found[path] = (status.st_dev, status.st_ino)
        return found

    def _interval(self, watch: Watch) -> float:
        """Seconds until the next look at everything."""
        told = watch.works and self._events_come and all(map(tells_all, self._places()))
        return max(self._poll_interval, NET_INTERVAL if told else 0.0, self._pause)

    def _look(self) -> None:
        """Looks at everything. A file that grew, and of which no event comes until the next look,
        shows that events do not tell everything here."""
        if self._untold:
            self._events_come = False
        before = {path: file.listed.size for (_, path), file in self._files.items()}
        self.refresh()
        self._untold = {
            path
            for (_, path), file in self._files.items()
            if before.get(path, file.listed.size) < file.listed.size
        }

    def _look_at(self, changes: Collection[Change]) -> None:
        """Looks at what changed: at those files, or where folders came or went at everything."""
        self._untold -= {change.path for change in changes}
        with self._refreshing:
            known = [file.listed for file in self._files.values()]
            again = listed_again(known, changes)
            if again is not known:
                self._read(self._list() if again is None else again)


def _says_the_same(a: Catalog, b: Catalog) -> bool:
    same_runs = len(a.runs) == len(b.runs) and all(
        x is y for x, y in zip(a.runs, b.runs, strict=True)
    )
    return same_runs and (a.phase, a.progress, a.problems) == (b.phase, b.progress, b.problems)
