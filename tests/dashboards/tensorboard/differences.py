"""Where our answers are not TensorBoard's: which, how, and the row of the document that says so."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from dashboards.tensorboard.recordings import Asked


@dataclass(frozen=True)
class Difference:
    """row: its name in docs/tensorboard-routes.md. holds: whether the two answers relate so."""

    row: str
    corpus: str
    question: str
    holds: Callable[[Asked, Asked], bool]

    def is_about(self, corpus: str, asked: Asked) -> bool:
        """Whether the question is one of those."""
        return bool(
            re.fullmatch(self.corpus, corpus)
            and re.search(self.question, f"{asked.method} {asked.url} {asked.form}")
        )


def more_points(theirs: Asked, ours: Asked) -> bool:
    """Every point of theirs is among ours, in the same order."""
    return all(_is_among(some, all_) for some, all_ in _pairs(theirs.body, ours.body))


def more_points_before(theirs: Asked, ours: Asked) -> bool:
    """Every point of theirs is among ours, in the same order, and the last one is the same."""
    pairs = _pairs(theirs.body, ours.body)
    return all(_is_among(some, all_) and some[-1:] == all_[-1:] for some, all_ in pairs)


def _pairs(theirs: Any, ours: Any) -> Iterator[tuple[list[Any], list[Any]]]:
    """The rows of their series and of ours, run by run where there are several."""
    if isinstance(theirs, list) and theirs and "runToSeries" in theirs[0]:
        for one, other in zip(theirs, ours, strict=True):
            assert {**one, "runToSeries": 0} == {**other, "runToSeries": 0}
            yield from _pairs(one["runToSeries"], other["runToSeries"])
    elif isinstance(theirs, dict):
        assert theirs.keys() == ours.keys()
        yield from ((theirs[run], ours[run]) for run in theirs)
    elif isinstance(theirs, str):
        yield theirs.splitlines(), ours.splitlines()
    else:
        yield theirs, ours


def _is_among(some: list[Any], all_: list[Any]) -> bool:
    rest = iter(all_)
    return all(any(item == other for other in rest) for item in some)


def trimmed_buckets(theirs: Asked, ours: Asked) -> bool:
    """The same series, but for keys of images and for a histogram of outer empty buckets."""
    same = []
    for one, other in zip(theirs.body, ours.body, strict=True):
        series, our_series = _without_keys(one), _without_keys(other)
        if one["tag"] == "dblmax":
            [[theirs_of_it], [ours_of_it]] = (*series.values(),), (*our_series.values(),)
            bins = theirs_of_it[0]["bins"], ours_of_it[0]["bins"]
            series, our_series = bins[0][0]["max"] < bins[0][0]["min"], len(bins[1]) < len(bins[0])
        same.append(series == our_series)
    return all(same)


def _without_keys(one: dict[str, Any]) -> Any:
    series = one["runToSeries"]
    return {run: [{**item, "imageId": ""} for item in items] for run, items in series.items()}


def other_tags(more: Iterable[tuple[str, str]], fewer: Iterable[tuple[str, str]] = ()) -> Any:
    """The same tags but for these (run, tag): some more, some fewer."""

    def holds(theirs: Asked, ours: Asked) -> bool:
        their_tags, our_tags = _tags(theirs.body), _tags(ours.body)
        same = all(
            ours.body[run][tag] == theirs.body[run][tag] for run, tag in our_tags & their_tags
        )
        return same and our_tags - their_tags == {*more} and their_tags - our_tags == {*fewer}

    return holds


def other_series(more: Iterable[tuple[str, str]], fewer: Iterable[tuple[str, str]] = ()) -> Any:
    """The same for the tags of Time Series."""

    def holds(theirs: Asked, ours: Asked) -> bool:
        their_tags = _tags(theirs.body["scalars"].pop("runTagInfo"))
        our_tags = _tags(ours.body["scalars"].pop("runTagInfo"))
        changed = our_tags - their_tags == {*more} and their_tags - our_tags == {*fewer}
        return changed and theirs.body == ours.body

    return lambda theirs, ours: holds(deepcopy(theirs), deepcopy(ours))


def _tags(body: dict[str, Any]) -> set[tuple[str, str]]:
    return {(run, tag) for run, tags in body.items() for tag in tags}


def without_dead_links(theirs: Asked, ours: Asked) -> bool:
    """The run of a dead link is missing, and a profile's stands where its first event says."""
    rest = [run for run in theirs.body if run not in ("broken_file", "profile_only")]
    without = [run for run in ours.body if run != "profile_only"]
    return rest == without and len(without) == len(ours.body) - 1


def without_debug(theirs: Asked, ours: Asked) -> bool:
    """Only what is said about the program itself is another."""
    bodies = [dict(asked.body) for asked in (theirs, ours)]
    debug = [body.pop("debug").keys() for body in bodies]
    return bodies[0] == bodies[1] and debug[0] == debug[1]


def no_scalar(theirs: Asked, ours: Asked) -> bool:
    """What is no number is no scalar."""
    return theirs.status == 200 and ours.status == 404 and "No scalar data" in ours.body


NO_NUMBERS = [("tensor_scalars", f"s/{name}_bad") for name in ("string", "empty", "shape2")]
BARE = {"meta_late": "m"}.items()
BARE_TENSORS = [("tensors", "f64"), ("tensors", "i64")]

DIFFERENCES = (
    Difference("debug", ".*", "/data/environment", without_debug),
    Difference("damage", "awk_corrupt", r"run=(flip_\w+|two_files)&", more_points),
    Difference("damage", "awk_corrupt", "scalars_multirun|timeSeries", more_points),
    Difference("every point", "awk_steps", "run=sampling_5000&", more_points_before),
    Difference("every point", "awk_steps", "scalars_multirun|timeSeries", more_points_before),
    Difference("every point", "tf1_filewriter", "(run|runs)=long(&|$)", more_points_before),
    Difference("every point", "tf2_summary", "(run|runs)=long(&|$)", more_points_before),
    Difference("every point", "tf1_filewriter|tf2_summary", "timeSeries", more_points_before),
    Difference("old files", "awk_steps", "run=out_of_order_v1&", more_points),
    Difference("no number", "awk_values", "tag=s%2Fstring_bad", no_scalar),
    Difference("no number", "awk_values", "scalars/tags", other_tags(BARE, NO_NUMBERS)),
    Difference("no number", "awk_values", "timeseries/tags", other_series(BARE, NO_NUMBERS)),
    Difference("histograms", "awk_values", "timeSeries", trimmed_buckets),
    Difference("bare tensors", "tf1_filewriter", "timeseries/tags", other_series(BARE_TENSORS)),
    Difference(
        "bare tensors",
        "tf1_filewriter",
        "scalars/tags",
        other_tags(BARE_TENSORS),
    ),
    Difference("links and profiles", "awk_dirs", "/data/runs", without_dead_links),
)


def difference(corpus: str, asked: Asked) -> Difference | None:
    """The first difference that the question is about, or None."""
    return next((found for found in DIFFERENCES if found.is_about(corpus, asked)), None)
