"""Sessions: several threads on one, several of one graph, and fetches of every form."""

from __future__ import annotations

import collections
import threading
from collections.abc import Callable, Iterator

import numpy as np
import pytest

import neuronboard.compat.v1 as tf


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    with tf.Graph().as_default():
        yield


def _in_threads(work: Callable[[int], None], count: int = 4) -> None:
    """Runs `work(number)` in threads; raises what the first one failed with."""
    failed: list[BaseException] = []

    def guarded(number: int) -> None:
        try:
            work(number)
        except BaseException as error:  # noqa: BLE001 the test is to see it
            failed.append(error)

    threads = [threading.Thread(target=guarded, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise failed[0]


def test_threads_get_their_own_results_of_one_session() -> None:
    """The same fetches with other feeds, while plans are made and compiled."""
    x = tf.placeholder(tf.float32, [None, 8])
    y = tf.reduce_sum(tf.nn.relu(tf.matmul(x, tf.ones([8, 8]))) * 2.0, axis=1)
    with tf.Session() as session:

        def work(number: int) -> None:
            fed = np.full((4, 8), number + 1.0)
            for _ in range(200):
                assert session.run(y, {x: fed}).tolist() == [128.0 * (number + 1)] * 4

        _in_threads(work)


@pytest.mark.parametrize("change", ["assign_add", "scatter_add", "scatter_nd_add", "train"])
def test_no_change_of_a_variable_is_lost_between_threads(change: str) -> None:
    v = tf.Variable([0.0, 0.0], name="v")
    made = {
        "assign_add": lambda: tf.assign_add(v, [1.0, 1.0]),
        "scatter_add": lambda: tf.scatter_add(v, [0, 1], [1.0, 1.0]),
        "scatter_nd_add": lambda: tf.scatter_nd_add(v, [[0], [1]], [1.0, 1.0]),
        "train": lambda: tf.train.GradientDescentOptimizer(1.0).minimize(-tf.reduce_sum(v)),
    }[change]()
    with tf.Session() as session:
        session.run(v.initializer)

        def work(_: int) -> None:
            for _ in range(500):
                session.run(made.op if isinstance(made, tf.Tensor) else made)

        _in_threads(work)
        assert session.run(v).tolist() == [2000.0, 2000.0]


def test_each_thread_has_a_default_graph_and_session_of_its_own() -> None:
    outer = tf.get_default_graph()
    barrier = threading.Barrier(3)

    def work(number: int) -> None:
        assert tf.get_default_graph() is not outer
        assert tf.get_default_session() is None
        with tf.Graph().as_default(), tf.Session():
            x = tf.constant(number)
            barrier.wait()
            assert x.eval() == number
            assert len(tf.get_default_graph().get_operations()) == 1

    _in_threads(work, 3)


def test_sessions_of_one_graph_keep_their_own_variables() -> None:
    v = tf.Variable(1.0)
    double = v.assign(v * 2.0)
    one, other = tf.Session(), tf.Session()
    for session in (one, other):
        session.run(v.initializer)
    one.run(double)
    assert (one.run(v), other.run(v)) == (2.0, 1.0)
    one.close()
    assert other.run(v) == 1.0


Point = collections.namedtuple("Point", "x y")


def test_fetches_come_back_in_their_structure() -> None:
    """Lists, tuples, named tuples, dicts, however deep; operations give None; names are taken."""
    a, b = tf.constant(1, name="a"), tf.constant([2.0], name="b")
    v = tf.Variable(3.0, name="v")
    nested = {"p": Point(a, [b, (a, "b:0")]), "v": v, "i": v.initializer, "n": "v/Assign", "e": []}
    with tf.Session() as session:
        session.run(v.initializer)
        got = session.run(nested)
        ordered = session.run(collections.OrderedDict([("z", a), ("y", b)]))
    assert got == {"p": Point(1, [[2.0], (1, [2.0])]), "v": 3.0, "i": None, "n": None, "e": []}
    assert isinstance(got["p"], Point)
    assert list(ordered) == ["z", "y"]


def test_a_callable_takes_its_feeds_in_order() -> None:
    x, y = tf.placeholder(tf.float32), tf.placeholder(tf.float32)
    with tf.Session() as session:
        ratio = session.make_callable([x / y, {"sum": x + y}], [x, y])
        assert ratio(6.0, 3.0) == [2.0, {"sum": 9.0}]
        assert session.make_callable(tf.constant(5))() == 5
        traced = session.make_callable(x * 2.0, [x], accept_options=True)
        metadata = tf.RunMetadata()
        options = tf.RunOptions(trace_level=tf.RunOptions.FULL_TRACE)
        assert traced(4.0, options=options, run_metadata=metadata) == 8.0
        assert metadata.step_stats.dev_stats


def test_any_tensor_can_be_fed() -> None:
    a = tf.constant(3.0)
    b = a * 2.0
    v = tf.Variable(1.0)
    with tf.Session() as session:
        assert session.run(b, {a: 5.0}) == 10.0
        assert session.run([a, b], {b: 7.0}) == [3.0, 7.0]
        assert session.run(v + 1.0, {v: 4.0}) == 5.0
        assert session.run(a, {a.name: 8.0}) == 8.0


def test_an_interactive_session_is_the_default_until_it_closes() -> None:
    session = tf.InteractiveSession()
    x = tf.constant(2.0)
    v = tf.Variable(x * 2.0)
    v.initializer.run()
    assert (x.eval(), v.eval()) == (2.0, 4.0)
    session.close()
    with pytest.raises(ValueError, match="No default session"):
        x.eval()
    with pytest.raises(ValueError, match=r"Cannot execute operation using `run\(\)`"):
        v.initializer.run()
