"""Everything about one node, for the panel beside the picture."""

from __future__ import annotations

from typing import Any

from neuronboard.dashboards.graphs.graph import EDGE_KINDS
from neuronboard.dashboards.graphs.outputs import UNKNOWN
from neuronboard.dashboards.graphs.texts import attribute
from neuronboard.dashboards.graphs.view import Pictures
from neuronboard.formats.graph_table import CONTROL, parse_input


def describe(pictures: Pictures, path: str) -> dict[str, Any]:
    """A node: op, device, attributes with values, what it takes and who takes from it."""
    graph = pictures.graph
    number = graph.node(path)
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
    }


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
