"""Linear algebra: factors and solutions of matrices and of batches of them, norms.

Long, because each factor has its gradient, and most of them need the solvers.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from neuronboard import errors
from neuronboard.engine.convert import convert_to_tensor
from neuronboard.engine.graph import Operation, Tensor
from neuronboard.engine.opdef import OpDef, register
from neuronboard.engine.ops import arithmetic, array, functions, reduce
from neuronboard.engine.ops.apply import apply, one, scope_of
from neuronboard.engine.ops.array import matrix_transpose
from neuronboard.engine.ops.define import Grads, Inferred, same_as_input
from neuronboard.engine.ops.diagonal import eye, matrix_band_part, matrix_diag, matrix_diag_part
from neuronboard.engine.ops.matrix import matmul
from neuronboard.engine.shape import TensorShape
from neuronboard.engine.where import user_line

__all__ = [
    "cholesky",
    "cholesky_solve",
    "cross",
    "logdet",
    "matrix_determinant",
    "matrix_inverse",
    "matrix_solve",
    "matrix_solve_ls",
    "matrix_triangular_solve",
    "norm",
    "qr",
    "self_adjoint_eig",
    "self_adjoint_eigvals",
    "slogdet",
    "svd",
]


def _square(op: Operation) -> tuple[int | None, ...] | None:
    dims = op.inputs[0].shape.dims
    if dims is None:
        return None
    if len(dims) < 2:
        raise ValueError(
            f"Shape must be at least rank 2 but is rank {len(dims)}", "give a square matrix"
        )
    if None not in dims[-2:] and dims[-1] != dims[-2]:
        raise ValueError(
            f"Dimensions must be equal, but are {dims[-2]} and {dims[-1]}", "give a square matrix"
        )
    return dims


def _same_square(op: Operation) -> Inferred:
    _square(op)
    return same_as_input(op)


def _refused(xp: Any, what: str, function: Any, *arrays: Any) -> Any:
    """A function of numpy.linalg, whose own error says too little."""
    try:
        return function(*arrays)
    except np.linalg.LinAlgError:
        raise ValueError(what) from None


def _lower(x: Any, adjoint: bool) -> Any:
    return x.swapaxes(-1, -2).conj() if adjoint else x


def _type(op_type: str, kernel: Any, grad: Any, infer: Any = _same_square, **more: Any) -> OpDef:
    names = more.pop("inputs", ("input",))
    return register(
        OpDef(
            type=op_type,
            inputs=names,
            same=names,
            takes={names[0]: "fc"},
            infer=infer,
            kernel=kernel,
            grad=grad,
            **more,
        )
    )


# ---- inverse, determinant, solutions


def _inverse(xp: Any, x: Any, adjoint: bool) -> Any:
    return _refused(xp, "Input is not invertible.", xp.linalg.inv, _lower(x, adjoint))


def _grad_inverse(op: Operation, dy: Tensor) -> Grads:
    y = op.outputs[0]
    inner = matmul(dy, y, adjoint_b=True)
    gradient = arithmetic.negative(matmul(y, inner, adjoint_a=True))
    return (matrix_transpose(gradient, conjugate=True) if op.attrs["adjoint"] else gradient,)


MATRIX_INVERSE = _type("MatrixInverse", _inverse, _grad_inverse, kernel_attrs=("adjoint",))


def matrix_inverse(input: Any, adjoint: bool = False, name: str | None = None) -> Tensor:
    """The inverse of each square matrix; InvalidArgumentError, when run, where there is none."""
    return one(MATRIX_INVERSE, input, name=name, adjoint=bool(adjoint))


def _batch_of(op: Operation) -> Inferred:
    dims = _square(op)
    return [(op.inputs[0].dtype.base_dtype, TensorShape(None if dims is None else dims[:-2]))]


def _grad_determinant(op: Operation, dy: Tensor) -> Grads:
    turned = matrix_inverse(op.inputs[0], adjoint=True)
    factor = arithmetic.multiply(dy, op.outputs[0])
    return (arithmetic.multiply(array.expand_dims(array.expand_dims(factor, -1), -1), turned),)


MATRIX_DETERMINANT = _type(
    "MatrixDeterminant",
    lambda xp, x: xp.linalg.det(x).astype(x.dtype),
    _grad_determinant,
    _batch_of,
)


def matrix_determinant(input: Any, name: str | None = None) -> Tensor:
    """The determinant of each square matrix."""
    return one(MATRIX_DETERMINANT, input, name=name)


def _grad_log_determinant(op: Operation, _: Any, dy: Tensor) -> Grads:
    turned = matrix_inverse(op.inputs[0], adjoint=True)
    return (arithmetic.multiply(array.expand_dims(array.expand_dims(dy, -1), -1), turned),)


LOG_MATRIX_DETERMINANT = _type(
    "LogMatrixDeterminant",
    lambda xp, x: tuple(part.astype(x.dtype) for part in xp.linalg.slogdet(x)),
    _grad_log_determinant,
    lambda op: _batch_of(op) * 2,
)


class LogMatrixDeterminant(NamedTuple):
    """What `slogdet` gives."""

    sign: Tensor
    log_abs_determinant: Tensor


def slogdet(input: Any, name: str | None = None) -> LogMatrixDeterminant:
    """(sign of the determinant, logarithm of its absolute value) of each square matrix."""
    return LogMatrixDeterminant(*apply(LOG_MATRIX_DETERMINANT, input, name=name).outputs)


def logdet(matrix: Any, name: str | None = None) -> Tensor:
    """The logarithm of the determinant of positive definite matrices."""
    with scope_of([matrix], name or "logdet"):
        roots = functions.log(matrix_diag_part(cholesky(matrix)))
        return 2.0 * reduce.reduce_sum(roots, [-1])


def _infer_solve(op: Operation) -> Inferred:
    _square(op)
    left, right = op.inputs[0].shape.dims, op.inputs[1].shape.dims
    if left is not None and right is not None:
        if len(right) < 2:
            raise ValueError(
                f"Shape must be at least rank 2 but is rank {len(right)}",
                "tf.expand_dims(b, -1) makes a column of a vector",
            )
        if None not in (left[-1], right[-2]) and left[-1] != right[-2]:
            raise ValueError(
                f"Dimensions must be equal, but are {left[-1]} and {right[-2]}",
                "the right side has a row for each equation",
            )
    return [(op.inputs[1].dtype.base_dtype, op.inputs[1].shape)]


def _solve(xp: Any, a: Any, b: Any, adjoint: bool) -> Any:
    return _refused(xp, "Input matrix is not invertible.", xp.linalg.solve, _lower(a, adjoint), b)


def _grad_solve(op: Operation, dy: Tensor) -> Grads:
    a, x, adjoint = op.inputs[0], op.outputs[0], op.attrs["adjoint"]
    gb = one(MATRIX_SOLVE, a, dy, adjoint=not adjoint)
    pair = (x, gb) if adjoint else (gb, x)
    return arithmetic.negative(matmul(*pair, adjoint_b=True)), gb


MATRIX_SOLVE = _type(
    "MatrixSolve",
    _solve,
    _grad_solve,
    _infer_solve,
    inputs=("matrix", "rhs"),
    kernel_attrs=("adjoint",),
)


def matrix_solve(matrix: Any, rhs: Any, adjoint: bool = False, name: str | None = None) -> Tensor:
    """x with matrix @ x = rhs; InvalidArgumentError, when run, where there is none."""
    return one(MATRIX_SOLVE, matrix, rhs, name=name, adjoint=bool(adjoint))


def _triangle(xp: Any, a: Any, lower: bool) -> Any:
    return xp.tril(a) if lower else xp.triu(a)


def _triangular(xp: Any, a: Any, b: Any, lower: bool, adjoint: bool) -> Any:
    return _solve(xp, _triangle(xp, a, lower), b, adjoint)


def _grad_triangular(op: Operation, dy: Tensor) -> Grads:
    a, x = op.inputs[0], op.outputs[0]
    lower, adjoint = op.attrs["lower"], op.attrs["adjoint"]
    gb = one(MATRIX_TRIANGULAR_SOLVE, a, dy, lower=lower, adjoint=not adjoint)
    pair = (x, gb) if adjoint else (gb, x)
    whole = arithmetic.negative(matmul(*pair, adjoint_b=True))
    return matrix_band_part(whole, *((-1, 0) if lower else (0, -1))), gb


MATRIX_TRIANGULAR_SOLVE = _type(
    "MatrixTriangularSolve",
    _triangular,
    _grad_triangular,
    _infer_solve,
    inputs=("matrix", "rhs"),
    kernel_attrs=("lower", "adjoint"),
)


def matrix_triangular_solve(
    matrix: Any, rhs: Any, lower: bool = True, adjoint: bool = False, name: str | None = None
) -> Tensor:
    """x with matrix @ x = rhs, of the lower (or upper) triangle of the matrix alone."""
    return one(
        MATRIX_TRIANGULAR_SOLVE, matrix, rhs, name=name, lower=bool(lower), adjoint=bool(adjoint)
    )


def matrix_solve_ls(
    matrix: Any,
    rhs: Any,
    l2_regularizer: float = 0.0,
    fast: bool = True,
    name: str | None = None,
) -> Tensor:
    """x for which matrix @ x is nearest to rhs, by the normal equations."""
    with scope_of([matrix, rhs], name or "matrix_solve_ls"):
        a, b = convert_to_tensor(matrix), convert_to_tensor(rhs)
        dims = a.shape.dims or (None, None)
        tall = None in dims[-2:] or (dims[-2] or 0) >= (dims[-1] or 0)
        gram = matmul(a, a, adjoint_a=True) if tall else matmul(a, a, adjoint_b=True)
        if l2_regularizer:
            gram = gram + l2_regularizer * eye(array.shape(gram)[-1], dtype=a.dtype)
        factor = cholesky(gram)
        if tall:
            return cholesky_solve(factor, matmul(a, b, adjoint_a=True))
        return matmul(a, cholesky_solve(factor, b), adjoint_a=True)


# ---- factors


def _cholesky(xp: Any, x: Any) -> Any:
    what = "Cholesky decomposition was not successful. The input might not be valid."
    return _refused(xp, what, xp.linalg.cholesky, xp.tril(x) + xp.tril(x, -1).swapaxes(-1, -2))


def _grad_cholesky(op: Operation, dy: Tensor) -> Grads:
    """Murray (2016), "Differentiation of the Cholesky decomposition", in blocks of everything."""
    lower = op.outputs[0]
    size = array.shape(lower)[-1]
    inverse = matrix_triangular_solve(lower, _whole_eye(lower, size))
    middle = matrix_band_part(matmul(lower, dy, adjoint_a=True), -1, 0)
    halved = middle - matrix_diag(0.5 * matrix_diag_part(middle))
    gradient = matmul(matmul(inverse, halved, adjoint_a=True), inverse)
    return (0.5 * (gradient + matrix_transpose(gradient, conjugate=True)),)


def _whole_eye(x: Tensor, size: Tensor) -> Tensor:
    identity = eye(size, dtype=x.dtype.base_dtype)
    return identity if x.shape.ndims == 2 else array.broadcast_to(identity, array.shape(x))


CHOLESKY = _type("Cholesky", _cholesky, _grad_cholesky)


def cholesky(input: Any, name: str | None = None) -> Tensor:
    """The lower triangle L with L @ L.T = input, of positive definite matrices."""
    return one(CHOLESKY, input, name=name)


def cholesky_solve(chol: Any, rhs: Any, name: str | None = None) -> Tensor:
    """x with a @ x = rhs, from the Cholesky factor of a."""
    with scope_of([chol, rhs], name or "cholesky_solve"):
        inner = matrix_triangular_solve(chol, rhs)
        return matrix_triangular_solve(chol, inner, adjoint=True)


def _infer_svd(op: Operation) -> Inferred:
    dims, kind = op.inputs[0].shape.dims, op.inputs[0].dtype.base_dtype
    if dims is None:
        return [(kind.real_dtype, TensorShape(None)), *[(kind, TensorShape(None))] * 2]
    if len(dims) < 2:
        raise ValueError(f"Shape must be at least rank 2 but is rank {len(dims)}", "give a matrix")
    *batch, rows, columns = dims
    least = None if rows is None or columns is None else min(rows, columns)
    whole = op.attrs["full_matrices"]
    u = [*batch, rows, rows if whole else least]
    v = [*batch, columns, columns if whole else least]
    if not op.attrs["compute_uv"]:
        u = v = [0]
    return [
        (kind.real_dtype, TensorShape([*batch, least])),
        (kind, TensorShape(u)),
        (kind, TensorShape(v)),
    ]


def _svd(xp: Any, x: Any, compute_uv: bool, full_matrices: bool) -> Any:
    if not compute_uv:
        empty = xp.zeros((0,), x.dtype)
        return xp.linalg.svd(x, compute_uv=False), empty, empty
    u, s, v = xp.linalg.svd(x, full_matrices=full_matrices)
    return s, u, v.swapaxes(-1, -2).conj()


def _grad_svd(op: Operation, ds: Tensor, du: Tensor, dv: Tensor) -> Grads:
    """Of the values alone, or of real factors that are not full (Townsend 2016)."""
    if not op.attrs["compute_uv"]:
        s, u, v = svd(op.inputs[0])
        return (matmul(u * array.expand_dims(ds, -2), v, adjoint_b=True),)
    if op.attrs["full_matrices"] or op.inputs[0].dtype.is_complex:
        raise errors.GradientError(
            op=op, message="svd has a gradient for real matrices and full_matrices=False alone"
        )
    s, u, v = op.outputs
    squares = functions.square(s)
    gaps = array.expand_dims(squares, -2) - array.expand_dims(squares, -1)
    apart = arithmetic.div_no_nan(array.ones_like(gaps), gaps)
    of_u = apart * _skew(matmul(u, du, adjoint_a=True))
    of_v = apart * _skew(matmul(v, dv, adjoint_a=True))
    wide = array.expand_dims(s, -2)
    middle = of_u * wide + array.expand_dims(s, -1) * of_v + matrix_diag(ds)
    gradient = matmul(matmul(u, middle), v, adjoint_b=True)
    gradient += matmul(_outside(u, du) / wide, v, adjoint_b=True)
    gradient += matmul(u, matrix_transpose(_outside(v, dv) / wide))
    return (gradient,)


def _skew(x: Tensor) -> Tensor:
    return x - matrix_transpose(x)


def _outside(u: Tensor, du: Tensor) -> Tensor:
    """What of du does not lie in the columns of u."""
    return du - matmul(u, matmul(u, du, adjoint_a=True))


SVD = _type("Svd", _svd, _grad_svd, _infer_svd, kernel_attrs=("compute_uv", "full_matrices"))


def svd(
    tensor: Any, full_matrices: bool = False, compute_uv: bool = True, name: str | None = None
) -> Any:
    """(s, u, v) with tensor = u @ diag(s) @ v.T and falling s; s alone without `compute_uv`."""
    attrs = {"full_matrices": bool(full_matrices), "compute_uv": bool(compute_uv)}
    s, u, v = apply(SVD, tensor, name=name, **attrs).outputs
    return (s, u, v) if compute_uv else s


def _infer_qr(op: Operation) -> Inferred:
    dims, kind = op.inputs[0].shape.dims, op.inputs[0].dtype.base_dtype
    if dims is None:
        return [(kind, TensorShape(None))] * 2
    *batch, rows, columns = dims
    least = None if rows is None or columns is None else min(rows, columns)
    inner = rows if op.attrs["full_matrices"] else least
    return [
        (kind, TensorShape([*batch, rows, inner])),
        (kind, TensorShape([*batch, inner, columns])),
    ]


def _qr(xp: Any, x: Any, full_matrices: bool) -> Any:
    return tuple(xp.linalg.qr(x, "complete" if full_matrices else "reduced"))


def _grad_qr(op: Operation, dq: Tensor, dr: Tensor) -> Grads:
    """Of matrices with at least as many rows as columns (Walter and Lehmann 2010)."""
    q, r = op.outputs
    dims = op.inputs[0].shape.dims or (None, None)
    if op.attrs["full_matrices"] or (dims[-2] or 0) < (dims[-1] or 0):
        raise errors.GradientError(
            op=op, message="qr has a gradient for as many rows as columns or more, not full"
        )
    inner = matmul(r, dr, adjoint_b=True) - matmul(dq, q, adjoint_a=True)
    lower = matrix_band_part(inner, -1, 0) - matrix_band_part(inner, 0, 0)
    both = lower + matrix_transpose(lower) + matrix_band_part(inner, 0, 0)
    left = dq + matmul(q, both)
    return (matrix_transpose(matrix_triangular_solve(r, matrix_transpose(left), lower=False)),)


QR = _type("Qr", _qr, _grad_qr, _infer_qr, kernel_attrs=("full_matrices",))


class Qr(NamedTuple):
    """What `qr` gives."""

    q: Tensor
    r: Tensor


def qr(input: Any, full_matrices: bool = False, name: str | None = None) -> Qr:
    """(q, r) with input = q @ r, orthonormal columns of q, and r an upper triangle."""
    return Qr(*apply(QR, input, name=name, full_matrices=bool(full_matrices)).outputs)


def _infer_eig(op: Operation) -> Inferred:
    dims, kind = _square(op), op.inputs[0].dtype.base_dtype
    values = TensorShape(None if dims is None else dims[:-1])
    vectors = op.inputs[0].shape if op.attrs["compute_v"] else TensorShape([0])
    return [(kind, values), (kind, vectors)]


def _eig(xp: Any, x: Any, compute_v: bool) -> Any:
    if compute_v:
        values, vectors = xp.linalg.eigh(x)
        return values.astype(x.dtype), vectors
    return xp.linalg.eigvalsh(x).astype(x.dtype), xp.zeros((0,), x.dtype)


def _grad_eig(op: Operation, de: Tensor, dv: Tensor) -> Grads:
    """The part below the diagonal counts twice, since the kernel reads only that one."""
    x = op.inputs[0]
    if op.attrs["compute_v"]:
        values, vectors = op.outputs
        gaps = array.expand_dims(values, -2) - array.expand_dims(values, -1)
        apart = arithmetic.div_no_nan(array.ones_like(gaps), gaps)
        inner = matrix_diag(de) + apart * matmul(vectors, dv, adjoint_a=True)
    else:
        values, vectors = self_adjoint_eig(x)
        inner = matrix_diag(de)
    whole = matmul(vectors, matmul(inner, vectors, adjoint_b=True))
    lower = matrix_band_part(whole + matrix_transpose(whole, conjugate=True), -1, 0)
    return (lower - matrix_diag(0.5 * matrix_diag_part(lower)),)


SELF_ADJOINT_EIG = _type(
    "SelfAdjointEigV2", _eig, _grad_eig, _infer_eig, kernel_attrs=("compute_v",)
)


def self_adjoint_eig(tensor: Any, name: str | None = None) -> tuple[Tensor, Tensor]:
    """(rising eigenvalues, eigenvectors as columns) of symmetric matrices."""
    found = apply(SELF_ADJOINT_EIG, tensor, name=name, compute_v=True).outputs
    return found[0], found[1]


def self_adjoint_eigvals(tensor: Any, name: str | None = None) -> Tensor:
    """The rising eigenvalues of symmetric matrices."""
    return one(SELF_ADJOINT_EIG, tensor, name=name, compute_v=False)


# ---- norms and products


def norm(
    tensor: Any,
    ord: Any = "euclidean",
    axis: Any = None,
    keepdims: bool | None = None,
    name: str | None = None,
    keep_dims: bool | None = None,
) -> Tensor:
    """The length of vectors or matrices over axes; ord: euclidean, 1, 2, inf or another power."""
    kept = bool(keepdims or keep_dims)
    with scope_of([tensor], name or "norm"):
        x = convert_to_tensor(tensor)
        pair = isinstance(axis, (list, tuple)) and len(axis) == 2
        known = ord in ("euclidean", "fro", 1, 2, np.inf) or isinstance(ord, (int, float))
        if not known or (isinstance(ord, (int, float)) and ord <= 0) or (ord == "fro" and not pair):
            raise errors.ArgumentValueError(
                message=f"'ord' must be a supported norm, got {ord!r} at {user_line()}"
            )
        size = arithmetic.abs(x)
        if ord in ("euclidean", "fro") or (ord == 2 and not pair):
            squares = arithmetic.multiply(x, array.identity(x)) if x.dtype.is_floating else size**2
            return functions.sqrt(reduce.reduce_sum(squares, axis, keepdims=kept))
        if ord == np.inf and not pair:
            return reduce.reduce_max(size, axis, keepdims=kept)
        if pair and ord in (1, np.inf):
            rows = axis[0] if ord == 1 else axis[1]
            columns = axis[1] if ord == 1 else axis[0]
            total = reduce.reduce_sum(size, rows, keepdims=True)
            largest = reduce.reduce_max(total, columns, keepdims=True)
            return largest if kept else array.squeeze(largest, list(axis))
        if ord == 1:
            return reduce.reduce_sum(size, axis, keepdims=kept)
        power = reduce.reduce_sum(functions.pow(size, float(ord)), axis, keepdims=kept)
        return functions.pow(power, 1.0 / float(ord))


def _grad_cross(op: Operation, dy: Tensor) -> Grads:
    a, b = op.inputs
    return cross(b, dy), cross(dy, a)


CROSS = register(
    OpDef(
        type="Cross",
        inputs=("a", "b"),
        same=("a", "b"),
        takes={"a": "iuf"},
        infer=lambda op: [(op.inputs[0].dtype.base_dtype, op.inputs[0].shape)],
        kernel=lambda xp, a, b: xp.stack(
            [
                a[..., 1] * b[..., 2] - a[..., 2] * b[..., 1],
                a[..., 2] * b[..., 0] - a[..., 0] * b[..., 2],
                a[..., 0] * b[..., 1] - a[..., 1] * b[..., 0],
            ],
            -1,
        ),
        grad=_grad_cross,
    )
)


def cross(a: Any, b: Any, name: str | None = None) -> Tensor:
    """The cross product of vectors of three numbers."""
    return one(CROSS, a, b, name=name)
