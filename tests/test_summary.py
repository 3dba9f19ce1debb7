"""Summary operations: what goes in comes out of the bytes, in the spellings of 0.x and of 1.x."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

import neuronboard as tf
import neuronboard.compat.v1 as tf1
from neuronboard.pb.summary_pb2 import Summary


@pytest.fixture(autouse=True)
def session() -> Iterator[tf.Session]:
    """A session on a graph of the test's own."""
    with tf.Graph().as_default(), tf.Session() as session:
        yield session


def _decoded(summary: bytes) -> list[tuple[str, float]]:
    return [(value.tag, value.simple_value) for value in Summary.FromString(summary).value]


# ---- 0.x


def test_a_number_comes_back_under_its_tag(session: tf.Session) -> None:
    """The tag is written as it is given."""
    summary = tf.scalar_summary("a tag, with / and 한글", tf.constant(0.5))
    assert _decoded(session.run(summary)) == [("a tag, with / and 한글", 0.5)]


def test_several_tags_take_several_numbers(session: tf.Session) -> None:
    """In order."""
    summary = tf.scalar_summary(["a", "b"], tf.constant([1.0, 2.0]))
    assert _decoded(session.run(summary)) == [("a", 1.0), ("b", 2.0)]


@pytest.mark.parametrize(
    "tag", ["loss", b"loss", np.array("loss"), np.bytes_(b"loss")], ids=["str", "bytes", "U", "S"]
)
def test_a_tag_is_text_of_any_sort(session: tf.Session, tag: Any) -> None:
    """Text, bytes, and numpy's."""
    assert _decoded(session.run(tf.scalar_summary(tag, 1.0))) == [("loss", 1.0)]


def test_a_tag_may_be_fed(session: tf.Session) -> None:
    """A placeholder of text."""
    tag = tf.placeholder(tf.string, [])
    summary = tf.scalar_summary(tag, 1.0)
    assert _decoded(session.run(summary, {tag: "한글"})) == [("한글", 1.0)]


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64", "int32", "int64", "uint8"])
def test_every_sort_of_real_number_is_written(session: tf.Session, dtype: str) -> None:
    """As float32, the precision of simple_value."""
    summary = tf.scalar_summary("x", tf.constant(np.array(3, dtype)))
    assert _decoded(session.run(summary)) == [("x", 3.0)]


@pytest.mark.parametrize("value", [np.inf, -np.inf, 1e30, -0.0])
def test_extreme_numbers_are_written(session: tf.Session, value: float) -> None:
    """Infinite, large, and the sign of zero."""
    [(_, got)] = _decoded(session.run(tf.scalar_summary("x", value)))
    assert repr(got) == repr(float(np.float32(value)))


def test_nan_is_written(session: tf.Session) -> None:
    """A loss that is no number is to be seen."""
    [(_, got)] = _decoded(session.run(tf.scalar_summary("x", np.nan)))
    assert np.isnan(got)


def test_a_variable_is_summarised_as_it_is_now(session: tf.Session) -> None:
    """Each run writes the value of its time."""
    w = tf.Variable(1.0)
    summary, more = tf.scalar_summary("w", w), tf.assign_add(w, 1.0)
    session.run(w.initializer)
    assert _decoded(session.run(summary)) == [("w", 1.0)]
    session.run(more)
    assert _decoded(session.run(summary)) == [("w", 2.0)]


def test_merged_summaries_hold_all(session: tf.Session) -> None:
    """In the order given, also of one, and of merged ones."""
    a, b, c = (tf.scalar_summary(tag, ord(tag)) for tag in "abc")
    merged = tf.merge_summary([tf.merge_summary([b]), a])
    assert _decoded(session.run(merged)) == [("b", 98.0), ("a", 97.0)]
    assert _decoded(session.run(tf.merge_all_summaries())) == [("a", 97), ("b", 98), ("c", 99)]
    assert c in tf.get_collection("summaries")


def test_merging_all_of_none_is_none() -> None:
    """As in TensorFlow."""
    assert tf.merge_all_summaries() is None
    assert tf1.summary.merge_all() is None


def test_collections_say_what_merge_all_takes(session: tf.Session) -> None:
    """The one called summaries, unless another is named; merged ones are in none."""
    first = tf.scalar_summary("first", 1.0)
    second = tf.scalar_summary("second", 2.0, collections=["rare"])
    tf.scalar_summary("third", 3.0, collections=[])
    assert tf.get_collection(tf.GraphKeys.SUMMARIES) == [first]
    assert tf.get_collection("rare") == [second]
    assert _decoded(session.run(tf.merge_all_summaries())) == [("first", 1.0)]
    assert _decoded(session.run(tf.merge_all_summaries("rare"))) == [("second", 2.0)]
    both = tf.merge_summary([first, second], collections=["both"])
    assert tf.get_collection("both") == [both]


def test_the_node_takes_its_name_from_name() -> None:
    """And the tag from the tag."""
    assert tf.scalar_summary("loss", 1.0).op.name == "ScalarSummary"
    assert tf.scalar_summary("loss", 1.0, name="mine").op.name == "mine"
    assert tf.merge_all_summaries().op.name == "MergeSummary/MergeSummary"


# ---- 1.x


def test_the_name_is_the_tag_in_1x(session: tf.Session) -> None:
    """Made unique, within its scope, and cleaned of what a name cannot hold."""
    with tf.name_scope("train"):
        inner = tf1.summary.scalar("loss", tf.constant(0.25))
    found = [tf1.summary.scalar(name, 1.0) for name in ("loss", "loss", "/a b")]
    got = [_decoded(summary) for summary in session.run([inner, *found])]
    assert got == [[("train/loss", 0.25)], [("loss", 1.0)], [("loss_1", 1.0)], [("a_b", 1.0)]]
    assert [summary.op.name for summary in found] == ["loss", "loss_1", "a_b"]


def test_a_family_is_written_before_the_name_twice(session: tf.Session) -> None:
    """As TensorFlow does, so that the tags of a family lie together."""
    summary = tf1.summary.scalar("loss", 1.0, family="train")
    assert _decoded(session.run(summary)) == [("train/train/loss", 1.0)]


def test_collections_and_merging_in_1x(session: tf.Session) -> None:
    """merge, merge_all, and the collection they take."""
    a, b = tf1.summary.scalar("a", 1.0), tf1.summary.scalar("b", 2.0, collections=["rare"])
    assert _decoded(session.run(tf1.summary.merge([b, a]))) == [("b", 2.0), ("a", 1.0)]
    assert _decoded(session.run(tf1.summary.merge_all())) == [("a", 1.0)]
    assert _decoded(session.run(tf1.summary.merge_all("rare"))) == [("b", 2.0)]
    assert tf1.summary.merge([a], name="mine").op.name == "mine/mine"


def test_both_spellings_write_the_same_bytes(session: tf.Session) -> None:
    """Old code and new code make one log."""
    old, new = tf.scalar_summary("loss", 0.1), tf1.summary.scalar("loss", 0.1)
    assert session.run(old) == session.run(new)
    assert (
        session.run(new)
        == Summary(value=[Summary.Value(tag="loss", simple_value=0.1)]).SerializeToString()
    )
