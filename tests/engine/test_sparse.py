"""Sparse tensors in sessions, samplers, and errors; values are in `test_courses.py`."""

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


def test_a_sparse_tensor_is_fed_and_fetched() -> None:
    """As a value, or as three arrays; of a known shape or not."""
    known, unknown = tf.sparse_placeholder(tf.float32, [2, 3]), tf.sparse_placeholder(tf.float32)
    dense = [tf.sparse_tensor_to_dense(x) for x in (known, unknown)]
    value = tf.SparseTensorValue([[0, 1]], [2.0], [2, 3])
    with tf.Session() as session:
        for given in (value, tuple(value)):
            a, b = session.run(dense, {known: given, unknown: given})
            assert a.tolist() == b.tolist() == [[0, 2, 0], [0, 0, 0]]
        again = session.run({"x": known}, {known: value})["x"]
        assert isinstance(again, tf.SparseTensorValue)
        assert again.dense_shape.tolist() == [2, 3]
        assert known.eval({known: value}, session).values.tolist() == [2.0]


def test_gradients_flow_to_the_values() -> None:
    """Of what is made dense, and of products."""
    values = tf.constant([2.0, 3.0])
    x = tf.SparseTensor([[0, 1], [1, 0]], values, [2, 2])
    y = tf.sparse_tensor_dense_matmul(x, [[1.0], [10.0]])
    total = tf.reduce_sum(tf.sparse_tensor_to_dense(x) ** 2)
    first, second = tf.gradients(y, values)[0], tf.gradients(total, values)[0]
    assert [g.tolist() for g in tf.Session().run([first, second])] == [[10.0, 1.0], [4.0, 6.0]]


def test_what_a_sparse_tensor_says_of_itself() -> None:
    """Type, shape, names and graph."""
    x = tf.SparseTensor.from_value(tf.SparseTensorValue([[0, 1]], [2.0], [2, 3]))
    assert (x.dtype, x.shape.as_list(), x.get_shape().as_list()) == (tf.float32, [2, 3], [2, 3])
    assert (x.op, x.name, x.graph) == (x.values.op, x.values.name, tf.get_default_graph())
    assert tf.SparseTensor.from_value(x) is x
    assert repr(x).startswith("SparseTensor(indices=Tensor(")


def test_what_is_made_of_tensors_is_fed_whole() -> None:
    """A tuple of placeholders with a tuple of values, nested alike; other lengths are refused."""
    a, b, c = (tf.placeholder(tf.float32) for _ in range(3))
    with tf.Session() as session:
        assert session.run(a + b * c, {(a, (b, c)): (1.0, (2.0, 3.0))}) == 7.0
        with pytest.raises(ValueError, match="made of 2 tensors"):
            session.run(a, {(a, b): (1.0, 2.0, 3.0)})


def test_drawn_classes_are_others_and_repeat_with_a_seed() -> None:
    """unique=True draws no class twice; expected counts are probabilities then."""
    drawn = tf.nn.log_uniform_candidate_sampler([[0], [40]], 1, 30, True, 50, seed=5)
    again = tf.nn.log_uniform_candidate_sampler([[0], [40]], 1, 30, True, 50, seed=5)
    with tf.Session() as session:
        (classes, of_true, of_drawn), other = session.run([drawn, again[0]])
        assert len(set(classes.tolist())) == 30
        assert np.array_equal(classes, other)
        assert not np.array_equal(session.run(drawn[0]), classes)
    assert of_true.shape == (2, 1)
    assert of_true[0] > of_true[1]
    assert np.all((of_drawn > 0) & (of_drawn <= 1))


def test_accidental_hits() -> None:
    """Where a drawn class is a true one, by row and place."""
    rows, places, weights = tf.Session().run(
        tf.nn.compute_accidental_hits([[1, 2], [3, 0]], [0, 5, 3], 2)
    )
    assert sorted(zip(rows.tolist(), places.tolist(), strict=True)) == [(1, 0), (1, 2)]
    assert np.all(weights < -1e37)


def test_word_vectors_are_learnt_by_drawn_classes() -> None:
    """word2vec: the loss over all classes falls, though each step looks at a few."""
    source = np.random.default_rng(0)
    centre = source.integers(0, 20, 400)
    words, context = tf.placeholder(tf.int32, [None]), tf.placeholder(tf.int64, [None, 1])
    tf.set_random_seed(1)
    table = tf.Variable(tf.random_uniform([20, 8], -1.0, 1.0))
    weights = tf.Variable(tf.truncated_normal([20, 8], stddev=0.3))
    biases = tf.Variable(tf.zeros([20]))
    vectors = tf.nn.embedding_lookup(table, words)
    given = (weights, biases, context, vectors, 6, 20)
    step = tf.train.AdamOptimizer(0.05).minimize(tf.reduce_mean(tf.nn.nce_loss(*given)))
    logits = tf.matmul(vectors, weights, transpose_b=True) + biases
    whole = tf.reduce_mean(
        tf.nn.sparse_softmax_cross_entropy_with_logits(labels=context[:, 0], logits=logits)
    )
    feeds = {words: centre, context: ((centre + 1) % 20)[:, None]}
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        before = session.run(whole, feeds)
        for _ in range(150):
            session.run(step, feeds)
        assert session.run(whole, feeds) < 0.2 * before


MISTAKES: list[tuple[Callable[[], Any], type[Exception], str]] = [
    (lambda: tf.SparseTensor([0, 1], [2.0], [2]), ValueError, r"indices \[n, rank\]"),
    (lambda: tf.sparse_reorder(tf.constant(1.0)), TypeError, "must be a SparseTensor"),
    (
        lambda: tf.nn.uniform_candidate_sampler([[0]], 1, 5, True, 4),
        ValueError,
        r"(?s)there are range_max=4.*unique=False",
    ),
    (
        lambda: tf.nn.embedding_lookup_sparse(
            tf.ones([3, 2]), tf.SparseTensor([[0, 0]], [1], [1, 1]), None, combiner="max"
        ),
        ValueError,
        "combiner must be one of",
    ),
    (
        lambda: tf.Session().run(tf.confusion_matrix(tf.identity([3]), [0], num_classes=3)),
        tf.errors.InvalidArgumentError,
        "not below num_classes",
    ),
    (lambda: tf.image.resize_images(tf.ones([2, 2, 1]), [4, 4], 7), ValueError, "ResizeMethod"),
    (
        lambda: tf.image.crop_to_bounding_box(tf.ones([2, 2, 1]), 1, 0, 2, 2),
        ValueError,
        "from 1 to 3 does not lie in the height",
    ),
    (
        lambda: tf.image.pad_to_bounding_box(tf.ones([2, 2, 1]), 1, 0, 2, 2),
        ValueError,
        "does not fit",
    ),
]


@pytest.mark.parametrize(("make", "error", "text"), MISTAKES)
def test_what_does_not_fit_is_refused(
    make: Callable[[], Any], error: type[Exception], text: str
) -> None:
    """With TensorFlow's class, what was found, and the user's line."""
    with pytest.raises(error, match=text) as caught:
        make()
    assert __file__ in str(caught.value)


def test_chance_changes_pictures() -> None:
    """Every other one is flipped; brightness and contrast stay within their bounds."""
    x = tf.constant(np.arange(1200, dtype=np.float32).reshape(100, 2, 3, 2) / 1200)
    made = [
        tf.image.random_flip_left_right(x, seed=1),
        tf.image.random_flip_up_down(x, seed=1),
        tf.image.random_brightness(x, 0.1, seed=1),
        tf.image.random_contrast(x, 0.5, 0.9, seed=1),
        tf.image.random_flip_up_down(x[0], seed=2),
    ]
    sides, ends, bright, flat, one = tf.Session().run(made)
    start = np.arange(1200, dtype=np.float32).reshape(100, 2, 3, 2) / 1200
    for got, turned in ((sides, start[:, :, ::-1]), (ends, start[:, ::-1])):
        same = (got == start).all((1, 2, 3))
        assert 25 < same.sum() < 75
        assert np.array_equal(got[~same], turned[~same])
    assert 0 < np.abs(bright - start).max() <= 0.1 + 1e-6
    assert flat.std(axis=(1, 2)).max() < start.std(axis=(1, 2)).max()
    assert one.shape == (2, 3, 2)
