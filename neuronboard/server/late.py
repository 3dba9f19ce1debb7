"""Routes that are made when one of them is first asked for.

TensorBoard's routes are more than a hundred. To make them takes a tenth of the server's start, and
the page asks for none of them.
"""

from __future__ import annotations

from collections.abc import Callable

from fastapi import FastAPI

from neuronboard.server.security import App, Receive, Scope, Send


class Late:
    """An application before `api`. beginnings: of the paths that the routes of `add` have."""

    def __init__(
        self, api: FastAPI, beginnings: tuple[str, ...], add: Callable[[FastAPI], None]
    ) -> None:
        self._api: App = api
        self._beginnings = beginnings
        self._add: Callable[[], None] | None = lambda: add(api)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers a request."""
        if self._add is not None and scope["type"] == "http":
            path: str = scope["path"].removeprefix(scope.get("root_path", ""))
            if path.startswith(self._beginnings):
                add, self._add = self._add, None
                add()
        await self._api(scope, receive, send)
