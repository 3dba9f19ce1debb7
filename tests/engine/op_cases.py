"""One row for each op type: how to build it, what goes in, what numpy says should come out.

A `Case` is a type whose output depends on its inputs alone. An `Effect` is one that changes a
variable, writes a summary, or has no output. `test_ops.py` derives its tests from the rows, and
fails where a registered type has none. Long, because it is one table.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

import neuronboard as tf
from neuronboard.engine.ops import array, broadcasting
from neuronboard.engine.ops.apply import apply

Array = npt.NDArray[Any]


@dataclass(frozen=True, kw_only=True)
class Case:
    """build: placeholders -> the output tensor (or several). expect: arrays -> arrays.

    grad: whether the gradient is compared with finite differences. dtype: of the output; that of
    the first input if None. known: whether whole input shapes give a whole output shape.
    folds: whether a whole input shape makes it a constant. ranked: whether the ranks of the inputs
    must be known. exact: whether the value is exact but for rounding in float64. small: whether
    float16 is taken.
    wired: whether the placeholders are inputs of the node, in their order.
    """

    type: str
    build: Callable[..., Any]
    inputs: tuple[Array, ...]
    expect: Callable[..., Any]
    grad: bool = False
    dtype: Any = None
    known: bool = True
    folds: bool = False
    ranked: bool = False
    exact: bool = True
    small: bool = True
    wired: bool = True
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


@dataclass(frozen=True, kw_only=True)
class Draw:
    """build: a tensor of random numbers with a seed. holds: what is true of its values."""

    type: str
    build: Callable[..., Any]
    holds: Callable[[Array], bool]
    dtype: Any = np.float32

    def __str__(self) -> str:
        return self.type


def row(
    type_: str,
    build: Callable[..., Any],
    expect: Callable[..., Any],
    *inputs: Array,
    grad: bool = True,
    **more: Any,
) -> Case:
    """A row with a gradient, unless told otherwise."""
    return Case(type=type_, build=build, expect=expect, inputs=inputs, grad=grad, **more)


def floats(*shape: int, low: float = -2.0, high: float = 2.0) -> Array:
    """Numbers away from 0 by a hundredth or more, so that no kink of abs or relu is near."""
    source = np.random.default_rng(sum(shape) + len(shape))
    numbers = source.uniform(low, high, shape)
    return np.asarray(np.where(np.abs(numbers) < 0.01, 0.01, numbers))


def positive(*shape: int) -> Array:
    return floats(*shape, low=0.3, high=3.0)


def ints(*shape: int, low: int = -9, high: int = 9) -> Array:
    return np.random.default_rng(len(shape)).integers(low, high, shape).astype(np.int32)


def unary_rows(
    type_: str,
    build: Callable[..., Any],
    expect: Callable[..., Any],
    draw: Callable[..., Array] = floats,
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
    *(((2, 1), (1, 3)), ((4, 1, 3), (2, 1)), ((1,), (4,)), ((3,), (1, 3)), ((1, 1, 3), (2, 3))),
)


def binary_rows(
    type_: str,
    build: Callable[..., Any],
    expect: Callable[..., Any],
    draw: Callable[..., Array] = floats,
    **more: Any,
) -> list[Case]:
    """Rows for a function of two arrays, for every way in which broadcasting treats them."""
    more = {"grad": True} | more
    return [
        Case(type=type_, build=build, inputs=(draw(*a), draw(*b) * 0.77), expect=expect, **more)
        for a, b in PAIRS
    ]


def whole_rows(
    type_: str, build: Callable[..., Any], expect: Callable[..., Any], **more: Any
) -> list[Case]:
    """Rows for integers, of which the second are never 0."""
    divisors = np.array([3, -2, 5], np.int32)
    return [
        Case(type=type_, build=build, inputs=(ints(2, 3), divisors), expect=expect, **more),
        Case(type=type_, build=build, inputs=(ints(3) + 7, divisors), expect=expect, **more),
    ]


def compared_rows(type_: str, build: Callable[..., Any], expect: Callable[..., Any]) -> list[Case]:
    """Rows for a comparison: with ties, with NaN, and broadcasting."""
    ties = (np.array([1.0, 2.0, np.nan]), np.array([1.0, 3.0, np.nan]))
    pairs = (ties, (ints(2, 3), ints(2, 3)), (ints(2, 3), ints(3)), (floats(2, 1), floats(3)))
    return [
        Case(type=type_, build=build, inputs=pair, expect=expect, dtype=np.bool_) for pair in pairs
    ]


def direct(definition: Any, index: int = 0, **attrs: Any) -> Callable[..., Any]:
    """Builds a type that only gradients use, and that has no function of its own."""
    return lambda *inputs: apply(definition, *inputs, **attrs).outputs[index]


def softplus(x: Array) -> Any:
    return np.log1p(np.exp(x))


def sigmoid(x: Array) -> Any:
    return 1 / (1 + np.exp(-x))


REDUCTIONS: tuple[tuple[Any, bool], ...] = (
    *((None, False), (0, False), (-1, False), ([0, 2], False), ([1], True), (None, True)),
)


def reductions_rows(
    type_: str, build: Callable[..., Any], expect: Callable[..., Any]
) -> list[Case]:
    """Rows for a sum over axes, for the axes and for keep_dims."""
    return [
        Case(
            type=type_,
            build=lambda x, axes=axes, keep=keep: build(x, axes, keep),
            inputs=(floats(2, 3, 4),),
            expect=lambda x, axes=axes, keep=keep: expect(
                x, axis=tuple(axes) if isinstance(axes, list) else axes, keepdims=keep
            ),
            grad=True,
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
            inputs=(floats(*((4, 2) if ta else (2, 4))), floats(*((3, 4) if tb else (4, 3)))),
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
    *unary_rows("Placeholder", lambda x: x, lambda x: x, grad=False),
    *unary_rows("Identity", tf.identity, lambda x: x),
    *unary_rows("StopGradient", tf.stop_gradient, lambda x: x, grad=False),
    *unary_rows(
        "Shape",
        tf.shape,
        lambda x: np.array(x.shape, np.int32),
        grad=False,
        dtype=np.int32,
        folds=True,
    ),
    Case(
        type="ShapeN",
        build=lambda x: tf.shape_n([x, x]),
        inputs=(floats(2, 3),),
        expect=lambda x: (np.array(x.shape, np.int32),) * 2,
        dtype=np.int32,
        wired=False,
    ),
    Case(
        type="Size",
        build=direct(array.SIZE, out_type=tf.int32),
        inputs=(floats(2, 3),),
        expect=lambda x: np.int32(6),
        dtype=np.int32,
    ),
    Case(
        type="Fill",
        build=lambda x: tf.fill([2, 3], x),
        inputs=(np.array(1.5),),
        expect=lambda x: np.full((2, 3), x),
        grad=True,
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
    *unary_rows("ZerosLike", tf.zeros_like, np.zeros_like, grad=False, folds=True),
    Case(
        type="Reshape",
        build=lambda x: tf.reshape(x, [3, -1]),
        inputs=(floats(2, 6),),
        expect=lambda x: x.reshape(3, 4),
        grad=True,
    ),
    Case(
        type="Reshape",
        build=lambda x: tf.reshape(x, []),
        inputs=(floats(1, 1),),
        expect=lambda x: x.reshape(()),
        grad=True,
    ),
    Case(
        type="Transpose",
        build=tf.transpose,
        ranked=True,
        inputs=(floats(2, 3, 4),),
        expect=lambda x: x.T,
        grad=True,
        note="reversed",
    ),
    Case(
        type="Transpose",
        build=lambda x: tf.transpose(x, [1, 2, 0]),
        inputs=(floats(2, 3, 4),),
        expect=lambda x: x.transpose(1, 2, 0),
        grad=True,
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
    *unary_rows("Neg", tf.neg, np.negative),
    *unary_rows("Square", tf.square, np.square),
    *unary_rows("Sqrt", tf.sqrt, np.sqrt, positive),
    *unary_rows("Exp", tf.exp, np.exp),
    *unary_rows("Log", tf.log, np.log, positive),
    *unary_rows("Tanh", tf.tanh, np.tanh),
    *unary_rows("Sin", tf.sin, np.sin),
    *unary_rows("Cos", tf.cos, np.cos),
    *unary_rows("Abs", tf.abs, np.abs),
    *unary_rows("Sign", tf.sign, np.sign),
    *unary_rows("Relu", tf.nn.relu, lambda x: np.maximum(x, 0)),
    *unary_rows("Sigmoid", tf.nn.sigmoid, sigmoid),
    *unary_rows("Softplus", tf.nn.softplus, softplus),
    *unary_rows("Neg", tf.neg, np.negative, ints, grad=False),
    *unary_rows("Square", tf.square, np.square, ints, grad=False),
    *unary_rows("Abs", tf.abs, np.abs, ints, grad=False),
    *unary_rows("Sign", tf.sign, np.sign, ints, grad=False),
    *unary_rows("Relu", tf.nn.relu, lambda x: np.maximum(x, 0), ints, grad=False),
    # ---- element by element, of two
    *binary_rows("AddV2", tf.add, np.add),
    *binary_rows("Sub", tf.sub, np.subtract),
    *binary_rows("Mul", tf.mul, np.multiply),
    *binary_rows("RealDiv", tf.truediv, np.true_divide, positive),
    *binary_rows("RealDiv", tf.divide, np.true_divide, positive, note="divide"),
    *binary_rows("Pow", tf.pow, np.power, positive),
    *binary_rows("Maximum", tf.maximum, np.maximum),
    *binary_rows("Minimum", tf.minimum, np.minimum),
    *binary_rows("FloorDiv", tf.floordiv, np.floor_divide, grad=False),
    *binary_rows("FloorMod", tf.floormod, np.mod, grad=False),
    *whole_rows("AddV2", tf.add, np.add),
    *whole_rows("Sub", tf.sub, np.subtract),
    *whole_rows("Mul", tf.mul, np.multiply),
    *whole_rows("FloorDiv", tf.floordiv, np.floor_divide),
    *whole_rows("FloorDiv", tf.div, np.floor_divide, note="div"),
    *whole_rows("FloorMod", tf.floormod, np.mod),
    *whole_rows("Maximum", tf.maximum, np.maximum),
    *whole_rows("Minimum", tf.minimum, np.minimum),
    Case(
        type="RealDiv",
        build=tf.truediv,
        inputs=(np.array([7, 8], np.int32), np.array([2, 3], np.int32)),
        expect=np.true_divide,
        dtype=np.float64,
        wired=False,
    ),
    Case(
        type="RealDiv",
        build=tf.divide,
        inputs=(np.array([7, -8], np.int32), np.array([2, 3], np.int32)),
        expect=np.true_divide,
        dtype=np.float64,
        wired=False,
        note="divide",
    ),
    Case(
        type="Pow",
        build=lambda x: tf.pow(x, 2),
        inputs=(floats(2, 3),),
        expect=np.square,
        grad=True,
        note="squared",
    ),
    Case(
        type="Pow",
        build=tf.pow,
        inputs=(np.array([2, 3], np.int32), np.array([5, 0], np.int32)),
        expect=np.power,
    ),
    *compared_rows("Greater", tf.greater, np.greater),
    *compared_rows("GreaterEqual", tf.greater_equal, np.greater_equal),
    *compared_rows("Less", tf.less, np.less),
    *compared_rows("LessEqual", tf.less_equal, np.less_equal),
    *compared_rows("Equal", tf.equal, np.equal),
    *compared_rows("NotEqual", tf.not_equal, np.not_equal),
    Case(
        type="Select",
        build=tf.select,
        inputs=(_FLAGS, floats(2, 3), positive(2, 3)),
        expect=np.where,
        grad=True,
        dtype=np.float64,
    ),
    Case(
        type="Select",
        build=tf.select,
        inputs=(np.array([True, False]), floats(2, 3), positive(2, 3)),
        expect=lambda rows, t, e: np.where(rows[:, None], t, e),
        grad=True,
        dtype=np.float64,
        note="rows",
    ),
    Case(
        type="Select",
        build=tf.select,
        inputs=(np.array(False), floats(2, 3), positive(2, 3)),
        expect=np.where,
        grad=True,
        dtype=np.float64,
        note="one",
    ),
    # ---- sums and products
    Case(
        type="AddN",
        build=lambda *xs: tf.add_n(xs),
        inputs=(floats(2, 3), positive(2, 3), floats(2, 3)),
        expect=lambda *xs: xs[0] + xs[1] + xs[2],
        grad=True,
    ),
    Case(
        type="AddN",
        build=lambda x: tf.add_n([x]),
        inputs=(ints(3),),
        expect=lambda x: x,
        note="alone",
    ),
    *reductions_rows("Sum", tf.reduce_sum, np.sum),
    *reductions_rows("Mean", tf.reduce_mean, np.mean),
    Case(
        type="Sum",
        build=lambda x: tf.reduce_sum(x, 0),
        inputs=(ints(2, 3),),
        expect=lambda x: x.sum(0, dtype=np.int32),
    ),
    Case(
        type="Mean",
        build=lambda x: tf.reduce_mean(x),
        inputs=(np.array([1, 2, 4], np.int32),),
        expect=lambda x: np.int32(2),
    ),
    *_products(),
    Case(
        type="MatMul",
        build=tf.matmul,
        inputs=(ints(2, 3), ints(3, 2)),
        expect=lambda a, b: a @ b,
    ),
    # ---- what only gradients use
    Case(
        type="BroadcastTo",
        build=lambda x: tf.broadcast_to(x, [2, 3], name="b"),
        inputs=(floats(1, 3),),
        expect=lambda x: np.broadcast_to(x, (2, 3)),
        grad=True,
    ),
    Case(
        type="BroadcastGradientArgs",
        build=lambda a, b: apply(broadcasting.BROADCAST_GRADIENT_ARGS, a, b).outputs,
        inputs=(np.array([4, 1, 3], np.int32), np.array([2, 1], np.int32)),
        expect=lambda a, b: (np.array([1], np.int32), np.array([0, 2], np.int32)),
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
    *(
        Effect(
            type=f"Scatter{name}",
            build=lambda w, change=change: change(w, [1, 1], [4.0, 8.0]),
            gives=[1.0, value],
            after=(1.0, value),
        )
        for name, change, value in (
            ("Update", tf.scatter_update, 8.0),
            ("Add", tf.scatter_add, 14.0),
            ("Sub", tf.scatter_sub, -10.0),
            ("Mul", tf.scatter_mul, 64.0),
            ("Div", tf.scatter_div, 0.0625),
            ("Min", tf.scatter_min, 2.0),
            ("Max", tf.scatter_max, 8.0),
        )
    ),
    Effect(
        type="StridedSliceAssign",
        build=lambda w: w[1:].assign([8.0]),
        gives=[1.0, 8.0],
        after=(1.0, 8.0),
    ),
    Effect(type="IsVariableInitialized", build=tf.is_variable_initialized, gives=True),
    Effect(type="HistogramSummary", build=lambda w: tf.histogram_summary("h", w), gives={"h": 0.0}),
    Effect(type="PrintV2", build=lambda w: tf.print("w is", w), gives=None),
    Effect(type="Assert", build=lambda w: tf.Assert(tf.reduce_all(w > 0.0), [w]), gives=None),
    Effect(
        type="PyFunc",
        build=lambda w: tf.py_func(lambda x: x * 2, [w], tf.float32),
        gives=[2.0, 4.0],
    ),
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

DRAWS: list[Draw] = [
    Draw(
        type="RandomStandardNormal",
        build=lambda: tf.random_normal([500], seed=3).op.inputs[0].op.inputs[0],
        holds=lambda x: abs(x.mean()) < 0.2 and 0.8 < x.std() < 1.2,
    ),
    Draw(
        type="TruncatedNormal",
        build=lambda: tf.truncated_normal([500], seed=3).op.inputs[0].op.inputs[0],
        holds=lambda x: bool(np.abs(x).max() <= 2),
    ),
    Draw(
        type="RandomUniform",
        build=lambda: tf.random_uniform([20, 5], seed=3),
        holds=lambda x: 0 <= x.min() < 0.2 and 0.8 < x.max() < 1,
    ),
    Draw(
        type="RandomUniformInt",
        build=lambda: tf.random_uniform([100], -2, 3, tf.int64, seed=3),
        holds=lambda x: set(x.tolist()) == {-2, -1, 0, 1, 2},
        dtype=np.int64,
    ),
    Draw(
        type="RandomShuffle",
        build=lambda: tf.random_shuffle(tf.constant(np.arange(50)), seed=3),
        holds=lambda x: sorted(x.tolist()) == list(range(50)),
        dtype=np.int64,
    ),
    Draw(
        type="Multinomial",
        build=lambda: tf.multinomial(np.log([[0.1, 0.9]]), 500, seed=3),
        holds=lambda x: 0.8 < x.mean() < 1,
        dtype=np.int64,
    ),
    Draw(
        type="RandomGamma",
        build=lambda: tf.random_gamma([500], 2.0, seed=3).op.inputs[1].op.inputs[0],
        holds=lambda x: x.min() > 0 and 1.7 < x.mean() < 2.3,
    ),
    Draw(
        type="UniformCandidateSampler",
        build=lambda: tf.nn.uniform_candidate_sampler([[0]], 1, 500, False, 4, seed=3)[0],
        holds=lambda x: np.bincount(x).min() > 90 and len(np.bincount(x)) == 4,
        dtype=np.int64,
    ),
    Draw(
        type="LogUniformCandidateSampler",
        build=lambda: tf.nn.log_uniform_candidate_sampler([[0]], 1, 500, False, 3, seed=3)[0],
        holds=lambda x: bool(np.all(np.diff(np.bincount(x)) < 0)) and len(np.bincount(x)) == 3,
        dtype=np.int64,
    ),
    Draw(
        type="FixedUnigramCandidateSampler",
        build=lambda: tf.nn.fixed_unigram_candidate_sampler(
            [[0]], 1, 3, True, 4, unigrams=[0.1, 0.2, 0.0, 0.7], seed=3
        )[0],
        holds=lambda x: sorted(x.tolist()) == [0, 1, 3],
        dtype=np.int64,
    ),
    Draw(
        type="RandomPoissonV2",
        build=lambda: tf.random_poisson(3.0, [500], seed=3),
        holds=lambda x: 2.6 < x.mean() < 3.4,
    ),
]
