"""Where in a run a file is damaged: what cannot be read has no step, what comes behind it has."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from neuronboard.errors import DataError
from neuronboard.formats.event_file import decode_event
from neuronboard.formats.tfrecord import scan_records
from neuronboard.pb.event_pb2 import Event
from neuronboard.store.catalog import Problem
from neuronboard.store.logdir import read_range

FIRST, MOST = 1 << 16, 1 << 24  # bytes behind the damage in which an event is looked for
MOST_PLACES = 200


@dataclass(frozen=True, slots=True)
class Place:
    """A damaged stretch, and the step and wall time (seconds since 1970) of the event behind it;
    None if there is no event behind it."""

    problem: Problem
    step: int | None
    wall_time: float | None


def places(problems: Iterable[Problem]) -> list[Place]:
    """The damaged stretches among the problems, at most MOST_PLACES, each with its place."""
    damaged = [each for each in problems if each.skipped > 0 and each.run is not None]
    return [_place(problem) for problem in damaged[:MOST_PLACES]]


def _place(problem: Problem) -> Place:
    size = FIRST
    while size <= MOST:
        try:
            data = read_range(problem.path, problem.offset + problem.skipped, size)
        except OSError:  # it is gone by now; the next catalog says so
            break
        event = next(filter(None, map(_summary, scan_records(data).payloads)), None)
        if event is not None:
            return Place(problem, event.step, event.wall_time)
        if len(data) < size:
            break
        size *= 16
    return Place(problem, None, None)


def _summary(payload: bytes) -> Event | None:
    """The event, if it is one with a summary."""
    try:
        event = decode_event(payload)
    except DataError:  # a problem of its own
        return None
    return event if event.HasField("summary") else None
