"""The page beside a running training, and beside folders with nothing, or with damage."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from builders import write_events
from conftest import Served
from playwright.sync_api import Page, expect

from neuronboard import SummaryWriter

pytestmark = pytest.mark.browser
Serve = Callable[..., Served]
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
    """The path, and code to copy; on both pages."""
    served = serve(tmp_path)
    page.goto(served.url)
    expect(page.locator(".empty")).to_contain_text("There are no event files in this folder yet")
    expect(page.locator(".empty")).to_contain_text(str(tmp_path))
    page.goto(served.url + "#graphs")
    expect(page.locator(".empty")).to_contain_text("SummaryWriter")


def test_damage_is_shown_with_its_place(page: Page, serve: Serve, tmp_path: Path) -> None:
    """File, offset and bytes; the good points are drawn."""
    path = write_events(tmp_path, [(i, {"v": float(i)}) for i in range(20)])
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    page.goto(serve(tmp_path).url)
    page.get_by_text("Not everything could be read: 1 problem").click()
    expect(page.locator(".notice")).to_contain_text("checksum mismatch at byte")
    expect(page.locator(".notice")).to_contain_text(path.name)
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
