"""Time Series: questions and mistakes, images and histograms, descriptions."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from builders import T0, event_bytes, loaded_store, restart_event, write_events
from dashboards.tensorboard.asking import client_of
from starlette.testclient import TestClient

from neuronboard.formats.event_file import first_event
from neuronboard.formats.tensor_proto import make_tensor_proto
from neuronboard.kinds.image import media_type
from neuronboard.pb.event_pb2 import Event
from neuronboard.pb.summary_pb2 import HistogramProto, Summary, SummaryMetadata

TIME_SERIES = "/data/plugin/timeseries/timeSeries"
IMAGE_DATA = "/data/plugin/timeseries/imageData"
TAGS = "/data/plugin/timeseries/tags"
PNG = b"\x89PNG\r\n\x1a\n"


def metadata(plugin: str, description: str = "") -> SummaryMetadata:
    """What is written with a tag's first value."""
    data = SummaryMetadata.PluginData(plugin_name=plugin)
    return SummaryMetadata(plugin_data=data, summary_description=description)


def write(folder: Path, values: Iterable[tuple[int, Summary.Value]]) -> None:
    """An event file of values at steps; one second passes with each."""
    events = [first_event(T0)]
    for number, (step, value) in enumerate(values):
        summary = Summary(value=[value])
        events.append(Event(wall_time=T0 + number, step=step, summary=summary))
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "events.out.tfevents.1700000000.host").write_bytes(event_bytes(events))


def images(tag: str, *files: bytes, description: str = "") -> Summary.Value:
    """A value of several images at once."""
    tensor = make_tensor_proto([b"4", b"3", *files])
    return Summary.Value(tag=tag, tensor=tensor, metadata=metadata("images", description))


def histogram(tag: str, **fields: Any) -> Summary.Value:
    """A legacy histogram."""
    return Summary.Value(tag=tag, histo=HistogramProto(**fields))


def ask(client: TestClient, *questions: Any) -> Any:
    """The answers to some questions, asked by a form and by the URL."""
    text = json.dumps(questions)
    answer = client.post(TIME_SERIES, data={"requests": text}).json()
    assert client.get(TIME_SERIES, params={"requests": text}).json() == answer
    return answer


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    """Scalars in two runs, images in batches, histograms of which one cannot be read."""
    logdir = tmp_path_factory.mktemp("series")
    write_events(logdir / "a", [(0, {"loss": 1.0}), (1, {"loss": float("nan")})])
    write_events(logdir / "b", [(5, {"loss": 0.1})])
    write(
        logdir / "media",
        [
            (3, images("batch", PNG + b"3a", PNG + b"3b", description="*words*")),
            (1, images("batch", PNG + b"1a")),
            (3, images("batch", PNG + b"3c")),
            (0, histogram("h", min=0, max=9, bucket_limit=[1, 2, 3, 4], bucket=[0, 5, 6, 0])),
            (1, histogram("h", min=0, max=9, bucket_limit=[1], bucket=[0, 5, 6, 0])),
            (2, histogram("h", min=0, max=9, bucket_limit=[1, 2], bucket=[0, 0])),
        ],
    )
    write(logdir / "media 2", [(0, images("batch", PNG, description="other")), (0, images("x"))])
    return client_of(loaded_store(logdir))


def test_without_a_run_scalars_of_every_run_are_answered(client: TestClient) -> None:
    """Numbers that are not finite are words."""
    [answer, one] = ask(
        client,
        {"plugin": "scalars", "tag": "loss"},
        {"plugin": "scalars", "tag": "loss", "run": "b"},
    )
    first = [
        {"wallTime": T0, "step": 0, "value": 1.0},
        {"wallTime": T0 + 1, "step": 1, "value": "NaN"},
    ]
    second = [{"wallTime": T0 + 5, "step": 5, "value": 0.10000000149011612}]
    assert answer == {
        "plugin": "scalars",
        "tag": "loss",
        "runToSeries": {"a": first, "b": second},
    }
    assert one["runToSeries"] == {"b": second}


@pytest.mark.parametrize(
    ("question", "error"),
    [
        ({}, "Missing tag"),
        ({"plugin": "scalars", "tag": 5}, "Missing tag"),
        ({"plugin": "scalars", "tag": ["a"]}, "Missing tag"),
        ({"plugin": "text", "tag": "a"}, "Invalid plugin"),
        ({"plugin": {"a": 1}, "tag": "a"}, "Invalid plugin"),
        ({"plugin": "histograms", "tag": "a"}, "Missing run"),
        ({"plugin": "images", "tag": "a", "run": 3}, "Missing run"),
        ({"plugin": "images", "tag": "a", "run": "b"}, "Missing sample"),
        ({"plugin": "images", "tag": "a", "run": "b", "sample": "0"}, "Missing sample"),
    ],
)
def test_a_wrong_question_has_its_error_beside_the_other_answers(
    client: TestClient, question: dict[str, Any], error: str
) -> None:
    """In TensorBoard's words; the other questions are answered."""
    good = {"plugin": "scalars", "tag": "loss", "run": "b"}
    [answer, other] = ask(client, question, good)
    assert answer["error"] == error
    assert "runToSeries" not in answer
    assert other["runToSeries"]["b"]


@pytest.mark.parametrize(
    "question",
    [
        {"plugin": "scalars", "tag": "no"},
        {"plugin": "scalars", "tag": "loss", "run": "no"},
        {"plugin": "scalars", "tag": "loss", "run": ["a"]},
        {"plugin": "histograms", "tag": "loss", "run": "a"},
        {"plugin": "images", "tag": "batch", "run": "media", "sample": 2},
        {"plugin": "images", "tag": "batch", "run": "media", "sample": -1},
    ],
)
def test_what_is_not_there_has_no_series(client: TestClient, question: dict[str, Any]) -> None:
    """And is no error."""
    [answer] = ask(client, question)
    assert answer["runToSeries"] == {}


@pytest.mark.parametrize(
    ("url", "status", "text"),
    [
        (TIME_SERIES, 400, "Missing 'requests' field"),
        (f"{TIME_SERIES}?requests=", 400, "Missing 'requests' field"),
        (f"{TIME_SERIES}?requests=[", 400, "Unable to parse 'requests' as JSON"),
        (f"{TIME_SERIES}?requests=" + "[" * 3000, 400, "Unable to parse 'requests' as JSON"),
        (f"{TIME_SERIES}?requests=5", 400, "must be a list of objects"),
        (f"{TIME_SERIES}?requests=[5]", 400, "must be a list of objects"),
        (IMAGE_DATA, 400, "Missing 'imageId' field"),
        (f"{IMAGE_DATA}?imageId=", 400, "Missing 'imageId' field"),
        (f"{IMAGE_DATA}?imageId=x", 400, "is no key of an image"),
        (f"{IMAGE_DATA}?imageId=%EA%B0%80", 400, "is no key of an image"),
        (f"{IMAGE_DATA}?imageId=W10", 400, "is no key of an image"),
        (f"{IMAGE_DATA}?imageId=WyIiLCJpbWFnZXMiLCJhIiwiYiIsMCwyXQ", 404, "there is no image"),
    ],
)
def test_a_mistake_is_a_sentence(client: TestClient, url: str, status: int, text: str) -> None:
    """As plain text, with a status of the client's."""
    response = client.get(url)
    assert (response.status_code, response.headers["content-type"]) == (
        status,
        "text/plain; charset=utf-8",
    )
    assert text in response.text


def test_every_image_of_a_step_has_a_key_of_its_own(client: TestClient) -> None:
    """By step, and at one step in the order of the file; a batch is asked for image by image."""
    first, second = ask(
        client,
        *(
            {"plugin": "images", "tag": "batch", "run": "media", "sample": sample}
            for sample in (0, 1)
        ),
    )
    series = first["runToSeries"]["media"]
    assert [item["step"] for item in series] == [1, 3, 3]
    found = [client.get(IMAGE_DATA, params={"imageId": item["imageId"]}) for item in series]
    assert [response.content for response in found] == [PNG + b"1a", PNG + b"3a", PNG + b"3c"]
    assert {response.headers["content-type"] for response in found} == {"image/png"}
    [only] = second["runToSeries"]["media"]
    key = {"imageId": only["imageId"]}
    assert client.get(IMAGE_DATA, params=key).content == PNG + b"3b"


def test_tags_say_what_there_is(client: TestClient) -> None:
    """Descriptions that differ between runs are put together, with the runs' names."""
    answer = client.get(TAGS).json()
    assert answer["scalars"] == {
        "runTagInfo": {"a": ["loss"], "b": ["loss"]},
        "tagDescriptions": {},
    }
    assert answer["histograms"] == {"runTagInfo": {"media": ["h"]}, "tagDescriptions": {}}
    assert answer["images"]["tagRunSampledInfo"] == {
        "batch": {"media": {"maxSamplesPerStep": 2}, "media 2": {"maxSamplesPerStep": 1}},
        "x": {"media 2": {"maxSamplesPerStep": 0}},
    }
    assert answer["images"]["tagDescriptions"] == {
        "batch": "<h1>Multiple descriptions</h1>\n<h2>For run: media</h2>\n<p><em>words</em></p>\n"
        "<h2>For run: media 2</h2>\n<p>other</p>"
    }


def test_a_histogram_that_cannot_be_read_does_not_hide_the_others(client: TestClient) -> None:
    """Empty buckets at the ends are gone; where all are empty there are none."""
    [answer] = ask(client, {"plugin": "histograms", "tag": "h", "run": "media"})
    series = answer["runToSeries"]["media"]
    assert [(item["step"], item["bins"]) for item in series] == [
        (0, [{"min": 0.0, "max": 2.0, "count": 5.0}, {"min": 2.0, "max": 9.0, "count": 6.0}]),
        (2, []),
    ]


def test_a_description_names_only_the_runs_whose_tag_has_it(tmp_path: Path) -> None:
    """Not those where another tag has the same one."""
    write(tmp_path / "a", [(0, images("x", PNG, description="same"))])
    write(tmp_path / "b", [(0, images("x", PNG, description="other"))])
    write(tmp_path / "c", [(0, images("y", PNG, description="same"))])
    answer = client_of(loaded_store(tmp_path)).get(TAGS).json()["images"]["tagDescriptions"]
    assert answer["y"] == "<p>same</p>"
    assert "<h2>For run: a</h2>\n<p>same</p>" in answer["x"]


def test_images_that_a_restart_declared_void_are_not_counted(tmp_path: Path) -> None:
    """Where all of a tag's are void, a step has none."""
    write(tmp_path, [(0, images("x", PNG)), (5, images("y", PNG)), (0, images("y"))])
    with next(tmp_path.iterdir()).open("ab") as file:
        file.write(event_bytes([restart_event(9), restart_event(1)]))
    client = client_of(loaded_store(tmp_path))
    assert client.get(TAGS).json()["images"]["tagRunSampledInfo"] == {
        "x": {".": {"maxSamplesPerStep": 1}},
        "y": {".": {"maxSamplesPerStep": 0}},
    }
    [answer] = ask(client, {"plugin": "images", "tag": "y", "run": ".", "sample": 0})
    assert answer["runToSeries"] == {}


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (PNG + b"x", "image/png"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"GIF89a", "image/gif"),
        (b"BM" + bytes(8), "image/bmp"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp"),
        (b"\x00\x00\x00\x20ftypavif", "image/avif"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "application/octet-stream"),
        (b"", "application/octet-stream"),
    ],
)
def test_an_image_has_the_type_that_its_first_bytes_say(data: bytes, expected: str) -> None:
    """What could run in a browser has none."""
    assert media_type(data) == expected


def test_how_many_images_a_step_has_is_counted_over_ten_steps(tmp_path: Path) -> None:
    """The last step is one of them."""
    values = [images("i", *[PNG] * (3 if step == 99 else 1)) for step in range(100)]
    write(tmp_path, list(enumerate(values)))
    info = client_of(loaded_store(tmp_path)).get(TAGS).json()["images"]["tagRunSampledInfo"]
    assert info == {"i": {".": {"maxSamplesPerStep": 3}}}


def test_the_flag_limits_images_and_histograms(tmp_path: Path) -> None:
    """All of them without it; the last one is always there."""
    fields = {"min": 0, "max": 1, "bucket_limit": [1], "bucket": [1]}
    values = [(step, histogram("h", **fields)) for step in range(60)]
    write(tmp_path / "h", values)
    write(tmp_path / "i", [(step, images("i", PNG)) for step in range(60)])
    store = loaded_store(tmp_path)
    questions = (
        {"plugin": "histograms", "tag": "h", "run": "h"},
        {"plugin": "images", "tag": "i", "run": "i", "sample": 0},
    )
    for samples, wanted in (({}, 60), ({"histograms": 7, "images": 7}, 7)):
        for answer in ask(client_of(store, samples_per_plugin=samples), *questions):
            [series] = answer["runToSeries"].values()
            steps = [item["step"] for item in series]
            assert (len(steps), steps[-1]) == (wanted, 59)
            assert steps == sorted(steps)
