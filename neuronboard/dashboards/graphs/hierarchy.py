"""A GraphDef as nested groups: name scopes, what is in each, and the edges between.

"a/b" lies in the group "a". A node whose name is also a scope (the variable "weight" beside
"weight/read") lies inside its own group, under the path "weight/(weight)". An edge belongs to the
innermost group that holds both of its ends, and runs there between two of the group's children; so
a group can be drawn by itself, and edges that a closed group hides are counted, not drawn.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from google.protobuf.message import DecodeError

from neuronboard.errors import DataError
from neuronboard.pb.graph_pb2 import GraphDef, NodeDef
from neuronboard.pb.tensor_pb2 import DataType, TensorShapeProto


@dataclass(slots=True)
class Child:
    """A node or a group as it stands in its group. nodes: how many are inside, 1 for a node."""

    path: str
    name: str
    is_group: bool
    op: str = ""
    nodes: int = 0
    ops: Counter[str] = field(default_factory=Counter)


@dataclass(slots=True)
class Edge:
    """What flows between two children of a group. count: tensors; shapes: the different ones."""

    source: str
    target: str
    control: bool
    count: int = 0
    shapes: dict[str, None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Input:
    """One input of a node: which output of which node it takes, or that it only waits for it."""

    node: str
    output: int
    control: bool


class Hierarchy:
    """The groups of one graph."""

    def __init__(self, graph: GraphDef) -> None:
        self.nodes: dict[str, NodeDef] = {node.name: node for node in graph.node}
        self.functions = len(graph.library.function)
        self._scopes = {name[:i] for name in self.nodes for i, c in enumerate(name) if c == "/"}
        self.path_of = {name: self._path(name) for name in self.nodes}
        self.name_of = {path: name for name, path in self.path_of.items()}
        self.children: dict[str, dict[str, Child]] = {"": {}}
        self.edges: dict[str, dict[tuple[str, str, bool], Edge]] = {}
        self.consumers: dict[str, list[str]] = {}
        for name, node in self.nodes.items():
            self._place(self.path_of[name], node.op)
        for node in self.nodes.values():
            for item in inputs(node):
                if item.node in self.nodes:
                    self._connect(item, node.name)

    @classmethod
    def parse(cls, data: bytes) -> Hierarchy:
        """The hierarchy of a serialised GraphDef; `DataError` if it is none."""
        try:
            return cls(GraphDef.FromString(data))
        except DecodeError as error:
            raise DataError(f"it is no GraphDef: {error}") from error

    def _path(self, name: str) -> str:
        return f"{name}/({name.rpartition('/')[2]})" if name in self._scopes else name

    def _place(self, path: str, op: str) -> None:
        """Puts a node into its group, and counts it in every group around it."""
        parts = path.split("/")
        for depth in range(1, len(parts) + 1):
            here = "/".join(parts[:depth])
            siblings = self.children.setdefault("/".join(parts[: depth - 1]), {})
            is_group = depth < len(parts)
            child = siblings.get(here)
            if child is None:
                child = siblings[here] = Child(here, parts[depth - 1], is_group)
            child.nodes += 1
            child.ops[op] += 1
            if not is_group:
                child.op = op

    def _connect(self, item: Input, target: str) -> None:
        """Gives an edge to the innermost group that holds both ends."""
        self.consumers.setdefault(item.node, []).append(target)
        ends = [self.path_of[name].split("/") for name in (item.node, target)]
        depth = 0
        while ends[0][depth] == ends[1][depth] and depth < min(map(len, ends)) - 1:
            depth += 1
        group = "/".join(ends[0][:depth])
        source, sink = ("/".join(end[: depth + 1]) for end in ends)
        if source == sink:
            return
        edges = self.edges.setdefault(group, {})
        edge = edges.setdefault((source, sink, item.control), Edge(source, sink, item.control))
        edge.count += 1
        if not item.control:
            edge.shapes[output_shape(self.nodes[item.node], item.output)] = None


def inputs(node: NodeDef) -> list[Input]:
    """The inputs of a node: "name", "name:output" and "^name" read apart."""
    found = []
    for text in node.input:
        if text.startswith("^"):
            found.append(Input(text[1:], 0, True))
            continue
        name, colon, output = text.rpartition(":")
        known = colon and output.isdigit()
        found.append(Input(name if known else text, int(output) if known else 0, False))
    return found


def output_shape(node: NodeDef, output: int) -> str:
    """An output's shape for people: "scalar", "32×784", "?×10", or "?" if nothing is known."""
    listed = node.attr["_output_shapes"].list.shape if "_output_shapes" in node.attr else ()
    if output < len(listed):
        return shape_text(listed[output])
    if node.op == "Const" and "value" in node.attr:
        return shape_text(node.attr["value"].tensor.tensor_shape)
    if node.op in ("Placeholder", "VariableV2", "Variable", "VarHandleOp") and "shape" in node.attr:
        return shape_text(node.attr["shape"].shape)
    return "?"


def shape_text(shape: TensorShapeProto) -> str:
    """A shape for people."""
    if shape.unknown_rank:
        return "?"
    if not shape.dim:
        return "scalar"
    return "×".join("?" if dim.size < 0 else str(dim.size) for dim in shape.dim)


def type_text(number: int) -> str:
    """An element type for people: "float32", "float32_ref"."""
    base = number % 100
    plain = _TYPE_NAMES.get(base) or DataType.Name(base).removeprefix("DT_").lower()
    return f"{plain}_ref" if number > 100 else plain


_TYPE_NAMES = {1: "float32", 2: "float64", 19: "float16"}
