"""Functions whose arguments stand in another order, or have other names, in TensorFlow 0.x.

The package gives these, which take calls of both times; `compat.v1` gives those of `NEWER`. Where a
call could be of either time, one without keywords is of 0.x.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import numpy as np

from neuronboard.engine.ops import candidates as _candidates
from neuronboard.engine.ops import join as _join
from neuronboard.engine.ops import order as _order
from neuronboard.engine.ops import softmax as _softmax

# Room -> name -> the function of 1.x.
NEWER: dict[str, dict[str, Callable[..., Any]]] = {
    "": {"reverse": _order.reverse, "split": _join.split},
    "nn": {
        "nce_loss": _candidates.nce_loss,
        "sampled_softmax_loss": _candidates.sampled_softmax_loss,
        "sigmoid_cross_entropy_with_logits": _softmax.sigmoid_cross_entropy_with_logits,
        "softmax_cross_entropy_with_logits": _softmax.softmax_cross_entropy_with_logits,
        "sparse_softmax_cross_entropy_with_logits": (
            _softmax.sparse_softmax_cross_entropy_with_logits
        ),
    },
}


def _both(
    room: str, name: str, is_old: Callable[[tuple[Any, ...]], bool], order: str, **renamed: str
) -> Callable[..., Any]:
    """The function of 1.x that also takes the arguments of 0.x.

    is_old: whether arguments without keywords are in the order of 0.x, which `order` tells in the
    names of 1.x. renamed: what 0.x calls them -> what 1.x does.
    """
    function = NEWER[room][name]
    places = order.split()

    @wraps(function)
    def call(*args: Any, **named: Any) -> Any:
        new = {renamed.get(key, key): value for key, value in named.items()}
        if is_old(args) and len(args) <= len(places):
            return function(**dict(zip(places, args, strict=False)), **new)
        return function(*args, **new)

    return call


def _is_whole(value: Any) -> bool:
    """Whether it is made of integers: classes, not numbers that a network computes."""
    if hasattr(value, "op"):
        return bool(value.dtype.is_integer)
    return np.asarray(value).dtype.kind in "iu"


def _begins_with_number(args: tuple[Any, ...]) -> bool:
    """What 1.x splits is never a number."""
    return bool(args) and isinstance(args[0], (int, np.integer))


def _begins_with_tensor(args: tuple[Any, ...]) -> bool:
    """1.x takes nothing without its keyword."""
    return bool(args) and args[0] is not None


def _ends_with_classes(args: tuple[Any, ...]) -> bool:
    """The fourth is the labels, which 1.x has third."""
    return len(args) > 3 and _is_whole(args[3])


split = _both(
    *("", "split", _begins_with_number, "axis num_or_size_splits value name"),
    split_dim="axis",
    num_split="num_or_size_splits",
)
_SAMPLED = (
    "weights biases inputs labels num_sampled num_classes num_true sampled_values "
    "remove_accidental_hits partition_strategy name"
)
nce_loss = _both("nn", "nce_loss", _ends_with_classes, _SAMPLED)
sampled_softmax_loss = _both("nn", "sampled_softmax_loss", _ends_with_classes, _SAMPLED)
softmax_cross_entropy_with_logits = _both(
    *("nn", "softmax_cross_entropy_with_logits", _begins_with_tensor, "logits labels dim name")
)
sparse_softmax_cross_entropy_with_logits = _both(
    *("nn", "sparse_softmax_cross_entropy_with_logits", _begins_with_tensor, "logits labels name")
)
sigmoid_cross_entropy_with_logits = _both(
    *("nn", "sigmoid_cross_entropy_with_logits", _begins_with_tensor, "logits labels name"),
    targets="labels",
)


def _axes(flags: Any) -> Any:
    """The axes of which 0.x says True; numbers of axes as they are."""
    if hasattr(flags, "op"):
        return flags
    given = np.asarray(flags)
    return np.flatnonzero(given).astype(np.int32) if given.dtype == bool else flags


@wraps(_order.reverse)
def reverse(tensor: Any, axis: Any = None, name: str | None = None, dims: Any = None) -> Any:
    return _order.reverse(tensor, _axes(axis if dims is None else dims), name=name)
