"""The encoder of scalars in Python: what the extension's bytes are, where there is no extension.

An encoder turns scalars into records and keeps them until somebody says that they may go, so that
what is interrupted between peeking and dropping loses nothing. The bytes are those of protobuf's
serialisation of `Event`, put together from the tag's bytes, which stay the same.
"""

from __future__ import annotations

import struct
import threading
import time
from typing import Any

from neuronboard.formats.crc32c import masked_crc32c
from neuronboard.formats.tfrecord import FOOTER, HEADER, encode_record

# What a call answers. With DONE, FIRST and MUCH the event was added, with SHUT and ODD it was not.
DONE = 0
FIRST = 1  # nothing waited before: whoever writes has to be told
MUCH = 2  # `much` bytes are reached: it should be written now
SHUT = 3  # the encoder was shut, or `most` bytes or `most_events` events wait
ODD = 4  # a tag, value, step or time of another type than str, number, int, float; see `numbers`

_FLOAT = struct.Struct("<f")
_DOUBLE = struct.Struct("<d")
_HEAD = struct.Struct("<BdB")
# the metadata of a scalar that is a tensor: plugin "scalars", data class scalar
_SCALARS = b"\x4a\x0d\x0a\x09\x0a\x07scalars\x20\x01"
# a tensor of 14 bytes: double, rank 0, one element in `double_val`, which follows
_RANK_0_DOUBLE = b"\x42\x0e\x08\x02\x12\x00\x32\x08"


class PureEncoder:
    """Makes records of scalars; for any number of threads.

    much, most: bytes; see `MUCH` and `SHUT`, also of most_events. wide: whether values are written
    as float64 tensors, with metadata at a tag's first. numbers: types besides int and float that
    `float` converts.
    """

    def __init__(
        self, much: int, most: int, most_events: int, wide: bool, numbers: tuple[type, ...]
    ) -> None:
        self._much, self._most, self._most_events = much, most, most_events
        self._wide = wide
        self._numbers = frozenset(numbers)
        self._shut = False
        self._lock = threading.RLock()  # over the next three; a signal handler may come in again
        self._records: list[bytes] = []
        self._size = 0  # of all records
        self._dropped = 0
        self._tags: dict[str, bytes] = {}  # the field `tag`
        self._starts: dict[str, bytes] = {}  # a summary of one value, up to the number
        self._known: set[str] = set()
        self._heads: dict[int, bytes] = {}

    def scalar(self, tag: Any, value: Any, step: Any, wall_time: Any, /) -> int:
        """An event with one value; None as step is 0, None as wall time is now."""
        if type(tag) is not str:
            return SHUT if self._is_shut() else ODD
        start = self._starts.get(tag)
        usual = type(value) is float and type(step) is int and wall_time is None
        if start is None or not usual or not 0 < step < 2**63 or self._is_shut():
            return self.scalars({tag: value}, step, wall_time)
        head = _HEAD.pack(0x09, time.time(), 0x10)
        return self._add(b"".join((head, _varint(step), start, _single(value))))

    def scalars(self, values: Any, step: Any, wall_time: Any, /) -> int:
        """An event with several values, a dict of tag to value; an empty one is none."""
        if self._is_shut():
            return SHUT
        if type(values) is not dict:
            return ODD
        try:
            summary = b"".join([self._value(tag, value) for tag, value in values.items()])
            head = self._event_head(step, wall_time)
        except (_OddError, OverflowError, UnicodeEncodeError):
            return ODD
        if not summary:
            return DONE
        if self._wide:
            self._known.update(values)
        return self._add(b"".join((head, b"\x2a", _varint(len(summary)), summary)))

    def record(self, payload: bytes, /) -> int:
        """An event that is serialised already."""
        return SHUT if self._is_shut() else self._add(payload)

    def peek(self) -> tuple[bytes, int]:
        """The records that wait, and how many they are."""
        with self._lock:
            return b"".join(self._records), len(self._records)

    def drop(self, size: int, events: int, /) -> None:
        """The first records that wait, so many bytes and events, no longer do."""
        with self._lock:
            if not (0 <= size <= self._size and 0 <= events <= len(self._records)):
                raise ValueError(f"only {self._size} bytes and {len(self._records)} events wait")
            self._size -= size
            self._dropped += size
            del self._records[:events]

    def dropped(self) -> int:
        """How many bytes were ever dropped."""
        return self._dropped

    def waiting(self) -> int:
        """How many bytes wait."""
        return self._size

    def shut(self, wanted: object, /) -> None:
        """Whether to answer `SHUT` to every event."""
        self._shut = bool(wanted)

    def _is_shut(self) -> bool:
        if self._shut or self._size >= self._most:
            return True
        return len(self._records) >= self._most_events

    def _add(self, payload: bytes) -> int:
        size = len(payload)
        head = self._heads.get(size)
        if head is None:
            head = self._heads[size] = encode_record(bytes(size))[: HEADER.size]
        record = b"".join((head, payload, FOOTER.pack(masked_crc32c(payload))))
        with self._lock:
            before = self._size
            self._size += len(record)
            self._records.append(record)
        if before < self._much <= before + len(record):
            return MUCH
        return DONE if before else FIRST

    def _value(self, tag: Any, value: Any) -> bytes:
        """A field `value` of a summary."""
        if type(tag) is not str:
            raise _OddError
        name = self._tags.get(tag)
        if name is None:
            encoded = tag.encode()
            name = b"".join((b"\x0a", _varint(len(encoded)), encoded)) if encoded else b""
            self._tags[tag] = name
            if not self._wide:
                self._starts[tag] = _start(name)
        number = self._number(value)
        if not self._wide:
            body = b"".join((name, b"\x15", _single(number)))
        else:
            metadata = b"" if tag in self._known else _SCALARS
            body = b"".join((name, _RANK_0_DOUBLE, _DOUBLE.pack(number), metadata))
        return b"".join((b"\x0a", _varint(len(body)), body))

    def _number(self, value: Any) -> float:
        if isinstance(value, (float, int)) or type(value) in self._numbers:
            return float(value)
        raise _OddError

    def _event_head(self, step: Any, wall_time: Any) -> bytes:
        """The fields wall_time and step."""
        seconds = time.time() if wall_time is None else self._number(wall_time)
        packed = _DOUBLE.pack(seconds)
        head = b"\x09" + packed if any(packed) else b""
        number = 0 if step is None else self._whole(step)
        if not -(2**63) <= number < 2**63:
            raise _OddError
        return b"".join((head, b"\x10", _varint(number % 2**64))) if number else head

    def _whole(self, step: Any) -> int:
        if isinstance(step, int):
            return int(step)
        if type(step) in self._numbers and hasattr(step, "__index__"):
            return int(step)
        raise _OddError


class _OddError(Exception):
    """Something that the caller has to look at."""


def _start(name: bytes) -> bytes:
    """The summary of an event with one value, whose field `tag` is given, up to the number."""
    body = name + b"\x15"
    value = b"".join((b"\x0a", _varint(len(body) + 4), body))
    return b"".join((b"\x2a", _varint(len(value) + 4), value))


def _single(number: float) -> bytes:
    """float32, rounded as IEEE 754 says: beyond its range are the infinities."""
    try:
        return _FLOAT.pack(number)
    except OverflowError:
        return _FLOAT.pack(float("inf") if number > 0 else float("-inf"))


def _varint(number: int) -> bytes:
    if number < 0x80:
        return _SMALL[number]
    found = bytearray()
    while number >= 0x80:
        found.append(number & 0x7F | 0x80)
        number >>= 7
    found.append(number)
    return bytes(found)


_SMALL = [bytes((number,)) for number in range(0x80)]
