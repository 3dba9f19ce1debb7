"""Convolution and pooling of volumes, [batch, depth, height, width, channels], forwards and back.

A window is walked through place by place: each place of it is a strided slice of the volume with
its border, and what all windows have there is one product of matrices. Padding is SAME or VALID.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product
from typing import Any

import numpy as np

from neuronboard import errors
from neuronboard.engine.graph import Operation, Tensor
from neuronboard.engine.opdef import OpDef, register
from neuronboard.engine.ops import array
from neuronboard.engine.ops.apply import one
from neuronboard.engine.ops.define import Grads, Inferred, attrs_of, need_rank
from neuronboard.engine.ops.static import shape_from
from neuronboard.engine.shape import TensorShape
from neuronboard.engine.where import user_line

__all__ = ["avg_pool3d", "conv3d", "conv3d_transpose", "max_pool3d"]

VOLUMES = "give volumes as [batch, depth, height, width, channels]"
FILTERS = "give filters as [depth, height, width, in, out]"
_CONV = ("strides", "padding", "data_format", "dilations")
_POOL = ("ksize", "strides", "padding", "data_format")
Index = tuple[slice, ...]


class Walk:
    """Where the windows stand along the three axes, and how to walk through their places."""

    def __init__(self, attrs: dict[str, Any], size: Sequence[int]) -> None:
        self.size, self.stride = tuple(size), tuple(attrs["strides"][1:4])
        self.gap = tuple(attrs.get("dilations", (1,) * 5)[1:4])
        self.same = attrs["padding"] == b"SAME"

    def counts(self, whole: Sequence[int | None]) -> list[int | None]:
        """How many windows along each axis; ValueError where none fits."""
        found: list[int | None] = []
        for length, size, step, gap in zip(whole, self.size, self.stride, self.gap, strict=True):
            reach = (size - 1) * gap + 1
            if length is None:
                found.append(None)
            elif self.same:
                found.append(-(-length // step))
            elif length < reach:
                raise ValueError(
                    f"Negative dimension size caused by subtracting {reach} from {length}",
                    "a window must fit into the volume; padding='SAME' puts a border around it",
                )
            else:
                found.append((length - reach) // step + 1)
        return found

    def border(self, whole: Sequence[int]) -> list[tuple[int, int]]:
        """How much to add before and behind, along each axis."""
        pairs = []
        for length, size, step, gap in zip(whole, self.size, self.stride, self.gap, strict=True):
            total = max((-(-length // step) - 1) * step + (size - 1) * gap + 1 - length, 0)
            pairs.append((total // 2, total - total // 2) if self.same else (0, 0))
        return pairs

    def padded(self, xp: Any, x: Any, fill: Any = 0) -> Any:
        """A volume with its border."""
        border = self.border(x.shape[1:4])
        return xp.pad(x, [(0, 0), *border, (0, 0)], constant_values=fill)

    def places(self, whole: Sequence[int]) -> Iterator[tuple[tuple[int, ...], Index]]:
        """(place in the window, the slices of the padded volume that have it)."""
        counts = [count or 0 for count in self.counts(whole)]
        for place in product(*map(range, self.size)):
            begins = [at * gap for at, gap in zip(place, self.gap, strict=True)]
            cuts = [
                slice(begin, begin + (count - 1) * step + 1 if count else begin, step)
                for begin, count, step in zip(begins, counts, self.stride, strict=True)
            ]
            yield place, (slice(None), *cuts)

    def folded(self, xp: Any, parts: dict[tuple[int, ...], Any], shape: Any, kind: Any) -> Any:
        """What stands at each place, added up in a volume of `shape` without its border."""
        border = self.border(shape[1:4])
        sizes = [size + sum(pair) for size, pair in zip(shape[1:4], border, strict=True)]
        total = xp.zeros((shape[0], *sizes, shape[4]), kind)
        for place, cut in self.places(shape[1:4]):
            total = total + xp.set_at(xp.zeros_like(total), cut, parts[place])
        inner = [slice(a, a + size) for (a, _), size in zip(border, shape[1:4], strict=True)]
        return total[(slice(None), *inner)]


# ---- convolution


def _infer_conv(op: Operation) -> Inferred:
    x, k = need_rank(op.inputs[0], 5, VOLUMES), need_rank(op.inputs[1], 5, FILTERS)
    if None not in (x[4], k[3]) and x[4] != k[3]:
        raise ValueError(f"Dimensions must be equal, but are {x[4]} and {k[3]}", FILTERS)
    kind = op.inputs[0].dtype.base_dtype
    if None in k[:3]:
        return [(kind, TensorShape([x[0], None, None, None, k[4]]))]
    counts = Walk(op.attrs, [size or 0 for size in k[:3]]).counts(x[1:4])
    return [(kind, TensorShape([x[0], *counts, k[4]]))]


def _conv(xp: Any, x: Any, k: Any, **attrs: Any) -> Any:
    walk = Walk(attrs, k.shape[:3])
    padded = walk.padded(xp, x)
    parts = [xp.matmul(padded[cut], k[place]) for place, cut in walk.places(x.shape[1:4])]
    return sum(parts[1:], start=parts[0])


def _grad_conv(op: Operation, dy: Tensor) -> Grads:
    x, k = op.inputs
    sizes_x, sizes_k = array.shape_n([x, k])
    return (
        one(CONV3D_BACKPROP_INPUT, sizes_x, k, dy, **attrs_of(op, _CONV)),
        one(CONV3D_BACKPROP_FILTER, x, sizes_k, dy, **attrs_of(op, _CONV)),
    )


CONV3D = register(
    OpDef(
        type="Conv3D",
        inputs=("input", "filter"),
        same=("input", "filter"),
        takes={"input": "f"},
        infer=_infer_conv,
        kernel=_conv,
        kernel_attrs=_CONV,
        grad=_grad_conv,
    )
)


def _conv_input(xp: Any, sizes: Any, k: Any, dy: Any, **attrs: Any) -> Any:
    walk = Walk(attrs, k.shape[:3])
    shape = tuple(int(size) for size in sizes)
    turned = xp.swapaxes(k, 3, 4)
    parts = {place: xp.matmul(dy, turned[place]) for place, _ in walk.places(shape[1:4])}
    return walk.folded(xp, parts, shape, dy.dtype)


CONV3D_BACKPROP_INPUT: OpDef = register(
    OpDef(
        type="Conv3DBackpropInputV2",
        inputs=("input_sizes", "filter", "out_backprop"),
        same=("filter", "out_backprop"),
        takes={"input_sizes": "i", "filter": "f"},
        types={"Tshape": "input_sizes"},
        infer=lambda op: [(op.inputs[1].dtype.base_dtype, shape_from(op.inputs[0]))],
        kernel=_conv_input,
        kernel_attrs=_CONV,
        grad=lambda op, g: (
            None,
            one(
                CONV3D_BACKPROP_FILTER,
                *(g, array.shape(op.inputs[1]), op.inputs[2]),
                **attrs_of(op, _CONV),
            ),
            one(CONV3D, g, op.inputs[1], **attrs_of(op, _CONV)),
        ),
    )
)


def _conv_filter(xp: Any, x: Any, sizes: Any, dy: Any, **attrs: Any) -> Any:
    shape = tuple(int(size) for size in sizes)
    walk = Walk(attrs, shape[:3])
    padded, rows = walk.padded(xp, x), xp.reshape(dy, (-1, shape[4]))
    columns = [
        xp.matmul(xp.reshape(padded[cut], (-1, shape[3])).T, rows)
        for _, cut in walk.places(x.shape[1:4])
    ]
    return xp.reshape(xp.stack(columns), shape)


CONV3D_BACKPROP_FILTER: OpDef = register(
    OpDef(
        type="Conv3DBackpropFilterV2",
        inputs=("input", "filter_sizes", "out_backprop"),
        same=("input", "out_backprop"),
        takes={"input": "f", "filter_sizes": "i"},
        infer=lambda op: [(op.inputs[0].dtype.base_dtype, shape_from(op.inputs[1]))],
        kernel=_conv_filter,
        kernel_attrs=_CONV,
        grad=lambda op, g: (
            one(
                CONV3D_BACKPROP_INPUT,
                array.shape(op.inputs[0]),
                g,
                op.inputs[2],
                **attrs_of(op, _CONV),
            ),
            None,
            one(CONV3D, op.inputs[0], g, **attrs_of(op, _CONV)),
        ),
    )
)


def conv3d(
    input: Any,
    filter: Any = None,
    strides: Any = None,
    padding: Any = None,
    data_format: str = "NDHWC",
    dilations: Any = None,
    name: str | None = None,
    filters: Any = None,
) -> Tensor:
    """Products of windows of a volume with filters [depth, height, width, in, out].

    strides, dilations: five numbers, the first and last 1. padding: SAME or VALID.
    """
    attrs = _framed(strides, padding, data_format)
    attrs["dilations"] = _five(1 if dilations is None else dilations, "dilations")
    return one(CONV3D, input, filters if filter is None else filter, name=name, **attrs)


def conv3d_transpose(
    value: Any,
    filter: Any = None,
    output_shape: Any = None,
    strides: Any = None,
    padding: str = "SAME",
    data_format: str = "NDHWC",
    name: str | None = None,
    input: Any = None,
) -> Tensor:
    """The gradient of `conv3d` as an operation of its own; filter [depth, ..., out, in]."""
    attrs = _framed(strides, padding, data_format) | {"dilations": [1] * 5}
    given = input if value is None else value
    return one(
        *(CONV3D_BACKPROP_INPUT, output_shape, filter, given),
        name=name or "conv3d_transpose",
        **attrs,
    )


def _framed(strides: Any, padding: str, data_format: str) -> dict[str, Any]:
    if padding not in ("SAME", "VALID") or data_format != "NDHWC":
        raise errors.ArgumentValueError(
            message=f"Value for attr 'padding' of {padding!r} with data_format {data_format!r}: "
            f"volumes take 'SAME' or 'VALID', and 'NDHWC'. At {user_line()}"
        )
    form = {"padding": padding.encode(), "data_format": data_format.encode()}
    return form | {"strides": _five(strides, "strides")}


def _five(value: Any, what: str) -> list[int]:
    """One number for the three axes, three of them, or one for each axis."""
    numbers = [int(item) for item in np.ravel(value)]
    if len(numbers) not in (1, 3, 5):
        raise errors.ArgumentValueError(
            message=f"{what} should be of length 1, 3 or 5 but was {len(numbers)}: {value!r}, at "
            f"{user_line()}"
        )
    return numbers if len(numbers) == 5 else [1, *(numbers * (3 // len(numbers))), 1]


# ---- pooling


def _infer_pool(op: Operation) -> Inferred:
    dims = need_rank(op.inputs[0], 5, VOLUMES)
    counts = Walk(op.attrs, op.attrs["ksize"][1:4]).counts(dims[1:4])
    return [(op.inputs[0].dtype.base_dtype, TensorShape([dims[0], *counts, dims[4]]))]


def _max_pool(xp: Any, x: Any, **attrs: Any) -> Any:
    walk = Walk(attrs, attrs["ksize"][1:4])
    padded = walk.padded(xp, x, -np.inf)
    parts = [padded[cut] for _, cut in walk.places(x.shape[1:4])]
    result = parts[0]
    for part in parts[1:]:
        result = xp.maximum(result, part)
    return xp.array(result)


MAX_POOL3D = register(
    OpDef(
        type="MaxPool3D",
        inputs=("input",),
        same=("input",),
        takes={"input": "f"},
        infer=_infer_pool,
        kernel=_max_pool,
        kernel_attrs=_POOL,
        grad=lambda op, dy: (
            one(MAX_POOL3D_GRAD, op.inputs[0], op.outputs[0], dy, **attrs_of(op, _POOL)),
        ),
    )
)


def _max_pool_grad(xp: Any, x: Any, y: Any, dy: Any, **attrs: Any) -> Any:
    """Each gradient to the first element that is its window's largest."""
    walk = Walk(attrs, attrs["ksize"][1:4])
    padded, taken, parts = walk.padded(xp, x, -np.inf), None, {}
    for place, cut in walk.places(x.shape[1:4]):
        equal = padded[cut] == y
        parts[place] = xp.where(equal if taken is None else equal & ~taken, dy, dy.dtype.type(0))
        taken = equal if taken is None else equal | taken
    return walk.folded(xp, parts, x.shape, dy.dtype)


MAX_POOL3D_GRAD: OpDef = register(
    OpDef(
        type="MaxPool3DGrad",
        inputs=("orig_input", "orig_output", "grad"),
        same=("orig_input", "orig_output", "grad"),
        takes={"orig_input": "f"},
        types={"TInput": "orig_input"},
        infer=lambda op: [(op.inputs[0].dtype.base_dtype, op.inputs[0].shape)],
        kernel=_max_pool_grad,
        kernel_attrs=_POOL,
        grad=lambda op, g: (
            array.zeros_like(op.inputs[0]),
            array.zeros_like(op.inputs[1]),
            one(MAX_POOL3D_GRAD_GRAD, *op.inputs[:2], g, **attrs_of(op, _POOL)),
        ),
    )
)


def _max_pool_picked(xp: Any, x: Any, y: Any, g: Any, **attrs: Any) -> Any:
    """Of each window the element of `g` that stands where the largest of x does."""
    walk = Walk(attrs, attrs["ksize"][1:4])
    padded, slopes = walk.padded(xp, x, -np.inf), walk.padded(xp, g)
    total, taken = xp.zeros_like(y), xp.zeros(y.shape, bool)
    for _, cut in walk.places(x.shape[1:4]):
        equal = padded[cut] == y
        total = total + xp.where(equal & ~taken, slopes[cut], g.dtype.type(0))
        taken = equal | taken
    return total


MAX_POOL3D_GRAD_GRAD: OpDef = register(
    OpDef(
        type="MaxPool3DGradGrad",
        inputs=("orig_input", "orig_output", "grad"),
        same=("orig_input", "orig_output", "grad"),
        takes={"orig_input": "f"},
        infer=lambda op: [(op.inputs[1].dtype.base_dtype, op.inputs[1].shape)],
        kernel=_max_pool_picked,
        kernel_attrs=_POOL,
        grad=lambda op, g: (
            array.zeros_like(op.inputs[0]),
            array.zeros_like(op.inputs[1]),
            one(MAX_POOL3D_GRAD, *op.inputs[:2], g, **attrs_of(op, _POOL)),
        ),
    )
)


def max_pool3d(
    input: Any,
    ksize: Any = None,
    strides: Any = None,
    padding: Any = None,
    data_format: str = "NDHWC",
    name: str | None = None,
) -> Tensor:
    """The largest element of each window of a volume."""
    attrs = _framed(strides, padding, data_format) | {"ksize": _five(ksize, "ksize")}
    return one(MAX_POOL3D, input, name=name, **attrs)


def _shares(xp: Any, walk: Walk, shape: Sequence[int], kind: Any) -> Any:
    """How many elements of the volume each window has."""
    ones = walk.padded(xp, xp.ones((1, *shape[1:4], 1), kind))
    parts = [ones[cut] for _, cut in walk.places(shape[1:4])]
    return sum(parts[1:], start=parts[0])


def _avg_pool(xp: Any, x: Any, **attrs: Any) -> Any:
    walk = Walk(attrs, attrs["ksize"][1:4])
    padded = walk.padded(xp, x)
    parts = [padded[cut] for _, cut in walk.places(x.shape[1:4])]
    return sum(parts[1:], start=parts[0]) / _shares(xp, walk, x.shape, x.dtype)


AVG_POOL3D = register(
    OpDef(
        type="AvgPool3D",
        inputs=("input",),
        same=("input",),
        takes={"input": "f"},
        infer=_infer_pool,
        kernel=_avg_pool,
        kernel_attrs=_POOL,
        grad=lambda op, dy: (
            one(AVG_POOL3D_GRAD, array.shape(op.inputs[0]), dy, **attrs_of(op, _POOL)),
        ),
    )
)


def _avg_pool_grad(xp: Any, sizes: Any, dy: Any, **attrs: Any) -> Any:
    walk = Walk(attrs, attrs["ksize"][1:4])
    shape = tuple(int(size) for size in sizes)
    part = dy / _shares(xp, walk, shape, dy.dtype)
    parts = dict.fromkeys((place for place, _ in walk.places(shape[1:4])), part)
    return walk.folded(xp, parts, shape, dy.dtype)


AVG_POOL3D_GRAD: OpDef = register(
    OpDef(
        type="AvgPool3DGrad",
        inputs=("orig_input_shape", "grad"),
        same=("grad",),
        takes={"orig_input_shape": "i", "grad": "f"},
        infer=lambda op: [(op.inputs[1].dtype.base_dtype, shape_from(op.inputs[0]))],
        kernel=_avg_pool_grad,
        kernel_attrs=_POOL,
        grad=lambda op, g: (None, one(AVG_POOL3D, g, **attrs_of(op, _POOL))),
    )
)


def avg_pool3d(
    input: Any,
    ksize: Any,
    strides: Any,
    padding: Any,
    data_format: str = "NDHWC",
    name: str | None = None,
) -> Tensor:
    """The mean of each window of a volume; a border does not count."""
    attrs = _framed(strides, padding, data_format) | {"ksize": _five(ksize, "ksize")}
    return one(AVG_POOL3D, input, name=name, **attrs)
