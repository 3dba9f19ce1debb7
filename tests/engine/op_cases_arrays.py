"""Rows for op types that compare, shape, pick, order, factor and write numbers; see `op_cases`.

Long, because it is one table: a row for each type.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from engine.op_cases import (
    Case,
    binary_rows,
    direct,
    floats,
    positive,
    reductions_rows,
    row,
    unary_rows,
)

import neuronboard as tf
from neuronboard.engine.custom_gradient import IDENTITY_N
from neuronboard.engine.ops import arithmetic, array, compare, functions, join, slicing
from neuronboard.engine.ops.apply import apply, one

_FLAGS = np.array([[True, False, True], [False, False, True]])
_OTHER = np.array([[True, True, False], [False, True, True]])
_BELOW_ONE = floats(2, 3) * 0.45
_ABOVE_ONE = positive(2, 3) + 1.1
_COMPLEX = np.array([1 + 2j, -3 - 0.5j])
_TEXTS = np.array([b" Ab ", b"c"], object)
_SEGMENTS = np.array([0, 0, 1, 3], np.int32)
_MIXED = np.array([2, 0, 2, -1], np.int32)


def _matrix(*shape: int) -> Any:
    """A square matrix, well away from singular."""
    return floats(*shape) + 3 * np.eye(shape[-1])


def _definite(size: int) -> Any:
    root = floats(size, size)
    return root @ root.T + np.eye(size)


def _unsorted(function: Any, start: float) -> Any:
    def expect(data: Any) -> Any:
        result = np.full((3, data.shape[1]), float(start))
        for number, values in zip(_MIXED, data, strict=True):
            if number >= 0:
                result[number] = function(result[number], values)
        return result

    return expect


def _sorted(function: Any, none: float) -> Any:
    """Segments 0, 0, 1, 3: number 2 has no rows."""

    def expect(data: Any) -> Any:
        empty = np.full(data.shape[1], none)
        return np.stack([function(data[:2], 0), data[2], empty, data[3]])

    return expect


def _scattered(places: Any, updates: Any) -> Any:
    result = np.zeros((4, 2))
    np.add.at(result, np.asarray(places)[:, 0], updates)
    return result


def _picked(values: Any, at: Any) -> Any:
    return np.take_along_axis(values, at, -1)


def _running(function: Any, x: Any, exclusive: bool, reverse: bool, start: float) -> Any:
    """A running total along axis 1."""
    x = x[:, ::-1] if reverse else x
    result = function(x, 1)
    if exclusive:
        result = np.concatenate([np.full((len(x), 1), start), result[:, :-1]], 1)
    return result[:, ::-1] if reverse else result


def _mirror_grad(x: Any) -> Any:
    return one(join.MIRROR_PAD_GRAD, x, [[1, 1]], mode=b"SYMMETRIC")


def _slice_grad(x: Any) -> Any:
    masks = {f"{name}_mask": 0 for name in ("begin", "end", "ellipsis", "new_axis")}
    given = ([2, 3], [1, 0], [2, 3], [1, 2], x)
    return one(slicing.STRIDED_SLICE_GRAD, *given, **masks, shrink_axis_mask=1)


_APERY = 1.2020569031595942  # zeta(3)
_PLACES = np.array([[1], [3], [1]], np.int32)
_ONCE = np.array([[1], [3]], np.int32)
_ROWS = np.array([2, 0, 2], np.int32)

ARRAYS: list[Case] = [
    # ---- functions of one number
    *unary_rows("Expm1", tf.expm1, np.expm1),
    *unary_rows("Log1p", tf.log1p, np.log1p, positive),
    *unary_rows("Rsqrt", tf.rsqrt, lambda x: 1 / np.sqrt(x), positive),
    *unary_rows("Reciprocal", tf.reciprocal, lambda x: 1 / x, positive),
    *unary_rows("Tan", tf.tan, np.tan, lambda *s: floats(*s) * 0.5),
    row("Asin", tf.asin, np.arcsin, _BELOW_ONE),
    row("Acos", tf.acos, np.arccos, _BELOW_ONE),
    row("Atanh", tf.atanh, np.arctanh, _BELOW_ONE),
    row("Acosh", tf.acosh, np.arccosh, _ABOVE_ONE),
    *unary_rows("Atan", tf.atan, np.arctan),
    *unary_rows("Sinh", tf.sinh, np.sinh),
    *unary_rows("Cosh", tf.cosh, np.cosh),
    *unary_rows("Asinh", tf.asinh, np.arcsinh),
    *unary_rows("Erf", tf.erf, np.vectorize(math.erf, [float])),
    *unary_rows("Erfc", tf.erfc, np.vectorize(math.erfc, [float])),
    *unary_rows("Lgamma", tf.lgamma, np.vectorize(math.lgamma, [float]), positive),
    row(
        "Digamma",
        tf.digamma,
        lambda x: np.array([-0.5772156649015329, 0.42278433509846714, 2.2517525890667211]),
        np.array([1.0, 2.0, 10.0]),
    ),
    row(
        "Polygamma",
        lambda x: tf.polygamma(tf.constant([0, 1, 2], x.dtype), x),
        lambda x: np.array([-0.5772156649015329, np.pi**2 / 6 - 1, -2 * _APERY + 2 + 0.25]),
        np.array([1.0, 2.0, 3.0]),
        wired=False,
    ),
    row(
        "Zeta",
        lambda q: tf.zeta(tf.constant([2, 4, 3], q.dtype), q),
        lambda q: np.array([np.pi**2 / 6, np.pi**4 / 90 - 1, _APERY]),
        np.array([1.0, 2.0, 1.0]),
        wired=False,
    ),
    *unary_rows("Floor", tf.floor, np.floor, grad=False),
    *unary_rows("Ceil", tf.ceil, np.ceil, grad=False),
    *unary_rows("Round", tf.round, np.round, grad=False),
    *unary_rows("Rint", tf.rint, np.rint, grad=False),
    *(
        row(name, build, expect, np.array([1.0, np.nan, np.inf, -np.inf]), grad=False, dtype=bool)
        for name, build, expect in (
            ("IsNan", tf.is_nan, np.isnan),
            ("IsInf", tf.is_inf, np.isinf),
            ("IsFinite", tf.is_finite, np.isfinite),
        )
    ),
    row("SqrtGrad", direct(functions.SQRT_GRAD), lambda y, dy: dy / 2 / y, positive(3), floats(3)),
    row(
        "RsqrtGrad",
        direct(functions.RSQRT_GRAD),
        lambda y, d: -d * y**3 / 2,
        positive(3),
        floats(3),
    ),
    row(
        "ReciprocalGrad",
        direct(functions.RECIPROCAL_GRAD),
        lambda y, d: -d * y * y,
        positive(3),
        floats(3),
    ),
    row(
        "TanhGrad",
        direct(functions.TANH_GRAD),
        lambda y, d: d * (1 - y * y),
        _BELOW_ONE,
        floats(2, 3),
    ),
    # ---- functions of two numbers
    *binary_rows("SquaredDifference", tf.squared_difference, lambda x, y: (x - y) ** 2),
    *binary_rows("Atan2", tf.atan2, np.arctan2, positive),
    *binary_rows("DivNoNan", tf.div_no_nan, np.divide, positive),
    *binary_rows("MulNoNan", tf.multiply_no_nan, np.multiply, positive),
    row(
        "DivNoNan",
        tf.div_no_nan,
        lambda x, y: np.array([0, 0.5]),
        np.array([3.0, 1]),
        np.array([0.0, 2]),
        grad=False,
        note="by-0",
    ),
    row(
        "MulNoNan",
        tf.multiply_no_nan,
        lambda x, y: np.array([0, 2.0]),
        np.array([np.inf, 1]),
        np.array([0.0, 2]),
        grad=False,
        note="inf",
    ),
    row(
        "TruncateDiv",
        tf.truncatediv,
        lambda x, y: np.array([-3, 3], np.int32),
        np.array([-7, 7], np.int32),
        np.array([2, 2], np.int32),
        grad=False,
    ),
    row(
        "TruncateMod",
        tf.truncatemod,
        np.fmod,
        np.array([-7, 7], np.int32),
        np.array([2, -2], np.int32),
        grad=False,
    ),
    row(
        "Add",
        direct(arithmetic.ADD_TEXT),
        lambda x, y: np.array([b" Ab !", b"c!"], object),
        _TEXTS,
        np.array(b"!", object),
        grad=False,
    ),
    row(
        "ApproximateEqual",
        tf.approximate_equal,
        lambda x, y: np.array([True, False]),
        np.array([1.0, 2]),
        np.array([1.000001, 2.1]),
        grad=False,
        dtype=bool,
        small=False,
    ),
    # ---- logic
    row("LogicalAnd", tf.logical_and, np.logical_and, _FLAGS, _OTHER, grad=False),
    row("LogicalOr", tf.logical_or, np.logical_or, _FLAGS, _OTHER, grad=False),
    row("LogicalNot", tf.logical_not, np.logical_not, _FLAGS, grad=False),
    row(
        "SelectV2", compare.where_v2, np.where, _FLAGS, floats(2, 1), positive(3), dtype=np.float64
    ),
    row("Where", tf.where, np.argwhere, _FLAGS, grad=False, dtype=np.int64, known=False),
    # ---- complex numbers
    row("FloorMod", tf.floormod, np.mod, floats(5), positive(5)),
    row(
        "Complex",
        lambda x, y: tf.real(tf.complex(x, y) ** 2),
        lambda x, y: x * x - y * y,
        floats(3),
        positive(3),
        wired=False,
        small=False,
        note="slope",
    ),
    row(
        "Real",
        lambda x: tf.real(tf.complex(x, 2 * x) ** 2),
        lambda x: -3 * x * x,
        floats(3),
        wired=False,
        small=False,
        note="slope",
    ),
    row(
        "Imag",
        lambda x: tf.imag(tf.complex(x, 2 * x) ** 2),
        lambda x: 4 * x * x,
        floats(3),
        wired=False,
        small=False,
        note="slope",
    ),
    row(
        "Conj",
        lambda x: tf.imag(tf.conj(tf.complex(x, 2 * x) ** 2)),
        lambda x: -4 * x * x,
        floats(3),
        wired=False,
        small=False,
        note="slope",
    ),
    row(
        "ComplexAbs",
        lambda x, y: tf.abs(tf.complex(x, y)),
        lambda x, y: np.hypot(x, y),
        floats(3),
        positive(3),
        wired=False,
        small=False,
        note="slope",
    ),
    Case(
        type="IdentityN",
        build=lambda x, y: apply(IDENTITY_N, [x, y]).outputs[0],
        inputs=(floats(2, 3), floats(2)),
        expect=lambda x, y: x,
        grad=True,
    ),
    *(
        row(
            name.upper(),
            lambda x, name=name: tf.real(getattr(tf, name)(tf.complex(x, x * x))),
            lambda x, name=name: getattr(np.fft, name.removesuffix("d"))(x + 1j * x * x).real,
            floats(2, 3, 4),
            small=False,
            wired=False,
        )
        for name in ("fft", "ifft", "fft2d", "ifft2d")
    ),
    Case(
        type="SearchSorted",
        build=tf.searchsorted,
        inputs=(np.array([[1.0, 2.0, 5.0]]), np.array([[2.0, 0.0, 9.0, 3.0]])),
        expect=lambda rows, values: np.array([[1, 0, 3, 2]], np.int32),
        dtype=np.int32,
    ),
    Case(
        type="UnravelIndex",
        build=lambda x: tf.unravel_index(x, [7, 6]),
        inputs=(np.array([22, 41], np.int32),),
        expect=lambda x: np.array(np.unravel_index(x, (7, 6)), np.int32),
        wired=False,
    ),
    Case(
        type="RegexReplace",
        build=lambda x: tf.regex_replace(x, "a+", "-"),
        inputs=(np.array(["baab", "a"], object),),
        expect=lambda x: np.array([b"b-b", b"-"], object),
        wired=False,
    ),
    Case(
        type="RegexFullMatch",
        build=lambda x: tf.strings.regex_full_match(x, "a+"),
        inputs=(np.array(["baab", "a"], object),),
        expect=lambda x: np.array([False, True]),
        dtype=np.bool_,
        wired=False,
    ),
    Case(
        type="StringSplit",
        build=lambda x: tf.string_split(x).indices,
        inputs=(np.array(["a b", "c"], object),),
        expect=lambda x: np.array([[0, 0], [0, 1], [1, 0]]),
        dtype=np.int64,
        known=False,
        wired=False,
    ),
    row("EnsureShape", lambda x: tf.ensure_shape(x, [3]), lambda x: x, floats(3)),
    Case(
        type="StringFormat",
        build=lambda x, y: tf.strings.format("x is {}, y is {}", [x, y], summarize=1),
        inputs=(np.arange(6, dtype=np.int32).reshape(2, 3), np.array([7, 8], np.int32)),
        expect=lambda x, y: (
            f"x is [[{x[0, 0]} ... {x[0, 2]}]\n [{x[1, 0]} ... {x[1, 2]}]], y is [{y[0]} {y[1]}]"
        ).encode(),
        dtype=object,
    ),
    row("Print", lambda x: tf.Print(x, [x], "x is "), lambda x: x, floats(3), wired=False),
    row(
        "Complex",
        tf.complex,
        lambda x, y: x + 1j * y,
        floats(3),
        positive(3),
        grad=False,
        dtype=np.complex128,
        small=False,
    ),
    row("Real", tf.real, np.real, _COMPLEX, grad=False, dtype=np.float64),
    row("Imag", tf.imag, np.imag, _COMPLEX, grad=False, dtype=np.float64),
    row("Conj", tf.conj, np.conj, _COMPLEX, grad=False),
    row("Angle", tf.angle, np.angle, _COMPLEX, grad=False, dtype=np.float64),
    row("ComplexAbs", tf.abs, np.abs, _COMPLEX, grad=False, dtype=np.float64, ranked=True),
    row(
        "Bitcast",
        lambda x: tf.bitcast(x, tf.int64),
        lambda x: x.view(np.int64),
        floats(2, 3),
        grad=False,
        dtype=np.int64,
        small=False,
    ),
    row(
        "Bitcast",
        lambda x: tf.bitcast(x, tf.int32),
        lambda x: x.view(np.int32).reshape(2, 3, 2),
        floats(2, 3),
        grad=False,
        dtype=np.int32,
        small=False,
        note="smaller",
    ),
    # ---- reductions and scans
    *reductions_rows("Max", tf.reduce_max, np.max),
    *reductions_rows("Min", tf.reduce_min, np.min),
    *reductions_rows("Prod", tf.reduce_prod, np.prod),
    *reductions_rows(
        "EuclideanNorm",
        lambda x, a, k: tf.reduce_euclidean_norm(x, a, k),
        lambda x, axis, keepdims: np.sqrt(np.sum(x * x, axis=axis, keepdims=keepdims)),
    ),
    row("All", lambda x: tf.reduce_all(x, 1), lambda x: x.all(1), _FLAGS, grad=False),
    row("Any", lambda x: tf.reduce_any(x, 1), lambda x: x.any(1), _FLAGS, grad=False),
    *(
        row(
            "Cumsum",
            lambda x, e=e, r=r: tf.cumsum(x, 1, e, r),
            lambda x, e=e, r=r: _running(np.cumsum, x, e, r, 0),
            floats(2, 4),
            note=f"{e}-{r}",
        )
        for e in (False, True)
        for r in (False, True)
    ),
    *(
        row(
            "Cumprod",
            lambda x, e=e, r=r: tf.cumprod(x, 1, e, r),
            lambda x, e=e, r=r: _running(np.cumprod, x, e, r, 1),
            positive(2, 4),
            note=f"{e}-{r}",
        )
        for e in (False, True)
        for r in (False, True)
    ),
    row(
        "ArgMax",
        lambda x: tf.argmax(x, 1),
        lambda x: x.argmax(1),
        floats(2, 5),
        grad=False,
        dtype=np.int64,
    ),
    row(
        "ArgMin",
        lambda x: tf.argmin(x, -1),
        lambda x: x.argmin(-1),
        floats(2, 5),
        grad=False,
        dtype=np.int64,
    ),
    # ---- shapes
    row(
        "Rank", tf.rank, lambda x: np.int32(2), floats(2, 3), grad=False, dtype=np.int32, folds=True
    ),
    row("ExpandDims", lambda x: tf.expand_dims(x, -2), lambda x: x[:, None, :], floats(2, 3)),
    row("Squeeze", lambda x: tf.squeeze(x, [1]), lambda x: x[:, 0], floats(2, 1, 3)),
    row("Squeeze", tf.squeeze, lambda x: x[0, 0], floats(1, 1, 3), note="all"),
    row(
        "BroadcastArgs",
        tf.broadcast_dynamic_shape,
        lambda a, b: np.array([2, 3], np.int32),
        np.array([2, 1], np.int32),
        np.array([3], np.int32),
        grad=False,
        known=False,
    ),
    row("PreventGradient", array.prevent_gradient, lambda x: x, floats(3), grad=False),
    row(
        "PlaceholderWithDefault",
        lambda x: tf.placeholder_with_default(x, None),
        lambda x: x,
        floats(2, 3),
        known=False,
    ),
    # ---- together and apart
    row(
        "ConcatV2",
        lambda *xs: tf.concat(xs, 1),
        lambda *xs: np.concatenate(xs, 1),
        floats(2, 3),
        positive(2, 1),
        floats(2, 2),
    ),
    row(
        "ConcatV2",
        lambda *xs: tf.concat(xs, -2),
        lambda *xs: np.concatenate(xs, 0),
        floats(1, 3),
        positive(2, 3),
        note="negative",
    ),
    row(
        "ConcatOffset",
        lambda a, x, y: apply(join.CONCAT_OFFSET, a, [x, y], N=2).outputs[1],
        lambda a, x, y: x * 0 + np.array([0, 3], np.int32),
        np.array(1, np.int32),
        np.array([2, 3], np.int32),
        np.array([2, 5], np.int32),
        grad=False,
        wired=False,
    ),
    row(
        "Pack",
        lambda *xs: tf.stack(xs, 1),
        lambda *xs: np.stack(xs, 1),
        floats(2, 3),
        positive(2, 3),
    ),
    row("Unpack", lambda x: tf.unstack(x, 3, 1)[1], lambda x: x[:, 1], floats(2, 3)),
    row("Split", lambda x: tf.split(x, 3, 1)[2], lambda x: x[:, 4:], floats(2, 6)),
    row("SplitV", lambda x: tf.split(x, [1, -1, 2], 1)[1], lambda x: x[:, 1:4], floats(2, 6)),
    row("Tile", lambda x: tf.tile(x, [2, 3]), lambda x: np.tile(x, (2, 3)), floats(2, 3)),
    row(
        "Pad",
        lambda x: tf.pad(x, [[1, 0], [0, 2]]),
        lambda x: np.pad(x, [(1, 0), (0, 2)]),
        floats(2, 3),
    ),
    row(
        "PadV2",
        lambda x: tf.pad(x, [[1, 0], [0, 2]], constant_values=7),
        lambda x: np.pad(x, [(1, 0), (0, 2)], constant_values=7),
        floats(2, 3),
    ),
    *(
        row(
            "MirrorPad",
            lambda x, m=m: tf.pad(x, [[1, 1], [2, 1]], m),
            lambda x, m=m: np.pad(x, [(1, 1), (2, 1)], m.lower()),
            floats(2, 3),
            note=m,
        )
        for m in ("REFLECT", "SYMMETRIC")
    ),
    row(
        "MirrorPadGrad",
        _mirror_grad,
        lambda x: np.array([x[0] + x[1], x[2], x[3] + x[4]]),
        floats(5),
    ),
    # ---- slices
    row("Slice", lambda x: tf.slice(x, [0, 1], [-1, 2]), lambda x: x[:, 1:3], floats(2, 4)),
    row(
        "StridedSlice",
        lambda x: x[1, ..., None, ::-2],
        lambda x: x[1, ..., None, ::-2],
        floats(2, 3, 4),
        ranked=True,
    ),
    row("StridedSlice", lambda x: x[:, -1:], lambda x: x[:, -1:], floats(2, 3), ranked=True),
    row(
        "StridedSliceGrad",
        _slice_grad,
        lambda x: np.stack([np.zeros(3), [x[0], 0, x[1]]]),
        floats(2),
    ),
    # ---- by index
    row("GatherV2", lambda x: tf.gather(x, _ROWS), lambda x: x[_ROWS], floats(3, 2)),
    row(
        "GatherV2",
        lambda x: tf.gather(x, _ROWS, axis=-1),
        lambda x: x[:, _ROWS],
        floats(2, 3),
        ranked=True,
        note="axis",
    ),
    row(
        "GatherV2",
        lambda x: tf.batch_gather(x, [[1, 1], [0, 2]]),
        lambda x: _picked(x, np.array([[1, 1], [0, 2]])),
        floats(2, 3),
        ranked=True,
        note="batch",
    ),
    row(
        "GatherNd",
        lambda x: tf.gather_nd(x, [[1, 0], [0, 2], [1, 0]]),
        lambda x: x[[1, 0, 1], [0, 2, 0]],
        floats(2, 3),
    ),
    row(
        "ScatterNd",
        lambda x: tf.scatter_nd(_PLACES, x, [4, 2]),
        lambda x: _scattered(_PLACES, x),
        floats(3, 2),
    ),
    row(
        "TensorScatterAdd",
        lambda x, u: tf.tensor_scatter_add(x, _PLACES, u),
        lambda x, u: x + _scattered(_PLACES, u),
        floats(4, 2),
        positive(3, 2),
    ),
    row(
        "TensorScatterUpdate",
        lambda x, u: tf.tensor_scatter_update(x, _ONCE, u),
        lambda x, u: np.stack([x[0], u[0], x[2], u[1]]),
        floats(4, 2),
        positive(2, 2),
    ),
    row(
        "OneHot",
        lambda i: tf.one_hot(i, 3, 2.0, -1.0),
        lambda i: np.array([[-1, -1, 2], [2, -1, -1]]),
        np.array([2, 0], np.int32),
        grad=False,
        dtype=np.float32,
    ),
    row(
        "DynamicPartition",
        lambda x: tf.dynamic_partition(x, [1, 0, 1], 2)[1],
        lambda x: x[[0, 2]],
        floats(3, 2),
        known=False,
    ),
    row(
        "DynamicStitch",
        lambda x, y: tf.dynamic_stitch([[2, 0], [1]], [x, y]),
        lambda x, y: np.stack([x[1], y[0], x[0]]),
        floats(2, 3),
        positive(1, 3),
    ),
    # ---- order
    row(
        "Range",
        lambda n: tf.range(n, 9, 3),
        lambda n: np.arange(2, 9, 3, np.int32),
        np.array(2, np.int32),
        grad=False,
        known=False,
    ),
    row(
        "LinSpace",
        lambda a, b: tf.linspace(a, b, 5),
        lambda a, b: np.linspace(a, b, 5),
        np.array(1.0),
        np.array(3.0),
    ),
    row("TopKV2", lambda x: tf.nn.top_k(x, 2)[0], lambda x: -np.sort(-x)[:, :2], floats(2, 5)),
    row(
        "InTopKV2",
        lambda x: tf.nn.in_top_k(x, np.array([1, 0]), 1),
        lambda x: np.array([True, False]),
        np.array([[1.0, 2], [1, 2]], np.float32),
        grad=False,
        dtype=bool,
    ),
    row(
        "Unique",
        lambda x: list(tf.unique(x)),
        lambda x: (np.array([3, 1, 2], np.int32), np.array([0, 1, 0, 2], np.int32)),
        np.array([3, 1, 3, 2], np.int32),
        grad=False,
        known=False,
    ),
    row(
        "UniqueWithCounts",
        lambda x: list(tf.unique_with_counts(x))[1:],
        lambda x: (np.array([0, 1, 0, 2], np.int32), np.array([2, 1, 1], np.int32)),
        np.array([3, 1, 3, 2]),
        grad=False,
        known=False,
        dtype=np.int32,
    ),
    row(
        "ListDiff",
        lambda x: tf.setdiff1d(x, [3])[1],
        lambda x: np.array([1, 3], np.int32),
        np.array([3, 1, 3, 2], np.int32),
        grad=False,
        known=False,
    ),
    row("ReverseV2", lambda x: tf.reverse(x, [1]), lambda x: x[:, ::-1], floats(2, 3)),
    row(
        "ReverseSequence",
        lambda x: tf.reverse_sequence(x, [2, 3], 1),
        lambda x: np.stack([x[0, [1, 0, 2]], x[1, ::-1]]),
        floats(2, 3),
    ),
    row(
        "Roll",
        lambda x: tf.roll(x, [1, -1], [0, 1]),
        lambda x: np.roll(x, (1, -1), (0, 1)),
        floats(2, 3),
    ),
    # ---- segments
    row(
        "SegmentSum",
        lambda x: tf.segment_sum(x, _SEGMENTS),
        _sorted(np.sum, 0),
        floats(4, 2),
        known=False,
    ),
    row(
        "SegmentMean",
        lambda x: tf.segment_mean(x, _SEGMENTS),
        _sorted(np.mean, 0),
        floats(4, 2),
        known=False,
    ),
    row(
        "SegmentProd",
        lambda x: tf.segment_prod(x, _SEGMENTS),
        _sorted(np.prod, 1),
        positive(4, 2),
        known=False,
    ),
    row(
        "SegmentMax",
        lambda x: tf.segment_max(x, _SEGMENTS),
        _sorted(np.max, 0),
        floats(4, 2),
        known=False,
    ),
    row(
        "SegmentMin",
        lambda x: tf.segment_min(x, _SEGMENTS),
        _sorted(np.min, 0),
        floats(4, 2),
        known=False,
    ),
    row(
        "UnsortedSegmentSum",
        lambda x: tf.unsorted_segment_sum(x, _MIXED, 3),
        _unsorted(np.add, 0),
        floats(4, 2),
        ranked=True,
    ),
    row(
        "UnsortedSegmentProd",
        lambda x: tf.unsorted_segment_prod(x, _MIXED, 3),
        _unsorted(np.multiply, 1),
        positive(4, 2),
        ranked=True,
    ),
    row(
        "UnsortedSegmentMax",
        lambda x: tf.unsorted_segment_max(x, [2, 0, 2, 1], 3),
        lambda x: np.stack([x[1], x[3], np.maximum(x[0], x[2])]),
        floats(4, 2),
        ranked=True,
    ),
    row(
        "UnsortedSegmentMin",
        lambda x: tf.unsorted_segment_min(x, [2, 0, 2, 1], 3),
        lambda x: np.stack([x[1], x[3], np.minimum(x[0], x[2])]),
        floats(4, 2),
        ranked=True,
    ),
    # ---- products and factors of matrices
    *(
        row(
            "BatchMatMulV2",
            lambda a, b, ta=ta, tb=tb: tf.matmul(a, b, ta, tb),
            lambda a, b, ta=ta, tb=tb: (
                (a.swapaxes(-1, -2) if ta else a) @ (b.swapaxes(-1, -2) if tb else b)
            ),
            floats(*((2, 4, 3) if ta else (2, 3, 4))),
            floats(*((2, 2, 4) if tb else (2, 4, 2))),
            ranked=True,
            note=f"{ta}-{tb}",
        )
        for ta in (False, True)
        for tb in (False, True)
    ),
    row(
        "BatchMatMulV2",
        tf.matmul,
        np.matmul,
        floats(2, 1, 3, 4),
        floats(5, 4, 2),
        ranked=True,
        note="broadcast",
    ),
    row(
        "Einsum",
        lambda a, b: tf.einsum("bij,jk->ikb", a, b),
        lambda a, b: np.einsum("bij,jk->ikb", a, b),
        floats(2, 3, 4),
        floats(4, 2),
    ),
    row(
        "Einsum",
        lambda a, b: tf.einsum("ij,kl->k", a, b),
        lambda a, b: np.einsum("ij,kl->k", a, b),
        floats(2, 3),
        floats(4, 2),
        note="summed",
    ),
    *(
        row(
            "Einsum",
            lambda *xs, text=text: tf.einsum(text, *xs),
            lambda *xs, text=text: np.einsum(text, *xs),
            *(floats(*shape) for shape in shapes),
            ranked=True,
            note=text,
        )
        for text, *shapes in (
            ("ii->", (3, 3)),
            ("ii->i", (3, 3)),
            ("iij->j", (3, 3, 2)),
            ("...ii->...i", (2, 3, 3)),
            ("iji,ik->jk", (3, 2, 3), (3, 4)),
            ("...ij,jk->...ik", (2, 3, 4), (4, 5)),
            ("...ij,...jk->...ik", (5, 2, 3, 4), (2, 4, 5)),
            ("ij,j...->i...", (2, 3), (3, 4, 5)),
        )
    ),
    row("MatrixInverse", tf.matrix_inverse, np.linalg.inv, _matrix(3, 3), small=False, exact=False),
    row(
        "MatrixDeterminant",
        tf.matrix_determinant,
        np.linalg.det,
        _matrix(2, 3, 3),
        small=False,
        exact=False,
    ),
    row(
        "LogMatrixDeterminant",
        lambda x: tf.slogdet(x)[1],
        lambda x: np.linalg.slogdet(x)[1],
        _matrix(3, 3),
        small=False,
        exact=False,
    ),
    row(
        "MatrixSolve",
        tf.matrix_solve,
        np.linalg.solve,
        _matrix(3, 3),
        floats(3, 2),
        small=False,
        exact=False,
    ),
    row(
        "MatrixTriangularSolve",
        lambda a, b: tf.matrix_triangular_solve(a, b, False, True),
        lambda a, b: np.linalg.solve(np.triu(a).T, b),
        _matrix(3, 3),
        floats(3, 2),
        small=False,
        exact=False,
    ),
    row(
        "Cholesky",
        lambda x: tf.cholesky(0.5 * (x + tf.transpose(x, [1, 0]))),
        np.linalg.cholesky,
        _definite(3),
        small=False,
        exact=False,
        wired=False,
    ),
    row(
        "Svd",
        lambda x: tf.svd(x, compute_uv=False),
        lambda x: np.linalg.svd(x, compute_uv=False),
        floats(3, 2),
        small=False,
        exact=False,
    ),
    row(
        "Qr",
        lambda x: tf.qr(x)[1],
        lambda x: np.linalg.qr(x)[1],
        floats(3, 2),
        small=False,
        exact=False,
    ),
    row(
        "SelfAdjointEigV2",
        lambda x: tf.self_adjoint_eigvals(0.5 * (x + tf.transpose(x, [1, 0]))),
        np.linalg.eigvalsh,
        _definite(3),
        small=False,
        exact=False,
        wired=False,
    ),
    row("Cross", tf.cross, np.cross, floats(2, 3), positive(2, 3)),
    row(
        "MatrixBandPart",
        lambda x: tf.matrix_band_part(x, 1, 0),
        lambda x: np.tril(x) - np.tril(x, -2),
        floats(2, 3, 3),
    ),
    row("MatrixDiag", tf.matrix_diag, lambda x: x[:, :, None] * np.eye(3), floats(2, 3)),
    row(
        "MatrixDiagPart", tf.matrix_diag_part, lambda x: np.diagonal(x, 0, -2, -1), floats(2, 3, 4)
    ),
    row(
        "MatrixSetDiag",
        tf.matrix_set_diag,
        lambda x, d: np.where(np.eye(3), d[:, None] * np.eye(3), x),
        floats(3, 3),
        positive(3),
    ),
    row("Diag", tf.diag, np.diag, floats(3)),
    row("DiagPart", tf.diag_part, np.diag, floats(3, 3)),
    # ---- texts
    row(
        "AsString",
        lambda x: tf.as_string(x, precision=2),
        lambda x: np.array([b"1.50", b"-2.00"], object),
        np.array([1.5, -2.0]),
        grad=False,
        dtype=object,
        small=False,
    ),
    row(
        "AsString",
        tf.as_string,
        lambda x: np.array([b"3", b"-2"], object),
        np.array([3, -2], np.int32),
        grad=False,
        dtype=object,
        small=False,
    ),
    row(
        "StringJoin",
        lambda a, b: tf.string_join([a, b], "-"),
        lambda a, b: np.array([b" Ab -x", b"c-x"], object),
        _TEXTS,
        np.array(b"x", object),
        grad=False,
    ),
    row(
        "ReduceJoin",
        lambda x: tf.reduce_join(x, 0, separator=","),
        lambda x: b" Ab ,c",
        _TEXTS,
        grad=False,
    ),
    row(
        "StringLength",
        tf.string_length,
        lambda x: np.array([4, 1], np.int32),
        _TEXTS,
        grad=False,
        dtype=np.int32,
    ),
    row(
        "StringStrip",
        tf.string_strip,
        lambda x: np.array([b"Ab", b"c"], object),
        _TEXTS,
        grad=False,
    ),
    row(
        "StringLower",
        tf.string_lower,
        lambda x: np.array([b" ab ", b"c"], object),
        _TEXTS,
        grad=False,
    ),
    row(
        "StringUpper",
        tf.string_upper,
        lambda x: np.array([b" AB ", b"C"], object),
        _TEXTS,
        grad=False,
    ),
    row(
        "Substr",
        lambda x: tf.substr(x, 0, 2),
        lambda x: np.array([b" A", b"c"], object),
        _TEXTS,
        grad=False,
    ),
    row(
        "StringToNumber",
        tf.string_to_number,
        lambda x: np.array([1.5, 2], np.float32),
        np.array([b"1.5", b"2"], object),
        grad=False,
        dtype=np.float32,
    ),
    row(
        "StringToHashBucketFast",
        lambda x: tf.string_to_hash_bucket_fast(x, 10),
        lambda x: np.array([0xAF63DC4C8601EC8C % 10, 0xAF63DF4C8601F1A5 % 10]),
        np.array([b"a", b"b"], object),
        grad=False,
        dtype=np.int64,
    ),
]
