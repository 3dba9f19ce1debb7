"""A GraphDef as text (.pbtxt), read a node at a time.

protobuf's reader of text takes seconds for thirty thousand nodes. As programs write it, a node is
lines of a known form, and the attributes of most nodes are texts that other nodes have, too; so
these are read by protobuf once each. Whatever has another form is read by protobuf.
"""

from __future__ import annotations

import re

from google.protobuf import text_format
from google.protobuf.text_encoding import CUnescape

from neuronboard.pb.graph_pb2 import GraphDef, NodeDef
from neuronboard.pb.meta_graph_pb2 import MetaGraphDef
from neuronboard.pb.raw_graph_pb2 import RawNodeDef

_NODE = re.compile(r"^node \{\n((?:  .*\n)*)\}(?:\n|\Z)", re.MULTILINE)
_META = re.compile(r"^graph_def \{\n((?:  .*\n)*)\}(?:\n|\Z)", re.MULTILINE)
_STRING = r"""(?:[^"\\\n]|\\[0-3][0-7]{2}|\\["'\\nrt])*"""
_FIELD = re.compile(
    rf'  (?:(name|op|device|input): "({_STRING})"|attr \{{\n((?:    .*\n)*)  \}})\n'
)
_NODE_KEY = b"\x0a"  # of the field `node` in a GraphDef


def read_text(text: str) -> bytes | None:
    """The serialised GraphDef of a text, or of a MetaGraphDef's; None if it holds no graph.

    Raises `text_format.ParseError` where it is neither.
    """
    try:
        quick = _quick(text)
    except text_format.ParseError:
        quick = None  # protobuf's reader says in which line of the whole
    if quick is not None:
        return quick
    problems = []
    for message in (GraphDef(), MetaGraphDef()):
        try:
            parsed = text_format.Parse(text, message, allow_unknown_field=True)
        except text_format.ParseError as error:
            problems.append(error)
            continue
        graph = parsed if isinstance(parsed, GraphDef) else parsed.graph_def
        if graph.node or graph.library.function:
            return graph.SerializeToString()
    if len(problems) == 2:
        raise problems[0]
    return None


def _quick(text: str) -> bytes | None:
    """The same, if its nodes have the form in which programs write them; else None."""
    known: dict[str, bytes] = {}
    nodes: list[bytes] = []
    rest: list[str] = []
    at = depth = 0
    for match in _NODE.finditer(text):
        between = text[at : match.start()]
        rest.append(between)
        depth += between.count("{") - between.count("}")
        if depth:
            return None  # it stands in something else
        node = _node(match[1], known)
        nodes += [_NODE_KEY, _varint(len(node)), node]
        at = match.end()
    if not nodes:
        meta = _META.search(text)
        return None if meta is None else _quick(re.sub(r"^  ", "", meta[1], flags=re.MULTILINE))
    rest.append(text[at:])
    others = text_format.Parse("".join(rest), GraphDef(), allow_unknown_field=True)
    if others.node:
        return None  # of another form, and in an order with the rest
    return b"".join(nodes) + others.SerializeToString()


def _node(body: str, known: dict[str, bytes]) -> bytes:
    """A serialised node. known: the attributes that were read by now, by their text."""
    texts: dict[str, bytes] = {}
    inputs: list[bytes] = []
    attributes: list[bytes] = []
    at = 0
    for match in _FIELD.finditer(body):
        key, value, attribute = match.groups()
        if match.start() != at or key in texts:
            break
        at = match.end()
        if key is None:
            if attribute not in known:
                known[attribute] = _read(f"attr {{\n{attribute}}}")
            attributes.append(known[attribute])
        elif key == "input":
            inputs.append(_unquoted(value))
        else:
            texts[key] = _unquoted(value)
    if at != len(body):
        return _read(body)
    node = RawNodeDef(input=inputs)
    for key, content in texts.items():
        setattr(node, key, content)
    return node.SerializeToString() + b"".join(attributes)


def _read(text: str) -> bytes:
    """What protobuf reads of a node."""
    return text_format.Parse(text, NodeDef(), allow_unknown_field=True).SerializeToString()


def _unquoted(text: str) -> bytes:
    if "\\" not in text:
        return text.encode()
    found: bytes = CUnescape(text)
    try:
        found.decode()
    except UnicodeDecodeError as error:
        raise text_format.ParseError(f"{text!r} is no UTF-8") from error
    return found


def _varint(number: int) -> bytes:
    found = bytearray()
    while number > 127:
        found.append(number & 127 | 128)
        number >>= 7
    found.append(number)
    return bytes(found)
