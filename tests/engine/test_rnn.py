"""Recurrent networks: the loop against the unrolled, cells against their formulas in numpy."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import neuronboard as tf

cells = tf.nn.rnn_cell
CELLS = {
    "rnn": lambda: cells.BasicRNNCell(4),
    "gru": lambda: cells.GRUCell(4),
    "basic lstm": lambda: cells.BasicLSTMCell(4),
    "lstm": lambda: cells.LSTMCell(4, use_peepholes=True, num_proj=3, cell_clip=0.5, proj_clip=0.3),
    "flat": lambda: cells.BasicLSTMCell(4, state_is_tuple=False),
    "two": lambda: cells.MultiRNNCell([cells.GRUCell(4), cells.BasicLSTMCell(3)]),
    "residual": lambda: cells.ResidualWrapper(cells.BasicRNNCell(5)),
}


@pytest.mark.parametrize("lengths", [None, [2, 3, 1]])
@pytest.mark.parametrize("name", CELLS)
def test_the_loop_gives_what_the_unrolled_gives(name: str, lengths: Any) -> None:
    """Outputs, states and the gradients of every variable."""
    x = np.random.default_rng(1).normal(size=(3, 3, 5)).astype(np.float32)
    with tf.Graph().as_default(), tf.Session() as session:
        cell = CELLS[name]()
        given = {"dtype": tf.float32, "sequence_length": lengths}
        with tf.variable_scope("net") as scope:
            looped, end = tf.nn.dynamic_rnn(cell, tf.constant(x), scope=scope, **given)
            rows = tf.unstack(tf.constant(x), axis=1)
            with tf.variable_scope(scope, reuse=True) as again:
                listed, other = tf.nn.static_rnn(cell, rows, scope=again, **given)
        both = [(looped, end), (tf.stack(listed, axis=1), other)]
        weights = tf.trainable_variables()
        fetches = [[y, state, tf.gradients(y, weights)] for y, state in both]
        session.run(tf.initialize_all_variables())
        for got, wanted in zip(*map(_flat, session.run(fetches)), strict=True):
            np.testing.assert_allclose(got, wanted, rtol=1e-4, atol=1e-6)


def _flat(value: Any) -> list[Any]:
    if isinstance(value, (list, tuple)):
        return [leaf for item in value for leaf in _flat(item)]
    return [value]


def _sigmoid(x: Any) -> Any:
    return 1 / (1 + np.exp(-x))


def test_a_step_of_an_lstm_is_its_formula() -> None:
    """Gates in the order i, j, f, o; the forget gate begins open."""
    rng = np.random.default_rng(2)
    x, c, h = rng.normal(size=(2, 3)), rng.normal(size=(2, 4)), rng.normal(size=(2, 4))
    with tf.Graph().as_default(), tf.Session() as session:
        cell = cells.BasicLSTMCell(4)
        state = cells.LSTMStateTuple(tf.constant(c), tf.constant(h))
        with tf.variable_scope("a", dtype=tf.float64):
            output, new = cell(tf.constant(x), state)
        session.run(tf.initialize_all_variables())
        [kernel, bias] = session.run(cell.trainable_weights)
        got = session.run([output, new])
    i, j, f, o = np.split(np.concatenate([x, h], 1) @ kernel + bias, 4, 1)
    new_c = c * _sigmoid(f + 1.0) + _sigmoid(i) * np.tanh(j)
    np.testing.assert_allclose(got[1].c, new_c, rtol=1e-12)
    np.testing.assert_allclose(got[0], np.tanh(new_c) * _sigmoid(o), rtol=1e-12)


def test_variables_are_named_as_in_tensorflow_1() -> None:
    with tf.Graph().as_default():
        x = tf.zeros([2, 3, 5])
        tf.nn.dynamic_rnn(cells.BasicLSTMCell(4), x, dtype=tf.float32)
        tf.nn.dynamic_rnn(CELLS["two"](), x, dtype=tf.float32, scope="net")
        names = [variable.op.name for variable in tf.global_variables()]
    assert names == [
        *("rnn/basic_lstm_cell/kernel", "rnn/basic_lstm_cell/bias"),
        *(f"net/multi_rnn_cell/cell_0/gru_cell/gates/{part}" for part in ("kernel", "bias")),
        *(f"net/multi_rnn_cell/cell_0/gru_cell/candidate/{part}" for part in ("kernel", "bias")),
        *(f"net/multi_rnn_cell/cell_1/basic_lstm_cell/{part}" for part in ("kernel", "bias")),
    ]


def test_dropout_drops_outputs_and_keeps_the_memory() -> None:
    """A share of the outputs is 0, the others are scaled; `c` is whole."""
    with tf.Graph().as_default(), tf.Session() as session:
        inner = cells.BasicLSTMCell(50)
        cell = cells.DropoutWrapper(inner, output_keep_prob=0.5, state_keep_prob=0.5, seed=1)
        output, state = cell(tf.ones([20, 3]), cell.zero_state(20, tf.float32))
        session.run(tf.initialize_all_variables())
        found, (c, h) = session.run([output, state])
    assert 0.3 < np.mean(found == 0) < 0.7
    assert 0.3 < np.mean(h == 0) < 0.7
    assert np.all(c != 0)


def test_variational_dropout_drops_the_same_places_in_every_step() -> None:
    with tf.Graph().as_default(), tf.Session() as session:
        cell = cells.DropoutWrapper(
            cells.BasicRNNCell(30),
            output_keep_prob=0.5,
            variational_recurrent=True,
            dtype=tf.float32,
        )
        outputs, _ = tf.nn.dynamic_rnn(cell, tf.ones([1, 6, 3]), dtype=tf.float32)
        session.run(tf.initialize_all_variables())
        [rows] = session.run(outputs) == 0
    assert rows.any()
    assert np.array_equal(rows, np.repeat(rows[:1], 6, 0))


def test_the_names_of_contrib_and_of_tensorflow_0_are_the_same_things() -> None:
    assert tf.contrib.rnn.BasicLSTMCell is tf.nn.rnn_cell.BasicLSTMCell
    assert tf.nn.rnn is tf.nn.static_rnn is tf.contrib.rnn.static_rnn
    assert tf.nn.bidirectional_rnn is tf.nn.static_bidirectional_rnn


def test_a_users_own_cell_is_a_cell() -> None:
    """With `call`, and variables of its own that every step shares."""

    class Sum(tf.nn.rnn_cell.RNNCell):
        state_size = output_size = 3

        def build(self, inputs_shape: Any) -> None:
            self.scale = self.add_variable("scale", [], tf.constant_initializer(2.0))

        def call(self, inputs: Any, state: Any) -> Any:
            new = state + inputs * self.scale
            return new, new

    with tf.Graph().as_default(), tf.Session() as session:
        outputs, end = tf.nn.dynamic_rnn(Sum(), tf.ones([2, 4, 3]), dtype=tf.float32)
        session.run(tf.initialize_all_variables())
        got = session.run([outputs, end])
    assert got[0][0, :, 0].tolist() == [2.0, 4.0, 6.0, 8.0]
    assert got[1].tolist() == [[8.0] * 3] * 2


def _trained(over: Any) -> list[Any]:
    """The variables of an encoder whose state a decoder begins with, after some steps of Adam."""
    rng = np.random.default_rng(11)
    with tf.Graph().as_default(), tf.Session() as session:
        x = tf.constant(rng.normal(size=(2, 4, 3)), tf.float32)
        start = tf.constant_initializer(0.1)
        with tf.variable_scope("enc", initializer=start):
            _, state = over(cells.GRUCell(5), x, dtype=tf.float32)
        with tf.variable_scope("dec", initializer=start):
            outputs, _ = over(cells.GRUCell(5), x, initial_state=state)
        step = tf.train.AdamOptimizer(0.01).minimize(tf.reduce_mean(tf.square(outputs - 1.0)))
        session.run(tf.global_variables_initializer())
        for _ in range(3):
            session.run(step)
        return list(session.run(tf.trainable_variables()))


def test_an_encoder_and_a_decoder_train_as_unrolled() -> None:
    """One loop begins with what another ends with, as books on translating do it."""

    def unrolled(cell: Any, x: Any, **more: Any) -> Any:
        outputs, state = tf.nn.static_rnn(cell, tf.unstack(x, axis=1), **more)
        return tf.stack(outputs, 1), state

    looped, plain = _trained(tf.nn.dynamic_rnn), _trained(unrolled)
    assert len(looped) == len(plain) == 8
    for got, wanted in zip(looped, plain, strict=True):
        np.testing.assert_allclose(got, wanted, rtol=1e-5)
