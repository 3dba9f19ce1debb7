"""Gradients of loops and branches, as graph: TensorFlow's method.

The gradient of a loop is a loop that runs as often, backwards. A counter is added to the forward
loop, so that the gradient knows how often. A value of the forward loop that the gradient needs is
put on a stack in each iteration, and taken off again; one that is the same in every iteration is
let in, and what comes of it in each iteration is added up. A loop in a loop keeps its counts and
its values on stacks of the outer one's making.

Long, because a gradient's loop, what it keeps of the forward one and the rules of the doors are
made of each other.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from neuronboard import errors
from neuronboard.engine import dtypes
from neuronboard.engine.contexts import (
    CondContext,
    LoopContext,
    loop_of,
    output_context,
)
from neuronboard.engine.graph import Graph, Operation, Tensor
from neuronboard.engine.indexed_slices import IndexedSlices
from neuronboard.engine.loops import close
from neuronboard.engine.ops import arithmetic, array, compare, constant, flow, join, stack
from neuronboard.engine.ops.apply import one
from neuronboard.engine.where import origins, user_line


class LoopGradient:
    """What the gradient of one loop knows of it.

    forward: the loop. context: the loop that is its gradient. index: the counter at the end of an
    iteration, here and there. kept: tensor of the forward loop -> what stands for it in the
    gradient. merges: switch of the forward loop -> the merge that its gradient begins at.
    """

    def __init__(self, forward: LoopContext, outer: LoopGradient | None) -> None:
        self.forward, self.outer = forward, outer
        self.graph: Graph = forward.graph
        self._base = self.graph.context
        self.kept: dict[Tensor, Tensor] = {}
        self.merges: dict[Operation, Tensor] = {}
        self.exits = list(forward.exits)  # before the counter's is added
        self._forward_sync: Operation | None = None
        self._backward_sync: Operation | None = None
        around = forward.outer if outer is None else outer.forward
        with self.graph.within(self.graph.context if around is None else around):
            count, self.forward_index = self._count_up()
        if outer is None:
            with self.graph.within(self.graph.context if around is None else around):
                self.context = self._mirror()
                self.index = self._count_down(count)
        else:
            outer.forward.values.add(count)
            history = outer.keep(count)
            with outer.context.entered():
                self.context = self._mirror()
                self.index = self._count_down(outer.kept_value(history, count))

    def _mirror(self) -> LoopContext:
        forward = self.forward
        return LoopContext(
            forward.parallel_iterations,
            forward.back_prop,
            forward.swap_memory,
            forward.name,
            gradient=self,
        )

    def _count_up(self) -> tuple[Tensor, Tensor]:
        """Lets the forward loop count its iterations; how many, and the counter's next value."""
        start = constant.constant(0, name="f_count")
        if self.outer is not None:
            start.op.wait_for(self.outer.forward_index.op.inputs[0].op)
        loop = self.forward
        with loop.entered():
            loop.values.add(start)
            first = loop.enter(start, name="f_count")
            loop.enters.append(first)
            merge = flow.merge([first, first])[0]
            assert loop.cond is not None
            sides = flow.switch(merge, loop.cond)
            following = flow.next_iteration(arithmetic.add(sides[1], 1))
            merge.op.update_input(1, following)
            total = flow.leave(sides[0], name="f_count")
            loop.exits.append(total)
            loop.tell_outer([total])
        return total, following

    def _count_down(self, count: Tensor) -> Tensor:
        """The counter of the gradient's loop, from how often the forward loop ran down to 0."""
        one_less = constant.constant(1, name="b_count")
        loop = self.context
        with loop.entered():
            loop.values.add(count)
            first = loop.enter(count, name="b_count")
            loop.enters.append(first)
            merge = flow.merge([first, first])[0]
            loop.pivot_for_pred = merge
            loop.cond = flow.loop_cond(compare.greater_equal(merge, one_less), name="b_count")
            sides = flow.switch(merge, loop.cond)
            loop.pivot_for_body = arithmetic.subtract(sides[1], one_less)
            following = flow.next_iteration(loop.pivot_for_body)
            merge.op.update_input(1, following)
            zero = flow.leave(sides[0], name="b_count")
            loop.exits.append(zero)
            if self.outer is not None:
                self.outer.backward_sync.wait_for(zero.op)
            loop.tell_outer([zero])
        return following

    @property
    def forward_sync(self) -> Operation:
        """What the forward counter waits for: values kept in branches."""
        if self._forward_sync is None:
            self._forward_sync = self._sync("f_sync", self.forward, self.forward_index)
        return self._forward_sync

    @property
    def backward_sync(self) -> Operation:
        """What the gradient's counter waits for: values taken off stacks."""
        if self._backward_sync is None:
            self._backward_sync = self._sync("b_sync", self.context, self.index)
        return self._backward_sync

    def _sync(self, name: str, loop: LoopContext, index: Tensor) -> Operation:
        with self.graph.control_dependencies(None):
            made = flow.control_trigger(name)
        made.context = loop
        index.op.wait_for(made)
        return made

    @contextmanager
    def outside(self) -> Iterator[None]:
        """Leaves the gradient's loop for the block, for where gradients were asked for."""
        with self.graph.within(self._base):
            yield

    def keep(self, tensor: Tensor, dead: bool = False) -> Tensor:
        """Puts a value of the forward loop on a stack in every iteration; the stack.

        dead: whether `tensor` is a value of the other side of the branch that it is in.
        """
        open_context = self.graph.context
        with self.graph.control_dependencies(None):
            with self.graph.within(open_context), self.graph.colocate_with(tensor.op):
                size = constant.constant(-1, dtypes.int32)
                history = stack.stack(size, tensor.dtype, name="f_acc")
            handle = self.forward.add_value(history)
            there = output_context(tensor.op)
            if there is self.forward:
                with self.forward.entered():
                    pushed = stack.push(handle, tensor, self.forward.swap_memory)
                self.forward_index.op.wait_for(pushed.op)
            else:
                assert isinstance(there, CondContext)
                with self.graph.within(there.outer if dead else there):
                    pushed = stack.push(handle, tensor, self.forward.swap_memory)
                if dead:
                    pushed.op.context = there
                self.forward_sync.wait_for(pushed.op)
            pushed.op.wait_for(self.forward_index.op.inputs[0].op)
        return history

    def kept_value(self, history: Tensor, tensor: Tensor, dead: bool = False) -> Tensor:
        """Takes a value off its stack in every iteration of the gradient."""
        branch = self._branch_of(history, tensor)
        with self.graph.control_dependencies(None), self.context.entered():
            if branch is not None:
                side = 1 - branch.branch if dead else branch.branch
                history = flow.switch_near(history, self._kept_pred(branch))[side]
            popped = stack.pop(history, tensor.dtype)
            popped.set_shape(tensor.shape)
        if self.context.parallel_iterations > 1:
            self.backward_sync.wait_for(popped.op)
        return popped

    @staticmethod
    def _branch_of(history: Tensor, tensor: Tensor) -> CondContext | None:
        """The branch of the forward loop that a value is computed in."""
        end, there = history.op.context, tensor.op.context
        while there is not None and there is not end:
            if isinstance(there, CondContext):
                return there
            there = there.outer
        return None

    def _kept_pred(self, branch: CondContext) -> Tensor:
        state: LoopGradient | None = self
        while state is not None:
            if branch.pred in state.kept:
                return state.kept[branch.pred]
            state = state.outer
        return branch.pred

    def real_value(self, tensor: Tensor) -> Tensor:
        """What stands for a tensor of the forward loop in the gradient."""
        if tensor in self.kept:
            return self.kept[tensor]
        current, state = tensor, self
        while True:
            enter = _constant_enter(current)
            if enter is not None:
                current = enter.inputs[0]
                if state.outer is None:
                    found = self.context.add_value(current)
                    break
                state = state.outer
            elif current.op.type == "Const":
                found = constant.constant(current.op.attrs["value"], current.dtype)
                break
            else:
                with self.outside():
                    history = state.keep(current)
                found = state.kept_value(history, current)
                if state is not self:
                    found = self.context.add_value(found)
                break
        self.kept[tensor] = found
        return found

    def accumulated(self, op: Operation, gradient: Tensor) -> Tensor:
        """The sum over iterations of the gradient of what `op` lets into each of them."""
        start = self._zeros(op, gradient)
        loop = self.context
        loop.values.add(start)
        first = loop.enter(start, name="b_acc")
        loop.enters.append(first)
        merge = flow.merge([first, first], name="b_acc")[0]
        assert loop.cond is not None
        sides = flow.switch(merge, loop.cond)
        following = flow.next_iteration(arithmetic.add(sides[1], gradient))
        merge.op.update_input(1, following)
        return self._left(sides[0])

    def _left(self, tensor: Tensor) -> Tensor:
        result = flow.leave(tensor, name="b_acc")
        self.context.exits.append(result)
        self.context.tell_outer([result])
        return result

    def _zeros(self, op: Operation, gradient: Tensor) -> Tensor:
        """What the sum of gradients begins with."""
        around = self.context.outer
        if gradient.shape.is_fully_defined():
            with self.graph.within(around or self._base):
                return constant.constant(0, gradient.dtype, gradient.shape, name="b_acc")
        value = op.inputs[0]
        if isinstance(around, LoopContext) and around.gradient is not None:
            assert self.outer is not None
            with self.graph.within(self.forward.outer):
                sizes = one_shape(value)
            with self.outside():
                history = self.outer.keep(sizes)
            with around.entered():
                return _zeros_of(self.outer.kept_value(history, sizes), gradient.dtype)
        with self.graph.within(around or self._base):
            return _zeros_of(one_shape(value), gradient.dtype)

    def accumulated_rows(self, op: Operation, gradient: IndexedSlices) -> IndexedSlices:
        """The rows of a table's gradient of all iterations, one behind the other."""
        starts = self._no_rows(op, gradient)
        loop = self.context
        loop.values.update(starts)
        firsts = [loop.enter(x, name="b_acc", keeps_shape=False) for x in starts]
        firsts[0].set_shape([None])
        if starts[1].shape.dims is not None:
            firsts[1].set_shape([None, *starts[1].shape.dims[1:]])
        loop.enters += firsts
        merges = [flow.merge([x, x], name="b_acc")[0] for x in firsts]
        assert loop.cond is not None
        sides = [flow.switch(x, loop.cond) for x in merges]
        added = [gradient.indices, gradient.values]
        longer = [join.concat([side[1], x], 0) for side, x in zip(sides, added, strict=False)]
        if gradient.dense_shape is not None:
            longer.append(arithmetic.maximum(gradient.dense_shape, sides[2][1]))
        for merge, x in zip(merges, [flow.next_iteration(x) for x in longer], strict=True):
            merge.op.update_input(1, x)
        found = [self._left(side[0]) for side in sides]
        return IndexedSlices(found[1], found[0], found[2] if len(found) > 2 else None)

    def _no_rows(self, op: Operation, gradient: IndexedSlices) -> list[Tensor]:
        """One row of zeros, for row 0: what changes nothing."""
        with self.graph.within(self.context.outer or self._base):
            values, inner = gradient.values, gradient.values.shape
            if inner.is_fully_defined():
                row = constant.constant(0, values.dtype, [1, *inner.as_list()[1:]], name="b_acc")
            else:
                row = _zeros_of(join.concat([[1], one_shape(op.inputs[0])[1:]], 0), values.dtype)
            starts = [constant.constant([0], gradient.indices.dtype), row]
            if gradient.dense_shape is not None:
                known = gradient.dense_shape
                if known.shape.is_fully_defined():
                    starts.append(constant.constant(0, known.dtype, known.shape))
                else:
                    whole = one_shape(op.inputs[0], known.dtype)
                    starts.append(array.zeros_like(whole, optimize=False))
        return starts


def one_shape(tensor: Tensor, kind: dtypes.DType = dtypes.int32) -> Tensor:
    """The shape as it is in the run, also where it is known beforehand."""
    return one(array.SHAPE, tensor, name="Shape", out_type=kind)


def _zeros_of(sizes: Tensor, kind: dtypes.DType) -> Tensor:
    return array.zeros(sizes, kind)


def _constant_enter(tensor: Tensor) -> Operation | None:
    """Where a value comes in that is the same in every iteration."""
    op = tensor.op
    while op.type in ("Switch", "RefSwitch", "Identity", "RefIdentity"):
        op = op.inputs[0].op
    return op if flow.is_constant_enter(op) else None


class LoopGradients:
    """The gradients of all loops that lie between xs and ys."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._of: dict[LoopContext, LoopGradient] = {}
        self._pending_exits: dict[LoopGradient, int] = {}
        self._unused: dict[LoopGradient, list[Tensor]] = {}
        self._deferred: dict[LoopGradient, list[Tensor]] = {}

    def add(self, exit_op: Operation, reached: dict[Operation, None]) -> None:
        """Begins the gradient of the loop that an exit leaves; all its exits become part of it."""
        forward = loop_of(exit_op)
        if forward is None:
            raise errors.GradientError(
                op=exit_op,
                message=f"Failed to call gradients on a while loop that was imported: "
                f"{origins([exit_op])}, and gradients are asked for at {user_line()}. A GraphDef "
                "does not tell what belongs to a loop; build the loop here with tf.while_loop",
            )
        if forward in self._of:
            return
        around = None if forward.outer is None else forward.outer.loop
        state = LoopGradient(forward, None if around is None else self._of.get(around))
        self._of[forward] = state
        reached |= dict.fromkeys(tensor.op for tensor in state.exits)

    def of(self, op: Operation, before: bool) -> LoopGradient | None:
        """The gradient of the loop that an operation is in; an exit, `before`, is outside of it."""
        forward = loop_of(op)
        if before and op.type in flow.EXITS and forward is not None:
            forward = None if forward.outer is None else forward.outer.loop
        return None if forward is None else self._of.get(forward)

    @contextmanager
    def entered(self, op: Operation, before: bool) -> Iterator[None]:
        """Makes operations of the block part of the gradient of the loop that `op` is in."""
        state = self.of(op, before)
        if state is None:
            yield
            return
        with state.context.entered():
            yield

    def unused_exits(self, pending: dict[Operation, int], ys: set[Operation]) -> list[Tensor]:
        """The exits that no y depends on, of loops none of whose exits is waited for."""
        found: list[Tensor] = []
        for state in self._of.values():
            self._pending_exits[state] = len(state.exits)
            self._unused[state] = []
            for y in state.exits:
                if pending.get(y.op, 0) == 0:
                    self._pending_exits[state] -= 1
                    if y.op not in ys:
                        self._unused[state].append(y)
                    if self._pending_exits[state] == 0:
                        found += self._unused[state]
            for y in state.forward.enters:
                if pending.get(y.op, 0) == 0:
                    pending[y.op] = 1
        return found

    def leave(self, exit_tensor: Tensor) -> tuple[list[Tensor], list[Tensor]] | None:
        """Counts an exit whose gradient has come.

        When it is the last of its loop: those that have come, and those that nothing depends on.
        """
        state = self.of(exit_tensor.op, before=False)
        assert state is not None
        self._deferred.setdefault(state, []).append(exit_tensor)
        self._pending_exits[state] -= 1
        if self._pending_exits[state]:
            return None
        return self._deferred[state], self._unused[state]

    def zeros_for_exit(self, tensor: Tensor) -> Tensor:
        """The gradient of an exit that nothing depends on."""
        forward = loop_of(tensor.op)
        assert forward is not None
        around = None if forward.outer is None else forward.outer.loop
        outer = None if around is None else self._of.get(around)
        known = tensor.shape.is_fully_defined()
        if outer is None:
            if known:
                return array.zeros(tensor.shape, tensor.dtype)
            return array.zeros_like(tensor, optimize=False)
        if known:
            with outer.context.entered():
                return array.zeros(tensor.shape, tensor.dtype)
        with self._graph.within(forward.outer):
            sizes = one_shape(tensor)
        history = outer.keep(sizes)
        with outer.context.entered():
            return _zeros_of(outer.kept_value(history, sizes), tensor.dtype)

    def zeros_like(self, op: Operation, index: int) -> Tensor | None:
        """The gradient of an output that nothing depends on, inside of loops and branches."""
        if is_loop_switch(op):
            return None
        state = self.of(op, before=False)
        if state is None:
            return zeros_like(op, index)
        dead = op.type in flow.SWITCHES
        context, tensor = op.context, op.outputs[index]
        assert context is not None
        if tensor.shape.is_fully_defined():
            zeros = constant.constant(0, tensor.dtype, tensor.shape)
            if dead:
                assert isinstance(context, CondContext)
                pred = state.kept[context.pred]
                zeros = flow.switch_near(zeros, pred)[1 - context.branch]
            return zeros
        if dead:
            assert isinstance(context, CondContext)
            with self._graph.within(context.outer):
                sent = flow.switch_near(op.inputs[0], context.pred)[1 - context.branch]
                sizes = one_shape(sent)
            sent.op.context = sizes.op.context = context
        else:
            with context.entered():
                sizes = one_shape(tensor)
        with state.outside():
            history = state.keep(sizes, dead)
        return _zeros_of(state.kept_value(history, sizes, dead), tensor.dtype)

    def finish(self) -> None:
        """Closes the gradient's loop variables whose forward ones never change."""
        for state in self._of.values():
            for merge in state.merges.values():
                first, second = merge.op.inputs
                if first is second:
                    self._close_with_zeros(state, merge)

    def _close_with_zeros(self, state: LoopGradient, merge: Tensor) -> None:
        start = merge.op.inputs[0]
        if start.shape.is_fully_defined():
            with state.context.entered():
                zeros = constant.constant(0, start.dtype, start.shape)
                following = flow.next_iteration(zeros)
        else:
            with self._graph.within(state.context.outer or self._graph.context):
                zeros = _zeros_of(one_shape(start.op.inputs[0]), start.dtype)
            with state.context.entered():
                following = flow.next_iteration(zeros)
        merge.op.update_input(1, following)


def is_loop_switch(op: Operation) -> bool:
    """Whether an operation ends the iterations of a loop."""
    if op.type not in flow.SWITCHES or not isinstance(op.context, LoopContext):
        return False
    return op.inputs[1].op.type == "LoopCond"


def zeros_like(op: Operation, index: int) -> Tensor:
    """Zeros for an output without gradient, on the side of a branch that is not taken."""
    tensor = op.outputs[index]
    context = op.context
    if op.type not in flow.SWITCHES:
        return array.zeros_like(tensor)
    if not isinstance(context, CondContext):
        return array.zeros_like(tensor, optimize=False)
    sent = flow.switch(op.inputs[0], context.pred)[1 - context.branch]
    pivot = array.identity(sent)
    sizes = one_shape(sent)
    with tensor.graph.control_dependencies([pivot]):
        return _zeros_of(sizes, tensor.dtype)


# ---- gradients of the doors


def _open_loop(graph: Graph) -> LoopContext | None:
    return None if graph.context is None else graph.context.loop


def of_switch(op: Operation, *given: Any) -> tuple[Any, ...]:
    """Of a branch: what comes back from the side that was taken. Of a loop: its merge."""
    context = op.context
    if isinstance(context, LoopContext):
        return _of_loop_switch(op, given)
    if isinstance(context, CondContext):
        if given[1 - context.branch] is None:
            return None, None
        return flow.merge(given, name="cond_grad")[0], None
    no = flow.switch(given[0], op.inputs[1])[0]
    yes = flow.switch(given[1], op.inputs[1])[1]
    return flow.merge([no, yes])[0], None


def _of_loop_switch(op: Operation, given: tuple[Any, ...]) -> tuple[Any, ...]:
    """A switch is met twice: by way of its exit, and by way of the iteration."""
    loop = _open_loop(op.graph)
    assert loop is not None
    assert loop.gradient is not None
    merges = loop.gradient.merges
    if op in merges:
        if given[1] is not None:
            close(merges[op], given[1], checked=False)
        return None, None
    if given[0] is None:
        return None, None
    merges[op] = flow.merge([given[0], given[0]], name="b_switch")[0]
    return merges[op], None


def of_merge(op: Operation, dy: Tensor, _: Any) -> Any:
    """Back to where the value came from."""
    context = output_context(op.inputs[0].op)
    loop = _open_loop(op.graph)
    if isinstance(context, LoopContext):
        assert loop is not None
        assert loop.cond is not None
        return flow.switch_near(dy, loop.cond)
    if not isinstance(context, CondContext):
        came = [compare.equal(op.outputs[1], i) for i in range(len(op.inputs))]
        return [flow.switch_near(dy, here)[1] for here in came]
    pred = context.pred
    if loop is not None and loop.gradient is not None:
        state = loop.gradient
        if pred not in state.kept:
            with state.outside():
                history = state.keep(pred)
            state.kept[pred] = state.kept_value(history, pred)
        pred = state.kept[pred]
    return flow.switch_near(dy, pred, name="cond_grad")


def of_exit(op: Operation, dy: Any) -> Any:
    """Into the gradient's loop, as its loop variable."""
    loop, forward = _open_loop(op.graph), op.context
    assert loop is not None
    assert isinstance(forward, LoopContext)
    if not loop.back_prop:
        return None
    if forward.gradient is not None:
        raise errors.DTypeError(
            op=op,
            message="Second-order gradient for while loops not supported: asked for at "
            f"{user_line()}; {origins([op])}. Unroll the loop in Python to take it",
        )
    given = dy._as_tensor() if isinstance(dy, IndexedSlices) else dy
    loop.values.add(given)
    with loop.entered():
        result = loop.enter(given, name="b_exit")
    loop.enters.append(result)
    return result


def of_enter(op: Operation, dy: Any) -> Any:
    """Out of the gradient's loop; of what is the same in every iteration, the sum."""
    loop = _open_loop(op.graph)
    if loop is None or not loop.back_prop or loop.gradient is None:
        return dy
    if op.attrs["is_constant"]:
        if isinstance(dy, IndexedSlices):
            return loop.gradient.accumulated_rows(op, dy)
        return loop.gradient.accumulated(op, dy)
    result = flow.leave(dy)
    loop.exits.append(result)
    loop.tell_outer([result])
    return result
