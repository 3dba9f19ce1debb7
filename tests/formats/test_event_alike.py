"""Events that are known by earlier ones: what is learnt, and what must not be."""

from __future__ import annotations

import struct

import pytest
from builders import T0, scalar_event
from formats.scans import delimited, tensor, varint

from neuronboard.formats.event_alike import Alike
from neuronboard.formats.event_scan_pure import _point_of

HALF = struct.pack("<f", 0.5)


def _alike(event: bytes) -> Alike:
    """What has learnt one event, of tag 7, whose value is 0.5."""
    alike = Alike(_point_of)
    alike.learn(event, 7, 0.5)
    return alike


def _event(step: int, value: bytes, time: float = T0, more: bytes = b"") -> bytes:
    summary = delimited(5, delimited(1, delimited(1, b"loss") + value))
    return b"\x09" + struct.pack("<d", time) + b"\x10" + varint(step) + summary + more


@pytest.mark.parametrize("steps", [(3, 9), (200, 16_000), (2**31, 2**32)])
def test_another_number_time_and_step_are_read(steps: tuple[int, int]) -> None:
    """Of as many bytes; one that is longer is not known yet."""
    event, other = (
        scalar_event(step, {"loss": value}, wall_time=T0 + value).SerializeToString()
        for step, value in zip(steps, (0.5, -0.25), strict=True)
    )
    assert _alike(event).find(other) == (7, steps[1], T0 - 0.25, -0.25)
    assert _alike(event).find(scalar_event(2**40, {"loss": 1.0}).SerializeToString()) is None


@pytest.mark.parametrize(
    "value",
    [b"\x15" + HALF, tensor(1, delimited(5, HALF)), tensor(1, b"\x2d" + HALF, shape=None)],
    ids=["simple_value", "tensor", "unpacked"],
)
def test_every_form_of_a_float_is_learnt(value: bytes) -> None:
    """Also where bytes that look like the value stand before it."""
    other = value.replace(HALF, struct.pack("<f", 2.0))
    assert _alike(_event(1, value)).find(_event(2, other)) == (7, 2, T0, 2.0)


@pytest.mark.parametrize(
    "more",
    [b"\x10\x07", b"\x09" + struct.pack("<d", 7.0), delimited(5, delimited(1, b"\x15" + HALF))],
    ids=["a second step", "a second time", "a second summary"],
)
def test_what_is_overruled_by_what_stands_behind_is_not_learnt(more: bytes) -> None:
    """Whatever the first step is: 6 is the one that the trial itself turns into 7."""
    for step in range(12):
        event = _event(step, b"\x15" + HALF, more=more)
        assert _alike(event).find(event) is None


def test_an_event_of_another_tag_or_form_is_not_known() -> None:
    """One byte that differs is enough."""
    event = _event(1, b"\x15" + HALF)
    for at in range(len(event)):
        other = bytearray(event)
        other[at] ^= 0x80
        found = _alike(event).find(bytes(other))
        numbers = at in range(1, 9) or at in range(len(event) - 4, len(event))
        assert (found is not None) == numbers, at
