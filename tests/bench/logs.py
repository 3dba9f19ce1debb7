"""Makes log directories to measure with: valid event files, written fast, the same every time.

    S    5 runs x 20 tags x 1,000 steps        0.1 M points
    M    50 runs x 40 tags x 1,000 steps         2 M points
    L    100 runs x 100 tags x 2,000 steps      20 M points
    X    1 run x 10 tags x 2,000,000 steps      20 M points, as torch writes them
    W    3,000 runs x 10 tags x 100 steps        3 M points
    R    1 run x 300 tags x 10,000 steps         3 M points, every tag at every step
    I    as many points, but each tag at an interval of its own, with images and histograms between

Of four runs two write `simple_value`, one a tensor with metadata on each tag's first event, one a
tensor with metadata on every event, as Keras does. X, R and I are `simple_value` throughout.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt

from neuronboard.formats.crc32c import advance, masked
from neuronboard.formats.tfrecord import encode_record
from neuronboard.pb.event_pb2 import Event
from neuronboard.pb.summary_pb2 import HistogramProto, Summary

Rows = npt.NDArray[np.uint8]

SHAPES = {
    "S": (5, 20, 1_000),
    "M": (50, 40, 1_000),
    "L": (100, 100, 2_000),
    "X": (1, 10, 2_000_000),
    "W": (3_000, 10, 100),
    "R": (1, 300, 10_000),
}
IRREGULAR_STEPS = 55_000
STYLES = ("simple", "tensor", "simple", "tensor+")
T0 = 1_700_000_000.0
BLOCK = 20_000  # steps that are made at once
IMAGE = bytes(range(256)) * 16  # 4 KB


def points_of(name: str) -> int:
    """How many scalars a log has."""
    if name == "I":
        return sum(len(range(0, IRREGULAR_STEPS, _interval(tag))) for tag in range(300))
    runs, tags, steps = SHAPES[name]
    return runs * tags * steps


def tag_name(number: int) -> str:
    """Names of the lengths that programs give."""
    few = (
        "loss/train",
        "loss/validation",
        "accuracy/train",
        "accuracy/validation",
        "learning_rate",
    )
    if number < len(few):
        return few[number]
    layer, of = ("attention", "mlp")[number % 2], ("norm", "grad", "rms")[number % 3]
    return f"encoder/block_{number // 6:03d}/{layer}/{of}_{number}"


def make(name: str, folder: Path) -> Path:
    """The log of that name below `folder`; made if it is not there yet."""
    logdir = folder / name
    if (logdir / "done").exists():
        return logdir
    shutil.rmtree(logdir, ignore_errors=True)
    logdir.mkdir(parents=True)
    if name == "I":
        _write(logdir / "run_0000", 0, _irregular())
    else:
        runs, tags, steps = SHAPES[name]
        for run in range(runs):
            style = "simple" if runs == 1 else STYLES[run % 4]
            _write(logdir / f"run_{run:04d}", run, _regular(run, tags, steps, style))
    (logdir / "done").touch()
    return logdir


def _write(folder: Path, run: int, blocks: Iterator[bytes]) -> None:
    folder.mkdir()
    with (folder / f"events.out.tfevents.{int(T0) + run}.bench.1.0").open("wb") as file:
        first = Event(wall_time=T0, file_version="brain.Event:2")
        file.write(encode_record(first.SerializeToString()))
        for block in blocks:
            file.write(block)


def _regular(run: int, tags: int, steps: int, style: str) -> Iterator[bytes]:
    """Blocks of records: all tags at step 0, all tags at step 1, ..."""
    random = np.random.default_rng(run)
    begin = 0
    while begin < steps:
        # Of a block every step is written with as many bytes, and the first block is step 0.
        end = 1 if begin == 0 else min(steps, begin + BLOCK, 1 << 7 * _varint_size(begin))
        count = end - begin
        x = np.arange(begin, end)
        records = []
        for tag in range(tags):
            values = np.exp(-x / steps) * (1 + tag % 5) + random.normal(0, 0.05, count)
            metadata = style == "tensor+" or (style == "tensor" and begin == 0)
            records.append(scalars(tag_name(tag), x, values, style != "simple", metadata))
        yield np.concatenate(records, axis=1).tobytes()
        begin = end


def _interval(tag: int) -> int:
    return 1 + tag * 7 % 20


def _irregular() -> Iterator[bytes]:
    """Every tag at its own interval; every hundredth step an image and a histogram."""
    random = np.random.default_rng(0)
    tags = [Summary.Value(tag=tag_name(tag)) for tag in range(300)]
    histogram = HistogramProto(bucket_limit=list(range(30)), bucket=list(range(30)))
    for step in range(IRREGULAR_STEPS):
        records = []
        noise = random.normal(0, 1, len(tags)).tolist()
        for number, value in enumerate(tags):
            if step % _interval(number) == 0:
                value.simple_value = noise[number]
                records.append(_event(step, number, value))
        if step % 100 == 0:
            image = Summary.Image(height=32, width=32, colorspace=3, encoded_image_string=IMAGE)
            records.append(_event(step, 300, Summary.Value(tag="image", image=image)))
            records.append(_event(step, 301, Summary.Value(tag="histogram", histo=histogram)))
        yield b"".join(records)


def _event(step: int, number: int, value: Summary.Value) -> bytes:
    time = T0 + step * 0.05 + number * 1e-5
    event = Event(wall_time=time, step=step, summary=Summary(value=[value]))
    return encode_record(event.SerializeToString())


def _varint_size(number: int) -> int:
    return max(1, (number.bit_length() + 6) // 7)


def _delimited(key: int, payload: bytes) -> bytes:
    assert len(payload) < 16384
    size = len(payload)
    length = bytes([size]) if size < 128 else bytes([size & 127 | 128, size >> 7])
    return bytes([key]) + length + payload


def scalars(
    tag: str,
    steps: npt.NDArray[np.int64],
    values: npt.NDArray[np.float64],
    tensor: bool,
    meta: bool,
) -> Rows:
    """The records of one tag at `steps`, a row each; all steps take as many bytes."""
    hole = b"\0\0\0\0"
    metadata = _delimited(0x4A, _delimited(0x0A, _delimited(0x0A, b"scalars")) + b"\x20\x01")
    if tensor:
        number = _delimited(0x42, b"\x08\x01\x12\x00" + _delimited(0x2A, hole))
    else:
        number = b"\x15" + hole
    after = metadata if meta else b""
    value = _delimited(0x0A, _delimited(0x0A, tag.encode()) + number + after)
    width = _varint_size(int(steps[0]))
    head = b"\x09" + bytes(8) + b"\x10" + bytes(width)
    row = head + _delimited(0x2A, value)
    rows = np.tile(np.frombuffer(row, np.uint8), (len(steps), 1))
    times = T0 + steps * 0.05
    rows[:, 1:9] = times.astype("<f8").view(np.uint8).reshape(-1, 8)
    for place in range(width):
        more = 128 if place < width - 1 else 0
        rows[:, 10 + place] = (steps >> 7 * place & 127) | more
    stop = len(row) - len(after)
    rows[:, stop - 4 : stop] = values.astype("<f4").view(np.uint8).reshape(-1, 4)
    return _framed(rows)


def _framed(payloads: Rows) -> Rows:
    """TFRecords of payloads that are all as long."""
    count, size = payloads.shape
    header = encode_record(bytes(size))[:12]
    framed = np.empty((count, size + 16), np.uint8)
    framed[:, :12] = np.frombuffer(header, np.uint8)
    framed[:, 12:-4] = payloads
    columns = np.ascontiguousarray(payloads.T)
    framed[:, -4:] = _checksums(columns).view(np.uint8).reshape(-1, 4)
    return framed


def _checksums(columns: Rows) -> npt.NDArray[np.uint32]:
    crc = np.full(columns.shape[1], 0xFFFFFFFF, np.uint32)
    for column in columns:
        crc = advance(crc, column)
    return masked(crc).astype("<u4")


if __name__ == "__main__":
    for each in sys.argv[2:] or [*SHAPES, "I"]:
        print(each, points_of(each), make(each, Path(sys.argv[1])))
