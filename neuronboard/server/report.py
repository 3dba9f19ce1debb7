"""A report: the Scalars page in one file of HTML, with every point inside, that needs no server.

It is the page itself: its pack of scripts and its stylesheet, with a source of columns that reads
the file in the place of the API (`web/app/file_api.js`). Of each tag the file has one block
(`dashboards/scalars/blocks.py`), zlib's stream in base64.
"""

from __future__ import annotations

import base64
import time
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from html import escape
from typing import Any

from neuronboard.dashboards import DASHBOARDS
from neuronboard.dashboards.runs.routes import table_answer
from neuronboard.dashboards.scalars import query
from neuronboard.dashboards.scalars.blocks import block
from neuronboard.dashboards.scalars.layout import layout_answer
from neuronboard.dashboards.scalars.query import Question
from neuronboard.errors import NotFoundQueryError, QueryError
from neuronboard.server.assets import Assets
from neuronboard.server.pages import escaped, runs_answer, status_answer
from neuronboard.store import Catalog, Store

# Of a view's values those that only the running board can answer.
OF_THE_BOARD = ("group", "pair", "compare", "baseline")

MOST_SUMMARIES = 20_000  # runs x tags whose last, lowest and highest are told in the run table
BYTES_A_POINT = 12  # at most, of logs as training programs write them
# Nothing that a report does may leave it.
POLICY = (
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:"
)


@dataclass(frozen=True, slots=True)
class Report:
    """What a report is of. hash: the view that it opens with, as the page's URL says it.
    layout: the answer of `api/scalars/layout`."""

    catalog: Catalog
    tags: tuple[str, ...]
    hash: str = ""
    layout: Mapping[str, Any] = field(default_factory=dict)
    title: str = "NeuronBoard"
    language: str = "en"

    @property
    def points(self) -> int:
        """How many points are inside; those that a restart declared void, too."""
        curves = (query.curves(self.catalog, Question((tag,))) for tag in self.tags)
        return sum(len(curve) for some in curves for curve in some)


def chosen(
    store: Store, tags: Sequence[str] | None, runs: Sequence[str] | None, hash: str = ""
) -> Report:
    """The report of some tags in some runs, as the log is now; None is all.

    hash: the view that it opens with; its groups and comparisons are left out. Raises
    NotFoundQueryError for a run or tag that does not exist.
    """
    catalog = store.catalog
    if runs is not None:
        wanted = {catalog.run(run_id).id for run_id in runs}
        catalog = replace(catalog, runs=tuple(run for run in catalog.runs if run.id in wanted))
    known = catalog.scalar_runs
    for tag in tags or ():
        if tag not in known:
            raise NotFoundQueryError(f"there is no scalar tag {tag!r} in these runs")
    kept = tuple(known) if tags is None else tuple(tag for tag in known if tag in set(tags))
    if not kept:
        raise QueryError("there are no scalars to put into a report")
    return Report(catalog, kept, without_groups(hash), layout_answer(catalog, store.read))


def without_groups(hash: str) -> str:
    """The view without groups and comparisons, which are computed by the running board."""
    dashboard, mark, values = hash.partition("?")
    kept = [
        piece
        for piece in values.split("&")
        if piece.partition("=")[0].partition("_")[0] not in OF_THE_BOARD
    ]
    return dashboard + mark + "&".join(kept)


def written(
    report: Report, assets: Assets, version: str, roots: list[list[str]]
) -> Iterator[bytes]:
    """The file, piece by piece. assets: of the page. roots: names and paths of the folders."""
    files = assets.files
    main = "pack/main.js" if report.language == "en" else f"pack/main.{report.language}.js"
    yield (
        f'<!doctype html>\n<html lang="{report.language}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(report.title)}</title>\n<style>\n"
    ).encode()
    yield _unclosed(files["pack/page.css"], b"</style") + b"</style>\n</head>\n<body>\n"
    yield b'<div id="app"></div>\n<script type="application/json" id="boot">'
    yield escaped(_boot(report, version, roots)).encode() + b"</script>\n"
    seen: dict[bytes, tuple[int, int]] = {}
    for number, tag in enumerate(report.tags):
        packed = zlib.compress(block(report.catalog, tag, number, seen), 6)
        text = base64.b64encode(packed)
        yield b'<script type="text/plain" id="block-%d">%b</script>\n' % (number, text)
    script = files[main].partition(b"//# sourceMappingURL")[0]
    yield b'<script type="module">\n' + _unclosed(script, b"</script") + b"</script>\n"
    yield b"</body>\n</html>\n"


def _unclosed(text: bytes, end: bytes) -> bytes:
    """The text, which must not end the element that it stands in."""
    if end in text.lower() or b"<!--" in text:
        raise ValueError(f"{end!r} or <!-- stands in a file of web/, where it ends a report early")
    return text


def _boot(report: Report, version: str, roots: list[list[str]]) -> dict[str, Any]:
    catalog = report.catalog
    told = {"version": catalog.version}
    few = len(report.tags) * len(catalog.runs) <= MOST_SUMMARIES
    numbers = {run.id: number for number, run in enumerate(catalog.runs)}
    tags = [
        {
            "tag": tag,
            "display_name": runs[0].series["scalar", tag].display_name,
            "description": runs[0].series["scalar", tag].description,
            "runs": ",".join(str(numbers[run.id]) for run in runs),
        }
        for tag in report.tags
        for runs in (catalog.scalar_runs[tag],)
    ]
    return {
        "version": version,
        "cursor": f"report.{catalog.version}",
        "view": None,
        "roots": roots,
        "report": {"made": time.time(), "hash": report.hash, "tags": report.tags},
        "dashboards": [{"id": "scalars", "title": DASHBOARDS[0].title, "active": True}],
        "answers": {
            "api/status": {**status_answer(catalog), "phase": "ready", "points": report.points},
            "api/runs": runs_answer(catalog),
            "api/runs/table": table_answer(catalog, report.tags if few else (), time.time()),
            "api/scalars/layout": report.layout,
            "api/scalars/tags": {**told, "runs": list(numbers), "tags": tags},
        },
    }


def told_size(points: int) -> str:
    """How large a report becomes, for people: at most, of usual logs."""
    return f"{points:,} points: at most {points * BYTES_A_POINT / 1e6 + 0.6:,.1f} MB"
