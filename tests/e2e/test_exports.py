"""What is taken along of a chart, compared with the page and with the log."""

from __future__ import annotations

import base64
import csv
import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import plotly.graph_objects
import pyarrow.parquet
import pytest
from builders import event_bytes, restart_event, scalar_event, write_events
from conftest import Served
from playwright.sync_api import Page, expect

import neuronboard

pytestmark = pytest.mark.browser
Serve = Callable[..., Served]
SVG = "{http://www.w3.org/2000/svg}"
# A picture as a list of its pixels: red, green, blue, opacity.
PIXELS = """async ([type, data]) => {
  const image = new Image();
  image.src = `data:${type};base64,${data}`;
  await image.decode();
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [image.naturalWidth, image.naturalHeight];
  const context = canvas.getContext('2d');
  context.drawImage(image, 0, 0);
  const { data: pixels } = context.getImageData(0, 0, canvas.width, canvas.height);
  return [canvas.width, canvas.height, [...pixels]];
}"""
PAGE_CHART = """(card) => {
  const canvas = card.querySelector('canvas');
  const { width, height } = canvas;
  const data = canvas.getContext('2d').getImageData(0, 0, width, height).data;
  return [width, height, [...data]];
}"""


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """Three runs: started again, of a Korean name, and with values that are none."""
    rng = np.random.default_rng(3)
    for name in ("lr=0.1", "실행 <2>", "odd"):
        values = np.float32(np.exp(-np.arange(300) / 80) + rng.normal(0, 0.02, 300))
        if name == "odd":
            values[50], values[60] = np.nan, np.inf
        points = [(s, {"loss": float(v), "acc": float(1 - v)}) for s, v in enumerate(values)]
        write_events(tmp_path / "logs" / name, points)
    again = tmp_path / "logs" / "lr=0.1" / "events.out.tfevents.1800000000.host"
    events = [scalar_event(s, {"loss": 0.5 + s / 1000}) for s in range(200, 260)]
    again.write_bytes(event_bytes([restart_event(200), *events]))
    return tmp_path / "logs"


def _card(page: Page, url: str) -> Any:
    page.goto(url)
    card = page.get_by_role("article", name="loss", exact=True)
    expect(card.locator(".card-points")).to_contain_text("all drawn")
    return card


def _saved(page: Page, card: Any, name: str) -> bytes:
    """The file behind an entry of the card's menu."""
    if page.locator(".popup").count() == 0:
        card.get_by_role("button", name="More for this chart").click()
    with page.expect_download() as download:
        page.locator(".popup").get_by_role("button", name=name).click()
    return Path(download.value.path()).read_bytes()


def _pixels(page: Page, kind: str, data: bytes) -> np.ndarray[Any, Any]:
    width, height, found = page.evaluate(PIXELS, [kind, base64.b64encode(data).decode()])
    return np.array(found, np.uint8).reshape(height, width, 4)[..., :3].astype(int)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_png_and_svg_are_the_page(page: Page, serve: Serve, log: Path, theme: str) -> None:
    """PNG has the page's pixels; SVG drawn by the browser is nowhere farther from them than a
    pixel, and its texts are texts."""
    card = _card(page, f"{serve(log).url}#scalars?smoothing=0.5&theme={theme}&marks=extremes")
    page.mouse.move(5, 5)
    width, height, shown = card.evaluate(PAGE_CHART)
    drawn = np.array(shown, np.uint8).reshape(height, width, 4).astype(int)
    behind = [255, 255, 255] if theme == "light" else [0x16, 0x18, 0x1D]
    alpha = drawn[..., 3:] / 255
    expected = drawn[..., :3] * alpha + np.array(behind) * (1 - alpha)
    png = _pixels(page, "image/png", _saved(page, card, "PNG"))
    top = 24
    assert png.shape[1] == width
    assert np.abs(png[top : top + height] - expected).max() <= 2  # of rounding opacity
    assert (png[:top] != png[0, 0]).any()  # the title
    svg = _saved(page, card, "SVG, as on the page")
    other = _pixels(page, "image/svg+xml", svg)
    assert other.shape == png.shape
    for a, b in ((png, other), (other, png)):
        ink = np.abs(a - a[0, 0]).max(-1) > 60
        near = np.abs(b - b[0, 0]).max(-1) > 12
        around = near.copy()
        for dy in (-1, 0, 1):
            for dx in (-1, 0, 1):
                around |= np.roll(near, (dy, dx), (0, 1))
        assert (ink & ~around).sum() <= 0.002 * ink.sum()
    root = ElementTree.fromstring(svg)
    texts = [text.text for text in root.iter(f"{SVG}text")]
    assert {"loss", "0", "실행 <2>", "lr=0.1", "odd"} <= set(texts)
    assert not list(root.iter(f"{SVG}image"))


def test_svg_for_a_paper_is_light_and_its_letters_are_of_eight_points(
    page: Page, serve: Serve, log: Path
) -> None:
    """90 mm wide, white, in the colours of the light page, also where the page is dark."""
    url = serve(log).url
    card = _card(page, f"{url}#scalars?theme=dark")
    root = ElementTree.fromstring(_saved(page, card, "SVG for a paper"))
    assert root.get("width") == "90mm"
    points = 90 / 25.4 * 72 / float(root.get("viewBox", "").split()[2])
    sizes = {float(text.get("font-size", "0")) * points for text in root.iter(f"{SVG}text")}
    assert min(sizes) >= 8
    backdrop = root.find(f"{SVG}rect")
    assert backdrop is not None
    assert backdrop.get("fill") == "#ffffff"
    dark = set(re.findall(r"#[0-9a-f]{6}", ElementTree.tostring(root).decode()))
    page.goto("about:blank")
    card = _card(page, f"{url}#scalars?theme=light")
    light = ElementTree.fromstring(_saved(page, card, "SVG for a paper"))
    assert dark == set(re.findall(r"#[0-9a-f]{6}", ElementTree.tostring(light).decode()))


def test_points_of_a_card_are_those_of_the_log(page: Page, serve: Serve, log: Path) -> None:
    """CSV, JSON and Parquet: every point of its tag in the shown runs."""
    card = _card(page, f"{serve(log).url}#scalars?hidden={json.dumps(['odd'])}")
    logs = neuronboard.open(log)
    expected = [
        (run, "loss", int(s), float(w), float(v))
        for run in ("lr=0.1", "실행 <2>")
        for s, w, v in zip(*_columns(logs.runs[run]["loss"]), strict=True)
    ]
    header, *rows = csv.reader(io.StringIO(_saved(page, card, "CSV").decode()))
    assert header == ["run", "tag", "step", "wall_time", "value"]
    found = [(r, t, int(s), float(w), float(np.float32(v))) for r, t, s, w, v in rows]
    assert sorted(found) == sorted(expected)
    series = json.loads(_saved(page, card, "JSON"))
    found = [
        (one["run"], one["tag"], s, w, float(np.float32(v)))
        for one in series
        for s, w, v in zip(one["steps"], one["wall_times"], one["values"], strict=True)
    ]
    assert sorted(found) == sorted(expected)
    table = pyarrow.parquet.read_table(io.BytesIO(_saved(page, card, "Parquet")))
    assert sorted(zip(*(c.to_pylist() for c in table.columns), strict=True)) == sorted(expected)


def test_all_that_is_found_is_one_file(page: Page, serve: Serve, log: Path) -> None:
    """Two tags in three runs, or the tag that the search finds in one."""
    page.goto(serve(log).url)
    expect(page.locator("article.card")).to_have_count(2)
    logs = neuronboard.open(log)
    rows = {tag: sum(len(run[tag]) for run in logs.runs.values()) for tag in logs.tags}
    assert _exported(page, "2 tags in 3 runs: 6 curves") == sum(rows.values())
    page.get_by_label("Search tags").fill("acc")
    page.get_by_label("Filter runs").fill("odd")
    expect(page.locator("article.card")).to_have_count(1)
    assert _exported(page, "1 tag in 1 run: 1 curve") == 300


def _exported(page: Page, told: str) -> int:
    """How many rows the CSV has."""
    page.get_by_role("button", name="Export", exact=True).click()
    menu = page.get_by_role("dialog", name="Export")
    expect(menu).to_contain_text(told)
    with page.expect_download() as download:
        menu.get_by_role("button", name="CSV").click()
    page.keyboard.press("Escape")
    return len(Path(download.value.path()).read_text().splitlines()) - 1


@pytest.mark.parametrize(
    ("state", "kind"),
    [
        ("smoothing=0.6&tags=loss", "number"),
        ("axis=relative&y=log&smoothing=0.6&smoother=symmetric", "number"),
        ("axis=wall&purged=shown", "date"),
        ("axis=tag&over=acc", "number"),
        ('views={"tag loss":{"x":[20,90],"y":[0.2,1]}}', "number"),
    ],
)
def test_copied_python_makes_the_same_figure(
    page: Page, serve: Serve, log: Path, state: str, kind: str
) -> None:
    """Pasted as it is, it runs; its lines are what the server answers for the same card."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    url = serve(log).url
    card = _card(page, f"{url}#scalars?{state}")
    card.get_by_role("button", name="More for this chart").click()
    page.get_by_role("button", name="Copy as Python").click()
    expect(page.get_by_text("Copied: paste it")).to_be_visible()
    names: dict[str, Any] = {}
    exec(page.evaluate("navigator.clipboard.readText()"), names)
    figure = names["figure"]
    assert isinstance(figure, plotly.graph_objects.Figure)
    given = dict(pair.split("=", 1) for pair in state.split("&"))
    asked = {k: v for k, v in given.items() if k in ("smoothing", "smoother", "axis", "over")}
    asked |= {"purged": "1"} if given.get("purged") else {}
    answer = page.request.get(
        f"{url}api/scalars/series", params={"tag": "loss", "format": "json", **asked}
    ).json()
    drawn = [trace for trace in figure.data if trace.hoverinfo != "skip"]
    series = [one for one in answer["series"] if one["steps"]]
    assert len(drawn) == len(series)
    for trace, one in zip(drawn, series, strict=True):
        y = np.array(one["smoothed"] if "smoothing" in asked else one["values"], float)
        assert np.array_equal(
            np.asarray(trace.y, float).astype(np.float32), y.astype(np.float32), equal_nan=True
        )
        assert len(trace.x) == len(y)
        if kind == "date":
            times = np.asarray(trace.x).astype("datetime64[us]").astype(np.int64) / 1e6
            assert np.allclose(times, one["wall_times"], atol=1e-5)
        elif "over" in asked:
            assert np.array_equal(
                np.asarray(trace.x, float), np.array(one["x"], float), equal_nan=True
            )
        elif "axis" not in asked:
            assert list(trace.x) == one["steps"]
    if "views" in given:
        assert figure.layout.xaxis.range == (20, 90)
        assert figure.layout.yaxis.range == (0.2, 1)
    if given.get("y"):
        assert figure.layout.yaxis.type == "log"


def test_a_card_fills_the_screen_and_comes_back(page: Page, serve: Serve, log: Path) -> None:
    """By the key f; the values at the crosshair stay in sight, Escape ends it."""
    card = _card(page, serve(log).url)
    before = card.bounding_box()
    card.locator("canvas").first.focus()
    page.keyboard.press("f")
    expect(card).to_have_class(re.compile("full"))
    page.wait_for_function(
        "document.querySelector('.full').getBoundingClientRect().width === innerWidth"
    )
    page.mouse.move(500, 400)
    expect(page.locator(".tooltip")).to_be_visible()
    page.keyboard.press("Escape")
    expect(card).not_to_have_class(re.compile("full"))
    page.wait_for_function("!document.fullscreenElement")
    assert card.bounding_box() == before


def _columns(points: neuronboard.reader.Scalars) -> tuple[Any, Any, Any]:
    return points.steps, points.wall_times, points.values
