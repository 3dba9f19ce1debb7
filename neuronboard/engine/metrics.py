"""Metrics over many batches: `tf.metrics`, each a pair (value of now, update with a batch).

A metric keeps sums in local variables under its name: `tf.local_variables_initializer()` begins
anew. The update gives the value afterwards.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from neuronboard import errors
from neuronboard.engine import dtypes
from neuronboard.engine.convert import convert_to_tensor
from neuronboard.engine.graph import GraphKeys, Tensor, get_default_graph
from neuronboard.engine.ops import (
    arithmetic,
    array,
    compare,
    functions,
    matrix,
    numbers,
    reduce,
    segment,
    state,
)
from neuronboard.engine.ops.constant import constant
from neuronboard.engine.variable_scope import variable_scope
from neuronboard.engine.variables import Variable
from neuronboard.engine.where import origins, user_line

__all__ = [
    "accuracy",
    "auc",
    "false_negatives",
    "false_positives",
    "mean",
    "mean_absolute_error",
    "mean_cosine_distance",
    "mean_iou",
    "mean_per_class_accuracy",
    "mean_relative_error",
    "mean_squared_error",
    "mean_tensor",
    "percentage_below",
    "precision",
    "recall",
    "root_mean_squared_error",
    "true_negatives",
    "true_positives",
]

Metric = tuple[Tensor, Tensor]
Collections = Sequence[str] | None


def _sum(shape: Any, name: str, dtype: Any = dtypes.float32) -> Variable:
    """A local variable that begins at 0."""
    graph = get_default_graph()
    groups = [GraphKeys.LOCAL_VARIABLES, GraphKeys.METRIC_VARIABLES]
    with graph.control_dependencies(None):
        start = array.zeros(shape, dtype)
    return Variable(start, trainable=False, collections=groups, name=name)


def _collected(value: Tensor, update: Tensor, metrics: Collections, updates: Collections) -> Metric:
    graph = value.graph
    graph.add_to_collections(list(metrics or ()), value)
    graph.add_to_collections(list(updates or ()), update)
    return value, update


def _floats(value: Any) -> Tensor:
    return numbers.cast(convert_to_tensor(value), dtypes.float32)


def _pair(labels: Any, predictions: Any, dtype: Any) -> tuple[Tensor, Tensor]:
    """Labels and predictions of one shape; an axis of size 1 behind either is taken away."""
    truth, guesses = (
        numbers.cast(convert_to_tensor(part), dtype) for part in (labels, predictions)
    )
    ranks = truth.shape.ndims, guesses.shape.ndims
    if None not in ranks and ranks[0] != ranks[1]:
        longer = truth if (ranks[0] or 0) > (ranks[1] or 0) else guesses
        if abs((ranks[0] or 0) - (ranks[1] or 0)) == 1 and (longer.shape.dims or ())[-1] in (
            1,
            None,
        ):
            short = array.squeeze(longer, [-1])
            truth, guesses = (short, guesses) if longer is truth else (truth, short)
    if not truth.shape.is_compatible_with(guesses.shape):
        raise errors.ShapeError(
            op=guesses.op,
            message=f"Shapes {guesses.shape} and {truth.shape} are incompatible: labels and "
            f"predictions must have one shape, at {user_line()}; {origins([truth.op, guesses.op])}",
        )
    return truth, guesses


def _spread(weights: Any, like: Tensor) -> Tensor:
    """Weights of the shape of what they weigh."""
    factors = _floats(weights)
    if factors.shape.ndims and like.shape.ndims == factors.shape.ndims + 1:
        factors = array.expand_dims(factors, -1)
    return arithmetic.multiply(array.ones_like(like), factors)


def mean(
    values: Any,
    weights: Any = None,
    metrics_collections: Collections = None,
    updates_collections: Collections = None,
    name: str | None = None,
) -> Metric:
    """The mean of all elements of all batches, weighted; 0 before the first."""
    with variable_scope(name, "mean", [values, weights]):
        x = _floats(values)
        total, count = _sum([], "total"), _sum([], "count")
        if weights is None:
            number = numbers.cast(array.size(x), dtypes.float32)
        else:
            factors = _spread(weights, x)
            x, number = arithmetic.multiply(x, factors), reduce.reduce_sum(factors)
        grown = state.assign_add(total, reduce.reduce_sum(x))
        with grown.graph.control_dependencies([x]):
            counted = state.assign_add(count, number)
        value = arithmetic.div_no_nan(total.value(), count.value(), name="value")
        update = arithmetic.div_no_nan(grown, counted, name="update_op")
        return _collected(value, update, metrics_collections, updates_collections)


def mean_tensor(
    values: Any,
    weights: Any = None,
    metrics_collections: Collections = None,
    updates_collections: Collections = None,
    name: str | None = None,
) -> Metric:
    """The mean of each element over all batches, weighted."""
    with variable_scope(name, "mean", [values, weights]):
        x = _floats(values)
        shape = x.shape.as_list()
        total, count = _sum(shape, "total_tensor"), _sum(shape, "count_tensor")
        factors = _spread(1.0 if weights is None else weights, x)
        grown = state.assign_add(total, arithmetic.multiply(x, factors))
        with grown.graph.control_dependencies([x]):
            counted = state.assign_add(count, factors)
        value = arithmetic.div_no_nan(total.value(), count.value(), name="value")
        update = arithmetic.div_no_nan(grown, counted, name="update_op")
        return _collected(value, update, metrics_collections, updates_collections)


def accuracy(
    labels: Any,
    predictions: Any,
    weights: Any = None,
    metrics_collections: Collections = None,
    updates_collections: Collections = None,
    name: str | None = None,
) -> Metric:
    """How often a prediction is the label: the mean of 1 where it is and 0 elsewhere."""
    guesses = convert_to_tensor(predictions)
    truth, guesses = _pair(labels, guesses, guesses.dtype.base_dtype)
    right = numbers.cast(compare.equal(guesses, truth), dtypes.float32)
    given = (metrics_collections, updates_collections)
    return mean(right, weights, *given, name or "accuracy")


# ---- errors of predictions


def _error(label: str, doc: str, measure: Callable[[Tensor, Tensor], Tensor]) -> Callable[..., Any]:
    """The mean of an error over all batches."""

    def metric(
        labels: Any,
        predictions: Any,
        weights: Any = None,
        metrics_collections: Collections = None,
        updates_collections: Collections = None,
        name: str | None = None,
    ) -> Metric:
        truth, guesses = _pair(labels, predictions, dtypes.float32)
        given = (metrics_collections, updates_collections)
        return mean(measure(guesses, truth), weights, *given, name or label)

    metric.__name__ = metric.__qualname__ = label
    metric.__doc__ = doc
    return metric


mean_absolute_error = _error(
    "mean_absolute_error",
    "The mean of |predictions - labels|.",
    lambda guesses, truth: arithmetic.abs(arithmetic.subtract(guesses, truth)),
)
mean_squared_error = _error(
    "mean_squared_error",
    "The mean of (predictions - labels)**2.",
    arithmetic.squared_difference,
)


def root_mean_squared_error(
    labels: Any,
    predictions: Any,
    weights: Any = None,
    metrics_collections: Collections = None,
    updates_collections: Collections = None,
    name: str | None = None,
) -> Metric:
    """The root of `mean_squared_error`."""
    squares = mean_squared_error(
        labels, predictions, weights, name=name or "root_mean_squared_error"
    )
    value, update = (functions.sqrt(part) for part in squares)
    return _collected(value, update, metrics_collections, updates_collections)


def mean_relative_error(
    labels: Any,
    predictions: Any,
    normalizer: Any,
    weights: Any = None,
    metrics_collections: Collections = None,
    updates_collections: Collections = None,
    name: str | None = None,
) -> Metric:
    """The mean of |predictions - labels| / normalizer, 0 where that is 0."""
    truth, guesses = _pair(labels, predictions, dtypes.float32)
    error = arithmetic.abs(arithmetic.subtract(guesses, truth))
    relative = arithmetic.div_no_nan(error, _floats(normalizer))
    given = (metrics_collections, updates_collections)
    return mean(relative, weights, *given, name or "mean_relative_error")


def mean_cosine_distance(
    labels: Any,
    predictions: Any,
    dim: int,
    weights: Any = None,
    metrics_collections: Collections = None,
    updates_collections: Collections = None,
    name: str | None = None,
) -> Metric:
    """The mean of 1 - the inner product along an axis, of vectors that have length 1 already."""
    truth, guesses = _pair(labels, predictions, dtypes.float32)
    products = reduce.reduce_sum(arithmetic.multiply(truth, guesses), [dim], keepdims=True)
    value, update = mean(products, weights, name=name or "mean_cosine_distance")
    value, update = (1.0 - part for part in (value, update))
    return _collected(value, update, metrics_collections, updates_collections)


def percentage_below(
    values: Any,
    threshold: Any,
    weights: Any = None,
    metrics_collections: Collections = None,
    updates_collections: Collections = None,
    name: str | None = None,
) -> Metric:
    """The share of values below a threshold."""
    below = numbers.cast(compare.less(_floats(values), threshold), dtypes.float32)
    given = (metrics_collections, updates_collections)
    return mean(below, weights, *given, name or "percentage_below_threshold")


# ---- counts of what is true and what was said


def _counted(flags: Tensor, weights: Any, label: str) -> tuple[Tensor, Tensor]:
    """(how often a flag was set, the same after this batch), weighted."""
    values = numbers.cast(flags, dtypes.float32)
    if weights is not None:
        values = arithmetic.multiply(values, _spread(weights, values))
    count = _sum([], label)
    return array.identity(count.value()), state.assign_add(count, reduce.reduce_sum(values))


def _confusion(label: str, of_truth: bool, of_guess: bool, doc: str) -> Callable[..., Metric]:
    """How often the label and the prediction were what is said of them."""

    def metric(
        labels: Any,
        predictions: Any,
        weights: Any = None,
        metrics_collections: Collections = None,
        updates_collections: Collections = None,
        name: str | None = None,
    ) -> Metric:
        with variable_scope(name, label, [predictions, labels, weights]):
            truth, guesses = _pair(labels, predictions, dtypes.bool_)
            flags = compare.logical_and(
                truth if of_truth else compare.logical_not(truth),
                guesses if of_guess else compare.logical_not(guesses),
            )
            value, update = _counted(flags, weights, "count")
            return _collected(value, update, metrics_collections, updates_collections)

    metric.__name__ = metric.__qualname__ = label
    metric.__doc__ = doc
    return metric


true_positives = _confusion("true_positives", True, True, "How often both are true.")
true_negatives = _confusion("true_negatives", False, False, "How often neither is true.")
false_positives = _confusion(
    "false_positives", False, True, "How often the prediction is true, and the label is not."
)
false_negatives = _confusion(
    "false_negatives", True, False, "How often the label is true, and the prediction is not."
)


def _share(
    labels: Any,
    predictions: Any,
    weights: Any,
    others: Callable[..., Metric],
    label: str,
    name: str | None,
    collections: tuple[Collections, Collections],
) -> Metric:
    """True positives among them and some others."""
    with variable_scope(name, label, [predictions, labels, weights]):
        right, more_right = true_positives(labels, predictions, weights)
        wrong, more_wrong = others(labels, predictions, weights)
        value = arithmetic.div_no_nan(right, arithmetic.add(right, wrong), name="value")
        both = arithmetic.add(more_right, more_wrong)
        update = arithmetic.div_no_nan(more_right, both, name="update_op")
        return _collected(value, update, *collections)


def precision(
    labels: Any,
    predictions: Any,
    weights: Any = None,
    metrics_collections: Collections = None,
    updates_collections: Collections = None,
    name: str | None = None,
) -> Metric:
    """Of what was said to be true, the share that is."""
    given = (metrics_collections, updates_collections)
    return _share(labels, predictions, weights, false_positives, "precision", name, given)


def recall(
    labels: Any,
    predictions: Any,
    weights: Any = None,
    metrics_collections: Collections = None,
    updates_collections: Collections = None,
    name: str | None = None,
) -> Metric:
    """Of what is true, the share that was said to be."""
    given = (metrics_collections, updates_collections)
    return _share(labels, predictions, weights, false_negatives, "recall", name, given)


def auc(
    labels: Any,
    predictions: Any,
    weights: Any = None,
    num_thresholds: int = 200,
    metrics_collections: Collections = None,
    updates_collections: Collections = None,
    curve: str = "ROC",
    name: str | None = None,
    summation_method: str = "trapezoidal",
    thresholds: Any = None,
) -> Metric:
    """The area under the curve of true over false positives (ROC), by trapezoids.

    num_thresholds: at how many predictions from 0 to 1 the curve is known. Raises ValueError for
    curves other than ROC and PR.
    """
    if curve not in ("ROC", "PR"):
        raise errors.ArgumentValueError(
            message=f"curve must be either ROC or PR, {curve} unknown. At {user_line()}"
        )
    with variable_scope(name, "auc", [labels, predictions, weights]):
        truth, guesses = _pair(labels, predictions, dtypes.float32)
        tiny = 1e-7
        inner = [(i + 1) / (num_thresholds - 1) for i in range(num_thresholds - 2)]
        edges = constant([-tiny, *(inner if thresholds is None else thresholds), 1.0 + tiny])
        said = compare.greater(array.reshape(guesses, [1, -1]), array.reshape(edges, [-1, 1]))
        true = compare.greater(array.reshape(truth, [1, -1]), 0.5)
        factors = array.reshape(_spread(1.0 if weights is None else weights, guesses), [1, -1])
        now, then = [], []
        for label, of_truth, of_guess in (
            ("true_positives", true, said),
            ("false_negatives", true, compare.logical_not(said)),
            ("true_negatives", compare.logical_not(true), compare.logical_not(said)),
            ("false_positives", compare.logical_not(true), said),
        ):
            hits = numbers.cast(compare.logical_and(of_truth, of_guess), dtypes.float32)
            count = _sum([int(edges.shape[0])], label)
            found = reduce.reduce_sum(arithmetic.multiply(hits, factors), 1)
            now.append(array.identity(count.value()))
            then.append(state.assign_add(count, found))
        value, update = _area(curve, *now), _area(curve, *then)
        return _collected(value, update, metrics_collections, updates_collections)


def _area(curve: str, tp: Tensor, fn: Tensor, tn: Tensor, fp: Tensor) -> Tensor:
    tiny = 1e-6
    found = (tp + tiny) / (tp + fn + tiny)
    if curve == "ROC":
        x, y = fp / (fp + tn + tiny), found
    else:
        x, y = found, (tp + tiny) / (tp + fp + tiny)
    heights = (y[:-1] + y[1:]) / 2.0
    return reduce.reduce_sum(arithmetic.multiply(x[:-1] - x[1:], heights))


# ---- by classes


def _matrix(labels: Any, predictions: Any, classes: int, weights: Any) -> tuple[Variable, Tensor]:
    """How often class i was said to be class j, [classes, classes], and the update of it."""
    truth, guesses = (
        array.reshape(numbers.cast(convert_to_tensor(part), dtypes.int64), [-1])
        for part in (labels, predictions)
    )
    kept = _sum([classes, classes], "total_confusion_matrix", dtypes.float64)
    factors = array.ones_like(truth, dtype=dtypes.float64)
    if weights is not None:
        given = array.reshape(convert_to_tensor(weights), [-1])
        factors = arithmetic.multiply(factors, numbers.cast(given, dtypes.float64))
    places = arithmetic.add(arithmetic.multiply(truth, classes), guesses)
    found = segment.unsorted_segment_sum(factors, places, classes * classes)
    return kept, state.assign_add(kept, array.reshape(found, [classes, classes]))


def mean_iou(
    labels: Any,
    predictions: Any,
    num_classes: int,
    weights: Any = None,
    metrics_collections: Collections = None,
    updates_collections: Collections = None,
    name: str | None = None,
) -> Metric:
    """(mean over the classes of intersection over union, the confusion matrix afterwards)."""
    with variable_scope(name, "mean_iou", [predictions, labels, weights]):
        kept, update = _matrix(labels, predictions, num_classes, weights)
        table = numbers.cast(kept.value(), dtypes.float32)
        right = _diagonal(table)
        union = reduce.reduce_sum(table, 0) + reduce.reduce_sum(table, 1) - right
        there = numbers.cast(compare.not_equal(union, 0.0), dtypes.float32)
        share = arithmetic.div_no_nan(right, union)
        value = arithmetic.div_no_nan(reduce.reduce_sum(share), reduce.reduce_sum(there))
        return _collected(value, update, metrics_collections, updates_collections)


def _diagonal(table: Tensor) -> Tensor:
    return matrix.einsum("ii->i", table)


def mean_per_class_accuracy(
    labels: Any,
    predictions: Any,
    num_classes: int,
    weights: Any = None,
    metrics_collections: Collections = None,
    updates_collections: Collections = None,
    name: str | None = None,
) -> Metric:
    """(mean over the classes of how often each is found, that of each class afterwards)."""
    with variable_scope(name, "mean_accuracy", [predictions, labels, weights]):
        truth, guesses = (
            array.reshape(numbers.cast(convert_to_tensor(part), dtypes.int64), [-1])
            for part in (labels, predictions)
        )
        total, count = _sum([num_classes], "total"), _sum([num_classes], "count")
        factors = array.ones_like(truth, dtype=dtypes.float32)
        if weights is not None:
            factors = arithmetic.multiply(factors, array.reshape(_floats(weights), [-1]))
        right = numbers.cast(compare.equal(truth, guesses), dtypes.float32)
        grown = state.scatter_add(total, truth, factors)
        counted = state.scatter_add(count, truth, arithmetic.multiply(right, factors))
        share = arithmetic.div_no_nan(count.value(), total.value())
        value = reduce.reduce_mean(share, name="mean_accuracy")
        update = arithmetic.div_no_nan(counted, grown, name="update_op")
        return _collected(value, update, metrics_collections, updates_collections)
