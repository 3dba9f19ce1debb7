"""`tf.train.MonitoredTrainingSession`, and the hooks that write summaries."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

from neuronboard import errors
from neuronboard.engine.averages import get_or_create_global_step
from neuronboard.engine.graph import GraphKeys, get_default_graph
from neuronboard.engine.hooks import (
    CheckpointSaverHook,
    SecondOrStepTimer,
    SessionRunArgs,
    SessionRunContext,
    SessionRunHook,
    SessionRunValues,
    steps_per_second,
)
from neuronboard.engine.monitored import ChiefSessionCreator, MonitoredSession, Scaffold, kept
from neuronboard.engine.where import user_line
from neuronboard.pb.summary_pb2 import Summary
from neuronboard.summary import merge_all
from neuronboard.writer.summary_writer import FileWriter

__all__ = ["MonitoredTrainingSession", "StepCounterHook", "SummarySaverHook"]

_log = logging.getLogger("tensorflow")
_UNSAID: Any = object()


class SummarySaverHook(SessionRunHook):
    """Writes summaries every so many steps or seconds, the first ones at the first run.

    summary_op: the summaries, or a list of them; the scaffold's, or all there are, if None.
    output_dir or summary_writer: where to.
    """

    def __init__(
        self,
        save_steps: int | None = None,
        save_secs: float | None = None,
        output_dir: Any = None,
        summary_writer: Any = None,
        scaffold: Scaffold | None = None,
        summary_op: Any = None,
    ) -> None:
        if (scaffold is None) == (summary_op is None):
            raise errors.ArgumentValueError(
                message="Exactly one of scaffold or summary_op must be provided. At "
                f"{user_line()}: summary_op=tf.summary.merge_all() writes all there are"
            )
        self._scaffold, self._summary, self._folder = scaffold, summary_op, output_dir
        self._timer = SecondOrStepTimer(save_secs, save_steps)
        self._writer = summary_writer

    def begin(self) -> None:
        if self._writer is None and self._folder is not None:
            self._writer = FileWriter(self._folder, get_default_graph())
        self._step = get_or_create_global_step()
        self._reached: int | None = None
        if self._scaffold is not None and self._scaffold.summary_op in (0, None):
            self._scaffold.summary_op = kept(GraphKeys.SUMMARY_OP, merge_all)

    def after_create_session(self, session: Any, coord: Any) -> None:
        self._reached = int(session.run(self._step))

    def before_run(self, run_context: SessionRunContext) -> SessionRunArgs | None:
        summary = self._summary if self._scaffold is None else self._scaffold.summary_op
        assert self._reached is not None
        if summary is None or not self._timer.should_trigger_for_step(self._reached + 1):
            return None
        return SessionRunArgs(list(summary) if isinstance(summary, (list, tuple)) else [summary])

    def after_run(self, run_context: SessionRunContext, run_values: SessionRunValues) -> None:
        self._reached = int(run_context.session.run(self._step))
        if run_values.results is None or self._writer is None:
            return
        self._timer.update_last_triggered_step(self._reached)
        for summary in run_values.results:
            self._writer.add_summary(summary, self._reached)

    def end(self, session: Any) -> None:
        if self._writer is not None:
            self._writer.flush()


class StepCounterHook(SessionRunHook):
    """Counts steps per second: says them, and writes them as "global_step/sec"."""

    def __init__(
        self,
        every_n_steps: int | None = 100,
        every_n_secs: float | None = None,
        output_dir: Any = None,
        summary_writer: Any = None,
    ) -> None:
        self._timer = SecondOrStepTimer(every_n_secs, every_n_steps)
        self._folder, self._writer = output_dir, summary_writer

    def begin(self) -> None:
        if self._writer is None and self._folder is not None:
            self._writer = FileWriter(self._folder)
        self._step = get_or_create_global_step()

    def after_run(self, run_context: SessionRunContext, run_values: SessionRunValues) -> None:
        step = int(run_context.session.run(self._step))
        if not self._timer.should_trigger_for_step(step):
            return
        seconds, steps = self._timer.update_last_triggered_step(step)
        speed = steps_per_second(steps, seconds)
        if speed is None:
            return
        tag = f"{self._step.op.name}/sec"
        _log.info("%s: %g", tag, speed)
        if self._writer is not None:
            value = Summary.Value(tag=tag, simple_value=speed)
            self._writer.add_summary(Summary(value=[value]), step)

    def end(self, session: Any) -> None:
        if self._writer is not None:
            self._writer.flush()


def MonitoredTrainingSession(  # noqa: N802 TensorFlow's name
    master: str = "",
    is_chief: bool = True,
    checkpoint_dir: Any = None,
    scaffold: Scaffold | None = None,
    hooks: Sequence[SessionRunHook] | None = None,
    chief_only_hooks: Sequence[SessionRunHook] | None = None,
    save_checkpoint_secs: Any = _UNSAID,
    save_summaries_steps: Any = _UNSAID,
    save_summaries_secs: Any = _UNSAID,
    config: Any = None,
    stop_grace_period_secs: float = 120,
    log_step_count_steps: int | None = 100,
    max_wait_secs: float = 7200,
    save_checkpoint_steps: Any = _UNSAID,
    summary_dir: Any = None,
    save_graph_def: bool = True,
) -> MonitoredSession:
    """A `MonitoredSession` that restores, writes checkpoints and summaries, and counts steps.

    checkpoint_dir: the folder; without one nothing is written. save_checkpoint_secs (600) or
    save_checkpoint_steps, save_summaries_steps (100) or save_summaries_secs: how often; None never.
    """
    parts = scaffold or Scaffold()
    writers: list[SessionRunHook] = list(chief_only_hooks or ())
    logs = summary_dir or checkpoint_dir
    if logs:
        if log_step_count_steps:
            writers.append(StepCounterHook(log_step_count_steps, output_dir=logs))
        steps, seconds = _often(save_summaries_steps, save_summaries_secs, 100, first=True)
        if steps or seconds:
            writers.append(SummarySaverHook(steps, seconds, logs, scaffold=parts))
    if checkpoint_dir:
        steps, seconds = _often(save_checkpoint_steps, save_checkpoint_secs, 600, first=False)
        if steps or seconds:
            saving = CheckpointSaverHook(
                checkpoint_dir, seconds, steps, scaffold=parts, save_graph_def=save_graph_def
            )
            writers.append(saving)
    creator = ChiefSessionCreator(parts, master, config, checkpoint_dir)
    return MonitoredSession(creator, [*(hooks or ()), *writers], stop_grace_period_secs)


def _often(steps: Any, seconds: Any, usual: int, first: bool) -> tuple[Any, Any]:
    """(steps, seconds), of which at most one is told; `usual` (steps if `first`) if none was."""
    if steps is _UNSAID and seconds is _UNSAID:
        return (usual, None) if first else (None, usual)
    return None if steps is _UNSAID else steps, None if seconds is _UNSAID else seconds
