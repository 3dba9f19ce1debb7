"""`tf.losses`: losses with weights, collected so that `get_total_loss` adds them up."""

from __future__ import annotations

from typing import Any

from neuronboard import errors
from neuronboard.engine import dtypes
from neuronboard.engine.convert import convert_to_tensor
from neuronboard.engine.graph import GraphKeys, Operation, Tensor, get_default_graph
from neuronboard.engine.ops import (
    arithmetic,
    array,
    compare,
    control,
    functions,
    numbers,
    order,
    reduce,
    softmax,
)
from neuronboard.engine.ops.apply import scope_of
from neuronboard.engine.ops.constant import constant
from neuronboard.engine.where import user_line

__all__ = [
    "Reduction",
    "absolute_difference",
    "add_loss",
    "compute_weighted_loss",
    "cosine_distance",
    "get_losses",
    "get_regularization_loss",
    "get_regularization_losses",
    "get_total_loss",
    "hinge_loss",
    "huber_loss",
    "log_loss",
    "mean_pairwise_squared_error",
    "mean_squared_error",
    "sigmoid_cross_entropy",
    "softmax_cross_entropy",
    "sparse_softmax_cross_entropy",
]


class Reduction:
    """What becomes of the losses of single elements."""

    NONE = "none"
    SUM = "weighted_sum"
    SUM_OVER_BATCH_SIZE = "weighted_sum_over_batch_size"
    MEAN = "weighted_mean"
    SUM_OVER_NONZERO_WEIGHTS = "weighted_sum_by_nonzero_weights"
    SUM_BY_NONZERO_WEIGHTS = SUM_OVER_NONZERO_WEIGHTS


def compute_weighted_loss(
    losses: Any,
    weights: Any = 1.0,
    scope: str | None = None,
    loss_collection: str | None = GraphKeys.LOSSES,
    reduction: str = Reduction.SUM_BY_NONZERO_WEIGHTS,
) -> Tensor:
    """Losses times weights, reduced to a number (see `Reduction`), and collected.

    weights: one, or of the rank of the losses, with their sizes or 1. Raises ValueError otherwise.
    """
    known = [value for key, value in vars(Reduction).items() if key.isupper()]
    if reduction not in known:
        raise errors.ArgumentValueError(
            message=f"Invalid ReductionKey {reduction}, at {user_line()}; it is one of {known}"
        )
    with scope_of([losses, weights], scope or "weighted_loss"):
        values = convert_to_tensor(losses)
        kind = values.dtype.base_dtype
        with values.graph.control_dependencies(_fitting(weights, values)):
            wide = numbers.cast(values, dtypes.float32)
            factors = numbers.cast(weights, dtypes.float32)
            weighted = arithmetic.multiply(wide, factors)
            loss = numbers.cast(_reduced(weighted, wide, factors, reduction), kind)
        return _collected(loss, loss_collection)


def _fitting(weights: Any, values: Tensor) -> list[Operation]:
    """Weights are one number, or fit the losses axis by axis; the operation that stands for it."""
    graph = values.graph
    with graph.name_scope("assert_broadcastable"):
        with graph.name_scope("weights") as inner:
            factors = convert_to_tensor(weights, name=inner)
            array.shape(factors, name="shape")
            array.rank(factors, name="rank")
        with graph.name_scope("values"):
            array.shape(values, name="shape")
            array.rank(values, name="rank")
        mine, theirs = factors.shape.dims, values.shape.dims
        if mine is None or theirs is None:
            return []
        if not mine:
            return [control.no_op(name="static_scalar_check_success")]
        _check_axes(factors, values)
        whole = None not in (*mine, *theirs)
        return [control.no_op(name="static_dims_check_success")] if whole else []


def _check_axes(weights: Tensor, values: Tensor) -> None:
    mine, theirs = weights.shape.dims or (), values.shape.dims or ()
    shapes = f"values.shape={values.shape.as_list()}. weights.shape={weights.shape.as_list()}."
    if len(mine) != len(theirs):
        raise errors.ArgumentValueError(
            op=values.op,
            message="weights can not be broadcast to values. "
            f"values.rank={len(theirs)}. weights.rank={len(mine)}. {shapes} At {user_line()}",
        )
    for axis, (one, other) in enumerate(zip(mine, theirs, strict=True)):
        if None not in (one, other) and one not in (1, other):
            raise errors.ArgumentValueError(
                op=values.op,
                message="weights can not be broadcast to values. "
                f"Mismatch at dim {axis}. {shapes} At {user_line()}",
            )


def _reduced(weighted: Tensor, losses: Tensor, weights: Tensor, reduction: str) -> Tensor:
    if reduction == Reduction.NONE:
        return weighted
    total = reduce.reduce_sum(weighted)
    if reduction == Reduction.SUM:
        return total
    if reduction == Reduction.MEAN:
        count = reduce.reduce_sum(array.ones_like(losses) * weights)
    elif reduction == Reduction.SUM_OVER_BATCH_SIZE:
        with losses.graph.name_scope("num_elements") as scope:
            count = numbers.cast(array.size(losses, name=scope), dtypes.float32)
    else:
        count = _present(losses, weights)
    return arithmetic.div_no_nan(reduce.reduce_sum(total), count, name="value")


def _present(losses: Tensor, weights: Tensor) -> Tensor:
    """How many losses have a weight that is not 0."""
    graph = losses.graph
    with graph.name_scope("num_present") as scope:
        none = compare.equal(weights, 0.0)
        there = compare.where(none, array.zeros_like(weights), array.ones_like(weights))
        with graph.name_scope("broadcast_weights") as inner:
            same = weights.shape.is_fully_defined() and weights.shape == losses.shape
            if not same:
                with graph.control_dependencies(_fitting(there, losses)):
                    ones = array.ones_like(losses)
                there = arithmetic.multiply(there, ones, name=inner)
        return reduce.reduce_sum(there, name=scope)


def _collected(loss: Tensor, collection: str | None) -> Tensor:
    if collection:
        loss.graph.add_to_collection(collection, loss)
    return loss


def _pair(labels: Any, predictions: Any) -> tuple[Tensor, Tensor]:
    """Both as floating-point numbers of one shape."""
    for what, given in (("labels", labels), ("predictions", predictions)):
        if given is None:
            raise errors.ArgumentValueError(message=f"{what} must not be None, at {user_line()}")
    guesses = numbers.cast(convert_to_tensor(predictions), dtypes.float32)
    truth = numbers.cast(convert_to_tensor(labels), dtypes.float32)
    if not guesses.shape.is_compatible_with(truth.shape):
        raise errors.ShapeError(
            op=guesses.op,
            message=f"Shapes {guesses.shape} and {truth.shape} are incompatible: labels and "
            f"predictions must have one shape, at {user_line()}",
        )
    return truth, guesses


def absolute_difference(
    labels: Any,
    predictions: Any,
    weights: Any = 1.0,
    scope: str | None = None,
    loss_collection: str | None = GraphKeys.LOSSES,
    reduction: str = Reduction.SUM_BY_NONZERO_WEIGHTS,
) -> Tensor:
    """|predictions - labels|."""
    with scope_of([predictions, labels, weights], scope or "absolute_difference") as inner:
        truth, guesses = _pair(labels, predictions)
        losses = arithmetic.abs(arithmetic.subtract(guesses, truth))
        return compute_weighted_loss(losses, weights, inner, loss_collection, reduction)


def mean_squared_error(
    labels: Any,
    predictions: Any,
    weights: Any = 1.0,
    scope: str | None = None,
    loss_collection: str | None = GraphKeys.LOSSES,
    reduction: str = Reduction.SUM_BY_NONZERO_WEIGHTS,
) -> Tensor:
    """(predictions - labels)**2."""
    with scope_of([predictions, labels, weights], scope or "mean_squared_error") as inner:
        truth, guesses = _pair(labels, predictions)
        losses = arithmetic.squared_difference(guesses, truth)
        return compute_weighted_loss(losses, weights, inner, loss_collection, reduction)


def huber_loss(
    labels: Any,
    predictions: Any,
    weights: Any = 1.0,
    delta: float = 1.0,
    scope: str | None = None,
    loss_collection: str | None = GraphKeys.LOSSES,
    reduction: str = Reduction.SUM_BY_NONZERO_WEIGHTS,
) -> Tensor:
    """Half the square of the error up to `delta`, and a line behind it."""
    with scope_of([predictions, labels, weights], scope or "huber_loss") as inner:
        truth, guesses = _pair(labels, predictions)
        error = arithmetic.abs(arithmetic.subtract(guesses, truth))
        bent = arithmetic.minimum(error, delta)
        line, half = arithmetic.subtract(error, bent), constant(0.5, bent.dtype.base_dtype)
        square = arithmetic.multiply(half, arithmetic.multiply(bent, bent))
        losses = arithmetic.add(square, arithmetic.multiply(delta, line))
        return compute_weighted_loss(losses, weights, inner, loss_collection, reduction)


def log_loss(
    labels: Any,
    predictions: Any,
    weights: Any = 1.0,
    epsilon: float = 1e-7,
    scope: str | None = None,
    loss_collection: str | None = GraphKeys.LOSSES,
    reduction: str = Reduction.SUM_BY_NONZERO_WEIGHTS,
) -> Tensor:
    """-labels * log(predictions) - (1 - labels) * log(1 - predictions)."""
    with scope_of([predictions, labels, weights], scope or "log_loss") as inner:
        truth, guesses = _pair(labels, predictions)
        right = arithmetic.multiply(truth, functions.log(guesses + epsilon))
        wrong = arithmetic.multiply(1 - truth, functions.log(1 - guesses + epsilon))
        return compute_weighted_loss(-right - wrong, weights, inner, loss_collection, reduction)


def hinge_loss(
    labels: Any,
    logits: Any,
    weights: Any = 1.0,
    scope: str | None = None,
    loss_collection: str | None = GraphKeys.LOSSES,
    reduction: str = Reduction.SUM_BY_NONZERO_WEIGHTS,
) -> Tensor:
    """max(0, 1 - y * logits), where y is -1 or 1 for labels of 0 or 1."""
    from neuronboard.engine.ops.activations import relu

    with scope_of([logits, labels, weights], scope or "hinge_loss") as inner:
        truth, scores = _pair(labels, logits)
        signs = 2 * truth - array.ones_like(truth)
        losses = relu(array.ones_like(truth) - signs * scores)
        return compute_weighted_loss(losses, weights, inner, loss_collection, reduction)


def cosine_distance(
    labels: Any,
    predictions: Any,
    axis: int | None = None,
    weights: Any = 1.0,
    scope: str | None = None,
    loss_collection: str | None = GraphKeys.LOSSES,
    reduction: str = Reduction.SUM_BY_NONZERO_WEIGHTS,
    dim: int | None = None,
) -> Tensor:
    """1 - the inner product along an axis, of vectors that have length 1 already."""
    at = dim if axis is None else axis
    if at is None:
        raise errors.ArgumentValueError(message=f"You must specify 'axis', at {user_line()}")
    with scope_of([predictions, labels, weights], scope or "cosine_distance_loss") as inner:
        truth, guesses = _pair(labels, predictions)
        products = arithmetic.multiply(guesses, truth)
        losses = 1 - reduce.reduce_sum(products, [at], keepdims=True)
        return compute_weighted_loss(losses, weights, inner, loss_collection, reduction)


def mean_pairwise_squared_error(
    labels: Any,
    predictions: Any,
    weights: Any = 1.0,
    scope: str | None = None,
    loss_collection: str | None = GraphKeys.LOSSES,
) -> Tensor:
    """Mean squared differences of errors over all pairs of elements of a row, summed over rows."""
    with scope_of([predictions, labels, weights], scope or "mean_pairwise_squared_error"):
        truth, guesses = _pair(labels, predictions)
        factors = numbers.cast(convert_to_tensor(weights), dtypes.float32)
        error = arithmetic.subtract(guesses, truth)
        rank = error.shape.ndims
        axes: Any = list(range(1, rank)) if rank else order.range(1, array.rank(error))
        squares = reduce.reduce_sum(functions.square(error), axes, keepdims=True)
        present = compare.not_equal(array.ones_like(error) * factors, 0.0)
        count = reduce.reduce_sum(numbers.cast(present, dtypes.float32), axes, keepdims=True)
        first = 2.0 * arithmetic.div_no_nan(squares, arithmetic.maximum(count - 1, 0.0))
        total = reduce.reduce_sum(error, axes, keepdims=True)
        pairs = arithmetic.maximum(count * (count - 1), 0.0)
        second = 2.0 * arithmetic.div_no_nan(functions.square(total), pairs)
        loss = reduce.reduce_sum((first - second) * factors, name="value")
        return _collected(loss, loss_collection)


def sigmoid_cross_entropy(
    multi_class_labels: Any,
    logits: Any,
    weights: Any = 1.0,
    label_smoothing: float = 0,
    scope: str | None = None,
    loss_collection: str | None = GraphKeys.LOSSES,
    reduction: str = Reduction.SUM_BY_NONZERO_WEIGHTS,
) -> Tensor:
    """`tf.nn.sigmoid_cross_entropy_with_logits`; label_smoothing draws labels to 1/2."""
    given = [logits, multi_class_labels, weights]
    with scope_of(given, scope or "sigmoid_cross_entropy_loss") as inner:
        scores = convert_to_tensor(logits)
        truth = numbers.cast(convert_to_tensor(multi_class_labels), scores.dtype)
        if label_smoothing > 0:
            truth = truth * (1 - label_smoothing) + 0.5 * label_smoothing
        losses = softmax.sigmoid_cross_entropy_with_logits(
            labels=truth, logits=scores, name="xentropy"
        )
        return compute_weighted_loss(losses, weights, inner, loss_collection, reduction)


def softmax_cross_entropy(
    onehot_labels: Any,
    logits: Any,
    weights: Any = 1.0,
    label_smoothing: float = 0,
    scope: str | None = None,
    loss_collection: str | None = GraphKeys.LOSSES,
    reduction: str = Reduction.SUM_BY_NONZERO_WEIGHTS,
) -> Tensor:
    """`tf.nn.softmax_cross_entropy_with_logits`; label_smoothing draws labels to all classes."""
    given = [logits, onehot_labels, weights]
    with scope_of(given, scope or "softmax_cross_entropy_loss") as inner:
        scores = convert_to_tensor(logits)
        truth = numbers.cast(convert_to_tensor(onehot_labels), scores.dtype)
        if label_smoothing > 0:
            classes = numbers.cast(array.shape(truth)[-1], scores.dtype)
            truth = truth * (1 - label_smoothing) + label_smoothing / classes
        truth = array.stop_gradient(truth, name="labels_stop_gradient")
        losses = softmax.softmax_cross_entropy_with_logits_v2(truth, scores, name="xentropy")
        return compute_weighted_loss(losses, weights, inner, loss_collection, reduction)


def sparse_softmax_cross_entropy(
    labels: Any,
    logits: Any,
    weights: Any = 1.0,
    scope: str | None = None,
    loss_collection: str | None = GraphKeys.LOSSES,
    reduction: str = Reduction.SUM_BY_NONZERO_WEIGHTS,
) -> Tensor:
    """`tf.nn.sparse_softmax_cross_entropy_with_logits`; labels [rows] or [rows, 1]."""
    label = scope or "sparse_softmax_cross_entropy_loss"
    with scope_of([logits, labels, weights], label) as inner:
        scores, truth = convert_to_tensor(logits), convert_to_tensor(labels)
        factors = convert_to_tensor(weights)
        if truth.shape.ndims is not None and truth.shape.ndims == scores.shape.ndims:
            truth = array.squeeze(truth, [-1])
        if factors.shape.ndims is not None and factors.shape.ndims == (truth.shape.ndims or 0) + 1:
            factors = array.squeeze(factors, [-1])
        losses = softmax.sparse_softmax_cross_entropy_with_logits(
            labels=truth, logits=scores, name="xentropy"
        )
        return compute_weighted_loss(losses, factors, inner, loss_collection, reduction)


# ---- collections


def add_loss(loss: Tensor, loss_collection: str | None = GraphKeys.LOSSES) -> None:
    """Collects a loss made by hand."""
    _collected(loss, loss_collection)


def get_losses(scope: str | None = None, loss_collection: str = GraphKeys.LOSSES) -> list[Tensor]:
    """The collected losses whose names begin with `scope`."""
    found = get_default_graph().get_collection(loss_collection)
    return [loss for loss in found if loss.name.startswith(scope or "")]


def get_regularization_losses(scope: str | None = None) -> list[Tensor]:
    """The collected losses of regularizers."""
    return get_losses(scope, GraphKeys.REGULARIZATION_LOSSES)


def get_regularization_loss(
    scope: str | None = None, name: str = "total_regularization_loss"
) -> Tensor:
    """The sum of the losses of regularizers; 0 where there are none."""
    found = get_regularization_losses(scope)
    if not found:
        from neuronboard.engine.ops.constant import constant

        return constant(0.0)
    return arithmetic.add_n(found, name=name)


def get_total_loss(
    add_regularization_losses: bool = True, name: str = "total_loss", scope: str | None = None
) -> Tensor:
    """The sum of all collected losses, those of regularizers among them.

    Raises ValueError where nothing was collected.
    """
    found = get_losses(scope)
    if add_regularization_losses:
        found += get_regularization_losses(scope)
    if not found:
        raise errors.ArgumentValueError(
            message=f"No losses were collected: make one with tf.losses..., at {user_line()}"
        )
    return arithmetic.add_n(found, name=name)
