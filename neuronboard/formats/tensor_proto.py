"""TensorProto to ndarray and back.

Elements stand either in `tensor_content`, little-endian and in C order, or in the list of their
type; a list shorter than the shape repeats its last element (TensorFlow, tensor.proto). bfloat16,
which numpy lacks, is read as float32, which holds every bfloat16 exactly.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from neuronboard.errors import DataError
from neuronboard.pb import tensor_pb2 as pb

# DataType number -> (numpy dtype, the field of TensorProto that lists such elements)
_TYPES: dict[int, tuple[np.dtype[Any], str]] = {
    pb.DT_FLOAT: (np.dtype("<f4"), "float_val"),
    pb.DT_DOUBLE: (np.dtype("<f8"), "double_val"),
    pb.DT_INT32: (np.dtype("<i4"), "int_val"),
    pb.DT_INT16: (np.dtype("<i2"), "int_val"),
    pb.DT_INT8: (np.dtype("i1"), "int_val"),
    pb.DT_UINT8: (np.dtype("u1"), "int_val"),
    pb.DT_UINT16: (np.dtype("<u2"), "int_val"),
    pb.DT_UINT32: (np.dtype("<u4"), "uint32_val"),
    pb.DT_UINT64: (np.dtype("<u8"), "uint64_val"),
    pb.DT_INT64: (np.dtype("<i8"), "int64_val"),
    pb.DT_BOOL: (np.dtype("?"), "bool_val"),
    pb.DT_HALF: (np.dtype("<f2"), "half_val"),
    pb.DT_COMPLEX64: (np.dtype("<c8"), "scomplex_val"),
    pb.DT_COMPLEX128: (np.dtype("<c16"), "dcomplex_val"),
}
_NUMBERS = {dtype: number for number, (dtype, _) in _TYPES.items()}


def number_of(dtype: np.dtype[Any]) -> int:
    """The DataType of numpy's type; TypeError where TensorFlow has none."""
    if dtype.newbyteorder("<") not in _NUMBERS:
        raise TypeError(f"an array of dtype {dtype} cannot be written as a tensor")
    return _NUMBERS[dtype.newbyteorder("<")]


def dtype_of(number: int) -> np.dtype[Any]:
    """Numpy's little-endian type of a DataType; DataError for those that numpy does not have."""
    if number not in _TYPES:
        raise DataError(f"tensors of type {number} hold no values that can be shown")
    return _TYPES[number][0]


def shape_of(proto: pb.TensorProto) -> tuple[int, ...]:
    """The shape that a TensorProto states."""
    return tuple(dim.size for dim in proto.tensor_shape.dim)


def make_tensor_proto(values: npt.ArrayLike, *, as_list: bool = False) -> pb.TensorProto:
    """The TensorProto of an array: any dtype of numpy, or strings and bytes.

    `as_list` writes single elements into the list of their type, as TensorFlow does for scalars;
    otherwise the elements become `tensor_content`.
    """
    array = np.asarray(values)
    proto = pb.TensorProto()
    proto.tensor_shape.SetInParent()  # rank 0 is written, not left out
    for size in array.shape:
        proto.tensor_shape.dim.add(size=size)
    if array.dtype.kind in "USO":
        proto.dtype = pb.DT_STRING
        proto.string_val.extend(_as_bytes(item) for item in array.reshape(-1))
        return proto
    dtype = array.dtype.newbyteorder("<")
    if dtype not in _NUMBERS:
        raise TypeError(f"an array of dtype {array.dtype} cannot be written as a TensorProto")
    number = _NUMBERS[dtype]
    proto.dtype = number  # type: ignore[assignment]
    if as_list:
        flat = np.ascontiguousarray(array.reshape(-1))
        if number == pb.DT_HALF:
            flat = flat.view(np.uint16)
        elif array.dtype.kind == "c":  # real and imaginary parts in turn
            flat = flat.view(np.dtype(f"f{array.dtype.itemsize // 2}"))
        getattr(proto, _TYPES[number][1]).extend(flat.tolist())
    else:
        proto.tensor_content = array.astype(dtype).tobytes()
    return proto


def make_ndarray(proto: pb.TensorProto) -> npt.NDArray[Any]:
    """The array of a TensorProto, a copy; strings come as an object array of bytes.

    Raises `DataError` when elements and shape do not fit, or the type is one that holds no values.
    """
    shape = shape_of(proto)
    if any(size < 0 for size in shape):
        raise DataError(f"a tensor with values must have a known shape, got {shape}")
    if proto.dtype == pb.DT_STRING:
        return _filled(np.array(list(proto.string_val), object), shape, b"")
    if proto.dtype == pb.DT_BFLOAT16:
        bits = _bits16(proto, shape)
        return (bits.astype(np.uint32) << np.uint32(16)).view(np.float32)
    if proto.dtype not in _TYPES:
        raise DataError(f"tensors of type {proto.dtype} hold no values that can be shown")
    dtype, name = _TYPES[proto.dtype]
    if proto.dtype == pb.DT_HALF:
        return _bits16(proto, shape).view(np.float16)
    if proto.tensor_content:
        return _from_content(proto.tensor_content, dtype, shape)
    listed = np.array(getattr(proto, name))
    if dtype.kind == "c":
        part = np.dtype(f"f{dtype.itemsize // 2}")
        listed = listed.astype(part).view(dtype)
    return _filled(listed.astype(dtype.newbyteorder("=")), shape, 0)


_REAL = frozenset(number for number, (dtype, _) in _TYPES.items() if dtype.kind in "fiub") | {
    pb.DT_BFLOAT16
}


def scalar_of(proto: pb.TensorProto) -> tuple[float, bool] | None:
    """The number of a tensor with one element, and whether it was written with more precision than
    float32 has; None if its shape holds more or none, or its type is no real number.

    Raises `DataError` where its elements are not one number.
    """
    if proto.dtype not in _REAL or any(dim.size != 1 for dim in proto.tensor_shape.dim):
        return None
    if proto.dtype == pb.DT_FLOAT and len(proto.float_val) == 1 and not proto.tensor_content:
        return proto.float_val[0], False
    array = make_ndarray(proto)
    wide = array.dtype.itemsize > 2 and array.dtype != np.float32
    return float(array.reshape(())[()]), wide


def _bits16(proto: pb.TensorProto, shape: tuple[int, ...]) -> npt.NDArray[np.uint16]:
    if proto.tensor_content:
        return _from_content(proto.tensor_content, np.dtype("<u2"), shape)
    return _filled(np.array(proto.half_val, np.uint32).astype(np.uint16), shape, 0)


def _from_content(content: bytes, dtype: np.dtype[Any], shape: tuple[int, ...]) -> npt.NDArray[Any]:
    wanted = int(np.prod(shape, dtype=object)) * dtype.itemsize
    if len(content) != wanted:
        raise DataError(f"a {dtype} tensor of shape {shape} has {len(content)} bytes, not {wanted}")
    return np.frombuffer(content, dtype).astype(dtype.newbyteorder("=")).reshape(shape)


def _filled(listed: npt.NDArray[Any], shape: tuple[int, ...], empty: Any) -> npt.NDArray[Any]:
    """The listed elements in `shape`, the last one repeated where the list is short."""
    size = int(np.prod(shape, dtype=object))
    if len(listed) > size:
        raise DataError(f"a tensor of shape {shape} lists {len(listed)} elements, not {size}")
    if len(listed) == size:
        return listed.reshape(shape)
    if size > 2**28:
        raise DataError(f"a tensor of shape {shape} lists only {len(listed)} elements")
    last = listed[-1] if len(listed) else empty
    filled = np.full(size, last, listed.dtype)
    filled[: len(listed)] = listed
    return filled.reshape(shape)


def _as_bytes(item: object) -> bytes:
    if isinstance(item, str):
        return item.encode()
    if isinstance(item, bytes):
        return item
    raise TypeError(f"a string tensor holds text and bytes, got {type(item).__name__}")
