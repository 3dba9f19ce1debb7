"""The encoder: the extension's bytes and Python's are those of protobuf's own serialisation."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np
import prepare
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neuronboard.formats import _event_encode
from neuronboard.formats.event_encode import (
    DONE,
    FIRST,
    MUCH,
    NUMBERS,
    ODD,
    SHUT,
    Encoder,
    PureEncoder,
)
from neuronboard.formats.event_file import decode_event
from neuronboard.formats.tensor_proto import make_tensor_proto
from neuronboard.formats.tfrecord import encode_record, scan_records
from neuronboard.pb.event_pb2 import Event
from neuronboard.pb.summary_pb2 import DATA_CLASS_SCALAR, Summary, SummaryMetadata

ENCODERS = (_event_encode.Encoder, PureEncoder)
BOTH = pytest.mark.parametrize("kind", ENCODERS, ids=["extension", "python"])
SCALARS = SummaryMetadata(
    plugin_data=SummaryMetadata.PluginData(plugin_name="scalars"), data_class=DATA_CLASS_SCALAR
)
STEPS = st.integers(-(2**63), 2**63 - 1) | st.integers(0, 300)
TAGS = st.text(st.characters(exclude_categories=["Cs"]), max_size=200)
TIMES = st.floats(allow_nan=False)
VALUES = st.floats() | st.floats(width=32) | st.integers(-(2**70), 2**70) | st.booleans()


def _encoder(kind: type[PureEncoder] = Encoder, wide: bool = False) -> PureEncoder:
    return kind(1 << 20, 1 << 30, 1 << 30, wide, NUMBERS)


def _take(encoder: PureEncoder) -> tuple[bytes, int]:
    """What waits, which then no longer does."""
    taken = encoder.peek()
    encoder.drop(len(taken[0]), taken[1])
    return taken


def _record(values: dict[str, float], step: int, wall_time: float) -> bytes:
    """What protobuf makes of an event of single-precision values."""
    with np.errstate(over="ignore"):
        listed = [
            Summary.Value(tag=tag, simple_value=float(np.float32(float(value))))
            for tag, value in values.items()
        ]
    event = Event(wall_time=wall_time, step=step, summary=Summary(value=listed))
    return encode_record(event.SerializeToString())


def _wide_record(values: dict[str, float], step: int, wall_time: float, first: bool) -> bytes:
    """The same in double precision, as tensors of rank 0."""
    listed = [
        Summary.Value(
            tag=tag,
            tensor=make_tensor_proto(np.float64(float(value)), as_list=True),
            metadata=SCALARS if first else None,
        )
        for tag, value in values.items()
    ]
    event = Event(wall_time=wall_time, step=step, summary=Summary(value=listed))
    return encode_record(event.SerializeToString())


@given(TAGS, VALUES, STEPS, TIMES)
def test_one_value_is_what_protobuf_writes(
    tag: str, value: float, step: int, wall_time: float
) -> None:
    """Bit for bit, of any tag, number, step and time; twice, as the second time is the fast one."""
    expected = _record({tag: value}, step, wall_time)
    for kind in ENCODERS:
        encoder = _encoder(kind)
        assert encoder.scalar(tag, value, step, wall_time) == FIRST
        assert encoder.scalar(tag, value, step, wall_time) == DONE
        assert _take(encoder) == (expected * 2, 2)


@given(st.dictionaries(TAGS, VALUES, min_size=1, max_size=20), STEPS, TIMES)
def test_many_values_are_one_event(values: dict[str, float], step: int, wall_time: float) -> None:
    """Bit for bit what protobuf writes."""
    expected = _record(values, step, wall_time)
    for kind in ENCODERS:
        encoder = _encoder(kind)
        assert encoder.scalars(values, step, wall_time) == FIRST
        assert _take(encoder) == (expected, 1)


@given(st.dictionaries(TAGS, VALUES, min_size=1, max_size=20), STEPS, TIMES)
def test_double_precision_is_a_tensor(
    values: dict[str, float], step: int, wall_time: float
) -> None:
    """Rank 0, with metadata at a tag's first value only."""
    first, second = (_wide_record(values, step, wall_time, first) for first in (True, False))
    for kind in ENCODERS:
        encoder = _encoder(kind, wide=True)
        encoder.scalars(values, step, wall_time)
        assert _take(encoder) == (first, 1)
        for tag, value in values.items():
            encoder.scalar(tag, value, step, wall_time)
            assert _take(encoder)[0] == _wide_record({tag: value}, step, wall_time, False)
        encoder.scalars(values, step, wall_time)
        assert _take(encoder) == (second, 1)


@BOTH
@pytest.mark.parametrize("number", NUMBERS, ids=lambda number: number.__name__)
def test_numpy_scalars_are_numbers(kind: type[PureEncoder], number: type) -> None:
    """As value, and as step where it is whole."""
    encoder = _encoder(kind)
    is_whole = issubclass(number, np.integer)
    encoder.scalar("a", number(1), number(7) if is_whole else 7, 5.0)
    assert _take(encoder)[0] == _record({"a": 1.0}, 7, 5.0)


@BOTH
def test_without_a_time_it_is_now_and_without_a_step_0(kind: type[PureEncoder]) -> None:
    """Seconds since 1970, to the microsecond."""
    encoder = _encoder(kind)
    before = time.time()
    for step in (None, 1, 1):
        encoder.scalar("a", 1.0, step, None)
    encoder.scalars({"a": 1.0}, None, None)
    after = time.time()
    events = [decode_event(payload) for payload in scan_records(_take(encoder)[0]).payloads]
    assert [event.step for event in events] == [0, 1, 1, 0]
    times = [event.wall_time for event in events]
    assert before - 1e-6 <= times[0] <= times[1] <= times[2] <= times[3] <= after + 1e-6


class _Tag(str):
    __slots__ = ()


class _Number:
    def __float__(self) -> float:
        return 1.0


ODD_CALLS: dict[str, tuple[Any, ...]] = {
    "text as value": ("a", "1", 0, 0.0),
    "no value": ("a", None, 0, 0.0),
    "a complex value": ("a", 1j, 0, 0.0),
    "an int beyond float": ("a", 10**400, 0, 0.0),
    "an array": ("a", np.zeros(1), 0, 0.0),
    "a value of an unknown type": ("a", _Number(), 0, 0.0),
    "a fraction as step": ("a", 1.0, 0.5, 0.0),
    "a step above int64": ("a", 1.0, 2**63, 0.0),
    "a step below int64": ("a", 1.0, -(2**63) - 1, 0.0),
    "a numpy float as step": ("a", 1.0, np.float32(1), 0.0),
    "a numpy bool as step": ("a", 1.0, np.bool_(True), 0.0),
    "text as time": ("a", 1.0, 0, "now"),
    "half a surrogate pair": ("\ud800", 1.0, 0, 0.0),
    "a tag of a subclass": (_Tag("a"), 1.0, 0, 0.0),
    "bytes as tag": (b"a", 1.0, 0, 0.0),
    "a list as tag": (["a"], 1.0, 0, 0.0),
}


@BOTH
@pytest.mark.parametrize("what", ODD_CALLS)
def test_what_it_does_not_know_it_leaves_alone(kind: type[PureEncoder], what: str) -> None:
    """Nothing is written, and the caller is told to look; also as the second of two values."""
    for wide in (False, True):
        encoder = _encoder(kind, wide)
        tag, value, step, wall_time = ODD_CALLS[what]
        assert encoder.scalar(tag, value, step, wall_time) == ODD
        if isinstance(tag, (str, bytes)):
            assert encoder.scalars({"b": 1.0, tag: value}, step, wall_time) == ODD
        assert _take(encoder) == (b"", 0)
        encoder.scalar("b", 1.0, 1, 1.0)
        expected = _wide_record({"b": 1.0}, 1, 1.0, True) if wide else _record({"b": 1.0}, 1, 1.0)
        assert _take(encoder) == (expected, 1)


@BOTH
def test_only_a_dict_is_taken_and_an_empty_one_is_no_event(kind: type[PureEncoder]) -> None:
    """An event without values would tell nothing."""
    encoder = _encoder(kind)
    assert encoder.scalars([("a", 1.0)], 0, None) == ODD
    assert encoder.scalars({}, 0, None) == DONE
    assert encoder.waiting() == 0


@BOTH
def test_it_tells_when_it_should_be_emptied(kind: type[PureEncoder]) -> None:
    """At the first event, when much waits, and when nothing more is taken."""
    size = len(encode_record(b"1234"))
    encoder = kind(3 * size, 4 * size, 100, False, ())
    assert [encoder.record(b"1234") for _ in range(5)] == [FIRST, DONE, MUCH, DONE, SHUT]
    assert encoder.scalar("a", 1.0, 0, None) == SHUT
    assert encoder.scalars({"a": 1.0}, 0, None) == SHUT
    assert encoder.waiting() == 4 * size
    assert _take(encoder) == (encode_record(b"1234") * 4, 4)
    assert encoder.record(b"1234" * 20) == MUCH
    few = kind(3 * size, 4 * size, 2, False, ())
    assert [few.record(b"") for _ in range(3)] == [FIRST, DONE, SHUT]


@BOTH
def test_a_shut_encoder_takes_nothing_until_it_is_opened(kind: type[PureEncoder]) -> None:
    """Not even what is odd."""
    encoder = _encoder(kind)
    encoder.shut(True)
    assert encoder.scalar("a", 1.0, 1, None) == SHUT
    assert encoder.scalar("a", "odd", 1, None) == SHUT
    assert encoder.scalars({"a": 1.0}, 1, None) == SHUT
    assert encoder.record(b"") == SHUT
    encoder.shut(False)
    assert encoder.record(b"") == FIRST
    assert _take(encoder) == (encode_record(b""), 1)


@BOTH
def test_what_is_dropped_is_what_came_first(kind: type[PureEncoder]) -> None:
    """The rest waits on, and the count of dropped bytes grows."""
    encoder = _encoder(kind)
    records = [encode_record(bytes([number])) for number in range(5)]
    for number in range(5):
        encoder.record(bytes([number]))
    size = len(records[0])
    encoder.drop(2 * size, 2)
    assert encoder.peek() == (b"".join(records[2:]), 3)
    assert encoder.peek() == (b"".join(records[2:]), 3)
    assert encoder.record(b"\5") == DONE
    for wrong in ((5 * size, 1), (size, 5), (-1, 0), (0, -1)):
        with pytest.raises((ValueError, OverflowError)):
            encoder.drop(*wrong)
    encoder.drop(4 * size, 4)
    assert encoder.peek() == (b"", 0)
    assert (encoder.waiting(), encoder.dropped()) == (0, 6 * size)


@BOTH
def test_megabytes_come_back_whole(kind: type[PureEncoder]) -> None:
    """A buffer that grew is used again, and lets its memory go."""
    encoder = _encoder(kind)
    payload = bytes(range(256)) * 4096
    for _ in range(3):
        for _ in range(9):
            encoder.record(payload)
        assert _take(encoder) == (encode_record(payload) * 9, 9)


@BOTH
def test_eight_threads_and_one_that_takes(kind: type[PureEncoder]) -> None:
    """Every record is whole, and a thread's own are in their order."""
    encoder, found, done = _encoder(kind), [], threading.Event()

    def add(number: int) -> None:
        for step in range(5000):
            encoder.scalar(f"thread {number}", 1.0, step + 1, 1.0)

    def take() -> None:
        while not done.is_set():
            found.append(_take(encoder)[0])

    taker = threading.Thread(target=take)
    adders = [threading.Thread(target=add, args=(number,)) for number in range(8)]
    for thread in (taker, *adders):
        thread.start()
    for thread in adders:
        thread.join()
    done.set()
    taker.join()
    scan = scan_records(b"".join([*found, _take(encoder)[0]]))
    steps: dict[str, list[int]] = {}
    for payload in scan.payloads:
        event = decode_event(payload)
        steps.setdefault(event.summary.value[0].tag, []).append(event.step)
    assert scan.damage == []
    assert sorted(steps) == [f"thread {number}" for number in range(8)]
    assert all(each == list(range(1, 5001)) for each in steps.values())


def test_wrong_arguments_are_errors_not_crashes() -> None:
    """The extension checks what Python gives it."""
    encoder = _encoder()
    with pytest.raises(TypeError, match="4 arguments"):
        encoder.scalar("a", 1.0)  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="3 arguments"):
        encoder.scalars({})  # type: ignore[call-arg]
    with pytest.raises(TypeError):
        encoder.record("text")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="types"):
        _event_encode.Encoder(1, 1, 1, False, (int,) * 100)


def test_the_header_holds_under_the_sanitizers(tmp_path: Path) -> None:
    """`try_encode.c` grows and empties buffers, under the sanitizers that the compiler has."""
    source = prepare.ROOT / "tests" / "fuzz" / "try_encode.c"
    program = tmp_path / "try_encode"
    command = [*prepare.compiler(), "-g", "-O1", "-Wall", "-Wextra", "-Werror", str(source)]
    sanitized = [*command, "-fsanitize=address,undefined", "-fno-sanitize-recover=all"]
    if subprocess.run([*sanitized, "-o", program], capture_output=True, check=False).returncode:
        subprocess.run([*command, "-o", program], check=True)
    done = subprocess.run([str(program)], capture_output=True, check=True)
    expected = b"".join(_record({"t" * n: n / 3}, n**6 - 5000, n / 7) for n in range(300))
    assert done.stdout == expected


def test_python_without_the_extension_uses_the_one_in_python() -> None:
    """As on a machine that has no compiler."""
    code = (
        "import sys; sys.modules['neuronboard.formats._event_encode'] = None\n"
        "from neuronboard.formats import event_encode\n"
        "print(event_encode.Encoder is event_encode.PureEncoder)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "True\n"
