"""Following: what the file system tells, where it does not tell everything, and how we find out."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from builders import event_bytes, loaded_store, scalar_event, write_events

from neuronboard.store import Catalog, LogdirSpec, Store
from neuronboard.store import store as store_module
from neuronboard.store import watch as watch_module
from neuronboard.store.logdir import list_event_files, listed_again
from neuronboard.store.watch import Change, Watch, file_system_of, tells_all

PATIENCE = 15.0  # seconds
MOUNTS = r"""22 27 0:21 / /proc rw,relatime - proc proc rw
27 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
40 27 0:50 / /home rw - nfs4 server:/home rw,vers=4.2
41 40 0:51 / /home/me/scratch\040space rw - tmpfs tmpfs rw
42 27 0:52 / /mnt/drive rw - fuse.sshfs me@there: rw
43 27 0:53 / /mnt/under rw - ext4 /dev/vdb rw
44 43 0:54 / /mnt/under rw - cifs //server/share rw
"""


@contextmanager
def _following(logdir: Path, poll_interval: float) -> Iterator[Store]:
    store = Store(LogdirSpec.single(logdir), poll_interval=poll_interval)
    store.start()
    try:
        yield store
    finally:
        store.close()


def _until(store: Store, is_there: Callable[[Catalog], bool]) -> Catalog:
    """The first catalog of which that holds."""
    catalog = store.catalog
    while not is_there(catalog):
        after = store.wait_beyond(catalog.version, PATIENCE)
        assert after is not catalog, f"nothing came: {catalog.progress}"
        catalog = after
    return catalog


def _append(path: Path, step: int) -> None:
    with path.open("ab") as file:
        file.write(event_bytes([scalar_event(step, {"v": 1.0})]))


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("/srv/logs", "ext4"),
        ("/", "ext4"),
        ("/home/me/logs", "nfs4"),
        ("/homestead", "ext4"),
        ("/home/me/scratch space/logs", "tmpfs"),
        ("/mnt/drive", "fuse.sshfs"),
        ("/mnt/under/x", "cifs"),
    ],
)
def test_the_file_system_of_a_folder_is_that_of_the_nearest_mount(path: str, found: str) -> None:
    """Escaped names, mounts inside of mounts and on top of mounts."""
    assert file_system_of(path, MOUNTS) == found


def test_a_system_without_mountinfo_says_nothing() -> None:
    """Nor does a text that is something else."""
    assert file_system_of("/tmp", "") == ""
    assert file_system_of("/tmp", "no - mount\n\n1 2 3") == ""


def test_network_file_systems_do_not_tell_everything(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Through a link, too; the same folder on a disk of this machine does."""
    mounts = tmp_path / "mountinfo"
    monkeypatch.setattr(watch_module, "MOUNTS", mounts)
    (tmp_path / "far").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "far")
    for kind, told in (("ext4", True), ("overlay", True), ("nfs", False), ("fuse.sshfs", False)):
        mounts.write_text(f"1 0 0:1 / / rw - ext4 x rw\n2 1 0:2 / {tmp_path}/far rw - {kind} y rw")
        assert (tells_all(tmp_path / "far"), tells_all(tmp_path / "link")) == (told, told)
        assert tells_all(tmp_path)


def test_a_watch_tells_what_happens_below_its_folders(tmp_path: Path) -> None:
    """Growth, in folders that are made later as well, and through links."""
    logs, other = tmp_path / "logs", tmp_path / "other"
    logs.mkdir()
    known = write_events(other / "run", [(0, {"v": 1.0})])
    (logs / "link").symlink_to(other)
    with Watch([logs], threading.Event()) as watch:
        assert watch.works
        _append(known, 1)
        assert Change("modified", str(logs / "link" / "run" / known.name)) in watch.wait(PATIENCE)
        new = write_events(logs / "later" / "run", [(0, {"v": 1.0})])
        assert any(path.startswith(str(logs / "later")) for _, path in watch.wait(PATIENCE))
        seen: set[Change] = set()
        while not any(change.path == str(new) for change in seen):
            _append(new, 1)
            seen |= watch.wait(PATIENCE)


def test_a_watch_of_nothing_waits_and_says_that_it_does_not_work() -> None:
    """As one that the system refused."""
    with Watch([], threading.Event()) as watch:
        assert (watch.works, watch.wait(0.01)) == (False, frozenset())


def test_a_stopped_watch_ends_at_once(tmp_path: Path) -> None:
    """Whether it works or not."""
    stop = threading.Event()
    stop.set()
    for folders in ([], [tmp_path]):
        with Watch(folders, stop) as watch:
            assert watch.wait(3600) == frozenset()


def test_only_files_that_changed_are_looked_at_again(tmp_path: Path) -> None:
    """What is no event file costs nothing; what comes or goes takes a new listing."""
    path = write_events(tmp_path / "a", [(0, {"v": 1.0})])
    write_events(tmp_path / "b", [(0, {"v": 1.0})])
    known = list_event_files(LogdirSpec.single(tmp_path)).files
    checkpoint = tmp_path / "a" / "model.pt"
    checkpoint.write_bytes(b"x")
    noise = {Change("added", str(checkpoint)), Change("deleted", str(tmp_path / "a" / "old.pt"))}
    assert listed_again(known, {*noise, Change("modified", str(checkpoint))}) is known
    _append(path, 1)
    again = listed_again(known, {Change("modified", str(path)), *noise})
    assert again == list_event_files(LogdirSpec.single(tmp_path)).files
    assert known[0].size < again[0].size  # type: ignore[index]
    for kind, changed in (
        ("added", tmp_path / "b"),
        ("deleted", tmp_path / "b"),
        ("deleted", path),
        ("added", tmp_path / "c" / "events.out.tfevents.1"),
    ):
        assert listed_again(known, {Change(kind, str(changed))}) is None  # type: ignore[arg-type]
    os.remove(path)
    assert listed_again(known, {Change("modified", str(path))}) is None


def test_growth_is_read_without_listing_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A point comes by its event, long before the next look; new runs and lost ones too."""
    monkeypatch.setattr(store_module, "NET_INTERVAL", 3600.0)
    path = write_events(tmp_path / "a", [(0, {"v": 1.0})])
    with _following(tmp_path, 3600.0) as store:
        _until(store, lambda c: c.progress.points == 1)
        _append(path, 1)
        _until(store, lambda c: c.progress.points == 2)
        write_events(tmp_path / "b", [(0, {"v": 1.0})])
        _until(store, lambda c: len(c.runs) == 2 and c.progress.points == 3)
        os.remove(path)
        _until(store, lambda c: [run.id for run in c.runs] == ["b"])


def test_a_log_directory_that_is_made_again_is_followed(tmp_path: Path) -> None:
    """The watch of the old one is of no use any more."""
    logs = tmp_path / "logs"
    path = write_events(logs, [(0, {"v": 1.0})])
    with _following(logs, 0.05) as store:
        _until(store, lambda c: c.progress.points == 1)
        os.remove(path)
        logs.rmdir()
        _until(store, lambda c: c.phase == "missing")
        path = write_events(logs, [(0, {"v": 1.0}), (1, {"v": 1.0})])
        _until(store, lambda c: c.progress.points == 2)
        _append(path, 2)
        _until(store, lambda c: c.progress.points == 3)


def test_a_silent_file_system_is_found_out_and_polled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Files grow and no event says so: looking goes on once an interval, without being told to."""

    def nothing(watch: Watch, timeout: float) -> frozenset[Change]:
        watch._stop.wait(timeout)
        return frozenset()

    intervals: list[float] = []
    real = Store._interval

    def noted(store: Store, watch: Watch) -> float:
        intervals.append(real(store, watch))
        return intervals[-1]

    monkeypatch.setattr(Watch, "wait", nothing)
    monkeypatch.setattr(Store, "_interval", noted)
    monkeypatch.setattr(store_module, "NET_INTERVAL", 0.3)
    path = write_events(tmp_path, [(0, {"v": 1.0})])
    with _following(tmp_path, 0.05) as store:
        _until(store, lambda c: c.progress.points == 1)
        for points in range(2, 8):
            _append(path, points)
            _until(store, lambda c, points=points: c.progress.points == points)
    assert (intervals[0], intervals[-1]) == (0.3, 0.05)


def test_events_that_come_are_trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Growth that a look finds a moment before its event does not end the trust."""
    monkeypatch.setattr(store_module, "NET_INTERVAL", 0.05)
    path = write_events(tmp_path, [(0, {"v": 1.0})])
    store = loaded_store(tmp_path)
    _append(path, 1)
    store._look()
    store._look_at({Change("modified", str(path))})
    store._look()
    assert store._events_come
    _append(path, 2)
    store._look()
    store._look()
    assert not store._events_come


def test_an_interval_of_nought_reads_once(tmp_path: Path) -> None:
    """As TensorBoard's --reload_interval=0: the thread ends, and what comes is not shown."""
    path = write_events(tmp_path, [(0, {"v": 1.0})])
    with _following(tmp_path, 0) as store:
        _until(store, lambda c: c.phase == "ready")
        assert store._thread is not None
        store._thread.join(PATIENCE)
        assert not store._thread.is_alive()
        _append(path, 1)
        assert store.catalog.progress.points == 1


def test_looking_at_very_many_files_is_rare(tmp_path: Path) -> None:
    """What a look costs decides how often there is one."""
    store = loaded_store(tmp_path)
    store._pause = 40.0
    with Watch([], threading.Event()) as watch:
        assert store._interval(watch) == 40.0
