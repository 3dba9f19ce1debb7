"""The graph kind: a GraphDef, which arrives in an event of its own.

`graph_def` events hold one; `meta_graph_def` events hold one with collections around it. A graph
has no tag in the file; everywhere else it goes under the tag "graph".
"""

from __future__ import annotations

from google.protobuf.message import DecodeError

from neuronboard.errors import DataError
from neuronboard.pb.event_pb2 import Event
from neuronboard.pb.meta_graph_pb2 import MetaGraphDef
from neuronboard.pb.raw_event_pb2 import RawEvent

TAG = "graph"


def encode(graph_def: bytes, wall_time: float, step: int = 0) -> Event:
    """The event of a serialised GraphDef."""
    return Event(wall_time=wall_time, step=step, graph_def=graph_def)


def decode_raw(event: RawEvent) -> bytes | None:
    """The same as `decode`, of an event as a reader takes it apart."""
    what = event.WhichOneof("what")
    if what == "graph_def":
        return event.graph_def
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
