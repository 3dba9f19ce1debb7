"""Calls with the order of arguments of TensorFlow 0.x, and those of 1.x beside them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

import neuronboard as old
import neuronboard.compat.v1 as new

X = np.arange(6, dtype=np.float32).reshape(2, 3) / 4
WHOLE = np.array([[0.0, 1.0, 0.0], [1.0, 0.0, 0.0]], np.float32)
CLASSES = np.array([1, 0])


@pytest.fixture(autouse=True)
def _graph() -> Iterator[None]:
    with old.Graph().as_default():
        old.set_random_seed(1)
        yield


def _same(a: Any, b: Any) -> None:
    with old.Session() as session:
        first, second = session.run([a, b])
    np.testing.assert_array_equal(first, second)


@pytest.mark.parametrize(
    "call",
    [
        lambda: old.split(1, 3, X),
        lambda: old.split(1, 3, value=X),
        lambda: old.split(split_dim=1, num_split=3, value=X),
        lambda: old.split(X, 3, 1),
        lambda: old.split(value=X, num_or_size_splits=3, axis=1),
    ],
)
def test_splits_of_both_times(call: Callable[[], Any]) -> None:
    """1.x begins with what is split, 0.x with the axis."""
    _same(call(), new.split(X, 3, 1))


@pytest.mark.parametrize(
    ("name", "labels"),
    [
        ("softmax_cross_entropy_with_logits", WHOLE),
        ("sparse_softmax_cross_entropy_with_logits", CLASSES),
        ("sigmoid_cross_entropy_with_logits", WHOLE),
    ],
)
def test_cross_entropies_take_logits_first(name: str, labels: Any) -> None:
    """Which 1.x refuses to take without keywords."""
    before, after = getattr(old.nn, name), getattr(new.nn, name)
    wanted = after(labels=labels, logits=old.constant(X))
    _same(before(old.constant(X), labels), wanted)
    _same(before(labels=labels, logits=old.constant(X)), wanted)
    if name.startswith("sigmoid"):
        _same(before(logits=old.constant(X), targets=labels), wanted)
    with pytest.raises(ValueError, match=r"Only call `.*` with named arguments"):
        after(old.constant(X), labels)


@pytest.mark.parametrize("name", ["nce_loss", "sampled_softmax_loss"])
def test_sampled_losses_take_inputs_first(name: str) -> None:
    """Labels are the integers among the two."""
    weights, biases, inputs = old.ones([5, 3]), old.zeros([5]), old.constant(X)
    labels = CLASSES[:, None]
    drawn = (old.constant([2, 3], old.int64), old.ones([2, 1]), old.ones([2]))
    rest: Any = {"num_sampled": 2, "num_classes": 5, "sampled_values": drawn}
    wanted = getattr(new.nn, name)(weights, biases, labels, inputs, **rest)
    before = getattr(old.nn, name)
    _same(before(weights, biases, inputs, labels, **rest), wanted)
    _same(before(weights, biases, labels, inputs, **rest), wanted)
    _same(before(weights, biases, inputs=inputs, labels=labels, **rest), wanted)


def test_axes_to_be_reversed_may_be_said_by_booleans() -> None:
    """One for each axis, as in 0.x; or by their numbers."""
    wanted = new.reverse(X, [1])
    _same(old.reverse(X, [False, True]), wanted)
    _same(old.reverse(X, dims=[False, True]), wanted)
    _same(old.reverse(X, [1]), wanted)
    with pytest.raises(TypeError):
        new.reverse(X, [False, True])
