"""The page beside a running training, and beside folders with nothing, or with damage."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from builders import append, write_events
from conftest import Served, served_store
from playwright.sync_api import Browser, Page, expect

from neuronboard import SummaryWriter
from neuronboard.store import LogdirSpec, Store
from neuronboard.store.catalog import Catalog, Progress

pytestmark = pytest.mark.browser
Serve = Callable[..., Served]
# How many pixels of the chart have a colour: at first, and in the frame that has the fewest.
WATCH = """(canvas) => {
  const count = () => {
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    let n = 0;
    for (let i = 0; i < data.length; i += 4)
      n += data[i + 3] > 90 && Math.abs(data[i] - data[i + 2]) > 60;
    return n;
  };
  window.watched = { frames: 0, first: count(), least: Infinity };
  const look = () => {
    watched.frames += 1;
    watched.least = Math.min(watched.least, count());
    requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}"""
EVIL = "<img src=x onerror=document.title='evil'>"


def test_a_running_training_is_followed_without_reload(
    page: Page, serve: Serve, tmp_path: Path
) -> None:
    """A missing folder, then one point, then more, then another tag."""
    served = serve(tmp_path / "log")
    page.goto(served.url)
    expect(page.get_by_role("heading", name="This folder does not exist")).to_be_visible()
    with SummaryWriter(tmp_path / "log") as writer:
        writer.add_scalar("loss", 1.0, 0)
        canvas = page.locator('article[aria-label="loss"] canvas[role="img"]')
        expect(canvas).to_have_attribute("aria-label", re.compile(r"step 0, 1 point\)"))
        writer.add_scalar("loss", 0.5, 1)
        expect(canvas).to_have_attribute("aria-label", re.compile(r"ends at 0.5 \(step 1"))
        writer.add_scalar("accuracy", 0.9, 1)
        expect(page.locator("article.card")).to_have_count(2)


def test_an_empty_folder_says_how_to_fill_it(page: Page, serve: Serve, tmp_path: Path) -> None:
    """The path, and code to copy; run anywhere, it brings what the page waits for."""
    logs, elsewhere = tmp_path / "빈 폴더", tmp_path / "elsewhere"
    logs.mkdir()
    elsewhere.mkdir()
    served = serve(logs)
    for place, drawn in (("#graphs", '[data-path="weight"]'), ("#scalars", "article.card")):
        page.goto(served.url + place)
        expect(page.locator(".empty")).to_contain_text("yet")
        expect(page.locator(".empty")).to_contain_text(str(logs))
        code = page.locator(".empty pre").inner_text()
        subprocess.run([sys.executable, "-W", "error", "-c", code], cwd=elsewhere, check=True)
        expect(page.locator(drawn)).to_be_visible()


def test_a_folder_that_is_still_loading_says_how_far_it_is(page: Page, tmp_path: Path) -> None:
    """On both pages, with the path; and what comes then is shown."""
    spec = LogdirSpec.single(tmp_path)
    store = Store(spec)
    progress = Progress(files=12, files_read=3, bytes_read=10**9, bytes_total=4 * 10**9, points=5)
    store.catalog = Catalog(2, "loading", str(spec), progress, (), ())
    with served_store(store) as url:
        for place in ("#scalars", "#graphs"):
            page.goto(url + place)
            expect(page.locator(".empty")).to_contain_text(str(tmp_path))
            expect(page.locator(".empty h1")).to_have_text("Reading the log…")
            expect(page.locator(".empty")).to_contain_text("1.00 GB of 4.00 GB, 3 of 12 files")
            expect(page.locator(".empty progress")).to_have_attribute("value", "0.25")
            expect(page.locator(".notice:visible")).to_contain_text(
                "Loading 25 %: 1.00 GB of 4.00 GB"
            )
        page.goto(url + "#scalars")
        write_events(tmp_path, [(0, {"v": 1.0}), (1, {"v": 0.5})])
        store.refresh()
        expect(page.locator("article.card")).to_be_visible()
        expect(page.locator(".notice:visible")).to_have_count(0)
        page.goto("about:blank")  # the page would log that its server is gone


def test_a_server_that_ended_is_told_in_words(
    browser: Browser, serve: Serve, tutorial_logdir: Path
) -> None:
    """Not by a colour alone; what is drawn stays."""
    served = serve(tutorial_logdir)
    page = browser.new_page()  # the browser itself logs that the server is gone
    page.goto(served.url)
    expect(page.locator("article.card")).to_have_count(5)
    status = page.locator("header [role=status]")
    expect(status).to_have_text("")
    served.process.terminate()
    expect(status).to_have_text("not connected")
    expect(page.locator("article.card")).to_have_count(5)
    page.close()


def test_damage_is_shown_with_its_place(page: Page, serve: Serve, tmp_path: Path) -> None:
    """File, offset and bytes; the good points are drawn."""
    path = write_events(tmp_path, [(i, {"v": float(i)}) for i in range(20)])
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    page.goto(serve(tmp_path).url)
    page.get_by_text("Not everything could be read: 1 problem").click()
    expect(page.locator(".notice:visible")).to_contain_text("checksum mismatch at byte")
    expect(page.locator(".notice:visible")).to_contain_text(path.name)
    canvas = page.locator('article[aria-label="v"] canvas[role="img"]')
    expect(canvas).to_have_attribute("aria-label", re.compile("19 points"))


def test_names_from_files_never_become_markup(page: Page, serve: Serve, tmp_path: Path) -> None:
    """A tag and a run that are HTML are shown as text."""
    write_events(tmp_path / "<b>bold< 가", [(0, {EVIL: 1.0}), (1, {EVIL: float("nan")})])
    page.goto(serve(tmp_path).url)
    expect(page.locator("article.card h3")).to_have_text(EVIL)
    expect(page.locator(".run-name")).to_have_text("<b>bold< 가")
    assert page.title() == "NeuronBoard"


def test_hidden_runs_stay_hidden_and_colours_stay(page: Page, serve: Serve, tmp_path: Path) -> None:
    """A check box takes a run out of every chart, and the link remembers it."""
    for name in ("가나다", "run-2", "run-10"):
        write_events(tmp_path / name, [(i, {"v": float(i)}) for i in range(3)])
    page.goto(serve(tmp_path).url)
    canvas = page.locator('article[aria-label="v"] canvas[role="img"]')
    expect(canvas).to_have_attribute("aria-label", re.compile("가나다 ends at 2"))
    before = page.locator(".swatch line").nth(1).get_attribute("stroke")
    page.get_by_role("checkbox", name="run-2").uncheck()
    expect(canvas).not_to_have_attribute("aria-label", re.compile("run-2"))
    page.reload()
    expect(canvas).to_have_attribute("aria-label", re.compile("run-10 ends at 2"))
    expect(canvas).not_to_have_attribute("aria-label", re.compile("run-2"))
    assert page.locator(".swatch line").nth(1).get_attribute("stroke") == before


def test_nan_and_infinity_are_counted_and_marked(page: Page, serve: Serve, tmp_path: Path) -> None:
    """Never hidden."""
    values = [1.0, float("nan"), 2.0, float("inf"), 3.0]
    write_events(tmp_path, [(i, {"v": v}) for i, v in enumerate(values)])
    page.goto(serve(tmp_path).url)
    expect(page.locator('article[aria-label="v"]')).to_contain_text("▲ 2 NaN or ∞")


def test_new_points_come_without_a_flicker(page: Page, serve: Serve, tmp_path: Path) -> None:
    """In no frame, while points come, has the chart fewer coloured pixels than most of a line."""
    path = write_events(tmp_path / "run", [(s, {"v": float(s % 7)}) for s in range(400)])
    page.goto(f"{serve(tmp_path).url}#scalars")
    canvas = page.locator('canvas[role="img"]')
    expect(canvas).to_have_attribute("aria-label", re.compile("400 points"))
    canvas.evaluate(WATCH)
    for step in range(400, 420):
        append(path, step, "v", value=float(step % 7))
        expect(canvas).to_have_attribute("aria-label", re.compile(f"{step + 1} points"))
    frames, least, first = page.evaluate("[watched.frames, watched.least, watched.first]")
    assert frames > 20
    assert least > 0.8 * first
