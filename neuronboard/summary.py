"""Summary operations, in the spellings of TensorFlow 0.x and 1.x, and the writers.

A summary operation gives the bytes of a Summary message, for `SummaryWriter.add_summary`.
`scalar_summary(tags, values)` writes the tag as given (0.x); `scalar(name, tensor)` takes the name
of its node as tag, made unique in the graph (1.x).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from neuronboard import errors
from neuronboard.engine import dtypes
from neuronboard.engine.graph import GraphKeys, Operation, Tensor, get_default_graph
from neuronboard.engine.opdef import NOT_DIFFERENTIABLE, OpDef, register
from neuronboard.engine.ops.apply import apply, scope_of
from neuronboard.engine.shape import TensorShape
from neuronboard.engine.where import origins, user_line
from neuronboard.kinds import scalar as scalar_kind
from neuronboard.pb.event_pb2 import Event, SessionLog
from neuronboard.pb.summary_pb2 import HistogramProto, Summary
from neuronboard.writer.summary_writer import FileWriter

__all__ = [
    "Event",
    "FileWriter",
    "SessionLog",
    "Summary",
    "histogram",
    "merge",
    "merge_all",
    "scalar",
]


def _one_string(op: Operation) -> list[tuple[dtypes.DType, TensorShape]]:
    return [(dtypes.string, TensorShape([]))]


def _scalar_op(op: Operation) -> list[tuple[dtypes.DType, TensorShape]]:
    tags, values = op.inputs
    if not tags.shape.is_compatible_with(values.shape):
        raise ValueError(
            f"tags and values must have one shape, got {tags.shape} and {values.shape}",
            "a scalar is one number: tf.reduce_mean(x) makes one of many",
        )
    return _one_string(op)


def _scalar_bytes(xp: Any, tags: Any, values: Any) -> bytes:
    if np.shape(tags) != np.shape(values):
        raise ValueError(
            f"tags and values must have one shape, got {np.shape(tags)} and {np.shape(values)}; "
            "a scalar is one number: tf.reduce_mean(x) makes one of many"
        )
    if isinstance(tags, bytes):
        return _one_scalar(tags) + np.float32(values).tobytes()
    pairs = zip(np.ravel(np.array(tags, object)), np.ravel(values), strict=True)
    encoded = [scalar_kind.encode(tag.decode(), value) for tag, value in pairs]
    return Summary(value=encoded).SerializeToString()


@lru_cache(maxsize=4096)
def _one_scalar(tag: bytes) -> bytes:
    """A Summary of one scalar, up to its four bytes of value: the same in each step."""
    whole = Summary(value=[scalar_kind.encode(tag.decode(), 1.0)]).SerializeToString()
    return whole[:-4]


def _tag_of(part: bytes) -> bytes | None:
    """The tag of a summary of one small value, without parsing it; None where it is another."""
    small = len(part) > 4 and part[0] == part[2] == 0x0A and part[1] == len(part) - 2 < 128
    return part[4 : 4 + part[3]] if small else None


SCALAR_SUMMARY = register(
    OpDef(
        type="ScalarSummary",
        inputs=("tags", "values"),
        same=("values",),
        takes={"tags": "O", "values": "iuf"},
        infer=_scalar_op,
        kernel=_scalar_bytes,
        grad=NOT_DIFFERENTIABLE,
    )
)


def _merged(xp: Any, *parts: bytes) -> bytes:
    """Summaries joined; the same tag twice is an error, as in TensorFlow."""
    known = [_tag_of(part) for part in parts]
    if None not in known and len(set(known)) == len(known):
        return b"".join(parts)
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
        takes={"*inputs": "O"},
        infer=_one_string,
        kernel=_merged,
        grad=NOT_DIFFERENTIABLE,
    )
)


def _limits() -> Any:
    """Upper bounds of TensorFlow's buckets: powers of 1.1 to both sides of 0."""
    sizes = [1e-12]
    while sizes[-1] * 1.1 < 1e20:
        sizes.append(sizes[-1] * 1.1)
    largest = np.finfo(np.float64).max
    return np.array([-largest, *(-s for s in reversed(sizes)), 0.0, *sizes, largest])


def _histogram_bytes(xp: Any, tag: bytes, values: Any) -> bytes:
    """A histogram as TensorFlow 1.x writes it: moments, and counts of buckets."""
    flat = np.ravel(values).astype(np.float64)
    if not np.isfinite(flat).all():
        kind = "Nan" if np.isnan(flat).any() else "Infinity"
        raise ValueError(f"{kind} in summary histogram for: {tag.decode()}")
    limits = _limits()
    counts = np.bincount(np.searchsorted(limits, flat, "right"), minlength=len(limits))
    proto = HistogramProto(num=flat.size, sum=flat.sum(), sum_squares=np.square(flat).sum())
    proto.min, proto.max = (flat.min(), flat.max()) if flat.size else (limits[-1], -limits[-1])
    filled = np.flatnonzero(counts)
    for i in range(len(limits)) if filled.size else ():
        empty = counts[i] == 0
        # of empty buckets the last one before a filled one is kept
        if empty and (i + 1 >= len(limits) or counts[i + 1] == 0):
            continue
        proto.bucket_limit.append(limits[i])
        proto.bucket.append(counts[i])
    if not proto.bucket:
        proto.bucket_limit.append(limits[-1])
        proto.bucket.append(0.0)
    return Summary(value=[Summary.Value(tag=tag.decode(), histo=proto)]).SerializeToString()


HISTOGRAM_SUMMARY = register(
    OpDef(
        type="HistogramSummary",
        inputs=("tag", "values"),
        same=("values",),
        takes={"tag": "O", "values": "iuf"},
        infer=_one_string,
        kernel=_histogram_bytes,
        grad=NOT_DIFFERENTIABLE,
    )
)


def histogram_summary(
    tag: Any, values: Any, collections: Sequence[str] | None = None, name: str | None = None
) -> Tensor:
    """A summary of how numbers are distributed, under a tag (TensorFlow 0.x).

    Raises InvalidArgumentError, when it is run, for NaN and infinities.
    """
    if not _is_text(tag):
        raise _swapped("tf.histogram_summary", "tag", tag, values)
    with scope_of([values], name or HISTOGRAM_SUMMARY.type) as scope:
        summary = apply(HISTOGRAM_SUMMARY, tag, values, name=scope).outputs[0]
    return _collected(summary, collections)


def histogram(
    name: str,
    values: Any,
    collections: Sequence[str] | None = None,
    family: str | None = None,
) -> Tensor:
    """A summary of how numbers are distributed (TensorFlow 1.x); the tag is the unique name."""
    if not isinstance(name, str):
        raise _swapped("tf.summary.histogram", "name", name, values)
    full = f"{family}/{_clean(name)}" if family else _clean(name)
    with scope_of([values], full) as scope:
        tag = scope.rstrip("/") if family is None else f"{family}/{scope.rstrip('/')}"
        summary = apply(HISTOGRAM_SUMMARY, tag, values, name=scope).outputs[0]
    return _collected(summary, collections)


def scalar_summary(
    tags: Any, values: Any, collections: Sequence[str] | None = None, name: str | None = None
) -> Tensor:
    """A summary of a number under a tag (TensorFlow 0.x).

    tags: text, or texts of the shape of `values`. values: a real number for each tag.
    Raises DTypeError (a TypeError) when the two are swapped.
    """
    if not _is_text(tags):
        raise _swapped("tf.scalar_summary", "tag", tags, values)
    with scope_of([values], name or SCALAR_SUMMARY.type) as scope:
        summary = apply(SCALAR_SUMMARY, tags, values, name=scope).outputs[0]
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
        raise _swapped("tf.summary.scalar", "name", name, tensor)
    full = f"{family}/{_clean(name)}" if family else _clean(name)
    with scope_of([tensor], full) as scope:
        tag = scope.rstrip("/") if family is None else f"{family}/{scope.rstrip('/')}"
        summary = apply(SCALAR_SUMMARY, tag, tensor, name=scope).outputs[0]
    return _collected(summary, collections)


def merge_summary(
    inputs: Sequence[Any], collections: Sequence[str] | None = None, name: str | None = None
) -> Tensor:
    """One summary of several (TensorFlow 0.x)."""
    return _merge(inputs, collections, name, "MergeSummary")


def merge(
    inputs: Sequence[Any], collections: Sequence[str] | None = None, name: str | None = None
) -> Tensor:
    """One summary of several (TensorFlow 1.x)."""
    return _merge(inputs, collections, name and _clean(name), "Merge")


def _merge(
    inputs: Sequence[Any], collections: Sequence[str] | None, name: str | None, scope: str
) -> Tensor:
    """A given name is that of the scope and of the operation in it, as in TensorFlow."""
    items = list(inputs)
    if not items:
        raise errors.ArgumentValueError(
            message=f"merge takes at least one summary, got none at {user_line()}; make one with "
            "tf.scalar_summary('loss', loss), in 1.x tf.summary.scalar('loss', loss)"
        )
    with scope_of([items], name or scope):
        merged = apply(MERGE_SUMMARY, items, name=name, N=len(items)).outputs[0]
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


def _clean(name: str) -> str:
    """A name with "_" for what no name of an operation can hold."""
    return "".join(c if c.isascii() and (c.isalnum() or c in "-/_.") else "_" for c in name).lstrip(
        "/"
    )


def _is_text(value: Any) -> bool:
    """Whether a value is text, texts, or a tensor of them."""
    if isinstance(value, Tensor) or hasattr(value, "_as_tensor"):
        return bool(value.dtype.base_dtype == dtypes.string)
    return np.array(value).dtype.kind in "US" or all(isinstance(v, bytes) for v in np.ravel(value))


def _swapped(function: str, text: str, first: Any, second: Any) -> errors.DTypeError:
    """The error of a summary that got its number where its text belongs."""
    made = origins([first.op]) if hasattr(first, "op") else f"{first!r} is no text"
    return errors.DTypeError(
        message=f"{function} takes the {text} first: {function}('loss', loss), got "
        f"{function}({first!r}, {second!r}) at {user_line()}; {made}"
    )
