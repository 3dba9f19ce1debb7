"""Pieces of graph that courses for TensorFlow 1.x use, against what TensorFlow gave for them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import neuronboard.compat.v1 as tf

RECORDED = json.loads((Path(__file__).parents[1] / "golden/courses/values.json").read_text())


def _leaves(value: Any) -> list[Any]:
    return (
        [leaf for part in value for leaf in _leaves(part)] if isinstance(value, list) else [value]
    )


def _arrays(value: Any) -> list[Any]:
    if isinstance(value, (list, tuple)):
        return [leaf for part in value for leaf in _arrays(part)]
    return [np.array(value, object) if isinstance(value, bytes) else np.asarray(value)]


@pytest.mark.parametrize("case", RECORDED, ids=[case["code"] for case in RECORDED])
def test_the_value_is_tensorflows(case: dict[str, Any]) -> None:
    """Dtype, shape and elements of everything that is fetched."""
    with tf.Graph().as_default(), tf.Session() as session:
        x = tf.constant(np.arange(18, dtype=np.float32).reshape(1, 3, 3, 2) / 9 + 0.25)
        found = _arrays(session.run(eval(case["code"], {"tf": tf, "np": np, "_x": x})))
    for got, wanted in zip(found, _leaves(case["value"]), strict=True):
        assert list(got.shape) == wanted["shape"]
        if wanted["dtype"] == "string":
            assert [text.decode() for text in got.reshape(-1)] == wanted["value"]
        else:
            assert got.dtype.name == wanted["dtype"]
            np.testing.assert_allclose(got.reshape(-1), wanted["value"], rtol=2e-5, atol=1e-5)
