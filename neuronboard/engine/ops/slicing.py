"""Slices: `tf.slice`, and Python's brackets, `x[1:, ..., None, -1]`."""

from __future__ import annotations

import builtins
from functools import partial
from typing import Any

import numpy as np

from neuronboard import errors
from neuronboard.engine import dtypes
from neuronboard.engine.convert import convert_to_tensor
from neuronboard.engine.graph import Operation, Tensor
from neuronboard.engine.opdef import NOT_DIFFERENTIABLE, OpDef, register
from neuronboard.engine.ops import arithmetic, array, join
from neuronboard.engine.ops.apply import one, scope_of
from neuronboard.engine.ops.constant import constant
from neuronboard.engine.ops.define import Grads, Inferred, attrs_of
from neuronboard.engine.ops.static import shape_from, static_value
from neuronboard.engine.shape import TensorShape
from neuronboard.engine.where import user_line

__all__ = ["slice", "strided_slice"]


# ---- tf.slice


def _infer_slice(op: Operation) -> Inferred:
    dims, begin, size = (
        op.inputs[0].shape.dims,
        static_value(op.inputs[1]),
        shape_from(op.inputs[2]),
    )
    kind = op.inputs[0].dtype.base_dtype
    if size.dims is None:
        return [(kind, TensorShape(None if dims is None else [None] * len(dims)))]
    if dims is None:
        return [(kind, size)]
    if len(size.dims) != len(dims):
        raise ValueError(
            f"Shape must be rank {len(size.dims)} but is rank {len(dims)}",
            "give begin= and size= a number for each axis",
        )
    known = static_value(op.inputs[2])
    result: list[int | None] = []
    for axis, (whole, part) in enumerate(zip(dims, size.dims, strict=True)):
        if part is None and known is not None and begin is not None and whole is not None:
            part = whole - int(begin[axis])
        result.append(part)
    return [(kind, TensorShape(result))]


def _slice(xp: Any, x: Any, begin: Any, size: Any) -> Any:
    if len(begin) != np.ndim(x) or len(size) != np.ndim(x):
        raise ValueError(
            f"Expected begin and size arguments to be 1-D tensors of size {np.ndim(x)}, but got "
            f"shapes [{len(begin)}] and [{len(size)}] instead."
        )
    index = []
    for axis, (start, length) in enumerate(zip(begin, size, strict=True)):
        whole, first = x.shape[axis], int(start)
        end = whole if length == -1 else first + int(length)
        if not 0 <= first <= whole:
            raise ValueError(f"Expected begin[{axis}] in [0, {whole}], but got {first}")
        if not first <= end <= whole:
            raise ValueError(
                f"Expected size[{axis}] in [0, {whole - first}], but got {int(length)}"
            )
        index.append(builtins.slice(first, end))
    return x[tuple(index)]


def _grad_slice(op: Operation, dy: Tensor) -> Grads:
    """The gradient with zeros around it."""
    x, begin, y = op.inputs[0], op.inputs[1], op.outputs[0]
    kind = begin.dtype
    left = arithmetic.subtract(array.shape(x, out_type=kind), array.shape(y, out_type=kind))
    return join.pad(dy, join.stack([begin, arithmetic.subtract(left, begin)], 1)), None, None


SLICE = register(
    OpDef(
        type="Slice",
        inputs=("input", "begin", "size"),
        same=("input",),
        takes={"begin": "i", "size": "i"},
        types={"Index": "begin"},
        infer=_infer_slice,
        kernel=_slice,
        grad=_grad_slice,
    )
)


def slice(input_: Any, begin: Any, size: Any, name: str | None = None) -> Tensor:
    """`size` elements along each axis, from `begin` on; -1 is all that are left."""
    return one(SLICE, input_, begin, size, name=name)


# ---- brackets

MASKS = ("begin_mask", "end_mask", "ellipsis_mask", "new_axis_mask", "shrink_axis_mask")


def index_of(begin: Any, end: Any, strides: Any, masks: dict[str, int]) -> tuple[Any, ...]:
    """The index of numpy that a strided slice means."""
    index: list[Any] = []
    for i, step in enumerate(strides):
        bit = 1 << i
        if masks["ellipsis_mask"] & bit:
            index.append(Ellipsis)
        elif masks["new_axis_mask"] & bit:
            index.append(None)
        elif masks["shrink_axis_mask"] & bit:
            index.append(int(begin[i]))
        else:
            first = None if masks["begin_mask"] & bit else int(begin[i])
            last = None if masks["end_mask"] & bit else int(end[i])
            index.append(builtins.slice(first, last, int(step)))
    return tuple(index)


def _sliced(dims: tuple[int | None, ...], index: tuple[Any, ...]) -> list[int | None]:
    """The sizes that an index leaves; ValueError where it does not fit."""
    if sum(item is Ellipsis for item in index) > 1:
        raise ValueError("Multiple ellipses in slice spec not allowed", "one ... is enough")
    taken = sum(item is not None and item is not Ellipsis for item in index)
    if taken > len(dims):
        raise ValueError(
            f"Index out of range using input dim {len(dims)}; input has only {len(dims)} dims",
            "give fewer indices",
        )
    whole = index if Ellipsis in index else (*index, Ellipsis)
    result: list[int | None] = []
    axis = 0
    for item in whole:
        if item is Ellipsis:
            result += dims[axis : axis + len(dims) - taken]
            axis += len(dims) - taken
        elif item is None:
            result.append(1)
        else:
            result += _along(dims[axis], item, axis)
            axis += 1
    return result


def _along(size: int | None, item: Any, axis: int) -> list[int | None]:
    if isinstance(item, int):
        if size is not None and not -size <= item < size:
            raise ValueError(
                f"slice index {item} of dimension {axis} out of bounds.",
                f"give one from {-size} to {size - 1}",
            )
        return []
    if item.step == 0:
        raise ValueError(f"strides[{axis}] must be non-zero", "a step of 1 takes every element")
    if size is None:
        whole = item.start is None and item.stop is None and item.step == 1
        return [None if whole or item.start != item.stop or item.start is None else 0]
    return [len(range(*item.indices(size)))]


def _infer_strided(op: Operation) -> Inferred:
    dims, kind = op.inputs[0].shape.dims, op.inputs[0].dtype.base_dtype
    bounds = [static_value(bound) for bound in op.inputs[1:]]
    strides = bounds[2]
    if dims is None or strides is None:
        return [(kind, TensorShape(None))]
    masks = attrs_of(op, MASKS)
    begin, end = bounds[:2]
    if begin is None or end is None:  # which elements is not known, but how many axes are left is
        index = index_of([0] * len(strides), [0] * len(strides), strides, masks)
        return [(kind, TensorShape(_sliced(_of_whole(dims, index), _any_part(index))))]
    return [(kind, TensorShape(_sliced(dims, index_of(begin, end, strides, masks))))]


_WHOLE = builtins.slice(None)


def _any_part(index: Any) -> tuple[Any, ...]:
    """An index with some part in place of each slice that is not the whole axis."""
    return tuple(
        builtins.slice(1, 2) if isinstance(item, builtins.slice) and not _is_whole(item) else item
        for item in index
    )


def _is_whole(item: builtins.slice) -> bool:
    return item.start is None and item.stop is None


def _of_whole(dims: tuple[int | None, ...], index: Any) -> tuple[int | None, ...]:
    """The sizes of the axes that an index takes whole, None for the others."""
    taking = [item for item in index if item is not None]
    rest = len(dims) - len([item for item in taking if item is not Ellipsis])
    axes: list[Any] = []
    for item in taking if Ellipsis in taking else [*taking, Ellipsis]:
        axes += [_WHOLE] * rest if item is Ellipsis else [item]
    return tuple(
        size if isinstance(item, builtins.slice) and _is_whole(item) else None
        for size, item in zip(dims, axes, strict=True)
    )


def _strided(xp: Any, x: Any, begin: Any, end: Any, strides: Any, **masks: int) -> Any:
    index = index_of(begin, end, strides, masks)
    try:
        return x[index]
    except IndexError:
        for axis, item in enumerate(i for i in index if i is not None):
            if isinstance(item, int) and not -x.shape[axis] <= item < x.shape[axis]:
                message = f"slice index {item} of dimension {axis} out of bounds."
                raise ValueError(message) from None
        raise


def _grad_strided(op: Operation, dy: Tensor) -> Grads:
    masks = attrs_of(op, MASKS)
    given = [array.shape(op.inputs[0]), *op.inputs[1:]]
    known = [static_value(tensor) for tensor in given]
    parts = [t if value is None else value for t, value in zip(given, known, strict=True)]
    return one(STRIDED_SLICE_GRAD, *parts, dy, **masks), None, None, None


STRIDED_SLICE = register(
    OpDef(
        type="StridedSlice",
        inputs=("input", "begin", "end", "strides"),
        same=("input",),
        takes={"begin": "i", "end": "i", "strides": "i"},
        types={"Index": "begin"},
        infer=_infer_strided,
        kernel=_strided,
        kernel_attrs=MASKS,
        grad=_grad_strided,
    )
)


def _strided_grad(
    xp: Any, sizes: Any, begin: Any, end: Any, strides: Any, dy: Any, **masks: int
) -> Any:
    whole = xp.zeros(tuple(int(size) for size in sizes), dy.dtype)
    index = index_of(begin, end, strides, masks)
    if xp.is_numpy:
        whole[index] = dy
        return whole
    return xp.set_at(whole, index, dy)


STRIDED_SLICE_GRAD = register(
    OpDef(
        type="StridedSliceGrad",
        inputs=("shape", "begin", "end", "strides", "dy"),
        same=("dy",),
        takes={"shape": "i"},
        types={"Index": "shape"},
        infer=lambda op: [(op.inputs[4].dtype.base_dtype, shape_from(op.inputs[0]))],
        kernel=_strided_grad,
        kernel_attrs=MASKS,
        grad=lambda op, g: (
            *(None,) * 4,
            one(STRIDED_SLICE, g, *op.inputs[1:4], **attrs_of(op, MASKS)),
        ),
    )
)


def strided_slice(
    input_: Any,
    begin: Any,
    end: Any,
    strides: Any = None,
    begin_mask: int = 0,
    end_mask: int = 0,
    ellipsis_mask: int = 0,
    new_axis_mask: int = 0,
    shrink_axis_mask: int = 0,
    var: Any = None,
    name: str | None = None,
) -> Tensor:
    """Elements from `begin` to before `end` with a step, along each axis.

    Bit i of a mask says of position i: begin_mask, from the start; end_mask, to the end;
    ellipsis_mask, as many axes as are left; new_axis_mask, an axis of size 1; shrink_axis_mask, one
    element, and its axis is gone.
    """
    with scope_of([input_], name or "StridedSlice") as scope:
        tensor = convert_to_tensor(input_, name="input")
        first = convert_to_tensor(begin, name="begin")
        if strides is None:
            strides = array.ones_like(first)
        masks = (begin_mask, end_mask, ellipsis_mask, new_axis_mask, shrink_axis_mask)
        attrs = dict(zip(MASKS, map(int, masks), strict=True))
        return one(STRIDED_SLICE, tensor, first, end, strides, name=scope, **attrs)


def getitem(tensor: Any, index: Any) -> Tensor:
    """`tensor[index]`: ints, slices, `...`, None (`tf.newaxis`), tensors, or a mask of booleans."""
    if _is_mask(index):
        from neuronboard.engine.ops.gather import boolean_mask

        return boolean_mask(tensor, index)
    items = index if isinstance(index, tuple) else (index,)
    begin: list[Any] = []
    end: list[Any] = []
    strides: list[Any] = []
    masks = dict.fromkeys(MASKS, 0)
    for i, item in enumerate(items):
        if isinstance(item, builtins.slice):
            masks["begin_mask"] |= (item.start is None) << i
            masks["end_mask"] |= (item.stop is None) << i
            begin.append(0 if item.start is None else item.start)
            end.append(0 if item.stop is None else item.stop)
            strides.append(1 if item.step is None else item.step)
            continue
        begin.append(0 if item is Ellipsis or item is None else _whole(item))
        end.append(0 if item is Ellipsis or item is None else _next(item))
        strides.append(1)
        kind = "ellipsis" if item is Ellipsis else "new_axis" if item is None else "shrink_axis"
        masks[f"{kind}_mask"] |= 1 << i
    with scope_of([tensor, *begin, *end], "strided_slice") as scope:
        bounds = [_packed(part) for part in (begin, end, strides)]
        given = convert_to_tensor(tensor)
        result = one(STRIDED_SLICE, given, *bounds, name=scope, **masks)
    if hasattr(tensor, "_ref"):
        result.assign = partial(_assigned, tensor, bounds, masks, f"{result.op.name}/_assign")
    return result


def _strided_assign(state: dict[str, Any], op: Operation, name: str, *given: Any) -> str:
    begin, end, strides, value = given
    whole = np.array(state[name])
    index = index_of(begin, end, strides, {mask: op.attrs[mask] for mask in MASKS})
    there = whole[index]
    if np.shape(value) not in ((), there.shape):
        raise ValueError(
            f"Shapes must be equal, but are {list(there.shape)} and {list(np.shape(value))}",
            "give a value of the shape of the slice",
        )
    whole[index] = value
    state[name] = whole[()]
    return name


STRIDED_SLICE_ASSIGN = register(
    OpDef(
        type="StridedSliceAssign",
        inputs=("ref", "begin", "end", "strides", "value"),
        same=("ref", "value"),
        refs=("ref",),
        takes={"begin": "i", "end": "i", "strides": "i"},
        types={"Index": "begin"},
        infer=lambda op: [(op.inputs[0].dtype, op.inputs[0].shape)],
        kernel=_strided_assign,
        grad=NOT_DIFFERENTIABLE,
        stateful=True,
        pure=False,
    )
)


def _assigned(
    variable: Any,
    bounds: list[Tensor],
    masks: dict[str, int],
    label: str,
    value: Any,
    name: str | None = None,
) -> Tensor:
    """Gives a part of a variable a value; the result is the whole variable afterwards."""
    with scope_of([variable], name or f"{label}/") as scope:
        return one(STRIDED_SLICE_ASSIGN, variable, *bounds, value, name=scope, **masks)


def _is_mask(index: Any) -> bool:
    if isinstance(index, Tensor):
        return index.dtype.kind == "b"
    return isinstance(index, (list, np.ndarray)) and np.asarray(index).dtype.kind == "b"


def _whole(item: Any) -> Any:
    if isinstance(item, Tensor) or hasattr(item, "_as_tensor"):
        if item.dtype.is_integer:
            return item
    elif hasattr(item, "__index__") and not isinstance(item, bool):
        return int(item)
    raise errors.DTypeError(
        message=f"Only integers, slices (`:`), ellipsis (`...`), tf.newaxis (`None`) and scalar "
        f"tf.int32/tf.int64 tensors are valid indices, got {item!r}. At {user_line()}"
    )


def _next(item: Any) -> Any:
    return item + 1 if isinstance(item, Tensor) or hasattr(item, "_as_tensor") else int(item) + 1


def _packed(part: list[Any]) -> Tensor:
    if not part:
        return constant([], dtypes.int32, name="stack")
    kinds = {item.dtype.base_dtype for item in part if isinstance(item, Tensor)}
    if len(kinds) > 1 or dtypes.int64 in kinds:
        from neuronboard.engine.ops.numbers import cast

        part = [cast(item, dtypes.int64) if isinstance(item, Tensor) else item for item in part]
    return join.stack(part)
