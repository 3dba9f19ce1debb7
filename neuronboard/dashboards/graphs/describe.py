"""Everything about one node, group, series or part, for the panel beside the picture."""

from __future__ import annotations

from typing import Any

import numpy as np

from neuronboard.dashboards.graphs.graph import EDGE_KINDS
from neuronboard.dashboards.graphs.outputs import UNKNOWN
from neuronboard.dashboards.graphs.texts import attribute
from neuronboard.dashboards.graphs.view import Pictures
from neuronboard.errors import NotFoundQueryError
from neuronboard.formats.graph_table import CONTROL, FUNCTIONS, parse_input
from neuronboard.pb.graph_pb2 import NodeDef

SOURCE = "_source"  # the attribute that holds the line of the program


MOST_ALIKE = 200  # paths of alike blocks that are told
FUNCTION_KEYS = ("f", "body", "cond", "then_branch", "else_branch", "branches", "function")


def describe(pictures: Pictures, path: str) -> dict[str, Any]:
    """What has that path; a group before a node of its name. Raises `NotFoundQueryError`."""
    item = pictures.graph.tree.find(path)
    if item is None or pictures.graph.tree.is_group(item):
        return _describe_group(pictures, path)
    return _describe_node(pictures, item - pictures.graph.tree.n_groups)


def _describe_group(pictures: Pictures, path: str) -> dict[str, Any]:
    """A group: how many nodes of what ops, what crosses its border, where it is again."""
    graph = pictures.graph
    try:
        group, box = pictures.find(path)
    except NotFoundQueryError as error:
        raise NotFoundQueryError(f"there is no node and no group {path!r} in this graph") from error
    view = pictures.view(path)
    items = [group] if box is None else list(box.items())
    nodes = np.concatenate([graph.tree.nodes_in(item) for item in items])
    return {
        "path": path,
        "name": path.rpartition("/")[2],
        "kind": "group" if box is None else box.kind,
        "nodes": len(nodes),
        "ops": counted(graph.table.op_of[nodes], graph.table.ops),
        "devices": counted(graph.table.device_of[nodes], graph.table.devices),
        "inputs": [port.answer() for port in view.ports if port.direction == "in"],
        "outputs": [port.answer() for port in view.ports if port.direction == "out"],
        "alike": [] if box is not None else _alike(pictures, group),
        "within": pictures.within(path),
        "stats": graph.stats.total(nodes) if graph.stats else None,
    }


def _alike(pictures: Pictures, group: int) -> list[str]:
    """The other groups of the same structure."""
    graph = pictures.graph
    same = np.flatnonzero(graph.blocks[: graph.tree.n_groups] == graph.blocks[group]).tolist()
    return [graph.tree.path(one) for one in same if one not in (0, group)][:MOST_ALIKE]


def counted(numbers: Any, texts: list[str]) -> dict[str, int]:
    """How often each text is there, the most frequent first, those met first before others."""
    counts = np.bincount(numbers, minlength=len(texts))
    first = np.zeros(len(counts), np.intp)
    first[numbers[::-1]] = np.arange(len(numbers) - 1, -1, -1)
    found = np.flatnonzero(counts)
    order = np.lexsort((first[found], -counts[found]))
    return {texts[number]: int(counts[number]) for number in found[order].tolist()}


def _describe_node(pictures: Pictures, number: int) -> dict[str, Any]:
    """A node: op, device, attributes with values, what it takes and who takes from it."""
    graph = pictures.graph
    node = graph.table.node(number)
    inputs = _inputs(pictures, number)
    return {
        "path": graph.node_path(number),
        "name": graph.table.names[number],
        "op": node.op,
        "device": node.device,
        "attributes": [attribute(key, node.attr[key]) for key in sorted(node.attr)],
        "inputs": [link for link in inputs if link["kind"] != "control"],
        "control_inputs": [link for link in inputs if link["kind"] == "control"],
        "outputs": _outputs(pictures, number),
        "consumers": _consumers(pictures, number),
        "within": pictures.around(number + graph.tree.n_groups),
        "calls": _calls(pictures, node),
        "source": source_of(node),
        "alike": _counterparts(pictures, number),
        "stats": graph.stats.of(number) if graph.stats else None,
    }


def _counterparts(pictures: Pictures, number: int) -> list[str]:
    """The nodes that stand in the groups alike to the one around a node where it stands in it."""
    tree, table = pictures.graph.tree, pictures.graph.table
    group = int(tree.parent[number + tree.n_groups])
    rest = table.names[number][len(tree.path(group)) :]
    found = [tree.node_at(path + rest) for path in _alike(pictures, group)] if group else []
    same = [one for one in found if one is not None and table.op_of[one] == table.op_of[number]]
    return [pictures.graph.node_path(one) for one in same]


def _calls(pictures: Pictures, node: NodeDef) -> list[str]:
    """The groups of the functions that a node calls: by its op, or by its attributes."""
    names = [node.op]
    for key in FUNCTION_KEYS:
        if key in node.attr:
            value = node.attr[key]
            names += [value.func.name, *(one.name for one in value.list.func)]
    paths = (f"{FUNCTIONS}/{name}" for name in names if name)
    return [path for path in dict.fromkeys(paths) if path in pictures.graph.tree.group_of]


def source_of(node: NodeDef) -> dict[str, Any] | None:
    """The line of the user's program that made a node, where its attributes hold it.

    NeuronBoard's engine writes `_source` as "path:line"; a GraphDef of TensorFlow holds none.
    """
    text = node.attr[SOURCE].s.decode("utf-8", "replace") if SOURCE in node.attr else ""
    file, colon, line = text.rpartition(":")
    return {"file": file, "line": int(line)} if colon and line.isdigit() else None


def _inputs(pictures: Pictures, number: int) -> list[dict[str, Any]]:
    """What a node takes, in its order; path is None where the graph does not hold it."""
    graph, table = pictures.graph, pictures.graph.table
    order, first = graph.taking
    edges = sorted(order[first[number] : first[number + 1]].tolist(), key=lambda e: table.slots[e])
    of_slot = {int(table.slots[edge]): edge for edge in edges}
    found = []
    for slot, text in enumerate(table.inputs(number)):
        edge = of_slot.get(slot)
        if edge is None:
            _, output = parse_input(text.encode())
            kind = "control" if output == CONTROL else "data"
            found.append(_link(None, text.removeprefix("^"), "", "", kind))
        else:
            found.append(_taken(pictures, edge))
    return found


def _taken(pictures: Pictures, edge: int) -> dict[str, Any]:
    graph, table = pictures.graph, pictures.graph.table
    source, output = int(table.sources[edge]), int(table.outputs[edge])
    known = graph.outputs.one(source, output) if output != CONTROL else UNKNOWN._replace(shape="")
    name = table.names[source]
    label = f"{name}:{output}" if output > 0 else name
    kind = EDGE_KINDS[int(graph.edge_kinds[edge])]
    return _link(graph.node_path(source), label, known.shape, known.dtype, kind)


def _link(path: str | None, name: str, shape: str, dtype: str, kind: str) -> dict[str, Any]:
    return {"path": path, "name": name, "shape": shape, "type": dtype, "kind": kind}


def _outputs(pictures: Pictures, number: int) -> list[dict[str, Any]]:
    graph = pictures.graph
    name = graph.table.names[number]
    return [
        {"name": f"{name}:{i}", "shape": one.shape, "type": one.dtype, "bytes": one.bytes}
        for i, one in enumerate(graph.outputs.of(number))
    ]


def _consumers(pictures: Pictures, number: int) -> list[dict[str, Any]]:
    """Who takes from a node, each once, with what it takes first."""
    graph, table = pictures.graph, pictures.graph.table
    order, first = graph.taken
    found: dict[int, dict[str, Any]] = {}
    for edge in order[first[number] : first[number + 1]].tolist():
        target = int(table.targets[edge])
        if target not in found:
            taken = _taken(pictures, edge)
            found[target] = taken | {"path": graph.node_path(target), "name": table.names[target]}
    return list(found.values())
