"""Branches and loops in plans: what is run, what is printed, and what is said of mistakes."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import numpy as np
import pytest
from google.protobuf import text_format

import neuronboard as tf
from neuronboard.engine.graph_def import graph_def
from neuronboard.engine.ops import flow
from neuronboard.engine.plan import compile_plan


def _called(calls: list[str], name: str, value: float) -> Any:
    """A tensor whose computing is written down."""

    def note() -> Any:
        calls.append(name)
        return np.float32(value)

    return tf.py_func(note, [], tf.float32)


def test_only_the_branch_that_is_taken_is_run() -> None:
    """Step by step at first, then as code; the decision may change from run to run."""
    calls: list[str] = []
    with tf.Graph().as_default(), tf.Session() as session:
        taken = tf.placeholder(tf.bool, [])
        y = tf.cond(taken, lambda: _called(calls, "yes", 1.0), lambda: _called(calls, "no", 2.0))
        found = [session.run(y, {taken: value}) for value in (True, False, True, False)]
    assert found == [1.0, 2.0, 1.0, 2.0]
    assert calls == ["yes", "no", "yes", "no"]


def test_what_was_made_outside_of_a_branch_is_run_in_any_case() -> None:
    calls: list[str] = []
    with tf.Graph().as_default(), tf.Session() as session:
        taken = tf.placeholder(tf.bool, [])
        outside = _called(calls, "outside", 1.0)
        y = tf.cond(taken, lambda: outside + 0.0, lambda: tf.constant(2.0))
        assert session.run(y, {taken: False}) == 2.0
    assert calls == ["outside"]


def test_a_decision_that_is_known_leaves_one_branch() -> None:
    """Nothing of the other is in the plan."""
    with tf.Graph().as_default():
        x = tf.placeholder(tf.float32, [])
        y = tf.cond(tf.constant(1) < 2, lambda: x * 2.0, lambda: tf.exp(x))
        assert [step.op.type for step in compile_plan([y], [x]).steps if step.op] == ["Mul"]


def test_a_plan_prints_guards_choices_and_loops() -> None:
    """One line a step; what belongs to a loop stands below it."""
    with tf.Graph().as_default():
        x = tf.placeholder(tf.float32, [])
        y = tf.cond(x > 0.0, lambda: x * 2.0, lambda: tf.exp(x))
        _, z = tf.while_loop(lambda i, _: i < 3, lambda i, v: (i + 1, v * y), [0, x])
        lines = str(compile_plan([z], [x])).splitlines()
    assert lines[1].startswith("if v")
    assert "= Mul(v0, " in lines[1]
    assert lines[2].startswith("if not v")
    assert "= Exp(v0)" in lines[2]
    assert "= Merge(" in lines[3]
    assert "= while(" in lines[4]
    assert lines[4].endswith("# while/while_context")
    assert lines[5].strip().endswith("# while/Less")
    assert "goes on if v" in lines[6]


def test_steps_of_one_branch_stand_together() -> None:
    """However they were made: one `if` for each side."""
    with tf.Graph().as_default():
        x = tf.placeholder(tf.float32, [3])
        y = tf.cond(x[0] > 0.0, lambda: tf.exp(tf.sin(x) * 2.0), lambda: tf.log(tf.cos(x) + 2.0))
        [slope] = tf.gradients(y, x)
        guards = [step.guard for step in compile_plan([slope], [x]).steps]
    blocks = [guard for i, guard in enumerate(guards) if guard and guard != guards[i - 1]]
    assert len(blocks) <= 4  # forwards and backwards, each side


def test_both_ways_of_running_agree_on_a_loop_with_branches() -> None:
    """With the gradient, for several starts; a plan without optimisations too."""
    with tf.Graph().as_default() as graph:
        x = tf.placeholder(tf.float64, [3])

        def body(i: Any, v: Any) -> Any:
            return i + 1, tf.cond(tf.equal(i % 2, 0), lambda: v * x, lambda: tf.sin(v))

        y = tf.while_loop(lambda i, _: i < 5, body, [tf.constant(0), x])[1]
        fetches = [y, tf.gradients(y, x)[0]]
        plain = compile_plan(fetches, [x], optimise=False)
    session = tf.Session(graph=graph)
    from neuronboard.engine.code import interpret

    for start in np.random.default_rng(0).normal(size=(4, 3)):
        found = session.run(fetches, {x: start})
        for a, b in zip(found, interpret(plain, {}, [start]), strict=True):
            np.testing.assert_allclose(a, b)


def test_an_error_in_a_loop_tells_operation_line_and_iteration() -> None:
    with tf.Graph().as_default(), tf.Session() as session:
        table = tf.placeholder(tf.float32, [None])
        loop = tf.while_loop(
            lambda i, _: i < 9, lambda i, v: (i + 1, v + tf.gather(table, i)), [0, 0.0]
        )
        for _ in range(2):
            with pytest.raises(tf.errors.InvalidArgumentError) as caught:
                session.run(loop, {table: np.ones(4)})
    said = str(caught.value)
    assert "while/GatherV2" in said
    assert "test_flow_plan.py" in said
    assert "In iteration 4 of the loop 'while/while_context'" in said


def test_a_fetch_from_a_branch_that_is_not_taken_has_no_value() -> None:
    """As in a graph that was imported, of which nobody knows what belongs to a branch."""
    with tf.Graph().as_default(), tf.Session() as session:
        x, taken = tf.placeholder(tf.float32, []), tf.placeholder(tf.bool, [])
        inside = flow.switch(x, taken)[1] * 2.0
        for _ in range(2):
            assert session.run(inside, {x: 3.0, taken: True}) == 6.0
            with pytest.raises(tf.errors.InvalidArgumentError, match="does not have value"):
                session.run(inside, {x: 3.0, taken: False})


def test_merges_that_may_find_nothing_pass_that_on() -> None:
    """Two sides of two decisions: what hangs on their merge is run if one of them is taken."""
    with tf.Graph().as_default(), tf.Session() as session:
        x = tf.placeholder(tf.float32, [])
        p, q = tf.placeholder(tf.bool, []), tf.placeholder(tf.bool, [])
        value, number = flow.merge([flow.switch(x, p)[1] + 1.0, flow.switch(x, q)[1] + 2.0])
        doubled = value * 2.0
        for _ in range(2):
            assert session.run([doubled, number], {x: 1.0, p: True, q: False}) == [4.0, 0]
            assert session.run([doubled, number], {x: 1.0, p: False, q: True}) == [6.0, 1]
            with pytest.raises(tf.errors.InvalidArgumentError, match="does not have value"):
                session.run(doubled, {x: 1.0, p: False, q: False})


def test_an_imported_loop_runs_as_the_original() -> None:
    """The cycle of a loop is closed again; gradients that were in the graph come along."""
    with tf.Graph().as_default() as graph:
        x = tf.placeholder(tf.float32, [2], name="x")
        y = tf.scan(lambda a, b: tf.cond(b > 0.0, lambda: a * b, lambda: a - b), x)
        [slope] = tf.gradients(y, x)
        message = graph_def(graph, 0, False)
    with tf.Graph().as_default() as again:
        names = ["x:0", y.name, slope.name]
        x2, *found = tf.import_graph_def(message, return_elements=names, name="")  # type: ignore[misc]
    value = np.array([2.0, 3.0], np.float32)
    wanted = tf.Session(graph=graph).run([y, slope], {x: value})
    for got, expected in zip(tf.Session(graph=again).run(found, {x2: value}), wanted, strict=True):
        np.testing.assert_array_equal(got, expected)


def test_a_program_that_only_imports_a_loop_knows_its_types() -> None:
    """Types that are loaded late are loaded for an import as well."""
    with tf.Graph().as_default() as graph:
        tf.scan(lambda a, b: a + b, tf.constant([1.0, 2.0, 3.0]), name="sums")
        message = graph_def(graph, 0, False).SerializeToString()
    program = (
        "import sys, neuronboard as tf\n"
        "tf.import_graph_def(tf.GraphDef.FromString(sys.stdin.buffer.read()), name='')\n"
        "print(tf.Session().run('sums/TensorArrayStack/TensorArrayGatherV3:0').tolist())\n"
    )
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, input=message, capture_output=True, check=True)
    assert done.stdout.decode().strip() == "[1.0, 3.0, 6.0]"


def test_variables_are_read_and_changed_in_each_iteration() -> None:
    with tf.Graph().as_default(), tf.Session() as session:
        v = tf.Variable(1.0)

        def body(i: Any) -> Any:
            with tf.control_dependencies([tf.assign(v, v.read_value() * 2.0)]):
                return i + 1

        loop = tf.while_loop(lambda i: i < 5, body, [tf.constant(0)])
        session.run(tf.initialize_all_variables())
        session.run(loop)
        assert session.run(v) == 32.0


def test_a_traced_run_tells_of_loops_and_branches() -> None:
    with tf.Graph().as_default(), tf.Session() as session:
        x = tf.placeholder(tf.float32, [])
        y = tf.cond(x > 0.0, lambda: x * 2.0, lambda: x * 3.0)
        _, z = tf.while_loop(lambda i, _: i < 3, lambda i, w: (i + 1, w * y), [0, x])
        metadata = tf.RunMetadata()
        options = tf.RunOptions(trace_level=tf.RunOptions.FULL_TRACE)
        assert session.run(z, {x: 1.0}, options=options, run_metadata=metadata) == 8.0
    [device] = metadata.step_stats.dev_stats
    assert {"cond/mul", "cond/Merge", "while/mul"} <= {s.node_name for s in device.node_stats}
    assert "cond/mul_1" not in {s.node_name for s in device.node_stats if s.op_end_rel_nanos}


_REFERENCES = """
node { name: "v" op: "VariableV2" attr { key: "dtype" value { type: DT_FLOAT } }
  attr { key: "shape" value { shape { } } } }
node { name: "half" op: "Const" attr { key: "dtype" value { type: DT_FLOAT } }
  attr { key: "value" value { tensor { dtype: DT_FLOAT tensor_shape { } float_val: 0.5 } } } }
node { name: "init" op: "Assign" input: "v" input: "half" }
node { name: "enter" op: "RefEnter" input: "v" attr { key: "frame_name" value { s: "f" } }
  attr { key: "is_constant" value { b: false } } }
node { name: "merge" op: "RefMerge" input: "enter" input: "next" }
node { name: "limit" op: "Const" input: "^merge" attr { key: "dtype" value { type: DT_FLOAT } }
  attr { key: "value" value { tensor { dtype: DT_FLOAT tensor_shape { } float_val: 3.0 } } } }
node { name: "less" op: "Less" input: "merge" input: "limit" }
node { name: "cond" op: "LoopCond" input: "less" }
node { name: "switch" op: "RefSwitch" input: "merge" input: "cond" }
node { name: "inside" op: "Identity" input: "switch:1" }
node { name: "one" op: "Const" input: "^inside" attr { key: "dtype" value { type: DT_FLOAT } }
  attr { key: "value" value { tensor { dtype: DT_FLOAT tensor_shape { } float_val: 1.0 } } } }
node { name: "more" op: "AssignAdd" input: "switch:1" input: "one" }
node { name: "next" op: "RefNextIteration" input: "more" }
node { name: "exit" op: "RefExit" input: "switch" }
node { name: "out" op: "Identity" input: "exit" }
"""


def test_a_variable_may_go_round_a_loop_itself() -> None:
    """RefEnter, RefNextIteration and RefExit, as TensorFlow runs them: 0.5 grows beyond 3."""
    message = text_format.Parse(_REFERENCES, tf.GraphDef())
    with tf.Graph().as_default(), tf.Session() as session:
        tf.import_graph_def(message, name="")
        session.run("init")
        assert session.run("out:0") == 3.5
        assert session.run("v:0") == 3.5
        assert session.run("out:0") == 3.5


_ON_THE_WAY_OUT = """
node { name: "v" op: "VariableV2" attr { key: "dtype" value { type: DT_FLOAT } }
  attr { key: "shape" value { shape { } } } }
node { name: "zero" op: "Const" attr { key: "dtype" value { type: DT_FLOAT } }
  attr { key: "value" value { tensor { dtype: DT_FLOAT tensor_shape { } float_val: 0.0 } } } }
node { name: "init" op: "Assign" input: "v" input: "zero" }
node { name: "start" op: "Const" attr { key: "dtype" value { type: DT_FLOAT } }
  attr { key: "value" value { tensor { dtype: DT_FLOAT tensor_shape { } float_val: 0.5 } } } }
node { name: "count" op: "RefEnter" input: "v" attr { key: "frame_name" value { s: "f" } }
  attr { key: "is_constant" value { b: true } } }
node { name: "enter" op: "Enter" input: "start" attr { key: "frame_name" value { s: "f" } }
  attr { key: "is_constant" value { b: false } } }
node { name: "merge" op: "Merge" input: "enter" input: "next" }
node { name: "limit" op: "Const" input: "^merge" attr { key: "dtype" value { type: DT_FLOAT } }
  attr { key: "value" value { tensor { dtype: DT_FLOAT tensor_shape { } float_val: 3.0 } } } }
node { name: "less" op: "Less" input: "merge" input: "limit" }
node { name: "cond" op: "LoopCond" input: "less" }
node { name: "switch" op: "Switch" input: "merge" input: "cond" }
node { name: "always" op: "Const" input: "^switch" attr { key: "dtype" value { type: DT_FLOAT } }
  attr { key: "value" value { tensor { dtype: DT_FLOAT tensor_shape { } float_val: 1.0 } } } }
node { name: "counted" op: "AssignAdd" input: "count" input: "always" }
node { name: "square" op: "Square" input: "switch" input: "^counted" }
node { name: "added" op: "AssignAdd" input: "count" input: "square" }
node { name: "more" op: "Add" input: "switch:1" input: "always" }
node { name: "next" op: "NextIteration" input: "more" }
node { name: "exit" op: "Exit" input: "square" }
node { name: "sum" op: "Exit" input: "added" }
"""


def test_what_lies_between_a_switch_and_an_exit_is_run_once() -> None:
    """When the loop ends; what only waits for the switch is run in every test, here four times.

    The numbers are those of TensorFlow's runtime for the same graph.
    """
    message = text_format.Parse(_ON_THE_WAY_OUT, tf.GraphDef())
    with tf.Graph().as_default(), tf.Session() as session:
        tf.import_graph_def(message, name="")
        session.run("init")
        assert session.run(["exit:0", "sum:0"]) == [12.25, 16.25]
        assert [session.run("exit:0") for _ in range(3)] == [12.25] * 3
        assert session.run("v:0") == 28.25
