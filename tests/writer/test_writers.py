"""The writers: what they write, when, and what they say when they cannot."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from builders import loaded_store

from neuronboard.errors import WriterError
from neuronboard.formats.event_file import decode_event
from neuronboard.formats.tfrecord import scan_records
from neuronboard.pb.event_pb2 import Event, SessionLog
from neuronboard.pb.summary_pb2 import Summary
from neuronboard.writer import event_writer
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


def test_a_folder_that_cannot_be_made_is_an_error_at_once(tmp_path: Path) -> None:
    """A file stands where the folder should be."""
    (tmp_path / "file").write_text("")
    with pytest.raises(WriterError, match="cannot write event files here"):
        FileWriter(str(tmp_path / "file" / "log"))


FILL_THE_DISK = """
import resource, sys
from neuronboard import SummaryWriter
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


WRITE_UNTIL_KILLED = """
import sys, time
from neuronboard import SummaryWriter
writer = SummaryWriter(sys.argv[1])
start = time.monotonic()
step = 0
while True:
    writer.add_scalar("elapsed", time.monotonic() - start, step)
    step += 1
    if step % 1000 == 0:
        print(time.monotonic() - start, flush=True)
"""


def test_kill_9_loses_at_most_the_last_second(tmp_path: Path) -> None:
    """A writer that is killed in full flight: what was added a second before is in the file."""
    command = [sys.executable, "-c", WRITE_UNTIL_KILLED, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        elapsed = 0.0
        while elapsed < 1.5:
            elapsed = float(process.stdout.readline())
        os.kill(process.pid, signal.SIGKILL)
    store = loaded_store(tmp_path)
    series = store.catalog.runs[0].series["scalar", "elapsed"]
    assert series.values[-1] > elapsed - 1
    assert series.steps.tolist() == list(range(len(series)))
    assert store.catalog.problems == ()


def test_a_full_queue_waits_and_says_so_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is lost, and one warning tells how to go faster."""
    monkeypatch.setattr(event_writer, "LONGEST_WAIT", 0.01)
    writer = FileWriter(str(tmp_path), max_queue=2)
    with pytest.warns(UserWarning, match="training waits for the disk") as caught:
        _add_many(writer)
    writer.close()
    assert len(caught) == 1
    lines = [line for *_, line in _add_many.__code__.co_lines()]
    assert caught[0].filename == __file__
    assert caught[0].lineno in lines, "the warning points at the training code"
    assert len(_events(tmp_path)) == 3001


def _add_many(writer: FileWriter) -> None:
    for step in range(3000):
        writer.add_scalar("a", 1.0, step)


def test_a_fork_is_told_to_make_its_own_writer(tmp_path: Path) -> None:
    """The child's error names both processes; the parent goes on."""
    code = """
import os, sys
from neuronboard import SummaryWriter
from neuronboard.errors import WriterError
writer = SummaryWriter(sys.argv[1])
if os.fork() == 0:
    try:
        writer.add_scalar("a", 1.0, 0)
    except WriterError as error:
        print("child:", error)
    os._exit(0)
os.wait()
writer.add_scalar("a", 1.0, 0)
"""
    command = [sys.executable, "-c", code, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "after a fork" in done.stdout
    assert len(_events(tmp_path)) == 2
