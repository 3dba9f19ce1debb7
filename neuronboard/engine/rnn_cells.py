"""Cells of recurrent networks: one step each, `cell(inputs, state) -> (output, new state)`.

A cell makes its variables when it is first called, below the variable scope that is open then, as
"rnn/basic_lstm_cell/kernel", and uses the same ones from then on. Formulas: Hochreiter and
Schmidhuber 1997 with the forget gate of Gers et al. 2000 and the peepholes of 2002 (LSTM), Cho et
al. 2014 (GRU).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from neuronboard.engine import dtypes
from neuronboard.engine.initializers import Constant, Zeros
from neuronboard.engine.ops import (
    activations,
    arithmetic,
    compare,
    functions,
    join,
    matrix,
    normalize,
    slicing,
)
from neuronboard.engine.ops.constant import constant
from neuronboard.engine.rnn_base import LSTMStateTuple, RNNCell, need_floats
from neuronboard.engine.rnn_wrappers import (
    DeviceWrapper,
    DropoutWrapper,
    MultiRNNCell,
    ResidualWrapper,
)
from neuronboard.engine.shape import TensorShape
from neuronboard.engine.structure import flatten

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
        need_floats(inputs, state)
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
        need_floats(inputs, state)
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
        need_floats(inputs, *flatten(state))
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
        need_floats(inputs, *flatten(state))
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
