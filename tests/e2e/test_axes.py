"""What a curve is drawn over: steps, time since the beginning, time of day."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from builders import T0, event_bytes, scalar_event, write_events
from conftest import Served
from playwright.sync_api import Locator, Page, expect

pytestmark = pytest.mark.browser
Serve = Callable[..., Served]

# How high the line is in the middle of the chart: 0 at its lowest pixel, 1 at its highest.
HEIGHT_IN_THE_MIDDLE = """canvas => {
  const { width, height } = canvas;
  const data = canvas.getContext('2d').getImageData(0, 0, width, height).data;
  const rows = [], all = [];
  for (let x = 50; x < width - 4; x++)
    for (let y = 0; y < height - 23; y++) {
      const i = 4 * (y * width + x);
      if (data[i + 3] < 90 || data[i + 2] - data[i] < 60) continue;
      all.push(y);
      if (Math.abs(x - (56 + width - 12) / 2) < 4) rows.push(y);
    }
  const [top, bottom] = [Math.min(...all), Math.max(...all)];
  return (bottom - rows.reduce((a, b) => a + b) / rows.length) / (bottom - top);
}"""


def _canvas(page: Page, tag: str) -> Locator:
    canvas = page.locator(f'article[aria-label="{tag}"] canvas[role="img"]')
    expect(canvas).to_have_attribute("aria-label", re.compile("ends at"))
    return canvas


def _shows(canvas: Locator, low: float, high: float) -> None:
    """Waits for the picture in which the line's middle is that high."""
    handle = canvas.element_handle()
    within = (
        f"(c) => {{ const h = ({HEIGHT_IN_THE_MIDDLE})(c); return h >= {low} && h <= {high}; }}"
    )
    canvas.page.wait_for_function(within, arg=handle)


def test_the_axis_is_steps_or_time(page: Page, serve: Serve, tmp_path: Path) -> None:
    """Nine steps in nine seconds, and one more after an hour: by time they are all at the left."""
    path = write_events(tmp_path)
    events = [scalar_event(i, {"v": float(i)}, T0 + (i if i < 9 else 3600)) for i in range(10)]
    path.write_bytes(path.read_bytes() + event_bytes(events))
    page.goto(serve(tmp_path).url)
    canvas = _canvas(page, "v")
    _shows(canvas, 0.45, 0.55)
    for name, axis in (("Relative", "relative"), ("Wall time", "wall")):
        page.get_by_text(name, exact=True).click()
        expect(page).to_have_url(re.compile(f"axis={axis}"))
        _shows(canvas, 0.9, 1)
        page.reload()
        _shows(_canvas(page, "v"), 0.9, 1)
    page.get_by_text("Step", exact=True).click()
    _shows(canvas, 0.45, 0.55)


def test_the_crosshair_tells_the_values_of_all_runs(
    page: Page, serve: Serve, tmp_path: Path
) -> None:
    """Each run by name with its value at that step."""
    for run, value in (("첫째", 0.25), ("둘째", 0.5), ("셋째", 0.75)):
        write_events(tmp_path / run, [(i, {"v": value + i}) for i in range(3)])
    page.goto(serve(tmp_path).url)
    canvas = _canvas(page, "v")
    box = canvas.bounding_box()
    assert box is not None
    canvas.hover(position={"x": 56 + (box["width"] - 68) / 2, "y": 40})
    tooltip = page.get_by_role("tooltip")
    for run, value in (("첫째", "1.25"), ("둘째", "1.5"), ("셋째", "1.75")):
        row = tooltip.get_by_role("row").filter(has_text=run)
        expect(row).to_contain_text(value)
