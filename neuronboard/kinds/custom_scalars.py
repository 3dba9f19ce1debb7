"""The custom_scalars kind: a layout of charts that somebody wrote down in the log.

A scalar string tensor under the tag `custom_scalars__config__` that holds a serialised `Layout`:
categories, in them charts of several tags ("multiline", regular expressions that match at the
beginning of a tag) or of a value between two others ("margin").
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from google.protobuf.message import DecodeError

from neuronboard.errors import DataError
from neuronboard.formats.tensor_proto import make_ndarray, make_tensor_proto
from neuronboard.pb import custom_scalars_pb2 as pb
from neuronboard.pb.summary_pb2 import Summary, SummaryMetadata

TAG = "custom_scalars__config__"
_METADATA = SummaryMetadata(plugin_data=SummaryMetadata.PluginData(plugin_name="custom_scalars"))
Given = Mapping[str, Mapping[str, Sequence[Any]]]


@dataclass(frozen=True, slots=True)
class Margin:
    """The tags of a value and of the borders below and above it."""

    value: str
    lower: str
    upper: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart. tags: regular expressions, of a "multiline" chart. margins: of a "margin" chart."""

    title: str
    kind: Literal["multiline", "margin"]
    tags: tuple[str, ...] = ()
    margins: tuple[Margin, ...] = ()


@dataclass(frozen=True, slots=True)
class Category:
    """Charts under a title. closed: they are folded at first."""

    title: str
    charts: tuple[Chart, ...]
    closed: bool = False


def encode(layout: Given) -> Summary.Value:
    """The layout that torch's writer takes: category -> chart -> [kind, tags].

    {"losses": {"all": ["Multiline", ["loss/.*"]], "mean": ["Margin", ["mean", "low", "high"]]}}
    Raises ValueError, naming category and chart, for anything else.
    """
    categories = [
        pb.Category(title=title, chart=[_chart(title, name, one) for name, one in charts.items()])
        for title, charts in layout.items()
    ]
    text = pb.Layout(category=categories).SerializeToString()
    return Summary.Value(tag=TAG, metadata=_METADATA, tensor=make_tensor_proto(text))


def _chart(category: str, title: str, given: Sequence[Any]) -> pb.Chart:
    kind, found = given if len(given) == 2 else (None, ())
    tags = [] if isinstance(found, str) else list(found)
    named = all(isinstance(tag, str) for tag in tags)
    if tags and named and kind == "Multiline":
        return pb.Chart(title=title, multiline=pb.MultilineChartContent(tag=tags))
    if named and kind == "Margin" and len(tags) == 3:
        value, lower, upper = tags
        series = pb.MarginChartContent.Series(value=value, lower=lower, upper=upper)
        return pb.Chart(title=title, margin=pb.MarginChartContent(series=[series]))
    raise ValueError(
        f"chart {title!r} of {category!r} must be ['Multiline', [tag, ...]] or "
        f"['Margin', [value, lower, upper]], got {given!r}"
    )


def decode(value: Summary.Value) -> tuple[Category, ...]:
    """The categories of a layout; `DataError` if the tensor holds none."""
    try:
        layout = pb.Layout.FromString(make_ndarray(value.tensor).reshape(-1)[0])
    except (DecodeError, IndexError, TypeError) as error:
        raise DataError(f"the tag {TAG} holds no layout of charts: {error}") from error
    return tuple(
        Category(category.title, tuple(map(_decoded, category.chart)), category.closed)
        for category in layout.category
    )


def _decoded(chart: pb.Chart) -> Chart:
    if chart.WhichOneof("content") == "margin":
        margins = (Margin(one.value, one.lower, one.upper) for one in chart.margin.series)
        return Chart(chart.title, "margin", margins=tuple(margins))
    return Chart(chart.title, "multiline", tags=tuple(chart.multiline.tag))


def merged(layouts: Iterable[Sequence[Category]]) -> list[Category]:
    """One layout of those of several runs: categories of one title are one, with all their charts;
    a chart that several runs have is there once."""
    charts: dict[str, dict[Chart, None]] = {}
    closed: dict[str, bool] = {}
    for layout in layouts:
        for category in layout:
            charts.setdefault(category.title, {}).update(dict.fromkeys(category.charts))
            closed.setdefault(category.title, category.closed)
    return [Category(title, tuple(some), closed[title]) for title, some in charts.items()]


def matching(pattern: str, tags: Iterable[str]) -> list[str]:
    """The tags that a regular expression matches at their beginning; `DataError` if it is none."""
    try:
        expression = re.compile(pattern)
    except re.error as error:
        raise DataError(f"{pattern!r} is no regular expression: {error}") from error
    return [tag for tag in tags if expression.match(tag)]
