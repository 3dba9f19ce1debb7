"""HTTP of TensorBoard's routes: methods, forms, headers, mistakes, prefix, who is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from builders import loaded_store, restart_event, scalar_event, write_events
from dashboards.tensorboard.asking import client_of, unpacked
from starlette.testclient import TestClient

from neuronboard.dashboards.tensorboard.routes import READ
from neuronboard.errors import SettingError
from neuronboard.formats.tfrecord import encode_record
from neuronboard.server.settings import parse
from neuronboard.store import Store

MULTIRUN = "/data/plugin/scalars/scalars_multirun"
SCALARS = "/data/plugin/scalars/scalars"
POINTS = 3000


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Two runs, one of them of 3,000 points with one spike and one NaN."""
    logdir = tmp_path_factory.mktemp("routes")
    values = [float(step % 7) for step in range(POINTS)]
    values[1234], values[77] = 1e6, float("nan")
    write_events(logdir / "a", [(step, {"loss": value}) for step, value in enumerate(values)])
    write_events(logdir / "b 가", [(0, {"loss": 1.0, "acc": 0.1})])
    return loaded_store(logdir)


@pytest.fixture
def client(store: Store) -> TestClient:
    """A server of that."""
    return client_of(store)


@pytest.mark.parametrize("path", READ)
def test_a_route_is_there_with_a_slash_with_head_and_with_post(
    client: TestClient, path: str
) -> None:
    """TensorBoard takes one slash more, and looks at no method where it needs no form."""
    first = client.get(path)
    for again in (client.get(f"{path}/"), client.get(f"/experiment/default{path}")):
        assert (again.status_code, again.content) == (first.status_code, first.content)
    assert client.head(path).status_code == first.status_code
    if path.startswith("/data/"):
        assert client.post(path).content == first.content
    assert first.headers["cache-control"] == "no-cache, must-revalidate"
    assert first.headers["expires"] == "0"
    assert first.headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in first.headers["content-security-policy"]


def test_every_route_works_below_a_prefix(store: Store) -> None:
    """Also what is asked by a form; the page outside of it is not there."""
    client = client_of(store, path_prefix="/tb")
    for path in READ:
        assert client.get(f"/tb{path}").status_code in (200, 302, 400, 404)
        assert client.get(path).status_code == 404
    answer = client.post(f"/tb{MULTIRUN}", data={"tag": "acc", "runs": "b 가"}).json()
    assert list(answer) == ["b 가"]
    assert client.post(MULTIRUN, data={"tag": "acc"}).status_code == 405
    listing = client.get("/tb/data/plugins_listing").json()
    module = listing["projector"]["loading_mechanism"]["module_path"]
    assert module == "/tb/data/plugin/projector/index.js"


@pytest.mark.parametrize(
    "path",
    [
        "/data/nothing",
        "/data/",
        "/data/plugin/nothing/tags",
        "/data/plugin/images/images?run=a&tag=b",
        "/data/plugin/hparams/metric_evals",
    ],
)
def test_what_is_no_route_is_not_found_in_tensorboards_words(client: TestClient, path: str) -> None:
    """Plain text."""
    response = client.get(path)
    assert (response.status_code, response.text) == (404, "Not found")
    assert response.headers["content-type"] == "text/plain; charset=utf-8"


@pytest.mark.parametrize(
    ("url", "status", "text"),
    [
        (SCALARS, 400, "Invalid argument: Both run and tag must be specified: tag=None, run=None"),
        (f"{SCALARS}?run=a", 400, "Invalid argument: Both run and tag must be specified"),
        (f"{SCALARS}?run=a&tag=no", 404, "Not found: No scalar data for run='a', tag='no'"),
        (f"{SCALARS}?run=&tag=", 404, "Not found: No scalar data for run='', tag=''"),
        ("/data/plugin_entry.html?name=no", 404, "Not found: no"),
        ("/data/plugin_entry.html?name=scalars", 400, "Plugin is not module loadable"),
        (MULTIRUN, 405, "Method Not Allowed"),
    ],
)
def test_a_mistake_is_a_sentence(client: TestClient, url: str, status: int, text: str) -> None:
    """In TensorBoard's words, with its status."""
    response = client.get(url)
    assert response.status_code == status
    assert response.headers["content-type"] == "text/plain; charset=utf-8"
    assert text in response.text


def test_of_repeated_parameters_the_last_counts(client: TestClient) -> None:
    """As everywhere in our own routes."""
    answer = client.get(f"{SCALARS}?run=no&run=b%20%EA%B0%80&tag=no&tag=acc").json()
    assert answer == [[1_700_000_000.0, 0, 0.10000000149011612]]


def test_several_runs_are_asked_for_by_a_form_of_either_kind(client: TestClient) -> None:
    """urlencoded as programs send it, multipart as browsers do; unknown runs are left out."""
    fields = {"tag": "loss", "runs": ["b 가", "no such run", "b 가"]}
    form = client.post(MULTIRUN, data=fields)
    parts = [("tag", (None, "loss")), *(("runs", (None, run)) for run in fields["runs"])]
    multipart = client.post(MULTIRUN, files=parts)
    assert form.json() == multipart.json() == {"b 가": [[1_700_000_000.0, 0, 1.0]]}
    assert client.post(MULTIRUN, data={"tag": "loss"}).json() == {}


@pytest.mark.parametrize(
    ("headers", "body", "text"),
    [
        ({}, b"", "tag must be specified exactly once"),
        ({"content-type": "application/x-www-form-urlencoded"}, b"tag=a&tag=b", "exactly once"),
        ({"content-type": "application/json"}, b'{"tag": "loss"}', "exactly once"),
        ({"content-type": "multipart/form-data"}, b"tag=a", "boundary"),
        ({"content-type": "multipart/form-data; boundary=x"}, b"nothing", "boundary"),
        ({"content-type": "\xff; ="}, b"\xff\xfe", "exactly once"),
    ],
)
def test_a_form_that_cannot_be_read_is_a_mistake(
    client: TestClient, headers: dict[str, str], body: bytes, text: str
) -> None:
    """And no failure of the server."""
    raw = {name: value.encode("latin-1") for name, value in headers.items()}
    response = client.post(MULTIRUN, content=body, headers=raw)
    assert response.status_code == 400
    assert text in response.text


def test_a_form_may_name_thousands_of_runs(client: TestClient) -> None:
    """More fields than form parsers take by default."""
    runs = [f"run {number}" for number in range(5000)] + ["b 가"]
    assert list(client.post(MULTIRUN, data={"tag": "acc", "runs": runs}).json()) == ["b 가"]
    parts = [("tag", (None, "acc")), *(("runs", (None, run)) for run in runs)]
    assert list(client.post(MULTIRUN, files=parts).json()) == ["b 가"]


def test_foreign_hosts_and_other_methods_are_refused(client: TestClient) -> None:
    """As everywhere else."""
    foreign = {"host": "evil.example"}
    assert client.get("/data/runs", headers=foreign).status_code == 403
    assert client.post(MULTIRUN, data={"tag": "loss"}, headers=foreign).status_code == 403
    assert client.put("/data/runs").status_code == 405
    assert client.post("/api/runs").status_code == 405


def test_an_answer_that_is_known_is_not_sent_again_and_a_long_one_is_compressed(
    client: TestClient,
) -> None:
    """ETag and gzip, as on our own routes."""
    url = f"{SCALARS}?run=a&tag=loss"
    first = client.get(url)
    assert first.headers["content-encoding"] == "gzip"
    again = client.get(url, headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert len(first.json()) == POINTS


def test_an_answer_is_sent_again_when_points_have_come(tmp_path: Path) -> None:
    """And as CSV it is another one."""
    path = write_events(tmp_path / "r", [(0, {"loss": 1.0})])
    store = loaded_store(tmp_path)
    client = client_of(store)
    url = f"{SCALARS}?run=r&tag=loss"
    known = {"if-none-match": client.get(url).headers["etag"]}
    assert client.get(url, headers=known).status_code == 304
    assert client.get(f"{url}&format=csv", headers=known).status_code == 200
    with path.open("ab") as file:
        file.write(encode_record(scalar_event(1, {"loss": 2.0}).SerializeToString()))
    store.refresh()
    assert len(client.get(url, headers=known).json()) == 2


def test_numbers_that_are_not_finite_are_words_in_json_and_nan_in_csv(client: TestClient) -> None:
    """As TensorBoard writes them."""
    url = f"{SCALARS}?run=a&tag=loss"
    assert client.get(url).json()[77] == [1_700_000_077.0, 77, "NaN"]
    lines = client.get(f"{url}&format=csv").text.split("\r\n")
    assert lines[0] == "Wall time,Step,Value"
    assert lines[78] == "1700000077.0,77,nan"


@pytest.mark.parametrize("count", [1, 2, 3, 10, 1000, 2999])
def test_as_many_points_are_answered_as_the_flag_says(store: Store, count: int) -> None:
    """The first, the last and the spike are among them, as soon as there is room."""
    client = client_of(store, samples_per_plugin={"scalars": count})
    points = client.get(f"{SCALARS}?run=a&tag=loss").json()
    steps = [step for _, step, _ in points]
    assert len(points) == count
    assert steps == sorted(set(steps))
    assert steps[-1] == POINTS - 1
    assert count < 2 or steps[0] == 0
    assert count < 4 or 1234 in steps
    multirun = client.post(MULTIRUN, data={"tag": "loss", "runs": "a"}).json()
    assert multirun["a"] == points


@pytest.mark.parametrize("samples", [{}, {"scalars": 0}, {"scalars": POINTS}, {"images": 1}])
def test_every_point_is_answered_unless_the_flag_says_fewer(
    store: Store, samples: dict[str, int]
) -> None:
    """0 means all; TensorBoard answers none then."""
    client = client_of(store, samples_per_plugin=samples)
    assert len(client.get(f"{SCALARS}?run=a&tag=loss").json()) == POINTS


def test_the_flag_is_plugin_and_number() -> None:
    """Several of them, spaces allowed."""
    settings = parse(["logs", "--samples_per_plugin", "scalars=500, images=0"], "1")
    assert settings.samples_per_plugin == {"scalars": 500, "images": 0}
    assert parse(["logs"], "1").samples_per_plugin == {}


@pytest.mark.parametrize("text", ["scalars", "scalars=", "scalars=-1", "=3", "scalars=1.5"])
def test_another_value_of_the_flag_is_a_mistake(text: str) -> None:
    """It says what is wanted."""
    with pytest.raises(SettingError, match="plugin=number"):
        parse(["logs", f"--samples_per_plugin={text}"], "1")


def test_the_environment_tells_our_flags(store: Store) -> None:
    """What TensorBoard's page shows of how it was started."""
    client = client_of(store, window_title="가", samples_per_plugin={"scalars": 5})
    answer = client.get("/data/environment").json()
    assert answer["data_location"] == str(store.spec)
    assert answer["window_title"] == client.get("/data/window_properties").json()["window_title"]
    assert answer["debug"]["flags"]["samples_per_plugin"] == {"scalars": 5}
    assert answer["debug"]["flags"]["logdir"] == str(store.spec)
    assert "NeuronBoard 1.2.3" in answer["debug"]["data_provider"]


def test_the_first_start_of_a_run_voids_nothing_and_each_later_one_does(tmp_path: Path) -> None:
    """As TensorBoard counts; our own routes show all of it."""
    path = write_events(tmp_path / "r", [(step, {"loss": 0.0, "rare": 0.0}) for step in range(9)])
    later = [restart_event(5), scalar_event(5, {"loss": 1.0}), restart_event(3)]
    with path.open("ab") as file:
        for event in (*later, scalar_event(3, {"loss": 2.0})):
            file.write(encode_record(event.SerializeToString()))
    client = client_of(loaded_store(tmp_path))
    rows = {tag: client.get(f"{SCALARS}?run=r&tag={tag}").json() for tag in ("loss", "rare")}
    assert [row[1:] for row in rows["loss"]] == [[0, 0.0], [1, 0.0], [2, 0.0], [3, 2.0]]
    assert [row[1] for row in rows["rare"]] == [0, 1, 2]
    assert json.loads(client.get("/api/scalars/series?format=json&tag=rare").text)["series"][1][
        "purged"
    ]


@pytest.mark.parametrize("path", ["/audio", "/events", "/graphs", "/histograms", "/images"])
def test_what_once_were_pages_of_tensorboard_are_not_there(client: TestClient, path: str) -> None:
    """They lead to the page in TensorBoard; here a tab is in the URL's hash."""
    assert client.get(path).status_code == 404


def test_feature_flags_are_not_looked_at(client: TestClient) -> None:
    """They switch nothing here."""
    assert client.get("/data/runs?tensorBoardFeatureFlags=no").json() == ["a", "b 가"]
    assert client.get("/data/runs", headers={"X-TensorBoard-Feature-Flags": "["}).is_success


def test_hyper_parameters_are_none_or_not_served(client: TestClient, tmp_path: Path) -> None:
    """As TensorBoard answers where there are none; asked by a body of JSON."""
    url, groups = "/data/plugin/hparams/experiment", "/data/plugin/hparams/session_groups"
    answer = client.post(url, content='{"experimentName": ""}').json()
    assert client.post(groups, content="{}").json() == {"sessionGroups": [], "totalSize": 0}
    recorded_answer = {"name": "", "description": "", "user": "", "timeCreatedSecs": 0.0}
    assert answer == {**recorded_answer, "hparamInfos": [], "metricInfos": []}
    client = client_of(loaded_store(unpacked("tf2_hparams", tmp_path)))
    for response in (client.post(url, content="{}"), client.post(groups, content="{}")):
        assert (response.status_code, response.text[:10]) == (404, "Not found:")


def test_the_projector_is_enabled_where_a_run_has_an_embedding(tmp_path: Path) -> None:
    """It has no data in event files, but a configuration beside them."""
    write_events(tmp_path / "r", [(0, {"loss": 1.0})])
    client = client_of(loaded_store(tmp_path))
    config = tmp_path / "r" / "projector_config.pbtxt"
    found = []
    for text in (None, "", 'embeddings {\n tensor_path: "x.tsv"\n}'):
        if text is not None:
            config.write_text(text)
        found.append(client.get("/data/plugins_listing").json()["projector"]["enabled"])
    assert found == [False, False, True]
