"""Threads that end together: `tf.train.Coordinator`, and queue runners, of which there are none."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from neuronboard import errors
from neuronboard.engine.where import user_line


class Coordinator:
    """Lets threads ask each other to stop, and hands an exception of one to who waits for all.

    clean_stop_exception_types: exceptions that end the threads and are no failure.
    """

    def __init__(
        self, clean_stop_exception_types: tuple[type[Exception], ...] | None = None
    ) -> None:
        self._clean = clean_stop_exception_types or (errors.OutOfRangeError,)
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self._error: BaseException | None = None
        self._threads: set[threading.Thread] = set()

    def should_stop(self) -> bool:
        """Whether a stop was requested."""
        return self._stop.is_set()

    def request_stop(self, ex: Any = None) -> None:
        """Asks all threads to stop; `ex` is what `join` raises, unless it is a clean stop."""
        error = ex[1] if isinstance(ex, tuple) else ex
        with self._lock:
            if error is not None and self._error is None and not isinstance(error, self._clean):
                self._error = error
            self._stop.set()

    def clear_stop(self) -> None:
        """Begins anew: no stop is requested, and nothing failed."""
        with self._lock:
            self._error = None
            self._stop.clear()

    def wait_for_stop(self, timeout: float | None = None) -> bool:
        """Waits until a stop is requested, at most `timeout` seconds; whether it was."""
        return self._stop.wait(timeout)

    @contextmanager
    def stop_on_exception(self) -> Iterator[None]:
        """Requests a stop where the block raises, with what it raised."""
        try:
            yield
        except Exception as error:  # noqa: BLE001 whoever joins is given it
            self.request_stop(error)

    def register_thread(self, thread: threading.Thread) -> None:
        """Lets `join` wait for a thread."""
        self._threads.add(thread)

    def join(
        self,
        threads: Iterable[threading.Thread] | None = None,
        stop_grace_period_secs: float = 120,
        ignore_live_threads: bool = False,
    ) -> None:
        """Waits until the threads have ended; raises what one of them failed with.

        Behind a requested stop they have `stop_grace_period_secs`; RuntimeError names those that
        are alive then, unless `ignore_live_threads`.
        """
        waited = [*self._threads, *(threads or ())]
        while any(thread.is_alive() for thread in waited) and not self._stop.wait(0.02):
            pass
        end = time.monotonic() + stop_grace_period_secs
        for thread in waited:
            thread.join(max(0.0, end - time.monotonic()))
        alive = [thread.name for thread in waited if thread.is_alive()]
        self._threads.clear()
        self.raise_requested_exception()
        if alive and not ignore_live_threads:
            raise errors.SessionStateError(
                message=f"Coordinator stopped with threads still running: {' '.join(alive)}, after "
                f"{stop_grace_period_secs} seconds. At {user_line()}; let them ask should_stop()"
            )

    @property
    def joined(self) -> bool:
        """Whether no thread is waited for."""
        return not self._threads

    def raise_requested_exception(self) -> None:
        """Raises what a thread failed with, if one did."""
        if self._error is not None:
            raise self._error


class LooperThread(threading.Thread):
    """Calls a function over and over, every `timer_interval_secs`, until a stop is requested."""

    def __init__(
        self,
        coord: Coordinator,
        timer_interval_secs: float | None,
        target: Callable[..., Any] | None = None,
        args: tuple[Any, ...] = (),
        kwargs: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(daemon=True)
        self._coordinator, self._interval = coord, timer_interval_secs or 0.0
        self._call = (target, args, kwargs or {})
        coord.register_thread(self)

    def run(self) -> None:
        """The loop of the thread."""
        function, args, more = self._call
        with self._coordinator.stop_on_exception():
            while not self._coordinator.should_stop():
                if function is not None:
                    function(*args, **more)
                self._coordinator.wait_for_stop(self._interval)

    @staticmethod
    def loop(
        coord: Coordinator,
        timer_interval_secs: float | None,
        target: Callable[..., Any],
        args: tuple[Any, ...] = (),
        kwargs: dict[str, Any] | None = None,
    ) -> LooperThread:
        """Makes such a thread and starts it."""
        thread = LooperThread(coord, timer_interval_secs, target, args, kwargs)
        thread.start()
        return thread


def start_queue_runners(
    sess: Any = None,
    coord: Coordinator | None = None,
    daemon: bool = True,
    start: bool = True,
    collection: str = "queue_runners",
) -> list[threading.Thread]:
    """No threads: the engine has no queues that would need any, and datasets read by themselves."""
    return []
