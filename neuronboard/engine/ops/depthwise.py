"""Convolutions of each depth by itself, forwards and backwards, and what is made of them."""

from __future__ import annotations

from typing import Any

from neuronboard.engine.graph import Operation, Tensor
from neuronboard.engine.opdef import OpDef, register
from neuronboard.engine.ops import array
from neuronboard.engine.ops.apply import one, scope_of
from neuronboard.engine.ops.conv import conv2d
from neuronboard.engine.ops.define import Grads, Inferred, need_rank
from neuronboard.engine.ops.static import shape_from
from neuronboard.engine.ops.windows import (
    ATTRS,
    PICTURES,
    Frame,
    frame_attrs,
    frame_of,
    picture_shape,
)

__all__ = ["depthwise_conv2d", "depthwise_conv2d_native", "separable_conv2d"]

_DEPTHWISE = "give filters as [height, width, in, multiplier]"


def _infer_depthwise(op: Operation) -> Inferred:
    x, k = need_rank(op.inputs[0], 4, PICTURES), need_rank(op.inputs[1], 4, _DEPTHWISE)
    frame = Frame(op.attrs, k[:2])
    depth = x[1] if frame.channels_first else x[3]
    if None not in (depth, k[2]) and depth != k[2]:
        raise ValueError(f"Dimensions must be equal, but are {depth} and {k[2]}", _DEPTHWISE)
    out = None if k[2] is None or k[3] is None else k[2] * k[3]
    return [(op.inputs[0].dtype.base_dtype, picture_shape(frame, x, out))]


def _depthwise(xp: Any, x: Any, k: Any, **attrs: Any) -> Any:
    frame = Frame(attrs, k.shape[:2])
    windows = frame.windows(xp, frame.last(x, xp))
    result = xp.einsum("nrshwc,hwcm->nrscm", windows, k)
    return frame.back(xp.reshape(result, (*result.shape[:3], -1)), xp)


def _grad_depthwise(op: Operation, dy: Tensor) -> Grads:
    x, k = op.inputs
    attrs = frame_of(op)
    return (
        one(DEPTHWISE_BACKPROP_INPUT, array.shape(x), k, dy, **attrs),
        one(DEPTHWISE_BACKPROP_FILTER, x, array.shape(k), dy, **attrs),
    )


DEPTHWISE = register(
    OpDef(
        type="DepthwiseConv2dNative",
        inputs=("input", "filter"),
        same=("input", "filter"),
        takes={"input": "f"},
        infer=_infer_depthwise,
        kernel=_depthwise,
        kernel_attrs=ATTRS,
        grad=_grad_depthwise,
    )
)


def _depthwise_input(xp: Any, sizes: Any, k: Any, dy: Any, **attrs: Any) -> Any:
    frame = Frame(attrs, k.shape[:2])
    whole = [int(sizes[axis]) for axis in frame.axes]
    dy = frame.last(dy, xp)
    parts = xp.reshape(dy, (*dy.shape[:3], *k.shape[2:]))
    windows = xp.einsum("nrscm,hwcm->nrshwc", parts, k)
    return frame.back(frame.folded(xp, frame.parts(windows), whole), xp)


DEPTHWISE_BACKPROP_INPUT = register(
    OpDef(
        type="DepthwiseConv2dNativeBackpropInput",
        inputs=("input_sizes", "filter", "out_backprop"),
        same=("filter", "out_backprop"),
        takes={"input_sizes": "i", "filter": "f"},
        infer=lambda op: [(op.inputs[1].dtype.base_dtype, shape_from(op.inputs[0]))],
        kernel=_depthwise_input,
        kernel_attrs=ATTRS,
        grad=lambda op, g: (
            None,
            one(
                DEPTHWISE_BACKPROP_FILTER,
                *(g, array.shape(op.inputs[1]), op.inputs[2]),
                **frame_of(op),
            ),
            one(DEPTHWISE, g, op.inputs[1], **frame_of(op)),
        ),
    )
)


def _depthwise_filter(xp: Any, x: Any, sizes: Any, dy: Any, **attrs: Any) -> Any:
    shape = tuple(int(size) for size in sizes)
    frame = Frame(attrs, shape[:2])
    windows, dy = frame.windows(xp, frame.last(x, xp)), frame.last(dy, xp)
    parts = xp.reshape(dy, (*dy.shape[:3], *shape[2:]))
    return xp.einsum("nrshwc,nrscm->hwcm", windows, parts)


DEPTHWISE_BACKPROP_FILTER: OpDef = register(
    OpDef(
        type="DepthwiseConv2dNativeBackpropFilter",
        inputs=("input", "filter_sizes", "out_backprop"),
        same=("input", "out_backprop"),
        takes={"filter_sizes": "i", "input": "f"},
        infer=lambda op: [(op.inputs[0].dtype.base_dtype, shape_from(op.inputs[1]))],
        kernel=_depthwise_filter,
        kernel_attrs=ATTRS,
        grad=lambda op, g: (
            one(
                DEPTHWISE_BACKPROP_INPUT,
                *(array.shape(op.inputs[0]), g, op.inputs[2]),
                **frame_of(op),
            ),
            None,
            one(DEPTHWISE, op.inputs[0], g, **frame_of(op)),
        ),
    )
)


def depthwise_conv2d(
    input: Any,
    filter: Any = None,
    strides: Any = None,
    padding: Any = None,
    rate: Any = None,
    name: str | None = None,
    data_format: str | None = None,
    dilations: Any = None,
) -> Tensor:
    """A convolution of each depth with its own filters: filter [height, width, in, multiplier].

    rate: how far apart the elements of a window are, (height, width).
    """
    with scope_of([input, filter], name or "depthwise") as scope:
        gaps = rate if dilations is None else dilations
        attrs = frame_attrs(strides, padding, data_format, gaps)
        return one(DEPTHWISE, input, filter, name=scope, **attrs)


depthwise_conv2d_native = depthwise_conv2d


def separable_conv2d(
    input: Any,
    depthwise_filter: Any,
    pointwise_filter: Any,
    strides: Any,
    padding: Any,
    rate: Any = None,
    name: str | None = None,
    data_format: str | None = None,
    dilations: Any = None,
) -> Tensor:
    """`depthwise_conv2d`, and then a convolution of single elements that mixes the depths."""
    with scope_of([input], name or "separable_conv2d") as scope:
        deep = depthwise_conv2d(
            input, depthwise_filter, strides, padding, rate, "depthwise", data_format, dilations
        )
        return conv2d(
            deep, pointwise_filter, 1, "VALID", data_format=data_format or "NHWC", name=scope
        )
