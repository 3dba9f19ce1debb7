"""Functions of a variable whose result a loss is made larger by: `tf.contrib.layers`' own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from neuronboard import errors
from neuronboard.engine.convert import convert_to_tensor
from neuronboard.engine.graph import GraphKeys, Tensor, get_default_graph
from neuronboard.engine.ops import arithmetic, normalize, reduce
from neuronboard.engine.ops.apply import scope_of
from neuronboard.engine.ops.constant import constant
from neuronboard.engine.where import user_line

Regularizer = Callable[[Any], "Tensor | None"]


def _checked(scale: float) -> float:
    if isinstance(scale, bool) or not isinstance(scale, (int, float)) or scale < 0:
        raise errors.ArgumentValueError(
            message=f"scale must be a number of at least 0, got {scale!r}, at {user_line()}"
        )
    return float(scale)


def l1_regularizer(scale: float, scope: str | None = None) -> Regularizer:
    """scale * the sum of absolute values; nothing for a scale of 0. ValueError below it."""
    return _scaled(scale, scope or "l1_regularizer", lambda w: reduce.reduce_sum(arithmetic.abs(w)))


def l2_regularizer(scale: float, scope: str | None = None) -> Regularizer:
    """scale * half the sum of squares; nothing for a scale of 0. ValueError below it."""
    return _scaled(scale, scope or "l2_regularizer", normalize.l2_loss)


def _scaled(scale: float, label: str, measure: Callable[[Tensor], Tensor]) -> Regularizer:
    factor = _checked(scale)

    def regularizer(weights: Any) -> Tensor | None:
        if factor == 0:
            return None
        with scope_of([weights], label) as scope:
            w = convert_to_tensor(weights)
            return arithmetic.multiply(constant(factor, w.dtype), measure(w), name=scope)

    return regularizer


def l1_l2_regularizer(
    scale_l1: float = 1.0, scale_l2: float = 1.0, scope: str | None = None
) -> Regularizer:
    """The sum of `l1_regularizer` and `l2_regularizer`."""
    return sum_regularizer([l1_regularizer(scale_l1), l2_regularizer(scale_l2)], scope)


def sum_regularizer(
    regularizer_list: Sequence[Regularizer | None], scope: str | None = None
) -> Regularizer:
    """The sum of several; those that are None are left out."""
    chosen = [one for one in regularizer_list if one is not None]

    def regularizer(weights: Any) -> Tensor | None:
        with scope_of([weights], scope or "sum_regularizer") as label:
            found = [part for one in chosen if (part := one(weights)) is not None]
            return arithmetic.add_n(found, name=label) if found else None

    return regularizer


def apply_regularization(
    regularizer: Regularizer, weights_list: Sequence[Any] | None = None
) -> Tensor:
    """The sum over variables (those of the collection "weights"), collected as a loss."""
    graph = get_default_graph()
    chosen = graph.get_collection(GraphKeys.WEIGHTS) if weights_list is None else weights_list
    if not chosen:
        raise errors.ArgumentValueError(
            message=f"No weights to regularize, at {user_line()}: give weights_list="
        )
    parts = [part for w in chosen if (part := regularizer(w)) is not None]
    total = arithmetic.add_n(parts) if parts else constant(0.0)
    graph.add_to_collection(GraphKeys.REGULARIZATION_LOSSES, total)
    return total
