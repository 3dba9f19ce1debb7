"""Comparisons, logic, and choosing one of two."""

from __future__ import annotations

from typing import Any

import numpy as np

from neuronboard import errors
from neuronboard.engine import dtypes
from neuronboard.engine.convert import convert_to_tensor
from neuronboard.engine.graph import Operation, Tensor
from neuronboard.engine.opdef import NOT_DIFFERENTIABLE, OpDef, register
from neuronboard.engine.ops import arithmetic, array, broadcasting
from neuronboard.engine.ops.apply import one, scope_of
from neuronboard.engine.ops.define import Grads, Inferred, binary, compared, unary
from neuronboard.engine.shape import TensorShape, broadcast, unequal
from neuronboard.engine.where import user_line

__all__ = [
    "approximate_equal",
    "clip_by_value",
    "equal",
    "greater",
    "greater_equal",
    "less",
    "less_equal",
    "logical_and",
    "logical_not",
    "logical_or",
    "logical_xor",
    "not_equal",
    "where",
    "where_v2",
]


def _comparison(op_type: str, name: str, sorts: str) -> OpDef:
    """Registers a comparison of x and y; text compares as bool too."""

    def kernel(xp: Any, x: Any, y: Any) -> Any:
        return np.asarray(getattr(np, name)(np.asarray(x), np.asarray(y)), np.bool_)[()]

    return binary(op_type, kernel if "O" in sorts else name, NOT_DIFFERENTIABLE, sorts, compared)


GREATER = _comparison("Greater", "greater", "iuf")
GREATER_EQUAL = _comparison("GreaterEqual", "greater_equal", "iuf")
LESS = _comparison("Less", "less", "iuf")
LESS_EQUAL = _comparison("LessEqual", "less_equal", "iuf")
EQUAL = _comparison("Equal", "equal", "biufcO")
NOT_EQUAL = _comparison("NotEqual", "not_equal", "biufcO")


def greater(x: Any, y: Any, name: str | None = None) -> Tensor:
    """x > y, a bool for each element."""
    return one(GREATER, x, y, name=name)


def greater_equal(x: Any, y: Any, name: str | None = None) -> Tensor:
    """x >= y, a bool for each element."""
    return one(GREATER_EQUAL, x, y, name=name)


def less(x: Any, y: Any, name: str | None = None) -> Tensor:
    """x < y, a bool for each element."""
    return one(LESS, x, y, name=name)


def less_equal(x: Any, y: Any, name: str | None = None) -> Tensor:
    """x <= y, a bool for each element."""
    return one(LESS_EQUAL, x, y, name=name)


def equal(x: Any, y: Any, name: str | None = None) -> Tensor:
    """x == y, a bool for each element."""
    return one(EQUAL, x, y, name=name)


def not_equal(x: Any, y: Any, name: str | None = None) -> Tensor:
    """x != y, a bool for each element."""
    return one(NOT_EQUAL, x, y, name=name)


APPROXIMATE_EQUAL = register(
    OpDef(
        type="ApproximateEqual",
        inputs=("x", "y"),
        same=("x", "y"),
        takes={"x": "iufc"},
        infer=compared,
        kernel=lambda xp, x, y, tolerance: xp.abs(x - y) < tolerance,
        kernel_attrs=("tolerance",),
        grad=NOT_DIFFERENTIABLE,
    )
)


def approximate_equal(x: Any, y: Any, tolerance: float = 1e-5, name: str | None = None) -> Tensor:
    """Whether x and y differ by less than `tolerance`."""
    return one(APPROXIMATE_EQUAL, x, y, name=name, tolerance=float(tolerance))


# ---- logic


LOGICAL_AND = binary("LogicalAnd", "logical_and", NOT_DIFFERENTIABLE, "b", compared)


def logical_and(x: Any, y: Any, name: str | None = None) -> Tensor:
    """Whether both hold."""
    return one(LOGICAL_AND, x, y, name=name)


LOGICAL_OR = binary("LogicalOr", "logical_or", NOT_DIFFERENTIABLE, "b", compared)


def logical_or(x: Any, y: Any, name: str | None = None) -> Tensor:
    """Whether one of the two holds, or both."""
    return one(LOGICAL_OR, x, y, name=name)


LOGICAL_NOT = unary("LogicalNot", "logical_not", NOT_DIFFERENTIABLE, "b")


def logical_not(x: Any, name: str | None = None) -> Tensor:
    """Whether it does not hold."""
    return one(LOGICAL_NOT, x, name=name)


def logical_xor(x: Any, y: Any, name: str | None = "LogicalXor") -> Tensor:
    """Whether exactly one of the two holds."""
    with scope_of([x, y], name or "LogicalXor") as scope:
        either, both = logical_or(x, y), logical_and(x, y)
        return logical_and(either, logical_not(both), name=scope)


# ---- one of two


def _infer_select(op: Operation) -> Inferred:
    """`t` and `e` have one shape; the condition has it too, or is one bool, or one for each row."""
    condition, t, e = (tensor.shape for tensor in op.inputs)
    if not t.is_compatible_with(e):
        raise ValueError(
            unequal(t, e),
            "give x and y one shape; tf.fill or tf.zeros_like(x) + y repeats a number",
        )
    shape = t.merge_with(e)
    rows = None if shape.dims is None else shape.dims[:1]
    fitting: tuple[Any, ...] = (shape, [], rows)
    if not any(condition.is_compatible_with(fit) for fit in fitting):
        raise ValueError(
            unequal(condition, shape),
            "give the condition the shape of x and y",
        )
    return [(op.inputs[1].dtype.base_dtype, shape)]


def _select(xp: Any, condition: Any, t: Any, e: Any) -> Any:
    rank, sizes = np.ndim(condition), np.shape(t)
    if sizes != np.shape(e) or (rank > 1 and np.shape(condition) != sizes):
        raise ValueError(
            f"condition, x and y must have one shape, got {np.shape(condition)}, {sizes} and "
            f"{np.shape(e)}"
        )
    if rank == 1:
        condition = xp.reshape(condition, (-1,) + (1,) * (len(sizes) - 1))
        if len(condition) != sizes[0]:
            raise ValueError(f"the condition has {len(condition)} rows, x and y {sizes[0]}")
    return _either(xp, condition, t, e)


def _either(xp: Any, condition: Any, t: Any, e: Any) -> Any:
    if isinstance(t, bytes) or isinstance(e, bytes):
        t, e = np.asarray(t, object), np.asarray(e, object)
    return xp.where(condition, t, e)[()]


def _grad_select(op: Operation, dz: Tensor) -> Grads:
    condition, t, _ = op.inputs
    zeros = array.zeros_like(t)
    return None, select(condition, dz, zeros), select(condition, zeros, dz)


def _select_type(op_type: str, infer: Any, kernel: Any, grad: Any) -> OpDef:
    return register(
        OpDef(
            type=op_type,
            inputs=("condition", "t", "e"),
            same=("t", "e"),
            takes={"condition": "b"},
            infer=infer,
            kernel=kernel,
            grad=grad,
        )
    )


SELECT = _select_type("Select", _infer_select, _select, _grad_select)


def select(condition: Any, x: Any, y: Any, name: str | None = None) -> Tensor:
    """x where `condition` is true, else y; all of one shape, or a bool for each row of x and y."""
    return one(SELECT, condition, x, y, name=name)


WHERE = register(
    OpDef(
        type="Where",
        inputs=("input",),
        takes={"input": "biufc"},
        types={"T": "input"},
        infer=lambda op: [(dtypes.int64, TensorShape([None, op.inputs[0].shape.ndims]))],
        kernel=lambda xp, x: xp.stack(xp.nonzero(xp.atleast_1d(x)), -1).astype(np.int64)[
            :, : np.ndim(x)
        ],
        grad=NOT_DIFFERENTIABLE,
    )
)


def where(condition: Any, x: Any = None, y: Any = None, name: str | None = None) -> Tensor:
    """x where `condition` is true, else y; all of one shape, or a bool for each row of x and y.

    Without x and y: the indices of the elements that are true, int64 [count, rank].
    """
    return _where(SELECT, condition, x, y, name)


def _where(kind: OpDef, condition: Any, x: Any, y: Any, name: str | None) -> Tensor:
    if x is None and y is None:
        return one(WHERE, condition, name=name)
    if x is None or y is None:
        raise errors.ArgumentValueError(
            message=f"x and y must both be non-None or both be None. At {user_line()}"
        )
    return one(kind, condition, x, y, name=name)


def _infer_select_v2(op: Operation) -> Inferred:
    return [(op.inputs[1].dtype.base_dtype, broadcast([t.shape for t in op.inputs]))]


def _grad_select_v2(op: Operation, dz: Tensor) -> Grads:
    condition, t, e = op.inputs
    zeros = array.zeros([], dz.dtype.base_dtype)
    gt = one(SELECT_V2, condition, dz, zeros)
    ge = one(SELECT_V2, condition, zeros, dz)
    z = op.outputs[0]
    return (
        None,
        broadcasting.unbroadcast(t, z, gt, None)[0],
        broadcasting.unbroadcast(e, z, ge, None)[0],
    )


SELECT_V2 = _select_type("SelectV2", _infer_select_v2, _either, _grad_select_v2)


def where_v2(condition: Any, x: Any = None, y: Any = None, name: str | None = None) -> Tensor:
    """As `where`, but all three are broadcast together, by numpy's rule."""
    return _where(SELECT_V2, condition, x, y, name)


# ---- bounds


def clip_by_value(
    t: Any, clip_value_min: Any, clip_value_max: Any, name: str | None = None
) -> Tensor:
    """The nearest number between the bounds; the gradient passes at the bounds."""
    with scope_of([t, clip_value_min, clip_value_max], name or "clip_by_value") as scope:
        x = convert_to_tensor(t, name="t")
        smaller = arithmetic.minimum(x, clip_value_max)
        if not x.shape.is_compatible_with(smaller.shape):
            raise errors.ShapeError(
                op=x.op,
                message=f"Shapes {x.shape} and {smaller.shape} are incompatible: a bound has more "
                f"elements than t, at {user_line()}",
            )
        return arithmetic.maximum(smaller, clip_value_min, name=scope)
