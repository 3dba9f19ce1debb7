"""`neuronboard graph`, as it is typed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from builders import write_events
from google.protobuf import text_format
from graphs_made import SEED, graph_def

from neuronboard.cli import main
from neuronboard.pb.graph_pb2 import GraphDef


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two files and a log of two runs."""
    monkeypatch.chdir(tmp_path)
    graph = GraphDef.FromString(SEED.read_bytes())
    (tmp_path / "a.pb").write_bytes(graph.SerializeToString())
    (tmp_path / "same.pbtxt").write_text(text_format.MessageToString(graph))
    names = {node.name: node.name.replace("loss", "cost", 1) for node in graph.node}
    for node in graph.node:
        if node.name.split("/")[0] == "loss":
            node.name = names[node.name]
        node.input[:] = [names[i] if i.split("/")[0] == "loss" else i for i in node.input]
    graph.node[0].attr["value"].tensor.float_val[:] = [2.0]
    graph.node.add(name="extra", op="NoOp", input=["^output"])
    (tmp_path / "b.pb").write_bytes(graph.SerializeToString())
    write_events(tmp_path / "logs" / "one", graph_def=SEED.read_bytes())
    write_events(tmp_path / "logs" / "two", graph_def=graph.SerializeToString())
    return tmp_path


@pytest.mark.parametrize("other", ["same.pbtxt", "logs:one", "logs/one", "logs:one:graph"])
def test_the_same_graph_says_nothing_and_ends_with_0(
    folder: Path, capsys: pytest.CaptureFixture[str], other: str
) -> None:
    """Whatever form it is kept in."""
    assert main(["graph", "diff", "a.pb", other]) == 0
    assert capsys.readouterr() == ("", "")


def test_differences_are_lines_and_end_with_1(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What was added, renamed and changed, with values; or JSON."""
    assert main(["graph", "diff", "a.pb", "logs:two"]) == 1
    assert capsys.readouterr().out.splitlines() == [
        "--- a.pb",
        "+++ logs:two",
        "+ extra",
        "> loss/y → cost/y",
        "> loss/(loss) → cost/(cost)",
        "~ input: attribute value: float32 scalar: 1. → float32 scalar: 2.",
        "1 added, 0 removed, 2 renamed, 1 changed, 55 same",
    ]
    assert main(["graph", "diff", "b.pb", "a.pb", "--json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert found["removed"] == ["extra"]
    assert found["counts"]["renamed"] == 2


def test_a_scope_that_moved_is_one_line(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """However many nodes it has."""
    for name in ("old", "new"):
        rows = [(f"{name}/{i}", f"Op{i}", [f"{name}/{i - 1}"] if i else []) for i in range(9)]
        (folder / f"{name}.pb").write_bytes(graph_def(*rows).SerializeToString())
    assert main(["graph", "diff", "old.pb", "new.pb"]) == 1
    assert capsys.readouterr().out.splitlines()[2] == "> old → new, with 9 nodes"


@pytest.mark.parametrize(
    ("arguments", "part"),
    [
        (["diff", "a.pb", "nowhere"], "there is no file and no folder 'nowhere'"),
        (["diff", "a.pb", "logs"], "several runs have a graph, name one: logs:one, logs:two"),
        (["diff", "a.pb", "logs:three"], "no run 'three' has a graph; these have: one, two"),
        (["diff", "a.pb", "logs:one:keras"], "it has graph"),
        (["diff", "a.pb"], "required: B"),
        (["show", "a.pb", "nothing"], "there is no group 'nothing'"),
        (["show", "a.pb", "--depth=0"], "--depth wants a number of levels"),
        ([], "required: command"),
    ],
)
def test_trouble_is_a_sentence_and_ends_with_2(
    folder: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], part: str
) -> None:
    """So that a script can tell it from a difference."""
    assert main(["graph", *arguments]) == 2
    captured = capsys.readouterr()
    assert part in captured.err
    assert captured.out == ""


def test_a_graph_is_shown_as_an_outline(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Of a file, of a run, of a group in it."""
    assert main(["graph", "show", "a.pb", "--depth=1"]) == 0
    whole = capsys.readouterr().out
    assert whole.splitlines()[0] == "input: Const; constant of output"
    assert main(["graph", "show", "logs:one", "weight"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "initial_value: Const",
        "(weight): VariableV2",
        "Assign: Assign; from (weight) (reference, scalar), initial_value (scalar)",
        "read: Identity; from (weight) (scalar)",
    ]
