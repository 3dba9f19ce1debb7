"""Rows for op types of neural networks: activations, losses, convolutions, pooling, normalising.

Long, because it is one table: a row for each type.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from engine.op_cases import Case, direct, floats, positive, row, unary_rows

import neuronboard as tf
from neuronboard.engine.ops import activations, image, normalize, pool
from neuronboard.engine.ops.apply import one

_LABELS = np.array([2, 0, 1], np.int32)
_SHARES = np.array([[0.2, 0.5, 0.3], [1, 0, 0], [0.1, 0.1, 0.8]])
_POOLED = {
    "ksize": [1, 2, 2, 1],
    "strides": [1, 2, 2, 1],
    "padding": b"VALID",
    "explicit_paddings": [],
    "data_format": b"NHWC",
}


def _log_softmax(x: Any) -> Any:
    return (
        x
        - x.max(-1, keepdims=True)
        - np.log(np.exp(x - x.max(-1, keepdims=True)).sum(-1, keepdims=True))
    )


def _conv(
    x: Any, k: Any, stride: int = 1, same: bool = True, gap: int = 1, deep: bool = False
) -> Any:
    """A convolution by its definition, one element after the other."""
    reach = [(size - 1) * gap + 1 for size in k.shape[:2]]
    sides = x.shape[1:3]
    steps = [
        -(-s // stride) if same else (s - r) // stride + 1
        for s, r in zip(sides, reach, strict=True)
    ]
    border = [
        max((n - 1) * stride + r - s, 0) if same else 0
        for n, r, s in zip(steps, reach, sides, strict=True)
    ]
    x = np.pad(x, [(0, 0), *[(b // 2, b - b // 2) for b in border], (0, 0)])
    result = np.zeros((x.shape[0], *steps, k.shape[2] * k.shape[3] if deep else k.shape[3]))
    for i, j in np.ndindex(*steps):
        part = x[:, i * stride :, j * stride :][:, : reach[0] : gap, : reach[1] : gap]
        spelled = "nhwc,hwcm->ncm" if deep else "nhwc,hwcm->nm"
        result[:, i, j] = np.einsum(spelled, part, k).reshape(x.shape[0], -1)
    return result


def _pooled(x: Any, size: int, stride: int, function: Any) -> Any:
    """Windows of a VALID pooling, reduced."""
    steps = [(s - size) // stride + 1 for s in x.shape[1:3]]
    parts = [
        function(x[:, i * stride :, j * stride :][:, :size, :size], axis=(1, 2))
        for i, j in np.ndindex(*steps)
    ]
    return np.stack(parts, 1).reshape(x.shape[0], *steps, x.shape[3])


def _lrn(x: Any) -> Any:
    squares = np.pad(x * x, [(0, 0)] * 3 + [(1, 1)])
    total = sum(squares[..., i : i + x.shape[-1]] for i in range(3))
    return x / (1 + 0.5 * total) ** 0.75


def _normal(x: Any, g: Any, b: Any) -> Any:
    mean, variance = x.mean((0, 1, 2)), x.var((0, 1, 2))
    return (x - mean) / np.sqrt(variance + 0.01) * g + b


def _blocks(x: Any) -> Any:
    n, h, w, c = x.shape
    return (
        x.reshape(n, h // 2, 2, w // 2, 2, c)
        .transpose(0, 1, 3, 2, 4, 5)
        .reshape(n, h // 2, w // 2, 4 * c)
    )


def _batched(x: Any) -> Any:
    n, h, w, c = x.shape
    return (
        x.reshape(n, h // 2, 2, w // 2, 2, c)
        .transpose(2, 4, 0, 1, 3, 5)
        .reshape(4 * n, h // 2, w // 2, c)
    )


def _best(x: Any, y: Any, g: Any) -> Any:
    """Of each window of 2 by 2 the element of g that stands where the largest of x does."""
    flat = np.stack([x[:, i::2, j::2] for i in (0, 1) for j in (0, 1)], -1)
    values = np.stack([g[:, i::2, j::2] for i in (0, 1) for j in (0, 1)], -1)
    return np.take_along_axis(values, flat.argmax(-1)[..., None], -1)[..., 0]


def _spread(x: Any, y: Any, dy: Any) -> Any:
    wide = dy.repeat(2, 1).repeat(2, 2)
    return np.where(x == y.repeat(2, 1).repeat(2, 2), wide, 0)


def _cross(x: Any, y: Any) -> Any:
    from neuronboard.engine.ops.softmax import SOFTMAX_CROSS_ENTROPY

    return one(SOFTMAX_CROSS_ENTROPY, x, y)


def _slopes(function: Any, at: Any, dy: Any) -> Any:
    """The gradient of a linear function of `at`, by its definition."""
    result = np.zeros_like(at)
    for place in np.ndindex(at.shape):
        unit = np.zeros_like(at)
        unit[place] = 1
        result[place] = (function(unit) * dy).sum()
    return result


def _turned(x: Any, k: Any) -> Any:
    return _slopes(lambda at: _conv(at, k, 2), np.zeros((2, 10, 8, 2)), x)


def _filter_slopes(x: Any, d: Any) -> Any:
    return _slopes(lambda at: _conv(x, at), np.zeros((3, 2, 2, 3)), d)


def _deep_turned(x: Any, k: Any) -> Any:
    return _slopes(lambda at: _conv(at, k, deep=True), np.zeros((1, 4, 3, 2)), x)


def _deep_filter(x: Any, d: Any) -> Any:
    return _slopes(lambda at: _conv(x, at, deep=True), np.zeros((3, 2, 2, 3)), d)


def _deep_slopes(x: Any, other: Any, which: int) -> Any:
    from neuronboard.engine.ops import depthwise, windows

    attrs = windows.frame_attrs(1, "SAME", "NHWC")
    if which == 0:
        return one(depthwise.DEPTHWISE_BACKPROP_INPUT, [1, 4, 3, 2], other, x, **attrs)
    return one(depthwise.DEPTHWISE_BACKPROP_FILTER, x, [3, 2, 2, 3], other, **attrs)


_DEEP = np.arange(12, dtype=np.float64).reshape(1, 2, 2, 3) / 10
_LRN = {"depth_radius": 1, "bias": 1.0, "alpha": 0.5, "beta": 0.75}


def _lrn_slopes(d: Any) -> Any:
    deep = tf.cast(tf.constant(_DEEP), d.dtype)
    return one(normalize.LRN_GRAD, d, deep, tf.cast(tf.constant(_lrn(_DEEP)), d.dtype), **_LRN)


def _lrn_expected(d: Any) -> Any:
    """By central differences, which are exact enough for smooth functions."""
    result = np.zeros_like(_DEEP)
    for place in np.ndindex(_DEEP.shape):
        unit = np.zeros_like(_DEEP)
        unit[place] = 1e-5
        result[place] = ((_lrn(_DEEP + unit) - _lrn(_DEEP - unit)) * d).sum() / 2e-5
    return result


def _fused_slopes(d: Any) -> Any:
    scale = np.ones(2)
    attrs = {"epsilon": 0.01, "data_format": b"NHWC", "is_training": True}
    given = (floats(1, 2, 2, 2), scale, scale, scale)
    from neuronboard.engine.ops.apply import apply

    return apply(normalize.FUSED_BATCH_NORM_GRAD, d, *given, **attrs).outputs[2]


_PICTURE, _KERNEL = floats(2, 5, 4, 2), floats(3, 2, 2, 3)
_EVEN = floats(1, 4, 4, 2)
_TOP = _pooled(_EVEN, 2, 2, np.max)
_PATCHES = {
    "ksizes": [1, 1, 2, 1],
    "strides": [1, 1, 1, 1],
    "rates": [1, 1, 1, 1],
    "padding": b"SAME",
}
_FIXED = {"strides": [1, 1, 1, 1], "padding": "SAME"}

NETS: list[Case] = [
    # ---- activations
    *unary_rows("Relu6", tf.nn.relu6, lambda x: np.clip(x, 0, 6)),
    *unary_rows(
        "LeakyRelu",
        tf.nn.leaky_relu,
        lambda x: np.where(x > 0, x, float(np.float32(0.2)) * x),
    ),
    *unary_rows("Elu", tf.nn.elu, lambda x: np.where(x > 0, x, np.expm1(x))),
    *unary_rows(
        "Selu",
        tf.nn.selu,
        lambda x: 1.0507009873554805 * np.where(x > 0, x, 1.6732632423543772 * np.expm1(x)),
    ),
    *unary_rows("Softsign", tf.nn.softsign, lambda x: x / (1 + np.abs(x))),
    row(
        "ReluGrad",
        direct(activations.RELU_GRAD),
        lambda d, x: d * (x > 0),
        floats(2, 3),
        positive(2, 3),
    ),
    row(
        "Relu6Grad",
        direct(activations.RELU6_GRAD),
        lambda d, x: d * (x > 0),
        floats(2, 3),
        positive(2, 3),
    ),
    row(
        "LeakyReluGrad",
        direct(activations.LEAKY_RELU_GRAD, alpha=0.5),
        lambda d, x: np.where(x > 0, d, d / 2),
        floats(2, 3),
        floats(2, 3),
    ),
    row(
        "EluGrad",
        direct(activations.ELU_GRAD),
        lambda d, y: np.where(y < 0, d * (y + 1), d),
        floats(2, 3),
        floats(2, 3) + 0.3,
    ),
    row(
        "SeluGrad",
        direct(activations.SELU_GRAD),
        lambda d, y: np.where(y < 0, d * (y + 1.7580993408473766), d * 1.0507009873554805),
        floats(2, 3),
        floats(2, 3),
    ),
    row(
        "SigmoidGrad",
        direct(activations.SIGMOID_GRAD),
        lambda y, d: d * y * (1 - y),
        positive(2, 3),
        floats(2, 3),
    ),
    row(
        "SoftsignGrad",
        direct(activations.SOFTSIGN_GRAD),
        lambda d, x: d / (1 + np.abs(x)) ** 2,
        floats(2, 3),
        floats(2, 3),
    ),
    # ---- softmax and cross entropies
    row("Softmax", tf.nn.softmax, lambda x: np.exp(_log_softmax(x)), floats(2, 3, 4)),
    row("LogSoftmax", tf.nn.log_softmax, _log_softmax, floats(2, 3, 4)),
    row(
        "SoftmaxCrossEntropyWithLogits",
        _cross,
        lambda x, y: -(y * _log_softmax(x)).sum(-1),
        floats(3, 3),
        _SHARES,
    ),
    row(
        "SparseSoftmaxCrossEntropyWithLogits",
        lambda x: tf.nn.sparse_softmax_cross_entropy_with_logits(labels=_LABELS, logits=x),
        lambda x: -_log_softmax(x)[np.arange(3), _LABELS],
        floats(3, 4),
        ranked=True,
        small=False,
    ),
    row("L2Loss", tf.nn.l2_loss, lambda x: (x * x).sum() / 2, floats(2, 3)),
    # ---- pictures
    row(
        "ExtractImagePatches",
        lambda x: tf.extract_image_patches(x, [1, 2, 3, 1], [1, 2, 1, 1], [1, 1, 1, 1], "VALID"),
        lambda x: np.stack(
            [
                np.stack([x[:, i : i + 2, j : j + 3].reshape(2, -1) for j in range(2)], 1)
                for i in (0, 2)
            ],
            1,
        ),
        _PICTURE,
    ),
    row(
        "ExtractImagePatchesGrad",
        lambda d: one(image.PATCHES_GRAD, [1, 2, 2, 1], d, **_PATCHES),
        lambda d: (
            np.array([d[0, 0, 0, 0], d[0, 0, 0, 1] + d[0, 0, 1, 0], 0, 0]).reshape(1, 2, 2, 1)
            + np.array([0, 0, d[0, 1, 0, 0], d[0, 1, 0, 1] + d[0, 1, 1, 0]]).reshape(1, 2, 2, 1)
        ),
        floats(1, 2, 2, 2),
        wired=False,
    ),
    row(
        "ResizeBilinear",
        lambda x: tf.image.resize_bilinear(x, [10, 2]),
        lambda x: np.stack(
            [
                x[:, i // 2] if i % 2 == 0 else (x[:, i // 2] + x[:, min(i // 2 + 1, 4)]) / 2
                for i in range(10)
            ],
            1,
        )[:, :, ::2],
        _PICTURE,
        grad=False,
        dtype=np.float32,
        exact=False,
        small=False,
        wired=False,
    ),
    row(
        "ResizeBilinearGrad",
        lambda d: one(
            image.BILINEAR_GRAD,
            d,
            np.zeros((1, 2, 2, 1)),
            align_corners=False,
            half_pixel_centers=False,
        ),
        lambda d: np.stack([d[:, 0] + d[:, 1] / 2, d[:, 1] / 2 + d[:, 2] + d[:, 3]], 1),
        floats(1, 4, 2, 1),
        grad=False,
        small=False,
        wired=False,
    ),
    row(
        "ResizeNearestNeighbor",
        lambda x: tf.image.resize_nearest_neighbor(x, [10, 2]),
        lambda x: x.repeat(2, 1)[:, :, ::2],
        _PICTURE,
        wired=False,
    ),
    row(
        "ResizeNearestNeighborGrad",
        lambda d: one(
            image.NEAREST_GRAD,
            d,
            np.array([2, 2], np.int32),
            align_corners=False,
            half_pixel_centers=False,
        ),
        lambda d: np.stack([d[:, 0] + d[:, 1], d[:, 2] + d[:, 3]], 1),
        floats(1, 4, 2, 1),
        small=False,
        wired=False,
    ),
    # ---- convolutions
    row("Conv2D", lambda x, k: tf.nn.conv2d(x, k, [1, 1, 1, 1], "SAME"), _conv, _PICTURE, _KERNEL),
    row(
        "Conv2D",
        lambda x, k: tf.nn.conv2d(x, k, [1, 2, 2, 1], "SAME"),
        lambda x, k: np.concatenate(
            [_conv(x[..., i : i + 1], k[..., 2 * i : 2 * i + 2], 2) for i in (0, 1)], -1
        ),
        _PICTURE,
        floats(3, 2, 1, 4),
        note="groups",
    ),
    row(
        "Conv2D",
        lambda x, k: tf.nn.convolution(x, k, "VALID", strides=[2, 2]),
        lambda x, k: _conv(x, k, 2, False),
        _PICTURE,
        _KERNEL,
        ranked=True,
        wired=False,
        note="convolution",
    ),
    row(
        "Conv2D",
        lambda x, k: tf.nn.conv2d(x, k, 1, "VALID"),
        lambda x, k: np.zeros((0, 3, 3, 3)),
        np.zeros((0, 5, 4, 2)),
        _KERNEL,
        note="empty-batch",
    ),
    row(
        "Conv2D",
        lambda x, k: tf.nn.conv2d(x, k, [1, 2, 2, 1], "VALID"),
        lambda x, k: _conv(x, k, 2, False),
        _PICTURE,
        _KERNEL,
        note="valid-2",
    ),
    row(
        "Conv2D",
        lambda x, k: tf.nn.conv2d(x, k, 1, "SAME", dilations=2),
        lambda x, k: _conv(x, k, gap=2),
        _PICTURE,
        _KERNEL,
        note="dilated",
    ),
    row(
        "Conv2D",
        lambda x, k: tf.nn.conv2d(x, k, 1, [[0, 0], [1, 0], [0, 2], [0, 0]]),
        lambda x, k: _conv(np.pad(x, [(0, 0), (1, 0), (0, 2), (0, 0)]), k, 1, False),
        _PICTURE,
        _KERNEL,
        note="explicit",
    ),
    row(
        "Conv2D",
        lambda x, k: tf.nn.conv2d(x, k, 1, "SAME", data_format="NCHW"),
        lambda x, k: _conv(x.transpose(0, 2, 3, 1), k).transpose(0, 3, 1, 2),
        _PICTURE.transpose(0, 3, 1, 2).copy(),
        _KERNEL,
        note="channels-first",
    ),
    row(
        "Conv2DBackpropInput",
        lambda x, k: tf.nn.conv2d_transpose(x, k, [2, 10, 8, 2], 2, "SAME"),
        lambda x, k: _turned(x, k),
        floats(2, 5, 4, 3),
        _KERNEL,
        wired=False,
    ),
    row(
        "Conv2DBackpropFilter",
        lambda x, d: tf.nn.conv2d_backprop_filter(x, [3, 2, 2, 3], d, **_FIXED),
        lambda x, d: _filter_slopes(x, d),
        _PICTURE,
        floats(2, 5, 4, 3),
    ),
    row(
        "DepthwiseConv2dNative",
        lambda x, k: tf.nn.depthwise_conv2d(x, k, [1, 1, 1, 1], "SAME"),
        lambda x, k: _conv(x, k, deep=True),
        _PICTURE,
        _KERNEL,
    ),
    row(
        "DepthwiseConv2dNativeBackpropInput",
        lambda x, k: _deep_slopes(x, k, 0),
        lambda x, k: _deep_turned(x, k),
        floats(1, 4, 3, 6),
        _KERNEL,
        wired=False,
    ),
    row(
        "DepthwiseConv2dNativeBackpropFilter",
        lambda x, d: _deep_slopes(x, d, 1),
        lambda x, d: _deep_filter(x, d),
        floats(1, 4, 3, 2),
        floats(1, 4, 3, 6),
    ),
    # ---- pooling
    row(
        "MaxPool",
        lambda x: tf.nn.max_pool(x, [1, 2, 2, 1], [1, 1, 1, 1], "VALID"),
        lambda x: _pooled(x, 2, 1, np.max),
        _PICTURE,
    ),
    row(
        "AvgPool",
        lambda x: tf.nn.avg_pool(x, [1, 2, 2, 1], [1, 2, 2, 1], "VALID"),
        lambda x: _pooled(x, 2, 2, np.mean),
        _PICTURE,
    ),
    row(
        "AvgPoolGrad",
        lambda d: one(pool.AVG_POOL_GRAD, [1, 4, 4, 2], d, **_POOLED),
        lambda d: d.repeat(2, 1).repeat(2, 2) / 4,
        floats(1, 2, 2, 2),
    ),
    row(
        "MaxPoolGrad",
        lambda d: one(pool.MAX_POOL_GRAD, _EVEN, _TOP, d, **_POOLED),
        lambda d: _spread(_EVEN, _TOP, d),
        floats(1, 2, 2, 2),
        small=False,
    ),
    row(
        "MaxPoolGradGrad",
        lambda g: one(pool.MAX_POOL_GRAD_GRAD, _EVEN, _TOP, g, **_POOLED),
        lambda g: _best(_EVEN, _TOP, g),
        floats(1, 4, 4, 2),
        small=False,
    ),
    row(
        "MaxPoolWithArgmax",
        lambda x: tf.nn.max_pool_with_argmax(x, [1, 2, 2, 1], [1, 2, 2, 1], "VALID")[0],
        lambda x: _pooled(x, 2, 2, np.max),
        _EVEN,
    ),
    # ---- biases and normalising
    row("BiasAdd", tf.nn.bias_add, np.add, floats(2, 3), positive(3)),
    row(
        "BiasAddGrad",
        direct(normalize.BIAS_ADD_GRAD, data_format=b"NHWC"),
        lambda d: d.sum((0, 1)),
        floats(2, 3, 4),
    ),
    row("LRN", lambda x: tf.nn.lrn(x, 1, 1.0, 0.5, 0.75), _lrn, _PICTURE),
    row(
        "LRNGrad",
        lambda d: _lrn_slopes(d),
        lambda d: _lrn_expected(d),
        floats(1, 2, 2, 3),
        grad=False,
        exact=False,
    ),
    row(
        "FusedBatchNormV3",
        lambda x, g, b: tf.nn.fused_batch_norm(x, g, b, epsilon=0.01)[0],
        _normal,
        floats(2, 3, 3, 2),
        positive(2),
        floats(2),
    ),
    row(
        "FusedBatchNormV3",
        lambda x, g, b: tf.nn.fused_batch_norm(x, g, b, g, g, epsilon=0.01, is_training=False)[0],
        lambda x, g, b: (x - g) / np.sqrt(g + 0.01) * g + b,
        floats(2, 3, 3, 2),
        positive(2),
        floats(2),
        grad=False,
        wired=False,
        note="inference",
    ),
    row(
        "FusedBatchNormGradV3",
        lambda d: _fused_slopes(d),
        lambda d: d.sum((0, 1, 2)),
        floats(1, 2, 2, 2),
        grad=False,
        small=False,
    ),
    # ---- blocks
    row("SpaceToDepth", lambda x: tf.space_to_depth(x, 2), _blocks, _EVEN),
    row(
        "DepthToSpace",
        lambda x: tf.depth_to_space(x, 2),
        lambda y: _EVEN,
        _blocks(_EVEN),
        small=False,
    ),
    row(
        "SpaceToBatchND",
        lambda x: tf.space_to_batch_nd(x, [2, 2], [[0, 0], [0, 0]]),
        _batched,
        _EVEN,
    ),
    row(
        "BatchToSpaceND",
        lambda x: tf.batch_to_space_nd(x, [2, 2], [[0, 0], [0, 0]]),
        lambda y: _EVEN,
        _batched(_EVEN),
        small=False,
    ),
    row("CheckNumerics", lambda x: tf.check_numerics(x, "bad"), lambda x: x, floats(2, 3)),
]
