"""TFRecord framing: payloads to records and back, through damage.

    offset  bytes  what
    0       8      length of the payload, uint64, little-endian
    8       4      masked CRC-32C of the length's 8 bytes
    12      n      payload
    12 + n  4      masked CRC-32C of the payload

Source: TensorFlow, core/lib/io/record_writer.h. There is no file header and no index.

Reading is sans-I/O: `scan_records` gets the bytes that have come so far and says how many it used
up. The end of a growing file is no error: an unfinished record is left for the next call. Damage
is. A header whose checksum does not fit, a length beyond what a protobuf message can have, or a
payload whose checksum does not fit is reported and passed over: reading goes on at the next 12
bytes that are a length with its checksum. A damaged payload is searched too, and not jumped over,
because where bytes are missing from a file its records' lengths lead astray.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field

import numpy as np

from neuronboard.formats.crc32c import masked_crc32c, masked_crc32c_of_windows

HEADER = struct.Struct("<QI")
FOOTER = struct.Struct("<I")
OVERHEAD = HEADER.size + FOOTER.size
LONGEST_PAYLOAD = 2**31 - 1  # protobuf refuses longer messages
BAD_HEADER = "record header checksum mismatch"
BAD_PAYLOAD = "payload checksum mismatch"
BAD_LENGTH = "record length beyond the 2 GiB that a message can have"
_SEARCHED_AT_ONCE = 1 << 16  # bytes: the next record is seldom far


def encode_record(payload: bytes) -> bytes:
    """The record of `payload`: 16 bytes longer than it."""
    length = struct.pack("<Q", len(payload))
    head = length + FOOTER.pack(masked_crc32c(length))
    return b"".join((head, payload, FOOTER.pack(masked_crc32c(payload))))


@dataclass(frozen=True, slots=True)
class Damage:
    """Bytes that hold no readable record: where (relative to the buffer), how many, why."""

    offset: int
    skipped: int
    message: str


@dataclass(slots=True)
class Scan:
    """What `scan_records` found; every offset is relative to the buffer."""

    payloads: list[bytes] = field(default_factory=list)
    offsets: list[int] = field(default_factory=list)  # of each payload's first byte
    damage: list[Damage] = field(default_factory=list)
    used: int = 0  # bytes that need not be given again
    needed: int = 0  # size of the unfinished record there, 0 where its header has not come


def scan_records(buffer: bytes) -> Scan:
    """Reads every whole record of `buffer`; what is unfinished at its end is not used up."""
    scan = Scan()
    checksum_at = FOOTER.unpack_from
    known: dict[bytes, int] = {}  # headers that hold; most records are as long as an earlier one
    position, end = 0, len(buffer)
    while end - position >= HEADER.size:
        header = buffer[position : position + HEADER.size]
        length = known.get(header)
        if length is None:
            length, checksum = HEADER.unpack(header)
            if checksum != masked_crc32c(header[:8]):
                position = _resynchronise(buffer, position, scan, BAD_HEADER)
                continue
            if length > LONGEST_PAYLOAD:
                position = _resynchronise(buffer, position, scan, BAD_LENGTH)
                continue
            known[header] = length
        start = position + HEADER.size
        stop = start + length
        if stop + FOOTER.size > end:
            scan.needed = length + OVERHEAD
            break
        payload = buffer[start:stop]
        if checksum_at(buffer, stop)[0] == masked_crc32c(payload):
            scan.payloads.append(payload)
            scan.offsets.append(start)
            position = stop + FOOTER.size
        else:
            position = _resynchronise(buffer, position, scan, BAD_PAYLOAD)
    scan.used = position
    return scan


def begins_with_record(buffer: bytes) -> bool:
    """Whether a header whose checksum holds stands at the beginning."""
    if len(buffer) < HEADER.size:
        return False
    return bool(HEADER.unpack_from(buffer)[1] == masked_crc32c(buffer[:8]))


def _resynchronise(buffer: bytes, position: int, scan: Scan, message: str) -> int:
    """Where the next record begins behind a damaged one, or the last place it could begin."""
    last = len(buffer) - HEADER.size
    found = max(last + 1, position + 1)
    for start in range(position + 1, last + 1, _SEARCHED_AT_ONCE):
        stop = min(start + _SEARCHED_AT_ONCE, last + 1)
        data = np.frombuffer(buffer, np.uint8, stop - start + HEADER.size - 1, start)
        checksums = masked_crc32c_of_windows(data[:-4], 8)
        stored = np.lib.stride_tricks.sliding_window_view(data[8:], 4)
        listed = np.ascontiguousarray(stored).view("<u4")[:, 0]
        candidates = (np.flatnonzero(checksums == listed) + start).tolist()
        held = (at for at in candidates if HEADER.unpack_from(buffer, at)[0] <= LONGEST_PAYLOAD)
        at = next(held, None)
        if at is not None:
            found = at
            break
    scan.damage.append(Damage(position, found - position, message))
    return found
