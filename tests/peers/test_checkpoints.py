"""TensorFlow restores what NeuronBoard saves, and goes on training it to the same numbers."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np

import neuronboard.compat.v1 as tf

_RESTORE = """
import sys
import numpy as np
import tensorflow.compat.v1 as tf
tf.disable_v2_behavior()
folder = sys.argv[1]
with tf.Session() as session:
    saver = tf.train.import_meta_graph(folder + "/m-3.meta")
    saver.restore(session, tf.train.latest_checkpoint(folder))
    x = {"x:0": np.ones((4, 3))}
    before = session.run(["layer/w:0", "y:0", "words:0", "global_step:0"], x)
    session.run("Adam", x)
    np.savez(folder + "/theirs.npz", w=before[0], y=before[1], next=session.run("layer/w:0"))
    assert list(before[2]) == [b"a", "글".encode()] and before[3] == 3
    assert [v.name for v in tf.trainable_variables()] == ["layer/w:0", "layer/b:0"]
    assert tf.get_collection("out")[0].name == "y:0"
graph_def = tf.GraphDef.FromString(open(folder + "/graph.pb", "rb").read())
with tf.Graph().as_default():
    tf.import_graph_def(graph_def, name="")
"""


def test_tensorflow_restores_a_checkpoint_with_its_graph(tmp_path: Path) -> None:
    """Weights, slots, step, texts, collections and gradients; and one more step of Adam."""
    with tf.Graph().as_default() as graph, tf.Session() as session:
        x = tf.placeholder(tf.float32, [None, 3], name="x")
        w = tf.get_variable("layer/w", [3, 2], initializer=tf.glorot_uniform_initializer(seed=1))
        b = tf.Variable(tf.zeros([2]), name="layer/b")
        tf.Variable(["a", "글"], name="words", trainable=False)
        step = tf.train.get_or_create_global_step()
        y = tf.nn.relu(tf.matmul(x, w) + b, name="y")
        loss = tf.reduce_mean(tf.square(y - 1.0), name="loss")
        train = tf.train.AdamOptimizer(0.1).minimize(loss, global_step=step)
        tf.add_to_collection("out", y)
        session.run(tf.global_variables_initializer())
        fed = {x: np.ones((4, 3))}
        for _ in range(3):
            session.run(train, fed)
        tf.train.Saver().save(session, tmp_path / "m", global_step=step)
        tf.train.write_graph(graph, tmp_path, "graph.pb", as_text=False)
        ours = session.run([w, y], fed)
        session.run(train, fed)
        following = session.run(w)
    command = [sys.executable, "-c", _RESTORE, str(tmp_path)]
    told = subprocess.run(command, capture_output=True, text=True)
    assert told.returncode == 0, told.stderr
    with np.load(tmp_path / "theirs.npz") as theirs:
        assert np.array_equal(theirs["w"], ours[0])
        np.testing.assert_allclose(theirs["y"], ours[1], rtol=1e-6)
        np.testing.assert_allclose(theirs["next"], following, rtol=1e-6)
