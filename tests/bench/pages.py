"""What the page costs in a real Chromium, beside TensorBoard's Time Series page.

Each visit is a fresh browser profile on a warm server. Ours says by User Timing marks when it has
drawn; TensorBoard says nothing, so of it only what can be seen from outside is told: when its first
chart and the charts of the first screen have lines.
"""

from __future__ import annotations

import contextlib
import json
import math
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

import logs
import peers
from playwright.sync_api import Browser, CDPSession, Page, sync_playwright

SHAPES = {"P20": (20, 60, 1_000), "P500": (500, 60, 100), "P5000": (5_000, 20, 100)}
SELECTED = "#scalars?selected=all"  # of thousands of runs a page begins with some
LONG = {"P1k": (1, 1, 1_000), "P10M": (1, 1, 10_000_000)}
SIZE = {"width": 1440, "height": 900}
VISITS = {"P20": 5, "P500": 3, "P5000": 3}
# What is wanted of each log, in the order of SHAPES; milliseconds, frames a second, megabytes.
GOALS: dict[str, tuple[float, float, float]] = {
    "first chart": (300, 500, 1_500),
    "visible charts": (500, 1_000, 4_000),
    "run toggled": (50, 100, 2_000),
    "smoothing moved": (50, 100, 2_000),
    "filter typed": (50, 100, 2_000),
    "run filter typed": (50, 100, 2_000),
    "first response": (50, 100, 100),
    "scroll frames/s": (55, 50, 30),
    "longest gap": (100, 200, 200),
    "heap MB": (100, 150, 300),
}
AT_LEAST = {"scroll frames/s"}
INTERACTIONS = {
    "run toggled",
    "smoothing moved",
    "filter typed",
    "run filter typed",
    "first response",
}
ROUNDS = 20  # of each interaction
PAUSE = 150  # milliseconds between two of them: who types quickly
# Into which field which words are typed, and taken back letter by letter; each letter changes
# which cards or runs there are.
TYPED = {
    "filter typed": ("[data-filter]", ("loss", "enc", "mlp", "rms")),
    "run filter typed": (".run-filter", ("15", "12", "19", "18", "13")),
}
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
FLAGS += ["--enable-precise-memory-info", "--disable-component-update", "--disable-sync"]

# Promises the milliseconds from the next key or click to the frame after it, and to the mark that
# says that it is drawn.
ACTED = """(kind) => {
  window.acted = new Promise((then, fail) => {
    const found = { began: 0, first: 0, drawn: 0 };
    const tell = (what) => {
      found[what] = performance.now();
      const { began, first, drawn } = found;
      if (first && drawn) then([first - began, drawn - began]);
    };
    addEventListener(kind, ({ timeStamp }) => {
      found.began = timeStamp;
      requestAnimationFrame(() => setTimeout(() => tell('first'), 0));
    }, { capture: true, once: true });
    const observer = new PerformanceObserver((list) => {
      const marks = list.getEntriesByName('nb:updated');
      if (!found.began || !marks.some((e) => e.detail?.drawn && e.startTime >= found.began)) return;
      observer.disconnect();
      tell('drawn');
    });
    observer.observe({ entryTypes: ['mark'] });
    setTimeout(() => fail(new Error(`no nb:updated after ${kind}`)), 30000);
  });
}"""

MARKED = """(name) => new Promise((then, fail) => {
  const told = (list) => list.getEntriesByName(name).forEach((mark) => then(mark.startTime));
  new PerformanceObserver(told).observe({ type: 'mark', buffered: true });
  setTimeout(() => fail(new Error(`no ${name}`)), 60000);
})"""

# Scrolls to the end of the cards as a wheel does, and tells the time of each frame.
SCROLL = """async () => {
  const box = document.querySelector('.content');
  box.scrollTo(0, 0);
  await new Promise((then) => setTimeout(then, 500));
  const times = [];
  await new Promise((then) => {
    const frame = (now) => {
      times.push(now);
      box.scrollBy(0, 40);
      if (box.scrollTop + box.clientHeight >= box.scrollHeight - 1) then();
      else requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  });
  return times;
}"""

# Which of TensorBoard's charts have lines: those whose x axis reaches as far as the steps do;
# before there are data it ends at 1.
THEIRS = """() => [...document.querySelectorAll('scalar-card')].map((card) =>
  [...card.querySelectorAll('line-chart text')].some((text) => Number(text.textContent) > 9))"""


@dataclass
class Found:
    """Of one page, all that was measured: name -> numbers."""

    numbers: dict[str, list[float]] = field(default_factory=dict)

    def add(self, name: str, *numbers: float) -> None:
        """Notes some."""
        self.numbers.setdefault(name, []).extend(numbers)

    def told(self, name: str) -> float:
        """The median of visits, the 95th percentile of interactions."""
        found = sorted(self.numbers[name])
        if name in INTERACTIONS:
            return found[math.ceil(len(found) * 0.95) - 1]
        return statistics.median(found)


@contextlib.contextmanager
def _ours(logdir: Path) -> Iterator[str]:
    """The URL of our server, which has read everything."""
    port = peers._free_port()
    url = f"http://localhost:{port}/"

    def whole() -> bool:
        return bool(json.loads(peers._get(f"{url}api/status"))["phase"] == "ready")

    command = [str(peers.SCRIPTS / "neuronboard"), f"--logdir={logdir}", f"--port={port}"]
    with peers._serving(command, whole):
        yield url


@contextlib.contextmanager
def _theirs(logdir: Path, points: int) -> Iterator[str]:
    """The URL of TensorBoard, which has read everything."""
    runs = [path.name for path in sorted(logdir.iterdir()) if path.is_dir()]
    chart = peers.Chart(logdir, logs.tag_name(0), runs, points)
    with peers.tensorboard_serving(chart) as port:
        yield f"http://localhost:{port}/"


def _visit(browser: Browser) -> tuple[Page, CDPSession]:
    context = browser.new_context(viewport=SIZE, locale="en-US")
    page = context.new_page()
    return page, context.new_cdp_session(page)


def _mark(page: Page, name: str) -> float:
    """When a mark was set, in milliseconds from the navigation."""
    return float(page.evaluate(MARKED, name))


def _marks(browser: Browser, url: str, found: Found) -> None:
    page, _ = _visit(browser)
    page.goto(url + SELECTED)
    found.add("first chart", _mark(page, "nb:first-chart"))
    found.add("visible charts", _mark(page, "nb:visible-charts"))
    page.context.close()


def _interactions(browser: Browser, url: str, found: Found) -> None:
    page, session = _visit(browser)
    page.goto(url + SELECTED)
    _mark(page, "nb:visible-charts")
    page.wait_for_timeout(1000)
    page.locator(".run-table").focus()
    page.keyboard.press("ArrowDown")
    for n in range(ROUNDS):
        _act(page, found, "run toggled", "keydown", lambda: page.keyboard.press("Space"))
        if n % 2:
            page.keyboard.press("ArrowDown")
    page.get_by_label("Smoothing", exact=True).focus()
    for _ in range(ROUNDS):
        _act(page, found, "smoothing moved", "input", lambda: page.keyboard.press("ArrowRight"))
    for name, (box, words) in TYPED.items():
        page.locator(box).focus()
        for word in words:
            for key in [*word, *["Backspace"] * len(word)]:
                _act(page, found, name, "input", lambda key=key: page.keyboard.press(key))
    times = page.evaluate(SCROLL)
    gaps = [b - a for a, b in pairwise(times)]
    found.add("scroll frames/s", 1000 * len(gaps) / sum(gaps))
    found.add("longest gap", max(gaps))
    session.send("HeapProfiler.enable")
    session.send("HeapProfiler.collectGarbage")
    heap = session.send("Runtime.getHeapUsage")
    found.add("heap MB", heap["usedSize"] / 1e6)
    found.add("columns MB", heap.get("backingStorageSize", 0) / 1e6)
    page.context.close()


def _act(page: Page, found: Found, name: str, kind: str, act: Callable[[], None]) -> None:
    """Does something as a person does; kind: the event that the clock starts with."""
    page.wait_for_timeout(PAUSE)
    page.evaluate(ACTED, kind)
    act()
    first, drawn = page.evaluate("window.acted")
    found.add("first response", first)
    found.add(name, drawn)


def _of_tensorboard(browser: Browser, url: str, found: Found, cards: int) -> None:
    """First and visible charts of its Time Series page; `cards` of them make a screen."""
    page, _ = _visit(browser)
    began = time.perf_counter()
    page.goto(f"{url}?darkMode=false#timeseries")
    first = 0.0
    while time.perf_counter() - began < 60:
        ready = sum(page.evaluate(THEIRS))
        if ready and not first:
            first = time.perf_counter() - began
        if ready >= cards:
            break
    found.add("first chart", first * 1e3)
    found.add("visible charts", (time.perf_counter() - began) * 1e3)
    page.context.close()


def _slow_link(browser: Browser, url: str) -> float:
    """Milliseconds to the first chart over a link of 100 ms and 10 Mbit/s."""
    page, session = _visit(browser)
    session.send("Network.enable")
    session.send(
        "Network.emulateNetworkConditions",
        {
            "offline": False,
            "latency": 100,
            "downloadThroughput": 1.25e6,
            "uploadThroughput": 1.25e6,
        },
    )
    page.goto(url)
    found = _mark(page, "nb:first-chart")
    page.context.close()
    return found


def links(folder: Path) -> None:
    """Prints what a slow link and a long run cost: the first chart of each."""
    logs.SHAPES |= SHAPES | LONG
    print("\n## First chart, ms\n")
    print("| what | first chart | goal |")
    print("|---|---|---|")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_chromium(), args=FLAGS)
        with _ours(logs.make("P20", folder)) as url:
            found = statistics.median(_slow_link(browser, url) for _ in range(5))
            print(f"| over 100 ms and 10 Mbit/s, P20 | {found:.0f} | 1000 |", flush=True)
        for log, (_, _, steps) in LONG.items():
            with _ours(logs.make(log, folder)) as url:
                told = Found()
                for _ in range(5):
                    _marks(browser, url, told)
            name = f"one run of {steps:,} points"
            print(f"| {name} | {told.told('first chart'):.0f} | as the other |", flush=True)
        browser.close()


def table(folder: Path, only: list[str]) -> None:
    """Prints the table of the page."""
    logs.SHAPES |= SHAPES
    told: dict[str, Found] = {}
    theirs: dict[str, Found] = {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=_chromium(), args=FLAGS)
        for log in SHAPES:
            if only and log not in only:
                continue
            logdir = logs.make(log, folder)
            found, peer = told.setdefault(log, Found()), theirs.setdefault(log, Found())
            with contextlib.ExitStack() as stack:
                url = stack.enter_context(_ours(logdir))
                other = None
                if log != "P5000":
                    runs, _, steps = SHAPES[log]
                    other = stack.enter_context(_theirs(logdir, runs * steps))
                for _ in range(VISITS[log]):
                    _marks(browser, url, found)
                    if other:
                        _of_tensorboard(browser, other, peer, 4)
                _interactions(browser, url, found)
        browser.close()
    _print(told, theirs)
    if not only:
        links(folder)


def _print(told: dict[str, Found], theirs: dict[str, Found]) -> None:
    print("\n## The page in Chromium, fresh profile, warm server (ms; TensorBoard in brackets)\n")
    names = {log: " x ".join(f"{n:,}" for n in SHAPES[log]) for log in told}
    print(f"| what | {' | '.join(names.values())} |")
    print(f"|---|{'---|' * len(names)}")
    for what, goals in GOALS.items():
        cells = []
        for log in told:
            goal = goals[list(SHAPES).index(log)]
            value = told[log].told(what)
            met = value >= goal if what in AT_LEAST else value <= goal
            peer = theirs[log].numbers.get(what)
            beside = f" ({statistics.median(peer):.0f})" if peer else ""
            cells.append(f"{value:.0f}{beside}, goal {goal:g} {'✓' if met else '✗'}")
        print(f"| {what} | {' | '.join(cells)} |", flush=True)
    columns = [f"{told[log].told('columns MB'):.0f}" for log in told]
    print(f"| columns beside the heap, MB | {' | '.join(columns)} |", flush=True)


def _chromium() -> str:
    import sys

    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
    import prepare

    return str(prepare.chromium())
