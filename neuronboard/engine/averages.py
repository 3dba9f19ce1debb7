"""Running averages of variables, and the global step."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from neuronboard import errors
from neuronboard.engine import dtypes
from neuronboard.engine.convert import convert_to_tensor
from neuronboard.engine.graph import Graph, GraphKeys, Operation, Tensor, get_default_graph
from neuronboard.engine.initializers import Zeros
from neuronboard.engine.ops import arithmetic, array, control, functions, numbers, state
from neuronboard.engine.optimizers import slot
from neuronboard.engine.variables import Variable, trainable_variables
from neuronboard.engine.where import user_line


class ExponentialMovingAverage:
    """average = decay * average + (1 - decay) * value, in a variable beside each value.

    num_updates: how many steps were made; early ones then average less. zero_debias: whether
    averages of tensors, which begin at 0, are corrected for that.
    """

    def __init__(
        self,
        decay: Any,
        num_updates: Any = None,
        zero_debias: bool = False,
        name: str = "ExponentialMovingAverage",
    ) -> None:
        self._decay, self._steps, self._debias = decay, num_updates, zero_debias
        self._name = name
        self._averages: dict[Any, Variable] = {}

    @property
    def name(self) -> str:
        """The name that averages carry."""
        return self._name

    def apply(self, var_list: Sequence[Any] | None = None) -> Operation:
        """An operation that takes the values of now into the averages."""
        chosen = trainable_variables() if var_list is None else list(var_list)
        graph = get_default_graph()
        for item in chosen:
            if not item.dtype.is_floating:
                raise errors.DTypeError(
                    op=item.op,
                    message=f"The variables must be half, float, or double: {item.name}. At "
                    f"{user_line()}: an average of whole numbers is none",
                )
            if item not in self._averages:
                self._averages[item] = self._made(graph, item)
        with graph.name_scope(self._name) as scope:
            decay = convert_to_tensor(self._decay, name="decay")
            if self._steps is not None:
                steps = numbers.cast(self._steps, dtypes.float32, name="num_updates")
                decay = arithmetic.minimum(decay, (1.0 + steps) / (10.0 + steps))
            updates = [self._update(graph, item, decay) for item in chosen]
            return control.group(*updates, name=scope)

    def _made(self, graph: Graph, item: Any) -> Variable:
        with graph.control_dependencies(None):
            if not isinstance(item, Variable):
                return slot(item, self._name, Zeros(), item.shape, near=False)
            average = slot(item, self._name, item.initialized_value())
        graph.add_to_collection(GraphKeys.MOVING_AVERAGE_VARIABLES, item)
        return average

    def _update(self, graph: Graph, item: Any, decay: Tensor) -> Operation:
        average = self._averages[item]
        debias = self._debias and not isinstance(item, Variable)
        return assign_moving_average(average, item, decay, debias).op

    def average(self, var: Any) -> Variable | None:
        """The average of a value, or None before `apply`."""
        return self._averages.get(var)

    def average_name(self, var: Any) -> str:
        """The name of a value's average."""
        known = self._averages.get(var)
        return known.op.name if known is not None else f"{var.op.name}/{self._name}"

    def variables_to_restore(self, moving_avg_variables: Any = None) -> dict[str, Variable]:
        """Name -> variable, so that averages are read back into the variables they are of."""
        graph = get_default_graph()
        moving = moving_avg_variables
        if moving is None:
            moving = graph.get_collection(GraphKeys.MOVING_AVERAGE_VARIABLES)
            moving = [*trainable_variables(), *moving]
        names = {self.average_name(variable): variable for variable in moving}
        known = {variable.op.name for variable in moving}
        for variable in graph.get_collection(GraphKeys.GLOBAL_VARIABLES):
            if variable.op.name not in known:
                names.setdefault(variable.op.name, variable)
        return names


def assign_moving_average(
    variable: Variable,
    value: Any,
    decay: Any,
    zero_debias: bool = True,
    name: str | None = None,
) -> Tensor:
    """variable = decay * variable + (1 - decay) * value; the result is the variable afterwards.

    zero_debias: whether what begins at 0 is corrected for that, in two variables below it.
    """
    graph = variable.graph
    with graph.name_scope(name or "AssignMovingAvg") as scope:
        rest = convert_to_tensor(1.0 - decay, name="decay")
        rest = numbers.cast(rest, variable.dtype.base_dtype)
        with graph.colocate_with(variable.op):
            if not zero_debias:
                return state.assign_sub(variable, (variable - value) * rest, name=scope)
            with graph.name_scope(None), graph.control_dependencies(None):
                biased = _zeros(variable, f"{variable.op.name}/biased")
                steps = _zeros(variable, f"{variable.op.name}/local_step", shape=[])
            moved = state.assign_sub(biased, (biased - value) * rest)
            step = state.assign_add(steps, 1)
            return state.assign(variable, moved / (1 - functions.pow(1.0 - rest, step)), name=scope)


def _zeros(
    like: Any, name: str, groups: Sequence[str] | None = None, shape: Any = None
) -> Variable:
    """A variable that begins at 0, of the shape and type of a tensor."""
    sizes = like.shape if shape is None else shape
    kind = like.dtype.base_dtype
    begin = partial(array.zeros, sizes, kind)
    return Variable(begin, trainable=False, name=name, collections=groups)


# ---- the global step


def get_global_step(graph: Graph | None = None) -> Variable | None:
    """The variable that counts training steps, or None."""
    where = graph or get_default_graph()
    found = where.get_collection(GraphKeys.GLOBAL_STEP)
    if len(found) > 1:
        raise errors.ArgumentValueError(
            message=f"Multiple items found in collection {GraphKeys.GLOBAL_STEP}: {found}. At "
            f"{user_line()}"
        )
    named = [v for v in where.get_collection("variables") if v.name == "global_step:0"]
    for step in (found or named)[:1]:
        assert_global_step(step)
        counter: Variable = step
        return counter
    return None


def assert_global_step(global_step_tensor: Any) -> None:
    """Raises TypeError for what cannot count steps: what is no whole number, or more than one."""
    kind, shape = global_step_tensor.dtype, global_step_tensor.shape
    if kind.base_dtype.kind not in "iu":
        raise errors.DTypeError(
            op=global_step_tensor.op,
            message=f'Existing "global_step" does not have integer type: {kind}. At '
            f"{user_line()}: tf.train.create_global_step() makes one that does",
        )
    if shape.ndims not in (0, None):
        raise errors.DTypeError(
            op=global_step_tensor.op,
            message=f'Existing "global_step" is not scalar: {shape}. At {user_line()}: '
            "tf.train.create_global_step() makes one that is",
        )


def create_global_step(graph: Graph | None = None) -> Variable:
    """Makes the variable that counts training steps; ValueError where there is one."""
    from neuronboard.engine.variable_scope import get_variable

    where = graph or get_default_graph()
    if get_global_step(where) is not None:
        raise errors.ArgumentValueError(
            message=f'"global_step" already exists. At {user_line()}: '
            "tf.train.get_or_create_global_step() takes the one that there is"
        )
    with where.as_default(), where.name_scope(None):
        groups = [GraphKeys.GLOBAL_VARIABLES, GraphKeys.GLOBAL_STEP]
        return get_variable(
            GraphKeys.GLOBAL_STEP, [], dtypes.int64, Zeros(), trainable=False, collections=groups
        )


def get_or_create_global_step(graph: Graph | None = None) -> Variable:
    """The variable that counts training steps, made if there is none."""
    found = get_global_step(graph)
    return create_global_step(graph) if found is None else found


def global_step(sess: Any, global_step_tensor: Any) -> int:
    """The number of steps in a session."""
    return int(sess.run(global_step_tensor))
