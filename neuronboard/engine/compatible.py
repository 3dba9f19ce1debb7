"""Names that programs written for TensorFlow 1.x call, and that have nothing to do here."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from neuronboard.engine.graph import Tensor

__all__ = [
    "AggregationMethod",
    "container",
    "disable_control_flow_v2",
    "disable_eager_execution",
    "disable_resource_variables",
    "disable_v2_behavior",
    "disable_v2_tensorshape",
    "executing_eagerly",
    "is_tensor",
]


class AggregationMethod:
    """How gradients are added up; here always by AddN."""

    ADD_N = 0
    DEFAULT = 0
    EXPERIMENTAL_TREE = 1
    EXPERIMENTAL_ACCUMULATE_N = 2


def _nothing() -> None:
    """Does nothing: the engine always behaves so."""


disable_control_flow_v2 = _nothing
disable_eager_execution = _nothing
disable_resource_variables = _nothing
disable_v2_behavior = _nothing
disable_v2_tensorshape = _nothing


def executing_eagerly() -> bool:
    """False: operations are made first, and run by a session."""
    return False


def is_tensor(x: Any) -> bool:
    """Whether `x` is a tensor, or a variable or rows that can become one."""
    return isinstance(x, Tensor) or hasattr(x, "_as_tensor")


@contextmanager
def container(container_name: str) -> Iterator[str]:
    """Takes a name for resources; they live in their session here."""
    yield container_name
