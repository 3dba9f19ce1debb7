"""Cursors: which catalog a client has seen, and of which life of the server: "<life>.<version>"."""

from __future__ import annotations

from neuronboard.errors import QueryError


def cursor_of(life: str, version: int) -> str:
    """The cursor of a catalog."""
    return f"{life}.{version}"


def version_of(cursor: str, life: str) -> int | None:
    """The version of the catalog that the client has; None if of another life of the server.

    Raises QueryError for a text that is no cursor.
    """
    of, dot, version = cursor.partition(".")
    if not (of and dot and version.isascii() and version.isdigit() and len(version) < 19):
        raise QueryError(f"since must be the cursor of an earlier answer, got {cursor[:40]!r}")
    return int(version) if of == life else None
