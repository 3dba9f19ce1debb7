"""Optimizers, against the same steps in numpy."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from engine.optimizer_cases import OPTIMIZERS, Trained

import neuronboard as tf


@pytest.fixture(autouse=True)
def session() -> Iterator[tf.Session]:
    """A session on a graph of the test's own."""
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


def _descent(rate: Any = 0.5, **more: Any) -> tf.train.GradientDescentOptimizer:
    return tf.train.GradientDescentOptimizer(rate, **more)


def _initialise(session: tf.Session) -> None:
    session.run(tf.initialize_all_variables())


def test_one_step_is_the_one_by_hand(session: tf.Session) -> None:
    """w - rate * gradient, bit for bit in float32."""
    w = tf.Variable([0.8, -0.3])
    loss = tf.reduce_sum(tf.square(w * 3.0 - 1.0))
    step = _descent(0.025).minimize(loss)
    _initialise(session)
    session.run(step)
    start = np.array([0.8, -0.3], np.float32)
    gradient = np.float32(2) * (start * np.float32(3) - np.float32(1)) * np.float32(3)
    assert session.run(w).tolist() == (start - np.float32(0.025) * gradient).tolist()


def test_a_line_is_fitted_as_numpy_fits_it(session: tf.Session) -> None:
    """300 steps of two variables, a matrix product and broadcasting, in float64."""
    source = np.random.default_rng(5)
    x, noise = source.normal(size=(20, 3)), source.normal(size=(20, 1)) / 10
    y = x @ [[1.0], [-2.0], [0.5]] + 0.3 + noise
    w, b = tf.Variable(np.zeros((3, 1))), tf.Variable(np.zeros(1))
    loss = tf.reduce_mean(tf.square(tf.matmul(tf.constant(x), w) + b - y))
    step = _descent(0.1).minimize(loss)
    _initialise(session)
    for _ in range(300):
        session.run(step)
    columns = np.hstack([x, np.ones((20, 1))])
    best = np.linalg.lstsq(columns, y)[0]
    found = np.concatenate([session.run(w)[:, 0], session.run(b)])
    np.testing.assert_allclose(found, best[:, 0], rtol=1e-6)
    assert session.plans_made == 4


@pytest.mark.parametrize("dtype", [tf.float16, tf.float32, tf.float64])
def test_the_rate_takes_the_type_of_the_variable(session: tf.Session, dtype: tf.DType) -> None:
    """A plain number, and a tensor of another type."""
    w = tf.Variable(1.0, dtype=dtype)
    steps = [_descent(rate).minimize(w * 2.0) for rate in (0.25, tf.constant(0.25))]
    _initialise(session)
    session.run(steps)
    assert session.run(w) == 0.0
    assert session.run(w).dtype == dtype.as_numpy_dtype


def test_the_rate_may_be_fed(session: tf.Session) -> None:
    """A rate that falls from step to step."""
    w, rate = tf.Variable(1.0), tf.placeholder(tf.float32, [])
    step = _descent(rate).minimize(w * 1.0)
    _initialise(session)
    for value in (0.5, 0.25):
        session.run(step, {rate: value})
    assert session.run(w) == 0.25


def test_pairs_are_gradient_and_variable(session: tf.Session) -> None:
    """In the order of the variables; None for one that the loss does not depend on."""
    a, b, unused = tf.Variable(2.0), tf.Variable(3.0), tf.Variable(4.0)
    pairs = _descent().compute_gradients(a * b)
    assert [variable for _, variable in pairs] == [a, b, unused]
    assert pairs[2][0] is None
    _initialise(session)
    assert session.run([gradient for gradient, _ in pairs[:2]]) == [3.0, 2.0]


def test_changed_gradients_are_applied_as_changed(session: tf.Session) -> None:
    """Compute, change, apply; a pair without gradient is left out."""
    a, b, unused = tf.Variable(2.0), tf.Variable(3.0), tf.Variable(4.0)
    optimizer = _descent()
    pairs = optimizer.compute_gradients(a * b)
    smaller = [(g if g is None else tf.minimum(g, 2.5), v) for g, v in pairs]
    step = optimizer.apply_gradients(smaller)
    _initialise(session)
    session.run(step)
    assert session.run([a, b, unused]) == [0.75, 2.0, 4.0]


def test_var_list_says_what_is_changed(session: tf.Session) -> None:
    """One of two, though both are trainable; and one that is not."""
    a, b = tf.Variable(2.0), tf.Variable(3.0)
    frozen = tf.Variable(1.0, trainable=False)
    loss = a * b * frozen
    first, second = _descent().minimize(loss, var_list=[a]), _descent().minimize(loss)
    third = _descent().minimize(loss, var_list=[frozen])
    _initialise(session)
    session.run(first)
    assert session.run([a, b, frozen]) == [0.5, 3.0, 1.0]
    session.run(second)
    assert session.run([a, b, frozen]) == [-1.0, 2.75, 1.0]
    session.run(third)
    assert session.run([a, b, frozen]) == [-1.0, 2.75, 2.375]


@pytest.mark.parametrize("dtype", [tf.int32, tf.int64, tf.float32])
def test_the_global_step_counts(session: tf.Session, dtype: tf.DType) -> None:
    """After the update, by one."""
    w = tf.Variable(1.0)
    steps = tf.Variable(0, dtype=dtype, trainable=False, name="global_step")
    train = _descent().minimize(w * 1.0, global_step=steps)
    _initialise(session)
    for _ in range(3):
        session.run(train)
    assert session.run([w, steps]) == [-0.5, 3]


def test_the_step_is_in_its_collection() -> None:
    """With a global step and without."""
    w, steps = tf.Variable(1.0), tf.Variable(0, trainable=False)
    plain = _descent().minimize(w * 1.0)
    counted = _descent().minimize(w * 1.0, global_step=steps)
    assert tf.get_collection(tf.GraphKeys.TRAIN_OP) == [plain, counted]


def test_all_updates_see_the_variables_as_they_were(session: tf.Session) -> None:
    """Each gradient is of the values before the step, whatever is updated first."""
    a, b = tf.Variable(2.0), tf.Variable(3.0)
    step = _descent(1.0).minimize(a * b)
    _initialise(session)
    session.run(step)
    assert session.run([a, b]) == [2.0 - 3.0, 3.0 - 2.0]


def test_the_loss_beside_a_step_is_that_before_it(session: tf.Session) -> None:
    """Fetched together, in either order."""
    w = tf.Variable(1.0)
    loss = w * 2.0
    step = _descent(0.25).minimize(loss)
    _initialise(session)
    assert session.run([loss, step]) == [2.0, None]
    assert session.run([step, loss]) == [None, 1.0]


@pytest.mark.parametrize("gate", ["GATE_NONE", "GATE_OP", "GATE_GRAPH"])
def test_gates_change_no_value(session: tf.Session, gate: str) -> None:
    """They say only what waits for what."""
    a, b = tf.Variable(2.0), tf.Variable(3.0)
    optimizer = _descent(1.0)
    pairs = optimizer.compute_gradients(a * b, gate_gradients=getattr(optimizer, gate))
    waits = [bool(gradient.op.control_inputs) for gradient, _ in pairs if gradient is not None]
    assert waits == [gate != "GATE_NONE"] * 2
    _initialise(session)
    assert session.run([gradient for gradient, _ in pairs]) == [3.0, 2.0]


def test_a_subclass_says_how_one_variable_is_changed(session: tf.Session) -> None:
    """The rest is the base class's."""

    class Sign(tf.train.Optimizer):
        """Steps of one, towards less."""

        def _prepare(self) -> None:
            pass

        def _apply(self, gradient: tf.Tensor, variable: tf.Variable) -> tf.Operation:
            return tf.assign_sub(variable, tf.sign(gradient)).op

    w = tf.Variable([5.0, -5.0])
    step = Sign(use_locking=False, name="Sign").minimize(tf.reduce_sum(tf.square(w)))
    _initialise(session)
    session.run(step)
    assert session.run(w).tolist() == [4.0, -4.0]
    assert step.name == "Sign"


# ---- the others, beside their formulas

TARGET = np.array([[0.3, -0.2], [1.0, 0.5], [-0.7, 0.1], [0.0, 2.0]])
START = np.linspace(-1.0, 1.0, 8).reshape(4, 2)
PICKED = np.array([1, 3, 1])


@pytest.mark.parametrize("case", OPTIMIZERS, ids=str)
def test_an_optimizer_steps_as_its_formula(case: Trained) -> None:
    """Ten steps on a bowl: the weights after each, as exact as float32 rates allow."""
    with tf.Graph().as_default() as graph, tf.Session() as session:
        w = tf.Variable(START)
        step = case.make().minimize(tf.reduce_sum(tf.square(w - TARGET)))
        session.run(tf.initialize_all_variables())
        formula, weights = case.formula(), START
        for _ in range(10):
            session.run(step)
            weights = formula(weights, 2 * (weights - TARGET))
            np.testing.assert_allclose(session.run(w), weights, rtol=1e-5, atol=1e-7)
    assert case.types[0] in {op.type for op in graph.get_operations()}


@pytest.mark.parametrize("case", OPTIMIZERS, ids=str)
def test_rows_step_as_the_formula_of_their_rows(case: Trained) -> None:
    """Of a gathered table rows 1 and 3, one of them twice; rows 0 and 2 stay, except Adam's."""
    with tf.Graph().as_default() as graph, tf.Session() as session:
        w = tf.Variable(START)
        loss = tf.reduce_sum(tf.square(tf.gather(w, PICKED) - TARGET[PICKED]))
        step = case.make().minimize(loss)
        session.run(tf.initialize_all_variables())
        formula, weights = case.formula(), np.array(START)
        rows = slice(None) if case.decays else [1, 3]
        for _ in range(10):
            session.run(step)
            gradient = np.zeros_like(weights)
            np.add.at(gradient, PICKED, 2 * (weights - TARGET)[PICKED])
            weights[rows] = formula(weights[rows], gradient[rows])
            np.testing.assert_allclose(session.run(w), weights, rtol=1e-5, atol=1e-7)
    types = {op.type for op in graph.get_operations()}
    assert (case.types[1] or "ScatterAdd") in types


def test_slots_are_variables_beside_their_variable() -> None:
    """Named after it and the optimizer, and not trained."""
    with tf.Graph().as_default():
        w = tf.Variable([1.0, 2.0], name="w")
        adam = tf.train.AdamOptimizer()
        assert adam.get_slot(w, "m") is None
        adam.minimize(tf.reduce_sum(tf.square(w)))
        assert adam.get_slot_names() == ["m", "v"]
        assert adam.get_slot(w, "m").name == "w/Adam:0"
        assert adam.get_slot(w, "v").name == "w/Adam_1:0"
        assert tf.trainable_variables() == [w]
        names = [variable.name for variable in adam.variables()]
        assert names == ["beta1_power:0", "beta2_power:0", "w/Adam:0", "w/Adam_1:0"]


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda: tf.train.AdagradOptimizer(0.1, 0.0), "initial_accumulator_value must be positive"),
        (lambda: tf.train.FtrlOptimizer(0.1, 0.5), "needs to be negative or zero"),
        (lambda: tf.train.FtrlOptimizer(0.1, l1_regularization_strength=-1.0), "positive or zero"),
    ],
)
def test_numbers_that_cannot_be_are_refused(make: Any, says: str) -> None:
    """When the optimizer is made."""
    with pytest.raises(ValueError, match=says):
        make()


def test_large_steps_are_taken_where_the_weights_stand_and_seen_by_nobody() -> None:
    """Adam on 50,000 weights: the formula's values; what was fetched before stays as it was."""
    start = np.linspace(-1.0, 1.0, 50_000).reshape(250, 200)
    with tf.Graph().as_default(), tf.Session() as session:
        w = tf.Variable(start)
        turned = tf.transpose(w)
        step = tf.train.AdamOptimizer(0.01).minimize(tf.reduce_sum(tf.square(w)))
        session.run(tf.initialize_all_variables())
        formula, weights = _adam_formula(), start
        for _ in range(4):
            before, seen, _ = session.run([w.value(), turned, step])
            np.testing.assert_allclose(before, weights, rtol=1e-5, atol=1e-6)
            assert np.array_equal(seen, before.T)
            kept = before.copy()
            weights = formula(weights, 2 * weights)
            session.run(w)
            assert np.array_equal(kept, before)
        np.testing.assert_allclose(session.run(w), weights, rtol=1e-5, atol=1e-6)


def _adam_formula() -> Any:
    [adam] = [case for case in OPTIMIZERS if case.types[0] == "ApplyAdam"]
    return adam.formula()
