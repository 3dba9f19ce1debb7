"""What the server's start leaves for later."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from builders import loaded_store, write_events
from starlette.testclient import TestClient

from neuronboard.server.app import create_app
from neuronboard.server.settings import Settings

_START = """
import sys
from neuronboard.server.app import create_app
from neuronboard.server.settings import Settings
from neuronboard.store import LogdirSpec, Store
spec = LogdirSpec.single(sys.argv[1])
create_app(Store(spec), Settings(spec=spec), "1")
late = ("jinja2", "watchfiles", "neuronboard.dashboards.tensorboard", "neuronboard.engine")
print([name for name in late if name in sys.modules])
"""


def test_what_the_first_answers_do_not_need_is_not_loaded(tmp_path: Path) -> None:
    """The page's template, the watch of changes, TensorBoard's routes, the engine."""
    command = [sys.executable, "-c", _START, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("[]\n", "")


@pytest.mark.parametrize("prefix", ["", "/board"])
@pytest.mark.parametrize("first", ["/data/runs", "/experiment/x/data/runs", "/openapi.json"])
def test_tensorboards_routes_are_there_when_they_are_asked_for(
    first: str, prefix: str, tmp_path: Path
) -> None:
    """Whichever is the first, they are all there, and in the list of all routes."""
    write_events(tmp_path / "run", [(0, {"v": 1.0})])
    store = loaded_store(tmp_path)
    app = create_app(store, Settings(spec=store.spec, path_prefix=prefix), "1")
    client = TestClient(app, base_url="http://localhost")
    assert client.get(f"{prefix}{first}").status_code == 200
    assert client.get(f"{prefix}/data/runs").json() == ["run"]
    assert "/data/runs" in client.get(f"{prefix}/openapi.json").json()["paths"]
    assert client.get(f"{prefix}/api/runs").json()["runs"][0]["id"] == "run"
