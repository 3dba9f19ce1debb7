"""`neuronboard report LOGDIR -o report.html`: the Scalars page and every point in one file."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from urllib.parse import parse_qsl, urlencode

from neuronboard.commands.logs import loaded
from neuronboard.dashboards import DASHBOARDS
from neuronboard.errors import SettingError
from neuronboard.server.assets import AssetSource
from neuronboard.server.pages import roots_of
from neuronboard.server.report import chosen, told_size, written
from neuronboard.server.settings import Parser
from neuronboard.server.view_files import ViewFiles
from neuronboard.store import LogdirSpec

LARGE = 25_000_000  # points, from which on browsers may not open the file


def parser() -> argparse.ArgumentParser:
    """The command's arguments."""
    made = Parser(
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
    store = loaded(spec)
    hash = spelt_out(given.view, spec)
    report = chosen(store, given.tag, given.run, hash)
    if report.hash != hash:
        print("Groups and comparisons need the running board: the report shows the runs.")
    print(f"{given.output}: {told_size(report.points)}", flush=True)
    if report.points > LARGE:
        print("Browsers may not open a file of that size; choose with --tag and --run.", flush=True)
    assets = AssetSource(dashboards=[dashboard.id for dashboard in DASHBOARDS]).current()
    target = Path(given.output)
    unfinished = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        with unfinished.open("wb") as file:
            for piece in written(report, assets, version("neuronboard"), roots_of(spec)):
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
