"""The graphs page in a test: what it has drawn, read back from the file that it exports."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from playwright.sync_api import Page, expect

SVG = "{http://www.w3.org/2000/svg}"
Point = tuple[float, float]


@dataclass(frozen=True)
class Box:
    """A node, in the picture's pixels."""

    path: str
    left: float
    top: float
    width: float
    height: float

    def holds(self, point: Point, inset: float = 1) -> bool:
        """Whether a point lies in it, and not on its border."""
        x, y = point
        return (
            self.left + inset < x < self.left + self.width - inset
            and self.top + inset < y < self.top + self.height - inset
        )


@dataclass(frozen=True)
class Line:
    """An edge: what it joins, how it looks, and its course as points."""

    source: str
    target: str
    dashed: bool
    stroke: str
    width: float
    points: list[Point]


@dataclass(frozen=True)
class Drawn:
    """A whole picture."""

    boxes: list[Box]
    lines: list[Line]
    texts: list[str]

    def box(self, path: str) -> Box:
        """The first box of that path; a group's own stands before copies of what is tucked."""
        return next(box for box in self.boxes if box.path == path)


def drawn(page: Page, folder: Path) -> Drawn:
    """What is drawn, by way of Export > SVG."""
    with page.expect_download() as download:
        page.get_by_label("Export").select_option("svg")
    target = folder / "picture.svg"
    download.value.save_as(target)
    return read(target)


def read(target: Path) -> Drawn:
    """A picture from its file."""
    root = ElementTree.parse(target).getroot()
    boxes = [
        Box(r.attrib["data-path"], *(float(r.attrib[k]) for k in ("x", "y", "width", "height")))
        for r in root.iter(SVG + "rect")
        if "data-path" in r.attrib
    ]
    lines = [_line(path.attrib) for path in root.iter(SVG + "path") if "data-source" in path.attrib]
    return Drawn(boxes, lines, [text.text or "" for text in root.iter(SVG + "text")])


def _line(attributes: dict[str, str]) -> Line:
    return Line(
        attributes["data-source"],
        attributes["data-target"],
        "stroke-dasharray" in attributes,
        attributes["stroke"],
        float(attributes["stroke-width"]),
        list(_points(attributes["d"])),
    )


def _points(course: str) -> Iterator[Point]:
    """Points along "M…L…C…", close to each other."""
    at: Point = (0, 0)
    for command, text in re.findall(r"([MLC])([^MLC]*)", course):
        numbers = [float(number) for number in re.split(r"[ ,]", text.strip())]
        pairs = list(zip(numbers[::2], numbers[1::2], strict=True))
        corners = [at, *pairs] if command != "M" else pairs
        for step in range(1 if command != "M" else 20, 21):
            t = step / 20
            if command == "C":
                weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3)
            elif command == "L":
                weights = (1 - t, t)
            else:
                weights = (1.0,)
            yield (
                sum(w * x for w, (x, _) in zip(weights, corners, strict=True)),
                sum(w * y for w, (_, y) in zip(weights, corners, strict=True)),
            )
        at = pairs[-1]


def across_boxes(picture: Drawn, within: dict[str, str]) -> set[str]:
    """Edges that run through a box that is neither an end nor around one of them.

    within: for each box the group that it stands in.
    """
    found = set()
    for line in picture.lines:
        ends = {line.source, line.target}
        around = set(ends)
        for end in ends:
            while end := within.get(end, ""):
                around.add(end)
        for box in picture.boxes:
            inside = any(box.path.startswith(one + "/") for one in ends)
            if box.path in around or inside or any(b.startswith(box.path + "/") for b in ends):
                continue
            if any(box.holds(point) for point in line.points):
                found.add(f"{line.source} to {line.target} through {box.path}")
    return found


def open_group(page: Page, path: str) -> None:
    """Opens a box by keyboard, and waits until it is."""
    group = page.locator(f'[data-path="{path}"]')
    group.focus()
    page.keyboard.press("Enter")
    expect(group).to_have_attribute("aria-expanded", "true")


def pull_out(page: Page, path: str) -> None:
    """Pulls out by keyboard what is tucked away."""
    page.locator(f'[data-path="{path}"]').focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Tuck away")).to_be_visible()
