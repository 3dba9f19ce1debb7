"""A laptop that is 100 ms away from the server: what depends on what is asked for at once."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest
from conftest import Served
from playwright.sync_api import Page, Request, expect

pytestmark = pytest.mark.browser
LATENCY = 200  # ms; twice what is promised, so that waves of requests stand apart from noise


@pytest.mark.parametrize(
    ("place", "drawn"),
    [("#scalars", "article.card canvas[aria-label*='ends at']"), ("#graphs", "[data-path]")],
)
def test_the_page_is_drawn_after_three_waves_of_requests(
    page: Page, serve: Callable[..., Served], tutorial_logdir: Path, place: str, drawn: str
) -> None:
    """The page; then its modules and styles; then the data of what is in sight. No longer chain."""
    url = serve(tutorial_logdir).url
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": LATENCY, "downloadThroughput": -1, "uploadThroughput": -1},
    )
    finished: list[Request] = []
    page.on("requestfinished", lambda request: finished.append(request))
    page.goto(url + place)
    expect(page.locator(drawn).first).to_have_attribute(
        "aria-label", re.compile("."), timeout=30_000
    )
    assert _waves(finished) <= 3, [request.url for request in finished]
    assert len(finished) < 110


def _waves(requests: list[Request]) -> int:
    """How often the page had to wait for an answer before it knew what to ask for next.

    Requests of one wave are made at once, though the browser sends only six at a time.
    """
    began = sorted(r.timing["startTime"] for r in requests if not r.url.endswith("icon.svg"))
    gaps = [later - earlier for earlier, later in pairwise(began)]
    return 1 + sum(gap > LATENCY / 2 for gap in gaps)
