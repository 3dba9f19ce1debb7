"""Branches and loops as steps of a plan: guards, choices, and loops with plans of their own.

`engine/routes.py` says in which loop an operation lies and which way branches must go for it. A
`Switch` is no step, since its value is that of its input; a `Merge` is a choice; a loop is one
step, whose two plans are made here by builders of their own. A decision that is known while the
plan is made leaves only the branch that is taken.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from neuronboard.engine.graph import Operation, Tensor
from neuronboard.engine.ops.flow import ENTERS, EXITS, MERGES, NEXT_ITERATIONS, SWITCHES
from neuronboard.engine.plan import (
    Builder,
    Choice,
    Guard,
    Loop,
    Plan,
    Step,
    fetched_and_before,
    noticed,
)
from neuronboard.engine.routes import Frame, Routes, is_loop_switch, is_way_on
from neuronboard.engine.routes import Guard as Route

_PASSED = (*SWITCHES, *NEXT_ITERATIONS, "LoopCond")


def compile_flow(builder: Builder, fetches: Sequence[Tensor | Operation], fed: set[Tensor]) -> Plan:
    """The plan of fetches in a graph with branches or loops."""
    makers = [item.op if isinstance(item, Tensor) else item for item in fetches if item not in fed]
    routes = Routes(fetched_and_before(makers, fed), fed)
    wanted = _Wanted(routes, fetches, fed, builder.optimise)
    _Flow(routes, wanted, builder).add(routes.root.order)
    found = [
        _fetched(builder, routes, item, strict=True) if isinstance(item, Tensor) else None
        for item in fetches
    ]
    return builder.plan(found)


def _fetched(builder: Builder, routes: Routes, tensor: Tensor, strict: bool) -> int:
    """The slot of a fetched value; strict: it is an error in the run if its branch is not taken."""
    builder.guard = ()
    guard = _Flow.slots_of(builder, routes.guard_of(tensor))
    if guard == ():
        return builder.fetch(tensor)
    kept = builder.numbers.get(tensor, -1)
    choices = () if guard is None else (guard,)
    taken = Choice(choices, (kept,) * len(choices), certain=False, strict=strict)
    slot = builder.slot(None)
    builder.steps.append(Step(tensor.op, None, taken.slots, (slot,), choice=taken))
    return slot


class _Wanted:
    """Which operations somebody needs the value of, or would notice; and the tensors taken."""

    def __init__(
        self,
        routes: Routes,
        fetches: Iterable[Tensor | Operation],
        fed: set[Tensor],
        optimise: bool,
    ) -> None:
        self._routes, self._fed = routes, fed
        self.ops: set[Operation] = set()
        self.tensors: set[Tensor] = set()
        for op in routes.frames:
            if noticed(op) or not optimise:
                self._add(op)
        for item in fetches:
            if isinstance(item, Tensor) and item not in fed:
                self._take(item)
                self._take_route(routes.guard_of(item))

    def _take(self, tensor: Tensor) -> None:
        self.tensors.add(tensor)
        if tensor not in self._fed:
            self._add(tensor.op)

    def _take_route(self, guard: Route) -> None:
        for part, _ in guard:
            if isinstance(part, Tensor):
                self._take(part)
            else:
                self._add(part)

    def _add(self, first: Operation) -> None:
        todo = [first]
        while todo:
            op = todo.pop()
            if op in self.ops:
                continue
            self.ops.add(op)
            taken = list(op.inputs)
            guards = [self._routes.guards.get(op, ()), *self._routes.choices.get(op, ())]
            parts = [part for guard in guards for part, _ in guard]
            taken += [part for part in parts if isinstance(part, Tensor)]
            todo += [part for part in parts if isinstance(part, Operation)]
            frame = self._routes.frames[op]
            if frame.cond is not None and op.type not in ENTERS:
                taken.append(frame.cond.outputs[0])
            self.tensors.update(taken)
            todo += [tensor.op for tensor in taken if tensor not in self._fed]

    def loop(self, frame: Frame) -> bool:
        """Whether something in a loop is wanted."""
        return frame.cond is not None and frame.cond in self.ops


class _Flow:
    """Adds the steps of one frame, or of a part of it, to a builder."""

    def __init__(self, routes: Routes, wanted: _Wanted, builder: Builder) -> None:
        self._routes, self._wanted, self._builder = routes, wanted, builder

    def add(self, items: Iterable[Operation | Frame]) -> None:
        """Adds items in their order."""
        for item in items:
            if isinstance(item, Frame):
                if self._wanted.loop(item):
                    self._add_loop(item)
            elif item in self._wanted.ops:
                self._add_op(item)
        self._builder.guard = ()

    @staticmethod
    def slots_of(builder: Builder, route: Route) -> Guard | None:
        """A guard in the slots of a builder; None for one that never holds."""
        found = []
        for part, wanted in route:
            tensor = part if isinstance(part, Tensor) else None
            if tensor is None:
                assert isinstance(part, Operation)
                found.append((builder.there[part], wanted))
                continue
            if tensor not in builder.numbers:
                return None  # it hangs on a branch that is never taken
            slot = builder.numbers[tensor]
            if slot not in builder.known:
                found.append((slot, wanted))
            elif bool(builder.slots[slot]) != wanted:
                return None
        return tuple(found)

    def _guard(self, route: Route) -> Guard | None:
        return self.slots_of(self._builder, route)

    def _add_op(self, op: Operation) -> None:
        route = self._routes.guards.get(op, ())
        guard = self._guard(tuple(part for part in route if part[0] is not op))
        builder = self._builder
        if guard is None:
            return
        builder.guard = guard
        if op.type in _PASSED:
            slot = builder.input(op, op.inputs[0], 0)
            builder.numbers |= {t: slot for t in op.outputs if t not in builder.fed}
        elif op.type in MERGES:
            self._add_choice(op)
        elif op.type not in (*ENTERS, *EXITS):
            builder.add(op)

    def _add_choice(self, op: Operation) -> None:
        builder, routes = self._builder, self._routes.choices.get(op)
        assert routes is not None
        guards, slots, numbers = [], [], []
        for i, (tensor, route) in enumerate(zip(op.inputs, routes, strict=True)):
            guard = self._guard(route)
            if guard is not None:
                guards.append(tuple(part for part in guard if part not in builder.guard))
                slots.append(builder.input(op, tensor, i))
                numbers.append(i)
        certain = not any(part is op for part, _ in self._routes.guards.get(op, ()))
        self._choose(op, Choice(tuple(guards), tuple(slots), certain), numbers)

    def _choose(self, op: Operation, choice: Choice, numbers: list[int]) -> None:
        """A step that takes one of several; none where it is known which."""
        builder, value, number = self._builder, *self._builder_outputs(op)
        if len(choice.slots) == 1 and (choice.certain or not choice.guards[0]):
            builder.numbers[value] = choice.slots[0]
            if number is not None:
                builder.keep(number, np.int32(numbers[0]))
            if not choice.certain:
                builder.there[op] = builder.keep(None, np.True_)
            return
        outputs = [builder.slot(value)]
        if number is not None or not choice.certain:
            outputs.append(builder.slot(number))
        if not choice.certain:
            outputs.append(builder.slot(None))
            builder.there[op] = outputs[-1]
        taken, filled = choice.slots, tuple(outputs)
        builder.steps.append(Step(op, None, taken, filled, guard=builder.guard, choice=choice))

    def _builder_outputs(self, op: Operation) -> tuple[Tensor, Tensor | None]:
        number = op.outputs[1]
        return op.outputs[0], number if number in self._wanted.tensors else None

    # ---- loops

    def _add_loop(self, frame: Frame) -> None:
        builder = self._builder
        enters = [op for op in frame.enters if op in self._wanted.ops]
        guard: Route = ()
        if frame.exits:
            guard = self._routes.guards.get(frame.exits[0], ())
        found = self._guard(guard)
        if found is None:
            return
        builder.guard = found
        given = {op: builder.input(op, op.inputs[0], 0) for op in enters}
        made = _LoopPlan(self._routes, self._wanted, builder, frame, given)
        outputs = tuple(builder.slot(op.outputs[0]) for op in made.exits)
        loop = made.loop()
        builder.steps.append(
            Step(frame.cond, None, made.inputs, outputs, True, guard=found, loop=loop)
        )
        builder.forget_reads()


class _LoopPlan:
    """The two plans of a loop."""

    def __init__(
        self,
        routes: Routes,
        wanted: _Wanted,
        outer: Builder,
        frame: Frame,
        given: dict[Operation, int],
    ) -> None:
        self._routes, self._wanted, self._outer, self._frame = routes, wanted, outer, frame
        self.exits = [op for op in frame.exits if op in wanted.ops]
        self._merges = [op for op in frame.merges if op in wanted.ops]
        starts = {op.inputs[0].op for op in self._merges}
        self._known = {
            op: slot for op, slot in given.items() if op not in starts and self._is_known(slot)
        }
        self._same = [op for op in given if op not in starts and op not in self._known]
        self.inputs = (
            *(given[op.inputs[0].op] for op in self._merges),
            *(given[op] for op in self._same),
        )
        self._test_items, self._body_items = self._parts()

    def _is_known(self, slot: int) -> bool:
        value = self._outer.slots[slot]
        return slot in self._outer.known or isinstance(value, str)

    def _parts(self) -> tuple[list[Operation | Frame], list[Operation | Frame]]:
        """What is run before it is known whether the loop goes on, and what only then.

        The test is run once more than the body: what only waits for a switch belongs to it, and
        what lies on the way out, whose guard lets it run when the loop ends.
        """
        test: list[Operation | Frame] = []
        body: list[Operation | Frame] = []
        inside: set[Operation | Frame] = set()
        left = {t.op for item in self._frame.order for t in _taken(item) if not is_way_on(t)}
        for item in self._frame.order:
            if item in self._merges:
                continue
            on = any(is_way_on(tensor) for tensor in _taken(item))
            if on or self._needed(item) & inside:
                inside.add(item)
                body.append(item)
                continue
            switch = isinstance(item, Operation) and is_loop_switch(item)
            if switch:
                body.append(item)
            if not switch or item in left:
                test.append(item)
        return test, body

    def _needed(self, item: Operation | Frame) -> set[Operation | Frame]:
        """What an item of the loop takes or waits for."""
        waited = [other for op in _operations(item) for other in op._control_inputs]
        makers = [tensor.op for tensor in _taken(item)]
        return {self._routes.item_of(op) for op in (*makers, *waited)}

    def _builder(self, more: Sequence[Tensor] = ()) -> Builder:
        """A builder that is fed loop variables and what comes in."""
        feeds = [op.outputs[0] for op in (*self._merges, *self._same)]
        builder = Builder([*feeds, *more], self._outer.optimise)
        for op, slot in self._known.items():
            builder.keep(op.outputs[0], self._outer.slots[slot])
        return builder

    def loop(self) -> Loop:
        """The loop, as data."""
        test = self._builder()
        _Flow(self._routes, self._wanted, test).add(self._test_items)
        assert self._frame.cond is not None
        going_on = test.numbers[self._frame.cond.outputs[0]]
        shared = self._shared(test)
        carried = [tensor for tensor in shared if test.numbers[tensor] not in test.known]
        body = self._builder(carried)
        for tensor in shared:
            slot = test.numbers[tensor]
            if slot in test.known:
                body.keep(tensor, test.slots[slot])
        _Flow(self._routes, self._wanted, body).add(self._body_items)
        following = [
            body.numbers[op.inputs[1]] if op.outputs[0].dtype.is_ref else body.fetch(op.inputs[1])
            for op in self._merges  # of a variable that goes round its name, not its value
        ]
        fetches: list[int | None] = [going_on, *(test.fetch(tensor) for tensor in carried)]
        exits = [self._exit(test, op, fetches) for op in self.exits]
        return Loop(
            name=self._frame.name.decode(),
            variables=len(self._merges),
            test=test.plan(fetches),
            body=body.plan(following),
            exits=tuple(exits),
            carried=len(carried),
        )

    def _exit(self, test: Builder, op: Operation, fetches: list[int | None]) -> tuple[bool, int]:
        """Where the value of an exit is found when the loop ends."""
        value = op.inputs[0]
        if not is_loop_switch(value.op):
            return self._worked_out(test, value, fetches)
        value = value.op.inputs[0]
        if value.op in self._merges:
            return False, self._merges.index(value.op)
        fetches.append(test.numbers[value])
        return True, len(fetches) - 1

    def _worked_out(
        self, test: Builder, value: Tensor, fetches: list[int | None]
    ) -> tuple[bool, int]:
        """An exit of what is made on the way out; gated gradients put other names there."""
        slot = test.numbers.get(value)
        if slot is not None and slot < len(self._merges):
            return False, slot
        fetches.append(_fetched(test, self._routes, value, strict=False))
        return True, len(fetches) - 1

    def _shared(self, test: Builder) -> list[Tensor]:
        """What is computed before the decision, and needed by an iteration."""
        found: dict[Tensor, None] = {}
        for item in self._body_items:
            for op in _operations(item):
                if op in self._wanted.ops:
                    guards = [self._routes.guards.get(op, ()), *self._routes.choices.get(op, ())]
                    parts = [part for guard in guards for part, _ in guard]
                    found |= dict.fromkeys(op.inputs)
                    found |= {part: None for part in parts if isinstance(part, Tensor)}
        found |= {op.inputs[1]: None for op in self._merges}
        there = set(self._test_items) - set(self._body_items) - {self._frame.cond}
        return [
            tensor
            for tensor in found
            if tensor not in test.fed
            and self._routes.item_of(tensor.op) in there
            and tensor in test.numbers
        ]


def _operations(item: Operation | Frame) -> list[Operation]:
    """The operations by which an item hangs on others of its frame."""
    return item.enters if isinstance(item, Frame) else [item]


def _taken(item: Operation | Frame) -> list[Tensor]:
    return [tensor for op in _operations(item) for tensor in op.inputs]
