"""What is found, as the answers say it."""

from __future__ import annotations

from typing import Any

import numpy as np

from neuronboard.dashboards.graphs.box import Box
from neuronboard.dashboards.graphs.describe import counted
from neuronboard.dashboards.graphs.graph import Graph
from neuronboard.dashboards.graphs.sources import Written, has_graph, written
from neuronboard.dashboards.graphs.tuck import Tuck
from neuronboard.dashboards.graphs.view import Pictures, View
from neuronboard.store import Catalog

MOST_OPS = 5  # op types that a group's child names


def runs_answer(catalog: Catalog) -> dict[str, Any]:
    """The answer of /api/graphs/runs."""
    runs = [(run.id, written(run)) for run in catalog.runs if has_graph(run)]
    return {
        "version": catalog.version,
        "runs": [{"id": run, "graphs": [_written(one) for one in graphs]} for run, graphs in runs],
    }


def _written(one: Written) -> dict[str, Any]:
    return {key: value for key, value in one._asdict().items() if key != "locator"}


def group_answer(run: str | None, graph: str, pictures: Pictures, view: View) -> dict[str, Any]:
    """The answer of /api/graphs/group."""
    rows = zip(view.boxes, view.tucks, strict=True)
    return {
        "run": run,
        "graph": graph,
        "path": view.path,
        "within": pictures.within(view.path),
        "children": [child_answer(pictures.graph, box, tuck) for box, tuck in rows],
        "edges": [edge.answer() for edge in view.edges],
        "ports": [port.answer() for port in view.ports],
    }


def child_answer(graph: Graph, box: Box, tuck: Tuck | None) -> dict[str, Any]:
    """One box of a group's answer."""
    first = next(box.items())
    counts = _node_counts if box.kind == "node" else _group_counts
    return {
        "path": box.path,
        "name": box.name,
        "kind": box.kind,
        **counts(graph, box),
        "block": f"{int(graph.blocks[first]):016x}",
        "count": box.count,
        "tuck": None if tuck is None else {"into": tuck.into, "as": tuck.as_},
    }


def _node_counts(graph: Graph, box: Box) -> dict[str, Any]:
    table, number = graph.table, box.item - graph.tree.n_groups
    op, device = table.ops[int(table.op_of[number])], table.devices[int(table.device_of[number])]
    return {"op": op, "nodes": 1, "ops": {}, "device": device}


def _group_counts(graph: Graph, box: Box) -> dict[str, Any]:
    """Of the nodes in it: how many, of what ops, on what device if it is one."""
    table = graph.table
    nodes = np.concatenate([graph.tree.nodes_in(item) for item in box.items()])
    ops = counted(table.op_of[nodes], table.ops)
    devices = table.device_of[nodes]
    device = table.devices[int(devices[0])] if (devices == devices[0]).all() else ""
    return {
        "op": "",
        "nodes": len(nodes),
        "ops": dict(list(ops.items())[:MOST_OPS]),
        "device": device,
    }
