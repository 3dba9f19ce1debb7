"""One script with torch's writer and with ours: the same events (`make test-peers`)."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch.utils.tensorboard import SummaryWriter as TorchWriter

import neuronboard
from neuronboard.formats.event_file import decode_event
from neuronboard.formats.tfrecord import scan_records
from neuronboard.kinds import hparams
from neuronboard.pb.event_pb2 import Event

WALL_TIME = 1_700_000_000.5


def _script(writer: Any) -> None:
    """What scripts do, with a time of their own, so that events can be compared."""
    for step in range(5):
        loss = torch.tensor(1 / (step + 1), requires_grad=True)
        writer.add_scalar("loss", loss, step, WALL_TIME)
        writer.add_scalar("loss/item", loss.item(), step, WALL_TIME)
        writer.add_scalar("half", torch.tensor([0.5], dtype=torch.bfloat16), step, WALL_TIME)
        writer.add_scalar("numpy", np.float32(step), torch.tensor(step), WALL_TIME)
        writer.add_scalar("new", loss, step, WALL_TIME, new_style=True)
        writer.add_scalar("double", 0.1, step, WALL_TIME, new_style=True, double_precision=True)
        writer.add_scalars("both", {"x": step, "y": -step}, step, WALL_TIME)
        writer.add_text("note", f"step **{step}**", step, WALL_TIME)
    writer.close()


def _files(folder: Path) -> Iterator[tuple[str, list[Event]]]:
    """Run -> its events, without the first one, whose time is its own."""
    for path in sorted(folder.rglob("*tfevents*")):
        payloads = scan_records(path.read_bytes()).payloads
        run = path.parent.relative_to(folder).as_posix()
        yield run, [decode_event(payload) for payload in payloads[1:]]


def _plain(event: Event) -> Event:
    """Without the metadata of scalars, which torch repeats, and the shape of rank 0."""
    for value in event.summary.value:
        if value.metadata.plugin_data.plugin_name == "scalars":
            value.ClearField("metadata")
        if not value.tensor.tensor_shape.dim:
            value.tensor.ClearField("tensor_shape")
        value.metadata.ClearField("data_class")
    return event


def test_a_script_writes_the_same_events(tmp_path: Path) -> None:
    """Event for event, in the same runs."""
    _script(TorchWriter(str(tmp_path / "theirs")))
    _script(neuronboard.SummaryWriter(str(tmp_path / "ours")))
    theirs, ours = (dict(_files(tmp_path / name)) for name in ("theirs", "ours"))
    assert ours.keys() == theirs.keys() == {".", "both_x", "both_y"}
    for run, events in theirs.items():
        assert [_plain(event) for event in ours[run]] == [_plain(event) for event in events]


def test_a_scalar_takes_the_same_bytes(tmp_path: Path) -> None:
    """Of any step and tag."""
    for name, kind in (("theirs", TorchWriter), ("ours", neuronboard.SummaryWriter)):
        with kind(str(tmp_path / name)) as writer:
            for step in (0, 1, 127, 128, 2**40):
                for tag in ("a", "정확도", "x" * 200):
                    writer.add_scalar(tag, 0.0, step, WALL_TIME)
    [theirs], [ours] = ([*(tmp_path / name).iterdir()] for name in ("theirs", "ours"))
    skipped = [12 + len(scan_records(each.read_bytes()).payloads[0]) + 4 for each in (theirs, ours)]
    assert ours.read_bytes()[skipped[1] :] == theirs.read_bytes()[skipped[0] :]


def test_hyper_parameters_are_the_same_messages(tmp_path: Path) -> None:
    """In the run that is named; and in the run itself when none is."""
    given = ({"lr": 0.1, "size": 3, "opt": "adam", "none": None}, {"acc": 0.5})
    domains = {"opt": ["adam", "sgd"]}
    with TorchWriter(str(tmp_path / "theirs")) as writer:
        writer.add_hparams(*given, domains, "trial", 7)
    with neuronboard.SummaryWriter(str(tmp_path / "ours")) as writer:
        writer.add_hparams(*given, domains, "trial", 7)
        writer.add_hparams(*given, domains, global_step=7)
    theirs = _hparams(dict(_files(tmp_path / "theirs"))["trial"])
    ours = dict(_files(tmp_path / "ours"))
    assert _hparams(ours["trial"]) == _hparams(ours["."]) == theirs
    assert len(theirs) == 3


def _hparams(events: list[Event]) -> list[Any]:
    values = [(event.step, value) for event in events for value in event.summary.value]
    found = [(step, hparams.decode(v.metadata.SerializeToString())) for step, v in values]
    return [each for each in found if each[1] is not None]


@pytest.mark.parametrize("name", [n for n in dir(TorchWriter) if n[0] != "_"] + ["__init__"])
def test_every_method_takes_torchs_arguments_in_their_order(name: str) -> None:
    """Of the torch that is installed."""
    theirs, ours = (
        list(inspect.signature(getattr(kind, name)).parameters)
        for kind in (TorchWriter, neuronboard.SummaryWriter)
    )
    assert ours[: len(theirs)] == theirs


@pytest.mark.parametrize("many", [torch.zeros(2), torch.zeros((0,)), torch.zeros((1, 3))])
def test_a_tensor_of_many_is_refused_with_tag_and_shape(many: Any, tmp_path: Path) -> None:
    """Ours names both."""
    shape = tuple(many.shape)
    with neuronboard.SummaryWriter(str(tmp_path)) as writer, pytest.raises(TypeError) as caught:
        writer.add_scalar("loss", many, 0)
    assert "'loss'" in str(caught.value)
    assert f"torch.Tensor of shape {shape}" in str(caught.value)


def test_workers_of_a_data_loader_log(tmp_path: Path) -> None:
    """A dataset that holds the writer, in forked workers: one run, nothing lost."""

    class Data(torch.utils.data.Dataset[int]):
        def __len__(self) -> int:
            return 40

        def __getitem__(self, index: int) -> int:
            writer.add_scalar("index", index, index)
            return index

    writer = neuronboard.SummaryWriter(str(tmp_path))
    writer.add_scalar("index", 40, 40)
    loader = torch.utils.data.DataLoader(Data(), 4, num_workers=2, multiprocessing_context="fork")
    assert sum(len(batch) for batch in loader) == 40
    del loader
    writer.close()
    store = neuronboard.open(tmp_path)
    [run] = store.runs.values()
    assert sorted(run["index"].steps.tolist()) == list(range(41))
