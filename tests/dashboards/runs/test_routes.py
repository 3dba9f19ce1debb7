"""The table of runs over HTTP: columns, ETag, growth, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from builders import append, loaded_store, write_events
from starlette.testclient import TestClient

from neuronboard.server.app import create_app
from neuronboard.server.settings import Settings
from neuronboard.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Two runs, one of them in Korean."""
    write_events(tmp_path / "a", [(0, {"loss": 2.0}), (1, {"loss": float("nan")})])
    write_events(tmp_path / "가", [(0, {"loss": 1.0})])
    return loaded_store(tmp_path)


@pytest.fixture
def client(store: Store) -> TestClient:
    """Asks the server of that store."""
    app = create_app(store, Settings(spec=store.spec), "1.2.3")
    return TestClient(app, base_url="http://localhost:6006")


def test_the_columns_have_a_place_for_each_run(client: TestClient) -> None:
    """Without a tag it tells of none."""
    answer = client.get("/api/runs/table").json()
    assert answer["runs"] == ["a", "가"]
    assert answer["status"] == ["diverged", "stopped"]
    assert answer["diverged"] == {"step": [1, None], "tag": ["loss", None]}
    assert answer["points"] == [2, 1]
    assert answer["tags"] == []


def test_nan_is_a_text(client: TestClient) -> None:
    """As in every answer."""
    (found,) = client.get("/api/runs/table", params={"tag": "loss"}).json()["tags"]
    assert found["last"] == ["NaN", 1.0]
    assert found["min"] == [2.0, 1.0]


def test_an_unchanged_table_is_not_sent_again(client: TestClient) -> None:
    """Whoever has it is told so."""
    first = client.get("/api/runs/table?tag=loss")
    again = client.get("/api/runs/table?tag=loss", headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304
    assert again.content == b""


def test_a_table_follows_the_log(store: Store, client: TestClient, tmp_path: Path) -> None:
    """Another point is another answer."""
    first = client.get("/api/runs/table?tag=loss")
    append(tmp_path / "가", 5, "loss", value=0.25)
    store.refresh()
    headers = {"If-None-Match": first.headers["etag"]}
    answer = client.get("/api/runs/table?tag=loss", headers=headers)
    assert answer.status_code == 200
    assert answer.json()["tags"][0]["last_step"] == [1, 5]
