"""Plans: what a session does for given fetches and feeds, worked out once.

A plan is data, a straight line of steps over numbered slots. A step reads slots, calls a kernel and
fills slots; reading a variable is a step of its own, so that the newest value is read and a missing
one is found at the operation that wanted it. Who takes a variable's `read` reads at its own time,
so that an operation that waits for an assignment sees what was assigned. Operations run in the
order they were made, which is an order that their inputs allow; nothing that no fetch needs is in
the plan.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from neuronboard import errors
from neuronboard.engine import namespace
from neuronboard.engine.graph import Operation, Tensor


@dataclass(frozen=True, slots=True)
class Step:
    """One call: `kernel` over the values of `inputs` fills `outputs`.

    reads: the variable whose value this step reads, instead of calling a kernel; `op` is then the
    operation that wants it, or None for a fetch.
    """

    op: Operation | None
    kernel: Callable[..., Any] | None
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    stateful: bool = False
    reads: Operation | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """Steps over `slots` (the constants filled in), where feeds go, and where fetches are found."""

    steps: tuple[Step, ...]
    slots: tuple[Any, ...]
    feeds: tuple[int, ...]
    fetches: tuple[int | None, ...]  # None for an operation, which has no value


def compile_plan(fetches: Sequence[Tensor | Operation], feeds: Sequence[Tensor]) -> Plan:
    """The plan that computes `fetches` when `feeds` are given.

    Raises InvalidArgumentError for a placeholder that is needed and not fed.
    """
    builder = _Builder(feeds)
    for op in _needed(fetches, set(feeds)):
        builder.add(op)
    found = [builder.fetch(item) if isinstance(item, Tensor) else None for item in fetches]
    return Plan(
        steps=tuple(builder.steps),
        slots=tuple(builder.slots),
        feeds=tuple(builder.numbers[tensor] for tensor in feeds),
        fetches=tuple(found),
    )


def _needed(fetches: Iterable[Tensor | Operation], fed: set[Tensor]) -> list[Operation]:
    """The operations that must run, in the order they were made."""
    todo = [item.op if isinstance(item, Tensor) else item for item in fetches if item not in fed]
    seen: set[Operation] = set()
    while todo:
        op = todo.pop()
        if op not in seen:
            seen.add(op)
            todo += [tensor.op for tensor in op.inputs if tensor not in fed]
            todo += op.control_inputs
    return sorted(seen, key=lambda op: op._id)


class _Builder:
    """Gives numbers to slots and collects the steps."""

    def __init__(self, feeds: Sequence[Tensor]) -> None:
        self.steps: list[Step] = []
        self.slots: list[Any] = []
        self.numbers: dict[Tensor, int] = {}
        self._fed = frozenset(feeds)
        for tensor in feeds:
            self._slot(tensor)

    def _slot(self, tensor: Tensor | None, value: Any = None) -> int:
        self.slots.append(value)
        if tensor is not None:
            self.numbers[tensor] = len(self.slots) - 1
        return len(self.slots) - 1

    def add(self, op: Operation) -> None:
        """Adds the step of an operation, unless its value is known now."""
        kind = op.definition
        if op.outputs and self._fed.issuperset(op.outputs):
            return
        if kind.type == "Const":
            self._slot(op.outputs[0], op.attrs["value"][()])
            return
        if kind.type == "Placeholder":
            raise _missing_feed(op)
        if kind.type == "VariableV2":
            self._slot(op.outputs[0], op.name)
            return
        inputs = tuple(self._input(op, tensor, i) for i, tensor in enumerate(op.inputs))
        fresh = [tensor for tensor in op.outputs if tensor not in self.numbers]
        outputs = tuple(self._slot(t) if t in fresh else self._slot(None) for t in op.outputs)
        kernel: Any = kind.kernel
        if not kind.stateful:
            kernel = kind.bound(namespace.numpy, op.attrs)
        if kind.type != "NoOp":
            self.steps.append(Step(op, kernel, inputs, outputs, kind.stateful))

    def _input(self, op: Operation, tensor: Tensor, index: int) -> int:
        names = op.definition.inputs
        takes_reference = index < len(names) and names[index] in op.definition.refs
        if takes_reference and tensor in self._fed:
            raise errors.InvalidArgumentError(
                op.node_def,
                op,
                f"{tensor.name} is fed, so {op.name!r} (made at {op.where}) cannot change it in "
                "the same run: leave it out of feed_dict, or run the two one after the other",
            )
        if tensor.dtype.is_ref and not takes_reference and tensor not in self._fed:
            return self._read(tensor, op)
        if self._is_plain_read(tensor):
            return self._read(tensor.op.inputs[0], tensor.op)
        return self.numbers[tensor]

    def _is_plain_read(self, tensor: Tensor) -> bool:
        """Whether a tensor is a variable's value at no time in particular."""
        op = tensor.op
        if op.type != "Identity" or op.control_inputs or tensor in self._fed:
            return False
        return op.inputs[0].op.type == "VariableV2" and op.inputs[0] not in self._fed

    def fetch(self, tensor: Tensor) -> int:
        """The slot in which a fetched value will be."""
        reads = tensor.dtype.is_ref and tensor not in self._fed
        return self._read(tensor, None) if reads else self.numbers[tensor]

    def _read(self, tensor: Tensor, reader: Operation | None) -> int:
        variable = tensor.op
        while variable.type != "VariableV2":
            variable = variable.inputs[0].op
        slot = self._slot(None)
        self.steps.append(Step(reader, None, (self.numbers[tensor],), (slot,), reads=variable))
        return slot


def _missing_feed(op: Operation) -> errors.OpError:
    dtype, shape = op.attrs["dtype"].name, op.attrs["shape"]
    return errors.InvalidArgumentError(
        op.node_def,
        op,
        f"You must feed a value for placeholder tensor '{op.name}' with dtype {dtype} and shape "
        f"{shape}\n\t [[{{{{node {op.name}}}}}]]\n"
        f"It was made at {op.where}; run it as sess.run(..., feed_dict={{{op.name}: value}})",
    )
