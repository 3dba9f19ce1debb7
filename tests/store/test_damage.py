"""A damaged stretch stands before the step of what comes behind it."""

from __future__ import annotations

from pathlib import Path

from builders import T0, loaded_store, write_events
from starlette.testclient import TestClient

from neuronboard.server.app import create_app
from neuronboard.server.settings import Settings
from neuronboard.store import Store
from neuronboard.store.catalog import Problem
from neuronboard.store.damage import places


def _damaged(folder: Path) -> Store:
    """Twenty events; a bit of the tenth is another one."""
    path = write_events(folder / "run", [(i, {"v": float(i)}) for i in range(20)])
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    return loaded_store(folder)


def test_the_event_behind_the_damage_tells_where_it_is(tmp_path: Path) -> None:
    """Its step is the one that follows the last good one before, and the lost one."""
    store = _damaged(tmp_path)
    steps = store.catalog.runs[0].series["scalar", "v"].steps.tolist()
    [lost] = set(range(20)) - set(steps)
    [place] = places(store.catalog.problems)
    assert (place.step, place.wall_time) == (lost + 1, T0 + lost + 1)
    client = TestClient(
        create_app(store, Settings(spec=store.spec), "1"), base_url="http://localhost:6006"
    )
    [told] = client.get("/api/scalars/damage").json()["damage"]
    assert (told["run"], told["step"], told["skipped"] > 0) == ("run", lost + 1, True)


def test_damage_at_the_end_or_in_a_file_that_is_gone_has_no_step(tmp_path: Path) -> None:
    """It is listed all the same; what is no damage is not."""
    path = write_events(tmp_path, [(0, {"v": 1.0})])
    size = path.stat().st_size
    problems = [
        Problem(str(path), size - 10, 10, "checksum mismatch", "run"),
        Problem(str(tmp_path / "gone"), 0, 10, "checksum mismatch", "run"),
        Problem(str(path), 0, 0, "cannot be read", "run"),
    ]
    assert [(place.problem.path, place.step) for place in places(problems)] == [
        (str(path), None),
        (str(tmp_path / "gone"), None),
    ]
