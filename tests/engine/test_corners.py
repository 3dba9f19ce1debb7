"""Corners that TensorFlow 2.21 was asked for: empty tensors, other types, values at the edge.

The expected values are what its `compat.v1` gave for the same code.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import neuronboard.compat.v1 as tf


def _run(code: str, **given: Any) -> Any:
    """What an expression of tensors gives; `given` are constants that it may use."""
    with tf.Graph().as_default(), tf.Session() as session:
        names = {name: tf.constant(value) for name, value in given.items()}
        return session.run(eval(code, {"tf": tf, "np": np, **names}))


@pytest.mark.parametrize(
    ("code", "shape"),
    [
        ("tf.zeros([0, 3])", (0, 3)),
        ("tf.ones([2, 0])", (2, 0)),
        ("tf.constant(1.0, shape=[0, 3])", (0, 3)),
        ("tf.zeros_like(tf.zeros([0, 2], tf.int32))", (0, 2)),
        ("tf.gradients(tf.maximum(a, 1.0), a)[0]", (0, 3)),
        ("tf.gradients(tf.clip_by_value(a, 0.0, 1.0), a)[0]", (0, 3)),
        ("tf.gradients(a ** tf.constant([1.0, 2.0, 3.0]), a)[0]", (0, 3)),
    ],
)
def test_an_empty_tensor_is_a_tensor(code: str, shape: tuple[int, ...]) -> None:
    """As where a batch has no rows."""
    assert _run(code, a=np.zeros((0, 3), np.float32)).shape == shape


@pytest.mark.parametrize(
    ("code", "value"),
    [
        ("tf.constant([True, False], tf.float32)", np.float32([1, 0])),
        ("tf.constant(np.array([1.5, -2.5]), tf.int32)", np.int32([1, -2])),
        ("tf.constant(np.array([1, 0]), tf.bool)", np.array([True, False])),
        ("a + True", np.int32([4, 5])),
        ("a * np.array([2.0, 3.0])", np.int32([6, 12])),
    ],
)
def test_arrays_are_cast_and_truths_are_numbers(code: str, value: Any) -> None:
    """A plain fraction is refused as an integer; numpy's are cut, as numpy cuts them."""
    found = _run(code, a=np.int32([3, 4]))
    assert found.dtype == value.dtype
    np.testing.assert_array_equal(found, value)


def test_what_has_no_derivative_gives_none_beside_what_has() -> None:
    """A condition among the xs does not hinder the others' gradients."""
    with tf.Graph().as_default():
        which, x = tf.placeholder(tf.bool, [2]), tf.placeholder(tf.float32, [2])
        y = tf.where(which, x, -x)
        with pytest.warns(UserWarning, match="got dtype bool for Placeholder:0 among the xs"):
            none, slope = tf.gradients(y, [which, x])
        assert none is None
        with tf.Session() as session:
            found = session.run(slope, {which: [True, False], x: [1.0, 2.0]})
    np.testing.assert_array_equal(found, [1.0, -1.0])


@pytest.mark.parametrize(
    ("code", "value"),
    [
        ("tf.reshape(tf.zeros([0, 3]), [0, -1])", np.zeros((0, 3), np.float32)),
        ("tf.reshape(tf.zeros([2, 0, 3]), [-1, 0])", np.zeros((6, 0), np.float32)),
        ("tf.gather_nd(a, np.zeros([2, 0], np.int32))", np.float32([[2, 0, 3], [2, 0, 3]])),
        ("tf.gradients(tf.cumprod(a), a)[0]", np.float32([1, 0, 0])),
    ],
)
def test_sizes_and_numbers_of_zero(code: str, value: Any) -> None:
    """A size of 0 beside -1, places without numbers, and a product with a zero in it."""
    np.testing.assert_array_equal(_run(code, a=np.float32([2, 0, 3])), value)


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("tf.slice(a, [0, 1], [-1, 5])", r"Expected size\[1\] in \[0, 2\], but got 5"),
        ("tf.pad(a, [[2, 1], [0, 0]], 'REFLECT')", "paddings must be less than the dimension size"),
    ],
)
def test_places_outside_are_refused(code: str, message: str) -> None:
    """Even where sizes are constants, so that the plan has worked them out before."""
    with pytest.raises(tf.errors.InvalidArgumentError, match=message):
        _run(code, a=np.ones((2, 3), np.float32))


@pytest.mark.parametrize(
    ("code", "derivative"),
    [
        ("tf.sqrt(z)", lambda z: 0.5 / np.sqrt(z)),
        ("tf.rsqrt(z)", lambda z: -0.5 * z**-1.5),
        ("tf.reciprocal(z)", lambda z: -1 / z**2),
        ("tf.tanh(z)", lambda z: 1 - np.tanh(z) ** 2),
        ("tf.sigmoid(z)", lambda z: np.exp(-z) / (1 + np.exp(-z)) ** 2),
        ("tf.tan(z)", lambda z: 1 / np.cos(z) ** 2),
        ("tf.atan(z)", lambda z: 1 / (1 + z**2)),
        ("tf.asin(z)", lambda z: 1 / np.sqrt(1 - z**2)),
        ("tf.atanh(z)", lambda z: 1 / (1 - z**2)),
        ("tf.div_no_nan(z, 2.0 + 1.0j)", lambda z: np.full(2, 1 / (2 + 1j))),
    ],
)
def test_complex_gradients_are_conjugated(code: str, derivative: Any) -> None:
    """TensorFlow's rule: what comes in times the conjugate of the derivative."""
    z = np.array([0.3 + 0.4j, -0.7 - 0.2j])
    start = np.array([1.0 + 2.0j, 0.5 - 1.0j])
    found = _run(f"tf.gradients({code}, z, grad_ys=start)[0]", z=z, start=start)
    np.testing.assert_allclose(found, start * np.conj(derivative(z)), rtol=1e-12)


@pytest.mark.parametrize("code", ["tf.abs(z)", "tf.angle(z)"])
def test_sizes_and_angles_of_complex_numbers_have_slopes(code: str) -> None:
    """TensorFlow's rule: the gradient is the slope along the real axis, and i times the other."""
    z = np.array([0.3 + 0.4j, -0.7 - 0.2j])
    function = {"tf.abs(z)": np.abs, "tf.angle(z)": np.angle}[code]
    [found] = _run(f"tf.gradients({code}, z)", z=z)
    step = 1e-6
    along = [(function(z + d) - function(z - d)) / (2 * step) for d in (step, step * 1j)]
    np.testing.assert_allclose(found, along[0] + 1j * along[1], rtol=1e-6)


@pytest.mark.parametrize("new", [(4, 6), (3, 2), (5, 7)])
@pytest.mark.parametrize("align", [False, True])
def test_a_picture_of_nearest_pixels_has_a_gradient(new: tuple[int, int], align: bool) -> None:
    """An old pixel gets what all new ones get that show it, as an autoencoder needs it."""
    x = np.arange(12, dtype=np.float32).reshape(1, 3, 4, 1)
    weights = np.random.default_rng(0).random((1, *new, 1)).astype(np.float32)
    code = f"tf.image.resize_nearest_neighbor(x, {list(new)}, align_corners={align})"
    shown = _run(code, x=x).astype(int)
    wanted = np.bincount(shown.ravel(), weights.ravel(), minlength=12).reshape(x.shape)
    found = _run(f"tf.gradients({code} * w, x)[0]", x=x, w=weights)
    np.testing.assert_allclose(found, wanted, rtol=1e-5)


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("tf.gradients(x % y, y)", "gradients/mod_grad/FloorDiv"),
        (
            "tf.nn.sigmoid_cross_entropy_with_logits(labels=y, logits=x)",
            "logistic_loss/Select logistic_loss/Select_1",
        ),
        ("tf.clip_by_norm(x, 1.0)", "clip_by_norm/Select clip_by_norm/Select_1"),
    ],
)
def test_nodes_have_tensorflows_names(code: str, names: str) -> None:
    """Of steps within a function, which a drawn graph shows."""
    with tf.Graph().as_default() as graph:
        eval(code, {"tf": tf, "x": tf.constant([1.0]), "y": tf.constant([2.0])})
        assert set(names.split()) <= {op.name for op in graph.get_operations()}


@pytest.mark.parametrize("code", ["tf.constant(None)", "a + None", "tf.convert_to_tensor(None)"])
def test_none_is_no_value(code: str) -> None:
    """As where a function forgot its return, or the result of a training step is used."""
    with pytest.raises(ValueError, match=r"None values not supported\. At .*give a number"):
        _run(code, a=np.float32(1))


def test_an_equation_names_what_it_takes() -> None:
    with pytest.raises(ValueError, match="contain the label k not present"):
        _run("tf.einsum('ij->k', a)", a=np.ones((2, 2), np.float32))


@pytest.mark.parametrize(
    ("code", "shape"),
    [
        ("tf.unstack(a)", (3,)),
        ("tf.split(a, 1)", (1, 3)),
        ("tf.split(a, [3], 1)", (1, 3)),
        ("tf.dynamic_partition(a, [0], 1)", (1, 3)),
        ("tf.gradients(tf.stack([b]), b)", (3,)),
    ],
)
def test_a_list_of_one_tensor_has_that_tensor(code: str, shape: tuple[int, ...]) -> None:
    """As in a network of one layer: the parts of what has one part."""
    [found] = _run(code, a=np.ones((1, 3), np.float32), b=np.ones(3, np.float32))
    assert found.shape == shape
