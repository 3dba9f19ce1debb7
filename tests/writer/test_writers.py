"""The writers: what they write, when, and what they say when they cannot."""

from __future__ import annotations

import inspect
import os
import pickle
import resource
import subprocess
import sys
from fractions import Fraction
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import pytest
from builders import loaded_store

import neuronboard as tf
from neuronboard.errors import WriterError
from neuronboard.formats.event_file import decode_event
from neuronboard.formats.tfrecord import scan_records
from neuronboard.pb.event_pb2 import Event, SessionLog
from neuronboard.pb.graph_pb2 import GraphDef
from neuronboard.pb.summary_pb2 import Summary
from neuronboard.writer import event_writer
from neuronboard.writer.base import Writer
from neuronboard.writer.summary_writer import FileWriter, SummaryWriter


def _events(folder: Path) -> list[Event]:
    [path] = folder.glob("events.out.tfevents.*")
    return [decode_event(payload) for payload in scan_records(path.read_bytes()).payloads]


def test_a_file_begins_with_its_version(tmp_path: Path) -> None:
    """brain.Event:2, and who wrote it; the name carries time, host and process."""
    FileWriter(str(tmp_path / "new" / "log")).close()
    [path] = (tmp_path / "new" / "log").iterdir()
    [event] = _events(path.parent)
    assert event.file_version == "brain.Event:2"
    assert event.source_metadata.writer
    assert path.name.split(".")[3].isdigit()
    assert len(path.name.split(".")[3]) == 10


@pytest.mark.parametrize(
    ("kind", "parameters"),
    [
        (FileWriter, "logdir graph max_queue flush_secs graph_def filename_suffix session"),
        (SummaryWriter, "log_dir comment purge_step max_queue flush_secs filename_suffix"),
    ],
)
def test_the_constructors_take_what_the_others_take(
    kind: type[FileWriter], parameters: str
) -> None:
    """TensorFlow's and torch's arguments, in their order; ours stand behind."""
    taken = list(inspect.signature(kind).parameters)
    assert taken[: len(parameters.split())] == parameters.split()
    assert tf.train.SummaryWriter is tf.summary.FileWriter is FileWriter
    assert tf.SummaryWriter is SummaryWriter


@pytest.mark.parametrize("kind", [FileWriter, SummaryWriter])
def test_both_writers_have_all_methods(kind: type[FileWriter], tmp_path: Path) -> None:
    """What goes in comes out, in order."""
    summary = Summary(value=[Summary.Value(tag="a", simple_value=1)])
    with kind(tmp_path) as writer:
        writer.add_summary(summary, 3)
        writer.add_summary(summary.SerializeToString(), 4)
        writer.add_event(Event(wall_time=5, step=5, summary=summary))
        writer.add_session_log(SessionLog(status=SessionLog.START), 6)
        writer.add_scalar("b", np.float32(0.5), 7)
        writer.add_scalar("c", 0.1, 8, double_precision=True)
        writer.add_text("note", "**bold** 가", 9)
        writer.add_graph(b"", 10)
        writer.add_scalars("both", {"x": 1.0, "y": 2.0}, 11)
        assert writer.get_logdir() == str(tmp_path)
        writer.flush()
    events = _events(tmp_path)
    assert [event.step for event in events] == [0, 3, 4, 5, 6, 7, 8, 9, 10]
    assert events[3].wall_time == 5
    runs = {run.id: run for run in loaded_store(tmp_path).catalog.runs}
    assert runs["."].series["scalar", "c"].values.tolist() == [0.1]
    assert runs["both_x"].series["scalar", "both"].values.tolist() == [1.0]
    assert ("text", "note/text_summary") in runs["."].series


def test_purge_step_says_that_a_session_started(tmp_path: Path) -> None:
    """As torch writes it."""
    SummaryWriter(tmp_path, purge_step=40).close()
    event = _events(tmp_path)[1]
    assert (event.step, event.session_log.status) == (40, SessionLog.START)


def test_the_default_folder_is_torchs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """runs/<date>_<time>_<host><comment>."""
    monkeypatch.chdir(tmp_path)
    with SummaryWriter(comment="_try") as writer:
        assert writer.log_dir.startswith("runs/")
        assert writer.log_dir.endswith("_try")
    assert (tmp_path / writer.log_dir).is_dir()


def test_a_graph_has_the_lines_that_made_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From the working directory on; a line that came with an imported graph stays."""
    monkeypatch.chdir(Path(__file__).parent)
    with tf.Graph().as_default() as graph:
        tf.constant(1.0, name="here")
        line = inspect.currentframe().f_lineno - 1  # type: ignore[union-attr]
        given = GraphDef()
        given.node.add(name="there", op="NoOp").attr["_source"].s = b"other.py:7"
        tf.import_graph_def(given, name="")
        FileWriter(str(tmp_path), graph).close()
    nodes = {n.name: n for n in GraphDef.FromString(_events(tmp_path)[1].graph_def).node}
    assert nodes["here"].attr["_source"].s == f"{Path(__file__).name}:{line}".encode()
    assert nodes["there"].attr["_source"].s == b"other.py:7"


def test_a_closed_writer_says_so_and_reopens(tmp_path: Path) -> None:
    """An error with the way out; a second file; closing twice is fine."""
    writer = SummaryWriter(tmp_path)
    writer.close()
    writer.close()
    with pytest.raises(WriterError, match="reopen"):
        writer.add_scalar("a", 1.0, 0)
    writer.reopen()
    writer.add_scalar("a", 1.0, 0)
    writer.close()
    assert len(list(tmp_path.iterdir())) == 2


@pytest.mark.parametrize("value", ["high", None, [1, 2], np.zeros(2)])
def test_what_is_no_number_is_refused_by_name(value: object, tmp_path: Path) -> None:
    """TypeError with tag and value."""
    with SummaryWriter(tmp_path) as writer, pytest.raises(TypeError, match="'acc'"):
        writer.add_scalar("acc", value, 0)


@pytest.mark.parametrize("step", [0.5, 2**63])
def test_a_step_that_is_no_int64_is_refused(step: float, tmp_path: Path) -> None:
    """ValueError with the step."""
    with SummaryWriter(tmp_path) as writer, pytest.raises(ValueError, match="global_step"):
        writer.add_scalar("acc", 1.0, step)


class _Tensor:
    """As torch's and jax's: a shape, and `item` of the one element."""

    def __init__(self, values: object) -> None:
        self._values = np.array(values)
        self.shape = self._values.shape

    def item(self) -> float:
        return float(self._values.item())


NUMBERS = [1, True, 0.5, np.float16(0.5), np.int8(3), np.bool_(True), np.array([[2.5]])]


@pytest.mark.parametrize("number", [*NUMBERS, _Tensor(0.25), _Tensor([0.25]), Fraction(1, 4)])
def test_anything_that_is_one_number_is_taken(number: Any, tmp_path: Path) -> None:
    """Alone and among others, in both precisions; steps and times of numpy, too."""
    expected = float(number.item() if hasattr(number, "item") else number)
    for precision in ("float32", "float64"):
        folder = tmp_path / precision
        with SummaryWriter(folder, precision=precision) as writer:
            writer.add_scalar("a", number, np.int64(3), np.float64(5.5))
            writer.log({"a": number, "b": 0.5}, _Tensor(4), 6)
        series = loaded_store(folder).catalog.runs[0].series["scalar", "a"]
        assert series.steps.tolist() == [3, 4]
        assert series.wall_times.tolist() == [5.5, 6]
        assert series.values.tolist() == [expected, expected]


@pytest.mark.parametrize("many", [np.zeros((2, 3)), _Tensor(np.zeros((2, 3)))])
def test_a_tensor_of_many_is_refused_with_tag_and_shape(many: Any, tmp_path: Path) -> None:
    """By each way to add; and of a `log` nothing is written then."""
    with SummaryWriter(tmp_path) as writer:
        for add in (
            lambda: writer.add_scalar("acc", many, 0),
            lambda: writer.add_scalar("acc", many, 0, new_style=True),
            lambda: writer.log({"fine": 1.0, "acc": many}, 0),
        ):
            with pytest.raises(TypeError, match=r"scalar 'acc' .* of shape \(2, 3\); log its mean"):
                add()
    assert len(_events(tmp_path)) == 1


@pytest.mark.parametrize(
    ("tag", "error"), [(3, TypeError), (b"a", TypeError), ([], TypeError), ("\ud800", ValueError)]
)
def test_what_is_no_tag_is_refused(tag: Any, error: type[Exception], tmp_path: Path) -> None:
    """With the tag in the message."""
    with SummaryWriter(tmp_path) as writer:
        with pytest.raises(error, match="tag"):
            writer.add_scalar(tag, 1.0, 0)
        with pytest.raises(error, match=r"tag|unhashable"):
            writer.log({tag: 1.0}, 0)


def test_log_writes_one_event(tmp_path: Path) -> None:
    """In the order given; nothing for nothing; any mapping."""
    with SummaryWriter(tmp_path) as writer:
        writer.log({"b": 1.0, "a": 2.0}, 7, 5.0)
        writer.log({}, 8)
        writer.log(MappingProxyType({"b": 3.0}), 9)
    events = [
        (event.step, [(value.tag, value.simple_value) for value in event.summary.value])
        for event in _events(tmp_path)[1:]
    ]
    assert events == [(7, [("b", 1.0), ("a", 2.0)]), (9, [("b", 3.0)])]


def test_scalars_of_one_run_stay_in_it(tmp_path: Path) -> None:
    """Under the main tag and a slash, in one event."""
    with SummaryWriter(tmp_path) as writer:
        writer.add_scalars("loss", {"train": 1.0, "test": 2.0}, 3, one_run=True)
    [_, event] = _events(tmp_path)
    assert [value.tag for value in event.summary.value] == ["loss/train", "loss/test"]


def test_double_precision_keeps_every_digit(tmp_path: Path) -> None:
    """Also of the runs below; each file says once per tag that these tensors are scalars."""
    with SummaryWriter(tmp_path, precision="float64") as writer:
        writer.add_scalar("a", 0.1, 1)
        writer.add_scalar("a", 0.2, 2)
        writer.add_scalars("parts", {"x": 0.1}, 1)
    first, second = (event.summary.value[0] for event in _events(tmp_path)[1:])
    assert first.metadata.plugin_data.plugin_name == "scalars"
    assert not second.HasField("metadata")
    runs = {run.id: run for run in loaded_store(tmp_path).catalog.runs}
    assert runs["."].series["scalar", "a"].values.tolist() == [0.1, 0.2]
    assert runs["parts_x"].series["scalar", "parts"].values.tolist() == [0.1]


def test_an_unknown_precision_is_refused(tmp_path: Path) -> None:
    """With the two that there are."""
    with pytest.raises(ValueError, match="'float32' or 'float64', got 'half'"):
        SummaryWriter(tmp_path, precision="half")


def test_a_name_and_a_description_go_with_a_tags_first_value(tmp_path: Path) -> None:
    """As tensorboardX takes them; repeated only when they change."""
    with SummaryWriter(tmp_path) as writer:
        for step in range(3):
            names = {"display_name": "Loss", "summary_description": "*mean*"}
            writer.add_scalar("a", 0.5, step, **names)
    values = [event.summary.value[0] for event in _events(tmp_path)[1:]]
    assert [value.HasField("metadata") for value in values] == [True, False, False]
    series = loaded_store(tmp_path).catalog.runs[0].series["scalar", "a"]
    assert (series.display_name, series.description) == ("Loss", "*mean*")


def test_an_event_may_be_given_another_step_and_time(tmp_path: Path) -> None:
    """As the writers of torch and tensorboardX take them; the event that was given stays."""
    event = Event(wall_time=1, step=1, summary=Summary())
    with SummaryWriter(tmp_path) as writer:
        writer.add_event(event, 2)
        writer.add_event(event, walltime=3.0)
        writer.add_summary(event.summary, 4, 5.0)
    found = [(event.step, event.wall_time) for event in _events(tmp_path)[1:]]
    assert found == [(2, 1), (1, 3), (4, 5)]
    assert event.step == 1


def test_a_copy_of_a_writer_writes_a_file_of_its_own(tmp_path: Path) -> None:
    """When it is first used, in the same folder and the same precision."""
    with SummaryWriter(tmp_path, precision="float64") as writer:
        copied = pickle.loads(pickle.dumps(writer))
        writer.add_scalar("a", 0.1, 1)
        assert len(list(tmp_path.iterdir())) == 1
        copied.add_scalar("a", 0.2, 2)
        copied.close()
    [run] = loaded_store(tmp_path).catalog.runs
    assert sorted(run.series["scalar", "a"].values.tolist()) == [0.1, 0.2]


def test_closing_goes_on_behind_a_run_that_cannot(tmp_path: Path) -> None:
    """The error comes out, and everything else is in its file."""
    writer = SummaryWriter(tmp_path)
    writer.add_scalars("both", {"x": 1.0, "y": 2.0}, 1)
    writer.add_scalar("a", 1.0, 1)
    broken = writer._parts["both_x"]._events
    broken.flush()
    os.dup2(os.open(os.devnull, os.O_RDONLY), broken._file)
    writer.add_scalars("both", {"x": 1.0, "y": 2.0}, 2)
    with pytest.raises(WriterError, match="1 events could not be written"):
        writer.close()
    runs = {run.id: run for run in loaded_store(tmp_path).catalog.runs}
    assert runs["."].series["scalar", "a"].steps.tolist() == [1]
    assert runs["both_y"].series["scalar", "both"].steps.tolist() == [1, 2]


def test_a_folder_that_cannot_be_made_is_an_error_at_once(tmp_path: Path) -> None:
    """A file stands where the folder should be."""
    (tmp_path / "file").write_text("")
    with pytest.raises(WriterError, match="cannot write event files here"):
        FileWriter(str(tmp_path / "file" / "log"))


FILL_THE_DISK = """
import resource, sys
from neuronboard import SummaryWriter
import neuronboard as tf
from neuronboard.errors import WriterError
writer = SummaryWriter(sys.argv[1])
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
try:
    for step in range(100000):
        writer.add_scalar("loss", 1.0, step)
        if step % 100 == 0:
            writer.flush()
except WriterError as error:
    print(f"step {step}: {error}")
"""


def test_a_full_disk_is_an_error_of_the_next_call(tmp_path: Path) -> None:
    """A file that may not grow beyond 4 KB stands for a full disk; root feels it too."""
    assert resource.RLIMIT_FSIZE
    done = subprocess.run(
        [sys.executable, "-c", FILL_THE_DISK, str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "events could not be written" in done.stdout
    assert "step 100:" in done.stdout


def test_a_full_queue_waits_for_a_slow_disk_and_says_so_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is lost, and one warning, at the line that logs, tells how to go faster."""
    monkeypatch.setattr(event_writer, "SLOW", 0.0)  # any disk is slow now
    writer = FileWriter(str(tmp_path), max_queue=2)
    with pytest.warns(UserWarning, match="training waits for the disk") as caught:
        _add_many(writer)
    writer.close()
    assert [warning.filename for warning in caught] == [__file__]
    assert len(_events(tmp_path)) == 3001


def test_a_full_queue_before_a_quick_disk_is_not_worth_a_word(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where bytes are what is limited; warnings are errors here."""
    monkeypatch.setattr(event_writer, "MOST_WAITING", 1000)
    writer = SummaryWriter(tmp_path)
    _add_many(writer)
    writer.close()
    assert [event.step for event in _events(tmp_path)[1:]] == list(range(3000))


def _add_many(writer: Writer) -> None:
    for step in range(3000):
        writer.add_scalar("a", 1.0, step)
