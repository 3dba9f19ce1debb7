"""Builds event files and stores for tests, in a line or two."""

from __future__ import annotations

import os
import runpy
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from neuronboard import Graph
from neuronboard.formats.event_file import first_event
from neuronboard.formats.tfrecord import encode_record
from neuronboard.kinds import graph, scalar
from neuronboard.pb.event_pb2 import Event, SessionLog
from neuronboard.pb.summary_pb2 import Summary
from neuronboard.store import LogdirSpec, Store

ROOT = Path(__file__).resolve().parent.parent
T0 = 1_700_000_000.0
Point = tuple[int, Mapping[str, float]]


def scalar_event(step: int, values: Mapping[str, float], wall_time: float | None = None) -> Event:
    """The event of several scalars at one step; one second passes with each step."""
    summary = Summary(value=[scalar.encode(tag, value) for tag, value in values.items()])
    return Event(
        wall_time=T0 + step if wall_time is None else wall_time, step=step, summary=summary
    )


def restart_event(step: int) -> Event:
    """SessionLog START: the program started again; what it wrote at `step` and later is void."""
    return Event(
        wall_time=T0 + step,
        step=step,
        session_log=SessionLog(status=SessionLog.SessionStatus.START),
    )


def event_bytes(events: Iterable[Event]) -> bytes:
    """The records of `events`."""
    return b"".join(encode_record(event.SerializeToString()) for event in events)


def write_events(path: Path, points: Iterable[Point] = (), graph_def: bytes | None = None) -> Path:
    """Writes an event file; `path` may be a folder, then the file gets a usual name in it."""
    if "tfevents" not in path.name:
        path = path / "events.out.tfevents.1700000000.host.1.0"
    path.parent.mkdir(parents=True, exist_ok=True)
    events = [first_event(T0)]
    if graph_def is not None:
        events.append(graph.encode(graph_def, T0))
    events += [scalar_event(step, values) for step, values in points]
    path.write_bytes(event_bytes(events))
    return path


def append(path: Path, step: int, *tags: str, value: float = 1.0) -> None:
    """Adds one event to the file that `write_events` made of that path."""
    path = path if "tfevents" in path.name else path / "events.out.tfevents.1700000000.host.1.0"
    with path.open("ab") as file:
        file.write(event_bytes([scalar_event(step, dict.fromkeys(tags, value))]))


def loaded_store(logdir: Path) -> Store:
    """A store that has read all of `logdir`, without a thread."""
    store = Store(LogdirSpec.single(logdir))
    store.refresh()
    return store


@dataclass(frozen=True)
class Neuron:
    """What the tutorial's script leaves behind."""

    graph: Graph
    logdir: Path


def run_neuron(folder: Path) -> Neuron:
    """Runs `logs_example/neuron.py`, as it stands, in a graph of its own and in `folder`."""
    before = os.getcwd()
    os.chdir(folder)
    try:
        with Graph().as_default() as graph:
            names = runpy.run_path(str(ROOT / "logs_example" / "neuron.py"))
        names["summary_writer"].close()
    finally:
        os.chdir(before)
    return Neuron(graph, folder / "log_simple_stats")
