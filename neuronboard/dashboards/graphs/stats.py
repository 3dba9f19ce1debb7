"""What the nodes of a graph took when it ran: time, memory, device and thread, from step stats.

A device's streams tell what the device itself tells once more; they are in the timeline, and in
the sums only for nodes that nothing else tells of.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from google.protobuf.message import DecodeError

from neuronboard.errors import DataError
from neuronboard.formats.graph_table import GraphTable
from neuronboard.pb.step_stats_pb2 import NodeExecStats, StepStats


class Row(NamedTuple):
    """One execution of one node. start_us: microseconds since 1970; node: number, or -1."""

    name: str
    node: int
    device: str
    thread: str
    start_us: float
    duration_us: float
    memory_bytes: int


class Stats:
    """rows: by start. time: float64[n] microseconds, memory: int64[n] bytes, known: bool[n], of the
    graph's nodes, all their executions together."""

    def __init__(self, data: bytes, table: GraphTable) -> None:
        number_of = {name: number for number, name in enumerate(table.names)}
        self.rows = sorted(_rows(data, number_of), key=lambda row: (row.start_us, row.name))
        self.time: npt.NDArray[np.float64] = np.zeros(len(table))
        self.memory = np.zeros(len(table), np.int64)
        self.known = np.zeros(len(table), bool)
        self._of_node: dict[int, list[Row]] = {}
        for is_stream in (False, True):
            told = set(self._of_node)
            for row in self.rows:
                if ("/stream:" in row.device) == is_stream and row.node not in told:
                    self._of_node.setdefault(row.node, []).append(row)
        self._of_node.pop(-1, None)
        for number, rows in self._of_node.items():
            self.known[number] = True
            self.time[number] = sum(row.duration_us for row in rows)
            self.memory[number] = sum(row.memory_bytes for row in rows)

    def of(self, number: int) -> dict[str, Any] | None:
        """What one node took; None if it did not run."""
        rows = self._of_node.get(number)
        if not rows:
            return None
        return {
            "start_us": rows[0].start_us,
            "duration_us": float(self.time[number]),
            "memory_bytes": int(self.memory[number]),
            "device": rows[0].device,
            "thread": rows[0].thread,
            "runs": len(rows),
        }

    def total(self, nodes: Any) -> dict[str, Any] | None:
        """What these nodes took together; None if none of them ran."""
        if not self.known[nodes].any():
            return None
        return {
            "duration_us": float(self.time[nodes].sum()),
            "memory_bytes": int(self.memory[nodes].sum()),
            "ran": int(self.known[nodes].sum()),
        }


def _rows(data: bytes, number_of: dict[str, int]) -> list[Row]:
    try:
        steps = StepStats.FromString(data)
    except DecodeError as error:
        raise DataError(f"the step stats cannot be read: {error}") from error
    return [
        _row(one, number_of.get(one.node_name, -1), device.device, dict(device.thread_names))
        for device in steps.dev_stats
        for one in device.node_stats
    ]


def _row(one: NodeExecStats, node: int, device: str, threads: dict[int, str]) -> Row:
    start = one.all_start_nanos / 1000 if one.all_start_nanos else float(one.all_start_micros)
    took = one.all_end_rel_nanos / 1000 if one.all_end_rel_nanos else float(one.all_end_rel_micros)
    thread = threads.get(one.thread_id) or str(one.thread_id)
    return Row(one.node_name, node, device, thread, start, max(took, 0.0), _memory(one))


def _memory(one: NodeExecStats) -> int:
    """What was allocated while it ran, or if that was not told, what its outputs take."""
    allocated = sum(max(used.total_bytes, 0) for used in one.memory)
    if allocated:
        return allocated
    outputs = [out.tensor_description.allocation_description for out in one.output]
    return sum(max(one.allocated_bytes, one.requested_bytes, 0) for one in outputs)
