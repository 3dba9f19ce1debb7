"""Values that are fed: arrays of the tensor's type, as numpy converts them.

What TensorFlow takes is taken: fractions lose theirs in a placeholder of integers, and texts are
read as numbers. Where a value is lost that way, a warning tells it.
"""

from __future__ import annotations

import reprlib
from typing import Any

import numpy as np
import numpy.typing as npt

from neuronboard import errors
from neuronboard.engine import dtypes
from neuronboard.engine.convert import to_array
from neuronboard.engine.graph import Tensor
from neuronboard.engine.mistakes import said
from neuronboard.engine.shape import TensorShape
from neuronboard.engine.where import origins, user_line, warn


def fed_array(tensor: Tensor, value: Any) -> Any:
    """`value` as an array of the tensor's type.

    Raises ValueError for a shape that does not fit, and for what is no number where one is wanted;
    TypeError for numbers that the type cannot hold.
    """
    if type(value) is np.ndarray and value.dtype == tensor.dtype.numpy and value.dtype != object:
        dims = tensor.shape.dims
        if dims is None or (
            len(dims) == value.ndim
            and all(size in (None, own) for size, own in zip(dims, value.shape, strict=True))
        ):
            return value if value.ndim else value[()]
    if isinstance(value, Tensor) or hasattr(value, "_as_tensor"):
        raise errors.DTypeError(
            op=tensor.op,
            message="The value of a feed cannot be a tf.Tensor object. Acceptable feed values "
            "include Python scalars, strings, lists, numpy ndarrays, or TensorHandles. For "
            f"reference, the tensor object was {value} which was passed to the argument "
            f"`feed_dict` with key {tensor}. At {user_line()}: feed what sess.run(...) gives for "
            "it",
        )
    array = _typed(tensor, value)
    if not tensor.shape.is_compatible_with(TensorShape(array.shape)):
        raise errors.ArgumentValueError(
            op=tensor.op,
            message=f"Cannot feed value of shape {array.shape} for Tensor {tensor.name}, which has "
            f"shape {tensor.shape}; {origins([tensor.op])}. Feed an array of that shape (a size "
            "that is None takes any)",
        )
    return array[()]


def _typed(tensor: Tensor, value: Any) -> npt.NDArray[Any]:
    """`value` as an array of the tensor's type; a warning where more than precision is lost."""
    dtype = tensor.dtype.base_dtype
    try:
        if dtype == dtypes.string:
            return to_array(value, dtype)
        given = np.asarray(value)
    except errors.DTypeError:
        if isinstance(value, int):
            raise _misfit(tensor, value) from None
        raise _unfeedable(errors.DTypeError, tensor, value, "it is not text alone") from None
    except ValueError as error:
        raise _unfeedable(errors.ArgumentValueError, tensor, value, said(error)) from None
    if given.dtype.kind in "US" and dtype.kind != "b":
        try:
            return given.astype(dtype.as_numpy_dtype)
        except (ValueError, OverflowError) as error:
            raise _unfeedable(errors.ArgumentValueError, tensor, value, said(error)) from None
    if given.dtype == object:
        _no_numbers(tensor, value, given)
    if given.dtype.kind not in "biufc":
        why = f"it holds {given.dtype.type.__name__.rstrip('_')}, and no numbers alone"
        raise _unfeedable(errors.ArgumentValueError, tensor, value, why)
    with np.errstate(all="ignore"):
        real = given.real if given.dtype.kind == "c" and dtype.kind != "c" else given
        array = real.astype(dtype.as_numpy_dtype, copy=False)
        kept = (dtype.kind in "fc" and real is given) or np.array_equal(array, given)
    if not kept:
        _tell_loss(tensor, value, array)
    return array


def _no_numbers(tensor: Tensor, value: Any, given: Any) -> None:
    """Raises TypeError for objects that numpy takes for no numbers either."""
    try:
        given.astype(tensor.dtype.base_dtype.as_numpy_dtype)
    except TypeError as error:
        raise _unfeedable(errors.DTypeError, tensor, value, said(error)) from None
    except ValueError as error:
        raise _unfeedable(errors.ArgumentValueError, tensor, value, said(error)) from None


def _tell_loss(tensor: Tensor, value: Any, array: Any) -> None:
    """An error for one whole number that does not fit, as in TensorFlow; else a warning."""
    name = tensor.dtype.base_dtype.name
    if isinstance(value, int):
        raise _misfit(tensor, value)
    warn(
        f"Feeding {reprlib.repr(value)} for {tensor.name}, at {user_line()}, which has dtype "
        f"{name}, loses what is behind the point or does not fit: it becomes "
        f"{reprlib.repr(array[()])}; {origins([tensor.op])}, perhaps of the wrong dtype"
    )


def _misfit(tensor: Tensor, value: int) -> errors.DTypeError:
    """The error of one number of Python that the tensor's type cannot hold."""
    dtype = tensor.dtype.base_dtype
    kind = object if dtype == dtypes.string else dtype.as_numpy_dtype
    return errors.DTypeError(
        op=tensor.op,
        message=f"Type of feed value {value} with type {type(value)} is not compatible with Tensor "
        f"type {kind}. Try explicitly setting the type of the feed tensor to a larger type (e.g. "
        f"int64). It was fed for {tensor.name!r} at {user_line()}; {origins([tensor.op])}",
    )


def _unfeedable(kind: type[errors.OpError], tensor: Tensor, value: Any, why: str) -> errors.OpError:
    return kind(
        op=tensor.op,
        message=f"Cannot feed {reprlib.repr(value)} for Tensor {tensor.name!r}, which has dtype "
        f"{tensor.dtype.base_dtype.name}: {why}. {origins([tensor.op])}; feed a value of that "
        "type, or make it of another dtype",
    )
