"""Meta graphs: a graph with its collections and its saver, in a file and back."""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from google.protobuf.message import DecodeError, Message

from neuronboard import errors
from neuronboard.engine.checkpoint import write_atomically
from neuronboard.engine.graph import Graph, GraphKeys, Operation, Tensor, get_default_graph
from neuronboard.engine.graph_import import import_graph_def
from neuronboard.engine.saver import Saver
from neuronboard.engine.variables import Variable
from neuronboard.engine.where import user_line
from neuronboard.pb.graph_pb2 import GraphDef
from neuronboard.pb.meta_graph_pb2 import CollectionDef, MetaGraphDef
from neuronboard.pb.saver_pb2 import SaverDef, VariableDef

_log = logging.getLogger(__name__)

# Collections whose variables are written with all that belongs to them, not by name alone.
_OF_VARIABLES = frozenset(
    [
        GraphKeys.GLOBAL_VARIABLES,
        GraphKeys.TRAINABLE_VARIABLES,
        GraphKeys.LOCAL_VARIABLES,
        GraphKeys.MODEL_VARIABLES,
        GraphKeys.MOVING_AVERAGE_VARIABLES,
        GraphKeys.GLOBAL_STEP,
    ]
)
_CONTEXTS = (GraphKeys.COND_CONTEXT, GraphKeys.WHILE_CONTEXT)


def export_meta_graph(
    filename: Any = None,
    meta_info_def: Any = None,
    graph_def: Any = None,
    saver_def: SaverDef | None = None,
    collection_list: Sequence[str] | None = None,
    as_text: bool = False,
    graph: Graph | None = None,
    export_scope: str | None = None,
    clear_devices: bool = False,
    clear_extraneous_savers: bool = False,
    strip_default_attrs: bool = False,
    save_debug_info: bool = False,
) -> MetaGraphDef:
    """The message of a graph (the default one) with its collections; written to `filename` too.

    collection_list: which collections; all of them if None. as_text: write text, not bytes. What a
    collection holds that is neither variable, tensor, operation, text nor number is left out, with
    a warning.
    """
    if export_scope:
        raise errors.UnimplementedError(
            message=f"export_scope={export_scope!r} cannot be given. At {user_line()}: export the "
            "whole graph, and import it with import_scope="
        )
    whose = graph or get_default_graph()
    message = MetaGraphDef()
    message.meta_info_def.stripped_default_attrs = strip_default_attrs
    nodes = whose.as_graph_def(add_shapes=True) if graph_def is None else graph_def
    message.graph_def.MergeFromString(nodes.SerializeToString())
    if clear_devices:
        _clear_devices(message.graph_def)
    if strip_default_attrs:
        from neuronboard.engine.attr_defaults import strip

        strip(message.graph_def)
    if saver_def is not None:
        message.saver_def.CopyFrom(saver_def)
    for key in whose.get_all_collection_keys() if collection_list is None else collection_list:
        found = _collection_def(key, whose.get_collection(key))
        if found is not None:
            message.collection_def[key].CopyFrom(found)
    if filename is not None:
        write_message(os.fspath(filename), message, as_text)
    return message


def write_message(path: str, message: Message, as_text: bool) -> None:
    """Writes a message as text or bytes, whole or not at all; its folder is made if missing."""
    from google.protobuf import text_format

    data = text_format.MessageToString(message).encode() if as_text else message.SerializeToString()
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    write_atomically({path: [data]})


def write_graph(graph_or_graph_def: Any, logdir: Any, name: str, as_text: bool = True) -> str:
    """Writes a graph, or a GraphDef, to `logdir/name`, as text or as bytes; gives the path."""
    message = graph_or_graph_def
    if isinstance(message, Graph):
        message = message.as_graph_def()
    if not isinstance(message, Message):
        raise errors.DTypeError(
            message=f"write_graph takes a graph or a GraphDef, got {message!r} at {user_line()}"
        )
    path = os.path.join(os.fspath(logdir), name)
    write_message(path, message, as_text)
    return path


def _clear_devices(graph_def: GraphDef) -> None:
    for node in graph_def.node:
        node.device = ""


def _collection_def(key: str, items: list[Any]) -> CollectionDef | None:
    if not items:
        return None
    found = CollectionDef()
    if key in _CONTEXTS:
        from neuronboard.engine.context_defs import context_def

        found.bytes_list.value.extend(context_def(item).SerializeToString() for item in items)
        return found
    try:
        if key in _OF_VARIABLES and all(isinstance(item, Variable) for item in items):
            found.bytes_list.value.extend(item.to_proto().SerializeToString() for item in items)
        elif key == GraphKeys.SAVERS:
            found.bytes_list.value.extend(map(_saver_bytes, items))
        elif isinstance(items[0], (str, bytes)):
            texts = [item.encode() if isinstance(item, str) else item for item in items]
            found.bytes_list.value.extend(texts)
        elif isinstance(items[0], int):
            found.int64_list.value.extend(items)
        elif isinstance(items[0], float):
            found.float_list.value.extend(items)
        else:
            found.node_list.value.extend(_node_name(item) for item in items)
    except (TypeError, AttributeError) as error:
        _log.warning("The collection %r is not in the meta graph: %s", key, error)
        return None
    return found


def _node_name(item: Any) -> str:
    if not isinstance(item, (Tensor, Operation, Variable)):
        raise TypeError(f"a {type(item).__name__} has no place in it")
    return item.name


def read_meta_graph_file(filename: Any) -> MetaGraphDef:
    """The message of a file of bytes or text.

    Raises MissingFileError (OSError) where there is none, DataLossError where it is neither.
    """
    from google.protobuf import text_format

    path = os.fspath(filename)
    if not os.path.isfile(path):
        raise errors.MissingFileError(message=f"File {path} does not exist (at {user_line()}).")
    data = Path(path).read_bytes()
    try:
        return MetaGraphDef.FromString(data)
    except DecodeError:
        pass  # it may be text
    try:
        message = MetaGraphDef()
        text_format.Merge(data.decode(), message, allow_unknown_field=True)
        return message
    except (text_format.ParseError, UnicodeDecodeError) as error:
        raise errors.DataLossError(
            message=f"No meta graph, neither as bytes nor as text: {error}; {path}"
        ) from None


def import_meta_graph(
    meta_graph_or_file: Any,
    clear_devices: bool = False,
    import_scope: str | None = None,
    input_map: Mapping[str, Any] | None = None,
    return_elements: Sequence[str] | None = None,
    **_: Any,
) -> Any:
    """Puts a meta graph into the default graph, with its collections; gives its saver.

    meta_graph_or_file: a MetaGraphDef (of TensorFlow, too) or the path of one. import_scope: put
    below this scope. Without a saver in it a new one of its variables is given, or None where it
    has none. return_elements: (saver, the elements of those names) is given.
    """
    message = _message(meta_graph_or_file)
    if clear_devices:
        _clear_devices(message.graph_def)
    elements = import_graph_def(
        message.graph_def, input_map, return_elements, name=import_scope or ""
    )
    below = f"{import_scope}/" if import_scope else ""
    variables = False
    for key, found in sorted(message.collection_def.items()):
        variables |= _restore_collection(key, found, below)
    saver: Saver | None = None
    if message.HasField("saver_def"):
        saver = Saver.from_proto(message.saver_def, import_scope)
    elif variables:
        saver = Saver()
    else:
        _log.info("Saver not created because there are no variables in the graph to restore")
    return saver if return_elements is None else (saver, elements)


def _message(given: Any) -> MetaGraphDef:
    if isinstance(given, Message):
        return MetaGraphDef.FromString(given.SerializeToString())
    return read_meta_graph_file(given)


def _saver_bytes(item: Any) -> bytes:
    """A saver as a message; one that was imported is its message already."""
    if isinstance(item, bytes):
        return item
    data: bytes = item.as_saver_def().SerializeToString()
    return data


def _restore_collection(key: str, found: CollectionDef, below: str) -> bool:
    """Appends a collection of a message; whether it holds variables."""
    graph = get_default_graph()
    kind = found.WhichOneof("kind")
    values = getattr(found, kind).value if kind else ()
    if kind == "node_list":
        for name in values:
            graph.add_to_collection(key, graph.as_graph_element(below + name))
        return False
    if key in _CONTEXTS:
        from neuronboard.engine.context_defs import restore

        for data in values:
            loop = key == GraphKeys.WHILE_CONTEXT
            graph.add_to_collection(key, restore(graph, data, loop, below))
        return False
    if kind == "bytes_list" and key in _OF_VARIABLES:
        for data in values:
            graph.add_to_collection(key, _variable(graph, VariableDef.FromString(data), below))
        return bool(values)
    for value in values:
        graph.add_to_collection(key, value)
    return False


def _variable(graph: Graph, message: VariableDef, below: str) -> Variable:
    """The variable of a message: one object, in however many collections it is."""
    name = below + message.variable_name
    for known in _known(graph):
        if known.name == name:
            return known
    return Variable.from_proto(message, below.rstrip("/") or None)


def _known(graph: Graph) -> list[Variable]:
    keys = (GraphKeys.GLOBAL_VARIABLES, *sorted(_OF_VARIABLES))
    every = [item for key in keys for item in graph.get_collection(key)]
    return [item for item in every if isinstance(item, Variable)]
