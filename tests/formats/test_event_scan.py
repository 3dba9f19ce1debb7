"""The scan: the extension finds what the reference finds, and the reference what was written."""

from __future__ import annotations

import random
import struct
import subprocess
import sys
from pathlib import Path

import numpy as np
import prepare
import pytest
from builders import T0, event_bytes, restart_event, scalar_event
from formats.scans import Found, alike_events, damaged, delimited, mangled, scan, tensor, varint

from neuronboard.formats import _event_scan, event_scan
from neuronboard.formats.batch import BLOB, HISTO, IMAGE, NO_TAG, TENSOR
from neuronboard.formats.crc32c import crc32c
from neuronboard.formats.event_file import first_event
from neuronboard.formats.tensor_proto import make_tensor_proto
from neuronboard.formats.tfrecord import encode_record, scan_records
from neuronboard.pb.event_pb2 import Event, TaggedRunMetadata
from neuronboard.pb.summary_pb2 import HistogramProto, Summary, SummaryMetadata

GOLDEN = Path(__file__).parents[1] / "golden" / "events"
FILES = sorted(GOLDEN.glob("*.tfevents"))
BOTH = pytest.mark.parametrize("pure", [False, True], ids=["extension", "reference"])


def _event(*values: Summary.Value, step: int = 3, wall_time: float = T0) -> Event:
    return Event(wall_time=wall_time, step=step, summary=Summary(value=values))


def _raw_value(value: bytes, tag: bytes = b"t") -> bytes:
    """A record of an event with one value, whose fields are given as bytes."""
    summary = delimited(1, delimited(1, tag) + value)
    return encode_record(b"\x09" + struct.pack("<d", T0) + b"\x10\x03" + delimited(5, summary))


def _mixed() -> bytes:
    """A small file with something of everything."""
    plugin = SummaryMetadata.PluginData(plugin_name="scalars")
    metadata = SummaryMetadata(plugin_data=plugin, display_name="손실")
    double = make_tensor_proto(np.float64(0.1))
    events = [
        first_event(T0),
        Event(wall_time=T0, graph_def=b"\x0a\x03abc"),
        *(scalar_event(step, {"loss": step / 7, "정확도": 1.0}) for step in range(4)),
        _event(Summary.Value(tag="w", tensor=double, metadata=metadata)),
        _event(Summary.Value(tag="h", histo=HistogramProto(min=1.0, bucket=[1.0, 2.0]))),
        _event(
            Summary.Value(tag="i", image=Summary.Image(encoded_image_string=b"png")),
            Summary.Value(tag="loss", simple_value=9.0),
            Summary.Value(tag="text", tensor=make_tensor_proto(["a"])),
        ),
        Event(step=4, tagged_run_metadata=TaggedRunMetadata(tag="step4", run_metadata=b"x")),
        restart_event(2),
        *(scalar_event(step, {"loss": float(step)}) for step in range(2, 5)),
        Event(wall_time=T0, step=9, meta_graph_def=b"\x12\x05\x0a\x03abc"),
    ]
    return event_bytes(events)


def test_the_extension_was_built() -> None:
    """Everything below would compare the reference with itself."""
    assert event_scan.HAS_EXTENSION


@BOTH
def test_everything_in_a_file_is_found(pure: bool) -> None:
    """Points by tag in the order written; the rest by place; what a restart cuts."""
    data = _mixed()
    found = scan(data, pure=pure)
    assert found.used == len(data)
    assert found.damage == []
    loss = [step for step, _, _ in found.points[b"loss"]]
    assert loss == [0, 1, 2, 3, 3, 2, 3, 4]
    assert found.points["정확도".encode()][0] == (0, repr(T0), "1.0")
    assert found.points[b"w"] == [(3, repr(T0), "0.1")]
    assert found.wide == {b"w"}
    blobs = np.frombuffer(found.blobs, BLOB)
    assert blobs["form"].tolist() == [104, HISTO, IMAGE, TENSOR, 108, 109]
    assert blobs["index"].tolist() == [0, 0, 0, 2, 0, 0]
    assert blobs["tag"][[0, 5]].tolist() == [NO_TAG, NO_TAG]
    for row in blobs:
        event = Event.FromString(data[row["offset"] : row["offset"] + row["length"]])
        assert event.step == row["step"]
    assert [(step, counts[b"loss"]) for step, counts in found.restarts] == [(2, 5)]
    assert b"scalars" in found.metadata[b"w"]
    assert found.first_wall_time == repr(T0)


NUMBERS = [
    (1, delimited(5, struct.pack("<f", 0.1)), float(np.float32(0.1)), False),
    (1, b"\x2d" + struct.pack("<f", -0.0), -0.0, False),
    (1, delimited(4, struct.pack("<f", float("inf"))), float("inf"), False),
    (1, b"", 0.0, False),
    (2, delimited(6, struct.pack("<d", 0.1)), 0.1, True),
    (2, b"\x31" + struct.pack("<d", float("nan")), float("nan"), True),
    (2, delimited(4, struct.pack("<d", 5e-324)), 5e-324, True),
    (3, delimited(7, varint(-5)), -5.0, True),
    (3, delimited(4, struct.pack("<i", -(2**31))), -(2.0**31), True),
    (4, delimited(7, varint(200)), 200.0, False),
    (4, delimited(4, b"\xff"), 255.0, False),
    (5, delimited(4, struct.pack("<h", -300)), -300.0, False),
    (6, delimited(7, varint(-3)), -3.0, False),
    (6, delimited(7, varint(300)), 44.0, False),
    (9, delimited(10, varint(2**53)), 2.0**53, True),
    (9, b"\x50" + varint(-(2**63)), -(2.0**63), True),
    (10, delimited(11, b"\x01"), 1.0, False),
    (10, delimited(4, b"\x00"), 0.0, False),
    (14, delimited(13, varint(0x3FC0)), 1.5, False),
    (14, delimited(4, b"\xc0\x3f"), 1.5, False),
    (17, delimited(7, varint(65535)), 65535.0, False),
    (19, delimited(13, varint(0x3E00)), 1.5, False),
    (19, delimited(13, varint(0x0001)), 2.0**-24, False),
    (19, delimited(4, b"\x00\xfc"), -float("inf"), False),
    (22, delimited(16, varint(2**32 - 1)), 2.0**32 - 1, True),
    (23, delimited(17, varint(2**64 - 1)), 2.0**64, True),
]


@BOTH
@pytest.mark.parametrize(
    "shape", [b"", None, delimited(2, b"\x08\x01") * 2], ids=["0", "none", "2"]
)
@pytest.mark.parametrize(("dtype", "elements", "number", "wide"), NUMBERS)
def test_a_tensor_of_one_number_is_a_scalar(
    dtype: int, elements: bytes, number: float, wide: bool, shape: bytes | None, pure: bool
) -> None:
    """Of every real type, in every encoding that writers use, at the precision written."""
    found = scan(_raw_value(tensor(dtype, elements, shape=shape)), pure=pure)
    assert found.points == {b"t": [(3, repr(T0), repr(number))]}
    assert found.wide == ({b"t"} if wide else set())


@BOTH
@pytest.mark.parametrize(
    "value",
    [
        tensor(7, delimited(8, b"text")),
        tensor(8, delimited(9, struct.pack("<ff", 1, 2))),
        tensor(1, delimited(5, struct.pack("<ff", 1, 2)), shape=delimited(2, b"\x08\x02")),
        tensor(1, shape=delimited(2, b"\x08\x00")),
        tensor(20),
        tensor(101, delimited(5, struct.pack("<f", 1))),
    ],
    ids=["string", "complex", "two", "none", "resource", "reference"],
)
def test_other_tensors_are_kept_as_places(value: bytes, pure: bool) -> None:
    """Strings, complex numbers, several elements, none."""
    found = scan(_raw_value(value), pure=pure)
    assert found.points == {}
    assert np.frombuffer(found.blobs, BLOB)["form"].tolist() == [TENSOR]


@BOTH
@pytest.mark.parametrize(
    ("value", "says"),
    [
        (tensor(1, delimited(4, b"\0\0\0")), "has 3 bytes, not 4"),
        (tensor(1, delimited(5, bytes(8))), "lists 2 elements, not 1"),
    ],
)
def test_a_number_that_is_none_is_said_to_be_damaged(value: bytes, says: str, pure: bool) -> None:
    """The record is named, and the ones around it are kept."""
    before, after = _raw_value(b"\x15\0\0\0\0"), _raw_value(b"\x15\0\0\x80\x3f")
    found = scan(before + _raw_value(value) + after, pure=pure)
    assert [value for _, _, value in found.points[b"t"]] == ["0.0", "1.0"]
    [(offset, skipped, message)] = found.damage
    assert (offset, skipped) == (len(before), len(_raw_value(value)))
    assert says in message


@BOTH
def test_a_payload_that_is_no_event_is_said_so(pure: bool) -> None:
    """Checksums that hold do not make a message of it."""
    good = _raw_value(b"\x15\0\0\0\0")
    found = scan(good + encode_record(b"\xff\xff\xff") + good, pure=pure)
    assert len(found.points[b"t"]) == 2
    assert [(at, n) for at, n, _ in found.damage] == [(len(good), 19)]
    assert "no Event message" in found.damage[0][2]


@BOTH
def test_names_that_are_not_utf8_stay_apart(pure: bool) -> None:
    """TensorFlow's own reader ends the file there."""
    data = b"".join(_raw_value(b"\x15\0\0\0\0", tag) for tag in (b"a\xff", b"a\xfe", b"", b"a\0b"))
    assert list(scan(data, pure=pure).points) == [b"a\xff", b"a\xfe", b"", b"a\0b"]


@BOTH
def test_a_node_name_stands_in_for_a_tag(pure: bool) -> None:
    """As in TensorFlow 0.x's tensor summaries."""
    record = encode_record(delimited(5, delimited(1, delimited(7, b"node") + b"\x15\0\0\0\0")))
    assert list(scan(record, pure=pure).points) == [b"node"]


@BOTH
def test_only_the_first_metadata_of_a_tag_counts(pure: bool) -> None:
    """And metadata without a value are kept too: hyperparameters come so."""
    values = [
        Summary.Value(tag="a", metadata=SummaryMetadata(display_name="first"), simple_value=1.0),
        Summary.Value(tag="a", metadata=SummaryMetadata(display_name="second"), simple_value=1.0),
        Summary.Value(tag="only", metadata=SummaryMetadata(display_name="alone")),
    ]
    found = scan(event_bytes([_event(value) for value in values]), pure=pure)
    assert b"first" in found.metadata[b"a"]
    assert b"alone" in found.metadata[b"only"]
    assert list(found.points) == [b"a"]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_both_find_the_same_in_real_files(path: Path) -> None:
    """Whole, in pieces, and in batches of three points."""
    data = path.read_bytes()
    expected = scan(data, pure=True)
    assert scan(data, pure=False) == expected
    assert scan(data, pure=False, pieces=random.Random(1)) == expected
    assert scan(data, pure=True, pieces=random.Random(2)) == expected
    assert scan(data, pure=False, full=3) == expected


@pytest.mark.parametrize("seed", range(4))
def test_both_find_the_same_through_damage(seed: int) -> None:
    """2,500 files each with flipped bits, missing stretches, missing ends."""
    rnd = random.Random(seed)
    files = [_mixed(), *(path.read_bytes()[:1500] for path in FILES if path.stat().st_size)]
    for number in range(2500):
        data = damaged(rnd.choice(files), rnd)
        assert scan(data, pure=False) == scan(data, pure=True), f"seed {seed}, file {number}"


@pytest.mark.parametrize("seed", range(4))
def test_both_find_the_same_in_mangled_messages(seed: int) -> None:
    """Checksums that hold over payloads that mean nothing, or something else."""
    rnd = random.Random(seed)
    files = [_mixed(), *(path.read_bytes() for path in FILES)]
    pool = [p for data in files for p in scan_records(data).payloads[:60] if len(p) < 400]
    for number in range(500):
        payloads = (mangled(rnd.choice(pool), pool, rnd) for _ in range(rnd.randrange(1, 12)))
        data = b"".join(map(encode_record, payloads))
        assert scan(data, pure=False) == scan(data, pure=True), f"seed {seed}, file {number}"


@pytest.mark.parametrize("seed", range(4))
def test_both_find_the_same_in_events_that_are_alike(seed: int) -> None:
    """The extension compares an event with the tag's last one; what differs must be seen."""
    rnd = random.Random(seed)
    for number in range(120):
        data = alike_events(rnd, 60)
        assert scan(data, pure=False) == scan(data, pure=True), f"seed {seed}, file {number}"


def _with_table_checksums(data: bytes) -> Found:
    _event_scan.use_instruction(False)
    try:
        return scan(data, pure=False)
    finally:
        _event_scan.use_instruction(True)


def test_checksums_by_table_are_those_by_instruction() -> None:
    """Of every length and alignment; and a scan by table finds the same."""
    data = random.Random(0).randbytes(4096)
    for size in (*range(70), 1000, 4096):
        part = data[size % 9 :][:size]
        _event_scan.use_instruction(False)
        by_table = _event_scan.crc32c(part)
        _event_scan.use_instruction(True)
        assert _event_scan.crc32c(part) == by_table == crc32c(part)
    assert _with_table_checksums(_mixed()) == scan(_mixed(), pure=True)


def test_a_core_is_refused_to_a_second_thread() -> None:
    """Python's lock is given up while it scans, so nobody else may come near."""
    from concurrent.futures import ThreadPoolExecutor

    core = _event_scan.Core(1 << 30)
    data = memoryview(event_bytes(scalar_event(i, {"v": 1.0}) for i in range(2000)) * 200)
    with ThreadPoolExecutor(2) as pool:
        results = [pool.submit(core.feed, data, 0) for _ in range(8)]
    errors = [result.exception() for result in results]
    assert all(e is None or "another thread" in str(e) for e in errors)
    assert any(e is None for e in errors)


def test_wrong_arguments_are_errors_not_crashes() -> None:
    """The extension checks what Python gives it."""
    with pytest.raises(ValueError, match="full"):
        _event_scan.Core(0)
    core = _event_scan.Core(10)
    with pytest.raises(ValueError, match="differ in length"):
        core.begin((b"a",), ())
    with pytest.raises(TypeError):
        core.begin(("a",), (b"",))  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="known"):
        core.take(-1)


def test_the_scanner_alone_holds_under_its_fuzzer(tmp_path: Path) -> None:
    """The fuzz target, built with the sanitizers that the compiler has, on seeded inputs.

    `make fuzz` runs the same target for as long as one likes, with libFuzzer choosing the inputs.
    """
    source = Path(__file__).parents[1] / "fuzz" / "fuzz_scan.c"
    program = tmp_path / "fuzz_scan"
    command = [*prepare.compiler(), "-g", "-O1", "-DFILES", str(source), "-o", program]
    sanitized = [*command, "-fsanitize=address,undefined", "-fno-sanitize-recover=all"]
    if subprocess.run(sanitized, capture_output=True, check=False).returncode:
        subprocess.run(command, check=True)
    rnd = random.Random(0)
    paths = []
    for number in range(300):
        how = bytes([rnd.randrange(256)])
        path = tmp_path / str(number)
        path.write_bytes(how + damaged(alike_events(rnd, 12) + _mixed(), rnd))
        paths.append(str(path))
    done = subprocess.run([program, *paths], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    assert done.stdout == "300 inputs\n"
    assert sys.byteorder == "little"
