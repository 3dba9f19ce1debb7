"""Five thousand runs: a beginning that is told of, all by one click, and quick all the same."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from builders import event_bytes, scalar_event
from conftest import Served
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser
RUNS = 5000

# From a letter typed to the rows drawn, in milliseconds, for each letter of a text.
TYPE = """async (text) => {
  const input = document.querySelector('.run-filter');
  const took = [];
  for (let n = 1; n <= text.length; n += 1) {
    await new Promise((done) => setTimeout(done, 120));
    const began = performance.now();
    input.value = text.slice(0, n);
    input.dispatchEvent(new Event('input'));
    await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
    took.push(performance.now() - began);
  }
  return took.sort((a, b) => a - b);
}"""


@pytest.fixture(scope="module")
def sweep(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """5,000 runs in eight folders, of two points each; the later ones are newer."""
    folder = tmp_path_factory.mktemp("thousands")
    for n in range(RUNS):
        run = folder / f"sweep_{n % 8}" / f"lr{(n % 50 + 1) / 1e4:g}_seed{n}"
        run.mkdir(parents=True)
        began = 1.7e9 + 60 * n
        events = [scalar_event(step, {"loss": n + step}, began + step) for step in range(2)]
        (run / "events.out.tfevents.1").write_bytes(event_bytes(events))
    return folder


def test_the_newest_are_shown_and_all_by_a_click(
    page: Page, serve: Callable[..., Served], sweep: Path
) -> None:
    """The page says so; all of them are drawn then, also after a reload; few rows exist."""
    page.goto(f"{serve(sweep).url}#scalars")
    canvas = page.locator('canvas[role="img"]')
    expect(canvas).to_have_attribute("aria-label", re.compile("100 runs"))
    expect(page.locator(".run-notice")).to_contain_text("Of 5,000 runs the 100 newest are shown.")
    expect(page.get_by_role("checkbox", name="All in the list")).to_have_js_property(
        "indeterminate", True
    )
    page.get_by_role("button", name="Show all").click()
    expect(page.locator(".run-total")).to_have_text("5,000 of 5,000")
    expect(page.locator(".run-notice")).to_be_empty()
    expect(canvas).to_have_attribute("aria-label", re.compile("5,000 runs"), timeout=60_000)
    assert page.locator(".run-row").count() < 100
    page.reload()
    expect(page.locator(".run-total")).to_have_text("5,000 of 5,000")
    page.get_by_role("treegrid").focus()
    page.keyboard.press("End")
    expect(page.locator(".run-row.active")).to_have_attribute("aria-rowindex", "5009")


def test_a_filter_is_drawn_within_a_tenth_of_a_second(
    page: Page, serve: Callable[..., Served], sweep: Path
) -> None:
    """In the middle of the letters of a text, and of an expression over the server's columns."""
    page.goto(f"{serve(sweep).url}#scalars?tags=nothing")
    expect(page.locator(".run-notice")).to_contain_text("100 newest")
    took = page.evaluate(TYPE, "lr0.001_seed4")
    assert took[len(took) // 2] < 100, took
    page.get_by_label("Filter runs").fill("last(loss) < 90")
    expect(page.locator(".run-said")).to_have_text("89 of 5,000 match")
    took = page.evaluate(TYPE, "last(loss) < 1000 and lr in (0.001, 0.002)")
    assert took[len(took) // 2] < 100, took
    expect(page.locator(".run-said")).to_have_text("40 of 5,000 match")
