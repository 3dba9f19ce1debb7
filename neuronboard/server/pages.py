"""The page: one Jinja template with the first answers inlined."""

from __future__ import annotations

import gzip
import os
from dataclasses import asdict
from functools import cache
from typing import TYPE_CHECKING, Any

from neuronboard.dashboards import DASHBOARDS
from neuronboard.dashboards.cursor import cursor_of
from neuronboard.dashboards.http import encode, number
from neuronboard.formats.event_scan import HAS_EXTENSION
from neuronboard.server.assets import WEB, Assets
from neuronboard.server.language import DEFAULT
from neuronboard.server.settings import Settings
from neuronboard.server.view_files import View
from neuronboard.store import Catalog, LogdirSpec
from neuronboard.store.logdir import as_text

if TYPE_CHECKING:
    import jinja2

# What could end a script element or open a comment, as JSON escapes.
_ESCAPES = ((b"<", b"\\u003c"), (b">", b"\\u003e"), (b"&", b"\\u0026"))


def status_answer(catalog: Catalog) -> dict[str, Any]:
    """The answer of /api/status."""
    progress = catalog.progress
    return {
        "version": catalog.version,
        "phase": catalog.phase,
        "logdir": catalog.logdir,
        "files": progress.files,
        "files_read": progress.files_read,
        "bytes_read": progress.bytes_read,
        "bytes_total": progress.bytes_total,
        "points": progress.points,
        "series": catalog.kinds,
        "memory": progress.memory,
        "memory_limit": progress.memory_limit,
        "extension": HAS_EXTENSION,
        "problems": [
            {
                "run": p.run,
                "path": p.path,
                "offset": p.offset,
                "skipped": p.skipped,
                "message": p.message,
            }
            for p in catalog.problems
        ],
    }


def runs_answer(catalog: Catalog) -> dict[str, Any]:
    """The answer of /api/runs."""
    runs = [
        {
            "id": run.id,
            "name": run.name,
            "first_wall_time": None if run.first_wall_time is None else number(run.first_wall_time),
        }
        for run in catalog.runs
    ]
    return {"version": catalog.version, "runs": runs}


@cache
def _templates() -> jinja2.Environment:
    import jinja2  # not before the first page: a tenth of what the server's start would take

    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(WEB), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )


def render(
    catalog: Catalog,
    assets: Assets,
    settings: Settings,
    version: str,
    life: str,
    language: str,
    view: View | None,
) -> str:
    """The page's HTML. life: of the server, for cursors. language: one that there are texts in.
    view: what the page opens with."""
    boot = {
        "version": version,
        "cursor": cursor_of(life, catalog.version),
        "view": None if view is None else asdict(view),
        "roots": roots_of(settings.spec),
        "dashboards": [
            {"id": d.id, "title": d.title, "active": d.is_active(catalog)} for d in DASHBOARDS
        ],
        "answers": {
            "api/status": status_answer(catalog),
            "api/runs": runs_answer(catalog),
            **{url: answer for d in DASHBOARDS for url, answer in d.first_answers(catalog).items()},
        },
    }
    packs = [f"pack/{d.id}.js" for d in DASHBOARDS[1:]]
    workers = [
        name for name in assets.files if name.startswith("pack/worker_") and name.endswith(".js")
    ]
    return (
        _templates()
        .get_template("index.html.jinja")
        .render(
            title=settings.window_title or "NeuronBoard",
            base=f"{settings.path_prefix}/",
            static=f"static/{assets.hash}",
            main="pack/main.js" if language == DEFAULT else f"pack/main.{language}.js",
            language=language,
            later=[*packs, *workers],
            boot=escaped(boot),
        )
    )


def roots_of(spec: LogdirSpec) -> list[list[str]]:
    """Name and path of each folder that is shown, as a program elsewhere has to say them."""
    return [[name, as_text(os.path.abspath(path))] for name, path in spec.roots]


class Page:
    """The page of the newest catalog: rendered once, and compressed once, in each language,
    however often it is asked for. life: of the server, for cursors."""

    def __init__(self, settings: Settings, version: str, life: str) -> None:
        self._about = settings, version, life
        self._kept: dict[str, tuple[Catalog, str, View | None, bytes, bytes]] = {}

    def body(
        self, catalog: Catalog, assets: Assets, language: str, view: View | None, *, compress: bool
    ) -> bytes:
        """Its bytes, or those by gzip. view: what it opens with."""
        of, digest, of_view, plain, small = self._kept.get(language, (None, "", None, b"", b""))
        if of is not catalog or digest != assets.hash or of_view != view:
            html = render(catalog, assets, *self._about, language, view)
            plain = html.encode("utf-8", "replace")
            small = gzip.compress(plain, 1, mtime=0)
            self._kept[language] = catalog, assets.hash, view, plain, small
        return small if compress else plain


def escaped(boot: dict[str, Any]) -> str:
    """JSON that can stand in a script element."""
    text = encode(boot)
    for mark, escape in _ESCAPES:
        text = text.replace(mark, escape)
    return text.decode()
