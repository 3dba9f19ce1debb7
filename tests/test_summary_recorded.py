"""Summaries of every kind against those that TensorFlow 2.21 wrote: the same bytes."""

from __future__ import annotations

import io
import tarfile
import zlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import neuronboard as tf0
import neuronboard.compat.v1 as tf
from neuronboard.formats.tfrecord import scan_records
from neuronboard.pb.event_pb2 import Event
from neuronboard.pb.summary_pb2 import Summary

GOLDEN = Path(__file__).parent / "golden"


@cache
def _recorded(run: str) -> list[Event]:
    """The events of a run that carry summaries."""
    with tarfile.open(GOLDEN / "corpora" / "tf1_filewriter.tar.xz") as archive:
        [name] = [n for n in archive.getnames() if n.startswith(f"logdir/{run}/events")]
        member = archive.extractfile(name)
        assert member is not None
        data = member.read()
    events = [Event.FromString(payload) for payload in scan_records(data).payloads]
    return [event for event in events if event.summary.value]


@cache
def _inputs() -> dict[str, Any]:
    with np.load(GOLDEN / "summaries" / "inputs.npz") as stored:
        return dict(stored)


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    with tf.Graph().as_default():
        yield


def _written(summary: Any) -> list[Summary.Value]:
    with tf.Session() as session:
        return list(Summary.FromString(session.run(summary)).value)


def _values(run: str, tag: str, step: int) -> list[Summary.Value]:
    """The recorded values of a step whose tags begin so."""
    every = [
        value for event in _recorded(run) if event.step == step for value in event.summary.value
    ]
    return [value for value in every if value.tag.partition("/")[0] == tag]


HISTOGRAMS = [name.removeprefix("hist_").rsplit("_", 1) for name in _inputs() if name[:4] == "hist"]


@pytest.mark.parametrize(("tag", "step"), HISTOGRAMS)
def test_a_histogram_is_the_recorded_one(tag: str, step: str) -> None:
    """Buckets and moments; sums of floats may differ in the last bit, by the order of adding."""
    [value] = _written(tf.summary.histogram(tag, _inputs()[f"hist_{tag}_{step}"]))
    [wanted] = _values("histograms", tag, int(step))
    for key in ("sum", "sum_squares"):
        assert getattr(value.histo, key) == pytest.approx(getattr(wanted.histo, key), rel=1e-12)
        setattr(value.histo, key, getattr(wanted.histo, key))
    assert value.SerializeToString() == wanted.SerializeToString()


IMAGES = [
    *(
        (f"rgb_u8{'_' * bool(i)}{i or ''}", i, f"img_rgb_u8{'_' * bool(i)}{i or ''}_{i}")
        for i in range(3)
    ),
    *((tag, 0, f"img_{tag}_0") for tag in ("gray_u8", "rgba_u8", "f_pos", "f_neg", "f_zero")),
    *((tag, 0, f"img_{tag}_0") for tag in ("f_nan_inf", "f_single")),
]


def _unpacked(png: bytes) -> tuple[bytes, bytes]:
    """A PNG's header, and its rows with their filters: what does not depend on who deflates."""
    parts, at = b"", 33
    while png[at + 4 : at + 8] == b"IDAT":
        size = int.from_bytes(png[at : at + 4], "big")
        parts += png[at + 8 : at + 8 + size]
        at += size + 12
    assert png[at + 4 :] == b"IEND\xaeB`\x82"
    return png[:33], zlib.decompress(parts)


@pytest.mark.parametrize(("tag", "step", "given"), IMAGES)
def test_pictures_are_the_recorded_ones(tag: str, step: int, given: str) -> None:
    """Bytes and floats of every sign, pixels that are not finite, and one of a batch."""
    most = 1 if tag == "f_single" else 3
    values = _written(tf.summary.image(tag, _inputs()[given], max_outputs=most))
    wanted = _values("images", tag, step)
    assert [value.tag for value in values] == [value.tag for value in wanted]
    for value, other in zip(values, wanted, strict=True):
        mine, theirs = value.image, other.image
        assert (mine.height, mine.width, mine.colorspace) == (
            *(theirs.height, theirs.width, theirs.colorspace),
        )
        assert _unpacked(mine.encoded_image_string) == _unpacked(theirs.encoded_image_string)


@pytest.mark.parametrize("tag", ["mono", "stereo", "batch_clip", "one"])
def test_sounds_are_the_recorded_ones(tag: str) -> None:
    """One channel and two, a batch that is too loud, and one of a batch."""
    most = 1 if tag == "one" else 3
    sound = _inputs()[f"audio_{tag}"]
    values = _written(tf.summary.audio(tag, sound, 8000, max_outputs=most))
    wanted = _values("audio", tag, 0)
    assert [value.SerializeToString() for value in values] == [
        value.SerializeToString() for value in wanted
    ]


TEXTS = {
    "md": "# Title\n\n*em* **strong** `code`\n\n* a\n* b\n",
    "uni": "학습 횟수 😀 é",
    "empty": "",
    "vec": ["a", "b", "**c**"],
    "mat": [["r0c0", "r0c1"], ["r1c0", "*r1c1*"]],
    "rank3": [[["a", "b"]], [["c", "d"]]],
}


@pytest.mark.parametrize(("tag", "text"), TEXTS.items(), ids=list(TEXTS))
def test_texts_are_the_recorded_ones(tag: str, text: Any) -> None:
    [value] = _written(tf.summary.text(tag, tf.constant(text)))
    [wanted] = _values("text", tag, 0)
    assert value.SerializeToString() == wanted.SerializeToString()


TENSORS = {
    "f32": np.arange(6, dtype=np.float32).reshape(2, 3),
    "f64": np.float64(2.5),
    "i32": np.array([1, -2], np.int32),
    "i64": np.int64(2**40),
    "u8": np.array([0, 255], np.uint8),
    "bool": np.array([True, False]),
    "f16": np.array([1.5, -2.0], np.float16),
}


@pytest.mark.parametrize(("tag", "array"), TENSORS.items(), ids=list(TENSORS))
def test_tensors_are_the_recorded_ones(tag: str, array: Any) -> None:
    [value] = _written(tf.summary.tensor_summary(tag, tf.constant(array)))
    [wanted] = _values("tensors", tag, 7)
    assert value.SerializeToString() == wanted.SerializeToString()


def test_metadata_come_with_a_tags_first_value_as_recorded(tmp_path: Path) -> None:
    summary = tf.summary.text("md", tf.constant(TEXTS["md"]))
    with tf.summary.FileWriter(str(tmp_path)) as writer, tf.Session() as session:
        for step in range(2):
            writer.add_summary(session.run(summary), step)
    [file] = tmp_path.iterdir()
    events = [Event.FromString(p) for p in scan_records(file.read_bytes()).payloads][1:]
    for step, event in enumerate(events):
        [wanted] = _values("text", "md", step)
        assert event.summary.value[0].SerializeToString() == wanted.SerializeToString()


# ---- the operations


def test_the_operations_are_named_as_those_of_tensorflow() -> None:
    """Types and inputs, the family twice in the tag, and what cannot be in a name."""
    tf.summary.image("a picture", np.zeros((1, 2, 2, 3), np.uint8), family="f")
    tf.summary.audio("sound", np.zeros((1, 8), np.float32), 8000.0)
    tf.summary.text("words", "hello")
    nodes = {node.name: node for node in tf.get_default_graph().as_graph_def().node}
    image = nodes["f/a_picture"]
    assert image.op == "ImageSummary"
    assert list(image.input) == ["f/a_picture/tag", "f/a_picture/tensor"]
    assert nodes["f/a_picture/tag"].attr["value"].tensor.string_val == [b"f/f/a_picture"]
    assert image.attr["max_images"].i == 3
    assert image.attr["bad_color"].tensor.dtype == 4
    sound = nodes["sound"]
    assert sound.op == "AudioSummaryV2"
    assert list(sound.input) == ["sound/tag", "sound/tensor", "sound/sample_rate"]
    words = nodes["words"]
    assert words.op == "TensorSummaryV2"
    assert [name.rpartition("/")[2] for name in words.input] == [
        *("tag", "Const", "serialized_summary_metadata"),
    ] or words.input[1] == "Const"
    assert len(tf.get_collection(tf.GraphKeys.SUMMARIES)) == 3
    merged = tf.summary.merge_all(name="all")
    assert merged.op.type == "MergeSummary"
    assert len(_written(merged)) == 3
    assert tf.summary.merge_all(scope="sound").op.node_def.attr["N"].i == 1


def test_the_summaries_of_0x_take_the_tag_as_it_is() -> None:
    picture = tf0.image_summary("my picture", np.zeros((2, 2, 2, 1), np.uint8), max_images=1)
    sound = tf0.audio_summary("my sound", np.zeros((2, 8, 1), np.float32), 8000)
    assert [value.tag for value in _written(picture)] == ["my picture/image"]
    assert [value.tag for value in _written(sound)] == ["my sound/audio/0", "my sound/audio/1"]
    assert (picture.op.name, sound.op.name) == ("ImageSummary", "AudioSummary")


def test_a_tensor_summary_carries_its_description() -> None:
    [value] = _written(
        tf.summary.tensor_summary("x", [1.0], "what **it** is", display_name="X of it")
    )
    assert value.metadata.summary_description == "what **it** is"
    assert value.metadata.display_name == "X of it"


MISTAKES: list[tuple[type[Exception], str, Any]] = [
    (TypeError, "takes the name first", lambda: tf.summary.image(np.zeros((1, 2, 2, 3)), "x")),
    (ValueError, "rank 4", lambda: tf.summary.image("x", np.zeros((2, 2, 3), np.float32))),
    (ValueError, "rank 2 or 3", lambda: tf.summary.audio("x", np.zeros(8, np.float32), 8000)),
    (ValueError, "dtype string", lambda: tf.summary.text("x", tf.constant(1.0))),
    (TypeError, "not in list of allowed", lambda: tf.summary.image("x", [[[[1]]]])),
    (
        tf.errors.InvalidArgumentError,
        r"last dim 1, 3, or 4, not \[1, 2, 2, 2\]",
        lambda: _written(tf.summary.image("x", np.zeros((1, 2, 2, 2), np.uint8))),
    ),
    (
        tf.errors.InvalidArgumentError,
        "sample_rate must be > 0",
        lambda: _written(tf.summary.audio("x", np.zeros((1, 8), np.float32), 0.0)),
    ),
]


@pytest.mark.parametrize(("kind", "message", "build"), MISTAKES, ids=[m[1] for m in MISTAKES])
def test_a_mistake_is_told(kind: type[Exception], message: str, build: Any) -> None:
    with pytest.raises(kind, match=message):
        build()


def test_one_writer_is_kept_for_each_folder(tmp_path: Path) -> None:
    cache = tf.summary.FileWriterCache
    one = cache.get(str(tmp_path / "a"))
    assert cache.get(str(tmp_path / "a")) is one
    assert cache.get(str(tmp_path / "b")) is not one
    cache.clear()
    again = cache.get(str(tmp_path / "a"))
    assert again is not one
    cache.clear()
    assert io.BytesIO(next((tmp_path / "a").iterdir()).read_bytes()).read(8)
