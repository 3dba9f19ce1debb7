"""Files of records: those of TensorFlow read, the same bytes written, examples taken apart."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import neuronboard.compat.v1 as tf

FOLDER = Path(__file__).resolve().parents[2] / "golden" / "records"
PLAIN = FOLDER / "examples.tfrecord"
FILES = {"": PLAIN, "GZIP": PLAIN.with_suffix(".tfrecord.gz")}
FILES["ZLIB"] = PLAIN.with_suffix(".tfrecord.zlib")
FEATURES = {
    "x": tf.FixedLenFeature([2], tf.float32),
    "y": tf.VarLenFeature(tf.int64),
    "s": tf.FixedLenFeature([], tf.string),
    "z": tf.FixedLenFeature([1], tf.int64, default_value=7),
}


def _all(dataset: Any) -> list[Any]:
    """Every element of a dataset."""
    element = dataset.make_one_shot_iterator().get_next()
    found = []
    with tf.Session() as session:
        while True:
            try:
                found.append(session.run(element))
            except tf.errors.OutOfRangeError:
                return found


def _records() -> list[bytes]:
    return list(tf.python_io.tf_record_iterator(PLAIN))


@pytest.fixture(autouse=True)
def _graph() -> Any:
    with tf.Graph().as_default():
        yield


@pytest.mark.parametrize("packed", FILES)
def test_records_of_tensorflow_are_read(packed: str) -> None:
    """Plain and compressed, as dataset and as list."""
    path = str(FILES[packed])
    assert _all(tf.data.TFRecordDataset(path, packed)) == _records()
    assert list(tf.io.tf_record_iterator(path, tf.io.TFRecordOptions(packed))) == _records()
    assert len(_records()) == 4


@pytest.mark.parametrize("packed", FILES)
def test_what_is_written_is_read(packed: str, tmp_path: Path) -> None:
    """Without compression to the bytes of TensorFlow."""
    path = tmp_path / "x"
    with tf.python_io.TFRecordWriter(path, packed) as writer:
        for record in _records():
            writer.write(record)
        writer.flush()
    assert list(tf.python_io.tf_record_iterator(path, packed)) == _records()
    assert bool(packed) or path.read_bytes() == PLAIN.read_bytes()
    with pytest.raises(tf.errors.FailedPreconditionError, match="Writer is closed"):
        writer.write(b"")


def test_examples_are_taken_apart() -> None:
    """Values and sparse parts that TensorFlow gave for the same file."""
    with tf.Session() as session:
        batch = session.run(tf.parse_example(_records(), FEATURES))
        one = session.run(tf.parse_single_example(_records()[2], FEATURES))
        lists = {"y": tf.FixedLenSequenceFeature([], tf.int64, True, -1)}
        filled = session.run(tf.io.parse_example(_records(), lists))["y"]
    assert list(batch) == list(FEATURES)
    np.testing.assert_array_equal(batch["x"], [[0, 0.5], [1, 1.5], [2, 2.5], [3, 3.5]])
    assert batch["s"].tolist() == [b"a0", b"a1", b"a2", b"a3"]
    assert batch["z"].tolist() == [[7]] * 4
    places = [[1, 0], [2, 0], [2, 1], [3, 0], [3, 1], [3, 2]]
    assert batch["y"].indices.tolist() == places
    assert batch["y"].values.tolist() == [0, 0, 1, 0, 1, 2]
    assert batch["y"].dense_shape.tolist() == [4, 3]
    assert one["y"].indices.tolist() == [[0], [1]]
    assert one["y"].dense_shape.tolist() == [2]
    assert (one["s"], one["x"].tolist(), one["z"].tolist()) == (b"a2", [2, 2.5], [7])
    assert filled.tolist() == [[-1, -1, -1], [0, -1, -1], [0, 1, -1], [0, 1, 2]]


def test_examples_in_a_pipeline_have_static_shapes() -> None:
    """Parsed in `map`, batched behind it."""
    dataset = tf.data.TFRecordDataset(str(PLAIN))
    dataset = dataset.map(lambda text: tf.parse_single_example(text, {"x": FEATURES["x"]})["x"])
    assert dataset.output_shapes == tf.TensorShape([2])
    [first, second] = _all(dataset.batch(2))
    assert (first.tolist(), second.tolist()) == ([[0, 0.5], [1, 1.5]], [[2, 2.5], [3, 3.5]])


def test_an_example_is_made_as_in_tensorflow() -> None:
    """The messages under `tf.train`, serialised and read again."""
    numbers = tf.train.Feature(int64_list=tf.train.Int64List(value=[3, 4]))
    example = tf.train.Example(features=tf.train.Features(feature={"n": numbers}))
    wanted = {"n": tf.FixedLenFeature([2], tf.int64)}
    with tf.Session() as session:
        got = session.run(tf.parse_single_example(example.SerializeToString(), wanted))
    assert got["n"].tolist() == [3, 4]


RUN = [
    ({"y": tf.FixedLenFeature([1], tf.int64)}, "Feature: y (data type: int64) is required but"),
    ({"x": tf.FixedLenFeature([3], tf.float32)}, "Values size: 2 but output shape: [3]"),
    ({"x": tf.FixedLenFeature([2], tf.int64)}, "Data type: float but expected type: int64"),
]


@pytest.mark.parametrize(("features", "says"), RUN)
def test_examples_that_do_not_fit_are_refused(features: Any, says: str) -> None:
    """When they are read, in TensorFlow's words."""
    parsed = tf.parse_example(_records(), features)
    with tf.Session() as session, pytest.raises(tf.errors.InvalidArgumentError) as caught:
        session.run(parsed)
    assert says in str(caught.value)


BUILD = [
    ({}, ValueError, "features cannot be empty"),
    ({"a": 3}, ValueError, "Invalid feature a:3"),
    ({"a": tf.FixedLenFeature([2], tf.int32)}, TypeError, "int32"),
    ({"a": tf.FixedLenFeature([None], tf.int64)}, ValueError, "FixedLenSequenceFeature"),
    ({"a": tf.FixedLenSequenceFeature([], tf.int64)}, ValueError, "allow_missing to be True"),
]


@pytest.mark.parametrize(("features", "error", "says"), BUILD)
def test_features_that_cannot_be_are_refused(features: Any, error: Any, says: str) -> None:
    """While the graph is built."""
    with pytest.raises(error, match=says):
        tf.parse_example(_records(), features)


@pytest.mark.parametrize(
    ("change", "error", "says", "before"),
    [
        (lambda data: data[:-3], tf.errors.DataLossError, "truncated record at 175", 3),
        (
            lambda data: data[:75] + b"\x07" + data[76:],
            tf.errors.DataLossError,
            "corrupted record at",
            1,
        ),
    ],
)
def test_damage_is_told_behind_what_is_whole(
    change: Any, error: Any, says: str, before: int, tmp_path: Path
) -> None:
    """The records before it are given."""
    path = tmp_path / "bad"
    path.write_bytes(change(PLAIN.read_bytes()))
    element = tf.data.TFRecordDataset(str(path)).make_one_shot_iterator().get_next()
    with tf.Session() as session:
        assert [session.run(element) for _ in range(before)] == _records()[:before]
        with pytest.raises(error, match=says):
            session.run(element)


def test_files_that_are_not_there_are_told(tmp_path: Path) -> None:
    """To read, and folders to write in."""
    with pytest.raises(tf.errors.NotFoundError, match="No such file or directory"):
        _all(tf.data.TFRecordDataset(str(tmp_path / "none")))
    with pytest.raises(tf.errors.NotFoundError, match="its folder is not there"):
        tf.python_io.TFRecordWriter(tmp_path / "no" / "x")
    with pytest.raises(ValueError, match="Not a valid compression_type"):
        tf.python_io.TFRecordWriter(tmp_path / "x", "LZ")
    with tf.python_io.TFRecordWriter(tmp_path / "x") as writer, pytest.raises(TypeError):
        writer.write("text")  # type: ignore[arg-type]


WINDOWS = [
    ((3, 2, 1, False), [[0, 1, 2], [2, 3, 4], [4, 5, 6], [6, 7, 8], [8]]),
    (
        (3, 1, 2, False),
        [[0, 2, 4], [1, 3, 5], [2, 4, 6], [3, 5, 7], [4, 6, 8], [5, 7], [6, 8], [7], [8]],
    ),
    ((2, 4, 1, False), [[0, 1], [4, 5], [8]]),
    ((2, 3, 3, True), [[0, 3], [3, 6]]),
    ((3, None, 1, True), [[0, 1, 2], [3, 4, 5], [6, 7, 8]]),
]


@pytest.mark.parametrize(("given", "wanted"), WINDOWS)
def test_windows_are_tensorflows(given: Any, wanted: list[list[int]]) -> None:
    """Size, shift, stride, drop_remainder; of nine numbers."""
    windows = tf.data.Dataset.range(9).window(*given).flat_map(lambda inner: inner.batch(5))
    assert [window.tolist() for window in _all(windows)] == wanted


def test_types_of_operations_are_tensorflows() -> None:
    """So that the picture of a graph tells what is read."""
    dataset = tf.data.TFRecordDataset(str(PLAIN)).window(2)
    parsed = tf.parse_single_example(_records()[0], {"x": FEATURES["x"]})["x"]
    kinds = [op.type for op in parsed.graph.get_operations()]
    assert dataset._variant.op.type == "WindowDataset"
    assert {"TFRecordDataset", "ParseExampleV2"} < set(kinds)


def test_each_component_has_windows_of_its_own() -> None:
    """A window of pairs is a pair of datasets."""
    pairs = tf.data.Dataset.from_tensor_slices((np.arange(4), np.arange(4) * 0.5))
    both = pairs.window(2).flat_map(
        lambda a, b: tf.data.Dataset.zip((a.batch(2), b.batch(2))),
    )
    assert both.output_types == (tf.int64, tf.float64)
    [(a, b), (c, d)] = _all(both)
    assert [x.tolist() for x in (a, b, c, d)] == [[0, 1], [0, 0.5], [2, 3], [1, 1.5]]


def test_windows_of_no_size_are_refused() -> None:
    """When they are run."""
    with pytest.raises(tf.errors.InvalidArgumentError, match="must be greater than zero"):
        _all(tf.data.Dataset.range(3).window(0).flat_map(lambda inner: inner.batch(1)))
