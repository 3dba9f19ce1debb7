"""The application in process: page, assets, API, errors, and who is refused."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest
from builders import loaded_store, write_events
from starlette.testclient import TestClient

from neuronboard.server.app import create_app
from neuronboard.server.settings import Settings
from neuronboard.store import LogdirSpec, Store, crew
from neuronboard.store.stretch import Reading, Stretch

EVIL = "</script><img src=x onerror=alert(1)>"


def _client(store: Store, **settings: object) -> TestClient:
    app = create_app(store, Settings(spec=store.spec, **settings), "1.2.3")
    return TestClient(app, base_url="http://localhost:6006")


@pytest.fixture
def logdir(tmp_path: Path) -> Path:
    """Two runs, one of a Korean name, with NaN, infinities, and a tag that would be markup."""
    values = [1.0, 0.1, float("nan"), float("inf"), -float("inf"), 2.5]
    write_events(tmp_path / "가" / "첫 실행", [(i, {"loss": v}) for i, v in enumerate(values)])
    write_events(tmp_path / "b", [(i, {"loss": v, EVIL: 1.0}) for i, v in enumerate(values[:2])])
    return tmp_path


@pytest.fixture
def client(logdir: Path) -> TestClient:
    """A client of a loaded store."""
    return _client(loaded_store(logdir))


def test_the_page_carries_the_first_answers_and_no_foreign_markup(client: TestClient) -> None:
    """The boot block is JSON; a tag's name cannot end it."""
    response = client.get("/")
    assert response.status_code == 200
    assert "<img" not in response.text
    boot = re.search(r'id="boot">(.*?)</script>', response.text, re.S)
    assert boot is not None
    answers = json.loads(boot[1])["answers"]
    for url, answer in answers.items():
        assert answer == client.get(f"/{url}").json()
    assert EVIL in [tag["tag"] for tag in answers["api/scalars/tags?runs=numbers"]["tags"]]


def test_every_asset_of_the_page_is_served_for_ever(client: TestClient) -> None:
    """Styles, the page's pack of modules and what may come later are named, and immutable."""
    page = client.get("/").text
    names = re.findall(r'(?:href|src)="(static/[^"]+)"', page)
    assert {name.split("/", 2)[2] for name in names} >= {
        *("pack/page.css", "pack/main.js", "pack/graphs.js", "pack/worker_layout.js", "icon.svg"),
    }
    for name in names:
        response = client.get(f"/{name}")
        assert response.status_code == 200
        assert "immutable" in response.headers["cache-control"]
        assert response.headers["content-encoding"] == "gzip"
    assert client.get("/static/other/app/main.js").headers["cache-control"] == "no-cache"
    assert client.get("/static/x/../../pyproject.toml").status_code == 404


def test_every_response_carries_the_security_headers(client: TestClient) -> None:
    """Also errors do."""
    for path in ("/", "/api/status", "/api/nothing", "/favicon.ico"):
        headers = client.get(path).headers
        assert "script-src 'self';" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:6006", "localhost.evil.example", ""]
)
def test_a_foreign_host_is_refused(client: TestClient, host: str) -> None:
    """DNS rebinding gets a sentence and no data."""
    response = client.get("/api/status", headers={"host": host})
    assert response.status_code == 403
    assert "started for" in response.text


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:80", "127.0.0.1:6006", "[::1]:6006"])
def test_the_own_hosts_are_served(client: TestClient, host: str) -> None:
    """With any port, since tunnels change it."""
    assert client.get("/api/status", headers={"host": host}).status_code == 200


def test_only_reading_is_allowed(client: TestClient) -> None:
    """POST and the like are 405."""
    assert client.post("/api/status").status_code == 405


def test_status_and_runs(client: TestClient) -> None:
    """The contract of the table in ARCHITECTURE.md."""
    status = client.get("/api/status").json()
    assert (status["phase"], status["files"], status["points"]) == ("ready", 2, 10)
    runs = client.get("/api/runs").json()["runs"]
    assert [run["id"] for run in runs] == ["b", "가/첫 실행"]
    assert runs[0]["first_wall_time"] == 1_700_000_000.0


def test_an_unchanged_answer_is_a_304(client: TestClient) -> None:
    """And another question has another tag."""
    first = client.get("/api/scalars/tags")
    again = client.get("/api/scalars/tags", headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.get("/api/runs").headers["etag"] != first.headers["etag"]


def test_since_brings_only_what_is_new(logdir: Path) -> None:
    """append is true with the new points; false after a replacement or a restart."""
    path = write_events(logdir / "c", [(0, {"v": 1.0})])
    store = loaded_store(logdir)
    client = _client(store)
    url = "/api/scalars/series?format=json&tag=v&run=c"
    cursor = client.get(url).json()["cursor"]
    write_events(path, [(0, {"v": 1.0})])
    with path.open("ab") as file:
        from builders import event_bytes, scalar_event

        file.write(event_bytes([scalar_event(1, {"v": 2.0})]))
    store.refresh()
    [series] = client.get(f"{url}&since={cursor}").json()["series"]
    assert (series["append"], series["steps"], series["values"]) == (True, [1], [2.0])
    [series] = _client(store).get(f"{url}&since={cursor}").json()["series"]
    assert (series["append"], series["steps"]) == (False, [0, 1])


def test_pixels_reduces_and_keeps_the_spike(tmp_path: Path) -> None:
    """10,000 points at 100 pixels: at most 400, the spike among them."""
    points = [(i, {"v": 1e6 if i == 7777 else float(i % 7)}) for i in range(10_000)]
    write_events(tmp_path, points)
    client = _client(loaded_store(tmp_path))
    [series] = client.get("/api/scalars/series?format=json&tag=v&run=.&pixels=100").json()["series"]
    assert series["total"] == 10_000
    assert len(series["steps"]) <= 4 * 100 + 2
    assert 1e6 in series["values"]


@pytest.mark.parametrize(
    ("url", "status", "part"),
    [
        ("/api/scalars/series?tag=nothing&run=b", 404, "nothing"),
        ("/api/scalars/series?tag=loss&run=nobody", 404, "nobody"),
        ("/api/scalars/series?run=b", 400, "tag"),
        ("/api/scalars/series?tag=loss&run=b&pixels=0", 400, "pixels"),
        ("/api/scalars/series?tag=loss&run=b&pixels=wide", 400, "pixels"),
        ("/api/scalars/series?tag=loss&run=b&since=%25%25", 400, "since"),
        ("/api/scalars/series?tag=loss&run=b&since=life.-1", 400, "since"),
        ("/api/graphs/group?run=b", 404, "no graph"),
        ("/api/graphs/group?run=nobody", 404, "nobody"),
        ("/api/nothing", 404, "nothing"),
    ],
)
def test_a_wrong_question_is_a_sentence(
    client: TestClient, url: str, status: int, part: str
) -> None:
    """4xx, JSON, and what is wrong with it."""
    response = client.get(url)
    assert response.status_code == status
    assert response.json()["error"]["status"] == status
    assert part in response.json()["error"]["message"]


def test_a_damaged_graph_is_told_with_its_run_and_file(tmp_path: Path) -> None:
    """422; the curves beside it are served."""
    path = write_events(tmp_path / "r", [(0, {"v": 1.0})], graph_def=b"\xff\xff")
    client = _client(loaded_store(tmp_path))
    response = client.get("/api/graphs/group?run=r")
    assert response.status_code == 422
    message = response.json()["error"]["message"]
    assert message.startswith("the graph of run 'r' is damaged")
    assert message.endswith(str(path))
    assert client.get("/api/scalars/series?tag=v&run=r").status_code == 200


def test_a_path_prefix_moves_everything(logdir: Path) -> None:
    """Page, assets and API live below it; without its slash one is led there."""
    client = _client(loaded_store(logdir), path_prefix="/board")
    page = client.get("/board/").text
    assert '<base href="/board/">' in page
    assert client.get("/board/api/status").status_code == 200
    assert client.get("/board", follow_redirects=False).headers["location"] == "/board/"
    assert client.get("/api/status").status_code == 404


def test_the_runs_that_are_looked_at_are_read_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever asks for the status says which; the others follow, the newest first."""
    for number, name in enumerate("abcd"):
        path = write_events(tmp_path / name, [(0, {"loss": 1.0})])
        os.utime(path, (number, number))
    store = Store(LogdirSpec.single(tmp_path))
    order = []

    def read(stretch: Stretch) -> Reading:
        order.append(stretch.file.run_id)
        return real(stretch)

    real = crew.read
    monkeypatch.setattr(crew, "read", read)
    assert _client(store).get("/api/status?run=b").status_code == 200
    store.refresh()
    assert order == ["b", "d", "c", "a"]
