"""Reduced curves draw the same pixels as all their points, along the chart's own path.

The page asks the server for a curve twice, whole and reduced, and draws both with its own chart at
the same size; not one pixel differs.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from builders import T0, event_bytes, scalar_event
from conftest import Served
from playwright.sync_api import Browser, Page

SHAPES = 10
CURVES = 24  # of each shape

DRAW = (Path(__file__).parent / "fidelity.js").read_text("utf-8")


def _values(shape: int, number: int) -> list[tuple[int, float, float]]:
    """(step, value, wall_time) of a curve: noise with what charts get wrong."""
    chance = random.Random(shape * 1000 + number)
    n = chance.choice([700, 3_000, 12_000])
    gap = chance.choice([1, 1, 3, 10])
    value, time, rows = 0.0, T0, []
    for i in range(n):
        value += chance.gauss(0, 1)
        time += chance.expovariate(1.0)
        rows.append((i * gap, _shaped(shape, chance, value, i, n), time))
    return rows


def _shaped(shape: int, chance: random.Random, walk: float, i: int, n: int) -> float:
    nan, infinite = float("nan"), float("inf")
    shapes: list[Callable[[], float]] = [
        lambda: walk,
        lambda: chance.gauss(0, 1),
        lambda: 1e30 if chance.random() < 0.001 else chance.gauss(0, 1),  # spikes beyond any scale
        lambda: nan if chance.random() < 0.05 else walk,  # single gaps
        lambda: nan if (i // (n // 9)) % 2 else walk,  # long gaps
        lambda: chance.choice([nan, infinite, -infinite]) if chance.random() < 0.02 else walk,
        lambda: 10.0 ** chance.uniform(-9, 9),
        lambda: walk,  # both signs, half of it not on a logarithmic axis
        lambda: 0.5 if chance.random() < 0.999 else 0.75,  # flat, with ties
        lambda: nan if chance.random() < 0.97 else walk,  # points that stand alone
    ]
    return shapes[shape]()


@pytest.fixture(scope="module")
def logdir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run for each curve."""
    folder = tmp_path_factory.mktemp("fidelity")
    for shape in range(SHAPES):
        for number in range(CURVES):
            run = folder / f"shape{shape}-{number:02}"
            run.mkdir()
            rows = _values(shape, number)
            data = event_bytes(scalar_event(step, {"v": v}, time) for step, v, time in rows)
            (run / "events.out.tfevents.1700000000.host").write_bytes(data)
    return folder


@pytest.fixture
def page_of(browser: Browser) -> Iterator[Callable[[float], Page]]:
    """A tab whose screen has so many device pixels for one of CSS."""
    contexts = []

    def open_page(ratio: float) -> Page:
        context = browser.new_context(
            viewport={"width": 900, "height": 500}, device_scale_factor=ratio
        )
        contexts.append(context)
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()


@pytest.mark.browser
@pytest.mark.parametrize("ratio", [1, 2, 1.25])
def test_no_pixel_differs(
    logdir: Path, serve: Callable[..., Served], page_of: Callable[[float], Page], ratio: float
) -> None:
    """Hundreds of series, whole and zoomed, linear and logarithmic, smoothed, by step and time."""
    served = serve(logdir)
    page = page_of(ratio)
    page.goto(f"{served.url}#scalars")
    page.wait_for_selector(".card canvas")
    part = {1: (0, 2), 2: (1, 2), 1.25: (0, 4)}[ratio]
    runs = [
        f"shape{shape}-{number:02}"
        for shape in range(SHAPES)
        for number in range(CURVES)
        if number % part[1] == part[0] % part[1]
    ]
    found = page.evaluate(
        DRAW,
        {
            "runs": runs,
            "width": 331,
            "height": 160,
            "zooms": [[0, 1], [0.2, 0.7], [0.4613, 0.5], [0.5, 0.5011]],
            "settings": [
                {"axis": "step", "log": False, "logX": False, "smoothing": 0},
                {"axis": "wall", "log": True, "logX": False, "smoothing": 0},
                {"axis": "relative", "log": False, "logX": True, "smoothing": 0.9},
            ],
        },
    )
    assert found["different"] == []
    assert found["drawn"] == len(runs) * 12
    assert found["ink"] > found["drawn"] * 0.7  # lines were drawn, not two empty pictures
    assert found["sent"] < found["points"] / 2
