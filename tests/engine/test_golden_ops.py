"""Recorded op cases of TensorFlow 2.21: values, gradients, names, errors, runs of a session."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from engine.golden_ops import build, cases

import neuronboard.compat.v1 as tf

DONE = ("unary", "binary", "operator", "compare", "matmul", "shape", "cast", "conv", "linalg")
CASES = cases(*DONE, "placeholder")


def _agree(got: Any, wanted: Any, tolerance: dict[str, float]) -> None:
    """The same dtype and shape, and values within the recorded tolerance."""
    assert np.asarray(got).dtype == wanted.dtype
    assert np.shape(got) == wanted.shape
    np.testing.assert_allclose(got, wanted, **tolerance)


def _of(kind: str) -> Any:
    chosen = [case for case in CASES if kind in case]
    return pytest.mark.parametrize("case", chosen, ids=[case["id"] for case in chosen])


@_of("outputs")
def test_values_and_gradients_are_the_recorded_ones(case: dict[str, Any]) -> None:
    """Outputs with their static shapes, and the gradient of each input."""
    built = build(case)
    session = tf.Session(graph=built.graph)
    outputs = {name: built.names[name] for name in case["outputs"]}
    slopes = built.gradients()
    assert {name for name, slope in slopes.items() if slope is None} == {
        name for name, recorded in case["gradients"].items() if recorded is None
    }
    values = session.run(outputs, built.feed)
    for name, recorded in case["outputs"].items():
        assert outputs[name].dtype.base_dtype.name == recorded["dtype"]
        static = outputs[name].shape.dims
        assert (None if static is None else list(static)) == recorded["static_shape"]
        if case["values_golden"]:
            _agree(values[name], built.array(f"out_{name}"), case["tolerance"])
        else:
            assert list(values[name].shape) == recorded["shape"]
    there = {name: tf.convert_to_tensor(s) for name, s in slopes.items() if s is not None}
    for name, value in session.run(there, built.feed).items():
        _agree(value, built.array(f"grad_{name}"), case["grad_tolerance"])


@_of("op_names")
def test_nodes_are_named_as_recorded(case: dict[str, Any]) -> None:
    """Name, type, inputs and device of every node, in the order they were made."""
    built = build(case)
    if case.get("gradients"):
        built.gradients()
    nodes = built.graph.as_graph_def().node
    got = [[node.name, node.op, list(node.input), node.device] for node in nodes]
    assert got == case["op_names"]
