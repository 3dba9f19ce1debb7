"""The structure of control flow in a graph: what is a loop, and when an operation is run at all.

TensorFlow's runtime sends tokens along the edges; here the structure is read once. Every operation
lies in a `Frame`: the graph itself, or a loop, which is known by the name that its `Enter`s bear.
Within its frame an operation has a `Guard`: which way the branches must go for it to be run. It
follows from its inputs and from what it waits for; a `Merge` needs one of its inputs, and so takes
off what its branches have put on.

    frames       operation -> frame
    guards       operation -> guard
    order        frame -> its operations and loops, each behind what it needs; those of one branch
                 stand together, as far as that is possible
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from dataclasses import dataclass, field

from neuronboard import errors
from neuronboard.engine.graph import Operation, Tensor
from neuronboard.engine.ops.flow import ENTERS, EXITS, MERGES, NEXT_ITERATIONS, SWITCHES

CONTROL = frozenset((*ENTERS, *EXITS, *MERGES, *NEXT_ITERATIONS, *SWITCHES, "LoopCond"))

# What decides (a boolean tensor, or a merge that may find none of its inputs), and which way.
Guard = tuple[tuple["Tensor | Operation", bool], ...]


@dataclass(eq=False)
class Frame:
    """A loop, or the graph around all loops, whose parent is None.

    Of what is needed: enters, exits, and merges of loop variables. cond: the LoopCond.
    """

    name: bytes
    parent: Frame | None
    depth: int
    enters: list[Operation] = field(default_factory=list)
    exits: list[Operation] = field(default_factory=list)
    merges: list[Operation] = field(default_factory=list)
    cond: Operation | None = None
    order: list[Operation | Frame] = field(default_factory=list)


class Routes:
    """The structure of the operations that some fetches need."""

    def __init__(self, ops: Iterable[Operation], fed: set[Tensor]) -> None:
        self._fed = fed
        self._ops = _sorted(ops, fed)
        self.root = Frame(b"", None, 0)
        self.frames: dict[Operation, Frame] = {}
        self.guards: dict[Operation, Guard] = {}
        self.choices: dict[Operation, list[Guard]] = {}  # merge -> when each input is there
        self._children: dict[tuple[Frame, bytes], Frame] = {}
        for op in self._ops:
            self._place(op)
        self._orders()

    # ---- frames

    def _place(self, op: Operation) -> None:
        frame = self.root
        inputs = op.inputs[:1] if op.type in MERGES and _is_loop_merge(op) else op.inputs
        makers = [tensor.op for tensor in inputs if tensor not in self._fed]
        for other in (*makers, *op._control_inputs):
            theirs = self.frames[other]
            if theirs.depth > frame.depth:
                frame = theirs
        if op.type in ENTERS:
            frame = self._child(frame, op.attrs["frame_name"])
            frame.enters.append(op)
        elif op.type in EXITS:
            frame.exits.append(op)
            assert frame.parent is not None
            frame = frame.parent
        elif op.type == "LoopCond":
            frame.cond = op
        elif op.type in MERGES and _is_loop_merge(op):
            frame.merges.append(op)
        self.frames[op] = frame

    def _child(self, parent: Frame, name: bytes) -> Frame:
        key = parent, name
        if key not in self._children:
            self._children[key] = Frame(name, parent, parent.depth + 1)
        return self._children[key]

    def loop_of_exit(self, op: Operation) -> Frame:
        """The loop that an exit leaves."""
        return self.frames[op.inputs[0].op]

    # ---- order

    def _orders(self) -> None:
        """Orders every frame, the outer ones first: a guard is known when it is asked for."""
        members: dict[Frame, list[Operation]] = {}
        for op in self._ops:
            if op.type not in ENTERS and op.type not in EXITS:
                members.setdefault(self.frames[op], []).append(op)
        frames = [self.root, *self._children.values()]
        for frame in sorted(frames, key=lambda frame: frame.depth):
            loops = [child for child in self._children.values() if child.parent is frame]
            _Order(self, frame, [*members.get(frame, ()), *loops]).run()

    def item_of(self, op: Operation) -> Operation | Frame:
        """What stands for an operation in the order of the frame that its outputs are in."""
        if op.type in EXITS:
            return self.loop_of_exit(op)
        return self.frames[op] if op.type in ENTERS else op

    # ---- guards

    def guard_of(self, tensor: Tensor) -> Guard:
        """When a tensor is there."""
        if tensor in self._fed:
            return ()
        op = tensor.op
        guard = self.guards.get(op, ())
        if op.type in SWITCHES and not is_way_on(tensor):
            return _both(guard, ((decider(op), bool(tensor.value_index)),))
        return guard

    def find_guard(self, item: Operation | Frame) -> Guard:
        """When an operation, or a loop, is run; its inputs' guards are known."""
        if isinstance(item, Frame):
            guard: Guard = ()
            for op in item.enters:
                guard = _both(guard, self._needed(op, item.parent))
            for op in item.exits:
                self.guards[op] = guard
            return guard
        if item.type in MERGES and not _is_loop_merge(item):
            guard = self._merged(item)
        elif item.type in MERGES:
            guard = ()
        else:
            guard = self._needed(item, self.frames[item])
        self.guards[item] = guard
        return guard

    def _needed(self, op: Operation, frame: Frame | None) -> Guard:
        guard: Guard = ()
        for tensor in op.inputs:
            guard = _both(guard, self.guard_of(tensor))
        if op.type != "ControlTrigger":
            for other in op._control_inputs:
                if self.frames[other] is frame:
                    guard = _both(guard, self.guards.get(other, ()))
        return guard

    def _merged(self, op: Operation) -> Guard:
        """A value is there if any is; where two branches of one decision meet, that is certain."""
        choices = [self.guard_of(tensor) for tensor in op.inputs]
        common = tuple(part for part in choices[0] if all(part in other for other in choices[1:]))
        rests = [tuple(part for part in choice if part not in common) for choice in choices]
        self.choices[op] = choices
        certain = any(not rest for rest in rests) or (
            len(rests) == 2
            and all(len(rest) == 1 for rest in rests)
            and rests[0][0][0] is rests[1][0][0]
        )
        return common if certain else (*common, (op, True))


def decider(op: Operation) -> Tensor:
    """The boolean that a switch goes by, without the names it was given on the way."""
    pred = op.inputs[1]
    while pred.op.type == "Identity" and not pred.op._control_inputs:
        pred = pred.op.inputs[0]
    return pred


def is_way_on(tensor: Tensor) -> bool:
    """Whether a tensor is there in an iteration only, which is all that an iteration asks."""
    return is_loop_switch(tensor.op) and tensor.value_index == 1


def is_loop_switch(op: Operation) -> bool:
    """Whether an operation sends a loop variable into an iteration or out of the loop."""
    return op.type in SWITCHES and decider(op).op.type == "LoopCond"


def _both(first: Guard, second: Guard) -> Guard:
    return (*first, *(part for part in second if part not in first))


def _is_loop_merge(op: Operation) -> bool:
    return any(tensor.op.type in NEXT_ITERATIONS for tensor in op.inputs)


def needs(op: Operation, fed: set[Tensor]) -> list[Operation]:
    """What must have been run before an operation, but for the way round a loop."""
    inputs = op.inputs[:1] if op.type in MERGES and _is_loop_merge(op) else op.inputs
    return [*(tensor.op for tensor in inputs if tensor not in fed), *op._control_inputs]


def _sorted(ops: Iterable[Operation], fed: set[Tensor]) -> list[Operation]:
    """The operations, each behind what it needs."""
    found: dict[Operation, None] = {}
    for start in ops:
        stack = [start]
        while stack:
            op = stack[-1]
            if op in found:
                stack.pop()
                continue
            missing = [other for other in needs(op, fed) if other not in found]
            if not missing:
                found[op] = None
                stack.pop()
            elif len(stack) > 1_000_000:
                raise errors.InvalidArgumentError(
                    op=op, message=f"The graph has a cycle through {op.name!r} that is no loop"
                )
            else:
                stack += missing
    return list(found)


class _Order:
    """Puts the items of one frame in order: the oldest first of those that may be next.

    An item of the branch at hand goes first, so that a branch is one block of code.
    """

    def __init__(self, routes: Routes, frame: Frame, items: list[Operation | Frame]) -> None:
        self._routes, self._frame = routes, frame
        self._items = set(items)
        self._waiting: dict[Operation | Frame, int] = {}
        self._takers: dict[Operation | Frame, list[Operation | Frame]] = {}
        for item in items:
            before = self._before(item)
            self._waiting[item] = len(before)
            for other in before:
                self._takers.setdefault(other, []).append(item)
        self._ready: dict[Guard, list[tuple[int, int, Operation | Frame]]] = {}

    def _before(self, item: Operation | Frame) -> set[Operation | Frame]:
        ops = item.enters if isinstance(item, Frame) else [item]
        found = {
            self._routes.item_of(other) for op in ops for other in needs(op, self._routes._fed)
        }
        return (found & self._items) - {item}

    def run(self) -> None:
        for item, count in self._waiting.items():
            if not count:
                self._release(item)
        guard: Guard = ()
        while self._ready:
            if guard not in self._ready:
                guard = min(self._ready, key=lambda key: self._ready[key][0])
            heap = self._ready[guard]
            _, _, item = heapq.heappop(heap)
            if not heap:
                del self._ready[guard]
            self._frame.order.append(item)
            for taker in self._takers.get(item, ()):
                self._waiting[taker] -= 1
                if not self._waiting[taker]:
                    self._release(taker)
        if len(self._frame.order) != len(self._waiting):
            raise errors.InvalidArgumentError(message="The graph has a cycle that is no loop")

    def _release(self, item: Operation | Frame) -> None:
        guard = self._routes.find_guard(item)
        age = min(op._id for op in item.enters) if isinstance(item, Frame) else item._id
        heapq.heappush(self._ready.setdefault(guard, []), (age, len(self._frame.order), item))
