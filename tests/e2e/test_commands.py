"""Everything by keyboard: the sheet of keys, and the palette of commands, runs and tags."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from builders import write_events
from conftest import Served
from playwright.sync_api import Locator, Page, expect

pytestmark = pytest.mark.browser
Serve = Callable[..., Served]


@pytest.fixture
def logdir(tmp_path: Path) -> Path:
    """Three runs with three tags."""
    for run in ("lr=0.1", "lr=0.01", "baseline"):
        tags = {"train/loss": 1.0, "train/accuracy": 0.5, "eval/loss": 1.5}
        write_events(tmp_path / run, [(i, tags) for i in range(5)])
    return tmp_path


def _listed(page: Page) -> Locator:
    return page.get_by_role("listbox", name="Found")


def test_the_palette_does_what_is_typed(page: Page, serve: Serve, logdir: Path) -> None:
    """From anywhere, also while a filter has the focus; it names what is chosen to who listens."""
    page.goto(serve(logdir).url)
    expect(page.locator("article.card")).to_have_count(3)
    page.keyboard.press("/")
    page.keyboard.press("Control+k")
    box = page.get_by_role("combobox", name="Commands, runs and tags")
    expect(box).to_be_focused()
    page.keyboard.type("logar vert")
    chosen = _listed(page).get_by_role("option", selected=True)
    expect(chosen).to_have_text(re.compile("^Logarithmic vertical axis"))
    marked = box.get_attribute("aria-activedescendant")
    assert chosen.get_attribute("id") == marked
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("y=log"))
    expect(page.get_by_role("radio", name="Logarithmic")).to_be_checked()


def test_the_palette_finds_runs_and_tags(page: Page, serve: Serve, logdir: Path) -> None:
    """A tag leads to its card from the graph page too; a run is shown alone; arrows go around."""
    page.goto(serve(logdir).url + "#graphs")
    page.keyboard.press("Control+k")
    page.keyboard.type("eval loss")
    expect(_listed(page).get_by_role("option")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.locator("article.card h3")).to_have_text(["eval/loss"])
    page.keyboard.press("Control+k")
    page.keyboard.type("lr=0.01")
    page.keyboard.press("Enter")
    expect(page.get_by_role("checkbox", name="lr=0.01", exact=True)).to_be_checked()
    expect(page.get_by_role("checkbox", name="baseline")).not_to_be_checked()
    page.keyboard.press("Control+k")
    page.keyboard.press("ArrowUp")
    expect(_listed(page).get_by_role("option").last).to_have_attribute("aria-selected", "true")
    page.keyboard.type("no such thing")
    expect(_listed(page).get_by_role("option")).to_have_count(0)
    expect(page.locator(".palette-told")).to_have_text("Nothing found")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_the_sheet_tells_the_keys_that_work_here(page: Page, serve: Serve, logdir: Path) -> None:
    """By where they count; those of a dashboard only while it is there; they do it."""
    page.goto(serve(logdir).url)
    expect(page.locator("article.card")).to_have_count(3)
    page.keyboard.press("]")
    expect(page).to_have_url(re.compile("smoothing="))
    page.keyboard.press("?")
    sheet = page.get_by_role("dialog", name="Keys")
    expect(sheet).to_contain_text("Smooth more")
    expect(sheet).to_contain_text("Go to Graphs")
    page.keyboard.press("Escape")
    page.keyboard.press("g")
    page.keyboard.press("g")
    expect(page).to_have_url(re.compile("#graphs"))
    page.keyboard.press("?")
    expect(sheet).to_contain_text("Go to Scalars")
    expect(sheet).not_to_contain_text("Smooth more")
