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


def l1_regularizer(scale: float, scope: str | None = None) -> Regularizer:
    """scale * the sum of absolute values; nothing for a scale of 0.0.

    Raises ValueError for a scale that is negative, or a whole number without its point.
    """
    return _scaled(scale, scope or "l1_regularizer", lambda w: reduce.reduce_sum(arithmetic.abs(w)))


def l2_regularizer(scale: float, scope: str | None = None) -> Regularizer:
    """scale * half the sum of squares; otherwise as `l1_regularizer`."""
    return _scaled(scale, scope or "l2_regularizer", normalize.l2_loss)


def _scaled(scale: Any, label: str, measure: Callable[[Any], Tensor]) -> Regularizer:
    if isinstance(scale, int):
        raise errors.ArgumentValueError(
            message=f"scale cannot be an integer: {scale}, at {user_line()}; write {scale}.0"
        )
    if isinstance(scale, float) and scale < 0:
        raise errors.ArgumentValueError(
            message=f"Setting a scale less than 0 on a regularizer: {scale:g}, at {user_line()}"
        )
    if isinstance(scale, float) and scale == 0:
        return lambda _: None

    def regularizer(weights: Any) -> Tensor:
        with scope_of([weights], label) as scope:
            factor = convert_to_tensor(scale, weights.dtype.base_dtype, name="scale")
            return arithmetic.multiply(factor, measure(weights), name=scope)

    return regularizer


def l1_l2_regularizer(
    scale_l1: float = 1.0, scale_l2: float = 1.0, scope: str | None = None
) -> Regularizer | None:
    """The sum of `l1_regularizer` and `l2_regularizer`."""
    label = scope or "l1_l2_regularizer"
    return sum_regularizer([l1_regularizer(scale_l1), l2_regularizer(scale_l2)], label)


def sum_regularizer(
    regularizer_list: Sequence[Regularizer | None], scope: str | None = None
) -> Regularizer | None:
    """The sum of several, those that are None left out; None where none is left."""
    chosen = [one for one in regularizer_list if one is not None]
    if not chosen:
        return None

    def regularizer(weights: Any) -> Tensor | None:
        with scope_of([weights], scope or "sum_regularizer") as label:
            found = [part for one in chosen if (part := one(weights)) is not None]
            return arithmetic.add_n(found, name=label) if found else None

    return regularizer


def apply_regularization(
    regularizer: Regularizer, weights_list: Sequence[Any] | None = None
) -> Tensor:
    """The sum over variables (those of the collection "weights"), collected as a loss.

    Raises ValueError without weights, and where the regularizer gives something that is no number.
    """
    graph = get_default_graph()
    chosen = weights_list or graph.get_collection(GraphKeys.WEIGHTS)
    if not chosen:
        raise errors.ArgumentValueError(
            message=f"No weights to regularize, at {user_line()}: give weights_list="
        )
    with graph.name_scope("get_regularization_penalty") as name:
        parts = [part for w in chosen if (part := regularizer(w)) is not None]
        for part in parts:
            if part.shape.ndims != 0:
                raise errors.ArgumentValueError(
                    op=part.op,
                    message=f"regularizer must return a scalar Tensor instead of a {part!r}, at "
                    f"{user_line()}",
                )
        total = arithmetic.add_n(parts, name=name) if parts else constant(0.0)
    graph.add_to_collection(GraphKeys.REGULARIZATION_LOSSES, total)
    return total
