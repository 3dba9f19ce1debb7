"""Groups of runs, as a person makes them: one button, rows that open, a curve and a band each."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from builders import T0, event_bytes, first_event, scalar_event
from conftest import Served
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser
Serve = Callable[..., Served]


@pytest.fixture
def sweep(tmp_path: Path) -> Path:
    """Two optimizers and two rates, four seeds of each, of which the last ends early; Korean
    names beside them would be one group more."""
    began = T0
    for opt in ("adam", "sgd"):
        for rate in (0.1, 0.01):
            for seed in range(4):
                began += 60
                steps = range(0, 50 if seed == 3 else 100, seed + 1)
                events = [
                    scalar_event(step, {"loss": (seed + 1) * rate / (step + 1)}, began + step)
                    for step in steps
                ]
                run = tmp_path / f"opt={opt}_lr={rate}_시드={seed}"
                run.mkdir()
                body = event_bytes([first_event(began), *events])
                (run / "events.out.tfevents.1").write_bytes(body)
    return tmp_path


@pytest.fixture
def opened(page: Page, serve: Serve, sweep: Path) -> Page:
    """The page of that log, each run by itself."""
    page.goto(f"{serve(sweep).url}#scalars")
    _says(page, "loss, 16 runs")
    return page


def _says(page: Page, beginning: str) -> None:
    label = re.compile(f"^{re.escape(beginning)}")
    expect(page.locator('canvas[role="img"]')).to_have_attribute("aria-label", label)


def _rows(page: Page) -> list[str]:
    return page.locator(".run-row .run-name").all_text_contents()


def _group(page: Page, choice: str) -> None:
    page.get_by_role("button", name="Group", exact=True).click()
    page.get_by_role("radio", name=choice).check()


def _told(page: Page, part: float) -> list[str]:
    """What is told of a place, from left to right; the pointer leaves again."""
    box = page.locator('canvas[role="img"]').bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 60 + part * 0.7 * box["width"], box["y"] + 60)
    expect(page.locator(".tooltip")).to_be_visible()
    rows = page.locator(".tooltip tr").all_inner_texts()
    page.mouse.move(5, 5)
    expect(page.locator(".tooltip")).to_be_hidden()
    return sorted(" ".join(row.split()) for row in rows)


def test_all_but_the_seed_is_two_clicks_away(opened: Page) -> None:
    """It is found by itself; a group is one curve and one row, which opens into its runs."""
    _group(opened, "All but 시드")
    opened.get_by_role("button", name="Done").click()
    _says(opened, "loss, 4 groups: opt adam · lr 0.1 ends at")
    assert _rows(opened)[:2] == ["opt adam · lr 0.1", "opt adam · lr 0.01"]
    expect(opened.locator(".run-total")).to_have_text("4 of 4 groups")
    opened.get_by_role("button", name="Open opt sgd · lr 0.1", exact=True).click()
    expect(opened.locator(".run-row.run-group + .run-row:not(.run-group)")).to_have_count(1)
    assert [name for name in _rows(opened) if "시드=2" in name] == ["opt=sgd_lr=0.1_시드=2"]
    opened.reload()
    _says(opened, "loss, 4 groups")
    assert len(_rows(opened)) == 8  # what was open is open
    _group(opened, "Each run by itself")
    _says(opened, "loss, 16 runs")


def test_hiding_other_groups_and_runs_changes_nothing_in_a_group(opened: Page) -> None:
    """Not a digit of what is told of it: neither another group, nor checks of its own runs."""
    opened.goto(f"{opened.url}?names=hidden")  # or the plot would become wider with fewer of them
    opened.reload()
    _says(opened, "loss, 16 runs")
    _group(opened, "All but 시드")
    opened.get_by_role("button", name="Done").click()
    _says(opened, "loss, 4 groups")
    wanted = "opt adam · lr 0.1 "
    [before] = [row for row in _told(opened, 0.3) if row.startswith(wanted)]
    for other in ("opt adam · lr 0.01", "opt sgd · lr 0.01", "opt sgd · lr 0.1"):
        opened.get_by_role("checkbox", name=other, exact=True).uncheck()
    _says(opened, "loss, 1 group: ")
    opened.get_by_role("button", name="Open opt adam · lr 0.1", exact=True).click()
    opened.get_by_role("checkbox", name="opt=adam_lr=0.1_시드=2").uncheck()
    [after] = [row for row in _told(opened, 0.3) if row.startswith(wanted)]
    assert after == before
    assert " 4 " in before
    expect(opened.get_by_role("checkbox", name="opt adam · lr 0.1", exact=True)).to_be_checked()


def test_runs_behind_groups_are_those_that_are_checked(opened: Page) -> None:
    """Faintly; nobody but the group is told of."""
    _group(opened, "All but 시드")
    opened.get_by_role("button", name="Done").click()
    _says(opened, "loss, 4 groups")
    before = _told(opened, 0.3)
    canvas = opened.locator('canvas[role="img"]')
    alone = canvas.screenshot()
    opened.get_by_role("checkbox", name="Draw the runs, too").check()
    expect(opened).to_have_url(re.compile("group_runs=shown"))
    expect(opened.locator(".card-points")).not_to_contain_text("…")
    with_runs = canvas.screenshot()
    assert with_runs != alone
    assert _told(opened, 0.3) == before


def test_n_is_told_and_the_filter_says_who_counts(opened: Page) -> None:
    """Where a run has ended there are fewer; who does not match the filter is in no group."""
    _group(opened, "All but 시드")
    opened.get_by_role("button", name="Done").click()
    _says(opened, "loss, 4 groups")
    assert any("3 of 4" in row for row in _told(opened, 0.9))
    opened.get_by_label("Filter runs").fill("시드 < 3 and opt = adam")
    _says(opened, "loss, 2 groups")
    rows = _told(opened, 0.9)
    assert any(" 3 " in row for row in rows)
    assert not any(" of " in row for row in rows)


def test_a_group_whose_runs_differ_in_more_is_flagged(opened: Page) -> None:
    """With what; seeds are what groups are for."""
    opened.get_by_role("button", name="Group", exact=True).click()
    opened.get_by_role("checkbox", name="opt", exact=True).check()
    opened.get_by_role("button", name="Done").click()
    _says(opened, "loss, 2 groups")
    flags = opened.get_by_role("img", name="Its runs differ in more: lr (0.01, 0.1)")
    expect(flags).to_have_count(2)


def test_middle_and_band_are_chosen_and_stay_in_the_link(opened: Page) -> None:
    """What is told follows."""
    expect(opened.get_by_label("Band")).to_be_hidden()
    _group(opened, "All but 시드")
    opened.get_by_role("button", name="Done").click()
    _says(opened, "loss, 4 groups")
    opened.get_by_label("Band").select_option("95 % interval")
    opened.get_by_label("Middle").select_option("Median")
    opened.reload()
    _says(opened, "loss, 4 groups")
    expect(opened.get_by_label("Band")).to_have_value("ci95")
    assert "Group Median 95 % from to n Step" in _told(opened, 0.3)


def test_groups_by_keyboard_and_a_colour_by_hand(opened: Page) -> None:
    """Arrows open and fold, c chooses the colour; a cell is the mean, or how many values."""
    _group(opened, "All but 시드")
    opened.get_by_role("button", name="Done").click()
    _says(opened, "loss, 4 groups")
    opened.get_by_role("button", name="Table ⇥").click()
    table = opened.get_by_role("treegrid", name="Runs")
    row = opened.locator(".run-row.run-group").first
    expect(row.get_by_role("gridcell").nth(2)).to_have_text("4 values")
    widths = [one["width"] for one in (row.bounding_box(), table.bounding_box()) if one]
    assert widths[0] > 0.9 * widths[1]  # its cells stand under the heads
    table.focus()
    opened.keyboard.press("ArrowDown")
    opened.keyboard.press("ArrowRight")
    expect(row).to_have_attribute("aria-expanded", "true")
    opened.keyboard.press("ArrowLeft")
    expect(row).to_have_attribute("aria-expanded", "false")
    opened.keyboard.press("c")
    opened.get_by_role("button", name="#d55e00").click()
    expect(row.locator("line")).to_have_attribute("stroke", "#d55e00")


def test_groups_follow_the_log(opened: Page, sweep: Path) -> None:
    """A new run joins its group, a new setting is a group more, and colours stay."""
    _group(opened, "All but 시드")
    opened.get_by_role("button", name="Done").click()
    _says(opened, "loss, 4 groups")
    colour = opened.locator(".run-row.run-group line").first.get_attribute("stroke")
    for name, seed in (("opt=adam_lr=0.1_시드=9", 9), ("opt=lion_lr=0.1_시드=0", 0)):
        (sweep / name).mkdir()
        events = [scalar_event(step, {"loss": 1.0 + seed}, T0 + 5000 + step) for step in range(100)]
        (sweep / name / "events.out.tfevents.1").write_bytes(event_bytes(events))
    _says(opened, "loss, 5 groups")
    first = opened.locator(".run-row.run-group").first
    expect(first.locator(".run-count")).to_have_text("5")
    assert first.locator("line").get_attribute("stroke") == colour
