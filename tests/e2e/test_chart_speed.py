"""Charts of ten thousand times as many points, and of five thousand lines, are as quick."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median

import pytest
from builders import write_events
from conftest import Served
from playwright.sync_api import Page, Response, expect

from neuronboard import SummaryWriter

pytestmark = pytest.mark.browser
Serve = Callable[..., Served]
TAGS = {1_000: "short", 10_000_000: "long"}
SHORT, LONG = TAGS
MOST_BYTES = 90_000  # of an answer: the pixels of a card that has the page decide, not the points


@pytest.fixture(scope="module")
def logs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Two runs with a tag each, of so many points: half a gigabyte, deleted after the tests."""
    folder = tmp_path_factory.mktemp("long")
    for points, tag in TAGS.items():
        with SummaryWriter(folder / tag) as writer:
            for step in range(points):
                writer.add_scalar(tag, (step * 7919) % 1009 / 1009, step)
    yield folder
    for path in folder.rglob("*tfevents*"):
        path.unlink()


def _open(page: Page, url: str, points: int) -> None:
    page.goto(f"{url}#scalars?tags={TAGS[points]}")
    expect(page.locator(".card-points")).to_have_text(re.compile(f"^{points:,} points"))


def _zoom(page: Page) -> float:
    """Milliseconds from a drag's end until the exact picture is there."""
    box = page.locator(".card canvas").first.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 200, box["y"] + 80)
    page.mouse.down()
    page.mouse.move(box["x"] + 240, box["y"] + 80, steps=2)
    began: float = page.evaluate("performance.now()")
    page.mouse.up()
    page.wait_for_function(
        "() => / of .*(exact|drawn)$/.test(document.querySelector('.card-points').textContent)"
    )
    took: float = page.evaluate("performance.now()") - began
    return took


def test_ten_million_points_zoom_as_a_thousand(page: Page, serve: Serve, logs: Path) -> None:
    """By what is sent, by what is said, by time; in the end every point of the part is there."""
    url = serve(logs).url
    answers: list[Response] = []
    page.on("response", lambda r: answers.append(r) if "scalars/series" in r.url else None)
    took: dict[int, list[float]] = {}
    for points in (SHORT, LONG):
        _open(page, url, points)
        took[points] = [_zoom(page) for _ in range(6)]
        page.goto("about:blank")
    assert max(int(answer.headers["content-length"]) for answer in answers) < MOST_BYTES
    assert len(answers) >= 3  # each is opened; zooms that follow quickly share a question
    assert median(took[LONG]) < 3 * median(took[SHORT]) + 100, took
    _open(page, url, LONG)
    expect(page.locator(".card-points")).to_have_text("10,000,000 points, exact")
    for _ in range(6):
        _zoom(page)
    expect(page.locator(".card-points")).to_have_text(
        re.compile(r"of 10,000,000 points, all drawn$")
    )


FIVE_THOUSAND = (Path(__file__).parent / "five_thousand.js").read_text("utf-8")


def test_five_thousand_lines_are_drawn_over_frames_and_pointed_at_within_one(
    page: Page, serve: Serve, tmp_path: Path
) -> None:
    """All drawn within two seconds; the page answers meanwhile; the nearest are found in 16 ms."""
    write_events(tmp_path, [(0, {"v": 1.0})])
    page.goto(serve(tmp_path).url)
    found = page.evaluate(FIVE_THOUSAND)
    assert min(found["inks"]) > 20_000
    assert len(set(found["inks"])) == 1, "a picture of a part of the lines was shown"
    assert median(found["updates"]) < 2000
    assert median(found["hovers"]) < 16
    assert median(found["gaps"]) < 100
