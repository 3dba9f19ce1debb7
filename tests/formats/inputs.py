"""Files for the scan to read, that hold something of everything."""

from __future__ import annotations

import struct

import numpy as np
from builders import T0, event_bytes, restart_event, scalar_event
from formats.scans import delimited, varint

from neuronboard.formats.event_file import first_event
from neuronboard.formats.tensor_proto import make_tensor_proto
from neuronboard.formats.tfrecord import encode_record
from neuronboard.pb.event_pb2 import Event, TaggedRunMetadata
from neuronboard.pb.summary_pb2 import HistogramProto, Summary, SummaryMetadata

# A tensor's dtype, its elements as fields of its message, the number, and whether it needs float64.
NUMBERS = [
    (1, delimited(5, struct.pack("<f", 0.1)), float(np.float32(0.1)), False),
    (1, b"\x2d" + struct.pack("<f", -0.0), -0.0, False),
    (1, delimited(4, struct.pack("<f", float("inf"))), float("inf"), False),
    (1, b"", 0.0, False),
    (2, delimited(6, struct.pack("<d", 0.1)), 0.1, True),
    (2, b"\x31" + struct.pack("<d", float("nan")), float("nan"), True),
    (2, delimited(4, struct.pack("<d", 5e-324)), 5e-324, True),
    (3, delimited(7, varint(-5)), -5.0, True),
    (3, delimited(4, struct.pack("<i", -(2**31))), -(2.0**31), True),
    (4, delimited(7, varint(200)), 200.0, False),
    (4, delimited(4, b"\xff"), 255.0, False),
    (5, delimited(4, struct.pack("<h", -300)), -300.0, False),
    (6, delimited(7, varint(-3)), -3.0, False),
    (6, delimited(7, varint(300)), 44.0, False),
    (9, delimited(10, varint(2**53)), 2.0**53, True),
    (9, b"\x50" + varint(-(2**63)), -(2.0**63), True),
    (10, delimited(11, b"\x01"), 1.0, False),
    (10, delimited(4, b"\x00"), 0.0, False),
    (14, delimited(13, varint(0x3FC0)), 1.5, False),
    (14, delimited(4, b"\xc0\x3f"), 1.5, False),
    (17, delimited(7, varint(65535)), 65535.0, False),
    (19, delimited(13, varint(0x3E00)), 1.5, False),
    (19, delimited(13, varint(0x0001)), 2.0**-24, False),
    (19, delimited(4, b"\x00\xfc"), -float("inf"), False),
    (22, delimited(16, varint(2**32 - 1)), 2.0**32 - 1, True),
    (23, delimited(17, varint(2**64 - 1)), 2.0**64, True),
]


def summary_event(*values: Summary.Value, step: int = 3, wall_time: float = T0) -> Event:
    """An event of these values."""
    return Event(wall_time=wall_time, step=step, summary=Summary(value=values))


def raw_value(value: bytes, tag: bytes = b"t") -> bytes:
    """A record of an event with one value, whose fields are given as bytes."""
    summary = delimited(1, delimited(1, tag) + value)
    return encode_record(b"\x09" + struct.pack("<d", T0) + b"\x10\x03" + delimited(5, summary))


def mixed() -> bytes:
    """A small file with something of everything."""
    plugin = SummaryMetadata.PluginData(plugin_name="scalars")
    metadata = SummaryMetadata(plugin_data=plugin, display_name="손실")
    double = make_tensor_proto(np.float64(0.1))
    events = [
        first_event(T0),
        Event(wall_time=T0, graph_def=b"\x0a\x03abc"),
        *(scalar_event(step, {"loss": step / 7, "정확도": 1.0}) for step in range(4)),
        summary_event(Summary.Value(tag="w", tensor=double, metadata=metadata)),
        summary_event(Summary.Value(tag="h", histo=HistogramProto(min=1.0, bucket=[1.0, 2.0]))),
        summary_event(
            Summary.Value(tag="i", image=Summary.Image(encoded_image_string=b"png")),
            Summary.Value(tag="loss", simple_value=9.0),
            Summary.Value(tag="text", tensor=make_tensor_proto(["a"])),
        ),
        Event(step=4, tagged_run_metadata=TaggedRunMetadata(tag="step4", run_metadata=b"x")),
        restart_event(2),
        *(scalar_event(step, {"loss": float(step)}) for step in range(2, 5)),
        Event(wall_time=T0, step=9, meta_graph_def=b"\x12\x05\x0a\x03abc"),
    ]
    return event_bytes(events)
