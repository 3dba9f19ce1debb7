"""Gradients as graph: `gradients(ys, xs)` adds the operations that compute dy/dx.

Reverse accumulation in the order of TensorFlow's: an operation is taken when every path from it to
the ys has given its part, parts are added by AddN, and each operation's rule runs in a scope
`<operation>_grad`. Everything lies under `gradients/`.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Sequence
from typing import Any

from neuronboard import errors
from neuronboard.engine.convert import convert_to_tensor
from neuronboard.engine.graph import Graph, Operation, Tensor
from neuronboard.engine.opdef import _NotDifferentiable
from neuronboard.engine.ops import arithmetic, array, constant, control
from neuronboard.engine.where import origins, user_line


def gradients(
    ys: Any,
    xs: Any,
    grad_ys: Any = None,
    name: str | None = "gradients",
    colocate_gradients_with_ops: bool = False,
    gate_gradients: bool = False,
) -> list[Tensor | None]:
    """The derivatives of sum(ys) by each of xs; None where nothing depends on it.

    grad_ys: what to begin with instead of ones. gate_gradients: all gradients of an operation wait
    for each other. Raises `GradientError` (LookupError) at an operation without a rule.
    """
    outputs = [convert_to_tensor(y) for y in _listed(ys)]
    if not outputs:
        raise errors.ArgumentValueError(
            message=f"gradients needs something to derive, got ys={ys!r} at {user_line()}: "
            "tf.gradients(loss, [w])"
        )
    sources = [x._ref() if hasattr(x, "_ref") else convert_to_tensor(x) for x in _listed(xs)]
    graph = outputs[0].graph
    with graph.as_default(), graph.name_scope(name or "gradients") as scope:
        starts = _starts(outputs, _listed(grad_ys) if grad_ys is not None else None)
        return _Backward(graph, scope, outputs, sources, gate_gradients).run(starts)


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, (list, tuple)) else [value]


def _starts(ys: Sequence[Tensor], given: list[Any] | None) -> list[Tensor]:
    """The gradients to begin with: ones, or what the caller gave."""
    if given is not None and len(given) != len(ys):
        raise errors.ArgumentValueError(
            message=f"Passed {len(given)} grad_ys for {len(ys)} ys, at {user_line()}; give one for "
            "each, or None"
        )
    starts = []
    for i, y in enumerate(ys):
        name = f"grad_ys_{i}"
        start = given[i] if given is not None else None
        if start is not None:
            starts.append(array.identity(convert_to_tensor(start, y.dtype.base_dtype), name=name))
            continue
        if not y.dtype.is_floating:
            raise errors.DTypeError(
                op=y.op,
                message=f"Gradients of tensors must be floating, got dtype "
                f"{y.dtype.base_dtype.name} for {y.name} at {user_line()}; {origins([y.op])}. Make "
                "it of floating-point numbers, with tf.cast(x, tf.float32) on what goes in",
            )
        sizes = array.shape(y)
        with y.graph.name_scope(name) as scope:
            starts.append(array.fill(sizes, constant.constant(1.0, y.dtype), name=scope))
    return starts


class _Backward:
    """One backward pass."""

    def __init__(
        self, graph: Graph, scope: str, ys: list[Tensor], xs: list[Tensor], gated: bool
    ) -> None:
        self._graph, self._scope, self._gated = graph, scope, gated
        self._ys, self._xs = ys, xs
        self._between = between(ys, xs)
        self._parts: defaultdict[Tensor, list[Tensor]] = defaultdict(list)
        self._sums: dict[Tensor, Tensor] = {}
        self._pending: defaultdict[Operation, int] = defaultdict(int)
        for op in self._between:
            for tensor in op.inputs:
                if tensor.op in self._between:
                    self._pending[tensor.op] += 1

    def run(self, starts: list[Tensor]) -> list[Tensor | None]:
        for y, start in zip(self._ys, starts, strict=True):
            self._parts[y].append(start)
        first = dict.fromkeys(y.op for y in self._ys if y.op in self._between)
        queue = deque(op for op in first if not self._pending[op])
        stops = {x.op for x in self._xs}
        while queue:
            op = queue.popleft()
            given = [self._sum(tensor) for tensor in op.outputs]
            reaches = any(tensor.op in self._between for tensor in op.inputs)
            if reaches and any(g is not None for g in given):
                for tensor, part in zip(op.inputs, self._rule(op, given), strict=True):
                    if part is not None:
                        self._parts[tensor].append(part)
            if op in stops and not reaches:
                continue
            for tensor in op.inputs:
                if tensor.op in self._between:
                    self._pending[tensor.op] -= 1
                    if not self._pending[tensor.op]:
                        queue.append(tensor.op)
        return [self._sum(x) for x in self._xs]

    def _sum(self, tensor: Tensor) -> Tensor | None:
        """The gradient of a tensor: its parts added."""
        if tensor not in self._sums and self._parts[tensor]:
            parts = self._parts[tensor]
            self._sums[tensor] = parts[0] if len(parts) == 1 else arithmetic.add_n(parts)
        return self._sums.get(tensor)

    def _rule(self, op: Operation, given: list[Tensor | None]) -> Sequence[Tensor | None]:
        rule = op.definition.grad
        if isinstance(rule, _NotDifferentiable):
            return (None,) * len(op.inputs)
        with self._graph.name_scope(f"{self._scope}{op.name}_grad/".replace("//", "/")):
            filled = [
                array.zeros_like(tensor) if part is None else part
                for tensor, part in zip(op.outputs, given, strict=True)
            ]
            found: Sequence[Tensor | None] = rule(op, *filled)
            if self._gated and sum(part is not None for part in found) > 1:
                found = control.tuple(found)
        return found


def blocking(y: Tensor, xs: Sequence[Tensor]) -> list[Operation]:
    """The operations between the xs and y through which no gradient flows, oldest first."""
    found = [op for op in between([y], xs) if isinstance(op.definition.grad, _NotDifferentiable)]
    ends = {x.op for x in xs}
    return sorted((op for op in found if op not in ends), key=lambda op: op._id)


def between(ys: Sequence[Tensor], xs: Sequence[Tensor]) -> set[Operation]:
    """The operations that lie on a path from an x to a y, both ends included."""
    back: set[Operation] = set()
    todo = [y.op for y in ys]
    while todo:
        op = todo.pop()
        if op not in back:
            back.add(op)
            todo += [tensor.op for tensor in op.inputs]
    reached = {x.op for x in xs} & back
    for op in sorted(back, key=lambda op: op._id):
        if any(tensor.op in reached for tensor in op.inputs):
            reached.add(op)
    return reached
