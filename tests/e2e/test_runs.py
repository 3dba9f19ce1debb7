"""The table of runs, as a person uses it: click, shift-click, type, and read what is drawn."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from builders import event_bytes, scalar_event, write_events
from conftest import Served
from playwright.sync_api import Locator, Page, expect
from test_look_and_keys import CONTRAST

from neuronboard import SummaryWriter

pytestmark = pytest.mark.browser
Serve = Callable[..., Served]
NAMES = [
    f"sweep/{model}_lr{lr}_bs{bs}"
    for model in ("mlp", "vit")
    for lr in ("1e-3", "0.1")
    for bs in (32, 64)
]


@pytest.fixture
def sweep(tmp_path: Path) -> Path:
    """Eight runs in a folder, a Korean one in another, and one that has diverged."""
    for n, name in enumerate([*NAMES, "실험/기준선"]):
        points = [
            (step, {"loss": (n + 1) / (step + 1), "val/acc": step / 10 + n}) for step in range(5)
        ]
        write_events(tmp_path / name, points)
    broken = [(0, {"loss": 3.0}), (1, {"loss": float("nan")}), (2, {"loss": float("nan")})]
    write_events(tmp_path / "실험" / "발산", broken)
    return tmp_path


@pytest.fixture
def opened(page: Page, serve: Serve, sweep: Path) -> Page:
    """The page of that log, drawn."""
    page.goto(f"{serve(sweep).url}#scalars?tags=^loss$&match=regex")
    _drawn(page, 10)
    return page


def _drawn(page: Page, runs: int) -> None:
    """The chart tells of so many runs."""
    label = re.compile(f"{runs} runs" if runs > 1 else "loss: .* ends at")
    expect(page.locator('canvas[role="img"]').first).to_have_attribute("aria-label", label)


def _box(page: Page, name: str) -> Locator:
    return page.get_by_role("checkbox", name=name, exact=True)


def _rows(page: Page) -> list[str]:
    return page.locator(".run-row .run-name").all_inner_texts()


def _colours(page: Page) -> dict[str, str]:
    """Run -> the colour of its piece of line."""
    pairs: list[tuple[str, str]] = page.evaluate(
        """() => [...document.querySelectorAll('[data-run]')].map((box) => [box.dataset.run,
        box.parentElement.querySelector('line').getAttribute('stroke')])"""
    )
    return dict(pairs)


def test_a_folder_checks_all_in_it_and_folds(opened: Page) -> None:
    """Its box is half checked when some of it is."""
    folder = _box(opened, "All in sweep")
    folder.uncheck()
    _drawn(opened, 2)
    _box(opened, NAMES[0]).check()
    _drawn(opened, 3)
    assert folder.evaluate("box => box.indeterminate")
    opened.get_by_role("button", name="Fold sweep").click()
    expect(opened.locator("[data-run]")).to_have_count(2)
    opened.reload()
    _drawn(opened, 3)
    expect(opened.locator("[data-run]")).to_have_count(2)


def test_shift_click_reaches_from_the_last_one(opened: Page) -> None:
    """Unchecked, and with a click on a name checked again."""
    _box(opened, NAMES[1]).click()
    _box(opened, NAMES[4]).click(modifiers=["Shift"])
    _drawn(opened, 6)
    opened.locator(".run-row", has=_box(opened, NAMES[2])).locator(".run-name").click()
    _drawn(opened, 7)


def test_a_double_click_shows_only_that_run_and_another_one_all(opened: Page) -> None:
    """On its name."""
    name = opened.locator(".run-row", has=_box(opened, NAMES[3])).locator(".run-name")
    name.dblclick()
    _drawn(opened, 1)
    expect(opened.locator("[data-run]:checked")).to_have_count(1)
    name.dblclick()
    _drawn(opened, 10)


def test_a_filter_says_what_it_is_and_decides_what_is_drawn(opened: Page) -> None:
    """Text, a regular expression, an expression; kept in the link."""
    filter_ = opened.get_by_label("Filter runs")
    mode = opened.get_by_label("The filter is taken as")
    said = opened.locator(".run-said")
    expect(mode).to_be_hidden()  # nobody needs it before there is a text
    filter_.fill("vit")
    expect(mode.locator("option:checked")).to_have_text("Text")
    expect(said).to_have_text("4 of 10 match")
    _drawn(opened, 4)
    filter_.fill("^sweep/.*32$")
    expect(mode.locator("option:checked")).to_have_text("Regex")
    _drawn(opened, 4)
    filter_.fill('lr < 0.01 and bs in (32, 48) and name ~ "MLP"')
    expect(mode.locator("option:checked")).to_have_text("Expression")
    _drawn(opened, 1)
    filter_.fill("last(loss) > 1 and last_step(loss) = 4")
    expect(said).to_have_text("4 of 10 match")
    filter_.fill("status = diverged")
    expect(said).to_have_text("1 of 10 match")
    filter_.fill("lr = 0.1")
    _box(opened, NAMES[2]).uncheck()
    _drawn(opened, 3)
    opened.reload()
    _drawn(opened, 3)
    expect(filter_).to_have_value("lr = 0.1")
    mode.select_option("Always text")
    expect(opened.get_by_text("No run matches the filter.")).to_be_visible()
    opened.locator(".run-list").get_by_role("button", name="Clear the filter").click()
    _drawn(opened, 9)


def test_a_mistake_is_shown_where_it_is_and_changes_nothing(opened: Page) -> None:
    """What was expected, underlined; the runs of the filter before stay."""
    filter_ = opened.get_by_label("Filter runs")
    filter_.fill("bs = 32")
    _drawn(opened, 4)
    filter_.fill("bs = 32 and larning < 3")
    expect(opened.locator(".run-mistake mark")).to_have_text("larning")
    expect(opened.locator(".run-said")).to_contain_text("There is no column “larning”")
    filter_.fill("bs in 32")
    expect(opened.locator(".run-mistake mark")).to_have_text("32")
    expect(opened.locator(".run-said")).to_contain_text("Expected “(”")
    filter_.fill("vit[a")
    expect(opened.locator(".run-mistake mark")).to_have_text("[a")
    expect(opened.locator(".run-said")).to_contain_text("Not a regular expression")
    _drawn(opened, 4)
    expect(opened.locator("[data-run]")).to_have_count(4)


def test_the_page_explains_the_filter(opened: Page) -> None:
    """An example goes into it by a click."""
    opened.get_by_role("button", name="What can be typed here").click()
    expect(opened.get_by_role("dialog")).to_contain_text("nan_step")
    opened.get_by_role("button", name="status = diverged").click()
    expect(opened.locator(".run-said")).to_have_text("1 of 10 match")


def test_columns_are_chosen_sorted_and_kept(opened: Page) -> None:
    """A hyper-parameter from the names and the last value of a tag; NaN last in both directions."""
    opened.get_by_role("button", name="Columns").click()
    opened.get_by_role("checkbox", name="Column lr").check()
    opened.get_by_role("button", name="last of loss").click()
    opened.get_by_role("button", name="Done").click()
    opened.get_by_role("button", name="Table ⇥").click()
    heads = opened.get_by_role("columnheader")
    expect(heads).to_have_count(3)
    last = opened.get_by_role("button", name="loss · last")
    values = opened.locator(".run-row [role=gridcell]:nth-child(3) .cell-value")
    last.click()
    expect(heads.nth(2)).to_have_attribute("aria-sort", "ascending")
    rising = values.all_inner_texts()
    assert rising[:2] == ["0.2", "0.4"]
    assert rising[-1] == "NaN"
    last.click()
    expect(heads.nth(2)).to_have_attribute("aria-sort", "descending")
    falling = values.all_inner_texts()
    assert falling == [*reversed(rising[:-1]), "NaN"]
    expect(opened.locator(".run-row").first).to_contain_text("@4")
    opened.reload()
    expect(values.nth(0)).to_have_text(falling[0])
    expect(opened.locator(".run-row [role=gridcell]:nth-child(2)").nth(3)).to_have_text("0.001")


def test_the_table_widens_and_the_charts_stay(opened: Page) -> None:
    """By the button, by dragging, and by arrow keys."""
    card = opened.locator("article.card").first
    aside = opened.locator("aside")
    narrow = aside.bounding_box()
    opened.get_by_role("button", name="Table ⇥").click()
    expect(opened.get_by_role("columnheader", name="Duration")).to_be_visible()
    wide = aside.bounding_box()
    assert narrow is not None
    assert wide is not None
    assert wide["width"] > 2 * narrow["width"]
    expect(card).to_be_in_viewport(ratio=0.3)
    opened.get_by_role("button", name="⇤ Narrow").click()
    handle = opened.get_by_role("separator", name="Width of the runs")
    box = handle.bounding_box()
    assert box is not None
    opened.mouse.move(box["x"] + 4, 400)
    opened.mouse.down()
    opened.mouse.move(box["x"] + 104, 400, steps=4)
    opened.mouse.up()
    expect(aside).to_have_css("width", f"{narrow['width'] + 100:g}px")
    handle.focus()
    opened.keyboard.press("ArrowLeft")
    expect(aside).to_have_css("width", f"{narrow['width'] + 80:g}px")


def test_a_colour_stays_when_a_run_is_added_that_sorts_before(opened: Page, sweep: Path) -> None:
    """While the page is open, and after a reload."""
    before = _colours(opened)
    assert len(set(before.values())) == 10
    newer = "events.out.tfevents.1700009999.host"
    folder = write_events(sweep / "aaa" / newer).parent
    write_events(folder / newer, [(0, {"loss": 1.0})])
    expect(_box(opened, "aaa")).to_be_visible()
    assert {run: colour for run, colour in _colours(opened).items() if run != "aaa"} == before
    opened.reload()
    expect(_box(opened, "aaa")).to_be_visible()
    assert {run: colour for run, colour in _colours(opened).items() if run != "aaa"} == before


def test_colours_by_a_value_and_by_hand(opened: Page) -> None:
    """The same value is the same colour, with a legend; a colour by hand stays in the link."""
    opened.get_by_role("button", name="Colours").click()
    opened.get_by_role("radio", name="By lr").click()
    legend = opened.locator(".run-legend")
    expect(legend).to_contain_text("0.001")
    expect(legend).to_contain_text("none")
    colours = _colours(opened)
    assert len({colours[name] for name in NAMES if "lr0.1" in name}) == 1
    assert colours[NAMES[0]] != colours[NAMES[2]]
    opened.get_by_role("button", name="Each run its own colour").click()
    expect(legend).to_be_hidden()
    row = opened.locator(".run-row", has=_box(opened, NAMES[0]))
    row.get_by_role("button", name=f"Colour of {NAMES[0]}").click()
    opened.get_by_label("Another colour").fill("#123456")
    expect(row.locator("line")).to_have_attribute("stroke", "#123456")
    opened.reload()
    expect(row.locator("line")).to_have_attribute("stroke", "#123456")


def test_the_table_by_keyboard(opened: Page) -> None:
    """One stop of Tab; arrows walk, fold and open, Space checks, Enter shows only that one."""
    table = opened.get_by_role("treegrid", name="Runs")
    table.focus()
    keys = opened.keyboard
    keys.press("ArrowDown")
    keys.press("ArrowDown")
    active = opened.locator(".run-row.active")
    expect(active).to_have_attribute("data-key", NAMES[0])
    assert table.get_attribute("aria-activedescendant") == active.get_attribute("id")
    keys.press(" ")
    _drawn(opened, 9)
    keys.press("Shift+ArrowDown")
    keys.press("Shift+ArrowDown")
    _drawn(opened, 7)
    keys.press("ArrowLeft")
    expect(active).to_have_attribute("aria-expanded", "true")
    keys.press("ArrowLeft")
    expect(active).to_have_attribute("aria-expanded", "false")
    keys.press("End")
    keys.press("Enter")
    _drawn(opened, 1)
    keys.press("Control+a")
    _drawn(opened, 10)
    keys.press("Home")
    keys.press("ArrowRight")
    expect(active).to_have_attribute("aria-expanded", "true")
    keys.press("ArrowDown")
    keys.press("c")
    expect(opened.get_by_role("dialog", name=re.compile("^Colour of"))).to_be_visible()
    keys.press("Escape")
    expect(opened.get_by_role("dialog")).to_have_count(0)


def test_a_run_that_goes_on_and_one_that_diverged_are_told(
    page: Page, serve: Serve, tmp_path: Path
) -> None:
    """The one by a dot and its status, the other by a sign with the step."""
    now = time.time() - 5
    for name, value in (("live", 1.0), ("broken", float("nan"))):
        folder = tmp_path / name
        folder.mkdir()
        events = [scalar_event(7, {"loss": value}, now)]
        (folder / "events.out.tfevents.1").write_bytes(event_bytes(events))
    page.goto(f"{serve(tmp_path).url}#scalars?table=wide&columns=[%22status%22,%22nan_step%22]")
    rows = page.locator(".run-row")
    expect(rows.nth(0)).to_contain_text("diverged")
    expect(rows.nth(0).locator(".run-sign")).to_have_attribute(
        "title", "loss is not finite from step 7 on"
    )
    expect(rows.nth(1)).to_contain_text("running")
    expect(rows.nth(1).locator(".run-live")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_table_can_be_read_in_both_lights(opened: Page, scheme: str) -> None:
    """Wide, with a mistake in the filter, a menu open: 4.5 to 1, and nothing beside the window."""
    opened.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    expect(opened.locator("html")).to_have_attribute("data-theme", scheme)
    opened.get_by_role("button", name="Table ⇥").click()
    opened.get_by_label("Filter runs").fill("lr < 1 an")
    expect(opened.locator(".run-mistake")).to_be_visible()
    opened.get_by_role("button", name="Columns").click()
    expect(opened.get_by_role("dialog", name="Columns")).to_contain_text("val/acc")
    least, where = opened.evaluate(CONTRAST)
    assert least >= 4.5, where
    for width in (700, 1280, 1920):
        opened.set_viewport_size({"width": width, "height": 800})
        assert opened.evaluate("document.documentElement.scrollWidth") <= width


def test_a_damaged_run_has_a_sign_in_the_list(page: Page, serve: Serve, sweep: Path) -> None:
    """What could not be read, where; also of damage that is found while the page is open."""
    path = next((sweep / NAMES[0]).glob("*tfevents*"))
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    page.goto(serve(sweep).url)
    sign = page.locator(".run-row", has_text="mlp_lr1e-3_bs32").get_by_label("damaged")
    expect(sign).to_have_attribute("title", re.compile(r"bytes of events.*could not be read"))
    expect(page.get_by_label("damaged")).to_have_count(1)
    with next((sweep / NAMES[3]).glob("*tfevents*")).open("ab") as file:
        file.write(b"\xff" * 400 + event_bytes([scalar_event(9, {"loss": 1.0})]))
    expect(page.get_by_label("damaged")).to_have_count(2)


def test_a_sorted_wide_table_shows_names_whole(page: Page, serve: Serve, tmp_path: Path) -> None:
    """With the folders, as the sorted list has no tree."""
    for n in range(3):
        name = f"experiments/transformer_large_{n}/lr0.00{n + 1}_bs32_warmup100"
        write_events(tmp_path / name, [(0, {"loss": float(n)})])
    page.goto(f"{serve(tmp_path).url}#scalars?table=wide&sort=points")
    names = page.locator(".run-row .run-name")
    expect(names).to_have_count(3)
    cut = names.locator("span").evaluate_all(
        "(all) => all.filter((part) => part.scrollWidth > part.clientWidth).length"
    )
    assert cut == 0


def test_columns_tell_of_runs_and_tags(page: Page, serve: Serve, tmp_path: Path) -> None:
    """Logged hyper-parameters, best, lowest and highest with their steps, start, duration, points,
    status and the first NaN."""
    with SummaryWriter(str(tmp_path / "logged")) as writer:
        writer.add_hparams({"rate": 0.25, "kind": "deep"}, {"score": 1.0})
    values = (0.5, 0.9, 0.7, float("nan"))
    events = [scalar_event(10 * s, {"acc": v}, 1.7e9 + 40 * s) for s, v in enumerate(values)]
    (tmp_path / "gone").mkdir()
    (tmp_path / "gone/events.out.tfevents.1").write_bytes(event_bytes(events))
    columns = ["param:rate", "param:kind", "best_max:acc", "min:acc", "max:acc"]
    columns += ["start", "duration", "points", "status", "nan_step"]
    page.goto(f"{serve(tmp_path).url}#scalars?table=wide&columns={json.dumps(columns)}")
    row = page.locator(".run-row", has_text="gone").get_by_role("gridcell")
    expected = [
        *("", "", "0.9@10", "0.5@0", "0.9@10"),
        *(re.compile("2023-11-1"), "2 m", "4", "diverged", "30"),
    ]
    expect(row).to_have_text(expected)
    logged = page.locator(".run-row", has_text="logged").get_by_role("gridcell")
    expect(logged.nth(0)).to_have_text("0.25")
    expect(logged.nth(1)).to_have_text("deep")
    page.get_by_label("Filter runs").fill("rate = 0.25 and kind in (deep, flat)")
    expect(page.locator(".run-said")).to_have_text("1 of 2 match")
