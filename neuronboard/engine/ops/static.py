"""What is known of a tensor's value while the graph is built.

Shapes often depend on values: `tf.reshape(x, [tf.shape(x)[0], -1])`. The value of a small tensor
that hangs on constants and known shapes alone is computed at once, by the kernels themselves.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from neuronboard.engine import namespace
from neuronboard.engine.graph import Operation, Tensor
from neuronboard.engine.shape import TensorShape

_SMALL = 1024  # elements; what tells a shape is much smaller
_DEPTH = 24
_SHAPES = ("Shape", "Size", "Rank", "ShapeN")


def static_value(tensor: Tensor, depth: int = _DEPTH) -> Any:
    """The array of a tensor that is known already, else None."""
    op = tensor.op
    if op.type == "Const":
        return op.attrs["value"]
    if op.type in _SHAPES:
        return _of_shape(op, tensor.value_index)
    if depth == 0 or not op.definition.pure or op.definition.stateful or not op.inputs:
        return None
    if (tensor.shape.num_elements() or 0) > _SMALL:
        return None
    values = []
    for given in op.inputs:
        value = static_value(given, depth - 1)
        if value is None or np.size(value) > _SMALL:
            return None
        values.append(value)
    try:
        with np.errstate(all="ignore"):
            result = op.definition.bound(namespace.numpy, op.attrs)(*values)
    except (ValueError, IndexError, ZeroDivisionError, TypeError):
        return None  # the session that runs it says what is wrong, and where
    return np.asarray(result[tensor.value_index] if isinstance(result, tuple) else result)


def _of_shape(op: Operation, index: int) -> Any:
    shape = op.inputs[index].shape
    kind = op.outputs[index].dtype.as_numpy_dtype
    if op.type == "Rank":
        return None if shape.ndims is None else np.array(shape.ndims, kind)
    if not shape.is_fully_defined():
        return None
    return np.array(shape.num_elements() if op.type == "Size" else shape.dims, kind)


def shape_from(tensor: Tensor) -> TensorShape:
    """The shape that a tensor of sizes describes, as far as it is known; -1 is not known."""
    sizes = static_value(tensor)
    if sizes is not None:
        return TensorShape([None if size == -1 else int(size) for size in np.ravel(sizes)])
    return _partial(tensor)


def _partial(tensor: Tensor) -> TensorShape:
    """The sizes that are known, of a shape put together from parts."""
    op = tensor.op
    if op.type in ("Shape", "ShapeN"):
        return op.inputs[tensor.value_index].shape
    if op.type == "Cast":
        return _partial(op.inputs[0])
    if op.type == "Pack":
        values = [static_value(part) for part in op.inputs]
        return TensorShape([None if v is None or v < 0 else int(v) for v in values])
    if op.type == "ConcatV2":
        parts = [shape_from(part).dims for part in op.inputs[:-1]]
        if all(part is not None for part in parts):
            return TensorShape([size for part in parts for size in part or ()])
    if op.type == "StridedSlice":
        return _sliced(op)
    dims = tensor.shape.dims
    rank = dims[0] if dims else None
    return TensorShape(None if rank is None else [None] * rank)


def _sliced(op: Operation) -> TensorShape:
    """A slice of a shape, such as `tf.shape(x)[1:]`."""
    whole = shape_from(op.inputs[0]).dims
    bounds = [static_value(bound) for bound in op.inputs[1:]]
    masks = op.attrs
    if whole is None or any(b is None or b.size != 1 for b in bounds) or masks["new_axis_mask"]:
        return TensorShape(None)
    begin, end, step = (int(b[0]) for b in bounds)
    if masks["shrink_axis_mask"]:
        return TensorShape(None)
    first = None if masks["begin_mask"] else begin
    return TensorShape(list(whole[slice(first, None if masks["end_mask"] else end, step)]))
