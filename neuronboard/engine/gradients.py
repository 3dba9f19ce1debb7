"""Gradients as graph: `gradients(ys, xs)` adds the operations that compute dy/dx.

Reverse accumulation in the order of TensorFlow's: an operation is taken when every path from it to
the ys has given its part, parts are added by AddN, and each operation's rule runs in a scope
`<operation>_grad`. Everything lies under `gradients/`.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Collection, Sequence
from contextlib import AbstractContextManager, nullcontext
from enum import Enum
from typing import TYPE_CHECKING, Any

import numpy as np

from neuronboard import errors
from neuronboard.engine import dtypes
from neuronboard.engine.convert import convert_to_tensor
from neuronboard.engine.graph import Graph, Operation, Tensor
from neuronboard.engine.indexed_slices import IndexedSlices
from neuronboard.engine.opdef import _NotDifferentiable
from neuronboard.engine.ops import arithmetic, array, constant, control, join, numbers
from neuronboard.engine.ops.flow import EXITS, SWITCHES
from neuronboard.engine.where import origins, user_line, warn

if TYPE_CHECKING:
    from neuronboard.engine.loop_gradients import LoopGradients

_TAKE_ROWS = ("Identity", "Enter", "Exit")  # whose rules know rows of tables


class UnconnectedGradients(Enum):
    """What stands for the gradient of what nothing depends on."""

    NONE = "none"
    ZERO = "zero"


def gradients(
    ys: Any,
    xs: Any,
    grad_ys: Any = None,
    name: str | None = "gradients",
    colocate_gradients_with_ops: bool = False,
    gate_gradients: bool = False,
    aggregation_method: Any = None,
    stop_gradients: Any = None,
    unconnected_gradients: Any = UnconnectedGradients.NONE,
) -> list[Any]:
    """The derivatives of sum(ys) by each of xs; None where nothing depends on it.

    grad_ys: what to begin with instead of ones. gate_gradients: all gradients of an operation wait
    for each other. stop_gradients: a tensor or several that are taken as constants.
    unconnected_gradients: "none" or "zero". A table that was gathered from gets `IndexedSlices`.
    Raises `GradientError` (LookupError) at an operation without a rule.
    """
    outputs = [convert_to_tensor(y) for y in _listed(ys)]
    if not outputs:
        raise errors.ArgumentValueError(
            message=f"gradients needs something to derive, got ys={ys!r} at {user_line()}: "
            "tf.gradients(loss, [w])"
        )
    sources = _tensors(xs)
    _tell_whole("ys", outputs)
    _tell_whole("xs", sources)
    stops = _tensors([] if stop_gradients is None else stop_gradients)
    graph = outputs[0].graph
    around = graph.get_name_scope()
    with graph.as_default(), graph.name_scope(name or "gradients"):
        starts = _starts(outputs, _listed(grad_ys) if grad_ys is not None else None)
        backward = _Backward(graph, outputs, sources, stops, gate_gradients)
        found = backward.run(starts)
        with graph.name_scope(around and f"{around}/"):
            backward.finish()
        if UnconnectedGradients(unconnected_gradients) is UnconnectedGradients.ZERO:
            pairs = zip(found, sources, strict=True)
            found = [array.zeros_like(x) if part is None else part for part, x in pairs]
        return found


def hessians(
    ys: Any,
    xs: Any,
    name: str = "hessians",
    colocate_gradients_with_ops: bool = False,
    gate_gradients: bool = False,
    aggregation_method: Any = None,
) -> list[Tensor]:
    """The second derivatives of sum(ys) by each of xs: x.shape twice, as TensorFlow shapes them.

    Row by row, as gradients of the first derivative's elements; the shape of x must be known.
    """
    sources = [convert_to_tensor(x) for x in _listed(xs)]
    result = []
    for x in sources:
        [first] = gradients(ys, x)
        with x.graph.as_default(), x.graph.name_scope(name):
            count = x.shape.num_elements()
            if count is None:
                raise errors.ShapeError(
                    op=x.op,
                    message=f"hessians needs known shapes, got {x.shape} for {x.name}. At "
                    f"{user_line()}; {origins([x.op])}",
                )
            if first is None:
                rows = [array.zeros_like(x)] * count
            else:
                flat = array.reshape(first, [-1])
                rows = [gradients(flat[i], x)[0] for i in range(count)]
                rows = [array.zeros_like(x) if row is None else row for row in rows]
            whole = [*x.shape.as_list(), *x.shape.as_list()]
            result.append(array.reshape(join.stack(rows), np.array(whole, np.int32)))
    return result


def _tell_whole(role: str, tensors: list[Tensor]) -> None:
    """Warns of what has no derivative, such as whole numbers. TypeError for ys without numbers."""
    for tensor in tensors:
        if tensor.dtype.kind in "fc":
            continue
        what = (
            f"Gradients of tensors must be floating, got dtype {tensor.dtype.base_dtype.name} for "
            f"{tensor.name} among the {role} at {user_line()}; {origins([tensor.op])}. Make it of "
            "floating-point numbers, with tf.cast(x, tf.float32) on what goes in"
        )
        if tensor.dtype.kind not in "iu" and role == "ys":
            raise errors.DTypeError(op=tensor.op, message=what)
        warn(f"{what}; the gradient is None")


def _tensors(xs: Any) -> list[Tensor]:
    return [x._ref() if hasattr(x, "_ref") else convert_to_tensor(x) for x in _listed(xs)]


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, (list, tuple)) else [value]


def _starts(ys: Sequence[Tensor], given: list[Any] | None) -> list[Tensor | None]:
    """The gradients to begin with: ones, or what the caller gave."""
    if given is not None and len(given) != len(ys):
        raise errors.ArgumentValueError(
            message=f"Length mismatch. Passed {len(given)} grad_ys for {len(ys)} ys. At "
            f"{user_line()}; give one for each, or None"
        )
    starts: list[Tensor | None] = []
    for i, y in enumerate(ys):
        name = f"grad_ys_{i}"
        start = given[i] if given is not None else None
        if start is None and y.dtype.kind == "c":
            raise errors.DTypeError(
                op=y.op,
                message=f"Gradients of complex tensors must set grad_ys, got dtype "
                f"{y.dtype.base_dtype.name} for {y.name} at {user_line()}; {origins([y.op])}. "
                "Take a real number of it, as tf.abs(x) or tf.real(x) do",
            )
        if y.dtype.kind not in "fc":
            starts.append(None)
            continue
        if start is not None:
            starts.append(array.identity(convert_to_tensor(start, y.dtype.base_dtype), name=name))
            continue
        sizes = array.shape(y)
        with y.graph.name_scope(name) as scope:
            starts.append(array.fill(sizes, constant.constant(1.0, y.dtype), name=scope))
    return starts


class _Backward:
    """One backward pass."""

    def __init__(
        self,
        graph: Graph,
        ys: list[Tensor],
        xs: list[Tensor],
        stops: list[Tensor],
        gated: bool,
    ) -> None:
        self._graph, self._gated = graph, gated
        self._ys, self._xs = ys, xs
        self._stops = {tensor.op for tensor in stops}
        self._between = between(ys, xs, self._stops, "fcO")
        self._parts: defaultdict[Tensor, list[Any]] = defaultdict(list)
        self._sums: dict[Tensor, Any] = {}
        self._queue: deque[Operation] = deque()
        self._loops: LoopGradients | None = None

    def run(self, starts: list[Tensor | None]) -> list[Any]:
        for y, start in zip(self._ys, starts, strict=True):
            if start is not None:
                self._parts[y].append(start)
        self._begin_loops()
        self._pending: defaultdict[Operation, int] = defaultdict(int)
        for op in self._between:
            for tensor in op.inputs:
                if tensor.op in self._between:
                    self._pending[tensor.op] += 1
        first = dict.fromkeys(y.op for y in self._ys if y.op in self._between)
        self._queue += [op for op in first if not self._pending[op]]
        if self._loops is not None:
            exits = self._loops.unused_exits(self._pending, set(self._queue))
            self._take_zeros([y for y in exits if y.dtype.kind in "fc"])
        stops = {x.op for x in self._xs}
        while self._queue:
            op = self._queue.popleft()
            ends = op in stops and not any(t.op in self._between for t in op.inputs)
            self._back(op, op not in self._stops and not ends)
            if not ends:
                self._mark_ready(op)
        return [self._sum(x) if x.dtype.kind in "fc" else None for x in self._xs]

    def finish(self) -> None:
        """Closes what is left open of loops, outside of the gradients' scope, as TensorFlow."""
        if self._loops is not None:
            self._loops.finish()

    def _begin_loops(self) -> None:
        """Makes the loops that will be the gradients of those on the way."""
        for op in list(self._between):
            if op.type in EXITS:
                if self._loops is None:
                    from neuronboard.engine.loop_gradients import LoopGradients

                    self._loops = LoopGradients(self._graph)
                self._loops.add(op, self._between)

    def _take_zeros(self, exits: list[Tensor]) -> None:
        """Lets exits that nothing depends on begin with zeros."""
        assert self._loops is not None
        for y in exits:
            self._parts[y].append(self._loops.zeros_for_exit(y))
            self._queue.append(y.op)

    def _back(self, op: Operation, reaches: bool) -> None:
        """Gives the inputs of an operation their parts."""
        with self._entered(op, before=True):
            given = [self._sum(tensor) for tensor in op.outputs]
        if not reaches or all(part is None for part in given):
            return
        with self._entered(op, before=False):
            for tensor, part in zip(op.inputs, self._rule(op, given), strict=True):
                if part is None:
                    continue
                if isinstance(part, Tensor) and tensor.dtype.kind != "O":
                    part.set_shape(tensor.shape)
                self._parts[tensor].append(part)

    def _entered(self, op: Operation, before: bool) -> AbstractContextManager[None]:
        return nullcontext() if self._loops is None else self._loops.entered(op, before)

    def _mark_ready(self, op: Operation) -> None:
        """Takes up the inputs' operations of which all paths have come."""
        for tensor in op.inputs:
            if tensor.op not in self._between and self._loops is None:
                continue
            self._pending[tensor.op] -= 1
            left = self._pending[tensor.op]
            if left and not (left > 0 and self._is_loop_switch(tensor.op)):
                continue
            if tensor.op.type in EXITS:
                self._mark_left(tensor)
            else:
                self._queue.append(tensor.op)

    def _is_loop_switch(self, op: Operation) -> bool:
        if self._loops is None:
            return False
        from neuronboard.engine.loop_gradients import is_loop_switch

        return is_loop_switch(op)

    def _mark_left(self, tensor: Tensor) -> None:
        """Takes up a loop when the gradients of all its exits have come."""
        assert self._loops is not None
        ready = self._loops.leave(tensor)
        if ready is None:
            return
        exits, unused = ready
        moved = [y for y in exits if any(self._parts[out] for out in y.op.outputs)]
        unused = unused + [y for y in exits if y not in moved]
        self._queue += [y.op for y in moved]
        for y in unused:
            if moved and y.dtype.kind in "fc":
                self._parts[y].append(self._loops.zeros_for_exit(y))
            self._queue.append(y.op)

    def _sum(self, tensor: Tensor) -> Any:
        """The gradient of a tensor: its parts added."""
        if tensor not in self._sums and self._parts[tensor]:
            parts = self._parts[tensor]
            self._sums[tensor] = parts[0] if len(parts) == 1 else _added(parts)
        return self._sums.get(tensor)

    def _rule(self, op: Operation, given: list[Any]) -> Sequence[Any]:
        rule: Any = op.definition.grad
        override = op.attrs.get("_gradient_op_type")
        if override is not None:
            rule = registered_gradient(override.decode(), op)
        if isinstance(rule, _NotDifferentiable):
            return (None,) * len(op.inputs)
        filled = [
            self._zeros(op, i) if part is None and op.outputs[i].dtype.kind in "fc" else part
            for i, part in enumerate(given)
        ]
        with self._graph.name_scope(f"{op.name}_grad"):
            if op.type not in _TAKE_ROWS or override is not None:
                filled = [_whole(part) for part in filled]
            found: Any = rule(op, *filled)
            if not isinstance(found, (list, tuple)):
                found = (found,)
            if len(found) != len(op.inputs):
                raise errors.ArgumentValueError(
                    op=op,
                    message=f"Num gradients {len(found)} generated for op {op.name!r} do not match "
                    f"num inputs {len(op.inputs)}. {origins([op])}",
                )
            if self._gated and sum(part is not None for part in found) > 1:
                found = control.tuple(found)
        parts: Sequence[Any] = found
        return parts

    def _zeros(self, op: Operation, index: int) -> Any:
        """What stands for the gradient of an output that nothing depends on."""
        if self._loops is not None:
            return self._loops.zeros_like(op, index)
        if op.type not in SWITCHES:
            return array.zeros_like(op.outputs[index], optimize=False)
        from neuronboard.engine.loop_gradients import zeros_like

        return zeros_like(op, index)


def _whole(gradient: Any) -> Any:
    """Rows of a table as the whole table, for rules that know no rows."""
    return gradient._as_tensor() if isinstance(gradient, IndexedSlices) else gradient


def _added(parts: list[Any]) -> Any:
    """Several gradients of one tensor together; rows stay rows where all of them are."""
    if not all(isinstance(part, IndexedSlices) for part in parts):
        return arithmetic.add_n([_whole(part) for part in parts])
    values = join.concat([part.values for part in parts], 0)
    indices = [part.indices for part in parts]
    if len({places.dtype.base_dtype for places in indices}) > 1:
        indices = [numbers.cast(places, dtypes.int64) for places in indices]
    return IndexedSlices(values, join.concat(indices, 0), parts[0].dense_shape)


_REGISTERED: dict[str, Callable[..., Any]] = {}


class RegisterGradient:
    """Names a function (op, *gradients of outputs) -> gradients of inputs.

    `graph.gradient_override_map({"Relu": name})` lets operations made in its block use it.
    """

    def __init__(self, op_type: str) -> None:
        self._name = op_type

    def __call__(self, function: Callable[..., Any]) -> Callable[..., Any]:
        if self._name in _REGISTERED:
            raise errors.NameNotFoundError(
                message=f"Registering two gradient with name {self._name!r}! At {user_line()}"
            )
        _REGISTERED[self._name] = function
        return function


def NotDifferentiable(op_type: str) -> None:  # noqa: N802 TensorFlow's name
    """Names a gradient that is nothing."""
    RegisterGradient(op_type)(lambda op, *_: (None,) * len(op.inputs))


def registered_gradient(name: str, op: Operation) -> Callable[..., Any]:
    """The function of that name; LookupError naming those there are."""
    if name not in _REGISTERED:
        known = ", ".join(sorted(_REGISTERED)) or "none"
        raise errors.GradientError(
            op=op,
            message=f"gradient registry has no entry for: {name}; it has: {known}. "
            f"{origins([op])}: register it with @tf.RegisterGradient({name!r})",
        )
    return _REGISTERED[name]


def blocking(y: Tensor, xs: Sequence[Tensor]) -> list[Operation]:
    """The operations between the xs and y through which no gradient flows, oldest first."""
    found = [op for op in between([y], xs) if isinstance(op.definition.grad, _NotDifferentiable)]
    ends = {x.op for x in xs}
    return sorted((op for op in found if op not in ends), key=lambda op: op._id)


def between(
    ys: Sequence[Tensor],
    xs: Sequence[Tensor],
    stops: Collection[Operation] = (),
    kinds: str = "biufcO",
) -> dict[Operation, None]:
    """The operations that lie on a path from an x to a y, both ends included; past no stop.

    In the order in which they are met on the way back from the ys. kinds: the sorts of elements,
    as numpy's letters, that a path may go over.
    """
    takers: defaultdict[Operation, list[Operation]] = defaultdict(list)
    for op in _back(ys, stops):
        for tensor in op.inputs if op not in stops else ():
            if tensor.dtype.kind in kinds:
                takers[tensor.op].append(op)
    reached: set[Operation] = set()
    todo = [x.op for x in xs]
    while todo:
        op = todo.pop()
        if op not in reached:
            reached.add(op)
            todo += takers[op]
    return _back(ys, stops, reached)


def _back(
    ys: Sequence[Tensor], stops: Collection[Operation], among: Collection[Operation] | None = None
) -> dict[Operation, None]:
    """The operations on the ways back from the ys, `among` some."""
    found: dict[Operation, None] = {}
    queue = deque(y.op for y in ys)
    while queue:
        op = queue.popleft()
        if op in found or (among is not None and op not in among):
            continue
        found[op] = None
        if op not in stops:
            queue += [tensor.op for tensor in op.inputs]
    return found
