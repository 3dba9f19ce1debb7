"""Python values, arrays and variables to tensors.

A Python float becomes float32 and an int int32, as in TensorFlow; beside a tensor of another type a
bare number takes that type, if nothing is lost. Arrays keep their type unless asked for another.
"""

from __future__ import annotations

import reprlib
from typing import Any

import numpy as np
import numpy.typing as npt

from neuronboard import errors
from neuronboard.engine import dtypes
from neuronboard.engine.dtypes import DType
from neuronboard.engine.graph import Tensor
from neuronboard.engine.shape import UNKNOWN
from neuronboard.engine.where import origins, user_line, warn

# What may become an element of each sort, by numpy's letters.
_FITS = {"b": "b", "i": "biu", "u": "biu", "f": "biuf", "c": "biufc"}
_PYTHON_TYPES = {np.dtype(np.float64): np.float32, np.dtype(np.int64): np.int32}


def convert_to_tensor(value: Any, dtype: Any = None, name: str | None = None) -> Tensor:
    """`value` as a tensor of `dtype` (any if None); a constant named `name` for plain values.

    Raises `DTypeError` (a TypeError) where the type does not fit.
    """
    wanted = None if dtype is None else dtypes.as_dtype(dtype)
    tensor = value._as_tensor() if hasattr(value, "_as_tensor") else value
    if isinstance(tensor, (list, tuple)) and holds_tensor(tensor):
        from neuronboard.engine.ops.join import packed

        return packed(tensor, wanted, name or "packed")
    if not isinstance(tensor, Tensor):
        from neuronboard.engine.ops.constant import constant

        return constant(tensor, wanted, name=name or "Const")
    if wanted is not None and tensor.dtype.base_dtype != wanted:
        raise errors.ConversionError(
            op=tensor.op,
            message=f"Tensor conversion requested dtype {wanted.name} for Tensor with dtype "
            f"{tensor.dtype.name}: {tensor!r}. At {user_line()}; {origins([tensor.op])}. Use "
            f"tf.cast(x, tf.{wanted.name})",
        )
    return tensor


def hinted(value: Any, dtype: DType, name: str) -> Tensor:
    """`value` as a tensor of `dtype` if that loses nothing, else of its own type."""
    if isinstance(value, Tensor) or hasattr(value, "_as_tensor"):
        return convert_to_tensor(value)
    try:
        return convert_to_tensor(value, dtype, name)
    except errors.DTypeError:
        return convert_to_tensor(value, name=name)


def holds_tensor(value: Any) -> bool:
    """Whether a tensor or variable stands in nested lists."""
    if isinstance(value, (list, tuple)):
        return any(holds_tensor(item) for item in value)
    return isinstance(value, Tensor) or hasattr(value, "_as_tensor")


def to_array(value: Any, dtype: DType | None = None) -> npt.NDArray[Any]:
    """`value` as the array that a constant of `dtype` holds; a copy.

    Raises `DTypeError` when an element does not fit the type: a fraction as int32, text as float.
    """
    if value is None:
        raise errors.ArgumentValueError(
            message=f"None values not supported. At {user_line()}: give a number, an array or a "
            "tensor; what sess.run(...) gives for an operation is None"
        )
    try:
        array = np.array(value)
    except ValueError as error:
        raise errors.ArgumentValueError(
            message=f"Can't convert non-rectangular Python sequence to Tensor: {value!r}, at "
            f"{user_line()}; give every row the same length ({error})"
        ) from None
    if array.dtype.kind in "USO":
        return _strings(value, array, dtype)
    if dtype is None:
        is_numpy = isinstance(value, (np.ndarray, np.generic))
        narrow = None if is_numpy or _holds_numpy(value) else _PYTHON_TYPES.get(array.dtype)
        target = array.dtype if narrow is None else np.dtype(narrow)
        dtypes.of_array(np.empty(0, target))
    else:
        target = np.dtype(dtype.as_numpy_dtype)
        _check_kind(value, array, dtype)
    if target.kind in "iu" and array.dtype.kind in "iu" and array.size:
        limits = np.iinfo(target.name)
        if not isinstance(value, (np.ndarray, np.generic)) and (
            array.min() < limits.min or array.max() > limits.max
        ):
            warn(
                f"{reprlib.repr(value)} does not fit in {target}, which holds {limits.min} to "
                f"{limits.max}: it becomes {reprlib.repr(array.astype(target).tolist())}, at "
                f"{user_line()}; give another dtype=, such as tf.int64"
            )
    with np.errstate(over="ignore"):  # what is too large for the type becomes infinite
        return array.astype(target)


def _holds_numpy(value: Any) -> bool:
    """Whether a sequence's first element is a number of numpy, whose type then counts."""
    while isinstance(value, (list, tuple)) and value:
        value = value[0]
    return isinstance(value, (np.ndarray, np.generic))


def _check_kind(value: Any, array: npt.NDArray[Any], dtype: DType) -> None:
    """Refuses to lose something of Python's numbers: fractions as integers, numbers as booleans.

    An array of numpy is cast as numpy casts, unless it was to be text.
    """
    fits = _FITS.get(dtype.kind, "")
    if isinstance(value, (np.ndarray, np.generic)) and fits:
        return
    if array.size and array.dtype.kind not in fits:
        raise _unfit(value, dtype)


def _fits(item: Any, dtype: DType) -> bool:
    """Whether one plain value may become an element of a type."""
    return np.asarray(item).dtype.kind in _FITS.get(dtype.kind, "USO")


def _unfit(value: Any, dtype: DType) -> errors.DTypeError:
    """Names the first number of a list that does not fit."""
    if isinstance(value, (list, tuple)):
        for item in value:
            if isinstance(item, (list, tuple)) or not _fits(item, dtype):
                return _unfit(item, dtype)
    return errors.DTypeError(
        message=f"Expected {dtype.name}, but got {value} of type {type(value).__name__!r}. "
        f"At {user_line()}: give a value of that type, or another dtype= (beside a tensor, "
        "tf.cast(x, tf.float32) changes the tensor's)"
    )


def _strings(value: Any, array: npt.NDArray[Any], dtype: DType | None) -> npt.NDArray[Any]:
    flat = np.array(value, object).reshape(-1)
    for item in flat:
        if item is UNKNOWN:
            item.__index__()  # which says what to take instead
    if not all(isinstance(item, (str, bytes)) for item in flat):
        kind = next(type(item).__name__ for item in flat if not isinstance(item, (str, bytes)))
        raise errors.DTypeError(
            message=f"Failed to convert elements of {value!r} to Tensor. Consider casting elements "
            f"to a supported type. At {user_line()}: an element is of type {kind!r}; tensors hold "
            "numbers of at most 64 bits, booleans or text, each alone"
        )
    if dtype is not None and dtype != dtypes.string:
        raise _unfit(value, dtype)
    encoded = [item.encode() if isinstance(item, str) else item for item in flat]
    result = np.empty(len(encoded), object)
    result[:] = encoded
    return result.reshape(array.shape)
