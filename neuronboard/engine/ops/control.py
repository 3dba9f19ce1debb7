"""Order without data: no_op, group, tuple."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from neuronboard import errors
from neuronboard.engine.graph import Graph, Operation, Tensor, get_default_graph
from neuronboard.engine.indexed_slices import IndexedSlices
from neuronboard.engine.opdef import NOT_DIFFERENTIABLE, OpDef, register
from neuronboard.engine.ops.apply import apply, scope_of
from neuronboard.engine.ops.array import identity
from neuronboard.engine.structure import flatten
from neuronboard.engine.where import user_line

NO_OP = register(
    OpDef(
        type="NoOp", infer=lambda op: [], kernel=lambda xp: (), grad=NOT_DIFFERENTIABLE, pure=False
    )
)


def no_op(name: str | None = None) -> Operation:
    """An operation that does nothing, and so can wait for others."""
    return apply(NO_OP, name=name)


def group(*inputs: Any, name: str | None = None) -> Operation:
    """An operation that has run when all `inputs` (operations, tensors, variables) have run.

    Where they belong to several devices, one such operation waits for those of each device.
    """
    leaves = flatten(list(inputs))
    graph = get_default_graph()
    for item in leaves:
        if not hasattr(item, "graph"):
            raise errors.DTypeError(
                message=f"'inputs' should be zero or more (nested) Tensors. Received '{item}' with "
                f"type '{type(item)}'. At {user_line()}: give operations, tensors or variables"
            )
        graph = item.graph
    places: dict[str, list[Any]] = {}
    for item in leaves:
        places.setdefault(graph.as_graph_element(item).device, []).append(item)
    with graph.as_default(), graph.name_scope(name or "group_deps") as scope:
        if len(places) < 2:
            return _waiting(graph, next(iter(places.items()), ("", [])), scope)
        each = [_waiting(graph, place, None) for place in sorted(places.items())]
        with graph.control_dependencies(each):
            return no_op(name=scope)


def _waiting(graph: Graph, place: Any, name: str | None) -> Operation:
    """An operation on a device that waits for others there."""
    device, waits = place
    with graph.control_dependencies(waits):
        if not device:
            return no_op(name=name)
        with graph.device(device):
            return no_op(name=name)


def tuple(
    tensors: Sequence[Any], name: str | None = None, control_inputs: Sequence[Any] | None = None
) -> list[Any]:
    """The same tensors, each available only when all of them have been computed."""
    present = [tensor for tensor in tensors if tensor is not None]
    if not present:
        raise errors.ArgumentValueError(
            message=f"'tensors' must have at least one Tensor. Received: {tensors}. At "
            f"{user_line()}"
        )
    with scope_of(present, name or "tuple"):
        gates = {_maker(item) for item in (*present, *(control_inputs or ()))}
        gate = group(*sorted(gates, key=lambda op: op._id))
        gated: list[Any] = []
        for tensor in tensors:
            gated.append(None if tensor is None else _gated(gate, tensor))
        return gated


def with_dependencies(dependencies: Sequence[Any], tensor: Tensor) -> Tensor:
    """The same tensor, available only when `dependencies` have run."""
    with tensor.graph.colocate_with(tensor.op), tensor.graph.control_dependencies(dependencies):
        return identity(tensor, name="control_dependency")


def _maker(item: Any) -> Operation:
    """The operation that a tensor comes from, or an operation itself."""
    made: Operation = getattr(item, "op", item)
    return made


def _gated(gate: Operation, tensor: Any) -> Any:
    if isinstance(tensor, IndexedSlices):
        values, indices = _gated(gate, tensor.values), identity(tensor.indices)
        return IndexedSlices(values, indices, tensor.dense_shape)
    return with_dependencies([gate], tensor)
