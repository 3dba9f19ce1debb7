"""Sessions: a plan for each pair of fetches and feeds, what it runs, in which order, and the shape
of what comes back.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import pytest

import neuronboard as tf


@pytest.fixture(autouse=True)
def graph() -> Iterator[tf.Graph]:
    """A default graph of the test's own."""
    with tf.Graph().as_default() as graph:
        yield graph


def _counter(start: float = 0.0) -> tuple[tf.Session, tf.Variable]:
    """A session with an initialised variable to count in."""
    variable, session = tf.Variable(start, name="count"), tf.Session()
    session.run(variable.initializer)
    session.plans_made = 0
    return session, variable


# ---- plans


def test_the_same_fetch_is_planned_once() -> None:
    """100 runs, one plan."""
    session, y = tf.Session(), tf.constant(2.0) * 3.0
    assert {session.run(y) for _ in range(100)} == {6.0}
    assert session.plans_made == 1


def test_fed_values_are_no_part_of_the_plan() -> None:
    """Which tensors are fed is; with what is not."""
    p = tf.placeholder(tf.float32)
    session, y = tf.Session(), p * 2.0
    assert [session.run(y, {p: i}) for i in range(50)] == [2.0 * i for i in range(50)]
    assert session.plans_made == 1


def test_the_order_of_feeds_is_no_part_of_the_plan() -> None:
    """Two dicts with the same keys are one."""
    p, q = tf.placeholder(tf.float32, name="p"), tf.placeholder(tf.float32, name="q")
    session, y = tf.Session(), p - q
    assert session.run(y, {p: 3, q: 1}) == session.run(y, {q: 1, p: 3}) == 2.0
    assert session.plans_made == 1


def test_a_growing_graph_makes_no_new_plan() -> None:
    """Nodes that a fetch does not need are nothing to its plan."""
    session, y = tf.Session(), tf.constant(2.0) * 3.0
    session.run(y)
    for _ in range(10):
        tf.constant(1.0) + y
        assert session.run(y) == 6.0
    assert session.plans_made == 1


def test_another_fetch_is_another_plan() -> None:
    """And another set of feeds, and another order of fetches."""
    session, x = tf.Session(), tf.constant(2.0)
    y = x * 3.0
    session.run(y)
    session.run(x)
    assert session.plans_made == 2
    session.run(y, {x: 1.0})
    assert session.plans_made == 3
    session.run([x, y])
    session.run([y, x])
    assert session.plans_made == 5


def test_a_name_and_its_tensor_share_a_plan() -> None:
    """The plan is for the tensor, however it is asked for."""
    session, x = tf.Session(), tf.constant(2.0, name="x")
    assert session.run(x) == session.run("x:0") == session.run({"a": x})["a"] == 2.0
    assert session.plans_made == 1


# ---- what is run


def test_an_operation_in_two_fetches_runs_once() -> None:
    """The fetches see one and the same run of it."""
    session, count = _counter()
    more = tf.assign_add(count, 1.0)
    assert session.run([more, more * 2.0, more + 1.0, more.op]) == [1.0, 2.0, 2.0, None]
    assert session.run(count) == 1.0


def test_what_no_fetch_needs_is_not_run() -> None:
    """An assignment that nobody asks for does not take place."""
    session, count = _counter()
    tf.assign_add(count, 1.0)
    session.run(tf.constant(1.0))
    assert session.run(count) == 0.0


def test_control_dependencies_run_once_and_before() -> None:
    """Two operations wait for one assignment: it is run once, and both read what it left."""
    session, count = _counter()
    more = tf.assign_add(count, 1.0)
    with tf.control_dependencies([more]):
        first, second = tf.identity(count), tf.identity(count)
    assert session.run([first, second]) == [1.0, 1.0]
    assert session.run(count) == 1.0


def test_an_assignment_waits_for_a_read() -> None:
    """Read, then write: the old value comes out, the new one stays."""
    session, count = _counter(5.0)
    before = tf.identity(count)
    with tf.control_dependencies([before]):
        write = tf.assign(count, 9.0)
    assert session.run([before, write]) == [5.0, 9.0]


@pytest.mark.parametrize("read", [tf.identity, tf.square, tf.Variable.read_value])
def test_a_read_waits_for_an_assignment(read: Any) -> None:
    """Write, then read: the new value comes out, though the fetch names the read alone."""
    session, count = _counter(5.0)
    with tf.control_dependencies([tf.assign(count, 1.0)]):
        after = read(count)
    assert session.run(after) == 1.0


def test_each_read_between_assignments_sees_its_own_value() -> None:
    """Five, then six, then twelve."""
    session, count = _counter(5.0)
    five = count.read_value()
    with tf.control_dependencies([five]):
        more = tf.assign_add(count, 1.0)
    with tf.control_dependencies([more]):
        six = count.read_value()
    with tf.control_dependencies([six]):
        twice = tf.assign(count, count * 2.0)
    assert session.run([five, six, twice]) == [5.0, 6.0, 12.0]


def test_dependencies_reach_through_several_blocks() -> None:
    """Nested blocks add up; None inside forgets those around it."""
    session, count = _counter()
    one, ten = tf.assign_add(count, 1.0).op, tf.assign_add(count, 10.0).op
    with tf.control_dependencies([one]), tf.control_dependencies([ten]):
        both = tf.no_op()
        with tf.control_dependencies(None):
            neither = tf.no_op()
    session.run(neither)
    assert session.run(count) == 0.0
    session.run(both)
    assert session.run(count) == 11.0
    assert [op.name for op in both.control_inputs] == [one.name, ten.name]


def test_a_group_runs_everything_in_it() -> None:
    """Operations, tensors and variables; the group itself gives None."""
    session, count = _counter()
    assert session.run(tf.group(tf.assign_add(count, 1.0), tf.assign_add(count, 2.0).op)) is None
    assert session.run(count) == 3.0


def test_the_chain_of_an_assignment_sees_its_value() -> None:
    """The result of assign is the variable afterwards."""
    session, count = _counter(1.0)
    twice = tf.assign_add(tf.assign_add(count, 1.0), 1.0)
    assert session.run(twice * 10.0) == 30.0


# ---- feeds


def test_what_is_fed_is_not_computed() -> None:
    """A tensor in the middle of the graph may be fed, even if its inputs are not there."""
    p = tf.placeholder(tf.float32)
    y = p * 2.0
    assert tf.Session().run(y + 1.0, {y: 10.0}) == 11.0


def test_a_constant_and_a_variable_can_be_fed() -> None:
    """The fed value is used in that run alone."""
    session, count = _counter(5.0)
    x = tf.constant(2.0)
    y = x * count
    assert session.run([y, count], {x: 3.0, count: 7.0}) == [21.0, 7.0]
    assert session.run([y, count]) == [10.0, 5.0]


def test_waiting_for_a_placeholder_that_is_fed_is_no_mistake() -> None:
    """A control dependency on what is fed is met."""
    p = tf.placeholder(tf.float32)
    with tf.control_dependencies([p]):
        y = tf.constant(1.0) * 2.0
    assert tf.Session().run(y, {p: 1.0}) == 2.0


def test_waiting_for_a_fed_constant_leaves_it_fed() -> None:
    """The constant's own value does not come back by way of a control dependency."""
    x, y = tf.constant(1.0), tf.constant(10.0)
    with tf.control_dependencies([x]):
        gate = tf.no_op()
    with tf.control_dependencies([gate]):
        z = tf.add(x, y)
    assert tf.Session().run(z, {x: 5.0}) == 15.0


@pytest.mark.parametrize(
    ("dtype", "value", "expected"),
    [
        (tf.float32, 1, np.float32(1)),
        (tf.float32, 1e300, np.float32(np.inf)),
        (tf.float32, True, np.float32(1)),
        (tf.int32, 2.0, np.int32(2)),
        (tf.int32, [], np.array([], np.int32)),
        (tf.bool, [0, 1], np.array([False, True])),
        (tf.complex64, 1.5, np.complex64(1.5)),
        (tf.string, "neuron", b"neuron"),
        (tf.string, ["뉴런", b"x"], np.array(["뉴런".encode(), b"x"], object)),
    ],
)
def test_a_fed_value_takes_the_type_of_its_placeholder(
    dtype: tf.DType, value: Any, expected: Any
) -> None:
    """When nothing but precision is lost."""
    p = tf.placeholder(dtype)
    got = tf.Session().run(p, {p: value})
    assert type(got) is type(expected)
    assert np.array_equal(got, expected)


def test_fed_arrays_are_not_kept() -> None:
    """Changing an array afterwards changes neither the result nor the variable."""
    p, w = tf.placeholder(tf.float32), tf.Variable([0.0, 0.0])
    session, array = tf.Session(), np.ones(2, np.float32)
    session.run(tf.assign(w, p), {p: array})
    got = session.run(tf.identity(p), {p: array})
    array[:] = 9.0
    assert got.tolist() == session.run(w).tolist() == [1.0, 1.0]


def test_fetched_arrays_are_the_callers() -> None:
    """Changing one changes nothing in the session."""
    w, c = tf.Variable([1.0, 2.0]), tf.constant([3.0])
    session = tf.Session()
    session.run(w.initializer)
    for got in session.run([w, w.value(), c]):
        got[:] = 0.0
    assert [got.tolist() for got in session.run([w, w.value(), c])] == [[1, 2], [1, 2], [3]]


# ---- the structure of fetches


class Pair(NamedTuple):
    """A structure with names."""

    first: Any
    second: Any


def test_fetches_come_back_in_their_structure() -> None:
    """Lists, tuples, named tuples, dicts, and these in one another; None for an operation."""
    x, session = tf.constant(1.0, name="x"), tf.Session()
    op = tf.no_op()
    cases: list[tuple[Any, Any]] = [
        (x, 1.0),
        (op, None),
        ("x:0", 1.0),
        ("x", None),
        ([x], [1.0]),
        ((x, op), (1.0, None)),
        ([], []),
        ({}, {}),
        ({"a": x, "b": [x, (x,)]}, {"a": 1.0, "b": [1.0, (1.0,)]}),
        (OrderedDict(b=x, a=op), {"b": 1.0, "a": None}),
        (Pair(x, [op]), Pair(1.0, [None])),
        ([[x, [x]], {"a": {"b": x}}], [[1.0, [1.0]], {"a": {"b": 1.0}}]),
    ]
    for fetches, expected in cases:
        got = session.run(fetches)
        assert got == expected
        if not isinstance(fetches, (dict, str)) and expected is not None:
            assert type(got) is type(fetches) or fetches is x


def test_a_number_comes_back_as_numpys_scalar() -> None:
    """Whichever way its operation was computed."""
    p = tf.placeholder(tf.float32)
    session = tf.Session()
    for y in (p, p + 1.0, tf.zeros_like(p), tf.reduce_sum(p), tf.transpose(p, [])):
        assert type(session.run(y, {p: 1.0})) is np.float32


# ---- sessions


def test_each_session_has_variables_of_its_own() -> None:
    """What one session learns, another does not know."""
    session, count = _counter()
    other = tf.Session()
    other.run(tf.initialize_all_variables())
    session.run(tf.assign_add(count, 1.0))
    assert (session.run(count), other.run(count)) == (1.0, 0.0)


def test_sessions_and_graphs_nest() -> None:
    """The innermost is the default one, and leaving it brings the one around it back."""
    with tf.Session() as outer:
        with tf.Session() as inner, outer.as_default():
            assert tf.get_default_session() is outer
            with inner.as_default():
                assert tf.get_default_session() is inner
            assert tf.get_default_session() is outer
        assert tf.get_default_session() is outer
    assert tf.get_default_session() is None


def test_a_graph_can_be_entered_again_inside_another() -> None:
    """Leaving the inner block brings back the graph around it, not the outermost."""
    first, second = tf.Graph(), tf.Graph()
    with first.as_default(), second.as_default():
        with first.as_default():
            assert tf.get_default_graph() is first
        assert tf.get_default_graph() is second


def test_load_gives_a_variable_a_value_at_once() -> None:
    """Without a node in the graph."""
    session, count = _counter()
    nodes = count.graph.version
    count.load(4, session)
    assert session.run(count) == np.float32(4.0)
    assert count.graph.version == nodes
