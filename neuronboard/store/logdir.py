"""Where the runs are: one folder, or several under names.

A run is a folder that directly holds an event file. Its id is its path below the log directory,
with forward slashes; "." is the log directory itself. With `--logdir_spec a:/x,b:/y` the id begins
with the name. Names that are no UTF-8 stay as they are where files are opened; an id, and whatever
else is shown, has them as text. This is the only room that lists or opens files, so that another
source than the local disk can stand here later.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from io import FileIO
from pathlib import Path
from typing import NamedTuple

from neuronboard.errors import MissingLogdirError, SettingError
from neuronboard.formats.event_file import is_event_file
from neuronboard.store.watch import Change

_NUMBERS = re.compile("([0-9]+)")


@dataclass(frozen=True, slots=True)
class LogdirSpec:
    """Named roots, as (name, path); the one root of `--logdir` has the name ""."""

    roots: tuple[tuple[str, Path], ...]

    @classmethod
    def single(cls, path: str | Path) -> LogdirSpec:
        """The spec of `--logdir PATH`; `~` is the home folder."""
        return cls((("", Path(path).expanduser()),))

    @classmethod
    def parse(cls, spec: str) -> LogdirSpec:
        """The spec of `--logdir_spec name:path,name:path`; raises `SettingError` if it is not."""
        roots = []
        for part in filter(None, spec.split(",")):
            name, colon, path = part.partition(":")
            if not (name and colon and path) or name.startswith("/"):
                raise SettingError(
                    f"--logdir_spec wants name:path,name:path (two runs: old:logs/a,new:logs/b), "
                    f"got {part!r}"
                )
            roots.append((name, Path(path).expanduser()))
        names = [name for name, _ in roots]
        if len(set(names)) < len(names) or not names:
            raise SettingError(
                f"--logdir_spec needs at least one name, each only once, got {spec!r}"
            )
        return cls(tuple(roots))

    def __str__(self) -> str:
        paths = ((name, as_text(str(path))) for name, path in self.roots)
        return ",".join(f"{name}:{path}" if name else path for name, path in paths)

    @property
    def missing(self) -> tuple[Path, ...]:
        """The roots that are no folders now."""
        return tuple(path for _, path in self.roots if not path.is_dir())

    def check(self) -> None:
        """Raises MissingLogdirError for a root that is no folder now."""
        for path in self.missing:
            hint = "is a file, give the folder it stands in" if path.exists() else "does not exist"
            raise MissingLogdirError(f"cannot read the log directory: it {hint}: {path}")

    @property
    def files(self) -> tuple[Path, ...]:
        """The roots that are files."""
        return tuple(path for _, path in self.roots if path.is_file())


@dataclass(frozen=True, slots=True)
class EventFile:
    """An event file as it was listed: the run it belongs to, which file it is, and its size."""

    run_id: str
    path: str
    identity: tuple[int, int]  # device and inode: another file under the same name differs
    size: int
    modified: float  # seconds since 1970

    @property
    def key(self) -> tuple[str, str]:
        """Run and path: roots may overlap, so that a file belongs to two runs."""
        return self.run_id, self.path


class Listing(NamedTuple):
    """Event files, sorted by run and name, and what could not be looked into: path, why."""

    files: list[EventFile]
    closed: list[tuple[str, str]]


def list_event_files(spec: LogdirSpec) -> Listing:
    """Every event file below the roots.

    Links to folders are followed, except into a folder that they stand in, so loops end. What
    vanishes while it is listed is left out.
    """
    found = Listing([], [])
    for name, root in spec.roots:
        found.files.extend(_walk(str(root), name or ".", f"{name}/" if name else "", (), found))
    found.files.sort(key=lambda file: (file.run_id, _in_order(os.path.basename(file.path))))
    return found


def _in_order(name: str) -> list[int | str]:
    """Sorts the names that writers give by time and then by number: the tenth writer that a process
    made within a second (`...host.123.10`) wrote later than the ninth."""
    parts: list[int | str] = list(_NUMBERS.split(name))
    parts[1::2] = map(int, parts[1::2])
    return parts


def listed_again(known: list[EventFile], changes: Collection[Change]) -> list[EventFile] | None:
    """`known` with the files that changed as they are now; `known` itself if none of them did.

    None if it takes a new listing: event files or folders came or went.
    """
    places: dict[str, list[int]] = {}
    for at, file in enumerate(known):
        places.setdefault(file.path, []).append(at)
    found = known
    for kind, path in changes:
        if path in places and kind == "modified":
            found = list(known) if found is known else found
            try:
                status = os.stat(path)
            except OSError:
                return None
            identity = (status.st_dev, status.st_ino)
            for at in places[path]:
                found[at] = EventFile(
                    known[at].run_id, path, identity, status.st_size, status.st_mtime
                )
        elif _is_coming_or_going(kind, path, places):
            return None
    return found


def _is_coming_or_going(kind: str, path: str, known: Collection[str]) -> bool:
    """Whether that is an event file, or a folder that may hold or held one."""
    if path in known or is_event_file(os.path.basename(path)):
        return True
    if kind == "deleted":
        return any(file.startswith(f"{path}/") for file in known)
    return kind == "added" and os.path.isdir(path)


def _walk(
    folder: str, run_id: str, prefix: str, above: tuple[tuple[int, int], ...], listing: Listing
) -> Iterator[EventFile]:
    try:
        status = os.stat(folder)
        with os.scandir(folder) as scan:
            entries = sorted(scan, key=lambda entry: entry.name)
    except (FileNotFoundError, NotADirectoryError):
        return  # gone since it was listed
    except OSError as error:
        listing.closed.append((as_text(folder), f"the folder cannot be listed: {error.strerror}"))
        return
    this = status.st_dev, status.st_ino
    if this in above:
        return
    # Folders first, so that no list of entries is kept while what is below them is walked.
    folders = []
    for entry in entries:
        try:
            if entry.is_dir():
                folders.append((entry.path, entry.name))
            elif not is_event_file(entry.name):
                continue
            elif entry.is_file():
                status = entry.stat()
                identity = (status.st_dev, status.st_ino)
                yield EventFile(run_id, entry.path, identity, status.st_size, status.st_mtime)
            elif entry.is_symlink():
                listing.closed.append((as_text(entry.path), "the link leads nowhere"))
        except FileNotFoundError:
            continue  # this entry is gone since it was listed
        except OSError as error:
            listing.closed.append((as_text(entry.path), f"cannot be looked at: {error.strerror}"))
    for path, name in folders:
        inner = f"{prefix}{as_text(name)}"
        yield from _walk(path, inner, f"{inner}/", (*above, this), listing)


def as_text(name: str) -> str:
    """A name from the disk as it is shown: bytes that are no UTF-8 as \\xNN, like those of tags."""
    return name if name.isascii() else os.fsencode(name).decode("utf-8", "backslashreplace")


def open_file(path: str) -> FileIO:
    """Opens an event file to be read without a buffer of Python's."""
    return FileIO(path)


def identity_of(file: FileIO) -> tuple[int, int]:
    """Device and inode of an open file."""
    status = os.fstat(file.fileno())
    return status.st_dev, status.st_ino


def read_range(path: str, offset: int, length: int) -> bytes:
    """Up to `length` bytes from `offset`; fewer at the end of the file."""
    with open_file(path) as file:
        file.seek(offset)
        return file.read(length) or b""
