"""What a disk can hold, as it is seen over HTTP: nothing is lost on the way from store to answer.

`tests/store/test_lossless.py` looks at what is kept, this file at what a user is told of it.
"""

from __future__ import annotations

import math
import os
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from builders import T0, event_bytes, loaded_store, restart_event, scalar_event, write_events
from starlette.testclient import TestClient

from neuronboard.formats.crc32c import masked_crc32c
from neuronboard.formats.tensor_proto import make_tensor_proto
from neuronboard.formats.tfrecord import encode_record
from neuronboard.pb.event_pb2 import Event
from neuronboard.pb.raw_event_pb2 import RawEvent
from neuronboard.pb.summary_pb2 import Summary
from neuronboard.server.app import create_app
from neuronboard.server.settings import Settings
from neuronboard.store import LogdirSpec, Store, crew

FIRST, SECOND = "events.out.tfevents.1", "events.out.tfevents.2"


class Seen:
    """The answers about a log directory."""

    def __init__(self, logdir: Path, store: Store | None = None) -> None:
        self.store = store or loaded_store(logdir)
        app = create_app(self.store, Settings(spec=self.store.spec), "1.2.3")
        self._client = TestClient(app, base_url="http://localhost:6006")

    def page(self) -> str:
        """The page as it is first sent."""
        response = self._client.get("/")
        assert response.status_code == 200
        return response.text

    def status(self) -> dict[str, Any]:
        """api/status."""
        return self._json("status")

    def problems(self) -> list[str]:
        """The status answer's problems: what, where, and how many bytes."""
        return [
            f"{p['message']} at {p['offset']}, {p['skipped']} skipped: {Path(p['path']).name}"
            for p in self.status()["problems"]
        ]

    def runs(self) -> list[str]:
        """The ids of api/runs."""
        return [run["id"] for run in self._json("runs")["runs"]]

    def series(self, tag: str = "v", **params: str) -> list[dict[str, Any]]:
        """The curves of a tag, whole."""
        found: list[dict[str, Any]] = self._json("scalars/series", tag=tag, **params)["series"]
        return found

    def since(self, cursor: str, tag: str = "v") -> list[tuple[str, bool, list[float]]]:
        """What came after a cursor: segment, whether it is appended, values."""
        self.store.refresh()
        answer = self._json("scalars/series", tag=tag, since=cursor)
        return [(c["segment"], c["append"], c["values"]) for c in answer["series"]]

    def cursor(self, tag: str = "v") -> str:
        """The cursor of now."""
        return str(self._json("scalars/series", tag=tag)["cursor"])

    def tags(self) -> list[dict[str, Any]]:
        """The tags of api/scalars/tags."""
        found: list[dict[str, Any]] = self._json("scalars/tags")["tags"]
        return found

    def _json(self, name: str, **params: str) -> dict[str, Any]:
        response = self._client.get(f"/api/{name}", params={"format": "json", **params})
        assert response.status_code == 200, response.text
        answer: dict[str, Any] = response.json()
        return answer


def _append(path: Path, *events: Event) -> None:
    with path.open("ab") as file:
        file.write(event_bytes(events))


# Points


def test_option_or_not_all_three_thousand_points_are_sent(tmp_path: Path) -> None:
    """TensorBoard sends a sample of a thousand, and none where it is told to keep all."""
    write_events(tmp_path, [(step, {"v": float(step)}) for step in range(3000)])
    [curve] = Seen(tmp_path).series()
    assert (curve["total"], curve["steps"]) == (3000, list(range(3000)))


def test_repeated_steps_are_told_apart_by_their_times(tmp_path: Path) -> None:
    """Ten values at step 0."""
    path = write_events(tmp_path)
    _append(path, *(scalar_event(0, {"v": float(i)}, wall_time=T0 + i) for i in range(10)))
    [curve] = Seen(tmp_path).series()
    assert (curve["steps"], curve["wall_times"]) == ([0] * 10, [T0 + i for i in range(10)])


def test_steps_that_go_back_come_in_the_order_written(tmp_path: Path) -> None:
    """As parts of one segment, one behind the other."""
    steps = [0, 1, 2, 3, 1, 2, 5]
    write_events(tmp_path, [(step, {"v": float(i)}) for i, step in enumerate(steps)])
    curves = Seen(tmp_path).series()
    assert [(c["part"], c["steps"], c["values"]) for c in curves] == [
        (0, [0, 1, 2, 3], [0.0, 1.0, 2.0, 3.0]),
        (1, [1, 2, 5], [4.0, 5.0, 6.0]),
    ]


def test_files_that_overlap_are_curves_of_their_own(tmp_path: Path) -> None:
    """Named by their files, so that each can be shown or hidden."""
    write_events(tmp_path / FIRST, [(step, {"v": 1.0}) for step in range(100)])
    write_events(tmp_path / SECOND, [(step, {"v": 2.0}) for step in range(50)])
    curves = [(c["segment"], c["total"], c["purged"]) for c in Seen(tmp_path).series()]
    assert curves == [(FIRST, 100, False), (SECOND, 50, False)]


def test_what_a_restart_purged_is_a_curve_of_its_own(tmp_path: Path) -> None:
    """START at step 40 in a second file: also the rare tag ends at 39, and its void point comes."""
    rare = {0: 1.0, 39: 1.0, 78: 1.0}
    points = [(s, {"v": 1.0} | ({"rare": rare[s]} if s in rare else {})) for s in range(100)]
    write_events(tmp_path / FIRST, points)
    second = write_events(tmp_path / SECOND)
    _append(second, restart_event(40), *(scalar_event(s, {"v": -1.0}) for s in range(40, 60)))
    seen = Seen(tmp_path)
    assert [(c["purged"], c["steps"]) for c in seen.series("rare", purged="1")] == [
        (False, [0, 39]),
        (True, [78]),
    ]
    assert [(c["purged"], c["total"]) for c in seen.series()] == [
        (False, 40),
        (True, 60),
        (False, 20),
    ]


def test_double_precision_is_sent_as_written(tmp_path: Path) -> None:
    """0.1 is 0.1, and not what is left of it in single precision; single precision is short."""
    path = write_events(tmp_path, [(step, {"single": 0.1}) for step in range(5)])
    value = Summary.Value(tag="double", tensor=make_tensor_proto(np.float64(0.1)))
    summary = Summary(value=[value])
    _append(path, *(Event(wall_time=T0, step=step, summary=summary) for step in range(5)))
    seen = Seen(tmp_path)
    for tag in ("double", "single"):
        assert seen.series(tag)[0]["values"] == [0.1] * 5


def test_odd_numbers_are_sent_exactly(tmp_path: Path) -> None:
    """Steps beyond 2^53 and below 0; NaN and infinite values and times, the file's first among
    them."""
    path = tmp_path / FIRST
    steps = [2**53 + 1, -1, -(2**63), 2**63 - 1, 0]
    times = [math.nan, math.inf, -math.inf, -5.0, 0.0]
    values = [math.nan, math.inf, -math.inf, -0.0, 0.1]
    rows = zip(steps, times, values, strict=True)
    path.write_bytes(event_bytes(scalar_event(s, {"v": v}, wall_time=t) for s, t, v in rows))
    seen = Seen(tmp_path)
    curves = seen.series()  # cut where steps go back
    assert [c["steps"] for c in curves] == [[2**53 + 1], [-1], [-(2**63), 2**63 - 1], [0]]
    wall_times = [time for c in curves for time in c["wall_times"]]
    assert wall_times == ["NaN", "Infinity", "-Infinity", -5.0, 0.0]
    values = [value for c in curves for value in c["values"]]
    assert values == ["NaN", "Infinity", "-Infinity", -0.0, 0.1]
    assert "NaN" in seen.page()


# Files that change


def test_two_writers_by_turns_each_extend_their_own_curve(tmp_path: Path) -> None:
    """The older file grows though a newer one is there."""
    first = write_events(tmp_path / FIRST, [(0, {"v": 1.0})])
    second = write_events(tmp_path / SECOND, [(0, {"v": 2.0})])
    seen = Seen(tmp_path)
    cursor = seen.cursor()
    _append(first, scalar_event(1, {"v": 1.5}))
    assert seen.since(cursor) == [(FIRST, True, [1.5]), (SECOND, True, [])]
    cursor = seen.cursor()
    _append(second, scalar_event(1, {"v": 2.5}))
    assert seen.since(cursor) == [(FIRST, True, []), (SECOND, True, [2.5])]


def test_a_file_replaced_by_rename_replaces_its_curve(tmp_path: Path) -> None:
    """In one look: the reader is told to forget what it has."""
    path = write_events(tmp_path / FIRST, [(s, {"v": 1.0}) for s in range(3)])
    seen = Seen(tmp_path)
    cursor = seen.cursor()
    write_events(tmp_path / "copy", [(s, {"v": 2.0}) for s in range(4)]).replace(path)
    assert seen.since(cursor) == [(FIRST, False, [2.0] * 4)]


def test_a_truncated_tail_is_bytes_that_wait(tmp_path: Path) -> None:
    """Unread bytes and a file that is not read to its end; nothing of it once it completes."""
    path = write_events(tmp_path, [(s, {"v": 1.0}) for s in range(3)])
    whole = path.read_bytes()
    path.write_bytes(whole[:-7])
    seen = Seen(tmp_path)
    status = seen.status()
    assert (status["phase"], status["files"], status["files_read"]) == ("ready", 1, 0)
    assert 0 < status["bytes_total"] - status["bytes_read"] < len(whole)
    assert status["problems"] == []
    cursor = seen.cursor()
    path.write_bytes(whole)
    assert [values for _, _, values in seen.since(cursor)] == [[1.0]]
    status = seen.status()
    assert (status["files_read"], status["bytes_read"]) == (1, len(whole))


def test_runs_come_and_go_with_their_folders(tmp_path: Path) -> None:
    """In the end the log directory itself."""
    logdir = tmp_path / "logs"
    for name in ("a", "b"):
        write_events(logdir / name, [(0, {"v": 1.0})])
    seen = Seen(logdir)
    shutil.rmtree(logdir / "a")
    seen.store.refresh()
    assert (seen.runs(), seen.status()["phase"]) == (["b"], "ready")
    shutil.rmtree(logdir)
    seen.store.refresh()
    assert (seen.runs(), seen.status()["phase"]) == ([], "missing")


# Damage


def _ten(folder: Path) -> tuple[Path, int, int]:
    """A file of ten scalars; the offset and the size of record 6 of 11, which is step 5."""
    path = write_events(folder / FIRST, [(s, {"v": float(s)}) for s in range(10)])
    size = len(event_bytes([scalar_event(5, {"v": 5.0})]))
    return path, path.stat().st_size - 5 * size, size


def test_a_flipped_bit_is_told_with_file_offset_and_bytes(tmp_path: Path) -> None:
    """In a payload and in a length; nine of ten points are sent."""
    for name, at in (("payload", 20), ("length", 1)):
        path, offset, size = _ten(tmp_path / name)
        data = bytearray(path.read_bytes())
        data[offset + at] ^= 4
        path.write_bytes(data)
    seen = Seen(tmp_path)
    assert [c["steps"] for c in seen.series()] == [[0, 1, 2, 3, 4, 6, 7, 8, 9]] * 2
    assert seen.problems() == [
        f"record header checksum mismatch at {offset}, {size} skipped: {FIRST}",
        f"payload checksum mismatch at {offset}, {size} skipped: {FIRST}",
    ]


def test_absurd_lengths_garbage_and_zeros_are_told(tmp_path: Path) -> None:
    """Each between the fifth and the sixth point, none of which is lost."""
    noise = {"garbage": b"\x07" * 999, "zeros": bytes(999)}
    for length in (2**20, 2**30, 2**40, 2**64 - 1):
        header = length.to_bytes(8, "little")
        noise[f"{length:,}"] = header + masked_crc32c(header).to_bytes(4, "little")
    for name, data in noise.items():
        path, offset, _ = _ten(tmp_path / name)
        whole = path.read_bytes()
        path.write_bytes(whole[:offset] + data + whole[offset:])
    seen = Seen(tmp_path)
    assert [c["steps"] for c in seen.series()] == [list(range(10))] * len(noise)
    told = {p["run"]: p for p in seen.status()["problems"]}
    assert {name: (p["offset"], p["skipped"]) for name, p in told.items()} == {
        name: (offset, len(data)) for name, data in noise.items()
    }


# Tags, kinds, folders


def test_tags_that_are_no_utf8_have_names_to_ask_for(tmp_path: Path) -> None:
    """By their bytes."""
    path = write_events(tmp_path)
    event = RawEvent(wall_time=T0, step=1)
    event.summary.value.add(tag=b"gr\xf6\xdfe", simple_value=2.0)
    path.write_bytes(path.read_bytes() + encode_record(event.SerializeToString()))
    seen = Seen(tmp_path)
    assert [tag["tag"] for tag in seen.tags()] == ["gr\\xf6\\xdfe"]
    assert seen.series("gr\\xf6\\xdfe")[0]["values"] == [2.0]


def test_names_and_descriptions_that_come_late_are_sent(tmp_path: Path) -> None:
    """With the third point; legacy values have them too."""
    path = write_events(tmp_path, [(0, {"v": 1.0}), (1, {"v": 1.0})])
    event = scalar_event(2, {"v": 1.0})
    event.summary.value[0].metadata.display_name = "Loss"
    event.summary.value[0].metadata.summary_description = "what is minimised"
    _append(path, event)
    [tag] = Seen(tmp_path).tags()
    assert (tag["display_name"], tag["description"]) == ("Loss", "what is minimised")


def test_one_tag_of_several_kinds_is_counted_as_each(tmp_path: Path) -> None:
    """The scalars are drawn; the status says that there is an image and a text too."""
    path = write_events(tmp_path, [(0, {"v": 1.0})], graph_def=b"")
    text = Summary.Value(tag="v", tensor=make_tensor_proto(np.array([b"hello"], object)))
    image = Summary.Value(tag="v", image={"height": 1, "width": 1})
    _append(path, Event(wall_time=T0, step=1, summary=Summary(value=[text, image])))
    _append(path, scalar_event(2, {"v": 2.0}))
    seen = Seen(tmp_path)
    assert seen.status()["series"] == {"graph": 1, "image": 1, "scalar": 1, "tensor": 1}
    assert [c["steps"] for c in seen.series()] == [[0, 2]]


def test_ten_thousand_tags_and_three_thousand_runs_are_listed(tmp_path: Path) -> None:
    """With links that loop between them."""
    many = {f"layer{n:03}/unit{m:02}": 1.0 for n in range(200) for m in range(50)}
    write_events(tmp_path / "tags", [(0, many)])
    data = write_events(tmp_path / "run 0", [(0, {"v": 1.0})]).read_bytes()
    for number in range(1, 3000):
        folder = tmp_path / f"run {number}"
        folder.mkdir()
        (folder / FIRST).write_bytes(data)
    (tmp_path / "run 0" / "up").symlink_to(tmp_path)
    seen = Seen(tmp_path)
    assert seen.runs() == [*(f"run {number}" for number in range(3000)), "tags"]
    assert len(seen.tags()) == 10_001
    assert len(seen.series()) == 3000
    assert seen.status()["series"] == {"scalar": 13_000}


def test_a_log_larger_than_the_memory_says_what_is_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The newest run whole, the others named; and the limit is kept to, but for what was begun."""
    monkeypatch.setattr(crew, "INLINE", 1 << 30)  # one file after the other
    for number, name in enumerate(("old", "new")):
        path = write_events(tmp_path / name, [(s, {"v": 1.0}) for s in range(40_000)])
        os.utime(path, (T0 + number, T0 + number))
    store = Store(LogdirSpec.single(tmp_path), memory_limit=500_000)
    store.refresh()
    seen = Seen(tmp_path, store)
    [problem] = seen.status()["problems"]
    assert "1 of 2 runs are shown whole, the newest first" in problem["message"]
    assert ": old. Give more with --memory_limit" in problem["message"]
    assert [(c["run"], c["total"]) for c in seen.series()] == [("new", 40_000)]
    status = seen.status()
    assert status["memory_limit"] < status["memory"] < 2 * status["memory_limit"]
    assert status["files_read"] == 1


# Names


def _bytes_folder(logdir: Path, name: bytes) -> Path:
    folder = Path(os.fsdecode(os.fsencode(logdir) + b"/" + name))
    folder.mkdir()
    return folder


def test_folders_and_files_whose_names_are_no_utf8(tmp_path: Path) -> None:
    """They have ids that can be shown and asked for, and damage in them can be told."""
    path = write_events(_bytes_folder(tmp_path, b"gr\xf6\xdfe") / FIRST, [(0, {"v": 1.0})])
    path.write_bytes(path.read_bytes()[:-10] + bytes(1) + path.read_bytes()[-9:])
    path.rename(os.fsdecode(os.fsencode(path) + b"\xff"))
    write_events(path, [(0, {"v": 2.0})])
    seen = Seen(tmp_path)
    assert seen.runs() == ["gr\\xf6\\xdfe"]
    assert [c["values"] for c in seen.series(run="gr\\xf6\\xdfe")] == [[2.0]]
    [problem] = seen.status()["problems"]
    assert problem["path"] == f"{tmp_path}/gr\\xf6\\xdfe/{FIRST}\\xff"
    assert "gr\\\\xf6\\\\xdfe" in seen.page()


def test_a_log_directory_whose_name_is_no_utf8(tmp_path: Path) -> None:
    """The page comes, and says where it looks."""
    logdir = _bytes_folder(tmp_path, b"l\xf6gs")
    write_events(logdir, [(0, {"v": 1.0})])
    seen = Seen(logdir)
    assert seen.status()["logdir"] == f"{tmp_path}/l\\xf6gs"
    assert len(seen.page()) > 0


def test_a_folder_whose_name_is_no_utf8_is_followed(tmp_path: Path) -> None:
    """What tells of changes cannot name it; the loader looks by itself, and says nothing of it."""
    path = write_events(_bytes_folder(tmp_path, b"\xff"), [(0, {"v": 1.0})])
    store = Store(LogdirSpec.single(tmp_path), poll_interval=0.05)
    store.start()
    try:
        for points in (1, 2, 3):
            catalog = store.catalog
            while catalog.progress.points < points:
                catalog = store.wait_beyond(catalog.version, timeout=10)
                assert catalog.problems == ()
            with path.open("ab") as file:
                file.write(event_bytes([scalar_event(points, {"v": 1.0})]))
    finally:
        store.close()
    assert store.catalog.problems == ()
