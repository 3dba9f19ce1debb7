"""Two half moons told apart by a small network, once for each learning rate.

Writes one run a rate below `two_moons/`: a rate too small learns slowly, a good one learns, and the
largest blows up to NaN. Look at them with: neuronboard --logdir=two_moons
"""

from collections.abc import Iterator
from itertools import islice

import numpy as np

import neuronboard as tf

LEARNING_RATES = (0.01, 0.03, 0.1, 0.5)
STEPS = 1000
LOG_EVERY = 10
BATCH = 64


def moons(count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Points float32[count, 2] on two noisy half moons, and labels float32[count, 1] of 0 or 1."""
    random = np.random.default_rng(seed)
    angle = random.uniform(0, np.pi, count)
    label = random.integers(0, 2, count)
    x = np.where(label, 1 - np.cos(angle), np.cos(angle))
    y = np.where(label, 0.5 - np.sin(angle), np.sin(angle))
    points = np.stack([x, y], axis=1) + random.normal(0, 0.12, (count, 2))
    return points.astype(np.float32), label.astype(np.float32).reshape(count, 1)


def layer(name: str, inputs: tf.Tensor, width: int, seed: int) -> tf.Tensor:
    """inputs @ weight + bias, with weights drawn by He's rule."""
    columns = int(inputs.get_shape()[1])
    random = np.random.default_rng(seed)
    drawn = random.normal(0, np.sqrt(2 / columns), (columns, width)).astype(np.float32)
    with tf.name_scope(name):
        weight = tf.Variable(drawn, name="weight")
        bias = tf.Variable(np.zeros(width, np.float32), name="bias")
        return tf.add(tf.matmul(inputs, weight), bias, name="sum")


def batches(points: np.ndarray, labels: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Random batches without end, the same ones for every run."""
    random = np.random.default_rng(7)
    while True:
        chosen = random.integers(0, len(points), BATCH)
        yield points[chosen], labels[chosen]


def train(log_dir: str, learning_rate: float = 0.1, hidden_units: int = 16) -> None:
    """Trains one network and logs the loss and the accuracy on both halves of the data."""
    with tf.Graph().as_default():
        x = tf.placeholder(tf.float32, [None, 2], name="points")
        y = tf.placeholder(tf.float32, [None, 1], name="labels")
        hidden = tf.nn.relu(layer("hidden_1", x, hidden_units, seed=1))
        hidden = tf.nn.relu(layer("hidden_2", hidden, hidden_units, seed=2))
        p = tf.sigmoid(layer("output", hidden, 1, seed=3), name="probability")
        with tf.name_scope("loss"):
            # As in many first programs, not guarded: log(0) is infinite once p rounds to 0 or 1.
            loss = tf.reduce_mean(tf.neg(y * tf.log(p) + (1.0 - y) * tf.log(1.0 - p)))
        with tf.name_scope("accuracy"):
            right = tf.equal(tf.greater(p, 0.5), tf.greater(y, 0.5))
            accuracy = tf.reduce_mean(tf.cast(right, tf.float32))
        train_step = tf.train.GradientDescentOptimizer(learning_rate).minimize(loss)
        halves = {"train": moons(400, seed=11), "validation": moons(200, seed=12)}
        with tf.Session() as sess, tf.train.SummaryWriter(log_dir, sess.graph) as writer:
            sess.run(tf.initialize_all_variables())
            drawn = islice(batches(*halves["train"]), STEPS + 1)
            for step, (points, labels) in enumerate(drawn):
                if step % LOG_EVERY == 0:
                    for half, (all_points, all_labels) in halves.items():
                        feeds = {x: all_points, y: all_labels}
                        values = sess.run({"loss": loss, "accuracy": accuracy}, feeds)
                        for name, value in values.items():
                            writer.add_scalar(f"{name}/{half}", value, step)
                sess.run(train_step, {x: points, y: labels})


if __name__ == "__main__":
    for rate in LEARNING_RATES:
        train(f"two_moons/lr={rate:g}", learning_rate=rate)
