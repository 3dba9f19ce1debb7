"""What flows on an edge: shape, element type and bytes of a node's outputs, as its attributes say.

TensorFlow keeps shapes in `_output_shapes` if it was asked to (`add_shapes=True`); constants,
placeholders and variables say theirs in any case. Types stand under different keys for different
operations.
"""

from __future__ import annotations

import math
import re
from functools import cached_property
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from google.protobuf.message import DecodeError

from neuronboard.dashboards.graphs.texts import shape_text, type_text
from neuronboard.formats.graph_table import GraphTable
from neuronboard.pb.graph_pb2 import AttrValue
from neuronboard.pb.raw_graph_pb2 import RawAttr
from neuronboard.pb.tensor_pb2 import TensorShapeProto


class Output(NamedTuple):
    """shape: as `shape_text` writes it; dtype: as `type_text`, "" if unknown; bytes: None if the
    shape or the type's size is unknown; dims: the sizes, None if the rank is unknown."""

    shape: str
    dtype: str
    bytes: int | None
    dims: tuple[int, ...] | None


UNKNOWN = Output("?", "", None, None)
BOOL, INT32, INT64, STRING, RESOURCE = 10, 3, 9, 7, 20
SIZES = {1: 4, 2: 8, 3: 4, 4: 1, 5: 2, 6: 1, 8: 8, 9: 8, 10: 1, 11: 1, 12: 1, 13: 4, 14: 2, 15: 2}
SIZES |= {16: 2, 17: 2, 18: 16, 19: 2, 22: 4, 23: 8, 24: 1, 25: 1}

# op -> the attribute that holds its outputs' type, where that is not T or dtype
TYPE_KEYS = {
    "Cast": "DstT",
    "Shape": "out_type",
    "ShapeN": "out_type",
    "Size": "out_type",
    "ArgMax": "output_type",
    "ArgMin": "output_type",
    "Bitcast": "type",
    "DecodeRaw": "out_type",
    "StringToNumber": "out_type",
    "Bucketize": "",
}
# op -> the type of its outputs, whatever its attributes say, or if they do not say
_BOOLS = (
    "Less LessEqual Greater GreaterEqual Equal NotEqual LogicalAnd LogicalOr LogicalNot All Any "
    "IsNan IsInf IsFinite IsVariableInitialized VarIsInitializedOp LoopCond InTopK InTopKV2"
)
_STRINGS = (
    "ScalarSummary HistogramSummary ImageSummary ImageSummaryV2 AudioSummary AudioSummaryV2 "
    "MergeSummary TensorSummary TensorSummaryV2 StringJoin ShardedFilename AsString ReadFile"
)
FIXED = dict.fromkeys(_BOOLS.split(" "), BOOL) | dict.fromkeys(_STRINGS.split(" "), STRING)
FIXED |= {"VarHandleOp": RESOURCE, "Where": INT64, "ConcatOffset": INT32, "Rank": INT32}
DEFAULTS = {"out_type": INT32, "output_type": INT64}
LISTS = ("Tout", "output_types", "component_types", "out_types", "Toutput_types", "dtypes")
PLAIN = ("dtype", "T", "Tparams", "element_dtype", "SrcT")
SHAPED = ("Placeholder", "PlaceholderWithDefault", "VariableV2", "Variable", "VarHandleOp")
_KEYS = ("_output_shapes", "shape", *set(TYPE_KEYS.values()) - {""}, *LISTS, *PLAIN)
_TELLS = re.compile(b"|".join(re.escape(b"\n%c%s" % (len(key), key.encode())) for key in _KEYS))
_VALUE = b"\n\x05value"


class Outputs:
    """The outputs of the nodes of a graph; nodes with the same attributes are looked at once."""

    def __init__(self, table: GraphTable) -> None:
        self._table = table
        self._of_node: dict[int, tuple[Output, ...]] = {}
        self._known: dict[tuple[int, tuple[bytes, ...]], tuple[Output, ...]] = {}

    def of(self, number: int) -> tuple[Output, ...]:
        """What is known of the outputs of a node, the first ones; empty if nothing is."""
        known = self._of_node.get(number)
        if known is not None:
            return known
        op = int(self._table.op_of[number])
        entries = tuple(filter(_TELLS.match, self._table.attributes(number)))
        if self._table.ops[op] == "Const":
            entries += self._constant(number)
        found = self._known.get((op, entries))
        if found is None:
            found = self._known[op, entries] = _read(self._table.ops[op], entries)
        self._of_node[number] = found
        return found

    def one(self, number: int, output: int) -> Output:
        """One output of a node."""
        found = self.of(number)
        return found[output] if 0 <= output < len(found) else UNKNOWN

    @cached_property
    def largest(self) -> npt.NDArray[np.float64]:
        """The bytes of each node's largest output, NaN where none is known: float64[n]."""
        found = np.full(len(self._table), math.nan)
        for number in range(len(self._table)):
            sizes = [one.bytes for one in self.of(number) if one.bytes is not None]
            if sizes:
                found[number] = max(sizes)
        return found

    def _constant(self, number: int) -> tuple[bytes, ...]:
        """The shape of a constant, as the attribute of a placeholder would say it."""
        for entry in self._table.attributes(number):
            if entry.startswith(_VALUE):
                value = _parsed(entry)
                if value is not None:
                    shape = AttrValue(shape=value.value.tensor.tensor_shape)
                    return (RawAttr(key=b"shape", value=shape).SerializeToString(),)
        return ()


def _parsed(entry: bytes) -> RawAttr | None:
    try:
        return RawAttr.FromString(entry)
    except DecodeError:
        return None  # an attribute that cannot be read says nothing; `GraphTable.node` tells of it


def _read(op: str, entries: tuple[bytes, ...]) -> tuple[Output, ...]:
    parsed = [attr for attr in map(_parsed, entries) if attr is not None]
    values = {attr.key.decode("utf-8", "replace"): attr.value for attr in parsed}
    shapes = _shapes(op, values)
    types = _types(op, values)
    count = max(len(shapes), len(types))
    if not count:
        return ()
    last = types[-1] if types and len(types) == 1 else 0
    types += [last] * (count - len(types))
    shapes += [TensorShapeProto(unknown_rank=True)] * (count - len(shapes))
    return tuple(_output(shape, kind) for shape, kind in zip(shapes, types, strict=True))


def _shapes(op: str, values: dict[str, AttrValue]) -> list[TensorShapeProto]:
    if "_output_shapes" in values:
        return list(values["_output_shapes"].list.shape)
    if "shape" in values and (op in SHAPED or op == "Const"):
        return [values["shape"].shape]
    return []


def _types(op: str, values: dict[str, AttrValue]) -> list[int]:
    if op in FIXED:
        return [FIXED[op]]
    for key in LISTS:
        if key in values and values[key].list.type:
            return list(values[key].list.type)
    keys = (TYPE_KEYS[op],) if op in TYPE_KEYS else PLAIN
    for key in keys:
        if key in values and values[key].type:
            return [values[key].type]
    default = DEFAULTS.get(TYPE_KEYS.get(op, ""))
    return [default] if default else []


def _output(shape: TensorShapeProto, kind: int) -> Output:
    dims = None if shape.unknown_rank else tuple(dim.size for dim in shape.dim)
    size = SIZES.get(kind % 100)
    known = dims is not None and size is not None and min(dims, default=0) >= 0
    total = math.prod(dims) * size if known and dims is not None and size is not None else None
    return Output(shape_text(shape), type_text(kind), total, dims)
