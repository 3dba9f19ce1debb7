"""TensorBoard 2.21, in a process of its own, reads what we write; and imports beside us."""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from builders import loaded_store, run_neuron

from neuronboard.pb.graph_pb2 import GraphDef

READ = """
import json, sys
from tensorboard.backend.event_processing import event_accumulator
loaded = event_accumulator.EventAccumulator(sys.argv[1], size_guidance={"scalars": 0})
loaded.Reload()
series = {t: [(e.step, e.value) for e in loaded.Scalars(t)] for t in loaded.Tags()["scalars"]}
nodes = [(n.name, n.op, list(n.input)) for n in loaded.Graph().node]
print(json.dumps([series, nodes]))
"""


def test_tensorboard_shows_the_same_curves_and_graph(tmp_path: Path) -> None:
    """Five tags, 100 steps each, bit for bit, and the 57 nodes."""
    neuron = run_neuron(tmp_path)
    command = [sys.executable, "-c", READ, str(neuron.logdir)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    series, nodes = json.loads(done.stdout)
    store = loaded_store(neuron.logdir)
    ours = store.catalog.runs[0].series
    assert len(series) == 5
    for tag, points in series.items():
        np.testing.assert_array_equal(ours["scalar", tag].steps, [step for step, _ in points])
        np.testing.assert_array_equal(ours["scalar", tag].values, [value for _, value in points])
    graph = GraphDef.FromString(store.read(ours["graph", "graph"].locators[0]))
    assert nodes == [[node.name, node.op, list(node.input)] for node in graph.node]


TENSORBOARDX = """
import sys
from tensorboardX import SummaryWriter
with SummaryWriter(sys.argv[1]) as writer:
    for step in range(50):
        writer.add_scalar("train/loss", 1 / (step + 1), step)
"""


def test_we_read_what_tensorboardx_writes(tmp_path: Path) -> None:
    """50 points, in float32."""
    subprocess.run([sys.executable, "-c", TENSORBOARDX, str(tmp_path)], check=True)
    series = loaded_store(tmp_path).catalog.runs[0].series["scalar", "train/loss"]
    np.testing.assert_array_equal(series.values, (1 / np.arange(1, 51)).astype(np.float32))


LIBRARIES = ("neuronboard", "tensorboard.compat.proto.event_pb2", "tensorboardX")


@pytest.mark.parametrize("order", list(itertools.permutations(LIBRARIES)), ids=" ".join)
def test_any_order_of_import_works(order: tuple[str, ...], tmp_path: Path) -> None:
    """No clash of messages, whoever comes first."""
    code = "\n".join(f"import {name}" for name in order)
    use = "\nimport neuronboard; neuronboard.Summary(); tensorboard.compat.proto.event_pb2.Event()"
    subprocess.run([sys.executable, "-c", code + use], check=True, cwd=tmp_path)
