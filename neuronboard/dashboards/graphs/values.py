"""What a picture is coloured by: a number or a word for each box of a group.

Bounds and words are those of the whole graph, so a colour stays what it is when a box opens.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from neuronboard.dashboards.graphs.box import Box
from neuronboard.dashboards.graphs.describe import counted
from neuronboard.dashboards.graphs.graph import Graph
from neuronboard.dashboards.graphs.recorded import last_values
from neuronboard.dashboards.graphs.stats import Stats
from neuronboard.dashboards.graphs.view import Pictures
from neuronboard.errors import QueryError
from neuronboard.store import Run

MIXED = "(several)"
UNITS = {"compute": "us", "memory": "bytes"}
VALUE, SIZE = "value", "size"


def values(pictures: Pictures, by: str, path: str, run: Run | None = None) -> dict[str, Any]:
    """by: compute (microseconds) and memory (bytes), sums for groups, of nodes that ran; size: the
    bytes of the largest output; value: the last one that `run` logged of a node, for groups where
    it is the only one in it; device, op and structure: words, None for a group of one thing that
    has none, `MIXED` for several."""
    if by in UNITS:
        return _numbers(pictures, by, path)
    if by == SIZE:
        return _of_nodes(pictures, by, path, pictures.graph.outputs.largest, "bytes", 0.0)
    if by == VALUE:
        return _of_nodes(pictures, by, path, last_values(pictures.graph, run), "", None)
    if by in _WORDS:
        return _words(pictures, by, path)
    raise QueryError(f"by must be one of {', '.join([*UNITS, SIZE, VALUE, *_WORDS])}, got {by!r}")


def _boxes(pictures: Pictures, path: str) -> list[Box]:
    group, box = pictures.find(path)
    return pictures.boxes(group) if box is None else box.boxes


def _nodes(graph: Graph, box: Box) -> Any:
    return np.concatenate([graph.tree.nodes_in(item) for item in box.items()])


def _numbers(pictures: Pictures, by: str, path: str) -> dict[str, Any]:
    graph, stats = pictures.graph, pictures.graph.stats
    found: dict[str, float | None] = {}
    for box in _boxes(pictures, path):
        nodes = _nodes(graph, box)
        ran = stats is not None and bool(stats.known[nodes].any())
        found[box.path] = _of_node(stats, by)[nodes].sum().item() if stats and ran else None
    top = 0.0
    if stats is not None:
        top = max((float(_of_node(stats, by).sum()), 0.0))
    return {
        "by": by,
        "path": path,
        "values": found,
        "unit": UNITS[by],
        "low": 0,
        "high": top,
        "legend": None if stats is None else "sum of the nodes inside",
    }


def _of_nodes(
    pictures: Pictures,
    by: str,
    path: str,
    of_node: npt.NDArray[np.float64],
    unit: str,
    low: float | None,
) -> dict[str, Any]:
    """Numbers of nodes, NaN where there is none: for a group the largest, or the only one."""
    finite = of_node[np.isfinite(of_node)]
    found: dict[str, float | None] = {}
    for box in _boxes(pictures, path):
        inside = of_node[_nodes(pictures.graph, box)]
        inside = inside[np.isfinite(inside)]
        told = len(inside) > 0 and (by == SIZE or (inside == inside[0]).all())
        found[box.path] = float(inside.max()) if told else None
    return {
        "by": by,
        "path": path,
        "values": found,
        "unit": unit,
        "low": float(finite.min()) if low is None and len(finite) else low,
        "high": float(finite.max()) if len(finite) else None,
        "legend": by if len(finite) else None,
    }


def _of_node(stats: Stats, by: str) -> Any:
    return stats.time if by == "compute" else stats.memory


def _device(graph: Graph, box: Box) -> str | None:
    devices = counted(graph.table.device_of[_nodes(graph, box)], graph.table.devices)
    return _one([device for device in devices if device])


def _op(graph: Graph, box: Box) -> str | None:
    return _one(list(counted(graph.table.op_of[_nodes(graph, box)], graph.table.ops)))


def _structure(graph: Graph, box: Box) -> str | None:
    return f"{int(graph.blocks[next(box.items())]):016x}" if box.kind != "part" else None


def _one(words: list[str]) -> str | None:
    return None if not words else words[0] if len(words) == 1 else MIXED


_WORDS: dict[str, Callable[[Graph, Box], str | None]] = {
    "device": _device,
    "op": _op,
    "structure": _structure,
}


def _words(pictures: Pictures, by: str, path: str) -> dict[str, Any]:
    graph = pictures.graph
    return {
        "by": by,
        "path": path,
        "values": {box.path: _WORDS[by](graph, box) for box in _boxes(pictures, path)},
        "unit": None,
        "labels": _labels(graph, by),
        "legend": MIXED,
    }


def _labels(graph: Graph, by: str) -> list[str]:
    """All words there are, the most frequent first; of structures those that are there twice."""
    if by == "structure":
        found, counts = np.unique(graph.blocks[: graph.tree.n_groups], return_counts=True)
        order = np.argsort(-counts, kind="stable")
        return [f"{int(found[at]):016x}" for at in order.tolist() if counts[at] > 1]
    table = graph.table
    numbers, texts = (table.op_of, table.ops) if by == "op" else (table.device_of, table.devices)
    return [text for text in counted(numbers, texts) if text]
