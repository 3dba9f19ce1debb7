"""Operations that change a session's variables.

A reference to a variable is passed on as its operation's name; `state` maps such names to arrays.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from neuronboard.engine.graph import Operation, Tensor
from neuronboard.engine.opdef import NOT_DIFFERENTIABLE, OpDef, register
from neuronboard.engine.ops.apply import apply
from neuronboard.engine.shape import TensorShape

State = dict[str, Any]


def _infer_ref(op: Operation) -> list[tuple[Any, TensorShape]]:
    """One output: the reference that came in."""
    ref, value = op.inputs[0], op.inputs[-1]
    if op.attrs.get("validate_shape", True) and not ref.shape.is_compatible_with(value.shape):
        raise ValueError(
            f"Dimensions must be equal: variable {ref.op.name!r} has shape {ref.shape}, the value "
            f"{value.shape}",
            "give a value of the variable's shape; tf.reshape(x, ...) changes it",
        )
    return [(ref.dtype, ref.shape)]


VARIABLE = register(
    OpDef(
        type="VariableV2",
        infer=lambda op: [(op.attrs["dtype"].ref, op.attrs["shape"])],
        kernel=lambda state, op: op.name,
        grad=NOT_DIFFERENTIABLE,
        stateful=True,
        pure=False,
    )
)


def _check_shape(op: Operation, shape: Any, value: Any) -> None:
    if not TensorShape(shape).is_compatible_with(np.shape(value)):
        raise ValueError(
            f"{op.type} requires shapes of both tensors to match. lhs shape= "
            f"{list(shape)} rhs shape= {list(np.shape(value))}"
        )


def _assign(state: State, op: Operation, name: str, value: Any) -> str:
    if op.attrs["validate_shape"] and op.inputs[0].shape.ndims is not None:
        _check_shape(op, op.inputs[0].shape, value)
    state[name] = np.array(value)[()]
    return name


def _updated(function: Any) -> Any:
    def kernel(state: State, op: Operation, name: str, *values: Any) -> str:
        _check_shape(op, np.shape(state[name]), values[-1])
        state[name] = function(state[name], *values)
        return name

    return kernel


def _assignment(op_type: str, kernel: Any, sorts: str | None = "iufc") -> OpDef:
    return register(
        OpDef(
            type=op_type,
            inputs=("ref", "value"),
            same=("ref", "value"),
            refs=("ref",),
            takes={} if sorts is None else {"ref": sorts},
            infer=_infer_ref,
            kernel=kernel,
            grad=NOT_DIFFERENTIABLE,
            stateful=True,
            pure=False,
        )
    )


ASSIGN = _assignment("Assign", _assign, None)
ASSIGN_ADD = _assignment("AssignAdd", _updated(lambda old, value: old + value))
ASSIGN_SUB = _assignment("AssignSub", _updated(lambda old, value: old - value))


def assign(
    ref: Any,
    value: Any,
    validate_shape: bool = True,
    use_locking: bool = True,
    name: str | None = None,
) -> Tensor:
    """Gives a variable a value; the result is the variable afterwards."""
    attrs = {"validate_shape": validate_shape, "use_locking": use_locking}
    return apply(ASSIGN, ref, value, name=name, **attrs).outputs[0]


def assign_add(ref: Any, value: Any, use_locking: bool = False, name: str | None = None) -> Tensor:
    """Adds to a variable; the result is the variable afterwards."""
    return apply(ASSIGN_ADD, ref, value, name=name, use_locking=use_locking).outputs[0]


def assign_sub(ref: Any, value: Any, use_locking: bool = False, name: str | None = None) -> Tensor:
    """Subtracts from a variable; the result is the variable afterwards."""
    return apply(ASSIGN_SUB, ref, value, name=name, use_locking=use_locking).outputs[0]


def _infer_descent(op: Operation) -> list[tuple[Any, TensorShape]]:
    alpha = op.inputs[1]
    if not alpha.shape.is_compatible_with([]):
        raise ValueError(f"alpha is not a scalar: {alpha.shape}", "give one learning rate")
    return _infer_ref(op)


APPLY_GRADIENT_DESCENT = register(
    OpDef(
        type="ApplyGradientDescent",
        inputs=("var", "alpha", "delta"),
        same=("var", "alpha", "delta"),
        refs=("var",),
        takes={"var": "fc"},
        infer=_infer_descent,
        kernel=_updated(lambda value, alpha, delta: value - alpha * delta),
        grad=NOT_DIFFERENTIABLE,
        stateful=True,
        pure=False,
    )
)
