"""Recurrent networks over sequences: unrolled (`static_rnn`) or as a loop (`dynamic_rnn`).

Long, because the four forms share how lengths, first states and sizes are read.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from neuronboard import errors
from neuronboard.engine import dtypes
from neuronboard.engine.branches import cond
from neuronboard.engine.convert import convert_to_tensor
from neuronboard.engine.graph import Tensor, get_default_graph
from neuronboard.engine.loops import while_loop
from neuronboard.engine.ops import (
    arithmetic,
    array,
    checks,
    compare,
    join,
    numbers,
    order,
)
from neuronboard.engine.ops import reduce as reductions
from neuronboard.engine.ops.constant import constant
from neuronboard.engine.rnn_base import axes_of, check_cell, joined_sizes, known_sizes
from neuronboard.engine.shape import TensorShape
from neuronboard.engine.structure import difference, flatten, is_nested, mapped, pack
from neuronboard.engine.tensor_array import TensorArray
from neuronboard.engine.variable_scope import variable_scope
from neuronboard.engine.where import user_line

__all__ = [
    "bidirectional_dynamic_rnn",
    "dynamic_rnn",
    "raw_rnn",
    "static_bidirectional_rnn",
    "static_rnn",
]


def dynamic_rnn(
    cell: Any,
    inputs: Any,
    sequence_length: Any = None,
    initial_state: Any = None,
    dtype: Any = None,
    parallel_iterations: int | None = None,
    swap_memory: bool = False,
    time_major: bool = False,
    scope: Any = None,
) -> tuple[Any, Any]:
    """(outputs, state at the end) of a cell that is run over a sequence in a loop.

    inputs: [batch, time, depth], or with `time_major` [time, batch, depth], as outputs are; or a
    structure of such. sequence_length: int vector [batch]; behind its end an output is zero and the
    state stays. initial_state: zeros of `dtype` if None. Raises ValueError for inputs of unknown
    depth, and where neither `dtype` nor `initial_state` is given.
    """
    check_cell("cell", cell)
    with variable_scope(scope or "rnn"):
        leaves = [convert_to_tensor(leaf) for leaf in flatten(inputs)]
        if not time_major:
            leaves = [_turned(leaf) for leaf in leaves]
        lengths = _lengths(sequence_length)
        batch = _batch_size(leaves)
        state = _first_state(cell, initial_state, batch, dtype)
        if lengths is not None:
            lengths = _checked_lengths(lengths, batch)
        loop = _Dynamic(cell, pack(inputs, leaves), state, dtype, lengths)
        outputs, final = loop.run(parallel_iterations or 32, swap_memory)
        if not time_major:
            outputs = mapped(_turned, outputs)
        return outputs, final


def _turned(x: Tensor) -> Tensor:
    """[batch, time, ...] as [time, batch, ...], and back."""
    if x.shape.ndims is not None and x.shape.ndims < 2:
        return x
    rank = array.rank(x)
    swapped = array.transpose(x, join.concat([[1, 0], order.range(2, rank)], 0))
    dims = x.shape.dims
    if dims is not None:
        swapped.set_shape([dims[1], dims[0], *dims[2:]])
    return swapped


def _lengths(given: Any) -> Tensor | None:
    """Lengths of sequences as an int32 vector."""
    if given is None:
        return None
    lengths = numbers.cast(given, dtypes.int32)
    if lengths.shape.ndims not in (None, 1):
        raise errors.ArgumentValueError(
            message="Argument sequence_length must be a vector of length batch_size. Received "
            f"sequence_length={lengths} of shape: {lengths.shape}. At {user_line()}"
        )
    return array.identity(lengths, name="sequence_length")


def _checked_lengths(lengths: Tensor, batch: Any) -> Tensor:
    """The lengths, after it was seen that there are as many as sequences."""
    sizes, wanted = array.shape(lengths), join.stack([batch])
    said = [f"Expected shape for Tensor {lengths.name} is ", wanted, " but saw shape: ", sizes]
    right = reductions.reduce_all(compare.equal(sizes, wanted))
    with lengths.graph.control_dependencies([checks.Assert(right, said)]):
        return array.identity(lengths, name="CheckSeqLen")


def _batch_size(leaves: Sequence[Tensor]) -> Any:
    """The size of the second axis, as number where it is known."""
    for leaf in leaves:
        dims = leaf.shape.dims
        if dims is None:
            continue
        if len(dims) < 2:
            raise errors.ArgumentValueError(
                message=f"Input tensor should have rank >= 2. Received input={leaf} of rank "
                f"{len(dims)}. At {user_line()}"
            )
        if dims[1] is not None:
            return dims[1]
    return array.shape(leaves[0])[1]


def _first_state(cell: Any, given: Any, batch: Any, dtype: Any) -> Any:
    if given is not None:
        return given
    if not dtype:
        raise errors.ArgumentValueError(
            message="If no initial_state is provided, argument `dtype` must be specified. At "
            f"{user_line()}"
        )
    if getattr(cell, "get_initial_state", None) is not None:
        return cell.get_initial_state(inputs=None, batch_size=batch, dtype=dtype)
    return cell.zero_state(batch, dtype)


def _kind(dtype: Any, state: Any) -> Any:
    """The type of the outputs: the one that was given, or the state's."""
    return flatten(state)[0].dtype.base_dtype if dtype is None else dtypes.as_dtype(dtype)


class _Dynamic:
    """The loop of `dynamic_rnn`; everything in it has time as its first axis."""

    def __init__(self, cell: Any, inputs: Any, state: Any, dtype: Any, lengths: Any) -> None:
        self._cell, self._inputs, self._state = cell, inputs, state
        self._leaves: list[Tensor] = flatten(inputs)
        self._kind, self._lengths = _kind(dtype, state), lengths
        self._steps = array.shape(self._leaves[0])[0]
        self._batch = _batch_size(self._leaves)
        self._known = self._known_sizes()
        self._sizes = flatten(cell.output_size)
        zeros = [array.zeros(joined_sizes(self._batch, x), self._kind) for x in self._sizes]
        self._zeros = pack(cell.output_size, zeros)

    def _known_sizes(self) -> list[int | None]:
        """The sizes of time and batch, as far as they are known."""
        known = [None if leaf.shape.dims is None else leaf.shape.dims for leaf in self._leaves]
        for leaf, dims in zip(self._leaves, known, strict=True):
            if dims is None or len(dims) < 3 or None in dims[2:]:
                raise errors.ArgumentValueError(
                    message="Input size (depth of inputs) must be accessible via shape inference, "
                    f"but saw value None for input={leaf}. At {user_line()}; inputs.set_shape(["
                    "None, None, depth]) tells it"
                )
            if known[0] is not None and dims[:2] != known[0][:2]:
                raise errors.ArgumentValueError(
                    message="Time steps and batch size must be the same for all the elements in "
                    f"the input: {known[0][:2]} and {dims[:2]} for input={leaf}. At {user_line()}"
                )
        assert known[0] is not None
        return list(known[0][:2])

    def run(self, parallel_iterations: int, swap_memory: bool) -> tuple[Any, Any]:
        """(outputs, state at the end)."""
        lengths, steps = self._lengths, self._steps
        longest = steps
        if lengths is not None:
            self._shortest = reductions.reduce_min(lengths)
            longest = reductions.reduce_max(lengths)
        time = constant(0, dtypes.int32, name="time")
        written = self._arrays()
        bound = arithmetic.minimum(steps, arithmetic.maximum(1, longest))
        _, filled, final = while_loop(
            lambda time, *_: time < bound,
            self._step,
            (time, tuple(written), self._state),
            parallel_iterations=parallel_iterations,
            maximum_iterations=steps,
            swap_memory=swap_memory,
        )
        outputs = [result.stack() for result in filled]
        for output, size in zip(outputs, self._sizes, strict=True):
            output.set_shape(known_sizes(self._known, size))
        return pack(self._cell.output_size, outputs), final

    def _arrays(self) -> list[TensorArray]:
        """Arrays for the outputs; those of the inputs are filled."""
        with get_default_graph().name_scope("dynamic_rnn") as base:
            pass
        outputs = [
            TensorArray(
                self._kind,
                self._steps,
                element_shape=[self._known[1], *axes_of(size)],
                tensor_array_name=f"{base}output_{i}",
            )
            for i, size in enumerate(self._sizes)
        ]
        empty = [
            TensorArray(
                leaf.dtype,
                self._steps,
                element_shape=leaf.shape[1:],
                tensor_array_name=f"{base}input_{i}",
            )
            for i, leaf in enumerate(self._leaves)
        ]
        pairs = zip(empty, self._leaves, strict=True)
        self._read = [whole.unstack(leaf) for whole, leaf in pairs]
        return outputs

    def _step(self, time: Tensor, written: Any, state: Any) -> Any:
        """One iteration: an input is read, an output written."""
        given = [whole.read(time) for whole in self._read]
        for x, leaf in zip(given, self._leaves, strict=True):
            x.set_shape(leaf.shape[1:])
        ended = None if self._lengths is None else time >= self._lengths
        output, new_state = self._cell(pack(self._inputs, given), state)
        if ended is not None:
            output = _kept(ended, self._zeros, output)
            new_state = _kept(ended, state, new_state)
        pairs = zip(written, flatten(output), strict=True)
        filled = tuple(whole.write(time, leaf) for whole, leaf in pairs)
        return time + 1, filled, new_state


def _kept(ended: Tensor, before: Any, after: Any) -> Any:
    """`before` for the sequences that have ended, `after` for the others."""
    _same(before, after)
    pairs = zip(flatten(before), flatten(after), strict=True)
    return pack(before, [_kept_one(ended, old, new) for old, new in pairs])


def _kept_one(ended: Tensor, old: Any, new: Any) -> Any:
    if isinstance(old, TensorArray) or old.shape.ndims == 0:
        return new
    with new.graph.colocate_with(new.op):
        chosen = compare.where(ended, old, new)
    chosen.set_shape(old.shape)
    return chosen


def _same(wanted: Any, found: Any) -> None:
    differ = difference(wanted, found)
    if differ is not None:
        raise errors.ArgumentValueError(
            message="The two structures don't have the same nested structure: the sizes of the "
            f"cell and what it returned are {differ}. At {user_line()}"
        )


def bidirectional_dynamic_rnn(
    cell_fw: Any,
    cell_bw: Any,
    inputs: Any,
    sequence_length: Any = None,
    initial_state_fw: Any = None,
    initial_state_bw: Any = None,
    dtype: Any = None,
    parallel_iterations: int | None = None,
    swap_memory: bool = False,
    time_major: bool = False,
    scope: Any = None,
) -> tuple[Any, Any]:
    """((outputs forwards, outputs backwards), (their states at the end)).

    As `dynamic_rnn`; the second cell reads each sequence from its end.
    """
    check_cell("cell_fw", cell_fw)
    check_cell("cell_bw", cell_bw)
    more: dict[str, Any] = {"sequence_length": sequence_length, "dtype": dtype}
    more |= {"parallel_iterations": parallel_iterations, "swap_memory": swap_memory}
    more["time_major"] = time_major
    axes = (0, 1) if time_major else (1, 0)

    def turn(x: Any) -> Tensor:
        if sequence_length is None:
            return order.reverse(x, [axes[0]])
        return order.reverse_sequence(x, sequence_length, *axes)

    with variable_scope(scope or "bidirectional_rnn"):
        with variable_scope("fw") as inner:
            there = dynamic_rnn(
                cell_fw, inputs, initial_state=initial_state_fw, scope=inner, **more
            )
        with variable_scope("bw") as inner:
            turned = mapped(turn, inputs)
            back = dynamic_rnn(cell_bw, turned, initial_state=initial_state_bw, scope=inner, **more)
    return (there[0], turn(back[0])), (there[1], back[1])


# ---- unrolled


def static_rnn(
    cell: Any,
    inputs: Sequence[Any],
    initial_state: Any = None,
    dtype: Any = None,
    sequence_length: Any = None,
    scope: Any = None,
) -> tuple[list[Any], Any]:
    """(list of outputs, state at the end) of a cell, one piece of graph for each of the inputs.

    inputs: a list of [batch, depth]. sequence_length, initial_state, errors: as of `dynamic_rnn`.
    """
    check_cell("cell", cell)
    _check_list(inputs)
    outputs = []
    with variable_scope(scope or "rnn") as opened:
        first = flatten(inputs)[0]
        known = first.shape.dims[0] if first.shape.dims else None
        batch = known if known is not None else array.shape(first)[0]
        state = _first_state(cell, initial_state, batch, dtype)
        ends = None
        if sequence_length is not None:
            ends = _Ends(cell, state, batch, known, dtype, sequence_length)
        for time, x in enumerate(inputs):
            if time:
                opened.reuse_variables()
            if ends is None:
                output, state = cell(x, state)
            else:
                output, state = ends.step(time, x, state)
            outputs.append(output)
    return outputs, state


def _check_list(inputs: Any) -> None:
    if not is_nested(inputs):
        raise errors.DTypeError(
            message=f"Argument `inputs` must be a sequence. Received: {inputs}. At {user_line()}; "
            "tf.unstack(x, axis=1) makes one of a tensor"
        )
    if not inputs:
        raise errors.ArgumentValueError(
            message=f"Argument `inputs` must not be empty. At {user_line()}"
        )


class _Ends:
    """Steps of an unrolled network whose sequences end at different times."""

    def __init__(
        self, cell: Any, state: Any, batch: Any, known: int | None, dtype: Any, given: Any
    ) -> None:
        self._cell = cell
        lengths = convert_to_tensor(given, name="sequence_length")
        if lengths.shape.ndims not in (None, 1):
            raise errors.ArgumentValueError(
                message=f"Argument `sequence_length` must be a vector of length {batch}. Received "
                f"sequence_length={lengths}. At {user_line()}"
            )
        kind = _kind(dtype, state)
        zeros = []
        for size in flatten(cell.output_size):
            zeros.append(array.zeros(joined_sizes(batch, size), kind))
            zeros[-1].set_shape(known_sizes([known], size))
        self._zeros = pack(cell.output_size, zeros)
        self._lengths = numbers.cast(lengths, dtypes.int32)
        self._shortest = reductions.reduce_min(self._lengths)
        self._longest = reductions.reduce_max(self._lengths)

    def step(self, time: int, x: Any, state: Any) -> tuple[Any, Any]:
        """(output, new state); behind the longest sequence nothing is computed."""
        ended = time >= self._lengths
        before = flatten(self._zeros) + flatten(state)

        def computed() -> list[Any]:
            output, new_state = self._cell(x, state)
            _same(self._zeros, output)
            _same(state, new_state)
            after = flatten(output) + flatten(new_state)

            def mixed() -> list[Any]:
                pairs = zip(before, after, strict=True)
                return [_kept_one(ended, old, new) for old, new in pairs]

            return _listed(cond(time < self._shortest, lambda: after, mixed))

        found = _listed(cond(time >= self._longest, lambda: before, computed))
        for leaf, like in zip(found, before, strict=True):
            leaf.set_shape(like.shape)
        count = len(flatten(self._zeros))
        return pack(self._zeros, found[:count]), pack(state, found[count:])


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, (list, tuple)) else [value]


def static_bidirectional_rnn(
    cell_fw: Any,
    cell_bw: Any,
    inputs: Sequence[Any],
    initial_state_fw: Any = None,
    initial_state_bw: Any = None,
    dtype: Any = None,
    sequence_length: Any = None,
    scope: Any = None,
) -> tuple[list[Any], Any, Any]:
    """(list of outputs of both cells side by side, state forwards, state backwards)."""
    check_cell("cell_fw", cell_fw)
    check_cell("cell_bw", cell_bw)
    _check_list(inputs)
    with variable_scope(scope or "bidirectional_rnn"):
        with variable_scope("fw") as inner:
            there, state_fw = static_rnn(
                cell_fw, inputs, initial_state_fw, dtype, sequence_length, inner
            )
        with variable_scope("bw") as inner:
            turned = _backwards(inputs, sequence_length)
            back, state_bw = static_rnn(
                cell_bw, turned, initial_state_bw, dtype, sequence_length, inner
            )
    back = _backwards(back, sequence_length)
    pairs = zip(flatten(there), flatten(back), strict=True)
    return pack(there, [join.concat([a, b], 1) for a, b in pairs]), state_fw, state_bw


def _backwards(sequence: Sequence[Any], lengths: Any) -> list[Any]:
    """A list of steps from its end; each sequence of the batch from its own end."""
    if lengths is None:
        return list(reversed(sequence))
    columns: list[list[Tensor]] = []
    for column in zip(*map(flatten, sequence), strict=True):
        turned = order.reverse_sequence(join.stack(list(column)), lengths, 0, 1)
        columns.append(join.unstack(turned))
        for x, like in zip(columns[-1], column, strict=True):
            x.set_shape(like.shape)
    rows = zip(*columns, strict=True)
    return [pack(like, list(row)) for like, row in zip(sequence, rows, strict=True)]


# ---- a loop of which everything can be told


def raw_rnn(
    cell: Any,
    loop_fn: Callable[..., Any],
    parallel_iterations: int | None = None,
    swap_memory: bool = False,
    scope: Any = None,
) -> tuple[Any, Any, Any]:
    """(arrays of what was emitted, state at the end, loop state at the end).

    loop_fn: (time, output of the cell, its state, loop state) -> (which sequences are finished, the
    next input, the next state, what to emit, the next loop state); it is called with None for what
    there is not yet at time 0, and then gives shapes and starts.
    """
    check_cell("cell", cell)
    if not callable(loop_fn):
        raise errors.DTypeError(
            message=f"Argument `loop_fn` must be a callable. Received: {loop_fn}. At {user_line()}"
        )
    with variable_scope(scope or "rnn"):
        time = constant(0, dtypes.int32)
        finished, x, state, emitted, told = loop_fn(time, None, None, None)
        carried = told if told is not None else constant(0, dtypes.int32)
        first = flatten(x)[0]
        known = first.shape.dims[0] if first.shape.dims else None
        batch = known if known is not None else array.shape(first)[0]
        state = mapped(convert_to_tensor, state)
        structure = cell.output_size if emitted is None else emitted
        kinds, sizes = _emitted(structure, emitted, state)
        arrays = [
            TensorArray(
                kind,
                0,
                dynamic_size=True,
                element_shape=[known, *axes_of(size)],
                name=f"rnn_output_{i}",
            )
            for i, (kind, size) in enumerate(zip(kinds, sizes, strict=True))
        ]
        pairs = zip(kinds, sizes, strict=True)
        blank = [array.zeros(joined_sizes(batch, size), kind) for kind, size in pairs]
        zeros = pack(structure, blank)

        def body(time: Any, finished: Any, x: Any, arrays: Any, state: Any, told: Any) -> Any:
            output, after = cell(x, state)
            _same(state, after)
            following = time + 1
            ends, x, after, emit, news = loop_fn(following, output, after, told)
            _same(state, after)
            emit = _kept(finished, zeros, emit)
            after = _kept(finished, state, after)
            pairs = zip(flatten(arrays), flatten(emit), strict=True)
            arrays = pack(arrays, [whole.write(time, leaf) for whole, leaf in pairs])
            finished = compare.logical_or(finished, ends)
            return following, finished, x, arrays, after, told if news is None else news

        left = while_loop(
            lambda _, finished, *rest: compare.logical_not(reductions.reduce_all(finished)),
            body,
            [time, finished, x, pack(structure, arrays), state, carried],
            parallel_iterations=parallel_iterations or 32,
            swap_memory=swap_memory,
        )
        return left[3], left[4], None if told is None else left[5]


def _emitted(structure: Any, emitted: Any, state: Any) -> tuple[list[Any], list[Any]]:
    """Types and sizes of what a step emits."""
    if emitted is None:
        sizes = flatten(structure)
        return [flatten(state)[0].dtype] * len(sizes), sizes
    leaves = flatten(emitted)
    return [leaf.dtype for leaf in leaves], [TensorShape(leaf.shape) for leaf in leaves]
