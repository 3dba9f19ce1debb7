"""The image kind: encoded images at a step, several where a batch was written.

New ones are a vector of strings: width, height, and the files' bytes one after the other. Legacy
ones are one image.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from neuronboard.errors import DataError
from neuronboard.formats import png
from neuronboard.formats.tensor_proto import make_ndarray, shape_of
from neuronboard.pb.summary_pb2 import Summary

BEFORE_IMAGES = 2  # width and height, as text

# How a file begins -> its media type. SVG is none of these: it can hold a script.
_TYPES = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"BM", "image/bmp"),
)
OTHER_TYPE = "application/octet-stream"


def encode(tag: str, image: npt.NDArray[np.uint8]) -> Summary.Value:
    """A value under `tag` that holds one picture, as TensorFlow 1.x writes it.

    image: uint8[height, width, channels], 1 (grey), 3 (RGB) or 4 channels (RGBA).
    """
    height, width, channels = image.shape
    encoded = Summary.Image(
        height=height, width=width, colorspace=channels, encoded_image_string=png.encode(image)
    )
    return Summary.Value(tag=tag, image=encoded)


def scaled(image: npt.NDArray[Any], bad_color: Sequence[int]) -> npt.NDArray[np.uint8]:
    """A picture of floats as bytes, as TensorFlow 1.x scales it.

    Where none is negative the largest becomes 255; else 0 becomes 128, and the one that is farthest
    from it 1 or 255. A pixel that is not finite gets `bad_color`.
    """
    finite = np.isfinite(image).all(axis=2)
    known = image[finite]
    low, high = (known.min(), known.max()) if known.size else (np.inf, -np.inf)
    largest = max(abs(low), abs(high)) if low < 0 else high
    span, middle = (127.0, 128.0) if low < 0 else (255.0, 0.0)
    kind = image.dtype.type
    scale = kind(0.0 if largest < 1e-6 else np.float32(span) / np.float32(largest))
    out = np.empty(image.shape, np.uint8)
    out[finite] = (known * scale + kind(middle)).astype(np.uint8)
    out[~finite] = np.asarray(bad_color[: image.shape[2]], np.uint8)
    return out


def decode(value: Summary.Value) -> tuple[bytes, ...]:
    """The encoded images. Raises `DataError` for what is no vector of strings."""
    if value.WhichOneof("value") == "image":
        return (value.image.encoded_image_string,)
    shape = shape_of(value.tensor)
    strings = make_ndarray(value.tensor)
    if len(shape) != 1 or strings.dtype.kind != "O":
        raise DataError(f"images are a vector of strings, got {strings.dtype} of shape {shape}")
    return tuple(strings[BEFORE_IMAGES:])


def media_type(data: bytes) -> str:
    """The type of an encoded image, told by its first bytes; of anything else "just bytes"."""
    for magic, found in _TYPES:
        if data.startswith(magic):
            return found
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    return "image/avif" if data[4:12] in (b"ftypavif", b"ftypavis") else OTHER_TYPE
