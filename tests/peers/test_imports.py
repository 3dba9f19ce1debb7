"""NeuronBoard in one process with TensorFlow and torch, in any order (`make test-peers`)."""

from __future__ import annotations

import itertools
import subprocess
import sys

import pytest

PEERS = ("neuronboard", "tensorflow", "torch.utils.tensorboard")
USE = """
import sys, tempfile
import neuronboard
from neuronboard.pb import event_pb2
assert event_pb2.Event(step=3).step == 3
with neuronboard.SummaryWriter(tempfile.mkdtemp()) as writer:
    writer.add_scalar("loss", 0.5, 1)
import tensorflow as tf
assert float(tf.constant(2.0) * 3.0) == 6.0
tf.compat.v1.Event(step=4).SerializeToString()
"""


@pytest.mark.parametrize("order", list(itertools.permutations(PEERS)), ids=" ".join)
def test_any_order_of_import_works(order: tuple[str, ...]) -> None:
    """No import fails, and each library works afterwards."""
    code = "\n".join(f"import {name}" for name in order) + USE
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
