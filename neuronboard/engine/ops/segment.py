"""Segments: rows that carry one number are taken together."""

from __future__ import annotations

from typing import Any

import numpy as np

from neuronboard.engine.convert import convert_to_tensor
from neuronboard.engine.graph import Operation, Tensor
from neuronboard.engine.opdef import OpDef, register
from neuronboard.engine.ops import arithmetic, array, compare, functions, gather, join, numbers
from neuronboard.engine.ops.apply import one, scope_of
from neuronboard.engine.ops.constant import constant
from neuronboard.engine.ops.define import Grads, Inferred
from neuronboard.engine.ops.static import static_value
from neuronboard.engine.shape import TensorShape

__all__ = [
    "segment_max",
    "segment_mean",
    "segment_min",
    "segment_prod",
    "segment_sum",
    "unsorted_segment_max",
    "unsorted_segment_mean",
    "unsorted_segment_min",
    "unsorted_segment_prod",
    "unsorted_segment_sqrt_n",
    "unsorted_segment_sum",
]

# ---- numbers in rising order


def _infer_sorted(op: Operation) -> Inferred:
    dims, kind = op.inputs[0].shape.dims, op.inputs[0].dtype.base_dtype
    if dims is None:
        return [(kind, TensorShape(None))]
    if not dims:
        raise ValueError("Shape must be at least rank 1 but is rank 0", "segments are of rows")
    return [(kind, TensorShape([None, *dims[1:]]))]


def _check_sorted(data: Any, ids: Any) -> int:
    numbers_ = np.asarray(ids)
    if np.ndim(ids) != 1 or np.shape(data)[:1] != numbers_.shape:
        raise ValueError("segment_ids should be the same size as dimension 0 of input.")
    if numbers_.size and (np.any(np.diff(numbers_) < 0) or numbers_[0] < 0):
        raise ValueError("segment ids are not increasing")
    return int(numbers_[-1]) + 1 if numbers_.size else 0


def _filled(xp: Any, data: Any, ids: Any, size: int, name: str) -> Any:
    """The segments of what one of sum, prod, max, min makes of rows, and of none."""
    kind = np.dtype(data.dtype)
    shape = (size, *np.shape(data)[np.ndim(ids) :])
    flat, rows = xp.reshape(data, (-1, *shape[1:])), xp.reshape(ids, (-1,))
    known = np.asarray(rows) >= 0
    if not known.all():
        flat, rows = flat[known], rows[known]
    if name == "sum":
        return xp.add_at(xp.zeros(shape, kind), rows, flat)
    if name == "prod":
        start = xp.ones(shape, kind)
        for row, values in zip(np.asarray(rows).tolist(), flat, strict=True):
            start = xp.set_at(start, row, start[row] * values)
        return start
    limits = np.finfo(kind) if kind.kind == "f" else np.iinfo(kind)
    if name == "max":
        return xp.max_at(xp.full(shape, limits.min, kind), rows, flat)
    return xp.min_at(xp.full(shape, limits.max, kind), rows, flat)


def _counts(xp: Any, ids: Any, size: int) -> Any:
    flat = np.ravel(np.asarray(ids))
    return np.bincount(flat[flat >= 0], minlength=size)[:size]


def _sorted_kernel(name: str) -> Any:
    def kernel(xp: Any, data: Any, ids: Any) -> Any:
        size = _check_sorted(data, ids)
        if name == "mean":
            counts = np.maximum(_counts(xp, ids, size), 1)
            wide = counts.reshape((-1,) + (1,) * (np.ndim(data) - 1))
            return (_filled(xp, data, ids, size, "sum") / wide).astype(data.dtype)
        result = _filled(xp, data, ids, size, name)
        empty = _counts(xp, ids, size) == 0
        if name in ("max", "min") and empty.any():
            result = xp.set_at(result, np.flatnonzero(empty), data.dtype.type(0))
        return result

    return kernel


def _sorted_type(op_type: str, name: str, grad: Any) -> OpDef:
    return register(
        OpDef(
            type=op_type,
            inputs=("data", "segment_ids"),
            same=("data",),
            takes={"data": "iuf", "segment_ids": "i"},
            types={"Tindices": "segment_ids"},
            infer=_infer_sorted,
            kernel=_sorted_kernel(name),
            grad=grad,
        )
    )


def _grad_segment_mean(op: Operation, dy: Tensor) -> Grads:
    data, ids = op.inputs
    ones = array.fill(
        join.concat([array.shape(ids), array.fill([array.rank(data) - 1], 1)], 0),
        constant(1, dy.dtype.base_dtype),
    )
    scaled = arithmetic.truediv(dy, segment_sum(ones, ids))
    return gather.gather(scaled, ids), None


def _grad_extreme(op: Operation, dy: Tensor, total: Any) -> Grads:
    """Rows that share the extreme of a segment share its gradient."""
    data, ids, y = op.inputs[0], op.inputs[1], op.outputs[0]
    hits = compare.equal(data, gather.gather(y, ids))
    counts = total(numbers.cast(hits, dy.dtype))
    share = gather.gather(arithmetic.truediv(dy, counts), ids)
    return compare.select(hits, share, array.zeros_like(share)), None


def _grad_sorted_prod(op: Operation, dy: Tensor) -> Grads:
    data, ids, y = op.inputs[0], op.inputs[1], op.outputs[0]
    others = arithmetic.truediv(gather.gather(y, ids), data)
    return arithmetic.multiply(gather.gather(dy, ids), others), None


def _sorted_extreme(op: Operation, dy: Tensor) -> Grads:
    return _grad_extreme(op, dy, lambda hits: segment_sum(hits, op.inputs[1]))


SEGMENT_SUM = _sorted_type(
    "SegmentSum", "sum", lambda op, dy: (gather.gather(dy, op.inputs[1]), None)
)
SEGMENT_MEAN = _sorted_type("SegmentMean", "mean", _grad_segment_mean)
SEGMENT_PROD = _sorted_type("SegmentProd", "prod", _grad_sorted_prod)
SEGMENT_MAX = _sorted_type("SegmentMax", "max", _sorted_extreme)
SEGMENT_MIN = _sorted_type("SegmentMin", "min", _sorted_extreme)


def segment_sum(data: Any, segment_ids: Any, name: str | None = None) -> Tensor:
    """The sums of the rows of one number; the numbers rise."""
    return one(SEGMENT_SUM, data, segment_ids, name=name)


def segment_mean(data: Any, segment_ids: Any, name: str | None = None) -> Tensor:
    """The means of the rows of one number; the numbers rise. Of none it is 0."""
    return one(SEGMENT_MEAN, data, segment_ids, name=name)


def segment_prod(data: Any, segment_ids: Any, name: str | None = None) -> Tensor:
    """The products of the rows of one number; the numbers rise. Of none it is 1."""
    return one(SEGMENT_PROD, data, segment_ids, name=name)


def segment_max(data: Any, segment_ids: Any, name: str | None = None) -> Tensor:
    """The largest of the rows of one number; the numbers rise. Of none it is 0."""
    return one(SEGMENT_MAX, data, segment_ids, name=name)


def segment_min(data: Any, segment_ids: Any, name: str | None = None) -> Tensor:
    """The smallest of the rows of one number; the numbers rise. Of none it is 0."""
    return one(SEGMENT_MIN, data, segment_ids, name=name)


# ---- numbers in any order


def _infer_unsorted(op: Operation) -> Inferred:
    data, ids, size = op.inputs[0].shape.dims, op.inputs[1].shape.dims, static_value(op.inputs[2])
    kind = op.inputs[0].dtype.base_dtype
    if data is None or ids is None:
        return [(kind, TensorShape(None))]
    if not TensorShape(data[: len(ids)]).is_compatible_with(ids):
        raise ValueError(
            f"Shapes must be equal, but are {TensorShape(data[: len(ids)])} and {TensorShape(ids)}",
            "give each row of data its number",
        )
    return [(kind, TensorShape([None if size is None else int(size), *data[len(ids) :]]))]


def _unsorted_kernel(name: str) -> Any:
    def kernel(xp: Any, data: Any, ids: Any, size: Any) -> Any:
        if np.size(ids) and np.max(np.asarray(ids)) >= int(size):
            worst = int(np.max(np.asarray(ids)))
            raise ValueError(f"segment_ids = {worst} is out of range [0, {int(size)})")
        return _filled(xp, data, ids, int(size), name)

    return kernel


def _unsorted_type(op_type: str, name: str, grad: Any, sorts: str = "iuf") -> OpDef:
    return register(
        OpDef(
            type=op_type,
            inputs=("data", "segment_ids", "num_segments"),
            same=("data",),
            takes={"data": sorts, "segment_ids": "i", "num_segments": "i"},
            types={"Tindices": "segment_ids", "Tnumsegments": "num_segments"},
            infer=_infer_unsorted,
            kernel=_unsorted_kernel(name),
            grad=grad,
        )
    )


def _known_rows(values: Tensor, ids: Tensor) -> Tensor:
    """values at ids; zeros where the number is negative, since such a row is in no segment."""
    rows = gather.gather(values, arithmetic.maximum(ids, array.zeros_like(ids)))
    known = compare.greater_equal(ids, array.zeros_like(ids))
    known = _widened(known, rows)
    return compare.where_v2(known, rows, array.zeros_like(rows))


def _widened(x: Tensor, like: Tensor) -> Tensor:
    """x with axes of size 1 behind its own, as many as `like` has in all."""
    if x.shape.ndims is not None and like.shape.ndims is not None:
        for _ in range(like.shape.ndims - x.shape.ndims):
            x = array.expand_dims(x, -1)
        return x
    ones = array.fill(array.expand_dims(array.rank(like) - array.rank(x), 0), 1)
    return array.reshape(x, join.concat([array.shape(x), ones], 0))


def _grad_unsorted_prod(op: Operation, dy: Tensor) -> Grads:
    data, ids, y = op.inputs[0], op.inputs[1], op.outputs[0]
    others = arithmetic.truediv(_known_rows(y, ids), data)
    return arithmetic.multiply(_known_rows(dy, ids), others), None, None


def _unsorted_extreme(op: Operation, dy: Tensor) -> Grads:
    data, ids, size = op.inputs
    hits = compare.equal(data, _known_rows(op.outputs[0], ids))
    counts = unsorted_segment_sum(numbers.cast(hits, dy.dtype), ids, size)
    share = _known_rows(arithmetic.div_no_nan(dy, counts), ids)
    return compare.select(hits, share, array.zeros_like(share)), None, None


UNSORTED_SEGMENT_SUM = _unsorted_type(
    "UnsortedSegmentSum",
    "sum",
    lambda op, dy: (_known_rows(dy, op.inputs[1]), None, None),
    "iufc",
)
UNSORTED_SEGMENT_PROD = _unsorted_type("UnsortedSegmentProd", "prod", _grad_unsorted_prod)
UNSORTED_SEGMENT_MAX = _unsorted_type("UnsortedSegmentMax", "max", _unsorted_extreme)
UNSORTED_SEGMENT_MIN = _unsorted_type("UnsortedSegmentMin", "min", _unsorted_extreme)


def unsorted_segment_sum(
    data: Any, segment_ids: Any, num_segments: Any, name: str | None = None
) -> Tensor:
    """The sums of the parts of one number, in any order; negative numbers count nowhere."""
    return one(UNSORTED_SEGMENT_SUM, data, segment_ids, num_segments, name=name)


def unsorted_segment_prod(
    data: Any, segment_ids: Any, num_segments: Any, name: str | None = None
) -> Tensor:
    """The products of the parts of one number, in any order."""
    return one(UNSORTED_SEGMENT_PROD, data, segment_ids, num_segments, name=name)


def unsorted_segment_max(
    data: Any, segment_ids: Any, num_segments: Any, name: str | None = None
) -> Tensor:
    """The largest of the parts of one number; of none the smallest number that the type has."""
    return one(UNSORTED_SEGMENT_MAX, data, segment_ids, num_segments, name=name)


def unsorted_segment_min(
    data: Any, segment_ids: Any, num_segments: Any, name: str | None = None
) -> Tensor:
    """The smallest of the parts of one number; of none the largest number that the type has."""
    return one(UNSORTED_SEGMENT_MIN, data, segment_ids, num_segments, name=name)


def _sizes(data: Tensor, ids: Tensor, number: Any) -> Tensor:
    """How many parts each segment has, at least 1, shaped to divide the sums by."""
    ones = array.fill(array.shape(ids), constant(1, data.dtype.base_dtype))
    counts = unsorted_segment_sum(ones, ids, number)
    sums = unsorted_segment_sum(data, ids, number)
    return arithmetic.maximum(_widened(counts, sums), constant(1, data.dtype.base_dtype))


def unsorted_segment_mean(
    data: Any, segment_ids: Any, num_segments: Any, name: str | None = None
) -> Tensor:
    """The means of the parts of one number, in any order; of none it is 0."""
    with scope_of([data, segment_ids], name or "UnsortedSegmentMean"):
        x, ids = convert_to_tensor(data), convert_to_tensor(segment_ids)
        total = unsorted_segment_sum(x, ids, num_segments)
        return arithmetic.truediv(total, _sizes(x, ids, num_segments))


def unsorted_segment_sqrt_n(
    data: Any, segment_ids: Any, num_segments: Any, name: str | None = None
) -> Tensor:
    """The sums of the parts of one number, divided by the square root of how many they are."""
    with scope_of([data, segment_ids], name or "UnsortedSegmentSqrtN"):
        x, ids = convert_to_tensor(data), convert_to_tensor(segment_ids)
        total = unsorted_segment_sum(x, ids, num_segments)
        return arithmetic.truediv(total, functions.sqrt(_sizes(x, ids, num_segments)))
