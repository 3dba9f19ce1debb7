"""A person with the tutorial: runs its script, starts the command, looks at both pages."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import Served
from graph_page import drawn
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser
Serve = Callable[..., Served]

# How many pixels of the run's colour there are in each of ten bands from left to right, and how
# high (from the top, in pixels) the line is in them.
LINE = """canvas => {
  const { width, height } = canvas;
  const data = canvas.getContext('2d').getImageData(0, 0, width, height).data;
  const left = 56, band = (width - left - 12) / 10, found = [];
  for (let b = 0; b < 10; b++) {
    let n = 0, sum = 0;
    for (let x = Math.round(left + b * band); x < left + (b + 1) * band; x++)
      for (let y = 0; y < height - 23; y++) {
        const i = 4 * (y * width + x);
        if (data[i + 3] > 90 && data[i + 2] - data[i] > 60) { n++; sum += y; }
      }
    found.push([n, n ? sum / n : null]);
  }
  return found;
}"""


def test_the_scalars_page_shows_the_five_curves(
    page: Page, serve: Serve, tutorial_logdir: Path
) -> None:
    """A card for each tag, and a line that falls as the output does."""
    page.goto(serve(tutorial_logdir).url + "#scalars")
    cards = page.locator("article.card")
    expect(cards).to_have_count(5)
    output = page.locator('article[aria-label="output"] canvas[role="img"]')
    expect(output).to_have_attribute(
        "aria-label",
        "output: log directory ends at 0.0049857 (step 99, 100 points); "
        "values from 0.0049857 to 0.8",
    )
    bands = output.evaluate(LINE)
    assert all(count > 0 for count, _ in bands)
    heights = [height for _, height in bands]
    assert heights == sorted(heights), "the line falls from left to right"
    assert heights[-1] - heights[0] > 100


def test_the_controls_change_the_picture_and_the_url(
    page: Page, serve: Serve, tutorial_logdir: Path
) -> None:
    """Log axis says what it leaves out; smoothing and filter are in the link; reload keeps them."""
    page.goto(serve(tutorial_logdir).url + "#scalars")
    page.get_by_text("Logarithmic", exact=True).click()
    expect(page.locator('article[aria-label="correct_value"]')).to_contain_text(
        "100 values ≤ 0 not on this axis"
    )
    page.get_by_label("Smoothing").fill("0.9")
    page.get_by_label("Regular expression").click()
    page.get_by_label("Search tags").fill("^out|loss")
    expect(page.locator("article.card")).to_have_count(2)
    assert "smoothing=0.9" in page.url
    assert "y=log" in page.url
    page.reload()
    expect(page.locator("article.card")).to_have_count(2)
    expect(page.get_by_label("Smoothing")).to_have_value("0.9")


def test_the_crosshair_tells_the_values(page: Page, serve: Serve, tutorial_logdir: Path) -> None:
    """By pointer, and by arrow keys."""
    page.goto(serve(tutorial_logdir).url + "#scalars")
    canvas = page.locator('article[aria-label="output"] canvas[role="img"]')
    expect(canvas).to_have_attribute("aria-label", re.compile("0.0049857"))
    canvas.hover(position={"x": 53, "y": 100})
    tooltip = page.get_by_role("tooltip")
    expect(tooltip).to_contain_text("0.8")
    page.mouse.move(0, 0)
    expect(tooltip).to_be_hidden()
    canvas.focus()
    page.keyboard.press("ArrowLeft")
    expect(tooltip).to_contain_text("0.00498571")
    page.keyboard.press("ArrowLeft")
    expect(tooltip).to_contain_text("0.00524811")


def test_dragging_zooms_and_double_click_shows_all(
    page: Page, serve: Serve, tutorial_logdir: Path
) -> None:
    """Reset appears while zoomed."""
    page.goto(serve(tutorial_logdir).url + "#scalars")
    card = page.locator('article[aria-label="output"]')
    canvas = card.locator('canvas[role="img"]')
    expect(canvas).to_have_attribute("aria-label", re.compile("0.0049857"))
    box = canvas.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 100, box["y"] + 100)
    page.mouse.down()
    page.mouse.move(box["x"] + 200, box["y"] + 100, steps=4)
    page.mouse.up()
    expect(card.get_by_text("Reset zoom")).to_be_visible()
    canvas.dblclick()
    expect(card.get_by_text("Reset zoom")).to_be_hidden()


def test_the_graph_page_shows_scopes_that_open(
    page: Page, serve: Serve, tutorial_logdir: Path, tmp_path: Path
) -> None:
    """The tutorial's boxes; weight opens by its keys and shows what a variable is made of."""
    page.goto(serve(tutorial_logdir).url + "#graphs")
    graph = page.get_by_role("group", name="Graph")
    weight = graph.get_by_role("button", name="weight, group of 4 nodes, beside output, closed")
    expect(weight).to_be_visible()
    for name in (
        "gradients, group of 33 nodes, closed",
        "output, Mul",
        "sub, Sub",
        "input, Const, beside output",
    ):
        expect(graph.get_by_role("button", name=name)).to_be_visible()
    weight.focus()
    page.keyboard.press("Enter")
    for name in (
        "weight/initial_value, Const",
        "weight/(weight), VariableV2",
        "weight/Assign, Assign",
    ):
        expect(graph.get_by_role("button", name=name)).to_be_visible()
    expect(graph.get_by_role("button", name="weight, group of 4 nodes, open")).to_be_visible()
    assert "scalar" in drawn(page, tmp_path).texts


def test_a_node_is_found_described_and_linked(
    page: Page, serve: Serve, tutorial_logdir: Path
) -> None:
    """Search reveals a node deep inside; the panel has its attributes; the link keeps it."""
    page.goto(serve(tutorial_logdir).url + "#graphs")
    page.get_by_label("Find a node or op").fill("weight/initial")
    page.get_by_label("Matches").get_by_role("button", name="weight/initial_value").click()
    panel = page.get_by_label("Selected node")
    expect(panel).to_contain_text("Const")
    expect(panel).to_contain_text("float32 scalar: 0.8")
    selected = page.locator('[data-path="weight/initial_value"]')
    expect(selected).to_have_attribute("aria-pressed", "true")
    page.reload()
    expect(page.locator('[data-path="weight/initial_value"]')).to_have_attribute(
        "aria-pressed", "true"
    )
    expect(panel).to_contain_text("float32 scalar: 0.8")


def test_tabs_lead_from_one_page_to_the_other(
    page: Page, serve: Serve, tutorial_logdir: Path
) -> None:
    """Also with the keyboard."""
    page.goto(serve(tutorial_logdir).url)
    expect(page.locator("article.card")).to_have_count(5)
    page.get_by_role("link", name="Graphs").click()
    expect(page.get_by_role("group", name="Graph")).to_be_visible()
    page.keyboard.press("g")
    page.keyboard.press("s")
    expect(page.locator("article.card")).to_have_count(5)
