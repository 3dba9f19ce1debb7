"""Whole networks of TensorFlow 2.21, imported as it wrote them, and trained: an LSTM and a
transformer.
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
TRAIN = {"lstm_unrolled": "Adam", "transformer": "train/Adam"}
NETWORKS = list(TRAIN)


@cache
def _recorded(name: str) -> tuple[bytes, dict[str, Any]]:
    graph = lzma.decompress((FOLDER / f"{name}.pb.xz").read_bytes())
    packed = lzma.decompress((FOLDER / f"{name}.npz.xz").read_bytes())
    with np.load(io.BytesIO(packed)) as stored:
        return graph, dict(stored)


class Network:
    """A recorded network in a graph and a session of its own, at its recorded start."""

    def __init__(self, name: str) -> None:
        message, self.arrays = _recorded(name)
        self.message = tf.GraphDef.FromString(message)
        self.graph = tf.Graph()
        with self.graph.as_default():
            tf.import_graph_def(self.message, name="")
        self.session = tf.Session(graph=self.graph)
        self.session.run("init")
        self.loss = self.graph.get_tensor_by_name("loss:0")
        self.feed = {f"{key}:0": value for key, value in self.of("feed").items()}
        for key, value in self.of("var0").items():
            assign = self.graph.get_operation_by_name(f"{key}/Assign")
            self.session.run(assign, {assign.inputs[1]: value})

    def of(self, kind: str) -> dict[str, Any]:
        """The arrays of a kind, by the names of the graph."""
        found = ((key.split("_", 1), value) for key, value in self.arrays.items())
        return {key[1].replace("|", "/"): value for key, value in found if key[0] == kind}


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
        np.testing.assert_allclose(network.session.run(f"{key}:0"), value, rtol=2e-3, atol=2e-5)


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
        np.testing.assert_allclose(value, recorded, rtol=1e-3, atol=1e-6)
