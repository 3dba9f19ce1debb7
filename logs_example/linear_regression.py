"""A straight line through noisy points, by gradient descent.

Ends with a slope within 0.05 of 3 and a start within 0.05 of -1.
Look at it with: neuronboard --logdir=linear_regression
"""

import numpy as np

import neuronboard as tf

SLOPE, START, STEPS = 3.0, -1.0, 200


def train(log_dir: str) -> tuple[float, float]:
    """Learns from 500 points; returns the slope and the start that were found."""
    random = np.random.default_rng(4)
    across = random.uniform(-1, 1, (500, 1)).astype(np.float32)
    up = SLOPE * across + START + random.normal(0, 0.2, (500, 1)).astype(np.float32)
    with tf.Graph().as_default():
        x = tf.placeholder(tf.float32, [None, 1], name="x")
        y = tf.placeholder(tf.float32, [None, 1], name="y")
        slope = tf.Variable(0.0, name="slope")
        start = tf.Variable(0.0, name="start")
        guess = tf.add(slope * x, start, name="guess")
        loss = tf.reduce_mean(tf.square(guess - y), name="loss")
        for value in (slope, start, loss):
            tf.scalar_summary(value.op.name, value)
        summaries = tf.merge_all_summaries()
        step = tf.train.GradientDescentOptimizer(0.1).minimize(loss)
        with tf.Session() as sess, tf.train.SummaryWriter(log_dir, sess.graph) as writer:
            sess.run(tf.initialize_all_variables())
            for i in range(STEPS):
                feed = {x: across, y: up}
                writer.add_summary(sess.run(summaries, feed), i)
                sess.run(step, feed)
            found = sess.run([slope, start])
    return float(found[0]), float(found[1])


if __name__ == "__main__":
    print("slope {:.3f}, start {:.3f}".format(*train("linear_regression")))
