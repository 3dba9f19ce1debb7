"""One event file being written: a queue, and a thread that empties it.

The training thread serialises an event and appends the bytes to a list; it never touches the disk.
The thread writes what has gathered, several times a second, straight to the file descriptor: what
was written is the kernel's, so `kill -9` of the process cannot take it back. When the queue is full
the training thread waits, and is told so once. What the disk refuses is raised as `WriterError` at
the next call, with the number of events that were lost.
"""

from __future__ import annotations

import atexit
import itertools
import os
import socket
import sys
import threading
import time
import warnings
from pathlib import Path

from neuronboard.errors import WriterError
from neuronboard.formats.event_file import file_name, first_event
from neuronboard.formats.tfrecord import encode_record
from neuronboard.pb.event_pb2 import Event

LONGEST_WAIT = 0.25  # seconds that an event may lie in the queue before it is written

_serials = itertools.count()


class EventWriter:
    """Writes events to one new file in `logdir`, which is made if it is missing.

    max_queue: how many events may wait to be written before `add` waits. flush_secs: seconds after
    which a waiting event is written; more than a quarter of a second is taken as that.

    Raises `WriterError` at once when the folder or the file cannot be made.
    """

    def __init__(
        self, logdir: str | Path, max_queue: int, flush_secs: float, filename_suffix: str = ""
    ) -> None:
        if max_queue < 1:
            raise ValueError(f"max_queue must be at least 1, got {max_queue}")
        self.logdir = Path(logdir)
        self._capacity = max_queue
        self._interval = min(max(flush_secs, 0.01), LONGEST_WAIT)
        self._pid = os.getpid()
        self._queue: list[bytes] = []
        self._taken = 0  # events that the thread holds and has not yet written
        self._closing = False
        self._warned = False
        self._error: OSError | None = None
        self._lost = 0
        self._changed = threading.Condition()
        self.path, self._file = self._create(filename_suffix)
        self._thread = threading.Thread(target=self._work, name="neuronboard-writer", daemon=True)
        self._thread.start()
        atexit.register(self.close)

    def _create(self, suffix: str) -> tuple[Path, int]:
        """Makes the folder and the file, and writes the first event: trouble shows here and now."""
        now = time.time()
        name = file_name(int(now), socket.gethostname(), self._pid, next(_serials), suffix)
        path = self.logdir / name
        try:
            self.logdir.mkdir(parents=True, exist_ok=True)
            file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _CLOEXEC, 0o666)
            _write(file, encode_record(first_event(now).SerializeToString()))
        except OSError as error:
            raise WriterError(
                f"cannot write event files here: {error.strerror}; make the folder writable or "
                f"choose another: {self.logdir}"
            ) from error
        return path, file

    def add(self, event: Event) -> None:
        """Queues one event. Waits while the queue is full.

        Raises `WriterError` if an earlier event could not be written, or the writer is closed.
        """
        self._check()
        payload = event.SerializeToString()
        with self._changed:
            if len(self._queue) >= self._capacity:
                self._wait_for_room()
            self._queue.append(payload)
            if len(self._queue) * 2 >= self._capacity:
                self._changed.notify_all()

    def _wait_for_room(self) -> None:
        if not self._warned:
            self._warned = True
            warnings.warn(
                f"training waits for the disk: {self._capacity} events are queued for {self.path}; "
                "log less often or raise max_queue",
                stacklevel=_stacklevel(),
            )
        self._changed.notify_all()
        self._changed.wait_for(lambda: len(self._queue) < self._capacity or self._error)
        self._raise_error()

    def flush(self) -> None:
        """Returns when everything that was added is in the file (the kernel's hands)."""
        self._check()
        with self._changed:
            self._changed.notify_all()
            self._changed.wait_for(lambda: not (self._queue or self._taken) or self._error)
            self._raise_error()

    def close(self) -> None:
        """Writes what is queued and closes the file; a second call does nothing.

        Raises `WriterError` if events were lost.
        """
        if not self._closing and os.getpid() == self._pid:
            self.abandon()
            self._raise_error()

    def abandon(self) -> None:
        """Ends the thread and closes the file without a word about what was lost."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        self._thread.join()
        os.close(self._file)
        atexit.unregister(self.close)

    @property
    def broken(self) -> bool:
        """Whether the disk refused events."""
        return self._error is not None

    @property
    def closed(self) -> bool:
        """Whether `close` was called."""
        return self._closing

    def _check(self) -> None:
        if self._closing:
            raise WriterError(f"the writer is closed; call reopen() to go on: {self.path}")
        if os.getpid() != self._pid:
            raise WriterError(
                f"the writer belongs to process {self._pid}, this is process {os.getpid()}: make a "
                f"writer of its own after a fork: {self.path}"
            )
        self._raise_error()

    def _raise_error(self) -> None:
        if self._error is not None:
            raise WriterError(
                f"{self._lost} events could not be written: {self._error.strerror}; mend the disk "
                f"and call reopen(): {self.path}"
            ) from self._error

    def _work(self) -> None:
        """The thread: waits for events or for time to pass, then writes all there is."""
        while True:
            with self._changed:
                if not self._closing:
                    self._changed.wait(self._interval)
                batch, self._queue = self._queue, []
                self._taken = len(batch)
                done = self._closing and not batch
                self._changed.notify_all()
            if done:
                return
            if batch:
                self._write_batch(batch)

    def _write_batch(self, batch: list[bytes]) -> None:
        error = self._error
        if error is None:
            try:
                _write(self._file, b"".join(map(encode_record, batch)))
            except OSError as refused:
                error = refused
        with self._changed:
            self._taken = 0
            if error is not None:
                self._error = error
                self._lost += len(batch)
            self._changed.notify_all()


def _stacklevel() -> int:
    """How far above the caller the training code stands, as `warnings.warn` counts."""
    frame, level = sys._getframe(1), 1
    while frame.f_back is not None and frame.f_code.co_filename.startswith(_PACKAGE):
        frame, level = frame.f_back, level + 1
    return level


_PACKAGE = os.path.dirname(os.path.dirname(__file__)) + os.sep
_CLOEXEC = getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)


def _write(file: int, data: bytes) -> None:
    """Writes all of `data`; a disk that takes a part of it is asked again, and says why."""
    view = memoryview(data)
    while view:
        view = view[os.write(file, view) :]
