"""The scalar kind: one number at a step.

Written as `simple_value` (float32), as TensorFlow 0.x and torch write it. Read from that, and from
tensors of rank 0 of any numeric type, at the precision they were written with.
"""

from __future__ import annotations

import math
from typing import Any, SupportsFloat

from neuronboard.errors import DataError
from neuronboard.formats.tensor_proto import scalar_of, shape_of
from neuronboard.pb.summary_pb2 import Summary

_FLOAT32_MAX = 3.4028234663852886e38


def encode(tag: str, value: SupportsFloat) -> Summary.Value:
    """A value under `tag`: a number, a 0-d array, or anything with one element and `item()`.

    It is stored as float32, the precision of `simple_value`; numbers beyond float32 become
    infinite. Raises TypeError naming tag and value for what is no number.
    """
    number = _as_float(tag, value)
    if abs(number) > _FLOAT32_MAX and math.isfinite(number):
        number = math.copysign(math.inf, number)
    return Summary.Value(tag=tag, simple_value=number)


def decode(value: Summary.Value) -> tuple[float, bool]:
    """The number, and whether it was written with more precision than float32 has.

    Raises `DataError` for a tensor that is not one number.
    """
    if value.WhichOneof("value") == "simple_value":
        return value.simple_value, False
    found = scalar_of(value.tensor)
    if found is None:
        shape = shape_of(value.tensor)
        raise DataError(
            f"tag {value.tag!r} should hold one number, got a tensor of type {value.tensor.dtype} "
            f"and shape {shape}"
        )
    return found


def _as_float(tag: str, value: Any) -> float:
    try:
        if hasattr(value, "item"):
            value = value.item()
        if isinstance(value, (str, bytes)):
            raise TypeError("text is no number")
        return float(value)
    except (TypeError, ValueError, RuntimeError) as error:
        raise TypeError(
            f"scalar {tag!r} needs one number, got {value!r} ({type(value).__name__}): {error}"
        ) from error
