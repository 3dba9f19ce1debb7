"""The charts of several tags that somebody wrote down in the log (`add_custom_scalars`)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from neuronboard.errors import DataError
from neuronboard.kinds import custom_scalars
from neuronboard.kinds.custom_scalars import Category, Chart
from neuronboard.pb.summary_pb2 import Summary
from neuronboard.store import Catalog
from neuronboard.store.series import Locator


def layout_answer(catalog: Catalog, read: Callable[[Locator], bytes]) -> dict[str, Any]:
    """The answer of /api/scalars/layout: the layouts of all runs as one.

    Of each run count those in its newest file: torch's writer adds one with each chart, and what a
    program asked for before it was started again may be another. A chart's tags are those that its
    regular expressions match. `problems` says of which runs the layout is damaged, and which
    expressions are none.
    """
    problems: list[str] = []
    found = list(_layouts(catalog, read, problems))
    categories = [
        {
            "title": category.title,
            "closed": category.closed,
            "charts": [_chart(chart, catalog, problems) for chart in category.charts],
        }
        for category in custom_scalars.merged(found)
    ]
    return {"version": catalog.version, "categories": categories, "problems": problems}


def _layouts(
    catalog: Catalog, read: Callable[[Locator], bytes], problems: list[str]
) -> list[tuple[Category, ...]]:
    found = []
    for run, series in catalog.series_of("custom_scalars").get(custom_scalars.TAG, {}).items():
        newest = series.locators[-1].path
        for locator in series.locators:
            if locator.path != newest:
                continue
            try:
                found.append(custom_scalars.decode(Summary.Value.FromString(read(locator))))
            except DataError as error:
                problems.append(f"run {run!r}: {error}")
    return found


def _chart(chart: Chart, catalog: Catalog, problems: list[str]) -> dict[str, Any]:
    if chart.kind == "margin":
        margins = [
            {"value": one.value, "lower": one.lower, "upper": one.upper} for one in chart.margins
        ]
        return {"title": chart.title, "kind": "margin", "margins": margins}
    tags: dict[str, None] = {}
    for pattern in chart.tags:
        try:
            tags.update(dict.fromkeys(custom_scalars.matching(pattern, catalog.scalar_runs)))
        except DataError as error:
            problems.append(f"chart {chart.title!r}: {error}")
    return {"title": chart.title, "kind": "multiline", "tags": list(tags)}
