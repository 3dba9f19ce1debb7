"""Recorded pieces of programs of TensorFlow 2.21: what is shown, what is raised, what is built.

`golden/pieces/cases.json.gz` has a case in each line: a body that is executed in a fresh graph and
a folder of its own, with `show` (keeps values), `err` (keeps the error of a function), `run` (a
session's), `srun` (shows what a run gives) and `init` (initialises the variables) in scope.
"""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

import neuronboard.compat.v1 as tf

FILE = Path(__file__).resolve().parent.parent / "golden" / "pieces" / "cases.json.gz"
RAISED = (tf.errors.OpError, ValueError, TypeError, LookupError, RuntimeError, AttributeError)
CASES: list[dict[str, Any]] = [
    json.loads(line) for line in gzip.decompress(FILE.read_bytes()).splitlines()
]


class Piece:
    """A case, executed: `shown` and `raised` in the form of the recording, and the graph."""

    def __init__(self, body: str) -> None:
        self.shown: list[Any] = []
        self.graph = tf.Graph()
        self._session = tf.Session(graph=self.graph)
        self.raised: Exception | None = None
        scope = {"tf": tf, "np": np, "g": self.graph, "sess": lambda: self._session}
        scope |= {"show": self._show, "err": self._err, "run": self._run}
        scope |= {"srun": lambda *given: self._show(self._run(*given)), "init": self._init}
        with self.graph.as_default():
            try:
                exec("import os\n" + body, scope)
            except RAISED as error:
                self.raised = error

    def _show(self, *values: Any) -> None:
        self.shown += [plain(value) for value in values]

    def _err(self, function: Any) -> Any:
        try:
            function()
        except RAISED as error:
            self.shown.append(error)
            return error
        self.shown.append("no error")
        return None

    def _run(self, fetches: Any, feed: Any = None) -> Any:
        return self._session.run(fetches, feed)

    def _init(self) -> None:
        self._session.run(tf.global_variables_initializer())

    def nodes(self) -> list[list[Any]]:
        """Name, op, inputs (what is waited for sorted behind the others) and device of each."""
        return [
            [
                node.name,
                node.op,
                [name for name in node.input if name[0] != "^"]
                + sorted(name for name in node.input if name[0] == "^"),
                node.device,
            ]
            for node in self.graph.as_graph_def().node
        ]


def plain(value: Any) -> Any:
    """A value in the form of the recording."""
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, float):
        return {"float": value}
    if isinstance(value, bytes):
        return {"text": value.decode("latin-1")}
    if isinstance(value, (np.ndarray, np.generic)):
        array = np.asarray(value)
        if array.dtype.kind in "OUS":
            texts = [v.decode("latin-1") if isinstance(v, bytes) else v for v in array.ravel()]
            return {"texts": texts, "shape": list(array.shape)}
        numbers = array.tolist()
        if array.dtype.kind == "c":
            half = np.float64 if array.itemsize == 16 else np.float32
            numbers = array.reshape(-1).view(half).tolist()
        return {"dtype": array.dtype.name, "shape": list(array.shape), "value": numbers}
    if isinstance(value, Mapping):
        return {"dict": {str(key): plain(item) for key, item in value.items()}}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return re.sub(r"0x[0-9a-f]+", "0x", repr(value))


def alike(got: Any, wanted: Any) -> bool:
    """Whether what was shown is what is recorded: numbers nearly, errors by what they tell."""
    if isinstance(wanted, dict) and "raised" in wanted:
        return isinstance(got, Exception) and not unlike(got, wanted)
    if isinstance(got, dict) and isinstance(wanted, dict):
        if got.keys() != wanted.keys():
            return False
        if "dtype" in got:
            same = got["dtype"] == wanted["dtype"] and got["shape"] == wanted["shape"]
            return same and _near(got["value"], wanted["value"])
        if "float" in got:
            return _near(got["float"], wanted["float"])
        return all(alike(got[key], wanted[key]) for key in got)
    if isinstance(got, list) and isinstance(wanted, list):
        return len(got) == len(wanted) and all(map(alike, got, wanted))
    return type(got) is type(wanted) and bool(got == wanted)


def _near(got: Any, wanted: Any) -> bool:
    return bool(np.allclose(got, wanted, rtol=2e-5, atol=1e-6, equal_nan=True))


def unlike(error: Exception, recorded: dict[str, Any]) -> list[str]:
    """How an error differs from the recorded one: class (or a child), code, operation, words."""
    kinds = [kind.__name__ for kind in type(error).__mro__]
    found = [] if recorded["raised"] in kinds else [f"{kinds[0]}, not {recorded['raised']}"]
    if recorded["code"] is not None and getattr(error, "error_code", None) != recorded["code"]:
        found.append(f"not of code {recorded['code']}")
    op = getattr(error, "op", None)
    if recorded["op"] is not None and getattr(op, "name", None) != recorded["op"]:
        found.append(f"not of the operation {recorded['op']}")
    return found + [f"lacks {part!r}" for part in recorded["says"] if part not in str(error)]
