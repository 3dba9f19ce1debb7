"""Iterators: when they begin, where they end, and which dataset they read."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

import neuronboard.compat.v1 as tf

Dataset = tf.data.Dataset


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    with tf.Graph().as_default():
        yield


def test_the_operations_are_named_as_those_of_tensorflow() -> None:
    dataset = Dataset.from_tensor_slices((np.zeros(6, np.float32), np.arange(6)))
    dataset.shuffle(3, seed=1).repeat(2).batch(4).make_one_shot_iterator().get_next()
    operations = {op.name: op for op in tf.get_default_graph().get_operations()}
    assert list(operations)[:3] == [
        "normalize_element/component_0",
        "normalize_element/component_1",
        "TensorSliceDataset",
    ]
    chain = ("ShuffleDataset", "RepeatDataset", "BatchDatasetV2", "OneShotIterator")
    assert [op.type for op in operations.values() if op.type in chain] == list(chain)
    assert operations["IteratorGetNext"].inputs[0].op.name == "OneShotIterator"
    assert operations["IteratorToStringHandle"].get_attr("_class") == [b"loc:@OneShotIterator"]
    factory = operations["OneShotIterator"].node_def.attr["dataset_factory"]
    assert factory.func.name == "_make_dataset"
    mapped = Dataset.range(2).map(lambda n: n)._variant.op.node_def
    assert mapped.attr["f"].func.name.startswith("Dataset_")


def test_a_one_shot_iterator_begins_in_each_session_by_itself() -> None:
    number = Dataset.range(2).make_one_shot_iterator().get_next()
    for _ in range(2):
        with tf.Session() as session:
            assert [session.run(number), session.run(number)] == [0, 1]
            for _ in range(2):
                with pytest.raises(tf.errors.OutOfRangeError, match="End of sequence") as caught:
                    session.run(number)
            assert caught.value.op.type == "IteratorGetNext"


def test_several_fetches_of_one_run_are_of_one_element() -> None:
    number = Dataset.range(5).make_one_shot_iterator().get_next()
    twice = number * 2
    with tf.Session() as session:
        assert session.run([number, twice]) == [0, 0]
        assert session.run([number, twice]) == [1, 2]


def test_an_initializable_iterator_is_fed_when_it_begins() -> None:
    rows = tf.placeholder(tf.float32, [None, 2])
    iterator = Dataset.from_tensor_slices(rows).batch(2).make_initializable_iterator()
    row = iterator.get_next()
    assert row.shape.as_list() == [None, 2]
    with tf.Session() as session:
        wanted = "iterator has not been initialized"
        with pytest.raises(tf.errors.FailedPreconditionError, match=wanted):
            session.run(row)
        for scale in (1, 10):
            session.run(iterator.initializer, {rows: np.full((3, 2), scale)})
            assert session.run(row).tolist() == [[scale] * 2] * 2
            assert session.run(row).tolist() == [[scale] * 2]
            with pytest.raises(tf.errors.OutOfRangeError):
                session.run(row)
    assert {"IteratorV2", "MakeIterator"} < {
        o.type for o in tf.get_default_graph().get_operations()
    }


def test_what_a_one_shot_iterator_cannot_capture_is_told() -> None:
    rows = tf.placeholder(tf.float32, [None], name="rows")
    with pytest.raises(ValueError, match=r"Cannot capture a placeholder \(name:rows"):
        Dataset.from_tensor_slices(rows).make_one_shot_iterator()
    weight = tf.Variable(1, name="w")
    with pytest.raises(ValueError, match=r"Cannot capture a stateful node \(name:w"):
        Dataset.from_tensors(weight).make_one_shot_iterator()
    with pytest.raises(ValueError, match="does not have an initializer"):
        _ = Dataset.range(3).make_one_shot_iterator().initializer


def test_one_iterator_reads_a_training_set_and_then_a_test_set() -> None:
    training, test = Dataset.range(3), Dataset.range(10, 12)
    iterator = tf.data.Iterator.from_structure(training.output_types, training.output_shapes)
    number = iterator.get_next()
    begin = iterator.make_initializer(training), iterator.make_initializer(test)
    with tf.Session() as session:
        session.run(begin[0])
        assert session.run(number) == 0
        session.run(begin[1])
        assert session.run(number) == 10
        session.run(begin[0])
        assert session.run(number) == 0
    with pytest.raises(TypeError, match="Expected output types"):
        iterator.make_initializer(Dataset.from_tensors(1.0))


def test_a_handle_says_which_iterator_is_read() -> None:
    """Each goes on where it was."""
    one, other = (Dataset.range(n, n + 5).make_one_shot_iterator() for n in (0, 10))
    handle = tf.placeholder(tf.string, [])
    iterator = tf.data.Iterator.from_string_handle(handle, one.output_types, one.output_shapes)
    number = iterator.get_next()
    assert number.op.inputs[0].op.type == "IteratorFromStringHandleV2"
    with tf.Session() as session:
        handles = session.run([one.string_handle(), other.string_handle("named")])
        got = [session.run(number, {handle: handles[i]}) for i in (0, 1, 0, 1)]
    assert got == [0, 10, 1, 11]


def test_threads_share_an_iterator_and_get_each_element_once() -> None:
    number = Dataset.range(2000).make_one_shot_iterator().get_next()
    got: list[list[int]] = [[] for _ in range(4)]
    with tf.Session() as session:

        def read(mine: list[int]) -> None:
            try:
                while True:
                    mine.append(int(session.run(number)))
            except tf.errors.OutOfRangeError:
                return

        threads = [threading.Thread(target=read, args=(mine,)) for mine in got]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sorted(number for mine in got for number in mine) == list(range(2000))
    assert all(mine == sorted(mine) for mine in got)


def test_types_and_shapes_are_told_by_datasets_and_iterators() -> None:
    dataset = Dataset.range(3)
    for told in (dataset, dataset.make_one_shot_iterator()):
        assert tf.data.get_output_types(told) == tf.int64
        assert tf.data.get_output_shapes(told).as_list() == []
        assert tf.data.get_output_classes(told) is tf.Tensor
    assert "int64" in repr(dataset)
    loose: Any = tf.data.Iterator.from_structure((tf.int32, tf.float32))
    assert [shape.dims for shape in loose.output_shapes] == [None, None]


def test_a_network_is_trained_from_a_dataset() -> None:
    """A line through points, in batches that are shuffled, to its slope."""
    x = np.linspace(-1, 1, 64, dtype=np.float32)
    points = Dataset.from_tensor_slices((x, 3 * x)).shuffle(64, seed=1).repeat().batch(16)
    given, wanted = points.make_one_shot_iterator().get_next()
    slope = tf.Variable(0.0)
    loss = tf.reduce_mean(tf.square(slope * given - wanted))
    step = tf.train.GradientDescentOptimizer(0.5).minimize(loss)
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        for _ in range(40):
            session.run(step)
        assert session.run(slope) == pytest.approx(3.0, abs=1e-3)
