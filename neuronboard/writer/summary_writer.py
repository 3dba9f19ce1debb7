"""The two writers that people know.

`FileWriter` has the constructor of TensorFlow's (`tf.train.SummaryWriter` in 0.x, and
`tf.summary.FileWriter` in 1.x), `SummaryWriter` that of torch.utils.tensorboard, with the words of
tensorboardX beside. Both have all the methods. Differences from the originals, on purpose: an event
is in the file within a twentieth of a second, and 64 MB may wait where TensorFlow and torch make
the training wait at 10 events.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any, Self, SupportsFloat

from google.protobuf.message import Message

from neuronboard.kinds import hparams
from neuronboard.pb.event_pb2 import SessionLog
from neuronboard.pb.summary_pb2 import Summary
from neuronboard.writer.base import Writer
from neuronboard.writer.event_writer import LONGEST_WAIT
from neuronboard.writer.not_yet import NotYet


class FileWriter(Writer):
    """Writes summaries and graphs to an event file; the constructor is TensorFlow's.

    logdir: folder, made if missing. graph: written at once if given. max_queue: events that may
    wait, by default as many as fit into 64 MB; beyond, `add_*` writes by itself. flush_secs:
    seconds an event may wait, at most a twentieth of one. graph_def: a GraphDef instead of a graph.
    filename_suffix: appended to the file's name. Raises `WriterError` when the folder cannot be
    written to.
    """

    def __init__(
        self,
        logdir: str | Path,
        graph: Any = None,
        max_queue: int | None = None,
        flush_secs: float = LONGEST_WAIT,
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

    def add_graph(
        self, graph: Any = None, global_step: int | None = None, graph_def: Any = None
    ) -> None:
        """Writes a graph: anything with `as_graph_def`, a GraphDef message, or its bytes."""
        self._add_graph(graph_def if graph is None else graph, global_step)


class SummaryWriter(NotYet, Writer):
    """Writes scalars, text, hyper-parameters and graphs to an event file; the constructor is
    torch's.

    log_dir: folder, made if missing; by default `runs/<date>_<time>_<host><comment>`.
    purge_step: says that points from this step on are to be taken back (a restart).
    max_queue, flush_secs, filename_suffix: as for `FileWriter`. precision: of scalars, "float32",
    or "float64", which is written as tensors of rank 0: TensorBoard's default loader cannot show
    those (its `--load_fast=false` can), NeuronBoard shows both. The rest is tensorboardX's:
    logdir is log_dir, write_to_disk=False writes nothing at all, comet_config is not followed.
    """

    def __init__(
        self,
        log_dir: str | Path | None = None,
        comment: str = "",
        purge_step: int | None = None,
        max_queue: int | None = None,
        flush_secs: float = LONGEST_WAIT,
        filename_suffix: str = "",
        precision: str = "float32",
        *,
        logdir: str | Path | None = None,
        write_to_disk: bool = True,
        comet_config: Mapping[str, Any] | None = None,
    ) -> None:
        log_dir = log_dir or logdir
        if not log_dir:
            started = time.strftime("%b%d_%H-%M-%S")
            log_dir = Path("runs") / f"{started}_{socket.gethostname()}{comment}"
        options = (max_queue, flush_secs, filename_suffix, precision, write_to_disk)
        super().__init__(log_dir, *options)
        self.log_dir = self.logdir = str(log_dir)
        self._told: set[str] = set()
        if purge_step is not None:
            self.add_session_log(SessionLog(status=SessionLog.START), purge_step)
        if comet_config is not None and not comet_config.get("disabled", False):
            self._not_written("comet_config", "the copy for Comet")

    def add_graph(
        self,
        model: Any = None,
        input_to_model: Any = None,
        verbose: bool = False,
        use_strict_trace: bool = True,
        *,
        global_step: int | None = None,
        graph_def: Any = None,
    ) -> None:
        """Writes a graph of the engine or a GraphDef; the second argument may be its step.

        The model of another library is not traced: that is told once.
        """
        given = graph_def if model is None else model
        if hasattr(given, "as_graph_def") or isinstance(given, (bytes, Message)):
            step = input_to_model if global_step is None else global_step
            self._add_graph(given, step)
        else:
            self._not_written("add_graph", f"the graph of {type(given).__name__}")

    def add_hparams(
        self,
        hparam_dict: Mapping[str, Any],
        metric_dict: Mapping[str, SupportsFloat],
        hparam_domain_discrete: Mapping[str, Sequence[Any]] | str | None = None,
        run_name: str | None = None,
        global_step: int | None = None,
        *,
        name: str | None = None,
    ) -> None:
        """Writes the hyper-parameters of this run, and the metrics that it is judged by.

        hparam_dict: name to bool, number, str or None (left out). metric_dict: tag to number; each
        goes to this run as `add_scalar` would write it, so that one tag is one curve. Where the
        value is not known yet, log it later under the same tag. hparam_domain_discrete: name to
        the values that it may have. run_name (tensorboardX: name, and the third argument): all of
        this goes to a run of that name below this one, as torch does.
        """
        if isinstance(hparam_domain_discrete, str):
            name, hparam_domain_discrete = hparam_domain_discrete, None
        values = (
            hparams.encode_experiment(hparam_dict, metric_dict, hparam_domain_discrete),
            hparams.encode_session_start(hparam_dict),
            hparams.encode_session_end(),
        )
        run = run_name or name
        with Writer(self._logdir / run, **self._options) if run else nullcontext(self) as writer:
            for value in values:
                writer.add_summary(Summary(value=[value]), global_step)
            for tag, number in metric_dict.items():
                writer.add_scalar(tag, number, global_step)

    @property
    def file_writer(self) -> Self:
        """What writes summaries and events: itself, where torch has an object of its own."""
        return self

    def _get_file_writer(self) -> Self:
        """The same, as PyTorch Lightning and others call it."""
        return self
