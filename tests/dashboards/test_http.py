"""What all routes share."""

from __future__ import annotations

from neuronboard.dashboards.http import ranges


def test_ranges() -> None:
    """Ascending numbers."""
    assert ranges([4]) == "4"
    assert ranges([0, 1, 2, 5, 7, 8]) == "0-2,5,7-8"
