"""What a scan found, in a form that two scans can be compared by, and inputs to compare them on."""

from __future__ import annotations

import random
import struct
from dataclasses import dataclass, field

import numpy as np

from neuronboard.formats.batch import NO_TAGS, Batch, Tags
from neuronboard.formats.event_scan import Scanner
from neuronboard.formats.tfrecord import encode_record

Point = tuple[int, str, str]  # step, wall_time and value by repr, so that NaN equals NaN


@dataclass
class Found:
    """Everything that a scan says of a file, however it was cut into batches."""

    points: dict[bytes, list[Point]] = field(default_factory=dict)
    wide: set[bytes] = field(default_factory=set)
    blobs: bytes = b""
    damage: list[tuple[int, int, str]] = field(default_factory=list)
    restarts: list[tuple[int, dict[bytes, int]]] = field(default_factory=list)
    metadata: dict[bytes, bytes] = field(default_factory=dict)
    first_wall_time: str = "None"
    used: int = 0


def scan(
    data: bytes, *, pure: bool, pieces: random.Random | None = None, full: int = 1 << 18
) -> Found:
    """Scans a file's bytes: at once, or in pieces of random sizes."""
    scanner = Scanner(pure=pure, full=full)
    scanner.begin(NO_TAGS)
    view, at, end = memoryview(data), 0, 0
    while end < len(data) or pieces is None:
        end = len(data) if pieces is None else min(len(data), end + pieces.randint(1, 3000))
        at += scanner.feed(view[at:end], at)[0]
        if end == len(data):
            break
    found = _found(scanner.take(), scanner.tags)
    found.used = at
    return found


def _found(batches: list[Batch], tags: Tags) -> Found:
    found = Found(metadata=dict(zip(tags.names, tags.metadata, strict=True)))
    for batch in batches:
        if found.first_wall_time == "None":
            found.first_wall_time = repr(batch.first_wall_time)
        if batch.restart is not None:
            counts = {name: len(points) for name, points in found.points.items()}
            found.restarts.append((batch.restart, counts))
        for place, number in enumerate(memoryview(batch.ids).cast("I")):
            _add_points(found, batch, place, tags.names[number])
        found.blobs += batch.blobs
        for damage in batch.damage:
            _add_damage(found, *damage)
    return found


def _add_points(found: Found, batch: Batch, place: int, name: bytes) -> None:
    columns = batch.columns(place)
    if columns.values.dtype == np.float64:
        found.wide.add(name)
    rows = zip(*(column.tolist() for column in columns), strict=True)
    found.points.setdefault(name, []).extend((s, repr(w), repr(v)) for s, w, v in rows)


def _add_damage(found: Found, offset: int, skipped: int, message: str) -> None:
    """Damage that goes on where the last ended is one place, however the file came in pieces."""
    if found.damage and found.damage[-1][0] + found.damage[-1][1] == offset:
        start, before, first = found.damage[-1]
        found.damage[-1] = (start, before + skipped, first)
    else:
        found.damage.append((offset, skipped, message))


def damaged(data: bytes, rnd: random.Random) -> bytes:
    """A file with flipped bits, a missing stretch, a missing end, or several of these."""
    out = bytearray(data)
    for _ in range(rnd.choice([0, 1, 1, 2, 5])):
        out[rnd.randrange(len(out))] ^= 1 << rnd.randrange(8)
    if rnd.random() < 0.3:
        del out[rnd.randrange(len(out) + 1) :]
    if rnd.random() < 0.1 and len(out) > 10:
        at = rnd.randrange(len(out))
        del out[at : at + rnd.randrange(1, 400)]
    return bytes(out)


def mangled(payload: bytes, pool: list[bytes], rnd: random.Random) -> bytes:
    """A payload that may be no message any more; its record's checksums are to be right."""
    out = bytearray(payload)
    for _ in range(rnd.choice([0, 1, 1, 2, 4])):
        if not out:
            break
        at, which = rnd.randrange(len(out)), rnd.random()
        if which < 0.3:
            out[at] ^= 1 << rnd.randrange(8)
        elif which < 0.5:
            out[at] = rnd.randrange(256)
        elif which < 0.6:
            del out[at : at + rnd.randrange(1, 6)]
        elif which < 0.7:
            out[at:at] = rnd.randbytes(rnd.randrange(1, 4))
        elif which < 0.85:
            start = rnd.randrange(len(out))
            out[at:at] = out[start : start + rnd.randrange(1, 30)]
        else:
            other = rnd.choice(pool)
            out[at:] = other[rnd.randrange(len(other) + 1) :]
    return bytes(out)


def varint(number: int) -> bytes:
    """A protobuf varint; negative numbers as 64-bit two's complement."""
    number &= (1 << 64) - 1
    out = bytearray()
    while number >= 0x80:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*out, number])


def delimited(number: int, payload: bytes) -> bytes:
    """A length-delimited protobuf field."""
    return varint(number << 3 | 2) + varint(len(payload)) + payload


def tensor(dtype: int, *fields: bytes, shape: bytes | None = b"") -> bytes:
    """Field 8 of a Summary.Value: a TensorProto of these fields."""
    head = b"\x08" + varint(dtype) + (b"" if shape is None else delimited(2, shape))
    return delimited(8, head + b"".join(fields))


def alike_events(rnd: random.Random, count: int) -> bytes:
    """Records of two tags that resemble each other, each with one small difference or none."""
    start = rnd.choice([0, 120, 16380, -5])
    return b"".join(encode_record(_alike(rnd, start + i)) for i in range(count))


def _alike(rnd: random.Random, step: int) -> bytes:
    several = rnd.choice([1, 1, 1, 1, 2])
    values = b"".join(_value(rnd, rnd.choice([b"loss/a", b"loss/b"])) for _ in range(several))
    if rnd.random() < 0.1:
        values += delimited(1, delimited(1, b"loss/b") + delimited(9, b"\x0a\x00"))
    time = b"\x09" + struct.pack("<d", rnd.random() * 1e9)
    at = b"\x10" + varint(step)
    if rnd.random() < 0.05:
        at = b"\x10" + bytes([step & 127 | 128, 0])  # longer than it needs to be
    fields = [time, at, delimited(5, values)]
    for chance, extra in ((0.05, b"\x09" + struct.pack("<d", 7.0)), (0.05, b"\x10\x07")):
        if rnd.random() < chance:
            fields.append(extra)
    if rnd.random() < 0.03:
        rnd.shuffle(fields)
    if rnd.random() < 0.03:
        fields.append(delimited(10, b"\x0a\x01x"))
    return b"".join(fields)


def _value(rnd: random.Random, tag: bytes) -> bytes:
    number, double = struct.pack("<f", rnd.random()), struct.pack("<d", rnd.random())
    listed = delimited(5, number)
    value = rnd.choice(
        [
            b"\x15" + number,
            b"\x15" + number,
            tensor(1, listed),
            tensor(1, listed, shape=None),
            tensor(1, listed, shape=delimited(2, b"\x08\x01")),
            tensor(1, b"\x2d" + number),
            tensor(2, delimited(6, double)),
            tensor(1, delimited(4, number)),
            tensor(1, delimited(4, number), listed),
            delimited(5, b"\x09" + double),
        ]
    )
    fields = [delimited(1, tag), value]
    if rnd.random() < 0.1:
        fields.append(delimited(9, delimited(1, delimited(1, b"scalars"))))
    if rnd.random() < 0.05:
        rnd.shuffle(fields)
    return delimited(1, b"".join(fields))
