"""Operation types of datasets: each gives one `variant`, the dataset, which is a `Source`.

Nothing is read when such an operation runs; an iterator asks the source for its elements. Types,
inputs and attributes are named as TensorFlow's.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from neuronboard.engine import dtypes
from neuronboard.engine.data import elements
from neuronboard.engine.graph import Operation
from neuronboard.engine.opdef import NOT_DIFFERENTIABLE, OpDef, register
from neuronboard.engine.ops.define import Inferred
from neuronboard.engine.shape import TensorShape

State = dict[str, Any]
_NUMBERS = {"buffer_size": "i", "count": "i", "batch_size": "i", "seed": "i", "seed2": "i"}


def _one_dataset(op: Operation) -> Inferred:
    return [(dtypes.variant, TensorShape([]))]


def _dataset(op_type: str, inputs: str, kernel: Callable[..., Any]) -> OpDef:
    """Registers a sort of dataset; kernel: (op, *values of its inputs) -> its source."""
    names = tuple(inputs.split())
    return register(
        OpDef(
            type=op_type,
            inputs=names,
            takes={name: _NUMBERS[name] for name in names if name in _NUMBERS},
            infer=_one_dataset,
            kernel=lambda state, op, *values: kernel(op, *values),
            grad=NOT_DIFFERENTIABLE,
            stateful=True,
            pure=False,
        )
    )


def _called(op: Operation, name: str, captured: tuple[Any, ...]) -> elements.Function:
    """The function of an attribute, with what it captured."""
    function: elements.Function = op.attrs[name].bound(captured)
    return function


TENSOR = _dataset("TensorDataset", "*components", lambda op, *values: elements.tensors(values))
TENSOR_SLICE = _dataset(
    "TensorSliceDataset", "*components", lambda op, *values: elements.slices(values)
)
RANGE = _dataset(
    "RangeDataset",
    "start stop step",
    lambda op, start, stop, step: elements.numbers(int(start), int(stop), int(step)),
)
ZIP = _dataset("ZipDataset", "*input_datasets", lambda op, *sources: elements.zipped(sources))
CONCATENATE = _dataset(
    "ConcatenateDataset",
    "input_dataset another_dataset",
    lambda op, first, second: elements.concatenated(first, second),
)
REPEAT = _dataset(
    "RepeatDataset",
    "input_dataset count",
    lambda op, source, count: elements.repeated(source, int(count)),
)
TAKE = _dataset(
    "TakeDataset",
    "input_dataset count",
    lambda op, source, count: elements.taken(source, int(count)),
)
SKIP = _dataset(
    "SkipDataset",
    "input_dataset count",
    lambda op, source, count: elements.skipped(source, int(count)),
)
SHARD = _dataset(
    "ShardDataset",
    "input_dataset num_shards index",
    lambda op, source, shards, index: elements.sharded(source, int(shards), int(index)),
)
SHUFFLE = _dataset(
    "ShuffleDataset",
    "input_dataset buffer_size seed seed2",
    lambda op, source, size, seed, seed2: elements.shuffled(
        source, int(size), (int(seed), int(seed2)), op.attrs["reshuffle_each_iteration"]
    ),
)
BATCH = _dataset(
    "BatchDatasetV2",
    "input_dataset batch_size drop_remainder",
    lambda op, source, size, drop: elements.batched(
        source, int(size), bool(drop), elements.stacked
    ),
)


def _padded(op: Operation, source: Any, size: Any, *rest: Any) -> elements.Source:
    count = op.attrs["N"]
    shapes = [np.asarray(shape).tolist() for shape in rest[:count]]
    stack = elements.padded(shapes, rest[count : 2 * count])
    return elements.batched(source, int(size), bool(rest[-1]), stack)


PADDED_BATCH = _dataset(
    "PaddedBatchDatasetV2",
    "input_dataset batch_size *padded_shapes *padding_values drop_remainder",
    _padded,
)
WINDOW = _dataset(
    "WindowDataset",
    "input_dataset size shift stride drop_remainder",
    lambda op, source, size, shift, stride, drop: elements.windowed(
        source, int(size), int(shift), int(stride), bool(drop)
    ),
)
UNBATCH = _dataset("UnbatchDataset", "input_dataset", lambda op, source: elements.unbatched(source))
CACHE = _dataset(
    "CacheDataset", "input_dataset filename", lambda op, source, _: elements.cached(source)
)
PREFETCH = _dataset("PrefetchDataset", "input_dataset buffer_size", lambda op, source, _: source)
MAP = _dataset(
    "MapDataset",
    "input_dataset *other_arguments",
    lambda op, source, *captured: elements.mapped(source, _called(op, "f", captured)),
)
FILTER = _dataset(
    "FilterDataset",
    "input_dataset *other_arguments",
    lambda op, source, *captured: elements.filtered(source, _called(op, "predicate", captured)),
)
FLAT_MAP = _dataset(
    "FlatMapDataset",
    "input_dataset *other_arguments",
    lambda op, source, *captured: elements.flat_mapped(source, _called(op, "f", captured)),
)


def _interleaved(op: Operation, source: Any, *rest: Any) -> elements.Source:
    *captured, cycle, block = rest
    function = _called(op, "f", tuple(captured))
    return elements.interleaved(source, function, int(cycle), int(block))


INTERLEAVE = _dataset(
    "InterleaveDataset",
    "input_dataset *other_arguments cycle_length block_length",
    _interleaved,
)
GENERATOR = _dataset(
    "GeneratorDataset",
    "",
    lambda op: elements.generated(op.attrs["generator"], op.attrs["convert"]),
)


def of_files(op_type: str, read: Callable[[list[str], str], elements.Source]) -> OpDef:
    """Registers a sort of dataset that is read from files; read: (paths, compression)."""
    return _dataset(
        op_type,
        "filenames compression_type buffer_size",
        lambda op, names, compression, _: read(
            [name.decode() for name in np.ravel(np.asarray(names, object))], compression.decode()
        ),
    )


TEXT_LINE = of_files("TextLineDataset", elements.lines)
