"""Operations that change a session's variables.

A reference to a variable is passed on as its operation's name; `state` maps such names to arrays.
"""

from __future__ import annotations

import threading
from typing import Any

import numpy as np

from neuronboard import errors
from neuronboard.engine.dtypes import bool_
from neuronboard.engine.graph import Operation, Tensor
from neuronboard.engine.opdef import NOT_DIFFERENTIABLE, OpDef, register
from neuronboard.engine.ops.apply import one
from neuronboard.engine.ops.gather import check_range, columns
from neuronboard.engine.shape import TensorShape, unequal

__all__ = [
    "assign",
    "assign_add",
    "assign_sub",
    "count_up_to",
    "is_variable_initialized",
    "scatter_add",
    "scatter_div",
    "scatter_max",
    "scatter_min",
    "scatter_mul",
    "scatter_nd_add",
    "scatter_nd_sub",
    "scatter_nd_update",
    "scatter_sub",
    "scatter_update",
]

State = dict[str, Any]
_changing = threading.Lock()  # a read and a write of a variable belong together


def _infer_ref(op: Operation) -> list[tuple[Any, TensorShape]]:
    """One output: the reference that came in."""
    ref, value = op.inputs[0], op.inputs[-1]
    if op.attrs.get("validate_shape", True) and not ref.shape.is_compatible_with(value.shape):
        raise ValueError(
            unequal(ref.shape, value.shape),
            "give a value of the variable's shape; tf.reshape(x, ...) changes it",
        )
    if not op.attrs.get("validate_shape", True):
        return [(ref.dtype, value.shape)]
    return [(ref.dtype, ref.shape.merge_with(value.shape))]


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
        with _changing:
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
    """Gives a variable, or a part of it such as v[0], a value; gives the variable afterwards."""
    if isinstance(ref, Tensor) and not ref.dtype.is_ref and hasattr(ref, "assign"):
        changed: Tensor = ref.assign(value, name=name)
        return changed
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
        with _changing:
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
                unequal(updates.shape, wanted),
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


# ---- elements and slices of variables


def _place_update(function: Any) -> Any:
    def kernel(state: State, op: Operation, name: str, indices: Any, updates: Any) -> str:
        with _changing:
            whole = np.array(state[name])
            function(whole, columns(indices, whole.shape), updates)
            state[name] = whole
        return name

    return kernel


def _infer_places(op: Operation) -> list[tuple[Any, TensorShape]]:
    ref, indices, updates = op.inputs
    sizes, places = ref.shape.dims, indices.shape.dims
    if sizes is not None and places is not None and places and places[-1] is not None:
        wanted = TensorShape([*places[:-1], *sizes[places[-1] :]])
        if not updates.shape.is_compatible_with(wanted):
            raise ValueError(
                f"Dimensions [0,{len(places) - 1}) of indices[shape={indices.shape}] must match "
                f"dimensions of updates[shape={updates.shape}], which should be {wanted}",
                "give an update for each row of indices",
            )
    return [(ref.dtype, ref.shape)]


def _scatter_nd(op_type: str, function: Any) -> OpDef:
    return register(
        OpDef(
            type=op_type,
            inputs=("ref", "indices", "updates"),
            same=("ref", "updates"),
            refs=("ref",),
            takes={"indices": "i"},
            types={"Tindices": "indices"},
            infer=_infer_places,
            kernel=_place_update(function),
            grad=NOT_DIFFERENTIABLE,
            stateful=True,
            pure=False,
        )
    )


SCATTER_ND_UPDATE = _scatter_nd("ScatterNdUpdate", _set_rows)
SCATTER_ND_ADD = _scatter_nd("ScatterNdAdd", np.add.at)
SCATTER_ND_SUB = _scatter_nd("ScatterNdSub", np.subtract.at)


def scatter_nd_update(
    ref: Any, indices: Any, updates: Any, use_locking: bool = True, name: str | None = None
) -> Tensor:
    """Replaces elements or slices of a variable; the result is the variable afterwards.

    indices: [..., n], each row the first n indices of a place.
    """
    return one(SCATTER_ND_UPDATE, ref, indices, updates, name=name, use_locking=use_locking)


def scatter_nd_add(
    ref: Any, indices: Any, updates: Any, use_locking: bool = False, name: str | None = None
) -> Tensor:
    """Adds to elements or slices of a variable; the result is the variable afterwards."""
    return one(SCATTER_ND_ADD, ref, indices, updates, name=name, use_locking=use_locking)


def scatter_nd_sub(
    ref: Any, indices: Any, updates: Any, use_locking: bool = False, name: str | None = None
) -> Tensor:
    """Subtracts from elements or slices of a variable; the result is the variable afterwards."""
    return one(SCATTER_ND_SUB, ref, indices, updates, name=name, use_locking=use_locking)


def _count(state: State, op: Operation, name: str) -> Any:
    before = state[name]
    if before >= op.attrs["limit"]:
        raise errors.OutOfRangeError(
            op.node_def,
            op,
            f"Reached limit of {op.attrs['limit']}\n\t [[{{{{node {op.name}}}}}]]\n"
            f"The variable {op.inputs[0].op.name!r} counts no further: catch "
            "tf.errors.OutOfRangeError to end the loop",
        )
    state[name] = before + before.dtype.type(1)
    return before


COUNT_UP_TO = register(
    OpDef(
        type="CountUpTo",
        inputs=("ref",),
        same=("ref",),
        refs=("ref",),
        takes={"ref": "i"},
        infer=lambda op: [(op.inputs[0].dtype.base_dtype, TensorShape([]))],
        kernel=_count,
        grad=NOT_DIFFERENTIABLE,
        stateful=True,
        pure=False,
    )
)


def count_up_to(ref: Any, limit: int, name: str | None = None) -> Tensor:
    """The value of a variable, which is one more afterwards; OutOfRangeError at the limit."""
    return one(COUNT_UP_TO, ref, limit=int(limit), name=name)


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
