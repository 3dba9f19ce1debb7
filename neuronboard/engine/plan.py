"""Plans: what a session does for given fetches and feeds, worked out once.

A plan is data, a straight line of steps over numbered slots, which can be printed and compared;
`engine/code.py` turns it into Python code. A step reads slots, calls a kernel and fills slots;
reading a variable is a step of its own, so that the newest value is read and a missing one is found
at the operation that wanted it. Who takes a variable's `read` reads at its own time, so that an
operation that waits for an assignment sees what was assigned.

Operations run in the order they were made, which is an order that their inputs allow. What no fetch
needs is not in the plan: an operation that only has to have run, and that nobody could notice, is
left out; what hangs on constants alone is computed while the plan is made; what is computed twice
from the same is computed once; a value under another name is no step. What is fetched is part of a
plan's key, so nothing that somebody asks to see is lost.

A step of a branch has a guard: slots that must be true, or false, for it to be run. A loop is one
step with two plans of its own, one that tests whether it goes on and one for an iteration. What a
graph says of branches and loops is read by `engine/routes.py`, and `engine/flow_plan.py` puts it
into steps; a graph without them needs neither.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from neuronboard import errors
from neuronboard.engine import namespace
from neuronboard.engine.graph import Operation, Tensor
from neuronboard.engine.known import with_known
from neuronboard.engine.ops.flow import MERGES

# types whose result is their input
_SAME = ("Identity", "StopGradient", "PreventGradient", "Snapshot")
_FOLDED = 1 << 16  # elements; larger constants are cheaper to compute than to keep
_FLOW = ("Switch", "RefSwitch", "Merge", "RefMerge", "Enter", "RefEnter")

Guard = tuple[tuple[int, bool], ...]  # slots, and what they must be


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several slots: the first whose guard holds.

    certain: whether one of them does in any case. strict: whether it is an error when none does.
    """

    guards: tuple[Guard, ...]
    slots: tuple[int, ...]
    certain: bool = True
    strict: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Loop:
    """A loop: `test` is run before each iteration, `body` is one.

    The step's inputs are the loop variables, then what is the same in every iteration; both are
    fed to `test` and to `body`, which gives the next loop variables. `test` fetches whether to go
    on, and then what `body` is fed beside. exits: what the loop gives when it ends, a number of a
    loop variable or of a fetch of `test` (True).
    """

    name: str
    variables: int
    test: Plan
    body: Plan
    exits: tuple[tuple[bool, int], ...]
    carried: int  # how many fetches of `test` are fed to `body`
    runner: list[Any] = field(default_factory=list)  # the code, once it is made

    def __str__(self) -> str:
        test, body = (str(plan).replace("\n", "\n    ") for plan in (self.test, self.body))
        return f"\n    {test}\n    goes on if v{self.test.fetches[0]}\n    {body}"


@dataclass(frozen=True, slots=True)
class Step:
    """One call: `kernel` over the values of `inputs` fills `outputs`.

    reads: the variable whose value this step reads, instead of calling a kernel; `op` is then the
    operation that wants it, or None for a fetch. guard: when it is run. choice: which slot it
    takes, instead of calling a kernel; its outputs are the value, then the number of the choice and
    whether there was one, as far as somebody needs them. loop: what it runs instead.
    """

    op: Operation | None
    kernel: Callable[..., Any] | None
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    stateful: bool = False
    reads: Operation | None = None
    guard: Guard = ()
    choice: Choice | None = None
    loop: Loop | None = None

    def __str__(self) -> str:
        filled = ", ".join(f"v{number}" for number in self.outputs) or "-"
        if self.guard:
            filled = f"if {condition(self.guard)}: {filled}"
        if self.reads is not None:
            return f"{filled} = value of {self.reads.name}"
        assert self.op is not None
        given = ", ".join(f"v{number}" for number in self.inputs)
        if self.loop is not None:
            return f"{filled} = while({given})  # {self.loop.name}{self.loop}"
        return f"{filled} = {self.op.type}({given})  # {self.op.name}"


def condition(guard: Guard) -> str:
    """The Python expression of a guard."""
    return (
        " and ".join(f"v{slot}" if wanted else f"not v{slot}" for slot, wanted in guard) or "True"
    )


@dataclass(frozen=True, slots=True)
class Plan:
    """Steps over `slots` (the constants filled in), where feeds go, and where fetches are found."""

    steps: tuple[Step, ...]
    slots: tuple[Any, ...]
    feeds: tuple[int, ...]
    fetches: tuple[int | None, ...]  # None for an operation, which has no value
    tensors: tuple[Tensor | None, ...]  # what each slot holds

    def __str__(self) -> str:
        """The steps, one a line; constants are not among them."""
        return "\n".join(map(str, self.steps))


def compile_plan(
    fetches: Sequence[Tensor | Operation], feeds: Sequence[Tensor], optimise: bool = True
) -> Plan:
    """The plan that computes `fetches` when `feeds` are given.

    optimise: False keeps every step, for comparison. Raises InvalidArgumentError for a placeholder
    that is needed and not fed.
    """
    builder = Builder(feeds, optimise)
    needed = _needed(fetches, set(feeds), optimise)
    if any(op.type in _FLOW for op in fetched_and_before(needed, set(feeds))):
        from neuronboard.engine.flow_plan import compile_flow

        return compile_flow(builder, fetches, set(feeds))
    for op in needed:
        builder.add(op)
    found = [builder.fetch(item) if isinstance(item, Tensor) else None for item in fetches]
    return builder.plan(found)


def _needed(
    fetches: Iterable[Tensor | Operation], fed: set[Tensor], optimise: bool
) -> list[Operation]:
    """The operations that must run, in the order they were made."""
    todo = [
        (item.op if isinstance(item, Tensor) else item, isinstance(item, Tensor))
        for item in fetches
        if item not in fed
    ]
    seen: dict[Operation, bool] = {}  # whether the value is needed, and not only that it has run
    while todo:
        op, valued = todo.pop()
        valued = valued or not optimise or noticed(op)
        if seen.get(op, False) or (op in seen and not valued):
            continue
        seen[op] = valued
        todo += [(tensor.op, valued) for tensor in op.inputs if tensor not in fed]
        todo += [(other, False) for other in op._control_inputs]
    return sorted((op for op, valued in seen.items() if valued), key=lambda op: op._id)


def fetched_and_before(ops: Iterable[Operation], fed: set[Tensor]) -> list[Operation]:
    """Operations, and everything that they take or wait for."""
    seen: dict[Operation, None] = {}
    todo = list(ops)
    while todo:
        op = todo.pop()
        if op not in seen:
            seen[op] = None
            todo += [tensor.op for tensor in op.inputs if tensor not in fed]
            todo += op._control_inputs
    return list(seen)


def noticed(op: Operation) -> bool:
    """Whether somebody could notice that an operation has run, though none takes its value."""
    if not op.definition.pure and op.type != "NoOp":
        return True
    return any(tensor.dtype.is_ref for tensor in op.inputs)  # it fails without a value


class Builder:
    """Gives numbers to slots and collects the steps."""

    def __init__(self, feeds: Sequence[Tensor], optimise: bool) -> None:
        self.steps: list[Step] = []
        self.slots: list[Any] = []
        self.numbers: dict[Tensor, int] = {}
        self._tensors: list[Tensor | None] = []
        self.fed = frozenset(feeds)
        self.optimise = optimise
        self.known: set[int] = set()  # slots that hold constants
        self.guard: Guard = ()  # of the steps that are added
        self.there: dict[Operation, int] = {}  # merge -> where it is told whether it found a value
        # variable -> where its value of now is found, and when
        self._reads: dict[Operation, tuple[int, Guard]] = {}
        # what a step computes -> where it is found, and when
        self._made: dict[Any, tuple[tuple[int, ...], Guard]] = {}
        for tensor in feeds:
            self.slot(tensor)

    def plan(self, fetches: Sequence[int | None]) -> Plan:
        """What was collected."""
        return Plan(
            steps=tuple(self.steps),
            slots=tuple(self.slots),
            feeds=tuple(range(len(self.fed))),
            fetches=tuple(fetches),
            tensors=tuple(self._tensors),
        )

    def slot(self, tensor: Tensor | None, value: Any = None) -> int:
        self.slots.append(value)
        self._tensors.append(tensor)
        if tensor is not None and tensor not in self.numbers:
            self.numbers[tensor] = len(self.slots) - 1
        return len(self.slots) - 1

    def add(self, op: Operation) -> None:
        """Adds the step of an operation, unless its value is known now."""
        kind = op.definition
        if op.outputs and self.fed.issuperset(op.outputs):
            return
        if kind.type == "Const":
            value = op.attrs["value"]
            whole = value if value.flags.c_contiguous else np.array(value)
            self._constant(op.outputs[0], whole[()])
            return
        if kind.type == "Placeholder":
            raise _missing_feed(op)
        if kind.type == "VariableV2":
            self.slot(op.outputs[0], op.name)
            return
        if kind.type == "NoOp":
            return
        inputs = tuple(self.input(op, tensor, i) for i, tensor in enumerate(op.inputs))
        if not self._shortened(op, inputs):
            outputs = self._outputs(op)
            kernel: Any = kind.kernel
            if not kind.stateful:
                kernel = kind.bound(namespace.numpy, op.attrs)
                if self.optimise and kind.pure:
                    values = [self.slots[n] if n in self.known else None for n in inputs]
                    kernel = with_known(op, values) or kernel
            self.steps.append(Step(op, kernel, inputs, outputs, kind.stateful, guard=self.guard))
            if kind.refs:
                self.forget_reads()
            if self.optimise and kind.pure and not kind.stateful:
                self._made[self._key(op, inputs)] = outputs, self.guard

    def forget_reads(self) -> None:
        """What is read from here on may be another value."""
        self._reads.clear()

    def _is_there(self, guard: Guard) -> bool:
        """Whether what was computed under a guard is there for the steps that are added."""
        return set(guard) <= set(self.guard)

    def keep(self, tensor: Tensor | None, value: Any) -> int:
        """A slot with a value that is known while the plan is made."""
        number = self.slot(tensor, value)
        if not isinstance(value, str):  # the name of a variable, whose value is not known
            self.known.add(number)
        return number

    def _outputs(self, op: Operation) -> tuple[int, ...]:
        return tuple(self.slot(tensor if tensor not in self.fed else None) for tensor in op.outputs)

    def _constant(self, tensor: Tensor, value: Any) -> None:
        key: Any = None
        if self.optimise and np.size(value) <= 16 and not isinstance(value, bytes):
            array = np.asarray(value)
            key = ("Const", array.dtype.str, array.shape, array.tobytes())
            if array.dtype.kind == "O":
                key = None
        if key in self._made:
            self.numbers[tensor] = self._made[key][0][0]
            return
        number = self.slot(tensor, value)
        self.known.add(number)
        if key is not None:
            self._made[key] = (number,), ()

    def _shortened(self, op: Operation, inputs: tuple[int, ...]) -> bool:
        """Whether an operation needs no step: its value is there already, or is known now."""
        kind = op.definition
        if (
            not self.optimise
            or not kind.pure
            or kind.stateful
            or not self.fed.isdisjoint(op.outputs)
        ):
            return False
        if kind.type in _SAME:
            self.numbers[op.outputs[0]] = inputs[0]
            return True
        found = self._made.get(self._key(op, inputs))
        if found is not None and self._is_there(found[1]):
            self.numbers |= dict(zip(op.outputs, found[0], strict=True))
            return True
        return self._folded(op, inputs)

    def _folded(self, op: Operation, inputs: tuple[int, ...]) -> bool:
        """Computes what hangs on constants alone; what fails is left for the run to tell."""
        if not inputs or not self.known.issuperset(inputs):
            return False
        sizes = [tensor.shape.num_elements() for tensor in op.outputs]
        if any(size is None or size > _FOLDED for size in sizes):
            return False
        kernel = op.definition.bound(namespace.numpy, op.attrs)
        try:
            with np.errstate(all="ignore"):
                result = kernel(*[self.slots[number] for number in inputs])
        except (ValueError, TypeError, ZeroDivisionError, IndexError):
            return False
        values = result if isinstance(result, tuple) and len(op.outputs) > 1 else (result,)
        numbers = []
        for tensor, value in zip(op.outputs, values, strict=True):
            numbers.append(self.slot(tensor, value))
            self.known.add(numbers[-1])
        self._made[self._key(op, inputs)] = tuple(numbers), ()
        return True

    @staticmethod
    def _key(op: Operation, inputs: tuple[int, ...]) -> Any:
        attrs = tuple(str(op.attrs[name]) for name in op.definition.kernel_attrs)
        return op.type, inputs, attrs, tuple(tensor.dtype for tensor in op.outputs)

    def input(self, op: Operation, tensor: Tensor, index: int) -> int:
        names = op.definition.inputs
        takes_reference = index < len(names) and names[index] in op.definition.refs
        fed = tensor in self.fed and tensor.op.type not in MERGES  # a loop's variable is none
        if takes_reference and fed:
            raise errors.InvalidArgumentError(
                op.node_def,
                op,
                f"{tensor.name} is fed, so {op.name!r} (made at {op.where}) cannot change it in "
                "the same run: leave it out of feed_dict, or run the two one after the other",
            )
        if tensor.dtype.is_ref and not takes_reference and not fed:
            return self._read(tensor, op)
        if self._is_plain_read(tensor):
            return self._read(tensor.op.inputs[0], tensor.op)
        return self.numbers[tensor]

    def _is_plain_read(self, tensor: Tensor) -> bool:
        """Whether a tensor is a variable's value at no time in particular."""
        op = tensor.op
        if op.type != "Identity" or op._control_inputs or tensor in self.fed:
            return False
        return op.inputs[0].op.type == "VariableV2" and op.inputs[0] not in self.fed

    def fetch(self, tensor: Tensor) -> int:
        """The slot in which a fetched value will be."""
        reads = tensor.dtype.is_ref and tensor not in self.fed
        return self._read(tensor, None) if reads else self.numbers[tensor]

    def _read(self, tensor: Tensor, reader: Operation | None) -> int:
        variable = tensor.op
        while variable.type != "VariableV2":
            variable = variable.inputs[0].op
        found = self._reads.get(variable)
        if found is not None and self.optimise and self._is_there(found[1]):
            return found[0]
        slot = self.slot(None)
        self._tensors[slot] = tensor
        taken = (self.numbers[tensor],)
        self.steps.append(Step(reader, None, taken, (slot,), reads=variable, guard=self.guard))
        self._reads[variable] = slot, self.guard
        return slot


# What TensorFlow's runtime calls types whose names differ from those in Python.
_SHORT = {"float32": "float", "float64": "double", "float16": "half"}


def _missing_feed(op: Operation) -> errors.OpError:
    dtype, dims = op.attrs["dtype"].name, op.attrs["shape"].dims
    sizes = ",".join("?" if size is None else str(size) for size in dims or ())
    shaped = f" and shape [{sizes}]" if dims else ""
    return errors.InvalidArgumentError(
        op.node_def,
        op,
        f"You must feed a value for placeholder tensor '{op.name}' with dtype "
        f"{_SHORT.get(dtype, dtype)}{shaped}\n\t [[{{{{node {op.name}}}}}]]\n"
        f"It was made at {op.where}; run it as sess.run(..., feed_dict={{{op.name}: value}})",
    )
