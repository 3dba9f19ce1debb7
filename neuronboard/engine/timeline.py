"""A traced run as a picture of time: the trace format of Chrome (chrome://tracing, Perfetto).

Source: the "Trace Event Format" document of Chromium. A process is a device, a row a thread.
"""

from __future__ import annotations

import json
from typing import Any

from google.protobuf.message import Message

from neuronboard import errors
from neuronboard.engine.where import user_line
from neuronboard.pb.step_stats_pb2 import NodeExecStats, StepStats

Event = dict[str, Any]


class Timeline:
    """What StepStats tell, as text for a viewer of traces.

    step_stats: `run_metadata.step_stats`. graph: taken for compatibility.
    """

    def __init__(self, step_stats: Message, graph: Any = None) -> None:
        if not isinstance(step_stats, Message):
            raise errors.DTypeError(
                message=f"Timeline takes run_metadata.step_stats, got {step_stats!r} at "
                f"{user_line()}"
            )
        self._stats = StepStats.FromString(step_stats.SerializeToString())

    def generate_chrome_trace_format(
        self, show_dataflow: bool = True, show_memory: bool = False, op_time: str = "schedule"
    ) -> str:
        """JSON to be written to a file.

        show_dataflow: arrows from each operation to those that take what it gives. show_memory: the
        bytes of the outputs that are there, over time. op_time means nothing here.
        """
        events: list[Event] = []
        for pid, device in enumerate(self._stats.dev_stats):
            events.append(_named("process_name", pid, 0, device.device))
            for tid, name in sorted(device.thread_names.items()):
                events.append(_named("thread_name", pid, tid, name))
            events += [_executed(pid, stats) for stats in device.node_stats]
            if show_dataflow:
                events += _arrows(pid, list(device.node_stats))
            if show_memory:
                events += _memory(pid, list(device.node_stats))
        return json.dumps({"traceEvents": events}, indent=1)


def _named(kind: str, pid: int, tid: int, name: str) -> Event:
    return {"name": kind, "ph": "M", "pid": pid, "tid": tid, "args": {"name": name}}


def _times(stats: NodeExecStats) -> tuple[float, float]:
    """Begin and duration, microseconds."""
    begin = stats.all_start_nanos / 1000 if stats.all_start_nanos else stats.all_start_micros
    nanos = stats.all_end_rel_nanos
    return begin, nanos / 1000 if nanos else stats.all_end_rel_micros


def _made_of(stats: NodeExecStats) -> tuple[str, list[str]]:
    """The type of an operation, and the operations that it takes, of "name = Type(a, b:1, ^c)"."""
    _, _, made = stats.timeline_label.partition(" = ")
    kind, _, given = made.rpartition(")")[0].partition("(")
    inputs = [name.lstrip("^").partition(":")[0] for name in given.split(", ") if name]
    return kind or stats.node_name, inputs


def _executed(pid: int, stats: NodeExecStats) -> Event:
    begin, duration = _times(stats)
    kind, inputs = _made_of(stats)
    args = {"name": stats.node_name, "op": kind}
    args |= {f"input{i}": name for i, name in enumerate(inputs)}
    return {
        "name": kind,
        "cat": "Op",
        "ph": "X",
        "pid": pid,
        "tid": stats.thread_id,
        "ts": begin,
        "dur": duration,
        "args": args,
    }


def _arrows(pid: int, every: list[NodeExecStats]) -> list[Event]:
    by_name = {stats.node_name: stats for stats in every}
    events: list[Event] = []
    for stats in every:
        for name in _made_of(stats)[1]:
            if name not in by_name:
                continue
            maker = by_name[name]
            same = {"name": name, "cat": "DataFlow", "id": len(events), "pid": pid}
            begin, duration = _times(maker)
            events.append({**same, "ph": "s", "tid": maker.thread_id, "ts": begin + duration})
            events.append({**same, "ph": "t", "tid": stats.thread_id, "ts": _times(stats)[0]})
    return events


def _memory(pid: int, every: list[NodeExecStats]) -> list[Event]:
    """A counter: it grows where an operation ends, and falls behind the last one that reads it."""
    last = {name: _times(stats)[0] for stats in every for name in _made_of(stats)[1]}
    changes: list[tuple[float, int]] = []
    for stats in every:
        size = sum(memory.total_bytes for memory in stats.memory)
        begin, duration = _times(stats)
        changes.append((begin + duration, size))
        if stats.node_name in last:
            changes.append((last[stats.node_name], -size))
    events, total = [], 0
    for when, size in sorted(changes):
        total += size
        row = {"name": "Memory", "cat": "Memory", "ph": "C", "pid": pid, "tid": 0}
        events.append({**row, "ts": when, "args": {"bytes": total}})
    return events
