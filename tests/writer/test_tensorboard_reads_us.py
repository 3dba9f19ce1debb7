"""TensorBoard 2.21, in a process of its own, reads what we write; and imports beside us."""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from builders import loaded_store, run_neuron

from neuronboard import SummaryWriter
from neuronboard.pb.graph_pb2 import GraphDef

READ = """
import json, sys
from tensorboard.backend.event_processing import event_accumulator
loaded = event_accumulator.EventAccumulator(sys.argv[1], size_guidance={"scalars": 0})
loaded.Reload()
series = {t: [(e.step, e.value) for e in loaded.Scalars(t)] for t in loaded.Tags()["scalars"]}
nodes = [(n.name, n.op, list(n.input)) for n in loaded.Graph().node]
print(json.dumps([series, nodes]))
"""


def test_tensorboard_shows_the_same_curves_and_graph(tmp_path: Path) -> None:
    """Five tags, 100 steps each, bit for bit, and the 57 nodes."""
    neuron = run_neuron(tmp_path)
    command = [sys.executable, "-c", READ, str(neuron.logdir)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    series, nodes = json.loads(done.stdout)
    store = loaded_store(neuron.logdir)
    ours = store.catalog.runs[0].series
    assert len(series) == 5
    for tag, points in series.items():
        np.testing.assert_array_equal(ours["scalar", tag].steps, [step for step, _ in points])
        np.testing.assert_array_equal(ours["scalar", tag].values, [value for _, value in points])
    graph = GraphDef.FromString(store.read(ours["graph", "graph"].locators[0]))
    assert nodes == [[node.name, node.op, list(node.input)] for node in graph.node]


@contextmanager
def _tensorboard(logdir: Path, fast: bool) -> Iterator[str]:
    """The URL of a TensorBoard with its Rust loader, or its Python one."""
    command = [
        *(str(Path(sys.executable).parent / "tensorboard"), "--port=0", f"--logdir={logdir}"),
        *(f"--load_fast={str(fast).lower()}", "--samples_per_plugin=scalars=100000"),
    ]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as server:
        try:
            assert server.stderr is not None
            line = next(line for line in server.stderr if " at http://" in line)
            yield line.split(" at ")[1].split(" ")[0].rstrip("/")
        finally:
            server.terminate()


def _tags(url: str, least: int) -> dict[str, list[str]]:
    """Run -> its tags of scalars, once there are so many; it loads behind our back."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        with urllib.request.urlopen(f"{url}/data/plugin/scalars/tags", timeout=30) as answer:
            found = {run: sorted(tags) for run, tags in json.load(answer).items()}
        if sum(map(len, found.values())) >= least:
            return found
    raise TimeoutError(f"TensorBoard shows {found}")


def _points(url: str, run: str, tag: str) -> list[list[float]]:
    query = urllib.parse.urlencode({"run": run, "tag": tag})
    with urllib.request.urlopen(f"{url}/data/plugin/scalars/scalars?{query}", timeout=30) as answer:
        return json.load(answer)


@pytest.mark.parametrize("fast", [True, False], ids=["rust", "python"])
def test_both_loaders_show_what_the_scalar_methods_write(fast: bool, tmp_path: Path) -> None:
    """Every value in float32; those in double precision only the Python loader, every digit."""
    with SummaryWriter(tmp_path / "a") as writer:
        for step in range(200):
            writer.add_scalar("one", step / 7, step, 1e9 + step)
            writer.log({"many/x": np.float32(step / 3), "many/정확도": -step}, step)
            writer.add_scalars("parts", {"x": step}, step)
            writer.add_scalar("new", step / 9, step, new_style=True)
    with SummaryWriter(tmp_path / "wide", precision="float64") as writer:
        writer.log({"x": 0.1}, 1)
    expected = {"a": ["many/x", "many/정확도", "new", "one"], "a/parts_x": ["parts"]}
    if not fast:
        expected["wide"] = ["x"]
    with _tensorboard(tmp_path, fast) as url:
        found = _tags(url, sum(map(len, expected.values())))
        assert {run: tags for run, tags in found.items() if tags} == expected
        one = [[1e9 + n, n, float(np.float32(n / 7))] for n in range(200)]
        assert _points(url, "a", "one") == one
        assert [y for *_, y in _points(url, "a", "many/정확도")] == [-n for n in range(200)]
        assert [y for *_, y in _points(url, "a", "new")] == [
            float(np.float32(n / 9)) for n in range(200)
        ]
        if not fast:
            assert _points(url, "wide", "x")[0][2] == 0.1


TENSORBOARDX = """
import sys
from tensorboardX import SummaryWriter
with SummaryWriter(sys.argv[1]) as writer:
    for step in range(50):
        writer.add_scalar("train/loss", 1 / (step + 1), step)
"""


def test_we_read_what_tensorboardx_writes(tmp_path: Path) -> None:
    """50 points, in float32."""
    subprocess.run([sys.executable, "-c", TENSORBOARDX, str(tmp_path)], check=True)
    series = loaded_store(tmp_path).catalog.runs[0].series["scalar", "train/loss"]
    np.testing.assert_array_equal(series.values, (1 / np.arange(1, 51)).astype(np.float32))


LIBRARIES = ("neuronboard", "tensorboard.compat.proto.event_pb2", "tensorboardX")


@pytest.mark.parametrize("order", list(itertools.permutations(LIBRARIES)), ids=" ".join)
def test_any_order_of_import_works(order: tuple[str, ...], tmp_path: Path) -> None:
    """No clash of messages, whoever comes first."""
    code = "\n".join(f"import {name}" for name in order)
    use = "\nimport neuronboard; neuronboard.Summary(); tensorboard.compat.proto.event_pb2.Event()"
    subprocess.run([sys.executable, "-c", code + use], check=True, cwd=tmp_path)
