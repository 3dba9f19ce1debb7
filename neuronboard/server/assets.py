"""The browser's files: found, packed, hashed, compressed, and served for ever.

All files of `web/` are served below `static/<hash>/`, where the hash is of their contents: the
browser keeps them for ever, and a changed file is another URL for all. In a checkout the files are
looked at again for each page, so an edit shows on reload. The modules of the page come in packs
(`pack.py`) and the stylesheets as one file: below `pack/`, beside the files that they are made of.
"""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from neuronboard.server import pack

WEB = next(
    folder
    for folder in (Path(__file__).parents[1] / "web", Path(__file__).parents[2] / "web")
    if folder.is_dir()
)

ENGLISH = "texts/en.js"  # the texts that modules import, whatever the language

# By ending, and never by what the machine has registered: on some, .js is text/plain.
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".map": "application/json",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
}


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
        """The modules that `entries` import, at any depth, each behind those that it imports."""
        return pack.in_order(self.files, [name for name in entries if name in self.files])


def with_packs(files: dict[str, bytes], main: str, dashboards: Sequence[str]) -> dict[str, bytes]:
    """The files and their packs: `pack/main.js` is the page with its first dashboard, and the
    others have one each, `pack/<name>.js`, as the workers have, `pack/worker_<name>.js`;
    `pack/page.css` is all stylesheets, tokens first. In another language than English the page is
    `pack/main.<language>.js`: the same with that language's texts in the place of the English ones.
    """
    assets = Assets("", files)
    entries = {name: f"dashboards/{name}/index.js" for name in dashboards}
    entries = {name: entry for name, entry in entries.items() if entry in files}
    first = pack.in_order(files, [*list(entries.values())[:1], main])
    later = {entry: f"./{name}.js" for name, entry in list(entries.items())[1:]}
    made = {"main": (pack.packed(files, first, later), first)}
    for name, entry in list(entries.items())[1:]:
        more = [each for each in pack.in_order(files, [entry]) if each not in first]
        made[name] = (pack.packed_later(files, more), more)
    for entry in [name for name in files if name.startswith("workers/")]:
        of_worker = pack.in_order(files, [entry])
        text = pack.packed(files, of_worker, {})
        made[f"worker_{Path(entry).stem}"] = (text, of_worker)
    found = dict(files)
    for name, (text, names) in made.items():
        _add_pack(found, name, text, files, names)
    for language in [name[6:-3] for name in files if name.startswith("texts/")]:
        if ENGLISH in first and language != "en":
            translated = {**files, ENGLISH: files[f"texts/{language}.js"]}
            text = pack.packed(translated, first, later)
            _add_pack(found, f"main.{language}", text, translated, first)
    found["pack/page.css"] = b"\n".join(files[name] for name in assets.stylesheets())
    return found


def _add_pack(
    found: dict[str, bytes], name: str, text: str, files: Mapping[str, bytes], names: Sequence[str]
) -> None:
    """Adds a pack of some modules, and its source map."""
    found[f"pack/{name}.js"] = f"{text}//# sourceMappingURL={name}.js.map\n".encode()
    found[f"pack/{name}.js.map"] = pack.source_map(text, files, names).encode()


class AssetSource:
    """The current `Assets`; read again when a file changed."""

    def __init__(self, folder: Path = WEB, *, dashboards: Sequence[str] = ()) -> None:
        """dashboards: their ids; the first comes with the page."""
        self._folder = folder
        self._dashboards = dashboards
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
            if "app/main.js" in files:
                files = with_packs(files, "app/main.js", self._dashboards)
            self._assets, self._seen = Assets(digest.hexdigest(), files), seen
        return self._assets

    def of(self, digest: str) -> Assets:
        """The files of a page, which knows their digest, without a look at the disk; those of now
        if it is an older one."""
        return self._assets if digest == self._assets.hash else self.current()
