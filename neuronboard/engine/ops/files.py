"""Operations that write checkpoints and read them: what `Saver` is made of."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import numpy as np

from neuronboard import errors
from neuronboard.engine import dtypes
from neuronboard.engine.graph import Operation
from neuronboard.engine.opdef import NOT_DIFFERENTIABLE, OpDef, register
from neuronboard.engine.ops.define import Inferred
from neuronboard.engine.shape import TensorShape

if TYPE_CHECKING:
    from neuronboard.engine.checkpoint import CheckpointReader

State = dict[str, Any]


def _texts(values: Any) -> list[str]:
    return [text.decode() for text in np.ravel(np.asarray(values, object))]


def _whole(op: Operation, slices: Any) -> None:
    for text in _texts(slices):
        if text:
            raise errors.UnimplementedError(
                op.node_def,
                op,
                f"{op.name!r} saves or restores the slice {text!r} of a partitioned variable: only "
                "whole variables can be",
            )


def _save(state: State, op: Operation, prefix: bytes, names: Any, slices: Any, *values: Any) -> Any:
    from neuronboard.engine.checkpoint import write_checkpoint  # of no use to most programs

    _whole(op, slices)
    write_checkpoint(prefix.decode(), dict(zip(_texts(names), values, strict=True)))
    return ()


SAVE_V2 = register(
    OpDef(
        type="SaveV2",
        inputs=("prefix", "tensor_names", "shape_and_slices", "*tensors"),
        takes={"prefix": "O", "tensor_names": "O", "shape_and_slices": "O"},
        infer=lambda op: [],
        kernel=_save,
        grad=NOT_DIFFERENTIABLE,
        stateful=True,
        pure=False,
    )
)


def _restore(state: State, op: Operation, prefix: bytes, names: Any, slices: Any) -> Any:
    from neuronboard.engine.checkpoint import CheckpointReader

    _whole(op, slices)
    try:
        reader = CheckpointReader(prefix.decode())
        found = [
            _typed(op, reader, name, dtype)
            for name, dtype in zip(_texts(names), op.attrs["dtypes"], strict=True)
        ]
    except errors.OpError as error:
        if error.op is not None:
            raise
        told = f"{error.message}\n\t [[{{{{node {op.name}}}}}]]"
        raise type(error)(op.node_def, op, told) from None
    return tuple(found) if len(found) > 1 else found[0]


def _typed(op: Operation, reader: CheckpointReader, name: str, dtype: dtypes.DType) -> Any:
    stored = dtypes.as_dtype(reader.entry(name).dtype)
    if stored != dtype:
        raise errors.InvalidArgumentError(
            message=f"tensor_name = {name}; expected dtype {dtype.name} does not equal original "
            f"dtype {stored.name}"
        )
    return reader.get_tensor(name)


def _infer_restored(op: Operation) -> Inferred:
    return [(dtype, TensorShape(None)) for dtype in op.attrs["dtypes"]]


RESTORE_V2 = register(
    OpDef(
        type="RestoreV2",
        inputs=("prefix", "tensor_names", "shape_and_slices"),
        takes={"prefix": "O", "tensor_names": "O", "shape_and_slices": "O"},
        infer=_infer_restored,
        kernel=_restore,
        grad=NOT_DIFFERENTIABLE,
        stateful=True,
        pure=False,
    )
)


# ---- several parts that become one: what TensorFlow's sharded savers are made of


def _one_text(op: Operation) -> Inferred:
    return [(dtypes.string, TensorShape([]))]


SHARDED_FILENAME = register(
    OpDef(
        type="ShardedFilename",
        inputs=("basename", "shard", "num_shards"),
        takes={"basename": "O", "shard": "i", "num_shards": "i"},
        infer=_one_text,
        kernel=lambda xp, base, i, n: b"%s-%05d-of-%05d" % (base, i, n),
        grad=NOT_DIFFERENTIABLE,
    )
)


def _merge(state: State, op: Operation, prefixes: Any, destination: bytes) -> Any:
    import shutil

    from neuronboard.engine.checkpoint import CheckpointReader, write_checkpoint

    parts = _texts(prefixes)
    tensors: dict[str, Any] = {}
    for part in parts:
        reader = CheckpointReader(part)
        tensors |= {name: reader.get_tensor(name) for name in reader.get_variable_to_shape_map()}
    write_checkpoint(destination.decode(), tensors)
    if op.attrs.get("delete_old_dirs", True):
        for folder in {os.path.dirname(part) for part in parts}:
            if os.path.abspath(folder) != os.path.dirname(os.path.abspath(destination.decode())):
                shutil.rmtree(folder)
    return ()


MERGE_V2_CHECKPOINTS = register(
    OpDef(
        type="MergeV2Checkpoints",
        inputs=("checkpoint_prefixes", "destination_prefix"),
        takes={"checkpoint_prefixes": "O", "destination_prefix": "O"},
        infer=lambda op: [],
        kernel=_merge,
        grad=NOT_DIFFERENTIABLE,
        stateful=True,
        pure=False,
    )
)
