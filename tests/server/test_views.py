"""Named views: saved beside the log directory, listed, opened with, and who may not."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from builders import loaded_store, write_events
from starlette.testclient import TestClient

from neuronboard.server.app import create_app
from neuronboard.server.settings import Settings
from neuronboard.server.view_files import MOST_BYTES, ViewFiles
from neuronboard.store import LogdirSpec

VIEW = {"dashboard": "scalars", "values": {"smoothing": "0.6", "filter": "lr < 1e-3"}}


@pytest.fixture(autouse=True)
def data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's data folder, for this test alone."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    return tmp_path / "data" / "neuronboard" / "views"


@pytest.fixture
def logdir(tmp_path: Path) -> Path:
    """One run."""
    write_events(tmp_path / "logs" / "run", [(0, {"loss": 1.0})])
    return tmp_path / "logs"


def _client(logdir: Path, **settings: object) -> TestClient:
    store = loaded_store(logdir)
    app = create_app(store, Settings(spec=store.spec, **settings), "1.2.3")
    return TestClient(app, base_url="http://localhost:6006")


def _boot(client: TestClient) -> dict[str, object]:
    found = re.search(r'id="boot">(.*?)</script>', client.get("/").text, re.S)
    assert found is not None
    return dict(json.loads(found[1]))


def test_a_view_is_a_small_text_file_beside_the_log_directory(logdir: Path) -> None:
    """Written, listed, read, replaced and deleted; people can read the file."""
    client = _client(logdir)
    assert client.get("/api/views").json() == {
        "folder": str(logdir.with_name("logs.views")),
        "refused": "",
        "views": [],
    }
    answer = client.put("/api/views/손실 of lr 1e-3", json=VIEW)
    assert answer.status_code == 200, answer.text
    path = logdir.with_name("logs.views") / "손실 of lr 1e-3.json"
    assert path.read_text() == (
        '{\n  "dashboard": "scalars",\n  "default": false,\n  "values": {\n'
        '    "filter": "lr < 1e-3",\n    "smoothing": "0.6"\n  }\n}\n'
    )
    assert [view["name"] for view in client.get("/api/views").json()["views"]] == [path.stem]
    read = client.get(f"/api/views/{path.stem}").json()
    assert read["values"] == VIEW["values"]
    assert read["dashboard"] == "scalars"
    client.put(f"/api/views/{path.stem}", json={"dashboard": "graphs", "values": {}})
    assert client.get(f"/api/views/{path.stem}").json()["dashboard"] == "graphs"
    assert client.delete(f"/api/views/{path.stem}").status_code == 200
    assert list(path.parent.iterdir()) == []
    assert client.get(f"/api/views/{path.stem}").status_code == 404
    assert client.delete(f"/api/views/{path.stem}").status_code == 404


def test_one_view_is_what_the_log_directory_opens_with(logdir: Path) -> None:
    """It comes with the page; another default takes its place."""
    client = _client(logdir)
    assert _boot(client)["view"] is None
    for name in ("a", "b"):
        client.put(f"/api/views/{name}", json={**VIEW, "default": True})
    views = client.get("/api/views").json()["views"]
    assert {view["name"]: view["default"] for view in views} == {"a": False, "b": True}
    view = _boot(client)["view"]
    assert isinstance(view, dict)
    assert view["name"] == "b"
    assert view["values"] == VIEW["values"]


@pytest.mark.parametrize(
    "name",
    [
        "../x",
        "..%2Fx",
        "%2e%2e%2fx",
        "a%2Fb",
        "a\\b",
        ".hidden",
        "a%00b",
        "x" * 81,
        " a",
        "a.",
        "a:b",
    ],
)
def test_a_name_cannot_lead_elsewhere(logdir: Path, name: str) -> None:
    """Refused, and nothing is written anywhere."""
    client = _client(logdir)
    before = sorted(logdir.parent.rglob("*"))
    assert client.put(f"/api/views/{name}", json=VIEW).status_code in (400, 404, 405)
    assert sorted(logdir.parent.rglob("*")) == before


def test_what_is_no_view_or_too_long_is_refused(logdir: Path) -> None:
    """In words that say what a view is."""
    client = _client(logdir)
    wrong = [[], {}, {"dashboard": 1, "values": {}}, {**VIEW, "more": 1}, {**VIEW, "default": 1}]
    for given in [*wrong, {"dashboard": "scalars", "values": {"a": 1}}]:
        answer = client.put("/api/views/a", json=given)
        assert answer.status_code == 400
        assert "a view is {dashboard" in answer.json()["error"]["message"]
    assert client.put("/api/views/a", content=b"{").status_code == 400
    long = {"dashboard": "scalars", "values": {"filter": "x" * MOST_BYTES}}
    assert client.put("/api/views/a", json=long).status_code == 413
    assert client.get("/api/views").json()["views"] == []


def test_pages_of_other_sites_write_nothing(logdir: Path) -> None:
    """By either header that browsers send; programs send none."""
    client = _client(logdir)
    for headers in ({"origin": "http://evil.example"}, {"sec-fetch-site": "cross-site"}):
        for answer in (
            client.put("/api/views/a", json=VIEW, headers=headers),
            client.delete("/api/views/a", headers=headers),
        ):
            assert answer.status_code == 403
    own = {"origin": "http://localhost:6006", "sec-fetch-site": "same-origin"}
    assert client.put("/api/views/a", json=VIEW, headers=own).status_code == 200
    assert client.put("/api/runs", json=VIEW).status_code == 405
    assert client.post("/api/views/a", json=VIEW).status_code == 405


def test_a_board_that_only_reads_saves_nothing(logdir: Path) -> None:
    """What is there is still shown."""
    _client(logdir).put("/api/views/a", json=VIEW)
    client = _client(logdir, read_only=True)
    assert "--read_only" in client.get("/api/views").json()["refused"]
    assert client.put("/api/views/b", json=VIEW).status_code == 400
    assert client.delete("/api/views/a").status_code == 400
    assert client.get("/api/views/a").json()["values"] == VIEW["values"]


def test_beside_what_cannot_be_written_views_are_in_the_users_folder(
    logdir: Path, data_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One folder for each log directory; views that lie beside it are shown too."""
    _client(logdir).put("/api/views/there", json=VIEW)
    monkeypatch.setattr("os.access", lambda *_: False)
    client = _client(logdir)
    client.put("/api/views/own", json=VIEW)
    assert [path.name for path in data_folder.glob("*/*")] == ["own.json"]
    assert [view["name"] for view in client.get("/api/views").json()["views"]] == ["own", "there"]
    other = ViewFiles(LogdirSpec.parse(f"a:{logdir},b:{logdir}"))
    assert other.list() == []
    assert other.folder.parent == data_folder


def test_a_damaged_file_is_no_view(logdir: Path) -> None:
    """The others are listed, and asking for it says what is wrong."""
    client = _client(logdir)
    client.put("/api/views/a", json=VIEW)
    (logdir.with_name("logs.views") / "b.json").write_text("{")
    assert [view["name"] for view in client.get("/api/views").json()["views"]] == ["a"]
    assert "cannot be read" in client.get("/api/views/b").json()["error"]["message"]
