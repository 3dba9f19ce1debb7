"""Whole networks of TensorFlow 2.21, imported as it wrote them, and trained: a classifier of
digits, an LSTM and a transformer.
"""

from __future__ import annotations

import io
import lzma
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import neuronboard.compat.v1 as tf

FOLDER = Path(__file__).resolve().parent.parent / "golden" / "graphs"
TRAIN = {"mlp_mnist": "train/Adam", "lstm_unrolled": "Adam", "transformer": "train/Adam"}
NETWORKS = list(TRAIN)
LOSS = {"mlp_mnist": "cross_entropy/Mean:0", "lstm_unrolled": "loss:0", "transformer": "loss:0"}
# Outputs are recorded by what the program called them, which is not what the graph does.
OUTPUTS = {
    "mlp_mnist": {"logits": "layer3/activation:0", "acc": "accuracy/Mean:0"},
    "lstm_unrolled": {"pred": "out/MatMul:0", "c": "step11/add_2:0", "h": "step11/mul_2:0"},
    "transformer": {"logits": "logits:0"},
}
# Of large arrays every so manieth value is recorded.
EVERY = {"mlp_mnist": 11, "lstm_unrolled": 1, "transformer": 1}


@cache
def _recorded(name: str) -> tuple[bytes, dict[str, Any]]:
    graph = lzma.decompress((FOLDER / f"{name}.pb.xz").read_bytes())
    packed = lzma.decompress((FOLDER / f"{name}.npz.xz").read_bytes())
    with np.load(io.BytesIO(packed)) as stored:
        return graph, {**_drawn(name), **stored}


def _drawn(name: str) -> dict[str, Any]:
    """What the recording's own program drew, by seeds, and need not be kept."""
    if name != "mlp_mnist":
        return {}
    batch, weights = np.random.RandomState(3), np.random.RandomState(11)
    drawn: dict[str, Any] = {"feed_input/x": batch.rand(16, 784).astype(np.float32)}
    drawn["feed_input/y"] = batch.randint(0, 10, 16)
    for layer, (many, few) in enumerate([(784, 256), (256, 256), (256, 10)], start=1):
        start = weights.randn(many, few) / np.sqrt(many)
        drawn[f"var0_layer{layer}|weights|W"] = start.astype(np.float32)
        drawn[f"var0_layer{layer}|biases|b"] = np.zeros(few, np.float32)
    return drawn


class Network:
    """A recorded network in a graph and a session of its own, at its recorded start."""

    def __init__(self, name: str) -> None:
        message, self.arrays = _recorded(name)
        self.message = tf.GraphDef.FromString(message)
        self.graph = tf.Graph()
        with self.graph.as_default():
            tf.import_graph_def(self.message, name="")
        self.session = tf.Session(graph=self.graph)
        self.every = EVERY[name]
        self.session.run("init")
        self.loss = self.graph.get_tensor_by_name(LOSS[name])
        self.feed = {f"{key}:0": value for key, value in self.of("feed").items()}
        for key, value in self.of("var0").items():
            assign = self.graph.get_operation_by_name(f"{key}/Assign")
            self.session.run(assign, {assign.inputs[1]: value})

    def of(self, kind: str) -> dict[str, Any]:
        """The arrays of a kind, by the names of the graph."""
        found = ((key.split("_", 1), value) for key, value in self.arrays.items())
        return {key[1].replace("|", "/"): value for key, value in found if key[0] == kind}

    def agree(self, got: Any, recorded: Any, *, rtol: float, atol: float) -> None:
        """An array against what is recorded of it."""
        np.testing.assert_allclose(
            got.ravel()[:: self.every], recorded.ravel(), rtol=rtol, atol=atol
        )


@pytest.mark.parametrize("name", NETWORKS)
def test_a_graph_that_is_imported_is_written_as_it_was(name: str) -> None:
    """Names, types, inputs and attributes of every node."""
    network = Network(name)
    again = network.graph.as_graph_def()
    assert [node.name for node in again.node] == [node.name for node in network.message.node]
    for node, wanted in zip(again.node, network.message.node, strict=True):
        assert (node.op, list(node.input)) == (wanted.op, list(wanted.input))
        assert set(wanted.attr) == set(node.attr)


@pytest.mark.parametrize("name", NETWORKS)
def test_a_network_trains_as_it_did_in_tensorflow(name: str) -> None:
    """The losses of five steps of Adam, and the weights after them."""
    network = Network(name)
    losses = []
    for _ in range(5):
        loss, _ = network.session.run([network.loss, TRAIN[name]], network.feed)
        losses.append(loss)
    recorded = network.arrays["losses_after_each_run_same_run_fetch"]
    np.testing.assert_allclose(losses, recorded, rtol=2e-5)
    for key, value in network.of("varN").items():
        if key.endswith("/k/b"):
            continue  # softmax does not feel it: its gradient is rounding, which Adam amplifies
        network.agree(network.session.run(f"{key}:0"), value, rtol=2e-3, atol=2e-5)


@pytest.mark.parametrize("name", NETWORKS)
def test_a_network_gives_the_recorded_outputs(name: str) -> None:
    """What the program looked at, before a step."""
    network = Network(name)
    recorded = network.of("out")
    assert set(recorded) == set(OUTPUTS[name])
    for key, value in network.session.run(OUTPUTS[name], network.feed).items():
        assert value.shape == recorded[key].shape
        np.testing.assert_allclose(value, recorded[key], rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(
        network.session.run(network.loss, network.feed), network.arrays["loss0"], rtol=2e-6
    )


@pytest.mark.parametrize("name", NETWORKS)
def test_the_engines_own_gradients_are_the_recorded_ones(name: str) -> None:
    """The loss derived again by every variable, through the imported nodes."""
    network = Network(name)
    wanted = network.of("grad")
    with network.graph.as_default():
        sources = [network.graph.get_tensor_by_name(f"{key}:0") for key in wanted]
        found = [tf.convert_to_tensor(slope) for slope in tf.gradients(network.loss, sources)]
    values = network.session.run(found, network.feed)
    for value, recorded in zip(values, wanted.values(), strict=True):
        network.agree(value, recorded, rtol=1e-3, atol=1e-6)
