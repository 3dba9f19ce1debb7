"""One row for each op type: how to build it, what goes in, what numpy says should come out.

A `Case` is a type whose output depends on its inputs alone. An `Effect` is one that changes a
variable, writes a summary, or has no output. `test_ops.py` derives its tests from the rows, and
fails where a registered type has none.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

import neuronboard as tf
from neuronboard.engine.ops import math
from neuronboard.engine.ops.apply import apply

Array = npt.NDArray[Any]


@dataclass(frozen=True, kw_only=True)
class Case:
    """build: placeholders -> the output tensor (or several). expect: arrays -> arrays.

    grad: whether the gradient is compared with finite differences. dtype: of the output; that of
    the first input if None. nodes: the inputs that the NodeDef should name; the placeholders,
    "in0", "in1", ..., if None. known: whether whole input shapes give a whole output shape.
    folds: whether a whole input shape makes it a constant.
    """

    type: str
    build: Callable[..., Any]
    inputs: tuple[Array, ...]
    expect: Callable[..., Any]
    grad: bool = False
    dtype: Any = None
    nodes: tuple[str, ...] | None = None
    known: bool = True
    folds: bool = False
    note: str = ""

    def __str__(self) -> str:
        shapes = "-".join("x".join(map(str, a.shape)) or "scalar" for a in self.inputs)
        kind = self.inputs[0].dtype.name if self.inputs else "none"
        return "-".join(filter(None, (self.type, kind, shapes, self.note)))


@dataclass(frozen=True, kw_only=True)
class Effect:
    """build: variable of value [1, 2] -> what to fetch. gives: its value. after: the variable's."""

    type: str
    build: Callable[[tf.Variable], Any]
    gives: Any
    after: tuple[float, float] = (1.0, 2.0)

    def __str__(self) -> str:
        return self.type


def _floats(*shape: int, low: float = -2.0, high: float = 2.0) -> Array:
    """Numbers away from 0 by a hundredth or more, so that no kink of abs or relu is near."""
    source = np.random.default_rng(sum(shape) + len(shape))
    numbers = source.uniform(low, high, shape)
    return np.asarray(np.where(np.abs(numbers) < 0.01, 0.01, numbers))


def _positive(*shape: int) -> Array:
    return _floats(*shape, low=0.3, high=3.0)


def _ints(*shape: int, low: int = -9, high: int = 9) -> Array:
    return np.random.default_rng(len(shape)).integers(low, high, shape).astype(np.int32)


def _unary(
    type_: str,
    build: Callable[..., Any],
    expect: Callable[..., Any],
    draw: Callable[..., Array] = _floats,
    **more: Any,
) -> list[Case]:
    """Rows for a function of one array, for a scalar, a vector and a matrix."""
    shapes = ((), (5,), (2, 3))
    more = {"grad": True} | more
    return [
        Case(type=type_, build=build, inputs=(draw(*shape),), expect=expect, **more)
        for shape in shapes
    ]


PAIRS = (
    *(((), ()), ((2, 3), (2, 3)), ((2, 3), (3,)), ((3,), (2, 3)), ((), (2, 3)), ((2, 3), ())),
    *(((2, 1), (1, 3)), ((4, 1, 3), (2, 1)), ((1,), (4,))),
)


def _binary(
    type_: str,
    build: Callable[..., Any],
    expect: Callable[..., Any],
    draw: Callable[..., Array] = _floats,
    **more: Any,
) -> list[Case]:
    """Rows for a function of two arrays, for every way in which broadcasting treats them."""
    more = {"grad": True} | more
    return [
        Case(type=type_, build=build, inputs=(draw(*a), draw(*b) * 0.77), expect=expect, **more)
        for a, b in PAIRS
    ]


def _whole(
    type_: str, build: Callable[..., Any], expect: Callable[..., Any], **more: Any
) -> list[Case]:
    """Rows for integers, of which the second are never 0."""
    divisors = np.array([3, -2, 5], np.int32)
    return [
        Case(type=type_, build=build, inputs=(_ints(2, 3), divisors), expect=expect, **more),
        Case(type=type_, build=build, inputs=(_ints(3) + 7, divisors), expect=expect, **more),
    ]


def _compared(type_: str, build: Callable[..., Any], expect: Callable[..., Any]) -> list[Case]:
    """Rows for a comparison: with ties, with NaN, and broadcasting."""
    ties = (np.array([1.0, 2.0, np.nan]), np.array([1.0, 3.0, np.nan]))
    pairs = (ties, (_ints(2, 3), _ints(2, 3)), (_ints(2, 3), _ints(3)), (_floats(2, 1), _floats(3)))
    return [
        Case(type=type_, build=build, inputs=pair, expect=expect, dtype=np.bool_) for pair in pairs
    ]


def _direct(definition: Any, index: int = 0, **attrs: Any) -> Callable[..., Any]:
    """Builds a type that only gradients use, and that has no function of its own."""
    return lambda *inputs: apply(definition, *inputs, **attrs).outputs[index]


def _softplus(x: Array) -> Any:
    return np.log1p(np.exp(x))


def _sigmoid(x: Array) -> Any:
    return 1 / (1 + np.exp(-x))


REDUCTIONS: tuple[tuple[Any, bool], ...] = (
    *((None, False), (0, False), (-1, False), ([0, 2], False), ([1], True), (None, True)),
)


def _reductions(type_: str, build: Callable[..., Any], expect: Callable[..., Any]) -> list[Case]:
    """Rows for a sum over axes, for the axes and for keep_dims."""
    name = {True: f"{type_}/Const", False: f"{type_}/reduction_indices"}
    return [
        Case(
            type=type_,
            build=lambda x, axes=axes, keep=keep: build(x, axes, keep),
            inputs=(_floats(2, 3, 4),),
            expect=lambda x, axes=axes, keep=keep: expect(
                x, axis=tuple(axes) if isinstance(axes, list) else axes, keepdims=keep
            ),
            grad=True,
            nodes=("in0", name[axes is None]),
            note=f"{axes}{'-kept' if keep else ''}",
        )
        for axes, keep in REDUCTIONS
    ]


def _products() -> list[Case]:
    """Rows for the product of matrices, for both of them turned or not."""
    return [
        Case(
            type="MatMul",
            build=lambda a, b, ta=ta, tb=tb: tf.matmul(a, b, transpose_a=ta, transpose_b=tb),
            inputs=(_floats(*((4, 2) if ta else (2, 4))), _floats(*((3, 4) if tb else (4, 3)))),
            expect=lambda a, b, ta=ta, tb=tb: (a.T if ta else a) @ (b.T if tb else b),
            grad=True,
            note=f"{'t' if ta else 'n'}{'t' if tb else 'n'}",
        )
        for ta in (False, True)
        for tb in (False, True)
    ]


_VECTOR = np.array([1.5, -2.5, 3.0])
_FLAGS = np.array([[True, False, True], [False, False, True]])

CASES: list[Case] = [
    # ---- values, shapes and copies
    Case(
        type="Const",
        build=lambda: tf.constant([[1.5, 2.5]], dtype=tf.float64),
        inputs=(),
        expect=lambda: np.array([[1.5, 2.5]]),
        dtype=np.float64,
    ),
    Case(
        type="Const",
        build=lambda: tf.constant(7, shape=[2, 2]),
        inputs=(),
        expect=lambda: np.full((2, 2), 7, np.int32),
        dtype=np.int32,
        note="filled",
    ),
    *_unary("Placeholder", lambda x: x, lambda x: x, nodes=(), grad=False),
    *_unary("Identity", tf.identity, lambda x: x),
    *_unary("StopGradient", tf.stop_gradient, lambda x: x, grad=False),
    *_unary(
        "Shape",
        tf.shape,
        lambda x: np.array(x.shape, np.int32),
        grad=False,
        dtype=np.int32,
        folds=True,
    ),
    Case(
        type="Size",
        build=_direct(math.PROD_OF_SIZES, out_type=tf.int32),
        inputs=(_floats(2, 3),),
        expect=lambda x: np.int32(6),
        dtype=np.int32,
    ),
    Case(
        type="Fill",
        build=lambda x: tf.fill([2, 3], x),
        inputs=(np.array(1.5),),
        expect=lambda x: np.full((2, 3), x),
        grad=True,
        nodes=("Fill/dims", "in0"),
    ),
    Case(
        type="Fill",
        build=tf.fill,
        inputs=(np.array([3], np.int32), np.array(2.0)),
        expect=lambda dims, x: np.full(tuple(dims), x),
        grad=True,
        dtype=np.float64,
        known=False,
        note="dims-fed",
    ),
    *_unary("ZerosLike", tf.zeros_like, np.zeros_like, grad=False, folds=True),
    Case(
        type="Reshape",
        build=lambda x: tf.reshape(x, [3, -1]),
        inputs=(_floats(2, 6),),
        expect=lambda x: x.reshape(3, 4),
        grad=True,
        nodes=("in0", "Reshape/shape"),
    ),
    Case(
        type="Reshape",
        build=lambda x: tf.reshape(x, []),
        inputs=(_floats(1, 1),),
        expect=lambda x: x.reshape(()),
        grad=True,
        nodes=("in0", "Reshape/shape"),
    ),
    Case(
        type="Transpose",
        build=tf.transpose,
        inputs=(_floats(2, 3, 4),),
        expect=lambda x: x.T,
        grad=True,
        nodes=("in0", "transpose/perm"),
        note="reversed",
    ),
    Case(
        type="Transpose",
        build=lambda x: tf.transpose(x, [1, 2, 0]),
        inputs=(_floats(2, 3, 4),),
        expect=lambda x: x.transpose(1, 2, 0),
        grad=True,
        nodes=("in0", "transpose/perm"),
    ),
    Case(
        type="InvertPermutation",
        build=tf.invert_permutation,
        inputs=(np.array([2, 0, 3, 1], np.int32),),
        expect=lambda perm: np.array([1, 3, 0, 2], np.int32),
    ),
    Case(
        type="Cast",
        build=lambda x: tf.cast(x, tf.int32),
        inputs=(_VECTOR,),
        expect=lambda x: np.array([1, -2, 3], np.int32),
        dtype=np.int32,
        note="to-int",
    ),
    Case(
        type="Cast",
        build=lambda x: tf.cast(x, tf.bool),
        inputs=(np.array([0, 2, -1], np.int32),),
        expect=lambda x: np.array([False, True, True]),
        dtype=np.bool_,
        note="to-bool",
    ),
    Case(
        type="Cast",
        build=lambda x: tf.cast(x, tf.float64),
        inputs=(np.array([1 + 2j, 3 - 4j]),),
        expect=lambda x: np.array([1.0, 3.0]),
        dtype=np.float64,
        note="real-part",
    ),
    # ---- element by element, of one
    *_unary("Neg", tf.neg, np.negative),
    *_unary("Square", tf.square, np.square),
    *_unary("Sqrt", tf.sqrt, np.sqrt, _positive),
    *_unary("Exp", tf.exp, np.exp),
    *_unary("Log", tf.log, np.log, _positive),
    *_unary("Tanh", tf.tanh, np.tanh),
    *_unary("Sin", tf.sin, np.sin),
    *_unary("Cos", tf.cos, np.cos),
    *_unary("Abs", tf.abs, np.abs),
    *_unary("Sign", tf.sign, np.sign),
    *_unary("Relu", tf.nn.relu, lambda x: np.maximum(x, 0)),
    *_unary("Sigmoid", tf.nn.sigmoid, _sigmoid),
    *_unary("Softplus", tf.nn.softplus, _softplus),
    *_unary("Neg", tf.neg, np.negative, _ints, grad=False),
    *_unary("Square", tf.square, np.square, _ints, grad=False),
    *_unary("Abs", tf.abs, np.abs, _ints, grad=False),
    *_unary("Sign", tf.sign, np.sign, _ints, grad=False),
    *_unary("Relu", tf.nn.relu, lambda x: np.maximum(x, 0), _ints, grad=False),
    # ---- element by element, of two
    *_binary("AddV2", tf.add, np.add),
    *_binary("Sub", tf.sub, np.subtract),
    *_binary("Mul", tf.mul, np.multiply),
    *_binary("RealDiv", tf.truediv, np.true_divide, _positive),
    *_binary("Pow", tf.pow, np.power, _positive),
    *_binary("Maximum", tf.maximum, np.maximum),
    *_binary("Minimum", tf.minimum, np.minimum),
    *_binary("FloorDiv", tf.floordiv, np.floor_divide, grad=False),
    *_binary("FloorMod", tf.floormod, np.mod, grad=False),
    *_whole("AddV2", tf.add, np.add),
    *_whole("Sub", tf.sub, np.subtract),
    *_whole("Mul", tf.mul, np.multiply),
    *_whole("FloorDiv", tf.floordiv, np.floor_divide),
    *_whole("FloorDiv", tf.div, np.floor_divide, note="div"),
    *_whole("FloorMod", tf.floormod, np.mod),
    *_whole("Maximum", tf.maximum, np.maximum),
    *_whole("Minimum", tf.minimum, np.minimum),
    Case(
        type="RealDiv",
        build=tf.truediv,
        inputs=(np.array([7, 8], np.int32), np.array([2, 3], np.int32)),
        expect=np.true_divide,
        dtype=np.float64,
        nodes=("truediv/Cast", "truediv/Cast_1"),
    ),
    Case(
        type="Pow",
        build=lambda x: tf.pow(x, 2),
        inputs=(_floats(2, 3),),
        expect=np.square,
        grad=True,
        nodes=("in0", "Pow/y"),
        note="squared",
    ),
    Case(
        type="Pow",
        build=tf.pow,
        inputs=(np.array([2, 3], np.int32), np.array([5, 0], np.int32)),
        expect=np.power,
    ),
    *_compared("Greater", tf.greater, np.greater),
    *_compared("GreaterEqual", tf.greater_equal, np.greater_equal),
    *_compared("Less", tf.less, np.less),
    *_compared("LessEqual", tf.less_equal, np.less_equal),
    *_compared("Equal", tf.equal, np.equal),
    *_compared("NotEqual", tf.not_equal, np.not_equal),
    Case(
        type="Select",
        build=tf.select,
        inputs=(_FLAGS, _floats(2, 3), _positive(2, 3)),
        expect=np.where,
        grad=True,
        dtype=np.float64,
    ),
    Case(
        type="Select",
        build=tf.select,
        inputs=(np.array([True, False]), _floats(2, 3), _positive(2, 3)),
        expect=lambda rows, t, e: np.where(rows[:, None], t, e),
        grad=True,
        dtype=np.float64,
        note="rows",
    ),
    Case(
        type="Select",
        build=tf.select,
        inputs=(np.array(False), _floats(2, 3), _positive(2, 3)),
        expect=np.where,
        grad=True,
        dtype=np.float64,
        note="one",
    ),
    # ---- sums and products
    Case(
        type="AddN",
        build=lambda *xs: tf.add_n(xs),
        inputs=(_floats(2, 3), _positive(2, 3), _floats(2, 3)),
        expect=lambda *xs: xs[0] + xs[1] + xs[2],
        grad=True,
    ),
    Case(
        type="AddN",
        build=lambda x: tf.add_n([x]),
        inputs=(_ints(3),),
        expect=lambda x: x,
        note="alone",
    ),
    *_reductions("Sum", tf.reduce_sum, np.sum),
    *_reductions("Mean", tf.reduce_mean, np.mean),
    Case(
        type="Sum",
        build=lambda x: tf.reduce_sum(x, 0),
        inputs=(_ints(2, 3),),
        expect=lambda x: x.sum(0, dtype=np.int32),
        nodes=("in0", "Sum/reduction_indices"),
    ),
    Case(
        type="Mean",
        build=lambda x: tf.reduce_mean(x),
        inputs=(np.array([1, 2, 4], np.int32),),
        expect=lambda x: np.int32(2),
        nodes=("in0", "Mean/Const"),
    ),
    *_products(),
    Case(
        type="MatMul",
        build=tf.matmul,
        inputs=(_ints(2, 3), _ints(3, 2)),
        expect=lambda a, b: a @ b,
    ),
    # ---- what only gradients use
    Case(
        type="BroadcastTo",
        build=lambda x: apply(math.BROADCAST_TO, x, [2, 3], name="b").outputs[0],
        inputs=(_floats(1, 3),),
        expect=lambda x: np.broadcast_to(x, (2, 3)),
        grad=True,
        nodes=("in0", "b/shape"),
    ),
    Case(
        type="BroadcastGradientArgs",
        build=lambda a, b: apply(math.BROADCAST_GRADIENT_ARGS, a, b).outputs,
        inputs=(np.array([4, 1, 3], np.int32), np.array([2, 1], np.int32)),
        expect=lambda a, b: (np.array([1], np.int32), np.array([0, 2], np.int32)),
        known=False,
    ),
    Case(
        type="NeuronBoardKeptShape",
        build=_direct(math.KEPT_SHAPE),
        inputs=(np.array([2, 3, 4], np.int32), np.array([0, -1], np.int32)),
        expect=lambda sizes, axes: np.array([1, 3, 1], np.int32),
    ),
    Case(
        type="NeuronBoardAllAxes",
        build=_direct(math.ALL_AXES),
        inputs=(_floats(2, 3),),
        expect=lambda x: np.array([0, 1], np.int32),
        dtype=np.int32,
        known=False,
    ),
]


def _descend(variable: tf.Variable) -> Any:
    step = tf.train.GradientDescentOptimizer(0.5)
    return step.apply_gradients([(tf.constant([4.0, 2.0]), variable)])


EFFECTS: list[Effect] = [
    Effect(type="VariableV2", build=lambda w: w, gives=[1.0, 2.0]),
    Effect(
        type="Assign",
        build=lambda w: tf.assign(w, [3.0, 4.0]),
        gives=[3.0, 4.0],
        after=(3.0, 4.0),
    ),
    Effect(
        type="AssignAdd",
        build=lambda w: tf.assign_add(w, [3.0, 4.0]),
        gives=[4.0, 6.0],
        after=(4.0, 6.0),
    ),
    Effect(
        type="AssignSub",
        build=lambda w: tf.assign_sub(w, [3.0, 4.0]),
        gives=[-2.0, -2.0],
        after=(-2.0, -2.0),
    ),
    Effect(type="ApplyGradientDescent", build=_descend, gives=None, after=(-1.0, 1.0)),
    Effect(type="NoOp", build=lambda w: tf.no_op(), gives=None),
    Effect(
        type="ScalarSummary",
        build=lambda w: tf.scalar_summary(["a", "b"], w),
        gives={"a": 1.0, "b": 2.0},
    ),
    Effect(
        type="MergeSummary",
        build=lambda w: tf.merge_summary(
            [tf.scalar_summary("sum", tf.reduce_sum(w)), tf.scalar_summary("half", 0.5)]
        ),
        gives={"sum": 3.0, "half": 0.5},
    ),
]
