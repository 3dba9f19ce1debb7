"""`tf.repeat`: each element several times, one behind the other."""

from __future__ import annotations

from typing import Any

from neuronboard.engine import dtypes
from neuronboard.engine.convert import convert_to_tensor
from neuronboard.engine.graph import Tensor
from neuronboard.engine.ops import arithmetic, array, gather, join, numbers, order, reduce
from neuronboard.engine.ops.apply import scope_of

__all__ = ["repeat"]


def repeat(input: Any, repeats: Any, axis: int | None = None, name: str | None = None) -> Tensor:
    """Each part along an axis `repeats` times: one number for all of them, or one for each.

    Without an axis all elements are taken as one row.
    """
    with scope_of([input, repeats], name or "repeat"):
        data = convert_to_tensor(input, name="input")
        counts = numbers.cast(convert_to_tensor(repeats, name="repeats"), dtypes.int32)
        if axis is None:
            data, axis = array.reshape(data, [-1]), 0
        sizes = array.shape(data)
        if counts.shape.ndims == 0:
            counts = array.fill([sizes[axis]], counts)
        elif counts.shape.dims == (1,):
            counts = join.tile(counts, [sizes[axis]])
        longest = arithmetic.maximum(reduce.reduce_max(counts), 0)
        flags = gather.sequence_mask(counts, longest)
        numbered = array.expand_dims(order.range(sizes[axis]), 1)
        rows = array.broadcast_to(numbered, array.shape(flags))
        return gather.gather(data, gather.boolean_mask(rows, flags), axis=axis)
