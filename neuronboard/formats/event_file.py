"""Event files: TFRecord files whose payloads are `Event` messages.

The first event carries `file_version`, "brain.Event:2". A file is recognised by its name: any whose
base name contains "tfevents" counts, as in TensorBoard.
"""

from __future__ import annotations

from google.protobuf.message import DecodeError

from neuronboard.errors import DataError
from neuronboard.pb.event_pb2 import Event, SourceMetadata

FILE_VERSION = "brain.Event:2"
WRITER_NAME = "neuronboard.writer"


def is_event_file(name: str) -> bool:
    """Whether a base name is that of an event file."""
    return "tfevents" in name


def file_name(seconds: int, host: str, pid: int, serial: int, suffix: str = "") -> str:
    """`events.out.tfevents.<seconds, ten digits>.<host>.<pid>.<serial><suffix>`.

    Readers sort by name, so the digits make the order of names the order of time.
    """
    return f"events.out.tfevents.{seconds:010d}.{host}.{pid}.{serial}{suffix}"


def first_event(wall_time: float) -> Event:
    """The event that opens a file."""
    source = SourceMetadata(writer=WRITER_NAME)
    return Event(wall_time=wall_time, file_version=FILE_VERSION, source_metadata=source)


def decode_event(payload: bytes) -> Event:
    """The event of a record's payload; `DataError` if the bytes are no Event message."""
    try:
        return Event.FromString(payload)
    except DecodeError as error:
        raise DataError(f"a record of {len(payload)} bytes is no Event message: {error}") from error
