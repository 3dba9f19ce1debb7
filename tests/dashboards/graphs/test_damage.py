"""Damaged graphs: a sentence or a picture, never a trace."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any, TypeVar

import pytest
from graphs_made import SEED, all_views, recorded

from neuronboard.dashboards.graphs.answers import group_answer
from neuronboard.dashboards.graphs.describe import describe
from neuronboard.dashboards.graphs.diff import diff
from neuronboard.dashboards.graphs.graph import Graph
from neuronboard.dashboards.graphs.search import search
from neuronboard.dashboards.graphs.sources import opened
from neuronboard.dashboards.graphs.view import Pictures
from neuronboard.dashboards.http import encode
from neuronboard.errors import DataError
from neuronboard.formats.graph_file import graphs_in

T = TypeVar("T")
WHOLE = SEED.read_bytes()


def damaged(seed: int) -> bytes:
    """The tutorial's graph with a few bytes changed, cut out, or put in."""
    chance = random.Random(seed)
    data = bytearray(WHOLE)
    for _ in range(chance.randrange(1, 6)):
        at = chance.randrange(len(data))
        if chance.random() < 0.6:
            data[at] = chance.randrange(256)
        elif chance.random() < 0.5:
            del data[at : at + chance.randrange(20)]
        else:
            data[at:at] = chance.randbytes(chance.randrange(20))
    return bytes(data)


def taken_apart(data: bytes) -> Pictures:
    """The pictures of a GraphDef."""
    return Pictures(Graph.parse(data))


def tried(ask: Callable[..., T], *given: Any) -> tuple[str, T | None]:
    """Why something was refused, or the answer."""
    try:
        return "", ask(*given)
    except DataError as error:
        return str(error), None


@pytest.mark.parametrize("first", range(0, 400, 100))
def test_damaged_graphs_are_shown_or_refused(first: int) -> None:
    """Four hundred: every picture and node, a search by everything, a diff with the whole."""
    whole = Pictures(Graph.parse(WHOLE))
    shown = 0
    for seed in range(first, first + 100):
        refused, pictures = tried(taken_apart, damaged(seed))
        assert (pictures is None) == ("it is no GraphDef" in refused)
        if pictures is None:
            continue
        shown += 1
        for view in all_views(pictures):
            assert encode(group_answer("r", "graph", pictures, view))
            for box in view.boxes:
                refused, about = tried(describe, pictures, box.path)
                assert encode(about) if about else "cannot be read" in refused
        search(pictures, "attr:a=1 shape:2 op:a device:b c")
        assert diff(whole, pictures).same <= 58
    assert shown > 5


@pytest.mark.parametrize("seed", range(60))
def test_damaged_files_are_opened_or_refused_with_their_name(seed: int) -> None:
    """Cut anywhere, or noise."""
    chance = random.Random(seed)
    data = recorded("lstm_unrolled")[: chance.randrange(150_000)] if seed % 2 else b""
    data = data or chance.randbytes(chance.randrange(2_000))
    refused, found = tried(graphs_in, data, "some.pb")
    assert len(opened(found[-1]).graph.table) > 0 if found else "some.pb" in refused
