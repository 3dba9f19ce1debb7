"""What a dashboard is, to the server and to the page."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import APIRouter

from neuronboard.store import Catalog


@dataclass(frozen=True, slots=True)
class Dashboard:
    """One tab. id: the same in Python, URLs and web/dashboards/. kinds: the data it shows."""

    id: str
    title: str
    kinds: tuple[str, ...]
    router: APIRouter

    def is_active(self, catalog: Catalog) -> bool:
        """Whether the catalog holds anything to show."""
        return any(kind in self.kinds for run in catalog.runs for kind, _ in run.series)
