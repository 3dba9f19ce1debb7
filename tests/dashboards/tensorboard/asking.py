"""Asks our routes what TensorBoard was asked."""

from __future__ import annotations

import hashlib
import json
import tarfile
from pathlib import Path
from typing import Any

from builders import loaded_store
from dashboards.tensorboard.recordings import GOLDEN, Asked
from starlette.testclient import TestClient

from neuronboard.server.app import create_app
from neuronboard.server.settings import Settings
from neuronboard.store import Store

FORMS = {True: "multipart/form-data; boundary=XXXX", False: "application/x-www-form-urlencoded"}


def client_of(store: Store, **settings: object) -> TestClient:
    """A client of a server of that store, which follows no redirects."""
    app = create_app(store, Settings(spec=store.spec, **settings), "1.2.3")
    return TestClient(app, base_url="http://localhost:6006", follow_redirects=False)


def unpacked(corpus: str, folder: Path) -> Path:
    """The log directory of a corpus, below `folder`."""
    with tarfile.open(GOLDEN / "corpora" / f"{corpus}.tar.xz") as archive:
        archive.extractall(folder, filter="fully_trusted")
    return next(folder.rglob("logdir"))


class OurServer:
    """Our answers for one log directory, in the form of the recordings."""

    def __init__(self, logdir: Path, **settings: object) -> None:
        self._logdir = logdir
        self.client = client_of(loaded_store(logdir), **settings)

    def ask(self, asked: Asked) -> Asked:
        """Our answer to a question; the log directory is called LOGDIR in it."""
        if asked.method == "POST":
            headers = {"content-type": FORMS[asked.form.startswith("--")]}
            response = self.client.post(asked.url, content=asked.form.encode(), headers=headers)
        else:
            response = self.client.get(asked.url)
        content_type = response.headers["content-type"]
        body: Any = hashlib.sha256(response.content).hexdigest()
        if content_type.startswith(("application/json", "text/")):
            text = response.text.replace(str(self._logdir), "LOGDIR")
            body = json.loads(text) if content_type == "application/json" else text
        return Asked(asked.method, asked.url, asked.form, response.status_code, content_type, body)
