"""Datasets: what each sort yields. Orders and values are those of TensorFlow's datasets."""

from __future__ import annotations

import collections
import gzip
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import neuronboard.compat.v1 as tf

Dataset = tf.data.Dataset


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    with tf.Graph().as_default():
        yield


def _all(dataset: Any, most: int = 1000) -> list[Any]:
    """The elements of one pass."""
    element = dataset.make_one_shot_iterator().get_next()
    found = []
    with tf.Session() as session:
        for _ in range(most):
            try:
                found.append(session.run(element))
            except tf.errors.OutOfRangeError:
                return found
    return found


def _numbers(dataset: Any, most: int = 1000) -> list[Any]:
    return [np.asarray(element).tolist() for element in _all(dataset, most)]


def _times(number: Any) -> Any:
    return Dataset.from_tensors(number).repeat(number)


CASES: list[tuple[str, Callable[[], Any], list[Any]]] = [
    ("TensorDataset", lambda: Dataset.from_tensors([1, 2]), [[1, 2]]),
    ("TensorSliceDataset", lambda: Dataset.from_tensor_slices([[1, 2], [3, 4]]), [[1, 2], [3, 4]]),
    ("RangeDataset", lambda: Dataset.range(2, 10, 3), [2, 5, 8]),
    ("ZipDataset", lambda: Dataset.zip((Dataset.range(3), Dataset.range(5, 7))), [[0, 5], [1, 6]]),
    ("ConcatenateDataset", lambda: Dataset.range(3).concatenate(Dataset.range(1)), [0, 1, 2, 0]),
    ("RepeatDataset", lambda: Dataset.range(2).repeat(2), [0, 1, 0, 1]),
    ("TakeDataset", lambda: Dataset.range(6).take(2), [0, 1]),
    ("SkipDataset", lambda: Dataset.range(6).skip(4), [4, 5]),
    ("ShardDataset", lambda: Dataset.range(10).shard(3, 1), [1, 4, 7]),
    ("ShuffleDataset", lambda: Dataset.range(3).shuffle(1), [0, 1, 2]),
    ("BatchDatasetV2", lambda: Dataset.range(3).batch(2), [[0, 1], [2]]),
    (
        "PaddedBatchDatasetV2",
        lambda: Dataset.range(3).map(lambda n: tf.fill([n], n)).padded_batch(2),
        [[[0], [1]], [[2, 2]]],
    ),
    ("UnbatchDataset", lambda: Dataset.range(3).batch(2).unbatch(), [0, 1, 2]),
    ("CacheDataset", lambda: Dataset.range(2).cache().repeat(2), [0, 1, 0, 1]),
    ("PrefetchDataset", lambda: Dataset.range(2).prefetch(1), [0, 1]),
    ("MapDataset", lambda: Dataset.range(3).map(lambda n: n * 10), [0, 10, 20]),
    ("FilterDataset", lambda: Dataset.range(4).filter(lambda n: tf.equal(n % 2, 0)), [0, 2]),
    ("FlatMapDataset", lambda: Dataset.range(3).flat_map(_times), [1, 2, 2]),
    (
        "InterleaveDataset",
        lambda: Dataset.range(4).interleave(
            lambda n: Dataset.from_tensors(n).repeat(3), cycle_length=2, block_length=2
        ),
        [0, 0, 1, 1, 0, 1, 2, 2, 3, 3, 2, 3],
    ),
    ("GeneratorDataset", lambda: Dataset.from_generator(lambda: [1, 2], tf.int32), [1, 2]),
]


@pytest.mark.parametrize(("op_type", "build", "wanted"), CASES, ids=[case[0] for case in CASES])
def test_a_dataset_yields_its_elements(
    op_type: str, build: Callable[[], Any], wanted: list[Any]
) -> None:
    assert _numbers(build()) == wanted
    assert op_type in {op.type for op in tf.get_default_graph().get_operations()}


def test_the_end_of_counts_and_their_negatives() -> None:
    """A negative count takes all, skips all and repeats without end; an empty one ends."""
    assert _numbers(Dataset.range(2).take(-1)) == [0, 1]
    assert _numbers(Dataset.range(2).skip(-1)) == []
    assert _numbers(Dataset.range(2).repeat(), most=5) == [0, 1, 0, 1, 0]
    assert _numbers(Dataset.range(0).repeat()) == []
    assert _numbers(Dataset.range(2).repeat(0)) == []
    assert _numbers(Dataset.range(3).batch(2, drop_remainder=True)) == [[0, 1]]
    assert _numbers(Dataset.range(2).enumerate(5)) == [[5, 0], [6, 1]]
    assert _numbers(Dataset.range(4).apply(lambda d: d.skip(3))) == [3]


Pair = collections.namedtuple("Pair", "x y")


def test_elements_keep_their_structure() -> None:
    """Tuples, named tuples and dicts, with types and shapes in the same form."""
    parts = {"a": np.zeros((4, 2), np.float32), "b": (np.arange(4), Pair(np.ones(4), ["p"] * 4))}
    dataset = Dataset.from_tensor_slices(parts).batch(3)
    assert dataset.output_types == {
        "a": tf.float32,
        "b": (tf.int64, Pair(tf.float64, tf.string)),
    }
    assert dataset.output_shapes["a"].as_list() == [None, 2]
    assert dataset.output_classes["b"][1].y is tf.Tensor
    first, second = _all(dataset)
    assert first["a"].shape == (3, 2)
    assert first["b"][1].y.tolist() == [b"p"] * 3
    assert isinstance(first["b"][1], Pair)
    assert second["b"][0].tolist() == [3]
    drop = Dataset.from_tensor_slices(parts["a"]).batch(3, drop_remainder=True)
    assert drop.output_shapes.as_list() == [3, 2]


def test_a_function_gets_the_parts_of_a_tuple_and_a_dict_whole() -> None:
    dataset = Dataset.from_tensor_slices((np.arange(2), np.arange(2) * 10))
    assert _numbers(dataset.map(lambda x, y: x + y)) == [0, 11]
    made = dataset.map(lambda x, y: {"sum": x + y, "x": x}).map(lambda row: (row["sum"], row["x"]))
    assert made.output_types == (tf.int64, tf.int64)
    assert _numbers(made) == [[0, 0], [11, 1]]
    assert _numbers(dataset.map(lambda x, y: [x, y])) == [[0, 0], [1, 10]]


def test_a_function_takes_tensors_from_around_it() -> None:
    """What it captures is computed when the dataset is made; in functions of functions, too."""
    scale = tf.constant(10, tf.int64)
    dataset = Dataset.range(3).map(lambda n: scale * n)
    nested = dataset.flat_map(lambda n: Dataset.range(2).map(lambda m: scale + n + m))
    assert _numbers(nested) == [10, 11, 20, 21, 30, 31]
    before = len(tf.get_default_graph().get_operations())
    Dataset.range(3).map(lambda n: tf.square(n) + scale)
    names = [op.type for op in tf.get_default_graph().get_operations()[before:]]
    assert "Square" not in names


def test_a_python_function_can_be_a_part_of_it() -> None:
    def halved(number: Any) -> Any:
        return np.float32(number / 2)

    dataset = Dataset.range(3).map(lambda n: tf.py_func(halved, [n], tf.float32))
    assert _numbers(dataset) == [0.0, 0.5, 1.0]


def test_random_draws_in_a_function_are_new_for_each_element_and_repeat_with_a_seed() -> None:
    tf.set_random_seed(1)
    dataset = Dataset.range(3).map(lambda n: tf.random_uniform([]))
    first, again = _numbers(dataset), _numbers(dataset)
    assert len(set(first)) == 3
    assert first == again


# ---- shuffling


def test_shuffling_keeps_every_element_and_repeats_with_its_seed() -> None:
    """Within one buffer; another order in the next pass, unless told otherwise."""
    dataset = Dataset.range(50).shuffle(10, seed=3).repeat(2)
    found = _numbers(dataset)
    assert sorted(found[:50]) == sorted(found[50:]) == list(range(50))
    assert found[:50] not in (list(range(50)), found[50:])
    assert all(number < place + 10 for place, number in enumerate(found[:50]))
    assert _numbers(dataset) == found
    same = _numbers(Dataset.range(9).shuffle(9, 3, reshuffle_each_iteration=False).repeat(2))
    assert same[:9] == same[9:]


def test_without_a_seed_no_two_orders_are_the_same() -> None:
    dataset = Dataset.range(30).shuffle(30)
    assert _numbers(dataset) != _numbers(dataset)
    tf.set_random_seed(7)
    seeded = Dataset.range(30).shuffle(30)
    assert _numbers(seeded) == _numbers(seeded)


def test_every_order_is_as_likely() -> None:
    """Of three elements in one buffer, six orders: 1,200 passes, 200 each, six deviations wide."""
    orders = _numbers(Dataset.range(3).shuffle(3, seed=1).repeat(1200).batch(3), most=2000)
    counts = collections.Counter(tuple(order) for order in orders)
    assert len(counts) == 6
    assert all(abs(count - 200) < 6 * 13 for count in counts.values())


# ---- padding, generators, files


def test_padding_goes_to_the_longest_or_to_a_given_size() -> None:
    def rows() -> Iterator[tuple[int, list[int]]]:
        for number in range(3):
            yield number, [1] * number

    types, shapes = (tf.int64, tf.int64), ([], [None])
    dataset = Dataset.from_generator(rows, types, shapes)
    longest = _all(dataset.padded_batch(2, ([], [None])))
    assert longest[0][1].tolist() == [[0], [1]]
    assert longest[1][1].tolist() == [[1, 1]]
    fixed = dataset.padded_batch(3, ([], [3]), padding_values=(None, np.int64(-1)))
    assert fixed.output_shapes[1].as_list() == [None, 3]
    assert _all(fixed)[0][1].tolist() == [[-1, -1, -1], [1, -1, -1], [1, 1, -1]]
    with pytest.raises(tf.errors.DataLossError, match="smaller size than the input element"):
        _all(dataset.padded_batch(3, ([], [1])))
    texts = Dataset.from_generator(lambda: [["a"], ["b", "c"]], tf.string, [None])
    assert _numbers(texts.padded_batch(2)) == [[[b"a", b""], [b"b", b"c"]]]


def test_a_generator_is_called_for_each_pass_with_its_arguments() -> None:
    calls = []

    def numbers(stop: Any) -> Iterator[int]:
        calls.append(int(stop))
        yield from range(stop)

    assert _numbers(Dataset.from_generator(numbers, tf.int32, args=[2]).repeat(2)) == [0, 1, 0, 1]
    assert calls == [2, 2]


def test_what_a_generator_promised_is_checked() -> None:
    wrong_type = Dataset.from_generator(lambda: ["a"], tf.float32)
    with pytest.raises(tf.errors.InvalidArgumentError, match=r"expected type was float32.*'a'"):
        _all(wrong_type)
    wrong_shape = Dataset.from_generator(lambda: [[1, 2]], tf.int32, [3])
    wanted = r"shape \(2,\) where an element of shape \(3,\) was expected"
    with pytest.raises(tf.errors.InvalidArgumentError, match=wanted):
        _all(wrong_shape)


@pytest.mark.parametrize("compression", ["", "GZIP"])
def test_the_lines_of_a_file(compression: str, tmp_path: Path) -> None:
    data = b"one\r\ntwo\n\nlast"
    path = tmp_path / "lines"
    path.write_bytes(gzip.compress(data) if compression else data)
    dataset = tf.data.TextLineDataset([str(path)], compression)
    assert _all(dataset) == [b"one", b"two", b"", b"last"]
    assert "TextLineDataset" in {op.type for op in tf.get_default_graph().get_operations()}
    with pytest.raises(tf.errors.NotFoundError, match="No such file"):
        _all(tf.data.TextLineDataset(str(tmp_path / "none")))


# ---- mistakes


MISTAKES: list[tuple[type[Exception], str, Callable[[], Any]]] = [
    (
        ValueError,
        "Dimensions 3 and 4 are not compatible",
        lambda: Dataset.from_tensor_slices((np.zeros(3), np.zeros(4))),
    ),
    (ValueError, "rank >= 1", lambda: Dataset.from_tensor_slices(3.0)),
    (ValueError, "Invalid `predicate`", lambda: Dataset.range(6).filter(lambda n: n)),
    (
        TypeError,
        "Incompatible dataset elements",
        lambda: Dataset.range(6).concatenate(Dataset.from_tensors(1.0)),
    ),
    (RuntimeError, "make_one_shot_iterator", lambda: list(Dataset.range(6))),
    (TypeError, "takes datasets", lambda: Dataset.zip((Dataset.range(1), 3))),
    (TypeError, "must return a Dataset", lambda: Dataset.range(1).apply(lambda d: 1)),
    (TypeError, "must return a Dataset", lambda: Dataset.range(1).flat_map(lambda n: n)),
]


@pytest.mark.parametrize(("kind", "message", "build"), MISTAKES, ids=[m[1] for m in MISTAKES])
def test_a_mistake_is_told_where_it_is_made(
    kind: type[Exception], message: str, build: Callable[[], Any]
) -> None:
    with pytest.raises(kind, match=message):
        build()


RUNNING: list[tuple[str, Callable[[], Any]]] = [
    ("buffer_size must be greater", lambda: Dataset.range(6).shuffle(0)),
    ("Batch size must be greater", lambda: Dataset.range(6).batch(0)),
    ("step cannot be zero", lambda: Dataset.range(0, 6, 0)),
    (
        r"different shapes in component 0. First element had shape \[0\] and element 1 had",
        lambda: Dataset.range(2).map(lambda n: tf.fill([n], n)).batch(2),
    ),
    (
        "as many rows",
        lambda: Dataset.from_tensor_slices(
            (tf.py_func(lambda: np.zeros(3), [], tf.float64), np.zeros(4))
        ),
    ),
]


@pytest.mark.parametrize(("message", "build"), RUNNING, ids=[r[0] for r in RUNNING])
def test_a_mistake_in_values_is_told_when_it_is_run(message: str, build: Callable[[], Any]) -> None:
    with pytest.raises(tf.errors.InvalidArgumentError, match=message):
        _all(build())
