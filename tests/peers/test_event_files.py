"""Event files between NeuronBoard, TensorFlow and torch, both ways (`make test-peers`)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf
from torch.utils.tensorboard import SummaryWriter as TorchWriter

import neuronboard
from neuronboard.store import LogdirSpec, Store

STEPS = np.arange(50)
VALUES = np.exp(-STEPS / 10).astype(np.float32)


def _write_torch(folder: Path) -> None:
    with TorchWriter(str(folder)) as writer:
        for step, value in zip(STEPS, VALUES, strict=True):
            writer.add_scalar("loss", float(value), int(step))


def _write_tensorflow(folder: Path) -> None:
    writer = tf.summary.create_file_writer(str(folder))
    with writer.as_default():
        for step, value in zip(STEPS, VALUES, strict=True):
            tf.summary.scalar("loss", value, int(step))
    writer.close()


@pytest.mark.parametrize("write", [_write_torch, _write_tensorflow])
def test_we_read_what_a_peer_writes(write, tmp_path: Path) -> None:
    """Steps and float32 values are the ones that were given."""
    write(tmp_path)
    store = Store(LogdirSpec.single(tmp_path))
    store.refresh()
    [run] = store.catalog.runs
    series = run.series["scalar", "loss"]
    np.testing.assert_array_equal(series.steps, STEPS)
    np.testing.assert_array_equal(series.values, VALUES)


def test_tensorflow_reads_what_we_write(tmp_path: Path) -> None:
    """TensorFlow's own record reader finds every event, and the values in them."""
    with neuronboard.SummaryWriter(str(tmp_path)) as writer:
        for step, value in zip(STEPS, VALUES, strict=True):
            writer.add_scalar("loss", float(value), int(step))
    [path] = tmp_path.iterdir()
    events = list(tf.compat.v1.train.summary_iterator(str(path)))
    values = [value for event in events for value in event.summary.value]
    assert events[0].file_version == "brain.Event:2"
    assert [event.step for event in events[1:]] == STEPS.tolist()
    np.testing.assert_array_equal([value.simple_value for value in values], VALUES)


def test_tensorflow_runs_our_graph(tmp_path: Path) -> None:
    """A GraphDef of our engine is one that TensorFlow imports and runs."""
    graph = neuronboard.Graph()
    with graph.as_default():
        x = neuronboard.constant(1.0, name="input")
        neuronboard.mul(x, 0.8, name="output")
    theirs = tf.compat.v1.GraphDef.FromString(graph.as_graph_def().SerializeToString())
    with tf.Graph().as_default(), tf.compat.v1.Session() as session:
        [output] = tf.import_graph_def(theirs, return_elements=["output:0"], name="")
        assert session.run(output) == np.float32(0.8)
