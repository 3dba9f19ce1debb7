"""Depth to space and back, and batches to space and back: blocks of pictures moved between axes."""

from __future__ import annotations

from typing import Any

import numpy as np

from neuronboard.engine.graph import Operation, Tensor
from neuronboard.engine.opdef import OpDef, register
from neuronboard.engine.ops.apply import one
from neuronboard.engine.ops.define import Inferred, attrs_of, need_rank
from neuronboard.engine.ops.static import static_value
from neuronboard.engine.shape import TensorShape

__all__ = [
    "batch_to_space",
    "batch_to_space_nd",
    "depth_to_space",
    "space_to_batch",
    "space_to_batch_nd",
    "space_to_depth",
]

_ATTRS = ("block_size", "data_format")
_RANK = "give pictures as [batch, height, width, depth]"


def _last(x: Any, form: bytes, xp: Any) -> Any:
    return xp.moveaxis(x, 1, 3) if form == b"NCHW" else x


def _back(x: Any, form: bytes, xp: Any) -> Any:
    return xp.moveaxis(x, 3, 1) if form == b"NCHW" else x


def _scaled(op: Operation, up: bool) -> Inferred:
    dims = list(need_rank(op.inputs[0], 4, _RANK))
    first, block = op.attrs["data_format"] == b"NCHW", op.attrs["block_size"]
    n, depth = dims[0], dims[1 if first else 3]
    sides = dims[2:] if first else dims[1:3]
    divided = [depth] if up else sides
    for size in divided:
        if size is not None and size % (block * block if up else block):
            raise ValueError(
                f"Dimension size must be evenly divisible by {block * block if up else block} but "
                f"is {size}",
                "choose another block_size",
            )
    if up:
        sides = [None if size is None else size * block for size in sides]
        depth = None if depth is None else depth // (block * block)
    else:
        sides = [None if size is None else size // block for size in sides]
        depth = None if depth is None else depth * block * block
    shape = [n, depth, *sides] if first else [n, *sides, depth]
    return [(op.inputs[0].dtype.base_dtype, TensorShape(shape))]


def _depth_to_space(xp: Any, x: Any, block_size: int, data_format: bytes) -> Any:
    x, b = _last(x, data_format, xp), block_size
    n, height, width, depth = x.shape
    parts = xp.reshape(x, (n, height, width, b, b, depth // (b * b)))
    moved = xp.transpose(parts, (0, 1, 3, 2, 4, 5))
    return _back(xp.reshape(moved, (n, height * b, width * b, depth // (b * b))), data_format, xp)


def _space_to_depth(xp: Any, x: Any, block_size: int, data_format: bytes) -> Any:
    x, b = _last(x, data_format, xp), block_size
    n, height, width, depth = x.shape
    parts = xp.reshape(x, (n, height // b, b, width // b, b, depth))
    moved = xp.transpose(parts, (0, 1, 3, 2, 4, 5))
    return _back(xp.reshape(moved, (n, height // b, width // b, b * b * depth)), data_format, xp)


def _type(op_type: str, kernel: Any, up: bool, other: Any) -> OpDef:
    return register(
        OpDef(
            type=op_type,
            inputs=("input",),
            same=("input",),
            infer=lambda op: _scaled(op, up),
            kernel=kernel,
            kernel_attrs=_ATTRS,
            grad=lambda op, dy: (one(other(), dy, **attrs_of(op, _ATTRS)),),
        )
    )


DEPTH_TO_SPACE: OpDef = _type("DepthToSpace", _depth_to_space, True, lambda: SPACE_TO_DEPTH)
SPACE_TO_DEPTH: OpDef = _type("SpaceToDepth", _space_to_depth, False, lambda: DEPTH_TO_SPACE)


def depth_to_space(
    input: Any, block_size: int, name: str | None = None, data_format: str = "NHWC"
) -> Tensor:
    """Depths moved into blocks of height and width."""
    attrs = {"block_size": int(block_size), "data_format": data_format.encode()}
    return one(DEPTH_TO_SPACE, input, name=name, **attrs)


def space_to_depth(
    input: Any, block_size: int, name: str | None = None, data_format: str = "NHWC"
) -> Tensor:
    """Blocks of height and width moved into the depth."""
    attrs = {"block_size": int(block_size), "data_format": data_format.encode()}
    return one(SPACE_TO_DEPTH, input, name=name, **attrs)


# ---- batches


def _blocks(block: Any, widths: Any) -> tuple[list[int], list[tuple[int, int]]]:
    return [int(b) for b in block], [(int(a), int(b)) for a, b in widths]


def _to_batch(xp: Any, x: Any, block: Any, paddings: Any) -> Any:
    sizes, widths = _blocks(block, paddings)
    count, rest = len(sizes), np.ndim(x) - 1 - len(sizes)
    x = xp.pad(x, [(0, 0), *widths, *[(0, 0)] * rest])
    split: list[int] = [x.shape[0]]
    for size, b in zip(x.shape[1:], sizes, strict=False):
        if size % b:
            raise ValueError(f"padded_shape={size} is not divisible by block_shape={b}")
        split += [size // b, b]
    parts = xp.reshape(x, (*split, *x.shape[1 + count :]))
    inner = [2 + 2 * i for i in range(count)]
    outer = [1 + 2 * i for i in range(count)]
    moved = xp.transpose(parts, (*inner, 0, *outer, *range(1 + 2 * count, parts.ndim)))
    places = [x.shape[1 + i] // sizes[i] for i in range(count)]
    return xp.reshape(moved, (-1, *places, *x.shape[1 + count :]))


def _from_batch(xp: Any, x: Any, block: Any, crops: Any) -> Any:
    sizes, widths = _blocks(block, crops)
    count, total = len(sizes), int(np.prod(sizes))
    parts = xp.reshape(x, (*sizes, x.shape[0] // total, *x.shape[1:]))
    order = [count]
    for i in range(count):
        order += [count + 1 + i, i]
    moved = xp.transpose(parts, (*order, *range(2 * count + 1, parts.ndim)))
    whole = [x.shape[1 + i] * sizes[i] for i in range(count)]
    joined = xp.reshape(moved, (x.shape[0] // total, *whole, *x.shape[1 + count :]))
    cut = tuple(slice(a, whole[i] - b) for i, (a, b) in enumerate(widths))
    return joined[(slice(None), *cut)]


def _infer_batches(op: Operation, into: bool) -> Inferred:
    dims = op.inputs[0].shape.dims
    block, widths = static_value(op.inputs[1]), static_value(op.inputs[2])
    kind = op.inputs[0].dtype.base_dtype
    if dims is None or block is None or widths is None:
        return [(kind, TensorShape(None if dims is None else [None] * len(dims)))]
    total = int(np.prod(block))
    n = dims[0]
    result: list[int | None] = [None if n is None else n * total if into else n // total]
    for size, b, pair in zip(dims[1:], block, widths, strict=False):
        if size is None:
            result.append(None)
        elif into:
            result.append((size + int(sum(pair))) // int(b))
        else:
            result.append(size * int(b) - int(sum(pair)))
    return [(kind, TensorShape([*result, *dims[1 + len(block) :]]))]


def _batch_type(op_type: str, kernel: Any, into: bool, widths: str, other: Any) -> OpDef:
    return register(
        OpDef(
            type=op_type,
            inputs=("input", "block_shape", widths),
            same=("input",),
            takes={"block_shape": "i", widths: "i"},
            types={"Tblock_shape": "block_shape", f"T{widths}": widths},
            infer=lambda op: _infer_batches(op, into),
            kernel=kernel,
            grad=lambda op, dy: (one(other(), dy, *op.inputs[1:]), None, None),
        )
    )


SPACE_TO_BATCH: OpDef = _batch_type(
    "SpaceToBatchND", _to_batch, True, "paddings", lambda: BATCH_TO_SPACE
)
BATCH_TO_SPACE: OpDef = _batch_type(
    "BatchToSpaceND", _from_batch, False, "crops", lambda: SPACE_TO_BATCH
)


def space_to_batch_nd(
    input: Any, block_shape: Any, paddings: Any, name: str | None = None
) -> Tensor:
    """Blocks of pictures moved into the batch, after a border of `paddings`."""
    return one(SPACE_TO_BATCH, input, block_shape, paddings, name=name)


def batch_to_space_nd(input: Any, block_shape: Any, crops: Any, name: str | None = None) -> Tensor:
    """Blocks moved from the batch into pictures, and `crops` cut off their edges."""
    return one(BATCH_TO_SPACE, input, block_shape, crops, name=name)


def space_to_batch(input: Any, paddings: Any, block_size: int, name: str | None = None) -> Tensor:
    """`space_to_batch_nd` of square blocks."""
    return space_to_batch_nd(input, [block_size, block_size], paddings, name)


def batch_to_space(input: Any, crops: Any, block_size: int, name: str | None = None) -> Tensor:
    """`batch_to_space_nd` of square blocks."""
    return batch_to_space_nd(input, [block_size, block_size], crops, name)
