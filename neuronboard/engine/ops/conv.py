"""Convolutions, forwards and backwards, as products of matrices over windows of pictures.

Where the windows stand is in `windows.py`. A filter that has fewer depths than the picture makes
groups: each of them has its own share of the filters.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from neuronboard.engine.convert import convert_to_tensor
from neuronboard.engine.graph import Operation, Tensor
from neuronboard.engine.opdef import OpDef, register
from neuronboard.engine.ops import array
from neuronboard.engine.ops.apply import one, scope_of
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

__all__ = [
    "atrous_conv2d",
    "atrous_conv2d_transpose",
    "conv1d",
    "conv1d_transpose",
    "conv2d",
    "conv2d_backprop_filter",
    "conv2d_backprop_input",
    "conv2d_transpose",
    "convolution",
]


def _check_depths(depth: int | None, inner: int | None, out: int | None) -> None:
    """The depths of a picture and of a filter fit, or make whole groups."""
    if None in (depth, inner):
        return
    assert depth is not None
    assert inner is not None
    if inner == 0 or depth % inner:
        raise ValueError(
            f"Depth of input ({depth}) is not a multiple of input depth of filter ({inner})",
            f"the filter must be [height, width, {depth}, out]",
        )
    groups = depth // inner
    if out is not None and out % max(groups, 1):
        raise ValueError(
            f"Depth of output ({out}) is not a multiple of the number of groups ({groups})",
            f"the filter must be [height, width, {depth}, out]; one of depth {inner} makes "
            f"{groups} groups of the picture's depths, and of the filters",
        )


def _infer_conv(op: Operation) -> Inferred:
    x, k = (need_rank(tensor, 4, PICTURES) for tensor in op.inputs)
    frame = Frame(op.attrs, k[:2])
    _check_depths(x[1] if frame.channels_first else x[3], k[2], k[3])
    return [(op.inputs[0].dtype.base_dtype, picture_shape(frame, x, k[3]))]


def _conv(xp: Any, x: Any, k: Any, **attrs: Any) -> Any:
    frame = Frame(attrs, k.shape[:2])
    windows = frame.windows(xp, frame.last(x, xp))
    depth, out = k.shape[2:]
    _check_depths(windows.shape[-1], depth, out)
    groups = windows.shape[-1] // depth

    def convolved(part: Any, kernel: Any) -> Any:
        sizes = part.shape[:3]
        flat = xp.reshape(part, (int(np.prod(sizes)), int(np.prod(part.shape[3:]))))
        product = xp.matmul(flat, xp.reshape(kernel, (flat.shape[1], kernel.shape[3])))
        return xp.reshape(product, (*sizes, kernel.shape[3]))

    parts = zip(_split(xp, windows, groups), _split(xp, k, groups), strict=True)
    return frame.back(_joined(xp, [convolved(*pair) for pair in parts], -1), xp)


def _split(xp: Any, x: Any, groups: int) -> list[Any]:
    """The last axis in as many parts."""
    return list(xp.split(x, groups, -1)) if groups > 1 else [x]


def _joined(xp: Any, parts: list[Any], axis: int) -> Any:
    return xp.concatenate(parts, axis) if len(parts) > 1 else parts[0]


def _grad_conv(op: Operation, dy: Tensor) -> Grads:
    x, k = op.inputs
    attrs = frame_of(op)
    sizes_x, sizes_k = array.shape_n([x, k])
    return (
        one(CONV2D_BACKPROP_INPUT, sizes_x, k, dy, **attrs),
        one(CONV2D_BACKPROP_FILTER, x, sizes_k, dy, **attrs),
    )


CONV2D = register(
    OpDef(
        type="Conv2D",
        inputs=("input", "filter"),
        same=("input", "filter"),
        takes={"input": "if"},
        infer=_infer_conv,
        kernel=_conv,
        kernel_attrs=ATTRS,
        grad=_grad_conv,
    )
)


def _infer_input(op: Operation) -> Inferred:
    """The shape that is asked for, whose convolution gives the shape of the gradient."""
    whole, k, dy = shape_from(op.inputs[0]), *(need_rank(t, 4, PICTURES) for t in op.inputs[1:])
    last = 1 if op.attrs["data_format"] == b"NCHW" else 3
    if None not in (k[3], dy[last]) and k[3] != dy[last]:
        raise ValueError(
            f"Dimensions must be equal, but are {dy[last]} and {k[3]}",
            "the last size of the filter must be the depth of what is turned back: "
            "conv2d_transpose takes filters [height, width, out, in]",
        )
    if whole.dims is not None and len(whole.dims) == 4:
        _check_depths(whole.dims[last], k[2], k[3])
    return [(op.inputs[1].dtype.base_dtype, whole)]


def _input_gradient(xp: Any, sizes: Any, k: Any, dy: Any, **attrs: Any) -> Any:
    frame = Frame(attrs, k.shape[:2])
    whole = [int(sizes[axis]) for axis in frame.axes]
    dy = frame.last(dy, xp)
    if list(dy.shape[1:3]) != frame.places(whole):
        raise ValueError(
            f"Conv2DSlowBackpropInput: Size of out_backprop doesn't match computed: actual = "
            f"{list(dy.shape[1:3])}, computed = {frame.places(whole)}",
            f"with these strides a picture of {whole} has {frame.places(whole)} windows: give "
            "an output_shape whose height and width fit, such as strides times those of the input",
        )
    groups = int(sizes[1 if frame.channels_first else 3]) // k.shape[2]

    def spread(part: Any, kernel: Any) -> Any:
        rows, depth = int(np.prod(part.shape[:3])), kernel.shape[2]
        turned = xp.reshape(kernel, (-1, kernel.shape[3])).T
        flat = xp.matmul(xp.reshape(part, (rows, kernel.shape[3])), turned)
        return xp.reshape(flat, (*part.shape[:3], *kernel.shape[:2], depth))

    parts = zip(_split(xp, dy, groups), _split(xp, k, groups), strict=True)
    windows = _joined(xp, [spread(*pair) for pair in parts], -1)
    return frame.back(frame.folded(xp, frame.parts(windows), whole), xp)


CONV2D_BACKPROP_INPUT = register(
    OpDef(
        type="Conv2DBackpropInput",
        inputs=("input_sizes", "filter", "out_backprop"),
        same=("filter", "out_backprop"),
        takes={"input_sizes": "i", "filter": "if"},
        infer=_infer_input,
        kernel=_input_gradient,
        kernel_attrs=ATTRS,
        grad=lambda op, g: (
            None,
            one(CONV2D_BACKPROP_FILTER, g, array.shape(op.inputs[1]), op.inputs[2], **frame_of(op)),
            one(CONV2D, g, op.inputs[1], **frame_of(op)),
        ),
    )
)


def _filter_gradient(xp: Any, x: Any, sizes: Any, dy: Any, **attrs: Any) -> Any:
    height, width, depth, out = (int(size) for size in sizes)
    frame = Frame(attrs, (height, width))
    windows, dy = frame.windows(xp, frame.last(x, xp)), frame.last(dy, xp)
    groups = windows.shape[-1] // depth
    rows = int(np.prod(windows.shape[:3]))

    def gathered(part: Any, slope: Any) -> Any:
        flat = xp.reshape(part, (rows, height * width * depth))
        share = out // groups
        product = xp.matmul(flat.T, xp.reshape(slope, (rows, share)))
        return xp.reshape(product, (height, width, depth, share))

    parts = zip(_split(xp, windows, groups), _split(xp, dy, groups), strict=True)
    return _joined(xp, [gathered(*pair) for pair in parts], -1)


CONV2D_BACKPROP_FILTER: OpDef = register(
    OpDef(
        type="Conv2DBackpropFilter",
        inputs=("input", "filter_sizes", "out_backprop"),
        same=("input", "out_backprop"),
        takes={"filter_sizes": "i", "input": "f"},
        infer=lambda op: [(op.inputs[0].dtype.base_dtype, shape_from(op.inputs[1]))],
        kernel=_filter_gradient,
        kernel_attrs=ATTRS,
        grad=lambda op, g: (
            one(CONV2D_BACKPROP_INPUT, array.shape(op.inputs[0]), g, op.inputs[2], **frame_of(op)),
            None,
            one(CONV2D, op.inputs[0], g, **frame_of(op)),
        ),
    )
)


def conv2d(
    input: Any,
    filter: Any = None,
    strides: Any = None,
    padding: Any = None,
    use_cudnn_on_gpu: bool = True,
    data_format: str = "NHWC",
    dilations: Any = None,
    name: str | None = None,
    filters: Any = None,
) -> Tensor:
    """Sums of products of a filter with each window of a picture.

    input: [batch, height, width, in]. filter: [height, width, in, out]. strides: how far apart
    windows stand, a number for each axis. Raises ValueError for depths that do not fit.
    """
    kernel = filters if filter is None else filter
    attrs = frame_attrs(1 if strides is None else strides, padding, data_format, dilations)
    return one(CONV2D, input, kernel, name=name, use_cudnn_on_gpu=use_cudnn_on_gpu, **attrs)


def conv2d_backprop_input(
    input_sizes: Any,
    filter: Any = None,
    out_backprop: Any = None,
    strides: Any = None,
    padding: Any = None,
    use_cudnn_on_gpu: bool = True,
    data_format: str = "NHWC",
    dilations: Any = None,
    name: str | None = None,
) -> Tensor:
    """The gradient of `conv2d` by its input."""
    attrs = frame_attrs(strides, padding, data_format, dilations)
    return one(CONV2D_BACKPROP_INPUT, input_sizes, filter, out_backprop, name=name, **attrs)


def conv2d_backprop_filter(
    input: Any,
    filter_sizes: Any,
    out_backprop: Any,
    strides: Any = None,
    padding: Any = None,
    use_cudnn_on_gpu: bool = True,
    data_format: str = "NHWC",
    dilations: Any = None,
    name: str | None = None,
) -> Tensor:
    """The gradient of `conv2d` by its filter."""
    attrs = frame_attrs(strides, padding, data_format, dilations)
    return one(CONV2D_BACKPROP_FILTER, input, filter_sizes, out_backprop, name=name, **attrs)


def conv2d_transpose(
    value: Any = None,
    filter: Any = None,
    output_shape: Any = None,
    strides: Any = None,
    padding: Any = "SAME",
    data_format: str = "NHWC",
    name: str | None = None,
    input: Any = None,
    filters: Any = None,
    dilations: Any = None,
) -> Tensor:
    """The gradient of a convolution, used to make pictures larger.

    filter: [height, width, out, in]. output_shape: the shape of the result.
    """
    x, kernel = (input if value is None else value), (filters if filter is None else filter)
    with scope_of([x, kernel, output_shape], name or "conv2d_transpose") as scope:
        attrs = frame_attrs(strides, padding, data_format, dilations)
        sizes = output_shape
        if isinstance(sizes, (list, tuple)) and any(isinstance(size, Tensor) for size in sizes):
            from neuronboard.engine.ops.join import stack

            sizes = stack(list(sizes))
        return one(CONV2D_BACKPROP_INPUT, sizes, kernel, x, name=scope, **attrs)


def atrous_conv2d(
    value: Any, filters: Any, rate: int, padding: Any, name: str | None = None
) -> Tensor:
    """A convolution whose windows have gaps: each element `rate` apart from the next."""
    return conv2d(value, filters, 1, padding, dilations=rate, name=name or "atrous_conv2d")


def atrous_conv2d_transpose(
    value: Any, filters: Any, output_shape: Any, rate: int, padding: Any, name: str | None = None
) -> Tensor:
    """The gradient of `atrous_conv2d` by its input."""
    label = name or "atrous_conv2d_transpose"
    return conv2d_transpose(value, filters, output_shape, 1, padding, name=label, dilations=rate)


def convolution(
    input: Any,
    filter: Any,
    padding: Any,
    strides: Any = None,
    dilation_rate: Any = None,
    name: str | None = None,
    data_format: str | None = None,
) -> Tensor:
    """`conv1d` or `conv2d`, by the number of the input's axes; ValueError for others.

    strides, dilation_rate: a number for each axis of the windows.
    """
    with scope_of([input, filter], name or "convolution"):
        x = convert_to_tensor(input)
        steps, gaps = (1 if v is None else v for v in (strides, dilation_rate))
        if x.shape.ndims == 3:
            form = data_format or "NWC"
            return conv1d(x, filter, steps, padding, data_format=form, dilations=gaps)
        need_rank(x, 4, "give sequences [batch, width, depth], or pictures")
        return conv2d(x, filter, steps, padding, data_format=data_format or "NHWC", dilations=gaps)


# ---- along one axis


def conv1d(
    value: Any = None,
    filters: Any = None,
    stride: Any = None,
    padding: Any = None,
    use_cudnn_on_gpu: bool = True,
    data_format: str = "NWC",
    name: str | None = None,
    input: Any = None,
    dilations: Any = None,
) -> Tensor:
    """A convolution along one axis: value [batch, width, in], filters [width, in, out]."""
    x = input if value is None else value
    with scope_of([x, filters], name or "conv1d"):
        first = data_format in ("NCW", "NCHW")
        axis = 2 if first else 1
        step, gap = (
            int(np.ravel(v)[-1 if len(np.ravel(v)) < 3 else (2 if first else 1)])
            for v in (1 if stride is None else stride, 1 if dilations is None else dilations)
        )
        form = "NCHW" if first else "NHWC"
        wide = array.expand_dims(convert_to_tensor(x), axis)
        kernel = array.expand_dims(convert_to_tensor(filters), 0)
        attrs = frame_attrs([1, step], padding, form, [1, gap])
        result = one(CONV2D, wide, kernel, use_cudnn_on_gpu=use_cudnn_on_gpu, **attrs)
        return array.squeeze(result, [axis])


def conv1d_transpose(
    input: Any,
    filters: Any,
    output_shape: Any,
    strides: Any,
    padding: str = "SAME",
    data_format: str = "NWC",
    dilations: Any = None,
    name: str | None = None,
) -> Tensor:
    """The gradient of `conv1d` by its input; filters [width, out, in]."""
    with scope_of([input, filters], name or "conv1d_transpose"):
        axis, form = (2, "NCHW") if data_format == "NCW" else (1, "NHWC")
        sizes = list(output_shape)
        sizes.insert(axis, 1)
        wide = array.expand_dims(convert_to_tensor(input), axis)
        kernel = array.expand_dims(convert_to_tensor(filters), 0)
        step = int(np.ravel(strides)[0])
        return array.squeeze(
            conv2d_transpose(wide, kernel, sizes, [1, step], padding, form), [axis]
        )
