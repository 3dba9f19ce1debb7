"""What TensorBoard's routes get wrong, in one of its loaders or in both, is right here.

Points that vanish are the most of it: its default loader drops what a second file repeats, it has
no double precision, and both end a file at the first damage.
"""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from builders import T0, event_bytes, loaded_store, restart_event, scalar_event, write_events
from dashboards.tensorboard.asking import client_of

from neuronboard.formats.event_file import first_event
from neuronboard.formats.tensor_proto import make_tensor_proto
from neuronboard.pb.event_pb2 import Event
from neuronboard.pb.summary_pb2 import Summary, SummaryMetadata

URL = "/data/plugin/scalars/scalars?run=.&tag=loss"


def rows_of(logdir: Path) -> list[list[float]]:
    """The points of the tag `loss` in the log directory itself."""
    rows: list[list[float]] = client_of(loaded_store(logdir)).get(URL).json()
    return rows


def steps_of(logdir: Path) -> list[float]:
    """Their steps."""
    return [step for _, step, _ in rows_of(logdir)]


def write_values(path: Path, values: list[Summary.Value]) -> None:
    """An event file of values, at steps 0, 1, ..."""
    events = [
        Event(wall_time=T0 + step, step=step, summary=Summary(value=[value]))
        for step, value in enumerate(values)
    ]
    path.write_bytes(event_bytes([first_event(T0), *events]))


def test_a_second_file_that_repeats_steps_drops_nothing(tmp_path: Path) -> None:
    """100 points and 50 more."""
    for name, count in (("1", 100), ("2", 50)):
        points = [(step, {"loss": 0.0}) for step in range(count)]
        write_events(tmp_path / f"events.out.tfevents.{name}", points)
    assert steps_of(tmp_path) == [*range(100), *range(50)]


def test_several_values_at_one_step_are_all_answered(tmp_path: Path) -> None:
    """As torch writes them without a step; they differ in their wall times."""
    events = [scalar_event(0, {"loss": value}, T0 + value) for value in range(10)]
    (tmp_path / "tfevents").write_bytes(event_bytes([first_event(T0), *events]))
    assert rows_of(tmp_path) == [[T0 + value, 0, value] for value in range(10)]


@pytest.mark.parametrize(
    "dtype", ["float64", "float16", "int32", "int64", "uint8", "uint32", "bool"]
)
def test_scalars_of_every_type_are_answered(tmp_path: Path, dtype: str) -> None:
    """Double precision in full: 0.1 is 0.1."""
    metadata = SummaryMetadata(plugin_data=SummaryMetadata.PluginData(plugin_name="scalars"))
    number = 0.1 if dtype == "float64" else 1
    tensor = make_tensor_proto(np.array(number, dtype))
    values = [Summary.Value(tag="loss", tensor=tensor, metadata=metadata)] * 5
    write_values(tmp_path / "tfevents", values)
    assert rows_of(tmp_path) == [[T0 + step, step, number] for step in range(5)]


@pytest.mark.parametrize("where", ["payload", "length"])
def test_reading_goes_on_behind_damage_which_is_told(tmp_path: Path, where: str) -> None:
    """9 of 10 points are there; /api/status names file and offset."""
    events = [first_event(T0), *(scalar_event(step, {"loss": 0.0}) for step in range(10))]
    data, start = bytearray(event_bytes(events)), len(event_bytes(events[:5]))
    data[start + (20 if where == "payload" else 0)] ^= 1
    path = tmp_path / "tfevents"
    path.write_bytes(data)
    client = client_of(loaded_store(tmp_path))
    assert [step for _, step, _ in client.get(URL).json()] == [0, 1, 2, 3, 5, 6, 7, 8, 9]
    [problem] = client.get("/api/status").json()["problems"]
    assert (problem["path"], problem["offset"]) == (str(path), start)


def test_a_legacy_value_keeps_its_display_name_and_description(tmp_path: Path) -> None:
    """As tensorboardX writes them; without a name it is the tag."""
    said = SummaryMetadata(display_name="Loss", summary_description="*of* training")
    values = [
        Summary.Value(tag="loss", simple_value=1, metadata=said),
        Summary.Value(tag="acc", simple_value=1),
    ]
    write_values(tmp_path / "tfevents", values)
    tags = client_of(loaded_store(tmp_path)).get("/data/plugin/scalars/tags").json()["."]
    assert tags == {
        "loss": {"displayName": "Loss", "description": "<p><em>of</em> training</p>"},
        "acc": {"displayName": "acc", "description": ""},
    }


def test_steps_beyond_32_and_53_bits_are_whole(tmp_path: Path) -> None:
    """Plain JSON integers."""
    steps = [0, 3_000_000_000, 2**53 + 1, 2**63 - 1]
    write_events(tmp_path / "tfevents", [(step, {"loss": 0.0}) for step in steps])
    assert steps_of(tmp_path) == steps


def test_data_of_a_newer_version_of_a_plugin_are_answered(tmp_path: Path) -> None:
    """A scalar is a scalar; TensorBoard hides it."""
    data = SummaryMetadata.PluginData(plugin_name="scalars", content=b"\x08\x07")
    tensor = make_tensor_proto(2.5)
    value = Summary.Value(tag="loss", tensor=tensor, metadata=SummaryMetadata(plugin_data=data))
    write_values(tmp_path / "tfevents", [value])
    assert rows_of(tmp_path) == [[T0, 0, 2.5]]


def test_a_restart_is_the_same_for_tags_that_are_written_again_and_for_rare_ones(
    tmp_path: Path,
) -> None:
    """From the second START on, all of them lose what it declared void."""
    first = [scalar_event(step, {"loss": 0.0, "rare": 0.0}) for step in range(100)]
    again = [restart_event(40), *(scalar_event(step, {"loss": 1.0}) for step in range(40, 60))]
    files = ([first_event(T0), restart_event(0), *first], [first_event(T0), *again])
    for number, events in enumerate(files):
        (tmp_path / f"events.out.tfevents.{number}").write_bytes(event_bytes(events))
    assert steps_of(tmp_path) == list(range(60))
    rare = client_of(loaded_store(tmp_path)).get(URL.replace("loss", "rare")).json()
    assert [step for _, step, _ in rare] == list(range(40))


def test_a_file_that_was_replaced_is_read_anew(tmp_path: Path) -> None:
    """Written beside and renamed, as rsync does; the next look has its points."""
    path = write_events(tmp_path / "tfevents", [(0, {"loss": 0.0})])
    store = loaded_store(tmp_path)
    other = write_events(tmp_path / "other", [(step, {"loss": 1.0}) for step in range(3)])
    other.rename(path)
    store.refresh()
    assert [row[1:] for row in client_of(store).get(URL).json()] == [[0, 1.0], [1, 1.0], [2, 1.0]]


def test_an_older_file_that_grows_is_read_on(tmp_path: Path) -> None:
    """Also when a newer one is there; it stands where the file does."""
    older = write_events(tmp_path / "tfevents.1", [(0, {"loss": 0.0})])
    write_events(tmp_path / "tfevents.2", [(10, {"loss": 0.0})])
    store = loaded_store(tmp_path)
    with older.open("ab") as file:
        file.write(event_bytes([scalar_event(1, {"loss": 0.0})]))
    store.refresh()
    assert [step for _, step, _ in client_of(store).get(URL).json()] == [0, 1, 10]


def test_a_tag_of_two_kinds_is_answered_as_both(tmp_path: Path) -> None:
    """Numbers among the scalars, images among the images."""
    image = Summary.Image(width=1, height=1, encoded_image_string=b"GIF89a")
    values = [Summary.Value(tag="loss", simple_value=1), Summary.Value(tag="loss", image=image)]
    write_values(tmp_path / "tfevents", values)
    client = client_of(loaded_store(tmp_path))
    tags = client.get("/data/plugin/timeseries/tags").json()
    assert tags["scalars"]["runTagInfo"] == {".": ["loss"]}
    assert tags["images"]["tagRunSampledInfo"] == {"loss": {".": {"maxSamplesPerStep": 1}}}
    assert client.get(URL).json() == [[T0, 0, 1.0]]


def test_metadata_without_a_value_do_not_hide_the_other_tags(tmp_path: Path) -> None:
    """A tag that has no value yet is no tag."""
    data = SummaryMetadata.PluginData(plugin_name="scalars")
    values = [
        Summary.Value(tag="empty", metadata=SummaryMetadata(plugin_data=data)),
        Summary.Value(tag="loss", simple_value=1),
    ]
    write_values(tmp_path / "tfevents", values)
    client = client_of(loaded_store(tmp_path))
    assert list(client.get("/data/plugin/scalars/tags").json()["."]) == ["loss"]


def test_names_that_are_no_utf_8_do_not_hide_the_others(tmp_path: Path) -> None:
    """Bytes that cannot be read are shown as numbers."""
    write_events(Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff")), [(0, {"loss": 1.0})])
    write_events(tmp_path / "b", [(0, {"loss": 2.0})])
    client = client_of(loaded_store(tmp_path))
    assert client.get("/data/runs").json() == ["\\xff", "b"]
    asked = '[{"plugin": "scalars", "tag": "loss"}]'
    [answer] = client.post("/data/plugin/timeseries/timeSeries", data={"requests": asked}).json()
    values = {run: series[0]["value"] for run, series in answer["runToSeries"].items()}
    assert values == {"\\xff": 1.0, "b": 2.0}


def test_a_link_into_its_own_folder_makes_no_runs(tmp_path: Path) -> None:
    """The run is there once."""
    write_events(tmp_path / "r", [(0, {"loss": 1.0})])
    (tmp_path / "r" / "up").symlink_to("..")
    assert client_of(loaded_store(tmp_path)).get("/data/runs").json() == ["r"]


def test_a_number_of_another_plugin_is_a_scalar_too(tmp_path: Path) -> None:
    """Its metadata count for its names only."""
    data = SummaryMetadata.PluginData(plugin_name="other")
    said = SummaryMetadata(plugin_data=data, display_name="shown")
    value = Summary.Value(tag="loss", tensor=make_tensor_proto(1.0), metadata=said)
    write_values(tmp_path / "tfevents", [value])
    client = client_of(loaded_store(tmp_path))
    tags = client.get("/data/plugin/scalars/tags").json()["."]
    assert tags == {"loss": {"displayName": "shown", "description": ""}}
    assert client.get(URL).json() == [[T0, 0, 1.0]]
