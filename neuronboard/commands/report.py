"""`neuronboard report LOGDIR -o report.html`: the Scalars page and every point in one file."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import NoReturn
from urllib.parse import parse_qsl, urlencode

from neuronboard.dashboards import DASHBOARDS
from neuronboard.errors import MissingLogdirError, SettingError
from neuronboard.server.assets import AssetSource
from neuronboard.server.report import chosen, told_size, written
from neuronboard.server.view_files import ViewFiles
from neuronboard.store import LogdirSpec, Store

LARGE = 25_000_000  # points, from which on browsers may not open the file


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise SettingError(f"{message}; neuronboard report --help lists the flags")


def parser() -> argparse.ArgumentParser:
    """The command's arguments."""
    made = _Parser(
        prog="neuronboard report",
        allow_abbrev=False,
        description="Writes the Scalars page with every point into one file of HTML, which opens "
        "in a browser without a server and without a network.",
    )
    made.add_argument("logdir", metavar="LOGDIR", help="folder that holds the runs, at any depth")
    made.add_argument("-o", "--output", metavar="FILE", default="report.html", help="report.html")
    made.add_argument(
        "--tag", action="append", metavar="TAG", help="only this tag; may be given again"
    )
    made.add_argument(
        "--run", action="append", metavar="RUN", help="only this run; may be given again"
    )
    made.add_argument("--view", default="", metavar="LINK", help="a link of the page to open with")
    return made


def run(arguments: Sequence[str]) -> int:
    """Writes the file, and says before how large it becomes; 0."""
    given = parser().parse_args(arguments)
    spec = LogdirSpec.single(given.logdir)
    for path in spec.missing:
        raise MissingLogdirError(f"cannot read the log directory: no such folder: {path}")
    store = Store(spec)
    store.refresh()
    for problem in store.catalog.problems:
        print(f"neuronboard: {problem.message}: {problem.path}", file=sys.stderr)
    hash = spelt_out(given.view, spec)
    report = chosen(store, given.tag, given.run, hash)
    if report.hash != hash:
        print("Groups and comparisons need the running board: the report shows the runs.")
    print(f"{given.output}: {told_size(report.points)}", flush=True)
    if report.points > LARGE:
        print("Browsers may not open a file of that size; choose with --tag and --run.", flush=True)
    roots = [[name, os.path.abspath(path)] for name, path in spec.roots]
    assets = AssetSource(dashboards=[dashboard.id for dashboard in DASHBOARDS]).current()
    target = Path(given.output)
    unfinished = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        with unfinished.open("wb") as file:
            for piece in written(report, assets, version("neuronboard"), roots):
                file.write(piece)
        unfinished.replace(target)
    except OSError as error:
        unfinished.unlink(missing_ok=True)
        raise SettingError(f"the report cannot be written: {error}") from error
    print(f"Wrote {target.stat().st_size / 1e6:,.1f} MB")
    return 0


def spelt_out(link: str, spec: LogdirSpec) -> str:
    """What stands behind the # of a link, with all that a named view says in the place of its name,
    since a report has no views. Raises NotFoundQueryError for a view that does not exist."""
    _, mark, hash = link.partition("#")
    dashboard, _, query = hash.partition("?")
    values = dict(parse_qsl(query, keep_blank_values=True))
    if "view" not in values:
        return mark + hash
    below = ViewFiles(spec).read(values.pop("view")).values
    whole = {key: value for key, value in {**below, **values}.items() if value}
    return f"{mark}{dashboard}?{urlencode(whole)}"
