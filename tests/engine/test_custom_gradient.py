"""Gradients written by hand, and gradients compared with differences."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

import neuronboard.compat.v1 as tf
from neuronboard import errors


@pytest.fixture(autouse=True)
def graph() -> Iterator[tf.Graph]:
    with tf.Graph().as_default() as made:
        yield made


def test_the_gradient_is_the_one_that_was_written() -> None:
    """log(1 + e^x) has a gradient where e^x is infinite."""

    @tf.custom_gradient
    def log1pexp(x: Any) -> Any:
        raised = tf.exp(x)
        return tf.log(1.0 + raised), lambda dy: dy * (1.0 - 1.0 / (1.0 + raised))

    x = tf.constant([100.0, 0.0])
    [slope] = tf.gradients(log1pexp(x), x)
    assert tf.Session().run(slope).tolist() == [1.0, 0.5]
    assert log1pexp.__name__ == "log1pexp"


def test_several_arguments_and_results() -> None:
    """A gradient for each result goes in, and one for each argument comes out, or None."""

    @tf.custom_gradient
    def both(x: Any, y: Any) -> Any:
        return (x + y, x * y), lambda da, db: (10.0 * da + db, None)

    x, y = tf.constant(2.0), tf.constant(3.0)
    total, product = both(x, y)
    [gx, gy] = tf.gradients([total, product], [x, y], [tf.constant(1.0), tf.constant(2.0)])
    assert tf.Session().run([total, product, gx]) == [5.0, 6.0, 12.0]
    assert gy is None


def test_a_gradient_of_the_wrong_length_is_told_of() -> None:
    """With the function's name."""

    @tf.custom_gradient
    def wrong(x: Any, y: Any) -> Any:
        return x * y, lambda dz: dz

    x = tf.constant(2.0)
    with pytest.raises(errors.ArgumentValueError, match="wrong gave 1 parts for 2 arguments"):
        tf.gradients(wrong(x, x), x)


def test_gradients_pass_through() -> None:
    """As if the function were not there."""
    x = tf.constant([0.4, 1.6])
    [slope] = tf.gradients(tf.grad_pass_through(tf.round)(x) * 3.0, x)
    assert tf.Session().run(slope).tolist() == [3.0, 3.0]


def test_gradients_are_compared_with_differences() -> None:
    """Right ones differ by little, wrong ones by much; for lists of xs, too."""
    x, y = tf.constant([0.5, 1.0]), tf.Variable([[2.0, 3.0]])
    z = tf.sin(x) * y
    with tf.Session() as session:
        session.run(y.initializer)
        slopes, cut = tf.test.compute_gradient(x, [2], z, [1, 2], np.array([0.5, 1.0]))
        np.testing.assert_allclose(slopes, np.diag(np.cos([0.5, 1.0]) * [2, 3]), rtol=1e-5)
        np.testing.assert_allclose(cut, slopes, atol=1e-3)
        both = tf.test.compute_gradient([x, y], [[2], [1, 2]], z, [1, 2])
        assert [part[0].shape for part in both] == [(2, 2), (2, 2)]
        assert tf.test.compute_gradient_error([x, y], [[2], [1, 2]], z, [1, 2]) < 1e-2
        assert tf.test.compute_gradient_error(x, [2], tf.stop_gradient(x) * x, [2]) > 0.1


class _Case(tf.test.TestCase):
    """What a course's test looks like."""

    def runTest(self) -> None:  # noqa: N802 unittest's name
        x = tf.constant([1.0, 2.0])
        with self.test_session() as session:
            self.assertAllEqual(session.run(x), [1.0, 2.0])
            self.assertAllClose(x * 2.0, [2.0, 4.0])
        self.assertAllClose(self.evaluate(x), [1.0, 2.0 + 1e-7])
        self.assertNear(1.0, 1.1, 0.2)
        self.assertShapeEqual(np.zeros(2), x)
        with self.cached_session(), self.assertRaisesOpError("must feed"):
            self.evaluate(tf.placeholder(tf.float32))
        raising = self.assertRaises
        with raising(AssertionError):
            self.assertAllEqual(x, [1.0, 3.0])
        with raising(AssertionError):
            self.assertAllClose([1.0], [[1.0]])


def test_a_test_case_has_a_graph_and_sessions() -> None:
    """Its own graph, which is the default one while it runs."""
    before = tf.get_default_graph()
    result = _Case().run()
    assert result is not None
    assert (result.errors, result.failures, result.testsRun) == ([], [], 1)
    assert tf.get_default_graph() is before
    assert not tf.test.is_gpu_available()
    assert (tf.test.gpu_device_name(), tf.test.is_built_with_cuda()) == ("", False)
