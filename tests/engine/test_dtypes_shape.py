"""Element types and static shapes: what they equal, how they print, what they say together."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import neuronboard as tf
from neuronboard import errors
from neuronboard.engine.dtypes import ALL
from neuronboard.engine.shape import broadcast

# ---- element types


@pytest.mark.parametrize("dtype", ALL, ids=repr)
def test_a_type_is_found_by_everything_that_names_it(dtype: tf.DType) -> None:
    """Itself, its name, its number, numpy's dtype and numpy's class."""
    numpy = dtype.as_numpy_dtype
    names = [dtype, dtype.name, dtype.as_datatype_enum, np.dtype(numpy), numpy]
    assert [tf.as_dtype(name) for name in names] == [dtype] * 5
    assert all(dtype == name for name in names)


@pytest.mark.parametrize("dtype", ALL, ids=repr)
def test_a_reference_is_a_type_of_its_own(dtype: tf.DType) -> None:
    """100 more, another name, and back."""
    assert dtype.ref.as_datatype_enum == dtype.as_datatype_enum + 100
    assert dtype.ref.name == f"{dtype.name}_ref"
    assert dtype.ref != dtype
    assert dtype.ref.base_dtype is dtype
    assert (dtype.is_ref, dtype.ref.is_ref) == (False, True)


@pytest.mark.parametrize(
    ("value", "dtype"),
    [
        *((float, tf.float32), (bool, tf.bool), (int, tf.int64), (str, tf.string)),
        *(("float", tf.float32), ("double", tf.float64), ("half", tf.float16)),
        *((np.array(1.5).dtype, tf.float64), ("<U3", tf.string), (bytes, tf.string)),
    ],
)
def test_other_spellings_are_tensorflows(value: Any, dtype: tf.DType) -> None:
    """Python's float is float32; numpy's and old names are known."""
    assert tf.as_dtype(value) is dtype


@pytest.mark.parametrize("value", [None, "flaot32", 99, np.datetime64, object(), [1]])
def test_what_names_no_type_is_refused(value: Any) -> None:
    """A TypeError that lists the types; and no type equals it."""
    with pytest.raises(errors.DTypeError, match=r"tf\.float32"):
        tf.as_dtype(value)
    assert tf.float64 != value


def test_types_print_as_in_tensorflow() -> None:
    """repr is what one types, str says what it is."""
    assert repr(tf.float32) == "tf.float32"
    assert str(tf.float32) == "<dtype: 'float32'>"
    assert f"{tf.bool.name} {tf.string.name}" == "bool string"


def test_the_sorts_of_types() -> None:
    """Floating and integer, and neither."""
    assert [d.name for d in ALL if d.is_floating] == ["float16", "float32", "float64"]
    assert [d.name for d in ALL if d.is_integer] == [
        *("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64")
    ]


@pytest.mark.parametrize(
    ("value", "dtype"),
    [
        *((1.5, tf.float32), (1, tf.int32), (True, tf.bool), ("x", tf.string), (1j, tf.complex128)),
        *(([], tf.float32), ([1, 2.5], tf.float32), ([[1], [2]], tf.int32)),
        *((np.float64(1.5), tf.float64), (np.array([1]), tf.int64), ([np.int8(1)], tf.int8)),
    ],
)
def test_plain_values_get_tensorflows_types(value: Any, dtype: tf.DType) -> None:
    """Python's numbers are 32 bits wide; numpy's keep their own."""
    with tf.Graph().as_default():
        assert tf.constant(value).dtype is dtype


def test_a_float_too_large_for_its_type_is_infinite() -> None:
    """As in TensorFlow, and without a warning."""
    with tf.Graph().as_default():
        assert tf.Session().run(tf.constant(1e300)) == np.inf


# ---- shapes


@pytest.mark.parametrize(
    ("dims", "text", "representation"),
    [
        (None, "<unknown>", "TensorShape(None)"),
        ([], "()", "TensorShape([])"),
        ([3], "(3,)", "TensorShape([Dimension(3)])"),
        ([2, None], "(2, ?)", "TensorShape([Dimension(2), Dimension(None)])"),
        ((-1, 4), "(?, 4)", "TensorShape([Dimension(None), Dimension(4)])"),
        (5, "(5,)", "TensorShape([Dimension(5)])"),
        (np.array([2, 3]), "(2, 3)", "TensorShape([Dimension(2), Dimension(3)])"),
    ],
)
def test_shapes_print_as_in_tensorflow(dims: Any, text: str, representation: str) -> None:
    """str and repr of whole, partly known and unknown shapes."""
    assert str(tf.TensorShape(dims)) == text
    assert repr(tf.TensorShape(dims)) == representation


@pytest.mark.parametrize(
    ("dims", "ndims", "elements", "whole"),
    [
        (None, None, None, False),
        ([], 0, 1, True),
        ([2, 3], 2, 6, True),
        ([2, None], 2, None, False),
        ([0, 3], 2, 0, True),
    ],
)
def test_what_a_shape_knows(
    dims: Any, ndims: int | None, elements: int | None, whole: bool
) -> None:
    """Rank, number of elements, and whether every size is known."""
    shape = tf.TensorShape(dims)
    assert (shape.ndims, shape.rank) == (ndims, ndims)
    assert (shape.num_elements(), shape.is_fully_defined()) == (elements, whole)
    assert bool(shape) is (ndims is not None)


@pytest.mark.parametrize(
    ("a", "b", "merged"),
    [
        (None, [2, 3], [2, 3]),
        ([2, 3], None, [2, 3]),
        ([2, None], [None, 3], [2, 3]),
        ([None], [None], [None]),
        ([], [], []),
        (None, None, None),
    ],
)
def test_shapes_merge_into_what_both_say(a: Any, b: Any, merged: Any) -> None:
    """Each fills the other's gaps."""
    assert tf.TensorShape(a).is_compatible_with(b)
    assert tf.TensorShape(a).merge_with(b) == tf.TensorShape(merged)


@pytest.mark.parametrize(("a", "b"), [([2], [3]), ([2], [2, 2]), ([], [1]), ([None, 2], [1, 3])])
def test_shapes_that_contradict_do_not_merge(a: Any, b: Any) -> None:
    """A ValueError that names both."""
    assert not tf.TensorShape(a).is_compatible_with(b)
    with pytest.raises(errors.ShapeError, match="are not compatible"):
        tf.TensorShape(a).merge_with(b)


def test_a_shape_is_a_sequence_of_sizes() -> None:
    """Index, slice, length and iteration."""
    shape = tf.TensorShape([2, None, 4])
    assert (shape[0], shape[1], shape[-1], len(shape)) == (2, None, 4, 3)
    assert shape[1:] == [None, 4]
    assert list(shape) == shape.as_list() == [2, None, 4]


def test_a_shape_of_unknown_rank_has_no_sizes() -> None:
    """Listing them is a ValueError that says so."""
    for ask in (len, list, tf.TensorShape.as_list):
        with pytest.raises(errors.ShapeError, match="rank of this shape is not known"):
            ask(tf.TensorShape(None))


@pytest.mark.parametrize("other", [3.5, "ab", [2.5], [[2]], object(), [-7]])
def test_a_shape_equals_nothing_but_shapes(other: Any) -> None:
    """What cannot be a shape is unequal, and no error."""
    assert tf.TensorShape([2]) != other


@pytest.mark.parametrize(
    ("dims", "error"), [([2.5], TypeError), (2.5, TypeError), ("ab", TypeError), ([-2], ValueError)]
)
def test_what_is_no_size_is_refused(dims: Any, error: type[Exception]) -> None:
    """Fractions, text, and numbers below -1."""
    with pytest.raises(errors.InvalidArgumentError) as caught:
        tf.TensorShape(dims)
    assert isinstance(caught.value, error)


def test_equal_shapes_are_one_key() -> None:
    """A shape can be looked up in a dict."""
    assert {tf.TensorShape([2, None]): "found"}[tf.TensorShape((2, -1))] == "found"


@pytest.mark.parametrize("seed", range(30))
def test_broadcasting_is_numpys(seed: int) -> None:
    """Random shapes give numpy's shape; hiding some sizes gives a shape that fits it."""
    source = np.random.default_rng(seed)
    full = source.integers(1, 4, 3)
    shapes = [
        tuple(int(d) if source.random() < 0.6 else 1 for d in full[source.integers(0, 4) :])
        for _ in range(3)
    ]
    result = np.broadcast_shapes(*shapes)
    assert broadcast([tf.TensorShape(shape) for shape in shapes]) == result
    hidden = [[d if source.random() < 0.7 else None for d in shape] for shape in shapes]
    assert broadcast([tf.TensorShape(shape) for shape in hidden]).is_compatible_with(result)


def test_a_tensor_learns_its_shape() -> None:
    """set_shape adds to what is known, and what is made afterwards knows it too."""
    with tf.Graph().as_default():
        p = tf.placeholder(tf.float32)
        p.set_shape([None, 3])
        p.set_shape([2, None])
        assert tf.square(p).get_shape() == [2, 3]


def test_a_size_has_the_value_that_tensorflow_1_gives_it() -> None:
    """A known one is an int for everything else; one that is not known says so where it must."""
    rows, columns = shape = tf.placeholder(tf.float32, [None, 3]).get_shape()
    assert columns == columns.value == 3
    assert (repr(columns), str(columns), columns * 2) == ("Dimension(3)", "3", 6)
    assert rows.value is None
    assert (repr(rows), str(rows), repr(rows * 2)) == ("Dimension(None)", "?", "Dimension(None)")
    assert list(shape) == [None, 3]
    assert tf.TensorShape([rows, 4]).as_list() == [None, 4]
    assert tf.Dimension(None) == rows
    assert hash(rows) == hash(None)
    with pytest.raises(errors.DTypeError, match=r"tf\.shape\(x\)"):
        range(rows)
    with pytest.raises(errors.DTypeError, match=r"tf\.shape\(x\)"):
        tf.reshape(tf.zeros([4]), [rows, 2])


def test_a_tensor_prints_as_in_tensorflow() -> None:
    """A shape of which nothing is known is left out."""
    with tf.Graph().as_default():
        rows = tf.placeholder(tf.float32, [None, 3], name="rows")
        assert str(rows) == 'Tensor("rows:0", shape=(?, 3), dtype=float32)'
        assert repr(rows) == "<tf.Tensor 'rows:0' shape=(?, 3) dtype=float32>"
        assert str(tf.placeholder(tf.int32, name="any")) == 'Tensor("any:0", dtype=int32)'
