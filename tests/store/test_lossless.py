"""Nothing is lost: what TensorBoard's loaders drop, hide or stumble over, and what a disk can do.

The names in brackets are issues of TensorBoard's tracker where its users met the same.
Long, because it is one list of what gets lost elsewhere.
"""

from __future__ import annotations

import math
import os
import random
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from builders import (
    T0,
    event_bytes,
    loaded_store,
    restart_event,
    scalar_event,
    write_events,
)
from starlette.testclient import TestClient

from neuronboard.formats.crc32c import masked_crc32c
from neuronboard.formats.event_file import first_event
from neuronboard.formats.tensor_proto import make_tensor_proto
from neuronboard.formats.tfrecord import HEADER, encode_record
from neuronboard.pb.event_pb2 import Event
from neuronboard.pb.graph_pb2 import GraphDef
from neuronboard.pb.meta_graph_pb2 import MetaGraphDef
from neuronboard.pb.raw_event_pb2 import RawEvent
from neuronboard.pb.summary_pb2 import Summary, SummaryMetadata
from neuronboard.server.app import create_app
from neuronboard.server.settings import Settings
from neuronboard.store import Series, Store, crew, log_file

FIRST, SECOND = "events.out.tfevents.1", "events.out.tfevents.2"


def _series(store: Store, tag: str = "v", run: str = ".", kind: str = "scalar") -> Series:
    return store.catalog.run(run).series[kind, tag]


def _append(path: Path, *events: Event) -> None:
    with path.open("ab") as file:
        file.write(event_bytes(events))


def _tensor_event(step: int, tag: str, array: object, dtype: object = None) -> Event:
    value = Summary.Value(
        tag=tag,
        tensor=make_tensor_proto(np.asarray(array, dtype)),
        metadata=SummaryMetadata(plugin_data={"plugin_name": "scalars"}),
    )
    return Event(wall_time=T0 + step, step=step, summary=Summary(value=[value]))


# Which points


def test_all_points_are_kept_where_tensorboard_samples_a_thousand(tmp_path: Path) -> None:
    """3,000 of 3,000, the first one and a spike among them (tb#6796)."""
    values = [1e6 if step == 1777 else 0.5 for step in range(3000)]
    write_events(tmp_path, [(step, {"v": value}) for step, value in enumerate(values)])
    series = _series(loaded_store(tmp_path))
    assert series.steps.tolist() == list(range(3000))
    assert series.values is not None
    assert series.values.tolist() == values


def test_a_second_file_that_repeats_steps_is_a_segment_of_its_own(tmp_path: Path) -> None:
    """Steps 0 to 99, then 0 to 49 in another file: two segments, 150 points (tb#1063)."""
    write_events(tmp_path / FIRST, [(step, {"v": 1.0}) for step in range(100)])
    write_events(tmp_path / SECOND, [(step, {"v": 2.0}) for step in range(50)])
    series = _series(loaded_store(tmp_path))
    assert [(s.id, len(s), s.purge_step) for s in series.segments] == [
        (FIRST, 100, None),
        (SECOND, 50, None),
    ]


def test_several_values_at_one_step_are_all_there(tmp_path: Path) -> None:
    """Ten at step 0, told apart by their wall times."""
    path = write_events(tmp_path)
    _append(path, *(scalar_event(0, {"v": float(i)}, wall_time=T0 + i) for i in range(10)))
    series = _series(loaded_store(tmp_path))
    assert series.steps.tolist() == [0] * 10
    assert series.wall_times.tolist() == [T0 + i for i in range(10)]


@pytest.mark.parametrize(
    ("dtype", "value"),
    [
        ("float64", 0.1),
        ("float16", 1.5),
        ("float32", 0.25),
        ("int8", -3),
        ("int16", -300),
        ("int32", -5),
        ("int64", 2**40 + 1),
        ("uint8", 200),
        ("uint16", 60000),
        ("uint32", 2**32 - 1),
        ("uint64", 2**52),
        ("bool", True),
    ],
)
def test_tensors_of_every_type_are_scalars(dtype: str, value: float, tmp_path: Path) -> None:
    """0.1 written in double precision is 0.1; integers are exact (tb#3415)."""
    path = write_events(tmp_path)
    _append(path, *(_tensor_event(step, "v", value, dtype) for step in range(5)))
    series = _series(loaded_store(tmp_path))
    assert series.values is not None
    assert series.values.tolist() == [float(value)] * 5


def test_odd_numbers_stay_as_they_are(tmp_path: Path) -> None:
    """Steps beyond 2^53 and below 0; NaN and infinite values and wall times."""
    path = write_events(tmp_path)
    steps = [2**53 + 1, -1, -(2**63), 2**63 - 1, 0]
    times = [math.nan, math.inf, -math.inf, -5.0, 0.0]
    values = [math.nan, math.inf, -math.inf, -0.0, 1e-45]
    rows = list(zip(steps, times, values, strict=True))
    _append(path, *(scalar_event(step, {"v": v}, wall_time=t) for step, t, v in rows))
    series = _series(loaded_store(tmp_path))
    assert series.steps.tolist() == steps
    np.testing.assert_array_equal(series.wall_times, times)
    np.testing.assert_array_equal(series.values, np.array(values, np.float32))


# Restarts


def test_steps_that_go_back_lose_nothing(tmp_path: Path) -> None:
    """A program that goes back to an earlier step without saying that it restarts."""
    steps = [0, 1, 2, 3, 1, 2, 5]
    write_events(tmp_path, [(step, {"v": float(i)}) for i, step in enumerate(steps)])
    assert _series(loaded_store(tmp_path)).steps.tolist() == steps


def test_a_restart_purges_each_tag_and_keeps_what_it_purged(tmp_path: Path) -> None:
    """START at step 40 in a second file, as torch's purge_step writes it: also of the rare tag only
    steps below 40 count, and the others are still there."""
    write_events(
        tmp_path / FIRST,
        [(s, {"v": float(s)} | ({"rare": 1.0} if s % 39 == 0 else {})) for s in range(100)],
    )
    second = write_events(tmp_path / SECOND)
    _append(second, restart_event(40), *(scalar_event(s, {"v": -1.0}) for s in range(40, 60)))
    store = loaded_store(tmp_path)
    first, _ = _series(store).segments
    assert (len(first), first.purge_step) == (100, 40)
    [rare] = _series(store, "rare").segments
    assert (rare.columns().steps.tolist(), rare.purge_step) == ([0, 39, 78], 40)


def test_a_restart_within_a_file_begins_a_segment(tmp_path: Path) -> None:
    """And the later of two restarts purges the earlier one's points too."""
    path = write_events(tmp_path / FIRST, [(s, {"v": 0.0}) for s in range(10)])
    _append(path, restart_event(5), *(scalar_event(s, {"v": 1.0}) for s in range(5, 10)))
    _append(path, restart_event(3), *(scalar_event(s, {"v": 2.0}) for s in range(3, 6)))
    segments = _series(loaded_store(tmp_path)).segments
    assert [(s.id, len(s), s.purge_step) for s in segments] == [
        (FIRST, 10, 3),
        (f"{FIRST}#2", 5, 3),
        (f"{FIRST}#3", 3, None),
    ]


def test_the_first_start_of_a_run_purges_nothing(tmp_path: Path) -> None:
    """A program that says START before it writes."""
    path = write_events(tmp_path / FIRST)
    _append(path, restart_event(0), *(scalar_event(s, {"v": 1.0}) for s in range(3)))
    [segment] = _series(loaded_store(tmp_path)).segments
    assert (len(segment), segment.purge_step) == (3, None)


# Files that change


def test_an_older_file_that_grows_is_read_on(tmp_path: Path) -> None:
    """Two writers in one folder, by turns (tb#1063)."""
    a, b = write_events(tmp_path / FIRST), write_events(tmp_path / SECOND)
    store = loaded_store(tmp_path)
    for step in range(3):
        for path, value in ((a, 1.0), (b, 2.0)):
            _append(path, scalar_event(step, {"v": value}))
            store.refresh()
    first, second = _series(store).segments
    assert first.columns().values.tolist() == [1.0] * 3
    assert second.columns().values.tolist() == [2.0] * 3


def test_a_file_replaced_by_rename_is_read_anew(tmp_path: Path) -> None:
    """As a program that copies its log to where it is watched."""
    path = write_events(tmp_path, [(s, {"v": 1.0}) for s in range(5)])
    store = loaded_store(tmp_path)
    for length in (9, 3):
        other = write_events(tmp_path / "copy", [(s, {"v": 2.0}) for s in range(length)])
        os.replace(other, path)
        store.refresh()
        assert _series(store).values.tolist() == [2.0] * length


@pytest.mark.parametrize("length", [4, 5, 12])
def test_a_file_written_anew_in_its_place_is_read_anew(length: int, tmp_path: Path) -> None:
    """The same place on the disk; shorter, as long as before, and longer."""
    path = write_events(tmp_path, [(s, {"v": 1.0}) for s in range(5)])
    store = loaded_store(tmp_path)
    inode = path.stat().st_ino
    write_events(path, [(s, {"v": 2.0}) for s in range(length)])
    os.utime(path, (T0, T0))
    assert path.stat().st_ino == inode
    store.refresh()
    assert _series(store).values.tolist() == [2.0] * length
    assert store.catalog.problems == ()


def test_a_truncated_tail_completes_byte_by_byte(tmp_path: Path) -> None:
    """No byte more than the record needs, and no problem on the way."""
    path = write_events(tmp_path, [(0, {"v": 1.0})])
    store = loaded_store(tmp_path)
    more = event_bytes([scalar_event(1, {"v": 2.0})])
    for number in range(len(more)):
        assert len(_series(store)) == 1
        with path.open("ab") as file:
            file.write(more[number : number + 1])
        store.refresh()
    assert len(_series(store)) == 2
    assert store.catalog.problems == ()


def test_folders_that_vanish_and_come_back(tmp_path: Path) -> None:
    """While they are followed, and between a listing and its reading."""
    for name in ("a", "b"):
        write_events(tmp_path / name, [(0, {"v": 1.0})])
    store = loaded_store(tmp_path)
    shutil.move(tmp_path / "a", tmp_path.with_name("away"))
    store.refresh()
    assert [run.id for run in store.catalog.runs] == ["b"]
    shutil.move(tmp_path.with_name("away"), tmp_path / "a")
    store.refresh()
    assert [run.id for run in store.catalog.runs] == ["a", "b"]
    assert len(_series(store, run="a")) == 1


def test_a_file_that_vanishes_while_it_is_read_ends_in_silence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was listed, and is gone when it is opened; the other run is loaded."""
    gone = write_events(tmp_path / "a", [(0, {"v": 1.0})])
    write_events(tmp_path / "b", [(0, {"v": 1.0})])
    store = Store(loaded_store(tmp_path).spec)
    real = store._plan
    monkeypatch.setattr(
        store, "_plan", lambda listed: (gone.unlink(missing_ok=True), real(listed))[1]
    )
    store.refresh()
    assert store.catalog.progress.points == 1
    assert store.catalog.problems == ()


# Damage


def _damaged(tmp_path: Path, record: int, at: int, mask: int = 1) -> tuple[Store, int, int]:
    """Ten scalars with one bit flipped in byte `at` of record `record`; its place and size."""
    records = [event_bytes([first_event(T0)])]
    records += [event_bytes([scalar_event(s, {"v": float(s)})]) for s in range(10)]
    offset, size = sum(map(len, records[:record])), len(records[record])
    data = bytearray(b"".join(records))
    data[offset + at] ^= mask
    (tmp_path / FIRST).write_bytes(data)
    return loaded_store(tmp_path), offset, size


def test_a_flipped_bit_in_a_payload_costs_its_record(tmp_path: Path) -> None:
    """Nine good ones stay, and the place is told (tb#5560)."""
    store, offset, size = _damaged(tmp_path, record=6, at=20)
    assert _series(store).steps.tolist() == [0, 1, 2, 3, 4, 6, 7, 8, 9]
    [problem] = store.catalog.problems
    assert (problem.path, problem.offset, problem.skipped) == (
        str(tmp_path / FIRST),
        offset,
        size,
    )
    assert "payload checksum" in problem.message


@pytest.mark.parametrize(("at", "mask"), [(0, 1), (5, 1), (7, 128), (9, 4)])
def test_a_flipped_bit_in_a_length_costs_its_record(at: int, mask: int, tmp_path: Path) -> None:
    """The next record whose length and checksums hold is found."""
    store, offset, size = _damaged(tmp_path, record=6, at=at, mask=mask)
    assert _series(store).steps.tolist() == [0, 1, 2, 3, 4, 6, 7, 8, 9]
    [problem] = store.catalog.problems
    assert (problem.offset, problem.skipped) == (offset, size)
    assert "header checksum" in problem.message


@pytest.mark.parametrize("length", [2**40, 2**63, 2**64 - 1, 2**31])
def test_an_absurd_length_with_a_valid_checksum(length: int, tmp_path: Path) -> None:
    """Longer than any message can be: its header is stepped over (TensorBoard's server aborts)."""
    path = write_events(tmp_path, [(s, {"v": 1.0}) for s in range(3)])
    with path.open("ab") as file:
        file.write(_header(length))
    _append(path, *(scalar_event(s, {"v": 1.0}) for s in range(3, 6)))
    store = loaded_store(tmp_path)
    assert _series(store).steps.tolist() == [0, 1, 2, 3, 4, 5]
    [problem] = store.catalog.problems
    assert problem.skipped == HEADER.size
    assert "record length beyond" in problem.message


def _header(length: int) -> bytes:
    """A record's header whose checksum holds."""
    header = length.to_bytes(8, "little")
    return header + masked_crc32c(header).to_bytes(4, "little")


@pytest.mark.parametrize("length", [100, 100_000, 2**30, 2**31 - 1])
def test_a_length_that_the_file_will_never_have(length: int, tmp_path: Path) -> None:
    """What whole records stand behind is no unfinished record: they are read, now and later."""
    path = write_events(tmp_path, [(s, {"v": 1.0}) for s in range(3)])
    size = path.stat().st_size
    with path.open("ab") as file:
        file.write(_header(length) + b"part of it")
    store = loaded_store(tmp_path)
    assert store.catalog.problems == ()
    for step in (3, 4):
        _append(path, scalar_event(step, {"v": 1.0}))
        store.refresh()
        assert _series(store).steps.tolist() == list(range(step + 1))
        [problem] = store.catalog.problems
        assert (problem.offset, problem.skipped) == (size, HEADER.size + 10)
        assert f"length of {length:,} bytes, but whole records" in problem.message
    assert _series(loaded_store(tmp_path)).steps.tolist() == [0, 1, 2, 3, 4]


def test_a_long_record_that_comes_in_parts_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It reaches over several stretches, and is looked at when it doubled, not at each byte."""
    monkeypatch.setattr(log_file, "STRETCH", 1 << 18)
    data = event_bytes([Event(wall_time=T0, graph_def=random.Random(1).randbytes(6 << 20))])
    path = write_events(tmp_path, [(0, {"v": 1.0})])
    store = loaded_store(tmp_path)
    reads: list[int] = []
    real = crew.read
    monkeypatch.setattr(crew, "read", lambda stretch: (reads.append(1), real(stretch))[1])
    for start in range(0, len(data), 1 << 16):
        assert store.catalog.progress.points == 1
        with path.open("ab") as file:
            file.write(data[start : start + (1 << 16)])
        store.refresh()
    assert len(_series(store, "graph", kind="graph")) == 1
    assert store.catalog.problems == ()
    assert sum(reads) < 120


NOISE = {
    "zeros": bytes(70_000),
    "garbage": random.Random(1).randbytes(70_000),
    "text": b"text\n" * 14_000,
}


@pytest.mark.parametrize("noise", NOISE.values(), ids=NOISE)
def test_noise_between_records_is_stepped_over(noise: bytes, tmp_path: Path) -> None:
    """Zero bytes (a crashed machine leaves them), garbage, text: told, with what is behind it."""
    path = write_events(tmp_path, [(0, {"v": 1.0})])
    size = path.stat().st_size
    with path.open("ab") as file:
        file.write(noise)
    _append(path, scalar_event(1, {"v": 2.0}))
    store = loaded_store(tmp_path)
    assert _series(store).steps.tolist() == [0, 1]
    [problem] = store.catalog.problems
    assert (problem.offset, problem.skipped) == (size, len(noise))


def test_a_payload_that_is_no_event_costs_only_itself(tmp_path: Path) -> None:
    """Its checksums hold, its bytes mean nothing."""
    path = write_events(tmp_path, [(0, {"v": 1.0})])
    with path.open("ab") as file:
        file.write(encode_record(b"\xff\xff\xff\xff"))
    _append(path, scalar_event(1, {"v": 2.0}))
    store = loaded_store(tmp_path)
    assert _series(store).steps.tolist() == [0, 1]
    assert len(store.catalog.problems) == 1


# Tags


def test_tags_that_are_no_utf8_are_shown(tmp_path: Path) -> None:
    """Each by its bytes, and not mixed up with one that is spelt like that."""
    names = ["손실/검증".encode(), b"gr\xf6\xdfe", b"gr\\xf6\\xdfe", b"\xff"]
    path = write_events(tmp_path)
    with path.open("ab") as file:
        for number, name in enumerate(names):
            event = RawEvent(wall_time=T0, step=number)
            event.summary.value.add(tag=name, simple_value=float(number))
            file.write(encode_record(event.SerializeToString()))
    store = loaded_store(tmp_path)
    shown = ["손실/검증", "gr\\xf6\\xdfe", "gr\\xf6\\xdfe (2)", "\\xff"]
    assert [_series(store, tag).steps.tolist() for tag in shown] == [[0], [1], [2], [3]]


def test_metadata_that_come_late_count_for_the_whole_tag(tmp_path: Path) -> None:
    """Name and description with the third point, and from the second file (legacy ones too)."""
    path = write_events(tmp_path / FIRST, [(0, {"v": 1.0}), (1, {"v": 1.0})])
    event = scalar_event(2, {"v": 1.0})
    event.summary.value[0].metadata.display_name = "Loss"
    event.summary.value[0].metadata.summary_description = "what is minimised"
    _append(path, event)
    late = write_events(tmp_path / SECOND)
    value = Summary.Value(tag="w", image={"height": 1, "width": 1, "encoded_image_string": b"x"})
    value.metadata.summary_description = "weights"
    _append(late, Event(wall_time=T0, summary=Summary(value=[value])))
    store = loaded_store(tmp_path)
    series = _series(store)
    assert (len(series), series.display_name) == (3, "Loss")
    assert series.description == "what is minimised"
    assert _series(store, "w", kind="image").description == "weights"


def test_one_tag_with_two_kinds_is_both(tmp_path: Path) -> None:
    """A scalar, a text and an image under one name."""
    path = write_events(tmp_path, [(0, {"v": 1.0})])
    text = Summary.Value(tag="v", tensor=make_tensor_proto(np.array([b"hello"], object)))
    image = Summary.Value(tag="v", image={"height": 1, "width": 1})
    _append(path, Event(wall_time=T0, step=1, summary=Summary(value=[text, image])))
    _append(path, scalar_event(2, {"v": 2.0}))
    store = loaded_store(tmp_path)
    assert _series(store).steps.tolist() == [0, 2]
    assert _series(store, kind="tensor").steps.tolist() == [1]
    assert _series(store, kind="image").steps.tolist() == [1]


def test_ten_thousand_tags_in_a_run(tmp_path: Path) -> None:
    """In one event each step, as a model that logs every layer."""
    tags = [f"layer{n:03}/unit{m:02}" for n in range(200) for m in range(50)]
    path = write_events(tmp_path)
    events = [scalar_event(s, {tag: float(s + i) for i, tag in enumerate(tags)}) for s in range(3)]
    _append(path, *events)
    [run] = loaded_store(tmp_path).catalog.runs
    assert len(run.series) == 10_000
    for number in (0, 5_000, 9_999):
        values = run.series["scalar", tags[number]].values
        assert values is not None
        assert values.tolist() == [number, number + 1, number + 2]


# Other kinds


def test_legacy_audio_keeps_its_type_its_label_and_its_bytes(tmp_path: Path) -> None:
    """TensorBoard's data server forgets both."""
    audio = {
        "sample_rate": 8000.0,
        "num_channels": 1,
        "length_frames": 2,
        "encoded_audio_string": b"OggS\0\1",
        "content_type": "audio/ogg",
    }
    value = Summary.Value(tag="tone/audio/0", audio=audio)
    value.metadata.summary_description = "a *label*"
    value.metadata.display_name = "Tone"
    path = write_events(tmp_path)
    _append(path, Event(wall_time=T0, step=3, summary=Summary(value=[value])))
    store = loaded_store(tmp_path)
    series = _series(store, "tone/audio/0", kind="audio")
    assert (series.display_name, series.description) == ("Tone", "a *label*")
    kept = Summary.Value.FromString(store.read(series.locators[0])).audio
    assert (kept.content_type, kept.encoded_audio_string) == ("audio/ogg", b"OggS\0\1")


def test_all_texts_are_kept(tmp_path: Path) -> None:
    """150 of 150, each with its words."""
    path = write_events(tmp_path)
    for step in range(150):
        value = Summary.Value(
            tag="note",
            tensor=make_tensor_proto(np.array([f"단계 {step}".encode()], object)),
            metadata=SummaryMetadata(plugin_data={"plugin_name": "text"}),
        )
        _append(path, Event(wall_time=T0 + step, step=step, summary=Summary(value=[value])))
    store = loaded_store(tmp_path)
    series = _series(store, "note", kind="text")
    assert series.steps.tolist() == list(range(150))
    for step, locator in enumerate(series.locators):
        kept = Summary.Value.FromString(store.read(locator)).tensor.string_val
        assert list(kept) == [f"단계 {step}".encode()]


def test_a_graph_is_read_from_a_meta_graph(tmp_path: Path) -> None:
    """A run that has no other (TensorBoard's data server does not look there)."""
    meta = MetaGraphDef(graph_def=GraphDef(node=[{"name": "x", "op": "Placeholder"}]))
    event = Event(wall_time=T0, meta_graph_def=meta.SerializeToString())
    _append(write_events(tmp_path / "run"), event)
    store = loaded_store(tmp_path)
    [locator] = _series(store, "graph", "run", "graph").locators
    assert GraphDef.FromString(store.read(locator)) == meta.graph_def
    app = create_app(store, Settings(spec=store.spec), "1")
    answer = TestClient(app, base_url="http://localhost").get("/api/graphs/group?run=run&path=")
    assert [child["name"] for child in answer.json()["children"]] == ["x"]


# Folders


def test_a_loop_of_links_ends_and_a_second_name_is_a_second_run(tmp_path: Path) -> None:
    """A link into a folder above ends there; one to a neighbour is a run of its own name."""
    write_events(tmp_path / "run", [(0, {"v": 1.0})])
    (tmp_path / "run" / "up").symlink_to(tmp_path)
    (tmp_path / "run" / "self").symlink_to(tmp_path / "run")
    (tmp_path / "best").symlink_to(tmp_path / "run")
    ids = [run.id for run in loaded_store(tmp_path).catalog.runs]
    assert ids == ["best", "run"]


def test_what_cannot_be_looked_into_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder closed to us, a link that leads nowhere; and they are forgotten once mended."""
    write_events(tmp_path / "open", [(0, {"v": 1.0})])
    write_events(tmp_path / "closed", [(0, {"v": 1.0})])
    (tmp_path / "open" / "events.out.tfevents.9").symlink_to("nowhere")
    real = os.scandir

    def scandir(path: str) -> object:
        if path.endswith("closed"):
            raise PermissionError(13, "Permission denied")
        return real(path)

    with monkeypatch.context() as patch:
        patch.setattr(os, "scandir", scandir)
        store = loaded_store(tmp_path)
    problems = {Path(p.path).name: p.message for p in store.catalog.problems}
    assert problems == {
        "closed": "the folder cannot be listed: Permission denied",
        "events.out.tfevents.9": "the link leads nowhere",
    }
    (tmp_path / "open" / "events.out.tfevents.9").unlink()
    store.refresh()
    assert store.catalog.problems == ()
    assert len(store.catalog.runs) == 2


_LIMITED = """
import resource, sys
resource.setrlimit(resource.RLIMIT_NOFILE, (256, 256))
from neuronboard.store import LogdirSpec, Store
store = Store(LogdirSpec.single(sys.argv[1]))
store.refresh()
print(store.catalog.progress.files_read, store.catalog.progress.points, len(store.catalog.problems))
"""


def test_five_thousand_files_with_256_descriptors(tmp_path: Path) -> None:
    """All of them are loaded: no file stays open (tb#4093)."""
    data = event_bytes([first_event(T0), scalar_event(0, {"v": 1.0})])
    for number in range(5000):
        folder = tmp_path / f"{number // 100:02}"
        folder.mkdir(exist_ok=True)
        (folder / f"events.out.tfevents.{number}").write_bytes(data)
    command = [sys.executable, "-c", _LIMITED, str(tmp_path)]
    said = subprocess.run(command, capture_output=True, text=True, check=False)
    assert said.stdout.split() == ["5000", "5000", "0"], said.stderr


def test_three_thousand_runs(tmp_path: Path) -> None:
    """Each with its points, in natural order, and no work where nothing changed."""
    data = event_bytes([first_event(T0), *(scalar_event(s, {"v": 1.0}) for s in range(4))])
    for number in range(3000):
        folder = tmp_path / f"run {number}"
        folder.mkdir()
        (folder / FIRST).write_bytes(data)
    store = loaded_store(tmp_path)
    runs = store.catalog.runs
    assert [run.id for run in runs] == [f"run {number}" for number in range(3000)]
    assert store.catalog.progress.points == 12_000
    _append(tmp_path / "run 7" / FIRST, scalar_event(4, {"v": 1.0}))
    store.refresh()
    changed = [a.id for a, b in zip(store.catalog.runs, runs, strict=True) if a is not b]
    assert changed == ["run 7"]
