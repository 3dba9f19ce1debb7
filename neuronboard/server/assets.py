"""The browser's files: found, hashed, compressed, and served for ever.

All files of `web/` are served below `static/<hash>/`, where the hash is of their contents: the
browser keeps them for ever, and a changed file is another URL for all. In a checkout the files are
looked at again for each page, so an edit shows on reload.
"""

from __future__ import annotations

import gzip
import hashlib
import re
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

WEB = next(
    folder
    for folder in (Path(__file__).parents[1] / "web", Path(__file__).parents[2] / "web")
    if folder.is_dir()
)

# By ending, and never by what the machine has registered: on some, .js is text/plain.
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
}
_IMPORT = re.compile(r"""^\s*(?:import|export)\b[^'"]*?['"](\.[^'"]+)['"]""", re.M)


@dataclass(frozen=True)
class Assets:
    """The files of one moment: name below web/ -> contents."""

    hash: str
    files: dict[str, bytes]
    _compressed: dict[str, bytes] = field(default_factory=dict)

    def compressed(self, name: str) -> bytes:
        """The file by gzip, made at the first call."""
        if name not in self._compressed:
            self._compressed[name] = gzip.compress(self.files[name], 6, mtime=0)
        return self._compressed[name]

    def stylesheets(self) -> list[str]:
        """Every stylesheet; tokens first, for the others use them."""
        names = [name for name in self.files if name.startswith("css/")]
        return sorted(names, key=lambda name: (name != "css/tokens.css", name))

    def modules(self, entries: list[str]) -> list[str]:
        """The modules that `entries` import, at any depth, in order of discovery."""
        found: dict[str, None] = {}
        todo = list(entries)
        while todo:
            name = todo.pop(0)
            if name in found or name not in self.files:
                continue
            found[name] = None
            folder = PurePosixPath(name).parent
            for target in _IMPORT.findall(self.files[name].decode()):
                todo.append(_normal(folder / target))
        return list(found)


def _normal(path: PurePosixPath) -> str:
    parts: list[str] = []
    for part in path.parts:
        if part == "..":
            parts.pop()
        elif part != ".":
            parts.append(part)
    return "/".join(parts)


class AssetSource:
    """The current `Assets`; read again when a file changed."""

    def __init__(self, folder: Path = WEB) -> None:
        self._folder = folder
        self._seen: tuple[tuple[str, int, int], ...] = ()
        self._assets = Assets("", {})

    def current(self) -> Assets:
        """The files as they are now."""
        paths = sorted(
            path for path in self._folder.rglob("*") if path.suffix in TYPES and path.is_file()
        )
        seen = tuple((str(p), p.stat().st_mtime_ns, p.stat().st_size) for p in paths)
        if seen != self._seen:
            files = {p.relative_to(self._folder).as_posix(): p.read_bytes() for p in paths}
            digest = hashlib.blake2b(digest_size=8)
            for name, data in files.items():
                digest.update(f"{name}\0{len(data)}\0".encode() + data)
            self._assets, self._seen = Assets(digest.hexdigest(), files), seen
        return self._assets
