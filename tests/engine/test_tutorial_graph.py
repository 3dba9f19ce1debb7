"""The tutorial's final script: the same graph and the same numbers as TensorFlow's."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from builders import run_neuron

from neuronboard.pb.graph_pb2 import GraphDef
from neuronboard.store import LogdirSpec, Store

GOLDEN = Path(__file__).parents[1] / "golden" / "seed"
OPS = json.loads((GOLDEN / "final_0x_ops.json").read_text())


@pytest.fixture(scope="module")
def neuron(tmp_path_factory):
    """What the script leaves: its names, and the log that it wrote."""
    return run_neuron(tmp_path_factory.mktemp("neuron"))


def test_the_graph_has_the_same_58_operations(neuron) -> None:
    """Name, type, inputs, control inputs and outputs of each, in the same order."""
    ours = [
        {
            "name": op.name,
            "type": op.type,
            "inputs": [tensor.name for tensor in op.inputs],
            "control_inputs": [other.name for other in op.control_inputs],
            "outputs": [
                {"name": t.name, "dtype": t.dtype.name, "shape": t.shape.as_list()}
                for t in op.outputs
            ],
        }
        for op in neuron.graph.get_operations()
    ]
    assert ours == [{key: op[key] for key in ours[0]} for op in OPS]
    assert len(ours) == 58


def test_the_graph_def_is_the_same_message(neuron) -> None:
    """Every node's message equals TensorFlow's, attributes included."""
    golden = GraphDef.FromString((GOLDEN / "final_0x_graph.pb").read_bytes())
    ours = neuron.graph.as_graph_def()
    assert list(ours.node) == list(golden.node)


def test_the_five_series_are_equal_bit_for_bit(neuron) -> None:
    """100 steps of input, weight, output, correct_value and loss."""
    store = Store(LogdirSpec.single(neuron.logdir))
    store.refresh()
    [run] = store.catalog.runs
    assert store.catalog.progress.points == 500, "a graph is no point"
    golden = np.load(GOLDEN / "series.npz")
    for tag in ("input", "weight", "output", "correct_value", "loss"):
        series = run.series["scalar", tag]
        assert series.steps.tolist() == list(range(100))
        assert series.values.view(np.uint32).tolist() == golden[tag].view(np.uint32).tolist()


def test_the_log_holds_the_graph_as_of_its_writer(neuron) -> None:
    """57 nodes: `init` is made after the writer, as in TensorFlow's file."""
    store = Store(LogdirSpec.single(neuron.logdir))
    store.refresh()
    [locator] = store.catalog.runs[0].series["graph", "graph"].locators
    assert len(GraphDef.FromString(store.read(locator)).node) == 57


def test_the_v1_form_gives_the_v1_graph(tmp_path) -> None:
    """`neuronboard.compat.v1` and tf.summary.scalar: the tags are the unique names of the nodes."""
    import neuronboard.compat.v1 as tf

    with tf.Graph().as_default() as graph:
        x = tf.constant(1.0, name="input")
        w = tf.Variable(0.8, name="weight")
        y = tf.multiply(w, x, name="output")
        y_ = tf.constant(0.0, name="correct_value")
        loss = tf.pow(y - y_, 2, name="loss")
        tf.train.GradientDescentOptimizer(0.025).minimize(loss)
        for value in [x, w, y, y_, loss]:
            tf.summary.scalar(value.op.name, value)
        tf.summary.merge_all()
        tf.global_variables_initializer()
    golden = GraphDef.FromString((GOLDEN / "final_v1_graph.pb").read_bytes())
    ours = [(node.name, node.op, list(node.input)) for node in graph.as_graph_def().node]
    assert ours == [(node.name, node.op, list(node.input)) for node in golden.node]
