"""The scalar kind: one number at a step.

Written as `simple_value` (float32), as TensorFlow 0.x and torch write it. Read from that, and from
tensors of rank 0 of any numeric type, at the precision they were written with.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any, SupportsFloat

import numpy as np

from neuronboard.errors import DataError
from neuronboard.formats.tensor_proto import scalar_of, shape_of
from neuronboard.pb.summary_pb2 import Summary


def encode(tag: str, value: SupportsFloat) -> Summary.Value:
    """A value under `tag`, any that `number` takes.

    It is stored as float32, the precision of `simple_value`; numbers beyond float32 become
    infinite.
    """
    single = np.array(number(tag, value), np.float64)
    with np.errstate(over="ignore"):
        return Summary.Value(tag=tag, simple_value=float(single.astype(np.float32)))


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


def number(tag: str, value: Any) -> float:
    """The one number that `value` is: a number, or an array or tensor of any library with one
    element. Integers beyond float64 become infinite.

    Raises TypeError naming the tag, and the shape or the value, for what is not one number.
    """
    shape = getattr(value, "shape", None)
    if isinstance(shape, Iterable) and math.prod(shape := tuple(map(int, shape))) != 1:
        raise TypeError(
            f"scalar {tag!r} needs one number, got a {_type_name(value)} of shape {shape}; log its "
            "mean, or each element under a tag of its own"
        )
    try:
        found = value.item() if hasattr(value, "item") else value
        if isinstance(found, (str, bytes)):
            raise TypeError("text is no number")
        return float(found)
    except OverflowError:
        return math.copysign(math.inf, found)
    except (TypeError, ValueError, RuntimeError) as error:
        raise TypeError(
            f"scalar {tag!r} needs one number, got {value!r} ({_type_name(value)}): {error}"
        ) from error


def _type_name(value: object) -> str:
    return f"{type(value).__module__}.{type(value).__qualname__}".removeprefix("builtins.")
