"""The committed example logs are what `logs_example/make.py` makes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from neuronboard.pb.graph_pb2 import GraphDef
from neuronboard.store import LogdirSpec, Store
from neuronboard.store.series import Series

HERE = Path(__file__).resolve().parent.parent / "logs_example"


# Its values up to the NaN hang on the last bit of rounding.
DIVERGES = "lr=0.5"


def _scalars(folder: Path) -> dict[tuple[str, str], Series]:
    """(run, tag) -> its points."""
    store = Store(LogdirSpec.single(folder))
    store.refresh()
    by_tag = store.catalog.series_of("scalar")
    return {(run, tag): found for tag, runs in by_tag.items() for run, found in runs.items()}


def _graphs(folder: Path) -> dict[str, bytes]:
    """Run -> its serialised GraphDef, without the lines of the program: they have a folder in
    them."""
    store = Store(LogdirSpec.single(folder))
    store.refresh()
    by_run = store.catalog.series_of("graph")["graph"]
    return {run: _without_lines(store.read(series.locators[-1])) for run, series in by_run.items()}


def _without_lines(data: bytes) -> bytes:
    graph = GraphDef.FromString(data)
    for node in graph.node:
        node.attr.pop("_source", None)
    return graph.SerializeToString(deterministic=True)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that `make.py` has filled."""
    folder = tmp_path_factory.mktemp("logs")
    subprocess.run([sys.executable, "-W", "error", str(HERE / "make.py"), folder], check=True)
    return folder


def test_make_makes_the_committed_logs(made: Path) -> None:
    """The same runs, tags, steps and, up to the machine's rounding, values."""
    again, kept = _scalars(made), _scalars(HERE)
    assert again.keys() == kept.keys()
    for key, series in kept.items():
        np.testing.assert_array_equal(again[key].steps, series.steps, str(key))
        if DIVERGES not in key[0]:
            np.testing.assert_allclose(again[key].values, series.values, 0.01, 0.01, str(key))


@pytest.mark.parametrize(
    ("lesson", "share"),
    [("logistic_regression", 0.96), ("digits_mlp", 0.97), ("digits_conv", 0.97)],
)
def test_a_lesson_learns_as_much_as_it_says(made: Path, lesson: str, share: float) -> None:
    """The share of unseen digits that it reads at its end, and its length."""
    values = _scalars(made)[lesson, "accuracy/unseen"].values
    assert values[-1] >= share
    script = (HERE / f"{lesson}.py").read_text("utf-8")
    assert f"Reads {share:.0%}".replace("%", " %") in script
    assert len(script.splitlines()) < 80


@pytest.mark.parametrize("lesson", ["char_lstm", "transformer"])
def test_a_sequence_is_learned_to_the_loss_that_is_stated(made: Path, lesson: str) -> None:
    """The mean of its last five points, and its length."""
    values = _scalars(made)[lesson, "loss"].values
    assert np.mean(values[-5:]) <= 0.10
    script = (HERE / f"{lesson}.py").read_text("utf-8")
    assert "loss of 0.10 nats" in script
    assert len(script.splitlines()) < 80


def test_the_line_is_found(made: Path) -> None:
    """A slope of 3 and a start of -1, within 0.05."""
    scalars = _scalars(made)
    assert abs(scalars["linear_regression", "slope"].values[-1] - 3) < 0.05
    assert abs(scalars["linear_regression", "start"].values[-1] + 1) < 0.05


def test_make_makes_the_committed_graphs(made: Path) -> None:
    """Every run has its graph, byte for byte."""
    kept = _graphs(HERE)
    assert len(kept) == 15
    assert _graphs(made) == kept


def test_one_run_blows_up_and_the_others_learn() -> None:
    """What the logs are there to show."""
    scalars = _scalars(HERE / "two_moons")
    assert np.isnan(scalars[DIVERGES, "loss/train"].values[-1])
    assert scalars["lr=0.1", "accuracy/validation"].values[-1] > 0.95
    assert scalars["lr=0.01", "loss/train"].values[-1] > scalars["lr=0.1", "loss/train"].values[-1]
