"""When the nodes ran, as columns, and as a file in the trace format that Perfetto and Chrome open.

The format is the JSON one of trace events: "X" is a complete event with a time stamp and a
duration in microseconds, "M" says the name of a process (a device) or a thread.
"""

from __future__ import annotations

from typing import Any

from neuronboard.dashboards.graphs.stats import Row
from neuronboard.dashboards.graphs.view import Pictures
from neuronboard.errors import NotFoundQueryError


def timeline(pictures: Pictures) -> dict[str, Any]:
    """Columns of the executions, by start; times in microseconds from the first one on."""
    rows = _rows(pictures)
    graph = pictures.graph
    first = rows[0].start_us
    return {
        "first_us": first,
        "node": [row.name for row in rows],
        "path": [None if row.node < 0 else graph.node_path(row.node) for row in rows],
        "op": [_op(pictures, row) for row in rows],
        "device": [row.device for row in rows],
        "thread": [row.thread for row in rows],
        "start_us": [row.start_us - first for row in rows],
        "duration_us": [row.duration_us for row in rows],
        "memory_bytes": [row.memory_bytes for row in rows],
    }


def trace_file(pictures: Pictures) -> dict[str, Any]:
    """The same as trace events: a process for each device, a thread for each thread of it."""
    rows = _rows(pictures)
    processes = {device: n for n, device in enumerate(dict.fromkeys(row.device for row in rows), 1)}
    threads: dict[tuple[str, str], int] = {}
    for row in rows:
        threads.setdefault((row.device, row.thread), len(threads) + 1)
    events: list[dict[str, Any]] = [
        _name("process_name", number, 0, device) for device, number in processes.items()
    ]
    events += [
        _name("thread_name", processes[device], number, thread)
        for (device, thread), number in threads.items()
    ]
    first = rows[0].start_us
    events += [
        {
            "ph": "X",
            "name": _op(pictures, row) or row.name,
            "cat": "op",
            "pid": processes[row.device],
            "tid": threads[row.device, row.thread],
            "ts": row.start_us - first,
            "dur": row.duration_us,
            "args": {"name": row.name, "memory_bytes": row.memory_bytes},
        }
        for row in rows
    ]
    return {"displayTimeUnit": "ms", "traceEvents": events}


def _name(what: str, process: int, thread: int, name: str) -> dict[str, Any]:
    return {"ph": "M", "name": what, "pid": process, "tid": thread, "args": {"name": name}}


def _op(pictures: Pictures, row: Row) -> str:
    table = pictures.graph.table
    return "" if row.node < 0 else table.ops[table.op_of[row.node]]


def _rows(pictures: Pictures) -> list[Row]:
    stats = pictures.graph.stats
    if stats is None:
        raise NotFoundQueryError(
            "nothing was recorded of how long the nodes of this graph took; run a step with "
            "RunOptions.FULL_TRACE and write it with add_run_metadata, then choose its graph"
        )
    return stats.rows
