"""Cells around cells: layers of them, and dropout, residuals or a device for one.

Source: Gal and Ghahramani 2015 (variational dropout).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from typing import Any

from neuronboard import errors
from neuronboard.engine.convert import convert_to_tensor
from neuronboard.engine.graph import get_default_graph
from neuronboard.engine.ops import (
    arithmetic,
    functions,
    join,
    slicing,
)
from neuronboard.engine.ops import random as draws
from neuronboard.engine.ops.static import static_value
from neuronboard.engine.rnn_base import LSTMStateTuple, RNNCell, axes_of, check_cell
from neuronboard.engine.structure import flatten, is_nested, mapped, pack
from neuronboard.engine.variable_scope import (
    variable_scope,
)
from neuronboard.engine.variables import Variable
from neuronboard.engine.where import user_line


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
