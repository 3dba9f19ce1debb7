"""What a person does with one chart: looks closer, measures, chooses axes, finds what is odd.

Long, because it is one list of what can be done with a chart.
"""

from __future__ import annotations

import json
import math
import re
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from builders import T0, event_bytes, restart_event, scalar_event, write_events
from conftest import Served
from playwright.sync_api import Locator, Page, expect

pytestmark = pytest.mark.browser
Serve = Callable[..., Served]
LEFT, RIGHT = 52, 10  # CSS pixels beside the plot of a chart without names

# The rows that a colour covers at a part of the plot's width.
INK = """(canvas, part) => {
  const { width, height } = canvas;
  const data = canvas.getContext('2d').getImageData(0, 0, width, height).data;
  const x = Math.round(52 + part * (width - 62)), rows = [];
  for (let y = 0; y < height - 23; y++) {
    const i = 4 * (y * width + x);
    if (data[i + 3] > 90 && Math.abs(data[i] - data[i + 2]) > 60) rows.push(y);
  }
  return rows;
}"""

# How many pixels of each row of the right edge have a colour.
COLOURED = """(c, wide) => {
  const d = c.getContext('2d').getImageData(c.width - wide, 0, wide, c.height - 24).data;
  return [...Array(c.height - 24).keys()].map((y) => [...Array(wide).keys()]
    .filter((x) => Math.abs(d[4 * (y * wide + x)] - d[4 * (y * wide + x) + 2]) > 60).length);
}"""
# How many pixels of the right edge are as green as the dot of a run that is alive.
GREEN = """(c) => {
  const d = c.getContext('2d').getImageData(c.width - 16, 0, 16, c.height).data;
  let n = 0;
  for (let i = 0; i < d.length; i += 4)
    n += d[i + 1] > d[i] + 60 && d[i + 1] > d[i + 2] + 30 && d[i + 3] > 200;
  return n;
}"""


def _canvas(page: Page, tag: str = "v") -> Locator:
    canvas = page.locator(f'article[aria-label="{tag}"] canvas[role="img"]')
    expect(canvas).to_have_attribute("aria-label", re.compile("ends at"))
    return canvas


def _x(canvas: Locator, part: float) -> float:
    box = canvas.bounding_box()
    assert box is not None
    return box["x"] + LEFT + part * (box["width"] - LEFT - RIGHT)


def _y(canvas: Locator, part: float = 0.3) -> float:
    box = canvas.bounding_box()
    assert box is not None
    return box["y"] + part * box["height"]


def _drag(page: Page, canvas: Locator, start: float, end: float) -> None:
    page.mouse.move(_x(canvas, start), _y(canvas))
    page.mouse.down()
    page.mouse.move(_x(canvas, end), _y(canvas), steps=3)
    page.mouse.up()


def _views(page: Page) -> dict[str, dict[str, list[float]]]:
    """What the link says of the cards."""
    query = parse_qs(urlsplit(page.url).fragment.partition("?")[2])
    found: dict[str, dict[str, list[float]]] = json.loads(query.get("views", ["{}"])[0])
    return found


def _range(page: Page, tag: str = "v") -> list[float]:
    """The part of x that the link says, once it is there."""
    page.wait_for_function("key => decodeURIComponent(location.hash).includes(key)", arg='"x":')
    return _views(page)[f"tag {tag}"]["x"]


@pytest.fixture
def opened(page: Page, serve: Serve, tmp_path: Path) -> Page:
    """A run of 1,001 steps, a sine of 0.1 to 0.9."""
    points = [(i, {"v": 0.5 + 0.4 * math.sin(i / 50)}) for i in range(1001)]
    write_events(tmp_path / "wave", points)
    page.goto(f"{serve(tmp_path).url}#scalars")
    _canvas(page)
    return page


def test_a_drag_zooms_a_double_click_shows_everything(opened: Page) -> None:
    """The part goes into the link and comes back from it."""
    canvas = _canvas(opened)
    points = opened.locator(".card-points")
    expect(points).to_have_text("1,001 points, all drawn")
    _drag(opened, canvas, 0.2, 0.4)
    low, high = _range(opened)
    assert (low, high) == (pytest.approx(200, abs=3), pytest.approx(400, abs=3))
    expect(points).to_have_text(re.compile(r"^(19|20)\d of 1,001 points, all drawn$"))
    opened.reload()
    expect(opened.locator(".card-points")).to_have_text(re.compile("of 1,001 points"))
    expect(opened.get_by_role("button", name="Reset zoom")).to_be_visible()
    canvas = _canvas(opened)
    opened.mouse.dblclick(_x(canvas, 0.5), _y(canvas))
    expect(opened.locator(".card-points")).to_have_text("1,001 points, all drawn")
    opened.wait_for_function("() => !location.hash.includes('views')")


def test_the_wheel_scrolls_the_page_until_the_chart_is_meant(opened: Page) -> None:
    """With Ctrl, or when it has the focus; then Shift and the wheel move the view."""
    canvas = _canvas(opened)
    opened.mouse.move(_x(canvas, 0.5), _y(canvas))
    opened.mouse.wheel(0, -300)
    expect(opened.get_by_role("button", name="Reset zoom")).to_be_hidden()
    opened.keyboard.down("Control")
    opened.mouse.wheel(0, -300)
    opened.keyboard.up("Control")
    low, high = _range(opened)
    assert high - low == pytest.approx(1000 * math.exp(-300 * 0.0022), rel=0.03)
    assert (low + high) / 2 == pytest.approx(500, abs=10)
    canvas.focus()
    opened.mouse.wheel(0, -2000)
    opened.mouse.wheel(0, -9000)
    expect(opened.locator(".card-points")).to_have_text(re.compile(r"^[123] of 1,001 points"))
    rows = canvas.evaluate(INK, 0.5)
    assert rows, "the line is seen between two points"
    opened.mouse.wheel(0, 20_000)
    expect(opened.get_by_role("button", name="Reset zoom")).to_be_hidden()


def test_keys_zoom_and_move(opened: Page) -> None:
    """Plus, minus, Ctrl with arrows, zero, Enter, and Escape."""
    canvas = _canvas(opened)
    canvas.focus()
    opened.keyboard.press("+")
    low, high = _range(opened)
    assert high - low == pytest.approx(1000 / 1.6, rel=0.01)
    opened.keyboard.press("Control+ArrowRight")
    opened.wait_for_function(
        "low => JSON.parse(new URLSearchParams(location.hash.split('?')[1]).get('views'))"
        "['tag v'].x[0] > low",
        arg=low + 50,
    )
    opened.keyboard.press("0")
    expect(opened.get_by_role("button", name="Reset zoom")).to_be_hidden()
    opened.keyboard.press("Enter")
    expect(opened.locator("article.card.wide")).to_have_count(1)


def test_a_box_zooms_both_axes(opened: Page) -> None:
    """A drag with Alt; the ends of y can then be read and typed."""
    canvas = _canvas(opened)
    opened.mouse.move(_x(canvas, 0.2), _y(canvas, 0.2))
    opened.keyboard.down("Alt")
    opened.mouse.down()
    opened.mouse.move(_x(canvas, 0.4), _y(canvas, 0.6), steps=3)
    opened.mouse.up()
    opened.keyboard.up("Alt")
    expect(opened.get_by_label("Lowest y of this chart")).to_have_value(re.compile(r"^0\.\d"))
    expect(opened.locator(".card-notes")).to_contain_text("outside")
    opened.get_by_role("button", name="Reset zoom").click()
    expect(opened.get_by_label("Lowest y of this chart")).to_have_value("")


def test_y_limits_are_typed_for_one_chart_or_all_and_kept(opened: Page) -> None:
    """What lies outside is counted; a wrong text is marked; the line lies where the limits say."""
    canvas = _canvas(opened)
    opened.locator("article.card").hover()
    opened.get_by_role("button", name="Vertical axis").click()
    opened.get_by_label("Lowest y of this chart").fill("0")
    opened.get_by_label("Highest y of this chart").fill("much")
    expect(opened.get_by_label("Highest y of this chart")).to_have_class(re.compile("invalid"))
    opened.get_by_label("Highest y of this chart").fill("0.5")
    opened.keyboard.press("Enter")
    expect(opened.locator(".card-notes")).to_contain_text("outside")
    opened.wait_for_function("() => decodeURIComponent(location.hash).includes('[0,0.5]')")
    assert _views(opened)["tag v"]["y"] == [0, 0.5]
    opened.get_by_role("button", name="For all charts").click()
    expect(opened).to_have_url(re.compile("ymin=0&ymax=0.5"))
    opened.reload()
    expect(opened.locator(".card-notes")).to_contain_text("outside")
    expect(opened.get_by_label("Highest y", exact=True)).to_have_value("0.5")
    canvas = _canvas(opened)
    opened.wait_for_function(
        f"(c) => {{ const r = ({INK})(c, 0.236); "  # the valley of the wave, 0.1 of 0 to 0.5
        "return r.length && Math.abs(r[0] - 8 - 0.8 * (c.height - 30)) < 12; }",
        arg=canvas.element_handle(),
    )


def test_outliers_are_set_aside_on_request(page: Page, serve: Serve, tmp_path: Path) -> None:
    """By a box or a key; how many lie outside is said."""
    points = [(i, {"v": 1e6 if i == 500 else math.sin(i / 9)}) for i in range(1000)]
    write_events(tmp_path, points)
    page.goto(serve(tmp_path).url)
    canvas = _canvas(page)
    assert len(canvas.evaluate(INK, 0.25)) <= 3
    page.get_by_text("More for charts").click()
    page.get_by_label("Set outliers aside").check()
    expect(page.locator(".card-notes")).to_contain_text(re.compile(r"\d+ outside"))
    page.wait_for_function(
        f"c => [...Array(40).keys()].some((i) => ({INK})(c, 0.1 + i / 100).some((y) => y < 100))",
        arg=canvas.element_handle(),
    )
    canvas.focus()
    page.keyboard.press("o")
    expect(page.get_by_label("Set outliers aside")).not_to_be_checked()


def test_two_cursors_tell_difference_and_slope(page: Page, serve: Serve, tmp_path: Path) -> None:
    """Two clicks; a click on one takes it away; Escape takes all."""
    write_events(tmp_path / "slow", [(i, {"v": i * 0.5}) for i in range(101)])
    write_events(tmp_path / "quick", [(i, {"v": i * 2.0}) for i in range(101)])
    page.goto(f"{serve(tmp_path).url}#scalars?names=hidden")
    canvas = _canvas(page)
    for part in (0.2, 0.7):
        page.mouse.click(_x(canvas, part), _y(canvas))
        page.mouse.move(_x(canvas, 0.5), _y(canvas))
        expect(page.locator(".card-pins")).to_be_visible()
    row = page.locator(".card-pins tbody tr", has_text="quick")
    expect(row.locator("td").nth(5)).to_have_text("2")
    expect(row.locator("td").nth(2)).to_have_text("40")
    expect(row.locator("td").nth(3)).to_have_text("140")
    expect(row.locator("td").nth(4)).to_have_text("100")
    expect(page.locator(".card-pins")).to_contain_text("A at 20, B at 70, 50 apart")
    canvas.focus()
    page.keyboard.press("Escape")
    expect(page.locator(".card-pins")).to_be_hidden()


def test_the_order_of_values_is_chosen_and_kept(page: Page, serve: Serve, tmp_path: Path) -> None:
    """Nearest first, highest first, by name; of many runs the first dozen and a count."""
    for n in range(40):
        write_events(tmp_path / f"run {n}", [(i, {"v": float((n * 7) % 40)}) for i in range(3)])
    page.goto(f"{serve(tmp_path).url}#scalars")
    canvas = _canvas(page)
    names = page.locator(".tooltip tbody tr td:nth-child(2)")

    def hovered(height: float) -> list[str]:
        page.mouse.move(_x(canvas, 0.5), _y(canvas, height))
        expect(page.locator(".tooltip")).to_contain_text("+ 28 more")
        return names.all_inner_texts()

    assert hovered(0.05)[0] == "run 17"  # 119 modulo 40 is 39
    page.get_by_text("More for charts").click()
    page.get_by_label("Values at the crosshair").select_option("name")
    assert hovered(0.3)[:3] == ["run 0", "run 1", "run 2"]
    page.reload()
    canvas = _canvas(page)
    assert hovered(0.4)[:3] == ["run 0", "run 1", "run 2"]
    page.get_by_label("Values at the crosshair").select_option("value")
    assert hovered(0.9)[0] == "run 17"
    page.get_by_label("Values at the crosshair").select_option("lowest first")
    assert hovered(0.2)[:2] == ["run 0", "run 23"]  # 161 modulo 40 is 1
    box = page.locator(".tooltip").bounding_box()
    assert box is not None
    assert box["y"] >= 0
    assert box["y"] + box["height"] <= 800


def test_the_first_nan_is_gone_to(page: Page, serve: Serve, tmp_path: Path) -> None:
    """By the note at the card's head, or the key n."""
    points = [(i, {"v": math.nan if i in (700, 900) else 1.0 + i}) for i in range(1000)]
    write_events(tmp_path, points)
    page.goto(serve(tmp_path).url)
    _canvas(page)
    page.get_by_role("button", name="2 NaN or ∞").click()
    low, high = _range(page)
    assert low < 700 < high
    assert high - low < 60
    expect(page.get_by_role("tooltip")).to_contain_text("NaN")
    expect(page.get_by_role("tooltip")).to_contain_text("700")


def test_a_restart_is_seen_and_told(page: Page, serve: Serve, tmp_path: Path) -> None:
    """A dotted line with words when it is pointed at; it can be left out."""
    write_events(tmp_path / "events.out.tfevents.1", [(s, {"v": 0.01 * s}) for s in range(51)])
    second = write_events(tmp_path / "events.out.tfevents.2")
    more = [restart_event(50), *(scalar_event(s, {"v": 0.01 * s}) for s in range(50, 101))]
    second.write_bytes(second.read_bytes() + event_bytes(more))
    page.goto(serve(tmp_path).url)
    canvas = _canvas(page)
    page.mouse.move(_x(canvas, 0.5), _y(canvas))
    expect(page.get_by_role("tooltip")).to_contain_text("it was started again")
    expect(page.get_by_role("tooltip")).to_contain_text(re.compile(r"tfevents\.2.*\) at step 50"))
    before = len(canvas.evaluate(INK, 0.5))
    page.mouse.move(0, 0)
    page.get_by_text("More for charts").click()
    page.get_by_label("Restarts and damage").uncheck()
    page.wait_for_function(
        f"([c, n]) => ({INK})(c, 0.5).length < n", arg=[canvas.element_handle(), before]
    )
    page.mouse.move(_x(canvas, 0.5), _y(canvas))
    expect(page.get_by_role("tooltip")).not_to_contain_text("started again")


def test_every_axis_is_drawn(page: Page, serve: Serve, tmp_path: Path) -> None:
    """Active time leaves the pause out, the index counts, a tag is another tag's value."""
    folder = tmp_path / "run"
    first = [scalar_event(i, {"v": float(i), "tokens": i * 2.0}, T0 + i) for i in range(11)]
    later = [
        scalar_event(i, {"v": float(i), "tokens": i * 2.0}, T0 + 5000 + i) for i in range(11, 21)
    ]
    for number, events in enumerate((first, later)):
        path = write_events(folder / f"events.out.tfevents.{number + 1}")
        path.write_bytes(path.read_bytes() + event_bytes(events))
    page.goto(f"{serve(tmp_path).url}#scalars")
    canvas = _canvas(page)
    page.get_by_text("More for charts").click()

    def cell(head: str) -> str:
        page.mouse.move(_x(canvas, 1) - 2, _y(canvas))
        heads = page.locator(".tooltip thead th").all_inner_texts()
        return page.locator(".tooltip tbody tr td").nth(heads.index(head)).inner_text()

    axes = page.get_by_label("More horizontal axes")
    for value, head, last in (("active", "Active", "19 s"), ("index", "Index", "20")):
        with page.expect_response(re.compile(f"axis={value}")):
            axes.select_option(value)
        expect(page).to_have_url(re.compile(f"axis={value}"))
        page.mouse.move(_x(canvas, 0.5), _y(canvas))
        expect(page.locator(".tooltip thead")).to_contain_text(head)
        assert cell(head) == last
    axes.select_option("tag")
    tag = page.get_by_label("Tag of the horizontal axis")
    tag.fill("tokens")
    with page.expect_response(re.compile("over=tokens")):
        tag.press("Enter")
    page.mouse.move(_x(canvas, 0.5), _y(canvas))
    expect(page.locator(".tooltip thead")).to_contain_text("tokens")
    assert cell("tokens") == "40"
    page.reload()
    expect(page.get_by_label("Tag of the horizontal axis")).to_have_value("tokens")
    canvas = _canvas(page)
    page.mouse.move(_x(canvas, 0.5), _y(canvas))
    expect(page.locator(".tooltip thead")).to_contain_text("tokens")


def test_zooms_are_linked_if_wanted(page: Page, serve: Serve, tmp_path: Path) -> None:
    """A drag in one chart; the other shows the same part."""
    write_events(tmp_path, [(i, {"v": float(i), "w": float(-i)}) for i in range(101)])
    page.goto(f"{serve(tmp_path).url}#scalars?zoom=linked")
    canvas = _canvas(page)
    _canvas(page, "w")
    _drag(page, canvas, 0.4, 0.6)
    expect(page.locator(".card-points").nth(1)).to_have_text(re.compile(r"^(19|20|21) of 101"))
    page.get_by_role("button", name="Reset zoom").nth(1).click()
    expect(page.locator(".card-points").first).to_have_text("101 points, all drawn")


def test_names_stand_at_the_lines(page: Page, serve: Serve, tmp_path: Path) -> None:
    """Right of the plot, in the run's colour; without them the plot is wider."""
    for n, name in enumerate(("가나다", "run-2")):
        write_events(tmp_path / name, [(i, {"v": float(n)}) for i in range(9)])
    page.goto(f"{serve(tmp_path).url}#scalars")
    canvas = _canvas(page)
    page.wait_for_function(f"c => ({COLOURED})(c, 40).some((n) => n)", arg=canvas.element_handle())
    page.get_by_text("More for charts").click()
    page.get_by_label("Names at the lines").uncheck()
    expect(page).to_have_url(re.compile("names=hidden"))
    page.wait_for_function(f"c => ({INK})(c, 0.995).length > 0", arg=canvas.element_handle())


def test_steps_beyond_what_float64_holds_are_told_exactly(
    page: Page, serve: Serve, tmp_path: Path
) -> None:
    """And drawn apart from each other."""
    start = 2**60 + 1
    write_events(tmp_path / "big", [(start + i, {"v": float(i)}) for i in range(11)])
    page.goto(serve(tmp_path).url)
    canvas = _canvas(page)
    page.mouse.move(_x(canvas, 0.3), _y(canvas))
    expect(page.get_by_role("tooltip")).to_contain_text(f"{start + 3:,}")
    expect(page.locator(".card-points")).to_contain_text(f"steps + {start:,}")
    low, high = canvas.evaluate(INK, 0.1), canvas.evaluate(INK, 0.9)
    assert min(low) - max(high) > 80


def test_a_run_that_grows_is_alive_and_a_zoomed_view_stays(
    page: Page, serve: Serve, tmp_path: Path
) -> None:
    """A dot at its end and words at the foot; new points do not move what is looked at."""
    path = write_events(tmp_path / "run")
    now = time.time()
    events = [scalar_event(i, {"v": float(i)}, now - 50 + i / 2) for i in range(100)]
    path.write_bytes(path.read_bytes() + event_bytes(events))
    page.goto(serve(tmp_path).url)
    canvas = _canvas(page)
    expect(page.locator(".card-fresh.alive")).to_contain_text(re.compile("ago|now"))
    assert canvas.evaluate(GREEN) > 5
    _drag(page, canvas, 0.2, 0.5)
    before = _range(page)
    page.mouse.move(_x(canvas, 0.8), 5)
    rows = canvas.evaluate(INK, 0.5)
    with path.open("ab") as file:
        file.write(event_bytes([scalar_event(i, {"v": 1000.0}, now) for i in range(100, 300)]))
    expect(canvas).to_have_attribute("aria-label", re.compile("step 299"))
    assert _range(page) == before
    assert canvas.evaluate(INK, 0.5) == rows


def test_a_damaged_stretch_is_marked_where_it_is(page: Page, serve: Serve, tmp_path: Path) -> None:
    """With file and bytes, on every axis that has the step."""
    path = write_events(tmp_path / "run", [(i, {"v": 0.1 * i}) for i in range(101)])
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    page.goto(serve(tmp_path).url)
    canvas = _canvas(page)
    expect(canvas).to_have_attribute("aria-label", re.compile("100 points"))
    for axis in ("step", "index"):
        if axis == "index":
            page.get_by_text("More for charts").click()
            page.get_by_label("More horizontal axes").select_option(axis)
        page.wait_for_function(
            f"c => [0.49, 0.495, 0.5, 0.505, 0.51].some((x) => ({INK})(c, x).length > 20)",
            arg=canvas.element_handle(),
        )


def test_damage_is_told_where_it_is_pointed_at(page: Page, serve: Serve, tmp_path: Path) -> None:
    """Bytes, file and step."""
    path = write_events(tmp_path / "run", [(i, {"v": 0.1 * i}) for i in range(11)])
    data = bytearray(path.read_bytes())
    data[-20] ^= 1  # of the last but none: nothing is behind it
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    page.goto(serve(tmp_path).url)
    canvas = _canvas(page)
    tooltip = page.get_by_role("tooltip")
    for tenth in range(11):
        page.mouse.move(_x(canvas, tenth / 9), _y(canvas))
        if "damaged before step" in tooltip.inner_text():
            break
    expect(tooltip).to_contain_text(re.compile(r"\d+ bytes of events.* are damaged before step \d"))


def test_axes_stay_while_a_person_points_and_follow_then(
    page: Page, serve: Serve, tmp_path: Path
) -> None:
    """Points that come while the pointer moves are drawn; the axes take them in when it rests."""
    path = write_events(tmp_path / "run", [(i, {"v": 0.01 * i}) for i in range(100)])
    page.goto(serve(tmp_path).url)
    canvas = _canvas(page)
    page.mouse.move(_x(canvas, 0.3), _y(canvas))
    rows = canvas.evaluate(INK, 0.8)
    with path.open("ab") as file:
        file.write(event_bytes([scalar_event(i, {"v": 50.0}) for i in range(100, 200)]))
    for n in range(2000):
        page.mouse.move(_x(canvas, 0.3) + n % 9, _y(canvas))
        if "step 199" in (canvas.get_attribute("aria-label") or ""):
            break
    assert canvas.evaluate(INK, 0.8) == rows
    page.wait_for_function(
        f"([c, rows]) => String(({INK})(c, 0.8)) !== rows",
        arg=[canvas.element_handle(), ",".join(map(str, rows))],
    )


def test_smoothing_is_typed_and_stepped_by_keys(page: Page, serve: Serve, tmp_path: Path) -> None:
    """Weights beyond the slider's end; what is none is not taken; keys work where nobody types."""
    write_events(tmp_path / "run", [(s, {"v": float(s % 2)}) for s in range(100)])
    page.goto(serve(tmp_path).url)
    canvas = _canvas(page)
    weight = page.get_by_role("textbox", name="Weight")
    weight.fill("0.995")
    weight.press("Enter")
    expect(page).to_have_url(re.compile(r"smoothing=0\.995"))
    expect(page.get_by_label("Smoothing", exact=True)).to_have_value("0.99")
    weight.fill("[1]")
    expect(weight).to_have_class(re.compile("invalid"))
    weight.press("Enter")
    expect(page).to_have_url(re.compile(r"smoothing=0\.995"))
    expect(weight).to_have_value("0.995")
    canvas.focus()
    for _ in range(3):
        page.keyboard.press("[")
    expect(weight).to_have_value("0.95")
    page.keyboard.press("]")
    expect(weight).to_have_value("0.98")
    expect(page).to_have_url(re.compile(r"smoothing=0\.98"))
    rows = page.locator(".tooltip td.num")
    page.mouse.move(_x(canvas, 0.5), _y(canvas))
    expect(rows.first).to_have_text(re.compile(r"^0\.[45]"))  # alternating 0 and 1, smoothed


def test_both_axes_can_be_logarithmic(page: Page, serve: Serve, tmp_path: Path) -> None:
    """In the middle of the axis stands the geometric mean of its ends; what is not above 0 is
    counted; a power law is a straight line."""
    write_events(tmp_path / "run", [(s, {"v": float(s) ** 2 if s else -1.0}) for s in range(1001)])
    page.goto(serve(tmp_path).url)
    canvas = _canvas(page)
    page.get_by_label("Log scale").check()
    expect(page).to_have_url(re.compile("x=log"))
    page.mouse.move(_x(canvas, 0.5), _y(canvas))
    step = page.locator(".tooltip tbody td").nth(3)
    expect(step).to_have_text(re.compile("^3[0-3]$"))  # of 1 to 1,000
    page.get_by_text("Logarithmic", exact=True).click()
    expect(page.locator(".card-notes")).to_contain_text("1 value ≤ 0 not on this axis")
    page.mouse.move(5, 5)
    page.wait_for_function(
        f"""(c) => {{ const at = (part) => ({INK})(c, part)[0];
        const [a, b, d] = [at(0.2), at(0.5), at(0.8)];
        return a > b && b > d && Math.abs(a + d - 2 * b) < 6; }}""",
        arg=canvas.element_handle(),
    )
    page.reload()
    expect(page.get_by_label("Log scale")).to_be_checked()
    expect(page.get_by_label("Logarithmic")).to_be_checked()


def test_parts_that_overlap_and_purged_points_can_be_toggled(
    page: Page, serve: Serve, tmp_path: Path
) -> None:
    """Who looks at the newest parts only is told how many points that leaves out, and the way
    back; void points are drawn dotted on demand."""
    write_events(tmp_path / "two/events.out.tfevents.1", [(s, {"v": 1.0}) for s in range(60)])
    write_events(tmp_path / "two/events.out.tfevents.2", [(s, {"v": 2.0}) for s in range(40, 80)])
    write_events(tmp_path / "void/events.out.tfevents.1", [(s, {"v": 3.0}) for s in range(50)])
    second = write_events(tmp_path / "void/events.out.tfevents.2")
    more = [restart_event(30), *(scalar_event(s, {"v": 4.0}) for s in range(30, 80))]
    second.write_bytes(second.read_bytes() + event_bytes(more))
    page.goto(serve(tmp_path).url)
    canvas = _canvas(page)
    page.get_by_text("Restarted runs").click()
    page.get_by_label("Only the newest of overlapping parts").check()
    expect(canvas).to_have_attribute("aria-label", re.compile(r"part 1 of 2 ends at 1 \(step 39"))
    page.get_by_role("button", name="20 overwritten").click()
    expect(page.get_by_label("Only the newest of overlapping parts")).not_to_be_checked()
    expect(canvas).to_have_attribute("aria-label", re.compile(r"part 1 of 2 ends at 1 \(step 59"))
    page.get_by_label("Purged points").check()
    expect(canvas).to_have_attribute("aria-label", re.compile(r"void · purged ends at 3 \(step 49"))
    page.get_by_label("Purged points").uncheck()
    expect(canvas).not_to_have_attribute("aria-label", re.compile("void · purged"))
    expect(page.get_by_role("button", name="20 purged")).to_be_visible()
