"""The recorded op cases, computed by jax from the engine's own definitions, without a session.

Not part of `make test`: `make test-xla` runs them in an environment that has jax. Excepted are
random draws, texts, and what Python itself computes; they are the same in every namespace.
"""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
import numpy as np
import pytest
from engine.golden_ops import build, cases
from xla.namespace import xla

import neuronboard as tf
from neuronboard.engine.code import chosen, holds
from neuronboard.engine.plan import Loop, Plan, compile_plan

CASES = [case for case in cases() if "outputs" in case and case["category"] != "random"]


def _computed(fetches: list[Any], feed: dict[Any, Any]) -> list[Any]:
    """The values of fetches: every operation's kernel over jax's arrays, in the graph's order."""
    plan = compile_plan(fetches, list(feed), optimise=False)
    return _run(plan, [jnp.asarray(value) for value in feed.values()])


def _run(plan: Plan, fed: list[Any]) -> list[Any]:
    """The fetched values of a plan, or of one of a loop's two."""
    slots = list(plan.slots)
    for number, value in zip(plan.feeds, fed, strict=True):
        slots[number] = value
    for step in plan.steps:
        if not holds(step.guard, slots):
            continue
        given = [slots[number] for number in step.inputs]
        if step.choice is not None:
            results: Any = chosen(step, slots)
        elif step.loop is not None:
            results = _looped(step.loop, given)
        else:
            assert step.op is not None
            result = step.op.definition.bound(xla, step.op.attrs)(*given)
            results = (result,) if len(step.outputs) == 1 else result
        for number, value in zip(step.outputs, results, strict=step.choice is None):
            slots[number] = value
    return [slots[number] for number in plan.fetches if number is not None]


def _looped(loop: Loop, given: list[Any]) -> list[Any]:
    """What a loop gives."""
    current, same = given[: loop.variables], given[loop.variables :]
    while (found := _run(loop.test, [*current, *same]))[0]:
        current = _run(loop.body, [*current, *same, *found[1 : 1 + loop.carried]])
    return [found[place] if tested else current[place] for tested, place in loop.exits]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_jax_computes_the_recorded_values(case: dict[str, Any]) -> None:
    """Outputs and gradients, within ten times the recorded tolerance, which is TensorFlow's."""
    built = build(case)
    slopes = {name: slope for name, slope in built.gradients().items() if slope is not None}
    with built.graph.as_default():
        wanted = {f"out_{name}": built.names[name] for name in case["outputs"]}
        wanted |= {f"grad_{name}": tf.convert_to_tensor(s) for name, s in slopes.items()}
    found = _computed(list(wanted.values()), built.feed)
    for (name, tensor), value in zip(wanted.items(), found, strict=True):
        recorded = built.array(name)
        assert np.dtype(value.dtype) == tensor.dtype.numpy == recorded.dtype
        kind = "grad_tolerance" if name.startswith("grad") else "tolerance"
        bound = {key: 10 * size + 1e-6 for key, size in case[kind].items()}
        np.testing.assert_allclose(np.asarray(value), recorded, **bound)
