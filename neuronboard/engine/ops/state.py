"""Operations that change a session's variables.

A reference to a variable is passed on as its operation's name; `state` maps such names to arrays.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from neuronboard.engine.dtypes import bool_
from neuronboard.engine.graph import Operation, Tensor
from neuronboard.engine.opdef import NOT_DIFFERENTIABLE, OpDef, register
from neuronboard.engine.ops.apply import one
from neuronboard.engine.ops.gather import check_range
from neuronboard.engine.shape import TensorShape

__all__ = [
    "assign",
    "assign_add",
    "assign_sub",
    "is_variable_initialized",
    "scatter_add",
    "scatter_div",
    "scatter_max",
    "scatter_min",
    "scatter_mul",
    "scatter_sub",
    "scatter_update",
]

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


def check_shape(op: Operation, shape: Any, value: Any) -> None:
    if shape == getattr(value, "shape", None):  # as nearly always, and quicker
        return
    wanted = TensorShape(shape)
    if not wanted.is_compatible_with(np.shape(value)):
        raise ValueError(
            f"{op.type} requires shapes of both tensors to match. lhs shape= "
            f"{wanted.as_list()} rhs shape= {list(np.shape(value))}",
            "give the variable a value of its own shape; tf.assign(..., validate_shape=False) "
            "takes any",
        )


def _assign(state: State, op: Operation, name: str, value: Any) -> str:
    if op.attrs["validate_shape"] and op.inputs[0].shape.ndims is not None:
        check_shape(op, op.inputs[0].shape, value)
    state[name] = np.array(value)[()]
    return name


def _updated(function: Any) -> Any:
    def kernel(state: State, op: Operation, name: str, *values: Any) -> str:
        check_shape(op, np.shape(state[name]), values[-1])
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
    return one(ASSIGN, ref, value, name=name, **attrs)


def assign_add(ref: Any, value: Any, use_locking: bool = False, name: str | None = None) -> Tensor:
    """Adds to a variable; the result is the variable afterwards."""
    return one(ASSIGN_ADD, ref, value, name=name, use_locking=use_locking)


def assign_sub(ref: Any, value: Any, use_locking: bool = False, name: str | None = None) -> Tensor:
    """Subtracts from a variable; the result is the variable afterwards."""
    return one(ASSIGN_SUB, ref, value, name=name, use_locking=use_locking)


# ---- rows of variables


def _row_update(function: Any) -> Any:
    """A kernel that changes rows of a variable; of a row given twice, one after the other."""

    def kernel(state: State, op: Operation, name: str, indices: Any, updates: Any) -> str:
        check_range(indices, len(state[name]))
        whole = np.array(state[name])
        function(whole, indices, updates)
        state[name] = whole
        return name

    return kernel


def _set_rows(whole: Any, indices: Any, updates: Any) -> None:
    whole[indices] = updates


def _infer_scatter(op: Operation) -> list[tuple[Any, TensorShape]]:
    ref, indices, updates = op.inputs
    if ref.shape.dims is not None and indices.shape.dims is not None:
        wanted = TensorShape([*indices.shape.dims, *ref.shape.dims[1:]])
        if updates.shape.ndims != 0 and not updates.shape.is_compatible_with(wanted):
            raise ValueError(
                f"Shapes must be equal, but are {updates.shape} and {wanted}",
                "give a row of updates for each index",
            )
    return [(ref.dtype, ref.shape)]


def _scatter(op_type: str, function: Any) -> OpDef:
    return register(
        OpDef(
            type=op_type,
            inputs=("ref", "indices", "updates"),
            same=("ref", "updates"),
            refs=("ref",),
            takes={"indices": "i"},
            types={"Tindices": "indices"},
            infer=_infer_scatter,
            kernel=_row_update(function),
            grad=NOT_DIFFERENTIABLE,
            stateful=True,
            pure=False,
        )
    )


SCATTER_UPDATE = _scatter("ScatterUpdate", _set_rows)
SCATTER_ADD = _scatter("ScatterAdd", np.add.at)
SCATTER_SUB = _scatter("ScatterSub", np.subtract.at)
SCATTER_MUL = _scatter("ScatterMul", np.multiply.at)
SCATTER_DIV = _scatter("ScatterDiv", np.divide.at)
SCATTER_MIN = _scatter("ScatterMin", np.minimum.at)
SCATTER_MAX = _scatter("ScatterMax", np.maximum.at)


def scatter_update(
    ref: Any, indices: Any, updates: Any, use_locking: bool = False, name: str | None = None
) -> Tensor:
    """Replaces rows of a variable; the result is the variable afterwards."""
    return one(SCATTER_UPDATE, ref, indices, updates, name=name, use_locking=use_locking)


def scatter_add(
    ref: Any, indices: Any, updates: Any, use_locking: bool = False, name: str | None = None
) -> Tensor:
    """Adds to rows of a variable; the result is the variable afterwards."""
    return one(SCATTER_ADD, ref, indices, updates, name=name, use_locking=use_locking)


def scatter_sub(
    ref: Any, indices: Any, updates: Any, use_locking: bool = False, name: str | None = None
) -> Tensor:
    """Subtracts from rows of a variable; the result is the variable afterwards."""
    return one(SCATTER_SUB, ref, indices, updates, name=name, use_locking=use_locking)


def scatter_mul(
    ref: Any, indices: Any, updates: Any, use_locking: bool = False, name: str | None = None
) -> Tensor:
    """Multiplies rows of a variable; the result is the variable afterwards."""
    return one(SCATTER_MUL, ref, indices, updates, name=name, use_locking=use_locking)


def scatter_div(
    ref: Any, indices: Any, updates: Any, use_locking: bool = False, name: str | None = None
) -> Tensor:
    """Divides rows of a variable; the result is the variable afterwards."""
    return one(SCATTER_DIV, ref, indices, updates, name=name, use_locking=use_locking)


def scatter_min(
    ref: Any, indices: Any, updates: Any, use_locking: bool = False, name: str | None = None
) -> Tensor:
    """Takes the smaller into rows of a variable; the result is the variable afterwards."""
    return one(SCATTER_MIN, ref, indices, updates, name=name, use_locking=use_locking)


def scatter_max(
    ref: Any, indices: Any, updates: Any, use_locking: bool = False, name: str | None = None
) -> Tensor:
    """Takes the larger into rows of a variable; the result is the variable afterwards."""
    return one(SCATTER_MAX, ref, indices, updates, name=name, use_locking=use_locking)


IS_VARIABLE_INITIALIZED = register(
    OpDef(
        type="IsVariableInitialized",
        inputs=("ref",),
        refs=("ref",),
        infer=lambda op: [(bool_, TensorShape([]))],
        kernel=lambda state, op, name: np.bool_(name in state),
        grad=NOT_DIFFERENTIABLE,
        stateful=True,
        pure=False,
    )
)


def is_variable_initialized(ref: Any, name: str | None = None) -> Tensor:
    """Whether a variable has a value in the session."""
    return one(IS_VARIABLE_INITIALIZED, ref, name=name)


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
