"""`make bench`: what loading, asking, writing and following cost, beside TensorBoard.

Both sides alternate in one run, so that what else the machine does meets both. Logs are made once
and kept; medians and ratios are told. `python tests/bench/run.py [scan] [start] [query] [multirun]
[growth] [irregular] [pure] [write] [follow] [graph-page] [page] [graph] [engine]` runs parts.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import os
import platform
import statistics
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import following
import graph_visits
import logs
import numpy as np
import pages
import peers
import pictures
import programs
import query
import writing

FOLDER = Path(__file__).resolve().parents[2] / "build" / "bench-logs"
SCAN_GOALS = {"S": 1.0, "M": 10.0, "W": 5.0, "L": 15.0, "X": 30.0}
START_GOALS = {"S": 1.5, "M": 4.0, "W": 4.0, "L": 10.0, "X": 10.0}
REPEATS = {"S": 7, "M": 5, "W": 5, "L": 3, "X": 3}
GROWTH = (1, 5, 10, 25, 50)  # million points
MULTIRUN_GOALS = (None, None, 50.0)  # TensorBoard, its route answered by us, our own route
ROUNDS, ASKING = 3, 3.0  # seconds
PURE_GOAL = 300_000  # points a second without the extension


def scan(folder: Path) -> None:
    """Load of everything to columns, checksums verified; rustboard does not verify."""
    print("\n## Scan to columns, every point kept\n")
    print("| log | points | NeuronBoard | M points/s | rustboard | ratio | goal | bytes a point |")
    print("|---|---|---|---|---|---|---|---|")
    for name, goal in _chosen(SCAN_GOALS):
        logdir, points = logs.make(name, folder), logs.points_of(name)
        pairs = [
            (peers.neuronboard_load(logdir, points), peers.rustboard_load(logdir, points))
            for _ in range(REPEATS[name])
        ]
        ours = statistics.median(a.seconds for a, _ in pairs)
        theirs = statistics.median(b.seconds for _, b in pairs)
        ratio = statistics.median(b.seconds / a.seconds for a, b in pairs)
        beyond = (statistics.median(a.rss for a, _ in pairs) - 50e6) / points
        print(
            f"| {name} | {points:,} | {ours:.3f} s | {points / ours / 1e6:.1f} | {theirs:.3f} s "
            f"| {ratio:.1f} | {goal:g} {_met(ratio >= goal)} "
            f"| {beyond:.1f} beyond 50 MB {_met(beyond <= 24)} |",
            flush=True,
        )


def start(folder: Path) -> None:
    """From the command to the last point over HTTP."""
    print("\n## Command start to the last point answered over HTTP (20 runs of the last tag)\n")
    print("| log | NeuronBoard | TensorBoard | ratio | goal |")
    print("|---|---|---|---|---|")
    for name, goal in _chosen(START_GOALS):
        logdir = logs.make(name, folder)
        n_runs, n_tags, n_steps = logs.SHAPES[name]
        runs = [f"run_{run:04d}" for run in range(n_runs)][-peers.ASKED :]
        chart = peers.Chart(logdir, logs.tag_name(n_tags - 1), runs, n_steps * len(runs))
        pairs = [
            (peers.neuronboard_start(chart), peers.tensorboard_start(chart))
            for _ in range(REPEATS[name])
        ]
        ours, theirs = (statistics.median(side) for side in zip(*pairs, strict=True))
        ratio = statistics.median(b / a for a, b in pairs)
        print(
            f"| {name} | {ours:.2f} s | {theirs:.2f} s | {ratio:.1f} "
            f"| {goal:g} {_met(ratio >= goal)} |",
            flush=True,
        )


def multirun(folder: Path) -> None:
    """Answers a second for the chart of 20 runs x 1,000 points, asked one and eight at a time."""
    print("\n## One chart, 20 runs x 1,000 points, asked over and over\n")
    print("| asked | at a time | KB | answers/s | p50 ms | p95 ms | p99 ms | p50 ratio | goal |")
    print("|---|---|---|---|---|---|---|---|---|")
    runs = [f"run_{run:04d}" for run in range(peers.ASKED)]
    chart = peers.Chart(logs.make("M", folder), logs.tag_name(0), runs, 1_000 * peers.ASKED)
    with peers.tensorboard_serving(chart) as theirs, peers.neuronboard_serving(chart) as ours:
        sides = {
            "TensorBoard's scalars_multirun": (theirs, peers.MULTIRUN, chart.form),
            "NeuronBoard's scalars_multirun": (ours, peers.MULTIRUN, chart.form),
            "NeuronBoard's own route": (ours, chart.native, None),
        }
        for at_a_time in (1, 8):
            rounds = [
                {name: peers.ask(*side, at_a_time, ASKING) for name, side in sides.items()}
                for _ in range(ROUNDS)
            ]
            for name, goal in zip(sides, MULTIRUN_GOALS, strict=True):
                _print_asked(name, at_a_time, rounds, next(iter(sides)), goal)


def _print_asked(
    name: str, at_a_time: int, rounds: list[dict[str, peers.Asked]], peer: str, goal: float | None
) -> None:
    asked = [each[name] for each in rounds]
    ratio = statistics.median(each[peer].p50 / each[name].p50 for each in rounds)
    times = [statistics.median(getattr(each, at) for each in asked) for at in ("p50", "p95", "p99")]
    rate = statistics.median(each.rate for each in asked)
    aimed = "" if goal is None else f"{goal:g} {_met(ratio >= goal)}"
    cells = [f"{seconds * 1e3:.2f}" for seconds in times]
    print(
        f"| {name} | {at_a_time} | {asked[0].size / 1e3:.0f} | {rate:.0f} | {' | '.join(cells)} "
        f"| {ratio:.1f} | {aimed} |",
        flush=True,
    )


def growth(folder: Path) -> None:
    """Time and memory from 1 M to 50 M points: a straight line has the same cost per point."""
    print("\n## Growth: one run of 10 tags\n")
    print("| M points | seconds | ns a point | MB | bytes a point |")
    print("|---|---|---|---|---|")
    logs.SHAPES["G"] = (1, 10, GROWTH[-1] * 100_000)
    [whole] = (logs.make("G", folder) / "run_0000").iterdir()
    found = []
    for millions in GROWTH:
        part = folder / f"G{millions}" / "run" / whole.name
        part.parent.mkdir(parents=True, exist_ok=True)
        size = whole.stat().st_size * millions // GROWTH[-1]
        with part.open("wb") as file:
            subprocess.run(["head", "-c", str(size), str(whole)], stdout=file, check=True)
        points = int(millions * 1e6)
        loads = [peers.neuronboard_load(part.parent.parent, points // 2) for _ in range(5)]
        seconds = statistics.median(load.seconds for load in loads)
        rss = statistics.median(load.rss for load in loads)
        part.unlink()
        print(
            f"| {millions} | {seconds:.3f} | {seconds / points * 1e9:.1f} | {rss / 1e6:.0f} "
            f"| {rss / points:.1f} |",
            flush=True,
        )
        found.append((millions, seconds, rss / 1e6))
    x, *lines = np.array(found).T
    for noun, y in zip(("time", "memory"), lines, strict=True):
        slope, _ = np.polyfit(x, y, 1)
        fit = np.corrcoef(x, y)[0, 1] ** 2
        print(f"\n{noun}: {slope:.4g} for each million more; R² of a straight line {fit:.4f}")


def irregular(folder: Path) -> None:
    """Tags at different intervals with images and histograms between, beside a regular log."""
    regular, odd = logs.make("R", folder), logs.make("I", folder)
    rates = []
    for _ in range(9):
        a = peers.neuronboard_load(regular, logs.points_of("R"))
        b = peers.neuronboard_load(odd, logs.points_of("I"))
        rates.append((logs.points_of("R") / a.seconds / 1e6, logs.points_of("I") / b.seconds / 1e6))
    even, uneven = (statistics.median(side) for side in zip(*rates, strict=True))
    ratio = statistics.median(b / a for a, b in rates)
    print("\n## Irregular log\n")
    print(
        f"regular {even:.1f} M points/s, irregular {uneven:.1f}: ratio {ratio:.2f}, goal 0.5",
        end="",
    )
    print(f" {_met(ratio >= 0.5)}", flush=True)


def pure(folder: Path) -> None:
    """The reference, for a machine without a compiler; it has one thread, so that the processor's
    time is what it would take on a machine that does nothing else."""
    import time

    from neuronboard.formats.batch import NO_TAGS
    from neuronboard.formats.event_scan import Scanner

    files = sorted(logs.make("M", folder).glob("*/*tfevents*"))[:4]
    scanner, rates = Scanner(pure=True), []
    for _ in range(5):
        began, points = time.process_time(), 0
        for path in files:
            scanner.begin(NO_TAGS)
            scanner.feed(memoryview(path.read_bytes()), 0)
            points += sum(map(len, scanner.take()))
        rates.append(points / (time.process_time() - began))
    rate = statistics.median(rates)
    print("\n## Without the extension\n")
    met = f"goal {PURE_GOAL:,} {_met(rate >= PURE_GOAL)}"
    print(f"{rate:,.0f} points a second of processor time, {met}", flush=True)


PARTS: dict[str, Callable[[Path], None]] = {
    "scan": scan,
    "start": start,
    "query": query.table,
    "multirun": multirun,
    "growth": growth,
    "irregular": irregular,
    "pure": pure,
    "write": lambda folder: writing.write(),
    "follow": lambda folder: following.table(folder, _idle_seconds[0]),
    "page": lambda folder: pages.table(folder, _only),
    "graph-page": graph_visits.table,
    "graph": pictures.table,
    "engine": lambda folder: programs.compare(),
}


_idle_seconds = [60.0]
_only: list[str] = []  # logs that were asked for; all if empty


def _chosen(goals: dict[str, float]) -> list[tuple[str, float]]:
    return [item for item in goals.items() if not _only or item[0] in _only]


def _machine() -> str:
    """Its processors and memory."""
    cores = len(os.sched_getaffinity(0))
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    model = next((line.partition(": ")[2] for line in lines if "model name" in line), "unknown")
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30
    return f"{cores} processors ({model}, {platform.machine()}), {memory:.0f} GiB"


def _met(is_met: bool) -> str:
    return "✓" if is_met else "✗"


def main() -> None:
    """Prints what the machine is, then the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], help="all if none is named")
    parser.add_argument(
        "--only", nargs="+", default=[], choices=[*SCAN_GOALS, *pages.SHAPES], help="of these logs"
    )
    parser.add_argument("--logs", type=Path, default=FOLDER, help="where logs are made and kept")
    parser.add_argument("--idle", type=float, default=60.0, help="seconds of idling (follow)")
    arguments = parser.parse_args()
    _idle_seconds[:] = [arguments.idle]
    names = (
        *("neuronboard", "tensorboard", "tensorboard-data-server", "tensorboardX"),
        *("numpy", "protobuf"),
    )
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in names)
    _only.extend(arguments.only)
    print(f"{versions}; Python {platform.python_version()}; {_machine()}")
    for part in arguments.parts or PARTS:
        before = os.getloadavg()[0]
        PARTS[part](arguments.logs)
        print(f"\nLoad of the machine: {before:.1f} before, {os.getloadavg()[0]:.1f} after.")


if __name__ == "__main__":
    main()
