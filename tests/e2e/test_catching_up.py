"""What the page asks while a log grows, and how it catches up when it was away."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from builders import append, write_events
from conftest import Served
from playwright.sync_api import Browser, BrowserContext, CDPSession, Locator, Page, expect
from proxy import Line, buffering

pytestmark = pytest.mark.browser
Serve = Callable[..., Served]


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """Runs a and b with the tags v and w."""
    for name in "ab":
        write_events(tmp_path / name, [(step, {"v": 1.0, "w": 2.0}) for step in range(3)])
    return tmp_path


@pytest.fixture
def quiet(browser: Browser, serve: Serve) -> Iterator[Page]:
    """A page whose browser may log that a server does not answer; `serve` ends after it."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    yield page
    context.close()


def _canvas(page: Page, tag: str) -> Locator:
    return page.locator(f'article[aria-label="{tag}"] canvas[role="img"]')


def _at(page: Page, tag: str, run: str, step: int) -> None:
    """Waits until the end of that run's curve is drawn."""
    said = re.compile(rf"{run} ends at [^;]*\(step {step}\b")
    expect(_canvas(page, tag)).to_have_attribute("aria-label", said)


def _asked(page: Page) -> list[str]:
    """What the page asks from now on."""
    found: list[str] = []
    page.on("request", lambda request: found.append(request.url))
    return found


def _questions(urls: list[str]) -> list[tuple[str, list[str], list[str]]]:
    """Route, tags and runs of each."""
    found = []
    for url in urls:
        parts = urlsplit(url)
        fields = parse_qs(parts.query)
        route = parts.path.partition("/api/")[2]
        found.append((route, fields.get("tag", []), fields.get("run", [])))
    return found


def test_a_point_makes_the_page_ask_for_its_curve_and_nothing_else(
    page: Page, serve: Serve, log: Path
) -> None:
    """Not for status, runs, tags or other cards; of a run that is hidden not at all."""
    page.goto(serve(log).url)
    for tag in "vw":
        _at(page, tag, "b", 2)
    page.get_by_role("checkbox", name="a", exact=True).uncheck()
    expect(_canvas(page, "v")).not_to_have_attribute("aria-label", re.compile("a ends"))
    asked = _asked(page)
    append(log / "a", 3, "v", "w")
    append(log / "b", 3, "v")
    _at(page, "v", "b", 3)
    append(log / "b", 4, "w")
    _at(page, "w", "b", 4)
    questions = [each for each in _questions(asked) if each[0] != "live"]
    assert questions == [("scalars/series", ["v"], ["b"]), ("scalars/series", ["w"], ["b"])]


def test_a_new_tag_and_a_new_run_appear(page: Page, serve: Serve, log: Path) -> None:
    """The lists are asked for when they change; what was drawn goes on."""
    page.goto(serve(log).url)
    _at(page, "v", "b", 2)
    append(log / "a", 3, "new")
    expect(page.locator("article.card")).to_have_count(3)
    write_events(log / "c", [(step, {"v": 1.0}) for step in range(5)])
    _at(page, "v", "c", 4)
    append(log / "c", 5, "v")
    _at(page, "v", "c", 5)
    expect(page.get_by_text("3 runs · 19 points")).to_be_visible()


def test_a_server_that_was_started_again_is_followed(quiet: Page, serve: Serve, log: Path) -> None:
    """On the same port, with a log that grew meanwhile, and a file that is another one."""
    first = serve(log)
    port = urlsplit(first.url).port
    quiet.goto(first.url)
    _at(quiet, "v", "a", 2)
    status = quiet.locator("header [role=status]")
    first.process.terminate()
    first.process.wait()
    expect(status).to_have_text("not connected")
    append(log / "a", 7, "v")
    write_events(log / "b", [(9, {"v": 1.0, "w": 1.0})])
    serve(log, f"--port={port}")
    _at(quiet, "v", "a", 7)
    _at(quiet, "v", "b", 9)
    expect(status).to_have_text("")
    append(log / "a", 8, "v")
    _at(quiet, "v", "a", 8)


def _cdp(page: Page) -> CDPSession:
    context: BrowserContext = page.context
    return context.new_cdp_session(page)


def test_a_tab_that_slept_catches_up(page: Page, serve: Serve, log: Path) -> None:
    """Hidden, it asks for nothing, and keeps no connection; shown again, it asks for what it
    lacks."""
    served = serve(log)
    page.goto(served.url)
    _at(page, "v", "a", 2)
    cursor = page.context.request.get(f"{served.url}api/moves").json()["cursor"]
    show = (
        "(is) => { Object.defineProperty(document, 'hidden', { value: !is, configurable: true });"
    )
    show += " document.dispatchEvent(new Event('visibilitychange')); }"
    page.evaluate(show, False)
    asked = _asked(page)
    append(log / "a", 3, "v")
    append(log / "a", 4, "v")
    told = page.context.request.get(f"{served.url}api/moves?since={cursor}&tag=v&wait=20").json()
    assert told["moved"] == [[["v"], "0"]]
    assert asked == []
    page.evaluate(show, True)
    _at(page, "v", "a", 4)
    assert {route for route, _, _ in _questions(asked)} == {"live", "scalars/series"}
    append(log / "a", 5, "v")
    _at(page, "v", "a", 5)


def test_a_computer_that_slept_catches_up(page: Page, serve: Serve, log: Path) -> None:
    """The page is frozen, as the browser does it, and goes on."""
    page.goto(serve(log).url)
    _at(page, "v", "a", 2)
    session = _cdp(page)
    session.send("Page.setWebLifecycleState", {"state": "frozen"})
    append(log / "a", 3, "v")
    session.send("Page.setWebLifecycleState", {"state": "active"})
    _at(page, "v", "a", 3)


def test_a_network_that_went_away_comes_back(quiet: Page, serve: Serve, log: Path) -> None:
    """Whatever was logged meanwhile is there."""
    quiet.goto(serve(log).url)
    _at(quiet, "v", "a", 2)
    session = _cdp(quiet)
    network = {"latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", {**network, "offline": True})
    append(log / "a", 3, "v")
    session.send("Network.emulateNetworkConditions", {**network, "offline": False})
    _at(quiet, "v", "a", 3)


def test_a_proxy_that_keeps_the_stream_back_is_asked_instead(
    quiet: Page, serve: Serve, log: Path
) -> None:
    """Below a path prefix; each point comes without a reload, by questions that wait."""
    served = urlsplit(serve(log, "--path_prefix=/board").url)
    with buffering(f"{served.scheme}://{served.netloc}") as (url, asked):
        quiet.goto(f"{url}/board/")
        _at(quiet, "v", "a", 2)
        for step in range(3, 6):
            append(log / "a", step, "v")
            _at(quiet, "v", "a", step)
        expect(quiet.locator("header [role=status]")).to_have_text("")
        quiet.goto("about:blank")
    assert any("/board/api/moves?since=" in path for path in asked)
    assert all(path.startswith("/board/") for path in asked)


def test_a_stream_that_fell_silent_is_given_up(quiet: Page, serve: Serve, log: Path) -> None:
    """The connection looks open and is dead; nobody tells, so the missing heartbeat has to."""
    place = urlsplit(serve(log).url)
    assert place.hostname is not None
    assert place.port is not None
    line = Line((place.hostname, place.port))
    try:
        quiet.clock.install()
        with quiet.expect_request("**/api/live*"):
            quiet.goto(f"http://127.0.0.1:{line.port}/")
        _at(quiet, "v", "a", 2)
        append(log / "a", 3, "v")
        _at(quiet, "v", "a", 3)
        line.go_dead()
        append(log / "a", 4, "v")
        with quiet.expect_request("**/api/live*"):
            quiet.clock.fast_forward(14_000)
        _at(quiet, "v", "a", 4)
        quiet.goto("about:blank")
    finally:
        line.close()
