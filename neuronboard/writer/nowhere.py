"""A writer's place of writing that is none: for the ranks of a training that should not write."""

from __future__ import annotations

from typing import Any, Self


class Nowhere:
    """Takes what an `EventWriter` takes and its encoder, and drops it."""

    @property
    def encoder(self) -> Self:
        """Itself: everything is taken at once."""
        return self

    def scalar(self, tag: Any, value: Any, step: Any, wall_time: Any, /) -> int:
        """Taken."""
        return 0

    def scalars(self, values: Any, step: Any, wall_time: Any, /) -> int:
        """Taken."""
        return 0

    def add(self, event: Any) -> None:
        """Taken."""

    def answer(self, answer: int) -> bool:
        """Never asked."""
        return True

    def flush(self) -> None:
        """There is nothing."""

    def close(self) -> None:
        """There is nothing."""

    def reopened(self) -> Self:
        """Itself."""
        return self
