"""Reductions: sums, means, products, extremes and logic over axes.

Every function takes its axes as `axis` (an int, several, or None for all of them) and keeps reduced
axes with size 1 if `keepdims`; `reduction_indices` and `keep_dims` are the names of TensorFlow 0.x.
"""

from __future__ import annotations

from typing import Any
from weakref import WeakKeyDictionary

import numpy as np

from neuronboard import errors
from neuronboard.engine import dtypes
from neuronboard.engine.convert import convert_to_tensor
from neuronboard.engine.graph import Operation, Tensor
from neuronboard.engine.opdef import NOT_DIFFERENTIABLE, OpDef, register
from neuronboard.engine.ops import (
    arithmetic,
    array,
    compare,
    functions,
    gather,
    join,
    numbers,
    order,
    scan,
)
from neuronboard.engine.ops.apply import graph_of, one, scope_of
from neuronboard.engine.ops.constant import constant
from neuronboard.engine.ops.define import Grads, Inferred
from neuronboard.engine.ops.static import static_value
from neuronboard.engine.shape import TensorShape
from neuronboard.engine.where import user_line

__all__ = [
    "count_nonzero",
    "reduce_all",
    "reduce_any",
    "reduce_euclidean_norm",
    "reduce_logsumexp",
    "reduce_max",
    "reduce_mean",
    "reduce_min",
    "reduce_prod",
    "reduce_std",
    "reduce_sum",
    "reduce_variance",
]


def _infer_reduction(op: Operation) -> Inferred:
    dims, axes = op.inputs[0].shape.dims, static_value(op.inputs[1])
    kind = op.inputs[0].dtype.base_dtype
    if dims is None or axes is None:
        known = dims is not None and op.attrs["keep_dims"]
        return [(kind, TensorShape([None] * len(dims or ()) if known else None))]
    picked = set()
    for axis in np.reshape(axes, -1).tolist():
        if not -len(dims) <= axis < len(dims):
            raise ValueError(
                f"Invalid reduction dimension {axis} for input with {len(dims)} dimensions.",
                f"give axes from {-len(dims)} to {len(dims) - 1}",
            )
        picked.add(axis % len(dims))
    if op.attrs["keep_dims"]:
        return [(kind, TensorShape([1 if i in picked else d for i, d in enumerate(dims)]))]
    return [(kind, TensorShape([d for i, d in enumerate(dims) if i not in picked]))]


def _over_axes(name: str, empty: Any = None) -> Any:
    """The kernel of numpy's function; the dtype stays. empty: the result for no elements."""

    def kernel(xp: Any, x: Any, axes: Any, keep_dims: bool) -> Any:
        rank = np.ndim(x)
        given = np.ravel(axes).tolist()
        picked = tuple({axis % rank if rank else 0: None for axis in given})
        if any(not -rank <= axis < rank for axis in given):
            raise ValueError(
                f"Invalid reduction dimension ({axes} for input with {rank} dimension(s)"
            )
        if len(picked) < len(given):
            counted = [axis % rank for axis in given]
            twice = next(axis for i, axis in enumerate(counted) if axis in counted[:i])
            raise ValueError(
                f"Invalid reduction arguments: Axes contains duplicate dimension: {twice}",
                "name each axis once",
            )
        if not picked:
            return x
        more = {} if empty is None else {"initial": empty(x.dtype)}
        function = getattr(xp, name)
        return function(x, axis=picked, keepdims=keep_dims, **more).astype(x.dtype)

    return kernel


def _lowest(dtype: Any) -> Any:
    return -np.inf if dtype.kind == "f" else np.iinfo(dtype).min


def _highest(dtype: Any) -> Any:
    return np.inf if dtype.kind == "f" else np.iinfo(dtype).max


def _mean(xp: Any, x: Any, axes: Any, keep_dims: bool) -> Any:
    """The mean; of integers cut off, as their sum divided by their number is."""
    if x.dtype.kind not in "iu" and np.size(x):
        return _over_axes("mean")(xp, x, axes, keep_dims)
    total = _over_axes("sum")(xp, x, axes, keep_dims)
    if x.dtype.kind not in "iu":
        return total / x.dtype.type(0)  # of nothing there is no mean
    count = np.size(x) // max(np.size(total), 1)
    return xp.trunc(total / max(count, 1)).astype(x.dtype)


def _euclidean(xp: Any, x: Any, axes: Any, keep_dims: bool) -> Any:
    squares = (x * x.conj()).real if x.dtype.kind == "c" else x * x
    total = _over_axes("sum")(xp, squares, axes, keep_dims)
    return xp.sqrt(total).astype(x.dtype)


def _reduction(op_type: str, kernel: Any, grad: Any, sorts: str = "iufc") -> OpDef:
    return register(
        OpDef(
            type=op_type,
            inputs=("input", "reduction_indices"),
            same=("input",) if sorts != "b" else (),
            takes={"input": sorts, "reduction_indices": "i"},
            types={"Tidx": "reduction_indices"},
            infer=_infer_reduction,
            kernel=kernel,
            kernel_attrs=("keep_dims",),
            grad=grad,
        )
    )


# ---- gradients


def _static_kept(op: Operation) -> list[int] | None:
    """The output's shape with reduced axes kept, where it is known."""
    dims, axes = op.inputs[0].shape.dims, static_value(op.inputs[1])
    if dims is None or axes is None or None in dims:
        return None
    picked = {int(axis) % len(dims) for axis in np.ravel(axes)} if dims else set()
    return [1 if i in picked else int(size or 0) for i, size in enumerate(dims)]


def _kept_shape(op: Operation, sizes: Tensor) -> Tensor:
    """The output's shape with reduced axes kept, computed from that of the input."""
    axes = numbers.cast(op.inputs[1], dtypes.int32)
    rank = array.size(sizes)
    positive = (axes + rank) % rank
    reduced = array.shape(positive)
    places, ones = order.range(rank), array.ones(reduced, dtypes.int32)
    return gather.dynamic_stitch([places, positive], [sizes, ones])


# For each graph the shapes, before and after, whose quotient stands in it.
_TOLD: WeakKeyDictionary[Any, set[Any]] = WeakKeyDictionary()


def _tell_times(op: Operation, whole: Any, least: Any) -> None:
    """The quotient of sizes as TensorFlow leaves it in a graph, once for each pair of shapes."""
    told = _TOLD.setdefault(op.graph, set())
    pair = (*whole.tolist(), None, *least.tolist())
    if pair not in told:
        told.add(pair)
        arithmetic.floordiv(whole, arithmetic.maximum(least, 1))


def _spread(op: Operation, dy: Tensor) -> Tensor:
    """The gradient of a sum, repeated to the shape of its input."""
    x, kept = op.inputs[0], _static_kept(op)
    axes, rank = static_value(op.inputs[1]), x.shape.ndims
    if kept is None and rank is not None and np.array_equal(axes, np.arange(rank)):
        return join.tile(array.reshape(dy, [1] * rank), array.shape(x))
    if kept is not None:
        whole, least = np.array(x.shape.as_list(), np.int32), np.array(kept, np.int32)
        if all(size == 1 for size in kept):
            return join.tile(array.reshape(dy, kept or least), constant(whole))
        _tell_times(op, whole, least)
        return join.tile(array.reshape(dy, least), whole // np.maximum(least, 1))
    sizes = array.shape(x)
    if not op.attrs["keep_dims"]:
        dy = array.reshape(dy, _kept_shape(op, sizes))
    return array.broadcast_to(dy, sizes)


def _grad_mean(op: Operation, dy: Tensor) -> Grads:
    """The gradient of the sum, divided by how many elements each mean is of."""
    x, y, spread = op.inputs[0], op.outputs[0], _spread(op, dy)
    total, left = x.shape.num_elements(), y.shape.num_elements()
    if total is not None and left is not None:
        count = constant(float(total // max(left, 1)), dy.dtype.base_dtype)
        return arithmetic.truediv(spread, count), None
    sizes = array.shape(x)
    rank = array.size(sizes)
    axes = (op.inputs[1] + rank) % rank
    count = reduce_prod(gather.gather(sizes, axes))
    return arithmetic.truediv(spread, numbers.cast(count, dy.dtype)), None


def _grad_extreme(op: Operation, dy: Tensor) -> Grads:
    """Elements that share the extreme share its gradient."""
    x, y, kept, whole = op.inputs[0], op.outputs[0], _static_kept(op), array.shape(op.inputs[0])
    sizes = _kept_shape(op, whole) if kept is None else np.array(kept, np.int32)
    y, dy = array.reshape(y, sizes), array.reshape(dy, sizes)
    hits = numbers.cast(compare.equal(y, x), dy.dtype)
    shared = array.reshape(one(SUM, hits, op.inputs[1], name="Sum", keep_dims=False), sizes)
    return arithmetic.multiply(arithmetic.truediv(hits, shared), dy, name="mul"), None


def _grad_prod(op: Operation, dy: Tensor) -> Grads:
    """The product of all the others: of those before, and of those behind. Zeros are no trouble."""
    x, kept = op.inputs[0], _static_kept(op)
    sizes = array.shape(x)
    axes = array.reshape(numbers.cast(op.inputs[1], dtypes.int32), [-1])
    if not op.attrs["keep_dims"]:
        small = _kept_shape(op, sizes) if kept is None else np.array(kept, np.int32)
        dy = array.reshape(dy, small)
    spread = array.broadcast_to(dy, sizes)
    rank = array.rank(x)
    axes = arithmetic.floormod(arithmetic.add(axes, rank, name="add"), rank, name="mod")
    others, _ = order.setdiff1d(order.range(0, rank), axes)
    perm = join.concat([axes, others], 0)
    count = reduce_prod(gather.gather(sizes, axes))
    columns = reduce_prod(gather.gather(sizes, others))
    front = array.transpose(x, perm)
    whole = array.shape(front)
    table = array.reshape(front, [count, columns])
    before = scan.cumprod(table, axis=0, exclusive=True)
    behind = scan.cumprod(table, axis=0, exclusive=True, reverse=True)
    product = arithmetic.multiply(numbers.conj(before), numbers.conj(behind), name="mul")
    rest = array.reshape(product, whole)
    rest = array.transpose(rest, array.invert_permutation(perm))
    return array.reshape(arithmetic.multiply(spread, rest, name="mul"), sizes), None


def _grad_euclidean(op: Operation, dy: Tensor) -> Grads:
    x, y, kept, whole = op.inputs[0], op.outputs[0], _static_kept(op), array.shape(op.inputs[0])
    sizes = _kept_shape(op, whole) if kept is None else np.array(kept, np.int32)
    y, dy = array.reshape(y, sizes), array.reshape(dy, sizes)
    return arithmetic.truediv(x, arithmetic.truediv(y, dy)), None


# ---- types and functions


SUM = _reduction("Sum", _over_axes("sum"), lambda op, dy: (_spread(op, dy), None))
MEAN = _reduction("Mean", _mean, _grad_mean)
PROD = _reduction("Prod", _over_axes("prod"), _grad_prod)
MAX = _reduction("Max", _over_axes("max", _lowest), _grad_extreme, "iuf")
MIN = _reduction("Min", _over_axes("min", _highest), _grad_extreme, "iuf")
ALL = _reduction("All", _over_axes("all"), NOT_DIFFERENTIABLE, "b")
ANY = _reduction("Any", _over_axes("any"), NOT_DIFFERENTIABLE, "b")
EUCLIDEAN_NORM = _reduction("EuclideanNorm", _euclidean, _grad_euclidean)


def _one_of(new: Any, old: Any, names: tuple[str, str]) -> Any:
    """An argument that has two names; ValueError when both are given."""
    if new is not None and old is not None:
        raise errors.ArgumentValueError(
            message=f"Cannot specify both '{names[0]}' and '{names[1]}'. At {user_line()}: they "
            "are two names of one thing"
        )
    return old if new is None else new


def _reduce(
    kind: OpDef, x: Any, axis: Any, keep: Any, name: str | None, old_axis: Any, old_keep: Any
) -> Tensor:
    axes = _one_of(axis, old_axis, ("axis", "reduction_indices"))
    kept = bool(_one_of(keep, old_keep, ("keepdims", "keep_dims")))
    if axes is None:
        with graph_of([x]).as_default():
            result = one(kind, x, _all_axes(x), name=name, keep_dims=kept)
        if not kept:
            result.set_shape([])
        return result
    if not isinstance(axes, Tensor):
        axes = np.array(axes, np.int32) if np.size(axes) == 0 else axes
    return one(kind, x, axes, name=name, keep_dims=kept)


def _all_axes(x: Any) -> Tensor:
    tensor = x._as_tensor() if hasattr(x, "_as_tensor") else x
    if isinstance(tensor, Tensor) and not tensor.shape.ndims:  # TensorFlow tells 0 by None, too
        return order.range(0, array.rank(tensor))
    rank = (tensor.shape.ndims or 0) if isinstance(tensor, Tensor) else np.ndim(tensor)
    return constant(np.arange(rank, dtype=np.int32))


def reduce_sum(
    input_tensor: Any,
    axis: Any = None,
    keepdims: bool | None = None,
    name: str | None = None,
    reduction_indices: Any = None,
    keep_dims: bool | None = None,
) -> Tensor:
    """The sum over axes, or over everything."""
    return _reduce(SUM, input_tensor, axis, keepdims, name, reduction_indices, keep_dims)


def reduce_mean(
    input_tensor: Any,
    axis: Any = None,
    keepdims: bool | None = None,
    name: str | None = None,
    reduction_indices: Any = None,
    keep_dims: bool | None = None,
) -> Tensor:
    """The mean over axes, or over everything; of integers it is cut off."""
    return _reduce(MEAN, input_tensor, axis, keepdims, name, reduction_indices, keep_dims)


def reduce_prod(
    input_tensor: Any,
    axis: Any = None,
    keepdims: bool | None = None,
    name: str | None = None,
    reduction_indices: Any = None,
    keep_dims: bool | None = None,
) -> Tensor:
    """The product over axes, or over everything."""
    return _reduce(PROD, input_tensor, axis, keepdims, name, reduction_indices, keep_dims)


def reduce_max(
    input_tensor: Any,
    axis: Any = None,
    keepdims: bool | None = None,
    name: str | None = None,
    reduction_indices: Any = None,
    keep_dims: bool | None = None,
) -> Tensor:
    """The largest over axes, or of everything; equal ones share the gradient."""
    return _reduce(MAX, input_tensor, axis, keepdims, name, reduction_indices, keep_dims)


def reduce_min(
    input_tensor: Any,
    axis: Any = None,
    keepdims: bool | None = None,
    name: str | None = None,
    reduction_indices: Any = None,
    keep_dims: bool | None = None,
) -> Tensor:
    """The smallest over axes, or of everything; equal ones share the gradient."""
    return _reduce(MIN, input_tensor, axis, keepdims, name, reduction_indices, keep_dims)


def reduce_all(
    input_tensor: Any,
    axis: Any = None,
    keepdims: bool | None = None,
    name: str | None = None,
    reduction_indices: Any = None,
    keep_dims: bool | None = None,
) -> Tensor:
    """Whether all of them are true."""
    return _reduce(ALL, input_tensor, axis, keepdims, name, reduction_indices, keep_dims)


def reduce_any(
    input_tensor: Any,
    axis: Any = None,
    keepdims: bool | None = None,
    name: str | None = None,
    reduction_indices: Any = None,
    keep_dims: bool | None = None,
) -> Tensor:
    """Whether one of them is true."""
    return _reduce(ANY, input_tensor, axis, keepdims, name, reduction_indices, keep_dims)


def reduce_euclidean_norm(
    input_tensor: Any, axis: Any = None, keepdims: bool = False, name: str | None = None
) -> Tensor:
    """The square root of the sum of squares."""
    return _reduce(EUCLIDEAN_NORM, input_tensor, axis, keepdims, name, None, None)


def reduce_variance(
    input_tensor: Any, axis: Any = None, keepdims: bool = False, name: str | None = None
) -> Tensor:
    """The mean of squared distances from the mean."""
    with scope_of([input_tensor], name or "reduce_variance"):
        x = convert_to_tensor(input_tensor)
        centre = reduce_mean(x, axis, True)
        if centre.dtype.is_integer:
            raise errors.DTypeError(
                op=x.op,
                message="Input must be either real or complex. Received integer type "
                f"{centre.dtype}. At {user_line()}: use tf.cast(x, tf.float32)",
            )
        distances = arithmetic.subtract(x, centre, name="sub")
        if x.dtype.kind == "c":
            squares = arithmetic.multiply(distances, numbers.conj(distances), name="mul")
            return numbers.real(reduce_mean(squares, axis, keepdims))
        return reduce_mean(functions.square(distances), axis, keepdims)


def reduce_std(
    input_tensor: Any, axis: Any = None, keepdims: bool = False, name: str | None = None
) -> Tensor:
    """The square root of the variance."""
    with scope_of([input_tensor], name or "reduce_std"):
        return functions.sqrt(reduce_variance(input_tensor, axis, keepdims))


def reduce_logsumexp(
    input_tensor: Any,
    axis: Any = None,
    keepdims: bool | None = None,
    name: str | None = None,
    reduction_indices: Any = None,
    keep_dims: bool | None = None,
) -> Tensor:
    """log(sum(exp(x))), computed so that nothing overflows."""
    axes = _one_of(axis, reduction_indices, ("axis", "reduction_indices"))
    kept = bool(_one_of(keepdims, keep_dims, ("keepdims", "keep_dims")))
    with scope_of([input_tensor], name or "ReduceLogSumExp") as scope:
        x = convert_to_tensor(input_tensor)
        largest = reduce_max(x, axes, True)
        finite = functions.is_finite(largest)
        zero = constant(0, x.dtype.base_dtype)
        shift = array.stop_gradient(compare.where_v2(finite, largest, zero))
        sums = reduce_sum(functions.exp(one(arithmetic.SUB, x, shift)), axes, kept)
        logs = functions.log(sums)
        if not kept:
            shift = array.reshape(shift, array.shape(logs))
        return arithmetic.add(logs, shift, name=scope)


def count_nonzero(
    input_tensor: Any = None,
    axis: Any = None,
    keepdims: bool | None = None,
    dtype: Any = dtypes.int64,
    name: str | None = None,
    reduction_indices: Any = None,
    keep_dims: bool | None = None,
    input: Any = None,
) -> Tensor:
    """How many of them are not 0 (of texts: not empty)."""
    given = _one_of(input_tensor, input, ("input_tensor", "input"))
    with scope_of([given], name or "count_nonzero"):
        x = convert_to_tensor(given)
        if x.dtype.kind == "b":
            hits = numbers.cast(x, dtypes.int64)
        else:
            nothing = array.zeros([], x.dtype.base_dtype)
            hits = numbers.cast(compare.not_equal(x, nothing), dtypes.int64)
        total = reduce_sum(hits, axis, keepdims, None, reduction_indices, keep_dims)
        return numbers.cast(total, dtype)
