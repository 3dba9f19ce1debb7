"""Nodes that match: by name or op."""

from __future__ import annotations

import re
from typing import Any

from neuronboard.dashboards.graphs.view import Pictures
from neuronboard.errors import QueryError

MOST_MATCHES = 50


def search(pictures: Pictures, text: str) -> tuple[list[dict[str, Any]], int]:
    """Nodes whose name or op matches a regular expression, and how many more there are.

    Case does not matter; a text that is no regular expression is looked for as it stands.
    """
    if not text:
        raise QueryError("q must hold what to look for")
    try:
        pattern = re.compile(text, re.IGNORECASE)
    except re.error:
        pattern = re.compile(re.escape(text), re.IGNORECASE)
    table, tree = pictures.graph.table, pictures.graph.tree
    ops = [bool(pattern.search(op)) for op in table.ops]
    of_op = table.op_of.tolist()
    matches = [
        number
        for number, name in enumerate(table.names)
        if ops[of_op[number]] or pattern.search(name)
    ]
    matches.sort(key=lambda number: (len(table.names[number]), table.names[number]))
    found = [
        {
            "path": pictures.graph.node_path(number),
            "name": table.names[number],
            "op": table.ops[of_op[number]],
            "why": "name" if pattern.search(table.names[number]) else "op",
            "within": pictures.around(number + tree.n_groups),
        }
        for number in matches[:MOST_MATCHES]
    ]
    return found, max(0, len(matches) - MOST_MATCHES)
