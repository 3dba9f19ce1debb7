"""Convolutions, forwards and backwards, as products of matrices over windows of pictures.

Pictures are [batch, height, width, depth] ("NHWC"); "NCHW" is turned round and back. Padding is
SAME (as many windows as steps), VALID (windows inside) or explicit, [[before, behind], ...].

Long, because convolution, its two gradients and the depthwise one share the windows, and each has
TensorFlow's arguments of 0.x and 1.x.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from neuronboard import errors
from neuronboard.engine.convert import convert_to_tensor
from neuronboard.engine.graph import Operation, Tensor
from neuronboard.engine.opdef import OpDef, register
from neuronboard.engine.ops import array
from neuronboard.engine.ops.apply import one, scope_of
from neuronboard.engine.ops.define import Grads, Inferred, need_rank
from neuronboard.engine.ops.static import shape_from
from neuronboard.engine.shape import TensorShape
from neuronboard.engine.where import user_line

__all__ = [
    "atrous_conv2d",
    "atrous_conv2d_transpose",
    "conv1d",
    "conv1d_transpose",
    "conv2d",
    "conv2d_backprop_filter",
    "conv2d_backprop_input",
    "conv2d_transpose",
    "depthwise_conv2d",
    "depthwise_conv2d_native",
    "separable_conv2d",
]

_ATTRS = ("strides", "padding", "explicit_paddings", "data_format", "dilations")
Pair = tuple[int, int]


class Frame:
    """Where the windows of a convolution or pooling stand: its attributes, read once."""

    def __init__(self, attrs: dict[str, Any], size: Sequence[int | None]) -> None:
        first = attrs["data_format"] == b"NCHW"
        self.channels_first = first
        self.axes = (2, 3) if first else (1, 2)
        self.size = (size[0], size[1])
        self.stride: Pair = tuple(attrs["strides"][axis] for axis in self.axes)
        dilations = attrs.get("dilations", [1, 1, 1, 1])
        self.dilation: Pair = tuple(dilations[axis] for axis in self.axes)
        self.padding: bytes = attrs["padding"]
        listed = attrs.get("explicit_paddings") or [0] * 8
        self.listed = [(listed[2 * axis], listed[2 * axis + 1]) for axis in self.axes]

    def last(self, x: Any, xp: Any) -> Any:
        """A picture with its depth last."""
        return xp.moveaxis(x, 1, 3) if self.channels_first else x

    def back(self, x: Any, xp: Any) -> Any:
        """A picture with its depth where it was."""
        return xp.moveaxis(x, 3, 1) if self.channels_first else x

    def places(self, whole: Sequence[int | None]) -> list[int | None]:
        """How many windows along height and width."""
        found: list[int | None] = []
        for i in (0, 1):
            length, size = whole[i], self.size[i]
            if length is None or size is None:
                found.append(None)
                continue
            reach = (size - 1) * self.dilation[i] + 1
            if self.padding == b"SAME":
                found.append(-(-length // self.stride[i]))
                continue
            room = length + (sum(self.listed[i]) if self.padding == b"EXPLICIT" else 0)
            if room < reach:
                raise ValueError(
                    f"Negative dimension size caused by subtracting {reach} from {room}",
                    "a window must fit into the picture; padding='SAME' puts a border around it",
                )
            found.append((room - reach) // self.stride[i] + 1)
        return found

    def border(self, whole: Sequence[int]) -> list[Pair]:
        """How much to add before and behind, along height and width."""
        if self.padding == b"VALID":
            return [(0, 0), (0, 0)]
        if self.padding == b"EXPLICIT":
            return self.listed
        pairs = []
        for i in (0, 1):
            reach = ((self.size[i] or 1) - 1) * self.dilation[i] + 1
            steps = -(-whole[i] // self.stride[i])
            total = max((steps - 1) * self.stride[i] + reach - whole[i], 0)
            pairs.append((total // 2, total - total // 2))
        return pairs

    def windows(self, xp: Any, x: Any, fill: Any = 0) -> Any:
        """[n, rows, columns, height, width, depth] of a picture with its border."""
        border = self.border(x.shape[1:3])
        if any(sum(pair) for pair in border):
            x = xp.pad(x, [(0, 0), *border, (0, 0)], constant_values=fill)
        return xp.windows(x, self.size, self.stride, self.dilation)

    def parts(self, windows: Any) -> list[Any]:
        """For each place in a window, row by row, its elements in all windows."""
        sizes = windows.shape[3:5]
        return [windows[:, :, :, i, j] for i in range(sizes[0]) for j in range(sizes[1])]

    def folded(self, xp: Any, parts: Any, whole: Sequence[int]) -> Any:
        """Windows' parts added up to a picture of `whole` size, its border cut off."""
        border = self.border(whole)
        sizes = tuple(whole[i] + sum(border[i]) for i in (0, 1))
        total = xp.folded(parts, self.size, sizes, self.stride, self.dilation)
        (top, _), (left, _) = border
        return total[:, top : top + whole[0], left : left + whole[1]]


def picture_shape(frame: Frame, dims: Sequence[int | None], depth: int | None) -> TensorShape:
    """The shape of the output over a picture of shape `dims`."""
    rows, columns = frame.places([dims[axis] for axis in frame.axes])
    if frame.channels_first:
        return TensorShape([dims[0], depth, rows, columns])
    return TensorShape([dims[0], rows, columns, depth])


_PICTURES = "give pictures as [batch, height, width, depth] and filters as [height, width, in, out]"


def _infer_conv(op: Operation) -> Inferred:
    x, k = (need_rank(tensor, 4, _PICTURES) for tensor in op.inputs)
    frame = Frame(op.attrs, k[:2])
    depth = x[1] if frame.channels_first else x[3]
    if depth is not None and k[2] is not None and (k[2] == 0 or depth % k[2]):
        raise ValueError(
            f"Depth of input ({depth}) is not a multiple of input depth of filter ({k[2]})",
            f"the filter must be [height, width, {depth}, out]",
        )
    return [(op.inputs[0].dtype.base_dtype, picture_shape(frame, x, k[3]))]


def _conv(xp: Any, x: Any, k: Any, **attrs: Any) -> Any:
    frame = Frame(attrs, k.shape[:2])
    windows = frame.windows(xp, frame.last(x, xp))
    n, rows, columns = windows.shape[:3]
    depth, out = k.shape[2:]
    groups = windows.shape[-1] // depth
    if groups == 1:
        flat = xp.reshape(windows, (n * rows * columns, -1))
        result = xp.matmul(flat, xp.reshape(k, (-1, out)))
    else:
        parts = xp.split(windows, groups, -1)
        kernels = xp.split(k, groups, -1)
        result = xp.concatenate(
            [
                xp.matmul(
                    xp.reshape(p, (n * rows * columns, -1)), xp.reshape(w, (-1, out // groups))
                )
                for p, w in zip(parts, kernels, strict=True)
            ],
            -1,
        )
    return frame.back(xp.reshape(result, (n, rows, columns, out)), xp)


def _attrs_of(op: Operation) -> dict[str, Any]:
    return {name: op.attrs[name] for name in _ATTRS}


def _grad_conv(op: Operation, dy: Tensor) -> Grads:
    x, k = op.inputs
    attrs = _attrs_of(op)
    return (
        one(CONV2D_BACKPROP_INPUT, array.shape(x), k, dy, **attrs),
        one(CONV2D_BACKPROP_FILTER, x, array.shape(k), dy, **attrs),
    )


CONV2D = register(
    OpDef(
        type="Conv2D",
        inputs=("input", "filter"),
        same=("input", "filter"),
        takes={"input": "if"},
        infer=_infer_conv,
        kernel=_conv,
        kernel_attrs=_ATTRS,
        grad=_grad_conv,
    )
)


def _input_gradient(xp: Any, sizes: Any, k: Any, dy: Any, **attrs: Any) -> Any:
    frame = Frame(attrs, k.shape[:2])
    whole = [int(sizes[axis]) for axis in frame.axes]
    dy = frame.last(dy, xp)
    if list(dy.shape[1:3]) != frame.places(whole):
        raise ValueError(
            f"Conv2DSlowBackpropInput: Size of out_backprop doesn't match computed: actual = "
            f"{dy.shape[1]}, computed = {frame.places(whole)[0]}"
        )
    n, rows, columns, out = dy.shape
    depth = k.shape[2]
    flat = xp.matmul(xp.reshape(dy, (-1, out)), xp.reshape(k, (-1, out)).T)
    windows = xp.reshape(flat, (n, rows, columns, *k.shape[:2], depth))
    return frame.back(frame.folded(xp, frame.parts(windows), whole), xp)


CONV2D_BACKPROP_INPUT = register(
    OpDef(
        type="Conv2DBackpropInput",
        inputs=("input_sizes", "filter", "out_backprop"),
        same=("filter", "out_backprop"),
        takes={"input_sizes": "i", "filter": "if"},
        infer=lambda op: [(op.inputs[1].dtype.base_dtype, shape_from(op.inputs[0]))],
        kernel=_input_gradient,
        kernel_attrs=_ATTRS,
        grad=lambda op, g: (
            None,
            one(
                CONV2D_BACKPROP_FILTER, g, array.shape(op.inputs[1]), op.inputs[2], **_attrs_of(op)
            ),
            one(CONV2D, g, op.inputs[1], **_attrs_of(op)),
        ),
    )
)


def _filter_gradient(xp: Any, x: Any, sizes: Any, dy: Any, **attrs: Any) -> Any:
    shape = tuple(int(size) for size in sizes)
    frame = Frame(attrs, shape[:2])
    windows, dy = frame.windows(xp, frame.last(x, xp)), frame.last(dy, xp)
    flat = xp.reshape(windows, (-1, shape[0] * shape[1] * shape[2]))
    return xp.reshape(xp.matmul(flat.T, xp.reshape(dy, (-1, shape[3]))), shape)


CONV2D_BACKPROP_FILTER: OpDef = register(
    OpDef(
        type="Conv2DBackpropFilter",
        inputs=("input", "filter_sizes", "out_backprop"),
        same=("input", "out_backprop"),
        takes={"filter_sizes": "i", "input": "f"},
        infer=lambda op: [(op.inputs[0].dtype.base_dtype, shape_from(op.inputs[1]))],
        kernel=_filter_gradient,
        kernel_attrs=_ATTRS,
        grad=lambda op, g: (
            one(CONV2D_BACKPROP_INPUT, array.shape(op.inputs[0]), g, op.inputs[2], **_attrs_of(op)),
            None,
            one(CONV2D, op.inputs[0], g, **_attrs_of(op)),
        ),
    )
)


def frame_attrs(
    strides: Any, padding: Any, data_format: str | None, dilations: Any = None
) -> dict[str, Any]:
    """The attributes of a convolution as they stand in a node."""
    form = (data_format or "NHWC").upper()
    if form not in ("NHWC", "NCHW"):
        raise errors.ArgumentValueError(
            message=f"data_format must be 'NHWC' or 'NCHW', got {data_format!r} at {user_line()}"
        )
    attrs = {"data_format": form.encode(), "strides": _four(strides, form, "strides")}
    attrs["dilations"] = _four(1 if dilations is None else dilations, form, "dilations")
    if isinstance(padding, str):
        if padding.upper() not in ("SAME", "VALID"):
            raise errors.ArgumentValueError(
                message=f"Value for attr 'padding' of {padding!r} is not in the list of allowed "
                f"values: 'SAME', 'VALID', 'EXPLICIT'. At {user_line()}"
            )
        return attrs | {"padding": padding.upper().encode(), "explicit_paddings": []}
    listed = [int(width) for pair in padding for width in pair]
    return attrs | {"padding": b"EXPLICIT", "explicit_paddings": listed}


def _four(value: Any, form: str, what: str) -> list[int]:
    """One number for height and width, two of them, or one for each axis."""
    numbers = [int(item) for item in np.ravel(value)]
    if len(numbers) == 4:
        return numbers
    if len(numbers) not in (1, 2):
        raise errors.ArgumentValueError(
            message=f"{what} should be of length 1, 2 or 4 but was {len(numbers)}: {value!r}, at "
            f"{user_line()}"
        )
    height, width = numbers * (2 // len(numbers))
    return [1, height, width, 1] if form == "NHWC" else [1, 1, height, width]


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


# ---- each depth by itself

_DEPTHWISE = "give filters as [height, width, in, multiplier]"


def _infer_depthwise(op: Operation) -> Inferred:
    x, k = need_rank(op.inputs[0], 4, _PICTURES), need_rank(op.inputs[1], 4, _DEPTHWISE)
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
    attrs = _attrs_of(op)
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
        kernel_attrs=_ATTRS,
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
        kernel_attrs=_ATTRS,
        grad=lambda op, g: (
            None,
            one(
                DEPTHWISE_BACKPROP_FILTER,
                *(g, array.shape(op.inputs[1]), op.inputs[2]),
                **_attrs_of(op),
            ),
            one(DEPTHWISE, g, op.inputs[1], **_attrs_of(op)),
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
        kernel_attrs=_ATTRS,
        grad=lambda op, g: (
            one(
                DEPTHWISE_BACKPROP_INPUT,
                *(array.shape(op.inputs[0]), g, op.inputs[2]),
                **_attrs_of(op),
            ),
            None,
            one(DEPTHWISE, op.inputs[0], g, **_attrs_of(op)),
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
