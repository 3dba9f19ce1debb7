"""Functions of Python in a graph: `py_func`. Their errors keep their class and their lines."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from typing import Any

import numpy as np

from neuronboard import errors
from neuronboard.engine import dtypes
from neuronboard.engine.graph import Operation
from neuronboard.engine.opdef import NOT_DIFFERENTIABLE, OpDef, register
from neuronboard.engine.ops.apply import apply
from neuronboard.engine.ops.define import Inferred
from neuronboard.engine.shape import TensorShape

__all__ = ["numpy_function", "py_func"]

# what a function raised -> the class that the session raises
_CLASSES: tuple[tuple[type[Exception], type[errors.OpError]], ...] = (
    (NotImplementedError, errors.UnimplementedError),
    (StopIteration, errors.OutOfRangeError),
    (MemoryError, errors.ResourceExhaustedError),
    (TypeError, errors.InvalidArgumentError),
    (ValueError, errors.InvalidArgumentError),
)


def _failed(op: Operation, error: Exception) -> errors.OpError:
    """What the user's function raised, with its class and the lines that led there."""
    kind = next((ours for raised, ours in _CLASSES if isinstance(error, raised)), None)
    lines = traceback.format_exception(type(error), error, error.__traceback__)
    frames = [line for line in lines if not line.startswith(f'  File "{__file__}"')]
    return (kind or errors.UnknownError)(
        op.node_def,
        op,
        f"{type(error).__name__}: {error}\n{''.join(frames)}\n\t [[{{{{node {op.name}}}}}]]\n"
        f"It was raised by the function of {op.type} {op.name!r}, which was made at {op.where}",
    )


def _py_func(state: Any, op: Operation, *values: Any) -> Any:
    given = [value if isinstance(value, bytes) else np.asarray(value) for value in values]
    try:
        result = op.attrs["function"](*given)
    except errors.OpError:
        raise
    except Exception as error:
        raise _failed(op, error) from error
    kinds = op.attrs["Tout"]
    found = list(result) if isinstance(result, (list, tuple)) else [result]
    if not kinds:
        return ()
    if len(found) != len(kinds):
        raise ValueError(
            f"pyfunc returns {len(found)} values, but expects to see {len(kinds)} values.",
            f"return as many values as Tout= has types, {[kind.name for kind in kinds]}",
        )
    arrays = []
    for i, (value, kind) in enumerate(zip(found, kinds, strict=True)):
        array_ = np.asarray(value)
        wanted = np.dtype(kind.as_numpy_dtype)
        if kind == dtypes.string:
            encode = np.frompyfunc(lambda t: t.encode() if isinstance(t, str) else t, 1, 1)
            arrays.append(np.asarray(encode(array_.astype(object)), object)[()])
            continue
        if array_.dtype != wanted:
            raise ValueError(
                f"{i}-th value returned by pyfunc is {array_.dtype}, but expects {kind.name}",
                f"return np.asarray(..., np.{kind.name}), or say Tout=tf.{array_.dtype}",
            )
        arrays.append(array_[()])
    return tuple(arrays) if len(arrays) > 1 else arrays[0]


def _infer_py_func(op: Operation) -> Inferred:
    return [(kind, TensorShape(None)) for kind in op.attrs["Tout"]]


PY_FUNC = register(
    OpDef(
        type="PyFunc",
        inputs=("*input",),
        infer=_infer_py_func,
        kernel=_py_func,
        grad=NOT_DIFFERENTIABLE,
        stateful=True,
        pure=False,
    )
)


def py_func(
    func: Callable[..., Any],
    inp: Any,
    Tout: Any,  # noqa: N803 TensorFlow's name
    stateful: bool = True,
    name: str | None = None,
) -> Any:
    """What a function of Python gives for the values of `inp`; no gradient flows through it.

    Tout: the type of its result, or a list of types; a list gives a list of tensors.
    """
    several = isinstance(Tout, (list, tuple))
    kinds = [dtypes.as_dtype(kind) for kind in (Tout if several else [Tout])]
    token = f"pyfunc_{func.__name__ if hasattr(func, '__name__') else id(func)}".encode()
    made = apply(PY_FUNC, list(inp), name=name, Tout=kinds, token=token, function=func)
    if several:
        return list(made.outputs) if made.outputs else made
    return made.outputs[0]


numpy_function = py_func
