"""Texts: what summaries and messages are made of. Elements are bytes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from neuronboard import errors
from neuronboard.engine import dtypes
from neuronboard.engine.graph import Operation, Tensor
from neuronboard.engine.opdef import NOT_DIFFERENTIABLE, OpDef, register
from neuronboard.engine.ops.apply import one
from neuronboard.engine.ops.define import Inferred
from neuronboard.engine.ops.static import static_value
from neuronboard.engine.shape import TensorShape, broadcast
from neuronboard.engine.where import user_line

__all__ = [
    "as_string",
    "reduce_join",
    "string_join",
    "string_length",
    "string_lower",
    "string_strip",
    "string_to_hash_bucket_fast",
    "string_to_number",
    "string_upper",
    "substr",
]


def _texts(op: Operation) -> Inferred:
    return [(dtypes.string, broadcast([tensor.shape for tensor in op.inputs]))]


def _each(function: Callable[..., Any], kind: Any, *arrays: Any) -> Any:
    """`function` of each element, broadcast."""
    parts = np.broadcast_arrays(*[np.asarray(a, object) for a in arrays])
    flat = [function(*items) for items in zip(*(part.ravel() for part in parts), strict=True)]
    result = np.empty(len(flat), kind)
    result[:] = flat
    return result.reshape(parts[0].shape)[()]


def _type(
    op_type: str, kernel: Any, inputs: tuple[str, ...], infer: Any = _texts, **more: Any
) -> Any:
    return register(
        OpDef(
            type=op_type,
            inputs=inputs,
            infer=infer,
            kernel=kernel,
            grad=NOT_DIFFERENTIABLE,
            **({"takes": {inputs[0]: "O"}} | more),
        )
    )


_FORM = ("precision", "scientific", "shortest", "width", "fill")


def _as_string(
    xp: Any, x: Any, precision: int, scientific: bool, shortest: bool, width: int, fill: bytes
) -> Any:
    """As C's printf writes it: %f, or %e where scientific, or %g where shortest."""
    if np.asarray(x).dtype.kind == "O":
        return x
    letter = "e" if scientific else "g" if shortest else "f"
    digits = f".{precision}" if precision >= 0 else ""
    flag, pad = fill.decode(), str(width) if width > 0 else ""
    kind = np.asarray(x).dtype.kind

    def text(value: Any) -> bytes:
        if kind == "b":
            return b"true" if value else b"false"
        if kind in "iu":
            return (f"%{flag}{pad}d" % int(value)).encode()
        if kind == "c":
            form = f"%{flag}{pad}{digits}{letter}"
            return f"({form % value.real},{form % value.imag})".encode()
        return (f"%{flag}{pad}{digits}{letter}" % float(value)).encode()

    return _each(text, object, x)


AS_STRING = _type(
    "AsString",
    _as_string,
    ("input",),
    takes={"input": "biufcO"},
    types={"T": "input"},
    kernel_attrs=_FORM,
)


def as_string(
    input: Any,
    precision: int = -1,
    scientific: bool = False,
    shortest: bool = False,
    width: int = -1,
    fill: str = "",
    name: str | None = None,
) -> Tensor:
    """Numbers as text; precision: digits behind the point, width and fill as printf's."""
    attrs = {"precision": int(precision), "scientific": scientific, "shortest": shortest}
    return one(AS_STRING, input, name=name, width=int(width), fill=fill.encode(), **attrs)


STRING_JOIN = _type(
    "StringJoin",
    lambda xp, *parts, separator: _each(lambda *items: separator.join(items), object, *parts),
    ("*inputs",),
    kernel_attrs=("separator",),
)


def string_join(inputs: Any, separator: str = "", name: str | None = None) -> Tensor:
    """Texts of several tensors one behind the other, with a separator between them."""
    attrs = {"separator": separator.encode(), "N": len(inputs)}
    return one(STRING_JOIN, list(inputs), name=name, **attrs)


def _infer_reduce_join(op: Operation) -> Inferred:
    dims, axes = op.inputs[0].shape.dims, static_value(op.inputs[1])
    if dims is None or axes is None:
        return [(dtypes.string, TensorShape(None))]
    picked = {int(axis) % max(len(dims), 1) for axis in np.ravel(axes)}
    kept = [
        1 if i in picked else d
        for i, d in enumerate(dims)
        if op.attrs["keep_dims"] or i not in picked
    ]
    return [(dtypes.string, TensorShape(kept))]


def _reduce_join(xp: Any, x: Any, axes: Any, keep_dims: bool, separator: bytes) -> Any:
    whole = np.asarray(x, object)
    picked = [int(axis) % max(whole.ndim, 1) for axis in np.ravel(axes)]
    rest = [i for i in range(whole.ndim) if i not in picked]
    moved = whole.transpose(rest + picked)
    flat = moved.reshape([*moved.shape[: len(rest)], -1])
    result = np.empty(flat.shape[:-1], object)
    for place in np.ndindex(result.shape):
        result[place] = separator.join(flat[place])
    if keep_dims:
        result = result.reshape([1 if i in picked else d for i, d in enumerate(whole.shape)])
    return result[()]


REDUCE_JOIN = _type(
    "ReduceJoin",
    _reduce_join,
    ("inputs", "reduction_indices"),
    _infer_reduce_join,
    takes={"inputs": "O", "reduction_indices": "i"},
    kernel_attrs=("keep_dims", "separator"),
)


def reduce_join(
    inputs: Any,
    axis: Any = None,
    keep_dims: bool | None = None,
    separator: str = "",
    name: str | None = None,
    reduction_indices: Any = None,
    keepdims: bool | None = None,
) -> Tensor:
    """Texts joined over axes, or all of them."""
    axes = reduction_indices if axis is None else axis
    if axes is None:
        rank = inputs.shape.ndims if isinstance(inputs, Tensor) else np.ndim(inputs)
        if rank is None:
            raise errors.ArgumentValueError(
                message=f"reduce_join over everything needs a known rank, at {user_line()}"
            )
        axes = np.arange(rank, dtype=np.int32)
    kept = bool(keep_dims or keepdims)
    attrs = {"keep_dims": kept, "separator": separator.encode()}
    return one(REDUCE_JOIN, inputs, np.array(axes, np.int32), name=name, **attrs)


def _counted(op: Operation) -> Inferred:
    return [(dtypes.int32, op.inputs[0].shape)]


def _length(xp: Any, x: Any, unit: bytes) -> Any:
    count = len if unit == b"BYTE" else lambda text: len(text.decode())
    return _each(count, np.int32, x)


STRING_LENGTH = _type("StringLength", _length, ("input",), _counted, kernel_attrs=("unit",))


def string_length(input: Any, name: str | None = None, unit: str = "BYTE") -> Tensor:
    """How many bytes; with unit="UTF8_CHAR", how many characters."""
    return one(STRING_LENGTH, input, name=name, unit=unit.encode())


STRING_STRIP = _type("StringStrip", lambda xp, x: _each(bytes.strip, object, x), ("input",))
STRING_LOWER = _type("StringLower", lambda xp, x: _each(bytes.lower, object, x), ("input",))
STRING_UPPER = _type("StringUpper", lambda xp, x: _each(bytes.upper, object, x), ("input",))


def string_strip(input: Any, name: str | None = None) -> Tensor:
    """Without spaces at its ends."""
    return one(STRING_STRIP, input, name=name)


def string_lower(input: Any, encoding: str = "", name: str | None = None) -> Tensor:
    """In lower case (of ASCII)."""
    return one(STRING_LOWER, input, name=name)


def string_upper(input: Any, encoding: str = "", name: str | None = None) -> Tensor:
    """In upper case (of ASCII)."""
    return one(STRING_UPPER, input, name=name)


def _substr(xp: Any, x: Any, pos: Any, length: Any) -> Any:
    def part(text: bytes, start: int, count: int) -> bytes:
        if not -len(text) <= start <= len(text):
            raise ValueError(f"pos {start} out of range for string b'{text.decode()}'")
        first = start if start >= 0 else len(text) + start
        return text[first : first + count]

    return _each(part, object, x, pos, length)


SUBSTR = _type(
    "Substr", _substr, ("input", "pos", "len"), takes={"input": "O", "pos": "i", "len": "i"}
)


def substr(input: Any, pos: Any, len: Any, name: str | None = None, unit: str = "BYTE") -> Tensor:
    """`len` bytes from `pos` on."""
    return one(SUBSTR, input, pos, len, name=name)


def _to_number(xp: Any, x: Any, out_type: dtypes.DType) -> Any:
    convert: Any = int if out_type.is_integer else float

    def number(text: bytes) -> Any:
        try:
            return convert(text)
        except ValueError:
            raise ValueError(
                f"StringToNumberOp could not correctly convert string: {text.decode()}"
            ) from None

    return _each(number, out_type.as_numpy_dtype, x)


STRING_TO_NUMBER = _type(
    "StringToNumber",
    _to_number,
    ("string_tensor",),
    lambda op: [(op.attrs["out_type"], op.inputs[0].shape)],
    kernel_attrs=("out_type",),
)


def string_to_number(
    string_tensor: Any, out_type: Any = dtypes.float32, name: str | None = None
) -> Tensor:
    """The numbers that texts say; InvalidArgumentError, when run, for other texts."""
    return one(STRING_TO_NUMBER, string_tensor, name=name, out_type=dtypes.as_dtype(out_type))


def _hash(text: bytes) -> int:
    """FNV-1a of 64 bits: the same in every program."""
    value = 0xCBF29CE484222325
    for byte in text:
        value = ((value ^ byte) * 0x100000001B3) & 0xFFFFFFFFFFFFFFFF
    return value


STRING_TO_HASH_BUCKET = _type(
    "StringToHashBucketFast",
    lambda xp, x, num_buckets: _each(lambda text: _hash(text) % num_buckets, np.int64, x),
    ("input",),
    lambda op: [(dtypes.int64, op.inputs[0].shape)],
    kernel_attrs=("num_buckets",),
)


def string_to_hash_bucket_fast(input: Any, num_buckets: int, name: str | None = None) -> Tensor:
    """A number below `num_buckets` for each text; not TensorFlow's own."""
    return one(STRING_TO_HASH_BUCKET, input, name=name, num_buckets=int(num_buckets))
