"""Operations and their outputs: a node of a graph, and the tensors that leave it.

Follows TensorFlow's `Operation` and `Tensor`. Each operation remembers the user's line that made
it. The two are made of each other; the graph, in `graph.py`, makes them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from neuronboard import errors
from neuronboard.engine.dtypes import DType
from neuronboard.engine.mistakes import no_value
from neuronboard.engine.opdef import OpDef
from neuronboard.engine.operators import Operators
from neuronboard.engine.shape import TensorShape, unequal
from neuronboard.engine.where import origins, stack_summary, user_calls, user_line

if TYPE_CHECKING:
    from traceback import StackSummary

    from neuronboard.engine.contexts import Context
    from neuronboard.engine.graph import Graph
    from neuronboard.pb import graph_pb2
    from neuronboard.pb.graph_pb2 import NodeDef


class Tensor(Operators):
    """One output of an operation: a value that a session will compute."""

    __slots__ = ("__weakref__", "_shape", "assign", "dtype", "op", "value_index")
    assign: Callable[..., Tensor]  # of a variable's slice only: see `ops/slicing.py`
    __array_priority__ = 100  # so that `ndarray * tensor` asks the tensor

    def __init__(self, op: Operation, value_index: int, dtype: DType, shape: TensorShape) -> None:
        self.op = op
        self.value_index = value_index
        self.dtype = dtype
        self._shape = shape

    @property
    def name(self) -> str:
        """ "<operation>:<output>"."""
        return f"{self.op.name}:{self.value_index}"

    @property
    def graph(self) -> Graph:
        """The graph that the operation is in."""
        return self.op.graph

    @property
    def device(self) -> str:
        """Where the operation is said to belong; "" for anywhere."""
        return self.op.device

    @property
    def shape(self) -> TensorShape:
        """What is known of the shape before it is computed."""
        return self._shape

    def get_shape(self) -> TensorShape:
        """The same as `shape`."""
        return self._shape

    def set_shape(self, shape: Any) -> None:
        """Adds what the caller knows of the shape; ShapeError (ValueError) if it contradicts."""
        try:
            self._shape = self._shape.merge_with(shape)
        except errors.ShapeError as error:
            what = unequal(self._shape, TensorShape(shape)).rstrip(".")
            raise errors.ShapeError(
                op=self.op,
                message=f"{what}. {error.message} for {self.name} at {user_line()}; "
                f"{origins([self.op])}. tf.reshape(x, ...) changes a shape",
            ) from None

    def consumers(self) -> list[Operation]:
        """The operations that take this tensor."""
        return [op for op in self.graph.get_operations() if any(t is self for t in op.inputs)]

    def eval(self, feed_dict: Any = None, session: Any = None) -> Any:
        """The value, computed by `session` or the default session."""
        from neuronboard.engine.session import session_of

        return session_of(self, session).run(self, feed_dict)

    def __repr__(self) -> str:
        return f"<tf.Tensor {self.name!r} shape={self._shape} dtype={self.dtype.name}>"

    def __str__(self) -> str:
        shape = "" if self._shape.dims is None else f"shape={self._shape}, "
        return f'Tensor("{self.name}", {shape}dtype={self.dtype.name})'

    def __bool__(self) -> bool:
        raise no_value(self, "Using a symbolic `tf.Tensor` as a Python `bool`", "test the result")

    def __iter__(self) -> Iterator[Any]:
        raise no_value(self, "Iterating over a symbolic `tf.Tensor`", "iterate over that")

    def __len__(self) -> int:
        raise no_value(self, "The len() of a symbolic `tf.Tensor`", "measure that, or use x.shape")

    def __float__(self) -> float:
        raise no_value(self, "Using a symbolic `tf.Tensor` as a number", "use the result")

    def __int__(self) -> int:
        raise no_value(self, "Using a symbolic `tf.Tensor` as a number", "use the result")

    def __array__(self, *_: Any, **__: Any) -> Any:
        raise no_value(self, "Using a symbolic `tf.Tensor` as an array", "use the result")


class Operation:
    """A node of a graph: a type, inputs, attributes, and outputs."""

    __slots__ = (
        *("__weakref__", "_calls", "_control_inputs", "_id", "attrs", "changed", "context"),
        *("definition", "device", "graph", "inputs", "name", "outputs", "spelled"),
    )

    def __init__(
        self,
        graph: Graph,
        definition: OpDef,
        name: str,
        inputs: Sequence[Tensor],
        control_inputs: Sequence[Operation],
        attrs: dict[str, Any],
    ) -> None:
        self.graph = graph
        self.definition = definition
        self.name = name
        self.inputs: tuple[Tensor, ...] = tuple(inputs)
        self._control_inputs = list(control_inputs)
        self.attrs = attrs
        self.device = ""
        self.spelled: tuple[str | None, ...] = ()  # inputs that an import names in its own way
        self.context: Context | None = None  # the branch or loop that it was made in
        self.changed = False  # since it was made; its control inputs are then written in order
        self._calls = user_calls()
        self._id = 0
        self.outputs: list[Tensor] = []

    @property
    def type(self) -> str:
        """The type's name, such as "Mul"."""
        return self.definition.type

    @property
    def control_inputs(self) -> list[Operation]:
        """Operations that must have run before this one."""
        return list(self._control_inputs)

    def update_input(self, index: int, tensor: Tensor) -> None:
        """Takes `tensor` as input number `index`, in place of another."""
        self.inputs = (*self.inputs[:index], tensor, *self.inputs[index + 1 :])
        self.changed = True

    def wait_for(self, *others: Operation) -> None:
        """Adds operations that must have run before this one."""
        self._control_inputs += [op for op in others if op not in self._control_inputs]
        self.changed = self.changed or bool(others)

    def forget_control_inputs(self) -> None:
        """Waits for nothing any more but its inputs."""
        self._control_inputs.clear()
        self.changed = True

    @property
    def node_def(self) -> NodeDef:
        """This operation as a NodeDef message."""
        from neuronboard.engine.graph_def import node_def

        return node_def(self)

    @property
    def op_def(self) -> graph_pb2.OpDef:
        """This operation's type as an OpDef message: see `graph_def.op_def`."""
        from neuronboard.engine.graph_def import op_def

        return op_def(self)

    @property
    def where(self) -> str:
        """ "file:line" of the user's code that made this operation."""
        code, line = self._calls[0]
        return f"{code.co_filename}:{line}"

    @property
    def traceback(self) -> StackSummary:
        """The user's calls that made this operation, the outermost first; none of NeuronBoard's."""
        return stack_summary(self._calls)

    def get_attr(self, name: str) -> Any:
        """The value of an attribute; ValueError naming those there are."""
        if name not in self.attrs:
            known = ", ".join(sorted(self.attrs)) or "none"
            raise errors.ArgumentValueError(
                op=self,
                message=f"Operation {self.name!r} has no attr named {name!r}. It has: {known}",
            )
        return self.attrs[name]

    def run(self, feed_dict: Any = None, session: Any = None) -> None:
        """Runs this operation in `session` or the default session."""
        from neuronboard.engine.session import session_of

        session_of(self, session).run(self, feed_dict)

    def values(self) -> tuple[Tensor, ...]:
        """The outputs."""
        return tuple(self.outputs)

    def colocation_groups(self) -> list[bytes]:
        """The `_class` attribute: what this operation is to be near to."""
        return list(self.attrs.get("_class", [f"loc:@{self.name}".encode()]))

    def __repr__(self) -> str:
        return f"<tf.Operation {self.name!r} type={self.type}>"

    def __str__(self) -> str:
        return str(self.node_def)
