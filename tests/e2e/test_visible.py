"""What is kept and not drawn at first: the page says so, and shows it when it is asked to."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from builders import T0, event_bytes, restart_event, scalar_event, write_events
from conftest import Served
from playwright.sync_api import Page, Route, expect

from neuronboard.pb.event_pb2 import Event
from neuronboard.pb.summary_pb2 import Summary

pytestmark = pytest.mark.browser
Serve = Callable[..., Served]


def test_purged_points_are_counted_and_shown_on_demand(
    page: Page, serve: Serve, tmp_path: Path
) -> None:
    """A second file that starts at step 40 again: two parts, and sixty points behind a button."""
    write_events(tmp_path / "events.out.tfevents.1", [(s, {"v": 1.0}) for s in range(100)])
    second = write_events(tmp_path / "events.out.tfevents.2")
    more = [restart_event(40), *(scalar_event(s, {"v": 2.0}) for s in range(40, 50))]
    second.write_bytes(second.read_bytes() + event_bytes(more))
    page.goto(serve(tmp_path).url)
    canvas = page.locator('article[aria-label="v"] canvas[role="img"]')
    expect(canvas).to_have_attribute("aria-label", re.compile(r"part 1 of 2 ends at 1 \(step 39"))
    expect(canvas).to_have_attribute("aria-label", re.compile(r"part 2 of 2 ends at 2 \(step 49"))
    page.get_by_role("button", name="60 purged").click()
    expect(canvas).to_have_attribute("aria-label", re.compile(r"purged ends at 1 \(step 99"))


def test_the_log_directorys_dialog_says_what_is_there(
    page: Page, serve: Serve, tmp_path: Path
) -> None:
    """Kinds that no chart draws, and bytes that are no whole record yet."""
    path = write_events(tmp_path, [(0, {"v": 1.0})])
    image = Summary.Value(tag="picture", image={"height": 1, "width": 1})
    event = Event(wall_time=T0, step=1, summary=Summary(value=[image]))
    path.write_bytes(path.read_bytes() + event_bytes([event]) + event_bytes([event])[:20])
    page.goto(serve(tmp_path).url)
    page.get_by_role("button", name="1 run · 2 points").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("image 1 · scalar 1")
    expect(dialog).to_contain_text("20 bytes at the end of files are no whole record yet")
    expect(dialog).to_contain_text("0 of 1 read")


def test_loading_says_how_far_it_is(page: Page, serve: Serve, tmp_path: Path) -> None:
    """Bytes of bytes, files of files, points; and a bar. The page is sent with such a status."""
    write_events(tmp_path, [(0, {"v": 1.0})])
    url = serve(tmp_path).url
    facts = {"phase": "loading", "bytes_read": 400, "bytes_total": 1000, "files": 3, "points": 7}

    def send(route: Route) -> None:
        response = route.fetch()
        head, mark, tail = response.text().partition('"api/status":')
        status, end = json.JSONDecoder().raw_decode(tail.lstrip())
        body = f"{head}{mark}{json.dumps(status | facts)}{tail.lstrip()[end:]}"
        route.fulfill(response=response, body=body)

    page.route(url, send)
    page.route("**/api/live", lambda _: None)  # no news, that would say that all is read
    page.goto(url)
    notice = page.locator(".notice", has_text="Loading 40 %")
    expect(notice).to_contain_text("400 bytes of 1.00 KB, 1 of 3 files, 7 points so far")
    expect(notice.get_by_role("progressbar")).to_have_attribute("value", "0.4")


def test_a_log_beyond_the_memory_is_a_notice(page: Page, serve: Serve, tmp_path: Path) -> None:
    """What is shown, what is not, and the flag; the points that fit are drawn."""
    for number in range(40):  # more than are read at once
        write_events(tmp_path / f"{number}", [(s, {"v": 1.0}) for s in range(4_000)])
    page.goto(serve(tmp_path, "--memory_limit=0.0001").url)
    page.get_by_text("Not everything could be read: 1 problem").click()
    expect(page.locator(".notice:visible")).to_contain_text("memory is used up")
    expect(page.locator(".notice:visible")).to_contain_text("--memory_limit")
    expect(page.locator("article.card")).to_have_count(1)
