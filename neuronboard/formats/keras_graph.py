"""A Keras model's configuration (JSON) as a GraphDef: nodes are layers, scopes models.

Both forms are read: that of Keras 2, whose inbound nodes are lists, and that of Keras 3, where a
tensor says its history. A layer that is called several times takes all that it is called with.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from neuronboard.errors import DataError
from neuronboard.pb.graph_pb2 import GraphDef

MODELS = ("Functional", "Model", "Sequential")
DEEPEST = 50  # models in models


def graph_of_model(text: bytes) -> bytes:
    """A serialised GraphDef; `DataError` for what is no configuration of a model."""
    try:
        model = json.loads(text)
        graph = GraphDef()
        _Reader(graph).model(model["config"], model["class_name"], "", [], 0)
    except (ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
        raise DataError(
            f"it is no configuration of a Keras model, as model.to_json() writes it: {error!r}"
        ) from error
    return graph.SerializeToString()


class _Reader:
    """Adds a model's layers to a graph."""

    def __init__(self, graph: GraphDef) -> None:
        self._graph = graph

    def model(self, config: Any, kind: str, scope: str, given: list[str], depth: int) -> list[str]:
        """Adds a model; answers the nodes that are its outputs. given: what it is called with."""
        if depth > DEEPEST:
            raise ValueError(f"models in models more than {DEEPEST} deep")
        config = config if isinstance(config, dict) else {"layers": config}
        name = config.get("name")
        scope = f"{scope}{name or 'model'}/"
        if kind == "Sequential":
            return self._sequence(config["layers"], scope, given, depth)
        outputs: dict[str, list[str]] = {}
        entries = [entry[0] for entry in _entries(config.get("input_layers", []))]
        for layer in config["layers"]:
            own = layer.get("name") or layer["config"]["name"]
            taken = [node for source in _sources(layer) for node in outputs.get(source, [])]
            if own in entries and given:
                at = entries.index(own)
                taken = [*taken, *given[at : at + 1]]
            outputs[own] = self._layer(layer, own, scope, taken, depth)
        ends = [entry[0] for entry in _entries(config.get("output_layers", []))]
        return [node for end in ends for node in outputs.get(end, [])]

    def _sequence(self, layers: Any, scope: str, given: list[str], depth: int) -> list[str]:
        here = given
        for layer in layers:
            own = layer.get("name") or layer["config"]["name"]
            here = self._layer(layer, own, scope, here, depth)
        return here

    def _layer(self, layer: Any, name: str, scope: str, taken: list[str], depth: int) -> list[str]:
        kind = layer["class_name"]
        if kind in MODELS:
            return self.model(layer["config"] | {"name": name}, kind, scope, taken, depth + 1)
        node = self._graph.node.add(name=f"{scope}{name}", op=kind, input=taken)
        for key, value in layer["config"].items():
            if isinstance(value, (str, int, float, bool)) and key != "name":
                node.attr[key].s = str(value).encode()
        return [node.name]


def _entries(listed: Any) -> list[Any]:
    """[["a", 0, 0], ...], or Keras 3's ["a", 0, 0] for a single one."""
    return [listed] if listed and isinstance(listed[0], str) else listed


def _sources(layer: Any) -> Iterator[str]:
    """The names of the layers that a layer takes from, each once."""
    found = dict.fromkeys(_histories(layer.get("inbound_nodes", [])))
    yield from found


def _histories(value: Any) -> Iterator[str]:
    """The layers named anywhere in inbound nodes of both forms."""
    if isinstance(value, dict):
        history = value.get("keras_history")
        if history:
            yield history[0]
        for inner in value.values():
            yield from _histories(inner)
    elif isinstance(value, list):
        is_one = len(value) >= 3 and isinstance(value[0], str) and isinstance(value[1], int)
        if is_one:
            yield value[0]
        else:
            for inner in value:
                yield from _histories(inner)
