"""Branches and loops as messages of a meta graph, so that gradients go through what is imported.

A message names tensors: those that belong to a context, and for each value from outside what stands
for it inside. The operations of the graph itself must be there already.
"""

from __future__ import annotations

from typing import Any

from neuronboard.engine.contexts import CondContext, Context, LoopContext
from neuronboard.engine.graph import Graph, Tensor
from neuronboard.pb.control_flow_pb2 import (
    CondContextDef,
    ControlFlowContextDef,
    ValuesDef,
    WhileContextDef,
)


def context_def(context: Context) -> CondContextDef | WhileContextDef:
    """The message of a context, with those inside of it."""
    made = _cond_def(context) if isinstance(context, CondContext) else _while_def(context)
    made.context_name = context.name
    made.values_def.CopyFrom(_values_def(context))
    for inner in context.inner:
        found = context_def(inner)
        if isinstance(found, CondContextDef):
            made.nested_contexts.append(ControlFlowContextDef(cond_ctxt=found))
        else:
            made.nested_contexts.append(ControlFlowContextDef(while_ctxt=found))
    return made


def _cond_def(context: CondContext) -> CondContextDef:
    pivot = context.pivot.name
    return CondContextDef(pred_name=context.pred.name, pivot_name=pivot, branch=context.branch)


def _while_def(context: Context) -> WhileContextDef:
    assert isinstance(context, LoopContext)
    assert context.cond is not None
    assert context.pivot_for_pred is not None
    assert context.pivot_for_body is not None
    return WhileContextDef(
        parallel_iterations=context.parallel_iterations,
        back_prop=context.back_prop,
        swap_memory=context.swap_memory,
        pivot_name=context.cond.name,
        pivot_for_pred_name=context.pivot_for_pred.name,
        pivot_for_body_name=context.pivot_for_body.name,
        loop_exit_names=[tensor.name for tensor in context.exits],
        loop_enter_names=[tensor.name for tensor in context.enters],
    )


def _values_def(context: Context) -> ValuesDef:
    doors = {outside.name: inside.name for outside, inside in context.doors.items()}
    return ValuesDef(values=sorted(tensor.name for tensor in context.values), external_values=doors)


def restore(graph: Graph, data: bytes, loop: bool, below: str) -> Context:
    """The context of a serialised message, with those inside of it; `below`: the scope, with "/".

    Each operation that it names belongs to the innermost context that names it.
    """
    message: Any = WhileContextDef if loop else CondContextDef
    return _Restoring(graph, below).context(message.FromString(data), None)


class _Restoring:
    """Makes contexts of messages in a graph."""

    def __init__(self, graph: Graph, below: str) -> None:
        self._graph, self._below = graph, below

    def _tensor(self, name: str) -> Tensor:
        return self._graph.get_tensor_by_name(self._below + name)

    def context(self, message: Any, outer: Context | None) -> Context:
        """A context inside of another, and those inside of it."""
        loop = isinstance(message, WhileContextDef)
        made: Context = self._loop(message) if loop else self._cond(message)
        made.graph, made.outer, made.inner = self._graph, outer, []
        made.name = self._below + message.context_name
        values = message.values_def
        made.values = {self._tensor(name) for name in values.values}
        made.doors = {
            self._tensor(outside): self._tensor(inside)
            for outside, inside in values.external_values.items()
        }
        for name in values.values:
            if name not in values.external_values:
                self._tensor(name).op.context = made
        for nested in message.nested_contexts:
            found = nested.while_ctxt if nested.HasField("while_ctxt") else nested.cond_ctxt
            made.inner.append(self.context(found, made))
        return made

    def _cond(self, message: CondContextDef) -> CondContext:
        made = CondContext.__new__(CondContext)
        made.pred, made.branch = self._tensor(message.pred_name), message.branch
        made._pivot = self._tensor(message.pivot_name)
        return made

    def _loop(self, message: WhileContextDef) -> LoopContext:
        made = LoopContext.__new__(LoopContext)
        made.parallel_iterations = message.parallel_iterations
        made.back_prop, made.swap_memory = message.back_prop, message.swap_memory
        made.gradient = None
        made.cond = self._tensor(message.pivot_name)
        made.pivot_for_pred = self._tensor(message.pivot_for_pred_name)
        made.pivot_for_body = self._tensor(message.pivot_for_body_name)
        made.exits = [self._tensor(name) for name in message.loop_exit_names]
        made.enters = [self._tensor(name) for name in message.loop_enter_names]
        return made
