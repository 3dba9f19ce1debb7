"""Five hundred runs with long names, Korean among them: a sweep, as a practitioner has it."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from builders import write_events
from conftest import Served
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser
RUNS = 500


@pytest.fixture(scope="module")
def sweep(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """500 runs of 20 points; every third is named in Korean, and at length."""
    folder = tmp_path_factory.mktemp("sweep")
    for n in range(RUNS):
        korean = f"실험 {n}/아주 긴 이름의 실행, 최적화기=아담, 층=24, 모델=트랜스포머"
        name = korean if n % 3 == 0 else f"sweep/lr={n / 1e5:g},batch=256/seed {n}"
        write_events(folder / name, [(step, {"loss": (n + 1) / (step + 1)}) for step in range(20)])
    return folder


def test_all_runs_are_drawn_and_listed(
    page: Page, serve: Callable[..., Served], sweep: Path
) -> None:
    """The chart tells of 500 runs; the list holds few elements and comes to the last one."""
    page.goto(serve(sweep).url)
    canvas = page.locator('canvas[role="img"]')
    expect(canvas).to_have_attribute("aria-label", re.compile("500 runs"))
    rows = page.locator("aside [data-run]")
    assert 5 < rows.count() < 100
    canvas.hover()
    names = page.get_by_role("tooltip").locator(".run-name").all_inner_texts()
    assert len(set(names)) == len(names) > 5
    tails = page.get_by_role("tooltip").locator(".run-name span:last-child")
    for i in range(len(names)):
        assert tails.nth(i).evaluate("e => e.scrollWidth <= e.clientWidth || !e.clientWidth")
    page.get_by_placeholder("Filter runs").fill("seed 49[0-9]")
    expect(rows).to_have_count(7)
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width == page.viewport_size["width"], "nothing overflows to the right"


def test_a_choice_of_runs_is_kept_in_the_link(
    page: Page, serve: Callable[..., Served], sweep: Path
) -> None:
    """Ten of them shown; the same ten after a reload."""
    page.goto(serve(sweep).url)
    canvas = page.locator('canvas[role="img"]')
    expect(canvas).to_have_attribute("aria-label", re.compile("500 runs"))
    page.get_by_label("All in the list").uncheck()
    page.get_by_placeholder("Filter runs").fill("^실험 [12]?[0-9]/")
    page.get_by_label("All in the list").check()
    expect(canvas).to_have_attribute("aria-label", re.compile("10 runs"))
    page.reload()
    expect(canvas).to_have_attribute("aria-label", re.compile("10 runs"))
