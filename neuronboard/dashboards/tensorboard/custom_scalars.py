"""TensorBoard's questions about charts that a log asks for, answered from a catalog."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from neuronboard.dashboards.tensorboard import rows, scalars
from neuronboard.errors import DataError, QueryError
from neuronboard.kinds import custom_scalars as kind
from neuronboard.pb.summary_pb2 import Summary
from neuronboard.store import Catalog
from neuronboard.store.series import Locator


def layout(catalog: Catalog, read: Callable[[Locator], bytes]) -> dict[str, Any]:
    """The layouts of all runs as one, each run's last; {} if there is none.

    A layout that is damaged is left out.
    """
    series = catalog.series_of("custom_scalars").get(kind.TAG, {})
    found = []
    for run in sorted(series):
        try:
            found.append(kind.decode(Summary.Value.FromString(read(series[run].locators[-1]))))
        except DataError:  # told by api/scalars/layout
            continue
    categories = [
        {
            "title": category.title,
            "chart": [_chart(chart) for chart in category.charts],
            "closed": category.closed,
        }
        for category in kind.merged(found)
    ]
    return {"category": categories, "version": 0} if found else {}


def _chart(chart: kind.Chart) -> dict[str, Any]:
    if chart.kind == "multiline":
        return {"title": chart.title, "multiline": {"tag": list(chart.tags)}}
    series = [{"value": one.value, "lower": one.lower, "upper": one.upper} for one in chart.margins]
    return {"title": chart.title, "margin": {"series": series}}


def matching(
    catalog: Catalog, run: str | None, pattern: str | None, limit: int | None
) -> dict[str, Any]:
    """Whether a regular expression is one, and the points of a run's tags that it matches at their
    beginning. QueryError where no run is named."""
    try:
        expression = re.compile(pattern) if pattern else None
    except re.error:
        expression = None
    if expression is None:
        return {"regex_valid": False, "tag_to_events": {}}
    if run is None:
        raise QueryError("run must be specified")
    events = {}
    for found in scalars.named(catalog, [run]):
        for tag in filter(expression.match, found.scalar_tags):
            points = scalars.points(found, tag, limit)
            if points is not None:
                events[tag] = rows.as_lists(points)
    return {"regex_valid": True, "tag_to_events": events}
