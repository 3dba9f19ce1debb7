"""Gradients of loops: against the same graph unrolled, and against finite differences."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import neuronboard as tf

ROUNDS = 4


def _unrolled(step: Callable[[int, Any], Any], start: Any) -> Any:
    for i in range(ROUNDS):
        start = step(i, start)
    return start


def _looped(step: Callable[[Any, Any], Any], start: Any) -> Any:
    return tf.while_loop(
        lambda i, _: i < ROUNDS,
        lambda i, v: (i + 1, step(i, v)),
        [tf.constant(0), start],
        shape_invariants=[tf.TensorShape([]), start.get_shape()],
    )[1]


STEPS = {
    "product": lambda a: lambda i, v: v * a,
    "network": lambda a: lambda i, v: tf.tanh(tf.matmul(v, a) + 0.1),
    "counter": lambda a: lambda i, v: v * tf.cast(i, tf.float64) + tf.sin(v) * a,
    "both": lambda a: lambda i, v: v * v * 0.1 + a * a * v,
    "inner": lambda a: lambda i, v: _looped(lambda j, w: tf.sin(w) * a, v) + v,
    "choice": lambda a: (
        lambda i, v: tf.cond(
            tf.equal(tf.convert_to_tensor(i) % 2, 0), lambda: v * a, lambda: tf.exp(-v)
        )
    ),
    "sum": lambda a: lambda i, v: v + tf.reduce_sum(tf.stack([v, a * v]), 0),
}


@pytest.mark.parametrize("known", [True, False])
@pytest.mark.parametrize("name", STEPS)
def test_a_loop_has_the_gradient_of_its_iterations(name: str, known: bool) -> None:
    """By what it starts with and by what is the same in every iteration."""
    rng = np.random.default_rng(3)
    values = [rng.uniform(0.2, 0.9, (3, 3)), rng.uniform(0.2, 0.9, (3, 3))]
    with tf.Graph().as_default(), tf.Session() as session:
        a, x = (tf.placeholder(tf.float64, [3, 3] if known else [None, None]) for _ in "ax")
        feed = dict(zip((a, x), values, strict=True))
        loop, plain = _looped(STEPS[name](a), x), _unrolled(STEPS[name](a), x)
        fetches = [[y, *tf.gradients(y, [a, x])] for y in (loop, plain)]
        for got, wanted in zip(*session.run(fetches, feed), strict=True):
            np.testing.assert_allclose(got, wanted, rtol=1e-12)
        loss, slope = tf.reduce_sum(loop), tf.gradients(tf.reduce_sum(loop), x)[0]
        way = rng.normal(size=(3, 3))
        moved = [session.run(loss, feed | {x: values[1] + d * way}) for d in (1e-6, -1e-6)]
        found = session.run(slope, feed)
    assert np.sum(found * way) == pytest.approx((moved[0] - moved[1]) / 2e-6, rel=1e-7)


FUNCTIONS = {
    "scan": (
        lambda x: tf.scan(lambda s, r: tf.tanh(s * r), x),
        lambda rows: _running(rows, lambda s, r: tf.tanh(s * r)),
    ),
    "foldl": (
        lambda x: tf.foldl(lambda s, r: s * r + 1.0, x),
        lambda rows: _running(rows, lambda s, r: s * r + 1.0)[-1],
    ),
    "foldr": (
        lambda x: tf.foldr(lambda s, r: s * r + 1.0, x),
        lambda rows: _running(rows[::-1], lambda s, r: s * r + 1.0)[-1],
    ),
    "map": (lambda x: tf.map_fn(lambda r: r * r, x), lambda rows: tf.stack([r * r for r in rows])),
}


def _running(rows: list[Any], fn: Callable[[Any, Any], Any]) -> Any:
    found = [rows[0]]
    for row in rows[1:]:
        found.append(fn(found[-1], row))
    return tf.stack(found)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions_over_the_first_axis_have_the_gradient_of_the_unrolled(name: str) -> None:
    rng = np.random.default_rng(5)
    with tf.Graph().as_default(), tf.Session() as session:
        x = tf.placeholder(tf.float64, [4, 3])
        looped, unrolled = FUNCTIONS[name]
        fetches = [[y, tf.gradients(y, x)[0]] for y in (looped(x), unrolled(tf.unstack(x)))]
        for got, wanted in zip(*session.run(fetches, {x: rng.normal(size=(4, 3))}), strict=True):
            np.testing.assert_allclose(got, wanted, rtol=1e-12)


def test_a_loop_trains_a_variable() -> None:
    """x doubled three times by w = 2: gradient descent finds it."""
    with tf.Graph().as_default(), tf.Session() as session:
        w = tf.Variable(1.5)
        y = tf.while_loop(lambda i, _: i < 3, lambda i, v: (i + 1, v * w), [0, tf.constant(1.0)])[1]
        step = tf.train.GradientDescentOptimizer(0.002).minimize(tf.square(y - 8.0))
        session.run(tf.initialize_all_variables())
        for _ in range(200):
            session.run(step)
        assert session.run(w) == pytest.approx(2.0, abs=1e-4)


def _chained_map(x: Any, w: Any) -> Any:
    return tf.scan(lambda a, v: tf.tanh(a * w + v), tf.map_fn(lambda v: v * w, x))


def _chained_map_unrolled(x: Any, w: Any) -> Any:
    return _running([v * w for v in tf.unstack(x)], lambda a, v: tf.tanh(a * w + v))


# Loops that feed each other, or lie in one another, and the same unrolled.
CHAINS: dict[str, tuple[Callable[[Any, Any], Any], Callable[[Any, Any], Any]]] = {
    "two": (
        lambda x, w: _looped(lambda _, v: v * w, _looped(lambda _, v: tf.sin(v) * w, x)),
        lambda x, w: _unrolled(lambda _, v: v * w, _unrolled(lambda _, v: tf.sin(v) * w, x)),
    ),
    "inner": (
        lambda x, w: _looped(lambda _, v: _looped(STEPS["product"](w), v * w) + v, x),
        lambda x, w: _unrolled(lambda _, v: _unrolled(STEPS["product"](w), v * w) + v, x),
    ),
    "choice": (
        lambda x, w: _looped(STEPS["choice"](w), _looped(STEPS["choice"](w), x)),
        lambda x, w: _unrolled(STEPS["choice"](w), _unrolled(STEPS["choice"](w), x)),
    ),
    "map and scan": (_chained_map, _chained_map_unrolled),
}


@pytest.mark.parametrize("gate", ["GATE_NONE", "GATE_OP", "GATE_GRAPH"])
@pytest.mark.parametrize("name", CHAINS)
def test_loops_that_feed_each_other_train_with_any_gates(name: str, gate: str) -> None:
    """Gates give the ways out of a loop other names, between its switch and its exit."""
    trained = []
    for build in CHAINS[name]:
        with tf.Graph().as_default(), tf.Session() as session:
            w = tf.Variable(0.7, dtype=tf.float64)
            loss = tf.reduce_sum(build(tf.constant([1.0, 0.5, 2.0], tf.float64), w))
            optimizer = tf.train.GradientDescentOptimizer(0.1)
            step = optimizer.minimize(loss, gate_gradients=getattr(optimizer, gate))
            session.run(tf.initialize_all_variables())
            for _ in range(3):
                session.run(step)
            trained.append(session.run(w))
    np.testing.assert_allclose(trained[0], trained[1], rtol=1e-12)


def test_a_gradient_of_a_gradient_of_a_loop_is_refused_with_a_word() -> None:
    with tf.Graph().as_default():
        x = tf.constant(2.0)
        y = tf.while_loop(lambda i, _: i < 3, lambda i, v: (i + 1, v * x), [0, x])[1]
        [slope] = tf.gradients(y, x)
        with pytest.raises(TypeError, match="Second-order gradient for while loops not supported"):
            tf.gradients(slope, x)


def test_a_branch_has_second_derivatives() -> None:
    with tf.Graph().as_default(), tf.Session() as session:
        x = tf.placeholder(tf.float64, [])
        y = tf.cond(x > 0.0, lambda: x**3, lambda: x * x)
        [second] = tf.gradients(tf.gradients(y, x), x)
        found = [session.run(second, {x: at}) for at in (2.0, -2.0, 3.0)]
    assert found == pytest.approx([12.0, 2.0, 18.0])
