"""Charts that a program asked for in the log."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest
from conftest import Served
from playwright.sync_api import Page, expect

import neuronboard

pytestmark = pytest.mark.browser
Serve = Callable[..., Served]
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """Two runs whose writers were asked in each of the three ways."""
    for run in "ab":
        with neuronboard.SummaryWriter(tmp_path / run) as writer:
            writer.add_custom_scalars({"k": {"losses": ["Multiline", ["loss/.*"]]}})
            writer.add_custom_scalars_multilinechart(["acc", "mean"], "k", "two")
            writer.add_custom_scalars_marginchart(["mean", "low", "high"], "bands", "range")
            for step in range(20):
                for tag, value in (("loss/a", 3.0), ("loss/b", 2.0), ("acc", 1.0), ("mean", 5.0)):
                    writer.add_scalar(tag, value + step, step)
                writer.add_scalar("low", 4.0 + step, step)
                writer.add_scalar("high", 7.0 + step, step)
    return tmp_path


def test_charts_of_the_log_stand_first_and_margins_have_bands(
    page: Page, serve: Serve, log: Path
) -> None:
    """Under their titles, with tags by regular expressions; folded, they stay so in the link."""
    page.goto(serve(log).url)
    card = page.get_by_role("article", name="range")
    expect(card.locator(".card-points")).to_contain_text("40 points")
    names = [item.get_attribute("aria-label") for item in page.locator("article.card").all()]
    assert names[:3] == ["losses", "two", "range"]
    losses = page.get_by_role("article", name="losses")
    expect(losses.locator(".card-points")).to_contain_text("80 points")
    card.get_by_role("button", name="More for this chart").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="SVG, as on the page").click()
    root = ElementTree.parse(download.value.path()).getroot()
    bands = [path for path in root.iter(f"{SVG}path") if path.get("fill-opacity") == "0.22"]
    assert len(bands) == 2
    page.keyboard.press("Escape")
    page.get_by_role("button", name="bands").click()
    expect(card).to_have_count(0)
    page.reload()
    expect(losses).to_be_visible()
    expect(card).to_have_count(0)
