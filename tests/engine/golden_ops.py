"""The recorded op cases: what TensorFlow 2.21 gave for a piece of graph, and how to build it here.

`cases.json.gz` has a case in each line, `arrays.npz.xz` their arrays under "<case>|<name>". A case
has a `body` that is executed with `tf`, `np` and its placeholders in scope; `outputs` are names of
the body. `in_*` is fed, `out_*` expected, `ct_*` given as `grad_ys`, `grad_*` the gradient.
"""

from __future__ import annotations

import gzip
import io
import json
import lzma
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

import neuronboard.compat.v1 as tf

FOLDER = Path(__file__).resolve().parent.parent / "golden" / "ops"


@cache
def arrays() -> dict[str, Any]:
    """Every recorded array."""
    with np.load(io.BytesIO(lzma.decompress((FOLDER / "arrays.npz.xz").read_bytes()))) as stored:
        return dict(stored)


def cases(*categories: str) -> list[dict[str, Any]]:
    """The cases of some categories, or all of them."""
    every = json.loads(gzip.decompress((FOLDER / "cases.json.gz").read_bytes()))
    return [case for case in every if not categories or case["category"] in categories]


@dataclass
class Built:
    """A case's graph, as executing its body left it."""

    case: dict[str, Any]
    names: dict[str, Any]
    graph: tf.Graph
    feed: dict[Any, Any] = field(default_factory=dict)

    def array(self, name: str) -> Any:
        """A recorded array of this case."""
        return arrays()[f"{self.case['id']}|{name}"]

    def floating(self) -> list[str]:
        """The outputs that gradients are taken of."""
        return [
            name
            for name, output in self.case["outputs"].items()
            if output["dtype"].startswith("float")
        ]

    def gradients(self) -> dict[str, Any]:
        """The gradient of each input that has one recorded, as graph; None where there is none."""
        wanted = self.case["gradients"]
        if not wanted:
            return {}
        with self.graph.as_default():
            starts = [
                tf.constant(self.array(f"ct_{name}"), name=f"cotangent_{name}")
                for name in self.floating()
            ]
            sources = [self.names[name] for name in wanted]
            ys = [self.names[name] for name in self.floating()]
            found = tf.gradients(ys, sources, grad_ys=starts)
        return dict(zip(wanted, found, strict=True))


def build(case: dict[str, Any]) -> Built:
    """Makes the placeholders in a fresh graph and executes the body there."""
    names: dict[str, Any] = {"tf": tf, "np": np}
    built = Built(case, names, tf.Graph())
    with built.graph.as_default():
        for name, like in case["inputs"].items():
            shape = like["shape"] if case["static_shapes"] else None
            names[name] = tf.placeholder(like["dtype"], shape, name=name)
            built.feed[names[name]] = built.array(f"in_{name}")
        exec(case["body"], names)
    return built
