"""What answers cost inside the server: from the catalog to the bytes, at random zooms.

Nothing is asked twice, so that no answer is kept from before; the first question about each curve,
which makes its table of blocks, is told apart.
"""

from __future__ import annotations

import random
import shutil
import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import logs
import numpy as np

from neuronboard.dashboards.scalars import encode, query
from neuronboard.dashboards.scalars.query import Question
from neuronboard.store import Catalog, LogdirSpec, Store
from neuronboard.store.group import Line, grouped
from neuronboard.store.smooth import Smoothing, smooth

ASKED = 200
PIXELS = 1500
GOALS: dict[str, float | None] = {  # milliseconds, p95
    "20 runs of 20 M points in 100 runs": 10.0,
    "20 runs of 1 M points each": 20.0,
    "one run of 20 M points": 10.0,
    "append 1,000 points to 20 M, reload": 50.0,
    "smoothing and a band, 50 runs x 10,000": 50.0,
    "the same, no two runs with a step in common": None,
}


def measure(folder: Path) -> Iterator[tuple[str, float, list[float], float]]:
    """(what, and what `_times` says of it)."""
    logs.SHAPES |= {"Q": (20, 1, 1_000_000), "Z": (1, 1, 20_000_000), "B": (50, 1, 10_000)}
    names = iter(GOALS)
    for log, runs in (("L", 20), ("Q", 20), ("Z", 1)):
        catalog = _store(logs.make(log, folder)).catalog
        yield next(names), *_times(lambda c=catalog, n=runs, log=log: _zoomed(c, log, n))
        del catalog
    yield next(names), *_appended(logs.make("Z", folder), folder / "Z-grows")
    catalog = _store(logs.make("B", folder)).catalog
    yield next(names), *_times(lambda: _group(catalog))
    yield next(names), *_times(_unaligned())


def _store(logdir: Path) -> Store:
    store = Store(LogdirSpec.single(logdir))
    store.refresh()
    return store


def _times(ask: Callable[[], object], count: int = ASKED) -> tuple[float, list[float], float]:
    """Seconds of the first question and of the others, and the processor's seconds for one."""
    seconds = []
    used = 0.0
    for number in range(count + 1):
        used_before, began = time.process_time(), time.perf_counter()
        ask()
        seconds.append(time.perf_counter() - began)
        used += time.process_time() - used_before if number else 0.0
    return seconds[0], seconds[1:], used / count


def _answer(catalog: Catalog, question: Question) -> bytes:
    return encode.to_binary(query.answer(catalog, question, query.curves(catalog, question)), {})


def _zoomed(catalog: Catalog, log: str, runs: int) -> None:
    _, tags, steps = logs.SHAPES[log]
    width = steps * 10 ** -random.uniform(0, 4)
    low = random.uniform(0, steps - width)
    ids = [run.id for run in random.sample(catalog.runs, runs)]
    tag = logs.tag_name(random.randrange(tags))
    _answer(catalog, Question((tag,), tuple(ids), bounds=(low, low + width), pixels=PIXELS))


def _appended(logdir: Path, folder: Path) -> tuple[float, list[float], float]:
    """1,000 points more in the file, until the answer has them."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(logdir, folder)
    [path] = folder.glob("*/*tfevents*")
    store = _store(folder)
    tag = logs.tag_name(0)
    _answer(store.catalog, Question((tag,), pixels=PIXELS))
    later = iter(range(20_000_000, 21_000_000, 1_000))

    def ask() -> None:
        start = next(later)
        steps = np.arange(start, start + 1_000)
        with path.open("ab") as file:
            file.write(logs.scalars(tag, steps, steps / start, False, False).tobytes())
        before = store.catalog.version
        store.refresh()
        question = Question((tag,), pixels=PIXELS, since=before)
        [drawn] = query.answer(
            store.catalog, question, query.curves(store.catalog, question)
        ).curves
        assert (drawn.append, len(drawn.columns.steps)) == (True, 1_000)

    found = _times(ask, 50)
    shutil.rmtree(folder)
    return found


def _group(catalog: Catalog) -> None:
    how = Smoothing("ema", random.uniform(0.5, 0.99))
    question = Question((logs.tag_name(0),), pixels=PIXELS, smoothing=how)
    answer = query.group(question, query.curves(catalog, question), "mean", "quartiles")
    encode.group_to_binary(answer, {})


def _unaligned() -> Callable[[], object]:
    """50 runs x 10,000 points, of which no two have a step in common."""
    chance = np.random.default_rng(0)
    lines = [Line(np.arange(10_000) * 50 + run, chance.normal(size=10_000)) for run in range(50)]

    def ask() -> None:
        how = Smoothing("ema", random.uniform(0.5, 0.99))
        grouped([Line(x, smooth(y, how)) for x, y in lines], "mean", "std")

    return ask


def table(folder: Path) -> None:
    """Prints the table."""
    print(f"\n## Answers in the server, {PIXELS:,} px, {ASKED} random questions\n")
    print("| what | first ms | p50 ms | p95 ms | goal | processor ms |")
    print("|---|---|---|---|---|---|")
    for what, first, seconds, used in measure(folder):
        middle, high = statistics.median(seconds), float(np.percentile(seconds, 95))
        goal = GOALS[what]
        aimed = "" if goal is None else f"{goal:g} {'✓' if high * 1e3 <= goal else '✗'}"
        print(
            f"| {what} | {first * 1e3:.1f} | {middle * 1e3:.2f} | {high * 1e3:.2f} "
            f"| {aimed} | {used * 1e3:.2f} |",
            flush=True,
        )
