"""Named views: states of the page as small text files beside the log directory.

`logs` has its views in `logs.views`, a file of JSON for each; where that folder cannot be made or
written, as beside a read-only disk, they are in the user's data folder, under a name that follows
from the log directory. What a link can carry stays in the link; a view is for what deserves a name.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from neuronboard.errors import NotFoundQueryError, QueryError
from neuronboard.store import LogdirSpec

LONGEST_NAME = 80  # characters
MOST_BYTES = 256_000  # of a view
MOST_VIEWS = 1000
SIGNS = " -_.,()+=@#&'"  # that a name may have besides letters and digits
ENDING = ".json"


@dataclass(frozen=True, slots=True)
class View:
    """A state of the page. values: what its URL says. default: the log directory opens with it.
    saved: seconds since 1970."""

    name: str
    dashboard: str
    values: dict[str, str]
    default: bool
    saved: float


def checked_name(name: str) -> str:
    """The name as a file can have it, composed (NFC); QueryError says what is wrong with it."""
    name = unicodedata.normalize("NFC", name)
    wrong = [sign for sign in name if not (sign.isalnum() or sign in SIGNS or _joins(sign))]
    if wrong:
        raise QueryError(
            f"a view's name has letters, digits and {SIGNS.strip()}, and no {wrong[0]!r}: "
            f"{name[:LONGEST_NAME]!r}"
        )
    if not name or len(name) > LONGEST_NAME or len(name.encode()) > 240:
        raise QueryError(f"a view's name has 1 to {LONGEST_NAME} characters, got {len(name)}")
    if name[0] in " ." or name[-1] in " .":
        raise QueryError(f"a view's name begins and ends with no space or dot, got {name!r}")
    return name


def _joins(sign: str) -> bool:
    """Whether it belongs to the letter before it, as signs of Indian scripts do."""
    return unicodedata.category(sign) in ("Mn", "Mc")


def checked(given: Any) -> tuple[str, dict[str, str], bool]:
    """Dashboard, values and whether it is the default, of what a client sent.

    Raises QueryError for anything else.
    """
    wanted = "a view is {dashboard: text, values: {key: text}, default: true or false}"
    if not isinstance(given, dict) or not {"dashboard", "values"} <= given.keys() <= _KEYS:
        raise QueryError(f"{wanted}, got {str(given)[:60]!r}")
    dashboard, values, default = given["dashboard"], given["values"], given.get("default", False)
    texts = [dashboard, *values, *values.values()] if isinstance(values, dict) else [None]
    if not all(isinstance(text, str) for text in texts) or not isinstance(default, bool):
        raise QueryError(f"{wanted}, got {str(given)[:60]!r}")
    return dashboard, values, default


_KEYS = {"dashboard", "values", "default"}


class ViewFiles:
    """The views of a log directory. refused: why none can be saved, "" if they can."""

    def __init__(self, spec: LogdirSpec, *, read_only: bool = False) -> None:
        self._beside = _beside(spec)
        self._own = _data_folder() / hashlib.blake2b(_key(spec), digest_size=8).hexdigest()
        self.refused = "the board was started with --read_only" if read_only else ""

    @property
    def folder(self) -> Path:
        """Where views are saved: beside the log directory, or else in the user's data folder."""
        beside = self._beside
        if beside is None:
            return self._own
        there = beside if beside.is_dir() else beside.parent
        return beside if os.access(there, os.W_OK | os.X_OK) else self._own

    def list(self) -> list[View]:
        """All views, by name; what is damaged is none."""
        found: dict[str, View] = {}
        for folder in dict.fromkeys((self._beside or self._own, self._own)):
            for path in sorted(folder.glob(f"*{ENDING}"))[:MOST_VIEWS]:
                with suppress(QueryError):  # a file that somebody else put there
                    view = _read(path)
                    found.setdefault(view.name, view)
        return sorted(found.values(), key=lambda view: view.name.casefold())

    def read(self, name: str) -> View:
        """A view; NotFoundQueryError if there is none of that name."""
        for path in self._paths(name):
            if path.is_file():
                return _read(path)
        raise NotFoundQueryError(f"there is no view {name!r}; it may have been deleted")

    def default(self) -> View | None:
        """The view that the log directory opens with."""
        chosen = [view for view in self.list() if view.default]
        return max(chosen, key=lambda view: view.saved, default=None)

    def write(self, name: str, given: Any) -> View:
        """Saves a view, in the place of one of its name; the default is one at most.

        Raises QueryError for a name or view that cannot be, and for a disk that refuses.
        """
        name = checked_name(name)
        dashboard, values, default = checked(given)
        self._check()
        if default:
            for other in self.list():
                if other.default and other.name != name:
                    self._put(other.name, other.dashboard, other.values, False)
        if len(self.list()) >= MOST_VIEWS and not any(path.is_file() for path in self._paths(name)):
            raise QueryError(f"there are {MOST_VIEWS:,} views already; delete some of them")
        self._put(name, dashboard, values, default)
        return self.read(name)

    def delete(self, name: str) -> None:
        """Deletes a view; NotFoundQueryError if there is none of that name."""
        self._check()
        paths = [path for path in self._paths(name) if path.is_file()]
        if not paths:
            raise NotFoundQueryError(f"there is no view {name!r}")
        try:
            for path in paths:
                path.unlink()
        except OSError as error:
            raise QueryError(f"the view {name!r} cannot be deleted: {error}") from error

    def _check(self) -> None:
        if self.refused:
            raise QueryError(f"views cannot be saved or deleted: {self.refused}")

    def _paths(self, name: str) -> Iterator[Path]:
        file = f"{checked_name(name)}{ENDING}"
        if self._beside is not None:
            yield self._beside / file
        yield self._own / file

    def _put(self, name: str, dashboard: str, values: dict[str, str], default: bool) -> None:
        about = {"dashboard": dashboard, "default": default, "values": values}
        text = json.dumps(about, indent=2, ensure_ascii=False, sort_keys=True) + "\n"
        data = text.encode("utf-8", "replace")
        if len(data) > MOST_BYTES:
            raise QueryError(f"a view has at most {MOST_BYTES:,} bytes, this one has {len(data):,}")
        folder = self.folder
        try:
            folder.mkdir(parents=True, exist_ok=True)
            unfinished = folder / f".{os.getpid()}.{hashlib.blake2b(data).hexdigest()[:8]}.part"
            unfinished.write_bytes(data)
            unfinished.replace(folder / f"{name}{ENDING}")
        except OSError as error:
            raise QueryError(f"the view cannot be saved: {error}") from error


def _read(path: Path) -> View:
    try:
        about = path.stat()
        if about.st_size > 2 * MOST_BYTES:
            raise QueryError(f"no view has {about.st_size:,} bytes: {path}")
        dashboard, values, default = checked(json.loads(path.read_bytes()))
    except (OSError, ValueError) as error:
        raise QueryError(f"the view cannot be read: {error}: {path}") from error
    return View(path.name.removesuffix(ENDING), dashboard, values, default, about.st_mtime)


def _beside(spec: LogdirSpec) -> Path | None:
    """The folder beside the log directory; None for several, and for the root of a disk."""
    if len(spec.roots) != 1:
        return None
    path = Path(os.path.abspath(spec.roots[0][1]))
    return path.with_name(f"{path.name}.views") if path.name else None


def _key(spec: LogdirSpec) -> bytes:
    roots = [(name, os.path.abspath(path)) for name, path in spec.roots]
    return json.dumps(roots).encode("utf-8", "surrogateescape")


def _data_folder() -> Path:
    """The user's folder for the data of programs, as the system has it."""
    home = Path.home()
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = home / "Library" / "Application Support"
    else:
        base = Path(os.environ.get("XDG_DATA_HOME") or home / ".local" / "share")
    return base / "neuronboard" / "views"
