"""Questions about a graph: a group's content, a node's description, a search."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import numpy as np

from neuronboard.dashboards.graphs.hierarchy import (
    Child,
    Edge,
    Hierarchy,
    inputs,
    output_shape,
    shape_text,
    type_text,
)
from neuronboard.errors import DataError, NotFoundQueryError, QueryError
from neuronboard.formats.tensor_proto import make_ndarray
from neuronboard.pb.graph_pb2 import AttrValue, NodeDef
from neuronboard.pb.tensor_pb2 import TensorProto

LONGEST_VALUE = 400  # characters of an attribute's value that are shown
MOST_MATCHES = 50


@dataclass(frozen=True, slots=True)
class Group:
    """What is directly in a group: children by name as made, and the edges between them."""

    path: str
    children: list[Child]
    edges: list[Edge]


def group(hierarchy: Hierarchy, path: str) -> Group:
    """The group of that path, "" for the whole graph."""
    if path not in hierarchy.children:
        raise NotFoundQueryError(f"there is no group {path!r} in this graph")
    return Group(
        path,
        list(hierarchy.children[path].values()),
        list(hierarchy.edges.get(path, {}).values()),
    )


def describe(hierarchy: Hierarchy, path: str) -> dict[str, Any]:
    """Everything about one node, for the panel beside the picture."""
    name = hierarchy.name_of.get(path, path)
    node = hierarchy.nodes.get(name)
    if node is None:
        raise NotFoundQueryError(f"there is no node {path!r} in this graph")
    listed = inputs(node)
    return {
        "path": hierarchy.path_of[name],
        "name": name,
        "op": node.op,
        "device": node.device,
        "attributes": [_attribute(key, node.attr[key]) for key in sorted(node.attr)],
        "inputs": [_link(hierarchy, i.node, i.output) for i in listed if not i.control],
        "control_inputs": [_link(hierarchy, i.node, None) for i in listed if i.control],
        "outputs": _outputs(node),
        "consumers": [
            _link(hierarchy, other, None)
            for other in dict.fromkeys(hierarchy.consumers.get(name, ()))
        ],
    }


def search(hierarchy: Hierarchy, text: str) -> tuple[list[dict[str, str]], int]:
    """Nodes whose name or op matches a regular expression, and how many more there are.

    Case does not matter; a text that is no regular expression is looked for as it stands.
    """
    if not text:
        raise QueryError("q must hold what to look for")
    try:
        pattern = re.compile(text, re.IGNORECASE)
    except re.error:
        pattern = re.compile(re.escape(text), re.IGNORECASE)
    nodes = hierarchy.nodes.values()
    matches = [node for node in nodes if pattern.search(node.name) or pattern.search(node.op)]
    matches.sort(key=lambda node: (len(node.name), node.name))
    found = [
        {"path": hierarchy.path_of[n.name], "name": n.name, "op": n.op}
        for n in matches[:MOST_MATCHES]
    ]
    return found, max(0, len(matches) - MOST_MATCHES)


def _link(hierarchy: Hierarchy, name: str, output: int | None) -> dict[str, Any]:
    """Another node, to go to. path is None where the graph does not hold it."""
    node = hierarchy.nodes.get(name)
    shape = "" if node is None or output is None else output_shape(node, output)
    label = f"{name}:{output}" if output else name
    return {"path": hierarchy.path_of.get(name), "name": label, "shape": shape}


def _outputs(node: NodeDef) -> list[dict[str, str]]:
    listed = node.attr["_output_shapes"].list.shape if "_output_shapes" in node.attr else []
    return [{"name": f"{node.name}:{i}", "shape": shape_text(s)} for i, s in enumerate(listed)]


def _attribute(name: str, value: AttrValue) -> dict[str, str]:
    text = _value_text(value)
    return {
        "name": name,
        "value": text if len(text) <= LONGEST_VALUE else text[:LONGEST_VALUE] + "…",
    }


def _value_text(value: AttrValue) -> str:
    kind = value.WhichOneof("value")
    if kind is None:
        return ""
    return str(_TEXTS[kind](getattr(value, kind)))


def _tensor_text(tensor: TensorProto) -> str:
    """Element type, shape and the elements, shortened when there are many."""
    head = f"{type_text(tensor.dtype)} {shape_text(tensor.tensor_shape)}"
    try:
        array = make_ndarray(tensor)
    except DataError as error:
        return f"{head}: {error}"
    if array.dtype == object:
        return f"{head}: " + ", ".join(repr(item.decode("utf-8", "replace")) for item in array.flat)
    return f"{head}: " + np.array2string(array, threshold=40, edgeitems=3, separator=", ")


def _list_text(listed: AttrValue.ListValue) -> str:
    fields = listed.ListFields()
    items = [_TEXTS[field.name](item) for field, values in fields for item in values]
    return f"[{', '.join(items)}]"


_TEXTS: dict[str, Any] = {
    "s": lambda value: repr(value.decode("utf-8", "replace")),
    "i": str,
    "f": lambda value: str(np.float32(value)),
    "b": lambda value: str(value).lower(),
    "type": type_text,
    "shape": shape_text,
    "tensor": _tensor_text,
    "placeholder": str,
    "func": lambda value: f"{value.name}()",
    "list": _list_text,
}
