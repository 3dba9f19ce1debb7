"""The image kind: encoded images at a step, several where a batch was written.

New ones are a vector of strings: width, height, and the files' bytes one after the other. Legacy
ones are one image.
"""

from __future__ import annotations

from neuronboard.errors import DataError
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
