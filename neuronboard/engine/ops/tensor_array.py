"""Arrays of tensors: written and read one element at a time, mostly inside of loops.

An array lives for one run: its handle is an `Elements`. Each operation gives a `flow`, a number
that is nothing but an order: who takes it runs after what gave it. `engine/tensor_array.py` has the
class that users hold, and the gradients.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from neuronboard.engine import dtypes
from neuronboard.engine.graph import Operation
from neuronboard.engine.opdef import NOT_DIFFERENTIABLE, OpDef, register
from neuronboard.engine.ops.define import Inferred
from neuronboard.engine.shape import TensorShape

_FLOW = np.float32(0)


class Elements:
    """The elements of one array in one run.

    dynamic: whether writing behind the end makes it longer. clears: whether what was read is let
    go. sums: whether writing adds, as it does in arrays of gradients. alike: whether all elements
    have the shape of the first. shapes: of what was written, also of what was let go.
    """

    __slots__ = (
        *("_alike", "_clears", "_dims", "_dtype", "_dynamic", "_shape", "_sums"),
        *("grads", "shapes", "values"),
    )

    def __init__(
        self,
        size: int,
        dtype: Any,
        shape: TensorShape,
        dynamic: bool = False,
        clears: bool = False,
        sums: bool = False,
        alike: bool = False,
    ) -> None:
        self.values: list[Any] = [None] * size
        self.shapes: list[tuple[int, ...] | None] = [None] * size
        self.grads: dict[bytes, Elements] = {}
        self._dtype, self._shape, self._dims = dtype, shape, shape.dims
        self._alike = alike
        self._dynamic, self._clears, self._sums = dynamic, clears, sums

    def gradient(self, source: bytes) -> Elements:
        """The array of gradients of these elements, one for each backward pass."""
        if source not in self.grads:
            made = Elements(len(self.values), self._dtype, self._shape, sums=True)
            made.shapes = list(self.shapes)
            self.grads[source] = made
        return self.grads[source]

    def write(self, xp: Any, index: int, value: Any) -> None:
        """Puts an element; ValueError outside of the array, or where one was put before."""
        if index < 0 or index >= len(self.values):
            if index < 0 or not self._dynamic:
                raise ValueError(
                    f"Tried to write to index {index} but array is not resizeable and size is: "
                    f"{len(self.values)}"
                )
            more = index + 1 - len(self.values)
            self.values += [None] * more
            self.shapes += [None] * more
        shape = getattr(value, "shape", ())  # a text has none
        if shape != self._dims and not self._shape.is_compatible_with(shape):
            raise ValueError(
                f"Could not write to TensorArray index {index} because the value shape is "
                f"{list(np.shape(value))} which is incompatible with the TensorArray's inferred "
                f"element shape: {self._shape}"
            )
        old = self.values[index]
        if old is not None and self._sums:
            value = xp.add(old, value)
        elif self.shapes[index] is not None and not self._sums:
            raise ValueError(
                f"Could not write to TensorArray index {index} because it has already been written "
                "to"
            )
        self.values[index], self.shapes[index] = value, shape
        if self._alike and not self._shape.is_fully_defined():
            self._shape, self._dims = TensorShape(shape), shape

    def read(self, xp: Any, index: int) -> Any:
        """An element, zeros where its shape is known and none was put; ValueError if not."""
        if not 0 <= index < len(self.values):
            raise ValueError(
                f"Tried to read from index {index} but array size is: {len(self.values)}"
            )
        value = self.values[index]
        if value is None:
            return self._missing(xp, index)
        if self._clears:
            self.values[index] = None
        return value

    def _missing(self, xp: Any, index: int) -> Any:
        if self.shapes[index] is not None and not self._sums:
            raise ValueError(
                f"Could not read index {index} twice because it was cleared after a previous read "
                "(perhaps try setting clear_after_read = false?)"
            )
        shape: Any = self.shapes[index]
        if shape is None and self._shape.is_fully_defined():
            shape = self._shape.dims
        if shape is None:
            raise ValueError(
                f"Could not read from TensorArray index {index}: nothing was written there, and "
                f"its element shape is not fully defined: {self._shape}. Give element_shape= to "
                "have zeros"
            )
        return xp.zeros(shape, self._dtype.as_numpy_dtype)[()]


def _resource(op: Operation) -> Inferred:
    return [(dtypes.resource, TensorShape([2])), (dtypes.float32, TensorShape([]))]


def _flow(op: Operation) -> Inferred:
    return [(dtypes.float32, TensorShape([]))]


def _element(op: Operation) -> Inferred:
    return [(op.attrs["dtype"], TensorShape(None))]


def _gathered(op: Operation) -> Inferred:
    inner = op.attrs["element_shape"]
    shape = None if inner.dims is None else [None, *inner.dims]
    return [(op.attrs["dtype"], TensorShape(shape))]


def _joined(op: Operation) -> Inferred:
    inner = op.attrs["element_shape_except0"]
    shape = None if inner.dims is None else [None, *inner.dims]
    return [(op.attrs["dtype"], TensorShape(shape)), (dtypes.int64, TensorShape([None]))]


def _make(
    xp: Any,
    size: Any,
    dtype: Any,
    element_shape: Any,
    dynamic_size: bool,
    clear_after_read: bool,
    identical_element_shapes: bool,
) -> Any:
    if size < 0:
        raise ValueError(f"Size should be >= 0, got {size}")
    made = Elements(
        int(size),
        dtype,
        element_shape,
        dynamic_size,
        clear_after_read,
        alike=identical_element_shapes,
    )
    return made, _FLOW


def _write(xp: Any, handle: Elements, index: Any, value: Any, flow: Any) -> Any:
    handle.write(xp, int(index), value)
    return _FLOW


def _scatter(xp: Any, handle: Elements, indices: Any, value: Any, flow: Any) -> Any:
    if len(indices) != len(value):
        raise ValueError(
            f"Expected len(indices) == values.shape[0], but saw: {len(indices)} vs. {len(value)}"
        )
    for index, part in zip(np.asarray(indices).tolist(), value, strict=True):
        handle.write(xp, index, part)
    return _FLOW


def _gather(
    xp: Any, handle: Elements, indices: Any, flow: Any, dtype: Any, element_shape: Any
) -> Any:
    parts = [handle.read(xp, index) for index in np.asarray(indices).tolist()]
    if parts:
        return xp.stack(parts)
    if not element_shape.is_fully_defined():
        raise ValueError(
            f"TensorArray has size zero, but element shape {element_shape} is not fully defined. "
            "Currently only static shapes are supported when packing zero-size TensorArrays"
        )
    return xp.zeros((0, *element_shape.dims), dtype.as_numpy_dtype)


def _concat(xp: Any, handle: Elements, flow: Any, dtype: Any, element_shape_except0: Any) -> Any:
    parts = [handle.read(xp, index) for index in range(len(handle.values))]
    if not parts:
        inner = element_shape_except0.dims or ()
        return xp.zeros((0, *inner), dtype.as_numpy_dtype), np.zeros(0, np.int64)
    return xp.concatenate(parts), np.array([len(part) for part in parts], np.int64)


def _split(xp: Any, handle: Elements, value: Any, lengths: Any, flow: Any) -> Any:
    ends = np.cumsum(np.asarray(lengths)).tolist()
    if (ends[-1] if ends else 0) != len(value):
        raise ValueError(
            f"Expected sum of lengths to be equal to values.shape[0], but sum of lengths is "
            f"{ends[-1] if ends else 0} and value's shape is: {list(np.shape(value))}"
        )
    for index, (start, end) in enumerate(zip([0, *ends], ends, strict=False)):
        handle.write(xp, index, value[start:end])
    return _FLOW


def _later(name: str) -> Any:
    """A gradient of `engine/tensor_array.py`."""

    def rule(op: Operation, *given: Any) -> Any:
        from neuronboard.engine import tensor_array

        return getattr(tensor_array, name)(op, *given)

    return rule


def _of_array(op_type: str, inputs: tuple[str, ...], infer: Any, kernel: Any, **more: Any) -> OpDef:
    grad = more.pop("grad", NOT_DIFFERENTIABLE)
    return register(
        OpDef(
            type=op_type, inputs=inputs, infer=infer, kernel=kernel, grad=grad, pure=False, **more
        )
    )


TENSOR_ARRAY = _of_array(
    "TensorArrayV3",
    ("size",),
    _resource,
    _make,
    kernel_attrs=(
        *("dtype", "element_shape", "dynamic_size", "clear_after_read"),
        "identical_element_shapes",
    ),
)
GRADIENT = _of_array(
    "TensorArrayGradV3",
    ("handle", "flow_in"),
    _resource,
    lambda xp, handle, flow, source: (handle.gradient(source), _FLOW),
    kernel_attrs=("source",),
)
WRITE = _of_array(
    "TensorArrayWriteV3",
    ("handle", "index", "value", "flow_in"),
    _flow,
    _write,
    same=("value",),
    takes={"index": "i"},
    grad=_later("of_write"),
)
READ = _of_array(
    "TensorArrayReadV3",
    ("handle", "index", "flow_in"),
    _element,
    lambda xp, handle, index, flow: handle.read(xp, int(index)),
    takes={"index": "i"},
    grad=_later("of_read"),
)
GATHER = _of_array(
    "TensorArrayGatherV3",
    ("handle", "indices", "flow_in"),
    _gathered,
    _gather,
    takes={"indices": "i"},
    kernel_attrs=("dtype", "element_shape"),
    grad=_later("of_gather"),
)
SCATTER = _of_array(
    "TensorArrayScatterV3",
    ("handle", "indices", "value", "flow_in"),
    _flow,
    _scatter,
    same=("value",),
    takes={"indices": "i"},
    grad=_later("of_scatter"),
)
CONCAT = _of_array(
    "TensorArrayConcatV3",
    ("handle", "flow_in"),
    _joined,
    _concat,
    kernel_attrs=("dtype", "element_shape_except0"),
    grad=_later("of_concat"),
)
SPLIT = _of_array(
    "TensorArraySplitV3",
    ("handle", "value", "lengths", "flow_in"),
    _flow,
    _split,
    same=("value",),
    takes={"lengths": "i"},
    grad=_later("of_split"),
)
SIZE = _of_array(
    "TensorArraySizeV3",
    ("handle", "flow_in"),
    lambda op: [(dtypes.int32, TensorShape([]))],
    lambda xp, handle, flow: np.int32(len(handle.values)),
)
CLOSE = _of_array("TensorArrayCloseV3", ("handle",), lambda op: [], lambda xp, handle: ())
