"""Serialised `tf.train.Example`s as tensors: `parse_example` and `parse_single_example`.

One operation gives the tensors of all features: of those of a known length as they are, of the
others as the three parts of a sparse tensor.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from neuronboard import errors
from neuronboard.engine import dtypes
from neuronboard.engine.convert import convert_to_tensor
from neuronboard.engine.graph import Operation, Tensor
from neuronboard.engine.opdef import NOT_DIFFERENTIABLE, OpDef, register
from neuronboard.engine.ops.apply import apply
from neuronboard.engine.ops.define import Inferred
from neuronboard.engine.shape import TensorShape
from neuronboard.engine.where import user_line

__all__ = [
    "FixedLenFeature",
    "FixedLenSequenceFeature",
    "VarLenFeature",
    "parse_example",
    "parse_single_example",
]

# The field of a Feature that holds elements of a sort, and what it is called in messages.
_FIELDS = {
    "f": ("float_list", "float"),
    "i": ("int64_list", "int64"),
    "O": ("bytes_list", "string"),
}
_SAID = dict(_FIELDS.values())


class FixedLenFeature(NamedTuple):
    """A feature with as many values in each example: a tensor of `shape`.

    default_value: what an example without it has; without one such an example is an error.
    """

    shape: Any
    dtype: Any
    default_value: Any = None


class VarLenFeature(NamedTuple):
    """A feature with any number of values in each example: a sparse tensor."""

    dtype: Any


class FixedLenSequenceFeature(NamedTuple):
    """Any number of values of `shape` in each example: a tensor that is filled up with a default.

    allow_missing: must be True, as in TensorFlow: an example without it has none.
    """

    shape: Any
    dtype: Any
    allow_missing: bool = False
    default_value: Any = None


class _Plan(NamedTuple):
    """How one feature is read: its name, and as what."""

    name: str
    wanted: FixedLenFeature | VarLenFeature | FixedLenSequenceFeature
    dtype: dtypes.DType
    dims: tuple[int, ...]

    def default(self) -> Any:
        """The value that stands for what is not there; None where it must be."""
        given = getattr(self.wanted, "default_value", None)
        if given is None and isinstance(self.wanted, FixedLenSequenceFeature):
            return b"" if self.dtype.kind == "O" else self.dtype.as_numpy_dtype(0)
        if given is None or self.dtype.kind == "O":
            return given.encode() if isinstance(given, str) else given
        return np.asarray(given, self.dtype.as_numpy_dtype)


def _values(plan: _Plan, example: Any, number: int) -> Any:
    """The values of a feature in an example, as a flat array; None where it has none."""
    feature = example.features.feature.get(plan.name)
    kind = None if feature is None else feature.WhichOneof("kind")
    if feature is None or kind is None:
        return None
    field, said = _FIELDS[plan.dtype.kind]
    if kind != field:
        raise ValueError(
            f"Name: <unknown>, Key: {plan.name}, Index: {number}.  Data types don't match. Data "
            f"type: {_SAID[kind]} but expected type: {said}",
            "say the dtype that was written: tf.float32, tf.int64 or tf.string",
        )
    listed = getattr(feature, field).value
    if plan.dtype.kind == "O":
        array = np.empty(len(listed), object)
        array[:] = list(listed)
        return array
    return np.array(listed, plan.dtype.as_numpy_dtype)


def _fixed(plan: _Plan, examples: Sequence[Any]) -> Any:
    rows = []
    for number, example in enumerate(examples):
        found = _values(plan, example, number)
        if found is None:
            default = plan.default()
            if default is None:
                raise ValueError(
                    f"Feature: {plan.name} (data type: {_FIELDS[plan.dtype.kind][1]}) is required "
                    "but could not be found.",
                    "give it a default_value=, or read it as a VarLenFeature",
                )
            found = np.empty(plan.dims, plan.dtype.as_numpy_dtype)
            found[...] = default
        if found.size != np.prod(plan.dims, dtype=int):
            raise ValueError(
                f"Name: <unknown>, Key: {plan.name}, Index: {number}.  Number of "
                f"{_FIELDS[plan.dtype.kind][1]} values != expected.  Values size: {found.size} but "
                f"output shape: {list(plan.dims)}",
                "a VarLenFeature takes any number",
            )
        rows.append(found.reshape(plan.dims))
    return np.stack(rows) if rows else np.empty((0, *plan.dims), plan.dtype.as_numpy_dtype)


def _sequence(plan: _Plan, examples: Sequence[Any]) -> Any:
    size = int(np.prod(plan.dims, dtype=int))
    rows = [_values(plan, example, number) for number, example in enumerate(examples)]
    lengths = [0 if row is None else row.size // max(size, 1) for row in rows]
    shape = (len(rows), max(lengths, default=0), *plan.dims)
    whole = np.full(shape, plan.default(), plan.dtype.as_numpy_dtype)
    for number, (row, length) in enumerate(zip(rows, lengths, strict=True)):
        if row is not None:
            whole[number, :length] = row.reshape(length, *plan.dims)
    return whole


def _sparse(plan: _Plan, examples: Sequence[Any]) -> list[Any]:
    empty = np.empty(0, plan.dtype.as_numpy_dtype)
    rows = [_values(plan, example, number) for number, example in enumerate(examples)]
    rows = [empty if row is None else row for row in rows]
    places = [(number, i) for number, row in enumerate(rows) for i in range(row.size)]
    indices = np.array(places, np.int64).reshape(-1, 2)
    longest = max((row.size for row in rows), default=0)
    return [indices, np.concatenate([empty, *rows]), np.array([len(rows), longest], np.int64)]


class _Reader:
    """How examples are read: an attribute, which a message tells by its name."""

    def __init__(self, plans: list[_Plan], single: bool) -> None:
        self.plans, self.single = plans, single
        self.__name__ = ",".join(plan.name for plan in plans)

    def __call__(self, serialized: Any) -> Any:
        return _parsed_values(serialized, self.plans, self.single)


def _parsed_values(serialized: Any, plans: Sequence[_Plan], single: bool) -> Any:
    from google.protobuf.message import DecodeError

    from neuronboard.pb.example_pb2 import Example  # of no use to most programs

    examples = []
    for text in np.ravel(np.array(serialized, object)):
        try:
            examples.append(Example.FromString(text))
        except DecodeError:
            raise ValueError(f"Could not parse example input, value: {text!r}", "") from None
    found: list[Any] = []
    for plan in plans:
        if isinstance(plan.wanted, VarLenFeature):
            indices, values, shape = _sparse(plan, examples)
            found += [indices[:, 1:], values, shape[1:]] if single else [indices, values, shape]
        else:
            read = _fixed if isinstance(plan.wanted, FixedLenFeature) else _sequence
            whole = read(plan, examples)
            found.append(whole[0] if single else whole)
    return tuple(found) if len(found) > 1 else found[0]


def _infer(op: Operation) -> Inferred:
    [serialized] = op.inputs
    reader = op.attrs["reader"]
    single = reader.single
    first: list[int | None] = [] if single else [_size(serialized.shape)]
    found: Inferred = []
    for plan in reader.plans:
        if isinstance(plan.wanted, VarLenFeature):
            rank = 1 if single else 2
            found.append((dtypes.int64, TensorShape([None, rank])))
            found.append((plan.dtype, TensorShape([None])))
            found.append((dtypes.int64, TensorShape([rank])))
            continue
        longest = [None] if isinstance(plan.wanted, FixedLenSequenceFeature) else []
        found.append((plan.dtype, TensorShape([*first, *longest, *plan.dims])))
    return found


def _size(shape: TensorShape) -> int | None:
    return None if shape.dims is None else shape.dims[0]


PARSE = register(
    OpDef(
        type="ParseExampleV2",
        inputs=("serialized",),
        takes={"serialized": "O"},
        infer=_infer,
        kernel=lambda xp, serialized, reader: reader(serialized),
        kernel_attrs=("reader",),
        grad=NOT_DIFFERENTIABLE,
    )
)


def parse_example(
    serialized: Any,
    features: Mapping[str, Any],
    name: str | None = None,
    example_names: Any = None,
) -> dict[str, Any]:
    """The features of a batch of serialised examples: name -> tensor or sparse tensor.

    serialized: texts [n], each `tf.train.Example(...).SerializeToString()`. features: name ->
    FixedLenFeature, VarLenFeature or FixedLenSequenceFeature. Raises ValueError without features
    and for what is none of these; InvalidArgumentError, when it is run, for an example that has
    no such feature, another number of values, or values of another type.
    """
    return _parsed(serialized, features, name or "ParseExample", single=False)


def parse_single_example(
    serialized: Any,
    features: Mapping[str, Any],
    name: str | None = None,
    example_names: Any = None,
) -> dict[str, Any]:
    """The features of one serialised example, as `parse_example` without the axis of the batch."""
    return _parsed(serialized, features, name or "ParseSingleExample", single=True)


def _parsed(
    serialized: Any, features: Mapping[str, Any], name: str, single: bool
) -> dict[str, Any]:
    from neuronboard.engine.sparse import SparseTensor

    if not features:
        raise errors.ArgumentValueError(
            message=f"Invalid argument: features cannot be empty. At {user_line()}: say what to "
            "read, {'x': tf.FixedLenFeature([3], tf.float32)}"
        )
    plans = [_plan(key, features[key], single) for key in sorted(features)]
    texts = convert_to_tensor(serialized, dtypes.string, name="serialized")
    outputs = iter(apply(PARSE, texts, name=name, reader=_Reader(plans, single)).outputs)
    found: dict[str, Any] = {}
    for plan in plans:
        first: Tensor = next(outputs)
        if not isinstance(plan.wanted, VarLenFeature):
            found[plan.name] = first
            continue
        sparse = SparseTensor.__new__(SparseTensor)
        sparse.indices, sparse.values, sparse.dense_shape = first, next(outputs), next(outputs)
        found[plan.name] = sparse
    return {key: found[key] for key in features}


def _plan(name: str, wanted: Any, single: bool) -> _Plan:
    if not isinstance(wanted, (FixedLenFeature, VarLenFeature, FixedLenSequenceFeature)):
        raise errors.ArgumentValueError(
            message=f"Invalid feature {name}:{wanted!r}. At {user_line()}: it is a "
            "tf.FixedLenFeature, tf.VarLenFeature or tf.FixedLenSequenceFeature"
        )
    if isinstance(wanted, FixedLenSequenceFeature) and not wanted.allow_missing:
        raise errors.ArgumentValueError(
            message="Unsupported: FixedLenSequenceFeature requires allow_missing to be True. At "
            f"{user_line()}, for {name!r}"
        )
    dtype = dtypes.as_dtype(wanted.dtype)
    if dtype not in (dtypes.float32, dtypes.int64, dtypes.string):
        raise errors.DTypeError(
            message=f"Feature {name!r} cannot be of dtype {dtype.name}. At {user_line()}: examples "
            "hold tf.float32, tf.int64 and tf.string; tf.cast changes what was read"
        )
    shape = TensorShape([] if isinstance(wanted, VarLenFeature) else wanted.shape)
    if not shape.is_fully_defined():
        raise errors.ArgumentValueError(
            message=f"Feature {name!r} needs a whole shape, got {shape} at {user_line()}; a "
            "FixedLenSequenceFeature takes rows of any number"
        )
    return _Plan(name, wanted, dtype, tuple(size or 0 for size in shape.as_list()))
