"""Corners of operations beside TensorFlow 2.21: values, gradients, static shapes, nodes, errors.

`tests/golden/beside/cases.json.gz` has a case in each line: a `body` that is executed with `tf`,
`np` and placeholders named as the `inputs` in scope, of the shapes of the inputs or of `shapes`. An
output is named "<name of the body><place in a list>"; `slopes` are given as `grad_ys`.
"""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import neuronboard.compat.v1 as tf

FILE = Path(__file__).resolve().parent.parent / "golden" / "beside" / "cases.json.gz"
CASES = [json.loads(line) for line in gzip.decompress(FILE.read_bytes()).splitlines()]
TOLERANCE = {"float16": 2e-3, "float32": 1e-5, "complex64": 1e-5, "float64": 1e-9}


def _array(stored: dict[str, Any]) -> Any:
    """A stored array: a dtype, a shape, and the elements row by row."""
    kind, data = stored["dtype"], stored["data"]
    if kind == "string":
        flat = np.empty(len(data), object)
        flat[:] = [text.encode("latin1") for text in data]
        return flat.reshape(stored["shape"])
    if kind.startswith("complex"):
        data = [complex(*pair) for pair in data]
    elif kind.startswith("float"):
        data = [float(number) for number in data]
    return np.array(data).astype(kind).reshape(stored["shape"])


def _parts(value: Any) -> list[Any]:
    """What a name of the body holds: the tensors of nested lists, rows as a tensor."""
    if isinstance(value, (list, tuple)):
        return [part for item in value for part in _parts(item)]
    return [tf.convert_to_tensor(value) if isinstance(value, tf.IndexedSlices) else value]


class _Built:
    """The graph of a case, its outputs, and what is fed."""

    def __init__(self, case: dict[str, Any]) -> None:
        self.case, self.graph, self.feed = case, tf.Graph(), {}
        names: dict[str, Any] = {"tf": tf, "np": np}
        with self.graph.as_default():
            for name, stored in case["inputs"].items():
                value = _array(stored)
                shape = case.get("shapes", {}).get(name, value.shape)
                names[name] = tf.placeholder(value.dtype, shape, name=name)
                self.feed[names[name]] = value
            self.sources = {name: names[name] for name in case["inputs"]}
            exec(case["body"], names)
        self.outputs = {
            f"{name}{place}": part
            for name, value in names.items()
            if name not in self.sources
            for place, part in enumerate(_parts(value))
            if isinstance(part, tf.Tensor)
        }

    def gradients(self) -> dict[str, Any]:
        """The gradient of each input that has one stored, as graph."""
        wanted = self.case["gradients"]
        with self.graph.as_default():
            slopes = {
                name: tf.constant(_array(stored), name="cot")
                for name, stored in self.case["slopes"].items()
            }
            ys = [self.outputs[name] for name in slopes]
            sources = [self.sources[name] for name in wanted]
            found = tf.gradients(ys, sources, grad_ys=list(slopes.values()))
        return dict(zip(wanted, found, strict=True))


def _agree(got: Any, wanted: dict[str, Any]) -> None:
    expected = _array(wanted)
    assert np.asarray(got).dtype == expected.dtype
    assert np.shape(got) == expected.shape
    near = TOLERANCE.get(wanted["dtype"], 1e-9)
    if expected.dtype.kind in "fc":
        np.testing.assert_allclose(got, expected, rtol=near, atol=near / 5)
    else:
        np.testing.assert_array_equal(got, expected)


def _of(kind: str) -> Any:
    chosen = [case for case in CASES if kind in case]
    return pytest.mark.parametrize("case", chosen, ids=[case["body"] for case in chosen])


@_of("outputs")
def test_values_and_gradients_are_tensorflows(case: dict[str, Any]) -> None:
    """Outputs with their static shapes, and the gradient of each input."""
    built = _Built(case)
    session = tf.Session(graph=built.graph)
    for name, wanted in case["outputs"].items():
        static = built.outputs[name].shape.dims
        assert (None if static is None else list(static)) == wanted["static"]
        _agree(session.run(built.outputs[name], built.feed), wanted)
    if "gradients" in case:
        for name, slope in built.gradients().items():
            wanted = case["gradients"][name]
            assert (slope is None) == (wanted is None)
            if wanted is not None:
                _agree(session.run(tf.convert_to_tensor(slope), built.feed), wanted)


@_of("nodes")
def test_nodes_are_tensorflows(case: dict[str, Any]) -> None:
    """Name, type and inputs of every node; what a node waits for in alphabetical order."""
    built = _Built(case)
    if "gradients" in case:
        built.gradients()
    got = [
        [
            node.name,
            node.op,
            [name for name in node.input if name[0] != "^"]
            + sorted(name for name in node.input if name[0] == "^"),
        ]
        for node in built.graph.as_graph_def().node
    ]
    assert got[: len(case["nodes"])] == case["nodes"]


@_of("error")
def test_mistakes_are_tensorflows(case: dict[str, Any]) -> None:
    """The class that TensorFlow raises, while building or when it is run, and what it says."""
    recorded = case["error"]
    plain = {"ValueError": ValueError, "TypeError": TypeError, "LookupError": LookupError}
    kind = plain.get(recorded["class"]) or getattr(tf.errors, recorded["class"])
    if recorded["where"] == "build":
        with pytest.raises(kind) as caught:
            _Built(case)
    else:
        built = _Built(case)
        with pytest.raises(kind) as caught:
            tf.Session(graph=built.graph).run(list(built.outputs.values()), built.feed)
    assert [part for part in recorded["says"] if part not in str(caught.value)] == []
