"""What there is of the kinds whose payloads stay in the files: runs, tags, what is said of them."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from neuronboard.dashboards.markdown import to_html
from neuronboard.dashboards.tensorboard.sampling import spread
from neuronboard.errors import DataError
from neuronboard.formats.batch import AUDIO, IMAGE
from neuronboard.formats.tensor_proto import shape_of
from neuronboard.kinds import image
from neuronboard.kinds.classify import describe
from neuronboard.pb.summary_pb2 import Summary
from neuronboard.store import Catalog, Locator, Run, Series

Read = Callable[[Locator], bytes]
LOOKED_AT = 10  # steps, to learn how many samples there are at one: as many as TensorBoard keeps
ONE = (IMAGE, AUDIO)  # forms of legacy values, which hold one sample

# What a mesh consists of, each part a tag of its own
MESH_PARTS = ("_VERTEX", "_FACE", "_COLOR")


class Described(NamedTuple):
    """What a tag's first metadata say. plugin: "" where none is named."""

    plugin: str
    display_name: str
    description: str


def said_of(run: Run, tag: str) -> Described:
    """What the metadata say; the display name is the tag where TensorBoard says so."""
    plugin, name, description = _described(run.metadata.get(tag, b""))
    # What is no tensor carries no plugin's name, and TensorBoard names it after its tag.
    return Described(plugin, name if name or plugin else tag, description)


def tags(catalog: Catalog, kind: str) -> dict[str, dict[str, Described]]:
    """Run -> tag, in the order they came -> what is said about it; only runs that have some."""
    found: dict[str, dict[str, Described]] = {}
    for run in catalog.runs:
        for of, tag in run.blob_keys:
            if of == kind:
                found.setdefault(run.id, {})[tag] = said_of(run, tag)
    return found


def as_html(found: dict[str, dict[str, Described]]) -> dict[str, dict[str, dict[str, Any]]]:
    """Run -> tag -> display name and description as TensorBoard answers them."""
    return {
        run: {
            tag: {"displayName": said.display_name, "description": to_html(said.description)}
            for tag, said in of_run.items()
        }
        for run, of_run in found.items()
    }


def with_samples(catalog: Catalog, kind: str, read: Read) -> dict[str, dict[str, dict[str, Any]]]:
    """The same, and how many samples a step has at most."""
    found = as_html(tags(catalog, kind))
    for run, of_run in found.items():
        for tag, answer in of_run.items():
            series = catalog.run(run).series[kind, tag]
            answer["samples"] = most_samples(series, read)
    return found


def meshes(catalog: Catalog, read: Read) -> dict[str, dict[str, dict[str, int]]]:
    """Run -> mesh -> how many of it a step has at most; a mesh is several tags."""
    found: dict[str, dict[str, dict[str, int]]] = {}
    for run, of_run in tags(catalog, "mesh").items():
        for tag in of_run:
            name = next((tag.removesuffix(p) for p in MESH_PARTS if tag.endswith(p)), tag)
            samples = most_samples(catalog.run(run).series["mesh", tag], read)
            found.setdefault(run, {}).setdefault(name, {"samples": samples})
    return found


def most_samples(series: Series, read: Read) -> int:
    """How many samples a step has at most, of ten steps that are evenly spread."""
    locators = series.locators
    kept = np.flatnonzero(~series.voided)
    looked_at = kept[spread(len(kept), LOOKED_AT)].tolist()
    return max((samples_at(series, at, read, locators) for at in looked_at), default=0)


def samples_at(series: Series, at: int, read: Read, locators: tuple[Locator, ...]) -> int:
    """How many samples there are in a value; none in one that cannot be read."""
    if series.forms[at] in ONE:
        return 1
    try:
        value = Summary.Value.FromString(read(locators[at]))
        if series.kind == "image":
            return len(image.decode(value))
    except DataError:
        return 0
    return next(iter(shape_of(value.tensor)), 0)


@lru_cache(maxsize=4096)
def _described(metadata: bytes) -> tuple[str, str, str]:
    return describe(metadata) if metadata else ("", "", "")
