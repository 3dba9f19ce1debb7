"""Sessions with hooks: steps, checkpoints and summaries as TensorFlow 2.21 made them."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import neuronboard.compat.v1 as tf
from neuronboard import open as open_log


@pytest.fixture(autouse=True)
def _graph() -> Any:
    with tf.Graph().as_default():
        yield


def _training() -> tuple[Any, Any, Any]:
    """(loss, step, train operation) of a weight that falls to 0."""
    step = tf.train.get_or_create_global_step()
    weight = tf.Variable(4.0, name="w")
    loss = weight * weight
    tf.summary.scalar("loss", loss)
    return loss, step, tf.train.GradientDescentOptimizer(0.1).minimize(loss, global_step=step)


def _trained(folder: Path) -> list[float]:
    """The losses of five steps."""
    with tf.Graph().as_default():
        loss, _, train = _training()
        hooks = [tf.train.StopAtStepHook(num_steps=5), tf.train.NanTensorHook(loss)]
        losses = []
        with tf.train.MonitoredTrainingSession(
            checkpoint_dir=str(folder),
            hooks=hooks,
            save_checkpoint_steps=2,
            save_summaries_steps=2,
        ) as session:
            while not session.should_stop():
                losses.append(float(session.run([loss, train])[0]))
        return losses


def _kept(folder: Path) -> list[int]:
    return sorted(int(path.stem.rpartition("-")[2]) for path in folder.glob("*.index"))


def test_a_training_goes_on_where_it_ended(tmp_path: Path) -> None:
    """Losses, checkpoints and steps of summaries are TensorFlow's, in both runs."""
    first = _trained(tmp_path)
    assert _kept(tmp_path) == [0, 2, 4, 5]
    np.testing.assert_allclose(first, [16.0, 10.240001, 6.5536, 4.1943035, 2.684354], rtol=1e-6)
    second = _trained(tmp_path)
    assert _kept(tmp_path) == [4, 5, 7, 9, 10]
    wanted = [1.7179865, 1.0995114, 0.70368725, 0.45035988, 0.2882303]
    np.testing.assert_allclose(second, wanted, rtol=1e-6)
    [run] = open_log(str(tmp_path)).runs.values()
    assert run["loss"].steps.tolist() == [1, 3, 5, 6, 8, 10]


class _Telling(tf.train.SessionRunHook):
    """Writes down what it is asked."""

    def __init__(self) -> None:
        self.heard: list[Any] = []

    def begin(self) -> None:
        self.heard.append("begin")

    def after_create_session(self, session: Any, coord: Any) -> None:
        self.heard.append("created")

    def before_run(self, run_context: Any) -> Any:
        self.heard.append(run_context.original_args.fetches)
        return tf.train.SessionRunArgs({"twice": self.twice}, {self.given: 21.0})

    def after_run(self, run_context: Any, run_values: Any) -> None:
        self.heard.append(run_values.results)
        run_context.request_stop()

    def end(self, session: Any) -> None:
        self.heard.append("end")


def test_a_second_session_uses_what_the_first_one_made(tmp_path: Path) -> None:
    """The graph is finalized by then; initializers, saver and summaries are in its collections."""
    _, step, train = _training()
    sizes = []
    for begin in (0, 2):
        with tf.train.MonitoredTrainingSession(
            checkpoint_dir=str(tmp_path), save_checkpoint_steps=1, save_summaries_steps=1
        ) as session:
            assert session.run(step) == begin
            session.run(train)
            session.run(train)
        sizes.append(len(tf.get_default_graph().get_operations()))
    assert sizes[0] == sizes[1]
    for key in ("init_op", "local_init_op", "ready_op", "summary_op", "savers"):
        assert len(tf.get_collection(key)) == 1, key
    again = tf.train.export_meta_graph()
    assert len(again.collection_def["savers"].bytes_list.value) == 1
    with tf.Graph().as_default():
        tf.train.import_meta_graph(again)
        with tf.train.MonitoredTrainingSession(checkpoint_dir=str(tmp_path)) as session:
            assert session.run("global_step:0") == 4


def test_two_initializers_in_the_collection_are_refused() -> None:
    """Which one is meant cannot be seen."""
    for _ in range(2):
        tf.add_to_collection("init_op", tf.no_op())
    with pytest.raises(RuntimeError, match="More than one item in the collection"):
        tf.train.MonitoredSession()


def test_there_are_no_tables_to_initialize() -> None:
    """The operation is there, under TensorFlow's name, and does nothing."""
    made = tf.tables_initializer()
    assert (made.name, made.type) == ("init_all_tables", "NoOp")
    assert tf.initializers.tables_initializer(name=None).name == "NoOp"
    with tf.Session() as session:
        assert session.run(made) is None


def test_hooks_are_called_in_turn() -> None:
    """With what they asked for; the graph is finalized."""
    hook = _Telling()
    hook.given = tf.placeholder(tf.float32, [])
    hook.twice = hook.given * 2.0
    one = tf.constant(1.0, name="one")
    with tf.train.MonitoredSession(hooks=[hook]) as session:
        assert session.graph.finalized
        assert not session.should_stop()
        assert session.run(one) == 1.0
        assert session.should_stop()
        with pytest.raises(RuntimeError, match="Same tensor is fed"):
            session.run(one, {hook.given: 1.0})
    assert hook.heard == ["begin", "created", one, {"twice": 42.0}, one, "end"]
    with pytest.raises(RuntimeError, match="Session is closed"):
        session.run(one)


def test_the_end_of_the_data_ends_the_block() -> None:
    """Without an error, and with the hooks' ends; a mistake ends it without."""
    final = tf.train.FinalOpsHook(tf.constant(7))
    element = tf.data.Dataset.range(3).make_one_shot_iterator().get_next()
    found = []
    with tf.train.SingularMonitoredSession(hooks=[final]) as session:
        assert session.raw_session() is not None
        while not session.should_stop():
            found.append(int(session.run(element)))
    assert found == [0, 1, 2]
    assert final.final_ops_values == 7


def test_a_mistake_in_the_block_is_raised() -> None:
    """And the hooks' ends are not called."""
    final = tf.train.FinalOpsHook(tf.constant(7))
    with pytest.raises(ZeroDivisionError), tf.train.MonitoredSession(hooks=[final]):
        raise ZeroDivisionError
    assert final.final_ops_values is None


def test_a_loss_that_is_no_number_ends_the_training() -> None:
    """With an error, or with a stop."""
    loss = tf.placeholder(tf.float32, [])
    with tf.train.MonitoredSession(hooks=[tf.train.NanTensorHook(loss)]) as session:
        session.run(loss, {loss: 1.0})
        with pytest.raises(tf.train.NanLossDuringTrainingError, match="NaN loss"):
            session.run(loss, {loss: np.nan})


def test_a_loss_that_is_no_number_may_ask_for_a_stop() -> None:
    """fail_on_nan_loss=False."""
    loss = tf.placeholder(tf.float32, [])
    hook = tf.train.NanTensorHook(loss, fail_on_nan_loss=False)
    with tf.train.MonitoredSession(hooks=[hook]) as session:
        session.run(loss, {loss: np.nan})
        assert session.should_stop()


def test_values_are_said_every_so_many_runs() -> None:
    """By `tf.logging.info`, with the seconds between them."""
    said: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: said.append(record.getMessage())  # type: ignore[method-assign]
    x = tf.placeholder(tf.float32, [], name="x")
    hooks = [
        tf.train.LoggingTensorHook({"value": "x:0"}, every_n_iter=2),
        tf.train.LoggingTensorHook([x], every_n_secs=1e9, formatter=lambda values: "once"),
    ]
    tf.logging.set_verbosity(tf.logging.INFO)
    logging.getLogger("tensorflow").addHandler(handler)
    try:
        with tf.train.MonitoredSession(hooks=hooks) as session:
            for number in range(4):
                session.run(x, {x: number})
    finally:
        logging.getLogger("tensorflow").removeHandler(handler)
        tf.logging.set_verbosity(tf.logging.WARN)
    assert said[:2] == ["value = 0.0", "once"]
    assert said[2].startswith("value = 2.0 (")
    assert len(said) == 3


def test_step_functions_run_with_and_without_hooks() -> None:
    """And may end the loop."""
    x = tf.placeholder(tf.float32, [], name="x")
    fed = tf.train.FeedFnHook(lambda: {x: 3.0})
    with tf.train.MonitoredSession(hooks=[fed]) as session:
        assert session.run_step_fn(lambda step_context: step_context.run_with_hooks(x)) == 3.0
        assert session.run_step_fn(lambda step_context: step_context.session.run(x, {x: 1})) == 1
        session.run_step_fn(lambda step_context: step_context.request_stop())
        raise AssertionError("the block should have ended")


def test_a_scaffold_says_how_to_begin() -> None:
    """Its init_fn comes behind its init_op; what it leaves out is told."""
    weight = tf.Variable(1.0, name="w")
    place = tf.placeholder(tf.float32, [])
    grown = weight.assign(place)
    begun = tf.train.Scaffold(init_fn=lambda scaffold, session: session.run(grown, {place: 5.0}))
    with tf.train.MonitoredSession(tf.train.ChiefSessionCreator(begun)) as session:
        assert session.run(weight) == 5.0
    with tf.Graph().as_default():
        tf.Variable(1.0, name="w")
        lazy = tf.train.Scaffold(init_op=tf.no_op())
        with pytest.raises(RuntimeError, match="Variables not initialized: w"):
            tf.train.MonitoredSession(tf.train.ChiefSessionCreator(lazy))


def test_listeners_hear_of_checkpoints(tmp_path: Path) -> None:
    """Before and after each, and may ask for a stop."""
    heard: list[Any] = []

    class Listener(tf.train.CheckpointSaverListener):
        def before_save(self, session: Any, global_step_value: int) -> None:
            heard.append(("before", global_step_value))

        def after_save(self, session: Any, global_step_value: int) -> bool:
            heard.append(("after", global_step_value))
            return global_step_value == 2

    _, _, train = _training()
    saving = tf.train.CheckpointSaverHook(
        tmp_path, save_steps=1, saver=tf.train.Saver(), listeners=[Listener()]
    )
    with tf.train.MonitoredSession(hooks=[saving]) as session:
        while not session.should_stop():
            session.run(train)
    assert heard == [(when, step) for step in range(3) for when in ("before", "after")]


MISTAKES = [
    (lambda: tf.train.StopAtStepHook(), "One of num_steps or last_step"),
    (lambda: tf.train.StopAtStepHook(1, 2), "Only one of num_steps or last_step"),
    (lambda: tf.train.SecondOrStepTimer(1.0, 2), "Exactly one of every_secs and every_steps"),
    (lambda: tf.train.LoggingTensorHook([], 1, 2.0), "exactly one of every_n_iter"),
    (lambda: tf.train.LoggingTensorHook([], 0), "invalid every_n_iter=0"),
    (lambda: tf.train.SummarySaverHook(1), "Exactly one of scaffold or summary_op"),
    (
        lambda: tf.train.CheckpointSaverHook(
            "x", save_steps=1, saver=1, scaffold=tf.train.Scaffold()
        ),
        "both saver and scaffold",
    ),
]


@pytest.mark.parametrize(("make", "says"), MISTAKES)
def test_arguments_that_do_not_go_together_are_refused(make: Any, says: str) -> None:
    """ValueError, in TensorFlow's words."""
    with pytest.raises(ValueError, match=says):
        make()
