"""Cards of several tags: which line is which tag, and that each is drawn for its own picture."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest
from builders import write_events
from conftest import Served
from playwright.sync_api import Locator, Page, Response, expect

pytestmark = pytest.mark.browser
Serve = Callable[..., Served]
POINTS = 20_000
INK = "(c) => c.toDataURL()"


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """Two tags of many points, of which one reaches four times as far."""
    for run in ("first", "second"):
        near = [(s, {"train/near": float(s * 7919 % 1000)}) for s in range(POINTS)]
        far = [(s * 4, {"train/far": float(s * 104729 % 1000)}) for s in range(POINTS)]
        write_events(tmp_path / run, near + far)
    return tmp_path


def _link(cards: list[dict[str, object]], **more: object) -> str:
    pairs = {"cards": cards, **more}
    return "#scalars?" + "&".join(f"{key}={quote(json.dumps(v))}" for key, v in pairs.items())


def _canvas(page: Page, title: str) -> Locator:
    canvas = page.locator(f'article[aria-label="{title}"] canvas[role="img"]')
    expect(canvas).to_have_attribute("aria-label", re.compile("ends at"))
    return canvas


def test_tags_of_one_card_are_reduced_to_the_pixels_of_all(
    page: Page, serve: Serve, log: Path
) -> None:
    """The shorter one is asked for again, as far as the longer one reaches; then the foot says
    that the picture is exact."""
    asked: list[str] = []

    def note(response: Response) -> None:
        if "series" in response.url:
            asked.append(response.url)

    page.on("response", note)
    page.goto(serve(log).url + _link([{"title": "both", "match": "near|far"}]))
    card = page.locator('article[aria-label="both"]')
    expect(card.locator(".card-points")).to_have_text("80,000 points, exact")
    whole = f"low=0&high={(POINTS - 1) * 4}"
    assert [url for url in asked if "near" in url and whole in url]


def test_a_zoom_in_one_card_leaves_the_other_cards_of_its_tags_as_they_are(
    page: Page, serve: Serve, log: Path
) -> None:
    """Curves that came reduced are right for one picture only; each card has its own."""
    page.goto(serve(log).url + _link([{"title": "both", "match": "near|far"}]))
    own, other = _canvas(page, "both"), _canvas(page, "train/near")
    foot = page.locator('article[aria-label="train/near"] .card-points')
    expect(foot).to_have_text("40,000 points, exact")
    before = other.evaluate(INK)
    box = own.bounding_box()
    assert box is not None
    with page.expect_response(re.compile(r"tag=train%2Fnear.*low=")):
        page.mouse.move(box["x"] + 120, box["y"] + 60)
        page.mouse.down()
        page.mouse.move(box["x"] + 170, box["y"] + 60, steps=3)
        page.mouse.up()
    expect(page.locator('article[aria-label="both"] .card-points')).to_contain_text(" of 80,000")
    page.mouse.move(5, 5)
    page.get_by_label("Smoothing", exact=True).fill("0.5")  # all cards are drawn anew
    page.get_by_label("Smoothing", exact=True).fill("0")
    expect(foot).to_have_text("40,000 points, exact")
    page.wait_for_function(
        f"([c, before]) => ({INK})(c) === before", arg=[other.element_handle(), before]
    )


def test_a_card_says_which_dash_is_which_tag(page: Page, serve: Serve, log: Path) -> None:
    """In a line of its own, by what tells the tags apart."""
    page.goto(serve(log).url + _link([{"title": "both", "match": "near|far"}]))
    legend = page.locator('article[aria-label="both"] .card-tags span')
    expect(legend).to_have_text(["far", "near"])
    dashes = legend.locator("line").evaluate_all(
        "(all) => all.map((line) => line.getAttribute('stroke-dasharray'))"
    )
    assert len(set(dashes)) == 2
    expect(page.locator('article[aria-label="train/near"] .card-tags')).to_be_hidden()


def test_a_card_without_curves_says_why(page: Page, serve: Serve, log: Path) -> None:
    """No such tag, or none in the selected runs."""
    write_events(log / "third", [(0, {"alone": 1.0})])
    cards: list[dict[str, object]] = [
        {"title": "none", "match": "^zzz"},
        {"title": "hidden", "tags": ["alone"]},
    ]
    page.goto(serve(log).url + _link(cards, hidden=["third"]))
    bodies = page.locator(".card-body")
    expect(bodies.nth(0)).to_have_attribute("data-empty", "There is no such tag in this log")
    expect(bodies.nth(1)).to_have_attribute("data-empty", "No data in the selected runs")
    page.get_by_role("checkbox", name="third", exact=True).check()
    expect(bodies.nth(1)).not_to_have_attribute("data-empty", re.compile("."))
    _canvas(page, "hidden")
