"""Sparse tensors: the places and values of what is not zero, and what is made of them.

The essentials: making, feeding and fetching them, turning them into dense ones, reducing them and
multiplying dense matrices by them, slices excepted. They are three tensors; operations on them are
made of dense ones, so gradients flow to the values.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from neuronboard import errors
from neuronboard.engine import dtypes
from neuronboard.engine.convert import convert_to_tensor
from neuronboard.engine.graph import Graph, Operation, Tensor
from neuronboard.engine.ops import arithmetic, array, compare, gather, join, numbers, reduce
from neuronboard.engine.ops import segment as segments
from neuronboard.engine.ops.apply import scope_of
from neuronboard.engine.ops.constant import constant, placeholder
from neuronboard.engine.ops.static import shape_from, static_value
from neuronboard.engine.shape import TensorShape
from neuronboard.engine.where import user_line

__all__ = [
    "SparseTensor",
    "SparseTensorValue",
    "sparse_add",
    "sparse_placeholder",
    "sparse_reduce_sum",
    "sparse_reorder",
    "sparse_reshape",
    "sparse_retain",
    "sparse_softmax",
    "sparse_tensor_dense_matmul",
    "sparse_tensor_to_dense",
    "sparse_to_dense",
    "sparse_to_indicator",
    "sparse_transpose",
]


class SparseTensorValue(NamedTuple):
    """The value of a sparse tensor: what a session gives for it, and what is fed for it."""

    indices: Any
    values: Any
    dense_shape: Any


class SparseTensor:
    """Values at places: everything else is zero.

    indices: int64[n, rank], rising by rows for what is reduced or made dense. values: [n].
    dense_shape: int64[rank].
    """

    def __init__(self, indices: Any, values: Any, dense_shape: Any) -> None:
        with scope_of([indices, values, dense_shape], "SparseTensor"):
            self.indices = convert_to_tensor(indices, dtypes.int64, name="indices")
            self.values = convert_to_tensor(values, name="values")
            self.dense_shape = convert_to_tensor(dense_shape, dtypes.int64, name="dense_shape")
        ranks = self.indices.shape.ndims, self.values.shape.ndims, self.dense_shape.shape.ndims
        wanted = (2, 1, 1)
        if any(rank not in (None, want) for rank, want in zip(ranks, wanted, strict=True)):
            raise errors.ShapeError(
                op=self.values.op,
                message=f"A SparseTensor has indices [n, rank], values [n] and dense_shape [rank], "
                f"got shapes {self.indices.shape}, {self.values.shape} and "
                f"{self.dense_shape.shape}, at {user_line()}",
            )

    @classmethod
    def from_value(cls, sparse_tensor_value: Any) -> SparseTensor:
        """The tensor of a value."""
        if isinstance(sparse_tensor_value, cls):
            return sparse_tensor_value
        return cls(*sparse_tensor_value)

    @property
    def dtype(self) -> dtypes.DType:
        """The type of the values."""
        return self.values.dtype

    @property
    def op(self) -> Operation:
        """The operation that makes the values."""
        return self.values.op

    @property
    def name(self) -> str:
        """The name of the values."""
        return self.values.name

    @property
    def graph(self) -> Graph:
        """The graph that it is in."""
        return self.values.graph

    @property
    def shape(self) -> TensorShape:
        """What is known of the dense shape."""
        return shape_from(self.dense_shape)

    def get_shape(self) -> TensorShape:
        """The same as `shape`."""
        return self.shape

    def eval(self, feed_dict: Any = None, session: Any = None) -> Any:
        """The value, computed by `session` or the default session."""
        from neuronboard.engine.session import session_or_default

        return session_or_default(session).run(self, feed_dict)

    def _parts(self) -> tuple[Tensor, Tensor, Tensor]:
        return self.indices, self.values, self.dense_shape

    def _composed(self) -> tuple[type[SparseTensorValue], tuple[Tensor, Tensor, Tensor]]:
        """What a session fetches and is fed for it."""
        return SparseTensorValue, self._parts()

    def __mul__(self, other: Any) -> SparseTensor:
        return self._with(arithmetic.multiply(self.values, _there(other, self)))

    def __truediv__(self, other: Any) -> SparseTensor:
        return self._with(arithmetic.truediv(self.values, _there(other, self)))

    def _with(self, values: Tensor) -> SparseTensor:
        return SparseTensor(self.indices, values, self.dense_shape)

    def __repr__(self) -> str:
        names = ("indices", "values", "dense_shape")
        parts = ", ".join(f"{name}={getattr(self, name)}" for name in names)
        return f"SparseTensor({parts})"


def _there(dense: Any, sparse: SparseTensor) -> Tensor:
    """The elements of a dense tensor at a sparse one's places."""
    x = convert_to_tensor(dense, sparse.dtype)
    if x.shape.ndims == 0:
        return x
    return gather.gather_nd(array.broadcast_to(x, sparse.dense_shape), sparse.indices)


def _sparse(value: Any) -> SparseTensor:
    if isinstance(value, SparseTensor):
        return value
    if isinstance(value, SparseTensorValue):
        return SparseTensor(*value)
    raise errors.DTypeError(
        message=f"Input must be a SparseTensor, got {value!r}, at {user_line()}; make one with "
        "tf.SparseTensor(indices, values, dense_shape)"
    )


def sparse_placeholder(dtype: Any, shape: Any = None, name: str | None = None) -> SparseTensor:
    """A sparse tensor to be fed: with a `SparseTensorValue`, or (indices, values, shape)."""
    rank = None if shape is None else len(TensorShape(shape).as_list())
    label = f"{name}/" if name else "Placeholder/"
    known = None if shape is None or not TensorShape(shape).is_fully_defined() else shape
    made = SparseTensor.__new__(SparseTensor)
    made.dense_shape = (
        placeholder(dtypes.int64, [rank], name=f"{label}shape")
        if known is None
        else constant(np.array(known, np.int64), name=f"{label}shape")
    )
    made.values = placeholder(dtype, [None], name=f"{label}values")
    made.indices = placeholder(dtypes.int64, [None, rank], name=f"{label}indices")
    return made


def sparse_to_dense(
    sparse_indices: Any,
    output_shape: Any,
    sparse_values: Any,
    default_value: Any = 0,
    validate_indices: bool = True,
    name: str | None = None,
) -> Tensor:
    """A dense tensor with values at places, and `default_value` elsewhere.

    sparse_indices: a number, [n], or [n, rank]. sparse_values: one, or one for each.
    """
    with scope_of([sparse_indices, sparse_values], name or "SparseToDense"):
        places = convert_to_tensor(sparse_indices)
        values = convert_to_tensor(sparse_values)
        sizes = convert_to_tensor(output_shape, places.dtype.base_dtype)
        if places.shape.ndims == 0:
            places = array.reshape(places, [1, 1])
        elif places.shape.ndims == 1:
            places = array.expand_dims(places, -1)
        many = array.broadcast_to(values, array.shape(places)[:1])
        default = convert_to_tensor(default_value, values.dtype.base_dtype)
        whole = array.fill(sizes, default)
        return gather.tensor_scatter_update(whole, places, many)


def sparse_tensor_to_dense(
    sp_input: Any, default_value: Any = None, validate_indices: bool = True, name: str | None = None
) -> Tensor:
    """The dense tensor: `default_value` (0, or "" for texts) where there is no value."""
    sparse = _sparse(sp_input)
    missing = "" if sparse.dtype == dtypes.string else 0
    return sparse_to_dense(
        *(sparse.indices, sparse.dense_shape, sparse.values),
        missing if default_value is None else default_value,
        name=name or "SparseTensorToDense",
    )


def sparse_tensor_dense_matmul(
    sp_a: Any, b: Any, adjoint_a: bool = False, adjoint_b: bool = False, name: str | None = None
) -> Tensor:
    """The product of a sparse and a dense matrix; adjoint: turned before."""
    sparse = _sparse(sp_a)
    with scope_of([sparse.values, b], name or "SparseTensorDenseMatMul"):
        dense = convert_to_tensor(b, sparse.dtype.base_dtype if not hasattr(b, "op") else None)
        if adjoint_b:
            dense = array.matrix_transpose(dense, conjugate=True)
        rows, columns = sparse.indices[:, 0], sparse.indices[:, 1]
        height = sparse.dense_shape[0]
        if adjoint_a:
            rows, columns, height = columns, rows, sparse.dense_shape[1]
        scaled = arithmetic.multiply(
            array.expand_dims(sparse.values, -1), gather.gather(dense, columns)
        )
        return segments.unsorted_segment_sum(scaled, rows, height)


def sparse_reduce_sum(
    sp_input: Any,
    axis: Any = None,
    keepdims: bool | None = None,
    reduction_axes: Any = None,
    keep_dims: bool | None = None,
) -> Tensor:
    """The sum over axes (all if None), dense."""
    at = reduction_axes if axis is None else axis
    return reduce.reduce_sum(
        sparse_tensor_to_dense(sp_input), at, keepdims=bool(keepdims or keep_dims)
    )


def sparse_add(a: Any, b: Any, threshold: Any = None, thresh: Any = None) -> Any:
    """The sum: dense where one of them is, else sparse with every place of both once."""
    if not (isinstance(a, SparseTensor) and isinstance(b, SparseTensor)):
        parts = [sparse_tensor_to_dense(x) if isinstance(x, SparseTensor) else x for x in (a, b)]
        return arithmetic.add(parts[0], parts[1])
    indices = join.concat([a.indices, b.indices], 0)
    values = join.concat([a.values, b.values], 0)
    return _each_once(indices, values, a.dense_shape)


def _strides(sizes: Tensor) -> Tensor:
    """How far apart, in a flat tensor, neighbours along each axis stand."""
    from neuronboard.engine.ops.scan import cumprod

    return cumprod(sizes, exclusive=True, reverse=True)


def _flat(indices: Tensor, sizes: Tensor) -> Tensor:
    return reduce.reduce_sum(arithmetic.multiply(indices, _strides(sizes)), -1)


def _unflat(places: Tensor, sizes: Tensor) -> Tensor:
    rows = array.expand_dims(places, -1)
    return arithmetic.floormod(arithmetic.floordiv(rows, _strides(sizes)), sizes)


def _each_once(indices: Tensor, values: Tensor, sizes: Tensor) -> SparseTensor:
    """Every place once, in order: of one that is given twice, the sum."""
    from neuronboard.engine.ops.order import sort, unique

    places, which = unique(sort(_flat(indices, sizes)))
    del which
    found, at = unique(join.concat([places, _flat(indices, sizes)], 0))
    own = at[array.shape(places)[0] :]
    total = segments.unsorted_segment_sum(values, own, array.shape(found)[0])
    return SparseTensor(_unflat(found, sizes), total, sizes)


def _ordered(indices: Tensor, values: Tensor, sizes: Tensor) -> SparseTensor:
    from neuronboard.engine.ops.order import argsort

    order = argsort(_flat(indices, sizes))
    return SparseTensor(gather.gather(indices, order), gather.gather(values, order), sizes)


def sparse_reorder(sp_input: Any, name: str | None = None) -> SparseTensor:
    """The same with its places rising by rows."""
    return _ordered(*_sparse(sp_input)._parts())


def sparse_transpose(sp_input: Any, perm: Any = None, name: str | None = None) -> SparseTensor:
    """Axes in another order: reversed, or as `perm` says."""
    sparse = _sparse(sp_input)
    rank = sparse.shape.ndims or 2
    order = list(range(rank))[::-1] if perm is None else [int(axis) for axis in perm]
    indices = gather.gather(sparse.indices, order, axis=1)
    return _ordered(indices, sparse.values, gather.gather(sparse.dense_shape, order))


def sparse_reshape(sp_input: Any, shape: Any, name: str | None = None) -> SparseTensor:
    """The same elements in another shape; one size may be -1."""
    sparse = _sparse(sp_input)
    sizes = convert_to_tensor(shape, dtypes.int64)
    known = static_value(sizes)
    if known is None or (np.asarray(known) == -1).any():
        rest = arithmetic.abs(reduce.reduce_prod(sizes))
        left = arithmetic.floordiv(reduce.reduce_prod(sparse.dense_shape), rest)
        sizes = compare.where(compare.equal(sizes, -1), array.fill(array.shape(sizes), left), sizes)
    places = _flat(sparse.indices, sparse.dense_shape)
    return SparseTensor(_unflat(places, sizes), sparse.values, sizes)


def sparse_retain(sp_input: Any, to_retain: Any) -> SparseTensor:
    """Only the values for which `to_retain` is true."""
    sparse = _sparse(sp_input)
    kept = gather.boolean_mask(sparse.indices, to_retain)
    return SparseTensor(kept, gather.boolean_mask(sparse.values, to_retain), sparse.dense_shape)


def sparse_to_indicator(sp_input: Any, vocab_size: int, name: str | None = None) -> Tensor:
    """bool[..., vocab_size]: whether each number is among the values of its row."""
    sparse = _sparse(sp_input)
    ids = array.expand_dims(numbers.cast(sparse.values, dtypes.int64), -1)
    places = join.concat([sparse.indices[:, :-1], ids], 1)
    sizes = join.concat([sparse.dense_shape[:-1], constant([vocab_size], dtypes.int64)], 0)
    true = array.ones_like(sparse.values, dtype=dtypes.int32)
    return compare.greater(numbers.cast(sparse_to_dense(places, sizes, true), dtypes.int32), 0)


def sparse_softmax(sp_input: Any, name: str | None = None) -> SparseTensor:
    """The softmax over the values that each row of the last axis has."""
    from neuronboard.engine.ops.functions import exp

    sparse = _sparse(sp_input)
    sizes = sparse.dense_shape[:-1]
    rows = _flat(sparse.indices[:, :-1], sizes)
    count = reduce.reduce_prod(sizes)
    largest = segments.unsorted_segment_max(sparse.values, rows, count)
    raised = exp(arithmetic.subtract(sparse.values, gather.gather(largest, rows)))
    total = segments.unsorted_segment_sum(raised, rows, count)
    values = arithmetic.truediv(raised, gather.gather(total, rows))
    return SparseTensor(sparse.indices, values, sparse.dense_shape)
