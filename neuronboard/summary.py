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
from neuronboard.engine.convert import convert_to_tensor
from neuronboard.engine.graph import GraphKeys, Tensor, get_default_graph
from neuronboard.engine.opdef import OpDef
from neuronboard.engine.ops.apply import apply, scope_of
from neuronboard.engine.where import origins, user_line
from neuronboard.pb.event_pb2 import Event, SessionLog, TaggedRunMetadata
from neuronboard.pb.summary_pb2 import Summary, SummaryMetadata
from neuronboard.summary_ops import (
    AUDIO_SUMMARY,
    HISTOGRAM_SUMMARY,
    IMAGE_SUMMARY,
    MERGE_SUMMARY,
    SCALAR_SUMMARY,
    TENSOR_SUMMARY,
)
from neuronboard.writer.summary_writer import FileWriter

__all__ = [
    "Event",
    "FileWriter",
    "FileWriterCache",
    "SessionLog",
    "Summary",
    "TaggedRunMetadata",
    "audio",
    "histogram",
    "image",
    "merge",
    "merge_all",
    "scalar",
    "tensor_summary",
    "text",
]

_BAD_COLOR = np.array([255, 0, 0, 255], np.uint8)  # of pixels that are not finite: red


def scalar(
    name: str,
    tensor: Any,
    collections: Sequence[str] | None = None,
    family: str | None = None,
) -> Tensor:
    """A summary of a number (TensorFlow 1.x); the tag is the name, made unique in the graph.

    family: written before the name, twice, as TensorFlow does: "f/f/name".
    """
    return _named("scalar", SCALAR_SUMMARY, name, tensor, collections, family)


def histogram(
    name: str,
    values: Any,
    collections: Sequence[str] | None = None,
    family: str | None = None,
) -> Tensor:
    """A summary of how numbers are distributed (TensorFlow 1.x); the tag is the unique name.

    Raises InvalidArgumentError, when it is run, for NaN and infinities.
    """
    return _named("histogram", HISTOGRAM_SUMMARY, name, values, collections, family)


def image(
    name: str,
    tensor: Any,
    max_outputs: int = 3,
    collections: Sequence[str] | None = None,
    family: str | None = None,
) -> Tensor:
    """A summary of pictures (TensorFlow 1.x), under "<name>/image/0" and so on.

    tensor: uint8 or floats [batch, height, width, channels] of 1, 3 or 4 channels; floats are
    scaled so that each picture fills its range. max_outputs: of how many of the batch; of 1 the tag
    is "<name>/image".
    """
    attrs = {"max_images": max_outputs, "bad_color": _BAD_COLOR}
    return _named("image", IMAGE_SUMMARY, name, tensor, collections, family, **attrs)


def audio(
    name: str,
    tensor: Any,
    sample_rate: Any,
    max_outputs: int = 3,
    collections: Sequence[str] | None = None,
    family: str | None = None,
) -> Tensor:
    """A summary of sounds (TensorFlow 1.x), under "<name>/audio/0" and so on.

    tensor: floats of -1 to 1, [batch, frames] or [batch, frames, channels]. sample_rate: frames a
    second. max_outputs: of how many of the batch; of 1 the tag is "<name>/audio".
    """
    return _named(
        *("audio", AUDIO_SUMMARY, name, tensor, collections, family),
        rate=sample_rate,
        max_outputs=max_outputs,
    )


def text(name: str, tensor: Any, collections: Sequence[str] | None = None) -> Tensor:
    """A summary of strings (TensorFlow 1.x), which are shown as Markdown; a table if of rank 2."""
    given = convert_to_tensor(tensor)
    if given.dtype.base_dtype != dtypes.string:
        raise errors.ArgumentValueError(
            op=given.op,
            message=f"Expected tensor {given.name} to have dtype string, got "
            f"{given.dtype.base_dtype.name}, at {user_line()}; tf.as_string(x) makes texts",
        )
    metadata = SummaryMetadata(plugin_data=SummaryMetadata.PluginData(plugin_name="text"))
    return tensor_summary(name, given, None, collections, metadata)


def tensor_summary(
    name: str,
    tensor: Any,
    summary_description: str | None = None,
    collections: Sequence[str] | None = None,
    summary_metadata: SummaryMetadata | None = None,
    family: str | None = None,
    display_name: str | None = None,
) -> Tensor:
    """A summary of a tensor as it is; `summary_metadata` says who is to show it.

    summary_description (Markdown), display_name: go into the metadata.
    """
    metadata = SummaryMetadata()
    if summary_metadata is not None:
        metadata.MergeFromString(summary_metadata.SerializeToString())
    metadata.summary_description = summary_description or metadata.summary_description
    metadata.display_name = display_name or metadata.display_name
    return _named(
        *("tensor_summary", TENSOR_SUMMARY, name, tensor, collections, family),
        serialized=metadata.SerializeToString(),
    )


def scalar_summary(
    tags: Any, values: Any, collections: Sequence[str] | None = None, name: str | None = None
) -> Tensor:
    """A summary of a number under a tag (TensorFlow 0.x).

    tags: text, or texts of the shape of `values`. values: a real number for each tag.
    Raises DTypeError (a TypeError) when the two are swapped.
    """
    return _tagged("scalar_summary", SCALAR_SUMMARY, tags, values, collections, name)


def histogram_summary(
    tag: Any, values: Any, collections: Sequence[str] | None = None, name: str | None = None
) -> Tensor:
    """A summary of how numbers are distributed, under a tag (TensorFlow 0.x).

    Raises InvalidArgumentError, when it is run, for NaN and infinities.
    """
    return _tagged("histogram_summary", HISTOGRAM_SUMMARY, tag, values, collections, name)


def image_summary(
    tag: Any,
    tensor: Any,
    max_images: int = 3,
    collections: Sequence[str] | None = None,
    name: str | None = None,
) -> Tensor:
    """A summary of pictures, under "<tag>/image/0" and so on (TensorFlow 0.x); see `image`."""
    attrs = {"max_images": max_images, "bad_color": _BAD_COLOR}
    return _tagged("image_summary", IMAGE_SUMMARY, tag, tensor, collections, name, **attrs)


def audio_summary(
    tag: Any,
    tensor: Any,
    sample_rate: Any,
    max_outputs: int = 3,
    collections: Sequence[str] | None = None,
    name: str | None = None,
) -> Tensor:
    """A summary of sounds, under "<tag>/audio/0" and so on (TensorFlow 0.x); see `audio`."""
    return _tagged(
        *("audio_summary", AUDIO_SUMMARY, tag, tensor, collections, name),
        rate=sample_rate,
        max_outputs=max_outputs,
    )


def _named(
    function: str,
    definition: OpDef,
    name: str,
    tensor: Any,
    collections: Sequence[str] | None,
    family: str | None,
    **more: Any,
) -> Tensor:
    """A summary of 1.x, whose tag is the name of its scope."""
    if not isinstance(name, str):
        raise _swapped(f"tf.summary.{function}", "name", name, tensor)
    full = f"{_clean(family)}/{_clean(name)}" if family else _clean(name)
    with scope_of([tensor], full) as scope:
        own = scope.rstrip("/")
        tag = own if not family else f"{_clean(family)}/{own}"
        return _made(definition, tag, tensor, scope, collections, more)


def _tagged(
    function: str,
    definition: OpDef,
    tag: Any,
    tensor: Any,
    collections: Sequence[str] | None,
    name: str | None,
    **more: Any,
) -> Tensor:
    """A summary of 0.x, whose tag is given."""
    if not _is_text(tag):
        raise _swapped(f"tf.{function}", "tag", tag, tensor)
    with scope_of([tensor], name or definition.type.removesuffix("V2")) as scope:
        return _made(definition, tag, tensor, scope, collections, more)


def _made(
    definition: OpDef,
    tag: Any,
    tensor: Any,
    scope: str,
    collections: Sequence[str] | None,
    more: dict[str, Any],
) -> Tensor:
    """The operation, in its own open scope."""
    inputs = [tag, tensor]
    if "rate" in more:
        inputs.append(convert_to_tensor(more.pop("rate"), dtypes.float32, name="sample_rate"))
    if "serialized" in more:
        inputs.append(more.pop("serialized"))
    summary = apply(definition, *inputs, name=scope, **more).outputs[0]
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
            message="List argument 'inputs' to 'MergeSummary' Op with length 0 shorter than "
            f"minimum length 1. At {user_line()}: give at least one summary, made with "
            "tf.scalar_summary('loss', loss), in 1.x tf.summary.scalar('loss', loss)"
        )
    with scope_of([items], name or scope):
        merged = apply(MERGE_SUMMARY, items, name=name, N=len(items)).outputs[0]
    return _collected(merged, collections or [])


def merge_all_summaries(key: str = GraphKeys.SUMMARIES) -> Tensor | None:
    """One summary of all that the default graph has, or None if it has none (0.x)."""
    found = get_default_graph().get_collection(key)
    return merge_summary(found) if found else None


def merge_all(
    key: str = GraphKeys.SUMMARIES, scope: str | None = None, name: str | None = None
) -> Tensor | None:
    """One summary of all that the default graph has, or None if it has none (1.x).

    scope: what their names must begin with.
    """
    found = get_default_graph().get_collection(key, scope)
    return merge(found, name=name) if found else None


class FileWriterCache:
    """One writer for each folder, for code that does not hand writers around."""

    _writers: dict[str, FileWriter] = {}

    @classmethod
    def get(cls, logdir: str) -> FileWriter:
        """The writer of a folder, made when it is first asked for."""
        if logdir not in cls._writers:
            cls._writers[logdir] = FileWriter(logdir, graph=get_default_graph())
        return cls._writers[logdir]

    @classmethod
    def clear(cls) -> None:
        """Closes every writer and forgets them."""
        for writer in cls._writers.values():
            writer.close()
        cls._writers.clear()


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
