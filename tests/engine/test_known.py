"""Kernels with axes and sizes worked out: the same values as the general ones, the same errors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import neuronboard as tf
from neuronboard.engine import namespace
from neuronboard.engine.known import _RULES
from neuronboard.engine.plan import compile_plan

BUILD: dict[str, Callable[[Any], Any]] = {
    "ConcatV2": lambda x: tf.concat([x, x], -1),
    "MatMul": lambda x: tf.matmul(x[0], x[1], transpose_a=True),
    "Mean": lambda x: tf.reduce_mean(x, [0, -1], keep_dims=True),
    "Reshape": lambda x: tf.reshape(x, [6, -1]),
    "Slice": lambda x: tf.slice(x, [1, 0, 2], [1, -1, 2]),
    "Split": lambda x: tf.split(x, 2, -1),
    "StridedSlice": lambda x: x[0, ..., ::-2],
    "Sum": lambda x: tf.reduce_sum(x, [-1, 0]),
    "Transpose": lambda x: tf.transpose(x, [2, 0, 1]),
}


def test_every_rule_is_tested() -> None:
    assert set(BUILD) == set(_RULES)


@pytest.mark.parametrize("dtype", ["float32", "float64", "int32", "float16"])
@pytest.mark.parametrize("name", BUILD)
def test_a_kernel_with_what_is_known_gives_what_the_general_one_gives(
    name: str, dtype: str
) -> None:
    """To the bit, and of the same type."""
    x = np.random.default_rng(0).normal(size=(2, 3, 4)).astype(dtype)
    with tf.Graph().as_default(), tf.Session() as session:
        given = tf.placeholder(dtype, [2, 3, 4])
        made = BUILD[name](given)
        found = session.run(made, {given: x})
        op = made[0].op if isinstance(made, list) else made.op
        values = session.run(list(op.inputs), {given: x})
    general = op.definition.bound(namespace.numpy, op.attrs)(*values)
    for got, wanted in zip(
        found if isinstance(made, list) else [found],
        general if isinstance(made, list) else [general],
        strict=True,
    ):
        assert got.dtype == wanted.dtype == dtype
        np.testing.assert_array_equal(got, wanted)


def test_a_plan_uses_them() -> None:
    """The kernel of a sum over known axes is not the general one."""
    with tf.Graph().as_default():
        x = tf.placeholder(tf.float32, [2, 3])
        total = tf.reduce_sum(x, 1)
        quick, plain = (
            compile_plan([total], [x], optimise=optimise).steps[-1].kernel
            for optimise in (True, False)
        )
    value = np.ones((2, 3), np.float32)
    assert quick is not None
    assert plain is not None
    assert np.array_equal(quick(value, None), plain(value, np.array([1])))


def test_what_does_not_fit_is_told_as_before() -> None:
    """Which operation, and TensorFlow's words."""
    with tf.Graph().as_default(), tf.Session() as session:
        x = tf.placeholder(tf.float32, [None])
        y = tf.reshape(x, [2, 3])
        with pytest.raises(tf.errors.InvalidArgumentError, match=r"reshape(.|\n)*Reshape"):
            session.run(y, {x: np.ones(5, np.float32)})
