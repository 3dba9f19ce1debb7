"""What writing a scalar costs, beside tensorboard's writer as torch drives it, tensorboardX, torch.

Rounds of all writers one after the other, each in a fresh process; medians over the rounds.
"""

from __future__ import annotations

import importlib.util
import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
PEERS = HERE.parents[1] / ".venv-peers" / "bin" / "python"
ROUNDS = 5
FLAT_OUT = 30_000  # steps of ten points
PACED, PACE = 500, 2  # steps, milliseconds between them
SLOWER = {"tensorboard": 10, "tensorboardX": 10, "torch": 10, "pure": 3}  # fewer steps by that
GOALS = {"p50": 1000, "cpu": 2e-6, "rate": 500_000}
OURS = {
    "add_scalar": "`add_scalar`, Python float",
    "numpy": "`add_scalar`, numpy.float32",
    "log": "`log`, ten values a call",
    "float64": '`precision="float64"`',
    "pure": "`add_scalar`, without the extension",
}
THEIRS = {
    "tensorboard": "tensorboard's EventFileWriter, as torch drives it",
    "tensorboardX": "tensorboardX",
    "torch": "torch.utils.tensorboard",
}


def _python(name: str) -> str | None:
    """The interpreter that has the writer; torch may be in the environment of `make test-peers`."""
    if name != "torch" or importlib.util.find_spec("torch"):
        return sys.executable
    return str(PEERS) if PEERS.exists() else None


def _once(name: str, python: str, steps: int, pace: float) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        script = str(HERE / "write_once.py")
        command = [python, script, name, folder, str(steps), str(pace)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        found: dict[str, float] = json.loads(done.stdout)
    return found


def _measured(name: str, python: str) -> dict[str, float]:
    """One round of one writer: a paced process and one that writes flat out."""
    steps = FLAT_OUT // SLOWER.get(name, 1)
    paced, flat_out = _once(name, python, PACED, PACE), _once(name, python, steps, 0)
    points = steps * 10
    return {
        "p50": paced["p50"],
        "p99": paced["p99"],
        "mean": paced["mean"],
        "cpu": flat_out["cpu"] / points,
        "rate": points / flat_out["seconds"],
        "bytes": paced["bytes"] / (PACED * 10),
    }


def write() -> None:
    """The table, and which goals are met."""
    writers = {name: python for name in (*OURS, *THEIRS) if (python := _python(name)) is not None}
    rounds = [{name: _measured(name, writers[name]) for name in writers} for _ in range(ROUNDS)]
    print("\n## Writing scalars, ten tags a step; microseconds of the training thread a value\n")
    print("| writer | median | p99 | mean | CPU us, all threads | points/s to closed | bytes |")
    print("|---|---|---|---|---|---|---|")
    for name in writers:
        found = {
            key: statistics.median(each[name][key] for each in rounds) for key in rounds[0][name]
        }
        cells = [
            f"{found['p50'] / 1e3:.2f}{_met(name, found['p50'] <= GOALS['p50'])}",
            f"{found['p99'] / 1e3:.2f}",
            f"{found['mean'] / 1e3:.2f}",
            f"{found['cpu'] * 1e6:.2f}{_met(name, found['cpu'] <= GOALS['cpu'])}",
            f"{found['rate']:,.0f}{_met(name, found['rate'] >= GOALS['rate'])}",
            f"{found['bytes']:.1f}",
        ]
        print("|", " | ".join([{**OURS, **THEIRS}[name], *cells]), "|", flush=True)
    if "torch" not in writers:
        print("\ntorch is not installed here; `make test-peers` makes an environment with it.")


def _met(name: str, is_met: bool) -> str:
    """A mark behind the figures that there are goals for."""
    return (" ✓" if is_met else " ✗") if name in ("add_scalar", "numpy", "log") else ""
