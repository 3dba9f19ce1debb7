"""Biases, moments, and the ways to normalise by them; losses of weights.

Long, because the fused kernel has its gradient and the gradient of that beside it.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from neuronboard import errors
from neuronboard.engine import dtypes
from neuronboard.engine.convert import convert_to_tensor
from neuronboard.engine.graph import Operation, Tensor
from neuronboard.engine.opdef import NOT_DIFFERENTIABLE, OpDef, register
from neuronboard.engine.ops import array, compare, functions, reduce
from neuronboard.engine.ops.apply import apply, one, scope_of
from neuronboard.engine.ops.arithmetic import (
    add,
    maximum,
    multiply,
    negative,
    squared_difference,
    subtract,
    truediv,
)
from neuronboard.engine.ops.define import Grads, Inferred, attrs_of, same_as_input, unary
from neuronboard.engine.ops.numbers import cast
from neuronboard.engine.shape import TensorShape
from neuronboard.engine.where import user_line

__all__ = [
    "batch_norm_with_global_normalization",
    "batch_normalization",
    "bias_add",
    "fused_batch_norm",
    "l2_loss",
    "l2_normalize",
    "local_response_normalization",
    "lrn",
    "moments",
    "normalize_moments",
    "sufficient_statistics",
    "weighted_moments",
    "xw_plus_b",
    "zero_fraction",
]

# ---- biases


def _infer_bias(op: Operation) -> Inferred:
    value, bias = op.inputs
    if bias.shape.ndims not in (None, 1):
        raise ValueError(f"Shape must be rank 1 but is rank {bias.shape.ndims}", "give a vector")
    dims = value.shape.dims
    if dims is not None and len(dims) < 2:
        raise ValueError(f"Shape must be at least rank 2 but is rank {len(dims)}", "tf.add adds")
    if dims is not None and bias.shape.dims is not None:
        width = dims[1] if op.attrs["data_format"] == b"NCHW" else dims[-1]
        if None not in (width, bias.shape.dims[0]) and width != bias.shape.dims[0]:
            raise ValueError(
                f"Dimensions must be equal, but are {width} and {bias.shape.dims[0]}",
                "give a bias for each column",
            )
    return [(value.dtype.base_dtype, value.shape)]


def _bias_add(xp: Any, value: Any, bias: Any, data_format: bytes) -> Any:
    if data_format == b"NCHW":
        bias = xp.reshape(bias, (-1,) + (1,) * (np.ndim(value) - 2))
    return value + bias


BIAS_ADD = register(
    OpDef(
        type="BiasAdd",
        inputs=("value", "bias"),
        same=("value", "bias"),
        takes={"value": "iufc"},
        infer=_infer_bias,
        kernel=_bias_add,
        kernel_attrs=("data_format",),
        grad=lambda op, dy: (
            dy,
            one(BIAS_ADD_GRAD, dy, data_format=op.attrs["data_format"]),
        ),
    )
)


def _infer_bias_grad(op: Operation) -> Inferred:
    dims = op.inputs[0].shape.dims
    first = op.attrs["data_format"] == b"NCHW"
    width = None if dims is None else dims[1 if first else -1]
    return [(op.inputs[0].dtype.base_dtype, TensorShape([width]))]


def _bias_grad(xp: Any, dy: Any, data_format: bytes) -> Any:
    kept = 1 if data_format == b"NCHW" else np.ndim(dy) - 1
    return xp.sum(dy, axis=tuple(i for i in range(np.ndim(dy)) if i != kept)).astype(dy.dtype)


def _grad_bias_grad(op: Operation, g: Tensor) -> Grads:
    """The vector repeated over all rows."""
    dy = op.inputs[0]
    if op.attrs["data_format"] == b"NCHW":
        rest = (dy.shape.ndims or 4) - 2
        g = array.reshape(g, [1, -1, *[1] * rest])
    return (array.broadcast_to(g, array.shape(dy)),)


BIAS_ADD_GRAD: OpDef = register(
    OpDef(
        type="BiasAddGrad",
        inputs=("out_backprop",),
        same=("out_backprop",),
        takes={"out_backprop": "iufc"},
        infer=_infer_bias_grad,
        kernel=_bias_grad,
        kernel_attrs=("data_format",),
        grad=_grad_bias_grad,
    )
)


def bias_add(
    value: Any, bias: Any, data_format: str | None = None, name: str | None = None
) -> Tensor:
    """value + bias, a vector for the last axis (for "NCHW", the second)."""
    form = "NCHW" if data_format is not None and data_format.upper().startswith("NC") else "NHWC"
    return one(BIAS_ADD, value, bias, name=name, data_format=form.encode())


def xw_plus_b(x: Any, weights: Any, biases: Any, name: str | None = None) -> Tensor:
    """x @ weights + biases."""
    from neuronboard.engine.ops.matrix import matmul

    with scope_of([x, weights, biases], name or "xw_plus_b") as scope:
        return bias_add(matmul(x, weights), biases, name=scope)


# ---- moments


def moments(
    x: Any,
    axes: Any,
    shift: Any = None,
    name: str | None = None,
    keep_dims: bool | None = None,
    keepdims: bool | None = None,
) -> tuple[Tensor, Tensor]:
    """(mean, variance) over axes. shift: taken for compatibility, unused."""
    kept = bool(keep_dims or keepdims)
    with scope_of([x], name or "moments"):
        given = convert_to_tensor(x)
        wide = cast(given, dtypes.float32) if given.dtype == dtypes.float16 else given
        mean = reduce.reduce_mean(wide, axes, keepdims=True, name="mean")
        squares = squared_difference(wide, array.stop_gradient(mean))
        variance = reduce.reduce_mean(squares, axes, keepdims=True, name="variance")
        if not kept:
            where = list(np.ravel(axes)) if not isinstance(axes, Tensor) else None
            mean, variance = array.squeeze(mean, where), array.squeeze(variance, where)
        return cast(mean, given.dtype), cast(variance, given.dtype)


def weighted_moments(
    x: Any,
    axes: Any,
    frequency_weights: Any,
    name: str | None = None,
    keep_dims: bool | None = None,
    keepdims: bool | None = None,
) -> tuple[Tensor, Tensor]:
    """(mean, variance) over axes, of elements that count as often as their weights say."""
    kept = bool(keep_dims or keepdims)
    with scope_of([x, frequency_weights], name or "weighted_moments"):
        given = convert_to_tensor(x)
        weights = cast(convert_to_tensor(frequency_weights), given.dtype)
        whole = array.broadcast_to(weights, array.shape(given))
        total = reduce.reduce_sum(whole, axes, keepdims=True)
        mean = truediv(reduce.reduce_sum(multiply(given, weights), axes, keepdims=True), total)
        squares = multiply(weights, squared_difference(given, mean))
        variance = truediv(reduce.reduce_sum(squares, axes, keepdims=True), total)
        if not kept:
            where = list(np.ravel(axes))
            return array.squeeze(mean, where), array.squeeze(variance, where)
        return mean, variance


def sufficient_statistics(
    x: Any,
    axes: Any,
    shift: Any = None,
    keep_dims: bool | None = None,
    name: str | None = None,
    keepdims: bool | None = None,
) -> tuple[Tensor, Tensor, Tensor, Any]:
    """(how many, their sum, the sum of their squares, shift) over axes."""
    kept = bool(keep_dims or keepdims)
    with scope_of([x], name or "sufficient_statistics"):
        given = convert_to_tensor(x)
        ones = reduce.reduce_sum(array.ones_like(given), axes)
        count = reduce.reduce_max(ones)
        moved = given if shift is None else subtract(given, shift)
        squares = functions.square(given) if shift is None else squared_difference(given, shift)
        totals = (reduce.reduce_sum(part, axes, keepdims=kept) for part in (moved, squares))
        return count, *totals, shift


def normalize_moments(
    counts: Any, mean_ss: Any, variance_ss: Any, shift: Any, name: str | None = None
) -> tuple[Tensor, Tensor]:
    """(mean, variance) of what `sufficient_statistics` gives."""
    with scope_of([counts, mean_ss, variance_ss], name or "normalize"):
        share = functions.reciprocal(counts)
        moved = multiply(mean_ss, share)
        mean = moved if shift is None else add(moved, shift)
        variance = subtract(multiply(variance_ss, share), functions.square(moved))
        return mean, variance


# ---- normalising


def batch_normalization(
    x: Any,
    mean: Any,
    variance: Any,
    offset: Any,
    scale: Any,
    variance_epsilon: Any,
    name: str | None = None,
) -> Tensor:
    """(x - mean) / sqrt(variance + epsilon) * scale + offset; scale and offset may be None."""
    with scope_of([x, mean, variance, scale, offset], name or "batchnorm"):
        factor = functions.rsqrt(add(variance, variance_epsilon, name="add"))
        if scale is not None:
            factor = multiply(factor, scale, name="mul")
        scaled = multiply(x, factor, name="mul")
        if offset is None:
            shift = multiply(negative(mean), factor, name="mul")
        else:
            shift = subtract(offset, multiply(mean, factor, name="mul"), name="sub")
        return add(scaled, shift, name="add_1")


def batch_norm_with_global_normalization(
    t: Any = None,
    m: Any = None,
    v: Any = None,
    beta: Any = None,
    gamma: Any = None,
    variance_epsilon: Any = None,
    scale_after_normalization: bool | None = None,
    name: str | None = None,
    input: Any = None,
    mean: Any = None,
    variance: Any = None,
) -> Tensor:
    """`batch_normalization` under its older name."""
    x, centre = (input if t is None else t), (mean if m is None else m)
    spread = variance if v is None else v
    scale = gamma if scale_after_normalization else None
    return batch_normalization(x, centre, spread, beta, scale, variance_epsilon, name)


_FUSED = ("epsilon", "data_format", "is_training")


def _channels(x: Any, form: bytes, xp: Any) -> Any:
    return xp.moveaxis(x, 1, -1) if form == b"NCHW" else x


def _fused(
    xp: Any,
    x: Any,
    scale: Any,
    offset: Any,
    mean: Any,
    variance: Any,
    epsilon: float,
    data_format: bytes,
    is_training: bool,
) -> Any:
    """(y, mean, variance for the running average, and two that the gradient takes)"""
    wide = _channels(x, data_format, xp)
    axes = tuple(range(np.ndim(x) - 1))
    count = np.size(x) // max(wide.shape[-1], 1)
    kept, reported = variance, variance
    if is_training:
        mean = xp.mean(wide, axis=axes).astype(scale.dtype)
        kept = xp.mean(xp.square(wide - mean), axis=axes).astype(scale.dtype)
        reported = kept * scale.dtype.type(count / max(count - 1, 1))
    factor = scale / xp.sqrt(kept + scale.dtype.type(epsilon))
    y = ((wide - mean) * factor + offset).astype(x.dtype)
    if data_format == b"NCHW":
        y = xp.moveaxis(y, -1, 1)
    return y, mean, reported, mean, kept, xp.zeros((0,), scale.dtype)


def _infer_fused(op: Operation) -> Inferred:
    x, scale = op.inputs[:2]
    kind, wide = x.dtype.base_dtype, scale.dtype.base_dtype
    vector = scale.shape.merge_with([None])
    return [(kind, x.shape), *[(wide, vector)] * 4, (wide, TensorShape(None))]


def _grad_fused(op: Operation, dy: Tensor, *_: Any) -> Grads:
    attrs = attrs_of(op, _FUSED)
    x, scale, _offset, mean, variance = op.inputs
    saved = [*op.outputs[3:5]] if op.attrs["is_training"] else [mean, variance]
    found = apply(FUSED_BATCH_NORM_GRAD, dy, x, scale, *saved, **attrs).outputs
    return *found, None, None


FUSED_BATCH_NORM = register(
    OpDef(
        type="FusedBatchNormV3",
        inputs=("x", "scale", "offset", "mean", "variance"),
        same=("x",),
        takes={"x": "f", "scale": "f"},
        types={"U": "scale"},
        infer=_infer_fused,
        kernel=_fused,
        kernel_attrs=_FUSED,
        grad=_grad_fused,
    )
)


def _fused_grad(
    xp: Any,
    dy: Any,
    x: Any,
    scale: Any,
    mean: Any,
    variance: Any,
    epsilon: float,
    data_format: bytes,
    is_training: bool,
) -> Any:
    wide, slope = _channels(x, data_format, xp), _channels(dy, data_format, xp)
    axes = tuple(range(np.ndim(x) - 1))
    inverse = 1 / xp.sqrt(variance + scale.dtype.type(epsilon))
    normal = (wide - mean) * inverse
    d_offset = xp.sum(slope, axis=axes)
    d_scale = xp.sum(slope * normal, axis=axes)
    dx = slope * (scale * inverse)
    if is_training:
        count = scale.dtype.type(np.size(x) // max(wide.shape[-1], 1))
        dx = (scale * inverse) * (slope - (d_offset + normal * d_scale) / count)
    if data_format == b"NCHW":
        dx = xp.moveaxis(dx, -1, 1)
    return dx.astype(x.dtype), d_scale.astype(scale.dtype), d_offset.astype(scale.dtype)


FUSED_BATCH_NORM_GRAD = register(
    OpDef(
        type="FusedBatchNormGradV3",
        inputs=("y_backprop", "x", "scale", "reserve_space_1", "reserve_space_2"),
        same=("y_backprop", "x"),
        takes={"y_backprop": "f"},
        types={"U": "scale"},
        infer=lambda op: [
            (op.inputs[1].dtype.base_dtype, op.inputs[1].shape),
            *[(op.inputs[2].dtype.base_dtype, op.inputs[2].shape)] * 2,
        ],
        kernel=_fused_grad,
        kernel_attrs=_FUSED,
        grad=NOT_DIFFERENTIABLE,
    )
)


def fused_batch_norm(
    x: Any,
    scale: Any,
    offset: Any,
    mean: Any = None,
    variance: Any = None,
    epsilon: float = 0.001,
    data_format: str = "NHWC",
    is_training: bool = True,
    name: str | None = None,
    exponential_avg_factor: float = 1.0,
) -> tuple[Tensor, Tensor, Tensor]:
    """(pictures normalised over all but their depth, mean, variance).

    is_training: by their own moments; the variance given back is that of a sample. Else by `mean`
    and `variance`.
    """
    if not is_training and (mean is None or variance is None):
        raise errors.ArgumentValueError(
            message="Both `mean` and `variance` must be a 1D tensor when `is_training` is False or "
            f"`exponential_avg_factor` != 1.0. At {user_line()}"
        )
    empty = np.zeros(0, np.float32)
    given = [empty if part is None or is_training else part for part in (mean, variance)]
    attrs: dict[str, Any] = {"epsilon": max(float(epsilon), 1.001e-5)}
    attrs["data_format"] = data_format.encode()
    found = apply(
        *(FUSED_BATCH_NORM, x, scale, offset, *given),
        name=name,
        is_training=bool(is_training),
        exponential_avg_factor=float(exponential_avg_factor),
        **attrs,
    ).outputs
    return found[0], found[1], found[2]


def l2_normalize(
    x: Any, axis: Any = None, epsilon: float = 1e-12, name: str | None = None, dim: Any = None
) -> Tensor:
    """x / sqrt(max(sum(x**2), epsilon)) over axes."""
    axes = dim if axis is None else axis
    with scope_of([x], name or "l2_normalize") as scope:
        given = convert_to_tensor(x, name="x")
        total = reduce.reduce_sum(functions.square(given), axes, keepdims=True)
        return multiply(given, functions.rsqrt(maximum(total, epsilon)), name=scope)


L2_LOSS = unary(
    "L2Loss",
    lambda xp, t: (xp.sum(xp.square(t)) / 2).astype(t.dtype),
    lambda op, dy: (multiply(op.inputs[0], dy, name="mul"),),
    "f",
    infer=lambda op: [(op.inputs[0].dtype.base_dtype, TensorShape([]))],
    name="t",
)


def l2_loss(t: Any, name: str | None = None) -> Tensor:
    """Half the sum of squares."""
    return one(L2_LOSS, t, name=name)


def zero_fraction(value: Any, name: str | None = None) -> Tensor:
    """Which share of the elements is 0."""
    with scope_of([value], name or "zero_fraction"):
        given = convert_to_tensor(value, name="value")
        zeros = compare.equal(given, array.zeros_like(given))
        return reduce.reduce_mean(cast(zeros, dtypes.float32), name="fraction")


# ---- by the neighbours in depth

_LRN = ("depth_radius", "bias", "alpha", "beta")


def _neighbours(xp: Any, x: Any, radius: int) -> Any:
    """The sum over the depths at most `radius` away."""
    padded = xp.pad(x, [(0, 0)] * 3 + [(radius, radius)])
    depth = x.shape[-1]
    return sum(padded[..., i : i + depth] for i in range(2 * radius + 1))


def _lrn(xp: Any, x: Any, depth_radius: int, bias: float, alpha: float, beta: float) -> Any:
    kind = x.dtype.type
    return x * (kind(bias) + kind(alpha) * _neighbours(xp, x * x, depth_radius)) ** kind(-beta)


def _lrn_grad(
    xp: Any, dy: Any, x: Any, y: Any, depth_radius: int, bias: float, alpha: float, beta: float
) -> Any:
    kind = x.dtype.type
    norm = kind(bias) + kind(alpha) * _neighbours(xp, x * x, depth_radius)
    inner = _neighbours(xp, dy * y / norm, depth_radius)
    return dy * norm ** kind(-beta) - kind(2 * alpha * beta) * x * inner


LRN = register(
    OpDef(
        type="LRN",
        inputs=("input",),
        same=("input",),
        takes={"input": "f"},
        infer=same_as_input,
        kernel=_lrn,
        kernel_attrs=_LRN,
        grad=lambda op, dy: (one(LRN_GRAD, dy, op.inputs[0], op.outputs[0], **attrs_of(op, _LRN)),),
    )
)
LRN_GRAD: OpDef = register(
    OpDef(
        type="LRNGrad",
        inputs=("input_grads", "input_image", "output_image"),
        same=("input_grads", "input_image", "output_image"),
        takes={"input_grads": "f"},
        infer=same_as_input,
        kernel=_lrn_grad,
        kernel_attrs=_LRN,
        grad=NOT_DIFFERENTIABLE,
    )
)


def lrn(
    input: Any,
    depth_radius: int = 5,
    bias: float = 1.0,
    alpha: float = 1.0,
    beta: float = 0.5,
    name: str | None = None,
) -> Tensor:
    """x / (bias + alpha * sum of squares of the depths at most `depth_radius` away) ** beta."""
    attrs = {"depth_radius": int(depth_radius), "bias": float(bias)}
    return one(LRN, input, name=name, alpha=float(alpha), beta=float(beta), **attrs)


local_response_normalization = lrn
