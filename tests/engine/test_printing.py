"""How values are shown: every text is what TensorFlow 2.21 writes through `tf.compat.v1`."""

from __future__ import annotations

import logging
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import neuronboard.compat.v1 as tf

_CUBE = np.arange(24).reshape(2, 3, 4)
_WIDE = np.arange(100).reshape(10, 10)
_DEEP = "[[[0 ... 2]\n  ...\n  [6 ... 8]]\n\n ...\n\n [[18 ... 20]\n  ...\n  [24 ... 26]]]\n"


@pytest.mark.parametrize(
    ("data", "more", "text"),
    [
        ([[1, 2, 3, 4, 5]], {}, "[1 2 3...]"),
        ([[1, 2, 3, 4, 5]], {"summarize": -1}, "[1 2 3 4 5]"),
        ([[[1, 2, 3], [4, 5, 6], [7, 8, 9]]], {}, "[[1 2 3]...]"),
        ([[[1, 2, 3], [4, 5, 6], [7, 8, 9]]], {"summarize": 4}, "[[1 2 3][4...]...]"),
        ([[[1, 2, 3], [4, 5, 6]]], {"summarize": 99}, "[[1 2 3][4 5 6]]"),
        ([[[1, 2], [3, 4]]], {"summarize": 1}, "[[1...]...]"),
        ([_CUBE], {"summarize": 5}, "[[[0 1 2 3][4...]]...]"),
        (
            [1.5, [1.0, 2.0], "a", ["a", "b"], True, [True, False]],
            {"message": "m: "},
            "m: [1.5][1 2][a][a b][1][1 0]",
        ),
        ([np.zeros(0, np.float32)], {}, "[]"),
        ([np.ones((3, 0))], {}, "[]"),
        ([1e10, 1e-10, 0.1, 1 / 7], {}, "[1e+10][1e-10][0.1][0.142857149]"),
        (
            [np.float64(1 / 7), np.float64(0.1) + 0.2],
            {},
            "[0.14285714285714285][0.30000000000000004]",
        ),
        ([123456789.0, 1234567.0, -0.0], {}, "[123456792][1234567][-0]"),
        ([[np.nan, np.inf]], {}, "[nan inf]"),
        ([np.float16(0.1), np.uint8(200)], {}, "[0.0999755859][200]"),
    ],
)
def test_print_writes_what_tensorflow_writes(
    data: list[Any], more: dict[str, Any], text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """To standard error: each tensor in brackets, the first elements of it, its rows apart."""
    with tf.Graph().as_default(), tf.Session() as session:
        tensors = [tf.constant(value) for value in data]
        assert session.run(tf.Print(tf.constant(1), tensors, **more)) == 1
    assert capsys.readouterr().err == f"{text}\n"


@pytest.mark.parametrize(
    ("items", "more", "text"),
    [
        (lambda: [tf.constant([1.0, 2.0, 3.0])], {}, "[1 2 3]\n"),
        (lambda: [tf.constant(np.arange(20.0))], {}, "[0 1 2 ... 17 18 19]\n"),
        (lambda: [tf.constant(np.arange(20))], {"summarize": 2}, "[0 1 ... 18 19]\n"),
        (lambda: [tf.constant(np.arange(9))], {"summarize": -1}, "[0 1 2 3 4 5 6 7 8]\n"),
        (lambda: [tf.constant(_WIDE)], {"summarize": 1}, "[[0 ... 9]\n ...\n [90 ... 99]]\n"),
        (lambda: [tf.constant(np.arange(27).reshape(3, 3, 3))], {"summarize": 1}, _DEEP),
        (lambda: ["a", tf.constant(1), "b", tf.constant(1.5)], {}, "a 1 b 1.5\n"),
        (lambda: ["a", tf.constant([1, 2])], {"sep": "|", "end": "!"}, "a|[1 2]!"),
        (lambda: [{"a": tf.constant(1), "b": [tf.constant(2)]}], {}, "{'a': 1, 'b': [2]}\n"),
        (lambda: [[tf.constant(1), "x"], (tf.constant(2),)], {}, "[1, 'x'] (2,)\n"),
        (lambda: [tf.constant("s"), tf.constant(["a", "b"])], {}, '"s" ["a" "b"]\n'),
        (lambda: [tf.constant("alone")], {}, "alone\n"),
        (lambda: [tf.constant(True), 1, 2.5, None], {}, "1 1 2.5 None\n"),
        (lambda: ["{}", tf.constant(1)], {}, "{} 1\n"),
    ],
)
def test_tf_print_writes_what_tensorflow_writes(
    items: Any, more: dict[str, Any], text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """The ends of each axis, and nested lists and dicts as Python writes them."""
    with tf.Graph().as_default(), tf.Session() as session:
        session.run(tf.print(*items(), **more))
    assert capsys.readouterr().err == text


def test_tf_print_writes_where_it_is_told(
    capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    """Standard output, a file that grows, or the log."""
    path = tmp_path / "said.txt"
    warning, logger = tf.logging.warning, logging.getLogger("tensorflow")
    with tf.Graph().as_default(), tf.Session() as session:
        session.run(tf.print("out", tf.constant(1), output_stream=sys.stdout))
        for _ in range(2):
            session.run(tf.print(tf.constant(2), output_stream=f"file://{path}"))
        logger.addHandler(caplog.handler)
        session.run(tf.print(tf.constant(3), output_stream=warning))
        logger.removeHandler(caplog.handler)
    assert capsys.readouterr().out == "out 1\n"
    assert path.read_text() == "2\n2\n"
    assert caplog.messages == ["3"]


_FED = np.array([1, 2, 3, 4, -6], np.float32)
_RIGHT = [1.0, 2.0, 3.0, 4.0, 5.0]
_FAILED = "assertion failed:"


@pytest.mark.parametrize(
    ("check", "text"),
    [
        (
            lambda p: tf.Assert(p[4] > 0, [p, "txt", [[1, 2], [3, 4]]]),
            "[1 2 3...] [txt] [[1 2][3...]...]",
        ),
        (
            lambda p: tf.assert_equal(p, _RIGHT),
            "[Condition x == y did not hold element-wise:] [x (p:0) = ] "
            "[1 2 3...] [y (assert_equal/y:0) = ] [1 2 3...]",
        ),
        (
            lambda p: tf.assert_equal(p, _RIGHT, message="hi", summarize=10),
            "[hi] [Condition x == y did not hold element-wise:] [x (p:0) = ] "
            "[1 2 3 4 -6] [y (assert_equal/y:0) = ] [1 2 3 4 5]",
        ),
        (lambda p: tf.assert_equal(p, _RIGHT, data=[[9, 9, 9, 9], "x"]), "[9 9 9...] [x]"),
        (
            lambda p: tf.assert_positive(p),
            "[] [Condition x > 0 did not hold element-wise:] [x (p:0) = ] [1 2 3...]",
        ),
        (
            lambda p: tf.assert_non_negative(p, message="hello"),
            "[hello.  ] [Condition x >= 0 did not hold element-wise:] [x (p:0) = ] [1 2 3...]",
        ),
        (
            lambda p: tf.assert_rank(p, 2),
            "[] [Tensor p:0 must have rank] [2] [Received shape: ] [5]",
        ),
        (
            lambda p: tf.assert_rank_at_least(p, 2),
            "[] [Tensor p:0 must have rank at least] [2] [Received shape: ] [5]",
        ),
        (
            lambda p: tf.assert_rank_in(p, [2, 3]),
            "[] [Tensor p:0 must have rank in] [2] [3] [Received shape: ] [5]",
        ),
        (
            lambda p: tf.assert_near(p, _RIGHT, rtol=0.5, atol=0.25),
            "[] [x and y not equal to tolerance rtol = 0.5, atol = 0.25] "
            "[x (p:0) = ] [1 2 3...] [y (assert_near/y:0) = ] [1 2 3...]",
        ),
    ],
)
def test_a_check_says_what_tensorflow_says(check: Any, text: str) -> None:
    """When it is run on what does not hold; then it is told where it was made."""
    with tf.Graph().as_default(), tf.Session() as session:
        fed = tf.placeholder(tf.float32, None, name="p")
        made = check(fed)
        with pytest.raises(tf.errors.InvalidArgumentError) as caught:
            session.run(made, {fed: _FED})
    assert str(caught.value).startswith(f"{_FAILED} {text}\n")
    assert f"was made at {__file__}" in str(caught.value)


@pytest.mark.parametrize(
    "check",
    [
        lambda p: tf.assert_equal(p, p),
        lambda p: tf.assert_none_equal(p, p + 1),
        lambda p: tf.assert_less(p, p + 1),
        lambda p: tf.assert_less_equal(p, p),
        lambda p: tf.assert_greater(p + 1, p),
        lambda p: tf.assert_greater_equal(p, p),
        lambda p: tf.assert_positive(tf.abs(p)),
        lambda p: tf.assert_negative(-tf.abs(p)),
        lambda p: tf.assert_non_negative(tf.abs(p)),
        lambda p: tf.assert_non_positive(-tf.abs(p)),
        lambda p: tf.assert_near(p, p * (1 + 1e-7)),
        lambda p: tf.assert_rank(p, 1),
        lambda p: tf.assert_rank_at_least(p, 1),
        lambda p: tf.assert_rank_in(p, [0, 1]),
        lambda p: tf.assert_equal(1, 1),
        lambda p: tf.assert_integer(1),
        lambda p: tf.assert_type(p, tf.float32),
        lambda p: tf.assert_scalar(p[0]).op,
    ],
)
def test_what_holds_passes(check: Any) -> None:
    """A check of what holds gives nothing, known beforehand or not."""
    with tf.Graph().as_default(), tf.Session() as session:
        fed = tf.placeholder(tf.float32, None, name="p")
        assert session.run([check(fed), fed], {fed: _FED})[0] is None


def test_floats_of_one_type_are_told_apart() -> None:
    """The dtype that all have; float32 where none is given."""
    assert tf.assert_same_float_dtype() == tf.float32
    assert tf.assert_same_float_dtype([tf.constant(1.0, tf.float64)]) == tf.float64
    assert tf.assert_same_float_dtype(dtype=tf.float16) == tf.float16
