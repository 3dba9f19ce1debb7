"""The graph kind: a GraphDef, which arrives in an event of its own; and what comes with it.

`graph_def` events hold one; `meta_graph_def` events hold one with collections around it. A graph
has no tag in the file; everywhere else it goes under the tag "graph".
"""

from __future__ import annotations

from google.protobuf.message import DecodeError

from neuronboard.errors import DataError
from neuronboard.formats.tensor_proto import make_ndarray
from neuronboard.pb.event_pb2 import Event
from neuronboard.pb.meta_graph_pb2 import MetaGraphDef
from neuronboard.pb.raw_event_pb2 import RawEvent
from neuronboard.pb.summary_pb2 import Summary

TAG = "graph"


def encode(graph_def: bytes, wall_time: float, step: int = 0) -> Event:
    """The event of a serialised GraphDef."""
    return Event(wall_time=wall_time, step=step, graph_def=graph_def)


def decode_raw(event: RawEvent) -> bytes | None:
    """The same as `decode`, of an event as a reader takes it apart; also run metadata."""
    what = event.WhichOneof("what")
    if what == "graph_def":
        return event.graph_def
    if what == "tagged_run_metadata":
        return event.tagged_run_metadata.run_metadata
    return _of_meta_graph(event.meta_graph_def) if what == "meta_graph_def" else None


def decode(event: Event) -> bytes | None:
    """The serialised GraphDef of an event, or None if it holds none."""
    field = event.WhichOneof("what")
    if field == "graph_def":
        return event.graph_def
    return _of_meta_graph(event.meta_graph_def) if field == "meta_graph_def" else None


def _of_meta_graph(data: bytes) -> bytes | None:
    try:
        meta = MetaGraphDef.FromString(data)
    except DecodeError as error:
        raise DataError(f"the event's MetaGraphDef cannot be read: {error}") from error
    return meta.graph_def.SerializeToString() if meta.HasField("graph_def") else None


def decode_value(value: Summary.Value) -> bytes:
    """The payload of a graph that was written as a summary: run metadata, or a Keras model's JSON.

    Raises `DataError` for a tensor that is not one string.
    """
    found = make_ndarray(value.tensor)
    if found.size != 1 or found.dtype.kind != "O":
        raise DataError(
            f"the tag {value.tag!r} should hold one string, got {found.dtype} of shape "
            f"{found.shape}"
        )
    return bytes(found.reshape(-1)[0])
