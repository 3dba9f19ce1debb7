"""Histograms and images: what is read, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest

from neuronboard.errors import DataError
from neuronboard.formats.tensor_proto import make_tensor_proto
from neuronboard.kinds import histogram, image
from neuronboard.pb.summary_pb2 import HistogramProto, Summary

LARGEST = float(np.finfo(np.float64).max)


def _legacy(counts: list[float], limits: list[float]) -> Summary.Value:
    proto = HistogramProto(min=-1.5, max=2.5, bucket=counts, bucket_limit=limits)
    return Summary.Value(histo=proto)


def test_a_legacy_histogram_loses_empty_buckets_at_its_ends() -> None:
    """The least and the greatest value take the place of the outer edges."""
    value = _legacy([0, 0, 4, 0, 5, 0], [-LARGEST, -2, 0, 1, 2, LARGEST])
    expected = np.array([[-1.5, 0, 4], [0, 1, 0], [1, 2.5, 5]], np.float32)
    np.testing.assert_array_equal(histogram.decode(value), expected)
    assert histogram.decode(value).dtype == np.float32


def test_a_histogram_of_one_bucket_lies_between_least_and_greatest() -> None:
    """Its edges are not needed."""
    np.testing.assert_array_equal(histogram.decode(_legacy([3], [LARGEST])), [[-1.5, 2.5, 3]])


@pytest.mark.parametrize("counts", [[], [0.0, 0.0]])
def test_a_histogram_of_nothing_has_no_buckets(counts: list[float]) -> None:
    """float32[0, 3]."""
    assert histogram.decode(_legacy(counts, [1.0] * len(counts))).shape == (0, 3)


def test_a_new_histogram_is_its_tensor() -> None:
    """At its precision."""
    buckets = np.array([[0.1, 0.2, 3.0]])
    value = Summary.Value(tensor=make_tensor_proto(buckets))
    np.testing.assert_array_equal(histogram.decode(value), buckets)


@pytest.mark.parametrize(
    "value",
    [
        _legacy([1, 2, 3], [1]),
        Summary.Value(tensor=make_tensor_proto(np.zeros((2, 2)))),
        Summary.Value(tensor=make_tensor_proto(np.zeros(3))),
        Summary.Value(tensor=make_tensor_proto([["a", "b", "c"]])),
    ],
)
def test_what_is_no_histogram_is_refused(value: Summary.Value) -> None:
    """It says what was expected."""
    with pytest.raises(DataError, match="histogram"):
        histogram.decode(value)


def test_images_are_what_stands_behind_width_and_height() -> None:
    """Several in a tensor, one in a legacy value."""
    tensor = make_tensor_proto([b"28", b"28", b"one", b"two"])
    assert image.decode(Summary.Value(tensor=tensor)) == (b"one", b"two")
    legacy = Summary.Value(image=Summary.Image(width=1, height=1, encoded_image_string=b"x"))
    assert image.decode(legacy) == (b"x",)
    assert image.decode(Summary.Value(tensor=make_tensor_proto([b"28"]))) == ()


@pytest.mark.parametrize("array", [np.zeros(3), [["28", "28", "one"]]])
def test_what_is_no_vector_of_strings_is_refused(array: object) -> None:
    """It says what was expected."""
    with pytest.raises(DataError, match="vector of strings"):
        image.decode(Summary.Value(tensor=make_tensor_proto(array)))
