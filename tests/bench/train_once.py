"""A training that logs: `train_once.py LOGDIR RUNS HERTZ TICKS TAG`; says when it logged what.

Each of RUNS writers adds one value a tick, at HERTZ ticks a second whose phase drifts. The line
"ready" comes when every writer has added its first value, then a line of JSON with
[run, step, seconds since 1970 before `add_scalar`] for each later value.
"""

from __future__ import annotations

import json
import random
import sys
import time
from pathlib import Path

from neuronboard import SummaryWriter


def main(logdir: Path, runs: int, hertz: float, ticks: int, tag: str) -> None:
    """Trains."""
    names = [f"run_{number:04d}" for number in range(runs)]
    writers = {name: SummaryWriter(logdir / name) for name in names}
    for writer in writers.values():
        writer.add_scalar(tag, 1.0, 0)
    print("ready", flush=True)
    sys.stdin.readline()
    logged = []
    for step in range(1, ticks + 1):
        for name, writer in writers.items():
            logged.append((name, step, time.time()))
            writer.add_scalar(tag, 1.0 / step, step)
        time.sleep(random.uniform(0.5, 1.5) / hertz)
    for writer in writers.values():
        writer.close()
    print(json.dumps(logged), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]), int(sys.argv[4]), sys.argv[5])
