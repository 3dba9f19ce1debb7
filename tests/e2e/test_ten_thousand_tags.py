"""Ten thousand tags: nothing is fetched, drawn or even made that is not near the screen."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from builders import write_events
from conftest import Served
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser
Serve = Callable[..., Served]
TAGS = 10_000
NEAR = 16  # cards that 800 pixels and what is ahead of them have room for, with some to spare


@pytest.fixture(scope="module")
def logdir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two runs of two steps; a hundred layers with a hundred tags each."""
    folder = tmp_path_factory.mktemp("tags")
    names = [f"layer_{n // 100:02d}/weight_{n % 100:02d}" for n in range(TAGS)]
    for run in ("a", "b"):
        write_events(folder / run, [(s, dict.fromkeys(names, float(s))) for s in range(2)])
    return folder


def _asked(page: Page) -> list[str]:
    """The questions for curves, noted from now on."""
    asked: list[str] = []
    page.on("request", lambda r: asked.append(r.url) if "/series" in r.url else None)
    return asked


def test_only_what_is_near_the_screen_is_made_and_asked_for(
    page: Page, serve: Serve, logdir: Path
) -> None:
    """All are open; the first cards are there; a jump to the end brings the last ones."""
    asked = _asked(page)
    page.goto(serve(logdir).url + "#scalars?folds=open")
    drawn = page.locator("article.card canvas[aria-label*='2 runs']")
    expect(drawn.first).to_be_visible()
    assert page.locator("article.card").count() <= NEAR
    page.locator(".content").evaluate("e => e.scrollTo(0, e.scrollHeight)")
    last = page.locator('article[aria-label="layer_99/weight_99"] canvas[role="img"]')
    expect(last).to_have_attribute("aria-label", re.compile("2 runs"))
    assert page.locator("article.card").count() <= NEAR
    assert sum(url.count("tag=") for url in asked) <= 2 * NEAR
    assert page.evaluate("document.querySelectorAll('*').length") < 1200


def test_headings_fold_and_the_link_keeps_it(page: Page, serve: Serve, logdir: Path) -> None:
    """At first the first layer is open and the others are headings; a click turns that around."""
    page.goto(serve(logdir).url)
    first = page.get_by_role("button", name="layer_00 100")
    expect(first).to_have_attribute("aria-expanded", "true")
    expect(page.locator("article.card").first).to_be_visible()
    first.click()
    expect(page.locator("article.card")).to_have_count(0)
    page.get_by_role("button", name="layer_07 100").click()
    expect(page.locator('article[aria-label="layer_07/weight_00"]')).to_be_visible()
    page.reload()
    expect(page.locator('article[aria-label="layer_07/weight_00"]')).to_be_visible()
    expect(first).to_have_attribute("aria-expanded", "false")


def test_a_search_finds_by_pieces_and_says_what_is_wrong(
    page: Page, serve: Serve, logdir: Path
) -> None:
    """Letters where words begin; then a regular expression, first a broken one."""
    page.goto(serve(logdir).url)
    box = page.get_by_label("Search tags")
    box.fill("la42w07")
    expect(page.locator("article.card h3").first).to_have_text("layer_42/weight_07")
    page.get_by_label("Regular expression").click()
    box.fill("_9[89]/weight_(")
    expect(page.get_by_role("status").filter(has_text="unterminated group")).to_be_visible()
    box.fill("_9[89]/weight_00$")
    expect(page.locator("article.card")).to_have_count(2)
    expect(page.get_by_text("2 of 10,000 tags")).to_be_visible()


def test_a_pinned_card_stands_first_and_the_link_keeps_it(
    page: Page, serve: Serve, logdir: Path
) -> None:
    """Pinned where it was found; first on the page without the search, and after a reload."""
    page.goto(serve(logdir).url)
    box = page.get_by_label("Search tags")
    box.fill("layer_55/weight_66")
    card = page.locator('article[aria-label="layer_55/weight_66"]')
    card.get_by_role("button", name="Pin").click()
    box.fill("")
    expect(page.locator("article.card h3").first).to_have_text("layer_55/weight_66")
    page.reload()
    expect(page.locator("article.card h3").first).to_have_text("layer_55/weight_66")
    card.get_by_role("button", name="Pin").click()
    expect(page.locator("article.card h3").first).to_have_text("layer_00/weight_00")
