"""Diagonals and bands of matrices."""

from __future__ import annotations

from typing import Any

import numpy as np

from neuronboard import errors
from neuronboard.engine import dtypes
from neuronboard.engine.convert import convert_to_tensor
from neuronboard.engine.graph import Operation, Tensor
from neuronboard.engine.opdef import OpDef, register
from neuronboard.engine.ops import array, join, reduce
from neuronboard.engine.ops.apply import one, scope_of
from neuronboard.engine.ops.constant import constant
from neuronboard.engine.ops.define import Grads, Inferred, same_as_input
from neuronboard.engine.shape import TensorShape
from neuronboard.engine.where import user_line

__all__ = [
    "diag",
    "diag_part",
    "eye",
    "matrix_band_part",
    "matrix_diag",
    "matrix_diag_part",
    "matrix_set_diag",
    "tensor_diag",
    "tensor_diag_part",
    "trace",
]

_NUMBERS = "biufc"


# ---- bands


def _band(xp: Any, x: Any, lower: Any, upper: Any) -> Any:
    rows, columns = x.shape[-2:]
    below = np.arange(rows)[:, None] - np.arange(columns)
    kept = ((lower < 0) | (below <= lower)) & ((upper < 0) | (-below <= upper))
    return xp.where(kept, x, x.dtype.type(0))


def _grad_band(op: Operation, dy: Tensor) -> Grads:
    return one(MATRIX_BAND_PART, dy, *op.inputs[1:]), None, None


MATRIX_BAND_PART = register(
    OpDef(
        type="MatrixBandPart",
        inputs=("input", "num_lower", "num_upper"),
        same=("input",),
        takes={"num_lower": "i", "num_upper": "i"},
        types={"Tindex": "num_lower"},
        infer=same_as_input,
        kernel=_band,
        grad=_grad_band,
    )
)


def matrix_band_part(input: Any, num_lower: Any, num_upper: Any, name: str | None = None) -> Tensor:
    """Zeros but for a band: so many diagonals below the main one and above it, -1 for all."""
    with scope_of([input], name or "MatrixBandPart") as scope:
        low = convert_to_tensor(num_lower, name="num_lower")
        high = convert_to_tensor(num_upper, low.dtype.base_dtype, name="num_upper")
        return one(MATRIX_BAND_PART, input, low, high, name=scope)


# ---- diagonals of matrices


def _infer_diag(op: Operation) -> Inferred:
    dims, kind = op.inputs[0].shape.dims, op.inputs[0].dtype.base_dtype
    return [(kind, TensorShape(None if dims is None else [*dims, dims[-1]]))]


def _diag(xp: Any, x: Any) -> Any:
    return xp.where(np.eye(x.shape[-1], dtype=bool), xp.expand_dims(x, -1), x.dtype.type(0))


def _infer_part(op: Operation) -> Inferred:
    dims, kind = op.inputs[0].shape.dims, op.inputs[0].dtype.base_dtype
    if dims is None:
        return [(kind, TensorShape(None))]
    if len(dims) < 2:
        raise ValueError(f"Shape must be at least rank 2 but is rank {len(dims)}", "give a matrix")
    least = None if None in dims[-2:] else min(dims[-2:])  # type: ignore[type-var]
    return [(kind, TensorShape([*dims[:-2], least]))]


def _grad_part(op: Operation, dy: Tensor) -> Grads:
    return (matrix_set_diag(array.zeros_like(op.inputs[0]), dy),)


MATRIX_DIAG = register(
    OpDef(
        type="MatrixDiag",
        inputs=("diagonal",),
        same=("diagonal",),
        takes={"diagonal": _NUMBERS},
        infer=_infer_diag,
        kernel=_diag,
        grad=lambda op, dy: (matrix_diag_part(dy),),
    )
)
MATRIX_DIAG_PART = register(
    OpDef(
        type="MatrixDiagPart",
        inputs=("input",),
        same=("input",),
        takes={"input": _NUMBERS},
        infer=_infer_part,
        kernel=lambda xp, x: xp.diagonal(x, 0, -2, -1),
        grad=_grad_part,
    )
)


def matrix_diag(diagonal: Any, name: str | None = None) -> Tensor:
    """Matrices with vectors on their diagonals, and zeros."""
    return one(MATRIX_DIAG, diagonal, name=name)


def matrix_diag_part(input: Any, name: str | None = None) -> Tensor:
    """The diagonals of matrices."""
    return one(MATRIX_DIAG_PART, input, name=name)


def _set_diag(xp: Any, x: Any, diagonal: Any) -> Any:
    rows, columns = x.shape[-2:]
    least = min(rows, columns)
    wide = xp.zeros((*x.shape[:-1],), x.dtype)
    wide = xp.set_at(wide, (..., np.arange(least)), diagonal) if rows > least else diagonal
    return xp.where(np.eye(rows, columns, dtype=bool), xp.expand_dims(wide, -1), x)


def _grad_set_diag(op: Operation, dy: Tensor) -> Grads:
    _, diagonal = op.inputs
    return matrix_set_diag(dy, array.zeros_like(diagonal)), matrix_diag_part(dy)


MATRIX_SET_DIAG = register(
    OpDef(
        type="MatrixSetDiag",
        inputs=("input", "diagonal"),
        same=("input", "diagonal"),
        takes={"input": _NUMBERS},
        infer=same_as_input,
        kernel=_set_diag,
        grad=_grad_set_diag,
    )
)


def matrix_set_diag(input: Any, diagonal: Any, name: str | None = None) -> Tensor:
    """Matrices with other diagonals."""
    return one(MATRIX_SET_DIAG, input, diagonal, name=name)


# ---- diagonals of tensors: [a, b] <-> [a, b, a, b]


def _infer_tensor_diag(op: Operation) -> Inferred:
    dims, kind = op.inputs[0].shape.dims, op.inputs[0].dtype.base_dtype
    return [(kind, TensorShape(None if dims is None else [*dims, *dims]))]


def _tensor_diag(xp: Any, x: Any) -> Any:
    return xp.reshape(xp.diag(xp.ravel(x)), (*x.shape, *x.shape))


def _infer_tensor_part(op: Operation) -> Inferred:
    dims, kind = op.inputs[0].shape.dims, op.inputs[0].dtype.base_dtype
    if dims is None:
        return [(kind, TensorShape(None))]
    half = len(dims) // 2
    if len(dims) % 2 or not half or dims[:half] != dims[half:]:
        raise ValueError(
            f"Input must have even and non-zero rank, with equal halves, got {list(dims)}",
            "give a square matrix, or a tensor [a, b, a, b]",
        )
    return [(kind, TensorShape(dims[:half]))]


def _tensor_part(xp: Any, x: Any) -> Any:
    sizes = x.shape[: x.ndim // 2]
    count = int(np.prod(sizes))
    return xp.reshape(xp.diagonal(xp.reshape(x, (count, count))), sizes)


DIAG = register(
    OpDef(
        type="Diag",
        inputs=("diagonal",),
        same=("diagonal",),
        takes={"diagonal": "iufc"},
        infer=_infer_tensor_diag,
        kernel=_tensor_diag,
        grad=lambda op, dy: (diag_part(dy),),
    )
)
DIAG_PART = register(
    OpDef(
        type="DiagPart",
        inputs=("input",),
        same=("input",),
        takes={"input": "iufc"},
        infer=_infer_tensor_part,
        kernel=_tensor_part,
        grad=lambda op, dy: (diag(dy),),
    )
)


def diag(diagonal: Any, name: str | None = None) -> Tensor:
    """A tensor of twice the rank with `diagonal` on its diagonal: a matrix, of a vector."""
    return one(DIAG, diagonal, name=name)


def diag_part(input: Any, name: str | None = None) -> Tensor:
    """The diagonal of a tensor of even rank: a vector, of a square matrix."""
    return one(DIAG_PART, input, name=name)


tensor_diag = diag
tensor_diag_part = diag_part


def trace(x: Any, name: str | None = None) -> Tensor:
    """The sum of the diagonal of each matrix."""
    with scope_of([x], name or "Trace") as scope:
        return reduce.reduce_sum(matrix_diag_part(x), [-1], name=scope)


def eye(
    num_rows: Any,
    num_columns: Any = None,
    batch_shape: Any = None,
    dtype: Any = dtypes.float32,
    name: str | None = None,
) -> Tensor:
    """Ones on the diagonal, zeros elsewhere; `batch_shape` of them."""
    kind = dtypes.as_dtype(dtype).base_dtype
    columns = num_rows if num_columns is None else num_columns
    with scope_of([num_rows, columns, batch_shape], name or "eye") as scope:
        batch = [] if batch_shape is None else list(batch_shape)
        sizes = [*batch, num_rows, columns]
        if not any(isinstance(size, Tensor) for size in sizes):
            if any(int(size) < 0 for size in sizes):
                raise errors.ArgumentValueError(
                    message=f"Arguments `num_rows` and `num_columns` must be positive integer "
                    f"values. Received: {num_rows}, {columns}. At {user_line()}"
                )
            whole = np.broadcast_to(np.eye(int(num_rows), int(columns)), [int(s) for s in sizes])
            return constant(whole.astype(kind.as_numpy_dtype), name=scope)
        zeros = array.zeros(join.stack(sizes), kind)
        least = num_rows
        if num_columns is not None:
            from neuronboard.engine.ops.arithmetic import minimum

            least = minimum(num_rows, columns)
        return matrix_set_diag(zeros, array.ones(join.stack([*batch, least]), kind), name=scope)
