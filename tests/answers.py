"""The answers that are the contract between server and page: which, from what log, how kept.

They lie in `tests/golden/answers/`; `python tests/answers.py` writes them again after a change of
the contract, and the difference is then read like code.
"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

from builders import T0, event_bytes, loaded_store, restart_event, scalar_event, write_events
from starlette.testclient import TestClient

from neuronboard.kinds import hparams
from neuronboard.pb.event_pb2 import Event
from neuronboard.pb.summary_pb2 import Summary
from neuronboard.server.app import create_app
from neuronboard.server.settings import Settings

GOLDEN = Path(__file__).resolve().parent / "golden"
URLS = {
    "runs_table": "/api/runs/table?tag=loss&tag=nothing",
    "scalars_tags": "/api/scalars/tags",
    "scalars_tags_numbers": "/api/scalars/tags?runs=numbers",
    "scalars_series": "/api/scalars/series?format=json&tag=loss&run=b&run=가/첫 실행&run=restarted",
    "scalars_smoothed": "/api/scalars/series?format=json&tag=loss&smoothing=0.6&pixels=300",
    "scalars_symmetric": "/api/scalars/series?format=json&tag=loss&smoothing=.6&smoother=symmetric",
    "scalars_group": "/api/scalars/group?format=json&tag=loss&run=b&run=restarted",
    "scalars_compare": "/api/scalars/compare?tag=loss&group=0-1&group=3&of=52323d9a&baseline=0",
    "scalars_pair": "/api/scalars/pair?run=b&run=restarted&tag=loss",
    "scalars_words": "/api/scalars/words?tag=loss",
    "graphs_runs": "/api/graphs/runs",
    "graphs_group": "/api/graphs/group?run=neuron",
    "graphs_group_weight": "/api/graphs/group?run=neuron&path=weight",
    "graphs_node": "/api/graphs/node?run=neuron&path=weight/(weight)",
    "graphs_node_group": "/api/graphs/node?run=neuron&path=GradientDescent",
    "graphs_search": "/api/graphs/search?run=neuron&q=^weight",
    "graphs_trace": "/api/graphs/trace?run=neuron&path=loss&direction=up",
    "graphs_path": "/api/graphs/path?run=neuron&from=weight/(weight)&to=loss/(loss)",
    "graphs_values": "/api/graphs/values?run=neuron&by=op",
}
VARYING = ("cursor",)  # has the life of the server in it


def write_log(folder: Path) -> Path:
    """Runs with NaN, infinities and a Korean name, one with hyper-parameters, one that started
    again, and a graph."""
    values = [1.0, 0.1, float("nan"), float("inf"), -float("inf"), 2.5]
    write_events(folder / "가" / "첫 실행", [(i, {"loss": v}) for i, v in enumerate(values)])
    write_events(folder / "b", [(i, {"loss": v}) for i, v in enumerate(values[:2])])
    params = hparams.encode_session_start({"lr": 0.1, "model": "small", "augment": True})
    start = Event(wall_time=T0, summary=Summary(value=[params]))
    (folder / "b" / "events.out.tfevents.1700000001.host").write_bytes(event_bytes([start]))
    write_events(folder / "restarted", [(i, {"loss": float(i)}) for i in range(4)])
    again = [restart_event(2), *(scalar_event(i, {"loss": i + 0.5}) for i in (2, 3))]
    (folder / "restarted" / "events.out.tfevents.1700000100.host").write_bytes(event_bytes(again))
    graph = (GOLDEN / "seed" / "final_0x_graph.pb").read_bytes()
    write_events(folder / "neuron", graph_def=graph)
    return folder


def ask(folder: Path, name: str) -> dict[str, object]:
    """The answer of that name for a log directory."""
    store = loaded_store(folder)
    app = create_app(store, Settings(spec=store.spec), "1.2.3")
    answer: dict[str, object] = (
        TestClient(app, base_url="http://localhost:6006").get(URLS[name]).json()
    )
    return {key: value for key, value in answer.items() if key not in VARYING}


def kept(name: str) -> dict[str, object]:
    """The answer as it is kept."""
    answer: dict[str, object] = json.loads(_path(name).read_text("utf-8"))
    return answer


def _path(name: str) -> Path:
    return GOLDEN / "answers" / f"{name}.json"


def main() -> None:
    """Writes every answer again."""
    with tempfile.TemporaryDirectory() as folder:
        log = write_log(Path(folder))
        for name in URLS:
            text = json.dumps(ask(log, name), ensure_ascii=False, indent=1)
            _path(name).write_text(text + "\n", "utf-8")
            print(f"wrote {_path(name).name}")


if __name__ == "__main__":
    main()
