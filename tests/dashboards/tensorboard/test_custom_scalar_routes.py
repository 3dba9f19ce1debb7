"""TensorBoard's routes of custom scalars, beside TensorBoard's own answers."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from builders import loaded_store
from dashboards.tensorboard.asking import client_of

import neuronboard

SERVER = Path(__file__).with_name("tensorboard_server.py")
BASE = "/data/plugin/custom_scalars/"
QUESTIONS = (
    *("layout", "scalars", "scalars?run=a", "scalars?run=a&tag="),
    *("scalars?run=a&tag=loss/.*", "scalars?run=a&tag=(", "scalars?run=zz&tag=loss"),
    *("scalars?run=a&tag=ss", "scalars?run=a&tag=nope", "scalars?run=b&tag=acc|loss/a"),
    *("download_data?run=a&tag=acc", "download_data?run=a&tag=acc&format=csv"),
    *("download_data?run=a&tag=acc&format=json", "download_data?run=zz&tag=acc"),
)


def test_the_answers_are_tensorboards(tmp_path: Path) -> None:
    """Of two runs whose layouts share a category and a chart, and of a log without layouts."""
    for run in ("b", "a"):
        with neuronboard.SummaryWriter(tmp_path / "with" / run) as writer:
            charts = {f"one {run}": ["Multiline", ["loss/.*"]], "m": ["Margin", ["acc", "x", "y"]]}
            writer.add_custom_scalars({"k": charts, f"only {run}": {"x": ["Multiline", ["acc"]]}})
            for tag, value in (("loss/a", 1.5), ("loss/b", 2.5), ("acc", float("nan"))):
                writer.add_scalar(tag, value, 3, walltime=1.5e9)
    with neuronboard.SummaryWriter(tmp_path / "without" / "a") as writer:
        writer.add_scalar("acc", 1.0, 0)
    for logdir in ("with", "without"):
        client = client_of(loaded_store(tmp_path / logdir))
        theirs = _tensorboards(tmp_path / logdir)
        for question, answer in zip(QUESTIONS, theirs, strict=True):
            ours = client.get(f"{BASE}{question}")
            assert ours.status_code == answer["status"], question
            assert (
                ours.headers["content-type"].partition(";")[0]
                == (answer["content_type"].partition(";")[0])
            )
            is_json = answer["content_type"] == "application/json"
            assert (ours.json() if is_json else ours.text) == answer["body"], question


def test_a_question_without_a_run_says_so(tmp_path: Path) -> None:
    """Where TensorBoard fails."""
    with neuronboard.SummaryWriter(tmp_path / "a") as writer:
        writer.add_scalar("acc", 1.0, 0)
    answer = client_of(loaded_store(tmp_path)).get(f"{BASE}scalars?tag=acc")
    assert (answer.status_code, answer.text) == (400, "Invalid argument: run must be specified")


def _tensorboards(logdir: Path) -> list[dict[str, str]]:
    asked = [{"method": "GET", "url": f"{BASE}{one}", "form": None} for one in QUESTIONS]
    line = json.dumps({"logdir": str(logdir), "questions": asked})
    done = subprocess.run(
        [sys.executable, str(SERVER)], input=f"{line}\n", capture_output=True, text=True, check=True
    )
    answers: list[dict[str, str]] = json.loads(done.stdout)
    return answers
