"""Whatever is asked, as the OpenAPI description allows and as it does not, no route fails."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
import requests
import schemathesis
import uvicorn
from builders import loaded_store, write_events
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from starlette.testclient import TestClient

from neuronboard.server.app import create_app
from neuronboard.server.serve import bind
from neuronboard.server.settings import Settings
from neuronboard.store import LogdirSpec, Store

ENDLESS = "/api/live"


def _operations() -> dict[str, Any]:
    """Method and path -> what the description says; the same for every log directory."""
    store = Store(LogdirSpec.single("."))
    app = create_app(store, Settings(spec=store.spec, host="testserver"), "1.2.3")
    client = TestClient(app, base_url="http://testserver")
    schema = schemathesis.openapi.from_dict(client.get("/openapi.json").json())
    found = (result.ok() for result in schema.get_all_operations())
    return {operation.label: operation for operation in found if operation.path != ENDLESS}


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server that has something to answer, in a thread."""
    logdir = tmp_path_factory.mktemp("schema")
    write_events(logdir / "a", [(step, {"loss": 1 / (step + 1)}) for step in range(50)])
    store = loaded_store(logdir)
    config = Settings(spec=store.spec, port=0)
    with bind(config) as listening:
        app = create_app(store, config, "1.2.3")
        server = uvicorn.Server(uvicorn.Config(app, log_level="critical"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        server.should_exit = True
        thread.join()


OPERATIONS = _operations()
# What takes no parameters can be asked in no other way than as described.
QUESTIONS = [
    (label, mode)
    for label, operation in OPERATIONS.items()
    for mode in GenerationMode
    if mode.is_positive or operation.body or [*operation.iter_parameters()]
]


@pytest.mark.parametrize(("label", "mode"), QUESTIONS)
def test_no_question_makes_the_server_fail(url: str, label: str, mode: GenerationMode) -> None:
    """Every answer has a status below 500; a mistake is a sentence."""

    @settings(
        max_examples=20, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
    )
    @given(OPERATIONS[label].as_strategy(generation_mode=mode))
    def ask(case: schemathesis.Case) -> None:
        response = case.call(base_url=url, session=session)
        assert response.status_code < 500, response.text
        assert response.status_code < 400 or response.text.strip()

    with requests.Session() as session:
        ask()


def test_the_description_knows_every_kind_of_route() -> None:
    """Ours and TensorBoard's, those that are asked by a form too."""
    assert {"GET /api/runs", "GET /data/runs"} <= {*OPERATIONS}
    assert "POST /data/plugin/scalars/scalars_multirun" in OPERATIONS
