"""Digits told apart by one layer: a weight for each point of a picture and each digit.

Reads 96 % of the pictures that it has not seen.
Look at it with: neuronboard --logdir=logistic_regression
"""

from itertools import islice

from digits import batches, load

import neuronboard as tf

STEPS, LOG_EVERY = 600, 20


def train(log_dir: str) -> float:
    """Learns; returns the share of unseen pictures that it reads."""
    seen, unseen = load()
    with tf.Graph().as_default():
        pictures = tf.placeholder(tf.float32, [None, 64], name="pictures")
        digits = tf.placeholder(tf.int32, [None], name="digits")
        weight = tf.Variable(tf.zeros([64, 10]), name="weight")
        bias = tf.Variable(tf.zeros([10]), name="bias")
        logits = tf.add(tf.matmul(pictures, weight), bias, name="logits")
        losses = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=digits, logits=logits)
        loss = tf.reduce_mean(losses, name="loss")
        right = tf.nn.in_top_k(logits, digits, 1)
        accuracy = tf.reduce_mean(tf.cast(right, tf.float32), name="accuracy")
        step = tf.train.GradientDescentOptimizer(0.5).minimize(loss)
        with tf.Session() as sess, tf.train.SummaryWriter(log_dir, sess.graph) as writer:
            sess.run(tf.initialize_all_variables())
            for i, (some, their) in enumerate(islice(batches(seen, 64), STEPS + 1)):
                if i % LOG_EVERY == 0:
                    for name, (x, y) in {"seen": seen, "unseen": unseen}.items():
                        values = sess.run([loss, accuracy], {pictures: x, digits: y})
                        writer.add_scalar(f"loss/{name}", values[0], i)
                        writer.add_scalar(f"accuracy/{name}", values[1], i)
                sess.run(step, {pictures: some, digits: their})
            return float(sess.run(accuracy, {pictures: unseen[0], digits: unseen[1]}))


if __name__ == "__main__":
    print(f"reads {train('logistic_regression'):.1%}")
