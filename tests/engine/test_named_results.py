"""Results that TensorFlow names, slices of variables, and variables of any shape."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import neuronboard.compat.v1 as tf


def _pooled(x: Any) -> Any:
    picture = tf.reshape(x, [1, 2, 2, 1])
    return tf.nn.max_pool_with_argmax(picture, [1, 2, 2, 1], [1, 2, 2, 1], "SAME")


@pytest.mark.parametrize(
    ("build", "kind", "fields"),
    [
        (lambda x: tf.nn.top_k(x, 2), "TopKV2", ("values", "indices")),
        (lambda x: tf.unique(x[0]), "Unique", ("y", "idx")),
        (lambda x: tf.unique_with_counts(x[0]), "UniqueWithCounts", ("y", "idx", "count")),
        (lambda x: tf.setdiff1d(x[0], [1.0]), "ListDiff", ("out", "idx")),
        (lambda x: tf.qr(x), "Qr", ("q", "r")),
        (lambda x: tf.linalg.slogdet(x), "LogMatrixDeterminant", ("sign", "log_abs_determinant")),
        (_pooled, "MaxPoolWithArgmax", ("output", "argmax")),
    ],
)
def test_results_have_tensorflows_names(build: Any, kind: str, fields: tuple[str, ...]) -> None:
    """As tensors, and as values when they are fetched."""
    with tf.Graph().as_default(), tf.Session() as session:
        made = build(tf.constant([[3.0, 1.0], [2.0, 5.0]]))
        values = session.run(made)
    for result in (made, values):
        assert type(result).__name__ == kind
        assert result._fields == fields
    first = getattr(values, fields[0])
    assert np.array_equal(first, values[0])
    assert isinstance(first, (np.ndarray, np.generic))


def test_a_slice_of_a_variable_can_be_assigned() -> None:
    """The result is the whole variable; a slice of a tensor cannot."""
    with tf.Graph().as_default(), tf.Session() as session:
        table = tf.Variable([[1, 2, 3], [4, 5, 6]])
        session.run(table.initializer)
        made = table[1, ::2].assign([7, 8])
        assert made.op.type == "StridedSliceAssign"
        assert session.run(made).tolist() == [[1, 2, 3], [7, 5, 8]]
        assert session.run(table[0].assign([9, 9, 9])).tolist() == [[9, 9, 9], [7, 5, 8]]
        assert session.run(table).tolist() == [[9, 9, 9], [7, 5, 8]]
        assert table[1:].op.type == "StridedSlice"
        with pytest.raises(AttributeError, match="assign"):
            tf.constant([1, 2])[0].assign(3)


def test_a_variable_of_any_shape_takes_values_of_any_shape() -> None:
    """With validate_shape=False; then its shape is not known."""
    with tf.Graph().as_default(), tf.Session() as session:
        start = tf.placeholder(tf.float32, [None, 2])
        any_shape = tf.Variable(start, validate_shape=False)
        assert any_shape.shape.dims is None
        session.run(any_shape.initializer, {start: np.ones((3, 2))})
        assert session.run(any_shape).shape == (3, 2)
        session.run(tf.assign(any_shape, np.zeros(5, np.float32), validate_shape=False))
        assert session.run(any_shape).shape == (5,)


def test_a_tensor_says_where_it_belongs() -> None:
    """Its operation's device; nothing where none was asked for."""
    with tf.Graph().as_default():
        assert tf.constant(1.0).device == ""
        with tf.device("/cpu:0"):
            assert tf.constant(1.0).device == "/device:CPU:0"


def test_ones_of_booleans_are_true_and_texts_have_none() -> None:
    """As in TensorFlow."""
    with tf.Graph().as_default(), tf.Session() as session:
        assert session.run(tf.ones_like([[True, False]])).tolist() == [[True, True]]
        assert session.run(tf.ones_like(["a"], dtype=tf.int32)).tolist() == [1]
        with pytest.raises(TypeError, match="numbers and booleans"):
            tf.ones_like(["a"])


@pytest.mark.parametrize(
    ("build", "name"),
    [
        (lambda: tf.constant(1.0, name=None), "Const"),
        (lambda: tf.range(3, name=None), "Range"),
        (lambda: tf.stack([tf.ones(2), tf.ones(2)], name=None), "packed"),
        (lambda: tf.stack([tf.ones(2), tf.ones(2)], 1, name=None), "Pack"),
        (lambda: tf.concat([tf.ones(2), tf.ones(2)], 0, name=None), "ConcatV2"),
        (lambda: tf.split(tf.ones(2), 2, name=None)[0], "Split"),
        (lambda: tf.split(tf.ones(2), [1, 1], name=None)[0], "SplitV"),
        (lambda: tf.case([(tf.constant(True), lambda: tf.ones(1))], name=None), "case/ones"),
    ],
)
def test_no_name_is_tensorflows_name(build: Any, name: str) -> None:
    """`name=None` where the default is a text."""
    with tf.Graph().as_default():
        assert build().op.name == name


@pytest.mark.parametrize(
    ("name", "made"), [(None, "SparseSoftmaxCrossEntropyWithLogits"), ("x", "x")]
)
def test_a_sparse_cross_entropy_has_its_name_twice(name: str | None, made: str) -> None:
    """The operation inside takes the name of its scope, for rows and for batches of them."""
    with tf.Graph().as_default() as graph:
        for rows in ([2], [2, 3]):
            tf.nn.sparse_softmax_cross_entropy_with_logits(
                labels=tf.zeros(rows, tf.int32), logits=tf.zeros([*rows, 4]), name=name
            )
        names = [op.name for op in graph.get_operations() if op.type.startswith("SparseSoftmax")]
    assert names == [f"{made}/{made}", f"{made}_1/{made}"]
