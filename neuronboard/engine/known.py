"""Kernels for what is known while a plan is made: axes, sizes and places that are constants.

A general kernel looks at its axes each time it is called, which costs small arrays more than the
computing. Where they are constants a step gets a kernel that has them worked out. It takes the same
inputs, so nothing else of the step changes; what does not fit at run time fails in numpy, and
`engine/failures.py` asks the operation's inference what to say of it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from neuronboard.engine.graph import Operation

Kernel = Callable[..., Any]


def with_known(op: Operation, values: Sequence[Any]) -> Kernel | None:
    """A kernel for an operation; None where the general one must do.

    values: of its inputs those that are constants, None for the others.
    """
    rule = _RULES.get(op.type)
    return None if rule is None else rule(op, values)


def _reshape(op: Operation, values: Sequence[Any]) -> Kernel | None:
    if values[1] is None or op.inputs[0].dtype.kind == "O":
        return None
    sizes = tuple(values[1].tolist())
    if 0 in sizes and -1 in sizes:
        return None  # numpy does not say what -1 is there
    return lambda x, _: x.reshape(sizes)


def _transpose(op: Operation, values: Sequence[Any]) -> Kernel | None:
    if values[1] is None or sorted(values[1].tolist()) != list(
        range(op.inputs[0].shape.ndims or 0)
    ):
        return None
    axes = tuple(values[1].tolist())
    return lambda x, _: x.transpose(axes)


def _axes(op: Operation, values: Sequence[Any]) -> tuple[int, ...] | None:
    """The axes that are reduced, of floating-point numbers; None where there are none, or twice."""
    rank = op.inputs[0].shape.ndims
    if values[1] is None or not rank or op.inputs[0].dtype.name not in ("float32", "float64"):
        return None
    given = np.ravel(values[1]).tolist()
    if not all(-rank <= axis < rank for axis in given):
        return None
    axes = tuple({axis % rank for axis in given})
    return axes if axes and len(axes) == len(given) else None


def _sum(op: Operation, values: Sequence[Any]) -> Kernel | None:
    axes, keep = _axes(op, values), op.attrs["keep_dims"]
    if axes is None:
        return None
    add: Any = np.add.reduce
    return lambda x, _: add(x, axes, None, None, keep)


def _mean(op: Operation, values: Sequence[Any]) -> Kernel | None:
    axes, keep = _axes(op, values), op.attrs["keep_dims"]
    sizes = op.inputs[0].shape.dims
    if axes is None or sizes is None or not all(sizes[axis] for axis in axes):
        return None
    count = math.prod(sizes[axis] or 0 for axis in axes)
    add: Any = np.add.reduce
    return lambda x, _: add(x, axes, None, None, keep) / count


def _split(op: Operation, values: Sequence[Any]) -> Kernel | None:
    dims, parts = op.inputs[1].shape.dims, len(op.outputs)
    if values[0] is None or not dims or parts == 1:
        return None
    axis = int(values[0]) % len(dims)
    size = dims[axis]
    if size is None:
        return None
    front, step = (slice(None),) * axis, size // parts
    places = [(*front, slice(i * step, (i + 1) * step)) for i in range(parts)]
    return lambda _, x: [x[place] for place in places]


def _concat(op: Operation, values: Sequence[Any]) -> Kernel | None:
    if values[-1] is None:
        return None
    axis, join = int(values[-1]), np.concatenate
    return lambda *parts: join(parts[:-1], axis)


def _matmul(op: Operation, values: Sequence[Any]) -> Kernel | None:
    """Where both are known to be matrices that fit, nothing is left to look at."""
    turned = op.attrs["transpose_a"], op.attrs["transpose_b"]
    sides = [tensor.shape.dims for tensor in op.inputs]
    if any(dims is None or len(dims) != 2 for dims in sides):
        return None
    inner = [
        (dims or ())[place] for dims, place in zip(sides, (1 - turned[0], turned[1]), strict=True)
    ]
    if None in inner or inner[0] != inner[1]:
        return None
    dot: Any = np.dot
    found: Kernel = {
        (False, False): dot,
        (True, False): lambda a, b: dot(a.T, b),
        (False, True): lambda a, b: dot(a, b.T),
        (True, True): lambda a, b: dot(a.T, b.T),
    }[turned]
    return found


def _strided_slice(op: Operation, values: Sequence[Any]) -> Kernel | None:
    from neuronboard.engine.ops.slicing import MASKS, index_of

    if any(value is None for value in values[1:]) or op.inputs[0].shape.dims is None:
        return None
    begin, end, strides = values[1:]
    index = index_of(begin, end, strides, {name: op.attrs[name] for name in MASKS})
    return lambda x, *_: x[index]


def _slice(op: Operation, values: Sequence[Any]) -> Kernel | None:
    sizes, whole = op.outputs[0].shape.dims, op.inputs[0].shape
    if values[1] is None or not whole.is_fully_defined() or sizes is None or None in sizes:
        return None
    starts = values[1].tolist()
    places = list(zip(starts, sizes, whole.as_list(), strict=True))
    if any(not 0 <= start <= start + size <= end for start, size, end in places):
        return None  # outside: the general kernel says so
    index = tuple(slice(start, start + size) for start, size, _ in places)
    return lambda x, *_: x[index]


_RULES: dict[str, Callable[[Operation, Sequence[Any]], Kernel | None]] = {
    "ConcatV2": _concat,
    "MatMul": _matmul,
    "Mean": _mean,
    "Reshape": _reshape,
    "Slice": _slice,
    "Split": _split,
    "StridedSlice": _strided_slice,
    "Sum": _sum,
    "Transpose": _transpose,
}
