"""A GraphDef as columns: what a node is, and which output of which node each input takes.

Thirty thousand nodes become a handful of arrays in a tenth of a second; attributes stay serialised
until somebody looks at a node. The body of a function of the library is nodes too: those of the
function "f" are called "(functions)/f/<name>", its arguments and results are nodes of the types
"_Arg" and "_Retval".
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from google.protobuf.message import DecodeError

from neuronboard.errors import DataError
from neuronboard.pb.graph_pb2 import NodeDef
from neuronboard.pb.raw_graph_pb2 import RawFunctionDef, RawGraphDef, RawNodeDef

FUNCTIONS = "(functions)"
CONTROL = -1  # stands for an output: the node is only waited for
Ints = npt.NDArray[np.int32]


class Part(NamedTuple):
    """Nodes that name each other. prefix: what stands before their names in the whole, or ""."""

    prefix: bytes
    nodes: list[RawNodeDef]


class GraphTable:
    """The nodes of a graph, in the order of the file, and its edges, by the node that takes.

    names: str[n], all different. op_of, device_of: int32[n], places in ops and devices. sources,
    targets: int32[e], numbers of nodes; outputs: int32[e], which output is taken, or `CONTROL`;
    slots: int32[e], which input of the target it is. missing: (target, input) of inputs that name
    a node which is not there.
    """

    def __init__(self, parts: Iterable[Part]) -> None:
        parts = list(parts)
        self._nodes = [node for part in parts for node in part.nodes]
        self.ops, self.op_of = _numbered([node.op for node in self._nodes])
        self.devices, self.device_of = _numbered([node.device for node in self._nodes])
        self.names = _different([part.prefix + node.name for part in parts for node in part.nodes])
        self.missing: list[tuple[int, str]] = []
        self._connect(parts)

    def __len__(self) -> int:
        return len(self.names)

    @classmethod
    def parse(cls, data: bytes) -> GraphTable:
        """The table of a serialised GraphDef; `DataError` if it is none."""
        return cls(parts_of(parse_raw(data)))

    def _connect(self, parts: list[Part]) -> None:
        sources, targets, outputs, slots = (array("i") for _ in range(4))
        start = 0
        for part in parts:
            number_of: dict[bytes, int] = {}
            for number, node in enumerate(part.nodes, start):
                number_of.setdefault(node.name, number)
            for number, node in enumerate(part.nodes, start):
                for slot, text in enumerate(node.input):
                    source, output = number_of.get(text), 0
                    if source is None:
                        name, output = parse_input(text)
                        source = number_of.get(name)
                        if source is None:
                            self.missing.append((number, text.decode("utf-8", "backslashreplace")))
                            continue
                    sources.append(source)
                    targets.append(number)
                    outputs.append(output)
                    slots.append(slot)
            start += len(part.nodes)
        columns = (np.frombuffer(column, np.int32) for column in (sources, targets, outputs, slots))
        self.sources, self.targets, self.outputs, self.slots = columns

    def node(self, number: int) -> NodeDef:
        """A node with its attributes. Raises `DataError` where these cannot be read."""
        try:
            return NodeDef.FromString(self._nodes[number].SerializeToString())
        except DecodeError as error:
            name = self.names[number]
            raise DataError(f"the node {name!r} cannot be read: {error}") from error

    def attributes(self, number: int) -> list[bytes]:
        """The attributes of a node, as serialised entries of a map."""
        return list(self._nodes[number].attr)

    def inputs(self, number: int) -> list[str]:
        """The inputs of a node as they are written."""
        return [text.decode("utf-8", "backslashreplace") for text in self._nodes[number].input]


def parse_raw(data: bytes) -> RawGraphDef:
    """A serialised GraphDef, its attributes not looked at; `DataError` if it is none."""
    try:
        return RawGraphDef.FromString(data)
    except DecodeError as error:
        raise DataError(f"it is no GraphDef: {error}") from error


def parts_of(graph: RawGraphDef, prefix: bytes = b"") -> Iterator[Part]:
    """The nodes of a graph, then those of each function of its library."""
    yield Part(prefix, list(graph.node))
    for function in graph.library.function:
        name = function.signature.name
        yield Part(b"%s%s/%s/" % (prefix, FUNCTIONS.encode(), name), list(_body(function)))


def _body(function: RawFunctionDef) -> Iterator[RawNodeDef]:
    for argument in function.signature.input_arg:
        yield RawNodeDef(name=argument.name, op=b"_Arg")
    yield from function.node_def
    taken = {node.name for node in function.node_def}
    taken.update(argument.name for argument in function.signature.input_arg)
    for listed, mark in ((function.ret, b""), (function.control_ret, b"^")):
        for result in listed:
            name = result.name
            while name in taken:
                name += b"_result"
            taken.add(name)
            yield RawNodeDef(name=name, op=b"_Retval", input=[mark + result.source])


def parse_input(text: bytes) -> tuple[bytes, int]:
    """An input: "name", "name:output", "name:argument:output" or "^name" as name and output."""
    if text.startswith(b"^"):
        return text[1:], CONTROL
    name, _, rest = text.partition(b":")
    last = rest.rpartition(b":")[2]
    return name, int(last) if last.isdigit() else 0


def _numbered(values: list[bytes]) -> tuple[list[str], Ints]:
    """The different values, and for each value which of them it is."""
    number_of: dict[bytes, int] = {}
    numbers = [number_of.setdefault(value, len(number_of)) for value in values]
    texts = [value.decode("utf-8", "backslashreplace") for value in number_of]
    return texts, np.array(numbers, np.int32)


def _different(values: list[bytes]) -> list[str]:
    """The names as text; one that is there already, or is empty, gets a number behind."""
    texts = [value.decode("utf-8", "backslashreplace") for value in values]
    if len(set(texts)) == len(texts) and "" not in texts:
        return texts
    taken = set(texts)
    seen: set[str] = set()
    for at, text in enumerate(texts):
        shown, number = text or "(no name)", 2
        while shown in seen or (shown != text and shown in taken):
            shown, number = f"{text or '(no name)'} ({number})", number + 1
        texts[at] = shown
        seen.add(shown)
    return texts
