"""The page for everyone: axe-core finds nothing, in every light and language, and on a phone."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import prepare
import pytest
from builders import write_events
from conftest import Served
from playwright.sync_api import Browser, Page, expect

pytestmark = pytest.mark.browser
Serve = Callable[..., Served]

# Everything that axe-core knows of WCAG 2.2 A and AA, and its best practices.
AXE = """async () => {
  const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
  const { violations } = await axe.run(document, { runOnly: tags });
  return violations.map(({ id, help, nodes }) =>
    `${id}: ${help}: ${nodes.slice(0, 3).map((node) => node.html.slice(0, 200)).join(' | ')}`);
}"""
PHONE = {"width": 390, "height": 844}
LOOKS = [
    ("en-US", "light", "no-preference"),
    ("en-US", "dark", "no-preference"),
    ("ko-KR", "light", "more"),
    ("ko-KR", "dark", "more"),
]


@pytest.fixture(scope="module")
def logdir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Runs in folders, one of which has diverged, with tags under headings."""
    folder = tmp_path_factory.mktemp("everyone")
    for run, end in (("sweep/lr=0.1", 0.5), ("sweep/lr=0.01", 0.25), ("넓은 모델", float("nan"))):
        steps = [(i, {"train/loss": 2 / (i + 1), "eval/loss": 1 / (i + 1)}) for i in range(20)]
        write_events(folder / run, [*steps, (20, {"train/loss": end})])
    return folder


@pytest.fixture
def look(browser: Browser, serve: object) -> Iterator[Callable[..., Page]]:
    """Opens pages as browsers of other languages, lights and sizes would."""
    contexts = []

    def make(**options: Any) -> Page:
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 800}, **options})
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        return page

    yield make
    for context in contexts:
        context.close()


def _key(page: Page, key: str) -> None:
    page.keyboard.press(key)
    expect(page.locator("dialog[open]")).to_be_visible()


def _click(page: Page, place: str) -> None:
    page.locator(place).first.click()


# What is opened -> how; each on a page of its own, since panels lie over what is behind them.
STATES: dict[str, tuple[str, Callable[[Page], None]]] = {
    "scalars": ("#scalars", lambda page: None),
    "the whole table": ("#scalars?table=wide", lambda page: None),
    "a mistake in the filter": ("#scalars?filter=lr+%3C", lambda page: None),
    "nothing found": ("#scalars?tags=zzzz", lambda page: None),
    "the keys": ("#scalars", lambda page: _key(page, "?")),
    "the palette": ("#scalars", lambda page: _key(page, "Control+k")),
    "a card's values": (
        "#scalars",
        lambda page: _click(page, ".card-tools button[aria-pressed] >> nth=1"),
    ),
    "the columns": (
        "#scalars",
        lambda page: _click(page, ".run-tools > button[aria-haspopup] >> nth=1"),
    ),
    "the choice of groups": ("#scalars", lambda page: _click(page, ".run-tools > button")),
    "groups": (
        '#scalars?group={"but":["lr"]}&opened=["group:(name)=\\"sweep/lr%23\\""]&band=ci95',
        lambda page: expect(page.locator(".run-row.run-group").first).to_be_visible(),
    ),
    "a comparison": (
        '#scalars?group={"by":["lr"]}&compare=final&baseline=group:lr%3D0.1',
        lambda page: expect(page.locator(".compare-table tr.base")).to_be_visible(),
    ),
    "a pair": (
        '#scalars?compare=best&pair=["sweep/lr%3D0.1","sweep/lr%3D0.01"]',
        lambda page: expect(page.locator(".pair-body table").first).to_be_visible(),
    ),
    "the look": ("#scalars", lambda page: _click(page, "header.top button[title] >> nth=-1")),
}


@pytest.mark.parametrize(("language", "scheme", "contrast"), LOOKS)
def test_axe_finds_nothing(
    look: Callable[..., Page], serve: Serve, logdir: Path, language: str, scheme: str, contrast: str
) -> None:
    """In no state of the Scalars page, in any light, in both languages."""
    url = serve(logdir).url
    axe = prepare.axe().read_text("utf-8")
    page = look(locale=language, color_scheme=scheme, contrast=contrast)
    found = []
    for name, (place, act) in STATES.items():
        page.goto("about:blank")
        page.goto(url + place)
        expect(page.locator("article.card canvas, .empty").first).to_be_visible()
        act(page)
        page.evaluate(axe)
        found += [f"{name}: {each}" for each in page.evaluate(AXE)]
    assert found == []


@pytest.mark.parametrize(("language", "scheme", "contrast"), LOOKS[1:3])
def test_axe_finds_nothing_in_a_graph(
    look: Callable[..., Page],
    serve: Serve,
    tutorial_logdir: Path,
    language: str,
    scheme: str,
    contrast: str,
) -> None:
    """The picture, a node that is chosen, the outline."""
    url = serve(tutorial_logdir).url
    axe = prepare.axe().read_text("utf-8")
    page = look(locale=language, color_scheme=scheme, contrast=contrast)
    found = []
    for place in ("#graphs", "#graphs?node=weight", "#graphs?pane=outline"):
        page.goto("about:blank")
        page.goto(url + place)
        expect(page.locator("[data-path]").first).to_be_attached()
        if "node=" in place:
            expect(page.locator(".node-panel h2")).to_be_visible()
        page.evaluate(axe)
        found += [f"{place}: {each}" for each in page.evaluate(AXE)]
    assert found == []


def test_high_contrast_is_chosen_or_follows_the_system(
    look: Callable[..., Page], serve: Serve, logdir: Path
) -> None:
    """By the panel, kept over a reload; a light that was chosen goes before the system's wish."""
    url = serve(logdir).url
    html = (page := look()).locator("html")
    page.goto(url)
    expect(html).not_to_have_attribute("data-contrast", "more")
    page.get_by_role("button", name="Appearance").click()
    page.get_by_label("High contrast").check()
    expect(html).to_have_attribute("data-contrast", "more")
    page.reload()
    expect(html).to_have_attribute("data-contrast", "more")
    wishing = look(contrast="more", color_scheme="dark")
    wishing.goto(url)
    expect(wishing.locator("html")).to_have_attribute("data-contrast", "more")
    expect(wishing.locator("html")).to_have_attribute("data-theme", "dark")
    wishing.get_by_role("button", name="Appearance").click()
    wishing.get_by_label("Light").check()
    expect(wishing.locator("html")).not_to_have_attribute("data-contrast", "more")


def test_a_phone_has_one_column_and_a_drawer(
    look: Callable[..., Page], serve: Serve, logdir: Path
) -> None:
    """Nothing is wider than the screen; the drawer opens, chooses runs, and closes by a tap."""
    page = look(viewport=PHONE, has_touch=True, is_mobile=True)
    page.goto(serve(logdir).url)
    cards = page.locator("article.card")
    expect(cards).to_have_count(2)
    boxes = [cards.nth(i).bounding_box() for i in range(2)]
    assert all(box is not None and box["width"] > 350 and box["x"] < 20 for box in boxes)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    aside, button = page.locator("aside"), page.get_by_role("button", name="Runs and settings")
    expect(aside).to_be_hidden()
    button.tap()
    expect(aside).to_be_visible()
    expect(button).to_have_attribute("aria-expanded", "true")
    page.get_by_role("checkbox", name="넓은 모델").tap()
    expect(page).to_have_url(re.compile("hidden="))
    page.touchscreen.tap(380, 500)
    expect(aside).to_be_hidden()
    button.tap()
    page.keyboard.press("Escape")
    expect(aside).to_be_hidden()
    expect(button).to_be_focused()


def test_a_chart_tells_what_its_curves_do(
    look: Callable[..., Page], serve: Serve, logdir: Path
) -> None:
    """When the keyboard comes to it, to who listens; above the values, to all; in the language."""
    url = serve(logdir).url
    page = look()
    page.goto(url)
    card = page.locator('article.card[aria-label="eval/loss"]')
    expect(card.get_by_text("all drawn")).to_be_visible()
    card.get_by_role("button", name="Pin").focus()
    page.keyboard.press("Tab")
    expect(card.locator("canvas:focus-visible")).to_have_count(1)
    told = card.locator(".card-words")
    expect(told).to_contain_text("sweep/lr=0.1: 20 points, steps 0 to 19. Falls from 1 to ")
    expect(told).to_contain_text("Last 0.05 at step 19. Lowest 0.05 at step 19, highest 1 at")
    page.keyboard.press("t")
    expect(told).not_to_have_class(re.compile("unseen"))
    korean = look(locale="ko-KR")
    korean.goto(url)
    card = korean.locator('article.card[aria-label="eval/loss"]')
    card.get_by_role("button", name="표", exact=True).click()
    expect(card.locator(".card-words")).to_contain_text("점 20개, 스텝 0부터 19까지. ")
    expect(card.locator(".card-words")).to_contain_text("마지막 값 0.05, 스텝 19.")


# Fingers, as a touch screen tells of them: each step is where they are then.
TOUCH = """([canvas, steps]) => {
  const box = canvas.getBoundingClientRect();
  const tell = (type, id, x) => canvas.dispatchEvent(new PointerEvent(type, { pointerId: id,
    pointerType: 'touch', isPrimary: id === 1, bubbles: true, cancelable: true, button: 0,
    clientX: box.left + x * box.width, clientY: box.top + box.height / 2 }));
  canvas.setPointerCapture = () => {};
  steps[0].forEach((x, i) => tell('pointerdown', i + 1, x));
  for (const places of steps.slice(1)) places.forEach((x, i) => tell('pointermove', i + 1, x));
  steps[0].forEach((_, i) => tell('pointerup', i + 1, steps[steps.length - 1][i]));
}"""


def _range(page: Page) -> tuple[float, float]:
    """The x that the first card's link shows."""
    expect(page).to_have_url(re.compile("views="))
    [view, *_] = json.loads(parse_qs(page.url.partition("?")[2])["views"][0]).values()
    return view["x"][0], view["x"][1]


def test_fingers_zoom_and_move_a_chart(
    look: Callable[..., Page], serve: Serve, logdir: Path
) -> None:
    """Two that go apart come closer to a part; one moves it, as wide as it was."""
    page = look(viewport=PHONE, has_touch=True, is_mobile=True)
    page.goto(serve(logdir).url)
    canvas = page.locator('article.card canvas[role="img"]').first
    expect(page.get_by_text("all drawn").first).to_be_visible()
    page.evaluate(TOUCH, [canvas.element_handle(), [[0.45, 0.65], [0.35, 0.75], [0.3, 0.8]]])
    low, high = _range(page)
    assert 0 < low < high < 20
    page.evaluate(TOUCH, [canvas.element_handle(), [[0.6], [0.55], [0.5]]])
    expect(page).not_to_have_url(re.compile(re.escape(f"{low}")))
    moved = _range(page)
    assert moved[0] > low
    assert moved[1] - moved[0] == pytest.approx(high - low, rel=0.02)
