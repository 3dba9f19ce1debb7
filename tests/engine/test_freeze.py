"""Graphs cut down and frozen: the nodes that TensorFlow 2.21 keeps, and the same results."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

import neuronboard.compat.v1 as tf

util = tf.graph_util


@pytest.fixture(autouse=True)
def session() -> Iterator[tf.Session]:
    """A small network with what trains it, and a session in which it has values."""
    with tf.Graph().as_default(), tf.Session() as session:
        x = tf.placeholder(tf.float32, [None, 3], name="x")
        w = tf.Variable(np.ones((3, 2), np.float32), name="w")
        b = tf.get_variable("b", [2], initializer=tf.zeros_initializer())
        y = tf.nn.relu(tf.matmul(x, w) + b, name="y")
        tf.stop_gradient(tf.identity(y, name="id"), name="z")
        tf.train.GradientDescentOptimizer(0.1).minimize(tf.reduce_sum(y))
        session.run(tf.global_variables_initializer())
        yield session


def test_only_what_is_needed_stays(session: tf.Session) -> None:
    found = util.extract_sub_graph(session.graph_def, ["y"])
    assert [n.name for n in found.node] == [
        *("x", "w", "w/read", "b", "b/read", "MatMul", "add", "y"),
    ]
    assert found.versions == session.graph_def.versions


def test_a_frozen_graph_gives_the_same_without_variables(session: tf.Session) -> None:
    """In a session that initialises nothing; through a file."""
    frozen = util.convert_variables_to_constants(session, session.graph_def, ["z"])
    assert {n.name: n.op for n in frozen.node if n.op == "Const"} == {"w": "Const", "b": "Const"}
    assert set(frozen.node[1].attr) == {"dtype", "value"}
    fed = {"x:0": [[1.0, 2.0, 3.0]]}
    wanted = session.run("z:0", fed)
    message = tf.GraphDef.FromString(frozen.SerializeToString())
    with tf.Graph().as_default(), tf.Session() as other:
        tf.import_graph_def(message, name="")
        assert other.run("z:0", fed).tolist() == wanted.tolist() == [[6.0, 6.0]]


def test_some_variables_may_stay(session: tf.Session) -> None:
    graph_def = session.graph_def
    for more in ({"variable_names_whitelist": ["w"]}, {"variable_names_blacklist": ["b"]}):
        frozen = util.convert_variables_to_constants(session, graph_def, ["y"], **more)
        ops = {node.name: node.op for node in frozen.node}
        assert (ops["w"], ops["b"]) == ("Const", "VariableV2")


def test_nodes_that_only_pass_on_are_removed(session: tf.Session) -> None:
    frozen = util.convert_variables_to_constants(session, session.graph_def, ["z"])
    short = util.remove_training_nodes(frozen)
    assert {node.name: list(node.input) for node in short.node} == {
        "x": [],
        "w": [],
        "b": [],
        "MatMul": ["x", "w"],
        "add": ["MatMul", "b"],
        "y": ["add"],
        "z": ["y"],
    }
    kept = util.remove_training_nodes(frozen, ["id", "w/read"])
    assert {"id", "w/read"} < {node.name for node in kept.node}


def test_what_is_not_there_is_told(session: tf.Session) -> None:
    with pytest.raises(AssertionError, match="nope is not in graph"):
        util.extract_sub_graph(session.graph_def, ["nope"])
    with pytest.raises(TypeError, match="must be an iterable of strings"):
        util.extract_sub_graph(session.graph_def, "y")


def test_shapes_and_places_are_told(session: tf.Session) -> None:
    shape = util.tensor_shape_from_node_def_name(session.graph, "y")
    assert shape.as_list() == [None, 2]
    assert util.must_run_on_cpu(tf.constant("text").op)
    assert util.must_run_on_cpu(session.graph.get_operation_by_name("w"), True)
    assert not util.must_run_on_cpu(session.graph.get_operation_by_name("y").node_def)
