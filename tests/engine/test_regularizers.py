"""Regularizers: their values, their place among the losses, and their names."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

import neuronboard.compat.v1 as tf

layers = tf.contrib.layers


@pytest.fixture(autouse=True)
def session() -> Iterator[tf.Session]:
    """A session on a graph of the test's own."""
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


@pytest.mark.parametrize(
    ("regularizer", "wanted"),
    [
        (layers.l1_regularizer(0.5), 0.5 * 6),
        (layers.l2_regularizer(0.5), 0.5 * 14 / 2),
        (layers.l1_l2_regularizer(0.5, 0.25), 0.5 * 6 + 0.25 * 14 / 2),
        (layers.sum_regularizer([layers.l1_regularizer(1.0), None]), 6),
    ],
)
def test_a_variable_adds_its_size_to_the_losses(
    regularizer: Any, wanted: float, session: tf.Session
) -> None:
    """Each variable of the scope, but those that keep it out."""
    start = tf.constant([1.0, -2.0, 3.0])
    with tf.variable_scope("s", regularizer=regularizer):
        tf.get_variable("w", initializer=start)
        tf.get_variable("b", initializer=start, regularizer=tf.no_regularizer)
    session.run(tf.global_variables_initializer())
    losses = tf.get_collection(tf.GraphKeys.REGULARIZATION_LOSSES)
    assert session.run(losses) == pytest.approx([wanted])
    assert session.run(tf.losses.get_regularization_loss()) == pytest.approx(wanted)


def test_its_operations_lie_below_the_variable() -> None:
    with tf.variable_scope("s", regularizer=layers.l2_regularizer(0.1)):
        tf.get_variable("w", [2])
    [loss] = tf.get_collection(tf.GraphKeys.REGULARIZATION_LOSSES)
    assert loss.op.name == "s/w/Regularizer/l2_regularizer"
    assert loss.op.inputs[0].op.name == "s/w/Regularizer/l2_regularizer/scale"


def test_a_scale_of_nothing_adds_nothing() -> None:
    tf.get_variable("w", [2], regularizer=layers.l1_regularizer(0.0))
    assert tf.get_collection(tf.GraphKeys.REGULARIZATION_LOSSES) == []
    nothing = layers.sum_regularizer([layers.l2_regularizer(0.0)])
    assert nothing(tf.constant(1.0)) is None
    assert layers.sum_regularizer([]) is None


def test_weights_are_held_small_together(session: tf.Session) -> None:
    weights = [tf.constant([1.0, 2.0]), tf.constant([3.0])]
    total = layers.apply_regularization(layers.l1_regularizer(0.5), weights)
    assert session.run(total) == pytest.approx(3.0)
    assert tf.get_collection(tf.GraphKeys.REGULARIZATION_LOSSES) == [total]
    assert session.run(layers.apply_regularization(layers.l1_regularizer(0.0), weights)) == 0.0
    with pytest.raises(ValueError, match="must return a scalar"):
        layers.apply_regularization(lambda w: w * 2.0, weights)


@pytest.mark.parametrize(("scale", "message"), [(1, "cannot be an integer"), (-0.5, "less than 0")])
def test_a_scale_that_cannot_be_meant_is_refused(scale: Any, message: str) -> None:
    for make in (layers.l1_regularizer, layers.l2_regularizer):
        with pytest.raises(ValueError, match=message):
            make(scale)


def test_initial_values_of_contrib_are_as_wide_as_their_inputs(session: tf.Session) -> None:
    makers = {
        "xavier": (layers.xavier_initializer(seed=1), 2 / (300 + 200)),
        "normal": (layers.xavier_initializer(uniform=False, seed=1), 2 / (300 + 200)),
        "scaling": (layers.variance_scaling_initializer(seed=1), 2 / 300),
    }
    for name, (maker, variance) in makers.items():
        value = tf.get_variable(name, [300, 200], initializer=maker)
        session.run(value.initializer)
        assert np.var(session.run(value)) == pytest.approx(variance, rel=0.05)
