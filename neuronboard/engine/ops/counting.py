"""Counting: how often values, classes and pairs of classes are there, and where values belong."""

from __future__ import annotations

from typing import Any

import numpy as np

from neuronboard.engine import dtypes
from neuronboard.engine.convert import convert_to_tensor
from neuronboard.engine.graph import Operation, Tensor
from neuronboard.engine.opdef import NOT_DIFFERENTIABLE, OpDef, register
from neuronboard.engine.ops import (
    arithmetic,
    array,
    checks,
    control,
    gather,
    join,
    numbers,
    reduce,
    segment,
)
from neuronboard.engine.ops.apply import one, scope_of
from neuronboard.engine.ops.constant import constant
from neuronboard.engine.ops.define import Inferred
from neuronboard.engine.shape import TensorShape

__all__ = [
    "bincount",
    "confusion_matrix",
    "histogram_fixed_width",
    "histogram_fixed_width_bins",
    "searchsorted",
    "unravel_index",
]


def bincount(
    arr: Any,
    weights: Any = None,
    minlength: Any = None,
    maxlength: Any = None,
    dtype: Any = dtypes.int32,
    name: str | None = None,
) -> Tensor:
    """How often each number from 0 to the largest is there, or the sum of its weights.

    minlength, maxlength: how many counts there are at least, and at most.
    """
    with scope_of([arr], name or "bincount"):
        values = array.reshape(numbers.cast(convert_to_tensor(arr), dtypes.int32), [-1])
        largest = reduce.reduce_max(join.concat([values, [-1]], 0))
        size = arithmetic.add(largest, 1)
        if minlength is not None:
            size = arithmetic.maximum(size, minlength)
        if maxlength is not None:
            size = arithmetic.minimum(size, maxlength)
            kept = values < size
            values = gather.boolean_mask(values, kept)
        if weights is None:
            factors = array.ones_like(values, dtype=dtype)
        else:
            factors = array.reshape(convert_to_tensor(weights), [-1])
            factors = factors if maxlength is None else gather.boolean_mask(factors, kept)
        return segment.unsorted_segment_sum(factors, values, size)


def confusion_matrix(
    labels: Any,
    predictions: Any,
    num_classes: Any = None,
    dtype: Any = dtypes.int32,
    name: str | None = None,
    weights: Any = None,
) -> Tensor:
    """How often a label was predicted as each class: [labels, predictions].

    num_classes: one more than the largest of both where None. InvalidArgumentError, when run, for
    what is below 0 or not below num_classes.
    """
    with scope_of([labels, predictions], name or "confusion_matrix"):
        truth, guesses = (
            array.reshape(numbers.cast(convert_to_tensor(part), dtypes.int64), [-1])
            for part in (labels, predictions)
        )
        if num_classes is None:
            both = join.concat([truth, guesses], 0)
            count = arithmetic.add(reduce.reduce_max(both), constant(1, dtypes.int64))
        else:
            count = numbers.cast(convert_to_tensor(num_classes), dtypes.int64)
        rules = [
            checks.assert_non_negative(part, message="a class is below 0")
            for part in (truth, guesses)
        ]
        if num_classes is not None:
            message = "a class is not below num_classes"
            rules += [checks.assert_less(part, count, message=message) for part in (truth, guesses)]
        with count.graph.control_dependencies([control.group(*rules)]):
            places = array.identity(join.stack([truth, guesses], 1))
        if weights is None:
            factors = array.ones_like(truth, dtype=dtype)
        else:
            factors = array.reshape(numbers.cast(convert_to_tensor(weights), dtype), [-1])
        return gather.scatter_nd(places, factors, join.stack([count, count]))


def _bins(values: Any, value_range: Any, nbins: int) -> Tensor:
    x = convert_to_tensor(values)
    low, high = (convert_to_tensor(value_range, x.dtype)[i] for i in (0, 1))
    share = (x - low) / (high - low)
    whole = numbers.cast(share * float(nbins), dtypes.int32)
    return arithmetic.minimum(arithmetic.maximum(whole, 0), nbins - 1)


def histogram_fixed_width_bins(
    values: Any,
    value_range: Any,
    nbins: int = 100,
    dtype: Any = dtypes.int32,
    name: str | None = None,
) -> Tensor:
    """Which of `nbins` equal parts of a range each value lies in; the ends take what is beyond."""
    with scope_of([values], name or "histogram_fixed_width_bins"):
        return numbers.cast(_bins(values, value_range, nbins), dtype)


def histogram_fixed_width(
    values: Any,
    value_range: Any,
    nbins: int = 100,
    dtype: Any = dtypes.int32,
    name: str | None = None,
) -> Tensor:
    """How many values lie in each of `nbins` equal parts of a range."""
    with scope_of([values], name or "histogram_fixed_width"):
        places = array.reshape(_bins(values, value_range, nbins), [-1])
        return segment.unsorted_segment_sum(array.ones_like(places, dtype=dtype), places, nbins)


def _search(xp: Any, rows: Any, values: Any, out_type: dtypes.DType, right: bool) -> Any:
    side = "right" if right else "left"
    flat = rows.reshape(-1, rows.shape[-1]), values.reshape(-1, values.shape[-1])
    found = [xp.searchsorted(row, some, side) for row, some in zip(*flat, strict=True)]
    return xp.reshape(xp.stack(found), values.shape).astype(out_type.as_numpy_dtype)


SEARCH = register(
    OpDef(
        type="SearchSorted",
        inputs=("sorted_inputs", "values"),
        same=("sorted_inputs", "values"),
        infer=lambda op: [(op.attrs["out_type"], op.inputs[1].shape)],
        kernel=_search,
        kernel_attrs=("out_type", "right"),
        grad=NOT_DIFFERENTIABLE,
    )
)


def searchsorted(
    sorted_sequence: Any,
    values: Any,
    side: str = "left",
    out_type: Any = dtypes.int32,
    name: str | None = None,
) -> Tensor:
    """Where values would stand in rows that rise; of equal ones before ("left") or behind them."""
    kind = dtypes.as_dtype(out_type)
    return one(SEARCH, sorted_sequence, values, name=name, out_type=kind, right=side == "right")


def _infer_unravel(op: Operation) -> Inferred:
    dims, rank = op.inputs[0].shape.dims, op.inputs[1].shape.dims
    sizes = None if dims is None or rank is None else [rank[0], *dims]
    return [(op.inputs[0].dtype.base_dtype, TensorShape(sizes))]


UNRAVEL = register(
    OpDef(
        type="UnravelIndex",
        inputs=("indices", "dims"),
        same=("indices", "dims"),
        takes={"indices": "i"},
        infer=_infer_unravel,
        kernel=lambda xp, indices, dims: xp.stack(
            xp.unravel_index(indices, tuple(int(size) for size in np.asarray(dims)))
        ).astype(indices.dtype),
        grad=NOT_DIFFERENTIABLE,
    )
)


def unravel_index(indices: Any, dims: Any, name: str | None = None) -> Tensor:
    """The places along each axis of flat places, [rank, ...]."""
    return one(UNRAVEL, indices, dims, name=name)
