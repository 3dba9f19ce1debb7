"""What every cell of a recurrent network is: variables made at its first call, sizes, zero states.

`rnn_cells.py` has the cells, `rnn_wrappers.py` those around others.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any, NamedTuple

from neuronboard import errors
from neuronboard.engine.convert import convert_to_tensor
from neuronboard.engine.graph import Tensor, get_default_graph
from neuronboard.engine.ops import (
    array,
    join,
)
from neuronboard.engine.ops.constant import constant
from neuronboard.engine.ops.static import static_value
from neuronboard.engine.shape import TensorShape
from neuronboard.engine.structure import flatten, mapped
from neuronboard.engine.variable_scope import (
    VariableScope,
    get_variable,
    get_variable_scope,
    variable_scope,
)
from neuronboard.engine.variables import Variable
from neuronboard.engine.where import user_line


class LSTMStateTuple(NamedTuple):
    """The state of an LSTM: what it remembers, and what it last gave."""

    c: Any
    h: Any

    @property
    def dtype(self) -> Any:
        """The type of both; TypeError where they differ."""
        if self.c.dtype != self.h.dtype:
            raise errors.DTypeError(
                message=f"Inconsistent internal state: {self.c.dtype} vs {self.h.dtype}. At "
                f"{user_line()}"
            )
        return self.c.dtype


class RNNCell:
    """A cell. Subclasses have `state_size`, `output_size`, and `call` or `__call__`.

    Sizes are numbers, shapes, or structures of them. `build(shape of the inputs)` is called once,
    before the first `call`; variables are made there with `self.add_variable`.
    """

    _is_layer = False  # whether its operations stand directly below the open scope

    def __init__(
        self,
        trainable: bool = True,
        name: str | None = None,
        dtype: Any = None,
        _reuse: Any = None,
        **unused: Any,
    ) -> None:
        self.trainable, self.dtype, self.built = trainable, dtype, False
        self._given_name, self._reuse = name, _reuse
        self._scope: VariableScope | None = None
        self._name_scope = ""
        self.variables: list[Variable] = []

    @property
    def name(self) -> str:
        """The name of its variables' scope: the class's in small letters, unless it was given."""
        return self._given_name or _snake(type(self).__name__)

    @property
    def state_size(self) -> Any:
        """The size or sizes of the state."""
        raise NotImplementedError("Abstract method")

    @property
    def output_size(self) -> Any:
        """The size or sizes of the output."""
        raise NotImplementedError("Abstract method")

    @property
    def trainable_weights(self) -> list[Variable]:
        """The variables that optimizers change."""
        return [variable for variable in self.variables if variable.trainable]

    weights = trainable_variables = trainable_weights

    def build(self, inputs_shape: TensorShape) -> None:
        """Makes the variables."""

    def call(self, inputs: Any, state: Any) -> tuple[Any, Any]:
        """(output, new state) of one step."""
        raise NotImplementedError("Abstract method")

    def __call__(self, inputs: Any, state: Any, scope: Any = None) -> tuple[Any, Any]:
        """(output, new state) of one step; scope: where the variables are, at the first call."""
        with self._around(scope), self._opened(scope):
            if not self.built:
                self.build(convert_to_tensor(flatten(inputs)[0]).shape)
                self.built = True
            return self.call(inputs, state)

    def _around(self, scope: Any) -> AbstractContextManager[Any]:
        """The open variable scope entered once more, as TensorFlow does for cells of cells."""
        if self._is_layer or self._scope is not None or scope is not None:
            return nullcontext()
        return variable_scope(get_variable_scope())

    @contextmanager
    def _opened(self, scope: Any) -> Iterator[None]:
        """Enters the cell's variable scope, and the name scope it has had from the first call."""
        graph = get_default_graph()
        if self._scope is None:
            given = scope or (self.name if self._reuse else None)
            with variable_scope(given, default_name=self.name, reuse=self._reuse) as found:
                self._scope, self._name_scope = found, found.original_name_scope
        reuse = True if self.built else self._reuse
        entered = variable_scope(self._scope, reuse=reuse, auxiliary_name_scope=False)
        with entered, graph.name_scope(self._name_scope):
            yield

    def add_variable(
        self, name: str, shape: Sequence[int], initializer: Any = None, dtype: Any = None
    ) -> Variable:
        """A variable of the cell."""
        made = get_variable(
            name, shape, dtype or self.dtype, initializer=initializer, trainable=self.trainable
        )
        self.variables.append(made)
        return made

    add_weight = add_variable

    def zero_state(self, batch_size: Any, dtype: Any) -> Any:
        """A state of zeros for a batch of a size, a number or a tensor."""
        with get_default_graph().name_scope(f"{type(self).__name__}ZeroState"):
            return mapped_sizes(lambda size: _zeros(batch_size, size, dtype), self.state_size)

    def get_initial_state(
        self, inputs: Any = None, batch_size: Any = None, dtype: Any = None
    ) -> Any:
        """`zero_state` for a batch like `inputs`, or of a size and type."""
        if inputs is not None:
            tensor = convert_to_tensor(inputs, name="inputs")
            known = tensor.shape.dims[0] if tensor.shape.dims else None
            batch_size, dtype = known or array.shape(tensor)[0], tensor.dtype
        if batch_size is None or dtype is None:
            raise errors.ArgumentValueError(
                message="batch_size and dtype cannot be None while constructing initial state: "
                f"batch_size={batch_size}, dtype={dtype}. At {user_line()}"
            )
        return self.zero_state(batch_size, dtype)

    def _depth(self, shape: TensorShape) -> int:
        """The size of the inputs' last axis, which must be known."""
        size = shape.dims[-1] if shape.dims else None
        if size is None:
            raise errors.ArgumentValueError(
                message=f"Expected inputs.shape[-1] to be known, saw shape: {shape}. At "
                f"{user_line()}; inputs.set_shape([None, size]) tells it"
            )
        return size


def _snake(name: str) -> str:
    """ "BasicLSTMCell" -> "basic_lstm_cell"."""
    parted = re.sub("(.)([A-Z][a-z0-9]+)", r"\1_\2", name)
    return re.sub("([a-z])([A-Z])", r"\1_\2", parted).lower().lstrip("_")


def mapped_sizes(function: Callable[[Any], Any], sizes: Any) -> Any:
    """`function` of each size in a structure; a TensorShape is one size."""
    return mapped(function, sizes)


def axes_of(size: Any) -> list[int]:
    """The axes of what has a size: a number is one axis, a shape several."""
    axes: list[Any] = size.as_list() if isinstance(size, TensorShape) else [size]
    return [int(axis) for axis in axes]


def joined_sizes(first: Any, size: Any) -> Tensor:
    """The sizes `first`, a number or a tensor of one, and `size` as a vector."""
    return join.concat([_vector(first)[0], _vector(size)[0]], 0)


def known_sizes(first: Any, size: Any) -> list[int | None]:
    """What is known of them; `first` may be a list, with None for what is not."""
    return [*_vector(first)[1], *_vector(size)[1]]


def _vector(sizes: Any) -> tuple[Tensor | None, list[int | None]]:
    """Sizes as a vector, where each is known or they are a tensor; and what is known of them."""
    if isinstance(sizes, Tensor):
        value = static_value(sizes)
        return array.expand_dims(sizes, 0), [None if value is None else int(value)]
    known: list[int | None] = [*sizes] if isinstance(sizes, list) else [*axes_of(sizes)]
    return (None if None in known else constant(known)), known


def _zeros(batch_size: Any, size: Any, dtype: Any) -> Tensor:
    """Zeros of shape [batch_size, *size]."""
    zeros = array.zeros(joined_sizes(batch_size, size), dtype)
    zeros.set_shape(known_sizes(batch_size, size))
    return zeros


def need_floats(*tensors: Any) -> None:
    """Refuses inputs that are no floating-point numbers."""
    for tensor in tensors:
        if tensor.dtype.kind not in "fc":
            raise errors.ArgumentValueError(
                message=f"RNN cell only supports floating point inputs, but saw dtype: "
                f"{tensor.dtype.name}. At {user_line()}"
            )


_PARTS = {
    "output_size": "'output_size' property is missing",
    "state_size": "'state_size' property is missing",
    "zero_state": "either 'zero_state' or 'get_initial_state' method is required",
    "__call__": "is not callable",
}


def check_cell(role: str, cell: Any) -> None:
    """Raises DTypeError (TypeError) for what is no cell."""
    missing = [said for name, said in _PARTS.items() if not hasattr(cell, name)]
    if missing:
        raise errors.DTypeError(
            message=f"The argument {role!r} ({cell}) is not an RNNCell: {', '.join(missing)}. At "
            f"{user_line()}"
        )
