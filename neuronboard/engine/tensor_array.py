"""`TensorArray`: an array of tensors, with a size that a run may decide."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from neuronboard import errors
from neuronboard.engine import dtypes
from neuronboard.engine.convert import convert_to_tensor
from neuronboard.engine.graph import Operation, Tensor, get_default_graph
from neuronboard.engine.ops import array, numbers
from neuronboard.engine.ops import tensor_array as kinds
from neuronboard.engine.ops.apply import apply, one, scope_of
from neuronboard.engine.ops.order import range as integers
from neuronboard.engine.ops.static import static_value
from neuronboard.engine.shape import TensorShape
from neuronboard.engine.where import user_line

__all__ = ["TensorArray"]


class TensorArray:
    """An array of tensors of one type, for what the iterations of a loop take and give.

    `write` gives the array to go on with, as `a = a.write(i, x)`; a loop takes and returns arrays
    as it does tensors. An element is written once, and read once unless `clear_after_read` is
    False. dynamic_size: whether writing behind the end makes it longer. element_shape: of each
    element; where it is whole, elements never written are zeros. infer_shape: whether all elements
    must have one shape. Raises ValueError for elements of other shapes, and in the run for those
    outside of the array or used twice.
    """

    def __init__(
        self,
        dtype: Any,
        size: Any = None,
        dynamic_size: bool | None = None,
        clear_after_read: bool | None = None,
        tensor_array_name: str | None = None,
        handle: Tensor | None = None,
        flow: Tensor | None = None,
        infer_shape: bool = True,
        element_shape: Any = None,
        colocate_with_first_write_call: bool = True,
        name: str | None = None,
    ) -> None:
        _check(size, dynamic_size, clear_after_read, tensor_array_name, handle, element_shape)
        self._dtype = dtypes.as_dtype(dtype).base_dtype
        self._dynamic, self._size = bool(dynamic_size), size
        self._infer_shape = infer_shape
        self._shape = [TensorShape(element_shape)]  # shared by all that this array becomes
        self._near: list[Tensor] | None = [] if colocate_with_first_write_call else None
        with scope_of([handle, size, flow], name or "TensorArray") as scope:
            if handle is not None:
                if flow is None:
                    raise errors.ArgumentValueError(
                        message=f"flow must not be None if handle is not None. At {user_line()}"
                    )
                self._handle, self._flow = handle, flow
                return
            attrs: dict[str, Any] = {"dtype": self._dtype, "element_shape": self._shape[0]}
            attrs |= {"identical_element_shapes": infer_shape, "dynamic_size": self._dynamic}
            attrs["clear_after_read"] = clear_after_read is None or clear_after_read
            attrs["tensor_array_name"] = (tensor_array_name or "").encode()
            made = apply(kinds.TENSOR_ARRAY, size, name=scope, **attrs)
            self._handle, self._flow = made.outputs

    @property
    def dtype(self) -> dtypes.DType:
        """The type of the elements."""
        return self._dtype

    @property
    def handle(self) -> Tensor:
        """What names the array in a run."""
        return self._handle

    @property
    def flow(self) -> Tensor:
        """What orders reading after writing."""
        return self._flow

    @property
    def element_shape(self) -> TensorShape:
        """What is known of the shape of the elements."""
        return self._shape[0]

    @property
    def dynamic_size(self) -> bool:
        """Whether writing behind the end makes it longer."""
        return self._dynamic

    @property
    def graph(self) -> Any:
        """The graph it is in."""
        return self._flow.graph

    def again(self, flow: Tensor) -> TensorArray:
        """This array as it is after what gave `flow`."""
        near = self._near is not None
        made = TensorArray(
            self._dtype,
            handle=self._handle,
            flow=flow,
            infer_shape=self._infer_shape,
            colocate_with_first_write_call=near,
        )
        made._dynamic, made._size, made._near = self._dynamic, self._size, self._near
        made._shape = self._shape
        return made

    def identity(self) -> TensorArray:
        """The same array, after what an open `control_dependencies` waits for."""
        return self.again(array.identity(self._flow))

    def grad(self, source: str, flow: Tensor | None = None, name: str | None = None) -> TensorArray:
        """The array of the gradients of its elements; source: which backward pass they are of."""
        before = self._flow if flow is None else flow
        scope = scope_of([self._handle], name or "TensorArrayGrad")
        with scope, self.graph.colocate_with(self._handle.op):
            made = apply(kinds.GRADIENT, self._handle, before, name=name, source=source.encode())
            with self.graph.control_dependencies([made.outputs[0]]):
                after = array.identity(before, name="gradient_flow")
            result = TensorArray(
                self._dtype,
                handle=made.outputs[0],
                flow=after,
                infer_shape=self._infer_shape,
                colocate_with_first_write_call=False,
            )
            result._shape = self._shape
            return result

    def read(self, index: Any, name: str | None = None) -> Tensor:
        """Element number `index`."""
        found = one(kinds.READ, self._handle, index, self._flow, name=name, dtype=self._dtype)
        found.set_shape(self.element_shape)
        return found

    def write(self, index: Any, value: Any, name: str | None = None) -> TensorArray:
        """The array after `value` has become element number `index`."""
        with scope_of([self._handle, index, value], name or "TensorArrayWrite"):
            tensor = self._value(value)
            self._fit(tensor.shape)
            with self._beside(tensor):
                flow = one(kinds.WRITE, self._handle, index, tensor, self._flow, name=name)
            return self.again(flow)

    def stack(self, name: str | None = None) -> Tensor:
        """All elements as one tensor, along a new first axis."""
        scope = scope_of([self._handle], name or "TensorArrayStack")
        with self.graph.colocate_with(self._handle.op), scope:
            whole = self.gather(integers(0, self.size()), name=name)
            if self.element_shape and not self._dynamic and self._size is not None:
                whole.set_shape([_known(self._size), *self.element_shape.as_list()])
            return whole

    def gather(self, indices: Any, name: str | None = None) -> Tensor:
        """Some elements as one tensor, along a new first axis."""
        attrs = {"dtype": self._dtype, "element_shape": self.element_shape}
        found = one(kinds.GATHER, self._handle, indices, self._flow, name=name, **attrs)
        if self.element_shape:
            found.set_shape([None, *self.element_shape.as_list()])
        return found

    def concat(self, name: str | None = None) -> Tensor:
        """All elements as one tensor, one behind the other along their first axis."""
        inner = self.element_shape[1:] if self.element_shape else TensorShape(None)
        attrs = {"dtype": self._dtype, "element_shape_except0": inner}
        whole = one(kinds.CONCAT, self._handle, self._flow, name=name, **attrs)
        if self.element_shape:
            count = _known(self.size()) if self._infer_shape else None
            first, *rest = self.element_shape.as_list()
            total = None if count is None or first is None else count * first
            whole.set_shape([total, *rest])
        return whole

    def unstack(self, value: Any, name: str | None = None) -> TensorArray:
        """The array after the parts of `value` along its first axis have become its elements."""
        with scope_of([self._handle, value], name or "TensorArrayUnstack"):
            count = array.shape(value)[0]
            return self.scatter(integers(0, count), value, name=name)

    def scatter(self, indices: Any, value: Any, name: str | None = None) -> TensorArray:
        """The array after the parts of `value` have become the elements `indices`."""
        with scope_of([self._handle, value, indices], name or "TensorArrayScatter"):
            tensor = self._value(value)
            self._fit(tensor.shape[1:] if tensor.shape else TensorShape(None))
            with self._beside(tensor):
                flow = one(kinds.SCATTER, self._handle, indices, tensor, self._flow, name=name)
            return self.again(flow)

    def split(self, value: Any, lengths: Any, name: str | None = None) -> TensorArray:
        """The array after pieces of `value` of those lengths have become its elements."""
        with scope_of([self._handle, value, lengths], name or "TensorArraySplit"):
            tensor = self._value(value)
            with self._beside(tensor):
                sizes = numbers.cast(lengths, dtypes.int64)
                known = static_value(sizes)
                if tensor.shape and known is not None and len(set(np.ravel(known).tolist())) == 1:
                    self._fit(TensorShape([int(known.flat[0]), *tensor.shape.as_list()[1:]]))
                flow = one(kinds.SPLIT, self._handle, tensor, sizes, self._flow, name=name)
            return self.again(flow)

    def size(self, name: str | None = None) -> Tensor:
        """How many elements it has room for."""
        if not self._dynamic and self._size is not None:
            return convert_to_tensor(self._size, dtypes.int32)
        return one(kinds.SIZE, self._handle, self._flow, name=name)

    def close(self, name: str | None = None) -> Operation:
        """An operation that does nothing: the array ends with the run."""
        return apply(kinds.CLOSE, self._handle, name=name)

    # the names of TensorFlow 0.x
    pack = stack
    unpack = unstack

    def _value(self, value: Any) -> Tensor:
        if not isinstance(value, Tensor) and not hasattr(value, "_as_tensor"):
            return convert_to_tensor(value, self._dtype, name="value")
        tensor = convert_to_tensor(value, name="value")
        if tensor.dtype.base_dtype != self._dtype:
            raise errors.DTypeError(
                op=tensor.op,
                message=f"TensorArray of {self._dtype.name} was given {tensor!r} of "
                f"{tensor.dtype.name} at {user_line()}; use tf.cast(x, tf.{self._dtype.name})",
            )
        return tensor

    def _fit(self, shape: TensorShape) -> None:
        if not shape.is_compatible_with(self.element_shape):
            raise errors.ShapeError(
                message=f"Inconsistent shapes: saw {shape} but expected {self.element_shape}. At "
                f"{user_line()}; infer_shape=False lets elements differ"
            )
        if self._infer_shape:
            self._shape[0] = self.element_shape.merge_with(shape)

    @contextmanager
    def _beside(self, value: Tensor) -> Iterator[None]:
        if self._near is None:
            yield
            return
        if not self._near:
            self._near.append(value)
        with get_default_graph().colocate_with(self._near[0].op):
            yield


def _known(size: Any) -> int | None:
    value = static_value(size) if isinstance(size, Tensor) else size
    return None if value is None else int(value)


def _check(
    size: Any, dynamic: Any, clears: Any, label: Any, handle: Any, element_shape: Any
) -> None:
    """Refuses arguments that contradict each other."""
    if handle is None:
        if size is None:
            raise errors.ArgumentValueError(
                message="Argument `size` must be provided if handle is not provided. At "
                f"{user_line()}"
            )
        return
    both = {
        "size": size,
        "dynamic_size": dynamic,
        "clear_after_read": clears,
        "tensor_array_name": label,
        "element_shape": element_shape,
    }
    for name, value in both.items():
        if value is not None:
            raise errors.ArgumentValueError(
                message=f"Cannot provide both a `handle` and `{name}` arguments at the same time, "
                f"at {user_line()}"
            )


def flow_of(value: Any) -> Any:
    """The flow of an array, which is what loops and branches pass on; anything else as it is."""
    return value.flow if isinstance(value, TensorArray) else value


def array_again(like: Any, tensor: Any) -> Any:
    """The array that `like` is with another flow; where it is none, the tensor."""
    return like.again(tensor) if isinstance(like, TensorArray) else tensor


# ---- gradients


def _source(gradient: Tensor) -> str:
    """The backward pass that a gradient belongs to: the name up to "gradients"."""
    parts = gradient.name.split("/")
    found = [i for i, part in enumerate(parts) if part.startswith("gradients")]
    if not found:
        raise errors.ArgumentValueError(
            op=gradient.op,
            message=f"Expected op/tensor name to start with gradients (excluding scope), got: "
            f"{gradient.name}. Give tf.gradients a name that begins with 'gradients'. At "
            f"{user_line()}",
        )
    return "/".join(parts[: found[-1] + 1])


def _gradients(op: Operation, flow: Tensor, given: Tensor, dtype: Any) -> TensorArray:
    whole = TensorArray(dtype, handle=op.inputs[0], flow=flow, colocate_with_first_write_call=False)
    return whole.grad(_source(given), flow=flow)


def _after(op: Operation, flow: Tensor) -> Tensor:
    """The gradient's flow, behind what was written."""
    written = array.identity(op.outputs[0], name="flow_out")
    with flow.graph.control_dependencies([written]):
        return array.identity(flow, name="write_barrier")


def of_read(op: Operation, dy: Tensor) -> tuple[Any, ...]:
    """Adds to the gradient of the element."""
    there = _gradients(op, op.inputs[2], dy, op.attrs["dtype"])
    return None, None, there.write(op.inputs[1], dy).flow


def of_write(op: Operation, flow: Tensor) -> tuple[Any, ...]:
    """Reads the gradient of the element."""
    after = _after(op, flow)
    there = _gradients(op, after, flow, op.attrs["T"])
    return None, None, there.read(op.inputs[1]), after


def of_gather(op: Operation, dy: Tensor) -> tuple[Any, ...]:
    """Adds to the gradients of the elements."""
    there = _gradients(op, op.inputs[2], dy, op.attrs["dtype"])
    return None, None, there.scatter(op.inputs[1], dy).flow


def of_scatter(op: Operation, flow: Tensor) -> tuple[Any, ...]:
    """Gathers the gradients of the elements."""
    after = _after(op, flow)
    there = _gradients(op, after, flow, op.attrs["T"])
    return None, None, there.gather(op.inputs[1]), after


def of_concat(op: Operation, dy: Tensor, _: Any) -> tuple[Any, ...]:
    """Splits into the gradients of the elements."""
    there = _gradients(op, op.inputs[1], dy, op.attrs["dtype"])
    return None, there.split(dy, op.outputs[1]).flow


def of_split(op: Operation, flow: Tensor) -> tuple[Any, ...]:
    """Joins the gradients of the elements."""
    after = _after(op, flow)
    return None, _gradients(op, after, flow, op.attrs["T"]).concat(), None, after
