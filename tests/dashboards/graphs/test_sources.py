"""All graphs of recorded logs: TensorFlow's with step stats, a traced function's, torch's."""

from __future__ import annotations

import lzma
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from builders import event_bytes, loaded_store, write_events
from graphs_made import GOLDEN, SEED, graph_def
from starlette.testclient import TestClient

from neuronboard.dashboards.graphs import sources
from neuronboard.dashboards.graphs.timeline import timeline, trace_file
from neuronboard.dashboards.graphs.values import values
from neuronboard.dashboards.graphs.view import Pictures
from neuronboard.errors import DataError, NotFoundQueryError, QueryError
from neuronboard.formats.graph_file import Found
from neuronboard.pb.event_pb2 import Event
from neuronboard.pb.graph_pb2 import GraphDef
from neuronboard.pb.summary_pb2 import Summary, SummaryMetadata
from neuronboard.server.app import create_app
from neuronboard.server.settings import Settings
from neuronboard.store import Store

CORPORA = ("tf1_filewriter", "tf2_summary", "torch_summarywriter")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """The recorded logs in one folder."""
    folder = tmp_path_factory.mktemp("graphs")
    for corpus in CORPORA:
        with tarfile.open(GOLDEN / "corpora" / f"{corpus}.tar.xz") as archive:
            archive.extractall(folder / corpus, filter="data")
    return loaded_store(folder)


def load(store: Store, run: str, graph: str | None = None) -> Pictures:
    """A graph of a recorded run."""
    corpus, name = run.split("/")
    return sources.load(store, f"{corpus}/logdir/{name}", graph)[1]


@pytest.mark.parametrize(
    ("run", "names", "nodes"),
    [
        (
            "tf1_filewriter/graph",
            ["graph", "graph#2", "profile:step000", "profile:step002", "profile:step004"],
            141,
        ),
        ("tf1_filewriter/graph_twice", ["graph", "graph#2", "graph#3"], 143),
        ("tf1_filewriter/metagraph_only", ["graph"], 143),
        ("tf2_summary/graph_only", ["graph"], 8),
        ("tf2_summary/trace", ["run_metadata:fn_trace"], 13),
        ("torch_summarywriter/graph", ["graph", "profile:step1"], 44),
        ("torch_summarywriter/graph_lstm", ["graph", "profile:step1"], 35),
    ],
)
def test_every_graph_that_a_run_wrote_can_be_chosen(
    store: Store, run: str, names: list[str], nodes: int
) -> None:
    """Not only the newest; what only tells of times is drawn on the run's graph."""
    corpus, name = run.split("/")
    found = sources.written(store.catalog.run(f"{corpus}/logdir/{name}"))
    assert [one.graph for one in found] == names
    for one in found:
        assert len(load(store, run, one.graph).graph.table) == nodes
    newest = [one.graph for one in found if one.kind == "graph"] or names
    assert sources.load(store, f"{corpus}/logdir/{name}", None)[0] == newest[-1]


def test_a_graph_that_tensorboardx_wrote_is_folded_as_torchs(tmp_path: Path) -> None:
    """Three blocks that are alike are one series; shapes stand at the edges."""
    recorded = lzma.decompress((GOLDEN / "graphs" / "tensorboardX.tfevents.xz").read_bytes())
    (tmp_path / "events.out.tfevents.1795630557.vm").write_bytes(recorded)
    pictures = sources.load(loaded_store(tmp_path), ".", None)[1]
    inside = pictures.view("Net")
    [series] = [box for box in inside.boxes if box.kind == "series"]
    assert (series.name, series.count) == ("Block[[0..2]]", 3)
    assert {edge.shape for edge in inside.edges if edge.target == "Net/Linear[out]"} >= {"4×8"}


def test_what_is_not_there_is_said(store: Store) -> None:
    """With what there is."""
    with pytest.raises(NotFoundQueryError, match="it has graph, graph#2, profile:step000"):
        load(store, "tf1_filewriter/graph", "graph#9")
    with pytest.raises(QueryError, match="run must name a run"):
        sources.load(store, None, None)
    with pytest.raises(NotFoundQueryError, match="open it again"):
        sources.load(store, None, "upload:0000")


@pytest.fixture(scope="module")
def profiled(store: Store) -> Pictures:
    """The graph of TensorFlow's recording with the step stats of its third step."""
    return load(store, "tf1_filewriter/graph", "profile:step004")


def test_time_and_memory_add_up(profiled: Pictures) -> None:
    """Of the parts to that of the whole, by groups; what did not run has none."""
    stats = profiled.graph.stats
    assert stats is not None
    for by, total in (("compute", stats.time.sum()), ("memory", stats.memory.sum())):
        found = values(profiled, by, "")
        assert sum(v for v in found["values"].values() if v) == pytest.approx(total)
        assert found["high"] == pytest.approx(total)
    assert None in values(profiled, "compute", "")["values"].values()
    group = next(box.path for box in profiled.view("").boxes if box.kind == "group")
    inside = sum(v for v in values(profiled, "compute", group)["values"].values() if v)
    assert inside == pytest.approx(values(profiled, "compute", "")["values"][group] or 0)


@pytest.mark.parametrize("by", ["device", "op", "structure"])
def test_words_to_colour_by(profiled: Pictures, by: str) -> None:
    """Each value is one of the labels, or stands for several or none."""
    found = values(profiled, by, "")
    if by != "structure":
        words = {word for word in found["values"].values() if word is not None}
        assert words <= {*found["labels"], "(several)"}
    assert set(found["values"]) == {box.path for box in profiled.view("").boxes}
    with pytest.raises(QueryError, match="by must be one of compute, memory, size, value, device"):
        values(profiled, "taste", "")


def test_the_timeline_is_columns_in_order(profiled: Pictures) -> None:
    """From the first start on; every row of the step stats is there."""
    found = timeline(profiled)
    columns = [column for key, column in found.items() if key != "first_us"]
    assert {len(column) for column in columns} == {68}
    assert found["start_us"] == sorted(found["start_us"])
    assert found["start_us"][0] == 0
    assert all(took >= 0 for took in found["duration_us"])


def test_the_trace_file_keeps_the_rules_of_its_format(profiled: Pictures) -> None:
    """Those of the trace event format: known phases, numbers where numbers must be, every process
    and thread with a name; and the same times as the timeline."""
    trace = trace_file(profiled)
    events = trace["traceEvents"]
    named = {(e["pid"], e["tid"]) for e in events if e["name"] == "thread_name"}
    processes = {e["pid"] for e in events if e["name"] == "process_name"}
    complete = [event for event in events if event["ph"] == "X"]
    assert {event["ph"] for event in events} == {"M", "X"}
    for event in complete:
        assert {"name", "cat", "ph", "ts", "dur", "pid", "tid", "args"} == set(event)
        assert isinstance(event["ts"], float)
        assert isinstance(event["dur"], float)
        assert min(event["ts"], event["dur"]) >= 0
        assert isinstance(event["pid"], int)
        assert isinstance(event["tid"], int)
        assert (event["pid"], event["tid"]) in named
        assert event["pid"] in processes
        assert event["name"]
    for event in events:
        assert event["ph"] == "X" or isinstance(event["args"]["name"], str)
    found = timeline(profiled)
    assert [event["ts"] for event in complete] == found["start_us"]
    assert [event["args"]["name"] for event in complete] == found["node"]


def test_a_graph_without_times_says_how_to_get_some(store: Store) -> None:
    """torch's add_graph writes run metadata without any."""
    pictures = load(store, "torch_summarywriter/graph", "profile:step1")
    assert pictures.graph.stats is None
    with pytest.raises(NotFoundQueryError, match="add_run_metadata"):
        timeline(pictures)
    assert values(pictures, "compute", "")["legend"] is None


def test_a_keras_model_is_drawn(tmp_path: Path) -> None:
    """As Keras' callback writes it: JSON in a summary."""
    text = (
        b'{"class_name": "Sequential", "config": {"name": "net", "layers": ['
        b'{"class_name": "Dense", "config": {"name": "one", "units": 3}},'
        b'{"class_name": "Dense", "config": {"name": "two", "units": 1}}]}}'
    )
    value = Summary.Value(tag="keras")
    value.metadata.CopyFrom(
        SummaryMetadata(
            plugin_data=SummaryMetadata.PluginData(plugin_name="graph_keras_model", content=b"1")
        )
    )
    value.tensor.dtype = 7
    value.tensor.string_val.append(text)
    path = tmp_path / "events.out.tfevents.1.h"
    path.write_bytes(event_bytes([Event(wall_time=1, summary=Summary(value=[value]))]))
    name, pictures = sources.load(loaded_store(tmp_path), ".", None)
    assert name == "keras:keras"
    view = pictures.view("net")
    assert [(box.path, box.kind) for box in view.boxes] == [
        ("net/one", "node"),
        ("net/two", "node"),
    ]
    assert [(edge.source, edge.target) for edge in view.edges] == [("net/one", "net/two")]


def test_graphs_are_kept_until_others_need_the_room(monkeypatch: pytest.MonkeyPatch) -> None:
    """By content; a graph that is too large alone is kept alone."""
    monkeypatch.setattr(sources, "_kept", sources._Kept())
    monkeypatch.setattr(sources, "MOST_NODES", 3)
    found = [
        Found(
            "graph", graph_def(*[(f"{name}{i}", "X", []) for i in range(size)]).SerializeToString()
        )
        for name, size in (("a", 1), ("b", 2), ("c", 1), ("d", 9))
    ]
    first, second = sources.opened(found[0]), sources.opened(found[1])
    assert sources.opened(found[0]) is first
    third = sources.opened(found[2])
    assert (sources.opened(found[0]) is first, sources.opened(found[2]) is third) == (True, True)
    assert sources.opened(found[1]) is not second
    large = sources.opened(found[3])
    assert sources.opened(found[3]) is large


def test_a_graph_is_read_once_and_again_when_another_one_stands_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each box that opens asks for it; a file that is written anew has other checksums."""
    graphs = [graph_def((name, "Relu", [])).SerializeToString() for name in "ab"]
    write_events(tmp_path / "r", graph_def=graphs[0])
    store = loaded_store(tmp_path)
    first = sources.load(store, "r", None)[1]
    (path,) = (tmp_path / "r").iterdir()
    monkeypatch.setattr(Store, "read", lambda *_: pytest.fail("read again"))
    assert sources.load(store, "r", None)[1] is first
    monkeypatch.undo()
    kept = path.read_bytes()
    path.unlink()
    write_events(tmp_path / "r", graph_def=graphs[1])
    (other,) = (tmp_path / "r").iterdir()
    other.rename(path)
    assert len(path.read_bytes()) == len(kept)
    assert sources.load(store, "r", None)[1].view("").boxes[0].path == "b"


def test_a_damaged_graph_is_told_with_run_and_file(tmp_path: Path) -> None:
    """A sentence for the page."""
    write_events(tmp_path / "r", graph_def=b"\xff\xff\xff")
    with pytest.raises(DataError, match="the graph of run 'r' is damaged: it is no GraphDef"):
        sources.load(loaded_store(tmp_path), "r", None)


@pytest.fixture
def client(tmp_path: Path) -> Iterator[TestClient]:
    """A server for an empty folder."""
    store = loaded_store(tmp_path)
    with TestClient(
        create_app(store, Settings(spec=store.spec), "1.2.3"), base_url="http://localhost"
    ) as found:
        yield found


def opened(client: TestClient, data: bytes, name: str, kind: str = "application/octet-stream"):  # type: ignore[no-untyped-def]
    """The answer to a file that is opened."""
    return client.post(
        f"/api/graphs/open?name={name}", content=data, headers={"content-type": kind}
    )


def test_a_file_is_opened_and_asked_about(client: TestClient) -> None:
    """No run is needed; the answers are those of a run's graph; it comes back as a file."""
    answer = opened(client, SEED.read_bytes(), "graph.pb").json()
    graph = answer["graph"]
    assert answer["graphs"] == [{"graph": graph, "kind": "graph", "tag": ""}]
    group = client.get(f"/api/graphs/group?graph={graph}").json()
    assert "weight" in [child["path"] for child in group["children"]]
    text = client.get(f"/api/graphs/file?graph={graph}&format=pbtxt").text
    again = opened(client, text.encode(), "graph.pbtxt").json()["graph"]
    found = client.get(f"/api/graphs/diff?graph={graph}&other_graph={again}").json()
    assert found["counts"] == {"added": 0, "removed": 0, "renamed": 0, "changed": 0, "same": 58}
    whole = GraphDef.FromString(client.get(f"/api/graphs/file?graph={graph}").content)
    assert whole == GraphDef.FromString(SEED.read_bytes())


def test_what_is_no_graph_is_refused_with_its_name(client: TestClient) -> None:
    """And what another site's page could send is."""
    answer = opened(client, b"\x01\x02 no graph", "cat.pb")
    assert answer.status_code == 422
    assert "cat.pb" in answer.json()["error"]["message"]
    refused = opened(client, SEED.read_bytes(), "graph.pb", "text/plain")
    assert refused.status_code == 400


def test_the_other_questions_over_http(client: TestClient) -> None:
    """Trace, path, values, outline, and the picture of one graph against another."""
    before = graph_def(("a", "X", []), ("b", "Y", ["a"]), ("c", "Z", ["b"]))
    after = graph_def(("a", "X", []), ("b", "Y", ["a"]), ("c", "Z", ["b", "a"]))
    names = [opened(client, g.SerializeToString(), "g.pb").json()["graph"] for g in (before, after)]
    root = f"/api/graphs/{{}}?graph={names[1]}"

    def ask(what: str, more: str) -> object:
        return client.get(f"{root.format(what)}&{more}").json()

    assert ask("trace", "path=b&direction=up") == {
        "nodes": ["a", "b"],
        "groups": {},
        "count": 2,
        "more": 0,
    }
    assert ask("path", "from=a&to=c") == {"nodes": ["a", "c"], "groups": {}}
    assert ask("path", "from=c&to=a") == {"nodes": None, "groups": {}}
    assert client.get(f"{root.format('values')}&by=op").json()["values"]["a"] == "X"
    group = client.get(f"{root.format('group')}&against={names[0]}").json()
    assert [child["change"] and child["change"]["what"] for child in group["children"]] == [
        None,
        None,
        ["input 1: none → a"],
    ]
    assert client.get(root.format("outline")).text.splitlines()[2] == "c: Z; from b, a"


def test_what_only_the_graph_before_has_that_one_tells(client: TestClient) -> None:
    """A removed group opens, is described, coloured and traced; without the other graph it is not
    there, nor is a group of which something is left."""
    before = graph_def(("a", "X", []), ("k/a", "Y", ["a"]), ("k/b", "Z", ["k/a"]))
    after = graph_def(("a", "X", []))
    names = [opened(client, g.SerializeToString(), "g.pb").json()["graph"] for g in (before, after)]

    def ask(what: str, more: str, against: str = f"&against={names[0]}"):  # type: ignore[no-untyped-def]
        return client.get(f"/api/graphs/{what}?graph={names[1]}{against}&{more}")

    group = ask("group", "path=k").json()
    assert [child["change"]["kind"] for child in group["children"]] == ["removed", "removed"]
    assert ask("node", "path=k/b").json()["op"] == "Z"
    assert ask("values", "by=op&path=k").json()["values"] == {"k/a": "Y", "k/b": "Z"}
    assert ask("trace", "path=k/b&direction=up").json()["nodes"] == ["a", "k/a", "k/b"]
    assert ask("path", "from=a&to=k/b").json() == {"nodes": ["a", "k/a", "k/b"], "groups": {"k": 2}}
    for what in ("group", "node"):
        assert ask(what, "path=k", "").status_code == 404
    assert ask("node", "path=nowhere").status_code == 404
