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
from neuronboard.engine.indexed_slices import IndexedSlices
from neuronboard.engine.mistakes import no_value
from neuronboard.engine.opdef import REGISTRY
from neuronboard.engine.operators import Operators
from neuronboard.engine.ops import array, control, state
from neuronboard.engine.ops.apply import one, scope_of
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
                message=f"initial_value must be specified. At {user_line()}: "
                "tf.Variable(0.8, name='weight')"
            )
        wanted = None if dtype is None else dtypes.as_dtype(dtype)
        with scope_of([initial_value], name or "Variable") as scope:
            graph = get_default_graph()
            with graph.control_dependencies(None):  # it lives outside of branches and loops
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
        if callable(initial_value):
            with graph.name_scope("Initializer"), graph.device(None):
                value = initial_value()
                self.initial_value = convert_to_tensor(value, dtype, name="initial_value")
        else:
            self.initial_value = convert_to_tensor(initial_value, dtype, name="initial_value")
        if self.initial_value.op.context is not None:
            raise errors.ArgumentValueError(
                op=self.initial_value.op,
                message=f"Initializer for variable {scope} is from inside a control-flow "
                f"construct, such as a loop or conditional. When creating a variable inside a loop "
                f"or conditional, use a lambda as the initializer. At {user_line()}; "
                f"{origins([self.initial_value.op])}",
            )
        kind = self.initial_value.dtype.base_dtype
        shape = self.initial_value.shape if validate else TensorShape(None)
        if validate and not shape.is_fully_defined():
            raise errors.ArgumentValueError(
                op=self.initial_value.op,
                message=f"initial_value must have a shape specified: {self.initial_value}. At "
                f"{user_line()}; {origins([self.initial_value.op])}. Give a value whose sizes are "
                "all known, or validate_shape=False for a variable of any shape",
            )
        attrs = {"shape": shape, "dtype": kind, "container": b"", "shared_name": b""}
        self.op = graph.add_operation(state.VARIABLE, (), attrs, scope)
        self._variable = self.op.outputs[0]
        begin = guarded(scope.rstrip("/"), self.initial_value)
        with graph.colocate_with(self.op):
            self.initializer: Operation = state.assign(
                self._variable, begin, validate_shape=validate, name="Assign"
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
                message=f"{variable_def.variable_name!r} is a resource variable. At {user_line()}: "
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
    def device(self) -> str:
        """Where it belongs, or nothing."""
        return self.op.device

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
        from neuronboard.engine.branches import cond

        with self.graph.as_default(), self.graph.control_dependencies(None):
            there = state.is_variable_initialized(self._variable)
            found: Tensor = cond(there, self.read_value, lambda: self.initial_value)
        return found

    def assign(self, value: Any, use_locking: bool = False) -> Tensor:
        """An operation that gives it another value."""
        return state.assign(self._variable, value, use_locking=use_locking)

    def assign_add(self, delta: Any, use_locking: bool = False) -> Tensor:
        """An operation that adds to it."""
        return state.assign_add(self._variable, delta, use_locking=use_locking)

    def assign_sub(self, delta: Any, use_locking: bool = False) -> Tensor:
        """An operation that subtracts from it."""
        return state.assign_sub(self._variable, delta, use_locking=use_locking)

    def scatter_add(
        self, sparse_delta: Any, use_locking: bool = False, name: str | None = None
    ) -> Tensor:
        """An operation that adds rows (IndexedSlices) to it."""
        return self._rows(state.scatter_add, sparse_delta, use_locking, name)

    def scatter_sub(
        self, sparse_delta: Any, use_locking: bool = False, name: str | None = None
    ) -> Tensor:
        """An operation that subtracts rows from it."""
        return self._rows(state.scatter_sub, sparse_delta, use_locking, name)

    def scatter_mul(
        self, sparse_delta: Any, use_locking: bool = False, name: str | None = None
    ) -> Tensor:
        """An operation that multiplies rows of it."""
        return self._rows(state.scatter_mul, sparse_delta, use_locking, name)

    def scatter_div(
        self, sparse_delta: Any, use_locking: bool = False, name: str | None = None
    ) -> Tensor:
        """An operation that divides rows of it."""
        return self._rows(state.scatter_div, sparse_delta, use_locking, name)

    def scatter_max(
        self, sparse_delta: Any, use_locking: bool = False, name: str | None = None
    ) -> Tensor:
        """An operation that takes the larger into rows of it."""
        return self._rows(state.scatter_max, sparse_delta, use_locking, name)

    def scatter_min(
        self, sparse_delta: Any, use_locking: bool = False, name: str | None = None
    ) -> Tensor:
        """An operation that takes the smaller into rows of it."""
        return self._rows(state.scatter_min, sparse_delta, use_locking, name)

    def scatter_update(
        self, sparse_delta: Any, use_locking: bool = False, name: str | None = None
    ) -> Tensor:
        """An operation that replaces rows of it."""
        return self._rows(state.scatter_update, sparse_delta, use_locking, name)

    def _rows(self, change: Any, rows: Any, use_locking: bool, name: str | None) -> Tensor:
        if not isinstance(rows, IndexedSlices):
            raise errors.DTypeError(
                message=f"sparse_delta is not IndexedSlices: {rows!r}. At {user_line()}; "
                "tf.IndexedSlices(values, indices) says which rows"
            )
        changed: Tensor = change(self._variable, rows.indices, rows.values, use_locking, name)
        return changed

    def scatter_nd_add(self, indices: Any, updates: Any, name: str | None = None) -> Tensor:
        """An operation that adds to elements or slices of it."""
        return state.scatter_nd_add(self._variable, indices, updates, True, name)

    def scatter_nd_sub(self, indices: Any, updates: Any, name: str | None = None) -> Tensor:
        """An operation that subtracts from elements or slices of it."""
        return state.scatter_nd_sub(self._variable, indices, updates, True, name)

    def scatter_nd_update(self, indices: Any, updates: Any, name: str | None = None) -> Tensor:
        """An operation that replaces elements or slices of it."""
        return state.scatter_nd_update(self._variable, indices, updates, True, name)

    def count_up_to(self, limit: int) -> Tensor:
        """Its value, and it is one more afterwards; OutOfRangeError at the limit."""
        return state.count_up_to(self._variable, limit)

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

    def __iter__(self) -> Iterator[Any]:
        what = "Iterating over a symbolic `tf.Tensor`"
        raise no_value(self._variable, what, "iterate over that")

    def __array__(self, *_: Any, **__: Any) -> Any:
        raise no_value(self._variable, "Using a `tf.Variable` as an array", "use the result")

    def __repr__(self) -> str:
        return f"<tf.Variable {self.name!r} shape={self.shape} dtype={self.dtype.name}>"


def guarded(name: str, value: Tensor) -> Tensor:
    """An initial value that reads no variable before it has one.

    Operations between `value` and other variables are made again, as "<operation>_<name>", and take
    those variables' `initialized_value`, so that all can be initialised in one run.
    """
    return _Guard(name).tensor(value)


class _Guard:
    """What one initial value hangs on, made again where it reads a variable."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._made: dict[Operation, Operation] = {}
        self._open: set[Operation] = set()

    def tensor(self, tensor: Tensor) -> Tensor:
        """The same tensor, or one of an operation made again."""
        op = tensor.op
        if op not in self._made:
            if op in self._open:
                return tensor  # a loop, which is left as it is
            self._open.add(op)
            self._made[op] = self._operation(op)
        return self._made[op].outputs[tensor.value_index]

    def _operation(self, op: Operation) -> Operation:
        if op.type == "IsVariableInitialized" or (not op.inputs and op.type != "VariableV2"):
            return op
        if op.type == "VariableV2":
            known = [*global_variables(), *local_variables()]
            found = next((v for v in known if v.op is op), None)
            return op if found is None else found.initialized_value().op
        inputs = [self.tensor(tensor) for tensor in op.inputs]
        if all(new is old for new, old in zip(inputs, op.inputs, strict=True)):
            return op
        definition = REGISTRY["Switch" if op.type == "RefSwitch" else op.type]
        graph = op.graph
        with graph.name_scope(None):
            name = graph.unique_name(f"{op.name}_{self._name}".replace(":", "_"))
            return graph.add_operation(definition, inputs, dict(op.attrs), f"{name}/")


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
    chosen = [*global_variables(), *local_variables()] if var_list is None else list(var_list)
    if not chosen:
        return None
    from neuronboard.engine.ops import join

    reads = []
    for variable in chosen:
        with variable.graph.colocate_with(variable):
            reads.append(one(array.RANK, variable))
    return reads[0] if len(reads) == 1 else join.stack(reads)


def tables_initializer(name: str | None = "init_all_tables") -> Operation:
    """An operation that runs what the collection of tables' initializers holds: nothing, mostly."""
    found = get_default_graph().get_collection(GraphKeys.TABLE_INITIALIZERS)
    return control.group(*found, name=name) if found else control.no_op(name=name)


def report_uninitialized_variables(
    var_list: Sequence[Variable] | None = None, name: str = "report_uninitialized_variables"
) -> Tensor:
    """The names of the variables without a value in the session; of all variables if None."""
    from neuronboard.engine.ops import compare, constant, gather, join

    chosen = [*global_variables(), *local_variables()] if var_list is None else list(var_list)
    graph = get_default_graph()
    with graph.name_scope(name), graph.device("/cpu:0"):
        if not chosen:
            return constant.constant([], dtypes.string)
        with graph.device(None):
            flags = [state.is_variable_initialized(variable) for variable in chosen]
        missing = compare.logical_not(join.stack(flags))
        names = constant.constant([variable.op.name for variable in chosen])
        return gather.boolean_mask(names, missing)
