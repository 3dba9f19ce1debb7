"""PNG files of 8-bit pictures, written as libpng writes them.

    signature, IHDR (width, height, 8 bits, sort of colour), IDAT ..., IEND
    chunk    uint32 length, 4 letters, data, uint32 CRC-32 of letters and data
    IDAT     deflated rows, each behind the number of its filter

Each row gets the filter whose bytes, taken as signed, have the smallest sum of magnitudes, in the
order none, sub, up, average, Paeth. With the classic zlib the files are TensorFlow's to the byte.
Sources: PNG specification (ISO/IEC 15948), libpng 1.6 pngwutil.c.
"""

from __future__ import annotations

import struct
import zlib
from typing import Any

import numpy as np
import numpy.typing as npt

_COLOURS = {1: 0, 2: 4, 3: 2, 4: 6}  # channels -> IHDR's number
_IDAT = 8192  # bytes of deflated rows in a chunk


def encode(image: npt.NDArray[Any]) -> bytes:
    """The file of a picture: uint8[height, width, channels], 1 to 4 channels.

    Raises ValueError for another shape.
    """
    if image.ndim != 3 or image.shape[2] not in _COLOURS or not image.size:
        raise ValueError(f"a picture is [height, width, 1 to 4 channels], got {image.shape}")
    height, width, channels = image.shape
    rows = _filtered(np.ascontiguousarray(image, np.uint8).reshape(height, -1), channels, width)
    data = _deflated(rows)
    header = struct.pack(">IIBBBBB", width, height, 8, _COLOURS[channels], 0, 0, 0)
    parts = [data[i : i + _IDAT] for i in range(0, len(data), _IDAT)]
    chunks = [_chunk(b"IHDR", header), *(_chunk(b"IDAT", part) for part in parts)]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _filtered(rows: npt.NDArray[np.uint8], channels: int, width: int) -> bytes:
    """The rows, each behind the number of the filter that suits it best."""
    above = np.vstack([np.zeros_like(rows[:1]), rows[:-1]]).astype(np.int16)
    here = rows.astype(np.int16)
    before = _moved(here, channels)
    candidates = [(0, here)]
    if width > 1:
        candidates.append((1, here - before))
    if len(rows) > 1:
        candidates.append((2, here - above))
    if width > 1 and len(rows) > 1:
        candidates.append((3, here - (before + above) // 2))
        candidates.append((4, here - _paeth(before, above, _moved(above, channels))))
    found = np.stack([value.astype(np.uint8) for _, value in candidates])
    sizes = (128 - np.abs(found.astype(np.int32) - 128)).sum(axis=2)
    best = sizes.argmin(axis=0)
    out = np.empty((len(rows), rows.shape[1] + 1), np.uint8)
    out[:, 0] = np.array([number for number, _ in candidates], np.uint8)[best]
    out[:, 1:] = found[best, np.arange(len(rows))]
    return out.tobytes()


def _moved(rows: npt.NDArray[np.int16], channels: int) -> npt.NDArray[np.int16]:
    """The pixel to the left of each; 0 at the edge."""
    moved = np.zeros_like(rows)
    moved[:, channels:] = rows[:, :-channels]
    return moved


def _paeth(
    left: npt.NDArray[np.int16], up: npt.NDArray[np.int16], corner: npt.NDArray[np.int16]
) -> npt.NDArray[np.int16]:
    """Of three neighbours the one that is nearest to left + up - corner."""
    far = left + up - corner
    to_left, to_up, to_corner = abs(far - left), abs(far - up), abs(far - corner)
    nearest = np.where(to_up <= to_corner, up, corner)
    return np.where((to_left <= to_up) & (to_left <= to_corner), left, nearest)


def _deflated(rows: bytes) -> bytes:
    """The rows as libpng compresses them: in a window that is no larger than they are."""
    bits = 15
    if len(rows) <= 16384:
        while bits > 8 and len(rows) + 262 <= 1 << (bits - 1):
            bits -= 1
    deflate = zlib.compressobj(-1, zlib.DEFLATED, max(bits, 9), 8, zlib.Z_FILTERED)
    data = bytearray(deflate.compress(rows) + deflate.flush())
    bits = (data[0] >> 4) + 8
    while bits > 8 and len(rows) <= 1 << (bits - 1):
        bits -= 1  # what a reader needs may be less than what the writer had
    data[0] = (bits - 8) << 4 | 8
    data[1] &= 0xE0
    data[1] += 31 - (data[0] << 8 | data[1]) % 31
    return bytes(data)
