"""Checkpoints of TensorFlow's format V2, "tensor bundles", as bytes.

A checkpoint of the prefix `model-100` is two files. `model-100.data-00000-of-00001` holds the
elements of every tensor, one behind the other; `model-100.index` is a table (`formats/sstable.py`)
of a header under the empty key, and under each tensor's name a BundleEntryProto: type, shape, where
its bytes are, and their masked CRC-32C.

Numbers are little-endian, in C order. A tensor of strings is

    varint length of each string, uint32 masked CRC-32C of the lengths, the strings

and its checksum takes each length as a uint32 (uint64 from 2**32 on) in place of the varint.
Source: TensorFlow's core/util/tensor_bundle/tensor_bundle.cc.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from typing import Any

import numpy as np
from google.protobuf.message import DecodeError

from neuronboard.errors import DataError
from neuronboard.formats.crc32c import masked_crc32c
from neuronboard.formats.sstable import read_table, read_varint, varint, write_table
from neuronboard.formats.tensor_proto import dtype_of, number_of
from neuronboard.pb.tensor_bundle_pb2 import BundleEntryProto, BundleHeaderProto
from neuronboard.pb.tensor_pb2 import DT_BFLOAT16, DT_STRING

PRODUCER = 1  # the version of the format


def encode_bundle(tensors: Mapping[str, Any]) -> tuple[bytes, list[bytes]]:
    """The index file of named arrays, and the parts of the data file, in the order of names.

    Raises TypeError for an array whose type TensorFlow does not have.
    """
    header = BundleHeaderProto(num_shards=1)
    header.version.producer = PRODUCER
    entries = [(b"", header.SerializeToString())]
    parts: list[bytes] = []
    offset = 0
    for name in sorted(tensors, key=str.encode):
        array = np.asarray(tensors[name])
        data, checksum, number = _encoded(array)
        entry = BundleEntryProto(dtype=number, offset=offset, size=len(data), crc32c=checksum)  # type: ignore[arg-type]
        entry.shape.SetInParent()
        for size in array.shape:
            entry.shape.dim.add(size=size)
        entries.append((name.encode(), entry.SerializeToString()))
        parts.append(data)
        offset += len(data)
    return write_table(entries), parts


def _encoded(array: Any) -> tuple[bytes, int, int]:
    """The bytes of an array, their masked checksum, and the number of its type."""
    if array.dtype.kind in "USO":
        texts = [t.encode() if isinstance(t, str) else bytes(t) for t in array.reshape(-1)]
        lengths = b"".join(struct.pack("<I" if len(t) < 2**32 else "<Q", len(t)) for t in texts)
        check = struct.pack("<I", masked_crc32c(lengths))
        joined = b"".join(texts)
        data = b"".join(varint(len(t)) for t in texts) + check + joined
        return data, masked_crc32c(lengths + check + joined), DT_STRING
    number = number_of(array.dtype)
    data = np.ascontiguousarray(array, array.dtype.newbyteorder("<")).tobytes()
    return data, masked_crc32c(data), number


def decode_index(data: bytes) -> dict[str, BundleEntryProto]:
    """The entries of an index file by the names of their tensors.

    Raises `DataError` where it is damaged, or made by a machine of the other byte order.
    """
    table = read_table(data)
    try:
        header = BundleHeaderProto.FromString(table.pop(b""))
        if header.endianness != BundleHeaderProto.LITTLE:
            raise DataError("the checkpoint was written big-endian, which cannot be read here")
        return {key.decode(): BundleEntryProto.FromString(value) for key, value in table.items()}
    except KeyError:
        raise DataError("the index of the checkpoint has no header") from None
    except (DecodeError, UnicodeDecodeError) as error:
        raise DataError(f"an entry of the index of the checkpoint is damaged: {error}") from None


def decode_tensor(entry: BundleEntryProto, data: bytes) -> Any:
    """The array of an entry, of the bytes that it points at; bfloat16 comes as float32.

    Raises `DataError` where the checksum or the size is another.
    """
    shape = tuple(dim.size for dim in entry.shape.dim)
    if entry.slices:
        raise DataError("the tensor is saved in slices (of a partitioned variable): not read here")
    if len(data) != entry.size:
        raise DataError(f"the data file ends early: {len(data)} bytes, not {entry.size}")
    if entry.dtype == DT_STRING:
        return _texts(entry, data, shape)
    _verify(entry, masked_crc32c(data))
    if entry.dtype == DT_BFLOAT16:
        bits = np.frombuffer(data, "<u2").astype(np.uint32)
        return (bits << np.uint32(16)).view(np.float32).reshape(shape)
    dtype = dtype_of(entry.dtype)
    if len(data) != int(np.prod(shape, dtype=object)) * dtype.itemsize:
        raise DataError(f"{len(data)} bytes are no {dtype} tensor of shape {shape}")
    return np.frombuffer(data, dtype).astype(dtype.newbyteorder("=")).reshape(shape)


def _texts(entry: BundleEntryProto, data: bytes, shape: tuple[int, ...]) -> Any:
    sizes, at = [], 0
    for _ in range(int(np.prod(shape, dtype=object))):
        size, at = read_varint(data, at)
        sizes.append(size)
    lengths = b"".join(struct.pack("<I" if size < 2**32 else "<Q", size) for size in sizes)
    _verify(entry, masked_crc32c(lengths + data[at:]))
    at += 4
    texts = np.empty(len(sizes), object)
    for i, size in enumerate(sizes):
        texts[i] = data[at : at + size]
        at += size
    return texts.reshape(shape)


def _verify(entry: BundleEntryProto, calculated: int) -> None:
    if entry.crc32c != calculated:
        raise DataError(
            f"Checksum does not match: stored {entry.crc32c} vs. calculated on the restored bytes "
            f"{calculated}"
        )
