"""The hparams kind: the hyper-parameters of a run, and which metrics it is judged by.

Three values without a tensor, under tags of their own, whose metadata are the data: what there is
to choose (the experiment), what this run chose (a session's start) and how it ended. torch writes
all three into a run of its own; TensorFlow writes the experiment once, above the runs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from google.protobuf.message import DecodeError
from google.protobuf.struct_pb2 import ListValue, Value

from neuronboard.errors import DataError
from neuronboard.kinds import scalar
from neuronboard.pb import hparams_pb2 as pb
from neuronboard.pb.raw_event_pb2 import RawSummaryMetadata
from neuronboard.pb.summary_pb2 import Summary, SummaryMetadata

EXPERIMENT = "_hparams_/experiment"
SESSION_START = "_hparams_/session_start_info"
SESSION_END = "_hparams_/session_end_info"
PLUGIN = "hparams"

Hparams = Mapping[str, Any]
_TYPES = {
    "string_value": pb.DATA_TYPE_STRING,
    "bool_value": pb.DATA_TYPE_BOOL,
    "number_value": pb.DATA_TYPE_FLOAT64,
}


def encode_experiment(
    hparams: Hparams, metrics: Iterable[str], domains: Mapping[str, Sequence[Any]] | None = None
) -> Summary.Value:
    """What hyper-parameters there are, the values that each may have (`domains`), and the tags of
    the metrics."""
    infos = [_info(name, value, domains) for name, value in _values(hparams).items()]
    listed = [pb.MetricInfo(name=pb.MetricInfo.Name(tag=tag)) for tag in metrics]
    experiment = pb.Experiment(hparam_infos=infos, metric_infos=listed)
    return _value(EXPERIMENT, pb.HParamsPluginData(experiment=experiment))


def encode_session_start(hparams: Hparams) -> Summary.Value:
    """What this run chose: bool, str, numbers, tensors of one element; None is left out.

    Raises ValueError, naming the hyper-parameter, for anything else.
    """
    start = pb.SessionStartInfo(hparams=_values(hparams))
    return _value(SESSION_START, pb.HParamsPluginData(session_start_info=start))


def encode_session_end(
    status: pb.SessionEndInfo.Status = pb.SessionEndInfo.STATUS_SUCCESS,
) -> Summary.Value:
    """How it ended."""
    return _value(
        SESSION_END, pb.HParamsPluginData(session_end_info=pb.SessionEndInfo(status=status))
    )


def decode(metadata: bytes) -> pb.HParamsPluginData | None:
    """What the serialised SummaryMetadata of one of the three tags says; None for other plugins.

    Raises `DataError` for content that is no such message.
    """
    try:
        plugin = RawSummaryMetadata.FromString(metadata).plugin_data
        if plugin.plugin_name != PLUGIN.encode():
            return None
        return pb.HParamsPluginData.FromString(plugin.content)
    except DecodeError as error:
        raise DataError(f"hyper-parameters of {len(metadata)} bytes cannot be read") from error


def _value(tag: str, data: pb.HParamsPluginData) -> Summary.Value:
    content = data.SerializeToString(deterministic=True)
    plugin = SummaryMetadata.PluginData(plugin_name=PLUGIN, content=content)
    return Summary.Value(tag=tag, metadata=SummaryMetadata(plugin_data=plugin))


def _values(hparams: Hparams) -> dict[str, Value]:
    return {name: _one(name, value) for name, value in hparams.items() if value is not None}


def _one(name: str, value: Any) -> Value:
    if hasattr(value, "item"):  # a number of numpy, or a tensor
        value = value.item() if getattr(value, "shape", ()) == () else scalar.number(name, value)
    if isinstance(value, bool):
        return Value(bool_value=value)
    if isinstance(value, str):
        return Value(string_value=value)
    if isinstance(value, (int, float)):
        return Value(number_value=scalar.number(name, value))
    raise ValueError(
        f"hyper-parameter {name!r} must be a number, bool, str or None, got {value!r} of type "
        f"{type(value).__name__}; str(...) makes text of it"
    )


def _info(name: str, value: Value, domains: Mapping[str, Sequence[Any]] | None) -> pb.HParamInfo:
    kind = value.WhichOneof("kind")
    info = pb.HParamInfo(name=name, type=_TYPES[str(kind)])
    if domains and name in domains:
        listed = [_one(name, each) for each in domains[name]]
        if any(each.WhichOneof("kind") != kind for each in listed):
            raise TypeError(
                f"the domain of hyper-parameter {name!r} must have values like its own, got "
                f"{domains[name]!r}"
            )
        info.domain_discrete.CopyFrom(ListValue(values=listed))
    return info
