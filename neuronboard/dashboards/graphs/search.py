"""Nodes that match: by name or op, by attributes, by the shapes they give, by device.

A search is words; all must match. `op:MatMul`, `attr:strides`, `attr:strides=2`, `shape:32x10` and
`device:GPU` look at one thing each; any other word is looked for in names and ops. Words are
regular expressions, or if they are none, plain text; case does not matter. In a shape "?" fits any
size, and × is as good as x.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from neuronboard.dashboards.graphs.texts import value_text
from neuronboard.dashboards.graphs.view import Pictures
from neuronboard.errors import DataError, QueryError

MOST_MATCHES = 50
Test = Callable[[int], str | None]


def search(pictures: Pictures, text: str) -> tuple[list[dict[str, Any]], int]:
    """Nodes that match, the shortest names first, each with why; and how many more there are."""
    words = text.split()
    if not words:
        raise QueryError("q must hold what to look for")
    tests = sorted((_test(pictures, word) for word in words), key=lambda pair: pair[0])
    table, tree = pictures.graph.table, pictures.graph.tree
    matches = dict.fromkeys(range(len(table)), "")
    for _, test in tests:
        whys = ((number, why, test(number)) for number, why in matches.items())
        matches = {number: why or found for number, why, found in whys if found is not None}
    numbers = sorted(matches, key=lambda number: (len(table.names[number]), table.names[number]))
    found = [
        {
            "path": pictures.graph.node_path(number),
            "name": table.names[number],
            "op": table.ops[table.op_of[number]],
            "why": matches[number],
            "within": pictures.around(number + tree.n_groups),
        }
        for number in numbers[:MOST_MATCHES]
    ]
    return found, max(0, len(numbers) - MOST_MATCHES)


def _test(pictures: Pictures, word: str) -> tuple[int, Test]:
    """What a word asks of a node, and how dear that is; the answer is why it matches, or None."""
    key, colon, wanted = word.partition(":")
    if colon and wanted and key in _TERMS:
        cost, make = _TERMS[key]
        return cost, make(pictures, wanted)
    return 1, _named(pictures, word)


def _pattern(text: str) -> re.Pattern[str]:
    try:
        return re.compile(text, re.IGNORECASE)
    except re.error:
        return re.compile(re.escape(text), re.IGNORECASE)


def _named(pictures: Pictures, wanted: str) -> Test:
    pattern, by_op = _pattern(wanted), _by_op(pictures, wanted)
    names = pictures.graph.table.names
    return lambda number: "name" if pattern.search(names[number]) else by_op(number)


def _by_op(pictures: Pictures, wanted: str) -> Test:
    pattern, table = _pattern(wanted), pictures.graph.table
    fits = ["op" if pattern.search(op) else None for op in table.ops]
    of_node = table.op_of.tolist()
    return lambda number: fits[of_node[number]]


def _by_device(pictures: Pictures, wanted: str) -> Test:
    pattern, table = _pattern(wanted), pictures.graph.table
    fits = [f"device {device}" if pattern.search(device) else None for device in table.devices]
    of_node = table.device_of.tolist()
    return lambda number: fits[of_node[number]]


def _by_shape(pictures: Pictures, wanted: str) -> Test:
    sizes = re.split("[x×,]", wanted.strip("[]()").lower())
    outputs = pictures.graph.outputs

    def fits(number: int) -> str | None:
        for output in outputs.of(number):
            dims = output.dims
            if dims == () and wanted.lower() == "scalar":
                return "shape scalar"
            if dims is not None and len(dims) == len(sizes) and all(map(_fits, sizes, dims)):
                return f"shape {output.shape}"
        return None

    return fits


def _fits(wanted: str, size: int) -> bool:
    return wanted in ("?", "-1", "*") or wanted == str(size)


def _by_attribute(pictures: Pictures, wanted: str) -> Test:
    key, equals, value = wanted.partition("=")
    key_pattern, value_pattern = _pattern(key), _pattern(value)
    table = pictures.graph.table

    def fits(number: int) -> str | None:
        try:
            attributes = table.node(number).attr
        except DataError:
            return None  # what cannot be read has no attribute to match
        for name in attributes:
            if key_pattern.search(name):
                text = value_text(attributes[name]) if equals else ""
                if not equals or value_pattern.search(text):
                    return f"attribute {name}"
        return None

    return fits


_TERMS: dict[str, tuple[int, Callable[[Pictures, str], Test]]] = {
    "op": (0, _by_op),
    "device": (0, _by_device),
    "shape": (2, _by_shape),
    "attr": (3, _by_attribute),
}
