"""Variables, their scopes and averages: values and nodes as TensorFlow 2.21 gives them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

import neuronboard.compat.v1 as tf


@pytest.fixture(autouse=True)
def session() -> Iterator[tf.Session]:
    """A session on a graph of the test's own."""
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


def _names() -> dict[str, list[str]]:
    """name -> inputs of every node."""
    return {n.name: list(n.input) for n in tf.get_default_graph().as_graph_def().node}


def _types() -> set[str]:
    return {op.type for op in tf.get_default_graph().get_operations()}


# ---- changes


def test_elements_and_slices_are_scattered_into_a_variable(session: tf.Session) -> None:
    """Of a place that is given twice both are added."""
    v = tf.Variable([1, 2, 3, 4, 5, 6, 7, 8], name="v")
    session.run(v.initializer)
    steps = [
        tf.scatter_nd_update(v, [[4], [3], [1], [7]], [9, 10, 11, 12]),
        tf.scatter_nd_add(v, [[0], [0]], [1, 2]),
        tf.scatter_nd_sub(v, [[0]], [5]),
    ]
    got = [session.run(step).tolist() for step in steps]
    assert got[0] == [1, 11, 3, 10, 9, 6, 7, 12]
    assert got[1][0] == 4
    assert got[2][0] == -1
    assert {"ScatterNdUpdate", "ScatterNdAdd", "ScatterNdSub"} < _types()
    square = tf.Variable(tf.zeros([2, 2]))
    session.run(square.initializer)
    assert session.run(square.scatter_nd_update([[1]], [[7.0, 8.0]])).tolist()[1] == [7, 8]
    assert session.run(square.scatter_nd_add([[1, 0]], [1.0])).tolist()[1] == [8, 8]
    assert session.run(square.scatter_nd_sub([[0, 0]], [1.0])).tolist()[0] == [-1, 0]
    with pytest.raises(ValueError, match="must match dimensions of updates"):
        v.scatter_nd_update([[1]], [1, 2])
    with pytest.raises(tf.errors.InvalidArgumentError, match=r"indices\[0\] = \[9\] does not"):
        session.run(v.scatter_nd_update([[9]], [1]))


@pytest.mark.parametrize(
    ("method", "wanted"),
    [
        ("scatter_update", [1, 9, 3]),
        ("scatter_add", [1, 11, 3]),
        ("scatter_sub", [1, -7, 3]),
        ("scatter_mul", [1, 18, 3]),
        ("scatter_div", [1, 2 / 9, 3]),
        ("scatter_max", [1, 9, 3]),
        ("scatter_min", [1, 2, 3]),
    ],
)
def test_rows_are_changed_by_methods(method: str, wanted: Any, session: tf.Session) -> None:
    v = tf.Variable([1.0, 2.0, 3.0])
    session.run(v.initializer)
    changed = getattr(v, method)(tf.IndexedSlices(tf.constant([9.0]), tf.constant([1])))
    assert session.run(changed) == pytest.approx(wanted)
    with pytest.raises(TypeError, match="sparse_delta is not IndexedSlices"):
        getattr(v, method)([1.0])


def test_a_variable_counts_up_to_a_limit(session: tf.Session) -> None:
    v = tf.Variable(3, name="v")
    session.run(v.initializer)
    count, other = v.count_up_to(5), tf.count_up_to(v, 6)
    assert count.op.type == "CountUpTo"
    assert [session.run(count), session.run(count)] == [3, 4]
    with pytest.raises(tf.errors.OutOfRangeError, match="Reached limit of 5"):
        session.run(count)
    assert session.run(other) == 5


def test_a_part_of_a_variable_is_assigned(session: tf.Session) -> None:
    v = tf.Variable([[1.0, 2.0], [3.0, 4.0]])
    session.run(v.initializer)
    session.run(tf.assign(v[:, 0], [9.0, 8.0]))
    assert session.run(v).tolist() == [[9, 2], [8, 4]]
    with pytest.raises(TypeError, match="must be a variable"):
        tf.assign(tf.constant(1.0), 2.0)
    with pytest.raises(
        ValueError, match="Dimension 0 in both shapes must be equal, but are 2 and 1"
    ):
        tf.assign(v, [[1.0, 2.0]])


# ---- initial values


def test_a_variable_begins_with_another_one_in_the_same_run(session: tf.Session) -> None:
    """Whichever is initialised first: what reads the other is made again behind a condition."""
    a = tf.Variable(tf.random_uniform([3]), name="a")
    b = tf.Variable(a * 2.0, name="b")
    c = tf.Variable(b.initialized_value() + a, name="c")
    for _ in range(5):
        session.run(tf.global_variables_initializer())
        x, y, z = session.run([a, b, c])
        assert np.array_equal(y, x * 2)
        assert np.array_equal(z, x * 3)
    names = _names()
    assert names["b/Assign"] == ["b", "mul_b"]
    assert names["mul_b"] == ["a/read_b", "mul/y"]
    assert names["a/read_b"] == ["b/cond/Merge"]
    assert names["b/cond/read/Switch"] == ["a", "b/cond/pred_id"]


def test_the_initialised_value_is_the_value_of_now_if_there_is_one(session: tf.Session) -> None:
    v = tf.Variable(1.0, name="v")
    value = v.initialized_value()
    assert session.run(value) == 1.0
    session.run(v.initializer)
    session.run(v.assign(5.0))
    assert session.run(value) == 5.0
    assert session.run(v.initial_value) == 1.0


def test_a_function_begins_in_a_scope_of_its_own() -> None:
    tf.Variable(lambda: tf.ones([2]), name="v")
    assert _names()["v/Assign"] == ["v", "v/Initializer/ones"]


def test_a_shared_variable_begins_with_a_function_of_nothing(session: tf.Session) -> None:
    """Its shape is that of the value; the function's operations belong to no device."""
    with tf.device("/cpu:0"):
        v = tf.get_variable("v", initializer=lambda: tf.constant([1.0, 2.0]))
        w = tf.get_variable("w", [2])
    session.run(v.initializer)
    assert session.run(v).tolist() == [1.0, 2.0]
    assert v.initial_value.op.name == "v/Initializer/Const"
    assert (w.initial_value.op.device, w.op.device) == ("", "/device:CPU:0")


# ---- scopes


def test_a_custom_getter_makes_the_variables_of_a_scope(session: tf.Session) -> None:
    """It may call what it is given, under another name; inner ones go through outer ones."""
    calls = []

    def doubled(getter: Any, name: str, *args: Any, **more: Any) -> Any:
        calls.append((name, more["shape"]))
        return getter(f"{name}_own", *args, **more) * 2.0

    with tf.variable_scope("s", custom_getter=doubled):
        x = tf.get_variable("x", [2], initializer=tf.ones_initializer())
        with tf.variable_scope("t"):
            y = tf.get_variable("y", [1], initializer=tf.ones_initializer(), custom_getter=doubled)
    session.run(tf.global_variables_initializer())
    assert session.run(x).tolist() == [2.0, 2.0]
    assert session.run(y).tolist() == [4.0]
    assert calls == [("s/x", [2]), ("s/t/y", [1]), ("s/t/y_own", [1])]
    assert [v.op.name for v in tf.global_variables()] == ["s/x_own", "s/t/y_own_own"]
    assert _names()["mul"] == ["s/x_own/read", "mul/y"]


def test_a_template_shares_its_variables_between_calls(session: tf.Session) -> None:
    def layer(x: Any, scale: float) -> Any:
        return x * tf.get_variable("w", [1], initializer=tf.ones_initializer()) * scale

    one, other = tf.make_template("t", layer, scale=2.0), tf.make_template("t", layer, scale=3.0)
    results = [one(tf.constant([1.0])), one(tf.constant([5.0])), other(tf.constant([1.0]))]
    assert [v.op.name for v in tf.global_variables()] == ["t/w", "t_1/w"]
    session.run(tf.global_variables_initializer())
    assert [value.tolist() for value in session.run(results)] == [[2.0], [10.0], [3.0]]
    fixed = tf.make_template("t", layer, create_scope_now_=True, unique_name_="u", scale=1.0)
    fixed(tf.constant([1.0]))
    assert tf.global_variables()[-1].op.name == "u/w"


def test_a_scope_keeps_the_name_scope_that_it_was_opened_with() -> None:
    with tf.variable_scope("foo") as foo:
        assert foo.original_name_scope == "foo/"
    with tf.variable_scope(foo, auxiliary_name_scope=False) as again:
        assert again.original_name_scope == "foo/"
        with tf.name_scope(again.original_name_scope):
            assert tf.constant(1.0, name="c").op.name == "foo/c"


MISTAKES: list[tuple[type[Exception], str, Any]] = [
    (ValueError, "did not get an initializer, so its `shape`", lambda: tf.get_variable("x")),
    (ValueError, "must be fully defined", lambda: tf.get_variable("x", [None, 2])),
    (
        ValueError,
        "If initializer is a constant, do not specify shape",
        lambda: tf.get_variable("x", [1], initializer=tf.constant([1.0])),
    ),
    (
        tf.errors.UnimplementedError,
        "partitioner",
        lambda: tf.get_variable("x", [2], partitioner=lambda **_: [1]),
    ),
    (TypeError, "If default_name is None", lambda: tf.variable_scope(None).__enter__()),
    (TypeError, "must be a string or VariableScope", lambda: tf.variable_scope(3).__enter__()),
    (TypeError, "expected string", lambda: tf.name_scope(3).__enter__()),
    (TypeError, 'must be a string, but got "int"', lambda: tf.Session(3)),
    (TypeError, r'must be a tf.Graph, but got "int"', lambda: tf.Session(graph=3)),
]


@pytest.mark.parametrize(("kind", "message", "build"), MISTAKES, ids=[m[1] for m in MISTAKES])
def test_a_mistake_is_told(kind: type[Exception], message: str, build: Any) -> None:
    with pytest.raises(kind, match=message):
        build()


# ---- devices


def test_devices_of_blocks_are_put_together() -> None:
    """The inner one says first; None forgets; a function is asked for each operation."""
    with tf.device("/job:worker/task:2"), tf.device("/cpu:0"):
        assert tf.constant(1.0).op.device == "/job:worker/task:2/device:CPU:0"
        with tf.device("/gpu:1"):
            assert tf.constant(1.0).op.device == "/job:worker/task:2/device:GPU:1"
        with tf.device(None):
            assert tf.constant(1.0).op.device == ""
    with tf.device(lambda op: "/gpu:0" if op.type == "Const" else None):
        x = tf.constant(1.0)
        assert x.op.device == "/gpu:0"
        assert tf.identity(x).op.device == ""
    with tf.device("/job:ps"), tf.device(lambda op: "/cpu:1"):
        assert tf.constant(1.0).op.device == "/job:ps/device:CPU:1"
    with tf.device(3), pytest.raises(TypeError, match="A device is a text"):
        tf.constant(1.0)


# ---- averages and decays


def test_averages_are_made_as_in_tensorflow(session: tf.Session) -> None:
    v = tf.Variable([1.0, 2.0], name="v")
    average = tf.train.ExponentialMovingAverage(0.9)
    update = average.apply([v])
    names = _names()
    assert names["ExponentialMovingAverage/AssignMovingAvg"] == [
        "v/ExponentialMovingAverage",
        "ExponentialMovingAverage/AssignMovingAvg/mul",
    ]
    assert names["v/ExponentialMovingAverage/Assign"] == [
        "v/ExponentialMovingAverage",
        "cond/Merge_v/ExponentialMovingAverage",
    ]
    session.run(tf.global_variables_initializer())
    session.run(v.assign([3.0, 5.0]))
    session.run(update)
    assert session.run(average.average(v)) == pytest.approx([1.2, 2.3])
    assert tf.moving_average_variables() == [v]


def test_what_begins_at_zero_is_corrected_for_that(session: tf.Session) -> None:
    """After each step the average of a constant is the constant."""
    value = tf.Variable(1.0) * 2.0
    average = tf.train.ExponentialMovingAverage(0.9, zero_debias=True)
    update = average.apply([value])
    session.run(tf.global_variables_initializer())
    for _ in range(3):
        session.run(update)
        assert session.run(average.average(value)) == pytest.approx(2.0)
    plain = tf.train.ExponentialMovingAverage(0.9, name="plain")
    again = plain.apply([value])
    session.run(plain.average(value).initializer)
    session.run(again)
    assert session.run(plain.average(value)) == pytest.approx(0.2)


def test_decays_are_named_as_in_tensorflow() -> None:
    step = tf.Variable(0, trainable=False, name="global_step")
    tf.train.exponential_decay(0.1, step, 10, 0.9, staircase=True)
    tf.train.polynomial_decay(0.1, step, 10, 0.01, power=2.0)
    tf.train.natural_exp_decay(0.1, step, 10, 0.9)
    names = _names()
    assert names["ExponentialDecay/truediv"] == ["ExponentialDecay/Cast_2", "ExponentialDecay/Cast"]
    assert names["ExponentialDecay/Pow"] == ["ExponentialDecay/Cast_1/x", "ExponentialDecay/Floor"]
    assert names["PolynomialDecay"] == ["PolynomialDecay/Mul", "PolynomialDecay/Cast/x"]
    assert names["ExponentialDecay_1/Pow"] == ["Exp", "ExponentialDecay_1/truediv"]
