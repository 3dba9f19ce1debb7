"""Many modules as one file, so that a first visit waits for one answer and not for dozens.

Our modules import by name and export functions, classes and constants, which never change; so a
module is a block of the pack, its imports are read from a table of what the blocks before it
export, and nothing else of its code changes. Comments that have lines of their own are not sent;
lines stay lines: a source map says which line of which file each came from.

    import { a, b as c } from './x.js'   const { a, b: c } = $["lib/x.js"]
    export function f() {}               function f() {} ... $["lib/y.js"] = { f }
    import(path)                         $import("app/", path): from the table, or from another pack
    import.meta.url                      the URL that the module has by itself
    .../workers/x.js of import.meta.url  the worker's pack

A pack for what comes later starts from the table of the first one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import PurePosixPath

_IMPORT = re.compile(r"^import\b\s*(?:(\{[^}]*\})\s*from\s*)?'(\.[^']+)';", re.M)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:function\*?|class|const) (\w+))", re.M)
_NONE = re.compile(r"^export \{\};", re.M)
_LATER = re.compile(r"(?<![\w{.])import\(")
_OWN_URL = re.compile(
    r"new URL\('[^']*workers/(?P<worker>\w+)\.js', import\.meta\.url\)|\bimport\.meta\.url\b"
)
# Comments that have lines of their own; what stands in a line of code stays.
_COMMENT = re.compile(r"^[ \t]*(?://.*|/\*(?:[^*]|\*(?!/))*\*/[ \t]*)$", re.M)
_LEFT = re.compile(r"^(?:import|export)\b.*", re.M)

_TABLE = """\
const $ = {};
const $later = %s;
const $path = (from, path) => new URL(path, `pack:/${from}`).pathname.slice(1);
const $import = async (from, path) => {
  const name = $path(from, path);
  if (!$[name]) await (await import($later[name])).default($, $import);
  return $[name];
};
"""


def normal(path: PurePosixPath) -> str:
    """The path without "." and ".."."""
    parts: list[str] = []
    for part in path.parts:
        if part == "..":
            parts.pop()
        elif part != ".":
            parts.append(part)
    return "/".join(parts)


def imports_of(name: str, text: str) -> list[str]:
    """The modules that a module needs before it runs."""
    folder = PurePosixPath(name).parent
    return [normal(folder / match[2]) for match in _IMPORT.finditer(text)]


def in_order(files: Mapping[str, bytes], entries: Iterable[str]) -> list[str]:
    """The modules of some entries, each behind those that it imports.

    Raises ValueError for modules that import each other in a circle, or a file that is not there.
    """
    done: dict[str, None] = {}
    doing: list[str] = []

    def visit(name: str) -> None:
        if name in done:
            return
        if name in doing or name not in files:
            raise ValueError(f"{name} cannot be packed: {' -> '.join([*doing, name])}")
        doing.append(name)
        for other in imports_of(name, files[name].decode()):
            visit(other)
        done[doing.pop()] = None

    for entry in entries:
        visit(entry)
    return list(done)


def packed(files: Mapping[str, bytes], names: Sequence[str], later: Mapping[str, str]) -> str:
    """The pack that the page starts with. later: module -> URL, beside the pack's, of its pack."""
    return _TABLE % json.dumps(dict(later)) + "".join(_blocks(files, names))


def packed_later(files: Mapping[str, bytes], names: Sequence[str]) -> str:
    """A pack of further modules, as a function that puts them into the table."""
    return f"export default async ($, $import) => {{\n{''.join(_blocks(files, names))}}};\n"


def source_map(text: str, files: Mapping[str, bytes], names: Sequence[str]) -> str:
    """The source map of a pack: line by line."""
    before = text.split("\n").index("{ // " + names[0]) if names else 0
    lines: list[str] = [""] * before
    source = line = 0
    for number, name in enumerate(names):
        lines.append("")  # the line that opens the block
        for at in range(files[name].decode().count("\n")):
            lines.append("A" + _vlq(number - source) + _vlq(at - line) + "A")
            source, line = number, at
        lines.append("")  # the line that closes it
    found = {
        "version": 3,
        "sources": [f"../{name}" for name in names],
        "names": [],
        "mappings": ";".join(lines),
    }
    return json.dumps(found)


def _blocks(files: Mapping[str, bytes], names: Sequence[str]) -> Iterable[str]:
    for name in names:
        body, exported = _block(name, files[name].decode())
        yield f"{{ // {name}\n{body}$[{json.dumps(name)}] = {{ {', '.join(exported)} }}; }}\n"


def _block(name: str, text: str) -> tuple[str, list[str]]:
    folder = PurePosixPath(name).parent
    exported: list[str] = []

    def imported(match: re.Match[str]) -> str:
        if match[1] is None:
            return "\n" * match[0].count("\n")
        names = re.sub(r"\bas\b", ":", match[1])
        return f"const {names} = $[{json.dumps(normal(folder / match[2]))}];"

    def kept(match: re.Match[str]) -> str:
        exported.append(match[1])
        return ""

    def url(match: re.Match[str]) -> str:
        own = f"new URL({json.dumps(f'../{name}')}, import.meta.url).href"
        worker = match["worker"]
        return f'new URL("./worker_{worker}.js", import.meta.url)' if worker else own

    text = _IMPORT.sub(imported, text)
    text = _EXPORT.sub(kept, text)
    text = _NONE.sub("", text)
    left = _LEFT.search(text)
    if left:
        raise ValueError(
            f"{name} cannot be packed: {left[0]!r} is none of the forms that "
            "neuronboard/server/pack.py knows; import by name, and export what is declared there"
        )
    text = without_comments(text)
    text = _LATER.sub(f"$import({json.dumps(f'{folder}/')}, ", text)
    return _OWN_URL.sub(url, text), exported


def without_comments(text: str) -> str:
    """The same lines of code, without the comments between them."""
    return _COMMENT.sub(lambda match: "\n" * match[0].count("\n"), text)


_DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"


def _vlq(number: int) -> str:
    """A number as source maps write it."""
    rest = -number << 1 | 1 if number < 0 else number << 1
    found = ""
    while True:
        digit, rest = rest & 31, rest >> 5
        found += _DIGITS[digit | 32 if rest else digit]
        if not rest:
            return found
