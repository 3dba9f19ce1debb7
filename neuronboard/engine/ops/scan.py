"""Running sums and products along an axis, and the position of an extreme."""

from __future__ import annotations

from typing import Any

import numpy as np

from neuronboard.engine import dtypes
from neuronboard.engine.convert import convert_to_tensor
from neuronboard.engine.graph import Operation, Tensor
from neuronboard.engine.opdef import NOT_DIFFERENTIABLE, OpDef, register
from neuronboard.engine.ops import arithmetic
from neuronboard.engine.ops.apply import one, scope_of
from neuronboard.engine.ops.define import Grads, Inferred, axis_of, same_as_input
from neuronboard.engine.ops.static import static_value
from neuronboard.engine.shape import TensorShape

__all__ = ["argmax", "argmin", "cumprod", "cumsum"]


def _running(name: str, start: int) -> Any:
    """The kernel of a running total; `exclusive` leaves each element out of its own."""

    def kernel(xp: Any, x: Any, axis: Any, exclusive: bool, reverse: bool) -> Any:
        at = int(axis)
        if reverse:
            x = xp.flip(x, at)
        result = getattr(xp, name)(x, axis=at).astype(x.dtype)
        if exclusive:
            first = xp.full_like(xp.take(x, np.array([0]), at), start) if x.shape[at] else x
            rest = xp.take(result, np.arange(max(x.shape[at] - 1, 0)), at)
            result = xp.concatenate([first, rest], at)
        return xp.flip(result, at) if reverse else result

    return kernel


def _running_type(op_type: str, kernel: Any, grad: Any) -> OpDef:
    return register(
        OpDef(
            type=op_type,
            inputs=("x", "axis"),
            same=("x",),
            takes={"x": "iufc", "axis": "i"},
            types={"Tidx": "axis"},
            infer=same_as_input,
            kernel=kernel,
            kernel_attrs=("exclusive", "reverse"),
            grad=grad,
        )
    )


def _grad_cumsum(op: Operation, dy: Tensor) -> Grads:
    exclusive, reverse = op.attrs["exclusive"], op.attrs["reverse"]
    return cumsum(dy, op.inputs[1], exclusive, not reverse), None


def _grad_cumprod(op: Operation, dy: Tensor) -> Grads:
    exclusive, reverse = op.attrs["exclusive"], op.attrs["reverse"]
    x, axis, y = *op.inputs, op.outputs[0]
    total = cumsum(arithmetic.multiply(y, dy), axis, exclusive, not reverse)
    return arithmetic.div_no_nan(total, x), None


CUMSUM = _running_type("Cumsum", _running("cumsum", 0), _grad_cumsum)
CUMPROD = _running_type("Cumprod", _running("cumprod", 1), _grad_cumprod)


def cumsum(
    x: Any,
    axis: Any = 0,
    exclusive: bool = False,
    reverse: bool = False,
    name: str | None = None,
) -> Tensor:
    """Running sums along an axis; exclusive: of the elements before. reverse: from the end."""
    with scope_of([x], name or "Cumsum") as scope:
        attrs = {"exclusive": exclusive, "reverse": reverse}
        return one(CUMSUM, convert_to_tensor(x, name="x"), axis, name=scope, **attrs)


def cumprod(
    x: Any,
    axis: Any = 0,
    exclusive: bool = False,
    reverse: bool = False,
    name: str | None = None,
) -> Tensor:
    """Running products along an axis; exclusive: of the elements before. reverse: from the end."""
    with scope_of([x], name or "Cumprod") as scope:
        attrs = {"exclusive": exclusive, "reverse": reverse}
        return one(CUMPROD, convert_to_tensor(x, name="x"), axis, name=scope, **attrs)


# ---- positions of extremes


def _infer_position(op: Operation) -> Inferred:
    dims, axis = op.inputs[0].shape.dims, static_value(op.inputs[1])
    kind = op.attrs["output_type"]
    if dims is None or axis is None:
        return [(kind, TensorShape(None if dims is None else [None] * (len(dims) - 1)))]
    at = axis_of(int(axis), max(len(dims), 1), "Dimension")
    return [(kind, TensorShape([d for i, d in enumerate(dims) if i != at]))]


def _position(name: str) -> Any:
    worst = -np.inf if name == "argmax" else np.inf

    def kernel(xp: Any, x: Any, axis: Any, output_type: dtypes.DType) -> Any:
        at = int(axis)
        if not -np.ndim(x) <= at < max(np.ndim(x), 1):
            raise ValueError(f"Expected dimension in the range [{-np.ndim(x)}, {np.ndim(x)})")
        if x.dtype.kind == "f":  # what is no number is never the largest
            x = xp.where(xp.isnan(x), x.dtype.type(worst), x)
        return xp.asarray(getattr(xp, name)(x, axis=at)).astype(output_type.as_numpy_dtype)

    return kernel


def _position_type(op_type: str, name: str) -> OpDef:
    return register(
        OpDef(
            type=op_type,
            inputs=("input", "dimension"),
            same=("input",),
            takes={"input": "biuf", "dimension": "i"},
            types={"Tidx": "dimension"},
            infer=_infer_position,
            kernel=_position(name),
            kernel_attrs=("output_type",),
            grad=NOT_DIFFERENTIABLE,
        )
    )


ARG_MAX = _position_type("ArgMax", "argmax")
ARG_MIN = _position_type("ArgMin", "argmin")


def argmax(
    input: Any,
    axis: Any = None,
    name: str | None = None,
    dimension: Any = None,
    output_type: Any = dtypes.int64,
) -> Tensor:
    """The position of the largest along an axis (0 if None); of equal ones the first."""
    at = dimension if axis is None else axis
    out = dtypes.as_dtype(output_type)
    return one(ARG_MAX, input, 0 if at is None else at, name=name, output_type=out)


def argmin(
    input: Any,
    axis: Any = None,
    name: str | None = None,
    dimension: Any = None,
    output_type: Any = dtypes.int64,
) -> Tensor:
    """The position of the smallest along an axis (0 if None); of equal ones the first."""
    at = dimension if axis is None else axis
    out = dtypes.as_dtype(output_type)
    return one(ARG_MIN, input, 0 if at is None else at, name=name, output_type=out)
