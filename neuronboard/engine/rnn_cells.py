"""Cells of recurrent networks: one step each, `cell(inputs, state) -> (output, new state)`.

A cell makes its variables when it is first called, below the variable scope that is open then, as
"rnn/basic_lstm_cell/kernel", and uses the same ones from then on. Formulas: Hochreiter and
Schmidhuber 1997 with the forget gate of Gers et al. 2000 and the peepholes of 2002 (LSTM), Cho et
al. 2014 (GRU), Gal and Ghahramani 2015 (variational dropout).

Long, because the cells are many; each is read by itself.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any, NamedTuple

from neuronboard import errors
from neuronboard.engine import dtypes
from neuronboard.engine.convert import convert_to_tensor
from neuronboard.engine.graph import Tensor, get_default_graph
from neuronboard.engine.initializers import Constant, Zeros
from neuronboard.engine.ops import (
    activations,
    arithmetic,
    array,
    compare,
    functions,
    join,
    matrix,
    normalize,
    slicing,
)
from neuronboard.engine.ops import random as draws
from neuronboard.engine.ops.constant import constant
from neuronboard.engine.ops.static import static_value
from neuronboard.engine.shape import TensorShape
from neuronboard.engine.structure import flatten, is_nested, mapped, pack
from neuronboard.engine.variable_scope import (
    VariableScope,
    get_variable,
    get_variable_scope,
    variable_scope,
)
from neuronboard.engine.variables import Variable
from neuronboard.engine.where import user_line

__all__ = [
    "BasicLSTMCell",
    "BasicRNNCell",
    "DeviceWrapper",
    "DropoutWrapper",
    "GRUCell",
    "LSTMCell",
    "LSTMStateTuple",
    "MultiRNNCell",
    "RNNCell",
    "ResidualWrapper",
]

Activation = Callable[[Any], Any]


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


def _float(*tensors: Any) -> None:
    """Refuses inputs that are no floating-point numbers."""
    for tensor in tensors:
        if tensor.dtype.kind not in "fc":
            raise errors.ArgumentValueError(
                message=f"RNN cell only supports floating point inputs, but saw dtype: "
                f"{tensor.dtype.name}. At {user_line()}"
            )


class BasicRNNCell(RNNCell):
    """new state = output = activation([inputs, state] @ kernel + bias)."""

    _is_layer = True

    def __init__(
        self,
        num_units: int,
        activation: Activation | None = None,
        reuse: Any = None,
        name: str | None = None,
        dtype: Any = None,
        input_size: Any = None,
    ) -> None:
        super().__init__(name=name, dtype=dtype, _reuse=reuse)
        self._units, self._activation = num_units, activation or functions.tanh

    @property
    def state_size(self) -> Any:
        return self._units

    @property
    def output_size(self) -> Any:
        return self._units

    def build(self, inputs_shape: TensorShape) -> None:
        rows = self._depth(inputs_shape) + self._units
        self._kernel = self.add_variable("kernel", [rows, self._units])
        self._bias = self.add_variable("bias", [self._units], Zeros())

    def call(self, inputs: Any, state: Any) -> tuple[Any, Any]:
        _float(inputs, state)
        given = matrix.matmul(join.concat([inputs, state], 1), self._kernel)
        output = self._activation(normalize.bias_add(given, self._bias))
        return output, output


class GRUCell(RNNCell):
    """A gated recurrent unit: r and u say how much of the state is read, and how much is kept."""

    _is_layer = True

    def __init__(
        self,
        num_units: int,
        activation: Activation | None = None,
        reuse: Any = None,
        kernel_initializer: Any = None,
        bias_initializer: Any = None,
        name: str | None = None,
        dtype: Any = None,
        input_size: Any = None,
    ) -> None:
        super().__init__(name=name, dtype=dtype, _reuse=reuse)
        self._units, self._activation = num_units, activation or functions.tanh
        self._kernel_start, self._bias_start = kernel_initializer, bias_initializer

    @property
    def state_size(self) -> Any:
        return self._units

    @property
    def output_size(self) -> Any:
        return self._units

    def build(self, inputs_shape: TensorShape) -> None:
        rows, units, start = self._depth(inputs_shape) + self._units, self._units, self._bias_start
        self._gates = (
            self.add_variable("gates/kernel", [rows, 2 * units], self._kernel_start),
            self.add_variable("gates/bias", [2 * units], start or Constant(1.0)),
        )
        self._candidate = (
            self.add_variable("candidate/kernel", [rows, units], self._kernel_start),
            self.add_variable("candidate/bias", [units], start or Zeros()),
        )

    def call(self, inputs: Any, state: Any) -> tuple[Any, Any]:
        _float(inputs, state)
        given = matrix.matmul(join.concat([inputs, state], 1), self._gates[0])
        gates = activations.sigmoid(normalize.bias_add(given, self._gates[1]))
        r, u = join.split(value=gates, num_or_size_splits=2, axis=1)
        read = r * state
        given = matrix.matmul(join.concat([inputs, read], 1), self._candidate[0])
        c = self._activation(normalize.bias_add(given, self._candidate[1]))
        new = u * state + (1 - u) * c
        return new, new


class BasicLSTMCell(RNNCell):
    """An LSTM without peepholes, clipping or projection.

    forget_bias: added to the forget gate, so that it begins open. state_is_tuple: whether the state
    is an `LSTMStateTuple`, or both parts side by side in one tensor.
    """

    _is_layer = True

    def __init__(
        self,
        num_units: int,
        forget_bias: float = 1.0,
        state_is_tuple: bool = True,
        activation: Activation | None = None,
        reuse: Any = None,
        name: str | None = None,
        dtype: Any = None,
        input_size: Any = None,
    ) -> None:
        super().__init__(name=name, dtype=dtype, _reuse=reuse)
        self._units, self._forget_bias = num_units, forget_bias
        self._is_tuple, self._activation = state_is_tuple, activation or functions.tanh

    @property
    def state_size(self) -> Any:
        units = self._units
        return LSTMStateTuple(units, units) if self._is_tuple else 2 * units

    @property
    def output_size(self) -> Any:
        return self._units

    def build(self, inputs_shape: TensorShape) -> None:
        rows = self._depth(inputs_shape) + self._units
        self._kernel = self.add_variable("kernel", [rows, 4 * self._units])
        self._bias = self.add_variable("bias", [4 * self._units], Zeros())

    def call(self, inputs: Any, state: Any) -> tuple[Any, Any]:
        _float(inputs, *flatten(state))
        sigmoid, add, multiply = activations.sigmoid, arithmetic.add, arithmetic.multiply
        one = constant(1, dtypes.int32)
        if self._is_tuple:
            c, h = state
        else:
            c, h = join.split(value=state, num_or_size_splits=2, axis=one)
        given = matrix.matmul(join.concat([inputs, h], 1), self._kernel)
        given = normalize.bias_add(given, self._bias)
        i, j, f, o = join.split(value=given, num_or_size_splits=4, axis=one)
        bias = constant(self._forget_bias, f.dtype)
        kept = multiply(c, sigmoid(add(f, bias)))
        new_c = add(kept, multiply(sigmoid(i), self._activation(j)))
        new_h = multiply(self._activation(new_c), sigmoid(o))
        if self._is_tuple:
            return new_h, LSTMStateTuple(new_c, new_h)
        return new_h, join.concat([new_c, new_h], 1)


class LSTMCell(RNNCell):
    """An LSTM, with peepholes, clipping and a projection of its output where they are asked for.

    cell_clip, proj_clip: bounds of the memory and of the projected output. num_proj: the size that
    the output is projected to.
    """

    _is_layer = True

    def __init__(
        self,
        num_units: int,
        use_peepholes: bool = False,
        cell_clip: float | None = None,
        initializer: Any = None,
        num_proj: int | None = None,
        proj_clip: float | None = None,
        num_unit_shards: Any = None,
        num_proj_shards: Any = None,
        forget_bias: float = 1.0,
        state_is_tuple: bool = True,
        activation: Activation | None = None,
        reuse: Any = None,
        name: str | None = None,
        dtype: Any = None,
        input_size: Any = None,
    ) -> None:
        super().__init__(name=name, dtype=dtype, _reuse=reuse)
        self._units, self._projected = num_units, num_proj
        self._peeps, self._start = use_peepholes, initializer
        self._clips = cell_clip, proj_clip
        self._forget_bias, self._is_tuple = forget_bias, state_is_tuple
        self._activation = activation or functions.tanh

    @property
    def state_size(self) -> Any:
        last = self._projected or self._units
        return LSTMStateTuple(self._units, last) if self._is_tuple else self._units + last

    @property
    def output_size(self) -> Any:
        return self._projected or self._units

    def build(self, inputs_shape: TensorShape) -> None:
        units = self._units
        rows = self._depth(inputs_shape) + (self._projected or units)
        self._kernel = self.add_variable("kernel", [rows, 4 * units], self._start)
        self._bias = self.add_variable("bias", [4 * units], Zeros())
        if self._peeps:
            self._diagonals = [
                self.add_variable(f"w_{gate}_diag", [units], self._start) for gate in "fio"
            ]
        if self._projected is not None:
            shape = [units, self._projected]
            self._projection = self.add_variable("projection/kernel", shape, self._start)

    def call(self, inputs: Any, state: Any) -> tuple[Any, Any]:
        _float(inputs, *flatten(state))
        c, m = self._parts(state)
        given = matrix.matmul(join.concat([inputs, m], 1), self._kernel)
        given = normalize.bias_add(given, self._bias)
        i, j, f, o = join.split(value=given, num_or_size_splits=4, axis=1)
        c = self._memory(i, j, f, c)
        if self._clips[0] is not None:
            c = compare.clip_by_value(c, -self._clips[0], self._clips[0])
        if self._peeps:
            m = activations.sigmoid(o + self._diagonals[2] * c) * self._activation(c)
        else:
            m = activations.sigmoid(o) * self._activation(c)
        if self._projected is not None:
            m = matrix.matmul(m, self._projection)
            if self._clips[1] is not None:
                m = compare.clip_by_value(m, -self._clips[1], self._clips[1])
        return m, LSTMStateTuple(c, m) if self._is_tuple else join.concat([c, m], 1)

    def _parts(self, state: Any) -> tuple[Any, Any]:
        if self._is_tuple:
            c, m = state
            return c, m
        units = self._units
        c = slicing.slice(state, [0, 0], [-1, units])
        return c, slicing.slice(state, [0, units], [-1, self._projected or units])

    def _memory(self, i: Any, j: Any, f: Any, c: Any) -> Any:
        """What is remembered after the step."""
        sigmoid, bias = activations.sigmoid, self._forget_bias
        if self._peeps:
            forget, take, _ = self._diagonals
            return sigmoid(f + bias + forget * c) * c + sigmoid(i + take * c) * self._activation(j)
        return sigmoid(f + bias) * c + sigmoid(i) * self._activation(j)


class MultiRNNCell(RNNCell):
    """Cells one above the other: the output of each is the input of the next."""

    def __init__(self, cells: Sequence[RNNCell], state_is_tuple: bool = True) -> None:
        super().__init__()
        if not is_nested(cells):
            raise errors.DTypeError(
                message=f"cells must be a list or tuple, but saw: {cells}. At {user_line()}"
            )
        if not cells:
            raise errors.ArgumentValueError(
                message=f"Must specify at least one cell for MultiRNNCell. At {user_line()}"
            )
        self._cells, self._is_tuple = list(cells), state_is_tuple
        if not state_is_tuple and any(is_nested(cell.state_size) for cell in cells):
            sizes = [cell.state_size for cell in cells]
            raise errors.ArgumentValueError(
                message="Some cells return tuples of states, but the flag state_is_tuple is not "
                f"set. State sizes are: {sizes}. At {user_line()}"
            )

    @property
    def state_size(self) -> Any:
        sizes = tuple(cell.state_size for cell in self._cells)
        return sizes if self._is_tuple else sum(sizes)

    @property
    def output_size(self) -> Any:
        return self._cells[-1].output_size

    @property
    def trainable_weights(self) -> list[Variable]:
        return [variable for cell in self._cells for variable in cell.trainable_weights]

    def zero_state(self, batch_size: Any, dtype: Any) -> Any:
        with get_default_graph().name_scope(f"{type(self).__name__}ZeroState"):
            if self._is_tuple:
                return tuple(cell.zero_state(batch_size, dtype) for cell in self._cells)
            return super().zero_state(batch_size, dtype)

    def call(self, inputs: Any, state: Any) -> tuple[Any, Any]:
        states: list[Any] = []
        begun = 0
        for i, cell in enumerate(self._cells):
            with variable_scope(f"cell_{i}"):
                if self._is_tuple:
                    before = state[i]
                else:
                    before = slicing.slice(state, [0, begun], [-1, cell.state_size])
                    begun += cell.state_size
                inputs, after = cell(inputs, before)
                states.append(after)
        return inputs, tuple(states) if self._is_tuple else join.concat(states, 1)


class _Wrapper(RNNCell):
    """A cell around another; its variables are the other's."""

    def __init__(self, cell: RNNCell, dtype: Any = None, name: str | None = None) -> None:
        super().__init__(name=name, dtype=dtype)
        check_cell("cell", cell)
        self.cell = cell

    @property
    def wrapped_cell(self) -> RNNCell:
        """The cell inside."""
        return self.cell

    @property
    def state_size(self) -> Any:
        return self.cell.state_size

    @property
    def output_size(self) -> Any:
        return self.cell.output_size

    @property
    def trainable_weights(self) -> list[Variable]:
        return self.cell.trainable_weights

    def zero_state(self, batch_size: Any, dtype: Any) -> Any:
        with get_default_graph().name_scope(f"{type(self).__name__}ZeroState"):
            return self.cell.zero_state(batch_size, dtype)


class DropoutWrapper(_Wrapper):
    """A cell whose inputs, state or outputs are partly dropped, the rest scaled up.

    The keep_probs are numbers or tensors, of what stays. The memory `c` of an LSTM is never
    dropped. variational_recurrent: the same places in every step of a run; it needs `dtype`, and
    `input_size` where inputs are dropped.
    """

    def __init__(
        self,
        cell: RNNCell,
        input_keep_prob: Any = 1.0,
        output_keep_prob: Any = 1.0,
        state_keep_prob: Any = 1.0,
        variational_recurrent: bool = False,
        input_size: Any = None,
        dtype: Any = None,
        seed: int | None = None,
        dropout_state_filter_visitor: Callable[[Any], Any] | None = None,
    ) -> None:
        super().__init__(cell, dtype)
        self._seed, self._filter = seed, dropout_state_filter_visitor
        with get_default_graph().name_scope("DropoutWrapperInit"):
            given = (input_keep_prob, state_keep_prob, output_keep_prob)
            self._kept = dict(zip(_DROPPED, map(_share, given, _DROPPED), strict=True))
            self._noise: dict[str, Any] = {}
            if variational_recurrent:
                self._make_noise(input_size, dtype)

    def _make_noise(self, input_size: Any, dtype: Any) -> None:
        if dtype is None:
            raise errors.ArgumentValueError(
                message=f"When variational_recurrent=True, dtype must be provided. At {user_line()}"
            )
        sizes = {"state": self.cell.state_size, "output": self.cell.output_size}
        if self._drops("input"):
            if input_size is None:
                raise errors.ArgumentValueError(
                    message="When variational_recurrent=True and input_keep_prob < 1.0 or is "
                    f"unknown, input_size must be provided. At {user_line()}"
                )
            sizes = {"input": input_size, **sizes}
        for kind, structure in sizes.items():
            self._noise[kind] = [
                draws.random_uniform([1, *axes_of(size)], dtype=dtype, seed=self._draw(kind, i))
                for i, size in enumerate(flatten(structure))
            ]

    def _draw(self, kind: str, index: int) -> int | None:
        """A seed for each place where something is drawn."""
        if self._seed is None:
            return None
        text = f"{self._seed}{kind}_{index}".encode()
        return int(hashlib.md5(text).hexdigest()[:8], 16) & 0x7FFFFFFF

    def _drops(self, kind: str) -> bool:
        kept = self._kept[kind]
        return not isinstance(kept, float) or kept < 1

    def __call__(self, inputs: Any, state: Any, scope: Any = None) -> tuple[Any, Any]:
        if self._drops("input"):
            inputs = self._dropped("input", inputs)
        output, new_state = self.cell(inputs, state, scope=scope)
        if self._drops("state"):
            new_state = self._dropped("state", new_state)
        if self._drops("output"):
            output = self._dropped("output", output)
        return output, new_state

    def _dropped(self, kind: str, values: Any) -> Any:
        kept, leaves = self._kept[kind], flatten(values)
        chosen = _chosen(values, self._filter) if kind == "state" else [True] * len(leaves)
        found = []
        for i, (leaf, drops) in enumerate(zip(leaves, chosen, strict=True)):
            if not drops:
                found.append(leaf)
            elif kind in self._noise:
                found.append(
                    arithmetic.divide(leaf, kept) * functions.floor(kept + self._noise[kind][i])
                )
                found[-1].set_shape(leaf.shape)
            else:
                found.append(draws.dropout(leaf, rate=1.0 - kept, seed=self._draw(kind, i)))
        return pack(values, found)


_DROPPED = ("input", "state", "output")


def _share(value: Any, kind: str) -> Any:
    """A share as number where it is known, else as tensor; ValueError outside of 0 to 1."""
    tensor = convert_to_tensor(value)
    known = static_value(tensor)
    if known is None:
        return tensor
    if not 0 <= known <= 1:
        raise errors.ArgumentValueError(
            message=f"Parameter {kind}_keep_prob must be between 0 and 1: {known}. At {user_line()}"
        )
    return float(known)


def _chosen(state: Any, keeps: Callable[[Any], Any] | None) -> list[bool]:
    """For each tensor of a state whether it is dropped from."""
    if keeps is not None:
        told = keeps(state)
        return [bool(told)] * len(flatten(state)) if isinstance(told, bool) else flatten(told)
    if isinstance(state, LSTMStateTuple):
        return [False, True]
    if not is_nested(state):
        return [True]
    children = [state[key] for key in sorted(state)] if isinstance(state, dict) else state
    return [drops for child in children for drops in _chosen(child, None)]


class ResidualWrapper(_Wrapper):
    """A cell whose inputs are added to its outputs; residual_fn: (inputs, outputs) -> outputs."""

    def __init__(self, cell: RNNCell, residual_fn: Callable[..., Any] | None = None) -> None:
        super().__init__(cell)
        self._residual = residual_fn

    def __call__(self, inputs: Any, state: Any, scope: Any = None) -> tuple[Any, Any]:
        outputs, new_state = self.cell(inputs, state, scope=scope)
        if self._residual is not None:
            return self._residual(inputs, outputs), new_state
        return mapped(lambda x, y: x + y, inputs, outputs), new_state


class DeviceWrapper(_Wrapper):
    """A cell whose operations are written to belong on a device."""

    def __init__(self, cell: RNNCell, device: Any) -> None:
        super().__init__(cell)
        self._device = device

    def __call__(self, inputs: Any, state: Any, scope: Any = None) -> tuple[Any, Any]:
        with get_default_graph().device(self._device):
            return self.cell(inputs, state, scope=scope)


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
