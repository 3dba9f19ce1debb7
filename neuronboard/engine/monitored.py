"""Sessions with hooks around each run: `MonitoredSession` and what it is made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import TracebackType
from typing import Any, Self

from neuronboard import errors
from neuronboard.engine.coordinator import Coordinator
from neuronboard.engine.graph import GraphKeys, get_default_graph
from neuronboard.engine.hooks import (
    SessionRunArgs,
    SessionRunContext,
    SessionRunHook,
    SessionRunValues,
)
from neuronboard.engine.ops import control
from neuronboard.engine.session import Session
from neuronboard.engine.variables import (
    global_variables_initializer,
    local_variables_initializer,
    report_uninitialized_variables,
)
from neuronboard.engine.where import user_line

_ENDS = (errors.OutOfRangeError, StopIteration)


def kept(key: str, make: Callable[[], Any]) -> Any:
    """What a collection of the default graph holds; made and put there where it is empty.

    A graph is finalized by its first session, so the next one has to find what that one made.
    """
    graph = get_default_graph()
    found = [item for item in graph.get_collection(key) if not isinstance(item, bytes)]
    if len(found) > 1:
        raise errors.SessionStateError(
            message=f'More than one item in the collection "{key}". Please indicate which one to '
            f"use by passing it to the tf.Scaffold constructor. At {user_line()}; there are {found}"
        )
    if not found:
        found = [make()]
        if found[0] is not None:
            graph.add_to_collection(key, found[0])
    return found[0]


class Scaffold:
    """The parts of a training that are made unless they are given.

    init_op: what gives variables their values; local_init_op: the local ones; init_fn(scaffold,
    session): what is done after init_op; saver; summary_op.
    """

    def __init__(
        self,
        init_op: Any = None,
        init_feed_dict: Mapping[Any, Any] | None = None,
        init_fn: Callable[[Scaffold, Any], Any] | None = None,
        ready_op: Any = None,
        ready_for_local_init_op: Any = None,
        local_init_op: Any = None,
        summary_op: Any = None,
        saver: Any = None,
        copy_from_scaffold: Scaffold | None = None,
        local_init_feed_dict: Mapping[Any, Any] | None = None,
    ) -> None:
        base = copy_from_scaffold
        self.init_op = init_op or getattr(base, "init_op", None)
        self.init_feed_dict = init_feed_dict or getattr(base, "init_feed_dict", None)
        self.init_fn = init_fn or getattr(base, "init_fn", None)
        self.ready_op = ready_op if ready_op is not None else getattr(base, "ready_op", None)
        self.local_init_op = local_init_op or getattr(base, "local_init_op", None)
        self.local_init_feed_dict = local_init_feed_dict
        self.summary_op = summary_op if summary_op is not None else getattr(base, "summary_op", 0)
        self.saver = saver or getattr(base, "saver", None)

    def finalize(self) -> Scaffold:
        """Makes what was not given; no operation may be made afterwards."""
        from neuronboard.engine.saver import Saver

        graph = get_default_graph()
        if self.init_op is None:
            self.init_op = kept(
                GraphKeys.INIT_OP, lambda: control.group(global_variables_initializer())
            )
        if self.local_init_op is None:
            self.local_init_op = kept(
                GraphKeys.LOCAL_INIT_OP, lambda: control.group(local_variables_initializer())
            )
        if self.ready_op is None:
            self.ready_op = kept(GraphKeys.READY_OP, report_uninitialized_variables)
        if self.saver is None and graph.get_collection(GraphKeys.GLOBAL_VARIABLES):
            self.saver = kept(GraphKeys.SAVERS, lambda: Saver(allow_empty=True))
        if self.saver is not None:
            self.saver.build()
        graph.finalize()
        return self


class ChiefSessionCreator:
    """Makes sessions whose variables have the values of the newest checkpoint, or their first."""

    def __init__(
        self,
        scaffold: Scaffold | None = None,
        master: str = "",
        config: Any = None,
        checkpoint_dir: Any = None,
        checkpoint_filename_with_path: str | None = None,
    ) -> None:
        self.scaffold = scaffold or Scaffold()
        self._master, self._config = master, config
        self._folder, self._path = checkpoint_dir, checkpoint_filename_with_path

    def create_session(self) -> Session:
        """A session, ready to train."""
        from neuronboard.engine.checkpoint_state import get_checkpoint_state, latest_checkpoint

        scaffold = self.scaffold.finalize()
        session = Session(self._master, config=self._config)
        path = self._path or (latest_checkpoint(self._folder) if self._folder else None)
        if path is not None and scaffold.saver is not None:
            scaffold.saver.restore(session, path)
            state = get_checkpoint_state(self._folder) if self._folder else None
            if state is not None:
                scaffold.saver.recover_last_checkpoints(list(state.all_model_checkpoint_paths))
        else:
            session.run(scaffold.init_op, scaffold.init_feed_dict)
            if scaffold.init_fn is not None:
                scaffold.init_fn(scaffold, session)
        session.run(scaffold.local_init_op, scaffold.local_init_feed_dict)
        missing = session.run(scaffold.ready_op)
        if len(missing):
            names = ", ".join(name.decode() for name in missing)
            raise errors.SessionStateError(
                message=f"Init operations did not make model ready. Variables not initialized: "
                f"{names}. At {user_line()}: let the Scaffold's init_op give them values"
            )
        return session


class MonitoredSession:
    """A session that calls hooks around each run, ends with the data, and closes itself.

    `while not session.should_stop(): session.run(train_op)`. The graph is finalized. An
    OutOfRangeError of the block, which the end of a dataset raises, ends it without an error.
    """

    def __init__(
        self,
        session_creator: ChiefSessionCreator | None = None,
        hooks: Sequence[SessionRunHook] | None = None,
        stop_grace_period_secs: float = 120,
    ) -> None:
        self._hooks = list(hooks or ())
        self.graph = get_default_graph()
        for hook in self._hooks:
            hook.begin()
        creator = session_creator or ChiefSessionCreator()
        self._coordinator = Coordinator()
        self._stop = False
        self._session: Session | None = creator.create_session()
        for hook in self._hooks:
            hook.after_create_session(self._session, self._coordinator)

    def run(
        self,
        fetches: Any,
        feed_dict: Mapping[Any, Any] | None = None,
        options: Any = None,
        run_metadata: Any = None,
    ) -> Any:
        """`Session.run`, with the hooks. Raises RuntimeError when it is closed."""
        session = self._open()
        context = SessionRunContext(SessionRunArgs(fetches, feed_dict, options), session)
        wanted: dict[Any, Any] = {"": fetches}
        feeds = dict(feed_dict or {})
        for hook in self._hooks:
            asked = hook.before_run(context)
            if asked is None:
                continue
            if asked.fetches is not None:
                wanted[id(hook)] = asked.fetches
            self._feed(feeds, asked.feed_dict or {})
        values = session.run(wanted, feeds, options, run_metadata)
        for hook in self._hooks:
            found = SessionRunValues(values.get(id(hook)), options, run_metadata)
            hook.after_run(context, found)
        self._stop = self._stop or context.stop_requested
        return values[""]

    @staticmethod
    def _feed(feeds: dict[Any, Any], more: Mapping[Any, Any]) -> None:
        both = [key for key in more if key in feeds]
        if both:
            raise errors.SessionStateError(
                message=f"Same tensor is fed by two hooks, or by a hook and run(): {both[0]}. At "
                f"{user_line()}"
            )
        feeds |= more

    def run_step_fn(self, step_fn: Callable[..., Any]) -> Any:
        """Calls `step_fn(step_context)`, whose `session` has no hooks and `run_with_hooks` has."""
        return step_fn(StepContext(self._open(), self))

    def should_stop(self) -> bool:
        """Whether a hook asked for a stop, or the session is closed."""
        return self._stop or self._session is None or self._coordinator.should_stop()

    def close(self) -> None:
        """Ends it: the hooks first."""
        self._end(None)

    def _open(self) -> Session:
        if self._session is None:
            raise errors.SessionStateError(message=f"Session is closed. At {user_line()}")
        return self._session

    def _end(self, failed: BaseException | None) -> None:
        session, self._session = self._session, None
        if session is None:
            return
        try:
            if failed is None:
                for hook in self._hooks:
                    hook.end(session)
        finally:
            self._coordinator.request_stop()
            session.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> bool:
        ended = isinstance(error, _ENDS)
        self._end(None if ended else error)
        return ended


class StepContext:
    """What `run_step_fn` gives: a session without hooks, and the way to run with them."""

    def __init__(self, session: Session, monitored: MonitoredSession) -> None:
        self.session, self._monitored = session, monitored

    def run_with_hooks(self, fetches: Any, feed_dict: Any = None, **more: Any) -> Any:
        """`MonitoredSession.run`."""
        return self._monitored.run(fetches, feed_dict, **more)

    def request_stop(self) -> None:
        """Ends the loop of `should_stop`."""
        raise StopIteration("step_fn has requested the iterations to stop.")


class SingularMonitoredSession(MonitoredSession):
    """A `MonitoredSession` of one machine, with its raw session."""

    def __init__(
        self,
        hooks: Sequence[SessionRunHook] | None = None,
        scaffold: Scaffold | None = None,
        master: str = "",
        config: Any = None,
        checkpoint_dir: Any = None,
        stop_grace_period_secs: float = 120,
        checkpoint_filename_with_path: str | None = None,
    ) -> None:
        given = (scaffold, master, config, checkpoint_dir, checkpoint_filename_with_path)
        super().__init__(ChiefSessionCreator(*given), hooks)

    def raw_session(self) -> Session | None:
        """The session without hooks."""
        return self._session
