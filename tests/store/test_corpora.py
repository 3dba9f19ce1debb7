"""What the store keeps of the files that the real programs write, beside what is in them.

A corpus is a log directory and `decoded.jsonl`: each event of each file, decoded by the program's
own protobuf classes, and how TensorFlow's reader came to the end of the file.
"""

from __future__ import annotations

import json
import math
import tarfile
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from builders import loaded_store

from neuronboard.store import Run, Store

CORPORA = sorted((Path(__file__).parents[1] / "golden" / "corpora").glob("*.tar.xz"))
FILE_IDS = tuple[str, str]  # run, file name
STRING, COMPLEX = 7, (8, 18)
NO_NUMBERS = (STRING, *COMPLEX)
GRAPHS = {"graph_def": "graph", "meta_graph_def": "graph", "tagged_run_metadata": "run_metadata"}


@dataclass
class Recorded:
    """What one file holds."""

    end: str = ""
    points: dict[str, list[tuple[int, float, float]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    blobs: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))  # tag: offsets
    events: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))  # kind: offsets
    only_metadata: set[str] = field(default_factory=set)


def _add_value(recorded: Recorded, event: dict[str, Any], value: dict[str, Any]) -> None:
    tag = value["tag"]
    if value["kind"] is None:
        recorded.only_metadata.add(tag)
        return
    number: Any = value.get("value")
    if value["kind"] == "tensor" and value["dtype"] not in NO_NUMBERS:
        if "shape" in value and math.prod(value["shape"]) == 1:
            [number] = value["values"]
        elif "shape" not in value:  # of a type that TensorFlow's Python could not decode
            return
    if number is None:
        recorded.blobs[tag].append(event["offset"] + 12)
    else:
        recorded.points[tag].append((event["step"], event["wall_time"], float(number)))


def _decoded(path: Path) -> dict[FILE_IDS, Recorded]:
    files: dict[FILE_IDS, Recorded] = defaultdict(Recorded)
    for line in path.read_text().splitlines():
        event = json.loads(line)
        recorded = files[event["run"], event["file"]]
        if "end" in event:
            recorded.end = event["end"]
        elif event.get("bad_data_crc"):
            continue
        elif event["what"] == "summary":
            for value in event["values"]:
                _add_value(recorded, event, value)
        elif event["what"] in GRAPHS:
            recorded.events[GRAPHS[event["what"]]].append(event["offset"] + 12)
    return files


@dataclass(frozen=True)
class Corpus:
    """A recorded log directory, loaded."""

    name: str
    store: Store
    files: dict[FILE_IDS, Recorded]

    def run(self, run_id: str) -> Run:
        return self.store.catalog.run(run_id)


@pytest.fixture(scope="module", params=CORPORA, ids=lambda path: path.name.partition(".")[0])
def corpus(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Corpus:
    """Each recording in turn."""
    folder = tmp_path_factory.mktemp("corpus")
    with tarfile.open(request.param) as archive:
        archive.extractall(folder, filter="data")
    return Corpus(
        request.param.name, loaded_store(folder / "logdir"), _decoded(folder / "decoded.jsonl")
    )


def _points_of(run: Run, file: str) -> dict[str, list[tuple[int, float, float]]]:
    """Tag -> the points that the run has of that file."""
    found: dict[str, list[tuple[int, float, float]]] = {}
    for (kind, tag), series in run.series.items():
        if kind != "scalar":
            continue
        for segment in series.segments:
            if segment.id.partition("#")[0] == file:
                steps, wall_times, values = (c.tolist() for c in segment.columns())
                found.setdefault(tag, []).extend(zip(steps, wall_times, values, strict=True))
    return found


def test_there_are_corpora() -> None:
    """One of each program that was recorded, and those made by hand."""
    assert len(CORPORA) == 12


def test_every_point_is_kept(corpus: Corpus) -> None:
    """Of a file that can be read to its end exactly the recorded points, in order; of another one
    at least those, and more where reading goes on behind the damage."""
    for (run_id, file), recorded in corpus.files.items():
        if not recorded.end.startswith("eof") and not recorded.points:
            continue
        found = _points_of(corpus.run(run_id), file) if recorded.points else {}
        for tag, points in recorded.points.items():
            kept = found[tag]
            if recorded.end != "eof":
                assert len(kept) >= len(points)
                kept = kept[: len(points)]
            np.testing.assert_array_equal(np.array(kept), np.array(points), f"{run_id} {tag}")


def test_every_other_value_is_kept_as_a_place(corpus: Corpus) -> None:
    """Images, histograms, texts, graphs, ...: by the offset of their record."""
    for (run_id, file), recorded in corpus.files.items():
        if not recorded.blobs and not recorded.events:
            continue
        places = defaultdict(list)
        for (kind, tag), series in corpus.run(run_id).series.items():
            for locator in series.locators:
                if locator.path.endswith(f"/{file}"):
                    places[tag].append(locator.offset)
                    places[f"kind {kind}"].append(locator.offset)
        for tag, offsets in recorded.blobs.items():
            assert sorted(places[tag]) == offsets, f"{run_id} {tag}"
        for kind, offsets in recorded.events.items():
            assert sorted(set(places[f"kind {kind}"])) == offsets, f"{run_id} {kind}"


def test_tags_without_a_value_keep_their_metadata(corpus: Corpus) -> None:
    """As those that torch writes hyperparameters with."""
    for (run_id, _), recorded in corpus.files.items():
        for tag in recorded.only_metadata:
            assert corpus.run(run_id).metadata[tag]


def test_what_cannot_be_read_is_said(corpus: Corpus) -> None:
    """A file of damage is named, with its place; a whole one, and one that still grows, is not."""
    named = {problem.path for problem in corpus.store.catalog.problems}
    for (run_id, file), recorded in corpus.files.items():
        path = str(Path(str(corpus.store.spec), "" if run_id == "." else run_id, file))
        damaged = recorded.end.startswith("bad length") or (
            "flip_" in run_id and run_id != "flip_length_crc"
        )
        if damaged:
            assert path in named
        elif recorded.end == "eof" and "bad" not in run_id and run_id != "two_files":
            assert path not in named, run_id
