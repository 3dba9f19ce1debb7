"""What the page says where there is nothing to draw, and the way out of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from builders import write_events
from conftest import Served
from playwright.sync_api import Browser, Page, Route, expect

pytestmark = pytest.mark.browser
Serve = Callable[..., Served]


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """Two runs; each has a tag of its own, and both have loss."""
    for run in "ab":
        names = ["손실/훈련", f"only/{run}"]
        write_events(tmp_path / run, [(s, dict.fromkeys(names, float(s))) for s in range(3)])
    return tmp_path


def test_a_wrong_path_and_an_empty_folder_stand_alone(
    page: Page, serve: Serve, tmp_path: Path
) -> None:
    """What is wrong and how to mend it, without controls for nothing; then the first run comes."""
    page.goto(serve(tmp_path / "nowhere").url)
    expect(page.get_by_role("heading", name="This folder does not exist")).to_be_visible()
    expect(page.locator("aside")).to_be_hidden()
    page.goto(serve(tmp_path).url)
    expect(page.get_by_role("heading", name=re.compile("no event files"))).to_be_visible()
    expect(page.locator("aside")).to_be_hidden()
    expect(page.get_by_label("Search tags")).to_have_count(0)
    write_events(tmp_path / "first", [(0, {"loss": 1.0})])
    expect(page.locator("article.card")).to_have_count(1)
    expect(page.locator("aside")).to_be_visible()


def test_no_selected_run_is_told_and_mended(page: Page, serve: Serve, log: Path) -> None:
    """A link with no run selected; one click selects all."""
    page.goto(serve(log).url + "#scalars?only=%5B%5D")
    expect(page.get_by_role("heading", name="No run is selected")).to_be_visible()
    expect(page.locator("article.card")).to_have_count(0)
    page.get_by_role("button", name="Select all runs").click()
    expect(page.locator("article.card")).to_have_count(3)


def test_a_search_that_finds_nothing_is_cleared_with_a_click(
    page: Page, serve: Serve, log: Path
) -> None:
    """The words that were looked for, and the way back."""
    page.goto(serve(log).url + "#scalars?tags=zzz")
    expect(page.get_by_role("heading", name="No tag is found")).to_be_visible()
    expect(page.locator(".empty")).to_contain_text("None of 3 tags has “zzz” in its name.")
    page.get_by_role("button", name="Clear the search").click()
    expect(page.locator("article.card")).to_have_count(3)
    expect(page.get_by_label("Search tags")).to_have_value("")


def test_cards_without_data_step_aside_and_come_back(page: Page, serve: Serve, log: Path) -> None:
    """Of the run that is not selected: a line says how many, and shows them."""
    page.goto(serve(log).url + "#scalars?hidden=%5B%22b%22%5D")
    expect(page.locator("article.card")).to_have_count(2)
    line = page.locator(".aside-line")
    expect(line).to_contain_text("1 card without data in the selected runs is left out")
    line.get_by_role("button", name="Show").click()
    expect(page.locator("article.card")).to_have_count(3)
    page.locator(".aside-line").get_by_role("button", name="Leave out").click()
    expect(page.locator("article.card")).to_have_count(2)


def test_a_server_that_is_gone_is_told_and_the_charts_stay(
    browser: Browser, serve: Serve, log: Path
) -> None:
    """What is shown stays, with the time as of which it is."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    served = serve(log)
    page.goto(served.url)
    canvas = page.locator('article[aria-label="손실/훈련"] canvas[role="img"]')
    expect(canvas).to_have_attribute("aria-label", re.compile("2 runs"))
    served.process.terminate()
    notice = page.locator(".notice", has_text="The server does not answer")
    expect(notice).to_contain_text(re.compile(r"as of \d+:\d\d"))
    expect(canvas).to_have_attribute("aria-label", re.compile("2 runs"))
    context.close()


def test_a_card_of_several_tags_is_made_changed_and_taken_away(
    page: Page, serve: Serve, log: Path
) -> None:
    """By hand, then by a regular expression; kept in the link; a line for each tag and run."""
    page.goto(serve(log).url)
    page.get_by_role("button", name="New card…").click()
    dialog = page.get_by_role("dialog", name="Card of several tags")
    expect(dialog.get_by_role("button", name="Save card")).to_be_disabled()
    dialog.get_by_label("Title").fill("둘")
    dialog.get_by_label("Search tags").fill("only")
    for tag in ("only/a", "only/b"):
        dialog.get_by_role("checkbox", name=tag).check()
    dialog.get_by_role("button", name="Save card").click()
    card = page.locator('article[aria-label="둘"]')
    canvas = card.locator('canvas[role="img"]')
    expect(canvas).to_have_attribute("aria-label", re.compile("only/a · a ends .*only/b · b ends"))
    expect(page.locator("article.card h3").first).to_have_text("둘")
    card.get_by_role("button", name="Edit").click()
    dialog.get_by_label("All tags that match").check()
    dialog.get_by_label("Regular expression").fill("(")
    expect(dialog.get_by_role("status")).to_contain_text("is not a regular expression")
    dialog.get_by_label("Regular expression").fill("훈련|only/a")
    expect(dialog.get_by_role("status")).to_contain_text("2 tags match")
    dialog.get_by_role("button", name="Save card").click()
    expect(canvas).to_have_attribute("aria-label", re.compile("손실/훈련 · b ends"))
    page.reload()
    expect(canvas).to_have_attribute("aria-label", re.compile("손실/훈련 · b ends"))
    card.get_by_role("button", name="Edit").click()
    dialog.get_by_role("button", name="Delete card").click()
    expect(card).to_have_count(0)


def test_settings_fold_where_the_page_is_narrow(page: Page, serve: Serve, log: Path) -> None:
    """At 700 pixels they are a line that opens."""
    page.set_viewport_size({"width": 700, "height": 800})
    page.goto(serve(log).url)
    expect(page.locator("article.card").first).to_be_visible()
    page.get_by_role("button", name="Runs and settings").click()
    expect(page.get_by_label("Smoothing")).to_be_hidden()
    page.get_by_text("Settings", exact=True).click()
    expect(page.get_by_label("Smoothing")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 700


def test_a_card_that_failed_says_so_and_is_tried_again(
    serve: Serve, browser: Browser, log: Path
) -> None:
    """The server's words at its head; the other cards stand; a click asks again."""
    refused = [True]

    def answer(route: Route) -> None:
        if refused[0] and "only%2Fa" in route.request.url:
            route.fulfill(status=400, json={"error": "this tag is having a bad day"})
        else:
            route.continue_()

    page = browser.new_page()  # one whose console may tell of the refusal
    page.route("**/api/scalars/series*", answer)
    page.goto(serve(log).url)
    card = page.locator('article[aria-label="only/a"]')
    expect(card.locator(".card-notes .bad")).to_be_visible()
    other = page.locator('article[aria-label="only/b"] canvas[role="img"]')
    expect(other).to_have_attribute("aria-label", re.compile("ends at"))
    refused[0] = False
    card.get_by_role("button", name="Try again").click()
    expect(card.locator('canvas[role="img"]')).to_have_attribute(
        "aria-label", re.compile("ends at")
    )
    expect(card.locator(".card-notes .bad")).to_have_count(0)
    page.close()
