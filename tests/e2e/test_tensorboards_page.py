"""TensorBoard's own page over our routes: what it asks for is there, and it draws it."""

from __future__ import annotations

import mimetypes
import socket
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import uvicorn
from builders import loaded_store, write_events
from playwright.sync_api import Page, expect

from neuronboard.server.app import create_app
from neuronboard.server.security import App, Receive, Scope, Send
from neuronboard.server.settings import Settings

pytestmark = pytest.mark.browser
ROOT = b'<!doctype html><meta name="tb-relative-root" content="./">'


def _tensorboards_files() -> dict[str, bytes]:
    """Path -> content of TensorBoard's page, from its installed package."""
    import tensorboard

    with zipfile.ZipFile(Path(tensorboard.__file__).parent / "webfiles.zip") as archive:
        files = {f"/{name}": archive.read(name) for name in archive.namelist()}
    files["/"] = files["/index.html"] = ROOT + files["/index.html"]
    return files


def _with_page(app: App, files: dict[str, bytes], statuses: dict[str, int]) -> App:
    """`app` with another page before it; notes what the page was answered."""

    async def both(scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")

        async def noting(message: dict[str, object]) -> None:
            if message["type"] == "http.response.start":
                statuses[path] = message["status"]
            await send(message)

        if path not in files:
            await app(scope, receive, noting)
            return
        media_type = mimetypes.guess_type(path)[0] or "text/html"
        headers = [(b"content-type", media_type.encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": files[path]})

    return both


@pytest.fixture
def serve(tmp_path: Path) -> Iterator[tuple[str, dict[str, int]]]:
    """The address of TensorBoard's page over our routes, and what it was answered."""
    for run, last in (("first run", 0.125), ("second", 0.75)):
        points = [(step, {"train/loss": last}) for step in range(40)]
        write_events(tmp_path / run, points)
    store = loaded_store(tmp_path)
    statuses: dict[str, int] = {}
    app = create_app(store, Settings(spec=store.spec), "test")
    both = _with_page(app, _tensorboards_files(), statuses)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = uvicorn.Server(uvicorn.Config(both, log_level="warning", lifespan="off"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/", statuses
        server.should_exit = True
        thread.join()


def test_time_series_and_scalars_are_drawn(page: Page, serve: tuple[str, dict[str, int]]) -> None:
    """Runs, cards and values; nothing that the page asks for is missing."""
    url, statuses = serve
    page.goto(f"{url}#timeseries")
    card = page.locator("scalar-card").first
    expect(card).to_contain_text("loss")
    for run, value in (("first run", "0.125"), ("second", "0.75")):
        row = card.locator("tb-data-table-content-row").filter(has_text=run)
        expect(row).to_contain_text(value)
        expect(row).to_contain_text("39")
    with page.expect_response("**/data/plugin/scalars/scalars_multirun") as response:
        page.goto(f"{url}#scalars")
    assert list(response.value.json()) == ["first run", "second"]
    expect(page.locator("tf-scalar-card")).to_contain_text("train/loss")
    expect(page.locator("tf-scalar-card svg").first).to_be_visible()
    assert {path: status for path, status in statuses.items() if status >= 400} == {}
