"""Graphs as messages: NodeDef and GraphDef, as TensorFlow writes them.

Field layout: TensorFlow's node_def.proto and attr_value.proto. An attribute's Python value decides
which field of AttrValue it takes; see `attr_value`.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from neuronboard.engine.data.function import GraphFunction
from neuronboard.engine.dtypes import DType
from neuronboard.engine.graph import Graph, Operation
from neuronboard.engine.shape import TensorShape
from neuronboard.formats.tensor_proto import make_tensor_proto
from neuronboard.pb.graph_pb2 import AttrValue, GraphDef, NameAttrList, NodeDef, OpDef
from neuronboard.pb.tensor_pb2 import TensorShapeProto

PRODUCER = 2474  # the GraphDef version of TensorFlow 2.21, whose op names and attributes we follow
# The fields of an AttrValue -> what an OpDef calls them.
_SORTS = {
    field: {"s": "string", "i": "int", "f": "float", "b": "bool"}.get(field, field)
    for field in ("s", "i", "f", "b", "type", "shape", "tensor", "func")
}


def node_def(op: Operation) -> NodeDef:
    """The NodeDef of an operation: data inputs first, then control inputs with "^"."""
    node = NodeDef(name=op.name, op=op.type, device=op.device)
    names = [_input_name(tensor.op.name, tensor.value_index) for tensor in op.inputs]
    spelled = op.spelled or (None,) * len(names)
    node.input.extend(own or name for own, name in zip(spelled, names, strict=True))
    waits = [f"^{other.name}" for other in op.control_inputs]
    node.input.extend(sorted(waits) if op.changed else waits)
    for name, value in op.attrs.items():
        node.attr[name].CopyFrom(attr_value(value))
    return node


def op_def(op: Operation) -> OpDef:
    """The OpDef of an operation's type: its inputs in order, and the attributes that nodes have.

    An input that shares its dtype names the attribute "T", one of many tensors the attribute "N".
    Outputs have no names here; their types are those of this operation.
    """
    kind = op.definition
    attr_of = {name: attr for attr, name in kind.types.items()}
    message = OpDef(name=kind.type, is_stateful=kind.stateful or not kind.pure)
    for name in kind.inputs:
        message.input_arg.add(
            name=name.lstrip("*"),
            type_attr="T" if name in kind.same else attr_of.get(name, ""),
            number_attr="N" if name.startswith("*") else "",
            is_ref=name in kind.refs,
        )
    for tensor in op.outputs:
        message.output_arg.add(
            type=tensor.dtype.base_dtype.as_datatype_enum,
            is_ref=tensor.dtype.is_ref,
        )
    for name, value in op.attrs.items():
        if not name.startswith("_"):  # what begins so belongs to a node, not to its type
            message.attr.add(name=name, type=_sort(attr_value(value)))
    return message


def _sort(value: AttrValue) -> str:
    """What an OpDef calls the sort of an attribute."""
    field = value.WhichOneof("value")
    assert field is not None
    if field != "list":
        return _SORTS[field]
    filled = next((sort for name, sort in _SORTS.items() if len(getattr(value.list, name))), "")
    return f"list({filled})"


def graph_def(graph: Graph, from_version: int, add_shapes: bool) -> GraphDef:
    """The GraphDef of the operations from number `from_version` on."""
    message = GraphDef()
    message.versions.producer = PRODUCER
    for op in graph.get_operations()[from_version:]:
        node = node_def(op)
        if add_shapes and op.outputs:
            shapes = [shape_proto(tensor.shape) for tensor in op.outputs]
            node.attr["_output_shapes"].list.shape.extend(shapes)
        message.node.append(node)
    return message


def _input_name(op_name: str, index: int) -> str:
    return f"{op_name}:{index}" if index else op_name


def attr_value(value: Any) -> AttrValue:
    """The AttrValue of a Python value: bool, int, float, bytes, DType, shape, array, or a list."""
    if isinstance(value, bool):
        return AttrValue(b=value)
    if isinstance(value, int):
        return AttrValue(i=value)
    if isinstance(value, float):
        return AttrValue(f=value)
    if isinstance(value, bytes):
        return AttrValue(s=value)
    if isinstance(value, DType):
        return AttrValue(type=value.as_datatype_enum)  # type: ignore[arg-type]
    if isinstance(value, GraphFunction):
        return AttrValue(func=NameAttrList(name=value.name))
    if callable(value):
        return AttrValue(s=getattr(value, "__name__", "function").encode())
    if value is None or isinstance(value, str):
        return AttrValue(s=(value or "").encode())
    if isinstance(value, TensorShape):
        return AttrValue(shape=shape_proto(value))
    if isinstance(value, np.ndarray):
        if value.size > 1 and not any(value.strides):  # one element, repeated
            proto = make_tensor_proto(value.flat[0], as_list=True)
            proto.tensor_shape.CopyFrom(shape_proto(TensorShape(value.shape)))
            return AttrValue(tensor=proto)
        by_element = value.size <= 1 or value.dtype.kind in "bc"  # as TensorFlow packs them
        return AttrValue(tensor=make_tensor_proto(value, as_list=by_element))
    listed = AttrValue()
    listed.list.SetInParent()
    for item in value:
        one = attr_value(item)
        field = one.WhichOneof("value")
        assert field is not None
        getattr(listed.list, field).append(getattr(one, field))
    return listed


def shape_proto(shape: TensorShape) -> TensorShapeProto:
    """A shape as a message; -1 for a size that is not known."""
    if shape.dims is None:
        return TensorShapeProto(unknown_rank=True)
    sizes = [-1 if size is None else size for size in shape.dims]
    return TensorShapeProto(dim=[TensorShapeProto.Dim(size=size) for size in sizes])
