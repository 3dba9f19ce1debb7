"""The reference scan: records to points and blobs by protobuf's own decoder.

It has the interface of the extension's `Core`, which must find the same. Where there is no
extension it is the scan; where there is one, it decodes the events that the extension leaves to it.
"""

from __future__ import annotations

from collections.abc import Iterable
from operator import itemgetter

import numpy as np
from google.protobuf.message import DecodeError

from neuronboard.errors import DataError
from neuronboard.formats.batch import (
    AUDIO,
    BLOB_ROW,
    GRAPH_DEF,
    HISTO,
    IMAGE,
    META_GRAPH_DEF,
    NO_TAG,
    RUN_METADATA,
    TENSOR,
    grouped,
)
from neuronboard.formats.event_alike import Alike
from neuronboard.formats.tensor_proto import scalar_of
from neuronboard.formats.tfrecord import HEADER, OVERHEAD, scan_records
from neuronboard.pb.raw_event_pb2 import RawEvent, RawSummary
from neuronboard.pb.tensor_pb2 import TensorProto

NEED, FULL, ODD, RESTART = range(4)  # why a feed came back, as in scan.h
START = 1  # SessionLog.status

Taken = tuple[
    tuple[bytes, ...],
    list[tuple[int, bytes]],
    tuple[bytes, bytes, int, bytes, bytes, bytes],
    bytes,
    list[tuple[int, int, int | str]],
    float | None,
]

_FORMS = {"image": IMAGE, "histo": HISTO, "audio": AUDIO}


class PureCore:
    """A scan of one file at a time. full: points after which a batch is enough."""

    def __init__(self, full: int) -> None:
        self._full = full
        self.begin((), ())

    def begin(self, names: tuple[bytes, ...], metadata: tuple[bytes, ...]) -> None:
        """Forgets everything; the tags known are these, in this order."""
        self._names = list(names)
        self._numbers = {name: number for number, name in enumerate(names)}
        self._has_metadata = {number for number, data in enumerate(metadata) if data}
        self._alike = Alike(_point_of)
        self._forget()

    def _forget(self) -> None:
        self._tags: list[int] = []
        self._steps: list[int] = []
        self._wall_times: list[float] = []
        self._values: list[float] = []
        self._wide: set[int] = set()
        self._blobs: list[bytes] = []
        self._damage: list[tuple[int, int, int | str]] = []
        self._metadata: list[tuple[int, bytes]] = []
        self._first_wall_time: float | None = None

    def feed(self, data: memoryview, offset: int) -> tuple[int, int, int]:
        """Reads the whole records of `data`, whose first byte is at `offset` of the file.

        Returns the bytes used up, why it came back (NEED, FULL or RESTART), and with NEED the size
        of the unfinished record if that is known, with RESTART the step.
        """
        if len(self._tags) >= self._full:
            return 0, FULL, 0
        scan = scan_records(bytes(data))
        stop = None
        decode, find = RawEvent.FromString, self._alike.find
        for payload, start in zip(scan.payloads, scan.offsets, strict=True):
            found = find(payload)
            if found is not None:
                self._add(*found)
                continue
            try:
                event = decode(payload)
            except DecodeError as error:
                message = f"a record of {len(payload)} bytes is no Event message: {error}"
                self._damaged(offset + start, len(payload), message)
                continue
            if self._first_wall_time is None:
                self._first_wall_time = event.wall_time
            values = event.summary.value
            if values:
                before = len(self._tags)
                self._summary(event, offset + start, len(payload), values)
                one = len(values) == len(self._tags) - before == 1
                if one and self._tags[-1] not in self._wide:
                    self._alike.learn(payload, self._tags[-1], self._values[-1])
            elif self._other(event, offset + start, len(payload)):
                stop = start + len(payload) + OVERHEAD - HEADER.size
                break
        used = scan.used if stop is None else stop
        framing = [found for found in scan.damage if found.offset < used]
        self._damage += [(offset + d.offset, d.skipped, d.message) for d in framing]
        if stop is None:
            return used, NEED, scan.needed
        return used, RESTART, event.step

    def _add(self, tag: int, step: int, wall_time: float, value: float) -> None:
        if self._first_wall_time is None:
            self._first_wall_time = wall_time
        self._tags.append(tag)
        self._steps.append(step)
        self._wall_times.append(wall_time)
        self._values.append(value)

    def _damaged(self, offset: int, length: int, message: str) -> None:
        self._damage.append((offset - HEADER.size, length + OVERHEAD, message))

    def _summary(
        self, event: RawEvent, offset: int, length: int, values: Iterable[RawSummary.Value]
    ) -> None:
        step, wall_time = event.step, event.wall_time
        for index, value in enumerate(values):
            form = value.WhichOneof("value")
            metadata = value.metadata
            if form is None and not metadata:
                continue
            name = value.tag or value.node_name
            tag = self._numbers.get(name)
            if tag is None:
                tag = self._number(name)
            if metadata and tag not in self._has_metadata:
                self._has_metadata.add(tag)
                self._metadata.append((tag, metadata))
            if form == "simple_value":
                self._add(tag, step, wall_time, value.simple_value)
            elif form == "tensor":
                try:
                    number = _scalar(value.tensor)
                except DataError as error:
                    self._damaged(offset, length, f"tag {value.tag!r}: {error}")
                    continue
                if number is None:
                    row = BLOB_ROW.pack(step, wall_time, offset, length, tag, index, TENSOR)
                    self._blobs.append(row)
                    continue
                self._add(tag, step, wall_time, number[0])
                if number[1]:
                    self._wide.add(tag)
            elif form in _FORMS:
                row = BLOB_ROW.pack(step, wall_time, offset, length, tag, index, _FORMS[form])
                self._blobs.append(row)

    def _other(self, event: RawEvent, offset: int, length: int) -> bool:
        """Keeps an event that is no summary; whether it says that the program started again."""
        what = event.WhichOneof("what")
        if what == "session_log":
            return event.session_log.status == START
        if what == "tagged_run_metadata":
            tag, form = self._number(event.tagged_run_metadata.tag), RUN_METADATA
        elif what in ("graph_def", "meta_graph_def"):
            tag, form = NO_TAG, GRAPH_DEF if what == "graph_def" else META_GRAPH_DEF
        else:
            return False
        self._blobs.append(BLOB_ROW.pack(event.step, event.wall_time, offset, length, tag, 0, form))
        return False

    def _number(self, name: bytes) -> int:
        if name not in self._numbers:
            self._numbers[name] = len(self._names)
            self._names.append(name)
        return self._numbers[name]

    def take(self, known: int) -> Taken:
        """What was found since the last take; names from number `known` on."""
        taken = (
            tuple(self._names[known:]),
            self._metadata,
            self._columns(),
            b"".join(self._blobs),
            sorted(self._damage, key=itemgetter(0)),
            self._first_wall_time,
        )
        self._forget()
        return taken

    def _columns(self) -> tuple[bytes, bytes, int, bytes, bytes, bytes]:
        return grouped(
            np.array(self._tags, np.uint32),
            np.array(self._steps, np.int64),
            np.array(self._wall_times, np.float64),
            np.array(self._values, np.float64),
            self._wide,
        )


def _point_of(payload: bytes) -> tuple[int, float, float] | None:
    """Step, wall_time and value of an event that holds one number in single precision."""
    try:
        event = RawEvent.FromString(payload)
        [value] = event.summary.value
        if value.WhichOneof("value") == "simple_value":
            return event.step, event.wall_time, value.simple_value
        number = _scalar(value.tensor) if value.WhichOneof("value") == "tensor" else None
    except (DecodeError, DataError, ValueError):
        return None
    return None if number is None or number[1] else (event.step, event.wall_time, number[0])


def _scalar(data: bytes) -> tuple[float, bool] | None:
    """The number of a serialised tensor of rank 0, and whether it needs float64; else None."""
    try:
        tensor = TensorProto.FromString(data)
    except DecodeError:
        return None  # kept as a blob, whose reader will say what is wrong with it
    return scalar_of(tensor)
