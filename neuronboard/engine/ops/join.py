"""Putting tensors together and taking them apart: concat, stack, split, tile, pad.

Long, because each way to put together has one to take apart beside it, its gradient.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from neuronboard import errors
from neuronboard.engine import dtypes
from neuronboard.engine.convert import convert_to_tensor, holds_tensor
from neuronboard.engine.graph import Operation, Tensor
from neuronboard.engine.opdef import NOT_DIFFERENTIABLE, OpDef, register
from neuronboard.engine.ops import arithmetic, array, order, reduce, slicing
from neuronboard.engine.ops.apply import apply, one, scope_of
from neuronboard.engine.ops.constant import constant
from neuronboard.engine.ops.define import Grads, Inferred, axis_of, outputs_of
from neuronboard.engine.ops.static import static_value
from neuronboard.engine.shape import TensorShape, bracketed
from neuronboard.engine.where import origins, user_line

__all__ = [
    "concat",
    "pad",
    "parallel_stack",
    "split",
    "stack",
    "tile",
    "unstack",
]


# ---- one behind the other


def _infer_concat(op: Operation) -> Inferred:
    values, axis = op.inputs[:-1], static_value(op.inputs[-1])
    kind = values[0].dtype.base_dtype
    ranks = {len(t.shape.dims) for t in values if t.shape.dims is not None}
    if len(ranks) > 1:
        raise ValueError(
            f"Shapes must be equal rank, but are {' and '.join(map(str, sorted(ranks)))}",
            "tf.expand_dims(x, 0) gives a tensor another axis",
        )
    if axis is None or not ranks:
        return [(kind, TensorShape([None] * ranks.pop() if ranks else None))]
    [rank] = ranks
    if rank == 0:
        raise ValueError(
            "Can't concatenate scalars (use tf.stack instead)", "tf.stack makes a vector of numbers"
        )
    at = axis_of(int(axis), rank, "concat dimension")
    total: int | None = 0
    rest = TensorShape([None] * (rank - 1))
    for tensor in values:
        dims = tensor.shape.dims or (None,) * rank
        other = TensorShape([*dims[:at], *dims[at + 1 :]])
        if not rest.is_compatible_with(other):
            raise ValueError(
                f"Dimension {_differing(rest, other)}",
                "all sizes but that of the axis must be the same",
            )
        rest = rest.merge_with(other)
        total = None if total is None or dims[at] is None else total + int(dims[at] or 0)
    found = rest.dims or ()
    return [(kind, TensorShape([*found[:at], total, *found[at:]]))]


def _concat(xp: Any, *parts: Any) -> Any:
    *values, axis = parts
    return xp.concatenate(values, int(axis))


def _shapes(values: Sequence[Tensor]) -> list[Tensor]:
    """The shapes: constants where all are known, else by one operation."""
    sizes = []
    for value in values:
        sizes.append(array.shape(value))
        if sizes[-1].op.type != "Const":
            return array.shape_n(values)
    return sizes


def _grad_concat(op: Operation, dy: Tensor) -> Grads:
    """Slices of the gradient, at the places where the inputs stand."""
    values, axis = op.inputs[:-1], op.inputs[-1]
    if len(values) == 1:
        return dy, None
    if axis.op.type == "Const" and axis.op.context is not dy.graph.context:
        axis = constant(axis.op.attrs["value"], axis.dtype)  # nearer than through a loop's door
    at = arithmetic.floormod(axis, array.rank(values[0]), name="mod")
    sizes = _shapes(values)
    starts = apply(CONCAT_OFFSET, at, sizes, N=len(sizes)).outputs
    parts = [slicing.slice(dy, start, size) for start, size in zip(starts, sizes, strict=True)]
    return (*parts, None)


def _concat_offset(xp: Any, axis: Any, *sizes: Any) -> Any:
    starts, position = [], 0
    for size in sizes:
        start = np.zeros_like(size)
        start[int(axis)] = position
        starts.append(start)
        position += int(size[int(axis)])
    return outputs_of(starts)


CONCAT_OFFSET = register(
    OpDef(
        type="ConcatOffset",
        inputs=("concat_dim", "*shape"),
        takes={"concat_dim": "i", "*shape": "i"},
        infer=lambda op: [(t.dtype.base_dtype, t.shape) for t in op.inputs[1:]],
        kernel=_concat_offset,
        grad=NOT_DIFFERENTIABLE,
    )
)
CONCAT = register(
    OpDef(
        type="ConcatV2",
        inputs=("*values", "axis"),
        same=("*values",),
        takes={"axis": "i"},
        types={"Tidx": "axis"},
        infer=_infer_concat,
        kernel=_concat,
        grad=_grad_concat,
    )
)


def concat(values: Any, axis: Any, name: str | None = "concat") -> Tensor:
    """Tensors one behind the other along an axis; of a single one, a copy."""
    items = list(values) if isinstance(values, (list, tuple)) else [values]
    if isinstance(axis, (list, tuple)) and not isinstance(values, (list, tuple)):
        items, axis = list(axis), values  # TensorFlow 0.x: concat(axis, values)
    if len(items) == 1:
        with scope_of(items, name or "") as scope:
            convert_to_tensor(axis, dtypes.int32, name="concat_dim")
            return array.identity(items[0], name=scope)
    return one(CONCAT, items, axis, name=name, N=len(items))


# ---- beside each other, along a new axis


def _infer_pack(op: Operation) -> Inferred:
    shape = TensorShape(None)
    for tensor in op.inputs:
        if not shape.is_compatible_with(tensor.shape):
            raise ValueError(
                f"Shapes must be equal rank, but are {len(shape)} and {len(tensor.shape)}"
                if len(shape) != len(tensor.shape)
                else f"Dimension {_differing(shape, tensor.shape)}",
                "stack takes tensors of one shape; tf.concat puts others one behind the other",
            )
        shape = shape.merge_with(tensor.shape)
    kind = op.inputs[0].dtype.base_dtype
    if shape.dims is None:
        return [(kind, shape)]
    at = axis_of(op.attrs["axis"], len(shape.dims) + 1)
    return [(kind, TensorShape([*shape.dims[:at], len(op.inputs), *shape.dims[at:]]))]


def _differing(a: TensorShape, b: TensorShape) -> str:
    """Where two shapes of one rank differ, in TensorFlow's words."""
    pairs = enumerate(zip(a.dims or (), b.dims or (), strict=True))
    i, (x, y) = next((i, p) for i, p in pairs if None not in p and p[0] != p[1])
    shapes = [f"[{','.join('?' if d is None else str(d) for d in s.dims or ())}]" for s in (a, b)]
    return (
        f"{i} in both shapes must be equal, but are {x} and {y}. Shapes are {' and '.join(shapes)}."
    )


def _pack(xp: Any, *values: Any, axis: int) -> Any:
    if any(isinstance(value, bytes) for value in values):
        return np.array(values, object)
    return xp.stack(values, axis)


PACK = register(
    OpDef(
        type="Pack",
        inputs=("*values",),
        same=("*values",),
        infer=_infer_pack,
        kernel=_pack,
        kernel_attrs=("axis",),
        grad=lambda op, dy: tuple(unstack(dy, len(op.inputs), op.attrs["axis"])),
    )
)


def stack(values: Any, axis: int = 0, name: str | None = "stack") -> Tensor:
    """Tensors of one shape beside each other, along a new axis; plain values make a constant."""
    items = list(values) if isinstance(values, (list, tuple)) else values
    if isinstance(items, (Tensor, np.ndarray)) or hasattr(items, "_as_tensor"):
        items = list(items) if isinstance(items, np.ndarray) else unstack(items)
    if axis == 0 and not holds_tensor(items):
        with scope_of([], name or "") as scope:
            return constant(items, name=scope)
    if name is None and axis == 0:
        name = "packed"  # TensorFlow makes it by converting the list
    return one(PACK, items, name=name, N=len(items), axis=int(axis))


def parallel_stack(values: Any, name: str | None = "parallel_stack") -> Tensor:
    """The same as `stack` along the first axis."""
    return stack(values, 0, name or "ParallelConcat")


def packed(values: Any, dtype: Any, name: str) -> Tensor:
    """Nested lists with tensors in them, as one tensor."""
    kinds = [v.dtype.base_dtype for v in values if hasattr(v, "op") and hasattr(v, "dtype")]
    kind = dtype or (kinds[0] if kinds else None)
    items = [
        packed(value, kind, name) if isinstance(value, (list, tuple)) else value for value in values
    ]
    tensors = [
        item if isinstance(item, Tensor) else convert_to_tensor(item, kind) for item in items
    ]
    return one(PACK, tensors, name=name, N=len(tensors), axis=0)


def _infer_unpack(op: Operation) -> Inferred:
    dims, number = op.inputs[0].shape.dims, op.attrs["num"]
    kind = op.inputs[0].dtype.base_dtype
    if dims is None:
        return [(kind, TensorShape(None))] * number
    at = axis_of(op.attrs["axis"], len(dims))
    if dims[at] not in (None, number):
        raise ValueError(
            f"Dimension must be {number} but is {dims[at]}", "num= must be the size of the axis"
        )
    return [(kind, TensorShape([*dims[:at], *dims[at + 1 :]]))] * number


def _unpack(xp: Any, x: Any, axis: int, num: int) -> Any:
    if x.shape[axis] != num:
        raise ValueError(f"Input shape axis {axis} must equal {num}, got shape {list(x.shape)}")
    return outputs_of(xp.moveaxis(x, axis, 0))


UNPACK = register(
    OpDef(
        type="Unpack",
        inputs=("value",),
        same=("value",),
        infer=_infer_unpack,
        kernel=_unpack,
        kernel_attrs=("axis", "num"),
        grad=lambda op, *dys: (stack(list(dys), op.attrs["axis"]),),
    )
)


def unstack(
    value: Any, num: int | None = None, axis: int = 0, name: str | None = "unstack"
) -> list[Tensor]:
    """The parts of a tensor along an axis, without it. num: how many, if it is not known."""
    with scope_of([value], name or "") as scope:
        tensor = convert_to_tensor(value, name="value")
        dims = tensor.shape.dims
        if num is None and dims is not None:
            at = axis_of_argument(axis, len(dims), tensor)
            num = dims[at]
        if num is None:
            raise errors.ArgumentValueError(
                op=tensor.op,
                message=f"Cannot infer argument `num` from shape {tensor.shape}. At {user_line()}; "
                f"{origins([tensor.op])}: give num=",
            )
        return list(apply(UNPACK, tensor, name=scope, axis=int(axis), num=int(num)).outputs)


def axis_of_argument(axis: int, rank: int, tensor: Tensor) -> int:
    """`axis` counted from the front; ValueError that names the tensor."""
    if not -rank <= axis < rank:
        raise errors.ArgumentValueError(
            op=tensor.op,
            message=f"Argument `axis` = {axis} not in range [{-rank}, {rank}). At {user_line()}; "
            f"{origins([tensor.op])}",
        )
    return axis % rank


# ---- apart


def _infer_split(op: Operation) -> Inferred:
    axis, value, number = static_value(op.inputs[0]), op.inputs[1], op.attrs["num_split"]
    kind, dims = value.dtype.base_dtype, value.shape.dims
    if dims is None or axis is None:
        unknown = TensorShape(None if dims is None else [None] * len(dims))
        return [(kind, unknown)] * number
    at = axis_of(int(axis), len(dims), "split dimension")
    size = dims[at]
    if size is not None and size % number:
        raise ValueError(
            f"Dimension size must be evenly divisible by {number} but is {size}\n\tNumber of ways "
            "to split should evenly divide the split dimension",
            "give the sizes as a list: tf.split(x, [2, 3], axis)",
        )
    part = None if size is None else size // number
    return [(kind, TensorShape([*dims[:at], part, *dims[at + 1 :]]))] * number


def _split(xp: Any, axis: Any, value: Any, num_split: int) -> Any:
    at = int(axis) % np.ndim(value)
    step, rest = divmod(value.shape[at], num_split)
    if rest:
        raise ValueError(
            f"Number of ways to split should evenly divide the split dimension, but got "
            f"split_dim {int(axis)} (size = {value.shape[at]}) and num_split {num_split}"
        )
    front = (slice(None),) * at
    return outputs_of(value[(*front, slice(i * step, (i + 1) * step))] for i in range(num_split))


SPLIT = register(
    OpDef(
        type="Split",
        inputs=("split_dim", "value"),
        same=("value",),
        takes={"split_dim": "i"},
        infer=_infer_split,
        kernel=_split,
        kernel_attrs=("num_split",),
        grad=lambda op, *dys: (None, concat(list(dys), op.inputs[0])),
    )
)


def _infer_split_v(op: Operation) -> Inferred:
    value, sizes, axis = op.inputs[0], static_value(op.inputs[1]), static_value(op.inputs[2])
    kind, dims, number = value.dtype.base_dtype, value.shape.dims, op.attrs["num_split"]
    if dims is None or axis is None or sizes is None:
        unknown = TensorShape(None if dims is None else [None] * len(dims))
        return [(kind, unknown)] * number
    at = axis_of(int(axis), len(dims), "split dimension")
    parts: list[int | None] = [None if s < 0 else int(s) for s in sizes]
    whole = dims[at]
    if whole is not None:
        rest = whole - sum(part or 0 for part in parts)
        if rest < 0 or (None not in parts and rest):
            pieces = TensorShape(parts)
            raise ValueError(
                f"can't split axis of size {whole} into pieces of size {bracketed(pieces)}",
                f"the sizes must add up to {whole}; one of them may be -1",
            )
        parts = [rest if part is None else part for part in parts]
    return [(kind, TensorShape([*dims[:at], part, *dims[at + 1 :]])) for part in parts]


def _split_v(xp: Any, value: Any, sizes: Any, axis: Any, num_split: int) -> Any:
    whole, parts = value.shape[int(axis)], [int(size) for size in sizes]
    rest = whole - sum(size for size in parts if size >= 0)
    parts = [rest if size < 0 else size for size in parts]
    if sum(parts) != whole:
        raise ValueError(
            f"Determined shape must either match input shape along split_dim exactly if fully "
            f"specified, or be less than the size of the input along split_dim if not fully "
            f"specified.  Got: {sum(parts)}"
        )
    return outputs_of(xp.split(value, np.cumsum(parts)[:-1], int(axis)))


SPLIT_V = register(
    OpDef(
        type="SplitV",
        inputs=("value", "size_splits", "split_dim"),
        same=("value",),
        takes={"size_splits": "i", "split_dim": "i"},
        types={"Tlen": "size_splits"},
        infer=_infer_split_v,
        kernel=_split_v,
        kernel_attrs=("num_split",),
        grad=lambda op, *dys: (concat(list(dys), op.inputs[2]), None, None),
    )
)


def split(
    value: Any,
    num_or_size_splits: Any,
    axis: Any = 0,
    num: int | None = None,
    name: str | None = "split",
) -> list[Tensor]:
    """A tensor in equal parts along an axis, or in parts of the sizes that are listed.

    num: how many parts, where the sizes are a tensor of unknown length.
    """
    sizes = num_or_size_splits
    whole = isinstance(sizes, (int, np.integer))
    with scope_of([value], name or ("Split" if whole else "SplitV")) as scope:
        if whole:
            tensor = convert_to_tensor(value, name="value")
            at = convert_to_tensor(axis, name="split_dim")
            return list(apply(SPLIT, at, tensor, name=scope, num_split=int(sizes)).outputs)
        parts = convert_to_tensor(sizes, name="Const")
        known = parts.shape.dims
        number = num if num is not None else (known[0] if known else None)
        if number is None:
            raise errors.ArgumentValueError(
                op=parts.op,
                message=f"Cannot infer argument `num` from shape {parts.shape}. At {user_line()}: "
                "give num=",
            )
        tensor = convert_to_tensor(value, name="value")
        return list(apply(SPLIT_V, tensor, parts, axis, name=scope, num_split=number).outputs)


# ---- repeated


def _infer_tile(op: Operation) -> Inferred:
    dims, times = op.inputs[0].shape.dims, static_value(op.inputs[1])
    kind = op.inputs[0].dtype.base_dtype
    if dims is None:
        count = (op.inputs[1].shape.dims or (None,))[0]
        return [(kind, TensorShape(None if count is None else [None] * count))]
    if times is None or np.any(times < 0):  # the run says which is below 0
        return [(kind, TensorShape([None] * len(dims)))]
    if len(times) != len(dims):
        raise ValueError(
            f"Shape must be rank {len(times)} but is rank {len(dims)}",
            "give multiples= a number for each axis",
        )
    pairs = zip(dims, times, strict=True)
    return [(kind, TensorShape([None if d is None else d * int(n) for d, n in pairs]))]


def _tile(xp: Any, x: Any, times: Any) -> Any:
    if len(times) != np.ndim(x):
        raise ValueError(
            f"Expected multiples argument to be a vector of length {np.ndim(x)} but got length "
            f"{len(times)}"
        )
    for axis, count in enumerate(times):
        if count < 0:
            raise ValueError(f"Expected multiples[{axis}] >= 0, but got {count}")
    return xp.tile(x, tuple(int(n) for n in times))


def _grad_tile(op: Operation, dy: Tensor) -> Grads:
    x, times = op.inputs
    pairs = array.transpose(stack([times, array.shape(x, out_type=times.dtype)]))
    split_shape = array.reshape(pairs, [-1])
    axes = order.range(0, array.size(split_shape), 2)
    total = reduce.reduce_sum(array.reshape(dy, split_shape), axes)
    return array.reshape(total, array.shape(x)), None


TILE = register(
    OpDef(
        type="Tile",
        inputs=("input", "multiples"),
        same=("input",),
        takes={"multiples": "i"},
        types={"Tmultiples": "multiples"},
        infer=_infer_tile,
        kernel=_tile,
        grad=_grad_tile,
    )
)


def tile(input: Any, multiples: Any, name: str | None = None) -> Tensor:
    """Repeated as often along each axis as `multiples` says."""
    return one(TILE, input, multiples, name=name)


# ---- with a border


def _infer_pad(op: Operation) -> Inferred:
    dims, widths = op.inputs[0].shape.dims, static_value(op.inputs[1])
    kind = op.inputs[0].dtype.base_dtype
    pairs = op.inputs[1].shape.dims
    if pairs is not None and len(pairs) == 2 and pairs[1] not in (2, None):
        raise ValueError(
            f"Dimension must be 2 but is {pairs[1]}", "give [before, behind] for each axis"
        )
    if widths is not None and np.any(widths < 0):
        raise ValueError("Paddings must be non-negative", "tf.slice takes parts away")
    if dims is None and pairs is not None and len(pairs) == 2 and pairs[0] is not None:
        dims = (None,) * pairs[0]
    if dims is None or widths is None:
        return [(kind, TensorShape(None if dims is None else [None] * len(dims)))]
    if np.shape(widths) != (len(dims), 2):
        raise ValueError(
            f"Dimension must be {len(dims)} but is {len(widths)}",
            f"give paddings= [[before, behind]] for each of the {len(dims)} axes",
        )
    sizes = zip(dims, widths, strict=True)
    return [(kind, TensorShape([None if d is None else d + int(sum(w)) for d, w in sizes]))]


def _pairs(widths: Any) -> list[tuple[int, int]]:
    return [(int(before), int(behind)) for before, behind in widths]


def _grad_pad(op: Operation, dy: Tensor) -> Grads:
    x, widths = op.inputs[:2]
    begin = slicing.slice(widths, [0, 0], stack([array.rank(x), 1]))
    gradient = slicing.slice(dy, array.reshape(begin, [-1]), array.shape(x))
    return (gradient, None, None)[: len(op.inputs)]


def _pad_type(
    op_type: str, kernel: Any, grad: Any, extra: Sequence[str] = (), **more: Any
) -> OpDef:
    return register(
        OpDef(
            type=op_type,
            inputs=("input", "paddings", *extra),
            same=("input", *extra),
            takes={"paddings": "i"},
            types={"Tpaddings": "paddings"},
            infer=_infer_pad,
            kernel=kernel,
            grad=grad,
            **more,
        )
    )


def _pad_with(xp: Any, x: Any, widths: Any, value: Any) -> Any:
    return xp.pad(x, _pairs(widths), constant_values=value)


PAD = _pad_type("Pad", lambda xp, x, widths: xp.pad(x, _pairs(widths)), _grad_pad)
PAD_V2 = _pad_type("PadV2", _pad_with, _grad_pad, ["constant_values"])


def _mirror_pad(xp: Any, x: Any, widths: Any, mode: bytes) -> Any:
    edge = mode == b"REFLECT"
    for axis, pair in enumerate(_pairs(widths)):
        if max(pair) > x.shape[axis] - edge:
            raise ValueError(
                f"paddings must be {'less than' if edge else 'no greater than'} the dimension "
                f"size: {pair[0]}, {pair[1]} not {'less than' if edge else 'at most'} "
                f"{x.shape[axis]}"
            )
    return xp.pad(x, _pairs(widths), mode=mode.decode().lower())


def _mirror_pad_grad(xp: Any, dy: Any, widths: Any, mode: bytes) -> Any:
    """The gradient folded back onto the elements that the border mirrors."""
    for axis, (before, behind) in enumerate(_pairs(widths)):
        size = dy.shape[axis] - before - behind
        pad: Any = np.pad
        source = pad(np.arange(size), (before, behind), mode=mode.decode().lower())
        moved = xp.moveaxis(dy, axis, 0)
        folded = xp.add_at(xp.zeros((size, *moved.shape[1:]), dy.dtype), source, moved)
        dy = xp.moveaxis(folded, 0, axis)
    return dy


def _infer_mirror_grad(op: Operation) -> Inferred:
    dims, widths = op.inputs[0].shape.dims, static_value(op.inputs[1])
    kind = op.inputs[0].dtype.base_dtype
    if dims is None or widths is None:
        return [(kind, TensorShape(None if dims is None else [None] * len(dims)))]
    pairs = zip(dims, widths, strict=True)
    return [(kind, TensorShape([None if d is None else d - int(sum(w)) for d, w in pairs]))]


def _mirror_grad_of(op: Operation, dy: Tensor) -> Grads:
    return one(MIRROR_PAD_GRAD, dy, op.inputs[1], mode=op.attrs["mode"]), None


MIRROR_PAD = _pad_type("MirrorPad", _mirror_pad, _mirror_grad_of, kernel_attrs=("mode",))
MIRROR_PAD_GRAD: OpDef = register(
    OpDef(
        type="MirrorPadGrad",
        inputs=("input", "paddings"),
        same=("input",),
        takes={"paddings": "i"},
        types={"Tpaddings": "paddings"},
        infer=_infer_mirror_grad,
        kernel=_mirror_pad_grad,
        kernel_attrs=("mode",),
        grad=lambda op, dy: (one(MIRROR_PAD, dy, op.inputs[1], mode=op.attrs["mode"]), None),
    )
)


def pad(
    tensor: Any,
    paddings: Any,
    mode: str = "CONSTANT",
    name: str | None = None,
    constant_values: Any = 0,
) -> Tensor:
    """With a border: paddings int [rank, 2], how wide before and behind along each axis.

    mode: CONSTANT (of `constant_values`), REFLECT (without the edge) or SYMMETRIC (with it).
    """
    kind = mode.upper()
    if kind == "CONSTANT":
        if not isinstance(constant_values, Tensor) and np.all(constant_values == 0):
            return one(PAD, tensor, paddings, name=name)
        return one(PAD_V2, tensor, paddings, constant_values, name=name or "PadV2")
    if kind not in ("REFLECT", "SYMMETRIC"):
        raise errors.ArgumentValueError(
            message=f"Unknown padding mode: {mode!r}. At {user_line()}: give CONSTANT, REFLECT or "
            "SYMMETRIC"
        )
    return one(MIRROR_PAD, tensor, paddings, name=name, mode=kind.encode())
