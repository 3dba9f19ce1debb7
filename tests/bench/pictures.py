"""The server's part of a graph's first picture, and of opening a box, beside TensorBoard's.

TensorBoard's page asks for the whole graph as text and parses it in the browser; ours asks for one
level. Each run has a graph of its own, and each is asked for once, so nothing is known of it.
"""

from __future__ import annotations

import gzip
import json
import statistics
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from pathlib import Path

import graphs
import peers

from neuronboard.formats.event_file import first_event
from neuronboard.formats.tfrecord import encode_record
from neuronboard.kinds import graph as graph_kind

SIZES = (("nested", 30_000), ("flat", 30_000), ("deep", 30_000))
LARGE = (("nested", 300_000), ("flat", 300_000), ("deep", 300_000))
RUNS = 5
GOAL = 0.3  # seconds until the first group is answered, at 30,000 nodes
OURS = "/api/graphs/group?run={run}"
THEIRS = "/data/plugin/graphs/graph?run={run}&limit_attr_size=1024&large_attrs_key=_too_large_attrs"


def table(folder: Path) -> None:
    """First answer, next answer, bytes; then time and memory of 300,000 nodes."""
    print("\n## The server's part of a graph's first picture (cold, medians of 5)\n")
    print(
        "| graph | nodes | first level ms | goal | an inner level ms | KB | TensorBoard ms | KB |"
    )
    print("|---|---|---|---|---|---|---|---|")
    for shape, nodes in SIZES:
        logdir, count = _made(folder, shape, nodes)
        ours, inner, size = _ours(logdir)
        theirs, their_size = _theirs(logdir)
        met = "✓" if ours <= GOAL else "✗"
        print(
            f"| {shape} | {count:,} | {ours * 1e3:.0f} | {GOAL * 1e3:.0f} {met} "
            f"| {inner * 1e3:.0f} | {size / 1e3:.1f} | {theirs * 1e3:.0f} "
            f"| {their_size / 1e3:.0f} |",
            flush=True,
        )
    print("\n## 300,000 nodes: bytes to the first level in a fresh process\n")
    print("| graph | nodes | seconds | MB of the file | MB of memory |")
    print("|---|---|---|---|---|")
    for shape, nodes in LARGE:
        path = folder / f"graph_{shape}_{nodes}.pb"
        if not path.exists():
            path.write_bytes(graphs.SHAPES[shape](nodes).SerializeToString())
        command = [sys.executable, str(Path(__file__)), str(path)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        found = json.loads(done.stdout)
        print(
            f"| {shape} | {found['nodes']:,} | {found['seconds']:.2f} | {found['bytes'] / 1e6:.0f} "
            f"| {found['memory'] / 1e6:.0f} |",
            flush=True,
        )


def _made(folder: Path, shape: str, nodes: int) -> tuple[Path, int]:
    """A log directory of runs whose graphs differ in one node, and how many nodes they have."""
    logdir = folder / f"graph_{shape}_{nodes}"
    graph = graphs.SHAPES[shape](nodes)
    for run in range(RUNS):
        path = logdir / f"run_{run}" / "events.out.tfevents.1700000000.bench"
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            graph.node.add(name=f"only_here_{run}", op="NoOp")
            events = [first_event(1.0), graph_kind.encode(graph.SerializeToString(), 1.0)]
            del graph.node[-1]
            path.write_bytes(b"".join(encode_record(e.SerializeToString()) for e in events))
    return logdir, len(graph.node) + 1


def _ours(logdir: Path) -> tuple[float, float, int]:
    """Seconds to the first level and to a level inside, bytes of the first."""
    with peers.serving("neuronboard", logdir, "/api/graphs/runs", RUNS) as port:
        first, inner, sizes = [], [], []
        for run in range(RUNS):
            seconds, size, body = _get(port, OURS.format(run=f"run_{run}"))
            first.append(seconds)
            sizes.append(size)
            children = json.loads(body)["children"]
            group = max(children, key=lambda c: c["nodes"] if c["kind"] != "node" else 0)
            path = urllib.parse.quote(group["path"])
            inner.append(_get(port, OURS.format(run=f"run_{run}") + f"&path={path}")[0])
    return statistics.median(first), statistics.median(inner), max(sizes)


def _theirs(logdir: Path) -> tuple[float, int]:
    with peers.serving("tensorboard", logdir, "/data/plugin/graphs/info", RUNS) as port:
        asked = [_get(port, THEIRS.format(run=f"run_{run}")) for run in range(RUNS)]
    return statistics.median(seconds for seconds, _, _ in asked), asked[0][1]


def _get(port: int, path: str) -> tuple[float, int, bytes]:
    """Seconds, bytes on the line, and the body of an answer."""
    url = f"http://localhost:{port}{path}"
    began = time.perf_counter()
    request = urllib.request.Request(url, headers={"Accept-Encoding": "gzip"})
    with urllib.request.urlopen(request, timeout=300) as answer:
        data = answer.read()
        is_packed = answer.headers.get("Content-Encoding") == "gzip"
    seconds = time.perf_counter() - began
    return seconds, len(data), gzip.decompress(data) if is_packed else data


def main() -> None:
    """One graph in this process: what the first level takes."""
    from neuronboard.dashboards.graphs.graph import Graph
    from neuronboard.dashboards.graphs.view import Pictures

    data = Path(sys.argv[1]).read_bytes()
    before = _peak()
    began = time.perf_counter()
    pictures = Pictures(Graph.parse(data))
    pictures.view("")
    seconds = time.perf_counter() - began
    nodes, memory = len(pictures.graph.table), _peak() - before
    print(json.dumps({"nodes": nodes, "bytes": len(data), "seconds": seconds, "memory": memory}))


def _peak() -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM"))


if __name__ == "__main__":
    main()
