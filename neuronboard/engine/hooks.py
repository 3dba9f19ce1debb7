"""Hooks: what is done around every run of a `MonitoredSession`, as parts to put together.

A hook is asked before a run what it wants fetched beside, and is given it afterwards. Steps are
read after a run, so they are those that the run has reached.
"""

from __future__ import annotations

import logging
import math
import os
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from neuronboard import errors
from neuronboard.engine.averages import get_or_create_global_step
from neuronboard.engine.graph import get_default_graph
from neuronboard.engine.where import user_line

_log = logging.getLogger("tensorflow")


class SessionRunArgs(NamedTuple):
    """What a hook wants of the next run: more to fetch (any structure), more to feed."""

    fetches: Any
    feed_dict: Mapping[Any, Any] | None = None
    options: Any = None


class SessionRunValues(NamedTuple):
    """What a run gave a hook: the values of its fetches, and the run's metadata."""

    results: Any
    options: Any = None
    run_metadata: Any = None


class SessionRunContext:
    """The run at hand: what the program asked for, its session, and the way to ask for a stop."""

    def __init__(self, original_args: SessionRunArgs, session: Any) -> None:
        self.original_args, self.session = original_args, session
        self._stop = False

    @property
    def stop_requested(self) -> bool:
        """Whether a hook asked for a stop."""
        return self._stop

    def request_stop(self) -> None:
        """Lets `should_stop()` be true after this run."""
        self._stop = True


class SessionRunHook:
    """What a hook may do; each method does nothing unless it is overridden."""

    def begin(self) -> None:
        """Once, before the session is made: the graph may still grow."""

    def after_create_session(self, session: Any, coord: Any) -> None:
        """Whenever a session was made and its variables have values."""

    def before_run(self, run_context: SessionRunContext) -> SessionRunArgs | None:
        """Before each run: what to fetch and feed beside."""
        return None

    def after_run(self, run_context: SessionRunContext, run_values: SessionRunValues) -> None:
        """After each run that did not fail."""

    def end(self, session: Any) -> None:
        """At the end, unless the program failed."""


class SecondOrStepTimer:
    """Says when so many seconds or so many steps have passed; one of the two is given."""

    def __init__(self, every_secs: float | None = None, every_steps: int | None = None) -> None:
        if (every_secs is None) == (every_steps is None):
            raise errors.ArgumentValueError(
                message="Exactly one of every_secs and every_steps must be provided. At "
                f"{user_line()}: they are {every_secs!r} and {every_steps!r}"
            )
        self._secs, self._steps = every_secs, every_steps
        self.reset()

    def reset(self) -> None:
        """Begins anew: the next step triggers."""
        self._step: int | None = None
        self._time = 0.0

    def should_trigger_for_step(self, step: int) -> bool:
        """Whether it is time; once for each step."""
        if self._step is None:
            return True
        if step == self._step:
            return False
        if self._steps is not None:
            return step >= self._step + self._steps
        assert self._secs is not None
        return time.monotonic() >= self._time + self._secs

    def update_last_triggered_step(self, step: int) -> tuple[float | None, int | None]:
        """Notes that it was done at a step; seconds and steps since the time before, or Nones."""
        now = time.monotonic()
        since = (None, None) if self._step is None else (now - self._time, step - self._step)
        self._step, self._time = step, now
        return since

    def last_triggered_step(self) -> int | None:
        """The step at which it was done last."""
        return self._step


class StopAtStepHook(SessionRunHook):
    """Asks for a stop after `num_steps` steps, or at step `last_step`."""

    def __init__(self, num_steps: int | None = None, last_step: int | None = None) -> None:
        if num_steps is None and last_step is None:
            raise errors.ArgumentValueError(
                message=f"One of num_steps or last_step must be specified. At {user_line()}"
            )
        if num_steps is not None and last_step is not None:
            raise errors.ArgumentValueError(
                message=f"Only one of num_steps or last_step can be specified. At {user_line()}"
            )
        self._num_steps, self._last_step = num_steps, last_step

    def begin(self) -> None:
        self._step = get_or_create_global_step()

    def after_create_session(self, session: Any, coord: Any) -> None:
        if self._last_step is None:
            self._last_step = int(session.run(self._step)) + (self._num_steps or 0)

    def after_run(self, run_context: SessionRunContext, run_values: SessionRunValues) -> None:
        if run_context.session.run(self._step) >= self._last_step:
            run_context.request_stop()


class NanLossDuringTrainingError(errors.NeuronBoardError, RuntimeError):
    """A loss that is no number any more."""

    def __str__(self) -> str:
        return "NaN loss during training."


class NanTensorHook(SessionRunHook):
    """Ends the training where a loss is NaN: with an error, or with a stop and a message."""

    def __init__(self, loss_tensor: Any, fail_on_nan_loss: bool = True) -> None:
        self._loss, self._fail = loss_tensor, fail_on_nan_loss

    def before_run(self, run_context: SessionRunContext) -> SessionRunArgs:
        return SessionRunArgs(self._loss)

    def after_run(self, run_context: SessionRunContext, run_values: SessionRunValues) -> None:
        if not np.isnan(run_values.results):
            return
        if self._fail:
            _log.error("Model diverged with loss = NaN.")
            raise NanLossDuringTrainingError
        _log.warning("Model diverged with loss = NaN.")
        run_context.request_stop()


class LoggingTensorHook(SessionRunHook):
    """Says values every so many runs or seconds, by `tf.logging.info`.

    tensors: label -> tensor or its name, or a list of them. at_end: also, or only, at the end.
    formatter: (label -> value) -> the text.
    """

    def __init__(
        self,
        tensors: Any,
        every_n_iter: int | None = None,
        every_n_secs: float | None = None,
        at_end: bool = False,
        formatter: Callable[[dict[str, Any]], str] | None = None,
    ) -> None:
        if (every_n_iter is None) == (every_n_secs is None) and not (
            at_end and every_n_iter is None
        ):
            raise errors.ArgumentValueError(
                message="Either at_end and/or exactly one of every_n_iter and every_n_secs must be "
                f"provided. At {user_line()}"
            )
        if every_n_iter is not None and every_n_iter <= 0:
            raise errors.ArgumentValueError(
                message=f"invalid every_n_iter={every_n_iter}. At {user_line()}: give 1 or more"
            )
        named = tensors if isinstance(tensors, Mapping) else {_label(t): t for t in tensors}
        self._tensors = dict(named)
        self._formatter, self._at_end = formatter, at_end
        only_end = every_n_iter is None and every_n_secs is None
        self._timer = None if only_end else SecondOrStepTimer(every_n_secs, every_n_iter)
        self._runs = 0

    def begin(self) -> None:
        graph = get_default_graph()
        self._tensors = {key: graph.as_graph_element(t) for key, t in self._tensors.items()}
        self._runs = 0
        if self._timer is not None:
            self._timer.reset()

    def before_run(self, run_context: SessionRunContext) -> SessionRunArgs | None:
        due = self._timer is not None and self._timer.should_trigger_for_step(self._runs)
        return SessionRunArgs(self._tensors) if due else None

    def after_run(self, run_context: SessionRunContext, run_values: SessionRunValues) -> None:
        if run_values.results is not None and self._timer is not None:
            seconds, _ = self._timer.update_last_triggered_step(self._runs)
            self._say(run_values.results, seconds)
        self._runs += 1

    def end(self, session: Any) -> None:
        if self._at_end:
            self._say(session.run(self._tensors), None)

    def _say(self, values: dict[str, Any], seconds: float | None) -> None:
        if self._formatter is not None:
            _log.info("%s", self._formatter(values))
            return
        text = ", ".join(f"{label} = {value}" for label, value in values.items())
        _log.info("%s%s", text, "" if seconds is None else f" ({seconds:.3f} sec)")


def _label(tensor: Any) -> str:
    return tensor if isinstance(tensor, str) else str(tensor.name)


class CheckpointSaverListener:
    """What may be done around each checkpoint; each method does nothing unless overridden."""

    def begin(self) -> None:
        """Once, before the session is made."""

    def before_save(self, session: Any, global_step_value: int) -> None:
        """Before a checkpoint is written."""

    def after_save(self, session: Any, global_step_value: int) -> bool | None:
        """After a checkpoint was written; True asks for a stop."""
        return None

    def end(self, session: Any, global_step_value: int) -> None:
        """At the end."""


class CheckpointSaverHook(SessionRunHook):
    """Writes a checkpoint at the start, every so many seconds or steps, and at the end."""

    def __init__(
        self,
        checkpoint_dir: Any,
        save_secs: float | None = None,
        save_steps: int | None = None,
        saver: Any = None,
        checkpoint_basename: str = "model.ckpt",
        scaffold: Any = None,
        listeners: Sequence[CheckpointSaverListener] | None = None,
        save_graph_def: bool = True,
    ) -> None:
        if saver is not None and scaffold is not None:
            raise errors.ArgumentValueError(
                message=f"You cannot provide both saver and scaffold. At {user_line()}"
            )
        self._path = os.path.join(os.fspath(checkpoint_dir), checkpoint_basename)
        self._timer = SecondOrStepTimer(save_secs, save_steps)
        self._saver, self._scaffold = saver, scaffold
        self._listeners = list(listeners or ())
        self._with_graph = save_graph_def

    def begin(self) -> None:
        self._step = get_or_create_global_step()
        os.makedirs(os.path.dirname(self._path), exist_ok=True)
        for listener in self._listeners:
            listener.begin()

    def after_create_session(self, session: Any, coord: Any) -> None:
        self._save(session, int(session.run(self._step)))

    def after_run(self, run_context: SessionRunContext, run_values: SessionRunValues) -> None:
        step = int(run_context.session.run(self._step))
        if self._timer.should_trigger_for_step(step) and self._save(run_context.session, step):
            run_context.request_stop()

    def end(self, session: Any) -> None:
        step = int(session.run(self._step))
        if step != self._timer.last_triggered_step():
            self._save(session, step)
        for listener in self._listeners:
            listener.end(session, step)

    def _save(self, session: Any, step: int) -> bool:
        """Writes one; whether a listener asks for a stop."""
        self._timer.update_last_triggered_step(step)
        for listener in self._listeners:
            listener.before_save(session, step)
        saver = self._saver if self._scaffold is None else self._scaffold.saver
        if saver is None:
            raise errors.SessionStateError(
                message=f"CheckpointSaverHook needs a saver. At {user_line()}: give saver= or "
                "scaffold="
            )
        _log.info("Saving checkpoints for %d into %s.", step, self._path)
        saver.save(session, self._path, global_step=step, write_meta_graph=self._with_graph)
        wishes = [listener.after_save(session, step) for listener in self._listeners]
        return any(wishes)


class FinalOpsHook(SessionRunHook):
    """Runs operations at the end; `final_ops_values` is what they gave."""

    def __init__(self, final_ops: Any, final_ops_feed_dict: Any = None) -> None:
        self._ops, self._feed = final_ops, final_ops_feed_dict
        self.final_ops_values: Any = None

    def end(self, session: Any) -> None:
        if self._ops is not None:
            self.final_ops_values = session.run(self._ops, self._feed)


class FeedFnHook(SessionRunHook):
    """Feeds what a function gives, anew before each run."""

    def __init__(self, feed_fn: Callable[[], Mapping[Any, Any]]) -> None:
        self.feed_fn = feed_fn

    def before_run(self, run_context: SessionRunContext) -> SessionRunArgs:
        return SessionRunArgs(None, self.feed_fn())


def steps_per_second(steps: int | None, seconds: float | None) -> float | None:
    """The speed between two steps; None before there are two."""
    return steps / seconds if steps is not None and seconds and math.isfinite(seconds) else None
