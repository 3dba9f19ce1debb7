"""Digits read by two hidden layers, with momentum.

Reads 97 % of the pictures that it has not seen.
Look at it with: neuronboard --logdir=digits_mlp
"""

from itertools import islice

from digits import batches, load

import neuronboard as tf

STEPS, LOG_EVERY = 600, 20


def layer(name: str, inputs: tf.Tensor, width: int) -> tf.Tensor:
    """inputs @ weight + bias."""
    columns = int(inputs.get_shape()[1])
    with tf.variable_scope(name, initializer=tf.he_normal_initializer(seed=width)):
        weight = tf.get_variable("weight", [columns, width])
        bias = tf.get_variable("bias", [width], initializer=tf.zeros_initializer())
        return tf.nn.bias_add(tf.matmul(inputs, weight), bias)


def train(log_dir: str) -> float:
    """Learns; returns the share of unseen pictures that it reads."""
    seen, unseen = load()
    with tf.Graph().as_default():
        pictures = tf.placeholder(tf.float32, [None, 64], name="pictures")
        digits = tf.placeholder(tf.int32, [None], name="digits")
        hidden = tf.nn.relu(layer("first", pictures, 64))
        hidden = tf.nn.relu(layer("second", hidden, 32))
        logits = layer("logits", hidden, 10)
        losses = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=digits, logits=logits)
        loss = tf.reduce_mean(losses, name="loss")
        right = tf.nn.in_top_k(logits, digits, 1)
        accuracy = tf.reduce_mean(tf.cast(right, tf.float32), name="accuracy")
        step = tf.train.MomentumOptimizer(0.05, 0.9).minimize(loss)
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
    print(f"reads {train('digits_mlp'):.1%}")
