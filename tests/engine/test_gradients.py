"""Gradients through whole graphs: sums of paths, what stops them, and gradients of gradients."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

import neuronboard as tf
from neuronboard import errors


@pytest.fixture(autouse=True)
def session() -> Iterator[tf.Session]:
    """A session on a graph of the test's own."""
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


def test_the_parts_of_two_paths_are_added(session: tf.Session) -> None:
    """x reaches y as a square and as a triple."""
    x = tf.constant(5.0)
    [slope] = tf.gradients(x * x + 3.0 * x, x)
    assert session.run(slope) == 13.0


def test_one_tensor_on_both_sides_counts_twice(session: tf.Session) -> None:
    """x + x and x * x."""
    x = tf.constant(5.0)
    assert session.run(tf.gradients(x + x, x) + tf.gradients(x * x, x)) == [2.0, 10.0]


def test_a_diamond_is_passed_once(session: tf.Session) -> None:
    """Each operation's rule is applied when all of its parts are there."""
    x = tf.constant(2.0)
    middle = x * x
    [slope] = tf.gradients((middle + 1.0) * (middle - 1.0), x)
    assert session.run(slope) == 4 * 2.0**3
    rules = [op.name for op in x.graph.get_operations() if op.name.endswith("/mul_grad/Mul")]
    assert rules == ["gradients/mul_grad/Mul"]


def test_the_gradients_of_several_ys_are_added(session: tf.Session) -> None:
    """d(x*x)/dx + d(3x)/dx, given weights or not."""
    x = tf.constant(5.0)
    ys = [x * x, 3.0 * x]
    assert session.run(tf.gradients(ys, x)) == [13.0]
    assert session.run(tf.gradients(ys, x, grad_ys=[2.0, None])) == [23.0]


def test_what_nothing_depends_on_has_no_gradient(session: tf.Session) -> None:
    """None, in its place among the others."""
    x, unused = tf.constant(1.0), tf.constant(1.0)
    found = tf.gradients(x * 2.0, [unused, x, x])
    assert [gradient is None for gradient in found] == [True, False, False]
    assert session.run(found[1:]) == [2.0, 2.0]


def test_the_gradient_of_something_by_itself_is_one(session: tf.Session) -> None:
    """An x that is a y."""
    x = tf.constant([1.0, 2.0])
    [slope] = tf.gradients(x, x)
    assert session.run(slope).tolist() == [1.0, 1.0]


def test_a_tensor_in_the_middle_has_a_gradient(session: tf.Session) -> None:
    """Beside that of what it is made of."""
    x = tf.constant(3.0)
    middle = x * x
    assert session.run(tf.gradients(middle * middle, [middle, x])) == [18.0, 108.0]


def test_stop_gradient_stops_one_path(session: tf.Session) -> None:
    """The factor behind it is a constant."""
    x = tf.constant(5.0)
    [slope] = tf.gradients(x * tf.stop_gradient(x), x)
    assert session.run(slope) == 5.0


def test_integers_and_comparisons_stop_gradients() -> None:
    """None, not an error."""
    x = tf.constant(2.0)
    whole = tf.cast(tf.cast(x, tf.int32), tf.float32)
    assert tf.gradients(whole * 2.0, x) == [None]
    assert tf.gradients(tf.cast(x > 1.0, tf.float32), x) == [None]


def test_a_condition_gets_no_gradient(session: tf.Session) -> None:
    """What is chosen gets it all, what is not chosen zero."""
    x, y = tf.constant([1.0, 5.0]), tf.constant([2.0, 2.0])
    chosen = tf.select(x > y, x * 10.0, y)
    slopes = session.run(tf.gradients(chosen, [x, y]))
    assert [slope.tolist() for slope in slopes] == [[0.0, 10.0], [1.0, 0.0]]


@pytest.mark.parametrize(
    ("function", "expected"),
    [(tf.maximum, (1.0, 0.0)), (tf.minimum, (1.0, 0.0)), (tf.abs, (0.0,)), (tf.nn.relu, (0.0,))],
)
def test_at_a_tie_the_gradient_is_tensorflows(
    session: tf.Session, function: Callable[..., Any], expected: tuple[float, ...]
) -> None:
    """Of two equals the first gets it; at the kink of abs and relu it is 0."""
    xs = [tf.constant(0.0) for _ in expected]
    assert tuple(session.run(tf.gradients(function(*xs), xs))) == expected


def test_the_power_of_nothing_and_less_has_a_gradient(session: tf.Session) -> None:
    """At 0 and below there is no logarithm, and no NaN comes of that."""
    x, y = tf.constant([0.0, -2.0]), tf.constant([2.0, 3.0])
    slopes = session.run(tf.gradients(tf.pow(x, y), [x, y]))
    assert [slope.tolist() for slope in slopes] == [[0.0, 12.0], [0.0, 0.0]]


def _differences(function: Callable[[float], float], at: float) -> float:
    return (function(at + 1e-5) - function(at - 1e-5)) / 2e-5


@pytest.mark.parametrize(
    "function",
    [
        *(tf.exp, tf.log, tf.tanh, tf.sin, tf.cos, tf.sqrt, tf.square, tf.sigmoid),
        *(tf.nn.softplus, lambda x: x**3.0, lambda x: 1.0 / x, lambda x: x * tf.exp(x)),
        *(lambda x: tf.reduce_mean(tf.fill([3], x) * x), lambda x: 2.0**x),
    ],
)
def test_the_second_derivative_is_the_slope_of_the_first(
    session: tf.Session, function: Callable[[tf.Tensor], tf.Tensor]
) -> None:
    """A gradient is graph, and has a gradient of its own."""
    x = tf.placeholder(tf.float64, [])
    [first] = tf.gradients(function(x), x)
    [second] = tf.gradients(first, x)
    numeric = _differences(lambda at: session.run(first, {x: at}), 0.7)
    assert session.run(second, {x: 0.7}) == pytest.approx(numeric, rel=1e-6)


def test_the_second_derivative_of_a_product_of_matrices(session: tf.Session) -> None:
    """Of sum((a a') ** 2), along a direction."""
    start, way = np.random.default_rng(3).normal(size=(2, 2, 3))
    a = tf.placeholder(tf.float64, [2, 3])
    product = tf.matmul(a, a, transpose_b=True)
    [first] = tf.gradients(tf.reduce_sum(product * product), a)
    [second] = tf.gradients(tf.reduce_sum(first * tf.constant(way)), a)
    numeric = _differences(lambda t: np.sum(session.run(first, {a: start + t * way}) * way), 0.0)
    assert np.sum(session.run(second, {a: start}) * way) == pytest.approx(numeric, rel=1e-6)


@pytest.mark.parametrize(("small", "large"), [((), (2, 3)), ((3,), (2, 3)), ((2, 1), (2, 3))])
@pytest.mark.parametrize("known", [True, False])
def test_what_was_broadcast_is_summed(
    session: tf.Session, small: tuple[int, ...], large: tuple[int, ...], known: bool
) -> None:
    """The gradient has the shape of its tensor, each element the sum of its repetitions."""
    x = tf.placeholder(tf.float32, small if known else None)
    y = tf.placeholder(tf.float32, large if known else None)
    feeds = {x: np.ones(small), y: np.arange(6.0).reshape(large)}
    dx, dy = session.run(tf.gradients(x * y, [x, y]), feeds)
    times = np.ones(small) * feeds[y]
    lost = tuple(range(2 - len(small))) + tuple(
        2 - len(small) + i for i, n in enumerate(small) if n == 1
    )
    assert dx.tolist() == times.sum(lost).reshape(small).tolist()
    assert dy.tolist() == np.ones(large).tolist()


def test_everything_lies_under_gradients() -> None:
    """Names as TensorFlow's: the start, and a scope for each operation's rule."""
    x = tf.constant(2.0, name="x")
    tf.gradients(tf.square(x, name="y"), x)
    names = [op.name for op in x.graph.get_operations()[2:]]
    assert names == [
        *("gradients/Shape", "gradients/grad_ys_0/Const", "gradients/grad_ys_0"),
        *("gradients/y_grad/Const", "gradients/y_grad/Mul", "gradients/y_grad/Mul_1"),
    ]


def test_gated_gradients_wait_for_each_other(session: tf.Session) -> None:
    """With the same values."""
    x, y = tf.constant(2.0), tf.constant(3.0)
    dx, dy = tf.gradients(x * y, [x, y], gate_gradients=True)
    assert dx is not None
    assert dy is not None
    assert dx.op.control_inputs == dy.op.control_inputs
    assert len(dx.op.control_inputs) == 1
    assert session.run([dx, dy]) == [3.0, 2.0]


def test_complex_gradients_are_refused() -> None:
    """A TypeError that names the tensor and its type."""
    y = tf.constant(1j, name="z") * 2.0
    with pytest.raises(errors.DTypeError, match="complex128 for mul:0"):
        tf.gradients(y, y)


def test_dots_of_einsum_are_broadcast() -> None:
    """An axis of size 1 goes with any other; its gradient is summed over that."""
    a, b = np.arange(24.0).reshape(2, 3, 4), np.arange(20.0).reshape(1, 4, 5)
    x, y = tf.constant(a), tf.constant(b)
    z = tf.einsum("...ij,...jk->...ik", x, y)
    got, dx, dy = tf.Session().run([z, *tf.gradients(z, [x, y])])
    assert np.array_equal(got, a @ b)
    assert np.array_equal(dx, np.broadcast_to(b.sum(-1)[:, None, :], a.shape))
    assert np.array_equal(dy, np.broadcast_to(a.sum((0, 1))[None, :, None], b.shape))


def test_dots_of_unknown_rank_have_no_gradient() -> None:
    """An error that names the way out; the value is there all the same."""
    x = tf.placeholder(tf.float64)
    z = tf.einsum("...i->...", x)
    assert tf.Session().run(z, {x: np.ones((2, 3))}).tolist() == [3.0, 3.0]
    with pytest.raises(errors.GradientError, match=r"x\.set_shape"):
        tf.gradients(z, x)


def test_resizing_can_be_derived_twice() -> None:
    """It is linear: the second derivative resizes back what was resized."""
    x = tf.constant(np.arange(12, dtype=np.float32).reshape(1, 3, 4, 1))
    c = tf.constant(np.cos(np.arange(12, dtype=np.float32)).reshape(1, 3, 4, 1))
    y = tf.image.resize_bilinear(x, [5, 6])
    [first] = tf.gradients(y * y, x)
    [second] = tf.gradients(tf.reduce_sum(first * c), x)
    [wanted] = tf.gradients(y, x, 2.0 * tf.image.resize_bilinear(c, [5, 6]))
    np.testing.assert_allclose(*tf.Session().run([second, wanted]), rtol=1e-5)
