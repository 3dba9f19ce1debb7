"""Hyper-parameters: what torch and TensorFlow recorded is read, and written alike."""

from __future__ import annotations

import tarfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from builders import loaded_store

from neuronboard.errors import DataError
from neuronboard.kinds import hparams
from neuronboard.pb import hparams_pb2 as pb
from neuronboard.pb.summary_pb2 import Summary, SummaryMetadata

CORPORA = Path(__file__).parents[1] / "golden" / "corpora"
TAGS = (hparams.EXPERIMENT, hparams.SESSION_START, hparams.SESSION_END)
# What the recorded scripts gave to add_hparams; torch writes a bool as a number.
TRIALS: list[dict[str, Any]] = [
    {"lr": 0.1 * n, "bsize": n, "opt": ("adam", "sgd")[n % 2], "flag": float(n % 2)}
    for n in range(4)
]
METRICS = ["hparam/accuracy", "hparam/loss"]


def _recorded(corpus: str, folder: Path) -> dict[str, dict[str, bytes]]:
    """Run -> tag -> the metadata that the program wrote."""
    with tarfile.open(CORPORA / f"{corpus}.tar.xz") as archive:
        archive.extractall(folder, filter="data")
    [logdir] = folder.rglob("logdir")
    runs = loaded_store(logdir).catalog.runs
    return {run.id: {t: m for t, m in run.metadata.items() if t in TAGS} for run in runs}


def _data(value: Summary.Value) -> pb.HParamsPluginData:
    found = hparams.decode(value.metadata.SerializeToString())
    assert found is not None
    return found


def test_what_torch_recorded_is_what_we_write(tmp_path: Path) -> None:
    """Experiment, start and end of four trials, message for message."""
    recorded = _recorded("torch_summarywriter", tmp_path)
    for number, trial in enumerate(TRIALS):
        domains = {"opt": ["adam", "sgd"]} if number == 0 else None
        ours = (
            hparams.encode_experiment(trial, METRICS, domains),
            hparams.encode_session_start(trial),
            hparams.encode_session_end(),
        )
        theirs = recorded[f"hp/trial{number}"]
        assert [value.tag for value in ours] == list(TAGS)
        for value in ours:
            assert _data(value) == hparams.decode(theirs[value.tag])


def test_what_tensorflow_recorded_is_read(tmp_path: Path) -> None:
    """The experiment of the root; sessions with their groups and times."""
    recorded = _recorded("tf2_hparams", tmp_path)
    experiment = hparams.decode(recorded["."][hparams.EXPERIMENT])
    assert experiment is not None
    infos = experiment.experiment.hparam_infos
    assert [info.name for info in infos] == ["num_units", "dropout", "optimizer", "bn", "layers"]
    assert infos[1].domain_interval.max_value == 0.4
    assert list(infos[2].domain_discrete) == ["adam", "sgd"]
    start = hparams.decode(recorded["run-0"][hparams.SESSION_START])
    assert start is not None
    chosen = dict(start.session_start_info.hparams.items())
    assert chosen["bn"].bool_value is True
    assert chosen["layers"].number_value == 1
    assert start.session_start_info.group_name == "trial-0"


@pytest.mark.parametrize(
    ("given", "kind", "expected"),
    [
        (True, "bool_value", True),
        (np.bool_(False), "bool_value", False),
        (3, "number_value", 3.0),
        (np.float32(0.5), "number_value", 0.5),
        (np.array([2.0]), "number_value", 2.0),
        ("adam", "string_value", "adam"),
        (np.str_("sgd"), "string_value", "sgd"),
    ],
)
def test_each_type_is_kept(given: Any, kind: str, expected: object) -> None:
    """A bool is a bool, which torch's writer makes a number; the experiment says the type."""
    start = _data(hparams.encode_session_start({"x": given})).session_start_info
    assert start.hparams["x"].WhichOneof("kind") == kind
    assert getattr(start.hparams["x"], kind) == expected
    [info] = _data(hparams.encode_experiment({"x": given}, [])).experiment.hparam_infos
    types = {
        "bool_value": pb.DATA_TYPE_BOOL,
        "number_value": pb.DATA_TYPE_FLOAT64,
        "string_value": pb.DATA_TYPE_STRING,
    }
    assert info.type == types[kind]


def test_none_is_left_out() -> None:
    """As torch leaves it."""
    assert not _data(hparams.encode_session_start({"x": None})).session_start_info.hparams


@pytest.mark.parametrize("value", [[1, 2], object(), 1j])
def test_what_cannot_be_written_is_refused_by_name(value: object) -> None:
    """With the way out."""
    with pytest.raises(ValueError, match=r"hyper-parameter 'x' must be .*; str\(\.\.\.\) makes"):
        hparams.encode_session_start({"x": value})


def test_a_domain_of_another_type_is_refused() -> None:
    """By name."""
    with pytest.raises(TypeError, match="the domain of hyper-parameter 'x'"):
        hparams.encode_experiment({"x": 1.0}, [], {"x": [1.0, "two"]})


def test_other_plugins_and_damage_are_told_apart() -> None:
    """None for what is something else, `DataError` for what cannot be read."""
    plugin = SummaryMetadata.PluginData(plugin_name="scalars")
    assert hparams.decode(SummaryMetadata(plugin_data=plugin).SerializeToString()) is None
    damaged = SummaryMetadata.PluginData(plugin_name="hparams", content=b"\x12\xff")
    for metadata in (SummaryMetadata(plugin_data=damaged).SerializeToString(), b"\x0a\xff"):
        with pytest.raises(DataError, match="cannot be read"):
            hparams.decode(metadata)
