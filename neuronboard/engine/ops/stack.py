"""Stacks: what the iterations of a loop leave for those of its gradient, which takes it backwards.

A stack lives for one run: its handle is a list.
"""

from __future__ import annotations

from typing import Any

from neuronboard.engine import dtypes
from neuronboard.engine.graph import Operation, Tensor
from neuronboard.engine.opdef import NOT_DIFFERENTIABLE, OpDef, register
from neuronboard.engine.ops.apply import one
from neuronboard.engine.ops.define import Inferred
from neuronboard.engine.shape import TensorShape


def _infer_pop(op: Operation) -> Inferred:
    return [(op.attrs["elem_type"], TensorShape(None))]


def _push(xp: Any, handle: list[Any], value: Any) -> Any:
    handle.append(value)
    return value


def _pop(xp: Any, handle: list[Any]) -> Any:
    if not handle:
        raise IndexError("Stack is empty when calling Pop()")
    return handle.pop()


STACK = register(
    OpDef(
        type="StackV2",
        inputs=("max_size",),
        infer=lambda op: [(dtypes.resource, TensorShape([2]))],
        kernel=lambda xp, size: [],
        grad=NOT_DIFFERENTIABLE,
        pure=False,
    )
)
STACK_PUSH = register(
    OpDef(
        type="StackPushV2",
        inputs=("handle", "elem"),
        same=("elem",),
        infer=lambda op: [(op.inputs[1].dtype.base_dtype, op.inputs[1].shape)],
        kernel=_push,
        grad=NOT_DIFFERENTIABLE,
        pure=False,
    )
)
STACK_POP = register(
    OpDef(
        type="StackPopV2",
        inputs=("handle",),
        infer=_infer_pop,
        kernel=_pop,
        grad=NOT_DIFFERENTIABLE,
        pure=False,
    )
)


def stack(max_size: Any, elem_type: dtypes.DType, name: str | None = None) -> Tensor:
    """The handle of an empty stack of elements of one type."""
    return one(STACK, max_size, name=name, elem_type=elem_type.base_dtype, stack_name=b"")


def push(handle: Tensor, elem: Tensor, swap_memory: bool = False) -> Tensor:
    """Puts a value on a stack; the result is the value."""
    return one(STACK_PUSH, handle, elem, swap_memory=swap_memory)


def pop(handle: Tensor, elem_type: dtypes.DType) -> Tensor:
    """Takes the value off a stack that was put there last."""
    return one(STACK_POP, handle, elem_type=elem_type.base_dtype)
