"""`neuronboard graph show WHERE [PATH]` and `neuronboard graph diff A B`: graphs in the terminal.

WHERE is a log directory, with ":RUN" behind it if several runs have a graph and with ":RUN:GRAPH"
for another than the newest; or a file: .pb, .pbtxt, a SavedModel's, an event file, a Keras model's
JSON. `diff` ends as diff(1) does: 0 the same, 1 different, 2 trouble.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from neuronboard.dashboards.graphs import sources
from neuronboard.dashboards.graphs.diff import Diff, diff
from neuronboard.dashboards.graphs.matching import moved
from neuronboard.dashboards.graphs.outline import outline
from neuronboard.dashboards.graphs.view import Pictures
from neuronboard.errors import DataError, NeuronBoardError, NotFoundQueryError, SettingError
from neuronboard.formats.graph_file import graphs_in
from neuronboard.server.settings import Parser
from neuronboard.store import LogdirSpec, Store

SAME, DIFFERENT, TROUBLE = range(3)
DEPTH = 2  # levels that are shown unless --depth says another number
SCOPE = 3  # nodes from which on those that moved together are told as one


def parser() -> argparse.ArgumentParser:
    """The command's arguments."""
    made = Parser(prog="neuronboard graph", allow_abbrev=False, description=__doc__)
    made.formatter_class = argparse.RawDescriptionHelpFormatter
    commands = made.add_subparsers(dest="command", required=True, parser_class=Parser)
    shown = commands.add_parser("show", help="print a graph as an outline")
    shown.add_argument("where", metavar="WHERE", help="a log directory or a file")
    shown.add_argument("path", metavar="PATH", nargs="?", default="", help="a group in it")
    shown.add_argument("--depth", type=int, default=DEPTH, metavar="N", help=f"levels ({DEPTH})")
    compared = commands.add_parser("diff", help="compare two graphs, by name and by structure")
    compared.add_argument("before", metavar="A", help="a log directory or a file")
    compared.add_argument("after", metavar="B", help="another")
    compared.add_argument("--json", action="store_true", help="print JSON, as the HTTP API does")
    return made


def run(arguments: Sequence[str]) -> int:
    """Prints what was asked for; 0, of a diff 1 if there is a difference, and 2 for trouble."""
    try:
        given = parser().parse_args(arguments)
        if given.command == "show":
            if given.depth < 1:
                raise SettingError(f"--depth wants a number of levels, got {given.depth}")
            print(outline(load(given.where), given.path, given.depth), end="")
            return SAME
        found = diff(load(given.before), load(given.after))
    except NeuronBoardError as error:
        print(f"neuronboard graph: {error}", file=sys.stderr)
        return TROUBLE
    if given.json:
        print(json.dumps(found.answer(), ensure_ascii=False))
    elif found:
        print("\n".join([f"--- {given.before}", f"+++ {given.after}", *lines(found)]))
    return DIFFERENT if found else SAME


def load(where: str) -> Pictures:
    """The graph that a word of the command line names. Raises the tree's errors."""
    path = Path(where).expanduser()
    if path.is_file():
        try:
            return sources.opened(graphs_in(path.read_bytes(), where)[-1])
        except OSError as error:
            raise DataError(f"it cannot be read: {error.strerror}: {where}") from error
    if path.is_dir():
        return _of_run(where, None)
    place, _, rest = _parted(where)
    if not place:
        raise NotFoundQueryError(f"there is no file and no folder {where!r}")
    return _of_run(place, rest)


def _parted(where: str) -> tuple[str, str, str]:
    """A folder that exists, a colon, and what is behind it; "" if there is no such folder."""
    at = where.rfind(":")
    while at > 0:
        if Path(where[:at]).expanduser().is_dir():
            return where[:at], ":", where[at + 1 :]
        at = where.rfind(":", 0, at)
    return "", "", where


def _of_run(logdir: str, rest: str | None) -> Pictures:
    store = Store(LogdirSpec.single(logdir))
    store.refresh()
    runs = [one.id for one in store.catalog.runs if sources.has_graph(one)]
    if rest is None:
        if len(runs) != 1:
            listed = ", ".join(f"{logdir}:{one}" for one in runs[:20])
            what = (
                f"several runs have a graph, name one: {listed}" if runs else "no run has a graph"
            )
            raise NotFoundQueryError(f"{what}: {logdir}")
        return sources.load(store, runs[0], None)[1]
    found = next((one for one in runs if rest == one or rest.startswith(f"{one}:")), None)
    if found is None:
        listed = ", ".join(runs[:20]) or "none"
        raise NotFoundQueryError(f"no run {rest!r} has a graph; these have: {listed}: {logdir}")
    graph = rest[len(found) + 1 :] or None
    return sources.load(store, found, graph)[1]


def lines(found: Diff) -> Iterator[str]:
    """A difference for people: - gone, + new, > renamed, ~ changed; then how many."""
    yield from (f"- {path}" for path in found.removed)
    yield from (f"+ {path}" for path in found.added)
    scopes = Counter(moved(*pair) for pair in found.renamed)
    for (old, new), count in scopes.items():
        if count >= SCOPE:
            yield f"> {old or '(the whole)'} → {new or '(the whole)'}, with {count} nodes"
    for old, new in found.renamed:
        if scopes[moved(old, new)] < SCOPE:
            yield f"> {old} → {new}"
    for path, what in found.changed:
        yield f"~ {path}: {'; '.join(what)}"
    counts = found.answer()["counts"]
    yield ", ".join(f"{count:,} {word}" for word, count in counts.items())
