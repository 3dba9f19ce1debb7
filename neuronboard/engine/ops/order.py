"""Order and sequences: range, linspace, top_k, sort, unique, reverse, roll, meshgrid.

Long, because sorting, counting and picking share top_k and range.
"""

from __future__ import annotations

import builtins
from typing import Any, NamedTuple

import numpy as np

from neuronboard import errors
from neuronboard.engine import dtypes
from neuronboard.engine.convert import convert_to_tensor
from neuronboard.engine.graph import Operation, Tensor
from neuronboard.engine.opdef import NOT_DIFFERENTIABLE, OpDef, register
from neuronboard.engine.ops import arithmetic, array, gather, join, numbers, reduce
from neuronboard.engine.ops.apply import apply, one, scope_of
from neuronboard.engine.ops.constant import constant
from neuronboard.engine.ops.define import Grads, Inferred, attrs_of, need_rank, same_as_input
from neuronboard.engine.ops.static import static_value
from neuronboard.engine.shape import TensorShape
from neuronboard.engine.where import user_line

__all__ = [
    "argsort",
    "in_top_k",
    "lin_space",
    "linspace",
    "meshgrid",
    "range",
    "reverse",
    "reverse_sequence",
    "roll",
    "setdiff1d",
    "sort",
    "top_k",
    "unique",
    "unique_with_counts",
]

# ---- sequences


def _range(xp: Any, start: Any, limit: Any, delta: Any) -> Any:
    if delta == 0:
        raise ValueError("Requires delta != 0: 0")
    if (limit - start) * delta < 0:
        sign, word = (">", "<=") if delta > 0 else ("<", ">=")
        raise ValueError(f"Requires start {word} limit when delta {sign} 0: {start}/{limit}")
    kind = np.dtype(start.dtype)
    if kind.kind == "f":
        count = builtins.max(0, int(np.ceil((float(limit) - float(start)) / float(delta))))
        return (start + xp.arange(count).astype(kind) * delta).astype(kind)
    return xp.arange(int(start), int(limit), int(delta), dtype=kind)


def _infer_range(op: Operation) -> Inferred:
    values = [static_value(tensor) for tensor in op.inputs]
    kind = op.inputs[0].dtype.base_dtype
    if any(value is None for value in values):
        return [(kind, TensorShape([None]))]
    start, limit, delta = (value.item() for value in values)
    if delta == 0:
        raise ValueError("Requires delta != 0", "a step of 1 counts up")
    if (limit - start) * delta < 0:
        sign, word = (">", "<=") if delta > 0 else ("<", ">=")
        raise ValueError(
            f"Requires start {word} limit when delta {sign} 0: {start}/{limit}",
            "count the other way with another delta",
        )
    count = builtins.max(0, int(np.ceil((limit - start) / delta)))
    return [(kind, TensorShape([count]))]


RANGE = register(
    OpDef(
        type="Range",
        inputs=("start", "limit", "delta"),
        same=("start", "limit", "delta"),
        takes={"start": "iuf"},
        types={"Tidx": "start"},
        infer=_infer_range,
        kernel=_range,
        grad=NOT_DIFFERENTIABLE,
    )
)


def range(
    start: Any,
    limit: Any = None,
    delta: Any = 1,
    dtype: Any = None,
    name: str | None = "range",
) -> Tensor:
    """start, start + delta, ..., before limit; with one number, from 0 to before that."""
    if limit is None:
        start, limit = 0, start
    with scope_of([start, limit, delta], name or "Range") as scope:
        parts = [
            convert_to_tensor(part, dtype if not isinstance(part, Tensor) else None, name=label)
            for part, label in ((start, "start"), (limit, "limit"), (delta, "delta"))
        ]
        if dtype is None:
            ranked = [dtypes.int32, dtypes.int64, dtypes.float16, dtypes.float32, dtypes.float64]
            found = [part.dtype.base_dtype for part in parts]
            wanted = builtins.max(
                found, key=lambda kind: ranked.index(kind) if kind in ranked else 9
            )
        else:
            wanted = dtypes.as_dtype(dtype)
        return one(RANGE, *(_retyped(part, wanted) for part in parts), name=scope)


def _retyped(part: Tensor, wanted: dtypes.DType) -> Tensor:
    return part if part.dtype.base_dtype == wanted else numbers.cast(part, wanted)


def _linspace(xp: Any, start: Any, stop: Any, num: Any) -> Any:
    if int(num) <= 0:
        raise ValueError(f"Requires num > 0: {int(num)}")
    return xp.linspace(start, stop, int(num)).astype(start.dtype)


def _infer_linspace(op: Operation) -> Inferred:
    number = static_value(op.inputs[2])
    size = None if number is None else int(number)
    return [(op.inputs[0].dtype.base_dtype, TensorShape([size]))]


def _grad_linspace(op: Operation, dy: Tensor) -> Grads:
    """How near each number is to the start, and how near to the stop."""
    start, _, num = op.inputs
    share = linspace(constant(0, start.dtype), constant(1, start.dtype), num)
    to_stop = reduce.reduce_sum(arithmetic.multiply(dy, share))
    return arithmetic.subtract(reduce.reduce_sum(dy), to_stop), to_stop, None


LINSPACE = register(
    OpDef(
        type="LinSpace",
        inputs=("start", "stop", "num"),
        same=("start", "stop"),
        takes={"start": "f", "num": "i"},
        types={"Tidx": "num"},
        infer=_infer_linspace,
        kernel=_linspace,
        grad=_grad_linspace,
    )
)


def linspace(start: Any, stop: Any, num: Any = 50, name: str | None = None) -> Tensor:
    """`num` numbers from start to stop, evenly spaced, both ends included."""
    return one(LINSPACE, start, stop, num, name=name)


lin_space = linspace

# ---- the largest


def _infer_top_k(op: Operation) -> Inferred:
    dims, k = op.inputs[0].shape.dims, static_value(op.inputs[1])
    size = None if k is None else int(k)
    if dims is not None and not dims:
        raise ValueError("Shape must be at least rank 1 but is rank 0", "give a row of numbers")
    if dims and dims[-1] is not None and size is not None and dims[-1] < size:
        raise ValueError(f"input must have last dimension >= k = {size} but is {dims[-1]}", "")
    shape = TensorShape(None if dims is None else [*dims[:-1], size])
    return [(op.inputs[0].dtype.base_dtype, shape), (dtypes.int32, shape)]


def _top_k(xp: Any, x: Any, k: Any, sorted: bool) -> Any:
    """Stable, so that of equal ones the first comes first."""
    if x.shape[-1] < int(k):
        raise ValueError(f"input must have at least k columns. Had {x.shape[-1]}, needed {int(k)}")
    falling = xp.flip(xp.argsort(xp.flip(x, -1), axis=-1, stable=True), -1)
    picked = (x.shape[-1] - 1 - falling)[..., : int(k)]
    return xp.take_along_axis(x, picked, -1), picked.astype(np.int32)


def _grad_top_k(op: Operation, dy: Tensor, _: Tensor) -> Grads:
    """Each gradient back at the place that its value came from."""
    x, picked = op.inputs[0], op.outputs[1]
    sizes, width = array.shape(x), array.shape(picked)[-1]
    rows = array.reshape(picked, join.stack([-1, width]))
    columns = sizes[-1]
    starts = arithmetic.multiply(range(array.shape(rows)[0]), columns)
    places = array.reshape(arithmetic.add(rows, array.expand_dims(starts, -1)), [-1])
    flat = gather.scatter_nd(
        array.expand_dims(places, -1), array.reshape(dy, [-1]), join.stack([array.size(x)])
    )
    return array.reshape(flat, sizes), None


TOP_K = register(
    OpDef(
        type="TopKV2",
        inputs=("input", "k"),
        same=("input",),
        takes={"input": "iuf", "k": "i"},
        infer=_infer_top_k,
        kernel=_top_k,
        kernel_attrs=("sorted",),
        grad=_grad_top_k,
    )
)


class TopKV2(NamedTuple):
    """What `top_k` gives."""

    values: Tensor
    indices: Tensor


def top_k(input: Any, k: Any = 1, sorted: bool = True, name: str | None = None) -> TopKV2:
    """The k largest of each row and their positions (int32), largest first."""
    return TopKV2(*apply(TOP_K, input, k, name=name, sorted=bool(sorted)).outputs)


def _in_top_k(xp: Any, predictions: Any, targets: Any, k: Any) -> Any:
    """Fewer than k are larger; of what is not finite nothing is."""
    rows = xp.arange(predictions.shape[0])
    valid = (targets >= 0) & (targets < predictions.shape[1])
    safe = xp.where(valid, targets, 0)
    own = predictions[rows, safe]
    larger = xp.sum(predictions > own[:, None], axis=1)
    return valid & xp.isfinite(own) & (larger < int(k))


def _infer_in_top_k(op: Operation) -> Inferred:
    rows = need_rank(op.inputs[0], 2, "predictions have a row for each target")[0]
    count = need_rank(op.inputs[1], 1, "targets are a vector of classes")[0]
    if None not in (rows, count) and rows != count:
        raise ValueError(
            f"Dimensions must be equal, but are {rows} and {count}",
            "give a target for each row of predictions",
        )
    return [(dtypes.bool_, TensorShape([rows if count is None else count]))]


IN_TOP_K = register(
    OpDef(
        type="InTopKV2",
        inputs=("predictions", "targets", "k"),
        takes={"predictions": "f", "targets": "i", "k": "i"},
        types={"T": "targets"},
        infer=_infer_in_top_k,
        kernel=_in_top_k,
        grad=NOT_DIFFERENTIABLE,
    )
)


def in_top_k(predictions: Any, targets: Any, k: Any, name: str | None = None) -> Tensor:
    """Whether the prediction for each target is among the k largest of its row."""
    with scope_of([predictions, targets, k], name or "in_top_k"):
        return one(IN_TOP_K, predictions, targets, k)


def sort(values: Any, axis: int = -1, direction: str = "ASCENDING", name: str | None = None) -> Any:
    """In order along an axis; direction: ASCENDING or DESCENDING."""
    with scope_of([values], name or "sort"):
        return _sorted(values, axis, direction)[0]


def argsort(
    values: Any,
    axis: int = -1,
    direction: str = "ASCENDING",
    stable: bool = False,
    name: str | None = None,
) -> Tensor:
    """The positions that put a tensor in order along an axis, int32."""
    with scope_of([values], name or "argsort"):
        return _sorted(values, axis, direction)[1]


def _sorted(values: Any, axis: int, direction: str) -> tuple[Tensor, Tensor]:
    if direction not in ("ASCENDING", "DESCENDING"):
        raise errors.ArgumentValueError(
            message=f"Unknown direction: {direction!r}. At {user_line()}: ASCENDING or DESCENDING"
        )
    x = convert_to_tensor(values)
    rank, falling = x.shape.ndims, direction == "DESCENDING"
    perm: Any = None
    if rank is None and axis != -1:
        perm = _exchanged(array.rank(x), axis)
    elif rank is not None and axis % rank != rank - 1:
        perm = np.arange(rank)
        perm[[axis % rank, -1]] = perm[[-1, axis % rank]]
    if perm is not None:
        x = array.transpose(x, perm)
    ordered = x if falling else arithmetic.negative(x)
    if x.dtype.kind == "u" and not falling:
        ordered = arithmetic.subtract(x.dtype.max, x)
    found, places = top_k(ordered, array.shape(x)[-1])
    if not falling:
        found = arithmetic.negative(found) if x.dtype.kind != "u" else x.dtype.max - found
    if perm is None:
        return found, places
    return array.transpose(found, perm), array.transpose(places, perm)


def _exchanged(rank: Tensor, axis: int) -> Tensor:
    """The order of axes in which one axis and the last are exchanged, of an unknown rank."""
    at = axis if axis >= 0 else rank + axis
    last = rank - 1
    parts = [range(at), join.stack([last]), range(at + 1, last), join.stack([at])]
    return arithmetic.minimum(join.concat(parts, 0)[:rank], last)


# ---- each once


def _unique(xp: Any, x: Any, out_idx: dtypes.DType) -> Any:
    """In the order in which they first appear."""
    if np.ndim(x) != 1:
        raise ValueError("unique expects a 1D vector.")
    _, first, inverse, counts = np.unique(
        np.asarray(x), return_index=True, return_inverse=True, return_counts=True
    )
    arrival = np.argsort(first, kind="stable")
    place = np.empty_like(arrival)
    place[arrival] = np.arange(len(arrival))
    kind = out_idx.as_numpy_dtype
    values = x[np.sort(first)]
    return values, place[inverse].astype(kind), counts[arrival].astype(kind)


def _infer_unique(op: Operation) -> Inferred:
    kind, x = op.attrs["out_idx"], op.inputs[0]
    need_rank(x, 1, "tf.reshape(x, [-1]) makes a vector")
    some = TensorShape([None])
    return [(x.dtype.base_dtype, some), (kind, x.shape), (kind, some)]


UNIQUE = register(
    OpDef(
        type="Unique",
        inputs=("x",),
        same=("x",),
        infer=lambda op: _infer_unique(op)[:2],
        kernel=lambda xp, x, out_idx: _unique(xp, x, out_idx)[:2],
        kernel_attrs=("out_idx",),
        grad=NOT_DIFFERENTIABLE,
    )
)
UNIQUE_WITH_COUNTS = register(
    OpDef(
        type="UniqueWithCounts",
        inputs=("x",),
        same=("x",),
        infer=_infer_unique,
        kernel=_unique,
        kernel_attrs=("out_idx",),
        grad=NOT_DIFFERENTIABLE,
    )
)


class Unique(NamedTuple):
    """What `unique` gives."""

    y: Tensor
    idx: Tensor


def unique(x: Any, out_idx: Any = dtypes.int32, name: str | None = None) -> Unique:
    """(each value once, in order of appearance; for each element the position of its value)."""
    return Unique(*apply(UNIQUE, x, name=name, out_idx=dtypes.as_dtype(out_idx)).outputs)


class UniqueWithCounts(NamedTuple):
    """What `unique_with_counts` gives."""

    y: Tensor
    idx: Tensor
    count: Tensor  # type: ignore[assignment]  # TensorFlow's name, which hides that of tuples


def unique_with_counts(
    x: Any, out_idx: Any = dtypes.int32, name: str | None = None
) -> UniqueWithCounts:
    """As `unique`, and how often each value is there."""
    kind = dtypes.as_dtype(out_idx)
    return UniqueWithCounts(*apply(UNIQUE_WITH_COUNTS, x, name=name, out_idx=kind).outputs)


def _list_diff(xp: Any, x: Any, y: Any, out_idx: dtypes.DType) -> Any:
    places = np.flatnonzero(~np.isin(np.asarray(x), np.asarray(y)))
    return x[places], places.astype(out_idx.as_numpy_dtype)


def _infer_list_diff(op: Operation) -> Inferred:
    some = TensorShape([None])
    return [(op.inputs[0].dtype.base_dtype, some), (op.attrs["out_idx"], some)]


LIST_DIFF = register(
    OpDef(
        type="ListDiff",
        inputs=("x", "y"),
        same=("x", "y"),
        infer=_infer_list_diff,
        kernel=_list_diff,
        kernel_attrs=("out_idx",),
        grad=NOT_DIFFERENTIABLE,
    )
)


class ListDiff(NamedTuple):
    """What `setdiff1d` gives."""

    out: Tensor
    idx: Tensor


def setdiff1d(x: Any, y: Any, index_dtype: Any = dtypes.int32, name: str | None = None) -> ListDiff:
    """(the elements of x that are not in y, their positions in x)."""
    return ListDiff(
        *apply(LIST_DIFF, x, y, name=name, out_idx=dtypes.as_dtype(index_dtype)).outputs
    )


# ---- moved


def _infer_reverse(op: Operation) -> Inferred:
    dims, axes = op.inputs[0].shape.dims, static_value(op.inputs[1])
    need_rank(op.inputs[1], 1, "give a list of axes")
    seen = set()
    for i, axis in enumerate([] if dims is None or axes is None else np.ravel(axes).tolist()):
        rank = len(dims or ())
        if not -rank <= axis < rank:
            raise ValueError(
                f"'axis'[{i}] = {axis} is out of valid range [0, {rank - 1}",
                f"give axes from {-rank} to {rank - 1}",
            )
        if axis % rank in seen:
            raise ValueError(f"axis {axis % rank} specified more than once.", "name each once")
        seen.add(axis % rank)
    return same_as_input(op)


REVERSE = register(
    OpDef(
        type="ReverseV2",
        inputs=("tensor", "axis"),
        same=("tensor",),
        takes={"axis": "i"},
        types={"Tidx": "axis"},
        infer=_infer_reverse,
        kernel=lambda xp, x, axes: xp.flip(x, tuple(int(axis) for axis in axes)),
        grad=lambda op, dy: (reverse(dy, op.inputs[1]), None),
    )
)


def reverse(tensor: Any, axis: Any, name: str | None = None) -> Tensor:
    """Back to front along axes."""
    return one(REVERSE, tensor, axis, name=name)


def _reverse_sequence(xp: Any, x: Any, lengths: Any, seq_dim: int, batch_dim: int) -> Any:
    size = x.shape[seq_dim]
    moved = xp.moveaxis(x, (batch_dim, seq_dim), (0, 1))
    steps, ends = np.arange(size), np.asarray(lengths)[:, None]
    places = np.where(steps < ends, ends - 1 - steps, steps)
    result = moved[np.arange(moved.shape[0])[:, None], places]
    return xp.moveaxis(result, (0, 1), (batch_dim, seq_dim))


def _grad_reverse_sequence(op: Operation, dy: Tensor) -> Grads:
    attrs = attrs_of(op, ("seq_dim", "batch_dim"))
    return one(REVERSE_SEQUENCE, dy, op.inputs[1], **attrs), None


def _infer_reverse_sequence(op: Operation) -> Inferred:
    dims = op.inputs[0].shape.dims
    [count] = need_rank(op.inputs[1], 1, "give a length for each row")
    if dims is None:
        return same_as_input(op)
    at = op.attrs["batch_dim"]
    if count is not None and dims[at] not in (None, count):
        raise ValueError(
            f"Dimensions must be equal, but are {dims[at]} and {count}",
            "give a length for each row of the batch",
        )
    whole = TensorShape([count if i == at and d is None else d for i, d in enumerate(dims)])
    return [(op.inputs[0].dtype.base_dtype, whole)]


REVERSE_SEQUENCE = register(
    OpDef(
        type="ReverseSequence",
        inputs=("input", "seq_lengths"),
        same=("input",),
        takes={"seq_lengths": "i"},
        types={"Tlen": "seq_lengths"},
        infer=_infer_reverse_sequence,
        kernel=_reverse_sequence,
        kernel_attrs=("seq_dim", "batch_dim"),
        grad=_grad_reverse_sequence,
    )
)


def reverse_sequence(
    input: Any,
    seq_lengths: Any,
    seq_axis: int | None = None,
    batch_axis: int | None = None,
    name: str | None = None,
    seq_dim: int | None = None,
    batch_dim: int | None = None,
) -> Tensor:
    """The first seq_lengths[i] elements of row i of the batch back to front, the others as is."""
    steps = seq_dim if seq_axis is None else seq_axis
    rows = batch_dim if batch_axis is None else batch_axis
    attrs = {"seq_dim": int(steps or 0), "batch_dim": int(rows or 0)}
    return one(REVERSE_SEQUENCE, input, seq_lengths, name=name, **attrs)


def _roll(xp: Any, x: Any, shift: Any, axis: Any) -> Any:
    shifts, axes = np.ravel(shift).tolist(), np.ravel(axis).tolist()
    return xp.roll(x, shifts, axes)


def _grad_roll(op: Operation, dy: Tensor) -> Grads:
    return roll(dy, arithmetic.negative(op.inputs[1]), op.inputs[2]), None, None


ROLL = register(
    OpDef(
        type="Roll",
        inputs=("input", "shift", "axis"),
        same=("input",),
        takes={"shift": "i", "axis": "i"},
        types={"Tshift": "shift", "Taxis": "axis"},
        infer=same_as_input,
        kernel=_roll,
        grad=_grad_roll,
    )
)


def roll(input: Any, shift: Any, axis: Any, name: str | None = None) -> Tensor:
    """Moved along axes; what falls off one end comes back at the other."""
    return one(ROLL, input, shift, axis, name=name)


def meshgrid(*args: Any, indexing: str = "xy", name: str = "meshgrid") -> list[Tensor]:
    """Grids of coordinates from vectors; indexing: "xy" (columns first) or "ij"."""
    if indexing not in ("xy", "ij"):
        raise errors.ArgumentValueError(
            message=f"Argument `indexing` must be either 'xy' or 'ij', got '{indexing}'. At "
            f"{user_line()}"
        )
    with scope_of(args, name):
        number = len(args)
        vectors = [convert_to_tensor(vector) for vector in args]
        places = list(builtins.range(number))
        if indexing == "xy" and number > 1:
            places[:2] = [1, 0]
        sizes = [array.size(vector) for vector in vectors]
        whole = join.stack([sizes[places.index(axis)] for axis in builtins.range(number)])
        grids = []
        for vector, place in zip(vectors, places, strict=True):
            shape = [-1 if axis == place else 1 for axis in builtins.range(number)]
            grids.append(array.broadcast_to(array.reshape(vector, shape), whole))
        return grids
