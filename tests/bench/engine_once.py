"""One process of the engine bench: times one library on the same programs, and prints JSON.

python engine_once.py neuronboard|tensorflow
"""

from __future__ import annotations

import io
import json
import lzma
import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

BEGUN = time.perf_counter()
if sys.argv[1] == "tensorflow":
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
    import tensorflow.compat.v1 as tf

    tf.disable_v2_behavior()
    tf.disable_resource_variables()
    tf.disable_control_flow_v2()
    Writer: Any = tf.summary.FileWriter
else:
    import neuronboard.compat.v1 as tf

    Writer = tf.train.SummaryWriter

import numpy as np  # noqa: E402

SECONDS = 0.5


def _each(call: Callable[[], Any]) -> float:
    """Seconds of a call: the best of five batches, since a busy machine only ever adds."""
    call()
    call()
    start = time.perf_counter()
    call()
    count = max(3, int(SECONDS / 5 / max(time.perf_counter() - start, 1e-6)))
    best = float("inf")
    for _ in range(5):
        start = time.perf_counter()
        for _ in range(count):
            call()
        best = min(best, (time.perf_counter() - start) / count)
    return best


def _neuron() -> tuple[Any, Any]:
    x = tf.constant(1.0, name="input")
    w = tf.Variable(0.8, name="weight")
    y = tf.multiply(w, x, name="output")
    truth = tf.constant(0.0, name="correct_value")
    loss = tf.pow(y - truth, 2, name="loss")
    step = tf.train.GradientDescentOptimizer(0.025).minimize(loss)
    for value in (x, w, y, truth, loss):
        tf.summary.scalar(value.op.name, value)
    return step, tf.summary.merge_all()


def neuron() -> dict[str, float]:
    """The tutorial's script as a whole, and its parts."""
    found = {}
    with tf.Graph().as_default() as graph, tempfile.TemporaryDirectory() as folder:
        step, summaries = _neuron()
        with tf.Session() as session:
            writer = Writer(folder, graph)
            session.run(tf.global_variables_initializer())
            for i in range(100):
                writer.add_summary(session.run(summaries), i)
                session.run(step)
            writer.close()
            found["script"] = time.perf_counter() - BEGUN
            found["script_rss"] = _peak()
            found["train_step"] = _each(lambda: session.run(step))
            writer = Writer(folder, graph)
            found["summaries"] = _each(lambda: writer.add_summary(session.run(summaries), 1))
            writer.close()
    return found


def _peak() -> int:
    """The most memory that this process has had resident, in bytes.

    Linux's `ru_maxrss` begins with what the process had that started this one, so a small child of
    a large parent looks large; VmHWM begins anew with each program. macOS counts in bytes.
    """
    status = Path("/proc/self/status")
    if status.exists():
        lines = dict(line.split(":", 1) for line in status.read_text().splitlines())
        return int(lines["VmHWM"].split()[0]) * 1024
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def _loss_of(logits: Any, labels: Any) -> Any:
    losses = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=logits)
    return tf.reduce_mean(losses)


def _trained(loss: Any, optimizer: Any, feed: dict[Any, Any]) -> float:
    step = optimizer.minimize(loss)
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        return _each(lambda: session.run(step, feed))


def mlp() -> float:
    """784-256-256-10, batch 128, Adam."""
    rng = np.random.default_rng(0)
    with tf.Graph().as_default():
        x = tf.placeholder(tf.float32, [None, 784])
        labels = tf.placeholder(tf.int32, [None])
        h = x
        for rows, columns in ((784, 256), (256, 256), (256, 10)):
            drawn = rng.normal(0, 0.05, (rows, columns)).astype(np.float32)
            h = tf.matmul(h, tf.Variable(drawn)) + tf.Variable(np.zeros(columns, np.float32))
            h = tf.nn.relu(h) if columns == 256 else h
        pictures = rng.normal(size=(128, 784)).astype(np.float32)
        feed = {x: pictures, labels: rng.integers(0, 10, 128).astype(np.int32)}
        return _trained(_loss_of(h, labels), tf.train.AdamOptimizer(), feed)


def conv() -> float:
    """14 by 14 pictures, two convolutions of 3 by 3 (16, 32) with pooling, batch 32."""
    rng = np.random.default_rng(0)
    with tf.Graph().as_default():
        x = tf.placeholder(tf.float32, [None, 14, 14, 1])
        labels = tf.placeholder(tf.int32, [None])
        h = x
        for depth, out in ((1, 16), (16, 32)):
            drawn = rng.normal(0, 0.1, (3, 3, depth, out)).astype(np.float32)
            h = tf.nn.relu(tf.nn.conv2d(h, tf.Variable(drawn), [1, 1, 1, 1], "SAME"))
            h = tf.nn.max_pool(h, [1, 2, 2, 1], [1, 2, 2, 1], "SAME")
        drawn = rng.normal(0, 0.05, (512, 10)).astype(np.float32)
        logits = tf.matmul(tf.reshape(h, [-1, 512]), tf.Variable(drawn))
        pictures = rng.normal(size=(32, 14, 14, 1)).astype(np.float32)
        feed = {x: pictures, labels: rng.integers(0, 10, 32).astype(np.int32)}
        return _trained(_loss_of(logits, labels), tf.train.GradientDescentOptimizer(0.1), feed)


def build() -> float:
    """A chain of some 10,000 operations with its gradients."""
    start = time.perf_counter()
    with tf.Graph().as_default() as graph:
        w = tf.Variable(np.ones(4, np.float32))
        y = w
        for _ in range(555):
            y = tf.tanh(y * 1.1 + 0.01)
        tf.gradients(tf.reduce_sum(y), w)
        assert 9_000 < len(graph.get_operations()) < 11_000
    return time.perf_counter() - start


def recorded(name: str, train: str) -> float:
    """A step of Adam of a network that TensorFlow wrote, imported: `tests/golden/graphs`."""
    folder = Path(__file__).resolve().parents[1] / "golden" / "graphs"
    packed = lzma.decompress((folder / f"{name}.npz.xz").read_bytes())
    with np.load(io.BytesIO(packed)) as stored:
        arrays = {key.replace("|", "/"): value for key, value in stored.items()}
    with tf.Graph().as_default() as graph, tf.Session() as session:
        message = lzma.decompress((folder / f"{name}.pb.xz").read_bytes())
        tf.import_graph_def(tf.GraphDef.FromString(message), name="")
        session.run("init")
        for key, value in arrays.items():
            if key.startswith("var0_"):
                assign = graph.get_operation_by_name(f"{key[5:]}/Assign")
                session.run(assign, {assign.inputs[1]: value})
        feed = {
            graph.get_tensor_by_name(f"{key[5:]}:0"): value
            for key, value in arrays.items()
            if key.startswith("feed_")
        }
        step = [graph.get_tensor_by_name("loss:0"), graph.get_operation_by_name(train)]
        return _each(lambda: session.run(step, feed))


def loop() -> float:
    """A `while_loop` of 300 iterations over a vector, with its gradient."""
    with tf.Graph().as_default():
        x = tf.placeholder(tf.float32, [16])
        y = tf.while_loop(
            lambda i, _: i < 300, lambda i, v: (i + 1, tf.tanh(v * x) + 0.1), [tf.constant(0), x]
        )[1]
        fetches = [y, tf.gradients(y, x)[0]]
        value = np.linspace(-1, 1, 16).astype(np.float32)
        with tf.Session() as session:
            return _each(lambda: session.run(fetches, {x: value}))


if __name__ == "__main__":
    measured = neuron()
    measured |= {"mlp": mlp(), "conv": conv(), "build": build(), "loop": loop()}
    measured["lstm"] = recorded("lstm_unrolled", "Adam")
    measured["transformer"] = recorded("transformer", "train/Adam")
    print(json.dumps(measured))
