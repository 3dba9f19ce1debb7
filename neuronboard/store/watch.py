"""Tells which files changed below some folders, where the file system tells of it.

Linux tells of what its own programs do to a file. What another machine writes into a network file
system it does not hear of, so there somebody has to look now and then: `tells_all` says where. A
watch is kept there nevertheless, because a training on this machine is heard at once.
"""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Literal, NamedTuple, Self

if TYPE_CHECKING:
    from watchfiles._rust_notify import RustNotify

MOUNTS = Path("/proc/self/mountinfo")
# File systems that somebody else may write to: servers, other nodes, the host of a virtual machine.
# fmt: off
SHARED = frozenset((
    "9p", "afs", "beegfs", "ceph", "cifs", "coda", "davfs", "drvfs", "fuse", "gfs2", "gpfs",
    "lustre", "ncpfs", "nfs", "nfs4", "ocfs2", "orangefs", "panfs", "prl_fs", "pvfs2", "smb3",
    "smbfs", "vboxsf", "virtiofs", "vmhgfs", "wekafs",
))
# fmt: on
GATHERED = 40  # milliseconds over which changes are gathered, at most
QUIET = 10  # milliseconds without a change that end the gathering
_KINDS: dict[int, Literal["added", "modified", "deleted"]] = {
    1: "added",
    2: "modified",
    3: "deleted",
}
_ESCAPE = re.compile(r"\\([0-7]{3})")


class Change(NamedTuple):
    """What happened to a file or folder."""

    kind: Literal["added", "modified", "deleted"]
    path: str


class Watch:
    """Changes below some folders, from now on. `works` is False where the system refuses to tell:
    its limit of watches is reached."""

    def __init__(self, folders: Sequence[Path], stop: threading.Event) -> None:
        from watchfiles._rust_notify import RustNotify

        self._stop = stop
        self._notify: RustNotify | None = None
        try:
            paths = [str(folder) for folder in folders]
            self._notify = RustNotify(paths, False, False, 0, True, True) if paths else None
        except (OSError, RuntimeError, UnicodeError):
            return  # `works` says so, and whoever has this looks by himself

    @property
    def works(self) -> bool:
        """Whether changes are told."""
        return self._notify is not None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._notify is not None:
            self._notify.close()

    def wait(self, timeout: float) -> frozenset[Change]:
        """Changes, as soon as there are some; none after `timeout` seconds, or when stopped."""
        if self._notify is None:
            self._stop.wait(timeout)
            return frozenset()
        milliseconds = max(1, int(timeout * 1000))  # 0 would be for ever
        try:
            found = self._notify.watch(GATHERED, QUIET, milliseconds, self._stop)
        except (OSError, RuntimeError):  # a name that is no UTF-8, which it cannot tell of
            self._notify.close()
            self._notify = None
            return frozenset()
        if isinstance(found, str):
            return frozenset()
        return frozenset(Change(_KINDS[kind], path) for kind, path in found)


def tells_all(folder: Path) -> bool:
    """Whether everything that is written below the folder is heard of on this machine."""
    return file_system_of(os.path.realpath(folder), _mounts()).partition(".")[0] not in SHARED


def file_system_of(path: str, mounts: str) -> str:
    """The type of file system that a real path lies in, by the text of /proc/self/mountinfo.

    "" where the text does not say, as on systems that have none.
    """
    found, length = "", -1
    for line in mounts.splitlines():
        left, _, right = line.partition(" - ")
        fields = left.split(" ")
        if len(fields) < 5 or not right:
            continue
        place = _ESCAPE.sub(lambda octal: chr(int(octal[1], 8)), fields[4]).rstrip("/")
        if len(place) >= length and (path == place or path.startswith(f"{place}/")):
            found, length = right.partition(" ")[0], len(place)
    return found


def _mounts() -> str:
    try:
        return MOUNTS.read_text(errors="surrogateescape")
    except OSError:
        return ""
