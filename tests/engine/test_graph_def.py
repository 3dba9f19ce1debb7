"""Graphs as messages, and the names in them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

import neuronboard as tf
from neuronboard import errors
from neuronboard.formats.tensor_proto import make_ndarray


@pytest.fixture(autouse=True)
def graph() -> Iterator[tf.Graph]:
    """A default graph of the test's own."""
    with tf.Graph().as_default() as graph:
        yield graph


def _names(graph: tf.Graph) -> list[str]:
    return [op.name for op in graph.get_operations()]


# ---- messages


def test_every_operation_is_a_node(graph: tf.Graph) -> None:
    """In order, with name, type, device, data inputs and then control inputs."""
    x, w = tf.constant([1.0, 2.0], name="x"), tf.Variable([3.0, 4.0], name="w")
    with tf.control_dependencies([w.initializer]):
        tf.add(x, w, name="sum")
    message = tf.GraphDef.FromString(graph.as_graph_def().SerializeToString())
    assert [node.name for node in message.node] == _names(graph)
    for node, op in zip(message.node, graph.get_operations(), strict=True):
        assert (node.op, node.device) == (op.type, op.device)
        inputs = [tensor.op.name for tensor in op.inputs]
        assert list(node.input) == inputs + [f"^{other.name}" for other in op.control_inputs]
    assert list(message.node[-1].input) == ["x", "w/read", "^w/Assign"]
    assert message.versions.producer > 0


def test_a_second_output_is_named_by_its_number() -> None:
    """The first has no number."""
    x = tf.placeholder(tf.float32, [None, 3])
    y = tf.placeholder(tf.float32, [2, None])
    tf.gradients(x * y, [x, y])
    names = {name for op in tf.get_default_graph().get_operations() for name in op.node_def.input}
    assert {name for name in names if name.endswith("BroadcastGradientArgs:1")}
    assert not {name for name in names if name.endswith(":0")}


@pytest.mark.parametrize(
    "value",
    [
        *(1.5, [[1, 2], [3, 4]], True, "text", ["a", "뉴런"], np.float64(2.5), 1 + 2j),
        *(np.zeros((0, 3), np.float32), np.arange(4, dtype=np.uint8)),
    ],
    ids=str,
)
def test_a_constants_value_comes_back_from_the_message(value: Any) -> None:
    """Element type, shape and elements."""
    tensor = tf.constant(value, name="c")
    attr = tensor.op.node_def.attr
    array = make_ndarray(attr["value"].tensor)
    assert attr["dtype"].type == tensor.dtype.as_datatype_enum
    assert array.shape == tuple(tensor.shape.as_list())
    assert np.array_equal(array, tf.Session().run(tensor))


def test_attributes_take_the_field_of_their_sort() -> None:
    """Types, flags, shapes, numbers, and lists of text."""
    a, p = tf.ones([2, 2]), tf.placeholder(tf.float32, [None, 3])
    product = tf.matmul(a, a, transpose_b=True).op.node_def.attr
    assert (product["transpose_a"].b, product["transpose_b"].b) == (False, True)
    assert product["T"].type == tf.float32.as_datatype_enum
    assert [d.size for d in p.op.node_def.attr["shape"].shape.dim] == [-1, 3]
    assert tf.placeholder(tf.float32).op.node_def.attr["shape"].shape.unknown_rank
    assert tf.add_n([a, a, a]).op.node_def.attr["N"].i == 3
    w = tf.Variable(1.0, name="w")
    assert list(w.initializer.node_def.attr["_class"].list.s) == [b"loc:@w"]


@pytest.mark.parametrize("dtype", [np.int32, np.int64])
def test_the_type_of_sizes_and_axes_is_the_type_they_have(dtype: Any) -> None:
    """Tshape, Tperm, Tidx and index_type say what the input is."""
    x, number = tf.ones([2, 3]), tf.as_dtype(dtype).as_datatype_enum
    found = [
        tf.reshape(x, np.array([3, 2], dtype)).op.node_def.attr["Tshape"],
        tf.transpose(x, np.array([1, 0], dtype)).op.node_def.attr["Tperm"],
        tf.reduce_sum(x, tf.constant(1, dtype)).op.node_def.attr["Tidx"],
        tf.fill(np.array([2], dtype), 1.0).op.node_def.attr["index_type"],
    ]
    assert [attr.type for attr in found] == [number] * 4


def test_shapes_are_written_when_asked_for(graph: tf.Graph) -> None:
    """One for each output, in _output_shapes."""
    tf.placeholder(tf.float32, [None, 3])
    tf.no_op()
    first, second = graph.as_graph_def(add_shapes=True).node
    [shape] = first.attr["_output_shapes"].list.shape
    assert [d.size for d in shape.dim] == [-1, 3]
    assert "_output_shapes" not in second.attr
    assert "_output_shapes" not in graph.as_graph_def().node[0].attr


def test_from_version_gives_what_is_new(graph: tf.Graph) -> None:
    """The nodes that were added since."""
    tf.constant(1.0, name="old")
    version = graph.version
    tf.constant(2.0, name="new")
    assert [node.name for node in graph.as_graph_def(from_version=version).node] == ["new"]


# ---- names


def test_names_are_unique_without_regard_to_case(graph: tf.Graph) -> None:
    """A number is put behind, the lowest that is free."""
    for name in ["a", "a", "A", "a_1", "a", "b_1", "b", "b"]:
        tf.constant(1.0, name=name)
    assert _names(graph) == ["a", "a_1", "A_2", "a_1_1", "a_3", "b_1", "b", "b_2"]
    lower = [name.lower() for name in _names(graph)]
    assert len(set(lower)) == len(lower)


@pytest.mark.parametrize("seed", range(10))
def test_however_names_are_chosen_they_stay_unique(seed: int, graph: tf.Graph) -> None:
    """Random names and scopes out of few letters."""
    source = np.random.default_rng(seed)
    for _ in range(100):
        scope, name = source.choice(["a", "A", "a_1", "b", "a_2"], 2)
        with tf.name_scope(str(scope)):
            tf.constant(1.0, name=str(name))
        tf.constant(1.0, name=str(name))
    assert len(_names(graph)) == len({name.lower() for name in _names(graph)}) == 200


def test_scopes_nest_and_number_themselves(graph: tf.Graph) -> None:
    """The second "a" is "a_1", within its own parent."""
    with tf.name_scope("a") as outer:
        with tf.name_scope("b") as inner:
            tf.constant(1.0, name="c")
        with tf.name_scope("b"):
            tf.constant(1.0, name="c")
    with tf.name_scope("a"):
        tf.constant(1.0, name="c")
    assert (outer, inner) == ("a/", "a/b/")
    assert _names(graph) == ["a/b/c", "a/b_1/c", "a_1/c"]


def test_a_scope_with_a_slash_is_entered_again(graph: tf.Graph) -> None:
    """What name_scope gave leads back into it; None leads out of every scope."""
    with tf.name_scope("a") as scope:
        tf.constant(1.0, name="c")
    with tf.name_scope("b"), tf.name_scope(scope):
        tf.constant(1.0, name="c")
        with tf.name_scope(None):
            tf.constant(1.0, name="c")
    assert _names(graph) == ["a/c", "a/c_1", "c"]


def test_a_scope_is_left_by_an_exception_too(graph: tf.Graph) -> None:
    """What is made afterwards is outside."""
    with pytest.raises(errors.ShapeError), tf.name_scope("a"):
        tf.add(tf.ones([2]), tf.ones([3]))
    assert tf.constant(1.0, name="c").op.name == "c"


def test_plain_numbers_become_constants_under_their_operation(graph: tf.Graph) -> None:
    """As TensorFlow names them."""
    tf.pow(tf.constant(2.0, name="x"), 2, name="loss")
    assert _names(graph) == ["x", "loss/y", "loss"]


# ---- several graphs


@pytest.mark.parametrize(
    "make",
    [
        *(tf.zeros_like, tf.ones_like, tf.shape, tf.transpose, tf.reduce_sum, tf.identity),
        *(lambda x: tf.cast(x, tf.int32), lambda x: x / 2, lambda x: 2 / x, lambda x: 2.0 - x),
        *(lambda x: tf.div(x, 2), lambda x: tf.truediv(x, 2), lambda x: tf.reshape(x, [-1])),
        lambda x: tf.zeros(tf.shape(x)),
        lambda x: tf.gradients(x * x, x)[0],
        lambda x: tf.scalar_summary("sum", tf.reduce_sum(x)),
        lambda x: tf.merge_summary([tf.scalar_summary("sum", tf.reduce_sum(x))]),
        lambda x: tf.Variable(x).value(),
    ],
)
def test_an_operation_is_made_in_the_graph_of_its_inputs(graph: tf.Graph, make: Any) -> None:
    """Whichever graph is the default one, which gets nothing."""
    x = tf.constant([[1.0, 2.0]])
    with tf.Graph().as_default() as other:
        assert make(x).graph is graph
        assert tf.get_default_graph() is other
        assert other.get_operations() == []


def test_collections_belong_to_their_graph(graph: tf.Graph) -> None:
    """A copy is given, so that changing it changes nothing."""
    w = tf.Variable(1.0)
    hidden = tf.Variable(1.0, trainable=False, collections=[])
    tf.Variable(1.0, trainable=False, collections=["mine"])
    tf.get_collection("mine").clear()
    assert tf.all_variables() == tf.trainable_variables() == [w]
    assert len(tf.get_collection("mine")) == 1
    assert hidden not in tf.all_variables()
    with tf.Graph().as_default():
        assert tf.all_variables() == []


# ---- what an operation tells of its type and of its making


def test_the_op_def_tells_inputs_and_attributes() -> None:
    """Names in order, what shares a dtype, what is a reference, what is many, what has effects."""
    w = tf.Variable([[1.0]], name="w")
    product = tf.matmul(w, w).op.op_def
    assert product.name == "MatMul"
    assert [(arg.name, arg.type_attr) for arg in product.input_arg] == [("a", "T"), ("b", "T")]
    sorts = {attr.name: attr.type for attr in product.attr}
    assert sorts == {"transpose_a": "bool", "transpose_b": "bool", "T": "type"}
    assert not product.is_stateful
    assigned = tf.assign(w, [[2.0]]).op.op_def
    assert [arg.is_ref for arg in assigned.input_arg] == [True, False]
    assert [arg.is_ref for arg in assigned.output_arg] == [True]
    added = tf.add_n([w, w]).op.op_def
    assert [arg.number_attr for arg in added.input_arg] == ["N"]
    assert {attr.name: attr.type for attr in added.attr} == {"N": "int", "T": "type"}
    assert tf.random_uniform([2]).op.inputs[0].op.op_def.name == "Const"


def test_the_op_def_of_every_operation_of_a_network_can_be_written(graph: tf.Graph) -> None:
    """One ArgDef for each input of the type, one for each output of the operation."""
    x = tf.placeholder(tf.float32, [None, 4, 4, 1])
    w = tf.Variable(tf.random_normal([2, 2, 1, 3], seed=1))
    loss = tf.reduce_mean(tf.nn.conv2d(x, w, [1, 1, 1, 1], "SAME") ** 2.0)
    tf.train.AdamOptimizer().minimize(loss)
    for op in graph.get_operations():
        told = type(op.op_def).FromString(op.op_def.SerializeToString())
        assert told.name == op.type
        assert len(told.input_arg) == len(op.definition.inputs)
        assert [arg.type for arg in told.output_arg] == [
            tensor.dtype.base_dtype.as_datatype_enum for tensor in op.outputs
        ]
    conv = {attr.name: attr.type for attr in graph.get_operation_by_name("Conv2D").op_def.attr}
    assert (conv["strides"], conv["padding"], conv["T"]) == ("list(int)", "string", "type")


def _made_below() -> tf.Operation:
    return tf.constant(1.0).op


def test_the_traceback_is_the_users_calls(graph: tf.Graph) -> None:
    """Innermost last, with function, line and text; nothing of the library between them."""
    op = _made_below()
    *_, caller, inner = op.traceback
    assert (inner.name, inner.line) == ("_made_below", "return tf.constant(1.0).op")
    assert (caller.name, caller.line) == (
        *("test_the_traceback_is_the_users_calls", "op = _made_below()"),
    )
    assert op.where == f"{__file__}:{inner.lineno}"
    library = tf.__file__.rpartition("/")[0] + "/"
    assert not [frame for frame in op.traceback if frame.filename.startswith(library)]


def test_the_traceback_goes_through_scopes_and_gradients() -> None:
    """What `with` blocks and rules of gradients add has the line that asked for it."""
    with tf.name_scope("block"):
        x = tf.constant(1.0)
    [slope] = tf.gradients(tf.square(x), x)
    assert slope.op.traceback[-1].line == "[slope] = tf.gradients(tf.square(x), x)"
    assert not [frame for frame in slope.op.traceback if "contextlib" in frame.filename]
