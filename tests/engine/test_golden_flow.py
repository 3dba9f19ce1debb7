"""Recorded branches, loops, arrays and recurrent networks of TensorFlow 2.21.

`golden/flow/cases.json.gz` has a case in each line: a body that is executed with placeholders of
`inputs` in scope, and makes `y` (tensors, or a list of them), and `runs` where there is more than
one run. Variables get uniform numbers that hang on their names, unless the body says `keep`.
"""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import neuronboard.compat.v1 as tf

FILE = Path(__file__).resolve().parent.parent / "golden" / "flow" / "cases.json.gz"
CASES = [json.loads(line) for line in gzip.decompress(FILE.read_bytes()).splitlines()]


class Built:
    """A case's graph, with the gradients that were asked for."""

    def __init__(self, case: dict[str, Any]) -> None:
        self.names: dict[str, Any] = {"tf": tf, "np": np}
        self.feed: dict[Any, Any] = {}
        with tf.Graph().as_default() as self.graph:
            for name, given in case["inputs"].items():
                value = np.asarray(given["value"], given["dtype"])
                self.names[name] = tf.placeholder(value.dtype, given["shape"], name=name)
                self.feed[self.names[name]] = value
            exec(case["body"], self.names)
            made = self.names["y"]
            self.outputs = list(made) if isinstance(made, (list, tuple)) else [made]
            self.slopes: list[Any] = []
            if case["gradients"]:
                floating = [y for y in self.outputs if y.dtype.is_floating]
                sources = [self.names[name] for name in case["gradients"]]
                self.slopes = tf.gradients(floating, sources)

    def runs(self) -> list[Any]:
        """The values of outputs and gradients in each run; all of them twice."""
        with self.graph.as_default(), tf.Session() as session:
            self._initialise(session)
            there = [tf.convert_to_tensor(slope) for slope in self.slopes if slope is not None]
            fetches = [*self.outputs, *there]
            feeds = [
                self.feed | {self.names[name]: value for name, value in more.items()}
                for more in self.names.get("runs", [{}])
            ]
            return [session.run(fetches, feed) for feed in feeds * 2]

    def _initialise(self, session: tf.Session) -> None:
        session.run(tf.global_variables_initializer())
        for variable in [] if self.names.get("keep") else tf.global_variables():
            source = np.random.RandomState(sum(map(ord, variable.op.name)) % 1000)
            value = source.uniform(-0.5, 0.5, variable.shape.as_list())
            variable.load(value.astype(variable.dtype.base_dtype.as_numpy_dtype), session)


def _of(kind: str) -> Any:
    chosen = [case for case in CASES if kind in case]
    return pytest.mark.parametrize("case", chosen, ids=[case["id"] for case in chosen])


@_of("values")
def test_values_and_gradients_are_the_recorded_ones(case: dict[str, Any]) -> None:
    """Step by step and as code; with the recorded static shapes."""
    built = Built(case)
    assert [slope is None for slope in built.slopes] == case["none"]
    tensors = [*built.outputs, *(slope for slope in built.slopes if slope is not None)]
    shapes = [str(None if t.shape.dims is None else t.shape.as_list()) for t in tensors]
    assert shapes == case["shapes"]
    for got, wanted in zip(built.runs(), case["values"], strict=True):
        for value, recorded in zip(got, wanted, strict=True):
            if recorded["dtype"] == "text":
                assert [text.decode() for text in value] == recorded["value"]
            else:
                expected = np.asarray(recorded["value"], recorded["dtype"])
                assert value.dtype == expected.dtype
                np.testing.assert_allclose(value, expected, rtol=1e-4, atol=1e-5)


@_of("nodes")
def test_nodes_are_the_recorded_ones(case: dict[str, Any]) -> None:
    """Name, type, inputs and device of every node, in the order they were made."""
    nodes = Built(case).graph.as_graph_def().node
    got = [[node.name, node.op, _sorted(node.input), node.device] for node in nodes]
    assert got == [
        [name, kind, _sorted(given), place] for name, kind, given, place in case["nodes"]
    ]


def _sorted(inputs: Any) -> list[str]:
    """Data inputs as they are, then what is waited for, which has no order."""
    waits = sorted(name for name in inputs if name.startswith("^"))
    return [name for name in inputs if not name.startswith("^")] + waits


@_of("error")
def test_mistakes_raise_what_tensorflow_raises(case: dict[str, Any]) -> None:
    """The class, or a child of it, while building or running."""
    kinds = {"ValueError": ValueError, "TypeError": TypeError}
    kind = kinds.get(case["error"]) or getattr(tf.errors, case["error"])
    with pytest.raises(kind):
        Built(case).runs()
