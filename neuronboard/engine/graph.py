"""Graphs: operations under unique names, in the order they were made, and the scopes they live in.

Follows TensorFlow's `Graph`. Names are unique without regard to case: the second "mul" becomes
"mul_1". A name that ends with "/" (what `name_scope` returns) is taken as it is.

Operations and tensors are in `operation.py`; who works with a graph finds them here as well.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from neuronboard import errors
from neuronboard.engine.mistakes import misshapen, require_text, spelled
from neuronboard.engine.opdef import OpDef
from neuronboard.engine.operation import Operation, Tensor
from neuronboard.engine.where import origins, user_line

if TYPE_CHECKING:
    from neuronboard.engine.contexts import Context
    from neuronboard.pb.graph_pb2 import GraphDef

__all__ = [
    "Graph",
    "GraphKeys",
    "Operation",
    "Tensor",
    "get_default_graph",
    "leave",
    "reset_default_graph",
]

_VALID_NAME = re.compile(r"^[A-Za-z0-9.][A-Za-z0-9_.\\/>-]*$")
_VALID_SCOPE = re.compile(r"^[A-Za-z0-9_.\\/>-]*$")


class GraphKeys:
    """Names of the collections that the engine uses."""

    GLOBAL_VARIABLES = "variables"
    VARIABLES = "variables"
    TRAINABLE_VARIABLES = "trainable_variables"
    LOCAL_VARIABLES = "local_variables"
    MODEL_VARIABLES = "model_variables"
    MOVING_AVERAGE_VARIABLES = "moving_average_variables"
    REGULARIZATION_LOSSES = "regularization_losses"
    LOSSES = "losses"
    UPDATE_OPS = "update_ops"
    GLOBAL_STEP = "global_step"
    WEIGHTS = "weights"
    BIASES = "biases"
    ACTIVATIONS = "activations"
    INIT_OP = "init_op"
    SAVERS = "savers"
    SAVEABLE_OBJECTS = "saveable_objects"
    READY_OP = "ready_op"
    READY_FOR_LOCAL_INIT_OP = "ready_for_local_init_op"
    LOCAL_INIT_OP = "local_init_op"
    SUMMARY_OP = "summary_op"
    EVAL_STEP = "eval_step"
    TABLE_INITIALIZERS = "table_initializer"
    ASSET_FILEPATHS = "asset_filepaths"
    CONCATENATED_VARIABLES = "concatenated_variables"
    RESOURCES = "resources"
    LOCAL_RESOURCES = "local_resources"
    TRAINABLE_RESOURCE_VARIABLES = "trainable_resource_variables"
    METRIC_VARIABLES = "metric_variables"
    QUEUE_RUNNERS = "queue_runners"
    COND_CONTEXT = "cond_context"
    WHILE_CONTEXT = "while_context"
    SUMMARIES = "summaries"
    TRAIN_OP = "train_op"


class _ControlScope:
    """One `control_dependencies` block: what it waits for, and the operations made in it."""

    def __init__(self, inputs: list[Operation], fresh: bool) -> None:
        self.inputs = inputs
        self.fresh = fresh  # control_dependencies(None): forget the blocks around it
        self.members: set[Operation] = set()


class Graph:
    """Operations under unique names, in the order they were made."""

    def __init__(self) -> None:
        self._operations: dict[str, Operation] = {}
        self._taken: dict[str, int] = {}  # lower-case names, and the next number to try for each
        self._scope = ""
        self._control: list[_ControlScope] = []
        self._colocation: list[Operation] = []
        self._collections: dict[str, list[Any]] = {}
        self._finalized: str | None = None  # the line that called finalize()
        self.seed: int | None = None  # of random draws, see `set_random_seed`
        self._overrides: dict[str, str] = {}  # op type -> name of the gradient it gets
        self._device: tuple[Any, ...] = ()  # of the open blocks, the outermost first
        self.outer: Graph | None = None  # the graph around that of a function
        self.context: Context | None = None  # the branch or loop that operations are made in
        self._unfetchable: set[Operation] = set()
        self._unfeedable: set[Tensor] = set()

    # ---- operations

    def get_operations(self) -> list[Operation]:
        """Every operation, in the order they were made."""
        return list(self._operations.values())

    def has_operation(self, name: str) -> bool:
        """Whether an operation of that name is there."""
        return name in self._operations

    def get_operation_by_name(self, name: str) -> Operation:
        """The operation of that name; KeyError that suggests similar names."""
        require_text(name, "Operation")
        if name in self._operations:
            return self._operations[name]
        if name.rpartition(":")[0] in self._operations:
            raise errors.FetchError(
                message=f"Name {name!r} appears to refer to a Tensor, not a Operation. At "
                f"{user_line()}: use get_tensor_by_name({name!r}) or get_operation_by_name("
                f"{name.rpartition(':')[0]!r})"
            )
        raise errors.NameNotFoundError(
            message=f'"The name {name!r} refers to an Operation not in the graph."'
            f"{self._hint(name)}"
        )

    def get_tensor_by_name(self, name: str) -> Tensor:
        """The tensor "<operation>:<output>"; KeyError or ValueError that says what is wrong."""
        require_text(name, "Tensor")
        operation, colon, index = name.rpartition(":")
        if not colon or not index.isdigit():
            raise self._malformed(name)
        if operation not in self._operations:
            raise errors.NameNotFoundError(
                message=f'"The name {name!r} refers to a Tensor which does not exist. The '
                f'operation, {operation!r}, does not exist in the graph."{self._hint(operation)}'
            )
        op = self._operations[operation]
        if int(index) >= len(op.outputs):
            raise errors.NameNotFoundError(
                message=f'"The name {name!r} refers to a Tensor which does not exist. The '
                f'operation, {operation!r}, exists but only has {len(op.outputs)} outputs." '
                f"{origins([op])}; did you mean {operation + ':0'!r}?"
            )
        return op.outputs[int(index)]

    def _malformed(self, name: str) -> errors.FetchError:
        """The error of a name that is none of a tensor."""
        if name in self._operations:
            what = f"The name {name!r} refers to an Operation, not a Tensor."
        elif ":" in name:
            what = f"The name {name!r} looks a like a Tensor name, but is not a valid one."
        else:
            what = f"The name {name!r} looks like an (invalid) Operation name, not a Tensor."
        meant = name.partition(":")[0] + ":0"
        return errors.FetchError(
            message=f'{what} Tensor names must be of the form "<op_name>:<output_index>". At '
            f"{user_line()}: did you mean {meant!r}?"
        )

    def as_graph_element(self, obj: Any) -> Tensor | Operation:
        """The tensor or operation that `obj` is, names, or stands for (a variable)."""
        if isinstance(obj, str):
            return self.get_tensor_by_name(obj) if ":" in obj else self.get_operation_by_name(obj)
        element = obj._as_graph_element() if hasattr(obj, "_as_graph_element") else obj
        if not isinstance(element, (Tensor, Operation)):
            raise errors.DTypeError(
                message=f"Can not convert a {type(obj).__name__} into a Tensor or Operation. Got "
                f"{obj!r} at {user_line()}: give a tensor, an operation, a variable, or a name "
                "such as 'output:0'"
            )
        if element.graph is not self:
            op = element.op if isinstance(element, Tensor) else element
            raise errors.FetchError(
                op=op,
                message=f"{'Tensor' if isinstance(element, Tensor) else 'Operation'} {element} is "
                f"not an element of this graph. It was made in another one, at {op.where}: make it "
                "under `with graph.as_default():`, or run it in a session of its own graph",
            )
        return element

    def _hint(self, name: str) -> str:
        """The names like `name`, and the line that asked."""
        import difflib

        near = difflib.get_close_matches(name, self._operations, 3)
        meant = f" Did you mean {' or '.join(map(repr, near))}?" if near else ""
        every = "[op.name for op in graph.get_operations()]"
        return f"{meant} Asked for at {user_line()}; {every} lists the names there are."

    def add_operation(
        self,
        definition: OpDef,
        inputs: Sequence[Tensor],
        attrs: dict[str, Any],
        name: str,
    ) -> Operation:
        """Adds a node; `name` is made unique, unless it ends with "/".

        Raises `ShapeError` when the inputs' shapes do not fit, naming the node and its inputs;
        ValueError for a name that is malformed, or exact and taken.
        """
        if self._finalized is not None:
            raise errors.SessionStateError(
                message=f"Graph is finalized and cannot be modified. {definition.type} "
                f"{name.rstrip('/')!r} was to be added at {user_line()}, after finalize() at "
                f"{self._finalized}: make every operation before that, or a new tf.Graph()"
            )
        for tensor in inputs:
            if tensor.graph is not self:
                own = next((other for other in inputs if other.graph is self), None)
                what = own if own is not None else f"the operation {name.rstrip('/')!r}"
                raise errors.FetchError(
                    op=tensor.op,
                    message=f"{tensor} must be from the same graph as {what} (graphs are "
                    f"{tensor.graph!r} and {self!r}). {definition.type} takes it at "
                    f"{user_line()}; {origins([tensor.op])}. Make both under one "
                    "`with graph.as_default():`",
                )
        exact = name[:-1] if name.endswith("/") else self.unique_name(name)
        if not _VALID_NAME.fullmatch(exact):
            raise errors.ArgumentValueError(
                message=f"`{exact}` is not a valid node name. Accepted names conform to Regex "
                f"/{_VALID_NAME.pattern}/. {spelled(exact)}"
            )
        if exact in self._operations:
            raise errors.ArgumentValueError(
                op=self._operations[exact],
                message=f"Duplicate node name in graph: {exact!r}, asked for at {user_line()}; "
                f"{origins([self._operations[exact]])}. A name that ends with '/' is taken as it "
                "is: leave the '/' out to have it made unique",
            )
        op = Operation(self, definition, exact, inputs, self.control_inputs_of(inputs), attrs)
        if self._device:
            from neuronboard.engine.devices import device_of  # of no use to most programs

            op.device = device_of(op, self._device)
        if definition.type in self._overrides:
            attrs["_gradient_op_type"] = self._overrides[definition.type].encode()
        if (self._colocation or definition.refs) and "_class" not in attrs:
            attrs["_class"] = self._neighbours(definition, inputs)
        self._infer(op)
        op._id = len(self._operations)
        self._operations[exact] = op
        for other in op._control_inputs:
            other.attrs["_has_manual_control_dependencies"] = True
        self.see(op)
        if self.context is not None:
            op.context = self.context
            self.context.add_op(op)
        elif any(tensor.op.context is not None for tensor in op.inputs):
            self._check_context(op)
        return op

    def _check_context(self, op: Operation) -> None:
        """Takes an operation back that took a value out of a loop it is not in."""
        from neuronboard.engine.contexts import check_inputs

        try:
            check_inputs(op)
        except errors.ArgumentValueError:
            del self._operations[op.name]
            raise

    def see(self, op: Operation) -> None:
        """Counts an operation among those of the open `control_dependencies` blocks."""
        for scope in self._control[self._fresh() :]:
            scope.members.add(op)

    def _neighbours(self, definition: OpDef, inputs: Sequence[Tensor]) -> list[bytes]:
        """What an operation is near to: the open `colocate_with`, and the variables it changes."""
        near = self._colocation[-1:]
        named = zip(definition.inputs, inputs, strict=False)
        near += [tensor.op for name, tensor in named if name in definition.refs]
        return sorted({group for op in near for group in op.colocation_groups()})

    @staticmethod
    def _infer(op: Operation) -> None:
        try:
            outputs = op.definition.infer(op)
        except errors.ShapeError as error:
            raise misshapen(op, error.message) from None
        except ValueError as error:
            if isinstance(error, errors.OpError):
                raise
            raise misshapen(op, *error.args) from None
        op.outputs = [Tensor(op, i, dtype, shape) for i, (dtype, shape) in enumerate(outputs)]

    def control_inputs_of(self, inputs: Sequence[Tensor]) -> list[Operation]:
        """What the open `control_dependencies` blocks make a new operation wait for.

        A block is left out when an input was made inside it: that input waits already.
        """
        makers = {tensor.op for tensor in inputs}
        found: dict[Operation, None] = {}
        for scope in self._control[self._fresh() :]:
            if not makers & scope.members:
                found |= dict.fromkeys(op for op in scope.inputs if op not in makers)
        return list(found)

    def _fresh(self) -> int:
        """Which of the open blocks is the last that forgets those around it."""
        return max((i for i, scope in enumerate(self._control) if scope.fresh), default=0)

    # ---- names

    def unique_name(self, name: str, mark_as_used: bool = True) -> str:
        """`name` in the current scope, with a number behind it if it is taken."""
        full = f"{self._scope}/{name}" if self._scope else name
        key = full.lower()
        number = self._taken.get(key, 0)
        if mark_as_used:
            self._taken[key] = number + 1
        if number == 0:
            return full
        candidate = f"{key}_{number}"
        while candidate in self._taken:
            number += 1
            candidate = f"{key}_{number}"
        if mark_as_used:
            self._taken[key] = number + 1
            self._taken[candidate] = 1
        return f"{full}_{number}"

    def take_name(self, name: str) -> None:
        """Counts a whole name, and the scopes that it lies in, among those that are taken."""
        while name:
            self._taken.setdefault(name.lower(), 1)
            name = name.rpartition("/")[0]

    @contextmanager
    def name_scope(self, name: str | None) -> Iterator[str]:
        """Puts new operations under `name`/; yields the scope with its "/".

        A name with "/" at its end re-enters that scope; None or "" is the root.
        """
        before = self._scope
        if name is not None and not isinstance(name, str):
            raise errors.DTypeError(
                message="A name scope is a text: expected string or bytes-like object, got "
                f"{type(name).__name__!r}, {name!r}. At {user_line()}"
            )
        if not name:
            inner = ""
        elif name.endswith("/"):
            inner = name[:-1]
        else:
            pattern = _VALID_SCOPE if before else _VALID_NAME
            if not pattern.fullmatch(name):
                kind = "scope name" if before else "root scope name"
                raise errors.ArgumentValueError(
                    message=f"'{name}' is not a valid {kind}. A {kind} has to match the "
                    f"following pattern: {pattern.pattern} {spelled(name)}"
                )
            inner = self.unique_name(name)
        self._scope = inner
        try:
            yield f"{inner}/" if inner else ""
        finally:
            self._scope = before

    # ---- scopes of other kinds

    @contextmanager
    def control_dependencies(self, control_inputs: Sequence[Any] | None) -> Iterator[None]:
        """Makes operations of the block wait for `control_inputs`.

        None forgets the blocks around it, and leaves the branches and loops that are being built.
        """
        elements = [self.as_graph_element(item) for item in control_inputs or ()]
        ops = [item.op if isinstance(item, Tensor) else item for item in elements]
        before = self.context
        self._control.append(_ControlScope(ops, control_inputs is None))
        if control_inputs is None:
            self.context = None
        try:
            yield
        finally:
            self._control.pop()
            self.context = before

    @contextmanager
    def within(self, context: Context | None) -> Iterator[None]:
        """Makes operations of the block part of a branch or loop; None: of none."""
        before = self.context
        self.context = context
        try:
            yield
        finally:
            self.context = before

    @contextmanager
    def colocate_with(self, op: Any) -> Iterator[None]:
        """Writes into operations of the block that they belong near `op`."""
        element = self.as_graph_element(op)
        self._colocation.append(element.op if isinstance(element, Tensor) else element)
        try:
            yield
        finally:
            self._colocation.pop()

    @contextmanager
    def gradient_override_map(self, op_type_map: Mapping[str, str]) -> Iterator[None]:
        """Gives operations of the block, by their type, gradients of `RegisterGradient`."""
        before = self._overrides
        self._overrides = {**before, **op_type_map}
        try:
            yield
        finally:
            self._overrides = before

    @contextmanager
    def device(self, name: Any) -> Iterator[None]:
        """Writes into operations of the block where they belong; None forgets outer blocks.

        Everything runs here whatever it says: "/cpu:0" becomes "/device:CPU:0". What a block does
        not say, such as the job, is taken from the blocks around it. A function is given each
        operation, and says where it belongs.
        """
        before = self._device
        self._device = (*before, name) if name else ()
        try:
            yield
        finally:
            self._device = before

    @contextmanager
    def as_default(self) -> Iterator[Graph]:
        """Makes this the graph that functions like `constant` add to."""
        _stack().append(self)
        try:
            yield self
        finally:
            leave(_stack(), self)

    # ---- collections

    def add_to_collection(self, name: str, value: Any) -> None:
        """Appends to a named list that travels with the graph."""
        self._collections.setdefault(name, []).append(value)

    def add_to_collections(self, names: Any, value: Any) -> None:
        """Appends to several named lists."""
        for name in [names] if isinstance(names, str) else dict.fromkeys(names):
            self.add_to_collection(name, value)

    def get_collection(self, name: str, scope: str | None = None) -> list[Any]:
        """A copy of a named list; empty if there is none. scope: what names must begin with."""
        found = self._collections.get(name, ())
        return [
            item for item in found if scope is None or re.match(scope, getattr(item, "name", ""))
        ]

    def get_collection_ref(self, name: str) -> list[Any]:
        """A named list itself, made if there is none: what is changed in it stays changed."""
        return self._collections.setdefault(name, [])

    def get_all_collection_keys(self) -> list[str]:
        """The names of the lists that there are."""
        return [name for name in self._collections if not name.startswith("__")]

    def clear_collection(self, name: str) -> None:
        """Empties a named list."""
        self._collections.pop(name, None)

    def get_name_scope(self) -> str:
        """The scope that operations are made in now."""
        return self._scope

    def prevent_fetching(self, op: Operation) -> None:
        """Refuses to give the values of an operation to who runs the graph."""
        self._unfetchable.add(op)

    def is_fetchable(self, item: Tensor | Operation) -> bool:
        """Whether a value can be fetched; what is inside of a branch or loop has none outside."""
        return (item.op if isinstance(item, Tensor) else item) not in self._unfetchable

    def prevent_feeding(self, tensor: Tensor) -> None:
        """Refuses values from who runs the graph."""
        self._unfeedable.add(tensor)

    def is_feedable(self, tensor: Any) -> bool:
        """Whether a value can be fed for a tensor."""
        return tensor not in self._unfeedable

    def finalize(self) -> None:
        """Forbids new operations."""
        self._finalized = self._finalized or user_line()

    @property
    def building_function(self) -> bool:
        """Whether it is the graph of a function, inside of another."""
        return self.outer is not None

    @property
    def finalized(self) -> bool:
        """Whether `finalize` was called."""
        return self._finalized is not None

    @property
    def version(self) -> int:
        """How many operations were ever added."""
        return len(self._operations)

    def as_graph_def(self, from_version: int | None = None, add_shapes: bool = False) -> GraphDef:
        """This graph as a GraphDef message; with `add_shapes`, output shapes as attributes."""
        from neuronboard.engine.graph_def import graph_def

        return graph_def(self, from_version or 0, add_shapes)


_local = threading.local()
_default_graph = Graph()


def _stack() -> list[Graph]:
    if not hasattr(_local, "graphs"):
        _local.graphs = []
    graphs: list[Graph] = _local.graphs
    return graphs


def leave(stack: list[Any], item: object) -> None:
    """Removes the innermost `item`, which may be on the stack more than once."""
    del stack[max(i for i, other in enumerate(stack) if other is item)]


def get_default_graph() -> Graph:
    """The innermost graph made default by `as_default`, else the process's own."""
    stack = _stack()
    return stack[-1] if stack else _default_graph


def reset_default_graph() -> None:
    """Begins a new graph for the process; an error inside `with graph.as_default()`."""
    global _default_graph
    if _stack():
        raise AssertionError("reset_default_graph() cannot be used inside `graph.as_default()`")
    _default_graph = Graph()
