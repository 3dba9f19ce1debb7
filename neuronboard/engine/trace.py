"""What one run costs: time and memory of each operation, as TensorFlow's StepStats.

A traced run follows a plan that keeps every operation that the fetches need, one step each: nothing
is folded, shared or written into another's buffer. So each node of the picture has its own time,
and their sum is more than an ordinary run takes. Constants, variables and fed tensors have memory
and no time.
"""

from __future__ import annotations

import threading
import time
from typing import Any

import numpy as np

from neuronboard.engine.code import interpret, take
from neuronboard.engine.graph import Operation, Tensor
from neuronboard.engine.graph_def import node_def, shape_proto
from neuronboard.engine.plan import Plan, Step, _needed
from neuronboard.engine.shape import TensorShape
from neuronboard.pb.config_pb2 import RunMetadata, RunOptions
from neuronboard.pb.step_stats_pb2 import DeviceStepStats, NodeExecStats

DEVICE = "/job:localhost/replica:0/task:0/device:CPU:0"
_ALLOCATOR = "cpu"


def is_traced(options: Any) -> bool:
    """Whether a run with these options is to tell what it costs."""
    return options is not None and options.trace_level > RunOptions.NO_TRACE


class Trace:
    """One traced run: runs a plan, and keeps a NodeExecStats for each operation."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._device = DeviceStepStats(device=DEVICE)
        self._zero = time.time_ns() - time.perf_counter_ns()
        self._thread = threading.get_native_id() & 0xFFFFFFFF
        self._device.thread_names[self._thread] = threading.current_thread().name

    def run(self, state: dict[str, Any], fed: Any) -> tuple[Any, ...]:
        """The fetched values, as `code.interpret` gives them."""
        slots = list(self._plan.slots)
        for number, value in zip(self._plan.feeds, fed, strict=True):
            slots[number] = value
        self._resting(slots, state)
        return interpret(self._plan, state, fed, self._take)

    def metadata(self, options: Any, fetches: Any, feeds: tuple[Tensor, ...]) -> RunMetadata:
        """The message; with `output_partition_graphs` the nodes that have run as well."""
        ran = [*(tensor.op for tensor in feeds), *_needed(fetches, set(feeds), optimise=False)]
        told = {stats.node_name for stats in self._device.node_stats}
        now = time.perf_counter_ns()
        for op in ran:
            if op.name not in told:  # which only waits for others
                self._add(op, (now, now, now), [], [])
        found = RunMetadata()
        found.step_stats.dev_stats.append(self._device)
        if options.output_partition_graphs:
            part = found.partition_graphs.add()
            for op in ran:
                node = node_def(op)
                node.device = DEVICE
                part.node.append(node)
        return found

    def _resting(self, slots: list[Any], state: dict[str, Any]) -> None:
        """What is there before anything runs: constants, variables, and what is fed."""
        filled = {number for step in self._plan.steps for number in step.outputs}
        now = time.perf_counter_ns()
        for number, tensor in enumerate(self._plan.tensors):
            if tensor is None or number in filled:
                continue
            op = tensor.op
            value = state.get(op.name) if op.type == "VariableV2" else slots[number]
            self._add(op, (now, now, now), [value], [value])

    def _take(self, step: Step, slots: list[Any], state: dict[str, Any]) -> None:
        begun = time.perf_counter_ns()
        take(step, slots, state)
        ended = time.perf_counter_ns()
        if step.reads is not None or step.op is None:
            return
        op = step.op
        given = {id(slots[number]) for number in step.inputs}
        values = [
            state.get(value) if tensor.dtype.is_ref else value
            for tensor, value in zip(
                op.outputs, [slots[number] for number in step.outputs], strict=False
            )
        ]
        new = [value for value in values if id(value) not in given and not _is_view(value)]
        self._add(op, (begun, begun, ended), values, new)

    def _add(
        self, op: Operation, times: tuple[int, int, int], values: list[Any], new: list[Any]
    ) -> None:
        scheduled, begun, ended = times
        stats = NodeExecStats(
            node_name=op.name,
            timeline_label=f"{op.name} = {op.type}({', '.join(_inputs(op))})",
            thread_id=self._thread,
            op_end_rel_nanos=ended - begun,
            all_end_rel_nanos=ended - begun,
        )
        stats.scheduled_nanos = self._zero + scheduled
        stats.all_start_nanos = self._zero + begun
        for name in ("scheduled", "all_start", "op_end_rel", "all_end_rel"):
            nanos = getattr(stats, f"{name}_nanos")
            rounded = -(-nanos // 1000) if name.endswith("rel") else nanos // 1000
            setattr(stats, f"{name}_micros", rounded)
        for slot, (tensor, value) in enumerate(zip(op.outputs, values, strict=False)):
            self._describe(stats, slot, tensor, value)
        size = sum(_bytes(value) for value in new)
        if size:
            stats.memory.add(
                allocator_name=_ALLOCATOR, total_bytes=size, peak_bytes=size, live_bytes=size
            )
        if op.type in ("VariableV2", "Const"):
            stats.memory_stats.persistent_memory_size = size
        self._device.node_stats.append(stats)

    @staticmethod
    def _describe(stats: NodeExecStats, slot: int, tensor: Tensor, value: Any) -> None:
        if value is None or (tensor.dtype.kind == "O" and callable(value)):
            return
        described = stats.output.add(slot=slot).tensor_description
        described.dtype = tensor.dtype.base_dtype.as_datatype_enum  # type: ignore[assignment]
        described.shape.CopyFrom(shape_proto(TensorShape(np.shape(value))))
        memory = described.allocation_description
        memory.requested_bytes = memory.allocated_bytes = _bytes(value)
        memory.allocator_name = _ALLOCATOR
        if isinstance(value, np.ndarray):
            memory.ptr = value.ctypes.data


def _inputs(op: Operation) -> list[str]:
    """The inputs as a timeline's label has them: "a", "b:1", "^c"."""
    return list(node_def(op).input)


def _bytes(value: Any) -> int:
    """The bytes of an array's elements; of a text its own."""
    if isinstance(value, bytes):
        return len(value)
    return int(getattr(value, "nbytes", 0))


def _is_view(value: Any) -> bool:
    """Whether an array looks at the memory of another."""
    return isinstance(value, np.ndarray) and value.base is not None
