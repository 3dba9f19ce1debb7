"""Shapes, types and values of attributes, written for people."""

from __future__ import annotations

from typing import Any

import numpy as np

from neuronboard.errors import DataError
from neuronboard.formats.tensor_proto import make_ndarray
from neuronboard.pb.graph_pb2 import AttrValue
from neuronboard.pb.tensor_pb2 import DataType, TensorProto, TensorShapeProto

LONGEST_VALUE = 400  # characters of an attribute's value that are shown
_TYPE_NAMES = {0: "", 1: "float32", 2: "float64", 19: "float16"}


def shape_text(shape: TensorShapeProto) -> str:
    """A shape: "scalar", "32×784", "?×10", or "?" if nothing is known."""
    if shape.unknown_rank:
        return "?"
    if not shape.dim:
        return "scalar"
    return "×".join("?" if dim.size < 0 else str(dim.size) for dim in shape.dim)


def type_text(number: int) -> str:
    """An element type: "float32", "float32_ref"; "type 77" for one that nobody knows."""
    base = number % 100
    plain = _TYPE_NAMES.get(base)
    if plain is None:
        known = base in DataType.values()
        plain = DataType.Name(base).removeprefix("DT_").lower() if known else f"type {base}"
    return f"{plain}_ref" if number > 100 else plain


def attribute(name: str, value: AttrValue) -> dict[str, str]:
    """An attribute with its value, cut if it is long."""
    text = value_text(value)
    return {
        "name": name,
        "value": text if len(text) <= LONGEST_VALUE else text[:LONGEST_VALUE] + "…",
    }


def value_text(value: AttrValue) -> str:
    """The value of an attribute of any sort."""
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
