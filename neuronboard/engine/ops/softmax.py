"""Softmax, and the losses of classification on logits."""

from __future__ import annotations

from typing import Any

import numpy as np

from neuronboard import errors
from neuronboard.engine import dtypes
from neuronboard.engine.convert import convert_to_tensor
from neuronboard.engine.graph import Operation, Tensor
from neuronboard.engine.opdef import OpDef, register
from neuronboard.engine.ops import (
    activations,
    arithmetic,
    array,
    functions,
    join,
    matrix,
    numbers,
    reduce,
    slicing,
)
from neuronboard.engine.ops.apply import apply, one, scope_of
from neuronboard.engine.ops.arithmetic import add, multiply, negative, subtract
from neuronboard.engine.ops.compare import greater_equal, select
from neuronboard.engine.ops.define import Grads, Inferred, unary
from neuronboard.engine.ops.static import static_value
from neuronboard.engine.shape import TensorShape, broadcast
from neuronboard.engine.where import user_line

__all__ = [
    "log_softmax",
    "sigmoid_cross_entropy_with_logits",
    "softmax",
    "softmax_cross_entropy_with_logits",
    "softmax_cross_entropy_with_logits_v2",
    "sparse_softmax_cross_entropy_with_logits",
    "weighted_cross_entropy_with_logits",
]


def _log_softmax(xp: Any, x: Any) -> Any:
    if not np.size(x):
        return x
    shifted = x - xp.max(x, axis=-1, keepdims=True)
    return shifted - xp.log(xp.sum(xp.exp(shifted), axis=-1, keepdims=True))


def _softmax(xp: Any, x: Any) -> Any:
    if not np.size(x):
        return x
    powers = xp.exp(x - xp.max(x, axis=-1, keepdims=True))
    return powers / xp.sum(powers, axis=-1, keepdims=True)


def _grad_softmax(op: Operation, dy: Tensor) -> Grads:
    y = op.outputs[0]
    total = reduce.reduce_sum(multiply(dy, y, name="mul"), -1, keepdims=True)
    return (multiply(subtract(dy, total, name="sub"), y, name="mul"),)


def _grad_log_softmax(op: Operation, dy: Tensor) -> Grads:
    powers = functions.exp(op.outputs[0])
    total = reduce.reduce_sum(dy, -1, keepdims=True)
    return (subtract(dy, multiply(total, powers, name="mul"), name="sub"),)


def _rows(op: Operation) -> Inferred:
    if op.inputs[0].shape.ndims == 0:
        raise ValueError("Shape must be at least rank 1 but is rank 0", "give a row of logits")
    return [(op.inputs[0].dtype.base_dtype, op.inputs[0].shape)]


SOFTMAX = unary("Softmax", _softmax, _grad_softmax, "f", infer=_rows, name="logits")
LOG_SOFTMAX = unary("LogSoftmax", _log_softmax, _grad_log_softmax, "f", infer=_rows, name="logits")


def _along(kind: OpDef, logits: Any, axis: Any, dim: Any, name: str | None) -> Tensor:
    """The function along the last axis, or along another one that is put last meanwhile."""
    at = -1 if axis is None and dim is None else (dim if axis is None else axis)
    with scope_of([logits], name or kind.type) as scope:
        x = convert_to_tensor(logits, name="logits")
        rank = x.shape.ndims
        if at == -1 or (rank is not None and at == rank - 1):
            return one(kind, x, name=scope)
        if rank is None or not -rank <= at < rank:
            raise errors.InvalidArgumentError(
                None,
                x.op,
                f"`axis` ({at}) must be in the range [{-(rank or 0)}, {rank or 0}) where "
                f"{rank or 0} is the number of dimensions in the input. At {user_line()}",
            )
        perm = np.arange(rank)
        perm[[at % rank, -1]] = perm[[-1, at % rank]]
        return array.transpose(one(kind, array.transpose(x, perm)), perm, name=scope)


def softmax(logits: Any, axis: Any = None, name: str | None = None, dim: Any = None) -> Tensor:
    """exp(x) / sum(exp(x)) along an axis, the last one if None."""
    return _along(SOFTMAX, logits, axis, dim, name)


def log_softmax(logits: Any, axis: Any = None, name: str | None = None, dim: Any = None) -> Tensor:
    """The logarithm of softmax, computed so that nothing is lost."""
    return _along(LOG_SOFTMAX, logits, axis, dim, name)


# ---- cross entropies of rows


def _infer_cross(op: Operation) -> Inferred:
    shape = broadcast([tensor.shape for tensor in op.inputs])
    kind = op.inputs[0].dtype.base_dtype
    if shape.dims is None:
        return [(kind, TensorShape([None])), (kind, shape)]
    if len(shape.dims) != 2:
        raise ValueError(f"Shape must be rank 2 but is rank {len(shape.dims)}", "give rows")
    return [(kind, TensorShape(shape.dims[:1])), (kind, shape)]


def _cross(xp: Any, logits: Any, labels: Any) -> Any:
    """(losses, their gradients by the logits)"""
    logs = _log_softmax(
        xp, xp.broadcast_to(logits, np.broadcast_shapes(logits.shape, labels.shape))
    )
    return -xp.sum(xp.where(labels == 0, labels * 0, labels * logs), axis=-1), xp.exp(logs) - labels


def _times_rows(factor: Tensor, rows: Tensor) -> Tensor:
    return multiply(array.expand_dims(factor, -1), rows, name="mul")


def _bent(op: Operation, gradient: Tensor, second: Tensor | None) -> Tensor:
    """Adds what the gradient's own gradient gives, where there is any."""
    zeros = None if second is None else static_value(second)
    if second is None or second.op.type == "ZerosLike" or (zeros is not None and not zeros.any()):
        return gradient
    shares = softmax(op.inputs[0])
    row, column = array.expand_dims(second, 1), array.expand_dims(shares, 2)
    inner = array.squeeze(matrix.matmul(row, column), [1])
    return add(gradient, multiply(subtract(second, inner), shares))


def _grad_cross(op: Operation, dy: Tensor, second: Tensor) -> Grads:
    logits, slope = op.inputs[0], op.outputs[1]
    gradient = _bent(op, _times_rows(dy, slope), second)
    return gradient, _times_rows(dy, negative(log_softmax(logits)))


SOFTMAX_CROSS_ENTROPY = register(
    OpDef(
        type="SoftmaxCrossEntropyWithLogits",
        inputs=("features", "labels"),
        same=("features", "labels"),
        takes={"features": "f"},
        infer=_infer_cross,
        kernel=_cross,
        grad=_grad_cross,
    )
)


def _named(function: str, sentinel: Any, labels: Any, logits: Any) -> None:
    if sentinel is not None or labels is None or logits is None:
        raise errors.ArgumentValueError(
            message=f"Only call `{function}` with named arguments (labels=..., logits=..., ...). "
            f"At {user_line()}"
        )


def softmax_cross_entropy_with_logits_v2(
    labels: Any,
    logits: Any,
    axis: int | None = None,
    name: str | None = None,
    dim: int | None = None,
) -> Tensor:
    """-sum(labels * log(softmax(logits))) of each row; gradients go into the labels too."""
    at = -1 if axis is None and dim is None else int(dim if axis is None else axis)  # type: ignore[arg-type]
    return _rows_cross("softmax_cross_entropy_with_logits", labels, logits, at, name)


def _flattened(x: Tensor) -> Tensor:
    """All axes but the last as one."""
    count, sizes = array.rank(x), array.shape(x)
    width = slicing.slice(sizes, [arithmetic.subtract(count, 1)], [1])
    return array.reshape(x, join.concat([[-1], width], 0))


def _rows_cross(label: str, labels: Any, logits: Any, axis: int, name: str | None) -> Tensor:
    with scope_of([logits, labels], name or label) as scope:
        x = convert_to_tensor(logits, name="logits")
        y = convert_to_tensor(labels, name="labels")
        kind = x.dtype.base_dtype
        x = numbers.cast(x, dtypes.float32) if kind == dtypes.float16 else x
        y = numbers.cast(y, x.dtype.base_dtype)
        rank = x.shape.ndims
        last = axis == -1 or axis + 1 == rank
        if not last and rank is not None:
            perm = [i for i in range(rank) if i != axis % rank] + [axis % rank]
            x, y = array.transpose(x, perm), array.transpose(y, perm)
        count, sizes = array.rank(x), array.shape(x)
        flat_x, flat_y = _flattened(x), _flattened(y)
        cost = apply(SOFTMAX_CROSS_ENTROPY, flat_x, flat_y, name=scope).outputs[0]
        front = slicing.slice(sizes, [0], [arithmetic.subtract(count, 1)])
        whole = array.reshape(cost, front)
        if x.shape.dims is not None:
            whole.set_shape(x.shape.dims[:-1])
        return numbers.cast(whole, kind)


def softmax_cross_entropy_with_logits(
    _sentinel: Any = None,
    labels: Any = None,
    logits: Any = None,
    dim: int = -1,
    name: str | None = None,
    axis: int | None = None,
) -> Tensor:
    """-sum(labels * log(softmax(logits))) of each row; no gradient goes into the labels."""
    _named("softmax_cross_entropy_with_logits", _sentinel, labels, logits)
    with scope_of([logits, labels], name or "softmax_cross_entropy_with_logits_sg") as scope:
        y = array.stop_gradient(labels, name="labels_stop_gradient")
        return _rows_cross(scope, y, logits, dim if axis is None else axis, scope)


def _infer_sparse(op: Operation) -> Inferred:
    x, labels = op.inputs
    kind = x.dtype.base_dtype
    if x.shape.ndims not in (None, 2):
        raise ValueError(f"Shape must be rank 2 but is rank {x.shape.ndims}", "give rows of logits")
    rows = None if x.shape.dims is None else x.shape.dims[:1]
    shape = labels.shape.merge_with([None] if rows is None else rows)
    return [(kind, shape), (kind, x.shape)]


def _sparse(xp: Any, logits: Any, labels: Any) -> Any:
    classes = logits.shape[-1]
    flat = np.ravel(np.asarray(labels))
    bad = flat[(flat < 0) | (flat >= classes)]
    if bad.size:
        raise ValueError(
            f"Received a label value of {bad[0]} which is outside the valid range of [0, "
            f"{classes}).  Label values: {' '.join(map(str, flat))}"
        )
    logs = _log_softmax(xp, logits)
    rows = np.arange(logits.shape[0])
    minus = xp.full(labels.shape, -1, logits.dtype)
    return -logs[rows, labels], xp.add_at(xp.exp(logs), (rows, labels), minus)


SPARSE_CROSS_ENTROPY = register(
    OpDef(
        type="SparseSoftmaxCrossEntropyWithLogits",
        inputs=("features", "labels"),
        same=("features",),
        takes={"features": "f", "labels": "i"},
        types={"Tlabels": "labels"},
        infer=_infer_sparse,
        kernel=_sparse,
        grad=lambda op, dy, second: (_bent(op, _times_rows(dy, op.outputs[1]), second), None),
    )
)


def sparse_softmax_cross_entropy_with_logits(
    _sentinel: Any = None,
    labels: Any = None,
    logits: Any = None,
    name: str | None = None,
) -> Tensor:
    """-log(softmax(logits)[label]) of each row; labels: the number of the right class.

    Raises InvalidArgumentError, when it is run, for a label that is no class.
    """
    _named("sparse_softmax_cross_entropy_with_logits", _sentinel, labels, logits)
    with scope_of([labels, logits], name or "SparseSoftmaxCrossEntropyWithLogits"):
        ids = convert_to_tensor(labels)
        x = convert_to_tensor(logits)
        if x.shape.ndims == 0:
            raise errors.ArgumentValueError(
                op=x.op,
                message=f"Logits cannot be scalars - received shape {x.shape}. At {user_line()}",
            )
        sizes = array.shape(ids)
        ranks = (ids.shape.ndims, x.shape.ndims)
        if None not in ranks and ranks[0] != (ranks[1] or 0) - 1:
            raise errors.ArgumentValueError(
                op=x.op,
                message="`labels.shape.rank` must equal `logits.shape.rank - 1`. Received: "
                f"labels.shape={ids.shape} of rank {ranks[0]} and logits.shape={x.shape} of rank "
                f"{ranks[1]}. At {user_line()}: give the number of the right class for each row, "
                "not a row of probabilities",
            )
        kind = x.dtype.base_dtype
        wide = numbers.cast(x, dtypes.float32) if kind == dtypes.float16 else x
        if ranks[1] == 2:
            return numbers.cast(one(SPARSE_CROSS_ENTROPY, wide, ids, name=name), kind)
        width = array.shape(wide)[array.rank(wide) - 1]
        flat = array.reshape(wide, [-1, width])
        cost = one(SPARSE_CROSS_ENTROPY, flat, array.reshape(ids, [-1]), name=name)
        whole = array.reshape(cost, sizes)
        whole.set_shape(ids.shape)
        return numbers.cast(whole, kind)


# ---- of independent questions


def _same_shapes(labels: Tensor, logits: Tensor) -> None:
    if not labels.shape.is_compatible_with(logits.shape):
        raise errors.ArgumentValueError(
            op=logits.op,
            message=f"`logits` and `labels` must have the same shape, received ({logits.shape} vs "
            f"{labels.shape}). At {user_line()}",
        )


def sigmoid_cross_entropy_with_logits(
    _sentinel: Any = None,
    labels: Any = None,
    logits: Any = None,
    name: str | None = None,
) -> Tensor:
    """-labels * log(sigmoid(x)) - (1 - labels) * log(1 - sigmoid(x)), so that nothing overflows."""
    _named("sigmoid_cross_entropy_with_logits", _sentinel, labels, logits)
    with scope_of([logits, labels], name or "logistic_loss") as scope:
        x = convert_to_tensor(logits, name="logits")
        y = convert_to_tensor(labels, x.dtype.base_dtype, name="labels")
        _same_shapes(y, x)
        zeros = array.zeros_like(x)
        positive = greater_equal(x, zeros)
        upper = select(positive, x, zeros)
        below = select(positive, negative(x), x)
        line = subtract(upper, multiply(x, y, name="mul"), name="sub")
        return add(line, functions.log1p(functions.exp(below)), name=scope)


def weighted_cross_entropy_with_logits(
    labels: Any = None,
    logits: Any = None,
    pos_weight: Any = None,
    name: str | None = None,
    targets: Any = None,
) -> Tensor:
    """As `sigmoid_cross_entropy_with_logits`; the labels' part counts `pos_weight` times."""
    given = targets if labels is None else labels
    with scope_of([logits, given], name or "logistic_loss") as scope:
        x = convert_to_tensor(logits, name="logits")
        y = convert_to_tensor(given, x.dtype.base_dtype, name="labels")
        _same_shapes(y, x)
        weight = 1 + (pos_weight - 1) * y
        line = (1 - y) * x
        curve = functions.log1p(functions.exp(negative(arithmetic.abs(x))))
        curve = add(curve, activations.relu(negative(x)), name="add")
        return add(line, multiply(weight, curve, name="mul"), name=scope)
