"""`SummaryWriter` in the place of torch's and tensorboardX's: what scripts call is there."""

from __future__ import annotations

import inspect
import json
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import tensorboardX
from builders import loaded_store
from google.protobuf.json_format import MessageToDict

from neuronboard import Graph, SummaryWriter
from neuronboard.formats.event_file import decode_event
from neuronboard.formats.tfrecord import scan_records
from neuronboard.kinds import hparams
from neuronboard.pb.event_pb2 import Event
from neuronboard.writer.not_yet import NotYet

# The positional parameters of torch.utils.tensorboard.SummaryWriter's methods, torch 2.13.0.
TORCH = {
    "__init__": "log_dir comment purge_step max_queue flush_secs filename_suffix",
    "add_audio": "tag snd_tensor global_step sample_rate walltime",
    "add_custom_scalars": "layout",
    "add_custom_scalars_marginchart": "tags category title",
    "add_custom_scalars_multilinechart": "tags category title",
    "add_embedding": "mat metadata label_img global_step tag metadata_header",
    "add_figure": "tag figure global_step close walltime",
    "add_graph": "model input_to_model verbose use_strict_trace",
    "add_histogram": "tag values global_step bins walltime max_bins",
    "add_histogram_raw": "tag min max num sum sum_squares bucket_limits bucket_counts global_step "
    "walltime",
    "add_hparams": "hparam_dict metric_dict hparam_domain_discrete run_name global_step",
    "add_image": "tag img_tensor global_step walltime dataformats",
    "add_image_with_boxes": "tag img_tensor box_tensor global_step walltime rescale dataformats "
    "labels",
    "add_images": "tag img_tensor global_step walltime dataformats",
    "add_mesh": "tag vertices colors faces config_dict global_step walltime",
    "add_onnx_graph": "prototxt",
    "add_pr_curve": "tag labels predictions global_step num_thresholds weights walltime",
    "add_pr_curve_raw": "tag true_positive_counts false_positive_counts true_negative_counts "
    "false_negative_counts precision recall global_step num_thresholds weights walltime",
    "add_scalar": "tag scalar_value global_step walltime new_style double_precision",
    "add_scalars": "main_tag tag_scalar_dict global_step walltime",
    "add_tensor": "tag tensor global_step walltime",
    "add_text": "tag text_string global_step walltime",
    "add_video": "tag vid_tensor global_step fps walltime",
    "close": "",
    "flush": "",
    "get_logdir": "",
}


def _events(folder: Path) -> list[Event]:
    [path] = folder.glob("events.out.tfevents.*")
    return [decode_event(payload) for payload in scan_records(path.read_bytes()).payloads]


def _parameters(method: Any) -> list[str]:
    return list(inspect.signature(method).parameters)[1:]


@pytest.mark.parametrize("name", TORCH)
def test_every_method_of_torchs_takes_torchs_arguments(name: str) -> None:
    """In torch's order; what is ours comes behind."""
    theirs = TORCH[name].split()
    assert _parameters(getattr(SummaryWriter, name))[: len(theirs)] == theirs


@pytest.mark.parametrize(
    "name",
    [name for name in dir(tensorboardX.SummaryWriter) if name[0] != "_"] + ["__init__"],
)
def test_every_method_of_tensorboardxs_takes_its_arguments(name: str) -> None:
    """By their names."""
    theirs = set(_parameters(getattr(tensorboardX.SummaryWriter, name)))
    ours = set(_parameters(getattr(SummaryWriter, name)))
    assert theirs - ours <= {"kwargs", *RENAMED.get(name, ())}


# tensorboardX's name of a parameter that torch names otherwise, and that is given by its place
RENAMED = {"add_onnx_graph": {"onnx_model_file"}, "add_openvino_graph": {"xmlname"}}


NOT_YET = [name for name in vars(NotYet) if name[0] != "_" and name != "use_metadata"]


@pytest.mark.parametrize("name", NOT_YET)
def test_what_is_to_come_warns_once_and_names_what_was_not_written(
    name: str, tmp_path: Path
) -> None:
    """At the caller's line; nothing goes to the file."""
    method = getattr(NotYet, name)
    given = [f"my {parameter}" for parameter in _parameters(method)]
    with SummaryWriter(tmp_path) as writer:
        with pytest.warns(UserWarning, match=rf"my .* was not written.* {name} yet") as caught:
            getattr(writer, name)(*given)
        getattr(writer, name)(*given)
    assert [warning.filename for warning in caught] == [__file__]
    assert len(_events(tmp_path)) == 1


def test_a_block_with_metadata_is_run(tmp_path: Path) -> None:
    """Its warning says what is not heeded."""
    writer = SummaryWriter(tmp_path)
    with pytest.warns(UserWarning, match="step 3"), writer.use_metadata(global_step=3):
        writer.add_scalar("a", 0.5, 4)
    writer.close()
    assert [event.step for event in _events(tmp_path)[1:]] == [4]


def _session(run: Any) -> dict[str, Any]:
    """The hyper-parameters that a run chose."""
    data = hparams.decode(run.metadata[hparams.SESSION_START])
    assert data is not None
    return MessageToDict(data)["sessionStartInfo"]["hparams"]


def test_metrics_stay_in_the_run_of_their_curve(tmp_path: Path) -> None:
    """One run, one curve of `loss`; experiment, start and end are beside it."""
    with SummaryWriter(tmp_path) as writer:
        for step in range(3):
            writer.add_scalar("loss", 1 - step / 4, step)
        writer.add_hparams({"lr": 0.1, "nesterov": True}, {"loss": 0.25}, global_step=3)
    [run] = loaded_store(tmp_path).catalog.runs
    assert run.series["scalar", "loss"].values.tolist() == [1, 0.75, 0.5, 0.25]
    assert _session(run) == {"lr": 0.1, "nesterov": True}
    assert {hparams.EXPERIMENT, hparams.SESSION_END} <= set(run.metadata)


@pytest.mark.parametrize(
    "arguments",
    [
        ((None, "trial"), {}),
        ((), {"run_name": "trial"}),
        (("trial",), {}),
        ((), {"name": "trial"}),
    ],
    ids=["torch", "torch by name", "tensorboardX", "tensorboardX by name"],
)
def test_a_run_that_is_named_gets_them(arguments: Any, tmp_path: Path) -> None:
    """A folder below, as torch and tensorboardX make it, closed at once."""
    positional, named = arguments
    writer = SummaryWriter(tmp_path)
    writer.add_hparams({"lr": 0.1}, {"loss": 0.5}, *positional, **named)
    runs = {run.id: run for run in loaded_store(tmp_path).catalog.runs}
    assert _session(runs["trial"]) == {"lr": 0.1}
    assert runs["trial"].series["scalar", "loss"].values.tolist() == [0.5]
    writer.close()


TENSORBOARD_READS = """
import json, sys
from tensorboard.backend.event_processing import data_provider
from tensorboard.backend.event_processing import plugin_event_multiplexer as multiplexer
from tensorboard.plugins.hparams import api_pb2, backend_context, list_session_groups
from tensorboard.context import RequestContext
from tensorboard.plugins import base_plugin
loaded = multiplexer.EventMultiplexer().AddRunsFromDirectory(sys.argv[1])
loaded.Reload()
provider = data_provider.MultiplexerDataProvider(loaded, sys.argv[1])
context = backend_context.Context(base_plugin.TBContext(data_provider=provider))
ctx = RequestContext()
request = api_pb2.ListSessionGroupsRequest(
    start_index=0, slice_size=9, allowed_statuses=[api_pb2.STATUS_SUCCESS]
)
experiment = context.experiment_from_metadata(
    ctx, "e", True, context.hparams_metadata(ctx, "e"), [], 1000
)
groups = list_session_groups.Handler(ctx, context, "e", request).run().session_groups
print(json.dumps([
    [(info.name, info.type) for info in experiment.hparam_infos],
    [info.name.tag for info in experiment.metric_infos],
    [[{n: v.WhichOneof("kind") for n, v in group.hparams.items()},
      [(m.name.tag, m.value, m.training_step) for m in group.metric_values]] for group in groups],
]))
"""


def test_tensorboards_hparams_page_shows_the_run(tmp_path: Path) -> None:
    """Its own backend finds one session with its hyper-parameters and the last metric."""
    with SummaryWriter(tmp_path) as writer:
        writer.add_scalar("loss", 1.0, 0)
        writer.add_hparams({"lr": 0.5, "deep": True, "opt": "sgd"}, {"loss": 0.25}, global_step=7)
    command = [sys.executable, "-c", TENSORBOARD_READS, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    infos, metrics, groups = json.loads(done.stdout)
    assert infos == [["deep", 2], ["lr", 3], ["opt", 1]]
    assert metrics == ["loss"]
    kinds = {"lr": "number_value", "deep": "bool_value", "opt": "string_value"}
    assert groups == [[kinds, [["loss", 0.25, 7]]]]


def test_figures_are_closed_all_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """So a training that draws does not run out of memory."""
    closed: list[object] = []
    monkeypatch.setitem(sys.modules, "matplotlib.pyplot", SimpleNamespace(close=closed.append))
    with SummaryWriter(tmp_path) as writer:
        with pytest.warns(UserWarning, match="figure 'a'"):
            writer.add_figure("a", 1)
        writer.add_figure("a", [2, 3])
        writer.add_figure("a", 4, close=False)
    assert closed == [1, 2, 3]


class _Model:
    def __call__(self, x: float) -> float:
        return x


def test_the_model_of_another_library_is_told_and_a_graph_of_ours_is_written(
    tmp_path: Path,
) -> None:
    """The second argument of ours is a step."""
    with SummaryWriter(tmp_path) as writer:
        with pytest.warns(UserWarning, match="the graph of _Model was not written"):
            writer.add_graph(_Model(), 1.0, True)
        writer.add_graph(Graph(), 7)
        writer.add_graph(graph_def=b"", global_step=8)
    assert [event.step for event in _events(tmp_path)[1:]] == [7, 8]


def test_tensorboardx_constructor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its words for the folder, for writing nothing, and for Comet."""
    monkeypatch.chdir(tmp_path)
    with SummaryWriter(logdir="a", comet_config={"disabled": True}) as writer:
        assert writer.logdir == writer.log_dir == writer.get_logdir() == "a"
    with SummaryWriter(logdir="b", write_to_disk=False) as writer:
        _add_of_everything(writer)
        writer.reopen()
        writer.flush()
    with pytest.warns(UserWarning, match="the copy for Comet was not written"):
        SummaryWriter("c", comet_config={"project_name": "mine"}).close()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "c"]


def _add_of_everything(writer: SummaryWriter) -> None:
    writer.add_scalar("a", 0.5, 1)
    writer.log({"a": 0.5}, 1)
    writer.add_scalars("a", {"b": 0.5}, 1)
    writer.add_text("a", "b", 1)
    writer.add_summary(b"", 1)


def test_the_way_of_lightning_and_of_many_scripts_to_the_file(tmp_path: Path) -> None:
    """`_get_file_writer` and `file_writer` take summaries of TensorBoard's own messages."""
    from tensorboard.compat.proto.summary_pb2 import Summary

    summary = Summary(value=[Summary.Value(tag="a", simple_value=0.5)])
    with SummaryWriter(tmp_path) as writer:
        writer._get_file_writer().add_summary(summary, 1)
        writer.file_writer.add_summary(summary, 2, 5.0)
        assert writer.file_writer.get_logdir() == str(tmp_path)
    series = loaded_store(tmp_path).catalog.runs[0].series["scalar", "a"]
    assert series.steps.tolist() == [1, 2]


def test_a_subclass_may_change_what_is_added(tmp_path: Path) -> None:
    """As scripts do."""

    class Mine(SummaryWriter):
        def add_scalar(self, tag: str, *arguments: Any, **named: Any) -> None:
            super().add_scalar(f"my/{tag}", *arguments, **named)

    with Mine(str(tmp_path)) as writer:
        writer.add_scalar("a", 0.5, global_step=3)
    assert ("scalar", "my/a") in loaded_store(tmp_path).catalog.runs[0].series
