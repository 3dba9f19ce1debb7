"""Traced runs: every operation is told with time and memory, and the run stays the same."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.compat.proto.config_pb2 import RunMetadata as TheirRunMetadata

import neuronboard.compat.v1 as tf
from neuronboard.timeline import Timeline

FULL = tf.RunOptions(trace_level=tf.RunOptions.FULL_TRACE)


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    with tf.Graph().as_default():
        yield


class Training:
    """A layer that is trained, and a session."""

    def __init__(self) -> None:
        self.x = tf.placeholder(tf.float32, [None, 3], name="x")
        self.w = tf.Variable(np.ones((3, 2), np.float32), name="w")
        self.y = tf.nn.relu(tf.matmul(self.x, self.w), name="y")
        self.loss = tf.reduce_mean(self.y, name="loss")
        self.step = tf.train.AdamOptimizer(0.1).minimize(self.loss, name="train")
        self.session = tf.Session()
        self.session.run(tf.global_variables_initializer())

    def traced(self, fetches: Any, options: Any = FULL) -> tuple[Any, Any]:
        """The values, and the metadata."""
        metadata = tf.RunMetadata()
        feed = {self.x: np.ones((4, 3))}
        return self.session.run(fetches, feed, options=options, run_metadata=metadata), metadata


def _stats(metadata: Any) -> dict[str, Any]:
    [device] = metadata.step_stats.dev_stats
    return {stats.node_name: stats for stats in device.node_stats}


def test_every_operation_that_is_needed_is_told_once() -> None:
    """Also constants, variables, fed tensors, and what only waits; nothing that is not needed."""
    training = Training()
    tf.square(training.loss, name="not_needed")
    _, metadata = training.traced([training.step, training.loss])
    stats = _stats(metadata)
    [device] = metadata.step_stats.dev_stats
    assert len(stats) == len(device.node_stats)
    assert device.device == "/job:localhost/replica:0/task:0/device:CPU:0"
    assert {"x", "w", "w/read", "MatMul", "y", "loss", "train", "w/Adam", "beta1_power"} < set(
        stats
    )
    assert "not_needed" not in stats
    every = {op.name for op in tf.get_default_graph().get_operations()}
    gradients = {name for name in every if name.startswith("gradients/")}
    not_for_w = "gradients/MatMul_grad/tuple/control_dependency"
    assert gradients - set(stats) == {not_for_w}
    assert stats["MatMul"].timeline_label == "MatMul = MatMul(x, w/read)"
    assert stats["train"].timeline_label.startswith("train = NoOp(^train/")


def test_times_follow_each_other_and_lie_within_the_run() -> None:
    training = Training()
    before = time.time_ns()
    _, metadata = training.traced(training.step)
    after = time.time_ns()
    stats = list(_stats(metadata).values())
    slack = 50_000_000  # the wall clock may be set while it runs
    for each in stats:
        assert before - slack <= each.scheduled_nanos <= each.all_start_nanos
        assert each.all_start_nanos + each.all_end_rel_nanos <= after + slack
        assert each.all_start_micros == each.all_start_nanos // 1000
        assert each.op_start_rel_nanos <= each.op_end_rel_nanos <= each.all_end_rel_nanos
        assert 0 <= each.op_end_rel_micros * 1000 - each.op_end_rel_nanos < 1000
    worked = [s for s in stats if s.op_end_rel_nanos]
    for first, second in pairwise(worked):
        assert first.all_start_nanos + first.all_end_rel_nanos <= second.all_start_nanos
    [device] = metadata.step_stats.dev_stats
    assert dict(device.thread_names) == {worked[0].thread_id: "MainThread"}


def test_memory_is_that_of_the_outputs() -> None:
    """A result that is its input's memory takes none of its own."""
    training = Training()
    _, metadata = training.traced(training.loss)
    stats = _stats(metadata)
    [output] = stats["MatMul"].output
    described = output.tensor_description
    assert [dim.size for dim in described.shape.dim] == [4, 2]
    assert described.dtype == 1
    assert described.allocation_description.requested_bytes == 32
    [memory] = stats["MatMul"].memory
    assert (memory.allocator_name, memory.total_bytes, memory.peak_bytes) == ("cpu", 32, 32)
    assert stats["w/read"].output[0].tensor_description.allocation_description.requested_bytes == 24
    assert len(stats["w/read"].memory) == 0
    assert stats["w"].memory_stats.persistent_memory_size == 24
    assert stats["x"].memory[0].total_bytes == 48


def test_a_traced_run_gives_and_does_what_an_ordinary_one_does() -> None:
    one, other = Training(), Training()
    feed = {other.x: np.ones((4, 3))}
    for _ in range(3):
        (_, loss), _ = one.traced([one.step, one.loss])
        _, wanted = other.session.run([other.step, other.loss], feed)
        assert loss == wanted
    assert np.array_equal(one.session.run(one.w), other.session.run(other.w))


def test_an_error_in_a_traced_run_names_its_operation() -> None:
    training = Training()
    with tf.Session() as session:
        with pytest.raises(tf.errors.FailedPreconditionError, match="uninitialized value w") as e:
            session.run(training.w.value(), options=FULL, run_metadata=tf.RunMetadata())
        assert e.value.op.name == "w/read"


def test_partition_graphs_come_when_they_are_asked_for() -> None:
    training = Training()
    _, without = training.traced(training.loss)
    assert len(without.partition_graphs) == 0
    options = tf.RunOptions(trace_level=FULL.trace_level, output_partition_graphs=True)
    _, metadata = training.traced(training.loss, options)
    [graph] = metadata.partition_graphs
    assert {node.name for node in graph.node} == set(_stats(metadata))
    assert {node.device for node in graph.node} == {"/job:localhost/replica:0/task:0/device:CPU:0"}


def test_without_a_trace_nothing_is_told() -> None:
    training = Training()
    _, metadata = training.traced(training.loss, tf.RunOptions())
    assert not metadata.step_stats.dev_stats
    assert training.session.run(training.w, options=FULL).shape == (3, 2)


def test_tensorboard_reads_what_is_written(tmp_path: Path) -> None:
    """Its messages, and its reader of event files."""
    training = Training()
    theirs = TheirRunMetadata()
    options = tf.RunOptions(trace_level=FULL.trace_level)
    training.session.run(
        training.loss, {training.x: np.ones((4, 3))}, options=options, run_metadata=theirs
    )
    with tf.summary.FileWriter(str(tmp_path), tf.get_default_graph()) as writer:
        writer.add_run_metadata(theirs, "step 0", 0)
    found = EventAccumulator(str(tmp_path)).Reload()
    assert found.Tags()["run_metadata"] == ["step 0"]
    metadata = found.RunMetadata("step 0")
    assert metadata == theirs
    [device] = metadata.step_stats.dev_stats
    assert {"x", "MatMul"} < {stats.node_name for stats in device.node_stats}


def test_a_tag_of_run_metadata_is_used_once(tmp_path: Path) -> None:
    with tf.summary.FileWriter(str(tmp_path)) as writer:
        writer.add_run_metadata(tf.RunMetadata(), "step 0")
        with pytest.raises(ValueError, match=r"The provided tag was already used.*'step 0'"):
            writer.add_run_metadata(tf.RunMetadata(), "step 0")


def test_options_of_sessions_are_taken() -> None:
    config = tf.ConfigProto(
        gpu_options=tf.GPUOptions(allow_growth=True, per_process_gpu_memory_fraction=0.5),
        allow_soft_placement=True,
        log_device_placement=False,
        device_count={"GPU": 0},
        intra_op_parallelism_threads=1,
        inter_op_parallelism_threads=1,
    )
    config.graph_options.optimizer_options.opt_level = tf.OptimizerOptions.L0
    three = tf.constant(3)
    with tf.Session(config=config) as session:
        assert session.run(three) == 3
    with pytest.raises(TypeError, match=r'must be a tf.ConfigProto, but got "str"'):
        tf.Session(config="gpu")


# ---- Chrome's format


def test_a_timeline_is_a_trace_that_chrome_reads() -> None:
    """Complete events with microseconds, in a process for the device, and arrows between them."""
    training = Training()
    _, metadata = training.traced(training.loss)
    told = json.loads(Timeline(metadata.step_stats).generate_chrome_trace_format(show_memory=True))
    events = told["traceEvents"]
    ops = {event["args"]["name"]: event for event in events if event["ph"] == "X"}
    assert set(ops) == set(_stats(metadata))
    assert ops["MatMul"]["name"] == "MatMul"
    assert ops["MatMul"]["args"] == {
        "name": "MatMul",
        "op": "MatMul",
        "input0": "x",
        "input1": "w/read",
    }
    wanted = _stats(metadata)["MatMul"].all_end_rel_nanos / 1000
    assert ops["MatMul"]["dur"] == wanted
    names = [event["args"]["name"] for event in events if event["name"] == "process_name"]
    assert names == ["/job:localhost/replica:0/task:0/device:CPU:0"]
    begun = {event["id"]: event for event in events if event["ph"] == "s"}
    ended = {event["id"]: event for event in events if event["ph"] == "t"}
    assert set(begun) == set(ended)
    assert all(begun[number]["ts"] <= ended[number]["ts"] + 1e-3 for number in begun)
    counted = [event["args"]["bytes"] for event in events if event["ph"] == "C"]
    assert max(counted) > 0
    assert min(counted) >= 0
    few = json.loads(Timeline(metadata.step_stats).generate_chrome_trace_format(False))
    assert {event["ph"] for event in few["traceEvents"]} == {"M", "X"}
    with pytest.raises(TypeError, match=r"takes run_metadata.step_stats"):
        Timeline("stats")
