"""Sessions: they run graphs and keep the values of variables.

`run` flattens the fetches, takes the plan for (fetches, feeds) or makes it, executes it, and puts
the values back into the fetches' structure. Plans are kept for the life of the session; a graph
that grows does not touch them.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from google.protobuf.message import Message

from neuronboard import errors
from neuronboard.engine.code import Run, compile_code, interpret
from neuronboard.engine.feeds import fed_array
from neuronboard.engine.graph import Graph, Operation, Tensor, get_default_graph, leave
from neuronboard.engine.indexed_slices import IndexedSlices, IndexedSlicesValue
from neuronboard.engine.mistakes import said
from neuronboard.engine.plan import Plan, compile_plan
from neuronboard.engine.where import origins, user_line, warn

if TYPE_CHECKING:
    from neuronboard.engine.variables import Variable
    from neuronboard.pb.graph_pb2 import GraphDef

_local = threading.local()
_LOOP = 20  # runs that each find the graph grown: no accident any more


class Session:
    """Runs operations of one graph. Variables have their values here, each session its own.

    graph: the graph to run, the default graph if None. target and config are taken for
    compatibility; there is one machine and nothing to configure.
    """

    def __init__(self, target: str = "", graph: Graph | None = None, config: Any = None) -> None:
        if isinstance(target, Graph):
            raise errors.DTypeError(
                message="The first argument of Session is a target, got a graph at "
                f"{user_line()}; write tf.Session(graph=graph)"
            )
        if config is not None and not isinstance(config, Message):
            raise errors.DTypeError(
                message="Argument `config` must be a tf.ConfigProto, but got "
                f'"{type(config).__name__}": {config!r}. At {user_line()}'
            )
        if not isinstance(target, str):
            raise errors.DTypeError(
                message="Argument `target` must be a string, but got "
                f'"{type(target).__name__}": {target!r}. At {user_line()}'
            )
        if graph is not None and not isinstance(graph, Graph):
            raise errors.DTypeError(
                message=f'Argument `graph` must be a tf.Graph, but got "{type(graph).__name__}": '
                f"{graph!r}. At {user_line()}"
            )
        self._graph = get_default_graph() if graph is None else graph
        self._state: dict[str, Any] = {}
        self._plans: dict[Any, _Planned] = {}
        self._ready: dict[Any, _Ready] = {}
        self._closed: str | None = None  # the line that called close()
        self._seen = -1  # how many operations the graph had at the last run
        self._grown = 0  # before how many runs in a row it had grown
        self._contexts: list[Any] = []
        self.plans_made = 0  # how many plans were worked out; grows only when something is new

    @property
    def graph(self) -> Graph:
        """The graph that is run."""
        return self._graph

    @property
    def graph_def(self) -> GraphDef:
        """The graph as a message."""
        return self._graph.as_graph_def()

    def run(
        self,
        fetches: Any,
        feed_dict: Mapping[Any, Any] | None = None,
        options: Any = None,
        run_metadata: Any = None,
    ) -> Any:
        """Computes `fetches` and returns their values in the same structure.

        fetches: a tensor, operation, variable or name ("output:0"), or nested lists, tuples and
        dicts of them; an operation gives None. feed_dict: tensor or name -> value to use for it.
        options: RunOptions(trace_level=RunOptions.FULL_TRACE) measures the run, and run_metadata
        is filled with what it cost, for `writer.add_run_metadata`.

        Raises FailedPreconditionError for a variable without value, InvalidArgumentError for values
        that do not fit, ValueError or TypeError for what cannot be fetched or fed.
        """
        self._check_open()
        if options is not None and run_metadata is not None and options.trace_level:
            given = _whole_tensors(feed_dict) if isinstance(feed_dict, Mapping) else {}
            return self._traced(fetches, given, options, run_metadata)
        if self._graph.version != self._seen:
            self._growing()
        else:
            self._grown = 0
        key = _key(fetches, feed_dict)
        if key is None and isinstance(feed_dict, Mapping):
            feed_dict = _whole_tensors(feed_dict)
        ready = self._ready.get(key) if key is not None else None
        if ready is None:
            ready = self._prepared(fetches, feed_dict or {})
            if key is not None:
                self._ready[key] = ready
        fed = ready.fed(feed_dict) if feed_dict else ()
        return ready.run(self._state, fed)

    def _traced(
        self, fetches: Any, feed_dict: Mapping[Any, Any], options: Any, run_metadata: Any
    ) -> Any:
        """`run` that fills `run_metadata`, a RunMetadata message."""
        from neuronboard.engine.trace import Trace

        flat: list[Tensor | Operation] = []
        structure = self._flatten(fetches, flat)
        feeds = self._feeds(feed_dict)
        tensors = tuple(sorted(feeds, key=lambda tensor: tensor.name))
        trace = Trace(compile_plan(flat, tensors, optimise=False))
        fed = [fed_array(tensor, feed_dict[feeds[tensor]]) for tensor in tensors]
        values = trace.run(self._state, fed)
        found = trace.metadata(options, flat, tensors)
        run_metadata.Clear()
        run_metadata.MergeFromString(found.SerializeToString())
        return _rebuild(structure, values)

    def make_callable(
        self, fetches: Any, feed_list: Any = None, accept_options: bool = False
    ) -> Callable[..., Any]:
        """A function of the values of `feed_list` that runs `fetches`.

        accept_options: it takes `options` and `run_metadata` as well, by keyword.
        """
        tensors = list(feed_list or ())

        def call(*values: Any) -> Any:
            return self.run(fetches, dict(zip(tensors, values, strict=True)))

        def told(*values: Any, options: Any = None, run_metadata: Any = None) -> Any:
            fed = dict(zip(tensors, values, strict=True))
            return self.run(fetches, fed, options, run_metadata)

        return told if accept_options else call

    def _growing(self) -> None:
        """Tells who makes operations in the training loop: each run is slower than the last."""
        self._grown = self._grown + 1 if self._seen >= 0 else 0
        self._seen = self._graph.version
        if self._grown == _LOOP:
            last = self._graph.get_operations()[-1]
            warn(
                f"The graph has grown before each of the last {_LOOP} runs and has "
                f"{self._graph.version} operations; {origins([last])}. Make operations once, "
                "before the loop, and only run them in it: after graph.finalize() the line that "
                "makes more is an error"
            )

    def _prepared(self, fetches: Any, feed_dict: Mapping[Any, Any]) -> _Ready:
        """The plan of fetches and feeds, and how values go in and out."""
        if not self._graph.version:
            raise errors.SessionStateError(
                message="The Session graph is empty. Add operations to the graph before calling "
                f"run(). At {user_line()}; is this the session of another graph?"
            )
        if fetches is None:
            raise _fetched_none("")
        flat: list[Tensor | Operation] = []
        structure = self._flatten(fetches, flat)
        feeds = self._feeds(feed_dict)
        tensors = tuple(sorted(feeds, key=lambda tensor: tensor.name))
        key = (tuple(flat), tensors)
        planned = self._plans.get(key)
        if planned is None:
            _tell_unheard(flat, tensors)
            planned = self._plans[key] = _Planned(compile_plan(flat, tensors))
            self.plans_made += 1
        return _Ready(planned, structure, [(feeds[tensor], tensor) for tensor in tensors])

    def _check_open(self) -> None:
        if self._closed is not None:
            raise errors.SessionStateError(
                message=f"Attempted to use a closed Session. At {user_line()}; it was closed at "
                f"{self._closed}: make a new one with tf.Session()"
            )

    def _flatten(self, fetches: Any, flat: list[Tensor | Operation]) -> Any:
        """Appends what is to be fetched to `flat`; returns the structure with positions in it."""
        if isinstance(fetches, (list, tuple)):
            parts = [self._flatten(item, flat) for item in fetches]
            if hasattr(fetches, "_fields"):
                return type(fetches)(*parts)
            return parts if isinstance(fetches, list) else tuple(parts)
        if isinstance(fetches, Mapping):
            return {name: self._flatten(item, flat) for name, item in fetches.items()}
        if isinstance(fetches, IndexedSlices):
            parts = [fetches.values, fetches.indices, fetches.dense_shape]
            found = [None if part is None else self._flatten(part, flat) for part in parts]
            return IndexedSlicesValue(*found)
        if hasattr(fetches, "_composed"):
            kind, made_of = fetches._composed()
            return kind(*(self._flatten(part, flat) for part in made_of))
        element = self._element(fetches, "fetch")
        if not self._graph.is_fetchable(element):
            op = element.op if isinstance(element, Tensor) else element
            raise errors.InaccessibleTensorError(
                op=op,
                message=f"Operation {op.name} has been marked as not fetchable. It is inside of "
                f"a branch or loop, at {op.where}, and has no value outside. Let the branch or "
                "loop return it, and fetch what tf.cond or tf.while_loop gives",
            )
        flat.append(element)
        return len(flat) - 1

    def _element(self, item: Any, role: str) -> Tensor | Operation:
        if item is None:
            raise _fetched_none(f". {_WHY_NONE} (in a list of fetches, at {user_line()})")
        try:
            return self._graph.as_graph_element(item)
        except TypeError as error:
            raise errors.DTypeError(
                message=f'Argument `{role}` = {item} has invalid type "{type(item).__name__}" '
                f"must be a string or Tensor. ({_quoted(error)}"
            ) from None
        except (KeyError, ValueError) as error:
            raise errors.FetchError(
                message=f"Argument `{role}` = {item} cannot be interpreted as a Tensor. "
                f"({_quoted(error)}"
            ) from None

    def _feeds(self, feed_dict: Mapping[Any, Any]) -> dict[Tensor, Any]:
        """The tensors that are fed, and the keys of `feed_dict` that stand for them."""
        if not isinstance(feed_dict, Mapping):
            raise errors.DTypeError(
                message="FlattenDictItems: 'dict' must be a dictionary or collection.Mapping type "
                f"object, instead of {type(feed_dict).__name__!r}. At {user_line()}: write "
                "feed_dict={placeholder: value}"
            )
        feeds = {}
        for item in feed_dict:
            tensor = self._fed(item)
            if isinstance(tensor, Operation):
                raise errors.DTypeError(
                    op=tensor,
                    message=f"Cannot interpret feed_dict key as Tensor: {_no_tensor(item)} "
                    f"{origins([tensor])}. Feed its output {tensor.name + ':0'!r}",
                )
            if not self._graph.is_feedable(tensor):
                raise errors.FetchError(
                    op=tensor.op,
                    message=f"Tensor {tensor} may not be fed: it is inside of a loop; "
                    f"{origins([tensor.op])}. Feed what goes into the loop",
                )
            feeds[tensor] = item
        return feeds

    def _fed(self, item: Any) -> Tensor | Operation:
        """The tensor that a key of `feed_dict` names; TypeError where it names none."""
        try:
            return self._graph.as_graph_element(item)
        except errors.OpError as error:
            what = said(error).replace("into a Tensor or Operation", "into a Tensor").lstrip('"')
            what = what.replace('."', ".", 1)
            raise errors.FeedError(
                op=error.op, message=f"Cannot interpret feed_dict key as Tensor: {what}"
            ) from None

    def _load(self, variable: Variable, value: Any) -> None:
        self._check_open()
        tensor = self._element(variable.initializer.inputs[1], "variable")
        assert isinstance(tensor, Tensor)
        self._state[variable.op.name] = np.array(fed_array(tensor, value))[()]

    def close(self) -> None:
        """Ends the session; the values of its variables are gone."""
        self._closed = self._closed or user_line()
        self._plans.clear()
        self._ready.clear()
        self._state.clear()

    @contextmanager
    def as_default(self) -> Iterator[Session]:
        """Makes this the session of `tensor.eval()` and `operation.run()`."""
        _stack().append(self)
        try:
            yield self
        finally:
            leave(_stack(), self)

    def __enter__(self) -> Self:
        contexts = [self._graph.as_default(), self.as_default()]
        for context in contexts:
            context.__enter__()
        self._contexts += contexts
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for _ in range(2):
            self._contexts.pop().__exit__(kind, error, trace)
        self.close()


class InteractiveSession(Session):
    """A session that is the default one from the start, for shells and notebooks."""

    def __init__(self, target: str = "", graph: Graph | None = None, config: Any = None) -> None:
        super().__init__(target, graph, config)
        _stack().append(self)

    def close(self) -> None:
        """Ends the session and stops being the default one."""
        if self in _stack():
            leave(_stack(), self)
        super().close()


_WHY_NONE = (
    "tf.gradients and compute_gradients give None where the ys do not depend on an x, or where no "
    "gradient flows on the way to it: leave it out, or ask for zeros with tf.gradients(..., "
    "unconnected_gradients='zero'). An operation gives None when it is run, so that `step = "
    "sess.run(step)` makes step None, too"
)


def _fetched_none(why: str) -> errors.DTypeError:
    """The error of a fetch that is None. Alone it has TensorFlow's text; a note says the rest."""
    text = 'Argument `fetch` = None has invalid type "NoneType". Cannot be None'
    error = errors.DTypeError(message=f"{text}{why}")
    if not why:
        error.add_note(f"At {user_line()}. {_WHY_NONE}")
    return error


def _whole_tensors(feed_dict: Mapping[Any, Any]) -> Mapping[Any, Any]:
    """Feeds of tensors, where a key may be made of several, as a sparse one is."""
    if not any(isinstance(item, tuple) or hasattr(item, "_composed") for item in feed_dict):
        return feed_dict
    spread: dict[Any, Any] = {}
    for item, value in feed_dict.items():
        _spread_feed(item, value, spread)
    return spread


def _spread_feed(item: Any, value: Any, spread: dict[Any, Any]) -> None:
    """The tensors of one key and what each is fed; ValueError where they are not as many."""
    composed = hasattr(item, "_composed")
    if not composed and not isinstance(item, (list, tuple)):
        spread[item] = value
        return
    parts = item._composed()[1] if composed else item
    if not isinstance(value, (list, tuple)) or len(value) != len(parts):
        raise errors.ArgumentValueError(
            message=f"Cannot feed {value!r} for {item!r}. At {user_line()}: it is made of "
            f"{len(parts)} tensors; give a tuple of as many values, such as sess.run(...) gives"
        )
    for part, one in zip(parts, value, strict=True):
        if not composed or part.op.type == "Placeholder":  # not a shape that is known already
            _spread_feed(part, one, spread)


def _no_tensor(item: Any) -> str:
    """What is wrong with an operation, or its name, where a tensor is wanted."""
    if not isinstance(item, str):
        return "Can not convert a Operation into a Tensor."
    return (
        f"The name {item!r} refers to an Operation, not a Tensor. Tensor names must be of the form "
        '"<op_name>:<output_index>".'
    )


def _quoted(error: Exception) -> str:
    """What an error says: its first sentences in parentheses, as TensorFlow quotes it, then advice.

    What a KeyError says stands in quotes.
    """
    text = said(error)
    for end in ('."', "not an element of this graph.", "into a Tensor or Operation.", 'index>".'):
        what, found, advice = text.partition(end)
        if found:
            return f"{what}{found}){advice}"
    return f"{text})"


def _stack() -> list[Session]:
    if not hasattr(_local, "sessions"):
        _local.sessions = []
    sessions: list[Session] = _local.sessions
    return sessions


def get_default_session() -> Session | None:
    """The innermost session made default, or None."""
    stack = _stack()
    return stack[-1] if stack else None


_WORDS = {
    True: ("evaluate tensor", "evaluate tensor using `eval()`", "tensor", "`eval(session=sess)`"),
    False: (
        "execute operation",
        "execute operation using `run()`",
        "operation",
        "run(session=sess)",
    ),
}


def session_or_default(session: Session | None, tensor: bool = True) -> Session:
    """`session`, or the default one; ValueError if there is none."""
    found = session or get_default_session()
    if found is None:
        _, what, _, _ = _WORDS[tensor]
        colon, call = ("", "eval") if tensor else (":", "run")
        raise errors.ArgumentValueError(
            message=f"Cannot {what}: No default session is registered. Use `with "
            f"sess.as_default(){colon}` or pass an explicit session to `{call}(session=sess)`. At "
            f"{user_line()}: `with tf.Session():` makes one that is the default in its block"
        )
    return found


def session_of(element: Tensor | Operation, session: Session | None) -> Session:
    """`session`, or the default one; ValueError if there is none, or it runs another graph."""
    is_tensor = isinstance(element, Tensor)
    found = session_or_default(session, is_tensor)
    if found.graph is not element.graph:
        what, _, kind, call = _WORDS[is_tensor]
        which = "given" if session else "default"
        advice = "" if session else f" Pass an explicit session to {call}."
        op = element.op if isinstance(element, Tensor) else element
        raise errors.ArgumentValueError(
            op=op,
            message=f"Cannot use the {which} session to {what}: the {kind}'s graph is different "
            f"from the session's graph.{advice} At {user_line()}; {origins([op])}: "
            f"tf.Session(graph={kind}.graph) runs it",
        )
    return found


def _tell_unheard(fetches: list[Tensor | Operation], fed: tuple[Tensor, ...]) -> None:
    """Warns where a placeholder is fed that no operation takes, and that is not fetched itself.

    One of a known shape may have been of use by its shape alone, which is a constant then.
    """
    idle = [t for t in fed if t.op.type == "Placeholder" and not t.shape.is_fully_defined()]
    if not idle or set(idle) & set(fetches):
        return
    made = idle[0].graph.get_operations()
    taken = {tensor.op for op in made for tensor in op.inputs}
    taken |= {other for op in made for other in op._control_inputs}
    for tensor in idle:
        if tensor.op not in taken:
            warn(
                f"Nothing depends on {tensor.name}, which is fed at {user_line()}: no operation "
                f"takes it; {origins([tensor.op])}. Was its Python name given to another tensor "
                "before the others were built?"
            )


def _key(fetches: Any, feed_dict: Any) -> Any:
    """What a call can be known again by, or None where its fetches are nested too deep."""
    if isinstance(fetches, (Tensor, Operation)):
        known: Any = fetches
    elif type(fetches) in (list, tuple) and all(
        isinstance(f, (Tensor, Operation)) for f in fetches
    ):
        known = (type(fetches), *fetches)
    else:
        return None
    if not feed_dict:
        return known, ()
    if type(feed_dict) is dict and all(isinstance(item, Tensor) for item in feed_dict):
        return known, tuple(feed_dict)
    return None


class _Planned:
    """A plan; its code is made when it is run a second time."""

    __slots__ = ("_code", "_runs", "plan")

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self._runs = 0
        self._code: Run | None = None

    def run(self, state: dict[str, Any], fed: Any) -> tuple[Any, ...]:
        """The fetched values."""
        if self._code is not None:
            return self._code(state, fed)
        self._runs += 1
        if self._runs > 1:
            self._code = compile_code(self.plan)
            return self._code(state, fed)
        return interpret(self.plan, state, fed)


class _Ready:
    """A plan with what one call makes of it: which values are fed, and how the result is built."""

    __slots__ = ("_feeds", "_planned", "_single", "_structure")

    def __init__(self, planned: _Planned, structure: Any, feeds: list[tuple[Any, Tensor]]) -> None:
        self._planned, self._structure, self._feeds = planned, structure, feeds
        self._single = structure == 0 and isinstance(structure, int)

    def fed(self, feed_dict: Mapping[Any, Any]) -> list[Any]:
        """The arrays for the tensors that are fed, in the order of the plan."""
        return [fed_array(tensor, feed_dict[item]) for item, tensor in self._feeds]

    def run(self, state: dict[str, Any], fed: Any) -> Any:
        """The fetched values in the structure of the fetches."""
        values = self._planned.run(state, fed)
        return values[0] if self._single else _rebuild(self._structure, values)


def _rebuild(structure: Any, values: Any) -> Any:
    if structure is None:
        return None
    if isinstance(structure, int):
        return values[structure]
    if isinstance(structure, dict):
        return {name: _rebuild(part, values) for name, part in structure.items()}
    parts = [_rebuild(part, values) for part in structure]
    if hasattr(structure, "_fields"):
        return type(structure)(*parts)
    return parts if isinstance(structure, list) else tuple(parts)
