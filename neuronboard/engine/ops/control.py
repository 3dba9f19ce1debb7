"""Order without data: no_op, group, tuple."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from neuronboard.engine.graph import Operation, get_default_graph
from neuronboard.engine.indexed_slices import IndexedSlices
from neuronboard.engine.opdef import NOT_DIFFERENTIABLE, OpDef, register
from neuronboard.engine.ops.apply import apply, scope_of
from neuronboard.engine.ops.array import identity

NO_OP = register(
    OpDef(
        type="NoOp", infer=lambda op: [], kernel=lambda xp: (), grad=NOT_DIFFERENTIABLE, pure=False
    )
)


def no_op(name: str | None = None) -> Operation:
    """An operation that does nothing, and so can wait for others."""
    return apply(NO_OP, name=name)


def group(*inputs: Any, name: str | None = None) -> Operation:
    """An operation that has run when all `inputs` (operations, tensors, variables) have run."""
    graph = get_default_graph()
    for item in inputs:
        graph = getattr(item, "graph", graph)
    with graph.as_default(), graph.control_dependencies(inputs):
        return no_op(name=name or "group_deps")


def tuple(
    tensors: Sequence[Any], name: str | None = None, control_inputs: Sequence[Any] | None = None
) -> list[Any]:
    """The same tensors, each available only when all of them have been computed."""
    present = [tensor for tensor in tensors if tensor is not None]
    with scope_of(present, name or "tuple"):
        gate = group(*[_maker(item) for item in present], *(control_inputs or ()))
        gated: list[Any] = []
        for tensor in tensors:
            gated.append(None if tensor is None else _gated(gate, tensor))
        return gated


def _maker(item: Any) -> Operation:
    """The operation that a tensor comes from, or an operation itself."""
    made: Operation = getattr(item, "op", item)
    return made


def _gated(gate: Operation, tensor: Any) -> Any:
    if isinstance(tensor, IndexedSlices):
        values, indices = _gated(gate, tensor.values), identity(tensor.indices)
        return IndexedSlices(values, indices, tensor.dense_shape)
    with gate.graph.colocate_with(tensor.op), gate.graph.control_dependencies([gate]):
        return identity(tensor, name="control_dependency")
