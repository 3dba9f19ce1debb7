"""Events that are what an earlier one was but for time, step and value: read without protobuf.

Most events hold one float, and differ from the tag's last one in nothing else. Such an event is

    09 <wall_time: 8> 10 <step: a varint> <middle> <value: 4> <end>

and where an earlier event had the same middle and end, its value is the value of the same tag. That
the value stands there, and that nothing behind overrules time or step, is not derived but tried:
the decoder is given the event with three other numbers in these places, and must find them; twice,
so that no number that overrules them is taken for one of them.
"""

from __future__ import annotations

import struct
from collections.abc import Callable

_STEP_AT = 10
_LONGEST_STEP = 5  # bytes
_LONGEST = 512  # bytes of an event that is worth remembering
_WALL_TIME, _VALUE = struct.Struct("<d"), struct.Struct("<f")
_wall_time_of, _value_of = _WALL_TIME.unpack_from, _VALUE.unpack_from
_OTHERS = ((1, 1234.5, -98.75), (2, 5432.25, 67.5))  # bits of the step to flip, time, value

Found = tuple[int, int, float, float]  # tag, step, wall_time, value
Decode = Callable[[bytes], tuple[int, float, float] | None]  # step, wall_time, value of an event


class Alike:
    """The events of a file that were decoded, to know others by. decode: the decoder."""

    def __init__(self, decode: Decode) -> None:
        self._decode = decode
        # An event's size and where its middle begins -> (where its value stands, {rest: tag}), ...
        self._layouts: dict[tuple[int, int], list[tuple[int, dict[bytes, int]]]] = {}

    def find(self, event: bytes) -> Found | None:
        """What an event says, or None if the decoder has to say it."""
        size = len(event)
        if size < 16 or event[0] != 0x09 or event[9] != 0x10:
            return None
        step, middle = event[_STEP_AT], _STEP_AT + 1
        if step >= 0x80:
            step, middle = _long_step(event)
        for value_at, tags in self._layouts.get((size, middle), ()):
            tag = tags.get(event[middle:value_at] + event[value_at + 4 :])
            if tag is not None:
                return tag, step, _wall_time_of(event, 1)[0], _value_of(event, value_at)[0]
        return None

    def learn(self, event: bytes, tag: int, value: float) -> None:
        """Remembers an event of one point, whose value is a float32, if it has the form."""
        if not 16 <= len(event) <= _LONGEST or event[0] != 0x09 or event[9] != 0x10:
            return
        _, middle = _long_step(event)
        bits = _VALUE.pack(value)
        at = event.find(bits, middle) if middle else -1
        while at >= 0:
            if self._stands_at(event, middle, at):
                layouts = self._layouts.setdefault((len(event), middle), [])
                tags = next((tags for place, tags in layouts if place == at), None)
                if tags is None:
                    tags = {}
                    layouts.append((at, tags))
                tags[event[middle:at] + event[at + 4 :]] = tag
                return
            at = event.find(bits, at + 1)

    def _stands_at(self, event: bytes, middle: int, at: int) -> bool:
        """Whether the decoder finds other numbers that are put in these places."""
        other = bytearray(event)
        for bits, time, value in _OTHERS:
            other[_STEP_AT] = event[_STEP_AT] ^ bits
            _WALL_TIME.pack_into(other, 1, time)
            _VALUE.pack_into(other, at, value)
            if self._decode(bytes(other)) != (_long_step(other)[0], time, value):
                return False
        return True


def _long_step(event: bytes | bytearray) -> tuple[int, int]:
    """The step, and where what follows begins; 0, 0 for one that is longer than is usual."""
    step = 0
    for i in range(_LONGEST_STEP):
        byte = event[_STEP_AT + i]
        step |= (byte & 0x7F) << 7 * i
        if byte < 0x80:
            return step, _STEP_AT + i + 1
    return 0, 0
