"""What every writer can do, over one event writer: summaries, events, graphs, scalars, text."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, SupportsFloat

import numpy as np
from google.protobuf.message import Message

from neuronboard.formats.event_encode import ODD
from neuronboard.formats.tensor_proto import make_tensor_proto
from neuronboard.kinds import graph as graph_kind
from neuronboard.kinds import scalar, text
from neuronboard.pb.event_pb2 import Event, SessionLog, TaggedRunMetadata
from neuronboard.pb.summary_pb2 import DATA_CLASS_SCALAR, Summary, SummaryMetadata
from neuronboard.writer.event_writer import LONGEST_WAIT, EventWriter
from neuronboard.writer.given import as_step, as_tag, parsed, serialised_graph
from neuronboard.writer.nowhere import Nowhere

if TYPE_CHECKING:
    from neuronboard.kinds import custom_scalars

_SCALARS = SummaryMetadata(
    plugin_data=SummaryMetadata.PluginData(plugin_name="scalars"), data_class=DATA_CLASS_SCALAR
)
_PRECISIONS = {"float32": False, "float64": True}


class Writer:
    """Writes to one event file in `logdir`; the constructors that people know are below it.

    `global_step` is an int64; None means step 0. `walltime` is in seconds since 1970-01-01 UTC;
    None means now. Everything that adds raises `WriterError` when the writer is closed, or could
    not write what was added earlier.
    """

    def __init__(
        self,
        logdir: str | Path,
        max_queue: int | None = None,
        flush_secs: float = LONGEST_WAIT,
        filename_suffix: str = "",
        precision: str = "float32",
        write_to_disk: bool = True,
    ) -> None:
        if precision not in _PRECISIONS:
            raise ValueError(f"precision must be 'float32' or 'float64', got {precision!r}")
        self._options: dict[str, Any] = {
            "max_queue": max_queue,
            "flush_secs": flush_secs,
            "filename_suffix": filename_suffix,
            "precision": precision,
            "write_to_disk": write_to_disk,
        }
        self._logdir = Path(logdir)
        self._parts: dict[str, Writer] = {}
        self._described: dict[str, SummaryMetadata] = {}
        self._run_tags: set[str] = set()
        self._open(later=False)

    def _open(self, later: bool) -> None:
        options = dict(self._options)
        wide = _PRECISIONS[options.pop("precision")]
        self._events: EventWriter | Nowhere = Nowhere()
        if options.pop("write_to_disk"):
            self._events = EventWriter(self._logdir, **options, wide=wide, later=later)

    def add_summary(
        self,
        summary: bytes | Message,
        global_step: int | None = None,
        walltime: float | None = None,
    ) -> None:
        """Writes a Summary: a message (ours or a peer's), or the bytes that a summary op gives.

        Metadata that a tag has had in this file already are left out, as TensorFlow does.
        """
        added = self._once_described(parsed(summary, Summary, "add_summary"))
        self._add(global_step, walltime, summary=added)

    def _once_described(self, summary: Summary) -> Summary:
        """A summary without the metadata that its tags have had."""
        copy: Summary | None = None
        for i, value in enumerate(summary.value):
            if not value.HasField("metadata"):
                continue
            if self._described.get(value.tag) != value.metadata:
                self._described.setdefault(value.tag, SummaryMetadata()).CopyFrom(value.metadata)
                continue
            if copy is None:
                copy = Summary.FromString(summary.SerializeToString())
            copy.value[i].ClearField("metadata")
        return copy or summary

    def add_event(
        self, event: Message, step: int | None = None, walltime: float | None = None
    ) -> None:
        """Writes an Event with its own step and wall time, or with those that are given."""
        added = parsed(event, Event, "add_event")
        if step is not None or walltime is not None:
            added = Event.FromString(added.SerializeToString())
            added.step = added.step if step is None else as_step(step)
            added.wall_time = added.wall_time if walltime is None else walltime
        self._events.add(added)

    def _add_graph(self, given: Any, global_step: int | None) -> None:
        """Writes a graph: anything with `as_graph_def`, a GraphDef message, or its bytes."""
        data = serialised_graph(given)
        self._events.add(graph_kind.encode(data, time.time(), as_step(global_step)))

    def add_meta_graph(self, meta_graph_def: Message, global_step: int | None = None) -> None:
        """Writes a MetaGraphDef message."""
        self._add(global_step, None, meta_graph_def=meta_graph_def.SerializeToString())

    def add_run_metadata(
        self, run_metadata: Message, tag: str, global_step: int | None = None
    ) -> None:
        """Writes what one `Session.run` cost, a RunMetadata message, under `tag`.

        Raises ValueError for a tag that was used: each is one run.
        """
        if tag in self._run_tags:
            raise ValueError(
                f"The provided tag was already used for this event type, got {tag!r}: give each "
                "run its own, such as f'step {step}'"
            )
        self._run_tags.add(tag)
        tagged = TaggedRunMetadata(tag=tag, run_metadata=run_metadata.SerializeToString())
        self._add(global_step, None, tagged_run_metadata=tagged)

    def add_session_log(self, session_log: Message, global_step: int | None = None) -> None:
        """Writes that a session started, stopped or saved a checkpoint."""
        log = parsed(session_log, SessionLog, "add_session_log")
        self._add(global_step, None, session_log=log)

    def add_scalar(
        self,
        tag: str,
        scalar_value: SupportsFloat,
        global_step: int | None = None,
        walltime: float | None = None,
        new_style: bool = False,
        double_precision: bool = False,
        *,
        display_name: str = "",
        summary_description: str = "",
    ) -> None:
        """Writes one number under `tag`.

        scalar_value: a number, or an array or tensor of any library with one element. It is kept in
        the precision of the writer, float32 unless it was made with another; with
        `double_precision` as a float64 tensor, with `new_style` as a float32 tensor, as TensorFlow
        2 writes. display_name, summary_description (Markdown): go into the tag's metadata.
        Raises TypeError, naming tag and shape, for what is not one number.
        """
        if new_style or double_precision or display_name or summary_description:
            description = (display_name, summary_description)
            style = (new_style, double_precision)
            self._add_described(tag, scalar_value, global_step, walltime, style, description)
            return
        answer = self._events.encoder.scalar(tag, scalar_value, global_step, walltime)
        if answer:
            self._answer(answer, {as_tag(tag): scalar_value}, global_step, walltime)

    def log(
        self,
        values: Mapping[str, SupportsFloat],
        step: int | None = None,
        walltime: float | None = None,
    ) -> None:
        """Writes several numbers, tag to value, as one event: of a step of training, say.

        Takes less time and fewer bytes than `add_scalar` for each, and raises what that raises;
        then none of them is written.
        """
        answer = self._events.encoder.scalars(values, step, walltime)
        if answer:
            self._answer(answer, values, step, walltime)

    def _answer(
        self, answer: int, values: Mapping[str, SupportsFloat], step: Any, walltime: Any
    ) -> None:
        """Does what the encoder asks for, until it takes the values."""
        while answer:
            if answer == ODD:
                values = {as_tag(tag): scalar.number(tag, value) for tag, value in values.items()}
                step = as_step(step)
                walltime = None if walltime is None else float(walltime)
            elif self._events.answer(answer):
                return
            answer = self._events.encoder.scalars(values, step, walltime)

    def _add_described(
        self,
        tag: str,
        value: Any,
        step: int | None,
        walltime: float | None,
        style: tuple[bool, bool],
        description: tuple[str, str],
    ) -> None:
        """A scalar with metadata: names that it was given, or the form of TensorFlow 2."""
        new_style, double_precision = style
        name, long = description
        metadata = SummaryMetadata(display_name=name, summary_description=long)
        added = scalar.encode(tag, value)
        if new_style or double_precision:
            number = scalar.number(tag, value) if double_precision else added.simple_value
            dtype = "float64" if double_precision else "float32"
            tensor = make_tensor_proto(np.array(number, dtype), as_list=True)
            added = Summary.Value(tag=tag, tensor=tensor)
            metadata.MergeFrom(_SCALARS)
        if self._described.get(tag) != metadata:  # a tag's first value says it for all
            self._described[tag] = metadata
            added.metadata.CopyFrom(metadata)
        self._add(step, walltime, summary=Summary(value=[added]))

    def add_scalars(
        self,
        main_tag: str,
        tag_scalar_dict: Mapping[str, SupportsFloat],
        global_step: int | None = None,
        walltime: float | None = None,
        *,
        one_run: bool = False,
    ) -> None:
        """Writes several numbers of one meaning, each as a run of its own, as torch does.

        The run `<main_tag>_<key>` below this one gets the value under the tag `main_tag`. With
        `one_run` they stay in this run, under the tags `<main_tag>/<key>`.
        """
        if one_run:
            values = {f"{main_tag}/{key}": value for key, value in tag_scalar_dict.items()}
            self.log(values, global_step, walltime)
            return
        for key, value in tag_scalar_dict.items():
            part = self._part(f"{main_tag.replace('/', '_')}_{key}")
            part.add_scalar(main_tag, value, global_step, walltime)

    def _part(self, name: str) -> Writer:
        """The writer of a run below this one, made when it is first needed."""
        if name not in self._parts:
            self._parts[name] = Writer(self._logdir / name, **self._options)
        return self._parts[name]

    def add_text(
        self,
        tag: str,
        text_string: str,
        global_step: int | None = None,
        walltime: float | None = None,
    ) -> None:
        """Writes a string, Markdown by convention, under `<tag>/text_summary` as torch does."""
        value = text.encode(f"{tag}/text_summary", text_string)
        self._add(global_step, walltime, summary=Summary(value=[value]))

    def add_custom_scalars(self, layout: custom_scalars.Given) -> None:
        """Writes which charts of several tags there shall be: category -> chart -> [kind, tags].

        {"losses": {"all": ["Multiline", ["loss/.*"]], "mean": ["Margin", ["mean", "low", "high"]]}}
        Multiline: regular expressions that match at the beginning of a tag. Margin: the tags of a
        value and of what lies below and above it. Raises ValueError for anything else.
        """
        from neuronboard.kinds import custom_scalars  # of no use to most programs

        self._add(None, None, summary=Summary(value=[custom_scalars.encode(layout)]))

    def add_custom_scalars_multilinechart(
        self, tags: Sequence[str], category: str = "default", title: str = "untitled"
    ) -> None:
        """One chart of several tags, as `add_custom_scalars` writes it."""
        self.add_custom_scalars({category: {title: ["Multiline", tags]}})

    def add_custom_scalars_marginchart(
        self, tags: Sequence[str], category: str = "default", title: str = "untitled"
    ) -> None:
        """One chart of a value between two others, as `add_custom_scalars` writes it."""
        self.add_custom_scalars({category: {title: ["Margin", tags]}})

    def _add(self, step: int | None, walltime: float | None, **what: Any) -> None:
        now = time.time() if walltime is None else walltime
        self._events.add(Event(wall_time=now, step=as_step(step), **what))

    def get_logdir(self) -> str:
        """The folder that the event file is in."""
        return str(self._logdir)

    def flush(self) -> None:
        """Returns when everything added so far is in the file."""
        self._events.flush()
        for part in self._parts.values():
            part.flush()

    def close(self) -> None:
        """Writes what waits and closes the file. Raises `WriterError` if events were lost."""
        with ExitStack() as everything:  # also behind one that raises
            everything.callback(self._events.close)
            for part in self._parts.values():
                everything.callback(part.close)

    def reopen(self) -> None:
        """Goes on in a new file of the same folder; does nothing while the writer works.

        What a full disk had refused is written to the new file first.
        """
        self._events = self._events.reopened()
        self._described = {}
        for part in self._parts.values():
            part.reopen()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def __getstate__(self) -> dict[str, Any]:
        """For another process, or a copy: everything but the file, of which it makes its own."""
        return {**self.__dict__, "_events": None, "_parts": {}, "_described": {}}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._open(later=True)
