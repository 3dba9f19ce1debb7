"""Groups and runs beside each other, as a person compares them."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest
import scipy.stats
from builders import T0, event_bytes, first_event, scalar_event
from conftest import Served
from playwright.sync_api import FloatRect, Locator, Page, expect
from test_look_and_keys import CONTRAST

pytestmark = pytest.mark.browser
Serve = Callable[..., Served]
LAST = {"0.1": [0.5, 0.6, 0.75], "0.01": [0.25, 0.2, 0.3], "1": [2.0, 1.0, float("nan")]}


@pytest.fixture
def sweep(tmp_path: Path) -> Path:
    """Three rates with three seeds; one run diverges, one has a tag of its own."""
    began = T0
    for rate, values in LAST.items():
        for seed, last in enumerate(values):
            began += 60
            points = [(0, 3.0), (10, 2.0 if seed else 2.5), (20, last)]
            events = [
                scalar_event(step, {"loss": value, "val/acc": step / 40 + seed / 100}, began + step)
                for step, value in points
            ]
            if rate == "0.1" and seed == 1:
                events.append(scalar_event(5, {"zz/only": 1.0}, began))
            run = tmp_path / f"lr={rate}_seed={seed}"
            run.mkdir()
            body = event_bytes([first_event(began), *events])
            (run / "events.out.tfevents.1").write_bytes(body)
    return tmp_path


def _cells(page: Page, row: str) -> list[str]:
    cells = page.locator(".compare-table tbody tr").filter(has_text=row).locator("td")
    return [" ".join(text.split()) for text in cells.all_inner_texts()][2:]


def _opened(page: Page, serve: Serve, sweep: Path) -> None:
    page.goto(f"{serve(sweep).url}#scalars")
    page.get_by_role("button", name="Group", exact=True).click()
    page.get_by_role("radio", name="All but seed").check()
    page.get_by_role("button", name="Done").click()
    page.get_by_role("button", name="Compare", exact=True).click()
    expect(page.locator(".compare-table tbody tr")).to_have_count(3)


def test_groups_are_compared_with_a_baseline(page: Page, serve: Serve, sweep: Path) -> None:
    """Mean, interval, n, difference: the numbers of scipy; what is left out is told."""
    _opened(page, serve, sweep)
    mean, interval, n = _cells(page, "lr 0.1")[:3]
    low, high = scipy.stats.t.interval(0.95, 2, 1.85 / 3, scipy.stats.sem(LAST["0.1"]))
    assert (mean, interval, n) == ("0.6167", f"{low:.3g} … {high:.3g}", "3")
    assert _cells(page, "lr 1")[2] == "2/3"
    page.get_by_role("radio", name="Compare with lr 0.1", exact=True).check()
    expect(page.locator(".compare-table tr.base")).to_contain_text("lr 0.1")
    exact = scipy.stats.ttest_ind(LAST["0.01"], LAST["0.1"], equal_var=False)
    difference = page.locator(".compare-table td.sure").first
    expect(difference).to_contain_text("−0.367")
    expect(difference).to_have_attribute("title", f"Welch, {int(exact.df)} degrees of freedom")
    page.reload()  # the link holds it
    expect(page.locator(".compare-table tr.base")).to_contain_text("lr 0.1")
    contrast, where = page.evaluate(CONTRAST)
    assert contrast >= 4.5, where


def test_a_group_tells_that_one_of_its_runs_diverged(page: Page, serve: Serve, sweep: Path) -> None:
    """At the head of the card, from where one goes there, and in the row of the group."""
    _opened(page, serve, sweep)
    why = "1 of its 3 runs diverged: lr=1_seed=2: loss is not finite from step 20 on"
    row = page.locator(".run-row").filter(has=page.get_by_role("img", name=why))
    expect(row).to_have_attribute("data-key", "group:lr=1")
    expect(page.get_by_role("img", name="diverged")).to_have_count(1)
    card = page.get_by_role("article", name="loss")
    told = card.get_by_role("button", name="▲ 1 NaN or ∞")
    expect(told).to_have_attribute("title", "The first: lr 1 at step 20. Go there (key n)")
    told.click()
    expect(card.get_by_role("button", name="Reset zoom")).to_be_visible()
    expect(page.get_by_role("article", name="val/acc")).not_to_contain_text("NaN")


def test_another_value_other_tags_another_order(page: Page, serve: Serve, sweep: Path) -> None:
    """At a step, the best; sorted by a click; a file of the same."""
    _opened(page, serve, sweep)
    page.get_by_label("Which value is compared").select_option("Value at a step")
    expect(page.locator(".compare")).to_contain_text("Type the step")
    page.get_by_role("spinbutton", name="Step").fill("15")
    page.get_by_role("spinbutton", name="Step").press("Enter")
    expect(page.locator(".compare-table tbody tr")).to_have_count(3)
    assert _cells(page, "lr 0.01")[0] == f"{(2.5 + 0.25 + 2.2 + 2.3) / 6:.4g}"
    page.get_by_label("Which value is compared").select_option("Best value")
    page.get_by_title("Sort by loss").click()
    first = page.locator(".compare-table tbody tr").first
    expect(first).to_contain_text("lr 0.01")
    assert _cells(page, "lr 1")[0] == f"{(2.0 + 1.0 + 2.0) / 3:.4g}"
    assert _cells(page, "lr 1")[3] == "0.51"  # of accuracy the highest is the best
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    text = Path(download.value.path()).read_text("utf-8")
    rows = list(csv.DictReader(io.StringIO(text)))
    told = [(row["tag"], row["group"], row["stat"]) for row in rows[::3]]
    assert told == [("loss", "lr 0.1", "min"), ("val/acc", "lr 0.1", "max")]
    page.get_by_role("button", name="Tags…").click()
    page.get_by_role("checkbox", name="val/acc").uncheck()
    expect(page.get_by_title("Sort by val/acc")).to_have_count(0)
    page.get_by_role("checkbox", name="loss").uncheck()
    expect(page.locator(".compare")).to_contain_text("Choose the tags that are compared.")
    expect(page.locator(".compare-table table")).to_have_count(0)
    page.get_by_role("checkbox", name="val/acc").check()
    expect(page.get_by_title("Sort by val/acc")).to_be_visible()


def _box(what: Locator) -> FloatRect:
    box = what.bounding_box()
    assert box is not None
    return box


def test_a_table_wider_than_the_page_keeps_its_names(page: Page, serve: Serve, sweep: Path) -> None:
    """Those of the rows, and of each tag over its columns; the heads, too, where it is long."""
    page.set_viewport_size({"width": 800, "height": 240})
    _opened(page, serve, sweep)
    page.get_by_role("radio", name="Compare with lr 0.1", exact=True).check()
    table = page.locator(".compare-table")
    expect(table.locator("tr.base")).to_have_count(1)
    table.evaluate("element => element.scrollTo(element.scrollWidth, element.scrollHeight)")
    assert min(table.evaluate("element => [element.scrollLeft, element.scrollTop]")) > 0
    whole, head = _box(table), _box(table.locator("thead"))
    name, tag = (
        _box(table.locator("tbody .compare-name").last),
        _box(page.get_by_title("Sort by val")),
    )
    assert (name["x"], head["y"]) == pytest.approx((whole["x"], whole["y"]), abs=1)
    assert tag["x"] >= name["x"] + name["width"] - 1
    assert tag["x"] + tag["width"] <= whole["x"] + whole["width"]


def test_two_runs_side_by_side_in_the_page(page: Page, serve: Serve, sweep: Path) -> None:
    """Opened by itself when two are selected; hyper-parameters, tags of one only, partings."""
    only = "%5B%22lr%3D0.1_seed%3D0%22%2C%22lr%3D0.1_seed%3D1%22%5D"
    page.goto(f"{serve(sweep).url}#scalars?only={only}&compare=final")
    pair = page.locator(".pair-body")
    expect(pair).to_contain_text("Hyper-parameters that differ")
    text = " ".join(pair.inner_text().split())
    assert "seed 0 1 1 the same in both" in text
    assert "lr=0.1_seed=1: zz/only" in text
    assert "loss 10 from step 20 on, lr=0.1_seed=1 above" in text
    page.get_by_label("Second run").select_option("lr=0.1_seed=0")  # they change places
    expect(page.get_by_label("First run")).to_have_value("lr=0.1_seed=1")
    page.get_by_role("button", name="Close the comparison").click()
    expect(page.locator(".compare")).to_be_hidden()


def test_groups_and_the_comparison_by_typing(page: Page, serve: Serve, sweep: Path) -> None:
    """The palette has what the buttons do."""
    page.goto(f"{serve(sweep).url}#scalars")
    expect(page.locator(".run-total")).to_have_text("9 of 9")
    for words in ("differ in their seed", "compare groups"):
        page.keyboard.press("Control+k")
        page.keyboard.type(words)
        page.keyboard.press("Enter")
    expect(page.locator(".run-total")).to_have_text("3 of 3 groups")
    expect(page.locator(".compare-table tbody tr")).to_have_count(3)
