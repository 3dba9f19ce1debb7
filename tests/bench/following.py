"""From a training to the screen: latency, what idling costs, and bytes a point; real processes.

A training in a process of its own logs, the command serves, and Chromium draws. The page marks in
its timeline which steps it has drawn; times of both are those of the machine's clock.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import logs
import numpy as np
from playwright.sync_api import Browser, Page, sync_playwright

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
import prepare  # noqa: E402

SCRIPTS = Path(sys.executable).parent
TAG = "loss/train"
P95_GOAL = 300.0  # milliseconds
IDLE_GOAL = 2.0  # % of a processor
STREAMS = 200
LATENCY = ((1, 20.0, 1_000), (50, 10.0, 200))  # runs, points a second of each, points of each
HISTORIES = (100, 10_000, 1_000_000)  # points that are there already
ADDED = 200  # points one after the other
TICKS = os.sysconf("SC_CLK_TCK")

# Keeps [run, step, milliseconds since 1970] of everything that the page says it has drawn.
OBSERVE = """
window.drawn = [];
new PerformanceObserver((list) => list.getEntries().forEach((entry) => {
  if (entry.name !== 'nb:updated') return;
  const at = performance.timeOrigin + entry.startTime;
  for (const [run, step] of entry.detail.newest) window.drawn.push([run, step, at]);
})).observe({ type: 'mark' });
"""


@dataclass(frozen=True)
class Served:
    """A running command and where it answers."""

    url: str
    pid: int


@contextlib.contextmanager
def serving(logdir: Path) -> Iterator[Served]:
    """The command over a log directory."""
    command = [str(SCRIPTS / "neuronboard"), f"--logdir={logdir}", "--port=0"]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        yield Served(_url_of(server), server.pid)
    finally:
        server.terminate()
        server.communicate()


def _url_of(server: subprocess.Popen[str]) -> str:
    assert server.stdout is not None
    for line in server.stdout:
        for word in line.split():
            if word.startswith("http://"):
                return word
    raise RuntimeError("the command ended without a URL")


@contextlib.contextmanager
def _browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        browser = playwright.chromium.launch(executable_path=prepare.chromium(), args=flags)
        yield browser
        browser.close()


def _opened(browser: Browser, url: str) -> Page:
    page = browser.new_page(viewport={"width": 1280, "height": 800}, bypass_csp=True)
    page.add_init_script(OBSERVE)
    page.goto(url)
    return page


def latency(folder: Path) -> None:
    """From just before add_scalar to the end of the drawing in which its point is."""
    print("\n## From add_scalar to the drawn curve\n")
    print("| growing runs | points/s | writes | p50 ms | p95 ms | p99 ms | goal p95 |")
    print("|---|---|---|---|---|---|---|")
    with _browser() as browser:
        for runs, hertz, ticks in LATENCY:
            found = _latencies(browser, folder / "F", runs, hertz, ticks)
            p50, p95, p99 = np.percentile(found, [50, 95, 99])
            met = "✓" if p95 <= P95_GOAL else "✗"
            print(
                f"| {runs} | {runs * hertz:g} | {len(found):,} | {p50:.0f} | {p95:.0f} | {p99:.0f} "
                f"| {P95_GOAL:g} {met} |",
                flush=True,
            )


def _latencies(browser: Browser, logdir: Path, runs: int, hertz: float, ticks: int) -> list[float]:
    """Milliseconds of each point."""
    shutil.rmtree(logdir, ignore_errors=True)
    logdir.mkdir(parents=True)
    arguments = [str(logdir), str(runs), str(hertz), str(ticks), TAG]
    training = subprocess.Popen(
        [sys.executable, str(HERE / "train_once.py"), *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert training.stdin is not None
    assert training.stdout is not None
    try:
        training.stdout.readline()
        with serving(logdir) as served:
            page = _opened(browser, served.url)
            page.wait_for_function(f"new Set(window.drawn.map(([run]) => run)).size === {runs}")
            training.stdin.write("go\n")
            training.stdin.flush()
            logged = json.loads(training.stdout.readline())
            page.wait_for_function(
                f"window.drawn.filter(([, step]) => step === {ticks}).length >= {runs}"
            )
            drawn = page.evaluate("window.drawn")
            page.close()
    finally:
        training.kill()
        training.wait()
        shutil.rmtree(logdir)
    return _matched(logged, drawn)


def _matched(logged: list[Any], drawn: list[Any]) -> list[float]:
    """A point is drawn by the first drawing whose newest step of its run is not below its own."""
    by_run: dict[str, list[tuple[int, float]]] = {}
    for run, step, at in drawn:
        by_run.setdefault(run, []).append((step, at))
    steps = {run: np.array([step for step, _ in pairs]) for run, pairs in by_run.items()}
    return [
        by_run[run][int(np.searchsorted(steps[run], step))][1] - at * 1e3
        for run, step, at in logged
    ]


def idle(folder: Path, seconds: float) -> None:
    """A thousand runs, one page, two hundred more streams, and nothing that happens."""
    logs.SHAPES["K"] = (1_000, 10, 100)
    print(f"\n## Idle for {seconds:g} s: 1,000 runs, a page, {STREAMS} more streams\n")
    print("| process | CPU % | MB | goal |")
    print("|---|---|---|---|")
    logdir = logs.make("K", folder)
    with serving(logdir) as served, _browser() as browser, _streams(served.url) as streams:
        page = _opened(browser, served.url)
        page.wait_for_function("window.drawn.length >= 1000")
        chromium = _children(os.getpid(), "chrom")
        used = _cpu([served.pid]), _cpu(chromium)
        time.sleep(seconds)
        after = _cpu([served.pid]), _cpu(chromium)
        for name, pids, before, now in zip(
            ("server", "Chromium"), ([served.pid], chromium), used, after, strict=True
        ):
            share = (now - before) / seconds * 100
            met = f"{IDLE_GOAL:g} {'✓' if share < IDLE_GOAL else '✗'}" if name == "server" else ""
            print(f"| {name} | {share:.2f} | {_memory(pids) / 1e6:.0f} | {met} |", flush=True)
        alive = sum(_is_alive(stream) for stream in streams)
        print(f"\n{alive} of {STREAMS} streams were told that they are there.", flush=True)


@contextlib.contextmanager
def _streams(url: str) -> Iterator[list[socket.socket]]:
    place = urlsplit(url)
    assert place.hostname is not None
    assert place.port is not None
    request = f"GET /api/live?tag= HTTP/1.1\r\nHost: {place.netloc}\r\n\r\n".encode()
    with contextlib.ExitStack() as stack:
        opened = []
        for _ in range(STREAMS):
            connection = socket.create_connection((place.hostname, place.port))
            stack.enter_context(connection)
            connection.sendall(request)
            opened.append(connection)
        yield opened


def _is_alive(stream: socket.socket) -> bool:
    stream.settimeout(10)
    return b"event: here" in stream.recv(1 << 20)


def _children(pid: int, name: str) -> list[int]:
    """All descendants whose command has that in its name."""
    parents: dict[int, list[int]] = {}
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):  # ended meanwhile
            fields = (process / "stat").read_text().rpartition(")")[2].split()
            parents.setdefault(int(fields[1]), []).append(int(process.name))
    found, waiting = [], [pid]
    while waiting:
        below = parents.get(waiting.pop(), [])
        waiting += below
        found += below
    return [pid for pid in found if name in Path(f"/proc/{pid}/comm").read_text()]


def _cpu(pids: list[int]) -> float:
    """Seconds of processor time."""
    fields = [Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split() for pid in pids]
    return sum(int(each[11]) + int(each[12]) for each in fields) / TICKS


def _memory(pids: list[int]) -> float:
    """Bytes; pages that processes share are told in equal parts."""
    found = 0
    for pid in pids:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                found += int(line.split()[1]) * 1024
    return found


def sent(folder: Path) -> None:
    """Everything that the page receives while points come one after the other."""
    print("\n## Bytes that a page receives for a new point\n")
    print("| points before | stream | answers | together |")
    print("|---|---|---|---|")
    with _browser() as browser:
        for history in HISTORIES:
            stream, answers = _bytes_a_point(browser, folder, history)
            print(
                f"| {history:,} | {stream:.0f} | {answers:.0f} | {stream + answers:.0f} |",
                flush=True,
            )


def _bytes_a_point(browser: Browser, folder: Path, history: int) -> tuple[float, float]:
    logs.SHAPES["H"] = (1, 1, history)
    logdir = logs.make("H", folder / f"H{history}")
    [path] = logdir.glob("*/*tfevents*")
    tag = logs.tag_name(0)
    received = {"stream": 0, "answers": 0}

    def noted(kind: str, size: Callable[[Any], int]) -> Callable[[Any], None]:
        def note(event: Any) -> None:
            received[kind] += size(event)

        return note

    with serving(logdir) as served:
        page = _opened(browser, served.url)
        page.wait_for_function(f"window.drawn.some(([, step]) => step === {history - 1})")
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        session.on(
            "Network.eventSourceMessageReceived",
            noted("stream", lambda event: len(event["data"]) + len("id: 1\nevent: moved\ndata: ")),
        )
        session.on(
            "Network.loadingFinished",
            noted("answers", lambda event: int(event["encodedDataLength"])),
        )
        for step in range(history, history + ADDED):
            rows = logs.scalars(tag, np.array([step]), np.array([0.5]), False, False)
            with path.open("ab") as file:
                file.write(rows.tobytes())
            page.wait_for_function(f"window.drawn.some(([, step]) => step === {step})")
        page.close()
    shutil.rmtree(logdir)
    return received["stream"] / ADDED, received["answers"] / ADDED


def table(folder: Path, seconds: float) -> None:
    """Prints the three tables. seconds: of idling."""
    latency(folder)
    idle(folder, seconds)
    sent(folder)
