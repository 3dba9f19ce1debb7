"""The graphs that TensorFlow built, and generated ones, laid out as the page does it.

One box after the other is opened; of each picture `golden_layouts.js` checks that nothing overlaps,
data flow upwards, boxes stand in their boxes, labels lie on nothing, and that it is the same when
it is made again.
"""

from __future__ import annotations

import json
import lzma
import subprocess
import sys
from pathlib import Path

import prepare
import pytest

from neuronboard.dashboards.graphs.answers import group_answer
from neuronboard.dashboards.graphs.graph import Graph
from neuronboard.dashboards.graphs.view import Pictures

ROOT = Path(__file__).resolve().parents[2]
GOLDEN = ROOT / "tests" / "golden"
OPENED = 40  # groups, the outermost first


def _golden(name: str) -> bytes:
    if name == "tutorial":
        return (GOLDEN / "seed" / "final_v1_graph.pb").read_bytes()
    return lzma.decompress((GOLDEN / "graphs" / f"{name}.pb.xz").read_bytes())


def _generated(shape: str, nodes: int) -> bytes:
    sys.path.insert(0, str(ROOT / "tests" / "bench"))
    import graphs

    return graphs.SHAPES[shape](nodes).SerializeToString()


def _groups(data: bytes) -> list[object]:
    """The answers about the whole graph and its groups, in the order in which they can open."""
    pictures = Pictures(Graph.parse(data))
    answers, todo = [], [""]
    while todo and len(answers) < OPENED:
        path = todo.pop(0)
        answer = group_answer("run", "graph", pictures, pictures.view(path))
        answers.append(answer)
        children = answer["children"]
        todo += [c["path"] for c in children if c["kind"] != "node" and not c["tuck"]]
    return answers


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(lambda: _golden("tutorial"), id="tutorial"),
        pytest.param(lambda: _golden("lstm_unrolled"), id="lstm"),
        pytest.param(lambda: _golden("transformer"), id="transformer"),
        pytest.param(lambda: _generated("nested", 2_000), id="nested-2000"),
        pytest.param(lambda: _generated("flat", 900), id="flat-900"),
        pytest.param(lambda: _generated("nested", 30_000), id="nested-30000"),
        pytest.param(lambda: _generated("flat", 30_000), id="flat-30000"),
        pytest.param(lambda: _generated("deep", 30_000), id="deep-30000"),
    ],
)
def test_pictures_hold_their_properties(data: object, tmp_path: Path) -> None:
    """And a box that opens leaves the others in their order."""
    assert callable(data)
    answers = _groups(data())
    file = tmp_path / "groups.json"
    file.write_text(json.dumps(answers), "utf-8")
    script = ROOT / "tests" / "web" / "golden_layouts.js"
    command = [prepare.node(), str(script), str(file), str(OPENED)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["opened"] == len(answers)
    assert told["kept"] == 1
