"""What was recorded of a graph's nodes besides their times: the last value of each scalar summary.

A summary node says its tag by a constant that it takes; what it writes is the value of the node
that it takes beside that.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from neuronboard.dashboards.graphs.graph import Graph
from neuronboard.errors import DataError
from neuronboard.store import Run
from neuronboard.store.summary import summary_of

# op -> which of its inputs is the tag, and which the value
SCALARS = {"ScalarSummary": (0, 1), "WriteScalarSummary": (2, 3)}
Numbers = npt.NDArray[np.float64]


def last_values(graph: Graph, run: Run | None) -> Numbers:
    """For each node the last value that the run logged of it, NaN where it logged none: of scalar
    summaries, and of what these take. float64[n]."""
    found = np.full(len(graph.table), math.nan)
    if run is None:
        return found
    logged = set(run.scalar_tags)
    for summary, source, tag in _summaries(graph):
        last = summary_of(run, tag).last if tag in logged else None
        if last is not None:
            found[[summary, source]] = last.value
    return found


def _summaries(graph: Graph) -> Iterator[tuple[int, int, str]]:
    """The number of each scalar summary, of the node that it takes its value from, and its tag."""
    table = graph.table
    order, first = graph.taking
    for op, (tag_at, value_at) in SCALARS.items():
        if op not in table.ops:
            continue
        for number in np.flatnonzero(table.op_of == table.ops.index(op)).tolist():
            edges = order[first[number] : first[number + 1]].tolist()
            takes = {int(table.slots[edge]): int(table.sources[edge]) for edge in edges}
            tag = _text(graph, takes[tag_at]) if {tag_at, value_at} <= takes.keys() else None
            if tag is not None:
                yield number, takes[value_at], tag


def _text(graph: Graph, number: int) -> str | None:
    """What a constant says, if it is one text."""
    try:
        texts = graph.table.node(number).attr["value"].tensor.string_val
    except DataError:
        return None  # a node that cannot be read says nothing; its panel tells of it
    return texts[0].decode("utf-8", "replace") if len(texts) == 1 else None
