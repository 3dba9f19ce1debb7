"""Rows of the types that make up branches, loops, stacks and arrays of tensors.

They mean something together alone, so each row is a branch, a loop or an array that has the type.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from engine.op_cases import Case, Effect, floats, positive

import neuronboard as tf
from neuronboard.engine.ops import flow


def _branch(x: Any) -> Any:
    return tf.cond(tf.reduce_sum(x) > 100.0, lambda: x * 2.0, lambda: x * x)


def _loop(x: Any) -> Any:
    """x multiplied by itself three times."""
    start = [tf.constant(0), x]
    shapes = [tf.TensorShape([]), x.get_shape()]
    return tf.while_loop(lambda i, _: i < 3, lambda i, y: (i + 1, y * x), start, shapes)[1]


def _slope(x: Any) -> Any:
    return tf.gradients(_loop(x), x)[0]


def _written(x: Any) -> Any:
    return tf.TensorArray(x.dtype, 2).write(1, x).write(0, x * x).read(0)


def _stacked(x: Any) -> Any:
    return tf.TensorArray(x.dtype, 2).write(1, x).write(0, x * x).stack()


def _unstacked(x: Any) -> Any:
    parts = tf.TensorArray(x.dtype, 2, element_shape=[3]).unstack(x)
    return parts.read(0) * parts.read(1)


def _joined(x: Any) -> Any:
    parts = tf.TensorArray(x.dtype, 2, infer_shape=False)
    return parts.write(1, x).write(0, x * x).concat()


def _split(x: Any) -> Any:
    parts = tf.TensorArray(x.dtype, 2, infer_shape=False).split(x, [1, 2])
    return parts.read(1)


def _array_slope(x: Any) -> Any:
    return tf.gradients(_stacked(x), x)[0]


def _size(x: Any) -> Any:
    return tf.TensorArray(x.dtype, 0, dynamic_size=True).write(4, x).size()


def _rows(types: tuple[str, ...], build: Any, expect: Any, array: Any, **more: Any) -> list[Case]:
    more = {"grad": True, "wired": False} | more
    return [Case(type=name, build=build, expect=expect, inputs=(array,), **more) for name in types]


FLOW: list[Case] = [
    *_rows(("Switch", "Merge"), _branch, lambda x: x * x, floats(2, 3)),
    *_rows(("Enter", "Exit", "NextIteration"), _loop, lambda x: x**4, positive(3)),
    *_rows(("LoopCond",), _loop, lambda x: x**4, positive(3)),
    *_rows(
        ("StackV2", "StackPushV2", "StackPopV2", "ControlTrigger"),
        _slope,
        lambda x: 4 * x**3,
        positive(3),
        grad=False,
    ),
    *_rows(
        ("TensorArrayV3", "TensorArrayWriteV3", "TensorArrayReadV3"),
        _written,
        lambda x: x * x,
        floats(3),
    ),
    *_rows(("TensorArrayGatherV3",), _stacked, lambda x: np.stack([x * x, x]), floats(3)),
    *_rows(("TensorArrayScatterV3",), _unstacked, lambda x: x[0] * x[1], floats(2, 3)),
    *_rows(
        ("TensorArrayConcatV3",),
        _joined,
        lambda x: np.concatenate([x * x, x]),
        floats(3),
        known=False,
    ),
    *_rows(("TensorArraySplitV3",), _split, lambda x: x[1:], floats(3), known=False),
    *_rows(("TensorArrayGradV3",), _array_slope, lambda x: 2 * x + 1, floats(3), grad=False),
    *_rows(
        ("TensorArraySizeV3",),
        _size,
        lambda x: np.int32(5),
        floats(3),
        grad=False,
        dtype=np.int32,
    ),
]


def _added_in_a_branch(variable: Any) -> Any:
    taken = tf.reduce_sum(variable) > 0.0
    return tf.cond(taken, lambda: tf.assign_add(variable, [1.0, 1.0]) * 1.0, lambda: variable * 1.0)


def _one_of_two(variable: Any) -> Any:
    sides = flow.switch(variable, tf.reduce_sum(variable) > 0.0)
    return flow.merge([sides[0], tf.assign_add(sides[1], [1.0, 1.0])])[0]


def _added_in_a_loop(variable: Any) -> Any:
    def body(i: Any) -> Any:
        with tf.control_dependencies([tf.assign_add(variable, [1.0, 1.0])]):
            return i + 1

    return tf.while_loop(lambda i: i < 3, body, [tf.constant(0)])


def _closed(variable: Any) -> Any:
    return tf.TensorArray(tf.float32, 1).close()


FLOW_EFFECTS = [
    Effect(type="RefSwitch", build=_added_in_a_branch, gives=[2.0, 3.0], after=(2.0, 3.0)),
    Effect(type="RefMerge", build=_one_of_two, gives=[2.0, 3.0], after=(2.0, 3.0)),
    Effect(type="RefEnter", build=_added_in_a_loop, gives=3, after=(4.0, 5.0)),
    Effect(type="TensorArrayCloseV3", build=_closed, gives=None),
]
