"""What a person meets who sees the page for the first time: room, words, and ways out."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from builders import write_events
from conftest import Served
from playwright.sync_api import Locator, Page, Route, expect

pytestmark = pytest.mark.browser
Serve = Callable[..., Served]
LEFT, RIGHT, TOP, BOTTOM = 52, 10, 8, 22  # CSS pixels around the plot of a chart without names
NAN = float("nan")

# The pixels that are covered wholly, so not those of lines that have faded.
SOLID = """(canvas) => {
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height - 23);
  let n = 0;
  for (let i = 0; i < data.length; i += 4)
    n += data[i + 3] > 150 && Math.max(data[i], data[i + 1], data[i + 2])
      - Math.min(data[i], data[i + 1], data[i + 2]) > 60;
  return n;
}"""
# How many rows of a table can be read without scrolling.
SEEN_ROWS = """(box) => [...box.querySelectorAll('tbody tr')].filter((row) =>
  row.getBoundingClientRect().bottom <= box.getBoundingClientRect().bottom).length"""
# Where coloured pixels have come since `kept`: the middle of each bunch, as parts of the plot.
KEEP = """(canvas) => {
  window.kept = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
}"""
BUNCHES = """(canvas) => {
  const { width, height } = canvas, old = window.kept, found = [];
  const { data } = canvas.getContext('2d').getImageData(0, 0, width, height);
  for (let x = 0; x < width; x += 1) for (let y = 0; y < height; y += 1) {
    const i = 4 * (y * width + x);
    const own = (d) => d[i + 3] > 100 && Math.abs(d[i] - d[i + 2]) > 60;
    if (!own(data) || own(old)) continue;
    const near = found.find((b) => Math.abs(b.x / b.n - x) < 12 && Math.abs(b.y / b.n - y) < 12);
    if (near) { near.x += x; near.y += y; near.n += 1; } else found.push({ x, y, n: 1 });
  }
  return found.filter((b) => b.n > 9).map((b) => [
    (b.x / b.n - 52) / (width - 62), (height - 22 - b.y / b.n) / (height - 30)]);
}"""


@pytest.fixture
def sweep(tmp_path: Path) -> Path:
    """Eight runs; the curves of two have values that are not finite, and those of one a peak."""
    for n in range(8):
        loss = [100.0 if n == 3 and s == 4 else 1 / (s + 1 + n) for s in range(60)]
        if n < 2:
            loss[40:] = [NAN] * 20
        points = [
            (s, {"train/loss": v, "train/rate": s * 1.0, "eval/x": v}) for s, v in enumerate(loss)
        ]
        write_events(tmp_path / f"sweep/resnet/lr=0.{n + 1}_bs32_seed3", points)
    return tmp_path


def _card(page: Page, tag: str) -> Locator:
    card = page.locator(f'article[aria-label="{tag}"]')
    expect(card.locator("canvas[role=img]")).to_have_attribute("aria-label", re.compile("ends at"))
    return card


def _box(locator: Locator) -> dict[str, float]:
    box = locator.bounding_box()
    assert box is not None
    return {**box, "right": box["x"] + box["width"], "bottom": box["y"] + box["height"]}


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (1920, 1000), (700, 900)])
def test_all_settings_open_leave_the_page_and_the_runs_their_room(
    page: Page, serve: Serve, sweep: Path, width: int, height: int
) -> None:
    """The settings scroll for themselves; the window does not, and no button sticks out."""
    page.set_viewport_size({"width": width, "height": height})
    page.goto(serve(sweep).url)
    _card(page, "eval/x")
    if width < 760:
        page.get_by_role("button", name="Runs and settings").click()
        page.get_by_text("Settings", exact=True).click()
    page.get_by_text("Restarted runs").click()
    page.get_by_text("More for charts").click()
    expect(page.get_by_label("Values at the crosshair")).to_be_attached()
    assert page.evaluate("document.documentElement.scrollHeight") <= height
    table, aside = _box(page.locator(".run-table")), _box(page.locator("aside"))
    assert table["height"] >= 110
    if width >= 760:  # the drawer of a narrow page scrolls
        assert table["bottom"] <= aside["bottom"] + 1
    for name in ("Group", "Columns", "Colours", "What can be typed here"):
        button = page.get_by_role("button", name=name, exact=True)
        padding = 6
        assert _box(button)["right"] - padding <= aside["right"] - 12


def test_what_is_left_out_can_be_read_in_a_narrow_card(
    page: Page, serve: Serve, sweep: Path
) -> None:
    """On a line of its own, with the way back beside it, which nothing covers."""
    page.goto(serve(sweep).url + "#scalars?outliers=aside")
    card = _card(page, "train/loss")
    canvas = _box(card.locator("canvas[role=img]"))
    page.mouse.move(canvas["x"] + 100, canvas["y"] + 40)
    page.mouse.down()
    page.mouse.move(canvas["x"] + 300, canvas["y"] + 40, steps=3)
    page.mouse.up()
    reset = card.get_by_role("button", name="Reset zoom")
    expect(reset).to_be_visible()
    expect(card.locator(".card-notes > *").first).to_contain_text("NaN or ∞")
    below, right = _box(card.locator("h3"))["bottom"] - 1, _box(card)["right"]
    bad = card.evaluate(
        """(card, [below, right]) => {
        const notes = [...card.querySelectorAll('.card-notes > *')];
        return notes.filter((note) => {
        const box = note.getBoundingClientRect();
        return note.scrollWidth > note.clientWidth + 1 || box.top < below || box.right > right;
        }).map((note) => note.textContent); }""",
        [below, right],
    )
    assert bad == []
    reset.click()
    expect(reset).to_be_hidden()


def test_few_cards_fill_their_row(page: Page, serve: Serve, sweep: Path) -> None:
    """Two of them the whole width of a large window; of one alone, no more than half of it."""
    page.set_viewport_size({"width": 1920, "height": 1000})
    page.goto(serve(sweep).url)
    edge = _box(page.locator(".cards"))
    assert _box(_card(page, "train/rate"))["right"] == pytest.approx(edge["right"], abs=1)
    assert _box(_card(page, "eval/x"))["width"] == pytest.approx(
        _box(_card(page, "train/loss"))["width"], abs=1
    )


def test_the_search_stays_wide_enough_beside_the_table(
    page: Page, serve: Serve, sweep: Path
) -> None:
    """The buttons behind it go to the next line."""
    page.goto(serve(sweep).url)
    _card(page, "eval/x")
    page.get_by_role("button", name="Table ⇥").click()
    assert _box(page.get_by_label("Search tags"))["width"] >= 140


def test_a_filter_that_nothing_matches_is_what_the_page_speaks_of(
    page: Page, serve: Serve, sweep: Path
) -> None:
    """And what it offers mends it."""
    page.goto(serve(sweep).url + "#scalars?filter=zzz")
    expect(page.get_by_role("heading", name="No run matches the filter")).to_be_visible()
    expect(page.locator(".empty")).to_contain_text("None of 8 runs is what “zzz” looks for.")
    page.locator(".empty").get_by_role("button", name="Clear the filter").click()
    _card(page, "eval/x")


def test_a_run_that_is_not_drawn_lets_no_other_fade(page: Page, serve: Serve, sweep: Path) -> None:
    """Where the pointer rests on the row whose box it has just cleared."""
    page.goto(serve(sweep).url)
    canvas = _card(page, "eval/x").locator("canvas[role=img]")
    before = canvas.evaluate(SOLID)
    box = page.locator('[data-run="sweep/resnet/lr=0.5_bs32_seed3"]')
    box.hover()
    page.wait_for_function(
        f"([c, n]) => ({SOLID})(c) < 0.7 * n", arg=[canvas.element_handle(), before]
    )
    box.click()
    page.wait_for_function(
        f"([c, n]) => ({SOLID})(c) > 0.7 * n", arg=[canvas.element_handle(), before]
    )


def test_keys_go_on_in_the_values_of_a_card(page: Page, serve: Serve, sweep: Path) -> None:
    """The key that brought the table takes it away again, and the chart has the keys."""
    page.goto(serve(sweep).url)
    card = _card(page, "eval/x")
    canvas = card.locator("canvas[role=img]")
    canvas.focus()
    page.keyboard.press("t")
    expect(card.get_by_role("table")).to_be_visible()
    page.keyboard.press("Enter")
    expect(card).to_have_class(re.compile("wide"))
    page.keyboard.press("t")
    expect(canvas).to_be_focused()


def test_ends_of_an_axis_that_cannot_be_are_told_and_not_taken(
    page: Page, serve: Serve, sweep: Path
) -> None:
    """The wrong way round, and what is no number."""
    page.goto(serve(sweep).url)
    card = _card(page, "eval/x")
    card.hover()
    card.get_by_role("button", name="Vertical axis").click()
    low, high = (card.get_by_label(f"{end} y of this chart") for end in ("Lowest", "Highest"))
    low.fill("5")
    high.fill("1")
    high.press("Enter")
    expect(card.get_by_text("The first has to be below the second")).to_be_visible()
    expect(high).to_have_class(re.compile("invalid"))
    high.fill("much")
    expect(card.get_by_text("“much” is not a number")).to_be_visible()
    high.fill("9")
    high.press("Enter")
    expect(card.locator(".limit-said")).to_be_empty()
    page.wait_for_function("() => decodeURIComponent(location.hash).includes('\"y\":[5,9]')")


def test_what_is_told_of_a_place_goes_with_it(page: Page, serve: Serve, sweep: Path) -> None:
    """When the view moves on and the pointer does not, no values of elsewhere stand there."""
    page.goto(serve(sweep).url)
    canvas = _card(page, "eval/x").locator("canvas[role=img]")
    canvas.focus()
    for key in ("ArrowLeft", "Control+ArrowLeft", "+", "+", "+"):
        page.keyboard.press(key)
    expect(page.locator(".tooltip")).to_be_visible()
    for _ in range(6):
        page.keyboard.press("Control+ArrowLeft")
    expect(page.locator(".tooltip")).to_be_hidden()


def test_a_card_that_waits_says_so(page: Page, serve: Serve, sweep: Path) -> None:
    """Until its curves are there."""
    held: list[Route] = []
    page.route("**/api/scalars/series*", lambda route: held.append(route))
    page.goto(serve(sweep).url)
    waiting = page.locator('article[aria-label="eval/x"] .card-body')
    expect(waiting).to_have_class(re.compile("waiting"))
    assert "Loading" in waiting.evaluate("e => getComputedStyle(e, '::after').content")
    for route in held:
        route.continue_()
    page.unroute("**/api/scalars/series*")
    expect(waiting).not_to_have_class(re.compile("waiting"))


def test_marks_stand_at_the_lowest_the_highest_and_the_last(
    page: Page, serve: Serve, tmp_path: Path
) -> None:
    """They come and go with their box, each at its point."""
    values = [0.5] * 101
    values[30], values[60] = 0.0, 1.0
    write_events(tmp_path / "a", [(s, {"v": v}) for s, v in enumerate(values)])
    page.goto(serve(tmp_path).url + "#scalars?names=hidden")
    canvas = _card(page, "v").locator("canvas[role=img]")
    canvas.evaluate(KEEP)
    page.get_by_text("More for charts").click()
    page.get_by_label("Mark lowest, highest, last").check()
    page.wait_for_function(f"(c) => ({BUNCHES})(c).length >= 3", arg=canvas.element_handle())
    found = sorted(canvas.evaluate(BUNCHES))
    air = 0.05 / 1.1  # of the axis, below the lowest and above the highest
    expected = [(0.3, air), (0.6, 1 - air), (1.0, 0.5)]
    assert len(found) == len(expected)
    for at, (x, y) in zip(found, expected, strict=True):
        assert at == [pytest.approx(x, abs=0.02), pytest.approx(y, abs=0.06)]
    page.get_by_label("Mark lowest, highest, last").uncheck()
    page.wait_for_function(f"(c) => ({BUNCHES})(c).length === 0", arg=canvas.element_handle())


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (1920, 1080)])
def test_a_card_that_is_the_only_one_has_the_page(
    page: Page, serve: Serve, tmp_path: Path, width: int, height: int
) -> None:
    """All its width, the height of a wide one, and no button for what is so already."""
    write_events(tmp_path / "run", [(s, {"loss": 1.0 / (s + 1)}) for s in range(30)])
    page.set_viewport_size({"width": width, "height": height})
    page.goto(serve(tmp_path).url)
    card, content = _box(_card(page, "loss")), _box(page.locator(".content"))
    assert card["width"] > content["width"] - 40
    assert card["height"] > 450
    expect(page.get_by_role("button", name="Widen")).to_be_hidden()
    write_events(tmp_path / "other", [(s, {"acc": 1.0}) for s in range(30)])
    _card(page, "acc")
    assert _box(_card(page, "loss"))["height"] < 300
    expect(page.get_by_role("button", name="Widen")).to_have_count(2)


def test_a_run_of_one_point_is_seen(page: Page, serve: Serve, tmp_path: Path) -> None:
    """As a dot that can be found beside the lines."""
    write_events(tmp_path / "one", [(15, {"loss": 5.0})])
    page.goto(f"{serve(tmp_path).url}#scalars?names=hidden")
    canvas = _card(page, "loss").locator("canvas[role=img]")
    assert canvas.evaluate(SOLID) > 30


def test_pinned_cursors_have_room(page: Page, serve: Serve, sweep: Path) -> None:
    """The card grows by what its values need; the chart keeps its height, and six rows are seen."""
    page.goto(f"{serve(sweep).url}#scalars?names=hidden")
    card = _card(page, "train/rate")
    canvas, pins = card.locator("canvas[role=img]"), card.locator(".card-pins")
    before, chart = _box(card), _box(canvas)
    for part in (0.3, 0.7):
        page.mouse.click(chart["x"] + part * chart["width"], chart["y"] + 40)
        page.mouse.move(chart["x"] + 0.5 * chart["width"], chart["y"] + 60)
    expect(pins.locator("tbody tr")).to_have_count(8)
    assert _box(card)["height"] > before["height"] + 90
    assert _box(canvas)["height"] > chart["height"] - 30
    seen = pins.evaluate(SEEN_ROWS)
    assert seen >= 6
    page.get_by_role("button", name="Take the cursors away").click()
    expect(pins).to_be_hidden()
    assert _box(card)["height"] == before["height"]
