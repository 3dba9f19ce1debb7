"""TensorBoard's questions about histograms and images, whose payloads are read again from the file.

An image is named by a key that says where it is: TensorBoard's own form, url-safe base64 of the
JSON [experiment, "images", run, tag, step, index], and behind it which one of those at that step if
it is not the first.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from typing import Any

import numpy as np

from neuronboard.dashboards.http import column
from neuronboard.dashboards.tensorboard.listings import Read, samples_at
from neuronboard.dashboards.tensorboard.sampling import spread
from neuronboard.errors import DataError, NotFoundQueryError, QueryError
from neuronboard.kinds import histogram, image
from neuronboard.pb.summary_pb2 import Summary
from neuronboard.store import Catalog, Locator, Run


def histograms(run: Run, tag: str, limit: int | None, read: Read) -> list[dict[str, Any]] | None:
    """The histograms of a tag, in the order of the files; those that cannot be read are left out.

    None if there is no such tag.
    """
    series = run.find("histogram", tag)
    if series is None:
        return None
    steps, times, locators = series.steps, series.wall_times, series.locators
    kept = np.flatnonzero(~series.voided)
    found = []
    for at in kept[spread(len(kept), limit)].tolist():
        bins = _bins(read, locators[at])
        if bins is not None:
            found.append(
                {"wallTime": column(times[at : at + 1])[0], "step": int(steps[at]), "bins": bins}
            )
    return found


def images(
    run: Run, tag: str, sample: int, limit: int | None, read: Read
) -> list[dict[str, Any]] | None:
    """Step, wall time and key of the image number `sample` of each step, by step.

    Steps that have fewer images are left out. None if there is no such tag.
    """
    series = run.find("image", tag)
    if series is None:
        return None
    steps, times, locators = series.steps, series.wall_times, series.locators
    kept = np.flatnonzero(~series.voided)
    order = kept[np.argsort(steps[kept], kind="stable")]
    found = []
    for at, nth in zip(order.tolist(), _nth_of_step(steps[order]), strict=True):
        if 0 <= sample < samples_at(series, at, read, locators):
            step = int(steps[at])
            key = _key(run.id, tag, step, sample, nth)
            found.append({"step": step, "wallTime": column(times[at : at + 1])[0], "imageId": key})
    return [found[at] for at in spread(len(found), limit).tolist()]


def image_data(catalog: Catalog, key: str | None, read: Read) -> tuple[bytes, str]:
    """An image's bytes and media type. QueryError for what is no key, or the key of nothing."""
    if not key:
        raise QueryError("Missing 'imageId' field")
    run_id, tag, step, index, nth = _where(key)
    run = catalog.find_run(run_id)
    series = run.find("image", tag) if run else None
    if series is None:
        raise NotFoundQueryError(f"there is no image {key!r}")
    at = np.flatnonzero((series.steps == step) & ~series.voided)
    if nth >= len(at):
        raise NotFoundQueryError(f"there is no image {key!r}")
    found = image.decode(Summary.Value.FromString(read(series.locators[at[nth]])))
    if not 0 <= index - image.BEFORE_IMAGES < len(found):
        raise NotFoundQueryError(f"there is no image {key!r}")
    data = found[index - image.BEFORE_IMAGES]
    return data, image.media_type(data)


def _bins(read: Read, locator: Locator) -> list[dict[str, Any]] | None:
    try:
        buckets = histogram.decode(Summary.Value.FromString(read(locator)))
    except DataError:
        return None  # one that cannot be read does not hide the others
    lefts, rights, counts = (list(column(edge)) for edge in buckets.astype(np.float64).T)
    triples = zip(lefts, rights, counts, strict=True)
    return [{"min": left, "max": right, "count": count} for left, right, count in triples]


def _nth_of_step(ordered: Any) -> Iterator[int]:
    """For each of the ordered steps, how many of the same came before."""
    last, nth = None, 0
    for step in ordered.tolist():
        nth = nth + 1 if step == last else 0
        last = step
        yield nth


def _key(run: str, tag: str, step: int, sample: int, nth: int) -> str:
    where = ["", "images", run, tag, step, sample + image.BEFORE_IMAGES, *([nth] if nth else [])]
    data = json.dumps(where, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _where(key: str) -> tuple[str, str, int, int, int]:
    """Run, tag, step, index and which one of the step; also of a key of TensorBoard's Rust side."""
    try:
        where = json.loads(base64.urlsafe_b64decode(key.encode() + b"=="))
    except (ValueError, RecursionError):
        where = None
    match where:
        case [str(), "images", str(run), str(tag), int(step), int(index)]:
            return run, tag, step, index, 0
        case [str(), "images", str(run), str(tag), int(step), int(index), int(nth)] if nth >= 0:
            return run, tag, step, index, nth
        case [str(), str(run), str(tag), int(step), int(index)]:
            return run, tag, step, index, 0
    raise QueryError(f"imageId {key[:80]!r} is no key of an image; take those of timeSeries")
