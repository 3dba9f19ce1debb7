"""Learning rates that fall with the step, as graph."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from neuronboard import errors
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
    if step is None:
        raise errors.ArgumentValueError(
            message=f"global_step is required for a decaying learning rate, at {user_line()}: "
            "tf.train.get_or_create_global_step() makes one"
        )
    start = convert_to_tensor(rate, name="initial_learning_rate")
    kind = start.dtype.base_dtype
    rest = [numbers.cast(part, kind) for part in others]
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
            rounds = compare.where_v2(begun, 1.0, functions.ceil(step / length))
            length = length * rounds
        else:
            step = arithmetic.minimum(step, length)
        done, span = step / length, start - end
        left = functions.pow(1 - done, exponent)
        return arithmetic.add(arithmetic.multiply(span, left, name="Mul"), end, name=scope)


def _cosine(share: Tensor) -> Tensor:
    return 0.5 * (1.0 + functions.cos(constant(math.pi, share.dtype.base_dtype) * share))


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
        start, step, length, longer, higher = _begun(
            learning_rate, global_step, first_decay_steps, t_mul, m_mul
        )
        done = step / length
        if t_mul == 1.0:
            rounds = functions.floor(done)
            share = done - rounds
        else:
            base = functions.log(1.0 - done * (1.0 - longer)) / functions.log(longer)
            rounds = functions.floor(base)
            before = (1.0 - functions.pow(longer, rounds)) / (1.0 - longer)
            share = (done - before) / functions.pow(longer, rounds)
        curve = functions.pow(higher, rounds) * _cosine(share)
        return arithmetic.multiply(start, (1 - alpha) * curve + alpha, name=scope)


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
        start, step, length = _begun(learning_rate, global_step, decay_steps)
        share = arithmetic.minimum(step, length) / length
        curve = _cosine(2.0 * num_periods * share)
        return arithmetic.multiply(start, (alpha + 1 - share) * curve + beta, name=scope)


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
        start, step, length = _begun(learning_rate, global_step, decay_steps)
        near = arithmetic.minimum(step, length)
        share = near / length
        spread = functions.sqrt(initial_variance / functions.pow(1.0 + near, variance_decay))
        line = 1 - share + random_normal([]) * spread
        curve = _cosine(2.0 * num_periods * share)
        return arithmetic.multiply(start, (alpha + line) * curve + beta, name=scope)


def piecewise_constant(x: Any, boundaries: Any, values: Any, name: str | None = None) -> Tensor:
    """values[0] up to the first of `boundaries` (included), values[1] up to the second, ...

    Raises ValueError unless there is one value more than boundaries.
    """
    if len(boundaries) != len(values) - 1:
        raise errors.ArgumentValueError(
            message=f"The length of boundaries should be 1 less than the length of values, got "
            f"{len(boundaries)} and {len(values)} at {user_line()}"
        )
    with scope_of([x], name or "PiecewiseConstant"):
        step = convert_to_tensor(x)
        picked = convert_to_tensor(values[-1])
        edges = [numbers.cast(convert_to_tensor(edge), step.dtype) for edge in boundaries]
        for edge, value in zip(reversed(edges), reversed(values[:-1]), strict=True):
            picked = compare.where_v2(compare.less_equal(step, edge), value, picked)
        return picked


piecewise_constant_decay = piecewise_constant
