"""The page by keyboard alone, and in both lights."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import Served
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser
Serve = Callable[..., Served]

# The least contrast of any visible text with what lies behind it, as WCAG 2 counts it.
CONTRAST = """() => {
  const parse = (color) => color.match(/[\\d.]+/g).map(Number);
  const linear = (v) => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  const light = ([r, g, b]) => 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
  const behind = (element) => {
    for (let e = element; e; e = e.parentElement) {
      const color = parse(getComputedStyle(e).backgroundColor);
      if (color.length < 4 || color[3] > 0.9) return color;
    }
    return [255, 255, 255];
  };
  let least = 99, where = '';
  for (const element of document.querySelectorAll('body *')) {
    const own = [...element.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
    if (!own || !element.checkVisibility() || element.closest('svg, script, noscript')) continue;
    const a = light(parse(getComputedStyle(element).color)), b = light(behind(element));
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < least) { least = ratio; where = element.outerHTML.slice(0, 120); }
  }
  return [least, where];
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("place", ["#scalars", "#graphs"])
def test_text_can_be_read_in_both_lights(
    page: Page, serve: Serve, tutorial_logdir: Path, scheme: str, place: str
) -> None:
    """4.5 to 1 at least, and nothing wider than the window at 1280 or 1920 pixels."""
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.goto(serve(tutorial_logdir).url + place)
    expect(page.locator(".card canvas, [data-path]").first).to_be_visible()
    expect(page.locator("html")).to_have_attribute("data-theme", scheme)
    least, where = page.evaluate(CONTRAST)
    assert least >= 4.5, where
    for width in (1280, 1920):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_theme_is_chosen_and_kept(page: Page, serve: Serve, tutorial_logdir: Path) -> None:
    """Auto, light, dark, in a panel; kept over a reload, and the chart is redrawn with it."""
    page.goto(serve(tutorial_logdir).url)
    page.get_by_role("button", name="Appearance").click()
    page.get_by_role("group", name="Theme").get_by_label("Dark").check()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_the_language_is_chosen_and_kept(page: Page, serve: Serve, tutorial_logdir: Path) -> None:
    """By the browser's at first, then as the reader says, on the same view; and back again."""
    url = serve(tutorial_logdir).url
    page.goto(url + "#graphs")
    page.get_by_role("button", name="Appearance").click()
    page.get_by_label("한국어").click()
    expect(page.locator("html")).to_have_attribute("lang", "ko")
    expect(page.get_by_role("link", name="그래프")).to_have_attribute("aria-current", "page")
    page.goto(url)
    expect(page.get_by_role("link", name="스칼라")).to_have_attribute("aria-current", "page")
    page.get_by_role("button", name="화면 설정").click()
    page.get_by_label("브라우저 설정").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")


def test_scalars_by_keyboard(page: Page, serve: Serve, tutorial_logdir: Path) -> None:
    """Slash to the filter; arrows in a chart tell the value; question mark tells the keys."""
    page.goto(serve(tutorial_logdir).url)
    expect(page.locator("article.card")).to_have_count(5)
    page.keyboard.press("/")
    page.keyboard.type("outp")
    expect(page.locator("article.card")).to_have_count(1)
    page.keyboard.press("Escape")
    page.locator('canvas[role="img"]').focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_role("tooltip")).to_contain_text("98")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("move the crosshair")
    page.keyboard.press("Escape")
    page.keyboard.press("g")
    page.keyboard.press("g")
    expect(page).to_have_url(re.compile("#graphs"))


def test_the_graph_by_keyboard(page: Page, serve: Serve, tutorial_logdir: Path) -> None:
    """Enter opens a scope and describes it; arrows walk; Escape leaves it, then lets go."""
    page.goto(serve(tutorial_logdir).url + "#graphs")
    weight = page.locator('[data-path="weight"]')
    weight.focus()
    page.keyboard.press("Enter")
    expect(page.locator('[data-path="weight/read"]')).to_be_visible()
    expect(page.locator(".node-panel h2")).to_contain_text("weight")
    page.locator('[data-path="weight/read"]').focus()
    page.keyboard.press("ArrowDown")
    focused = page.evaluate("document.activeElement.getAttribute('data-path')")
    assert focused.startswith("weight/")
    assert focused != "weight/read"
    page.keyboard.press("Escape")
    expect(weight).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(".node-panel h2")).to_have_count(0)
