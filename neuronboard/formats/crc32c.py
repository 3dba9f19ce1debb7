"""The checksum of event files: CRC-32C, and the masked form that records carry.

CRC-32C is the Castagnoli polynomial, reflected (0x82F63B78), as in RFC 3720 section 12.1.
A record stores `mask(crc) = rotate_right(crc, 15) + 0xA282EAD8` modulo 2**32, so that the checksum
of bytes that hold checksums stays meaningful (TensorFlow, core/lib/hash/crc32c.h).
"""

from __future__ import annotations

import google_crc32c
import numpy as np
import numpy.typing as npt

_MASK_DELTA = 0xA282EAD8
_POLYNOMIAL = 0x82F63B78


def crc32c(data: bytes) -> int:
    """CRC-32C of `data`, 0 to 2**32 - 1."""
    return int(google_crc32c.value(data))


def masked_crc32c(data: bytes) -> int:
    """The checksum of `data` as a record stores it."""
    crc: int = google_crc32c.value(data)
    return (((crc >> 15) | (crc << 17)) + _MASK_DELTA) & 0xFFFFFFFF


def masked_crc32c_of_windows(data: npt.NDArray[np.uint8], width: int) -> npt.NDArray[np.uint32]:
    """Masked checksums of every run of `width` bytes: uint8[n] to uint32[n - width + 1].

    All windows advance together, one byte a step, so that looking for the next record in damaged
    bytes costs tens of nanoseconds a byte and not a call each.
    """
    n = len(data) - width + 1
    crc = np.full(n, 0xFFFFFFFF, np.uint32)
    for k in range(width):
        crc = advance(crc, data[k : k + n])
    return masked(crc)


def advance(crc: npt.NDArray[np.uint32], data: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint32]:
    """Many unfinished checksums, uint32[n], each one byte on; they begin as 0xFFFFFFFF."""
    following: npt.NDArray[np.uint32] = _TABLE[(crc ^ data) & 0xFF] ^ (crc >> np.uint32(8))
    return following


def masked(crc: npt.NDArray[np.uint32]) -> npt.NDArray[np.uint32]:
    """The masked form of many unfinished checksums, uint32[n], once all bytes have come."""
    done = crc ^ np.uint32(0xFFFFFFFF)
    rotated = (done >> np.uint32(15)) | (done << np.uint32(17))
    return (rotated + np.uint32(_MASK_DELTA)).astype(np.uint32)


def _table() -> npt.NDArray[np.uint32]:
    table = np.arange(256, dtype=np.uint32)
    for _ in range(8):
        table = np.where(table & 1, (table >> np.uint32(1)) ^ np.uint32(_POLYNOMIAL), table >> 1)
    return table.astype(np.uint32)


_TABLE = _table()
