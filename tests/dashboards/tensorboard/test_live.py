"""A log that grows while it is watched: our answers after each phase beside TensorBoard's."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from builders import T0, event_bytes, loaded_store, scalar_event
from dashboards.tensorboard.asking import client_of, unpacked
from dashboards.tensorboard.recordings import GOLDEN
from starlette.testclient import TestClient

from neuronboard.formats.event_file import first_event
from neuronboard.pb.event_pb2 import Event

OLDER, NEWER = "events.out.tfevents.1700000000.host", "events.out.tfevents.1700000100.host"
WRITTEN_OF_STEP_10 = 30  # bytes: the first phase leaves half a record behind


def _events(steps: Iterable[int]) -> list[Event]:
    return [scalar_event(step, {"v": step * 0.5}) for step in steps]


def _append(path: Path, data: bytes) -> None:
    path.parent.mkdir(exist_ok=True)
    with path.open("ab") as file:
        file.write(data)


def _go_on(logdir: Path, phase: int) -> None:
    """Writes what the recorded program wrote before it looked at phase 2, 3 or 4."""
    if phase == 2:
        data = event_bytes(_events(range(10, 20)))
        _append(logdir / "live" / OLDER, data[WRITTEN_OF_STEP_10:])
        _append(logdir / "newrun" / OLDER, event_bytes([first_event(T0), *_events([0])]))
    elif phase == 3:
        _append(logdir / "live" / NEWER, event_bytes([first_event(T0), *_events(range(20, 25))]))
        _append(logdir / "live" / OLDER, event_bytes(_events([25])))
    elif phase == 4:
        shutil.rmtree(logdir / "gone")


def _answers(client: TestClient) -> dict[str, Any]:
    """In the form of the recording."""
    found: dict[str, Any] = {
        "runs": client.get("/data/runs").json(),
        "tags": client.get("/data/plugin/scalars/tags").json(),
    }
    for run in ("live", "gone", "newrun"):
        response = client.get("/data/plugin/scalars/scalars", params={"run": run, "tag": "v"})
        missing = {"status": response.status_code, "body": response.text}
        found[run] = response.json() if response.is_success else missing
    return found


def test_each_phase_is_answered_as_tensorboard_does(tmp_path: Path) -> None:
    """Half a record waits for its other half; a new run comes; an older file grows; a run goes."""
    recorded = json.loads((GOLDEN / "tensorboard" / "live_py.json").read_text())
    logdir = unpacked("awk_live", tmp_path)
    store = loaded_store(logdir)
    for phase, expected in enumerate(recorded, 1):
        _go_on(logdir, phase)
        store.refresh()
        assert {"after": f"phase {phase}", **_answers(client_of(store))} == expected
    assert len(recorded) == 4
