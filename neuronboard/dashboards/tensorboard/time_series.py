"""TensorBoard's Time Series: tags of three kinds, and series of them in one answer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

import orjson

from neuronboard.dashboards.markdown import to_html
from neuronboard.dashboards.tensorboard import blobs, listings, rows, scalars
from neuronboard.dashboards.tensorboard.board import Board
from neuronboard.dashboards.tensorboard.listings import Described, Read
from neuronboard.errors import QueryError
from neuronboard.store import Catalog, Run

PLUGINS = ("scalars", "histograms", "images")
WITH_RUN = ("histograms", "images")  # whose questions must name the run

Found = dict[str, dict[str, Described]]  # run -> tag -> what is said about it


def tags(catalog: Catalog, read: Read) -> dict[str, Any]:
    """What there is of each plugin: tags by run, how many images at a step, descriptions."""
    images = listings.tags(catalog, "image")
    return {
        "scalars": _tag_info(scalars.tags(catalog)),
        "histograms": _tag_info(listings.tags(catalog, "histogram")),
        "images": {
            "tagDescriptions": _by_tag(images),
            "tagRunSampledInfo": _sampled_info(catalog, images, read),
        },
    }


def parse(text: str | None) -> list[dict[str, Any]]:
    """The questions in the field `requests`. Raises QueryError for what is no list of objects."""
    if not text:
        raise QueryError("Missing 'requests' field")
    try:
        found = orjson.loads(text)
    except ValueError as error:
        raise QueryError("Unable to parse 'requests' as JSON") from error
    if not isinstance(found, list) or not all(isinstance(item, dict) for item in found):
        raise QueryError("'requests' must be a list of objects with plugin, tag, run and sample")
    return found


def answer(catalog: Catalog, board: Board, read: Read, asked: dict[str, Any]) -> dict[str, Any]:
    """The series that one question asks for, or what is wrong with it."""
    plugin: Any = asked.get("plugin")
    tag: Any = asked.get("tag")
    run, sample = asked.get("run"), asked.get("sample")
    answered = {"plugin": _echo(plugin), "tag": _echo(tag)}
    if isinstance(run, str):
        answered["run"] = run
    if isinstance(sample, int):
        answered["sample"] = sample
    wrong = _what_is_wrong(plugin, tag, run, sample)
    if wrong:
        return {**answered, "error": wrong}
    runs = catalog.runs if not run else [*scalars.named(catalog, [run] if _is_text(run) else [])]
    limit = board.limit(plugin)
    found = {}
    for one in runs:
        series = _series(plugin, one, tag, sample, limit, read)
        # A run without such images is left out, but not one whose histograms all are unreadable.
        if series is not None and not (plugin == "images" and not series):
            found[one.id] = series
    return {**answered, "runToSeries": found}


def _series(
    plugin: str, run: Run, tag: str, sample: Any, limit: int | None, read: Read
) -> list[dict[str, Any]] | orjson.Fragment | None:
    if plugin == "scalars":
        points = scalars.points(run, tag, limit)
        return None if points is None else rows.as_objects(points)
    if plugin == "histograms":
        return blobs.histograms(run, tag, limit, read)
    return blobs.images(run, tag, sample, limit, read)


def _what_is_wrong(plugin: Any, tag: Any, run: Any, sample: Any) -> str | None:
    if not _is_text(tag):
        return "Missing tag"
    if plugin not in PLUGINS:
        return "Invalid plugin"
    if plugin in WITH_RUN and not _is_text(run):
        return "Missing run"
    return "Missing sample" if plugin == "images" and not isinstance(sample, int) else None


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _echo(value: Any) -> Any:
    """A part of the question in the answer: what is no text or number is left out."""
    return None if isinstance(value, (list, dict)) else value


def _tag_info(found: Found) -> dict[str, Any]:
    return {
        "runTagInfo": {run: sorted(tags) for run, tags in found.items()},
        "tagDescriptions": _by_tag(found),
    }


def _by_tag(found: Found) -> dict[str, str]:
    """Tag -> HTML of its description; of all of them where runs say different things."""
    said: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for run, tags in found.items():
        for tag, (_, _, text) in tags.items():
            if text:
                said[tag][text].append(run)
    return {tag: to_html(_combined(texts)) for tag, texts in said.items()}


def _combined(texts: dict[str, list[str]]) -> str:
    if len(texts) == 1:
        return next(iter(texts))
    return "\n".join(["# Multiple descriptions", *_by_runs(texts)])


def _by_runs(texts: dict[str, list[str]]) -> Iterable[str]:
    for text in sorted(texts):
        runs = sorted(texts[text])
        yield f"## For run{'s' if len(runs) > 1 else ''}: {', '.join(runs)}\n{text}"


def _sampled_info(catalog: Catalog, found: Found, read: Read) -> dict[str, Any]:
    info: dict[str, dict[str, Any]] = defaultdict(dict)
    for run_id, tags in found.items():
        run = catalog.run(run_id)
        for tag in tags:
            most = listings.most_samples(run.series["image", tag], read)
            info[tag][run_id] = {"maxSamplesPerStep": most}
    return info
