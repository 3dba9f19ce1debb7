"""Each change is drawn once on each card, and what is known already is asked for no more."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from builders import write_events
from conftest import Served
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser
Serve = Callable[..., Served]
TAGS = [f"tag_{n}" for n in range(3)]

# Counts how often each chart is drawn: a picture begins with an empty canvas.
COUNTING = """window.pictures = {};
const clear = CanvasRenderingContext2D.prototype.clearRect;
CanvasRenderingContext2D.prototype.clearRect = function (...box) {
  const card = this.canvas.matches('.chart-canvas') && this.canvas.closest('.card');
  if (card) pictures[card.ariaLabel] = (pictures[card.ariaLabel] ?? 0) + 1;
  return clear.apply(this, box);
};"""
# Whatever settles later has settled: the exact answer is asked for 80 ms behind a change.
QUIET = """async () => {
  let before = '';
  for (let since = performance.now(); performance.now() - since < 400;) {
    await new Promise((then) => requestAnimationFrame(then));
    if (JSON.stringify(pictures) !== before) since = performance.now();
    before = JSON.stringify(pictures);
  }
  const told = pictures;
  pictures = {};
  return told;
}"""


@pytest.fixture
def opened(page: Page, serve: Serve, tmp_path: Path) -> Page:
    """Five runs of four tags, drawn."""
    for run in "abcde":
        points = [(s, dict.fromkeys([*TAGS, "loss/x"], s * 0.5)) for s in range(50)]
        write_events(tmp_path / run, points)
    page.add_init_script(COUNTING)
    page.goto(serve(tmp_path).url)
    expect(page.locator(".card-points", has_text="all drawn")).to_have_count(4)
    return page


def test_cards_are_drawn_once_when_they_come_and_once_for_each_change(opened: Page) -> None:
    """At first, though feet are written later; a run lifted, and hidden; another smoothing."""
    every = dict.fromkeys([*TAGS, "loss/x"], 1)
    assert opened.evaluate(QUIET) == every
    opened.locator(".run-table").focus()
    opened.keyboard.press("ArrowDown")  # lifts the run
    assert opened.evaluate(QUIET) == every
    opened.keyboard.press("Space")
    expect(opened.get_by_text("4 of 5", exact=True)).to_be_visible()
    assert opened.evaluate(QUIET) == every
    opened.get_by_label("Smoothing", exact=True).focus()
    opened.keyboard.press("ArrowRight")
    assert opened.evaluate(QUIET) == every


def test_a_search_draws_no_card_that_stays_and_asks_for_nothing_that_is_known(
    opened: Page,
) -> None:
    """Letters typed and taken back: cards that stay are not drawn, those that come are, once."""
    asked: list[str] = []
    opened.on("request", lambda r: asked.append(r.url) if "/series" in r.url else None)
    opened.evaluate(QUIET)
    box = opened.get_by_label("Search tags")
    box.press_sequentially("tag")
    expect(opened.locator("article.card")).to_have_count(3)
    assert opened.evaluate(QUIET) == {}
    for _ in "tag":
        box.press("Backspace")
    expect(opened.locator("article.card")).to_have_count(4)
    assert opened.evaluate(QUIET) == {"loss/x": 1}
    assert asked == []
