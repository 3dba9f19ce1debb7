"""Straight-line code of a plan: one line of Python for each step, and a name for each slot.

Steps of a branch stand below an `if`; a loop is a call of the code of its two plans.
What it adds to a plan is about memory alone: a buffer is let go when its last reader has run, and
where it is certain that nobody else holds it, the next result is written into it. Single elements
are scalars of numpy, which are quicker than arrays. `interpret` runs the plan itself, step by step.
"""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType
from typing import Any

import numpy as np

from neuronboard import errors
from neuronboard.engine.failures import told
from neuronboard.engine.graph import Tensor
from neuronboard.engine.plan import Choice, Guard, Loop, Plan, Step, condition

Run = Callable[[dict[str, Any], "list[Any] | tuple[Any, ...]"], "tuple[Any, ...]"]
Take = Callable[[Step, "list[Any]", "dict[str, Any]"], None]
_FILE = "<plan>"

# Types beside numpy's functions whose results are new arrays, and that keep none they are given.
_FRESH = {
    *("MatMul", "BatchMatMulV2", "BiasAdd", "ReluGrad", "Relu", "Relu6", "Relu6Grad", "Sigmoid"),
    *("SigmoidGrad", "TanhGrad", "SqrtGrad", "RsqrtGrad", "Softmax", "LogSoftmax", "Softplus"),
    *("SquaredDifference", "Conv2D", "Conv2DBackpropInput", "Conv2DBackpropFilter", "MaxPoolGrad"),
    *("SparseSoftmaxCrossEntropyWithLogits", "Elu", "EluGrad", "Erf", "Rsqrt", "L2Loss", "Pow"),
    *("ApplyAdam", "ApplyGradientDescent", "ApplyMomentum", "BiasAddGrad", "ConcatV2", "Select"),
    *("SelectV2", "Cast", "AvgPool", "AvgPoolGrad", "ZerosLike", "UnsortedSegmentSum"),
}


def compile_code(plan: Plan) -> Run:
    """A function (state, fed values) -> fetched values, in the order of the plan's fetches.

    The values are the caller's own. Raises what the operations raise, with the operation's name.
    """
    inner = _function(plan, own=True)

    def run(state: dict[str, Any], fed: Any) -> tuple[Any, ...]:
        with np.errstate(all="ignore"):
            return inner(state, fed)

    return run


def _function(plan: Plan, own: bool) -> Run:
    """The code of a plan; own: whether fetched values become the caller's own."""
    memory = _Memory(plan)
    scope: dict[str, Any] = {"_copied": copied, "_dead": _dead}
    for number, value in enumerate(plan.slots):
        if value is not None:
            scope[f"v{number}"] = value
    fed = "".join(f"v{number}," for number in plan.feeds)
    lines = [f"    {fed} = fed" if fed else "    pass"]
    steps: list[Step | None] = [None, None]  # of each line
    guard: Guard = ()
    for i, step in enumerate(plan.steps):
        if step.guard and step.guard != guard:
            lines.append(f"    if {condition(step.guard)}:")
            steps.append(None)
        guard = step.guard
        lines.append(("        " if guard else "    ") + _line(i, step, memory, scope))
        steps.append(step)
    found = [memory.fetched(number, own) for number in plan.fetches]
    lines.append(f"    return ({''.join(f'{text}, ' for text in found)})")
    source = "def run(state, fed):\n" + "\n".join(lines) + "\n"
    exec(compile(source, _FILE, "exec"), scope)
    inner = scope["run"]

    def run(state: dict[str, Any], fed: Any) -> tuple[Any, ...]:
        try:
            values: tuple[Any, ...] = inner(state, fed)
        except (ValueError, TypeError, ZeroDivisionError, IndexError, KeyError) as error:
            number, there = _place_of(error)
            step = steps[number - 1]
            assert step is not None
            given = [there.get(f"v{slot}") for slot in step.inputs]
            raise told(step, state, error, given) from error
        return values

    return run


def _line(i: int, step: Step, memory: _Memory, scope: dict[str, Any]) -> str:
    """The statement of one step, and what is let go behind it."""
    filled = ", ".join(f"v{number}" for number in step.outputs)
    if step.reads is not None:
        call = f"{filled} = state[{step.reads.name!r}]"
    elif step.choice is not None:
        scope[f"o{i}"] = step.op
        call = f"{filled} = {_choice(step.choice, len(step.outputs), f'o{i}')}"
    else:
        call = _call(i, step, memory, scope)
        if len(step.outputs) > 1 or filled:
            call = f"{filled} = {call}"
    freed = "".join(f"; v{number} = None" for number in memory.frees(i))
    return call + freed


def _call(i: int, step: Step, memory: _Memory, scope: dict[str, Any]) -> str:
    """The call of a step's kernel, or of its loop."""
    scope[f"k{i}"] = step.kernel if step.loop is None else _runner(step.loop)
    given = [f"v{number}" for number in step.inputs]
    if step.stateful:
        scope[f"o{i}"] = step.op
        given = ["state", f"o{i}", *given]
    elif (into := memory.into(i)) is not None:
        given.append(f"out=v{into}")
    return f"k{i}({', '.join(given)})"


def _choice(choice: Choice, outputs: int, op: str) -> str:
    """The expression of a choice: its value, its number, and whether there was one."""
    texts = [f"v{slot}" for slot in choice.slots]
    none = f"_dead({op})" if choice.strict else "None"
    if outputs > 1:
        more = ", True" if outputs == 3 else ""
        texts = [f"({text}, {i}{more})" for i, text in enumerate(texts)]
        none = f"(None, -1{', False' if outputs == 3 else ''})"
    last = texts.pop() if choice.certain else none
    tests = [condition(guard) for guard in choice.guards]
    return (
        "".join(f"{text} if {test} else " for text, test in zip(texts, tests, strict=False)) + last
    )


def _dead(op: Any) -> Any:
    raise errors.InvalidArgumentError(
        op.node_def,
        op,
        f"Retval[0] does not have value: {op.name!r}, made at {op.where}, lies on a branch that "
        "was not taken in this run; fetch what the branches are merged to",
    )


class _Runner:
    """Runs a loop: its first iteration step by step, the others as code."""

    def __init__(self, loop: Loop) -> None:
        self._loop = loop
        self._test: Run | None = None
        self._body: Run | None = None

    def __call__(self, state: dict[str, Any], op: Any, *values: Any) -> Any:
        loop, count = self._loop, self._loop.variables
        current, same = values[:count], values[count:]
        iteration, end = 0, 1 + loop.carried
        try:
            while True:
                found = self._tested(state, (*current, *same))
                if not found[0]:
                    break
                current = self._iterated(state, (*current, *same, *found[1:end]))
                iteration += 1
        except errors.OpError as error:
            raise _in_iteration(error, loop, op, iteration) from error
        left = [found[i] if tested else current[i] for tested, i in loop.exits]
        return left[0] if len(left) == 1 else left

    def _tested(self, state: dict[str, Any], fed: Any) -> tuple[Any, ...]:
        if self._test is None:
            self._test = _function(self._loop.test, own=False)
        return self._test(state, fed)

    def _iterated(self, state: dict[str, Any], fed: Any) -> tuple[Any, ...]:
        if self._body is None:
            self._body = _function(self._loop.body, own=False)
        return self._body(state, fed)


def _runner(loop: Loop) -> _Runner:
    """What runs a loop: one for each, so that its code is made once."""
    if not loop.runner:
        loop.runner.append(_Runner(loop))
    made: _Runner = loop.runner[0]
    return made


def _in_iteration(error: errors.OpError, loop: Loop, op: Any, iteration: int) -> errors.OpError:
    """An error of a loop's operation, with the iteration in which it happened."""
    error.message = (
        f"{error.message}\nIn iteration {iteration} of the loop {loop.name!r}, made at {op.where}"
    )
    error.args = (error.message,)
    return error


class _Memory:
    """Which buffers nobody needs any more, and which of them are certainly the plan's own."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._last: dict[int, int] = {}
        self._fetched = {number for number in plan.fetches if number is not None}
        constants = {i for i, value in enumerate(plan.slots) if value is not None}
        self._kept = constants | self._fetched
        self._own: set[int] = set()
        shared: set[int] = set()
        for i, step in enumerate(plan.steps):
            fresh = step.op is not None and step.reads is None and _is_fresh(step)
            if fresh and len(step.outputs) == 1:
                self._own.update(step.outputs)
            for number in step.inputs:
                self._last[number] = i
                if not fresh:
                    shared.add(number)
            self._last |= dict.fromkeys(_decisions(step), i)
        self._own -= shared | constants
        self._dying: dict[int, list[int]] = {}
        for number, i in self._last.items():
            if number not in self._kept and not isinstance(plan.slots[number], str):
                self._dying.setdefault(i, []).append(number)

    def frees(self, i: int) -> list[int]:
        """The slots that step `i` is the last to read; single elements are not worth it."""
        filled = self._plan.steps[i].outputs
        return [n for n in self._dying.get(i, ()) if n not in filled and self._is_large(n)]

    def _is_large(self, number: int) -> bool:
        tensor = self._plan.tensors[number]
        return tensor is not None and tensor.shape.ndims != 0

    def into(self, i: int) -> int | None:
        """The slot into whose buffer the result of step `i` can be written."""
        step = self._plan.steps[i]
        if not isinstance(step.kernel, np.ufunc) or step.op is None:
            return None
        output = step.op.outputs[0]
        if output.shape.ndims in (0, None):
            return None
        for position, number in enumerate(step.inputs):
            given = step.op.inputs[position]
            if number in self._own and number in self._dying.get(i, ()):
                others = [t for j, t in enumerate(step.op.inputs) if j != position]
                if given.dtype.base_dtype == output.dtype and _keeps_shape(given, others):
                    return number
        return None

    def fetched(self, number: int | None, copy: bool) -> str:
        """The expression of a fetched value; copy: whether it must be the caller's own."""
        if number is None:
            return "None"
        if not copy:
            return f"v{number}"
        own = number in self._own and self._plan.fetches.count(number) == 1
        return f"v{number}" if own else f"_copied(v{number})"


def _decisions(step: Step) -> list[int]:
    """The slots that decide whether a step is run, and what it takes."""
    guards = [step.guard, *(step.choice.guards if step.choice is not None else ())]
    return [slot for guard in guards for slot, _ in guard]


def _is_fresh(step: Step) -> bool:
    """Whether a step makes new arrays and keeps none of those that it is given."""
    assert step.op is not None
    return isinstance(step.kernel, np.ufunc) or (step.op.type in _FRESH and step.kernel is not None)


def _keeps_shape(given: Tensor, others: list[Tensor]) -> bool:
    """Whether a result certainly has the shape of one of its inputs."""
    dims = given.shape.dims
    if dims is None:
        return False
    for other in others:
        theirs = other.shape.dims
        if theirs is None or len(theirs) > len(dims):
            return False
        for mine, size in zip(reversed(dims), reversed(theirs), strict=False):
            if size != 1 and (size is None or mine != size):
                return False
    return True


def interpret(
    plan: Plan, state: dict[str, Any], fed: Any, watch: Take | None = None
) -> tuple[Any, ...]:
    """The same as the code of a plan, step by step; what a first run does.

    watch: called in place of `take`, which it calls.
    """
    run = watch or take
    slots = list(plan.slots)
    for number, value in zip(plan.feeds, fed, strict=True):
        slots[number] = value
    step: Step | None = None
    try:
        with np.errstate(all="ignore"):
            for step in plan.steps:
                if holds(step.guard, slots):
                    run(step, slots, state)
    except (ValueError, TypeError, ZeroDivisionError, IndexError, KeyError) as error:
        assert step is not None
        raise told(step, state, error, [slots[number] for number in step.inputs]) from error
    return tuple(None if number is None else copied(slots[number]) for number in plan.fetches)


def holds(guard: Guard, slots: list[Any]) -> bool:
    """Whether a guard's decisions went the way they must."""
    return all(bool(slots[slot]) is wanted for slot, wanted in guard)


def chosen(step: Step, slots: list[Any]) -> tuple[Any, int, bool]:
    """What a choice takes, its number, and whether there was one."""
    choice = step.choice
    assert choice is not None
    for number, (guard, slot) in enumerate(zip(choice.guards, choice.slots, strict=True)):
        if holds(guard, slots):
            return slots[slot], number, True
    if choice.strict:
        _dead(step.op)
    return None, -1, False


def take(step: Step, slots: list[Any], state: dict[str, Any]) -> None:
    """Runs one step: its kernel over the slots that it reads, into those that it fills."""
    if step.reads is not None:
        slots[step.outputs[0]] = state[step.reads.name]
        return
    if step.choice is not None:
        for slot, value in zip(step.outputs, chosen(step, slots), strict=False):
            slots[slot] = value
        return
    kernel = step.kernel if step.loop is None else _runner(step.loop)
    assert kernel is not None
    given = [slots[number] for number in step.inputs]
    result = kernel(state, step.op, *given) if step.stateful else kernel(*given)
    if len(step.outputs) == 1:
        slots[step.outputs[0]] = result
    else:
        for number, value in zip(step.outputs, result, strict=True):
            slots[number] = value


def copied(value: Any) -> Any:
    """What the caller gets: its own array, so that changing it changes nothing in the session.

    A single element is a scalar of numpy, whichever way its kernel gave it.
    """
    return value.copy()[()] if isinstance(value, np.ndarray) else value


def _place_of(error: BaseException) -> tuple[int, dict[str, Any]]:
    """The line of a plan's code that an error came through, and the values there."""
    trace: TracebackType | None = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == _FILE:
            return trace.tb_lineno, {**trace.tb_frame.f_globals, **trace.tb_frame.f_locals}
        trace = trace.tb_next
    raise error
