"""Learning rates that fall with the step, as graph."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from typing import Any

from neuronboard import errors
from neuronboard.engine import dtypes
from neuronboard.engine.convert import convert_to_tensor
from neuronboard.engine.graph import Tensor
from neuronboard.engine.ops import arithmetic, compare, functions, numbers
from neuronboard.engine.ops.apply import scope_of
from neuronboard.engine.ops.constant import constant
from neuronboard.engine.where import user_line

__all__ = [
    "cosine_decay",
    "cosine_decay_restarts",
    "exponential_decay",
    "inverse_time_decay",
    "linear_cosine_decay",
    "natural_exp_decay",
    "noisy_linear_cosine_decay",
    "piecewise_constant",
    "piecewise_constant_decay",
    "polynomial_decay",
]

Rule = Callable[..., Tensor]


def _begun(rate: Any, step: Any, *others: Any) -> list[Tensor]:
    """The rate as a tensor, and the step and other numbers in its type, the step made last."""
    start = convert_to_tensor(rate, name="initial_learning_rate")
    kind = start.dtype.base_dtype
    rest = [numbers.cast(part, kind) for part in others]
    if step is None:
        raise errors.ArgumentValueError(
            message="None values not supported. global_step is required for a decaying learning "
            f"rate, at {user_line()}: tf.train.get_or_create_global_step() makes one"
        )
    return [start, numbers.cast(step, kind), *rest]


def _periods(step: Tensor, length: Tensor, staircase: bool) -> Tensor:
    whole = arithmetic.truediv(step, length)
    return functions.floor(whole) if staircase else whole


def exponential_decay(
    learning_rate: Any,
    global_step: Any,
    decay_steps: Any,
    decay_rate: Any,
    staircase: bool = False,
    name: str | None = None,
) -> Tensor:
    """learning_rate * decay_rate ** (global_step / decay_steps); staircase: whole powers only."""
    with scope_of([learning_rate, global_step], name or "ExponentialDecay") as scope:
        start, step, length, factor = _begun(learning_rate, global_step, decay_steps, decay_rate)
        power = functions.pow(factor, _periods(step, length, staircase))
        return arithmetic.multiply(start, power, name=scope)


def natural_exp_decay(
    learning_rate: Any,
    global_step: Any,
    decay_steps: Any,
    decay_rate: Any,
    staircase: bool = False,
    name: str | None = None,
) -> Tensor:
    """learning_rate * exp(-decay_rate * global_step / decay_steps)."""
    factor = functions.exp(arithmetic.negative(decay_rate))
    return exponential_decay(learning_rate, global_step, decay_steps, factor, staircase, name)


def inverse_time_decay(
    learning_rate: Any,
    global_step: Any,
    decay_steps: Any,
    decay_rate: Any,
    staircase: bool = False,
    name: str | None = None,
) -> Tensor:
    """learning_rate / (1 + decay_rate * global_step / decay_steps)."""
    with scope_of([learning_rate, global_step], name or "InverseTimeDecay") as scope:
        start, step, length, factor = _begun(learning_rate, global_step, decay_steps, decay_rate)
        periods = _periods(step, length, staircase)
        one = numbers.cast(constant(1), start.dtype.base_dtype)
        below = arithmetic.add(one, arithmetic.multiply(factor, periods, name="Mul"), name="Add")
        return arithmetic.truediv(start, below, name=scope)


def polynomial_decay(
    learning_rate: Any,
    global_step: Any,
    decay_steps: Any,
    end_learning_rate: Any = 0.0001,
    power: Any = 1.0,
    cycle: bool = False,
    name: str | None = None,
) -> Tensor:
    """From one rate to another in `decay_steps` along a power; cycle: and again, ever longer."""
    with scope_of([learning_rate, global_step], name or "PolynomialDecay") as scope:
        start, step, end, exponent = _begun(learning_rate, global_step, end_learning_rate, power)
        length = numbers.cast(decay_steps, start.dtype.base_dtype)
        if cycle:
            begun = compare.equal(step, 0)
            rounds = compare.where_v2(begun, 1.0, functions.ceil(step / decay_steps))
            length = arithmetic.multiply(length, rounds, name="Mul")
        else:
            step = arithmetic.minimum(step, length)
        done, span = step / length, start - end
        left = functions.pow(1 - done, exponent)
        return arithmetic.add(arithmetic.multiply(span, left, name="Mul"), end, name=scope)


def _cosine(share: Tensor, height: Any = 1.0) -> Tensor:
    """Half a wave: `height` at 0, nothing at 1."""
    half = 0.5 * height
    wave: Tensor = half * (1.0 + functions.cos(constant(math.pi, share.dtype.base_dtype) * share))
    return wave


def cosine_decay(
    learning_rate: Any,
    global_step: Any,
    decay_steps: Any,
    alpha: float = 0.0,
    name: str | None = None,
) -> Tensor:
    """From the rate to alpha times the rate in `decay_steps`, along half a cosine."""
    with scope_of([learning_rate, global_step], name or "CosineDecay"):
        start, step, length = _begun(learning_rate, global_step, decay_steps)
        curve = _cosine(arithmetic.minimum(step, length) / length)
        return arithmetic.multiply(start, (1 - alpha) * curve + alpha, name="Mul")


def cosine_decay_restarts(
    learning_rate: Any,
    global_step: Any,
    first_decay_steps: Any,
    t_mul: float = 2.0,
    m_mul: float = 1.0,
    alpha: float = 0.0,
    name: str | None = None,
) -> Tensor:
    """Cosine decay that begins again: t_mul times as long, from m_mul times as high."""
    with scope_of([learning_rate, global_step], name or "SGDRDecay") as scope:
        start, step, length, low, longer, higher = _begun(
            learning_rate, global_step, first_decay_steps, alpha, t_mul, m_mul
        )
        done = step / length

        def alike() -> tuple[Tensor, Tensor]:
            rounds = functions.floor(done)
            return rounds, done - rounds

        def ever_longer() -> tuple[Tensor, Tensor]:
            base = functions.log(1.0 - done * (1.0 - longer)) / functions.log(longer)
            rounds = functions.floor(base)
            before = (1.0 - longer**rounds) / (1.0 - longer)
            return rounds, (done - before) / longer**rounds

        from neuronboard.engine.branches import cond  # of no use to most programs

        rounds, share = cond(compare.equal(longer, 1.0), alike, ever_longer)
        curve = _cosine(share, higher**rounds)
        return arithmetic.multiply(start, (1 - low) * curve + low, name=scope)


def linear_cosine_decay(
    learning_rate: Any,
    global_step: Any,
    decay_steps: Any,
    num_periods: float = 0.5,
    alpha: float = 0.0,
    beta: float = 0.001,
    name: str | None = None,
) -> Tensor:
    """(alpha + a falling line) times a cosine of `num_periods`, plus beta."""
    with scope_of([learning_rate, global_step], name or "LinearCosineDecay") as scope:
        start, step, length, periods, lift, floor = _begun(
            learning_rate, global_step, decay_steps, num_periods, alpha, beta
        )
        near = arithmetic.minimum(step, length)
        line = (length - near) / length
        share = near / length
        curve = _cosine(2.0 * periods * share)
        return arithmetic.multiply(start, (lift + line) * curve + floor, name=scope)


def noisy_linear_cosine_decay(
    learning_rate: Any,
    global_step: Any,
    decay_steps: Any,
    initial_variance: float = 1.0,
    variance_decay: float = 0.55,
    num_periods: float = 0.5,
    alpha: float = 0.0,
    beta: float = 0.001,
    name: str | None = None,
) -> Tensor:
    """`linear_cosine_decay` with noise on its line, less and less of it."""
    from neuronboard.engine.ops.random import random_normal

    with scope_of([learning_rate, global_step], name or "NoisyLinearCosineDecay") as scope:
        given = [decay_steps, initial_variance, variance_decay, num_periods, alpha, beta]
        start, step, length, first, fading, periods, lift, floor = _begun(
            learning_rate, global_step, *given
        )
        near = arithmetic.minimum(step, length)
        line = (length - near) / length
        spread = functions.sqrt(first / functions.pow(1.0 + near, fading))
        noisy = line + random_normal(line.shape, stddev=spread)
        share = near / length
        curve = _cosine(2.0 * periods * share)
        return arithmetic.multiply(start, (lift + noisy) * curve + floor, name=scope)


def piecewise_constant(x: Any, boundaries: Any, values: Any, name: str | None = None) -> Tensor:
    """values[0] up to the first of `boundaries` (included), values[1] up to the second, ...

    Raises ValueError unless there is one value more than boundaries, the values are of one type,
    and the boundaries are of the type of x (int32 may stand beside int64).
    """
    edges = [convert_to_tensor(edge) for edge in boundaries]
    levels = [convert_to_tensor(value) for value in values]
    step = convert_to_tensor(x)
    edges = [_beside(edge, step) for edge in edges]
    for level in levels[1:]:
        if level.dtype.base_dtype != levels[0].dtype.base_dtype:
            raise errors.ArgumentValueError(
                message="Values must have elements all with the same dtype "
                f"({levels[0].dtype.base_dtype} vs {level.dtype.base_dtype}). At "
                f"{user_line()}: write all with a decimal point, or none"
            )
    if len(edges) != len(levels) - 1:
        raise errors.ArgumentValueError(
            message="The length of boundaries should be 1 less than the length of values, got "
            f"{len(edges)} and {len(levels)} at {user_line()}"
        )
    with scope_of([step], name or "PiecewiseConstant"):
        pairs = [(step <= edges[0], partial(_level, levels[0]))]
        pairs.append((step > edges[-1], partial(_level, levels[-1])))
        for low, high, level in zip(edges[:-1], edges[1:], levels[1:-1], strict=True):
            pairs.append(((step > low) & (step <= high), partial(_level, level)))
        from neuronboard.engine.branches import case

        chosen: Tensor = case(pairs, partial(_level, levels[0]), exclusive=True)
        return chosen


def _level(value: Tensor) -> Tensor:
    return value


def _beside(edge: Tensor, step: Tensor) -> Tensor:
    """A boundary in the type of the step."""
    own, wanted = edge.dtype.base_dtype, step.dtype.base_dtype
    if own == wanted:
        return edge
    if (own, wanted) == (dtypes.int32, dtypes.int64):
        return numbers.cast(edge, wanted)
    raise errors.ArgumentValueError(
        message=f"Boundaries ({own}) must have the same dtype as x ({wanted}). At "
        f"{user_line()}: write them as {wanted.name} numbers"
    )


piecewise_constant_decay = piecewise_constant
