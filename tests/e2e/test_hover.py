"""What the crosshair tells: of the runs that are there, with the digits that were written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from builders import write_events
from conftest import Served
from playwright.sync_api import Page, expect

from neuronboard import SummaryWriter

pytestmark = pytest.mark.browser


def _hover(page: Page, place: float) -> list[str]:
    """The names of the runs in the tooltip at that part of the first chart's width."""
    canvas = page.locator(".card canvas").first
    box = canvas.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 52 + place * (box["width"] - 62), box["y"] + 60)
    expect(page.locator(".tooltip")).to_be_visible()
    return page.locator(".tooltip tbody tr td:nth-child(2)").all_inner_texts()


def test_a_run_that_ended_long_before_is_not_listed(
    page: Page, serve: Callable[..., Served], tmp_path: Path
) -> None:
    """One whose points are far to both sides is: its line is there."""
    write_events(tmp_path / "short", [(i, {"v": 1.0}) for i in range(100)])
    write_events(tmp_path / "long", [(i, {"v": 2.0}) for i in range(0, 10_001, 10)])
    write_events(tmp_path / "rare", [(i, {"v": 3.0}) for i in (0, 10_000)])
    page.goto(f"{serve(tmp_path).url}#scalars")
    page.wait_for_selector('.card canvas[aria-label*="3 runs"]')
    assert sorted(_hover(page, 0.0)) == ["long", "rare", "short"]
    assert sorted(_hover(page, 0.6)) == ["long", "rare"]


def test_float64_is_shown_with_its_digits(
    page: Page, serve: Callable[..., Served], tmp_path: Path
) -> None:
    """In the tooltip, in the table and at the head of the card."""
    with SummaryWriter(str(tmp_path / "precise"), precision="float64") as writer:
        for step in range(5):
            writer.add_scalar("v", 1 + step * 1e-10, step)
    page.goto(f"{serve(tmp_path).url}#scalars")
    page.wait_for_selector('.card canvas[aria-label*="ends at"]')
    _hover(page, 1.0)
    expect(page.locator(".tooltip tbody td").nth(2)).to_have_text("1.0000000004")
    expect(page.locator(".card-notes")).to_contain_text("1.0000000004")
    page.get_by_text("Table", exact=True).click()
    expect(page.locator(".card-table")).to_contain_text("1.0000000004")


def test_long_names_that_end_alike_are_told_apart(
    page: Page, serve: Callable[..., Served], tmp_path: Path
) -> None:
    """What all of them begin and end with is left out, beside the pointer and at the lines."""
    for batch in (32, 64):
        name = f"은닉층_크기_64/학습률_0.001_배치_{batch}_아주_긴_실험_이름_최종"
        write_events(tmp_path / name, [(i, {"v": 1.0 * batch}) for i in range(9)])
    page.goto(f"{serve(tmp_path).url}#scalars")
    page.wait_for_selector('.card canvas[aria-label*="2 runs"]')
    assert sorted(_hover(page, 0.5)) == ["…32…", "…64…"]
