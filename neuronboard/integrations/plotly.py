"""Curves of a log directory as a Plotly figure, for notebooks and reports."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from neuronboard.errors import NotFoundQueryError
from neuronboard.store import LogdirSpec, Store

if TYPE_CHECKING:
    from plotly.graph_objects import Figure


def figure(logdir: str | Path, tag: str) -> Figure:
    """A line for each run that has the scalar `tag`: step to value, every point.

    Raises NotFoundQueryError, naming the tags there are, when no run has it.
    """
    from plotly.graph_objects import Figure, Scatter

    store = Store(LogdirSpec.single(logdir))
    store.refresh()
    by_tag = store.catalog.series_of("scalar")
    if tag not in by_tag:
        known = ", ".join(by_tag) or "none"
        raise NotFoundQueryError(f"no run has the scalar tag {tag!r}; there are {known}: {logdir}")
    lines = [
        Scatter(x=columns.steps, y=columns.values, name=run, mode="lines")
        for run, series in by_tag[tag].items()
        for columns in (segment.columns() for segment in series.segments)
    ]
    drawn = Figure(lines)
    drawn.update_layout(title=tag, xaxis_title="step")
    return drawn
