"""Reports: one file, opened in Chromium from the disk, with the network off."""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from builders import event_bytes, restart_event, scalar_event, write_events
from conftest import Served
from playwright.sync_api import Browser, Page, expect

import neuronboard
from neuronboard.cli import main

pytestmark = pytest.mark.browser
Serve = Callable[..., Served]


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """Restarts, huge steps, float64, values that are none, a name that would be markup."""
    logdir = tmp_path / "logs"
    values = [0.1, float("nan"), float("inf"), -float("inf"), 1e-40, 3.0]
    write_events(logdir / "가 </script>", [(i, {"loss": v}) for i, v in enumerate(values)])
    write_events(logdir / "again", [(i, {"loss": math.exp(-i / 9)}) for i in range(50)])
    later = logdir / "again" / "events.out.tfevents.1800000000.host"
    later.write_bytes(event_bytes([restart_event(20), scalar_event(20, {"loss": 9.0})]))
    with neuronboard.SummaryWriter(logdir / "wide") as writer:
        for i in range(4):
            writer.add_scalar("exact", i / 3, 2**60 + i, double_precision=True)
    return logdir


@pytest.fixture
def offline(browser: Browser) -> Iterator[Page]:
    """A tab without a network; the test fails if the page asks for anything or logs an error."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-US")
    context.set_offline(True)
    page = context.new_page()
    page.set_default_timeout(15_000)
    trouble: list[str] = []
    page.on("pageerror", lambda error: trouble.append(f"threw: {error}"))
    page.on("console", lambda m: trouble.append(m.text) if m.type == "error" else None)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    yield page
    context.close()
    assert trouble == []
    assert [url for url in asked if not url.startswith(("file:", "blob:"))] == []
    assert len([url for url in asked if url.startswith("file:")]) == 1


def _rows(page: Page) -> list[tuple[str, str, int, float, float]]:
    """All points, as the report's own export gives them."""
    page.get_by_role("button", name="Export", exact=True).click()
    with page.expect_download() as download:
        page.get_by_role("dialog", name="Export").get_by_role("button", name="CSV").click()
    _, *rows = csv.reader(io.StringIO(Path(download.value.path()).read_text()))
    return sorted((r, t, int(s), float(w), float(v)) for r, t, s, w, v in rows)


def test_a_report_holds_every_point_and_needs_nothing_else(
    log: Path, offline: Page, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Its size is said before; what it holds is what the log holds, to the bit."""
    target = tmp_path / "report.html"
    assert main(["report", str(log), "-o", str(target)]) == 0
    first, last = capsys.readouterr().out.splitlines()
    assert first.startswith(f"{target}: 61 points: at most 0.6 MB")
    assert last.startswith("Wrote 0.")
    offline.goto(target.as_uri())
    expect(offline.locator("article.card")).to_have_count(2)
    expect(offline.get_by_text("Report of")).to_be_visible()
    card = offline.get_by_role("article", name="loss")
    expect(card.locator(".card-points")).to_contain_text("all drawn")
    logs = neuronboard.open(log)
    expected = sorted(
        (run.id, tag, int(s), float(w), float(v))
        for run in logs.runs.values()
        for tag in run.tags
        for s, w, v in zip(run[tag].steps, run[tag].wall_times, run[tag].values, strict=True)
    )
    found = _rows(offline)
    assert [row[:4] for row in found] == [row[:4] for row in expected]
    wide = np.array([row[4] for row in found if row[1] == "exact"])
    assert wide.tolist() == [row[4] for row in expected if row[1] == "exact"]
    narrow = np.float32([row[4] for row in found if row[1] == "loss"])
    assert np.array_equal(
        narrow, np.float32([r[4] for r in expected if r[1] == "loss"]), equal_nan=True
    )


def test_a_report_zooms_to_what_was_logged_and_filters(log: Path, offline: Page) -> None:
    """The page itself: crosshair, zoom, smoothing, filter, back."""
    target = log.parent / "r.html"
    main(
        ["report", str(log), "-o", str(target), "--tag", "loss", "--view", "#scalars?axis=relative"]
    )
    offline.goto(target.as_uri())
    card = offline.get_by_role("article", name="loss")
    expect(card.locator(".card-points")).to_contain_text("all drawn")
    expect(offline.get_by_label("Relative")).to_be_checked()
    box = card.locator("canvas").first.bounding_box()
    assert box is not None
    offline.mouse.move(box["x"] + 60, box["y"] + 60)
    offline.mouse.down()
    offline.mouse.move(box["x"] + 120, box["y"] + 60, steps=4)
    offline.mouse.up()
    expect(card.locator(".card-points")).to_contain_text("of 27 points")
    expect(offline).to_have_url(re.compile("views="))
    offline.go_back()
    expect(card.get_by_role("button", name="Reset zoom")).to_be_hidden()
    offline.get_by_label("Filter runs").fill("again")
    expect(card.locator(".card-points")).to_contain_text("21 points")
    offline.get_by_text("Restarted runs").click()
    offline.get_by_label("Purged points").check()
    expect(card.locator(".card-points")).to_contain_text("51 points")


def test_what_is_seen_becomes_a_report(
    page: Page, serve: Serve, log: Path, offline: Page, tmp_path: Path
) -> None:
    """From the page: the runs and tags that are shown, in the same view."""
    page.goto(f"{serve(log).url}#scalars?filter=again&smoothing=0.7&tags=loss")
    expect(page.locator("article.card")).to_have_count(1)
    page.get_by_role("button", name="Export", exact=True).click()
    with page.expect_download() as download:
        page.get_by_role("button", name="One file of HTML").click()
    target = tmp_path / "seen.html"
    download.value.save_as(target)
    offline.goto(target.as_uri())
    expect(offline.locator("article.card")).to_have_count(1)
    expect(offline.get_by_role("slider", name="Smoothing")).to_have_value("0.7")
    assert {row[0] for row in _rows(offline)} == {"again"}


def test_a_view_of_groups_becomes_a_report_of_runs(
    log: Path, offline: Page, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Groups are computed by the running board; that they are left out is said."""
    target = tmp_path / "r.html"
    link = "http://localhost:6006/#scalars?group=lr&tags=loss&compare=best&compare_tags=loss"
    assert main(["report", str(log), "-o", str(target), "--view", link]) == 0
    assert "Groups and comparisons need the running board" in capsys.readouterr().out
    offline.goto(target.as_uri())
    expect(offline.locator("article.card")).to_have_count(1)
    expect(offline.locator("article.card .card-points")).to_contain_text("points")
    assert len(_rows(offline)) > 1


def test_a_point_takes_at_most_twelve_bytes(tmp_path: Path) -> None:
    """Three runs of four noisy tags, at times as they fall: the file without the page."""
    rng = np.random.default_rng(5)
    count = 5_000
    for run in "abc":
        walls = 1.7e9 + np.cumsum(rng.gamma(4, 0.01, count))
        with neuronboard.SummaryWriter(tmp_path / "logs" / run) as writer:
            for step in range(count):
                for tag in ("loss", "acc", "lr", "norm"):
                    value = float(np.exp(-step / 900) + rng.normal(0, 0.05))
                    writer.add_scalar(tag, value, step * 10, walltime=float(walls[step]))
    sizes = []
    for tags in (["--tag", "loss"], []):
        main(["report", str(tmp_path / "logs"), "-o", str(tmp_path / "r.html"), *tags])
        sizes.append((tmp_path / "r.html").stat().st_size)
    more = sizes[1] - sizes[0]
    assert more / (3 * 3 * count) <= 12
    empty = sizes[0] - more / 3
    assert (sizes[1] - empty) / (4 * 3 * count) <= 12
    assert empty < 1_000_000


def test_a_question_that_cannot_be_answered_writes_nothing(
    log: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """No such folder, tag or place to write to: one sentence, and no file."""
    target = tmp_path / "r.html"
    for arguments, words in (
        ([str(tmp_path / "nowhere")], "it does not exist: "),
        ([str(log), "--tag", "los"], "no scalar tag 'los'"),
        ([str(log), "--run", "x"], "no run 'x'"),
    ):
        assert main(["report", *arguments, "-o", str(target)]) == 1
        assert words in capsys.readouterr().err
    assert main(["report", str(log), "-o", str(tmp_path / "no" / "r.html")]) == 1
    assert "cannot be written" in capsys.readouterr().err
    assert not target.exists()
