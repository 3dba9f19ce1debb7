"""`neuronboard show LOGDIR [TAG ...]`: the curves of a log directory in the terminal."""

from __future__ import annotations

import argparse
import shutil
import unicodedata
from collections.abc import Iterator, Sequence

from neuronboard.commands.logs import loaded
from neuronboard.commands.plot import braille, sparkline
from neuronboard.dashboards.scalars.words import number, sentences
from neuronboard.errors import NotFoundQueryError, SettingError
from neuronboard.server.settings import Parser
from neuronboard.store import Catalog, LogdirSpec, Run
from neuronboard.store.curve import points_of
from neuronboard.store.trend import trend

HEIGHT = 8  # lines of a plot
NARROWEST = 40  # columns
MOST_RUNS = 20  # of a tag, unless --limit says another number
WIDEST_NAME = 40
SPARK = 24  # columns of a line of blocks
LABEL = 11  # columns of a number beside a plot


def parser() -> argparse.ArgumentParser:
    """The command's arguments."""
    made = Parser(
        prog="neuronboard show",
        allow_abbrev=False,
        description="Prints the scalar curves of a log directory: one line each, or with a tag "
        "a plot of each and what it does in words.",
    )
    made.add_argument("logdir", metavar="LOGDIR", help="folder that holds the runs, at any depth")
    made.add_argument("tag", metavar="TAG", nargs="*", help="a tag to plot")
    made.add_argument(
        "--run", action="append", metavar="RUN", help="only this run; may be given again"
    )
    made.add_argument(
        "--limit",
        type=int,
        default=MOST_RUNS,
        metavar="N",
        help=f"how many runs of a tag to print ({MOST_RUNS}); 0 is all",
    )
    return made


def run(arguments: Sequence[str]) -> int:
    """Prints what was asked for; 0. Errors of the tree say what is wrong with the question."""
    given = parser().parse_args(arguments)
    if given.limit < 0:
        raise SettingError(f"--limit wants a number of runs, or 0 for all, got {given.limit}")
    catalog = loaded(LogdirSpec.single(given.logdir)).catalog
    width = max(shutil.get_terminal_size((80, 24)).columns, NARROWEST)
    for line in _lines(catalog, given.tag, given.run, given.limit or None, width):
        print(line)
    return 0


def _lines(
    catalog: Catalog,
    tags: Sequence[str],
    runs: Sequence[str] | None,
    limit: int | None,
    width: int,
) -> Iterator[str]:
    by_tag = _chosen(catalog, tags, runs)
    if not by_tag:
        yield f"No scalars in {catalog.logdir} ({catalog.progress.files:,} event files)"
        return
    print_tag = _plots if tags else _rows
    for place, (tag, having) in enumerate(by_tag.items()):
        if place:
            yield ""
        yield tag
        yield from print_tag(tag, having[:limit], width)
        if limit and len(having) > limit:
            yield f"  and {len(having) - limit:,} more runs; --limit 0 prints all"


def _chosen(
    catalog: Catalog, tags: Sequence[str], runs: Sequence[str] | None
) -> dict[str, Sequence[Run]]:
    """Tag -> its runs, of those that were asked for."""
    known = catalog.scalar_runs
    for tag in tags:
        if tag not in known:
            listed = ", ".join(list(known)[:10]) or "none"
            raise NotFoundQueryError(f"there is no scalar tag {tag!r}; the first are: {listed}")
    wanted = None if runs is None else {catalog.run(run_id).id for run_id in runs}
    found = {
        tag: [run for run in known[tag] if wanted is None or run.id in wanted]
        for tag in tags or known
    }
    return {tag: having for tag, having in found.items() if having}


def _rows(tag: str, runs: Sequence[Run], width: int) -> Iterator[str]:
    names = [_clipped(run.name, WIDEST_NAME) for run in runs]
    widest = max(map(_columns, names))
    for run, name in zip(runs, names, strict=True):
        points = points_of(run, tag)
        space = " " * (widest - _columns(name))
        if not len(points.steps):
            yield f"  {name}{space}  all points are void"
            continue
        spark = sparkline(points.values, SPARK)
        last = f"{number(float(points.values[-1])):>10} at step {int(points.steps[-1]):,}"
        yield f"  {name}{space}  {spark:<{SPARK}} {last}".rstrip()


def _plots(tag: str, runs: Sequence[Run], width: int) -> Iterator[str]:
    for run in runs:
        points = points_of(run, tag)
        found = trend(points.steps, points.values)
        yield f"  {run.name}"
        if found and found.lowest and found.highest:
            labels = {0: number(found.highest.value), HEIGHT - 1: number(found.lowest.value)}
            drawn = braille(points.steps, points.values, width - LABEL - 3, HEIGHT)
            for row, line in enumerate(drawn):
                yield f"{labels.get(row, ''):>{LABEL}} {line}".rstrip()
        yield f"  {sentences(found)}"


def _columns(text: str) -> int:
    """How many columns of a terminal a text takes: Korean letters take two."""
    return sum(
        0 if unicodedata.combining(c) else 1 + (unicodedata.east_asian_width(c) in "WF")
        for c in text
    )


def _clipped(text: str, columns: int) -> str:
    """The end of a name that is too long: names of runs differ there."""
    if _columns(text) <= columns:
        return text
    while _columns(text) >= columns:
        text = text[1:]
    return f"…{text}"
