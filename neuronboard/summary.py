"""Summary operations, in the spellings of TensorFlow 0.x and 1.x, and the writers.

A summary operation gives the bytes of a Summary message, for `SummaryWriter.add_summary`.
`scalar_summary(tags, values)` writes the tag as given (0.x); `scalar(name, tensor)` takes the name
of its node as tag, made unique in the graph (1.x).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from neuronboard import errors
from neuronboard.engine import dtypes
from neuronboard.engine.graph import GraphKeys, Operation, Tensor, get_default_graph
from neuronboard.engine.opdef import NOT_DIFFERENTIABLE, OpDef, register
from neuronboard.engine.ops.apply import apply, graph_of
from neuronboard.engine.shape import TensorShape
from neuronboard.kinds import scalar as scalar_kind
from neuronboard.pb.event_pb2 import Event, SessionLog
from neuronboard.pb.summary_pb2 import Summary
from neuronboard.writer.summary_writer import FileWriter

__all__ = ["Event", "FileWriter", "SessionLog", "Summary", "merge", "merge_all", "scalar"]


def _one_string(op: Operation) -> list[tuple[dtypes.DType, TensorShape]]:
    return [(dtypes.string, TensorShape([]))]


def _scalar_op(op: Operation) -> list[tuple[dtypes.DType, TensorShape]]:
    tags, values = op.inputs
    if not tags.shape.is_compatible_with(values.shape):
        raise ValueError(
            f"tags and values must have one shape, got {tags.shape} and {values.shape}"
        )
    return _one_string(op)


def _scalar_bytes(tags: Any, values: Any) -> bytes:
    pairs = zip(np.ravel(np.array(tags, object)), np.ravel(values), strict=True)
    encoded = [scalar_kind.encode(tag.decode(), value) for tag, value in pairs]
    return Summary(value=encoded).SerializeToString()


SCALAR_SUMMARY = register(
    OpDef(
        type="ScalarSummary",
        inputs=("tags", "values"),
        same=("values",),
        infer=_scalar_op,
        kernel=_scalar_bytes,
        grad=NOT_DIFFERENTIABLE,
    )
)


def _merged(*parts: bytes) -> bytes:
    """Summaries joined; the same tag twice is an error, as in TensorFlow."""
    merged = Summary()
    for part in parts:
        merged.MergeFromString(part)
    tags = [value.tag for value in merged.value]
    for tag in tags:
        if tags.count(tag) > 1:
            raise ValueError(f"Duplicate tag {tag} found in summary inputs; give each its own tag")
    return merged.SerializeToString()


MERGE_SUMMARY = register(
    OpDef(
        type="MergeSummary",
        inputs=("*inputs",),
        infer=_one_string,
        kernel=_merged,
        grad=NOT_DIFFERENTIABLE,
    )
)


def scalar_summary(
    tags: Any, values: Any, collections: Sequence[str] | None = None, name: str | None = None
) -> Tensor:
    """A summary of a number under a tag (TensorFlow 0.x).

    tags: text, or texts of the shape of `values`. values: a real number for each tag.
    Raises DTypeError (a TypeError) when the two are swapped.
    """
    if _is_graph_value(tags) and not _is_text(tags):
        raise errors.DTypeError(
            message=f"scalar_summary takes the tag first: scalar_summary('loss', loss), got "
            f"scalar_summary({tags!r}, {values!r})"
        )
    graph = graph_of([values])
    with graph.as_default():
        summary = apply(SCALAR_SUMMARY, tags, values, name=name).outputs[0]
    return _collected(summary, collections)


def scalar(
    name: str,
    tensor: Any,
    collections: Sequence[str] | None = None,
    family: str | None = None,
) -> Tensor:
    """A summary of a number (TensorFlow 1.x); the tag is the name, made unique in the graph.

    family: written before the name, twice, as TensorFlow does: "f/f/name".
    """
    if not isinstance(name, str):
        raise errors.DTypeError(
            message=f"tf.summary.scalar takes the name first: tf.summary.scalar('loss', loss), got "
            f"tf.summary.scalar({name!r}, {tensor!r})"
        )
    clean = "".join(c if c.isascii() and (c.isalnum() or c in "-/_.") else "_" for c in name)
    graph = graph_of([tensor])
    full = f"{family}/{clean.lstrip('/')}" if family else clean.lstrip("/")
    with graph.as_default(), graph.name_scope(full) as scope:
        tag = scope.rstrip("/") if family is None else f"{family}/{scope.rstrip('/')}"
        summary = apply(SCALAR_SUMMARY, tag, tensor, name=scope).outputs[0]
    return _collected(summary, collections)


def merge_summary(
    inputs: Sequence[Any], collections: Sequence[str] | None = None, name: str | None = None
) -> Tensor:
    """One summary of several (TensorFlow 0.x)."""
    return _merge(inputs, collections, name or "MergeSummary")


def merge(
    inputs: Sequence[Any], collections: Sequence[str] | None = None, name: str | None = None
) -> Tensor:
    """One summary of several (TensorFlow 1.x)."""
    return _merge(inputs, collections, name or "Merge")


def _merge(inputs: Sequence[Any], collections: Sequence[str] | None, name: str) -> Tensor:
    items = list(inputs)
    graph = graph_of([items])
    with graph.as_default(), graph.name_scope(name):
        merged = apply(MERGE_SUMMARY, items, N=len(items)).outputs[0]
    return _collected(merged, collections or [])


def merge_all_summaries(key: str = GraphKeys.SUMMARIES) -> Tensor | None:
    """One summary of all that the default graph has, or None if it has none (0.x)."""
    found = get_default_graph().get_collection(key)
    return merge_summary(found) if found else None


def merge_all(key: str = GraphKeys.SUMMARIES) -> Tensor | None:
    """One summary of all that the default graph has, or None if it has none (1.x)."""
    found = get_default_graph().get_collection(key)
    return merge(found) if found else None


def _collected(summary: Tensor, collections: Sequence[str] | None) -> Tensor:
    for key in [GraphKeys.SUMMARIES] if collections is None else collections:
        summary.graph.add_to_collection(key, summary)
    return summary


def _is_graph_value(value: Any) -> bool:
    return isinstance(value, Tensor) or hasattr(value, "_as_tensor")


def _is_text(value: Any) -> bool:
    return bool(value.dtype.base_dtype == dtypes.string)
