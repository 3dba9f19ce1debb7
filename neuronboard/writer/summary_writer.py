"""The two writers that people know, over one event writer.

`FileWriter` has the constructor of TensorFlow's (`tf.train.SummaryWriter` in 0.x, and
`tf.summary.FileWriter` in 1.x), `SummaryWriter` that of torch.utils.tensorboard. Both have all the
methods. Differences from the originals, on purpose: an event is in the file within a quarter of a
second, and 1000 events may be queued where TensorFlow and torch allow 10.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self, SupportsFloat

from google.protobuf.message import DecodeError, Message

from neuronboard.formats.tensor_proto import make_tensor_proto
from neuronboard.kinds import graph as graph_kind
from neuronboard.kinds import scalar, text
from neuronboard.pb.event_pb2 import Event, SessionLog, TaggedRunMetadata
from neuronboard.pb.graph_pb2 import GraphDef
from neuronboard.pb.summary_pb2 import DATA_CLASS_SCALAR, Summary, SummaryMetadata
from neuronboard.writer.event_writer import EventWriter

MAX_QUEUE = 1000
FLUSH_SECS = 0.25

_SCALARS = SummaryMetadata(
    plugin_data=SummaryMetadata.PluginData(plugin_name="scalars"), data_class=DATA_CLASS_SCALAR
)


class _Writer:
    """What both writers can do. `global_step` is an int64; None means step 0."""

    def __init__(
        self, logdir: str | Path, max_queue: int, flush_secs: float, filename_suffix: str
    ) -> None:
        self._options = (max_queue, flush_secs, filename_suffix)
        self._logdir = Path(logdir)
        self._events = EventWriter(logdir, *self._options)
        self._parts: dict[str, _Writer] = {}

    def add_summary(self, summary: bytes | Message, global_step: int | None = None) -> None:
        """Writes a Summary: a message (ours or a peer's), or the bytes that a summary op gives."""
        event = Event(wall_time=time.time(), step=_step(global_step))
        event.summary.CopyFrom(_parsed(summary, Summary, "add_summary"))
        self._events.add(event)

    def add_event(self, event: Message) -> None:
        """Writes an Event as it is, with its own step and wall time."""
        self._events.add(_parsed(event, Event, "add_event"))

    def add_graph(
        self, graph: Any = None, global_step: int | None = None, graph_def: Any = None
    ) -> None:
        """Writes a graph: anything with `as_graph_def`, a GraphDef message, or its bytes."""
        given = graph_def if graph is None else graph
        data = _serialised_graph(given)
        self._events.add(graph_kind.encode(data, time.time(), _step(global_step)))

    def add_meta_graph(self, meta_graph_def: Message, global_step: int | None = None) -> None:
        """Writes a MetaGraphDef message."""
        data = meta_graph_def.SerializeToString()
        step = _step(global_step)
        self._events.add(Event(wall_time=time.time(), step=step, meta_graph_def=data))

    def add_run_metadata(
        self, run_metadata: Message, tag: str, global_step: int | None = None
    ) -> None:
        """Writes what one `Session.run` cost, a RunMetadata message, under `tag`."""
        tagged = TaggedRunMetadata(tag=tag, run_metadata=run_metadata.SerializeToString())
        step = _step(global_step)
        self._events.add(Event(wall_time=time.time(), step=step, tagged_run_metadata=tagged))

    def add_session_log(self, session_log: Message, global_step: int | None = None) -> None:
        """Writes that a session started, stopped or saved a checkpoint."""
        log = _parsed(session_log, SessionLog, "add_session_log")
        step = _step(global_step)
        self._events.add(Event(wall_time=time.time(), step=step, session_log=log))

    def add_scalar(
        self,
        tag: str,
        scalar_value: SupportsFloat,
        global_step: int | None = None,
        walltime: float | None = None,
        new_style: bool = False,
        double_precision: bool = False,
    ) -> None:
        """Writes one number under `tag`.

        It is kept as float32; with `double_precision` as a float64 tensor, which `new_style`
        (a float32 tensor with metadata, as TensorFlow 2 writes) implies being a tensor.
        walltime: seconds since 1970-01-01 UTC, now if None. Raises TypeError for what is no number.
        """
        value = scalar.encode(tag, scalar_value)
        if new_style or double_precision:
            number = float(scalar_value) if double_precision else value.simple_value
            dtype = "float64" if double_precision else "float32"
            tensor = make_tensor_proto(_array(number, dtype), as_list=True)
            value = Summary.Value(tag=tag, metadata=_SCALARS, tensor=tensor)
        self._add_value(value, global_step, walltime)

    def add_scalars(
        self,
        main_tag: str,
        tag_scalar_dict: Mapping[str, SupportsFloat],
        global_step: int | None = None,
        walltime: float | None = None,
    ) -> None:
        """Writes several numbers of one meaning, each as a run of its own, as torch does.

        The run `<main_tag>_<key>` below this one gets the value under the tag `main_tag`.
        """
        for key, value in tag_scalar_dict.items():
            name = f"{main_tag.replace('/', '_')}_{key}"
            if name not in self._parts:
                self._parts[name] = _Writer(self._logdir / name, *self._options)
            self._parts[name].add_scalar(main_tag, value, global_step, walltime)

    def add_text(
        self,
        tag: str,
        text_string: str,
        global_step: int | None = None,
        walltime: float | None = None,
    ) -> None:
        """Writes a string, Markdown by convention, under `<tag>/text_summary` as torch does."""
        value = text.encode(f"{tag}/text_summary", text_string)
        self._add_value(value, global_step, walltime)

    def _add_value(self, value: Summary.Value, step: int | None, walltime: float | None) -> None:
        now = time.time() if walltime is None else walltime
        self._events.add(Event(wall_time=now, step=_step(step), summary=Summary(value=[value])))

    def get_logdir(self) -> str:
        """The folder that the event file is in."""
        return str(self._logdir)

    def flush(self) -> None:
        """Returns when everything added so far is in the file."""
        self._events.flush()
        for part in self._parts.values():
            part.flush()

    def close(self) -> None:
        """Writes what is queued and closes the file. Raises `WriterError` if events were lost."""
        for part in self._parts.values():
            part.close()
        self._events.close()

    def reopen(self) -> None:
        """Goes on in a new file of the same folder; does nothing while the writer works."""
        if not self._events.closed:
            if not self._events.broken:
                return
            self._events.abandon()
        self._events = EventWriter(self._logdir, *self._options)
        self._parts = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


class FileWriter(_Writer):
    """Writes summaries and graphs to an event file; the constructor is TensorFlow's.

    logdir: folder, made if missing. graph: written at once if given. max_queue: events that may
    wait before `add_*` waits too. flush_secs: seconds an event may wait, at most a quarter of one.
    graph_def: a GraphDef instead of a graph. filename_suffix: appended to the file's name.
    Raises `WriterError` when the folder cannot be written to.
    """

    def __init__(
        self,
        logdir: str | Path,
        graph: Any = None,
        max_queue: int = MAX_QUEUE,
        flush_secs: float = FLUSH_SECS,
        graph_def: Any = None,
        filename_suffix: str | None = None,
        session: None = None,
    ) -> None:
        if session is not None:
            raise ValueError(
                "session= (writing by ops of a session) is not supported; leave it out"
            )
        super().__init__(logdir, max_queue, flush_secs, filename_suffix or "")
        if graph is not None or graph_def is not None:
            self.add_graph(graph, graph_def=graph_def)


class SummaryWriter(_Writer):
    """Writes scalars, text and graphs to an event file; the constructor is torch's.

    log_dir: folder, made if missing; by default `runs/<date>_<time>_<host><comment>`.
    purge_step: says that points from this step on are to be taken back (a restart).
    max_queue, flush_secs, filename_suffix: as for `FileWriter`.
    """

    def __init__(
        self,
        log_dir: str | Path | None = None,
        comment: str = "",
        purge_step: int | None = None,
        max_queue: int = MAX_QUEUE,
        flush_secs: float = FLUSH_SECS,
        filename_suffix: str = "",
    ) -> None:
        if not log_dir:
            started = time.strftime("%b%d_%H-%M-%S")
            log_dir = Path("runs") / f"{started}_{socket.gethostname()}{comment}"
        super().__init__(log_dir, max_queue, flush_secs, filename_suffix)
        self.log_dir = str(log_dir)
        if purge_step is not None:
            self.add_session_log(SessionLog(status=SessionLog.START), purge_step)


def _array(number: float, dtype: str) -> Any:
    import numpy as np

    return np.array(number, dtype)


def _step(step: Any) -> int:
    """`step` as an int; None is 0. Tensors and numpy integers are taken, fractions are not."""
    if step is None:
        return 0
    number = step.item() if hasattr(step, "item") else step
    if not isinstance(number, int) and number != int(number):
        raise ValueError(f"global_step must be a whole number, got {step!r}")
    if not -(2**63) <= number < 2**63:
        raise ValueError(f"global_step must fit in 64 bits, got {step!r}")
    return int(number)


def _parsed(given: Any, kind: type[Any], method: str) -> Any:
    """`given` as our message `kind`: one already, a peer's message of that name, or bytes."""
    if isinstance(given, kind):
        return given
    data = given if isinstance(given, bytes) else getattr(given, "SerializeToString", bytes)()
    if not data and not isinstance(given, (bytes, Message)):
        raise TypeError(
            f"{method} needs a {kind.__name__} message or its bytes, got {given!r} of type "
            f"{type(given).__name__}; run a summary op in a session to get such bytes"
        )
    try:
        return kind.FromString(data)
    except DecodeError as error:
        raise ValueError(f"{method}: the bytes given are no {kind.__name__}: {error}") from error


def _serialised_graph(given: Any) -> bytes:
    """The bytes of a GraphDef: with output shapes where the graph can tell them."""
    if hasattr(given, "as_graph_def"):
        given = given.as_graph_def(add_shapes=True)
    if not isinstance(given, (bytes, Message)):
        raise TypeError(
            f"add_graph needs a graph (sess.graph), a GraphDef or its bytes, got "
            f"{given!r} of type {type(given).__name__}"
        )
    message = _parsed(given, GraphDef, "add_graph")
    if isinstance(given, bytes):
        return given
    return bytes(message.SerializeToString(deterministic=True))
