"""TensorProto and arrays are exact inverses."""

from __future__ import annotations

import numpy as np
import pytest

from neuronboard.errors import DataError
from neuronboard.formats.tensor_proto import make_ndarray, make_tensor_proto
from neuronboard.pb import tensor_pb2 as pb

DTYPES = [
    *("float16", "float32", "float64", "int8", "int16", "int32", "int64", "uint8", "uint16"),
    *("uint32", "uint64", "bool", "complex64", "complex128"),
]


@pytest.mark.parametrize("as_list", [False, True])
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("shape", [(), (3,), (2, 3), (0,)])
def test_every_dtype_comes_back(dtype: str, shape: tuple[int, ...], as_list: bool) -> None:
    """Values, dtype and shape, through the wire."""
    array = (np.arange(np.prod(shape, dtype=int)) * 3 % 5).reshape(shape).astype(dtype)
    wire = make_tensor_proto(array, as_list=as_list).SerializeToString()
    back = make_ndarray(pb.TensorProto.FromString(wire))
    assert (back.dtype, back.shape) == (array.dtype, array.shape)
    np.testing.assert_array_equal(back, array)


def test_strings_come_back_as_bytes() -> None:
    """Text of any language, in its shape."""
    back = make_ndarray(make_tensor_proto([["가", "b"]]))
    assert back.tolist() == [["가".encode(), b"b"]]


def test_bfloat16_is_read_exactly() -> None:
    """0x3FC0 is 1.5, from the list and from the content."""
    listed = pb.TensorProto(dtype=pb.DT_BFLOAT16, half_val=[0x3FC0])
    content = pb.TensorProto(dtype=pb.DT_BFLOAT16, tensor_content=b"\xc0\x3f")
    assert make_ndarray(listed) == make_ndarray(content) == np.float32(1.5)


def test_a_short_list_repeats_its_last_element() -> None:
    """[1, 2] in shape [4] is [1, 2, 2, 2]."""
    proto = pb.TensorProto(dtype=pb.DT_FLOAT, float_val=[1, 2])
    proto.tensor_shape.dim.add(size=4)
    assert make_ndarray(proto).tolist() == [1, 2, 2, 2]


def test_content_of_another_length_is_an_error() -> None:
    """The message names both lengths."""
    proto = pb.TensorProto(dtype=pb.DT_FLOAT, tensor_content=b"123")
    with pytest.raises(DataError, match="has 3 bytes, not 4"):
        make_ndarray(proto)
