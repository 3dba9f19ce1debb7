"""`tf.layers` and `tf.contrib.layers`: names and values, sharing, training and its updates."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

import neuronboard.compat.v1 as tf


@pytest.fixture(autouse=True)
def graph() -> Iterator[tf.Graph]:
    with tf.Graph().as_default() as made:
        yield made


def _names() -> list[str]:
    return [variable.op.name for variable in tf.global_variables()]


def _started() -> tf.Session:
    session = tf.Session()
    session.run(tf.global_variables_initializer())
    return session


_ROWS = np.arange(6, dtype=np.float32).reshape(2, 3)
_PICTURES = np.random.default_rng(0).uniform(-1, 1, (2, 6, 5, 3)).astype(np.float32)
_ONES = tf.ones_initializer()


def test_a_dense_layer_is_a_product_and_a_bias() -> None:
    """Through the activation, with TensorFlow's names of variables and operations."""
    x = tf.placeholder(tf.float32, [None, 3])
    y = tf.layers.dense(x, 4, tf.nn.tanh, bias_initializer=tf.constant_initializer(0.5), name="fc")
    assert _names() == ["fc/kernel", "fc/bias"]
    assert (y.op.name, y.shape.as_list()) == ("fc/Tanh", [None, 4])
    session = _started()
    kernel, value = session.run([tf.global_variables()[0], y], {x: _ROWS})
    np.testing.assert_allclose(value, np.tanh(_ROWS @ kernel + 0.5), rtol=1e-5)


def test_layers_without_names_are_counted() -> None:
    """dense, dense_1, ...; in a variable scope below it."""
    tf.layers.dense(tf.ones([1, 2]), 3)
    tf.layers.dense(tf.ones([1, 2]), 3, use_bias=False)
    with tf.variable_scope("part"):
        tf.layers.dense(tf.ones([1, 2]), 3, use_bias=False)
    assert _names() == ["dense/kernel", "dense/bias", "dense_1/kernel", "part/dense/kernel"]


def test_reuse_shares_variables() -> None:
    """By the function's argument, by the scope, and by calling an object twice."""
    x = tf.ones([2, 3])
    tf.layers.dense(x, 4, name="a")
    tf.layers.dense(x, 4, name="a", reuse=True)
    for _ in range(2):
        with tf.variable_scope("b", reuse=tf.AUTO_REUSE):
            tf.layers.dense(x, 4)
    layer = tf.layers.Dense(4, name="c")
    first, second = layer(x), layer.apply(x)
    assert _names() == [
        *("a/kernel", "a/bias", "b/dense/kernel", "b/dense/bias", "c/kernel", "c/bias"),
    ]
    assert layer.count_params() == 16
    assert layer.trainable_weights == layer.variables == layer.weights
    assert (layer.name, layer.scope_name, layer.built) == ("c", "c", True)
    with _started() as session:
        assert np.array_equal(*session.run([first, second]))
    with pytest.raises(ValueError, match="a/kernel already exists"):
        tf.layers.dense(x, 4, name="a")


def test_dense_layers_work_along_the_last_axis() -> None:
    """Of inputs with more axes, with sizes that are not known."""
    x = tf.placeholder(tf.float32, [None, None, 3])
    y = tf.layers.dense(x, 2, kernel_initializer=_ONES)
    assert y.shape.as_list() == [None, None, 2]
    got = _started().run(y, {x: np.ones((4, 5, 3))})
    assert np.array_equal(got, np.full((4, 5, 2), 3.0))


def test_convolution_pooling_and_flattening() -> None:
    """Of pictures, as the operations of `tf.nn` do it; sizes are known throughout."""
    x = tf.placeholder(tf.float32, [None, 6, 5, 3])
    y = tf.layers.conv2d(x, 4, 3, padding="same", activation=tf.nn.relu)
    pooled = tf.layers.max_pooling2d(y, 2, 2)
    mean = tf.layers.average_pooling2d(y, [3, 2], 1, padding="same")
    flat = tf.layers.flatten(pooled)
    kernel, bias = tf.global_variables()
    assert _names() == ["conv2d/kernel", "conv2d/bias"]
    assert [t.shape.as_list() for t in (y, pooled, mean, flat)] == [
        *([None, 6, 5, 4], [None, 3, 2, 4], [None, 6, 5, 4], [None, 24]),
    ]
    wanted = tf.nn.relu(tf.nn.conv2d(x, kernel, 1, "SAME") + bias)
    others = [tf.nn.max_pool(wanted, 2, 2, "VALID"), tf.nn.avg_pool(wanted, [3, 2], 1, "SAME")]
    found = _started().run([y, pooled, mean, wanted, *others], {x: _PICTURES})
    for got, expected in zip(found[:3], found[3:], strict=True):
        np.testing.assert_allclose(got, expected, rtol=1e-6)


def test_channels_may_come_first() -> None:
    """The same numbers, with the axes in another order."""
    x = tf.constant(_PICTURES)
    turned = tf.transpose(x, [0, 3, 1, 2])
    given = {"kernel_initializer": tf.constant_initializer(0.1), "padding": "same"}
    last = tf.layers.conv2d(x, 2, 3, **given)
    first = tf.layers.conv2d(turned, 2, 3, data_format="channels_first", **given)
    pools = (
        tf.layers.max_pooling2d(last, 2, 2),
        tf.layers.max_pooling2d(first, 2, 2, data_format="channels_first"),
    )
    flats = (tf.layers.flatten(last), tf.layers.flatten(first, data_format="channels_first"))
    with _started() as session:
        a, b = session.run(pools)
        np.testing.assert_allclose(a, b.transpose(0, 2, 3, 1), rtol=1e-5)
        np.testing.assert_allclose(*session.run(flats), rtol=1e-5)


def test_convolutions_of_other_kinds() -> None:
    """Along one axis, turned back, and of each depth by itself."""
    wave = tf.constant(_PICTURES[0])
    x = tf.constant(_PICTURES)
    along = tf.layers.conv1d(wave, 4, 3, strides=2, padding="same", kernel_initializer=_ONES)
    back = tf.layers.conv2d_transpose(x, 2, 3, strides=2, padding="valid")
    fed = tf.placeholder(tf.float32, [None, None, 5, 3])
    unknown = tf.layers.conv2d_transpose(fed, 2, 3, strides=2, padding="same")
    deep = tf.layers.separable_conv2d(x, 5, 3, depth_multiplier=2)
    assert [t.shape.as_list() for t in (along, back, unknown, deep)] == [
        *([6, 3, 4], [2, 13, 11, 2], [None, None, 10, 2], [2, 4, 3, 5]),
    ]
    assert _names() == [
        *("conv1d/kernel", "conv1d/bias", "conv2d_transpose/kernel", "conv2d_transpose/bias"),
        *("conv2d_transpose_1/kernel", "conv2d_transpose_1/bias"),
        *("separable_conv2d/depthwise_kernel", "separable_conv2d/pointwise_kernel"),
        "separable_conv2d/bias",
    ]
    with _started() as session:
        assert session.run(unknown, {fed: _PICTURES}).shape == (2, 12, 10, 2)
        got = session.run([along, back, deep])
    padded = np.pad(_PICTURES[0], [(0, 0), (1, 1), (0, 0)]).sum(2)
    wanted = np.stack([padded[:, i : i + 3].sum(1) for i in (0, 2, 4)], 1)
    np.testing.assert_allclose(got[0][..., 0], wanted, rtol=1e-5, atol=1e-6)
    assert [value.shape for value in got[1:]] == [(2, 13, 11, 2), (2, 4, 3, 5)]


def test_pooling_along_one_axis() -> None:
    """The largest and the mean of windows of a sequence."""
    x = tf.constant(np.arange(12.0).reshape(1, 6, 2))
    largest, mean = tf.layers.max_pooling1d(x, 2, 2), tf.layers.average_pooling1d(x, 3, 3)
    first = tf.layers.max_pooling1d(tf.transpose(x, [0, 2, 1]), 2, 2, data_format="channels_first")
    got = tf.Session().run([largest, mean, first])
    assert got[0].tolist() == [[[2, 3], [6, 7], [10, 11]]]
    assert got[1].tolist() == [[[2, 3], [8, 9]]]
    assert got[2].tolist() == [[[2, 6, 10], [3, 7, 11]]]


def test_dropout_works_in_training_alone() -> None:
    """Told by Python or by a placeholder; what is kept grows."""
    training = tf.placeholder_with_default(False, [])
    x = tf.ones([1000])
    dropped = tf.layers.dropout(x, 0.75, seed=3, training=training)
    always, never = (tf.layers.dropout(x, 0.75, seed=3, training=flag) for flag in (True, False))
    session = tf.Session()
    assert np.array_equal(session.run(dropped), np.ones(1000))
    assert np.array_equal(session.run(never), np.ones(1000))
    for tensor, feeds in ((dropped, {training: True}), (always, {})):
        got = session.run(tensor, feeds)
        assert set(got.tolist()) == {0.0, 4.0}
        assert 200 < (got > 0).sum() < 300


def _numpy_norm(x: Any, axes: Any) -> Any:
    mean, variance = x.mean(axes, keepdims=True), x.var(axes, keepdims=True)
    return (x - mean) / np.sqrt(variance + 1e-3)


def test_batch_normalisation_follows_its_batches() -> None:
    """In training by the batch, and the running moments move; else by those."""
    x = tf.placeholder(tf.float32, [None, 3])
    training = tf.placeholder(tf.bool, [])
    y = tf.layers.batch_normalization(x, training=training, momentum=0.9)
    assert _names() == [
        f"batch_normalization/{name}"
        for name in ("gamma", "beta", "moving_mean", "moving_variance")
    ]
    assert len(tf.trainable_variables()) == 2
    updates = tf.get_collection(tf.GraphKeys.UPDATE_OPS)
    batch = np.random.default_rng(1).normal(2, 3, (16, 3)).astype(np.float32)
    session = _started()
    got, _ = session.run([y, updates], {x: batch, training: True})
    np.testing.assert_allclose(got, _numpy_norm(batch, 0), rtol=1e-3, atol=1e-4)
    mean, variance = session.run(tf.global_variables()[2:])
    np.testing.assert_allclose(mean, 0.1 * batch.mean(0), rtol=1e-4)
    np.testing.assert_allclose(variance, 0.9 + 0.1 * batch.var(0), rtol=1e-4)
    session.run(updates, {x: batch, training: False})
    assert np.array_equal(session.run(tf.global_variables()[2]), mean)
    got = session.run(y, {x: batch, training: False})
    np.testing.assert_allclose(got, (batch - mean) / np.sqrt(variance + 1e-3), rtol=1e-3, atol=1e-5)


@pytest.mark.parametrize("axis", [-1, 1])
def test_batch_normalisation_of_pictures_has_the_variance_of_a_sample(axis: int) -> None:
    """As TensorFlow's fused kernel gives it; without center and scale there are no more."""
    x = tf.constant(_PICTURES)
    y = tf.layers.batch_normalization(x, axis, center=False, scale=False, training=True)
    axes = tuple(i for i in range(4) if i != axis % 4)
    assert _names() == [f"batch_normalization/moving_{name}" for name in ("mean", "variance")]
    session = _started()
    got, _ = session.run([y, tf.get_collection(tf.GraphKeys.UPDATE_OPS)])
    np.testing.assert_allclose(got, _numpy_norm(_PICTURES, axes), rtol=1e-3, atol=1e-5)
    sample = _PICTURES.var(axes, ddof=1)
    wanted = 0.99 + 0.01 * sample
    np.testing.assert_allclose(session.run(tf.global_variables()[1]), wanted, rtol=1e-5)


def test_regularizers_join_the_losses() -> None:
    """Those of kernels, and of what comes out."""
    small = tf.contrib.layers.l2_regularizer(0.5)
    layer = tf.layers.Dense(
        *(2, None, False, _ONES), kernel_regularizer=small, activity_regularizer=small
    )
    layer(tf.ones([3, 4]))
    total = tf.losses.get_regularization_loss()
    assert _started().run(total) == 0.5 * 8 / 2 + 0.5 * 6 * 16 / 2


def test_a_layer_of_ones_own() -> None:
    """build makes variables, call makes operations."""

    class Scaled(tf.layers.Layer):
        def build(self, input_shape: tf.TensorShape) -> None:
            self.scale = self.add_weight("scale", input_shape[1:], initializer=_ONES)
            self.built = True

        def call(self, inputs: Any, **_: Any) -> Any:
            return inputs * self.scale * 2.0

    y = Scaled()(tf.constant(_ROWS))
    assert _names() == ["scaled/scale"]
    assert np.array_equal(_started().run(y), _ROWS * 2)


MISTAKES: list[Any] = [
    (lambda: tf.layers.dense(tf.ones([3]), 2), r"min_ndim=2, found ndim=1.*tf\.reshape"),
    (lambda: tf.layers.conv2d(tf.ones([3, 4]), 2, 3), r"expected ndim=4, found ndim=2"),
    (
        lambda: tf.layers.dense(tf.placeholder(tf.float32, [2, None]), 2),
        r"last dimension of the inputs to `Dense` should be defined",
    ),
    (lambda: tf.layers.conv2d(tf.ones([1, 4, 4, 1]), 2, [1, 2, 3]), "tuple of 2 integers"),
    (lambda: tf.layers.Dense(3).scope_name, "no scope before it is called"),
    (lambda: tf.contrib.layers.l2_regularizer(-1.0), "less than 0 on a regularizer: -1"),
    (lambda: tf.contrib.layers.apply_regularization(lambda w: None), "weights_list="),
]


@pytest.mark.parametrize(("make", "text"), MISTAKES)
def test_what_does_not_fit_is_refused(make: Callable[[], Any], text: str) -> None:
    """A ValueError that says what was found, and how to mend it."""
    with pytest.raises(ValueError, match=text) as caught:
        make()
    assert __file__ in str(caught.value)


# ---- tf.contrib.layers


def test_contrib_layers_have_their_own_names() -> None:
    """weights and biases, a relu behind each, and model variables."""
    layers = tf.contrib.layers
    x = tf.constant(_PICTURES)
    y = layers.conv2d(x, 4, 3)
    y = layers.max_pool2d(y, 2)
    y = layers.fully_connected(layers.flatten(y), 5, scope="fc")
    y = layers.linear(layers.dropout(y, 0.5, is_training=False), 2)
    assert _names() == [
        *("Conv/weights", "Conv/biases", "fc/weights", "fc/biases"),
        *("fully_connected/weights", "fully_connected/biases"),
    ]
    assert tf.model_variables() == tf.global_variables()
    assert y.shape.as_list() == [2, 2]
    assert tf.get_default_graph().get_operation_by_name("fc/Relu").type == "Relu"
    assert _started().run(y).shape == (2, 2)


def test_arguments_for_a_block() -> None:
    """To every call that does not say them itself; of decorated functions alone."""
    layers, framework = tf.contrib.layers, tf.contrib.framework
    given = {"weights_initializer": _ONES, "activation_fn": None}
    with framework.arg_scope([layers.fully_connected], **given):
        y = layers.fully_connected(tf.ones([1, 3]), 2)
        with framework.arg_scope([layers.fully_connected], biases_initializer=None):
            z = layers.fully_connected(y, 1, activation_fn=tf.negative)
    assert _names() == [
        *("fully_connected/weights", "fully_connected/biases", "fully_connected_1/weights"),
    ]
    assert _started().run(z).tolist() == [[-6.0]]
    with (
        pytest.raises(ValueError, match="add_arg_scope"),
        framework.arg_scope([tf.nn.relu], name="r"),
    ):
        pass


def test_normalising_takes_the_place_of_biases() -> None:
    """In the scope of the layer; the running moments move as they are told to."""
    layers = tf.contrib.layers
    more = {"updates_collections": None, "decay": 0.5}
    y = layers.fully_connected(
        tf.constant(_ROWS), 2, normalizer_fn=layers.batch_norm, normalizer_params=more, scope="fc"
    )
    assert _names() == [
        "fc/weights",
        *(f"fc/BatchNorm/{name}" for name in ("beta", "moving_mean", "moving_variance")),
    ]
    assert tf.get_collection(tf.GraphKeys.UPDATE_OPS) == []
    session = _started()
    session.run(y)
    weights, _, mean, _ = session.run(tf.global_variables())
    np.testing.assert_allclose(mean, 0.5 * (_ROWS @ weights).mean(0), rtol=1e-4)


def test_small_things_of_contrib() -> None:
    """Layer norm, embeddings, one-hot rows, and sums of regularizers."""
    layers = tf.contrib.layers
    normal = layers.layer_norm(tf.constant(_ROWS))
    embedded = layers.embed_sequence([[1, 2], [0, 1]], 3, 4, scope="e")
    hot = layers.one_hot_encoding([1, 0], 3)
    w = tf.constant([3.0, -4.0])
    both = layers.l1_l2_regularizer(0.5, 2.0)(w)
    applied = layers.apply_regularization(layers.l1_regularizer(1.0), [w])
    assert layers.l2_regularizer(0.0)(w) is None
    assert tf.losses.get_regularization_losses() == [applied]
    for make in (
        layers.xavier_initializer(),
        layers.xavier_initializer(uniform=False),
        layers.variance_scaling_initializer(mode="FAN_AVG", uniform=True),
    ):
        assert make([3, 4]).shape.as_list() == [3, 4]
    got = _started().run([normal, embedded, hot, both, applied])
    wanted = (_ROWS - _ROWS.mean(1, keepdims=True)) / _ROWS.std(1, keepdims=True)
    np.testing.assert_allclose(got[0], wanted, rtol=1e-5)
    assert got[1].shape == (2, 2, 4)
    assert np.array_equal(got[1][0, 0], got[1][1, 1])
    assert got[2].tolist() == [[0, 1, 0], [1, 0, 0]]
    assert got[3:] == [3.5 + 25.0, 7.0]
    assert _names() == ["LayerNorm/beta", "LayerNorm/gamma", "e/embeddings"]


def test_other_layers_of_contrib() -> None:
    """The mean of windows, and convolutions turned back."""
    layers = tf.contrib.layers
    x = tf.constant(_PICTURES)
    pooled = layers.avg_pool2d(x, 2)
    back = layers.conv2d_transpose(x, 2, 3, stride=2, activation_fn=None)
    assert _names() == ["Conv2d_transpose/weights", "Conv2d_transpose/biases"]
    got = _started().run([pooled, back])
    np.testing.assert_allclose(got[0][:, 0, 0], _PICTURES[:, :2, :2].mean((1, 2)), rtol=1e-5)
    assert got[1].shape == (2, 12, 10, 2)
