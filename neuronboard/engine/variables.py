"""Variables: values that sessions keep between runs, as TensorFlow's reference variables.

A variable is four operations: its initial value, the variable itself, the assignment that
initialises it, and `read`, which is what other operations take.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from neuronboard import errors
from neuronboard.engine import dtypes
from neuronboard.engine.convert import convert_to_tensor
from neuronboard.engine.dtypes import DType
from neuronboard.engine.graph import (
    Graph,
    GraphKeys,
    Operation,
    Tensor,
    get_default_graph,
)
from neuronboard.engine.mistakes import no_value
from neuronboard.engine.operators import Operators
from neuronboard.engine.ops import array, control, state
from neuronboard.engine.ops.apply import scope_of
from neuronboard.engine.shape import TensorShape
from neuronboard.engine.where import origins, user_line

if TYPE_CHECKING:
    from neuronboard.pb.saver_pb2 import VariableDef


class Variable(Operators):
    """A value that a session keeps: give it a start, initialise it, and let optimizers change it.

    initial_value: number, array, tensor, or a function that returns one. trainable: whether
    optimizers change it. Run `tf.initialize_all_variables()` in each session before anything reads
    it.
    """

    __array_priority__ = 100  # so that `ndarray * variable` asks the variable

    def __init__(
        self,
        initial_value: Any = None,
        trainable: bool = True,
        collections: Sequence[str] | None = None,
        validate_shape: bool = True,
        name: str | None = None,
        dtype: Any = None,
        expected_shape: Any = None,
        caching_device: Any = None,
        use_resource: bool | None = None,
        constraint: Any = None,
    ) -> None:
        if initial_value is None:
            raise errors.ArgumentValueError(
                message=f"initial_value must be specified, at {user_line()}: "
                "tf.Variable(0.8, name='weight')"
            )
        wanted = None if dtype is None else dtypes.as_dtype(dtype)
        with scope_of([initial_value], name or "Variable") as scope:
            graph = get_default_graph()
            self._build(graph, scope, initial_value, wanted, validate_shape)
        groups = [GraphKeys.GLOBAL_VARIABLES] if collections is None else list(collections)
        if trainable and GraphKeys.TRAINABLE_VARIABLES not in groups:
            groups.append(GraphKeys.TRAINABLE_VARIABLES)
        for group in groups:
            graph.add_to_collection(group, self)
        self.trainable = trainable
        self.constraint = constraint

    def _build(
        self, graph: Graph, scope: str, initial_value: Any, dtype: DType | None, validate: bool
    ) -> None:
        value = initial_value() if callable(initial_value) else initial_value
        self.initial_value = convert_to_tensor(value, dtype, name="initial_value")
        kind = self.initial_value.dtype.base_dtype
        shape = self.initial_value.shape if validate else TensorShape(None)
        if validate and not shape.is_fully_defined():
            raise errors.ArgumentValueError(
                op=self.initial_value.op,
                message=f"initial_value must have a shape specified: {self.initial_value}, at "
                f"{user_line()}; {origins([self.initial_value.op])}. Give a value whose sizes are "
                "all known, or validate_shape=False for a variable of any shape",
            )
        attrs = {"shape": shape, "dtype": kind, "container": b"", "shared_name": b""}
        self.op = graph.add_operation(state.VARIABLE, (), attrs, scope)
        self._variable = self.op.outputs[0]
        with graph.colocate_with(self.op):
            self.initializer: Operation = state.assign(
                self._variable, self.initial_value, validate_shape=validate, name="Assign"
            ).op
            self._snapshot = array.identity(self._variable, name="read")

    def to_proto(self, export_scope: str | None = None) -> VariableDef:
        """The names of what it is made of, as a meta graph holds them."""
        from neuronboard.pb.saver_pb2 import VariableDef

        return VariableDef(
            variable_name=self._variable.name,
            initializer_name=self.initializer.name,
            snapshot_name=self._snapshot.name,
            initial_value_name=self.initial_value.name if self.initial_value is not None else "",
            trainable=self.trainable,
        )

    @classmethod
    def from_proto(cls, variable_def: VariableDef, import_scope: str | None = None) -> Variable:
        """The variable whose operations, of those names, are in the default graph."""
        graph = get_default_graph()
        below = f"{import_scope}/" if import_scope else ""
        if variable_def.is_resource:
            raise errors.UnimplementedError(
                message=f"{variable_def.variable_name!r} is a resource variable, at {user_line()}: "
                "make the graph with tf.disable_resource_variables(), or use_resource=False"
            )
        found = cls.__new__(cls)
        found._variable = graph.get_tensor_by_name(below + variable_def.variable_name)
        found.op = found._variable.op
        found.initializer = graph.get_operation_by_name(below + variable_def.initializer_name)
        found._snapshot = graph.get_tensor_by_name(below + variable_def.snapshot_name)
        found.initial_value = found.initializer.inputs[1]
        found.trainable = variable_def.trainable
        found.constraint = None
        return found

    @property
    def name(self) -> str:
        """ "<name>:0", the name of the variable's tensor."""
        return self._variable.name

    @property
    def dtype(self) -> DType:
        """The reference type, such as float32_ref."""
        return self._variable.dtype

    @property
    def shape(self) -> TensorShape:
        """The shape."""
        return self._variable.shape

    def get_shape(self) -> TensorShape:
        """The same as `shape`."""
        return self._variable.shape

    @property
    def graph(self) -> Graph:
        """The graph it is in."""
        return self.op.graph

    def value(self) -> Tensor:
        """The tensor that reads it."""
        return self._snapshot

    def read_value(self) -> Tensor:
        """Another tensor that reads it, after what an open `control_dependencies` waits for."""
        return array.identity(self._variable, name="read")

    def initialized_value(self) -> Tensor:
        """Its value, or the initial one if it has none: safe to build other variables from."""
        return self.initial_value

    def assign(self, value: Any, use_locking: bool = False) -> Tensor:
        """An operation that gives it another value."""
        return state.assign(self._variable, value, use_locking=use_locking)

    def assign_add(self, delta: Any, use_locking: bool = False) -> Tensor:
        """An operation that adds to it."""
        return state.assign_add(self._variable, delta, use_locking=use_locking)

    def assign_sub(self, delta: Any, use_locking: bool = False) -> Tensor:
        """An operation that subtracts from it."""
        return state.assign_sub(self._variable, delta, use_locking=use_locking)

    def scatter_add(self, sparse_delta: Any, use_locking: bool = False) -> Tensor:
        """An operation that adds rows to it."""
        indices, values = sparse_delta.indices, sparse_delta.values
        return state.scatter_add(self._variable, indices, values, use_locking)

    def scatter_sub(self, sparse_delta: Any, use_locking: bool = False) -> Tensor:
        """An operation that subtracts rows from it."""
        indices, values = sparse_delta.indices, sparse_delta.values
        return state.scatter_sub(self._variable, indices, values, use_locking)

    def set_shape(self, shape: Any) -> None:
        """Adds what the caller knows of the shape."""
        self._variable.set_shape(shape)
        self._snapshot.set_shape(shape)

    def eval(self, session: Any = None) -> Any:
        """The value in `session` or the default session."""
        return self._variable.eval(session=session)

    def load(self, value: Any, session: Any = None) -> None:
        """Gives it a value at once in a session, outside the graph."""
        from neuronboard.engine.session import session_or_default

        session_or_default(session)._load(self, value)

    def _ref(self) -> Tensor:
        return self._variable

    def _as_tensor(self) -> Tensor:
        return self._snapshot

    def _as_graph_element(self) -> Tensor:
        return self._variable

    def __bool__(self) -> bool:
        raise no_value(
            self._variable, "Using a `tf.Variable` as a Python `bool`", "test the result"
        )

    def __iter__(self) -> Iterator[Any]:
        raise no_value(self._variable, "Iterating over a `tf.Variable`", "iterate over that")

    def __array__(self, *_: Any, **__: Any) -> Any:
        raise no_value(self._variable, "Using a `tf.Variable` as an array", "use the result")

    def __repr__(self) -> str:
        return f"<tf.Variable {self.name!r} shape={self.shape} dtype={self.dtype.name}>"


def global_variables(scope: str | None = None) -> list[Variable]:
    """The variables of the default graph; scope: what their names begin with."""
    return get_default_graph().get_collection(GraphKeys.GLOBAL_VARIABLES, scope)


def trainable_variables(scope: str | None = None) -> list[Variable]:
    """The variables that optimizers change; scope: what their names begin with."""
    return get_default_graph().get_collection(GraphKeys.TRAINABLE_VARIABLES, scope)


def variables_initializer(var_list: Sequence[Variable], name: str = "init") -> Operation:
    """An operation that gives each of `var_list` its initial value."""
    return control.group(*[variable.initializer for variable in var_list], name=name)


def global_variables_initializer() -> Operation:
    """An operation that gives every variable of the default graph its initial value."""
    return variables_initializer(global_variables())


def local_variables() -> list[Variable]:
    """The variables of the default graph that are neither trained nor kept."""
    return get_default_graph().get_collection(GraphKeys.LOCAL_VARIABLES)


def local_variables_initializer() -> Operation:
    """An operation that gives every local variable its initial value."""
    return variables_initializer(local_variables())


def assert_variables_initialized(var_list: Sequence[Variable] | None = None) -> Tensor | None:
    """A tensor that fails when it is run where a variable has no value; None without variables."""
    chosen = global_variables() if var_list is None else list(var_list)
    if not chosen:
        return None
    from neuronboard.engine.ops import join

    with chosen[0].graph.name_scope("assert_variables_initialized"):
        return join.stack([array.size(variable._ref()) for variable in chosen])


def report_uninitialized_variables(
    var_list: Sequence[Variable] | None = None, name: str = "report_uninitialized_variables"
) -> Tensor:
    """The names of the variables without a value in the session; of all variables if None."""
    from neuronboard.engine.ops import compare, constant, gather, join

    chosen = [*global_variables(), *local_variables()] if var_list is None else list(var_list)
    graph = get_default_graph()
    with graph.name_scope(name):
        if not chosen:
            return constant.constant([], dtypes.string)
        flags = [state.is_variable_initialized(variable) for variable in chosen]
        missing = compare.logical_not(join.stack(flags))
        names = constant.constant([variable.op.name for variable in chosen])
        return gather.boolean_mask(names, missing)
