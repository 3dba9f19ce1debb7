"""Checkpoints as bytes: TensorFlow's own, every type, and damage."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from neuronboard.errors import DataError
from neuronboard.formats.sstable import write_table
from neuronboard.formats.tensor_bundle import decode_index, decode_tensor, encode_bundle
from neuronboard.pb.tensor_bundle_pb2 import BundleEntryProto, BundleHeaderProto

FOLDER = Path(__file__).resolve().parent.parent / "golden" / "checkpoints"


def _tensors(index: bytes, data: bytes) -> dict[str, Any]:
    entries = decode_index(index)
    return {
        name: decode_tensor(entry, data[entry.offset : entry.offset + entry.size])
        for name, entry in entries.items()
    }


def test_a_checkpoint_of_tensorflow_holds_what_its_session_read() -> None:
    index = (FOLDER / "model-5.index").read_bytes()
    data = (FOLDER / "model-5.data-00000-of-00001").read_bytes()
    found = _tensors(index, data)
    assert found.pop("words").tolist() == [b"one", b"", "셋".encode()]
    with np.load(FOLDER / "values.npz") as wanted:
        assert {name.replace("|", "/") for name in wanted} - {"y"} == set(found)
        for name, value in found.items():
            recorded = wanted[name.replace("/", "|")]
            assert value.dtype == recorded.dtype
            assert np.array_equal(value, recorded)


def test_a_checkpoint_is_written_with_the_bytes_of_tensorflow() -> None:
    index = (FOLDER / "model-5.index").read_bytes()
    data = (FOLDER / "model-5.data-00000-of-00001").read_bytes()
    again, parts = encode_bundle(_tensors(index, data))
    assert again == index
    assert b"".join(parts) == data


TYPES = ["f2", "f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "?", "c8", "c16", ">f4"]


@pytest.mark.parametrize("dtype", TYPES)
@pytest.mark.parametrize("shape", [(), (0,), (3,), (2, 3, 4)])
def test_arrays_of_every_type_and_shape_come_back(dtype: str, shape: tuple[int, ...]) -> None:
    array = np.arange(int(np.prod(shape))).reshape(shape).astype(dtype)
    index, parts = encode_bundle({"a": array, "b/c": array[..., None].T})
    found = _tensors(index, b"".join(parts))
    assert found["a"].dtype == array.dtype.newbyteorder("=")
    assert np.array_equal(found["a"], array)
    assert np.array_equal(found["b/c"], array[..., None].T)


def test_texts_come_back_as_bytes() -> None:
    texts = np.array([["a", "글"], [b"", b"\x00\xff" * 200]], object)
    index, parts = encode_bundle({"t": texts})
    assert _tensors(index, b"".join(parts))["t"].tolist() == [
        [b"a", "글".encode()],
        [b"", b"\x00\xff" * 200],
    ]


@pytest.mark.parametrize("value", [np.arange(5.0), np.array(["one", "two"], object)])
def test_every_flipped_bit_of_the_elements_is_found(value: Any) -> None:
    index, [data] = encode_bundle({"v": value})
    entry = decode_index(index)["v"]
    for at in range(len(data)):
        flipped = bytearray(data)
        flipped[at] ^= 1
        with pytest.raises(DataError):
            decode_tensor(entry, bytes(flipped))


def test_what_cannot_be_read_is_refused_by_name() -> None:
    index, [data] = encode_bundle({"v": np.arange(3)})
    entry = decode_index(index)["v"]
    with pytest.raises(DataError, match="ends early: 5 bytes, not 24"):
        decode_tensor(entry, data[:5])
    with pytest.raises(DataError, match="in slices"):
        decode_tensor(BundleEntryProto(slices=[{}]), b"")
    big = BundleHeaderProto(endianness=BundleHeaderProto.BIG).SerializeToString()
    with pytest.raises(DataError, match="big-endian"):
        decode_index(write_table([(b"", big)]))
    with pytest.raises(DataError, match="no header"):
        decode_index(write_table([(b"v", b"")]))
    with pytest.raises(DataError, match="damaged"):
        decode_index(write_table([(b"", b""), (b"v", b"\xff")]))
    with pytest.raises(TypeError, match="cannot be written"):
        encode_bundle({"v": np.array("2000", "datetime64[Y]")})
