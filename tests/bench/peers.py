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


def neuronboard_start(logdir: Path, tag: str, runs: list[str], points: int) -> float:
    """From the command to the answer that has all points of `tag` in `runs`."""
    port = _free_port()
    query = urllib.parse.urlencode([("tag", tag), *(("run", run) for run in runs)])
    url = f"http://localhost:{port}/api/scalars/series?{query}"

    def whole() -> bool:
        series = json.loads(_get(url))["series"]
        return sum(each["total"] for each in series) == points

    command = [str(SCRIPTS / "neuronboard"), f"--logdir={logdir}", f"--port={port}"]
    return _started(command, whole)


def tensorboard_start(logdir: Path, tag: str, runs: list[str], points: int) -> float:
    """The same of TensorBoard with its fast loader, keeping all points."""
    port = _free_port()
    url = f"http://localhost:{port}/data/plugin/scalars/scalars_multirun"
    body = urllib.parse.urlencode([("tag", tag), *(("runs", run) for run in runs)]).encode()

    def whole() -> bool:
        return sum(map(len, json.loads(_get(url, body)).values())) == points

    flags = ["--load_fast=true", f"--samples_per_plugin={ALL}", "--reload_interval=1"]
    command = [str(SCRIPTS / "tensorboard"), f"--logdir={logdir}", f"--port={port}", *flags]
    return _started(command, whole)


def _started(command: list[str], whole: Callable[[], bool]) -> float:
    began = time.perf_counter()
    server = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        _wait_for(lambda: _true(whole) or None, 600)
        return time.perf_counter() - began
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(server.pid, signal.SIGKILL)
        server.wait()


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
