"""Operation types of summaries: each gives the bytes of a Summary message."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from neuronboard.engine import dtypes
from neuronboard.engine.graph import Operation
from neuronboard.engine.opdef import NOT_DIFFERENTIABLE, OpDef, register
from neuronboard.engine.shape import TensorShape
from neuronboard.formats.tensor_proto import make_tensor_proto
from neuronboard.kinds import scalar as scalar_kind
from neuronboard.pb.summary_pb2 import HistogramProto, Summary, SummaryMetadata


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
            f"tags and values are not the same shape: {list(np.shape(tags))} != "
            f"{list(np.shape(values))} (tag '{_first_tag(tags)}')",
            "a scalar is one number: tf.reduce_mean(x) makes one of many",
        )
    if isinstance(tags, bytes):
        return _one_scalar(tags) + np.float32(values).tobytes()
    pairs = zip(np.ravel(np.array(tags, object)), np.ravel(values), strict=True)
    encoded = [scalar_kind.encode(tag.decode(), value) for tag, value in pairs]
    return Summary(value=encoded).SerializeToString()


def _first_tag(tags: Any) -> str:
    found = np.ravel(np.array(tags, object))
    return found[0].decode() if found.size else ""


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
    empty = counts == 0
    kept = ~(empty & np.append(empty[1:], False))  # of empty buckets in a row the last one
    proto.bucket_limit.extend(limits[kept])
    proto.bucket.extend(counts[kept])
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


# ---- pictures, sounds and tensors


def _numbered(tag: bytes, kind: str, count: int, most: int) -> list[str]:
    """The tags of a batch: numbered, unless there can be only one."""
    name = f"{tag.decode()}/{kind}"
    return [name] if most == 1 else [f"{name}/{i}" for i in range(count)]


def _infer_image(op: Operation) -> list[tuple[dtypes.DType, TensorShape]]:
    dims = op.inputs[1].shape.dims
    if dims is not None and len(dims) != 4:
        raise ValueError(
            f"Shape must be rank 4 but is rank {len(dims)}",
            "pictures are [batch, height, width, channels]; tf.reshape(x, ...) changes a shape",
        )
    return _one_string(op)


def _image_bytes(xp: Any, tag: bytes, tensor: Any, max_images: int, bad_color: Any) -> bytes:
    from neuronboard.kinds import image as image_kind  # of no use to most programs

    shape = np.shape(tensor)
    if len(shape) != 4 or shape[3] not in (1, 3, 4):
        raise ValueError(f"Tensor must be 4-D with last dim 1, 3, or 4, not {list(shape)}")
    count = min(max_images, shape[0])
    values = []
    for name, image in zip(_numbered(tag, "image", count, max_images), tensor, strict=False):
        if image.dtype != np.uint8:
            narrow = image.astype(np.float32) if image.dtype == np.float64 else image
            image = image_kind.scaled(narrow, np.ravel(bad_color).tolist())
        values.append(image_kind.encode(name, image))
    return Summary(value=values).SerializeToString()


IMAGE_SUMMARY = register(
    OpDef(
        type="ImageSummary",
        inputs=("tag", "tensor"),
        same=("tensor",),
        takes={"tag": "O", "tensor": "fu"},
        infer=_infer_image,
        kernel=_image_bytes,
        kernel_attrs=("max_images", "bad_color"),
        grad=NOT_DIFFERENTIABLE,
    )
)


def _infer_audio(op: Operation) -> list[tuple[dtypes.DType, TensorShape]]:
    dims = op.inputs[1].shape.dims
    if dims is not None and len(dims) not in (2, 3):
        raise ValueError(
            f"Shape must be rank 2 or 3 but is rank {len(dims)}",
            "sounds are [batch, frames] or [batch, frames, channels]",
        )
    return _one_string(op)


def _audio_bytes(xp: Any, tag: bytes, tensor: Any, rate: Any, max_outputs: int) -> bytes:
    from neuronboard.kinds import audio as audio_kind

    shape = np.shape(tensor)
    if len(shape) not in (2, 3):
        raise ValueError(f"Tensor must be 3-D or 2-D, got: {list(shape)}")
    if rate <= 0:
        raise ValueError(f"sample_rate must be > 0, got {rate}")
    sounds = tensor if len(shape) == 3 else tensor[..., None]
    names = _numbered(tag, "audio", min(max_outputs, shape[0]), max_outputs)
    pairs = zip(names, sounds, strict=False)
    encoded = [audio_kind.encode(name, sound, float(rate)) for name, sound in pairs]
    return Summary(value=encoded).SerializeToString()


AUDIO_SUMMARY = register(
    OpDef(
        type="AudioSummaryV2",
        inputs=("tag", "tensor", "sample_rate"),
        takes={"tag": "O", "tensor": "f", "sample_rate": "f"},
        infer=_infer_audio,
        kernel=_audio_bytes,
        kernel_attrs=("max_outputs",),
        grad=NOT_DIFFERENTIABLE,
    )
)


def _tensor_bytes(xp: Any, tag: bytes, tensor: Any, metadata: bytes) -> bytes:
    value = Summary.Value(
        tag=tag.decode(),
        metadata=SummaryMetadata.FromString(metadata),
        tensor=make_tensor_proto(tensor),
    )
    return Summary(value=[value]).SerializeToString()


TENSOR_SUMMARY = register(
    OpDef(
        type="TensorSummaryV2",
        inputs=("tag", "tensor", "serialized_summary_metadata"),
        same=("tensor",),
        takes={"tag": "O", "serialized_summary_metadata": "O"},
        infer=_one_string,
        kernel=_tensor_bytes,
        grad=NOT_DIFFERENTIABLE,
    )
)
