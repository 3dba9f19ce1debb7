"""Optimised code gives what a naive interpretation of the graph gives, and hides nothing."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from engine.golden_ops import build, cases
from hypothesis import given, settings
from hypothesis import strategies as st

import neuronboard as tf
from neuronboard.engine.code import compile_code, interpret
from neuronboard.engine.plan import compile_plan

RECORDED = [case for case in cases() if "outputs" in case and case["category"] != "random"]
RECORDED = [case for case in RECORDED if case["category"] != "control_flow"]


def _both(fetches: list[Any], feed: dict[Any, Any]) -> tuple[Any, Any]:
    """The values by interpretation of every operation, and by optimised code."""
    tensors, values = list(feed), list(feed.values())
    naive = interpret(compile_plan(fetches, tensors, optimise=False), {}, values)
    return naive, compile_code(compile_plan(fetches, tensors))({}, values)


def _same(naive: Any, quick: Any) -> None:
    for one, other in zip(naive, quick, strict=True):
        assert np.asarray(one).dtype == np.asarray(other).dtype
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("case", RECORDED, ids=lambda case: case["id"])
def test_code_gives_what_the_graph_says(case: dict[str, Any]) -> None:
    """Bit for bit, for values and gradients of every recorded case; and what is fed stays."""
    built = build(case)
    outputs = [built.names[name] for name in case["outputs"]]
    with built.graph.as_default():
        slopes = [s for s in built.gradients().values() if s is not None]
        slopes = [tf.convert_to_tensor(slope) for slope in slopes]
    before = [np.array(value) for value in built.feed.values()]
    _same(*_both([*outputs, *slopes], built.feed))
    _same(before, built.feed.values())


UNARY = [tf.exp, tf.tanh, tf.nn.relu, tf.neg, tf.square, tf.sigmoid, tf.identity, tf.transpose]
BINARY = [tf.add, tf.sub, tf.mul, tf.maximum, tf.matmul]


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_any_graph_gives_the_same_whatever_is_looked_at(data: st.DataObject) -> None:
    """Graphs drawn at random over squares, with constants, shared parts and any fetches."""
    rng = np.random.default_rng(data.draw(st.integers(0, 2**32 - 1)))
    with tf.Graph().as_default():
        p = tf.placeholder(tf.float32, data.draw(st.sampled_from([[3, 3], [None, 3], None])))
        if p.get_shape().ndims is None:
            p.set_shape([None, None])
        values = [p, tf.constant(rng.normal(size=(3, 3)).astype(np.float32)), tf.ones([3, 3])]
        for _ in range(data.draw(st.integers(1, 12))):
            function = data.draw(st.sampled_from(UNARY + BINARY))
            picked = [data.draw(st.sampled_from(values)) for _ in range(2)]
            values.append(function(*picked[: 2 if function in BINARY else 1]))
        fetches = data.draw(st.lists(st.sampled_from(values), min_size=1, max_size=4))
        _same(*_both(fetches, {p: rng.normal(size=(3, 3)).astype(np.float32)}))


def test_what_only_has_to_have_run_is_left_out() -> None:
    """A group of values that nobody takes needs none of them; of changes it needs each."""
    with tf.Graph().as_default():
        p = tf.placeholder(tf.float32, [2], name="p")
        w = tf.Variable([0.0, 0.0])
        pure, change = tf.exp(p * 2.0), tf.assign_add(w, p)
        plan = compile_plan([tf.group(pure, change)], [p])
    assert [step.op.type for step in plan.steps if step.op] == ["AssignAdd"]


def test_a_plan_can_be_read() -> None:
    """One line a step: constants are folded, and what is the same is computed once."""
    with tf.Graph().as_default():
        p = tf.placeholder(tf.float32, [2], name="p")
        y = tf.exp(p) + tf.exp(p) * (tf.constant(2.0) * 3.0)
        plan = compile_plan([y], [p])
    assert str(plan).split("\n") == [
        "v1 = Exp(v0)  # Exp",
        "v5 = Mul(v1, v4)  # mul_1",
        "v6 = AddV2(v1, v5)  # add",
    ]


def test_buffers_are_written_into_only_where_nobody_looks() -> None:
    """The same sum, with one of its parts fetched or not."""
    with tf.Graph().as_default():
        p = tf.placeholder(tf.float32, [3], name="p")
        a = tf.exp(p)
        b = a + 1.0
        fed = {p: np.array([0.0, 1.0, 2.0], np.float32)}
        for fetches in ([b], [a, b], [b, b], [p, b]):
            _same(*_both(fetches, fed))


def test_an_error_in_code_names_its_operation() -> None:
    """The second run is code; what it says is what the first one said."""
    with tf.Graph().as_default(), tf.Session() as session:
        i = tf.placeholder(tf.int32, None, name="i")
        y = tf.gather(tf.constant([1.0, 2.0]), tf.identity(i)) * 2.0
        assert session.run(y, {i: 1}) == session.run(y, {i: 1}) == 4.0
        with pytest.raises(tf.errors.InvalidArgumentError, match="= 7 is not in") as caught:
            session.run(y, {i: 7})
        assert caught.value.op.type == "GatherV2"
        w = tf.Variable(1.0, name="w")
        for _ in range(3):
            with pytest.raises(tf.errors.FailedPreconditionError, match=r"\{\{node w/read\}\}"):
                session.run(w * 2.0)
            with pytest.raises(tf.errors.FailedPreconditionError, match="uninitialized value w"):
                session.run(w.assign_add(1.0))
