"""PNG files: written by us and read back by the rules of the format."""

from __future__ import annotations

import struct
import zlib
from typing import Any

import numpy as np
import pytest

from neuronboard.formats.png import encode


def _decode(data: bytes) -> Any:
    """The picture of a PNG, after its checksums: a reader of the filters, pixel by pixel."""
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    at, packed = 8, b""
    while at < len(data):
        [size] = struct.unpack_from(">I", data, at)
        kind, body = data[at + 4 : at + 8], data[at + 8 : at + 8 + size]
        assert struct.unpack_from(">I", data, at + 8 + size) == (zlib.crc32(kind + body),)
        if kind == b"IHDR":
            width, height, depth, colour = struct.unpack_from(">IIBB", body)
        packed += body * (kind == b"IDAT")
        at += size + 12
    assert (depth, kind, size) == (8, b"IEND", 0)
    channels = {0: 1, 2: 3, 4: 2, 6: 4}[colour]
    raw = np.frombuffer(zlib.decompress(packed), np.uint8).reshape(height, width * channels + 1)
    out = np.zeros((height + 1, (width + 1) * channels), np.int64)
    for y, row in enumerate(raw):
        for x, byte in enumerate(row[1:].tolist(), channels):
            left, up = out[y + 1, x - channels], out[y, x]
            corner = out[y, x - channels]
            guess = left + up - corner
            nearest = min((left, up, corner), key=lambda value: abs(guess - value))
            added = (0, left, up, (left + up) // 2, nearest)[row[0]]
            out[y + 1, x] = (byte + added) & 0xFF
    return out[1:, channels:].reshape(height, width, channels).astype(np.uint8)


@pytest.mark.parametrize("channels", [1, 2, 3, 4])
@pytest.mark.parametrize("size", [(1, 1), (1, 9), (9, 1), (7, 5), (64, 48)])
def test_a_picture_comes_back(size: tuple[int, int], channels: int) -> None:
    """Noise, a ramp that filters suit, and one colour."""
    random = np.random.default_rng(1)
    shape = (*size, channels)
    ramp = np.add.outer(np.arange(size[0]) * 3, np.arange(size[1]) * 2)[..., None]
    for image in (
        random.integers(0, 256, shape),
        np.broadcast_to(ramp, shape),
        np.full(shape, 200),
    ):
        data = encode(image.astype(np.uint8))
        assert np.array_equal(_decode(data), image.astype(np.uint8))


def test_every_filter_is_chosen_where_it_suits() -> None:
    rows = np.random.default_rng(2).integers(0, 256, (3, 40), dtype=np.uint8)
    image = np.vstack([rows, rows[2:], np.cumsum(np.ones((1, 40)) * 5, 1).astype(np.uint8)])
    found = zlib.decompress(encode(image[..., None])[41:-16])[::41]
    assert found[3] == 2  # the same as the row above
    assert found[4] == 1  # each like its left neighbour


def test_what_is_no_picture_is_refused() -> None:
    for shape in [(3, 3), (3, 3, 5), (0, 3, 1)]:
        with pytest.raises(ValueError, match="a picture is"):
            encode(np.zeros(shape, np.uint8))
