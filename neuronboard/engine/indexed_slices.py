"""Gradients of tables: values for some rows, and which rows they are for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from neuronboard.engine.dtypes import DType
    from neuronboard.engine.graph import Graph, Operation, Tensor
    from neuronboard.engine.shape import TensorShape


class IndexedSlicesValue(NamedTuple):
    """What fetching `IndexedSlices` gives."""

    values: Any
    indices: Any
    dense_shape: Any


class IndexedSlices:
    """Rows of a tensor: values[i] belongs to row indices[i]; of a row given twice, the sum.

    What `gather` gives as the gradient of its table; `tf.convert_to_tensor` makes it whole.
    """

    def __init__(self, values: Tensor, indices: Tensor, dense_shape: Tensor | None = None) -> None:
        self.values = values
        self.indices = indices
        self.dense_shape = dense_shape

    @property
    def dtype(self) -> DType:
        """The type of the values."""
        return self.values.dtype

    @property
    def op(self) -> Operation:
        """The operation that makes the values."""
        return self.values.op

    @property
    def name(self) -> str:
        """The name of the values."""
        return self.values.name

    @property
    def graph(self) -> Graph:
        """The graph it is in."""
        return self.values.graph

    @property
    def shape(self) -> TensorShape:
        """What is known of the whole tensor's shape."""
        from neuronboard.engine.ops.static import shape_from
        from neuronboard.engine.shape import TensorShape

        return TensorShape(None) if self.dense_shape is None else shape_from(self.dense_shape)

    def _as_tensor(self) -> Tensor:
        """The whole tensor, zeros where no row is given."""
        from neuronboard import errors
        from neuronboard.engine.ops import segment

        if self.dense_shape is None:
            raise errors.ArgumentValueError(
                op=self.values.op,
                message="Tensor conversion requested for IndexedSlices without dense_shape: "
                f"{self}",
            )
        rows = self.dense_shape[0]
        return segment.unsorted_segment_sum(self.values, self.indices, rows)

    def consumers(self) -> list[Any]:
        """The operations that take the values."""
        return self.values.consumers()

    def __str__(self) -> str:
        shape = "" if self.dense_shape is None else f", dense_shape={self.dense_shape}"
        return f"IndexedSlices(indices={self.indices}, values={self.values}{shape})"

    __repr__ = __str__
