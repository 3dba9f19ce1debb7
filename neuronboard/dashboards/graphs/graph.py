"""One graph, as the questions about it need it; what is beyond its tree is made when asked for."""

from __future__ import annotations

from functools import cached_property

import numpy as np
import numpy.typing as npt

from neuronboard.dashboards.graphs.blocks import Words, structure
from neuronboard.dashboards.graphs.flows import Flows
from neuronboard.dashboards.graphs.outputs import Outputs
from neuronboard.dashboards.graphs.stats import Stats
from neuronboard.dashboards.graphs.tree import Ints, Tree
from neuronboard.errors import NotFoundQueryError
from neuronboard.formats.graph_table import CONTROL, GraphTable

EDGE_KINDS = ("data", "control", "reference", "loop")
DATA, WAITING, REFERENCE, LOOP = range(4)
VARIABLES = ("VariableV2", "Variable", "VarHandleOp", "TemporaryVariable", "AutoReloadVariable")
CHANGERS = ("Assign", "Apply", "SparseApply", "Scatter", "CountUpTo", "Resource", "Ref")


class Graph:
    """A graph with its tree of groups; stats: what its nodes took, if that was recorded."""

    def __init__(self, table: GraphTable, stats: Stats | None = None) -> None:
        self.table = table
        self.stats = stats
        self.tree = Tree(table)
        self.outputs = Outputs(table)
        self.flows = Flows(table, self.outputs)

    @classmethod
    def parse(cls, data: bytes) -> Graph:
        """The graph of a serialised GraphDef; `DataError` if it is none."""
        return cls(GraphTable.parse(data))

    @cached_property
    def blocks(self) -> Words:
        """For each item the number of its structure: uint64[items]."""
        return structure(self.tree)

    @cached_property
    def edge_kinds(self) -> npt.NDArray[np.uint8]:
        """For each edge its place in `EDGE_KINDS`.

        loop: a loop's way back, from NextIteration to Merge. reference: a variable, to what may
        change it.
        """
        table = self.table
        sources, targets = table.op_of[table.sources], table.op_of[table.targets]
        variable = self._ops_that(lambda op: op in VARIABLES)
        changer = self._ops_that(lambda op: op.startswith(CHANGERS))
        back = self._ops_that(lambda op: op in ("NextIteration", "RefNextIteration"))
        merge = self._ops_that(lambda op: op in ("Merge", "RefMerge"))
        kinds = np.where(variable[sources] & changer[targets], REFERENCE, DATA)
        kinds = np.where(back[sources] & merge[targets], LOOP, kinds)
        return np.where(table.outputs == CONTROL, WAITING, kinds).astype(np.uint8)

    def _ops_that(self, test: object) -> npt.NDArray[np.bool_]:
        assert callable(test)
        return np.array([test(op) for op in self.table.ops] or [False], bool)

    @cached_property
    def class_counts(self) -> npt.NDArray[np.int32]:
        """See `tuck.class_counts`."""
        from neuronboard.dashboards.graphs import tuck

        return tuck.class_counts(self)

    @cached_property
    def places(self) -> tuple[Ints, Ints]:
        """For each edge the places of its source and its target in the tree's order."""
        start = self.tree.start[self.tree.n_groups :]
        return start[self.table.sources], start[self.table.targets]

    @cached_property
    def taken(self) -> tuple[Ints, Ints]:
        """The edges by the node that they come from, and where each node's begin."""
        return _grouped(self.table.sources, len(self.table))

    @cached_property
    def taking(self) -> tuple[Ints, Ints]:
        """The edges by the node that they go to, and where each node's begin."""
        return _grouped(self.table.targets, len(self.table))

    def node(self, path: str) -> int:
        """The number of a node by its path or name; `NotFoundQueryError` if there is none."""
        item = self.tree.find(path)
        if item is not None and self.tree.is_group(item):
            number = self.tree.node_at(path)
            item = None if number is None else number + self.tree.n_groups
        if item is None:
            raise NotFoundQueryError(f"there is no node {path!r} in this graph")
        return item - self.tree.n_groups

    def node_path(self, number: int) -> str:
        """The path of a node."""
        return self.tree.path(number + self.tree.n_groups)


def _grouped(ends: Ints, nodes: int) -> tuple[Ints, Ints]:
    order = np.argsort(ends, kind="stable").astype(np.int32)
    return order, np.searchsorted(ends[order], np.arange(nodes + 1)).astype(np.int32)
