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
from pathlib import Path
from typing import Any

from neuronboard.pb.event_pb2 import SessionLog
from neuronboard.writer.base import Writer
from neuronboard.writer.event_writer import LONGEST_WAIT


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


class SummaryWriter(Writer):
    """Writes scalars, text and graphs to an event file; the constructor is torch's.

    log_dir: folder, made if missing; by default `runs/<date>_<time>_<host><comment>`.
    purge_step: says that points from this step on are to be taken back (a restart).
    max_queue, flush_secs, filename_suffix: as for `FileWriter`. precision: of scalars, "float32",
    or "float64", which is written as tensors of rank 0: TensorBoard's default loader cannot show
    those (its `--load_fast=false` can), NeuronBoard shows both.
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
    ) -> None:
        if not log_dir:
            started = time.strftime("%b%d_%H-%M-%S")
            log_dir = Path("runs") / f"{started}_{socket.gethostname()}{comment}"
        super().__init__(log_dir, max_queue, flush_secs, filename_suffix, precision)
        self.log_dir = str(log_dir)
        if purge_step is not None:
            self.add_session_log(SessionLog(status=SessionLog.START), purge_step)
