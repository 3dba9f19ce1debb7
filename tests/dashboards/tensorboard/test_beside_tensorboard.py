"""The same questions to TensorBoard itself and to us, about logs that nobody thought up."""

from __future__ import annotations

import base64
import json
import math
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from builders import T0, event_bytes, loaded_store, restart_event
from dashboards.tensorboard.asking import client_of
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from neuronboard.dashboards.http import number
from neuronboard.formats.event_file import first_event
from neuronboard.formats.tensor_proto import make_tensor_proto
from neuronboard.pb.event_pb2 import Event
from neuronboard.pb.summary_pb2 import HistogramProto, Summary, SummaryMetadata
from neuronboard.store import Catalog, Run

Log = dict[str, list[list[Event]]]  # run -> files -> events

SCALARS = "/data/plugin/scalars/scalars"
MULTIRUN = "/data/plugin/scalars/scalars_multirun"
TIME_SERIES = "/data/plugin/timeseries/timeSeries"
ALWAYS = (
    "/data/runs",
    "/data/plugins_listing",
    "/data/experiments",
    "/data/experiment_runs",
    "/data/logdir",
    "/data/window_properties",
    "/data/notifications",
    "/data/nothing",
    "/data/plugin_entry.html",
    "/data/plugin_entry.html?name=scalars",
    "/data/plugin/scalars/tags",
    "/data/plugin/timeseries/tags",
    "/data/plugin/audio/tags",
    "/data/plugin/distributions/tags",
    "/data/plugin/histograms/tags",
    "/data/plugin/images/tags",
    "/data/plugin/mesh/tags",
    "/data/plugin/pr_curves/tags",
    "/data/plugin/text/tags",
    TIME_SERIES,
    f"{TIME_SERIES}?requests=%5B",
    SCALARS,
    f"{SCALARS}?run=x",
    f"{SCALARS}?run=x&tag=y&format=csv",
)

# What a tag holds goes by its first letter: simple value, tensor, legacy histogram, histogram,
# legacy image, images.
TAGS = ("s/a", "s b", "s가", "t/a", "t&b", "l h", "h/2", "i", "m")
RUNS = (".", "a", "a/b", "run 가", "x=1,y", "z")
DESCRIPTIONS = st.sampled_from(["", "plain", "# head\n*em* <script>x</script>", "a|b\n-|-\n1|2"])
STEPS = st.one_of(st.integers(0, 9), st.integers(-(2**63), 2**63 - 1))
TIMES = st.one_of(st.just(T0), st.floats(0, 4e9))
FLOATS = st.floats(width=32)


def _scalar_tensor(draw: st.DrawFn) -> Summary.Value:
    array = draw(st.one_of(FLOATS.map(np.float32), st.floats().map(np.float64)))
    shape = draw(st.sampled_from([(), (1,), (1, 1)]))
    return Summary.Value(
        tensor=make_tensor_proto(np.reshape(array, shape), as_list=draw(st.booleans()))
    )


def _histogram(draw: st.DrawFn) -> Summary.Value:
    rows = draw(st.lists(st.tuples(FLOATS, FLOATS, FLOATS), max_size=4))
    return Summary.Value(tensor=make_tensor_proto(np.array(rows, float).reshape(-1, 3)))


def _legacy_histogram(draw: st.DrawFn) -> Summary.Value:
    counts = draw(st.lists(st.sampled_from([0.0, 1.0, 2.5]), max_size=5))
    limits = draw(st.lists(st.floats(), min_size=len(counts), max_size=len(counts)))
    least, most = draw(FLOATS), draw(FLOATS)
    proto = HistogramProto(min=least, max=most, bucket=counts, bucket_limit=limits)
    return Summary.Value(histo=proto)


FILES = st.sampled_from([b"\x89PNG no more", b"", b"GIF8", b"<svg/>"])


def _image(draw: st.DrawFn) -> Summary.Value:
    image = Summary.Image(width=2, height=3, encoded_image_string=draw(FILES))
    return Summary.Value(image=image)


def _images(draw: st.DrawFn) -> Summary.Value:
    files = draw(st.lists(FILES, max_size=3))
    return Summary.Value(tensor=make_tensor_proto([b"2", b"3", *files]))


MAKERS = {
    "s": lambda draw: Summary.Value(simple_value=draw(FLOATS)),
    "t": _scalar_tensor,
    "l": _legacy_histogram,
    "h": _histogram,
    "i": _image,
    "m": _images,
}
PLUGINS = {
    "s": "scalars",
    "t": "scalars",
    "l": "histograms",
    "h": "histograms",
    "i": "images",
    "m": "images",
}


@st.composite
def logs(draw: st.DrawFn) -> Log:
    """Some runs of some files, with restarts, of tags that each hold one kind of data."""
    runs = draw(st.lists(st.sampled_from(RUNS), min_size=1, max_size=3, unique=True))
    return {
        run: [_file(draw, 1000 * number) for number in range(draw(st.integers(1, 3)))]
        for run in runs
    }


def _file(draw: st.DrawFn, image_step: int) -> list[Event]:
    events = [first_event(draw(TIMES))]
    described: set[str] = set()
    for nth in range(draw(st.integers(0, 8))):
        if draw(st.integers(0, 6)) == 0:
            events.append(restart_event(draw(STEPS)))
            continue
        tag = draw(st.sampled_from(TAGS))
        value = MAKERS[tag[0]](draw)
        value.tag = tag
        # A writer says what a tag is with its first value; TensorBoard keeps one image of a step.
        if tag not in described and value.HasField("tensor"):
            value.metadata.CopyFrom(_metadata(draw, tag))
            described.add(tag)
        step = image_step + nth if tag[0] in "im" else draw(STEPS)
        summary = Summary(value=[value])
        events.append(Event(wall_time=draw(TIMES), step=step, summary=summary))
    return events


def _metadata(draw: st.DrawFn, tag: str) -> SummaryMetadata:
    data = SummaryMetadata.PluginData(plugin_name=PLUGINS[tag[0]])
    name = draw(st.sampled_from(["", "shown"]))
    description = draw(DESCRIPTIONS)
    # Each tag has its own: TensorBoard takes runs of other tags for runs of a description.
    text = description and f"{description}\n\n{tag}"
    return SummaryMetadata(plugin_data=data, display_name=name, summary_description=text)


def _write(log: Log, logdir: Path) -> None:
    for run, files in log.items():
        folder = logdir / run
        folder.mkdir(parents=True, exist_ok=True)
        for nth, events in enumerate(files):
            path = folder / f"events.out.tfevents.{1_700_000_000 + nth}.host"
            path.write_bytes(event_bytes(events))


class Questions:
    """What there is to ask about a log."""

    def __init__(self, catalog: Catalog) -> None:
        self.asked = [{"method": "GET", "url": url} for url in ALWAYS]
        runs = [run.id for run in catalog.runs]
        for tag in TAGS:
            self._post(MULTIRUN, {"tag": tag, "runs": runs})
            for run in runs:
                self._get(SCALARS, run=run, tag=tag)
                self._get(SCALARS, run=run, tag=tag, format="csv")
        self._post(MULTIRUN, {"runs": runs})
        self._post(TIME_SERIES, {"requests": json.dumps(self._series(runs))})

    @staticmethod
    def _series(runs: list[str]) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = [{"plugin": "scalars", "tag": tag} for tag in TAGS]
        for run in runs:
            for sample in (0, 1, 2):
                found += [
                    {"plugin": PLUGINS[tag[0]], "tag": tag, "run": run, "sample": sample}
                    for tag in TAGS
                ]
        return found

    def _get(self, path: str, **parameters: str) -> None:
        self.asked.append({"method": "GET", "url": _url(path, parameters)})

    def _post(self, url: str, form: dict[str, Any]) -> None:
        self.asked.append({"method": "POST", "url": url, "form": form})


def _url(path: str, parameters: dict[str, str]) -> str:
    return str(
        TestClient(lambda: None).build_request("GET", path, params=parameters).url.raw_path, "ascii"
    )


def _ours(client: TestClient, question: dict[str, Any]) -> dict[str, Any]:
    if question["method"] == "POST":
        response = client.post(question["url"], data=question["form"])
    else:
        response = client.get(question["url"])
    content_type = response.headers.get("content-type", "")
    body: Any = base64.b64encode(response.content).decode()
    if content_type.startswith("text/"):
        body = response.content.decode()
    if content_type == "application/json":
        body = response.json()
    return {"status": response.status_code, "content_type": content_type, "body": body}


@pytest.fixture(scope="module")
def tensorboard(tmp_path_factory: pytest.TempPathFactory) -> Iterator[subprocess.Popen[str]]:
    """TensorBoard, which waits for questions."""
    command = [sys.executable, str(Path(__file__).with_name("tensorboard_server.py"))]
    pipe = subprocess.PIPE
    with (
        (tmp_path_factory.mktemp("tensorboard") / "log").open("w") as log,
        subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=log, text=True) as process,
    ):
        yield process
        assert process.stdin is not None
        process.stdin.close()


def _theirs(process: subprocess.Popen[str], logdir: Path, questions: list[Any]) -> list[Any]:
    assert process.stdin is not None
    assert process.stdout is not None
    print(
        json.dumps({"logdir": str(logdir), "questions": questions}), file=process.stdin, flush=True
    )
    answers: list[Any] = json.loads(process.stdout.readline())
    return answers


@settings(
    max_examples=15,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(logs())
def test_every_answer_is_tensorboards(tensorboard: subprocess.Popen[str], log: Log) -> None:
    """Status, content type and content, of every route and every series; then of each image."""
    with tempfile.TemporaryDirectory() as folder:
        logdir = Path(folder)
        _write(log, logdir)
        store = loaded_store(logdir)
        client = client_of(store)
        asked = Questions(store.catalog).asked
        ours = [_ours(client, question) for question in asked]
        keys = [
            item["imageId"]
            for answer in ours[-1]["body"]
            if answer["plugin"] == "images"
            for series in answer["runToSeries"].values()
            for item in series
        ]
        images = [
            {"method": "GET", "url": f"/data/plugin/timeseries/imageData?imageId={key}"}
            for key in keys
        ]
        ours += [_ours(client, question) for question in images]
        theirs = _theirs(tensorboard, logdir, asked + images)
    for question, our, their in zip(asked + images, ours, theirs, strict=True):
        if question["url"] == "/data/notifications":
            our, their = ({"status": answer["status"]} for answer in (our, their))
        if their["status"] == 500:
            assert our["status"] in (200, 404), question
        else:
            assert our == their, question


@settings(max_examples=20, deadline=None, derandomize=True)
@given(logs())
def test_every_series_is_the_stores_columns(log: Log) -> None:
    """Alone, among several and as Time Series; but for what a restart voids, which is left out."""
    with tempfile.TemporaryDirectory() as folder:
        _write(log, Path(folder))
        store = loaded_store(Path(folder))
        client = client_of(store)
        for tag, runs in store.catalog.scalar_runs.items():
            expected = {run.id: _rows_of(run, tag) for run in runs}
            form = {"tag": tag, "runs": [*expected]}
            asked = json.dumps([{"plugin": "scalars", "tag": tag}])
            [series] = client.post(TIME_SERIES, data={"requests": asked}).json()
            for found in (client.post(MULTIRUN, data=form).json(), series["runToSeries"]):
                assert {run: [_row(item) for item in found[run]] for run in found} == expected
            for run, rows in expected.items():
                alone = client.get(SCALARS, params={"run": run, "tag": tag}).json()
                assert [_row(item) for item in alone] == rows


def _rows_of(run: Run, tag: str) -> list[tuple[float, int, float | str]]:
    rows = []
    for segment in run.series["scalar", tag].segments:
        columns = segment.columns()
        numbers = zip(*(column.tolist() for column in columns), strict=True)
        void_from = math.inf if segment.restart_step is None else segment.restart_step
        rows += [(time, step, number(value)) for step, time, value in numbers if step < void_from]
    return rows


def _row(item: Any) -> tuple[float, int, float | str]:
    """Wall time, step and value of a point, which is a list or an object."""
    time, step, value = item.values() if isinstance(item, dict) else item
    return time, step, value
