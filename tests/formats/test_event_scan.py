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
from builders import T0, event_bytes, scalar_event
from formats.inputs import NUMBERS, mixed, raw_value, summary_event
from formats.scans import Found, alike_events, damaged, delimited, mangled, scan, tensor
from fuzz import seeds

from neuronboard.formats import _event_scan, event_scan
from neuronboard.formats.batch import BLOB, HISTO, IMAGE, NO_TAG, TENSOR
from neuronboard.formats.crc32c import crc32c
from neuronboard.formats.tfrecord import encode_record, scan_records
from neuronboard.pb.event_pb2 import Event
from neuronboard.pb.summary_pb2 import Summary, SummaryMetadata

GOLDEN = Path(__file__).parents[1] / "golden" / "events"
FILES = sorted(GOLDEN.glob("*.tfevents"))
BOTH = pytest.mark.parametrize("pure", [False, True], ids=["extension", "reference"])


def test_the_extension_was_built() -> None:
    """Everything below would compare the reference with itself."""
    assert event_scan.HAS_EXTENSION


@BOTH
def test_everything_in_a_file_is_found(pure: bool) -> None:
    """Points by tag in the order written; the rest by place; what a restart cuts."""
    data = mixed()
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


@BOTH
@pytest.mark.parametrize(
    "shape", [b"", None, delimited(2, b"\x08\x01") * 2], ids=["0", "none", "2"]
)
@pytest.mark.parametrize(("dtype", "elements", "number", "wide"), NUMBERS)
def test_a_tensor_of_one_number_is_a_scalar(
    dtype: int, elements: bytes, number: float, wide: bool, shape: bytes | None, pure: bool
) -> None:
    """Of every real type, in every encoding that writers use, at the precision written."""
    found = scan(raw_value(tensor(dtype, elements, shape=shape)), pure=pure)
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
    found = scan(raw_value(value), pure=pure)
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
    before, after = raw_value(b"\x15\0\0\0\0"), raw_value(b"\x15\0\0\x80\x3f")
    found = scan(before + raw_value(value) + after, pure=pure)
    assert [value for _, _, value in found.points[b"t"]] == ["0.0", "1.0"]
    [(offset, skipped, message)] = found.damage
    assert (offset, skipped) == (len(before), len(raw_value(value)))
    assert says in message


@BOTH
def test_a_payload_that_is_no_event_is_said_so(pure: bool) -> None:
    """Checksums that hold do not make a message of it."""
    good = raw_value(b"\x15\0\0\0\0")
    found = scan(good + encode_record(b"\xff\xff\xff") + good, pure=pure)
    assert len(found.points[b"t"]) == 2
    assert [(at, n) for at, n, _ in found.damage] == [(len(good), 19)]
    assert "no Event message" in found.damage[0][2]


@BOTH
def test_names_that_are_not_utf8_stay_apart(pure: bool) -> None:
    """TensorFlow's own reader ends the file there."""
    data = b"".join(raw_value(b"\x15\0\0\0\0", tag) for tag in (b"a\xff", b"a\xfe", b"", b"a\0b"))
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
    found = scan(event_bytes([summary_event(value) for value in values]), pure=pure)
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
    files = [mixed(), *(path.read_bytes()[:1500] for path in FILES if path.stat().st_size)]
    for number in range(2500):
        data = damaged(rnd.choice(files), rnd)
        assert scan(data, pure=False) == scan(data, pure=True), f"seed {seed}, file {number}"


@pytest.mark.parametrize("seed", range(4))
def test_both_find_the_same_in_mangled_messages(seed: int) -> None:
    """Checksums that hold over payloads that mean nothing, or something else."""
    rnd = random.Random(seed)
    files = [mixed(), *(path.read_bytes() for path in FILES)]
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
    assert _with_table_checksums(mixed()) == scan(mixed(), pure=True)


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
    rnd, paths = random.Random(0), []
    for number, seed in enumerate(seeds.inputs()):
        path = tmp_path / str(number)
        path.write_bytes(seed[:1] + damaged(seed[1:], rnd) if number % 2 else seed)
        paths.append(str(path))
    done = subprocess.run([program, *paths], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    assert done.stdout == f"{len(paths)} inputs\n"
    assert sys.byteorder == "little"
