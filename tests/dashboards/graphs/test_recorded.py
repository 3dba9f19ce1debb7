"""Colours by what was logged of a node, and by the size of what it gives."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from builders import loaded_store, write_events
from graphs_made import SEED, graph_def

from neuronboard.dashboards.graphs.graph import Graph
from neuronboard.dashboards.graphs.recorded import last_values
from neuronboard.dashboards.graphs.values import values
from neuronboard.dashboards.graphs.view import Pictures
from neuronboard.pb.graph_pb2 import GraphDef
from neuronboard.store import Run


def logged(folder: Path, points: list[tuple[int, dict[str, float]]]) -> Run:
    """A run of these scalars."""
    write_events(folder / "r", points)
    return loaded_store(folder).catalog.run("r")


def pictures(graph: GraphDef) -> Pictures:
    """A graph taken apart."""
    return Pictures(Graph.parse(graph.SerializeToString()))


def test_a_summary_and_what_it_takes_have_the_last_value_of_its_tag(tmp_path: Path) -> None:
    """The tutorial's: five tags; a group has the value where it is the only one in it."""
    graph = Pictures(Graph.parse(SEED.read_bytes()))
    tags = {"input": 1.0, "weight": 0.8, "output": 0.8, "correct_value": 0.0, "loss": 0.64}
    run = logged(tmp_path, [(0, dict.fromkeys(tags, 9.0)), (1, tags)])
    found = values(graph, "value", "", run)
    assert {key: found["values"][key] for key in ("output", "sub", "loss")} == {
        "output": pytest.approx(0.8),
        "sub": None,
        "loss": pytest.approx(0.64),
    }
    assert found["values"]["ScalarSummary_[0..4]"] is None  # five values
    assert (found["low"], found["high"]) == (0.0, 1.0)
    assert values(graph, "value", "weight", run)["values"]["weight/read"] is not None


def test_without_a_run_or_with_values_that_are_not_finite_nothing_is_coloured(
    tmp_path: Path,
) -> None:
    """And a summary without a tag, or of a damaged one, is left out."""
    graph = Pictures(Graph.parse(SEED.read_bytes()))
    assert np.isnan(last_values(graph.graph, None)).all()
    nothing = values(graph, "value", "", logged(tmp_path, [(0, {"loss": math.nan})]))
    assert (nothing["legend"], nothing["high"]) == (None, None)
    odd = pictures(graph_def(("s", "ScalarSummary", ["t"]), ("t", "Const", [])))
    assert values(odd, "value", "", logged(tmp_path / "b", [(0, {"t": 1.0})]))["high"] is None


def test_the_size_of_the_largest_output() -> None:
    """Bytes; a group has the largest in it; what is not known is none."""
    graph = graph_def(("a/x", "Placeholder", []), ("a/y", "Placeholder", []), ("z", "Odd", []))
    for node, dims in zip(graph.node, ((2, 3), (5,), None), strict=True):
        if dims is not None:
            node.attr["dtype"].type = 1
            for size in dims:
                node.attr["shape"].shape.dim.add(size=size)
    found = values(pictures(graph), "size", "")
    assert found["values"] == {"a": 24.0, "z": None}
    assert (found["unit"], found["low"], found["high"]) == ("bytes", 0.0, 24.0)
