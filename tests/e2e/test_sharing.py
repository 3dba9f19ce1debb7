"""Links, back and forward, and named views, as a person uses them."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
from builders import write_events
from conftest import Served
from playwright.sync_api import Browser, Page, expect

pytestmark = pytest.mark.browser
Serve = Callable[..., Served]


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """Three runs with two tags."""
    for number, run in enumerate(["lr=0.1", "lr=0.2", "lr=0.3"]):
        write_events(
            tmp_path / "logs" / run,
            [(s, {"loss": (number + 1) / (s + 1), "acc": s / 50}) for s in range(50)],
        )
    return tmp_path / "logs"


def _open(page: Page, url: str) -> None:
    page.goto(url)
    expect(page.locator("article.card").first).to_be_visible()


def test_back_undoes_a_filter_a_zoom_and_a_drag_at_once(
    page: Page, serve: Serve, log: Path
) -> None:
    """Each act is an entry; a slider that is dragged is one, with all that it went through."""
    _open(page, serve(log).url)
    runs = page.get_by_label("Filter runs")
    runs.fill("lr=0.1")
    expect(page.get_by_text("1 of 3 match")).to_be_visible()
    card = page.get_by_role("article", name="loss")
    box = card.locator("canvas").first.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 100, box["y"] + 80)
    page.mouse.down()
    page.mouse.move(box["x"] + 200, box["y"] + 80, steps=5)
    page.mouse.up()
    expect(card.get_by_role("button", name="Reset zoom")).to_be_visible()
    expect(page).to_have_url(re.compile("views="))
    slider = page.get_by_role("slider", name="Smoothing").bounding_box()
    assert slider is not None
    page.mouse.move(slider["x"] + 4, slider["y"] + slider["height"] / 2)
    page.mouse.down()
    page.mouse.move(slider["x"] + 90, slider["y"] + slider["height"] / 2, steps=20)
    page.mouse.up()
    expect(page).to_have_url(re.compile("smoothing="))
    page.go_back()
    expect(page).not_to_have_url(re.compile("smoothing="))
    expect(page.get_by_role("slider", name="Smoothing")).to_have_value("0")
    page.go_back()
    expect(card.get_by_role("button", name="Reset zoom")).to_be_hidden()
    page.go_back()
    expect(runs).to_have_value("")
    page.go_forward()
    expect(runs).to_have_value("lr=0.1")
    page.go_forward()
    expect(card.get_by_role("button", name="Reset zoom")).to_be_visible()


def test_a_link_opens_the_same_view_for_a_colleague(
    page: Page, serve: Serve, log: Path, browser: Browser
) -> None:
    """Expression, exceptions, axes, zoom, pinned cards and theme; also after a reload."""
    url = serve(log).url
    said = {
        "filter": "name ~ lr",
        "hidden": '["lr=0.2"]',
        "axis": "relative",
        "y": "log",
        "pins": '["tag loss"]',
        "theme": "dark",
        "views": '{"tag loss":{"x":[5,20],"on":"relative"}}',
    }
    link = f"{url}#scalars?{urlencode(said)}"
    colleague = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
    for tab in (page, colleague):
        _open(tab, link)
        for _ in range(2):
            expect(tab.locator("html")).to_have_attribute("data-theme", "dark")
            expect(tab.get_by_text("3 of 3 match")).to_be_visible()
            expect(tab.get_by_role("checkbox", name="lr=0.2")).not_to_be_checked()
            expect(tab.get_by_label("Relative")).to_be_checked()
            expect(tab.get_by_label("Logarithmic")).to_be_checked()
            card = tab.locator("article.card").first
            expect(card).to_have_attribute("aria-label", "loss")
            expect(card.get_by_role("button", name="Reset zoom")).to_be_visible()
            tab.reload()
    colleague.context.close()


def test_a_named_view_is_saved_opened_made_the_default_and_deleted(
    page: Page, serve: Serve, log: Path, browser: Browser
) -> None:
    """By the menu; the URL says the name, and what differs from it."""
    url = serve(log).url
    _open(page, f"{url}#scalars?smoothing=0.6&tags=loss")
    page.get_by_role("button", name="Share").click()
    menu = page.get_by_role("dialog", name="Share")
    expect(menu.get_by_text("There are none yet.")).to_be_visible()
    menu.get_by_label("Name of the view").fill("밤 night")
    menu.get_by_role("button", name="Save").click()
    expect(menu.get_by_text(f"Saved in {log}.views")).to_be_visible()
    expect(page).to_have_url(re.compile(r"#scalars\?view=[^&]*$"))
    menu.get_by_role("button", name="Open this log directory with “밤 night”").click()
    expect(menu.get_by_text("★")).to_be_visible()
    colleague = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
    _open(colleague, url)
    expect(colleague.get_by_role("slider", name="Smoothing")).to_have_value("0.6")
    expect(colleague.locator("article.card")).to_have_count(1)
    colleague.get_by_label("Search tags").fill("")
    expect(colleague.locator("article.card")).to_have_count(2)
    expect(colleague).to_have_url(re.compile(r"view=[^&]+&tags=$"))
    menu.get_by_role("button", name="Delete the view “밤 night”").click()
    expect(menu.get_by_text("There are none yet.")).to_be_visible()
    expect(page).to_have_url(re.compile(r"#scalars\?smoothing=0.6&tags=loss$"))
    colleague.reload()
    expect(colleague.get_by_text("there is no view '밤 night'; it may have been")).to_be_visible()
    colleague.context.close()


def test_what_is_too_long_for_a_link_becomes_a_view(page: Page, serve: Serve, log: Path) -> None:
    """Copied as a short link that opens the same."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    cards = quote(str([{"title": "x" * 900, "tags": ["loss"]}] * 3).replace("'", '"'))
    _open(page, f"{serve(log).url}#scalars?tags=loss&cards={cards}")
    page.get_by_role("button", name="Share").click()
    page.get_by_role("button", name="Copy link").click()
    expect(page.get_by_text("Too long for a link")).to_be_visible()
    link = page.evaluate("navigator.clipboard.readText()")
    assert len(link) < 200
    page.goto("about:blank")
    _open(page, link)
    expect(page.get_by_label("Search tags")).to_have_value("loss")
    page.get_by_role("link", name="Graphs").click()
    expect(page).to_have_url(re.compile("#graphs"))
    page.get_by_role("link", name="Scalars").click()
    expect(page.get_by_label("Search tags")).to_have_value("loss")
