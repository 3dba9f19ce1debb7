"""What callers give, as what is written: tags, steps, and messages of ours or a peer's."""

from __future__ import annotations

import os
from typing import Any

from google.protobuf.message import DecodeError, Message

from neuronboard.pb.graph_pb2 import GraphDef


def as_tag(tag: Any) -> str:
    """`tag` as a plain str. Raises TypeError for other types, ValueError for half characters."""
    if not isinstance(tag, str):
        raise TypeError(f"a tag must be a str, got {tag!r} of type {type(tag).__name__}")
    plain = str.__str__(tag)
    try:
        plain.encode()
    except UnicodeEncodeError as error:
        raise ValueError(f"tag {plain!r} has a lone surrogate, which UTF-8 cannot hold") from error
    return plain


def as_step(step: Any) -> int:
    """`step` as an int; None is 0. Tensors and numpy integers are taken, fractions are not."""
    if step is None:
        return 0
    number = step.item() if hasattr(step, "item") else step
    if not isinstance(number, int) and number != int(number):
        raise ValueError(f"global_step must be a whole number, got {step!r}")
    if not -(2**63) <= number < 2**63:
        raise ValueError(f"global_step must fit in 64 bits, got {step!r}")
    return int(number)


def parsed(given: Any, kind: type[Any], method: str) -> Any:
    """`given` as our message `kind`: one already, a peer's message of that name, or bytes."""
    if isinstance(given, kind):
        return given
    data = given if isinstance(given, bytes) else getattr(given, "SerializeToString", bytes)()
    if not data and not isinstance(given, (bytes, Message)):
        raise TypeError(
            f"{method} needs a {kind.__name__} message or its bytes, got {given!r} of type "
            f"{type(given).__name__}; run a summary op in a session to get such bytes"
        )
    try:
        return kind.FromString(data)
    except DecodeError as error:
        raise ValueError(f"{method}: the bytes given are no {kind.__name__}: {error}") from error


SOURCE = "_source"  # the attribute of a node that holds the line of the program that made it


def serialised_graph(given: Any) -> bytes:
    """The bytes of a GraphDef: with output shapes and lines where the graph can tell them."""
    if hasattr(given, "as_graph_def"):
        given = _with_lines(given, given.as_graph_def(add_shapes=True))
    if not isinstance(given, (bytes, Message)):
        raise TypeError(
            f"add_graph needs a graph (sess.graph), a GraphDef or its bytes, got "
            f"{given!r} of type {type(given).__name__}"
        )
    message = parsed(given, GraphDef, "add_graph")
    if isinstance(given, bytes):
        return given
    return bytes(message.SerializeToString(deterministic=True))


def _with_lines(graph: Any, message: Any) -> Any:
    """The message with the user's "path:line" at each node, of a graph whose operations know it.

    A path below the working directory is written from there on: logs are shared, homes are not.
    """
    operations = graph.get_operations() if hasattr(graph, "get_operations") else ()
    lines = {op.name: op.where for op in operations if hasattr(op, "where")}
    here = os.getcwd() + os.sep
    for node in message.node if lines else ():
        if node.name in lines and SOURCE not in node.attr:
            node.attr[SOURCE].s = lines[node.name].removeprefix(here).encode(errors="replace")
    return message
