"""Checkpoints: TensorFlow's restored, ours in another process, damage, and what is kept."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import neuronboard.compat.v1 as tf
from neuronboard.engine import checkpoint

GOLDEN = Path(__file__).resolve().parent.parent / "golden" / "checkpoints"
MODEL = GOLDEN / "model-5"


@pytest.fixture(autouse=True)
def _fresh() -> Any:
    with tf.Graph().as_default():
        yield


def _network() -> tf.Session:
    """Two variables with values, and a step."""
    tf.Variable([1.0, 2.0], name="w")
    tf.Variable(["a", "b"], name="words", trainable=False)
    tf.train.create_global_step()
    session = tf.Session()
    session.run(tf.global_variables_initializer())
    return session


def test_a_checkpoint_of_tensorflow_is_restored_with_its_graph() -> None:
    """The weights, the slots and the step; and the network gives what it gave there."""
    session = tf.Session()
    saver = tf.train.import_meta_graph(f"{MODEL}.meta")
    saver.restore(session, MODEL)
    with np.load(GOLDEN / "values.npz") as values:
        for name in set(values) - {"y"}:
            got = session.run(name.replace("|", "/") + ":0")
            assert got.dtype == values[name].dtype
            assert np.array_equal(got, values[name])
        fed = {"x:0": np.arange(6).reshape(2, 3)}
        assert np.array_equal(session.run("y:0", fed), values["y"])
    session.run("Momentum", {"x:0": np.ones((4, 3))})
    assert session.run(tf.train.get_global_step()) == 6


def test_what_is_saved_again_has_the_same_bytes(tmp_path: Path) -> None:
    session = tf.Session()
    saver = tf.train.import_meta_graph(f"{MODEL}.meta")
    saver.restore(session, MODEL)
    prefix = saver.save(session, tmp_path / "m")
    for suffix in (".index", ".data-00000-of-00001"):
        assert Path(prefix + suffix).read_bytes() == Path(str(MODEL) + suffix).read_bytes()


def test_the_operations_are_named_as_those_of_tensorflow() -> None:
    """Names, types and inputs, in order: of the saver in the recorded graph."""
    with tf.Graph().as_default() as recorded:
        tf.train.import_meta_graph(f"{MODEL}.meta")
        wanted = [n for n in recorded.as_graph_def().node if n.name.startswith("save/")]
        variables = [(v.op.name, v.dtype.base_dtype, v.shape) for v in tf.global_variables()]
    for name, dtype, shape in variables:
        tf.get_variable(name, shape, dtype, tf.zeros_initializer())
    saver = tf.train.Saver()
    got = [n for n in tf.get_default_graph().as_graph_def().node if n.name.startswith("save/")]
    assert [(n.name, n.op, list(n.input), n.device) for n in got] == [
        (n.name, n.op, list(n.input), n.device) for n in wanted
    ]
    for node, other in zip(got, wanted, strict=True):
        node.attr.pop("_class", None)  # slots are near to what they are of, which here are none
        other.attr.pop("_class", None)
        assert dict(node.attr) == dict(other.attr)
    assert {"SaveV2", "RestoreV2"} < {n.op for n in got}
    assert saver.saver_def.filename_tensor_name == "save/Const:0"
    assert saver.saver_def.save_tensor_name == "save/control_dependency:0"
    assert saver.saver_def.restore_op_name == "save/restore_all"
    assert tf.train.Saver().saver_def.restore_op_name == "save_1/restore_all"


_RESTORE = """
import sys
import neuronboard.compat.v1 as tf
saver = tf.train.import_meta_graph(sys.argv[1] + ".meta")
with tf.Session() as session:
    saver.restore(session, sys.argv[1])
    print(session.run("w:0").tolist(), session.run("words:0").tolist())
"""


def test_a_checkpoint_is_restored_in_a_new_process(tmp_path: Path) -> None:
    session = _network()
    prefix = tf.train.Saver().save(session, tmp_path / "model", global_step=3)
    command = [sys.executable, "-c", _RESTORE, str(prefix)]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert told == "[1.0, 2.0] [b'a', b'b']\n"


def test_restoring_needs_no_initialiser_and_changes_what_was_there(tmp_path: Path) -> None:
    session = _network()
    [w, *_] = tf.global_variables()
    saver = tf.train.Saver()
    prefix = saver.save(session, tmp_path / "model")
    w.load([7.0, 7.0], session)
    saver.restore(session, prefix)
    assert session.run(w).tolist() == [1.0, 2.0]
    other = tf.Session()
    saver.restore(other, prefix)
    assert other.run(w).tolist() == [1.0, 2.0]


def test_the_newest_are_kept_and_the_file_checkpoint_names_them(tmp_path: Path) -> None:
    session = _network()
    step = tf.train.get_global_step()
    saver = tf.train.Saver(max_to_keep=2)
    for number in range(4):
        step.load(number, session)
        saver.save(session, tmp_path / "model", global_step=step)
    assert sorted(path.name for path in tmp_path.glob("*.index")) == [
        "model-2.index",
        "model-3.index",
    ]
    assert len(list(tmp_path.iterdir())) == 7
    folder = str(tmp_path)
    assert tf.train.latest_checkpoint(folder) == f"{folder}/model-3"
    state = tf.train.get_checkpoint_state(folder)
    assert list(state.all_model_checkpoint_paths) == saver.last_checkpoints
    assert (tmp_path / "checkpoint").read_text() == (
        f'model_checkpoint_path: "{folder}/model-3"\n'
        f'all_model_checkpoint_paths: "{folder}/model-2"\n'
        f'all_model_checkpoint_paths: "{folder}/model-3"\n'
    )


def test_none_is_removed_where_all_are_to_be_kept(tmp_path: Path) -> None:
    session = _network()
    saver = tf.train.Saver(max_to_keep=None)
    for number in range(7):
        saver.save(session, tmp_path / "model", global_step=number, write_meta_graph=False)
    assert len(list(tmp_path.glob("*.index"))) == 7
    assert saver.last_checkpoints == []


def test_one_of_so_many_hours_stays(tmp_path: Path) -> None:
    """A checkpoint that is due stays; the next one is due an hour later."""
    session = _network()
    saver = tf.train.Saver(max_to_keep=1, keep_checkpoint_every_n_hours=1.0)
    saver._next_kept = 0.0
    for number in range(4):
        saver.save(session, tmp_path / "m", global_step=number, write_meta_graph=False)
        if number == 1:
            saver._next_kept = 4e9
    assert sorted(path.stem for path in tmp_path.glob("*.index")) == ["m-0", "m-3"]


def test_paths_in_a_relative_folder_are_written_relative(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So that the folder can be moved."""
    monkeypatch.chdir(tmp_path)
    session = _network()
    with pytest.raises(ValueError, match="Parent directory of logs/model-1 doesn't exist"):
        tf.train.Saver().save(session, "logs/model", global_step=1)
    Path("logs").mkdir()
    Path("far").mkdir()
    assert tf.train.Saver().save(session, "logs/model", global_step=1) == "logs/model-1"
    assert 'model_checkpoint_path: "model-1"' in Path("logs/checkpoint").read_text()
    os.rename("logs", "moved")
    assert tf.train.latest_checkpoint("moved") == "moved/model-1"
    tf.train.Saver().restore(session, "moved/model-1")
    other = tf.train.Saver(save_relative_paths=True)
    other.save(session, tmp_path / "far" / "model")
    assert 'model_checkpoint_path: "model"' in Path("far/checkpoint").read_text()


def test_variables_are_saved_under_the_names_that_are_given(tmp_path: Path) -> None:
    session = _network()
    [w, *_] = tf.global_variables()
    prefix = tf.train.Saver({"scale": w}).save(session, tmp_path / "m", write_meta_graph=False)
    assert tf.train.list_variables(prefix) == [("scale", [2])]
    assert tf.train.load_variable(tmp_path, "scale").tolist() == [1.0, 2.0]
    other = tf.Variable([0.0, 0.0], name="other")
    tf.train.Saver({"scale": other}).restore(session, prefix)
    assert session.run(other).tolist() == [1.0, 2.0]


def test_one_after_the_other_and_in_another_shape(tmp_path: Path) -> None:
    session = _network()
    prefix = tf.train.Saver().save(session, tmp_path / "m")
    with tf.Graph().as_default() as graph:
        square = tf.Variable([[0.0], [0.0]], name="w")
        tf.Variable(["", ""], name="words")
        saver = tf.train.Saver(reshape=True, restore_sequentially=True)
        assert [n.op for n in graph.as_graph_def().node].count("RestoreV2") == 2
        with tf.Session() as other:
            saver.restore(other, prefix)
            assert other.run(square).tolist() == [[1.0], [2.0]]


def test_averages_are_read_into_the_variables_they_are_of(tmp_path: Path) -> None:
    w = tf.Variable(0.0, name="w")
    average = tf.train.ExponentialMovingAverage(0.5)
    update = average.apply([w])
    session = tf.Session()
    session.run(tf.global_variables_initializer())
    session.run(tf.assign(w, 8.0))
    session.run(update)
    prefix = tf.train.Saver().save(session, tmp_path / "m")
    assert sorted(average.variables_to_restore()) == ["w/ExponentialMovingAverage"]
    tf.train.Saver(average.variables_to_restore()).restore(session, prefix)
    assert session.run(w) == 4.0


def test_a_reader_tells_what_a_checkpoint_holds() -> None:
    reader = tf.train.NewCheckpointReader(str(MODEL))
    assert reader.has_tensor("layer/w")
    assert not reader.has_tensor("layer")
    assert reader.get_variable_to_shape_map()["layer/w"] == [3, 2]
    assert reader.get_variable_to_dtype_map()["h"] == tf.float16
    assert reader.get_tensor("global_step") == 5
    assert b"words (DT_STRING) [3]\n" in reader.debug_string()
    with pytest.raises(
        tf.errors.NotFoundError, match=r"Key layer/v not found in checkpoint.*layer/w"
    ):
        reader.get_tensor("layer/v")
    with pytest.raises(tf.errors.NotFoundError, match="Failed to find any matching files"):
        tf.train.NewCheckpointReader("nowhere/model")


# ---- what goes wrong


def _damaged(folder: Path, suffix: str, position: int) -> str:
    """A copy of the recorded checkpoint with a flipped bit."""
    for other in (".index", ".data-00000-of-00001"):
        data = bytearray(Path(str(MODEL) + other).read_bytes())
        if other == suffix:
            data[position] ^= 1
        (folder / f"model-5{other}").write_bytes(data)
    return str(folder / "model-5")


@pytest.mark.parametrize(("suffix", "position"), [(".index", 40), (".data-00000-of-00001", 33)])
def test_a_damaged_checkpoint_is_refused_and_changes_nothing(
    suffix: str, position: int, tmp_path: Path
) -> None:
    """The error names the file and the operation; the variables keep what they have."""
    saver = tf.train.import_meta_graph(f"{MODEL}.meta")
    session = tf.Session()
    saver.restore(session, MODEL)
    before = session.run(tf.global_variables())
    path = _damaged(tmp_path, suffix, position)
    with pytest.raises(tf.errors.DataLossError, match="hecksum") as caught:
        saver.restore(session, path)
    assert path + suffix in str(caught.value)
    assert caught.value.op.name == "save/RestoreV2"
    for value, old in zip(session.run(tf.global_variables()), before, strict=True):
        assert np.array_equal(value, old)


def test_data_that_are_missing_or_cut_off_are_damage(tmp_path: Path) -> None:
    path = _damaged(tmp_path, "", 0)
    data = Path(path + ".data-00000-of-00001")
    data.write_bytes(data.read_bytes()[:50])
    with pytest.raises(tf.errors.DataLossError, match="ends early"):
        tf.train.load_variable(path, "words")
    data.unlink()
    with pytest.raises(tf.errors.DataLossError, match="are missing"):
        tf.train.load_variable(path, "words")
    Path(path + ".index").write_bytes(b"abc")
    with pytest.raises(tf.errors.DataLossError, match="not an sstable"):
        tf.train.load_variable(path, "words")


def test_the_older_checkpoint_stays_where_writing_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk that is full: nothing of the new one is left, and the old one is the newest."""
    session = _network()
    saver = tf.train.Saver(max_to_keep=1)
    saver.save(session, tmp_path / "m", global_step=1, write_meta_graph=False)
    before = {path.name for path in tmp_path.iterdir()}

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(checkpoint.os, "fsync", full)
        with pytest.raises(tf.errors.ResourceExhaustedError, match=r"No space left.*m-2.data"):
            saver.save(session, tmp_path / "m", global_step=2, write_meta_graph=False)
    assert {path.name for path in tmp_path.iterdir()} == before
    assert tf.train.latest_checkpoint(tmp_path) == str(tmp_path / "m-1")
    saver.restore(session, tmp_path / "m-1")


def test_another_graphs_checkpoint_is_told_from_damage(tmp_path: Path) -> None:
    session = tf.Session()
    missing = tf.Variable(1.0, name="layer/q")
    with pytest.raises(tf.errors.NotFoundError, match=r"Key layer/q not found in checkpoint"):
        tf.train.Saver([missing]).restore(session, MODEL)
    short = tf.Variable([1.0, 2.0, 3.0], name="b")
    wanted = r"Assign requires shapes of both tensors to match. lhs shape= \[3\] rhs shape= \[2\]"
    with pytest.raises(tf.errors.InvalidArgumentError, match=wanted):
        tf.train.Saver({"layer/b": short}).restore(session, MODEL)
    wide = tf.Variable(np.zeros(2), name="d")
    wanted = "tensor_name = layer/b; expected dtype float64 does not equal original dtype float32"
    with pytest.raises(tf.errors.InvalidArgumentError, match=wanted):
        tf.train.Saver({"layer/b": wide}).restore(session, MODEL)


def test_mistakes_in_using_a_saver_are_told(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="No variables to save"):
        tf.train.Saver()
    w = tf.Variable(1.0, name="w")
    saver = tf.train.Saver()
    session = tf.Session()
    with pytest.raises(tf.errors.FailedPreconditionError, match="uninitialized value w"):
        saver.save(session, tmp_path / "m")
    with pytest.raises(ValueError, match="The passed save_path is not a valid checkpoint"):
        saver.restore(session, tmp_path / "m")
    with pytest.raises(ValueError, match="Can't load save_path when it is None"):
        saver.restore(session, tf.train.latest_checkpoint(tmp_path))
    with pytest.raises(TypeError, match="'sess' must be a Session"):
        saver.save(None, tmp_path / "m")
    with pytest.raises(ValueError, match="must not contain path components"):
        saver.save(session, tmp_path / "m", latest_filename="a/b")
    with pytest.raises(ValueError, match="collides"):
        saver.save(session, tmp_path / "checkpoint")
    with pytest.raises(ValueError, match="At least two variables have the same name: w"):
        tf.train.Saver([w, w])
    with pytest.raises(ValueError, match="restored with two names"):
        tf.train.Saver({"a": w, "b": w})
    with pytest.raises(TypeError, match="Not a variable: 3"):
        tf.train.Saver({"a": 3})
    with pytest.raises(TypeError, match="Variable to save is not a Variable"):
        tf.train.Saver([tf.constant(1.0)])
    with pytest.raises(tf.errors.UnimplementedError, match="format V2"):
        tf.train.Saver(write_version=tf.train.SaverDef.V1)
    with pytest.raises(ValueError, match="defer_build"):
        tf.train.Saver([w], defer_build=True)


def test_a_saver_may_wait_and_may_have_nothing_to_do(tmp_path: Path) -> None:
    saver = tf.train.Saver(defer_build=True)
    w = tf.Variable(2.0)
    session = tf.Session()
    session.run(w.initializer)
    saver.restore(session, saver.save(session, tmp_path / "m"))
    with tf.Graph().as_default():
        tf.constant(1.0)
        empty = tf.train.Saver(allow_empty=True)
        with tf.Session() as other:
            assert empty.save(other, tmp_path / "none") is None
            empty.restore(other, tmp_path / "none")
    assert not (tmp_path / "none.index").exists()


def test_checkpoints_of_an_earlier_process_can_be_counted(tmp_path: Path) -> None:
    session = _network()
    for number in range(2):
        tf.train.Saver().save(session, tmp_path / "m", global_step=number)
    saver = tf.train.Saver(max_to_keep=2)
    saver.recover_last_checkpoints([f"{tmp_path}/m-{number}" for number in range(3)])
    assert saver.last_checkpoints == [f"{tmp_path}/m-0", f"{tmp_path}/m-1"]
    saver.save(session, tmp_path / "m", global_step=2)
    assert sorted(path.stem for path in tmp_path.glob("*.index")) == ["m-1", "m-2"]
    tf.train.remove_checkpoint(f"{tmp_path}/m-1")
    assert not tf.train.checkpoint_exists(f"{tmp_path}/m-1")


def test_parts_become_one_as_sharded_savers_of_tensorflow_have_it(tmp_path: Path) -> None:
    """The nodes that such a saver is made of, as a meta graph of TensorFlow brings them."""
    message = tf.GraphDef()
    w = tf.Variable([1.0, 2.0], name="w")

    def node(name: str, op: str, *inputs: str, **attrs: Any) -> None:
        made = message.node.add(name=name, op=op, input=inputs)
        for key, value in attrs.items():
            made.attr[key].CopyFrom(value)

    constants = {
        "base": str(tmp_path / "temp" / "part"),
        "to": str(tmp_path / "m"),
        "shard": np.int32(0),
        "shards": np.int32(1),
        "names": ["w"],
        "slices": [""],
    }
    for name, value in constants.items():
        tf.constant(value, name=name)
    node("file", "ShardedFilename", "base", "shard", "shards")
    dtypes = tf.AttrValue()
    dtypes.list.type.append(1)
    node("save", "SaveV2", "file", "names", "slices", "w", dtypes=dtypes)
    node("merge", "MergeV2Checkpoints", "file", "to", "^save")
    graph = tf.get_default_graph()
    given = {f"{name}:0": graph.get_tensor_by_name(f"{name}:0") for name in [*constants, "w"]}
    tf.import_graph_def(message, given, name="")
    with tf.Session() as session:
        session.run(w.initializer)
        session.run("merge")
    assert tf.train.load_variable(tmp_path / "m", "w").tolist() == [1.0, 2.0]
    assert not (tmp_path / "temp").exists()
