"""One event file being written: an encoder, and a thread that empties it into the file.

The training thread has an event encoded and framed, and goes on; it does not touch the disk. The
thread sleeps while nothing waits, and writes what has gathered within a twentieth of a second,
straight to the file descriptor. `neuronboard/writer/__init__.py` says what follows for forks,
signals, full disks and the rest.

`_pen` is the right to write to the file. The encoder needs no lock: it belongs to whoever has
Python's. Signal handlers may call everything, also in the middle of the same call.
"""

from __future__ import annotations

import atexit
import itertools
import os
import queue
import socket
import sys
import threading
import time
import weakref
from pathlib import Path

from neuronboard.errors import WriterError
from neuronboard.formats.event_encode import MUCH, NUMBERS, SHUT, Encoder
from neuronboard.formats.event_file import file_name, first_event
from neuronboard.formats.tfrecord import HEADER, OVERHEAD, encode_record
from neuronboard.pb.event_pb2 import Event
from neuronboard.writer.warn import warn_user

LONGEST_WAIT = 0.05  # seconds that an event may lie in memory before it is written
MUCH_WAITING = 1 << 20  # bytes that are written at once
MOST_WAITING = 1 << 26  # bytes; beyond, the training writes, and so waits, itself
IDLE = 0.5  # seconds after which the thread looks by itself; an interrupted call may not have told
SLOW = 1.0  # seconds of waiting that are worth a warning

_serials = itertools.count()
_writers: weakref.WeakSet[EventWriter] = weakref.WeakSet()


class EventWriter:
    """Writes events to one new file in `logdir`, which is made if it is missing.

    max_queue: how many events may wait; the call that would be one more writes first. None is as
    many as fit into 64 MB. flush_secs: seconds after which a waiting event is written; more than a
    twentieth is taken as that. wide: whether scalars are written in double precision. later: makes
    folder and file with the first event.

    Raises `WriterError` at once when the folder or the file cannot be made.
    """

    def __init__(
        self,
        logdir: str | Path,
        max_queue: int | None = None,
        flush_secs: float = LONGEST_WAIT,
        filename_suffix: str = "",
        wide: bool = False,
        later: bool = False,
    ) -> None:
        if max_queue is not None and max_queue < 1:
            raise ValueError(f"max_queue must be at least 1, got {max_queue}")
        self.logdir = Path(logdir)
        self._most_events = max_queue or sys.maxsize
        self._interval = min(max(flush_secs, 0.01), LONGEST_WAIT)
        self._suffix = filename_suffix
        self._wide = wide
        self._warned = False
        self._sleep()
        _writers.add(self)
        if not later:
            self._begin()

    def _sleep(self) -> None:
        """No file, no thread; the next event makes both."""
        self._pen = threading.RLock()
        # Of all ways to wake a thread the one that signal handlers may use, and break off.
        self._bell: queue.SimpleQueue[int] = queue.SimpleQueue()
        self._rung = False
        self._file: int | None = None
        self._thread: threading.Thread | None = None
        self._writing = self._again = self._closed = False
        self._error: OSError | None = None
        self.path = self.logdir
        self.encoder = Encoder(MUCH_WAITING, MOST_WAITING, self._most_events, self._wide, NUMBERS)
        self.encoder.shut(True)

    def _begin(self, rest: bytes = b"") -> None:
        """Makes the folder and the file, and writes the first event: trouble shows here and now."""
        with self._pen:
            if self._file is not None:
                return
            try:
                self.logdir.mkdir(parents=True, exist_ok=True)
                now = time.time()
                self.path, file = self._create(int(now))
                _write(file, encode_record(first_event(now).SerializeToString()) + rest)
            except OSError as error:
                raise WriterError(
                    f"cannot write event files here: {error.strerror}; make the folder writable "
                    f"or choose another: {self.logdir}"
                ) from error
            self._file = file
            self._begins = os.lseek(file, 0, os.SEEK_CUR)  # where what the encoder gave begins
            name = "neuronboard-writer"
            self._thread = threading.Thread(target=self._work, name=name, daemon=True)
            self._thread.start()
            _close_at_exit(self)
            self.encoder.shut(False)

    def _create(self, seconds: int) -> tuple[Path, int]:
        """A file that was not there, also where another machine has our name and process number."""
        while True:
            serial = next(_serials)
            name = file_name(seconds, socket.gethostname(), os.getpid(), serial, self._suffix)
            try:
                return self.logdir / name, os.open(self.logdir / name, _NEW, 0o666)
            except FileExistsError:
                continue

    def add(self, event: Event) -> None:
        """Queues one event; see `answer` for what that may raise."""
        payload = event.SerializeToString()
        answer = self.encoder.record(payload)
        while answer:
            if self.answer(answer):
                return
            answer = self.encoder.record(payload)

    def answer(self, answer: int) -> bool:
        """Does what the encoder's answer asks for; returns whether the event was added.

        If not it is to be given again, for now there is room. Raises `WriterError` if the writer is
        closed, or an earlier event could not be written.
        """
        if answer == SHUT:
            self._make_room()
        elif answer == MUCH or not self._rung:
            self._rung = True
            self._bell.put(answer)
        return answer != SHUT

    def _make_room(self) -> None:
        self._check()
        if self._file is None:
            self._begin()
            return
        began = time.perf_counter()
        self._write_out()
        took = time.perf_counter() - began
        self._check()
        if took > SLOW and not self._warned:
            self._warned = True
            warn_user(
                f"training waits for the disk: writing took {took:.2f} s and too much has "
                f"gathered; log less often or raise max_queue: {self.path}"
            )

    def flush(self) -> None:
        """Returns when everything that was added is in the file (the kernel's hands)."""
        self._check()
        self._write_out()
        self._check()

    def close(self) -> None:
        """Writes what waits and closes the file; a second call does nothing.

        Raises `WriterError` if events were lost.
        """
        with self._pen:
            if self._closed:
                return
            self.encoder.shut(True)
            if self._file is not None:
                self._error = None  # there may be room by now
                self._write_out()
            self._end()
        self._raise_error()

    def reopened(self) -> EventWriter:
        """A writer to go on with, as this one is closed or broken: itself if it is neither.

        What the disk refused is written to the new file. Raises `WriterError` if that is refused
        too.
        """
        with self._pen:
            if not self._closed and self._error is None:
                return self
            options = (self._interval, self._suffix, self._wide)
            new = EventWriter(self.logdir, self._most_events, *options, later=True)
            rest, events = self.encoder.peek()
            new._begin(rest)
            self.encoder.drop(len(rest), events)
            self._error = None
            if not self._closed:
                self._end()
            return new

    def _end(self) -> None:
        """Closes the file and ends the thread, which waits for the pen or sleeps."""
        self._closed = True
        if self._file is not None:
            os.close(self._file)
        self._bell.put(MUCH)
        atexit.unregister(self.close)

    def _check(self) -> None:
        if self._closed:
            raise WriterError(f"the writer is closed; call reopen() to go on: {self.path}")
        self._raise_error()

    def _raise_error(self) -> None:
        if self._error is not None:
            raise WriterError(
                f"{self.encoder.peek()[1]} events could not be written: {self._error.strerror}; "
                f"mend the disk and call reopen(), which writes them: {self.path}"
            ) from self._error

    def _work(self) -> None:
        """The thread: sleeps until something waits, lets more gather, writes it."""
        while not self._closed:
            self._rung = False
            if self.encoder.waiting() or self._listen(IDLE):
                end = time.monotonic() + self._interval
                while (left := end - time.monotonic()) > 0 and self._listen(left) != MUCH:
                    pass
                self._write_out()

    def _listen(self, seconds: float) -> int:
        """What the bell said within that time, or 0."""
        try:
            return self._bell.get(timeout=seconds)
        except queue.Empty:
            return 0

    def _write_out(self) -> None:
        """Writes what waits. A signal handler that comes in again has that added."""
        with self._pen:
            self._again = True
            if self._writing:
                return
            self._writing = True
            try:
                while self._again:
                    self._again = False
                    if self._file is not None and not self._closed and self._error is None:
                        self._write_waiting(self._file)
            finally:
                self._writing = False

    def _write_waiting(self, file: int) -> None:
        """Writes what waits now.

        How much of it is in the file the file knows best: an exception (Ctrl-C) may have come
        between writing and dropping it.
        """
        waiting, events = self.encoder.peek()
        left = memoryview(waiting)[self._written(file) :]
        try:
            while left:
                left = left[os.write(file, left) :]
        except OSError as error:
            self.encoder.shut(True)
            self.encoder.drop(*_whole(waiting, self._written(file)))
            self._error = error
        else:
            self.encoder.drop(len(waiting), events)

    def _written(self, file: int) -> int:
        """How many bytes of what waits are in the file."""
        return os.lseek(file, 0, os.SEEK_CUR) - self._begins - self.encoder.dropped()


_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL
_NEW |= getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)


def _write(file: int, data: bytes) -> None:
    """Writes all of `data`; a disk that takes a part of it is asked again, and says why."""
    view = memoryview(data)
    while view:
        view = view[os.write(file, view) :]


def _whole(data: bytes, end: int) -> tuple[int, int]:
    """The size and number of the records that are whole in the first `end` bytes of `data`."""
    at = count = 0
    while at < end:
        size = int(HEADER.unpack_from(data, at)[0]) + OVERHEAD
        if at + size > end:
            break
        at += size
        count += 1
    return at, count


def _close_at_exit(writer: EventWriter) -> None:
    """Closes the writer when the interpreter ends, or the process that multiprocessing forked."""
    atexit.unregister(writer.close)
    atexit.register(writer.close)
    process = sys.modules.get("multiprocessing.process")
    if process is not None and process.parent_process() is not None:  # it ends by os._exit
        sys.modules["multiprocessing.util"].Finalize(writer, writer.close, exitpriority=100)


def _after_fork() -> None:
    """In the child: what waits is the parent's; the child's first event makes a file of its own."""
    for writer in list(_writers):
        if writer._closed:
            continue
        if writer._file is not None:
            os.close(writer._file)
        writer._sleep()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
