"""The threads that read: the most urgent stretch first, what changes its urgency included.

Scanning gives up Python's lock, so several threads do use several processors. Small files go
together, because handing a task over costs more than reading one of them.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import Any, Self

from neuronboard.store.stretch import Reading, Stretch, read

TOGETHER = 2 << 20  # bytes of small files that are read as one task
AT_ONCE = 64  # files of one task
INLINE = 1 << 20  # bytes: less than this is read by the caller's own thread
# Bytes: files that are smaller in the mean, too. Two threads that hand Python's lock to and fro for
# every one of them were measured to take a sixth longer than one thread alone.
SMALL = 128 << 10


def processors() -> int:
    """How many this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class Crew:
    """Reads stretches. urgency: what to sort by; the lowest is read first."""

    def __init__(self, work: list[Stretch], urgency: Callable[[Stretch], Any]) -> None:
        self._urgency = urgency
        self._left = list(work)
        self._sorted = False
        total = sum(stretch.stop - stretch.start for stretch in work)
        self._inline = total < INLINE or total < SMALL * len(work)
        self._workers = min(processors(), 16)
        self._pool: ThreadPoolExecutor | None = None
        self._running: dict[Future[list[Reading]], list[Stretch]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._pool is not None:
            self._pool.shutdown()

    @property
    def left(self) -> list[Stretch]:
        """What was not read, or was read and not handed over when the caller stopped iterating."""
        return [*self._left, *(stretch for task in self._running.values() for stretch in task)]

    def add(self, stretches: list[Stretch]) -> None:
        """More to read."""
        if stretches:
            self._left += stretches
            self._sorted = False

    def readings(self, timeout: float) -> Iterator[list[Reading]]:
        """What was read, as it comes; an empty list after `timeout` seconds of nothing.

        When the caller stops iterating, what runs is still waited for, and nothing more is begun.
        """
        while self._left or self._running:
            if self._inline:
                yield _read_all(self._next_task())
                continue
            self._fill()
            done, _ = wait(self._running, timeout, FIRST_COMPLETED)
            for future in done:
                del self._running[future]
            yield [reading for future in done for reading in future.result()]

    def _fill(self) -> None:
        if self._pool is None:
            self._pool = ThreadPoolExecutor(self._workers, "neuronboard-reader")
        while self._left and len(self._running) < self._workers + 1:
            task = self._next_task()
            self._running[self._pool.submit(_read_all, task)] = task

    def resort(self) -> None:
        """Looks again what is urgent."""
        self._sorted = False

    def _next_task(self) -> list[Stretch]:
        """The most urgent stretch, or several small ones."""
        if not self._sorted:
            self._left.sort(key=self._urgency, reverse=True)
            self._sorted = True
        task = [self._left.pop()]
        size = task[0].stop - task[0].start
        while self._left and len(task) < AT_ONCE:
            size += self._left[-1].stop - self._left[-1].start
            if size > TOGETHER:
                break
            task.append(self._left.pop())
        return task


def _read_all(task: list[Stretch]) -> list[Reading]:
    return [read(stretch) for stretch in task]
