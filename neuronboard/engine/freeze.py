"""Graphs cut down to what some nodes need, with variables as constants: ready to be given away."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from neuronboard import errors
from neuronboard.engine.graph import Graph
from neuronboard.engine.shape import TensorShape
from neuronboard.engine.where import user_line
from neuronboard.formats.tensor_proto import make_tensor_proto
from neuronboard.pb.graph_pb2 import GraphDef, NodeDef

_VARIABLES = ("Variable", "VariableV2")
_TRAINING = ("Identity", "CheckNumerics")  # which give what they take


def _maker(name: str) -> str:
    return name.lstrip("^").partition(":")[0]


def extract_sub_graph(graph_def: GraphDef, dest_nodes: Sequence[str]) -> GraphDef:
    """The nodes that `dest_nodes` hang on, and these, in the order of `graph_def`.

    Raises TypeError for a single text, AssertionError for a name that is not there.
    """
    if isinstance(dest_nodes, str):
        raise errors.DTypeError(
            message=f"dest_nodes must be an iterable of strings, but got type {type(dest_nodes)}: "
            f"write [{dest_nodes!r}]. At {user_line()}"
        )
    nodes = {node.name: node for node in graph_def.node}
    for name in dest_nodes:
        if name not in nodes:
            raise errors.MissingNodeError(message=f"{name} is not in graph. At {user_line()}")
    needed: set[str] = set()
    todo = list(dest_nodes)
    while todo:
        name = todo.pop()
        if name not in needed:
            needed.add(name)
            todo += map(_maker, nodes[name].input)
    found = GraphDef(node=[node for node in graph_def.node if node.name in needed])
    found.library.CopyFrom(graph_def.library)
    found.versions.CopyFrom(graph_def.versions)
    return found


def convert_variables_to_constants(
    sess: Any,
    input_graph_def: GraphDef,
    output_node_names: Sequence[str],
    variable_names_whitelist: Iterable[str] | None = None,
    variable_names_blacklist: Iterable[str] | None = None,
) -> GraphDef:
    """What `output_node_names` need, each variable a constant of its value in the session.

    whitelist, blacklist: names of variables that alone become constants, or that stay.
    """
    found = extract_sub_graph(input_graph_def, output_node_names)
    chosen = [node for node in found.node if node.op in _VARIABLES]
    if variable_names_whitelist is not None:
        allowed = set(variable_names_whitelist)
        chosen = [node for node in chosen if node.name in allowed]
    kept = set(variable_names_blacklist or ())
    chosen = [node for node in chosen if node.name not in kept]
    values = sess.run([f"{node.name}:0" for node in chosen])
    for node, value in zip(chosen, values, strict=True):
        node.CopyFrom(_constant(node, value))
    return found


def _constant(variable: NodeDef, value: Any) -> NodeDef:
    node = NodeDef(name=variable.name, op="Const", device=variable.device)
    node.attr["dtype"].CopyFrom(variable.attr["dtype"])
    node.attr["value"].tensor.CopyFrom(make_tensor_proto(value, as_list=value.size <= 1))
    return node


def remove_training_nodes(
    input_graph: GraphDef, protected_nodes: Sequence[str] | None = None
) -> GraphDef:
    """The same graph without nodes that only pass on what they take.

    protected_nodes: names that stay. One that waits for others, or that others wait for, stays.
    """
    kept = set(protected_nodes or ())
    waited = {_maker(name) for node in input_graph.node for name in node.input if name[0] == "^"}
    passed: dict[str, str] = {}
    for node in input_graph.node:
        waits = any(name.startswith("^") for name in node.input)
        if node.op in _TRAINING and node.name not in kept | waited and not waits:
            passed[node.name] = node.input[0]
    found = GraphDef()
    found.versions.CopyFrom(input_graph.versions)
    for node in input_graph.node:
        if node.name not in passed:
            copy = found.node.add()
            copy.CopyFrom(node)
            del copy.input[:]
            copy.input.extend(_beyond(name, passed) for name in node.input)
    return found


def _beyond(name: str, passed: dict[str, str]) -> str:
    """The input that stands where removed nodes stood."""
    while name in passed:
        name = passed[name]
    return name


def tensor_shape_from_node_def_name(graph: Graph, input_name: str) -> TensorShape:
    """What is known of the shape of a node's first output."""
    name = input_name if ":" in input_name else f"{input_name}:0"
    return graph.get_tensor_by_name(name).shape


def must_run_on_cpu(node: Any, pin_variables_on_cpu: bool = False) -> bool:
    """Whether TensorFlow keeps a node (a NodeDef or operation) on the processor: texts, int32."""
    found = node if isinstance(node, NodeDef) else node.node_def
    if pin_variables_on_cpu and found.op in _VARIABLES:
        return True
    dtype = found.attr["dtype"].type if "dtype" in found.attr else 0
    return found.op in ("Const", "Placeholder") and dtype in (3, 7)
