"""TFRecord framing: payloads to records and back, through damage.

    offset  bytes  what
    0       8      length of the payload, uint64, little-endian
    8       4      masked CRC-32C of the length's 8 bytes
    12      n      payload
    12 + n  4      masked CRC-32C of the payload

Source: TensorFlow, core/lib/io/record_writer.h. There is no file header and no index.

Reading is sans-I/O: `scan_records` gets the bytes that have come so far and says how many it used
up. The end of a growing file is no error: an unfinished record is left for the next call. Damage
is. It is reported and passed over:

- the payload's checksum does not fit: that record is lost, the next one begins behind it;
- the length's checksum does not fit, or the length is more than a protobuf message can have: bytes
  are skipped up to the next 12 that are a length with its checksum.
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


def scan_records(buffer: bytes) -> Scan:
    """Reads every whole record of `buffer`; what is unfinished at its end is not used up."""
    scan = Scan()
    position, end = 0, len(buffer)
    while end - position >= HEADER.size:
        length, checksum = HEADER.unpack_from(buffer, position)
        if length > LONGEST_PAYLOAD or checksum != masked_crc32c(buffer[position : position + 8]):
            position = _resynchronise(buffer, position, scan)
            continue
        start = position + HEADER.size
        stop = start + length
        if stop + FOOTER.size > end:
            break
        payload = buffer[start:stop]
        if FOOTER.unpack_from(buffer, stop)[0] == masked_crc32c(payload):
            scan.payloads.append(payload)
            scan.offsets.append(start)
        else:
            scan.damage.append(Damage(position, OVERHEAD + length, "payload checksum mismatch"))
        position = stop + FOOTER.size
    scan.used = position
    return scan


def _resynchronise(buffer: bytes, position: int, scan: Scan) -> int:
    """Where the next record begins behind a damaged header, or the last place it could begin."""
    data = np.frombuffer(buffer, np.uint8, offset=position + 1)
    found = len(buffer) - HEADER.size + 1
    if len(data) >= HEADER.size:
        checksums = masked_crc32c_of_windows(data[:-4], 8)
        stored = np.lib.stride_tricks.sliding_window_view(data[8:], 4)
        listed = np.ascontiguousarray(stored).view("<u4")[:, 0]
        for candidate in (np.flatnonzero(checksums == listed) + position + 1).tolist():
            if HEADER.unpack_from(buffer, candidate)[0] <= LONGEST_PAYLOAD:
                found = candidate
                break
    found = max(found, position + 1)
    scan.damage.append(Damage(position, found - position, "record header checksum mismatch"))
    return found
