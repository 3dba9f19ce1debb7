"""Gradients compared with finite differences: `tf.test.compute_gradient`."""

from __future__ import annotations

from typing import Any

import numpy as np

from neuronboard.engine.gradients import gradients
from neuronboard.engine.graph import Tensor
from neuronboard.engine.indexed_slices import IndexedSlices
from neuronboard.engine.session import session_or_default


def compute_gradient(
    x: Any,
    x_shape: Any,
    y: Tensor,
    y_shape: Any,
    x_init_value: Any = None,
    delta: float = 1e-3,
    init_targets: Any = None,
    extra_feed_dict: Any = None,
) -> Any:
    """(by the gradient, by differences): the derivatives of y by x, float[size of x, size of y].

    x, y: tensors of floating-point numbers, or lists of xs with their shapes (then a list of
    pairs). It uses the default session. delta: how far x is moved to each side.
    """
    if isinstance(x, (list, tuple)):
        starts = [None] * len(x) if x_init_value is None else x_init_value
        return [
            compute_gradient(one, shape, y, y_shape, start, delta, init_targets, extra_feed_dict)
            for one, shape, start in zip(x, x_shape, starts, strict=True)
        ]
    session = session_or_default(None)
    source = x._as_tensor() if hasattr(x, "_as_tensor") else x
    kind = source.dtype.as_numpy_dtype
    shape = [int(size) for size in x_shape]
    for target in init_targets or ():
        session.run(target)
    at = np.random.uniform(0.0, 1.0, shape) if x_init_value is None else x_init_value
    at = np.asarray(at, kind)
    more = dict(extra_feed_dict or {})
    width = int(np.prod([int(size) for size in y_shape], dtype=np.int64))
    slopes = np.zeros((at.size, width), kind)
    cut = np.zeros((at.size, width), kind)
    begin = np.zeros([int(size) for size in y_shape], y.dtype.as_numpy_dtype)
    fed = _fed(begin, y)
    [made] = gradients(y, source, grad_ys=fed)
    if made is not None:
        dense = made._as_tensor() if isinstance(made, IndexedSlices) else made
        for column in range(width):
            unit = begin.copy()
            unit.reshape(-1)[column] = 1
            slopes[:, column] = np.ravel(session.run(dense, {**more, source: at, fed: unit}))
    for row in range(at.size):
        ends = []
        for step in (delta, -delta):
            moved = at.copy()
            moved.reshape(-1)[row] += kind(step)
            ends.append(np.ravel(session.run(y, {**more, source: moved})))
        cut[row] = (ends[0] - ends[1]) / (2 * delta)
    return slopes, cut


def _fed(value: Any, y: Tensor) -> Tensor:
    from neuronboard.engine.ops.constant import placeholder

    with y.graph.as_default():
        return placeholder(y.dtype.base_dtype, value.shape)


def compute_gradient_error(
    x: Any,
    x_shape: Any,
    y: Tensor,
    y_shape: Any,
    x_init_value: Any = None,
    delta: float = 1e-3,
    init_targets: Any = None,
    extra_feed_dict: Any = None,
) -> float:
    """The largest difference between the two ways of `compute_gradient`."""
    given = (x, x_shape, y, y_shape, x_init_value, delta, init_targets, extra_feed_dict)
    found = compute_gradient(*given)
    pairs = found if isinstance(found, list) else [found]
    return float(max((np.abs(a - b).max() for a, b in pairs if a.size), default=0.0))
