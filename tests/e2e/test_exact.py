"""A run of more points than pixels: the spike is seen, a zoom ends at raw points, and a smoothed
value is the same number however much of the run is shown."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from builders import write_events
from conftest import Served
from playwright.sync_api import Locator, Page, Response, expect

from neuronboard.store.smooth import Smoothing, smooth

pytestmark = pytest.mark.browser
POINTS, SPIKE = 50_000, 33_333


@pytest.fixture(scope="module")
def values() -> list[float]:
    """A walk with one spike."""
    chance = random.Random(3)
    found, value = [], 0.0
    for _ in range(POINTS):
        value += chance.gauss(0, 1)
        found.append(value)
    found[SPIKE] = 12345.0
    return found


@pytest.fixture
def opened(page: Page, serve: Callable[..., Served], tmp_path: Path, values: list[float]) -> Page:
    """The page of that run, drawn."""
    write_events(tmp_path / "long", [(step, {"v": value}) for step, value in enumerate(values)])
    page.goto(f"{serve(tmp_path).url}#scalars")
    expect(_canvas(page)).to_have_attribute("aria-label", re.compile("50,000 points"))
    return page


def _canvas(page: Page) -> Locator:
    return page.locator(".card canvas").first


def _asked(*parts: str) -> Callable[[Response], bool]:
    return lambda response: (
        "api/scalars/series" in response.url and all(part in response.url for part in parts)
    )


def _zoom(page: Page, start: float, end: float) -> None:
    box = _canvas(page).bounding_box()
    assert box is not None
    left, width, y = box["x"] + 52, box["width"] - 62, box["y"] + 50
    page.mouse.move(left + start * width, y)
    page.mouse.down()
    page.mouse.move(left + end * width, y, steps=3)
    page.mouse.up()


def _hover(page: Page, place: float) -> list[str]:
    """The cells of the tooltip's first row."""
    box = _canvas(page).bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 52 + place * (box["width"] - 62), box["y"] + 60)
    row = page.locator(".tooltip tbody tr").first
    expect(row).to_be_visible()
    return row.locator("td").all_inner_texts()


def _number(text: str) -> float:
    return float(text.replace(",", "").replace("−", "-"))


def test_a_spike_is_seen_and_a_zoom_ends_at_raw_points(opened: Page) -> None:
    """Of 50,000 points some hundreds come; after three drags every point of a few dozen does."""
    expect(_canvas(opened)).to_have_attribute("aria-label", re.compile("to 12,345"))
    for _ in range(3):
        with opened.expect_response(_asked("low=", "high=")) as answer:
            _zoom(opened, 0.4, 0.48)
    sent = len(answer.value.body()) // 20
    assert sent < 600
    steps = [_number(_hover(opened, place)[-3]) for place in (0.30, 0.35, 0.40)]
    assert steps == sorted(steps)
    assert steps[2] - steps[0] < 20


def test_a_smoothed_value_is_the_same_at_every_zoom(opened: Page, values: list[float]) -> None:
    """The server smooths all points; the page alone could not know it."""
    with opened.expect_response(_asked("smoothing=0.99")):
        opened.get_by_label("Smoothing", exact=True).focus()
        opened.keyboard.press("End")
    exact = smooth(np.array(values, np.float32), Smoothing("ema", 0.99))
    _compare(_hover(opened, 0.2), exact)
    with opened.expect_response(_asked("smoothing=0.99", "low=")):
        _zoom(opened, 0.5, 0.52)
    _compare(_hover(opened, 0.6), exact)
    with opened.expect_response(_asked("smoother=symmetric")):
        opened.get_by_text("Both sides").click()
    both = smooth(np.array(values, np.float32), Smoothing("symmetric", 0.99))
    _compare(_hover(opened, 0.7), both)


def _compare(cells: list[str], exact: npt.NDArray[np.float64]) -> None:
    smoothed, _, step = (_number(cell) for cell in cells[-5:-2])
    assert smoothed == pytest.approx(exact[int(step)], rel=1e-5, abs=1e-5)
