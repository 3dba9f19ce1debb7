"""Branches and loops while they are built: what comes from outside goes in through a door.

An operation that is made while a context is open belongs to it. Each of its inputs that was made
outside is replaced by the output of a door: a `Switch` into a branch, an `Enter` into a loop, one
for each value however often it is used. An operation without inputs waits for the context's pivot,
so that it runs only where the branch is taken, and once an iteration.

The rules are those of TensorFlow's first control flow, since names and order of nodes follow from
them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from neuronboard import errors
from neuronboard.engine.graph import Graph, Operation, Tensor, get_default_graph
from neuronboard.engine.ops import array, flow
from neuronboard.engine.where import origins, user_line

if TYPE_CHECKING:
    from neuronboard.engine.loop_gradients import LoopGradient


class Context:
    """What branches and loops have in common.

    outer: the context that this one was made in, inner: those made in this one. values: the
    tensors that can be used inside as they are. doors: tensor from outside -> what stands for it
    inside.
    """

    def __init__(self, name: str) -> None:
        self.graph: Graph = get_default_graph()
        self.outer = self.graph.context
        self.name = self.graph.unique_name(name)
        self.values: set[Tensor] = set()
        self.doors: dict[Tensor, Tensor] = {}
        self.inner: list[Context] = []
        if self.outer is not None:
            self.outer.inner.append(self)

    @property
    def pivot(self) -> Tensor:
        """What operations without inputs wait for."""
        raise NotImplementedError

    @property
    def loop(self) -> LoopContext | None:
        """The innermost loop that this is, or is in."""
        raise NotImplementedError

    def add_op(self, op: Operation) -> None:
        """Lets an operation that was made here take what comes from outside through doors."""
        raise NotImplementedError

    def add_value(self, tensor: Tensor) -> Tensor:
        """What stands for a tensor inside."""
        raise NotImplementedError

    @contextmanager
    def entered(self) -> Iterator[None]:
        """Makes operations of the block part of this context."""
        with self.graph.within(self):
            yield

    def tell_outer(self, tensors: Iterable[Tensor]) -> None:
        """What this context gives can be used in the one around it."""
        if self.outer is not None:
            self.outer.values.update(tensors)

    def chain(self) -> Iterator[Context]:
        """This context and those around it, from the inside."""
        found: Context | None = self
        while found is not None:
            yield found
            found = found.outer

    def _drop_outer_waits(self, op: Operation) -> list[Operation]:
        """Lets an operation of a loop wait for none outside of it; returns those it waited for."""
        if self.loop is None:
            return []
        inside: list[Operation] = []
        outside: list[Operation] = []
        for other in op.control_inputs:
            there = output_context(other)
            same = there is not None and there.loop is self.loop
            (inside if same else outside).append(other)
        if outside:
            op.forget_control_inputs()
            op.wait_for(*inside)
        return outside


class CondContext(Context):
    """One branch of a `cond`: `pred` chooses it if it is `branch` (1 or 0)."""

    def __init__(self, pred: Tensor, pivot: Tensor, branch: int, name: str = "cond_text") -> None:
        super().__init__(name)
        self.pred, self.branch = pred, branch
        self._pivot = pivot
        self.values |= {pred, pivot}
        self.doors[pred] = pred
        pivot.op.context = self

    @property
    def pivot(self) -> Tensor:
        return self._pivot

    @property
    def loop(self) -> LoopContext | None:
        return None if self.outer is None else self.outer.loop

    def add_value(self, tensor: Tensor) -> Tensor:
        if tensor in self.values:
            return self.doors.get(tensor, tensor)
        self.values.add(tensor)
        given = self._from_outer(tensor)
        with self.graph.control_dependencies(None):
            inside = flow.switch_near(given, self.pred)[self.branch]
        self.graph.prevent_fetching(inside.op)
        inside.op.context = self
        for context in self.chain():
            context.values.add(inside)
        self.doors[tensor] = inside
        return inside

    def _from_outer(self, tensor: Tensor) -> Tensor:
        if self.outer is None:
            return tensor
        given = self.outer.add_value(tensor)
        self.values.add(given)
        self.doors[given] = given
        return given

    def result(self, tensor: Tensor) -> Tensor:
        """What the branch gives for a tensor that it returns, which may be from outside."""
        if tensor in self.values:
            return self.doors.get(tensor, tensor)
        self.values.add(tensor)
        inside = flow.switch_near(self._from_outer(tensor), self.pred)[self.branch]
        self.doors[tensor] = inside
        return inside

    def add_op(self, op: Operation) -> None:
        check_inputs(op)
        if op.inputs:
            for i, tensor in enumerate(op.inputs):
                if op.type in flow.MERGES and tensor.op.type in flow.NEXT_ITERATIONS:
                    continue
                inside = self.add_value(tensor)
                if inside is not tensor:
                    op.update_input(i, inside)
            self._drop_outer_waits(op)
        else:
            self._drop_outer_waits(op)
            if not any(is_within(other.context, self) for other in op.control_inputs):
                op.wait_for(self.pivot.op)
        for context in self.chain():
            context.values.update(op.outputs)
        if self.outer is not None or op.type not in flow.EXITS:
            self.graph.prevent_fetching(op)


class LoopContext(Context):
    """A loop, or the loop that is a loop's gradient.

    pivot_for_pred, pivot_for_body: what operations of its condition and of its body wait for.
    enters, exits: its loop variables at the start and at the end. gradient: of a loop that is a
    gradient, what it knows of the loop it takes back.
    """

    def __init__(
        self,
        parallel_iterations: int = 10,
        back_prop: bool = True,
        swap_memory: bool = False,
        name: str = "while_context",
        gradient: LoopGradient | None = None,
    ) -> None:
        super().__init__(name)
        self.parallel_iterations = parallel_iterations
        self.back_prop, self.swap_memory = back_prop, swap_memory
        self.gradient = gradient
        self.cond: Tensor | None = None
        self.pivot_for_pred: Tensor | None = None
        self.pivot_for_body: Tensor | None = None
        self.enters: list[Tensor] = []
        self.exits: list[Tensor] = []

    @property
    def pivot(self) -> Tensor:
        found = self.pivot_for_pred if self.pivot_for_body is None else self.pivot_for_body
        assert found is not None
        return found

    @property
    def loop(self) -> LoopContext:
        return self

    def enter(self, tensor: Tensor, name: str | None = None, **more: bool) -> Tensor:
        """A value let into the loop's frame."""
        times = self.parallel_iterations
        return flow.enter(tensor, self.name, parallel_iterations=times, name=name, **more)

    def add_value(self, tensor: Tensor) -> Tensor:
        if tensor in self.values or tensor.op.context is self:
            return self.doors.get(tensor, tensor)
        self.values.add(tensor)
        kept = self._kept_value(tensor)
        if kept is not None:
            self.doors[tensor] = kept
            return kept
        given = tensor if self.outer is None else self.outer.add_value(tensor)
        with self.graph.control_dependencies(None):
            inside = self.enter(given, is_constant=True)
            self.graph.prevent_feeding(inside)
        self.adopt([inside])
        self.values.add(inside)
        self.doors[tensor] = inside
        return inside

    def _kept_value(self, tensor: Tensor) -> Tensor | None:
        """In the gradient of a loop, a value of that loop as it was in the iteration at hand."""
        building = self.graph.context
        gradient = None if building is None or building.loop is None else building.loop.gradient
        if gradient is None:
            return None
        there = loop_of(tensor.op)
        if tensor.op.type in flow.EXITS and there is not None:
            there = None if there.outer is None else there.outer.loop
        return gradient.real_value(tensor) if there is gradient.forward else None

    def adopt(self, enters: Iterable[Tensor]) -> None:
        """Makes values that come in part of the loop, waiting for what they may wait for."""
        for tensor in enters:
            waits = self.graph.control_inputs_of([tensor.op.inputs[0]])
            tensor.op.context = self
            tensor.op.wait_for(*[other for other in waits if self._is_around(other)])
            self.graph.see(tensor.op)

    def _is_around(self, other: Operation) -> bool:
        """Whether an operation lies in the contexts between this loop and the loop around it."""
        there = output_context(other)
        around = self.outer
        end = None if around is None else around.loop
        while around is not there:
            if around is None or around is end:
                return False
            around = around.outer
        return True

    def add_op(self, op: Operation) -> None:
        check_inputs(op)
        if not self._belongs_to_forward(op):
            self._add(op)

    def _belongs_to_forward(self, op: Operation) -> bool:
        """Sizes of what the forward loop computes are taken there: they are less to keep."""
        if op.type not in ("Shape", "Size", "Rank"):
            return False
        building = self.graph.context
        gradient = None if building is None or building.loop is None else building.loop.gradient
        if gradient is None or loop_of(op.inputs[0].op) is not gradient.forward:
            return False
        context = op.inputs[0].op.context
        op.context = context
        if isinstance(context, LoopContext):
            context._add(op)
        elif context is not None:
            context.add_op(op)
        return True

    def _add(self, op: Operation) -> None:
        if op.inputs:
            for i, tensor in enumerate(op.inputs):
                inside = self.add_value(tensor)
                if inside is not tensor:
                    op.update_input(i, inside)
            outside = self._drop_outer_waits(op)
            if not op.control_inputs and all(flow.is_constant_enter(t.op) for t in op.inputs):
                op.wait_for(self.pivot.op)
        else:
            outside = self._drop_outer_waits(op)
            if not op.control_inputs:
                op.wait_for(self.pivot.op)
        self.values.update(op.outputs)
        if outside:
            with self.graph.control_dependencies(None), self.entered():
                op.wait_for(*[array.identity(x.outputs[0]).op for x in outside if x.outputs])
        if self.outer is not None or op.type not in flow.EXITS:
            self.graph.prevent_fetching(op)
            for tensor in op.outputs:
                self.graph.prevent_feeding(tensor)


def output_context(op: Operation) -> Context | None:
    """The context that an operation's outputs can be used in."""
    context = op.context
    return context.outer if context is not None and op.type in flow.EXITS else context


def loop_of(op: Operation) -> LoopContext | None:
    """The innermost loop that an operation was made in."""
    return None if op.context is None else op.context.loop


def is_within(context: object, outer: Context | None) -> bool:
    """Whether a context is another, or lies in it; everything lies in None."""
    if outer is None:
        return True
    return isinstance(context, Context) and outer in context.chain()


def check_inputs(op: Operation) -> None:
    """Raises ValueError where an operation takes a value of a loop that it is not in."""
    for tensor in op.inputs:
        if not _may_take(op, tensor.op):
            where = "they are in different while loops"
            if loop_of(op) is None:
                where = f"{tensor.op.name!r} is in a while loop"
            raise errors.ArgumentValueError(
                op=op,
                message=f"Cannot use {tensor.op.name!r} as input to {op.name!r} because {where}. "
                f"At {user_line()}; {origins([tensor.op])}. Take what tf.while_loop returns, or "
                "make it a loop variable",
            )


def _may_take(op: Operation, maker: Operation) -> bool:
    there = output_context(maker)
    here = op.context
    if there is None or there is here or there.loop is None:
        return True
    loop, theirs = None if here is None else here.loop, there.loop
    if loop is None:
        return op.type in (*flow.ENTERS, *flow.SWITCHES)
    if is_within(loop, theirs):
        return True
    if loop.gradient is not None:
        forward = loop.gradient.forward
        if is_within(forward, theirs) or theirs.outer is forward:
            return True
    return theirs.gradient is not None and theirs.gradient.forward is loop
