"""Keras models as graphs: both forms of configuration, models in models, what is none."""

from __future__ import annotations

import json
from typing import Any

import pytest

from neuronboard.errors import DataError
from neuronboard.formats.keras_graph import graph_of_model
from neuronboard.pb.graph_pb2 import GraphDef


def nodes(model: dict[str, Any]) -> dict[str, tuple[str, list[str]]]:
    """Name -> op and inputs, of the nodes of a model."""
    graph = GraphDef.FromString(graph_of_model(json.dumps(model).encode()))
    return {node.name: (node.op, list(node.input)) for node in graph.node}


def layer(kind: str, name: str, *sources: str, new: bool = False) -> dict[str, Any]:
    """A layer of a functional model in the form of Keras 2, or that of Keras 3."""
    inbound: list[Any] = []
    if sources and not new:
        inbound = [[[source, 0, 0, {}] for source in sources]]
    elif sources:
        tensors = [
            {"class_name": "__keras_tensor__", "config": {"keras_history": [source, 0, 0]}}
            for source in sources
        ]
        inbound = [{"args": [tensors], "kwargs": {}}]
    config = {"name": name, "units": 3}
    return {"class_name": kind, "name": name, "config": config, "inbound_nodes": inbound}


@pytest.mark.parametrize("new", [False, True])
def test_a_functional_model(new: bool) -> None:
    """Two branches that meet."""
    layers = [
        layer("InputLayer", "x"),
        layer("Dense", "a", "x", new=new),
        layer("Dense", "b", "x", new=new),
        layer("Add", "sum", "a", "b", new=new),
    ]
    ends = {"input_layers": [["x", 0, 0]], "output_layers": [["sum", 0, 0]]}
    config = {"name": "net", "layers": layers, **ends}
    assert nodes({"class_name": "Functional", "config": config}) == {
        "net/x": ("InputLayer", []),
        "net/a": ("Dense", ["net/x"]),
        "net/b": ("Dense", ["net/x"]),
        "net/sum": ("Add", ["net/a", "net/b"]),
    }


def test_a_model_in_a_model_is_joined_at_its_ends() -> None:
    """What calls it reaches its input layer; its output layer goes on."""
    inner = {
        "class_name": "Functional",
        "name": "inner",
        "config": {
            "name": "inner",
            "layers": [layer("InputLayer", "i"), layer("Dense", "d", "i")],
            "input_layers": [["i", 0, 0]],
            "output_layers": [["d", 0, 0]],
        },
        "inbound_nodes": [[["x", 0, 0, {}]]],
    }
    config = {
        "name": "outer",
        "layers": [layer("InputLayer", "x"), inner, layer("Dense", "y", "inner")],
        "input_layers": ["x", 0, 0],
        "output_layers": ["y", 0, 0],
    }
    assert nodes({"class_name": "Functional", "config": config}) == {
        "outer/x": ("InputLayer", []),
        "outer/inner/i": ("InputLayer", ["outer/x"]),
        "outer/inner/d": ("Dense", ["outer/inner/i"]),
        "outer/y": ("Dense", ["outer/inner/d"]),
    }


@pytest.mark.parametrize("text", [b"{", b"[]", b"{}", b'{"class_name": "Model", "config": 3}'])
def test_what_is_no_model_is_said(text: bytes) -> None:
    """With what was expected."""
    with pytest.raises(DataError, match=r"model\.to_json\(\)"):
        graph_of_model(text)
