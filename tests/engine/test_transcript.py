"""The tutorial's step-by-step part, line by line, against what TensorFlow printed and raised.

Left out of the comparison: memory addresses and `tensorflow.python...` module paths.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest

import neuronboard as tf
from neuronboard import errors
from neuronboard.pb.graph_pb2 import GraphDef

GOLDEN = Path(__file__).parents[1] / "golden" / "seed"
TRANSCRIPT = {
    entry["id"]: entry
    for entry in json.loads((GOLDEN / "transcript.json").read_text())["transcript"]
}
# Entries that have a test of their own below.
APART = {"default_graph", "session", "init_repr", "init_node_def", "stat_note"}


@pytest.fixture(scope="module")
def walk(tmp_path_factory):
    """Walks through the tutorial; returns what each line gave, by the id of its entry."""
    seen = {}
    with tf.Graph().as_default():
        graph = seen["default_graph"] = tf.get_default_graph()
        _first_neuron(graph, seen)
        _named_neuron(graph, seen, tmp_path_factory.mktemp("walk"))
    return seen


def _raised(call):
    with pytest.raises(Exception) as caught:  # noqa: PT011 the class is compared below
        call()
    return caught.value


def _first_neuron(graph, seen):
    seen["empty_ops"] = graph.get_operations()
    input_ = tf.constant(1.0)
    operations = graph.get_operations()
    seen |= {"ops_after_const": operations, "op_str": operations[0]}
    seen["node_def_const"] = operations[0].node_def
    seen |= {"tensor_repr": input_, "tensor_str": str(input_)}
    sess = seen["session"] = tf.Session()
    seen["run_input"] = sess.run(input_)
    weight = tf.Variable(0.8)
    seen["variable_repr"] = weight
    seen["op_names"] = [op.name for op in graph.get_operations()]
    for name in ("Const", "Variable/initial_value", "Variable", "Variable/Assign", "Variable/read"):
        seen[f"node_def:{name}"] = graph.get_operation_by_name(name).node_def
    output = weight * input_
    last = graph.get_operations()[-1]
    seen |= {"output_repr": output, "n_ops": len(graph.get_operations())}
    seen |= {"last_name": last.name, "last_type": last.type, "inputs_container": last.inputs}
    seen["node_def_mul"] = last.node_def
    seen["last_inputs"] = [str(tensor) for tensor in last.inputs]
    seen["uninit_read"] = _raised(lambda: sess.run(output))
    seen["uninit_var"] = _raised(lambda: sess.run(weight))
    init = tf.initialize_all_variables()
    seen |= {"init_repr": init, "init_node_def": init.node_def}
    seen |= {"run_init": sess.run(init), "run_output": sess.run(output)}


def _named_neuron(graph, seen, folder):
    sess = seen["session"]
    x = tf.constant(1.0, name="input")
    w = tf.Variable(0.8, name="weight")
    y = tf.mul(w, x, name="output")
    seen["named_ops"] = [op.name for op in graph.get_operations()]
    with tf.train.SummaryWriter(str(folder / "log_simple_graph"), sess.graph):
        pass
    target = tf.constant(0.0)
    loss = (y - target) ** 2
    seen |= {"y_repr": y, "target_repr": target, "loss_repr": loss}
    seen["ops_after_loss"] = [(op.name, op.type) for op in graph.get_operations()]
    optim = tf.train.GradientDescentOptimizer(learning_rate=0.025)
    pairs = optim.compute_gradients(loss)
    seen["grads_and_vars"] = pairs
    seen["ops_after_grads"] = [(op.name, op.type) for op in graph.get_operations()]
    sess.run(tf.initialize_all_variables())
    seen["grad"] = sess.run(pairs[1][0])
    seen["run_none_grad"] = _raised(lambda: sess.run(pairs[0][0]))
    seen["apply"] = sess.run(optim.apply_gradients(pairs))
    seen["w_after_apply"] = sess.run(w)
    train_step = tf.train.GradientDescentOptimizer(0.025).minimize(loss)
    seen["train_step"] = train_step
    for _ in range(100):
        given = sess.run(train_step)
        seen.setdefault("run_train_step", given)
    tf.initialize_all_variables()  # the recording made one for a session of its own
    seen["y_after_100"] = sess.run(y)
    sess.run(tf.initialize_all_variables())
    lines = []
    for i in range(100):
        lines.append(f"학습 횟수 {i}, 출력값: {sess.run(y)}")
        sess.run(train_step)
    seen["printed_loop"] = lines
    summary_y = tf.scalar_summary("output", y)
    seen |= {"summary_y": summary_y, "summary_str": sess.run(summary_y)}
    seen["summary_str_parsed"] = tf.Summary.FromString(seen["summary_str"])


@pytest.mark.parametrize(
    "entry",
    [
        name
        for name, entry in TRANSCRIPT.items()
        if "tf_repr" in entry and not name.startswith("node_def") and name not in APART
    ],
)
def test_a_line_prints_what_tensorflow_prints(walk, entry) -> None:
    """repr and str are TensorFlow's, and the exact value where it is a number."""
    assert repr(walk[entry]) == TRANSCRIPT[entry]["tf_repr"]
    assert _sorted_lines(str(walk[entry])) == _sorted_lines(TRANSCRIPT[entry]["tf_str"])
    if "float_hex" in TRANSCRIPT[entry]:
        assert float(walk[entry]).hex() == TRANSCRIPT[entry]["float_hex"]
        assert type(walk[entry]) is np.float32


@pytest.mark.parametrize("entry", [name for name in TRANSCRIPT if name.startswith("node_def")])
def test_a_node_def_says_what_tensorflows_says(walk, entry) -> None:
    """The text has the same lines; the order of attributes is free."""
    assert _sorted_lines(str(walk[entry])) == _sorted_lines(TRANSCRIPT[entry]["tf_repr"])


@pytest.mark.parametrize("entry", ["default_graph", "session"])
def test_an_object_prints_as_pythons_objects_do(walk, entry) -> None:
    """As in TensorFlow, but for the module's path and the address."""
    kind = TRANSCRIPT[entry]["tf_type"].rpartition(".")[2]
    for text in (repr(walk[entry]), TRANSCRIPT[entry]["tf_repr"]):
        assert re.fullmatch(rf"<\S+\.{kind} object at 0x[0-9a-f]+>", text)


def test_init_prints_as_the_operation_that_it_is(walk) -> None:
    """TensorFlow of today wraps it to warn of an init that is never run; 0.x gave the operation."""
    assert repr(walk["init_repr"]) == "<tf.Operation 'init' type=NoOp>"
    assert str(walk["init_node_def"]) == TRANSCRIPT["init_node_def"]["tf_str"]


def test_the_weight_stays_trained_for_the_loop_with_summaries(walk) -> None:
    """log_simple_stat begins where the printed loop ended, not at 0.8."""
    last = TRANSCRIPT["stat_note"]["tf_repr"]
    assert walk["printed_loop"][-1].endswith(last)
    assert walk["summary_str_parsed"].value[0].simple_value < float(last)


def test_the_loop_prints_what_tensorflow_prints(walk) -> None:
    """The 100 lines of the training loop, numbers to the last digit."""
    assert walk["printed_loop"] == TRANSCRIPT["printed_loop"]["tf_lines"]


def test_the_parsed_summary_prints_as_in_tensorflow(walk) -> None:
    """One value, tag output."""
    assert str(walk["summary_str_parsed"]) == TRANSCRIPT["summary_str_parsed"]["tf_repr"]


def _sorted_lines(text):
    return sorted(text.splitlines())


@pytest.mark.parametrize("entry", ["uninit_read", "uninit_var"])
def test_an_uninitialised_variable_is_a_failed_precondition(walk, entry) -> None:
    """TensorFlow's class, code, operation and sentence; and the user's line and the way out."""
    error, golden = walk[entry], TRANSCRIPT[entry]
    assert isinstance(error, errors.FailedPreconditionError)
    assert error.error_code == golden["exc_error_code"] == 9
    assert type(error).__name__ == golden["exc_type"].rpartition(".")[2]
    assert "OpError" in [kind.__name__ for kind in type(error).__mro__]
    core = golden["exc_message"][golden["exc_message"].index("Attempting") :].rstrip()
    assert core in error.message
    assert (error.op is None) == (golden["exc_op"] is None)
    assert f"{__file__}:" in str(error)
    assert "initialize_all_variables" in str(error)


def test_a_gradient_of_none_cannot_be_fetched(walk) -> None:
    """A TypeError with TensorFlow's words."""
    assert isinstance(walk["run_none_grad"], TypeError)
    assert str(walk["run_none_grad"]) == TRANSCRIPT["run_none_grad"]["exc_str"]


def test_every_line_of_the_recording_is_walked(walk) -> None:
    """An entry without its line here would pass unseen."""
    assert TRANSCRIPT.keys() - walk.keys() == {"stat_note"}


def test_the_graph_at_the_end_is_tensorflows(walk) -> None:
    """Every node that TensorFlow's walk-through has, with the same op and inputs."""
    golden = GraphDef.FromString((GOLDEN / "walkthrough_graph.pb").read_bytes())
    nodes = walk["session"].graph.as_graph_def().node
    ours = {node.name: (node.op, list(node.input)) for node in nodes}
    theirs = {node.name: (node.op, list(node.input)) for node in golden.node}
    assert {name: ours.get(name) for name in theirs} == theirs
