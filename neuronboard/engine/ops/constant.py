"""Values written into the graph, and values fed to it."""

from __future__ import annotations

from typing import Any

import numpy as np

from neuronboard import errors
from neuronboard.engine import dtypes
from neuronboard.engine.convert import convert_to_tensor, to_array
from neuronboard.engine.graph import Operation, Tensor, get_default_graph
from neuronboard.engine.opdef import NOT_DIFFERENTIABLE, OpDef, register
from neuronboard.engine.ops.apply import one, scope_of
from neuronboard.engine.shape import TensorShape, unequal
from neuronboard.engine.where import user_line

__all__ = ["constant", "placeholder", "placeholder_with_default"]

CONST = register(
    OpDef(
        type="Const",
        infer=lambda op: [(op.attrs["dtype"], TensorShape(op.attrs["value"].shape))],
        kernel=lambda xp, value: value,
        kernel_attrs=("value",),
        grad=NOT_DIFFERENTIABLE,
    )
)


def constant(
    value: Any,
    dtype: Any = None,
    shape: Any = None,
    name: str | None = "Const",
    verify_shape: bool = False,
) -> Tensor:
    """A tensor that always has this value.

    value: number, text, nested list or array. dtype: float32 for Python floats and int32 for ints
    if None. shape: given, a shorter value repeats its last element to fill it, unless
    `verify_shape`.
    Raises TypeError for what no tensor of that type can hold, ValueError for a longer value.
    """
    wanted = None if dtype is None else dtypes.as_dtype(dtype)
    if isinstance(value, Tensor) or hasattr(value, "_as_tensor"):
        raise errors.DTypeError(
            message=f"constant() takes a plain value, got {value!r} at {user_line()}; a tensor is "
            "used as it is, or through tf.identity(x)"
        )
    array = to_array(value, wanted)
    if shape is not None:
        array = _filled(array, TensorShape(shape), verify_shape)
    graph = get_default_graph()
    attrs = {"value": array, "dtype": wanted or dtypes.of_array(array)}
    return graph.add_operation(CONST, (), attrs, name or "Const").outputs[0]


def _filled(array: Any, shape: TensorShape, verify: bool) -> Any:
    size = shape.num_elements()
    if size is None:
        raise errors.ArgumentValueError(
            message=f"A constant needs a whole shape, got {shape} at {user_line()}; give every size"
        )
    if verify and array.shape != shape.dims:
        raise errors.DTypeError(
            message=f"Expected Tensor's shape: {shape}, but got {array.shape}. At {user_line()}: "
            "give a value of that shape"
        )
    if array.size > max(size, 1):  # one element fills any shape, an empty one too
        raise errors.ArgumentValueError(
            message=f"Too many elements provided. Takes at most {size}, but got "
            f"{array.size}. At {user_line()}; give fewer, or another shape="
        )
    flat = array.reshape(-1)
    if array.size == 1 != size:  # one element, which is kept and written once
        return np.broadcast_to(flat[0], shape.as_list())  # type: ignore[arg-type]
    if array.size < size:
        last = flat[-1] if flat.size else 0
        flat = np.concatenate([flat, np.full(size - flat.size, last, array.dtype)])
    return flat.reshape(shape.dims)


PLACEHOLDER = register(
    OpDef(
        type="Placeholder",
        infer=lambda op: [(op.attrs["dtype"], op.attrs["shape"])],
        kernel=lambda xp: None,  # never run: a session refuses a placeholder that is not fed
        grad=NOT_DIFFERENTIABLE,
        pure=False,
    )
)


def placeholder(dtype: Any, shape: Any = None, name: str | None = None) -> Tensor:
    """A tensor whose value each `Session.run` gets in `feed_dict`.

    shape: what fed arrays must fit; None takes any.
    """
    attrs = {"dtype": dtypes.as_dtype(dtype), "shape": TensorShape(shape)}
    return one(PLACEHOLDER, name=name, **attrs)


def _infer_default(op: Operation) -> list[tuple[dtypes.DType, TensorShape]]:
    shape, default = op.attrs["shape"], op.inputs[0]
    if not shape.is_compatible_with(default.shape):
        raise ValueError(
            unequal(default.shape, shape),
            "give a default of the placeholder's shape",
        )
    return [(op.attrs["dtype"], shape)]


PLACEHOLDER_WITH_DEFAULT = register(
    OpDef(
        type="PlaceholderWithDefault",
        inputs=("input",),
        infer=_infer_default,
        kernel=lambda xp, value: value,
        grad=lambda op, dy: (dy,),
        pure=False,  # what is fed later must not have been computed beforehand
    )
)


def placeholder_with_default(input: Any, shape: Any, name: str | None = None) -> Tensor:
    """A tensor that has the value of `input` where a run feeds no other.

    shape: what fed arrays must fit.
    """
    with scope_of([input], name or "PlaceholderWithDefault") as scope:
        default = convert_to_tensor(input, name="input")
        attrs = {"dtype": default.dtype.base_dtype, "shape": TensorShape(shape)}
        return one(PLACEHOLDER_WITH_DEFAULT, default, name=scope, **attrs)
