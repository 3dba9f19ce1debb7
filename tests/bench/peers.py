"""Runs NeuronBoard, TensorBoard and its data server as processes, and times them.

Every function returns seconds, or a small record with the peak of memory in bytes.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

HERE = Path(__file__).resolve().parent
SCRIPTS = Path(sys.executable).parent
ASKED = 20  # runs whose last points must be answered
_T = TypeVar("_T")
ALL = "scalars=100000000"  # 0 would say "all", but gives empty charts in TensorBoard 2.21


# What our own page asks for the same chart; swap it when there is a better one.
NATIVE = "/api/scalars/series?{query}"
MULTIRUN = "/data/plugin/scalars/scalars_multirun"


@dataclass(frozen=True)
class Load:
    """One load of a log directory."""

    seconds: float
    rss: int


def neuronboard_load(logdir: Path, points: int) -> Load:
    """Store.refresh in a fresh process; checks that it found every point."""
    command = [sys.executable, str(HERE / "load_once.py"), str(logdir)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found = json.loads(done.stdout)
    assert found["points"] >= points, found
    assert found["problems"] == 0, found
    return Load(found["seconds"], found["rss"])


def rustboard_load(logdir: Path, points: int) -> Load:
    """tensorboard-data-server keeping all points, by its own "Finished load cycle" line."""
    import tensorboard_data_server

    binary = tensorboard_data_server.server_binary()
    flags = ["--reload=once", "--verbose", "--port=0", "--samples-per-plugin=scalars=all"]
    with tempfile.TemporaryFile("w+") as log:
        server = subprocess.Popen([binary, f"--logdir={logdir}", *flags], stderr=log, stdout=log)
        try:
            line = _wait_for(lambda: _finished(log), 600)
            status = Path(f"/proc/{server.pid}/status").read_text()
        finally:
            server.kill()
            server.wait()
    peak = re.search(r"VmHWM:\s+(\d+) kB", status)
    assert peak is not None
    return Load(line, int(peak[1]) * 1024)


def _finished(log: object) -> float | None:
    log.seek(0)  # type: ignore[attr-defined]
    found = re.search(r"Finished load cycle \(([\d.]+)(ms|s|µs)\)", log.read())  # type: ignore[attr-defined]
    scale = {"s": 1.0, "ms": 1e-3, "µs": 1e-6}
    return float(found[1]) * scale[found[2]] if found else None


@dataclass(frozen=True)
class Chart:
    """One tag of some runs, and how many points that is."""

    logdir: Path
    tag: str
    runs: list[str]
    points: int

    @property
    def native(self) -> str:
        """Where our own page asks for it."""
        return NATIVE.format(query=self._encoded("run"))

    @property
    def form(self) -> bytes:
        """What TensorBoard is asked."""
        return self._encoded("runs").encode()

    def _encoded(self, name: str) -> str:
        return urllib.parse.urlencode([("tag", self.tag), *((name, run) for run in self.runs)])


def neuronboard_start(chart: Chart) -> float:
    """From the command to the answer that has all points of the chart."""
    began = time.perf_counter()
    with neuronboard_serving(chart):
        return time.perf_counter() - began


def tensorboard_start(chart: Chart) -> float:
    """The same of TensorBoard with its fast loader, keeping all points."""
    began = time.perf_counter()
    with tensorboard_serving(chart):
        return time.perf_counter() - began


@contextlib.contextmanager
def neuronboard_serving(chart: Chart) -> Iterator[int]:
    """The port of our server, which has read the whole chart."""
    port = _free_port()
    query = chart.native.partition("?")[2]
    url = f"http://localhost:{port}/api/scalars/series?{query}&format=json"

    def whole() -> bool:
        series = json.loads(_get(url))["series"]
        return sum(each["total"] for each in series) == chart.points

    command = [str(SCRIPTS / "neuronboard"), f"--logdir={chart.logdir}", f"--port={port}"]
    with _serving(command, whole):
        yield port


@contextlib.contextmanager
def tensorboard_serving(chart: Chart) -> Iterator[int]:
    """The same of TensorBoard with its fast loader."""
    port = _free_port()
    url = f"http://localhost:{port}{MULTIRUN}"

    def whole() -> bool:
        return sum(map(len, json.loads(_get(url, chart.form)).values())) == chart.points

    flags = ["--load_fast=true", f"--samples_per_plugin={ALL}", "--reload_interval=1"]
    command = [str(SCRIPTS / "tensorboard"), f"--logdir={chart.logdir}", f"--port={port}", *flags]
    with _serving(command, whole):
        yield port


@contextlib.contextmanager
def serving(program: str, logdir: Path, url: str, runs: int) -> Iterator[int]:
    """The port of "neuronboard" or "tensorboard", whose answer to `url` names all runs."""
    port = _free_port()
    command = [str(SCRIPTS / program), f"--logdir={logdir}", f"--port={port}"]

    def whole() -> bool:
        answer = _get(f"http://localhost:{port}{url}").decode()
        return all(f'"run_{run}"' in answer for run in range(runs))

    with _serving(command, whole):
        yield port


@contextlib.contextmanager
def _serving(command: list[str], whole: Callable[[], bool]) -> Iterator[None]:
    server = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        _wait_for(lambda: _true(whole) or None, 600)
        yield
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(server.pid, signal.SIGKILL)
        server.wait()


@dataclass(frozen=True)
class Asked:
    """Answers to one question that was asked over and over: seconds, bytes, answers a second."""

    rate: float
    size: int
    p50: float
    p95: float
    p99: float


def ask(port: int, path: str, form: bytes | None, concurrency: int, seconds: float) -> Asked:
    """Asks a server from another process."""
    head = f"{'GET' if form is None else 'POST'} {path} HTTP/1.1\r\nHost: localhost:{port}\r\n"
    if form is not None:
        head += "Content-Type: application/x-www-form-urlencoded\r\n"
        head += f"Content-Length: {len(form)}\r\n"
    command = [sys.executable, str(HERE / "ask.py"), str(port), str(concurrency), str(seconds)]
    request = head.encode() + b"\r\n" + (form or b"")
    done = subprocess.run(command, input=request, capture_output=True, check=True)
    return Asked(**json.loads(done.stdout))


def _true(whole: Callable[[], bool]) -> bool:
    with contextlib.suppress(OSError, json.JSONDecodeError, KeyError):  # not up, or no such tag yet
        return whole()
    return False


def _get(url: str, body: bytes | None = None) -> bytes:
    with urllib.request.urlopen(urllib.request.Request(url, body), timeout=300) as answer:
        return bytes(answer.read())


def _wait_for(look: Callable[[], _T | None], seconds: float) -> _T:
    for _ in _ticks(seconds):
        found = look()
        if found is not None:
            return found
    raise TimeoutError(f"nothing within {seconds} s")


def _ticks(seconds: float) -> Iterator[None]:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        yield
        time.sleep(0.01)


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("localhost", 0))
        return int(found.getsockname()[1])
