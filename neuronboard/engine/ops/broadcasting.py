"""Broadcasting undone: what an input was repeated to, its gradient is summed over."""

from __future__ import annotations

from typing import Any

import numpy as np

from neuronboard.engine.graph import Tensor
from neuronboard.engine.opdef import NOT_DIFFERENTIABLE, OpDef, register
from neuronboard.engine.ops import array, reduce
from neuronboard.engine.ops.apply import apply
from neuronboard.engine.ops.define import Grads
from neuronboard.engine.shape import TensorShape


def unbroadcast(x: Tensor, y: Tensor, gx: Tensor | None, gy: Tensor | None) -> Grads:
    """Sums each gradient over the axes along which its input was repeated."""
    sx, sy = array.shape(x), array.shape(y)
    axes_x, axes_y = _repeated_axes(x.shape, y.shape), _repeated_axes(y.shape, x.shape)
    if axes_x is None or axes_y is None:
        rx, ry = apply(BROADCAST_GRADIENT_ARGS, sx, sy).outputs
        return _sum_to(gx, rx, sx), _sum_to(gy, ry, sy)
    return _sum_to(gx, axes_x, sx), _sum_to(gy, axes_y, sy)


def _sum_to(gradient: Tensor | None, axes: Any, shape: Tensor) -> Tensor | None:
    if gradient is None or (isinstance(axes, list) and not axes):
        return gradient
    return array.reshape(reduce.reduce_sum(gradient, axes, name="Sum"), shape)


def _repeated_axes(own: TensorShape, other: TensorShape) -> list[int] | None:
    """The axes of the result along which `own` was repeated; None when that is not yet known."""
    if own.dims is None or other.dims is None:
        return None
    if own.dims == other.dims and own.is_fully_defined():
        return []
    rank = max(len(own.dims), len(other.dims))
    axes = list(range(rank - len(own.dims)))
    for position in range(-len(own.dims), 0):
        mine = own.dims[position]
        theirs = other.dims[position] if len(other.dims) >= -position else 1
        if mine is None or (mine == 1 and theirs is None):
            return None
        if mine == 1 and theirs != 1:
            axes.append(rank + position)
    return axes


def _broadcast_gradient_args(xp: Any, a: Any, b: Any) -> tuple[Any, Any]:
    """Axes over which to sum the gradients of two inputs of shapes `a` and `b`."""
    rank = max(len(a), len(b))
    x = [1] * (rank - len(a)) + [int(size) for size in a]
    y = [1] * (rank - len(b)) + [int(size) for size in b]
    axes = range(rank)
    rx = [i for i in axes if x[i] == 1 and (y[i] != 1 or i < rank - len(a))]
    ry = [i for i in axes if y[i] == 1 and (x[i] != 1 or i < rank - len(b))]
    return np.array(rx, a.dtype), np.array(ry, a.dtype)


BROADCAST_GRADIENT_ARGS = register(
    OpDef(
        type="BroadcastGradientArgs",
        inputs=("s0", "s1"),
        same=("s0", "s1"),
        infer=lambda op: [(op.inputs[0].dtype.base_dtype, TensorShape([None]))] * 2,
        kernel=_broadcast_gradient_args,
        grad=NOT_DIFFERENTIABLE,
    )
)
