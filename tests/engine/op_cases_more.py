"""Rows for the rooms that few programs use: bits, guarded products, shares of gamma, volumes."""

from __future__ import annotations

import math
from itertools import product
from typing import Any

import numpy as np
from engine.op_cases import Array, Case, direct, floats, ints, positive, row

import neuronboard as tf
from neuronboard.engine.opdef import OpDef
from neuronboard.engine.ops import gamma, volumes

_BITS = {
    "BitwiseAnd": (tf.bitwise.bitwise_and, np.bitwise_and),
    "BitwiseOr": (tf.bitwise.bitwise_or, np.bitwise_or),
    "BitwiseXor": (tf.bitwise.bitwise_xor, np.bitwise_xor),
    "LeftShift": (tf.bitwise.left_shift, np.left_shift),
    "RightShift": (tf.bitwise.right_shift, np.right_shift),
}


def _share(a: Array, x: Array) -> Any:
    """The integral itself, by many small steps of t = u ** 4, which has no pole at 0."""

    def one(order: float, end: float) -> float:
        u = (np.arange(20000) + 0.5) * (end**0.25 / 20000)
        body = 4 * u ** (4 * order - 1) * np.exp(-(u**4))
        return float(body.sum() * end**0.25 / 20000 / math.gamma(order))

    return np.vectorize(one)(a, x)


def _erf(x: Array) -> Any:
    return np.vectorize(math.erf)(x)


_ORDERS, _ENDS = positive(5) + 0.7, floats(5, low=0.4, high=6.0)
_SHARES = floats(5, low=-0.95, high=0.95)

_VOLUME, _FILTER = floats(1, 4, 3, 4, 2), floats(2, 2, 3, 2, 2)
_FORM = {"padding": b"SAME", "data_format": b"NDHWC", "strides": [1, 2, 1, 2, 1]}
_CONV = _FORM | {"dilations": [1] * 5}
_POOL = _FORM | {"ksize": [1, 2, 2, 3, 1]}
_SLOPE = floats(1, 2, 3, 2, 2)


def _windows(x: Array, size: tuple[int, ...], fill: float) -> Any:
    """[batch, depth, height, width, *size, channels] for strides 2, 1, 2 and padding SAME."""
    stride = (2, 1, 2)
    counts = [-(-n // s) for n, s in zip(x.shape[1:4], stride, strict=True)]
    rest = [
        max((c - 1) * s + k - n, 0)
        for c, s, k, n in zip(counts, stride, size, x.shape[1:4], strict=True)
    ]
    wide = np.pad(x, [(0, 0), *((r // 2, r - r // 2) for r in rest), (0, 0)], constant_values=fill)
    found = np.empty((x.shape[0], *counts, *size, x.shape[4]))
    for at in product(*map(range, counts)):
        begin = [i * s for i, s in zip(at, stride, strict=True)]
        cut = tuple(slice(b, b + k) for b, k in zip(begin, size, strict=True))
        found[(slice(None), *at)] = wide[(slice(None), *cut)]
    return found


def _conv(x: Array, k: Array) -> Any:
    return np.einsum("ndhwijkc,ijkco->ndhwo", _windows(x, k.shape[:3], 0), k)


def _by_x(sizes: Array, k: Array, dy: Array) -> Any:
    """What multiplies each element: a convolution is linear in it."""
    result = np.zeros(sizes)
    for at in np.ndindex(*sizes):
        unit = np.zeros(sizes)
        unit[at] = 1
        result[at] = (_conv(unit, k) * dy).sum()
    return result


def _by_k(x: Array, sizes: Array, dy: Array) -> Any:
    return np.einsum("ndhwijkc,ndhwo->ijkco", _windows(x, tuple(sizes[:3]), 0), dy)


def _largest(x: Array) -> Any:
    return _windows(x, (2, 2, 3), -np.inf).max((4, 5, 6))


def _mean(x: Array) -> Any:
    counts = _windows(np.ones_like(x), (2, 2, 3), 0).sum((4, 5, 6))
    return _windows(x, (2, 2, 3), 0).sum((4, 5, 6)) / counts


def _picked(x: Array, y: Array, g: Array) -> Any:
    windows, slopes = _windows(x, (2, 2, 3), -np.inf), _windows(g, (2, 2, 3), 0)
    flat = (*windows.shape[:4], -1, windows.shape[-1])
    places = windows.reshape(flat).argmax(4)[..., None, :]
    return np.take_along_axis(slopes.reshape(flat), places, 4)[..., 0, :]


def _to_largest(x: Array, y: Array, dy: Array) -> Any:
    result = np.zeros_like(x)
    for at in np.ndindex(*x.shape):
        unit = np.zeros_like(x)
        unit[at] = 1
        result[at] = (_picked(x, y, unit) * dy).sum()
    return result


def _beside_volume(definition: OpDef) -> Any:
    """Built of the volume and its largest elements, which stay, and of a slope."""

    def build(slope: Any) -> Any:
        x = tf.constant(_VOLUME)
        return direct(definition, **_POOL)(x, volumes.max_pool3d(x, *_SIZES), slope)

    return build


_SIZES = ([1, 2, 2, 3, 1], [1, 2, 1, 2, 1], "SAME")


def _from_mean(sizes: Array, dy: Array) -> Any:
    result = np.zeros(sizes)
    for at in np.ndindex(*sizes):
        unit = np.zeros(sizes)
        unit[at] = 1
        result[at] = (_mean(unit) * dy).sum()
    return result


def _scattered(function: Any) -> Any:
    def expect(x: Array, at: Array, updates: Array) -> Any:
        result = x.copy()
        function.at(result, at[:, 0], updates)
        return result

    return expect


_WHOLE, _SIZES_K = np.array(_VOLUME.shape, np.int32), np.array(_FILTER.shape, np.int32)

MORE: list[Case] = [
    *(
        row(kind, build, expect, ints(5), ints(5, low=0, high=7), grad=False)
        for kind, (build, expect) in _BITS.items()
    ),
    row("Invert", tf.bitwise.invert, np.invert, ints(5), grad=False),
    row(
        "Xlogy",
        tf.math.xlogy,
        lambda x, y: np.where(x == 0, 0, x * np.log(y)),
        floats(2, 3),
        positive(3),
    ),
    row("Xlogy", tf.math.xlogy, lambda x, y: x * 0, np.zeros(2), np.zeros(2), grad=False),
    row("Xlog1py", tf.math.xlog1py, lambda x, y: x * np.log1p(y), floats(2, 3), positive(3)),
    row("Xdivy", tf.math.xdivy, lambda x, y: x / y, floats(2, 3), positive(3)),
    row("Xdivy", tf.math.xdivy, lambda x, y: x * 0, np.zeros(2), np.zeros(2), grad=False),
    row("Igamma", tf.igamma, _share, _ORDERS, _ENDS, exact=False),
    row("Igammac", tf.igammac, lambda a, x: 1 - _share(a, x), _ORDERS, _ENDS, exact=False),
    row(
        "IgammaGradA",
        direct(gamma.IGAMMA_GRAD_A),
        lambda a, x: (_share(a + 1e-4, x) - _share(a - 1e-4, x)) / 2e-4,
        *(_ORDERS, _ENDS),
        grad=False,
        exact=False,
    ),
    row(
        "Erfinv",
        tf.math.erfinv,
        lambda x: np.interp(x, _erf(np.linspace(-3, 3, 200001)), np.linspace(-3, 3, 200001)),
        _SHARES,
        exact=False,
        wired=False,
    ),
    row(
        "Ndtri",
        tf.math.ndtri,
        lambda p: (
            np.sqrt(2)
            * np.interp(2 * p - 1, _erf(np.linspace(-3, 3, 200001)), np.linspace(-3, 3, 200001))
        ),
        (_SHARES + 1) / 2,
        exact=False,
        wired=False,
    ),
    row("Conv3D", direct(volumes.CONV3D, **_CONV), _conv, _VOLUME, _FILTER),
    row(
        "Conv3DBackpropInputV2",
        direct(volumes.CONV3D_BACKPROP_INPUT, **_CONV),
        _by_x,
        *(_WHOLE, _FILTER, _SLOPE),
        dtype=np.float64,
        known=False,
    ),
    row(
        "Conv3DBackpropFilterV2",
        direct(volumes.CONV3D_BACKPROP_FILTER, **_CONV),
        _by_k,
        *(_VOLUME, _SIZES_K, _SLOPE),
        known=False,
    ),
    row("MaxPool3D", direct(volumes.MAX_POOL3D, **_POOL), _largest, _VOLUME),
    row(
        "MaxPool3DGrad",
        _beside_volume(volumes.MAX_POOL3D_GRAD),
        lambda dy: _to_largest(_VOLUME, _largest(_VOLUME), dy),
        _SLOPE,
        small=False,
        wired=False,
    ),
    row(
        "MaxPool3DGradGrad",
        _beside_volume(volumes.MAX_POOL3D_GRAD_GRAD),
        lambda g: _picked(_VOLUME, _largest(_VOLUME), g),
        floats(1, 4, 3, 4, 2),
        small=False,
        wired=False,
    ),
    row("AvgPool3D", direct(volumes.AVG_POOL3D, **_POOL), _mean, _VOLUME),
    row(
        "AvgPool3DGrad",
        direct(volumes.AVG_POOL3D_GRAD, **_POOL),
        _from_mean,
        *(_WHOLE, _SLOPE),
        dtype=np.float64,
        known=False,
    ),
    *(
        row(kind, build, expect, floats(4, 2), np.array([[2], [0], [2]]), floats(3, 2))
        for kind, build, expect in (
            ("TensorScatterSub", tf.tensor_scatter_sub, _scattered(np.subtract)),
            ("TensorScatterMax", tf.tensor_scatter_max, _scattered(np.maximum)),
            ("TensorScatterMin", tf.tensor_scatter_min, _scattered(np.minimum)),
        )
    ),
]
