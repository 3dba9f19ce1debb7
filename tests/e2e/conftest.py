"""A real Chromium, the real command, and logs for both."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import prepare
import pytest
import uvicorn
from playwright.sync_api import Browser, Page, expect, sync_playwright

from neuronboard.server.app import create_app
from neuronboard.server.settings import Settings
from neuronboard.store import Store

ROOT = Path(__file__).resolve().parents[2]
# Nothing that a test's browser does may leave the machine.
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


expect.set_options(timeout=15_000)


@dataclass(frozen=True)
class Served:
    """A running `neuronboard` command."""

    url: str
    process: subprocess.Popen[str]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One headless Chromium for a file's tests.

    Not for the session: Playwright keeps an event loop running in this thread while it is
    open, and a later test that starts its own with `asyncio.run` would be refused.
    """
    with sync_playwright() as playwright:
        path = prepare.chromium()
        browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM_FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Browser, serve: object) -> Iterator[Page]:
    """A fresh tab of 1280 x 800; the test fails if the page logs an error or throws.

    It asks for `serve` so that it is closed before the servers end.
    """
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-US")
    page = context.new_page()
    page.set_default_timeout(15_000)
    trouble: list[str] = []
    page.on("pageerror", lambda error: trouble.append(f"threw: {error}"))
    page.on(
        "console",
        lambda message: trouble.append(message.text) if message.type == "error" else None,
    )
    yield page
    context.close()
    assert trouble == []


@pytest.fixture(scope="session")
def tutorial_logdir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the tutorial's final script writes, run as its reader runs it."""
    folder = tmp_path_factory.mktemp("tutorial")
    script = ROOT / "logs_example" / "neuron.py"
    subprocess.run([sys.executable, str(script)], cwd=folder, check=True)
    return folder / "log_simple_stats"


@pytest.fixture
def serve() -> Iterator[Callable[..., Served]]:
    """Starts `neuronboard --logdir=...` on a free port; ended after the test, cleanly."""
    running: list[subprocess.Popen[str]] = []

    def start(logdir: Path, *flags: str) -> Served:
        command = [sys.executable, "-m", "neuronboard", f"--logdir={logdir}", "--port=0", *flags]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        running.append(process)
        return Served(url_of(process), process)

    yield start
    for process in running:
        process.terminate()
        process.communicate(timeout=10)
        assert process.returncode == 0


@contextmanager
def served_store(store: Store) -> Iterator[str]:
    """Serves a store of the test's own in a thread, in whatever state the test puts it."""
    listening = socket.create_server(("127.0.0.1", 0))
    app = create_app(store, Settings(spec=store.spec), "test")
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/"
    finally:  # or a test that fails keeps the process from ending
        app.live.stop()
        server.should_exit = True
        thread.join()


def url_of(process: subprocess.Popen[str]) -> str:
    """The URL that the command prints once it answers."""
    assert process.stdout is not None
    for line in process.stdout:
        for word in line.split():
            if word.startswith("http://"):
                return word.rstrip("/") + "/"
    raise AssertionError("the command ended without printing a URL")
