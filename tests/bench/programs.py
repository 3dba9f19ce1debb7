"""The engine beside TensorFlow: the same programs, in processes that alternate."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import venv
from pathlib import Path

HERE = Path(__file__).resolve().parent
PLACE = HERE.parents[1] / ".venv-tensorflow"
ROUNDS = 3
# What is measured -> (what it is, how many times TensorFlow's speed is wanted)
GOALS = {
    "script": ("the tutorial's script as a process", 10.0),
    "train_step": ("run(train_step) of the neuron", 5.0),
    "summaries": ("run(summaries) and writing", 4.0),
    "mlp": ("MLP 784-256-256-10, batch 128, Adam", 1.0),
    "conv": ("conv net, batch 32", 0.5),
    "lstm": ("an unrolled LSTM of 1,037 nodes, Adam", 1 / 1.5),
    "transformer": ("a transformer of 1,654 nodes, Adam", 1 / 1.5),
    "loop": ("while_loop of 300 iterations with its gradient", 1 / 1.5),
    "build": ("building 10,000 operations with gradients", 5.0),
}
MEMORY = 80e6  # bytes of the tutorial's script


def _tensorflow() -> str:
    """The Python of an environment with TensorFlow, made when it is first asked for."""
    python = PLACE / "bin" / "python"
    if not (PLACE / ".ready").exists():
        print("Installing tensorflow-cpu 2.21.0 into .venv-tensorflow/", flush=True)
        venv.create(PLACE, clear=True, with_pip=True)
        install = [python, "-m", "pip", "install", "-q", "tensorflow-cpu==2.21.0"]
        subprocess.run(install, check=True)
        (PLACE / ".ready").touch()
    return str(python)


def _once(python: str, library: str) -> dict[str, float]:
    command = [python, str(HERE / "engine_once.py"), library]
    environment = {**os.environ, "PYTHONPYCACHEPREFIX": str(PLACE / "compiled")}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # an installed package is compiled, too
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def compare() -> None:
    """Medians of alternating processes, and of their ratios."""
    print("\n## The engine beside TensorFlow 2.21 (tf.compat.v1)\n")
    print("| | NeuronBoard | TensorFlow | ratio | goal |")
    print("|---|---|---|---|---|")
    python = _tensorflow()
    pairs = [
        (_once(sys.executable, "neuronboard"), _once(python, "tensorflow")) for _ in range(ROUNDS)
    ]
    for key, (what, goal) in GOALS.items():
        ours = statistics.median(a[key] for a, _ in pairs)
        theirs = statistics.median(b[key] for _, b in pairs)
        ratio = statistics.median(b[key] / a[key] for a, b in pairs)
        met = "met" if ratio >= goal else "missed"
        print(
            f"| {what} | {_told(ours)} | {_told(theirs)} | {ratio:.1f} | {goal:.2g} {met} |",
            flush=True,
        )
    ours, theirs = (statistics.median(pair[i]["script_rss"] for pair in pairs) for i in (0, 1))
    met = "met" if ours < MEMORY else "missed"
    print(
        f"| memory of the script | {ours / 1e6:.0f} MB | {theirs / 1e6:.0f} MB "
        f"| {theirs / ours:.1f} | {MEMORY / 1e6:.0f} MB {met} |"
    )


def _told(seconds: float) -> str:
    """A time in the unit that it is said in."""
    for unit, size in (("s", 1.0), ("ms", 1e-3)):
        if seconds >= size:
            return f"{seconds / size:.2f} {unit}"
    return f"{seconds * 1e6:.1f} us"


if __name__ == "__main__":
    compare()
