"""Graphs for tests: recorded ones, small ones by hand, random ones."""

from __future__ import annotations

import lzma
import random
from pathlib import Path

from neuronboard.dashboards.graphs.graph import Graph
from neuronboard.dashboards.graphs.view import Pictures, View
from neuronboard.pb.graph_pb2 import GraphDef, NodeDef

GOLDEN = Path(__file__).parent / "golden"
SEED = GOLDEN / "seed" / "final_0x_graph.pb"
RECORDED = ("lstm_unrolled", "transformer")
Row = tuple[str, str, list[str]]


def recorded(name: str) -> bytes:
    """A recorded GraphDef."""
    return lzma.decompress((GOLDEN / "graphs" / f"{name}.pb.xz").read_bytes())


def graph_def(*rows: Row) -> GraphDef:
    """(name, op, inputs) of each node."""
    return GraphDef(node=[NodeDef(name=name, op=op, input=listed) for name, op, listed in rows])


def pictures_of(*rows: Row) -> Pictures:
    """(name, op, inputs) of each node."""
    return Pictures(Graph.parse(graph_def(*rows).SerializeToString()))


def random_graph(seed: int) -> GraphDef:
    """Scopes in scopes, names that are scopes too, numbered blocks, control inputs, loops."""
    chance = random.Random(seed)
    scopes = ["", "a/", "a/b/", "a/b/c/", "n3/", "d/"]
    scopes += [f"layer_{i}/" for i in range(chance.randrange(1, 9))]
    names: list[str] = []
    rows: list[Row] = []
    for i in range(chance.randrange(1, 80)):
        name = f"{chance.choice(scopes)}n{i}"
        ops = ["AddV2", "Const", "VariableV2", "Assign", "Merge", "NextIteration", "SaveV2", "NoOp"]
        taken = [chance.choice(names) for _ in range(chance.randrange(4)) if names]
        marks = [chance.choice(["{}", "{}:1", "^{}"]).format(one) for one in taken]
        rows.append((name, chance.choice(ops), marks))
        names.append(name)
    graph = graph_def(*rows)
    for node in graph.node:
        if chance.random() < 0.1:
            node.input.append(chance.choice([*names, "gone"]))
    return graph


def all_views(pictures: Pictures) -> list[View]:
    """The pictures of every group and series."""
    found, ahead = [], [""]
    while ahead:
        view = pictures.view(ahead.pop())
        found.append(view)
        ahead += [box.path for box in view.boxes if box.kind != "node"]
    return found
