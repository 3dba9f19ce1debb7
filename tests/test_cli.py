"""The `neuronboard` command in a process of its own: what it says, and how it ends."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from builders import event_bytes, scalar_event, write_events

from neuronboard import __version__
from neuronboard.cli import COMMANDS
from neuronboard.server.settings import SETTINGS

DEADLINE = 30  # seconds that a command may run in a test
COMMAND = [sys.executable, "-m", "neuronboard"]


class Running:
    """A started command, its lines read one by one."""

    def __init__(self, *flags: str, cwd: Path) -> None:
        self.process = subprocess.Popen(
            [*COMMAND, *flags], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=cwd
        )
        self.lines: list[str] = []
        # A line that never comes fails the test instead of holding it up.
        self._watchdog = threading.Timer(DEADLINE, self.process.kill)
        self._watchdog.daemon = True
        self._watchdog.start()

    def line_with(self, part: str) -> str:
        """The first line that holds `part`, of those that came and those that come."""
        for line in self.lines:
            if part in line:
                return line
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line)
            if part in line:
                return line
        raise AssertionError(f"no line with {part!r} in {self.lines}")

    def url(self) -> str:
        """The URL that is printed once the server answers."""
        line = self.line_with("http://")
        return next(word for word in line.split() if word.startswith("http://"))

    def end(self, number: int = signal.SIGTERM) -> int:
        """Sends a signal and waits; the exit code."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        self.process.communicate(timeout=20)
        self._watchdog.cancel()
        return self.process.returncode


Start = Callable[..., Running]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts the command; whatever still runs after the test is ended."""
    started: list[Running] = []

    def begin(*flags: str) -> Running:
        started.append(Running(*flags, cwd=tmp_path))
        return started[-1]

    yield begin
    for running in started:
        running.end()


def _said(*flags: str) -> tuple[int, str, str]:
    done = subprocess.run([*COMMAND, *flags], capture_output=True, text=True, timeout=60)
    return done.returncode, done.stdout, done.stderr


def _answer(url: str | urllib.request.Request) -> dict[str, Any]:
    with urllib.request.urlopen(url, timeout=20) as response:
        answer: dict[str, Any] = json.loads(response.read())
    return answer


def test_help_lists_every_setting() -> None:
    """Name and sentence of each row of the table."""
    code, out, _ = _said("--help")
    assert code == 0
    flat = " ".join(out.split())
    for setting in SETTINGS:
        assert f"--{setting.name}" in flat
        assert setting.help.replace("%%", "%") in flat


def test_help_names_the_other_commands() -> None:
    """Who does not know of them finds them there; each has a help of its own."""
    _, out, _ = _said("--help")
    flat = " ".join(out.split())
    for name in COMMANDS:
        assert f"neuronboard {name}" in flat
        code, own, _ = _said(name, "--help")
        assert (code, own.split()[:3]) == (0, ["usage:", "neuronboard", name])


def test_version() -> None:
    """The number that the package has."""
    assert _said("--version") == (0, f"NeuronBoard {__version__}\n", "")


@pytest.mark.parametrize(
    ("flags", "part"),
    [
        ([], "none was given: neuronboard --logdir=PATH"),
        (["--logdir=a", "--logdir_spec=b:c"], "2 were given"),
        (["--logdir_spec=b"], "wants name:path"),
        (["--logdir=a", "--port=70000"], "--port must be 0 to 65535, got 70000"),
        (["--logdir=a", "--port=web"], "--port: invalid int value: 'web'"),
        (["--logdir=a", "--path_prefix=board"], "--path_prefix must begin with /"),
        (["--logdir=a", "--reload_interval=-1"], "must be seconds from 0"),
        (["--logdir=a", "--host=127.0.0.1", "--bind_all"], "contradict"),
        (["--logdri=a"], "--logdri"),
        ([f"--logdir={__file__}"], "this is a file; give the folder that it is in, --logdir="),
        ([f"--logdir_spec=a:{__file__},b:c"], "this is a file"),
        (["--logdir=a", "--host=nowhere.invalid"], "nowhere.invalid"),
    ],
)
def test_a_wrong_command_line_is_one_sentence(flags: list[str], part: str) -> None:
    """Exit code 1, one line that begins with the program's name, and no trace."""
    code, out, err = _said(*flags)
    assert (code, out) == (1, "")
    assert err.startswith("neuronboard: ")
    assert err.count("\n") == 1
    assert part in err


def test_a_taken_port_is_named_with_its_holder(start: Start, tmp_path: Path) -> None:
    """The process that listens there, where the system tells."""
    with socket.create_server(("127.0.0.1", 0)) as holder:
        port = holder.getsockname()[1]
        code, _, err = _said(f"--logdir={tmp_path}", f"--port={port}")
    assert code == 1
    assert f"port {port} is taken" in err
    if Path("/proc/net/tcp").exists():
        assert f"process {os.getpid()}" in err


def test_without_a_port_the_next_free_one_is_taken(start: Start) -> None:
    """Two boards at once: the second goes beyond the first."""
    ports = [int(start("--logdir=logs").url().rstrip("/").rpartition(":")[2]) for _ in range(2)]
    assert 6006 <= ports[0] < ports[1] < 6106


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_cleanly(start: Start, number: int) -> None:
    """Exit code 0, a last line, nothing on stderr, also while a browser follows."""
    running = start("--logdir=logs", "--port=0")
    url = running.url()
    with urllib.request.urlopen(f"{url}api/live", timeout=20) as stream:
        stream.readline()
        running.process.send_signal(number)
        out, err = running.process.communicate(timeout=20)
    assert (running.process.returncode, err) == (0, "")
    assert "NeuronBoard ended." in out


def test_missing_then_empty_then_data(start: Start, tmp_path: Path) -> None:
    """Each is said with the path, and what comes is picked up."""
    logdir = tmp_path / "logs"
    running = start(f"--logdir={logdir}", "--port=0", "--reload_interval=0.1")
    assert str(logdir) in running.line_with("does not exist")
    logdir.mkdir()
    assert str(logdir) in running.line_with("No event files yet")
    write_events(logdir / "a", [(0, {"v": 1.0}), (1, {"v": 2.0})])
    assert "2 points from 1 file:" in running.line_with("Loaded")


def test_damage_is_told_with_its_place(start: Start, tmp_path: Path) -> None:
    """File, byte and how much was skipped; the rest is served."""
    path = write_events(tmp_path / "run", [(i, {"v": float(i)}) for i in range(10)])
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 255
    path.write_bytes(data)
    running = start(f"--logdir={tmp_path}", "--port=0")
    url = running.url()
    said = running.line_with("Damaged")
    assert str(path) in said
    assert "bytes skipped" in said
    answer = _answer(f"{url}api/status")
    assert answer["points"] == 9


def test_path_prefix_and_named_folders(start: Start, tmp_path: Path) -> None:
    """Everything below the prefix; runs below the names."""
    for name in ("x", "y"):
        write_events(tmp_path / name / "run", [(0, {"v": 1.0})])
    running = start("--logdir_spec=a:x,b:y", "--port=0", "--path_prefix=/board")
    url = running.url()
    assert url.endswith("/board/")
    running.line_with("Loaded")
    runs = _answer(f"{url}api/runs")["runs"]
    assert isinstance(runs, list)
    assert [run["id"] for run in runs] == ["a/run", "b/run"]


@pytest.mark.parametrize("flag", ["--bind_all", "--host=0.0.0.0"])
def test_serving_everyone_says_who_can_read(flag: str, start: Start) -> None:
    """It answers on the loopback address, and to whoever names this machine."""
    running = start("--logdir=logs", "--port=0", flag)
    running.line_with("Anyone who can reach this machine")
    url = running.url()
    assert "0.0.0.0" not in url, "that is no address to browse"
    port = url.rstrip("/").rpartition(":")[2]
    named = {"Host": f"{socket.gethostname()}:{port}"}
    for headers in ({}, named):
        request = urllib.request.Request(f"http://127.0.0.1:{port}/api/status", headers=headers)
        assert _answer(request)["phase"] == "missing"


def test_of_several_folders_a_missing_one_is_named(start: Start, tmp_path: Path) -> None:
    """The others are shown; once it is there, so is it."""
    write_events(tmp_path / "here", [(0, {"v": 1.0})])
    running = start("--logdir_spec=a:here,b:gone", "--port=0", "--reload_interval=0.1")
    url = running.url()
    assert running.line_with("does not exist") == "Not read: the folder does not exist: gone\n"
    [problem] = _answer(f"{url}api/status")["problems"]
    assert problem["path"] == "gone"
    write_events(tmp_path / "gone", [(0, {"v": 1.0})])
    with urllib.request.urlopen(f"{url}api/live", timeout=20) as stream:
        while _answer(f"{url}api/status")["problems"]:
            stream.readline()
    assert len(_answer(f"{url}api/runs")["runs"]) == 2


def test_a_closed_pipe_does_not_end_it(start: Start, tmp_path: Path) -> None:
    """`neuronboard … | head -1` goes on serving, and ends with 0."""
    running = start(f"--logdir={tmp_path}", "--port=0", "--reload_interval=0.1")
    url = running.url()
    assert running.process.stdout is not None
    running.process.stdout.close()
    path = write_events(tmp_path, [(0, {"v": 1.0})])
    with urllib.request.urlopen(f"{url}api/live", timeout=20) as stream:
        while _answer(f"{url}api/status")["points"] != 1:
            stream.readline()
    path.write_bytes(path.read_bytes() + event_bytes([scalar_event(1, {"v": 1.0})]))
    running.process.send_signal(signal.SIGTERM)
    assert running.process.wait(timeout=20) == 0
