"""What a disk can hold, as it is seen over HTTP: nothing is lost on the way from store to answer.

`tests/store/test_lossless.py` looks at what is kept, this file at what a user is told of it.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from builders import event_bytes, loaded_store, scalar_event, write_events
from starlette.testclient import TestClient

from neuronboard.server.app import create_app
from neuronboard.server.settings import Settings
from neuronboard.store import LogdirSpec, Store

FIRST, SECOND = "events.out.tfevents.1", "events.out.tfevents.2"


class Seen:
    """The answers about a log directory."""

    def __init__(self, logdir: Path) -> None:
        self.store = loaded_store(logdir)
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

    def _json(self, name: str, **params: str) -> dict[str, Any]:
        response = self._client.get(f"/api/{name}", params=params)
        assert response.status_code == 200, response.text
        answer: dict[str, Any] = response.json()
        return answer


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
