"""Clipping by norms: tensors, and whole lists of gradients, made no longer than a bound."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from neuronboard import errors
from neuronboard.engine.convert import convert_to_tensor
from neuronboard.engine.graph import Tensor
from neuronboard.engine.indexed_slices import IndexedSlices
from neuronboard.engine.ops import (
    arithmetic,
    array,
    compare,
    functions,
    join,
    normalize,
    order,
    reduce,
)
from neuronboard.engine.ops.apply import scope_of
from neuronboard.engine.ops.constant import constant
from neuronboard.engine.where import user_line

__all__ = ["clip_by_average_norm", "clip_by_global_norm", "clip_by_norm", "global_norm"]


def clip_by_norm(t: Any, clip_norm: Any, axes: Any = None, name: str | None = None) -> Any:
    """t, scaled down so that its length over axes is at most `clip_norm`."""
    rows = t.values if isinstance(t, IndexedSlices) else t
    with scope_of([rows, clip_norm], name or "clip_by_norm") as scope:
        x = convert_to_tensor(rows, name="t")
        total = reduce.reduce_sum(arithmetic.multiply(x, x, name="mul"), axes, keepdims=True)
        positive = compare.greater(total, 0)
        safe = compare.select(positive, total, array.ones_like(total))
        length = compare.select(positive, functions.sqrt(safe), total)
        scaled = arithmetic.multiply(x, clip_norm, name="mul")
        longest = arithmetic.maximum(length, clip_norm)
        result = array.identity(arithmetic.truediv(scaled, longest, name="truediv"), name=scope)
        if isinstance(t, IndexedSlices):
            return IndexedSlices(result, t.indices, t.dense_shape)
        return result


def clip_by_average_norm(t: Any, clip_norm: Any, name: str | None = None) -> Tensor:
    """t, scaled down so that its length, divided by its number of elements, is at most a bound."""
    with scope_of([t, clip_norm], name or "clip_by_average_norm") as scope:
        x = convert_to_tensor(t, name="t")
        from neuronboard.engine.ops.numbers import cast

        count = cast(array.size(x), x.dtype)
        squares, axes = x * x, order.range(array.rank(x))
        inverse = functions.rsqrt(reduce.reduce_sum(squares, axes))
        wanted = x * clip_norm
        scale = inverse * count
        bound = constant(1.0, x.dtype.base_dtype) / clip_norm
        return array.identity(wanted * arithmetic.minimum(scale, bound), name=scope)


def global_norm(t_list: Sequence[Any], name: str | None = None) -> Tensor:
    """The length of several tensors taken as one; None is left out."""
    _listed(t_list)
    values = [t.values if isinstance(t, IndexedSlices) else t for t in t_list if t is not None]
    with scope_of([values], name or "global_norm"):
        half = reduce.reduce_sum(join.stack([normalize.l2_loss(value) for value in values]))
        two = constant(2.0, half.dtype.base_dtype)
        total = arithmetic.multiply(half, two, name="mul")
        return functions.sqrt(total, name="global_norm")


def _listed(t_list: Any) -> None:
    if not isinstance(t_list, (list, tuple)):
        raise errors.DTypeError(
            message=f"`t_list` should be a sequence of tensors. Received {type(t_list)}. At "
            f"{user_line()}: give a list"
        )


def clip_by_global_norm(
    t_list: Sequence[Any], clip_norm: Any, use_norm: Any = None, name: str | None = None
) -> tuple[list[Any], Tensor]:
    """(the tensors, all scaled alike so that their common length is at most `clip_norm`; it).

    The length that is given back is that before. use_norm: it, where it is known already. Where it
    is not finite, every element becomes NaN.
    """
    _listed(t_list)
    length = global_norm(t_list, name) if use_norm is None else convert_to_tensor(use_norm)
    with scope_of([t_list, clip_norm], name or "clip_by_global_norm") as scope:
        inverse = 1.0 / length
        bound = arithmetic.truediv(constant(1.0, length.dtype.base_dtype), clip_norm)
        factor = arithmetic.multiply(clip_norm, arithmetic.minimum(inverse, bound), name="mul")
        factor = arithmetic.add(factor, arithmetic.subtract(length, length, name="sub"), name="add")
        clipped: list[Any] = []
        for i, t in enumerate(t_list):
            value = t.values if isinstance(t, IndexedSlices) else t
            if value is None:
                clipped.append(None)
                continue
            result = arithmetic.multiply(value, factor, name="mul")
            result = array.identity(result, name=f"{scope}_{i}".replace("//", "/"))
            if isinstance(t, IndexedSlices):
                clipped.append(IndexedSlices(result, t.indices, t.dense_shape))
            else:
                clipped.append(result)
        return clipped, length
