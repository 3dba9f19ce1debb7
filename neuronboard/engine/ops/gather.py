"""Elements by index: gather, scatter, one_hot, masks, partitions, and tables of embeddings.

Long, because reading by index, writing by index and marking are each other's gradients.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from neuronboard import errors
from neuronboard.engine import dtypes
from neuronboard.engine.convert import convert_to_tensor
from neuronboard.engine.graph import Operation, Tensor
from neuronboard.engine.indexed_slices import IndexedSlices
from neuronboard.engine.opdef import NOT_DIFFERENTIABLE, OpDef, register
from neuronboard.engine.ops import arithmetic, array, compare, join, numbers, order, reduce, segment
from neuronboard.engine.ops.apply import apply, one, scope_of
from neuronboard.engine.ops.constant import constant
from neuronboard.engine.ops.define import Grads, Inferred, axis_of, outputs_of
from neuronboard.engine.ops.static import shape_from, static_value
from neuronboard.engine.shape import TensorShape
from neuronboard.engine.where import user_line

__all__ = [
    "batch_gather",
    "boolean_mask",
    "dynamic_partition",
    "dynamic_stitch",
    "gather",
    "gather_nd",
    "one_hot",
    "scatter_nd",
    "sequence_mask",
    "tensor_scatter_add",
    "tensor_scatter_max",
    "tensor_scatter_min",
    "tensor_scatter_sub",
    "tensor_scatter_update",
]


# ---- gather


def _infer_gather(op: Operation) -> Inferred:
    params, indices = op.inputs[0].shape.dims, op.inputs[1].shape.dims
    kind, axis, batch = (
        op.inputs[0].dtype.base_dtype,
        static_value(op.inputs[2]),
        op.attrs["batch_dims"],
    )
    if params is None or indices is None or axis is None:
        return [(kind, TensorShape(None))]
    if not params:
        raise ValueError(
            "Shape must be at least rank 1 but is rank 0", "gather takes parts of a row"
        )
    at = axis_of(int(axis), len(params))
    return [(kind, TensorShape([*params[:at], *indices[batch:], *params[at + 1 :]]))]


def check_range(indices: Any, size: int, name: str = "indices") -> None:
    """Raises ValueError that tells the first index outside of [0, size), and where it stands."""
    flat = np.ravel(np.asarray(indices))
    if flat.size and (flat.min() < 0 or flat.max() >= size):
        bad = int(np.argmax((flat < 0) | (flat >= size)))
        where = np.unravel_index(bad, np.shape(indices)) if np.ndim(indices) else ()
        place = f"[{','.join(map(str, map(int, where)))}]" if where else ""
        raise ValueError(f"{name}{place} = {int(flat[bad])} is not in [0, {size})")


def _gather(xp: Any, params: Any, indices: Any, axis: Any, batch_dims: int) -> Any:
    at = int(axis) % np.ndim(params)
    check_range(indices, params.shape[at])
    if not batch_dims:
        return xp.take(params, indices, at)
    if batch_dims == at:
        flat = xp.reshape(params, (-1, *params.shape[at:]))
        rows = xp.reshape(indices, (flat.shape[0], -1))
        picked = flat[np.arange(flat.shape[0])[:, None], rows]
        return xp.reshape(picked, (*indices.shape, *params.shape[at + 1 :]))
    moved = xp.moveaxis(params, at, batch_dims)
    picked = _gather(xp, moved, indices, batch_dims, batch_dims)
    extra = range(batch_dims, np.ndim(indices))
    between = range(np.ndim(indices), np.ndim(indices) + at - batch_dims)
    rest = range(np.ndim(indices) + at - batch_dims, picked.ndim)
    return xp.transpose(picked, (*range(batch_dims), *between, *extra, *rest))


def _grad_gather(op: Operation, dy: Tensor) -> Grads:
    params, indices, axis = op.inputs
    at = static_value(axis)
    if at is None:
        raise errors.GradientError(op=op, message=f"The gradient of {op.name!r} needs a known axis")
    sizes = array.shape(params)
    count = array.expand_dims(array.size(indices), 0)
    if at == 0:
        shape = join.concat([count, sizes[1:]], 0)
        values = array.reshape(dy, shape)
        return IndexedSlices(values, array.reshape(indices, count), sizes), None, None
    return _grad_along(op, dy, int(at), count), None, None


def _grad_along(op: Operation, dy: Tensor, at: int, count: Tensor) -> Tensor:
    """The rows of an axis behind the first are brought to the front, added up, and put back."""
    params, indices, _ = op.inputs
    batch = op.attrs["batch_dims"]
    rank = array.rank(params) if params.shape.ndims is None else params.shape.ndims
    place = at if at >= 0 else at + rank
    sizes = array.shape(params)
    shape = join.concat([sizes[:place], [-1] if batch else count, sizes[place + 1 :]], 0)
    outer = np.arange(batch, dtype=np.int32)
    between, behind = order.range(batch, place), order.range(place + 1, rank)
    turn = join.concat([outer, [place], between, behind], 0)
    rows = array.transpose(array.reshape(dy, shape), turn)
    total = _added(rows, indices, gather(sizes, turn), batch)
    back = join.concat([outer, arithmetic.add(between, 1), [batch], behind], 0)
    return array.transpose(total, back)


def _added(values: Tensor, indices: Tensor, sizes: Tensor, batch: int) -> Tensor:
    """Rows added up at their places; each row of a batch has its own range of segments."""
    width = sizes[batch]
    if not batch:
        return segment.unsorted_segment_sum(values, array.reshape(indices, [-1]), width)
    rows = reduce.reduce_prod(sizes[:batch])
    flat = array.reshape(indices, join.stack([rows, -1]))
    starts = numbers.cast(arithmetic.multiply(order.range(rows), width), indices.dtype)
    ids = array.reshape(arithmetic.add(flat, array.expand_dims(starts, 1)), [-1])
    inner = join.concat([array.expand_dims(array.size(ids), 0), sizes[batch + 1 :]], 0)
    total = segment.unsorted_segment_sum(
        array.reshape(values, inner), ids, arithmetic.multiply(rows, width)
    )
    return array.reshape(total, sizes)


GATHER = register(
    OpDef(
        type="GatherV2",
        inputs=("params", "indices", "axis"),
        same=("params",),
        takes={"indices": "i", "axis": "i"},
        types={"Tparams": "params", "Tindices": "indices", "Taxis": "axis"},
        infer=_infer_gather,
        kernel=_gather,
        kernel_attrs=("batch_dims",),
        grad=_grad_gather,
    )
)


def gather(
    params: Any,
    indices: Any,
    validate_indices: Any = None,
    name: str | None = None,
    axis: Any = None,
    batch_dims: int = 0,
) -> Tensor:
    """The parts of `params` at `indices` along an axis (0, or `batch_dims`).

    The result has the indices' shape in the place of the axis. Raises InvalidArgumentError, when
    it is run, for an index out of range.
    """
    at = batch_dims if axis is None else axis
    with scope_of([params, indices], name or "GatherV2") as scope:
        table = convert_to_tensor(params, name="params")
        batch = int(batch_dims)
        if batch < 0:
            batch += convert_to_tensor(indices).shape.ndims or 0
        return one(GATHER, table, indices, at, name=scope, batch_dims=batch)


def batch_gather(params: Any, indices: Any, name: str | None = None) -> Tensor:
    """The parts of each row of a batch, by the indices of that row."""
    ids = convert_to_tensor(indices, name="indices")
    batch = (ids.shape.ndims or 1) - 1
    return gather(params, ids, name=name, axis=batch, batch_dims=batch)


# ---- gather_nd and scatter_nd


def _infer_gather_nd(op: Operation) -> Inferred:
    params, indices = op.inputs[0].shape.dims, op.inputs[1].shape.dims
    kind = op.inputs[0].dtype.base_dtype
    if params is None or not indices or indices[-1] is None:
        return [(kind, TensorShape(None))]
    if indices[-1] > len(params):
        raise ValueError(
            f"indices.shape[-1] must be <= params.rank, but saw indices shape: {list(indices)} and "
            f"params shape: {list(params)}",
            "an index has at most one number for each axis",
        )
    return [(kind, TensorShape([*indices[:-1], *params[indices[-1] :]]))]


def columns(indices: Any, sizes: tuple[int, ...]) -> tuple[Any, ...]:
    """The index of numpy; ValueError for a place outside."""
    *places, count = np.shape(indices)
    flat = np.reshape(np.asarray(indices), (math.prod(places), count))
    limits = np.array(sizes[: flat.shape[1]])
    bad = np.any((flat < 0) | (flat >= limits), axis=1)
    if bad.any():
        place = int(np.argmax(bad))
        where = ",".join(map(str, np.unravel_index(place, np.shape(indices)[:-1])))
        raise ValueError(
            f"indices[{where}] = [{', '.join(map(str, flat[place]))}] does not index into param "
            f"shape {list(sizes)}"
        )
    return tuple(indices[..., i] for i in range(np.shape(indices)[-1]))


def _gather_nd(xp: Any, params: Any, indices: Any) -> Any:
    if not np.shape(indices)[-1]:  # an index without numbers is all of it
        return xp.broadcast_to(params, (*np.shape(indices)[:-1], *np.shape(params)))
    return params[columns(indices, np.shape(params))]


GATHER_ND = register(
    OpDef(
        type="GatherNd",
        inputs=("params", "indices"),
        takes={"indices": "i"},
        types={"Tparams": "params", "Tindices": "indices"},
        infer=_infer_gather_nd,
        kernel=_gather_nd,
        grad=lambda op, dy: (
            scatter_nd(
                op.inputs[1], dy, array.shape(op.inputs[0], out_type=op.inputs[1].dtype.base_dtype)
            ),
            None,
        ),
    )
)


def gather_nd(params: Any, indices: Any, name: str | None = None, batch_dims: int = 0) -> Tensor:
    """The parts of `params` at places: the last axis of `indices` holds an index for each axis."""
    if batch_dims:
        with scope_of([params, indices], name or "GatherNd"):
            table = convert_to_tensor(params, name="params")
            places = convert_to_tensor(indices, name="indices")
            sizes = array.shape(places)
            for axis in range(batch_dims - 1, -1, -1):
                ids = order.range(sizes[axis])
                wide = array.reshape(ids, [-1, *[1] * ((places.shape.ndims or 0) - axis - 1)])
                like = join.concat([sizes[:-1], [1]], 0)
                column = array.broadcast_to(numbers.cast(wide, places.dtype), like)
                places = join.concat([column, places], -1)
            return one(GATHER_ND, table, places)
    return one(GATHER_ND, params, indices, name=name)


def _scatter(name: str) -> Any:
    def kernel(xp: Any, indices: Any, updates: Any, sizes: Any) -> Any:
        whole = tuple(int(size) for size in sizes)
        return getattr(xp, name)(xp.zeros(whole, updates.dtype), columns(indices, whole), updates)

    return kernel


SCATTER_ND = register(
    OpDef(
        type="ScatterNd",
        inputs=("indices", "updates", "shape"),
        same=("updates",),
        takes={"indices": "i", "shape": "i", "updates": "iufc"},
        types={"Tindices": "indices"},
        infer=lambda op: [(op.inputs[1].dtype.base_dtype, shape_from(op.inputs[2]))],
        kernel=_scatter("add_at"),
        grad=lambda op, dy: (None, gather_nd(dy, op.inputs[0]), None),
    )
)


def scatter_nd(indices: Any, updates: Any, shape: Any, name: str | None = None) -> Tensor:
    """Zeros of `shape` with `updates` added at places; twice at one place, both are added."""
    with scope_of([indices, updates, shape], name or "ScatterNd") as scope:
        places = convert_to_tensor(indices, name="indices")
        whole = convert_to_tensor(shape, places.dtype.base_dtype, name="shape")
        return one(SCATTER_ND, places, updates, whole, name=scope)


def _scattered_onto(op_type: str, name: str, grad: Any, turned: Any = None) -> OpDef:
    def kernel(xp: Any, tensor: Any, indices: Any, updates: Any) -> Any:
        given = updates if turned is None else turned(updates)
        return getattr(xp, name)(tensor, columns(indices, tensor.shape), given)

    return register(
        OpDef(
            type=op_type,
            inputs=("tensor", "indices", "updates"),
            same=("tensor", "updates"),
            takes={"indices": "i"},
            types={"Tindices": "indices"},
            infer=lambda op: [(op.inputs[0].dtype.base_dtype, op.inputs[0].shape)],
            kernel=kernel,
            grad=grad,
        )
    )


def _grad_scatter_update(op: Operation, dy: Tensor) -> Grads:
    _, indices, updates = op.inputs
    kept = one(TENSOR_SCATTER_UPDATE, dy, indices, array.zeros_like(updates))
    return kept, None, gather_nd(dy, indices)


TENSOR_SCATTER_UPDATE = _scattered_onto("TensorScatterUpdate", "set_at", _grad_scatter_update)
TENSOR_SCATTER_ADD = _scattered_onto(
    "TensorScatterAdd", "add_at", lambda op, dy: (dy, None, gather_nd(dy, op.inputs[1]))
)


TENSOR_SCATTER_SUB = _scattered_onto(
    "TensorScatterSub",
    "add_at",
    lambda op, dy: (dy, None, arithmetic.negative(gather_nd(dy, op.inputs[1]))),
    lambda updates: -updates,
)


def _grad_scatter_extreme(op: Operation, dy: Tensor) -> Grads:
    """Those that share the extreme of a place share its gradient."""
    x, indices, updates = op.inputs
    own = numbers.cast(compare.equal(x, op.outputs[0]), dy.dtype)
    theirs = numbers.cast(compare.equal(updates, gather_nd(op.outputs[0], indices)), dy.dtype)
    hits = own + scatter_nd(indices, theirs, array.shape(x, out_type=indices.dtype))
    return dy * own / hits, None, gather_nd(dy / hits, indices) * theirs


TENSOR_SCATTER_MAX = _scattered_onto("TensorScatterMax", "max_at", _grad_scatter_extreme)
TENSOR_SCATTER_MIN = _scattered_onto("TensorScatterMin", "min_at", _grad_scatter_extreme)


def tensor_scatter_update(
    tensor: Any, indices: Any, updates: Any, name: str | None = None
) -> Tensor:
    """`tensor` with other values at places."""
    return one(TENSOR_SCATTER_UPDATE, tensor, indices, updates, name=name)


def tensor_scatter_add(tensor: Any, indices: Any, updates: Any, name: str | None = None) -> Tensor:
    """`tensor` with values added at places."""
    return one(TENSOR_SCATTER_ADD, tensor, indices, updates, name=name)


def tensor_scatter_sub(tensor: Any, indices: Any, updates: Any, name: str | None = None) -> Tensor:
    """`tensor` with values subtracted at places."""
    return one(TENSOR_SCATTER_SUB, tensor, indices, updates, name=name)


def tensor_scatter_max(tensor: Any, indices: Any, updates: Any, name: str | None = None) -> Tensor:
    """`tensor` with values at places where they are larger."""
    return one(TENSOR_SCATTER_MAX, tensor, indices, updates, name=name)


def tensor_scatter_min(tensor: Any, indices: Any, updates: Any, name: str | None = None) -> Tensor:
    """`tensor` with values at places where they are smaller."""
    return one(TENSOR_SCATTER_MIN, tensor, indices, updates, name=name)


# ---- one_hot and masks


def _infer_one_hot(op: Operation) -> Inferred:
    dims, depth = op.inputs[0].shape.dims, static_value(op.inputs[1])
    kind = op.inputs[2].dtype.base_dtype
    if dims is None:
        return [(kind, TensorShape(None))]
    at = op.attrs["axis"] if op.attrs["axis"] != -1 else len(dims)
    if not 0 <= at <= len(dims):  # the run refuses it
        return [(kind, TensorShape([None] * (len(dims) + 1)))]
    size = None if depth is None else int(depth)
    if size is not None and size < 0:
        raise ValueError(
            f"Dimension size, given by scalar input 1, must be non-negative but is {size}",
            "depth is how many classes there are",
        )
    return [(kind, TensorShape([*dims[:at], size, *dims[at:]]))]


def _one_hot(xp: Any, indices: Any, depth: Any, on: Any, off: Any, axis: int) -> Any:
    if not -1 <= axis <= np.ndim(indices):
        raise ValueError(
            f"Expected axis to be -1 or between [0, {np.ndim(indices) + 1}).  But received: {axis}"
        )
    hits = xp.expand_dims(indices, -1) == xp.arange(int(depth), dtype=indices.dtype)
    return xp.moveaxis(xp.where(hits, on, off), -1, axis)


ONE_HOT = register(
    OpDef(
        type="OneHot",
        inputs=("indices", "depth", "on_value", "off_value"),
        same=("on_value", "off_value"),
        takes={"indices": "iu", "depth": "i"},
        types={"TI": "indices"},
        infer=_infer_one_hot,
        kernel=_one_hot,
        kernel_attrs=("axis",),
        grad=NOT_DIFFERENTIABLE,
    )
)


def one_hot(
    indices: Any,
    depth: Any,
    on_value: Any = None,
    off_value: Any = None,
    axis: int | None = None,
    dtype: Any = None,
    name: str | None = None,
) -> Tensor:
    """A row of `depth` for each index, `off_value` (0) but for `on_value` (1) at the index.

    An index out of range has no on_value. axis: where the new axis is put, at the end if None.
    """
    with scope_of([indices, depth, on_value, off_value], name or "one_hot") as scope:
        kinds = [v.dtype.base_dtype for v in (on_value, off_value) if isinstance(v, Tensor)]
        if dtype is None and on_value is not None and off_value is not None:
            on_value = convert_to_tensor(on_value, name="on_value")
            off_value = convert_to_tensor(off_value, name="off_value")
            kinds = [on_value.dtype.base_dtype, off_value.dtype.base_dtype]
            if kinds[0] != kinds[1]:
                raise errors.DTypeError(
                    message=f"dtype {kinds[0]} of on_value does not match dtype {kinds[1]} of "
                    f"off_value. At {user_line()}: give two numbers of one type"
                )
        kind = dtypes.as_dtype(dtype) if dtype is not None else None
        if kind is None:
            given = on_value if off_value is None else off_value
            kind = kinds[0] if kinds else dtypes.float32
            if not kinds and given is not None:
                kind = convert_to_tensor(given, name="on_value").dtype.base_dtype
        if any(other != kind for other in kinds):
            raise errors.DTypeError(
                message=f"dtype {kind.name} of one_hot does not match on_value or off_value, of "
                f"{kinds[0].name}. At {user_line()}: tf.cast(x, tf.{kind.name}) changes it"
            )
        on = convert_to_tensor(1 if on_value is None else on_value, kind, name="on_value")
        off = convert_to_tensor(0 if off_value is None else off_value, kind, name="off_value")
        where = -1 if axis is None else int(axis)
        return one(ONE_HOT, indices, depth, on, off, name=scope, axis=where)


def boolean_mask(
    tensor: Any, mask: Any, name: str = "boolean_mask", axis: int | None = None
) -> Tensor:
    """The parts of a tensor where a mask is true, one behind the other.

    mask: bool; of the shape of the axes from `axis` (0) on, of known rank.
    """
    with scope_of([tensor, mask], name):
        x = convert_to_tensor(tensor, name="tensor")
        flags = convert_to_tensor(mask, name="mask")
        at, rank = axis or 0, flags.shape.ndims
        if not rank:
            problem = "mask cannot be scalar" if rank == 0 else "Number of mask dimensions must be "
            raise errors.ArgumentValueError(
                op=flags.op,
                message=f"{problem}{'specified' if rank is None else ''}. At {user_line()}: give a "
                "mask of booleans of known rank, such as x > 0",
            )
        if x.shape.ndims is not None:
            part = x.shape[at : at + rank]
            if not part.is_compatible_with(flags.shape):
                raise errors.ShapeError(
                    op=x.op,
                    message=f"Shapes {part} and {flags.shape} are incompatible. At {user_line()}: "
                    "the mask must have the shape of the axes that it goes over",
                )
        count = reduce.reduce_prod(array.shape(x)[at : at + rank], [0])
        before, behind = array.shape(x)[:at], array.shape(x)[at + rank :]
        whole = join.concat([before, [count], behind], 0)
        flat = array.reshape(x, whole)
        places = array.squeeze(compare.where(array.reshape(flags, [-1])), [1])
        return gather(flat, places, axis=at)


def sequence_mask(
    lengths: Any, maxlen: Any = None, dtype: Any = dtypes.bool_, name: str | None = None
) -> Tensor:
    """For each length a row that is true up to it; of `maxlen`, or of the longest."""
    with scope_of([lengths, maxlen], name or "SequenceMask"):
        ends = convert_to_tensor(lengths)
        longest = reduce.reduce_max(ends) if maxlen is None else convert_to_tensor(maxlen)
        longest = numbers.cast(longest, ends.dtype)
        zero, step = constant(0, ends.dtype.base_dtype), constant(1, ends.dtype.base_dtype)
        positions = order.range(zero, arithmetic.maximum(zero, longest), step)
        flags = compare.less(positions, array.expand_dims(ends, -1))
        return numbers.cast(flags, dtype)


# ---- partitions


def _infer_partition(op: Operation) -> Inferred:
    data, parts = op.inputs[0].shape.dims, op.inputs[1].shape.dims
    kind = op.inputs[0].dtype.base_dtype
    for mine, theirs in zip(data or (), parts or (), strict=False):
        if None not in (mine, theirs) and mine != theirs:
            raise ValueError(
                f"Dimensions must be equal, but are {mine} and {theirs}",
                "partitions have the shape of the data's first axes",
            )
    rest = None if data is None or parts is None else [None, *data[len(parts) :]]
    return [(kind, TensorShape(rest))] * op.attrs["num_partitions"]


def _partition(xp: Any, data: Any, parts: Any, num_partitions: int) -> Any:
    check_range(parts, num_partitions, "partitions")
    flat = xp.reshape(data, (-1, *data.shape[np.ndim(parts) :]))
    ids = xp.reshape(parts, (-1,))
    return outputs_of(flat[ids == part] for part in range(num_partitions))


def _grad_partition(op: Operation, *dys: Tensor) -> Grads:
    data, parts = op.inputs
    number = op.attrs["num_partitions"]
    sizes = array.shape(parts)
    places = array.reshape(order.range(array.size(parts)), sizes)
    which = dynamic_partition(places, parts, number)
    merged = dynamic_stitch(which, list(dys))
    return array.reshape(merged, array.shape(data)), None


DYNAMIC_PARTITION = register(
    OpDef(
        type="DynamicPartition",
        inputs=("data", "partitions"),
        same=("data",),
        takes={"partitions": "i"},
        infer=_infer_partition,
        kernel=_partition,
        kernel_attrs=("num_partitions",),
        grad=_grad_partition,
    )
)


def dynamic_partition(
    data: Any, partitions: Any, num_partitions: int, name: str | None = None
) -> list[Tensor]:
    """The parts of `data` sorted into `num_partitions` tensors, by the numbers of `partitions`."""
    return list(
        apply(
            DYNAMIC_PARTITION, data, partitions, name=name, num_partitions=int(num_partitions)
        ).outputs
    )


def _infer_stitch(op: Operation) -> Inferred:
    number = op.attrs["N"]
    indices, data = op.inputs[:number], op.inputs[number:]
    kind, rest = data[0].dtype.base_dtype, TensorShape(None)
    for places, values in zip(indices, data, strict=True):
        if places.shape.dims is not None and values.shape.dims is not None:
            rest = rest.merge_with(values.shape[len(places.shape.dims) :])
    known = [static_value(places) for places in indices]
    size = None
    if all(value is not None for value in known):
        size = 1 + max((int(np.max(value)) for value in known if np.size(value)), default=-1)
    return [(kind, TensorShape(None if rest.dims is None else [size, *rest.dims]))]


def _stitch(xp: Any, *parts: Any, N: int) -> Any:  # noqa: N803 the attribute is called so
    indices, data = parts[:N], parts[N:]
    rest = np.shape(data[0])[np.ndim(indices[0]) :]
    places = xp.concatenate([xp.reshape(part, (-1,)) for part in indices])
    values = xp.concatenate([xp.reshape(part, (-1, *rest)) for part in data])
    size = int(np.max(np.asarray(places))) + 1 if places.size else 0
    result = xp.zeros((size, *rest), values.dtype)
    if xp.is_numpy:
        result[places] = values  # in their order, so that the last one counts
        return result
    last = np.full(size, -1)  # of several for one place the last one counts
    last[np.asarray(places)] = np.arange(len(places))
    filled = np.flatnonzero(last >= 0)
    return xp.set_at(result, filled, values[last[filled]])


def _grad_stitch(op: Operation, dy: Tensor) -> Grads:
    number = op.attrs["N"]
    indices = op.inputs[:number]
    return (*(None,) * number, *(gather(dy, places) for places in indices))


DYNAMIC_STITCH = register(
    OpDef(
        type="DynamicStitch",
        inputs=("*indices", "*data"),
        same=("*data",),
        takes={"*indices": "i"},
        infer=_infer_stitch,
        kernel=_stitch,
        kernel_attrs=("N",),
        grad=_grad_stitch,
    )
)


def dynamic_stitch(indices: Any, data: Any, name: str | None = None) -> Tensor:
    """Parts put together: data[k][i] stands at indices[k][i]; of several the last one counts."""
    return one(DYNAMIC_STITCH, list(indices), list(data), name=name, N=len(indices))
