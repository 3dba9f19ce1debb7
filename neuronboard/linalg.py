"""`tf.linalg`: linear algebra, under the names of TensorFlow 1.5 and later."""

from functools import partial as _partial

from neuronboard.engine.clip import global_norm
from neuronboard.engine.ops.array import matrix_transpose
from neuronboard.engine.ops.diagonal import (
    eye,
    matrix_diag,
    matrix_diag_part,
    matrix_set_diag,
    tensor_diag,
    tensor_diag_part,
    trace,
)
from neuronboard.engine.ops.diagonal import matrix_band_part as band_part
from neuronboard.engine.ops.linalg import (
    cholesky,
    cholesky_solve,
    cross,
    logdet,
    norm,
    qr,
    slogdet,
    svd,
)
from neuronboard.engine.ops.linalg import matrix_determinant as det
from neuronboard.engine.ops.linalg import matrix_inverse as inv
from neuronboard.engine.ops.linalg import matrix_solve as solve
from neuronboard.engine.ops.linalg import matrix_solve_ls as lstsq
from neuronboard.engine.ops.linalg import matrix_triangular_solve as triangular_solve
from neuronboard.engine.ops.linalg import self_adjoint_eig as eigh
from neuronboard.engine.ops.linalg import self_adjoint_eigvals as eigvalsh
from neuronboard.engine.ops.matrix import einsum, matmul, matvec, tensordot
from neuronboard.engine.ops.normalize import l2_normalize

adjoint = _partial(matrix_transpose, conjugate=True)
diag = matrix_diag
diag_part = matrix_diag_part
set_diag = matrix_set_diag
transpose = matrix_transpose

__all__ = [
    "adjoint",
    "band_part",
    "cholesky",
    "cholesky_solve",
    "cross",
    "det",
    "diag",
    "diag_part",
    "eigh",
    "eigvalsh",
    "einsum",
    "eye",
    "global_norm",
    "inv",
    "l2_normalize",
    "logdet",
    "lstsq",
    "matmul",
    "matrix_transpose",
    "matvec",
    "norm",
    "qr",
    "set_diag",
    "slogdet",
    "solve",
    "svd",
    "tensor_diag",
    "tensor_diag_part",
    "tensordot",
    "trace",
    "transpose",
    "triangular_solve",
]
