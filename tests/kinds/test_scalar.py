"""Scalars: what goes in comes out, at the precision it was written with."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from neuronboard.errors import DataError
from neuronboard.formats.tensor_proto import make_tensor_proto
from neuronboard.kinds import scalar
from neuronboard.pb.summary_pb2 import Summary

WIDE = {"float64", "int32", "int64", "uint32", "uint64"}


@given(st.floats(width=32))
def test_a_float32_survives_every_bit(number: float) -> None:
    """NaN and infinities too."""
    found, wide = scalar.decode(scalar.encode("v", number))
    assert found == number or (math.isnan(found) and math.isnan(number))
    assert not wide


@pytest.mark.parametrize(
    "number", [True, 3, np.float64(0.1), np.int64(7), np.array([2.5]), Fraction(1, 3)]
)
def test_anything_with_one_number_is_taken(number: object) -> None:
    """Numbers of Python and numpy, arrays of one element."""
    found, _ = scalar.decode(scalar.encode("v", number))  # type: ignore[arg-type]
    expected = number.item() if hasattr(number, "item") else number
    assert found == np.float32(float(expected))  # type: ignore[arg-type]


@pytest.mark.parametrize("number", [1e39, -1e300, 3.5e38])
def test_beyond_float32_is_infinite(number: float) -> None:
    """With its sign, as a cast has it."""
    assert scalar.decode(scalar.encode("v", number))[0] == math.copysign(math.inf, number)


@pytest.mark.parametrize("value", ["1.0", b"1", None, [1, 2], np.zeros(2), 1j])
def test_what_is_no_number_is_refused_with_its_tag(value: object) -> None:
    """Tag, value and type are in the message."""
    with pytest.raises(TypeError, match="scalar 'loss' needs one number"):
        scalar.encode("loss", value)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "dtype",
    [
        "float16",
        "float32",
        "float64",
        "int8",
        "int16",
        "int32",
        "int64",
        "uint8",
        "uint16",
        "uint32",
        "uint64",
        "bool",
    ],
)
def test_a_tensor_of_rank_0_of_every_type_is_read(dtype: str) -> None:
    """And it is said whether float32 would lose something."""
    value = Summary.Value(tensor=make_tensor_proto(np.array(1, dtype)))
    assert scalar.decode(value) == (1.0, dtype in WIDE)


def test_a_float64_keeps_its_precision() -> None:
    """0.1 of a float64 is not 0.1 of a float32."""
    value = Summary.Value(tensor=make_tensor_proto(np.float64(0.1)))
    assert scalar.decode(value) == (0.1, True)


@pytest.mark.parametrize("array", [np.zeros(2), np.array(b"text", object)])
def test_a_tensor_that_is_not_one_number_is_damage(array: object) -> None:
    """Tag, dtype and shape are in the message."""
    value = Summary.Value(tag="loss", tensor=make_tensor_proto(array))
    with pytest.raises(DataError, match="'loss' should hold one number"):
        scalar.decode(value)
