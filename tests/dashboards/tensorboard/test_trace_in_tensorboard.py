"""A traced run as TensorBoard serves it over HTTP: its tags, its steps, the graph beside it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from google.protobuf import text_format

import neuronboard.compat.v1 as tf

SERVER = Path(__file__).with_name("tensorboard_server.py")
FULL = tf.RunOptions(trace_level=tf.RunOptions.FULL_TRACE)


def _logged(folder: Path) -> Any:
    """The log of one traced step; what was traced."""
    metadata = tf.RunMetadata()
    with tf.Graph().as_default() as graph, tf.Session() as session:
        x = tf.placeholder(tf.float32, [None, 3], name="x")
        w = tf.Variable(np.ones((3, 2), np.float32), name="w")
        loss = tf.reduce_mean(tf.nn.relu(tf.matmul(x, w)), name="loss")
        session.run(tf.global_variables_initializer())
        feed = {x: np.ones((4, 3))}
        session.run(loss, feed, options=FULL, run_metadata=metadata)
        with tf.summary.FileWriter(str(folder / "train"), graph) as writer:
            writer.add_run_metadata(metadata, "step 1", 1)
    return metadata


def _asked(logdir: Path, urls: list[str]) -> list[Any]:
    """What TensorBoard answers."""
    questions = [{"method": "GET", "url": f"/data/plugin/graphs/{url}"} for url in urls]
    line = json.dumps({"logdir": str(logdir), "questions": questions})
    done = subprocess.run(
        [sys.executable, str(SERVER)], input=f"{line}\n", capture_output=True, text=True, check=True
    )
    answers: list[Any] = json.loads(done.stdout)
    return answers


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, list[Any]]:
    """What was traced, and the answers about it."""
    folder = tmp_path_factory.mktemp("log")
    metadata = _logged(folder)
    trace = "run_metadata?run=train&tag=step%201"
    return metadata, _asked(folder, ["info", trace, "graph?run=train&conceptual=false"])


def test_the_page_is_told_of_the_trace(served: tuple[Any, list[Any]]) -> None:
    """Beside the graph, with its tag, as one that has a profile."""
    info = served[1][0]
    assert info["status"] == 200
    run = info["body"]["train"]
    assert run["run_graph"]
    assert run["tags"]["step 1"]["profile"]


def test_the_trace_is_served_as_it_was_written(served: tuple[Any, list[Any]]) -> None:
    """Times and memory of each operation, in the text form that the page reads."""
    metadata, (_, answer, _) = served
    assert answer["status"] == 200
    assert text_format.Parse(answer["body"], tf.RunMetadata()) == metadata
    [device] = metadata.step_stats.dev_stats
    assert {"x", "MatMul", "loss"} < {stats.node_name for stats in device.node_stats}


def test_every_operation_of_the_trace_is_in_the_graph(served: tuple[Any, list[Any]]) -> None:
    """Under the same name, so that the page can colour it."""
    metadata, (_, _, graph) = served
    assert graph["status"] == 200
    [device] = metadata.step_stats.dev_stats
    for stats in device.node_stats:
        assert f'name: "{stats.node_name}"' in graph["body"]
