"""Tables of vectors: `tf.nn.embedding_lookup`."""

from __future__ import annotations

from typing import Any

from neuronboard import errors
from neuronboard.engine.convert import convert_to_tensor
from neuronboard.engine.graph import Tensor
from neuronboard.engine.ops import (
    arithmetic,
    array,
    compare,
    functions,
    gather,
    join,
    numbers,
    order,
    segment,
)
from neuronboard.engine.ops.apply import scope_of
from neuronboard.engine.where import user_line

__all__ = ["embedding_lookup", "embedding_lookup_sparse"]


def embedding_lookup(
    params: Any,
    ids: Any,
    partition_strategy: str = "mod",
    name: str | None = None,
    validate_indices: bool = True,
    max_norm: float | None = None,
) -> Tensor:
    """The rows of a table for ids of any shape.

    params: a table, or a list of parts of one, by "mod" (row i in part i % n) or "div" (in order).
    max_norm: rows longer than that are scaled down.
    """
    tables = list(params) if isinstance(params, (list, tuple)) else [params]
    if not tables:
        raise errors.ArgumentValueError(message=f"Need at least one param, at {user_line()}")
    with scope_of([tables, ids], name or "embedding_lookup") as scope:
        places = convert_to_tensor(ids, name="ids")
        if len(tables) == 1:
            rows = gather.gather(tables[0], places, name=scope)
            return _shortened(array.identity(rows), max_norm)
        return _shortened(_parts(tables, places, partition_strategy), max_norm)


def embedding_lookup_sparse(
    params: Any,
    sp_ids: Any,
    sp_weights: Any,
    partition_strategy: str = "mod",
    name: str | None = None,
    combiner: str | None = None,
    max_norm: float | None = None,
) -> Tensor:
    """The rows of a table for each row of a sparse tensor of ids, taken together.

    sp_weights: how much each id counts, sparse too, or None. combiner: "mean" (the sum divided by
    that of the weights), "sqrtn" (by the root of that of their squares) or "sum". Raises ValueError
    for others.
    """
    how = combiner or "mean"
    if how not in ("mean", "sqrtn", "sum"):
        raise errors.ArgumentValueError(
            message=f"combiner must be one of 'mean', 'sqrtn' or 'sum', got {combiner!r}, at "
            f"{user_line()}"
        )
    with scope_of([params], name or "embedding_lookup_sparse"):
        rows = sp_ids.indices[:, 0]
        count = numbers.cast(sp_ids.dense_shape[0], rows.dtype)
        found = embedding_lookup(params, sp_ids.values, partition_strategy, max_norm=max_norm)
        if sp_weights is None:
            weights = array.ones_like(rows, dtype=found.dtype)
        else:
            weights = numbers.cast(sp_weights.values, found.dtype)
        factors = array.expand_dims(weights, -1)
        total = segment.unsorted_segment_sum(arithmetic.multiply(found, factors), rows, count)
        if how == "sum":
            return total
        powers = factors if how == "mean" else functions.square(factors)
        size = segment.unsorted_segment_sum(powers, rows, count)
        return arithmetic.div_no_nan(total, size if how == "mean" else functions.sqrt(size))


def _shortened(rows: Tensor, max_norm: float | None) -> Tensor:
    if max_norm is None:
        return rows
    from neuronboard.engine.clip import clip_by_norm

    shortened: Tensor = clip_by_norm(rows, max_norm, axes=[-1])
    return shortened


def _parts(tables: list[Any], ids: Tensor, strategy: str) -> Tensor:
    """Ids sorted by the part they lie in, looked up there, and put back in their order."""
    count = len(tables)
    flat = array.reshape(ids, [-1])
    if strategy == "mod":
        part, row = arithmetic.floormod(flat, count), arithmetic.floordiv(flat, count)
    elif strategy == "div":
        sizes = [numbers.cast(array.shape(table)[0], flat.dtype) for table in tables]
        total = arithmetic.add_n(sizes)
        each, extra = arithmetic.floordiv(total, count), arithmetic.floormod(total, count)
        border = extra * (each + 1)
        early = compare.less(flat, border)
        part = compare.where_v2(
            early,
            arithmetic.floordiv(flat, each + 1),
            extra + arithmetic.floordiv(flat - border, arithmetic.maximum(each, 1)),
        )
        row = compare.where_v2(
            early,
            arithmetic.floormod(flat, each + 1),
            arithmetic.floormod(flat - border, arithmetic.maximum(each, 1)),
        )
    else:
        raise errors.ArgumentValueError(
            message=f"Unrecognized partition strategy: {strategy}, at {user_line()}; it is mod or "
            "div"
        )
    from neuronboard.engine import dtypes

    which = numbers.cast(part, dtypes.int32)
    rows = gather.dynamic_partition(row, which, count)
    places = gather.dynamic_partition(order.range(array.size(flat)), which, count)
    found = [gather.gather(table, part) for table, part in zip(tables, rows, strict=True)]
    whole = gather.dynamic_stitch(places, found)
    inner = array.shape(convert_to_tensor(tables[0]))[1:]
    return array.reshape(whole, join.concat([array.shape(ids), inner], 0))
