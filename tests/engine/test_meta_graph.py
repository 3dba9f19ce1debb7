"""Meta graphs: collections that come back, files of text and bytes, and TensorFlow's own."""

from __future__ import annotations

import logging
import lzma
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import neuronboard.compat.v1 as tf
from neuronboard.pb.meta_graph_pb2 import MetaGraphDef
from neuronboard.pb.saver_pb2 import VariableDef

GOLDEN = Path(__file__).resolve().parent.parent / "golden" / "checkpoints"


def _recorded() -> MetaGraphDef:
    return MetaGraphDef.FromString((GOLDEN / "model-5.meta").read_bytes())


def test_the_collections_of_tensorflow_come_back_as_they_were() -> None:
    """Variables as variables, tensors and operations by name, texts and numbers."""
    with tf.Graph().as_default() as graph:
        tf.train.import_meta_graph(_recorded())
        assert [v.op.name for v in tf.trainable_variables()] == ["layer/w", "layer/b", "h", "c"]
        assert len(tf.global_variables()) == 9
        assert set(tf.trainable_variables()) < set(tf.global_variables())
        assert graph.get_collection("outputs") == [graph.get_tensor_by_name("y:0")]
        assert graph.get_collection("train_op") == [graph.get_operation_by_name("Momentum")]
        assert graph.get_collection("count") == [3]
        assert graph.get_collection("rate") == [0.5]
        assert graph.get_collection("name") == [b"abc"]
        again = tf.train.export_meta_graph()
    recorded = _recorded()
    for key in ("outputs", "train_op", "count", "rate", "name", "summaries", "trainable_variables"):
        assert again.collection_def[key] == recorded.collection_def[key]
    assert set(again.collection_def) == set(recorded.collection_def)


def test_a_meta_graph_is_put_below_a_scope(tmp_path: Path) -> None:
    """Its saver too: it restores by the names in the checkpoint."""
    with tf.Graph().as_default() as graph, tf.Session() as session:
        saver = tf.train.import_meta_graph(_recorded(), import_scope="old")
        [w, *_] = tf.trainable_variables()
        assert w.name == "old/layer/w:0"
        saver.restore(session, GOLDEN / "model-5")
        assert session.run(w).shape == (3, 2)
        assert graph.get_collection("train_op")[0].name == "old/Momentum"


@pytest.mark.parametrize("as_text", [True, False])
def test_a_file_of_text_or_bytes_is_read_back(as_text: bool, tmp_path: Path) -> None:
    path = tmp_path / "deep" / "m.meta"
    with tf.Graph().as_default():
        tf.Variable(1.0, name="w")
        with tf.device("/cpu:0"):
            y = tf.constant(2.0, name="y")
        tf.add_to_collection("out", y)
        written = tf.train.Saver().export_meta_graph(path, as_text=as_text, clear_devices=True)
    assert (b"meta_info_def {" in path.read_bytes()) is as_text
    assert {node.device for node in written.graph_def.node} == {""}
    with tf.Graph().as_default():
        saver, [found] = tf.train.import_meta_graph(path, return_elements=["y:0"])
        assert tf.get_collection("out") == [found]
        assert [v.name for v in tf.global_variables()] == ["w:0"]
        assert saver.saver_def == written.saver_def


def test_without_a_saver_one_is_made_where_there_are_variables() -> None:
    with tf.Graph().as_default():
        tf.Variable(1.0, name="w")
        tf.Variable(1.0, name="hidden", collections=[])
        some = tf.train.export_meta_graph(collection_list=["variables"])
        none = tf.train.export_meta_graph(collection_list=[])
    assert list(some.collection_def) == ["variables"]
    with tf.Graph().as_default():
        assert tf.train.import_meta_graph(none) is None
    with tf.Graph().as_default():
        saver = tf.train.import_meta_graph(some)
        assert saver.saver_def.restore_op_name == "save/restore_all"


def test_what_cannot_be_written_is_left_out_with_a_word(caplog: pytest.LogCaptureFixture) -> None:
    with tf.Graph().as_default():
        tf.constant(1.0)
        tf.add_to_collection("things", object())
        with caplog.at_level(logging.WARNING, "neuronboard.engine.meta_graph"):
            message = tf.train.export_meta_graph()
    assert "The collection 'things' is not in the meta graph: a object" in caplog.text
    assert list(message.collection_def) == []


def test_what_is_no_meta_graph_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="does not exist"):
        tf.train.import_meta_graph(tmp_path / "m.meta")
    (tmp_path / "m.meta").write_bytes(b"\xff\xff")
    with pytest.raises(tf.errors.DataLossError, match="neither as bytes nor as text"):
        tf.train.import_meta_graph(tmp_path / "m.meta")
    with pytest.raises(tf.errors.UnimplementedError, match="export_scope"):
        tf.train.export_meta_graph(export_scope="a")
    resource = VariableDef(variable_name="w:0", is_resource=True)
    with pytest.raises(tf.errors.UnimplementedError, match="resource"):
        tf.Variable.from_proto(resource)


@pytest.mark.parametrize("as_text", [True, False])
def test_a_graph_is_written_to_a_file(as_text: bool, tmp_path: Path) -> None:
    from google.protobuf import text_format

    with tf.Graph().as_default() as graph:
        tf.constant(1.0, name="one")
        path = tf.train.write_graph(graph, tmp_path / "logs", "graph.pb", as_text)
        tf.train.write_graph(graph.as_graph_def(), tmp_path, "def.pb", as_text)
    assert path == str(tmp_path / "logs" / "graph.pb")
    data = Path(path).read_bytes()
    assert data == (tmp_path / "def.pb").read_bytes()
    message = text_format.Parse(data.decode(), tf.GraphDef()) if as_text else None
    assert (message or tf.GraphDef.FromString(data)) == graph.as_graph_def()
    with pytest.raises(TypeError, match="takes a graph or a GraphDef"):
        tf.train.write_graph("graph", tmp_path, "x")


def test_attributes_that_need_not_be_said_are_left_out_and_come_back() -> None:
    """As a file of an older TensorFlow lacks those that came later."""
    with tf.Graph().as_default() as graph:
        x = tf.placeholder(tf.float32, [2, 2], name="x")
        tf.matmul(x, x, transpose_b=True, name="y")
        short = tf.train.export_meta_graph(strip_default_attrs=True)
        whole = tf.train.export_meta_graph()
        wanted = tf.Session(graph=graph).run("y:0", {"x:0": [[1, 2], [3, 4]]})
    assert short.meta_info_def.stripped_default_attrs
    [y] = [node for node in short.graph_def.node if node.name == "y"]
    assert set(y.attr) == {"T", "transpose_b", "_output_shapes"}
    with tf.Graph().as_default() as graph:
        tf.train.import_meta_graph(short)
        got = tf.Session(graph=graph).run("y:0", {"x:0": [[1, 2], [3, 4]]})
        again = graph.get_operation_by_name("y").node_def.attr
    assert (got == wanted).all()
    assert {name for node in whole.graph_def.node for name in node.attr} - {
        "_output_shapes"
    } <= set(again) | {"dtype", "shape"}


def test_a_call_of_a_function_is_refused_by_name() -> None:
    message = tf.GraphDef()
    message.library.function.add().signature.name = "Twice"
    message.node.add(name="call", op="Twice")
    with (
        tf.Graph().as_default(),
        pytest.raises(tf.errors.UnimplementedError, match="calls the function 'Twice'"),
    ):
        tf.import_graph_def(message)


IMPORTS = [
    (
        ValueError,
        "Unknown input node 'b'",
        lambda d: d.node.add(name="a", op="Neg", input=["b"]),
        None,
    ),
    (
        tf.errors.NotFoundError,
        "Op type not registered 'Nope'",
        lambda d: d.node.add(name="a", op="Nope"),
        None,
    ),
    (ValueError, "Requested return node 'q' not found", lambda d: None, ["q"]),
]


@pytest.mark.parametrize(("kind", "message", "change", "wanted"), IMPORTS)
def test_a_graph_that_cannot_be_imported_is_told(
    kind: type[Exception], message: str, change: Any, wanted: Any
) -> None:
    graph_def = tf.GraphDef()
    change(graph_def)
    with tf.Graph().as_default(), pytest.raises(kind, match=message):
        tf.import_graph_def(graph_def, return_elements=wanted)


def test_constants_are_packed_as_tensorflow_packs_them() -> None:
    """Booleans and complex numbers as lists; zeros alone it makes of one element, and we of all."""
    with tf.Graph().as_default():
        tf.train.import_meta_graph(_recorded())
        again = {node.name: node for node in tf.train.export_meta_graph().graph_def.node}
    packed = [node for node in _recorded().graph_def.node if node.op == "Const"]
    other = {n.name for n in packed if n.attr["value"] != again[n.name].attr["value"]}
    assert {name.rpartition("/")[2] for name in other} == {"zeros"}
    with tf.Graph().as_default():
        half = tf.constant(np.float16(1.5)).op.node_def.attr["value"].tensor
        pair = tf.constant([1 + 2j, 3]).op.node_def.attr["value"].tensor
    assert list(half.half_val) == [0x3E00]
    assert list(pair.dcomplex_val) == [1, 2, 3, 0]


LOOPS = Path(__file__).resolve().parent.parent / "golden" / "flow" / "loops.meta.xz"
# What TensorFlow's gradients by x are, and by the weights of a network, in its own import.
SLOPES = {True: [54.0, 2.0, 460.0, 54.0], False: [54.0, 1.0, 460.0, 1.0]}
OF_WEIGHTS = [0.66229713, -0.60146976, 0.97053385]


def _slopes(message: Any, scope: str | None) -> int:
    """Checks the gradients of an import; how many operations there are then."""
    below = f"{scope}/" if scope else ""
    with tf.Graph().as_default() as graph, tf.Session() as session:
        tf.train.import_meta_graph(message, import_scope=scope)
        x = graph.get_tensor_by_name(f"{below}x:0")
        ys = [graph.get_tensor_by_name(f"{below}{name}:0") for name in "yznq"]
        by_x = [tf.gradients(y, x)[0] for y in ys]
        whole = graph.get_tensor_by_name(f"{below}r:0")
        weights = [v for v in tf.trainable_variables() if v.shape.ndims]
        by_weights = tf.gradients(whole, [x, *weights])
        session.run(tf.global_variables_initializer())
        for weight in weights:
            count = np.arange(weight.shape.num_elements())
            weight.load(np.sin(count).reshape(weight.shape.as_list()), session)
        for taken, wanted in SLOPES.items():
            feed = {x: 1.5, f"{below}p:0": taken}
            feed[f"{below}s:0"] = np.cos(np.arange(24)).reshape(2, 3, 4)
            found, sums = session.run([by_x, by_weights], feed)
            np.testing.assert_allclose(found, wanted, rtol=1e-6)
            np.testing.assert_allclose([part.sum() for part in sums], OF_WEIGHTS, rtol=1e-5)
        return len(graph.get_operations())


@pytest.mark.parametrize("scope", [None, "im"])
def test_gradients_go_through_loops_that_are_imported(scope: str | None) -> None:
    """Of TensorFlow's meta graph, nested, in branches and networks; as many nodes as there."""
    message = MetaGraphDef.FromString(lzma.decompress(LOOPS.read_bytes()))
    assert _slopes(message, scope) == 736


def test_gradients_go_through_loops_that_are_written_and_imported() -> None:
    """The contexts that we write are those that we read."""
    message = MetaGraphDef.FromString(lzma.decompress(LOOPS.read_bytes()))
    with tf.Graph().as_default():
        tf.train.import_meta_graph(message)
        again = tf.train.export_meta_graph()
    assert set(again.collection_def) >= {"cond_context", "while_context"}
    assert _slopes(again, "twice") >= 736


def test_shapes_of_an_imported_graph_are_those_it_was_written_with() -> None:
    """Where they say more than can be found anew, as of what goes round a loop."""
    message = MetaGraphDef.FromString(lzma.decompress(LOOPS.read_bytes()))
    with tf.Graph().as_default() as graph:
        tf.train.import_meta_graph(message)
        assert graph.get_tensor_by_name("while/Enter_1:0").shape == tf.TensorShape([])
