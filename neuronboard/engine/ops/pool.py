"""Pooling: the largest, or the mean, of each window of a picture."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from neuronboard.engine import dtypes
from neuronboard.engine.graph import Operation, Tensor
from neuronboard.engine.opdef import OpDef, register
from neuronboard.engine.ops import array
from neuronboard.engine.ops.apply import apply, one, scope_of
from neuronboard.engine.ops.define import Grads, Inferred, attrs_of, need_rank
from neuronboard.engine.ops.static import shape_from
from neuronboard.engine.ops.windows import Frame, four, frame_attrs, picture_shape

__all__ = [
    "avg_pool",
    "avg_pool1d",
    "avg_pool2d",
    "max_pool",
    "max_pool1d",
    "max_pool2d",
    "max_pool_with_argmax",
]

_ATTRS = ("ksize", "strides", "padding", "explicit_paddings", "data_format")


def _frame(attrs: dict[str, Any]) -> Frame:
    first = attrs["data_format"] == b"NCHW"
    size = attrs["ksize"]
    return Frame(attrs, size[2:] if first else size[1:3])


def _infer_pool(op: Operation) -> Inferred:
    dims = need_rank(op.inputs[0], 4, "give pictures as [batch, height, width, depth]")
    frame = _frame(op.attrs)
    depth = dims[1] if frame.channels_first else dims[3]
    return [(op.inputs[0].dtype.base_dtype, picture_shape(frame, dims, depth))]


def _lowest(dtype: Any) -> Any:
    return -np.inf if np.dtype(dtype).kind == "f" else np.iinfo(dtype).min


# ---- the largest


def _max_pool(xp: Any, x: Any, **attrs: Any) -> Any:
    frame = _frame(attrs)
    windows = frame.windows(xp, frame.last(x, xp), _lowest(x.dtype))
    height, width = windows.shape[3:5]
    result = windows[:, :, :, 0, 0]
    for i in range(height):
        for j in range(width):
            if i or j:
                result = xp.maximum(result, windows[:, :, :, i, j])
    return frame.back(result if height * width > 1 else xp.array(result), xp)


MAX_POOL = register(
    OpDef(
        type="MaxPool",
        inputs=("input",),
        same=("input",),
        takes={"input": "iuf"},
        infer=_infer_pool,
        kernel=_max_pool,
        kernel_attrs=_ATTRS,
        grad=lambda op, dy: (
            one(MAX_POOL_GRAD, op.inputs[0], op.outputs[0], dy, **attrs_of(op, _ATTRS)),
        ),
    )
)


def _hits(xp: Any, frame: Frame, x: Any, y: Any) -> list[Any]:
    """For each place in a window whether its element is the first that is its window's largest."""
    windows = frame.windows(xp, frame.last(x, xp), _lowest(x.dtype))
    largest, hits, taken = frame.last(y, xp), [], None
    for part in frame.parts(windows):
        equal = part == largest
        hits.append(equal if taken is None else equal & ~taken)
        taken = equal if taken is None else equal | taken
    return hits


def _max_pool_grad(xp: Any, x: Any, y: Any, dy: Any, **attrs: Any) -> Any:
    """Each gradient to the first element that is its window's largest."""
    frame = _frame(attrs)
    slopes, zero = frame.last(dy, xp), dy.dtype.type(0)
    parts = [xp.where(hit, slopes, zero) for hit in _hits(xp, frame, x, y)]
    return frame.back(frame.folded(xp, parts, frame.last(x, xp).shape[1:3]), xp)


def _grad_max_pool_grad(op: Operation, g: Tensor) -> Grads:
    x, y, _ = op.inputs
    zeros = array.zeros_like(x), array.zeros_like(y)
    return (*zeros, one(MAX_POOL_GRAD_GRAD, x, y, g, **attrs_of(op, _ATTRS)))


MAX_POOL_GRAD: OpDef = register(
    OpDef(
        type="MaxPoolGrad",
        inputs=("orig_input", "orig_output", "grad"),
        same=("orig_input", "orig_output", "grad"),
        takes={"orig_input": "iuf"},
        infer=lambda op: [(op.inputs[0].dtype.base_dtype, op.inputs[0].shape)],
        kernel=_max_pool_grad,
        kernel_attrs=_ATTRS,
        grad=_grad_max_pool_grad,
    )
)


def _max_pool_picked(xp: Any, x: Any, y: Any, g: Any, **attrs: Any) -> Any:
    """Of each window the element of `g` that stands where the largest of x does."""
    frame = _frame(attrs)
    windows, zero = frame.windows(xp, frame.last(g, xp)), g.dtype.type(0)
    pairs = zip(_hits(xp, frame, x, y), frame.parts(windows), strict=True)
    parts = [xp.where(hit, part, zero) for hit, part in pairs]
    return frame.back(sum(parts[1:], start=parts[0]), xp)


def _grad_picked(op: Operation, g: Tensor) -> Grads:
    x, y, _ = op.inputs
    zeros = array.zeros_like(x), array.zeros_like(y)
    return (*zeros, one(MAX_POOL_GRAD, x, y, g, **attrs_of(op, _ATTRS)))


MAX_POOL_GRAD_GRAD: OpDef = register(
    OpDef(
        type="MaxPoolGradGrad",
        inputs=("orig_input", "orig_output", "grad"),
        same=("orig_input", "orig_output", "grad"),
        takes={"orig_input": "iuf"},
        infer=lambda op: [(op.inputs[1].dtype.base_dtype, op.inputs[1].shape)],
        kernel=_max_pool_picked,
        kernel_attrs=_ATTRS,
        grad=_grad_picked,
    )
)


def _pool_attrs(ksize: Any, strides: Any, padding: Any, form: str | None) -> dict[str, Any]:
    attrs = frame_attrs(strides, padding, form)
    del attrs["dilations"]
    attrs["ksize"] = four(ksize, attrs["data_format"].decode(), "ksize")
    return attrs


def max_pool(
    value: Any = None,
    ksize: Any = None,
    strides: Any = None,
    padding: Any = None,
    data_format: str = "NHWC",
    name: str | None = None,
    input: Any = None,
) -> Tensor:
    """The largest of each window of a picture [batch, height, width, depth].

    ksize: how large windows are, strides: how far apart, a number for each axis.
    """
    x = input if value is None else value
    with scope_of([x], name or "MaxPool") as scope:
        return one(MAX_POOL, x, name=scope, **_pool_attrs(ksize, strides, padding, data_format))


max_pool2d = max_pool


def _with_place(xp: Any, x: Any, Targmax: dtypes.DType, **attrs: Any) -> Any:  # noqa: N803
    attrs = {"explicit_paddings": [], "data_format": b"NHWC"} | attrs
    frame = _frame(attrs)
    windows = frame.windows(xp, x, _lowest(x.dtype))
    n, rows, columns, height, width, depth = windows.shape
    flat = xp.reshape(windows, (n, rows, columns, height * width, depth))
    first = xp.argmax(flat, axis=3)
    (top, _), (left, _) = frame.border(x.shape[1:3])
    y = xp.arange(rows)[:, None, None] * frame.stride[0] + first // width - top
    z = xp.arange(columns)[:, None] * frame.stride[1] + first % width - left
    places = (y * x.shape[2] + z) * depth + xp.arange(depth)
    return xp.max(flat, axis=3), places.astype(Targmax.as_numpy_dtype)


def _grad_with_place(op: Operation, dy: Tensor, _: Any) -> Grads:
    attrs = attrs_of(op, ("ksize", "strides", "padding"))
    attrs |= {"explicit_paddings": [], "data_format": b"NHWC"}
    return (one(MAX_POOL_GRAD, op.inputs[0], op.outputs[0], dy, **attrs),)


def _infer_with_place(op: Operation) -> Inferred:
    attrs = {"explicit_paddings": [], "data_format": b"NHWC"} | op.attrs
    dims = need_rank(op.inputs[0], 4, "give pictures as [batch, height, width, depth]")
    shape = picture_shape(_frame(attrs), dims, dims[3])
    return [(op.inputs[0].dtype.base_dtype, shape), (op.attrs["Targmax"], shape)]


MAX_POOL_WITH_ARGMAX = register(
    OpDef(
        type="MaxPoolWithArgmax",
        inputs=("input",),
        same=("input",),
        takes={"input": "iuf"},
        infer=_infer_with_place,
        kernel=_with_place,
        kernel_attrs=("ksize", "strides", "padding", "Targmax"),
        grad=_grad_with_place,
    )
)


class MaxPoolWithArgmax(NamedTuple):
    """What `max_pool_with_argmax` gives."""

    output: Tensor
    argmax: Tensor


def max_pool_with_argmax(
    input: Any,
    ksize: Any,
    strides: Any,
    padding: str,
    data_format: str = "NHWC",
    Targmax: Any = dtypes.int64,  # noqa: N803 TensorFlow's name
    name: str | None = None,
) -> MaxPoolWithArgmax:
    """(the largest of each window, its place in its flattened picture)"""
    attrs = _pool_attrs(ksize, strides, padding, "NHWC")
    kept = {key: attrs[key] for key in ("ksize", "strides", "padding")}
    kind = dtypes.as_dtype(Targmax)
    return MaxPoolWithArgmax(
        *apply(MAX_POOL_WITH_ARGMAX, input, name=name, Targmax=kind, **kept).outputs
    )


# ---- the mean


def _counts(frame: Frame, whole: Any, dtype: Any) -> Any:
    """How many elements of the picture each window has, [rows, columns, 1]."""
    sides = []
    for i, places in enumerate(frame.places(whole)):
        before = frame.border(whole)[i][0]
        start = np.arange(places or 0) * frame.stride[i] - before
        end = np.minimum(start + (frame.size[i] or 0), whole[i])
        sides.append(end - np.maximum(start, 0))
    return np.multiply.outer(*sides)[:, :, None].astype(dtype)


def _avg_pool(xp: Any, x: Any, **attrs: Any) -> Any:
    frame = _frame(attrs)
    picture = frame.last(x, xp)
    total = xp.sum(frame.windows(xp, picture), axis=(3, 4), dtype=x.dtype)
    return frame.back(total / _counts(frame, picture.shape[1:3], x.dtype), xp)


AVG_POOL = register(
    OpDef(
        type="AvgPool",
        inputs=("value",),
        same=("value",),
        takes={"value": "f"},
        infer=_infer_pool,
        kernel=_avg_pool,
        kernel_attrs=_ATTRS,
        grad=lambda op, dy: (
            one(AVG_POOL_GRAD, array.shape(op.inputs[0]), dy, **attrs_of(op, _ATTRS)),
        ),
    )
)


def _avg_pool_grad(xp: Any, sizes: Any, dy: Any, **attrs: Any) -> Any:
    frame = _frame(attrs)
    whole = [int(sizes[axis]) for axis in frame.axes]
    share = frame.last(dy, xp) / _counts(frame, whole, dy.dtype)
    parts = [share] * ((frame.size[0] or 0) * (frame.size[1] or 0))
    return frame.back(frame.folded(xp, parts, whole), xp)


AVG_POOL_GRAD: OpDef = register(
    OpDef(
        type="AvgPoolGrad",
        inputs=("orig_input_shape", "grad"),
        same=("grad",),
        takes={"orig_input_shape": "i", "grad": "f"},
        infer=lambda op: [(op.inputs[1].dtype.base_dtype, shape_from(op.inputs[0]))],
        kernel=_avg_pool_grad,
        kernel_attrs=_ATTRS,
        grad=lambda op, g: (None, one(AVG_POOL, g, **attrs_of(op, _ATTRS))),
    )
)


def avg_pool(
    value: Any = None,
    ksize: Any = None,
    strides: Any = None,
    padding: Any = None,
    data_format: str = "NHWC",
    name: str | None = None,
    input: Any = None,
) -> Tensor:
    """The mean of each window of a picture [batch, height, width, depth]; a border counts nothing.

    ksize: how large windows are, strides: how far apart, a number for each axis.
    """
    x = input if value is None else value
    with scope_of([x], name or "AvgPool") as scope:
        return one(AVG_POOL, x, name=scope, **_pool_attrs(ksize, strides, padding, data_format))


avg_pool2d = avg_pool


def _pool1d(pool: Any, input: Any, ksize: Any, strides: Any, padding: Any, form: str) -> Tensor:
    axis = 2 if form == "NCW" else 1
    size, step = (int(np.ravel(v)[0 if np.size(v) == 1 else axis]) for v in (ksize, strides))
    wide = array.expand_dims(input, axis)
    picture = "NCHW" if form == "NCW" else "NHWC"
    return array.squeeze(pool(wide, [1, size], [1, step], padding, picture), [axis])


def max_pool1d(
    input: Any,
    ksize: Any,
    strides: Any,
    padding: str,
    data_format: str = "NWC",
    name: str | None = None,
) -> Tensor:
    """The largest of each window of a sequence [batch, width, depth]."""
    with scope_of([input], name or "MaxPool1d"):
        return _pool1d(max_pool, input, ksize, strides, padding, data_format)


def avg_pool1d(
    input: Any,
    ksize: Any,
    strides: Any,
    padding: str,
    data_format: str = "NWC",
    name: str | None = None,
) -> Tensor:
    """The mean of each window of a sequence [batch, width, depth]."""
    with scope_of([input], name or "AvgPool1D"):
        return _pool1d(avg_pool, input, ksize, strides, padding, data_format)
