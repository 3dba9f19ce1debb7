"""What a dashboard is, to the server and to the page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter

from neuronboard.store import Catalog


@dataclass(frozen=True, slots=True)
class Dashboard:
    """One tab. id: the same in Python, URLs and web/dashboards/. kinds: the data it shows.

    first_answers: catalog -> URL -> answer, of the questions that the tab begins with; they come
    with the page, so that a slow link is not waited for once more.
    """

    id: str
    title: str
    kinds: tuple[str, ...]
    router: APIRouter
    first_answers: Callable[[Catalog], dict[str, Any]]

    def is_active(self, catalog: Catalog) -> bool:
        """Whether the catalog holds anything to show."""
        return any(run.has(kind) for kind in self.kinds for run in catalog.runs)
