"""Sessions: they run graphs and keep the values of variables.

`run` flattens the fetches, takes the plan for (fetches, feeds) or makes it, executes it, and puts
the values back into the fetches' structure. Plans are kept for the life of the session; a graph
that grows does not touch them.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from neuronboard import errors
from neuronboard.engine.feeds import fed_array
from neuronboard.engine.graph import Graph, Operation, Tensor, get_default_graph, leave
from neuronboard.engine.indexed_slices import IndexedSlices, IndexedSlicesValue
from neuronboard.engine.mistakes import said
from neuronboard.engine.plan import Plan, Step, compile_plan
from neuronboard.engine.where import origins, user_line

if TYPE_CHECKING:
    from neuronboard.engine.variables import Variable
    from neuronboard.pb.graph_pb2 import GraphDef

_local = threading.local()
_UNREAD = ("Assign", "IsVariableInitialized")  # what takes a variable without a value


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
        self._graph = get_default_graph() if graph is None else graph
        self._state: dict[str, Any] = {}
        self._plans: dict[Any, Plan] = {}
        self._closed: str | None = None  # the line that called close()
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

    def run(self, fetches: Any, feed_dict: Mapping[Any, Any] | None = None) -> Any:
        """Computes `fetches` and returns their values in the same structure.

        fetches: a tensor, operation, variable or name ("output:0"), or nested lists, tuples and
        dicts of them; an operation gives None. feed_dict: tensor or name -> value to use for it.

        Raises FailedPreconditionError for a variable without value, InvalidArgumentError for values
        that do not fit, ValueError or TypeError for what cannot be fetched or fed.
        """
        self._check_open()
        if not self._graph.version:
            raise errors.SessionStateError(
                message="The Session graph is empty. Add operations to the graph before calling "
                f"run(), at {user_line()}; is this the session of another graph?"
            )
        flat: list[Tensor | Operation] = []
        structure = self._flatten(fetches, flat)
        feeds = self._feeds(feed_dict or {})
        key = (tuple(flat), tuple(feeds))
        plan = self._plans.get(key)
        if plan is None:
            plan = self._plans[key] = compile_plan(flat, tuple(feeds))
            self.plans_made += 1
        values = _execute(plan, list(feeds.values()), self._state)
        return _rebuild(structure, values)

    def _check_open(self) -> None:
        if self._closed is not None:
            raise errors.SessionStateError(
                message=f"Attempted to use a closed Session at {user_line()}; it was closed at "
                f"{self._closed}. Make a new one with tf.Session()"
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
        flat.append(self._element(fetches, "fetch"))
        return len(flat) - 1

    def _element(self, item: Any, role: str) -> Tensor | Operation:
        if item is None:
            error = errors.DTypeError(
                message=f'Argument `{role}` = None has invalid type "NoneType". Cannot be None'
            )
            error.add_note(
                f"At {user_line()}. tf.gradients and compute_gradients give None for what nothing "
                "depends on: leave it out"
            )
            raise error
        try:
            return self._graph.as_graph_element(item)
        except TypeError as error:
            raise errors.DTypeError(
                message=f'Argument `{role}` = {item!r} has invalid type "{type(item).__name__}" '
                f"must be a string or Tensor. ({said(error)})"
            ) from None
        except (KeyError, ValueError) as error:
            raise errors.FetchError(
                message=f"Argument `{role}` = {item} cannot be interpreted as a Tensor. "
                f"({_quoted(error)}"
            ) from None

    def _feeds(self, feed_dict: Mapping[Any, Any]) -> dict[Tensor, Any]:
        """The tensors that are fed and the arrays for them."""
        if not isinstance(feed_dict, Mapping):
            raise errors.DTypeError(
                message=f"feed_dict must be a dictionary, got {feed_dict!r} at {user_line()}; "
                "write feed_dict={placeholder: value}"
            )
        feeds = {}
        for item, value in feed_dict.items():
            tensor = self._element(item, "feed_dict key")
            if isinstance(tensor, Operation):
                raise errors.DTypeError(
                    op=tensor,
                    message=f"Cannot interpret feed_dict key as Tensor: {tensor!r} is an operation"
                    f"; {origins([tensor])}. Feed its output {tensor.name + ':0'!r}",
                )
            feeds[tensor] = fed_array(tensor, value)
        return dict(sorted(feeds.items(), key=lambda pair: pair[0].name))

    def _load(self, variable: Variable, value: Any) -> None:
        self._check_open()
        tensor = self._element(variable, "variable")
        assert isinstance(tensor, Tensor)
        self._state[variable.op.name] = np.array(fed_array(tensor, value))[()]

    def close(self) -> None:
        """Ends the session; the values of its variables are gone."""
        self._closed = self._closed or user_line()
        self._plans.clear()
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


def _quoted(error: Exception) -> str:
    """What an error says: its first sentences as TensorFlow quotes them, then the advice."""
    what, graph, advice = said(error).partition(" in the graph.")
    return f'"{what}{graph}"){advice}' if graph else f"{what})"


def _stack() -> list[Session]:
    if not hasattr(_local, "sessions"):
        _local.sessions = []
    sessions: list[Session] = _local.sessions
    return sessions


def get_default_session() -> Session | None:
    """The innermost session made default, or None."""
    stack = _stack()
    return stack[-1] if stack else None


def session_or_default(session: Session | None) -> Session:
    """`session`, or the default one; ValueError if there is none."""
    found = session or get_default_session()
    if found is None:
        raise errors.ArgumentValueError(
            message="Cannot evaluate without a session: no default session is registered at "
            f"{user_line()}. Use `with tf.Session():` around it, or pass session="
        )
    return found


def _execute(plan: Plan, fed: list[Any], state: dict[str, Any]) -> list[Any]:
    """Runs the steps; returns the values of the fetches."""
    slots = list(plan.slots)
    for number, value in zip(plan.feeds, fed, strict=True):
        slots[number] = value
    step = None
    try:
        with np.errstate(all="ignore"):
            for step in plan.steps:
                _run_step(step, slots, state)
    except errors.OpError:
        raise
    except (ValueError, TypeError, ZeroDivisionError, IndexError) as error:
        raise _explained(step, error) from error
    return [None if number is None else _copied(slots[number]) for number in plan.fetches]


def _run_step(step: Step, slots: list[Any], state: dict[str, Any]) -> None:
    if step.reads is not None:
        name = step.reads.name
        if name not in state:
            raise _uninitialised(step)
        slots[step.outputs[0]] = state[name]
        return
    assert step.kernel is not None
    arguments = [slots[number] for number in step.inputs]
    if step.stateful:
        assert step.op is not None
        if step.op.definition.refs and step.op.type not in _UNREAD and arguments[0] not in state:
            raise _uninitialised(step)
        result = step.kernel(state, step.op, *arguments)
    else:
        result = step.kernel(*arguments)
    if len(step.outputs) == 1:
        slots[step.outputs[0]] = result
    else:
        for number, value in zip(step.outputs, result, strict=True):
            slots[number] = value


def _uninitialised(step: Step) -> errors.OpError:
    """The error of a variable that has no value: which, whose line, and the way out."""
    variable = step.reads
    if variable is None:
        assert step.op is not None
        variable = step.op.inputs[0].op
    node = step.op.name if step.op is not None else f"_retval_{variable.name}_0_0"
    return errors.FailedPreconditionError(
        step.op.node_def if step.op is not None else None,
        step.op,
        f"Attempting to use uninitialized value {variable.name}\n\t [[{{{{node {node}}}}}]]\n"
        f"The variable {variable.name!r} was made at {variable.where} and has no value in this "
        "session yet: run sess.run(tf.initialize_all_variables()) first (in TensorFlow 1.x it is "
        "called tf.global_variables_initializer())",
    )


def _explained(step: Step | None, error: Exception) -> errors.OpError:
    """The error of a kernel, with the operation, its inputs and the line that made it."""
    assert step is not None
    assert step.op is not None
    op = step.op
    inputs = ", ".join(f"{tensor.name} (made at {tensor.op.where})" for tensor in op.inputs)
    return errors.InvalidArgumentError(
        op.node_def,
        op,
        f"{error}\n\t [[{{{{node {op.name}}}}}]]\n"
        f"Operation {op.name!r} of type {op.type} was made at {op.where}, with inputs {inputs}; "
        "fetch the inputs with sess.run(...) to see their values",
    )


def _copied(value: Any) -> Any:
    """What the caller gets: its own array, so that changing it changes nothing in the session.

    A single element is a scalar of numpy, whichever way its kernel gave it.
    """
    return value.copy()[()] if isinstance(value, np.ndarray) else value


def _rebuild(structure: Any, values: list[Any]) -> Any:
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
