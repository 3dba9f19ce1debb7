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
    axes = _repeated_axes(x.shape, y.shape)
    if axes is None:
        rx, ry = apply(BROADCAST_GRADIENT_ARGS, sx, sy).outputs
        return _sum_to(gx, rx, sx), _sum_to(gy, ry, sy)
    return _sum_to(gx, axes[0], sx), _sum_to(gy, axes[1], sy)


def _sum_to(gradient: Tensor | None, axes: Any, shape: Tensor) -> Tensor | None:
    if gradient is None or (isinstance(axes, list) and not axes):
        return gradient
    return array.reshape(reduce.reduce_sum(gradient, axes, name="Sum"), shape)


def _repeated_axes(x: TensorShape, y: TensorShape) -> tuple[list[int], list[int]] | None:
    """The axes along which each was repeated; None where only the run will tell.

    A size of 1 beside one that is not known counts as repeated: to sum over 1 changes nothing.
    """
    if x.dims is None or y.dims is None:
        return None
    if x.dims == y.dims and x.is_fully_defined():
        return [], []
    rank = max(len(x.dims), len(y.dims))
    sizes_x = (1,) * (rank - len(x.dims)) + x.dims
    sizes_y = (1,) * (rank - len(y.dims)) + y.dims
    axes_x, axes_y = [], []
    for axis, (mine, theirs) in enumerate(zip(sizes_x, sizes_y, strict=True)):
        if axis < rank - len(x.dims):  # it has no such axis at all
            axes_x.append(axis)
        elif axis < rank - len(y.dims):
            axes_y.append(axis)
        elif mine == 1 and theirs != 1:
            axes_x.append(axis)
        elif theirs == 1 and mine != 1:
            axes_y.append(axis)
        elif mine is None or theirs is None:
            return None
    return axes_x, axes_y


def _broadcast_gradient_args(xp: Any, a: Any, b: Any) -> tuple[Any, Any]:
    """Axes over which to sum the gradients of two inputs of shapes `a` and `b`."""
    sizes = a.tolist(), b.tolist()
    if sizes[0] == sizes[1]:
        return np.array([], a.dtype), np.array([], a.dtype)
    rank = max(len(a), len(b))
    x = [1] * (rank - len(a)) + sizes[0]
    y = [1] * (rank - len(b)) + sizes[1]
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
