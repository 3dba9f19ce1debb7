"""The doors of branches and loops, as TensorFlow's first control flow builds them of operations.

A branch: `Switch` sends a value out at one of its two sides, `Merge` takes the one that came.
A loop lives in a frame of its own: values come in by `Enter`, go round by `Merge` (first from
`Enter`, then from `NextIteration`) and `Switch` (on while `LoopCond` holds), and leave by `Exit`.
None of them is computed: `engine/routes.py` reads the structure, and a plan knows loops and
branches. That is why their kernels say so when they are called.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from neuronboard.engine import dtypes
from neuronboard.engine.convert import convert_to_tensor
from neuronboard.engine.graph import Operation, Tensor
from neuronboard.engine.opdef import NOT_DIFFERENTIABLE, OpDef, register
from neuronboard.engine.ops.apply import apply, one, scope_of
from neuronboard.engine.ops.define import Inferred
from neuronboard.engine.shape import TensorShape

SWITCHES = ("Switch", "RefSwitch")
MERGES = ("Merge", "RefMerge")
ENTERS = ("Enter", "RefEnter")
EXITS = ("Exit", "RefExit")
NEXT_ITERATIONS = ("NextIteration", "RefNextIteration")


def _passed(op: Operation) -> Inferred:
    """What came in: a reference where it was one."""
    return [(op.inputs[0].dtype, op.inputs[0].shape)]


def _structural(xp: Any, *values: Any) -> Any:
    raise NotImplementedError("a plan knows branches and loops; see engine/routes.py")


def _infer_switch(op: Operation) -> Inferred:
    if not op.inputs[1].shape.is_compatible_with([]):
        raise ValueError(
            f"Shape must be rank 0 but is rank {op.inputs[1].shape.ndims}",
            "a branch is chosen by one boolean; tf.reduce_all(x) or tf.reduce_any(x) make one",
        )
    return _passed(op) * 2


def _infer_merge(op: Operation) -> Inferred:
    """The shape that every value has, as far as it is the same."""
    first, *others = op.inputs
    dims = first.shape.dims
    for other in others:
        theirs = other.shape.dims
        if dims is None or theirs is None or len(dims) != len(theirs):
            dims = None
            break
        dims = tuple(a if a == b else None for a, b in zip(dims, theirs, strict=True))
    return [(first.dtype, TensorShape(dims)), (dtypes.int32, TensorShape([]))]


def _infer_enter(op: Operation) -> Inferred:
    shape = op.inputs[0].shape if op.attrs["is_constant"] else TensorShape(None)
    return [(op.inputs[0].dtype, shape)]


def _door(op_type: str, *inputs: str, **more: Any) -> OpDef:
    ref = op_type.startswith("Ref")
    first = inputs[0]
    return register(
        OpDef(
            type=op_type,
            inputs=inputs,
            same=(first,) if first != "pred" and op_type != "LoopCond" else (),
            refs=(first,) if ref else (),
            kernel=_structural,
            stateful=True,
            **more,
        )
    )


def _later(name: str) -> Any:
    """A gradient of `engine/loop_gradients.py`, which needs what builds loops."""

    def rule(op: Operation, *given: Any) -> Any:
        from neuronboard.engine import loop_gradients

        return getattr(loop_gradients, name)(op, *given)

    return rule


_BACK = {name: _later(f"of_{name}") for name in ("switch", "merge", "enter", "exit")}
_SIDES = {"infer": _infer_switch, "grad": _BACK["switch"], "takes": {"pred": "b"}}

SWITCH = _door("Switch", "data", "pred", **_SIDES)
REF_SWITCH = _door("RefSwitch", "data", "pred", **_SIDES)
MERGE = _door("Merge", "*inputs", infer=_infer_merge, grad=_BACK["merge"])
REF_MERGE = _door("RefMerge", "*inputs", infer=_infer_merge, grad=_BACK["merge"])
ENTER = _door("Enter", "data", infer=_infer_enter, grad=_BACK["enter"])
REF_ENTER = _door("RefEnter", "data", infer=_infer_enter, grad=_BACK["enter"])
EXIT = _door("Exit", "data", infer=_passed, grad=_BACK["exit"])
REF_EXIT = _door("RefExit", "data", infer=_passed, grad=_BACK["exit"])
REF_NEXT_ITERATION = _door("RefNextIteration", "data", infer=_passed, grad=lambda op, dy: (dy,))
NEXT_ITERATION = _door("NextIteration", "data", infer=_passed, grad=lambda op, dy: (dy,))
LOOP_COND = _door("LoopCond", "input", infer=_passed, grad=NOT_DIFFERENTIABLE, takes={"input": "b"})

CONTROL_TRIGGER = register(
    OpDef(
        type="ControlTrigger",
        infer=lambda op: [],
        kernel=lambda xp: (),
        grad=NOT_DIFFERENTIABLE,
    )
)


def switch(data: Any, pred: Any, name: str | None = None) -> list[Tensor]:
    """`data` at output 1 if `pred`, else at output 0; whatever hangs on the other is not run."""
    with scope_of([data, pred], name or "Switch") as scope:
        given = data._ref() if hasattr(data, "_ref") else convert_to_tensor(data, name="data")
        kind = REF_SWITCH if given.dtype.is_ref else SWITCH
        return apply(kind, given, pred, name=scope).outputs


def switch_near(data: Tensor, pred: Tensor, name: str = "Switch") -> list[Tensor]:
    """`switch`, colocated with what it sends."""
    with data.graph.colocate_with(data.op):
        return switch(data, pred, name)


def merge(inputs: Sequence[Any], name: str | None = None) -> tuple[Tensor, Tensor]:
    """The value that comes of several of which one does, and its number."""
    with scope_of(inputs, name or "Merge") as scope:
        given = [convert_to_tensor(item) for item in inputs]
        refs = all(tensor.dtype.is_ref for tensor in given)
        made = apply(REF_MERGE if refs else MERGE, given, name=scope, N=len(given))
        return made.outputs[0], made.outputs[1]


def enter(
    data: Tensor,
    frame: str,
    is_constant: bool = False,
    parallel_iterations: int = 10,
    keeps_shape: bool = True,
    name: str | None = None,
) -> Tensor:
    """A value in the frame of a loop; a constant one is the same in every iteration."""
    attrs = {"frame_name": frame.encode(), "is_constant": is_constant}
    kind = REF_ENTER if data.dtype.is_ref else ENTER
    made = one(kind, data, name=name, parallel_iterations=parallel_iterations, **attrs)
    if keeps_shape:
        made.set_shape(data.shape)
    return made


def leave(data: Tensor, name: str | None = None) -> Tensor:
    """The value of a loop after its last iteration, outside of the loop."""
    return one(EXIT, data, name=name)


def next_iteration(data: Tensor, name: str | None = None) -> Tensor:
    """A value for the iteration that follows."""
    return one(NEXT_ITERATION, data, name=name)


def loop_cond(pred: Any, name: str | None = None) -> Tensor:
    """Whether a loop goes on."""
    return one(LOOP_COND, pred, name=name)


def control_trigger(name: str | None = None) -> Operation:
    """Waits for its control inputs, those in branches that are not taken left out."""
    return apply(CONTROL_TRIGGER, name=name)


def is_constant_enter(op: Operation) -> bool:
    """Whether an operation lets the same value into every iteration."""
    return op.type in ENTERS and bool(op.attrs["is_constant"])
