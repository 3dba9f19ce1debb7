"""Writes scalars once, in a process of its own, and says what that took, as JSON.

    write_once.py WRITER FOLDER STEPS PACE

Ten tags a step. PACE is the time between two steps in milliseconds, 0 for none. With a pace every
call is timed, as the training thread sees it, with arguments that are there already. Without one
the whole is: until the file is closed, and the processor's time of all threads beyond that of the
empty loop.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

TAGS = [f"train/layer_{number}/loss" for number in range(10)]
Add = Callable[..., None]
Made = tuple[Add, Callable[[], None]]


def _neuronboard(folder: str, **options: Any) -> Made:
    from neuronboard import SummaryWriter

    writer = SummaryWriter(folder, **options)
    return writer.add_scalar, writer.close


def _numpy(folder: str) -> Made:
    import numpy as np

    add, close = _neuronboard(folder)
    values = {value: np.float32(value) for value in VALUES}
    return lambda tag, value, step: add(tag, values[value], step), close


def _pure(folder: str) -> Made:
    sys.modules["neuronboard.formats._event_encode"] = None  # type: ignore[assignment]
    return _neuronboard(folder)


def _tensorboard(folder: str) -> Made:
    """tensorboard's own writer, given what torch's `add_scalar` gives it."""
    from tensorboard.compat.proto.event_pb2 import Event
    from tensorboard.compat.proto.summary_pb2 import Summary
    from tensorboard.summary.writer.event_file_writer import EventFileWriter

    writer = EventFileWriter(folder, 10, 120, "")

    def add(tag: str, value: float, step: int) -> None:
        summary = Summary(value=[Summary.Value(tag=tag, simple_value=float(value))])
        event = Event(summary=summary)
        event.wall_time = time.time()
        event.step = step
        writer.add_event(event)

    return add, writer.close


def _tensorboardx(folder: str) -> Made:
    from tensorboardX import SummaryWriter

    writer = SummaryWriter(folder)
    return writer.add_scalar, writer.close


def _torch(folder: str) -> Made:
    from torch.utils.tensorboard import SummaryWriter

    writer = SummaryWriter(folder)
    return writer.add_scalar, writer.close


def _log(folder: str) -> Made:
    from neuronboard import SummaryWriter

    writer = SummaryWriter(folder)
    return writer.log, writer.close


WRITERS: dict[str, Callable[[str], Made]] = {
    "add_scalar": _neuronboard,
    "numpy": _numpy,
    "float64": lambda folder: _neuronboard(folder, precision="float64"),
    "pure": _pure,
    "log": _log,
    "tensorboard": _tensorboard,
    "tensorboardX": _tensorboardx,
    "torch": _torch,
}
VALUES = [number / 7 for number in range(100)]


Call = tuple[Any, ...]


def _calls(name: str, step: int) -> list[Call]:
    """The arguments of a step's calls; ten values are one call of `log`."""
    value = VALUES[step % 100]
    if name == "log":
        return [(dict.fromkeys(TAGS, value), step)]
    return [(tag, value, step) for tag in TAGS]


def _paced(name: str, add: Add, steps: int, pace: float) -> list[int]:
    """Nanoseconds of each call; the thread sleeps between steps, as it would wait for a device."""
    took, clock = [], time.perf_counter_ns
    for step in range(steps):
        for arguments in _calls(name, step):
            began = clock()
            add(*arguments)
            took.append(clock() - began)
        time.sleep(pace)
    return took


def _flat_out(name: str, add: Add, steps: int) -> None:
    for step in range(steps):
        for arguments in _calls(name, step):
            add(*arguments)


def _nothing(*arguments: Any) -> None:
    return None


def main() -> None:
    """Writes, and prints what it took."""
    name, folder, steps, pace = sys.argv[1], sys.argv[2], int(sys.argv[3]), float(sys.argv[4]) / 1e3
    add, close = WRITERS[name](folder)
    cpu = time.process_time()
    _flat_out(name, _nothing, steps)
    empty = time.process_time() - cpu
    began, cpu = time.perf_counter(), time.process_time()
    took: list[int] = []
    if pace:
        took = sorted(_paced(name, add, steps, pace))
    else:
        _flat_out(name, add, steps)
    close()
    found: dict[str, float] = {
        "seconds": time.perf_counter() - began,
        "cpu": time.process_time() - cpu - empty,
        "bytes": sum(path.stat().st_size for path in Path(folder).rglob("*tfevents*")),
    }
    if took:
        values = len(TAGS) * steps // len(took)
        found["p50"] = took[len(took) // 2] / values
        found["mean"] = sum(took) / len(took) / values
        found["p99"] = took[len(took) * 99 // 100] / values
    print(json.dumps(found))


if __name__ == "__main__":
    main()
