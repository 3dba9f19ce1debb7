"""`tf.metrics` over three batches, against what TensorFlow gave for each of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import neuronboard.compat.v1 as tf

RECORDED = json.loads((Path(__file__).parents[1] / "golden/courses/metrics.json").read_text())


def _metrics(labels: Any, predictions: Any, weights: Any) -> dict[str, Any]:
    """Each metric by its name in the recording, in the order they were made there."""
    m = tf.metrics
    truth = tf.cast(labels, tf.float32) / 3.0
    guess = tf.cast(predictions, tf.float32) / 2.0 - 0.1 * weights
    true, said = tf.cast(labels > 1, tf.int64), predictions > 0
    return {
        "mean": m.mean(guess),
        "meanw": m.mean(guess, weights),
        "acc": m.accuracy(labels, predictions),
        "accw": m.accuracy(labels, predictions, weights=weights),
        "mae": m.mean_absolute_error(truth, guess),
        "mse": m.mean_squared_error(truth, guess),
        "rmse": m.root_mean_squared_error(truth, guess, weights),
        "mre": m.mean_relative_error(truth, guess, truth),
        "below": m.percentage_below(guess, 0.4),
        "tp": m.true_positives(true, said),
        "tn": m.true_negatives(true, said),
        "fp": m.false_positives(true, said),
        "fn": m.false_negatives(true, said, weights),
        "prec": m.precision(true, said),
        "rec": m.recall(true, said, weights),
        "auc": m.auc(true, tf.clip_by_value(guess, 0.0, 1.0)),
        "aucpr": m.auc(true, weights, curve="PR"),
        "miou": m.mean_iou(labels, predictions, 3),
        "mpca": m.mean_per_class_accuracy(labels, predictions, 3),
        "mt": m.mean_tensor(tf.stack([guess[0], weights[1]])),
        "cos": m.mean_cosine_distance(tf.reshape(truth, [-1, 2]), tf.reshape(guess, [-1, 2]), 1),
    }


def test_every_metric_is_tensorflows() -> None:
    """What each update gives, the value in the end, and the names of the variables."""
    with tf.Graph().as_default(), tf.Session() as session:
        fed = {
            "l": tf.placeholder(tf.int64, [None]),
            "p": tf.placeholder(tf.int64, [None]),
            "w": tf.placeholder(tf.float32, [None]),
        }
        made = _metrics(*fed.values())
        assert [v.name for v in tf.local_variables()] == RECORDED["variables"]
        assert tf.get_collection(tf.GraphKeys.METRIC_VARIABLES) == tf.local_variables()
        assert tf.trainable_variables() == tf.global_variables() == []
        session.run(tf.local_variables_initializer())
        updates = {name: update for name, (_, update) in made.items()}
        values = {name: value for name, (value, _) in made.items()}
        for number, batch in enumerate(RECORDED["batches"]):
            feeds = {fed[name]: np.array(given) for name, given in batch.items()}
            found = session.run(updates, feeds)
            for name, wanted in RECORDED["metrics"].items():
                np.testing.assert_allclose(found[name], wanted[number], 1e-5, 1e-6, err_msg=name)
        for name, value in session.run(values).items():
            wanted = RECORDED["metrics"][name][-1]
            np.testing.assert_allclose(value, wanted, 1e-5, 1e-6, err_msg=name)
        session.run(tf.local_variables_initializer())
        assert session.run(values["mean"]) == 0.0


def test_metrics_are_collected() -> None:
    """Values and updates, in the collections that are named."""
    with tf.Graph().as_default():
        value, update = tf.metrics.accuracy(
            [1, 2], [1, 3], metrics_collections=["m"], updates_collections=["u"], name="mine"
        )
        assert tf.get_collection("m") == [value]
        assert tf.get_collection("u") == [update]
        assert value.op.name == "mine/value"


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (lambda: tf.metrics.auc([1], [0.5], curve="lift"), "curve must be either ROC or PR"),
        (lambda: tf.metrics.accuracy([1, 2], [1, 2, 3]), r"Shapes \(3,\) and \(2,\)"),
    ],
)
def test_what_does_not_fit_is_refused(make: Any, text: str) -> None:
    """A ValueError, while the graph is built."""
    with tf.Graph().as_default(), pytest.raises(ValueError, match=text):
        make()
