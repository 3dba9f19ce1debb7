"""What every optimizer is: gradients, slots, updates. `rules.py` has the optimizers themselves."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from functools import partial
from typing import Any

from neuronboard import errors
from neuronboard.engine.convert import convert_to_tensor
from neuronboard.engine.gradients import blocking, gradients
from neuronboard.engine.graph import GraphKeys, Operation, Tensor
from neuronboard.engine.indexed_slices import IndexedSlices
from neuronboard.engine.initializers import Constant, Ones, Zeros
from neuronboard.engine.ops import array, control, order, segment, state
from neuronboard.engine.shape import TensorShape
from neuronboard.engine.variables import Variable
from neuronboard.engine.where import origins, user_line

GradsAndVars = list[tuple[Tensor | None, Variable]]


class Optimizer:
    """The three steps of every optimizer; a subclass says how one variable is changed."""

    GATE_NONE = 0
    GATE_OP = 1
    GATE_GRAPH = 2

    def __init__(self, use_locking: bool, name: str) -> None:
        self._use_locking = use_locking
        self._name = name
        self._slots: dict[str, dict[Variable, Variable]] = {}

    def minimize(
        self,
        loss: Tensor,
        global_step: Variable | None = None,
        var_list: Sequence[Variable] | None = None,
        gate_gradients: int = GATE_OP,
        aggregation_method: Any = None,
        colocate_gradients_with_ops: bool = False,
        name: str | None = None,
        grad_loss: Any = None,
    ) -> Operation:
        """An operation that makes one step: `compute_gradients`, then `apply_gradients`.

        Raises ValueError when the loss depends on none of the variables.
        """
        pairs = self.compute_gradients(loss, var_list, gate_gradients, grad_loss=grad_loss)
        if all(gradient is None for gradient, _ in pairs):
            raise _no_gradients(convert_to_tensor(loss), [variable for _, variable in pairs])
        return self.apply_gradients(pairs, global_step, name)

    def compute_gradients(
        self,
        loss: Tensor,
        var_list: Sequence[Variable] | None = None,
        gate_gradients: int = GATE_OP,
        aggregation_method: Any = None,
        colocate_gradients_with_ops: bool = False,
        grad_loss: Any = None,
    ) -> GradsAndVars:
        """(gradient or None, variable) for each of `var_list`, or of the trainable variables.

        gate_gradients: GATE_NONE, GATE_OP (those of one operation wait for each other), or
        GATE_GRAPH (all wait for all). Raises ValueError without variables, TypeError for what is
        none.
        """
        if gate_gradients not in (self.GATE_NONE, self.GATE_OP, self.GATE_GRAPH):
            raise errors.ArgumentValueError(
                message="gate_gradients must be one of: Optimizer.GATE_NONE, Optimizer.GATE_OP, "
                f"Optimizer.GATE_GRAPH.  Not {gate_gradients!r}. At {user_line()}"
            )
        tensor = convert_to_tensor(loss)
        collection = tensor.graph.get_collection(GraphKeys.TRAINABLE_VARIABLES)
        variables = collection if var_list is None else list(var_list)
        if not tensor.dtype.is_floating:
            raise errors.ArgumentValueError(
                op=tensor.op,
                message=f"Invalid type {tensor.dtype.base_dtype!r} for {tensor.name}, expected: "
                "[tf.float32, tf.float64, tf.float16, tf.bfloat16]. A loss must be floating, at "
                f"{user_line()}; {origins([tensor.op])}. Make it of floating-point numbers, with "
                "tf.cast(x, tf.float32) on what goes in",
            )
        if not variables:
            raise errors.ArgumentValueError(
                op=tensor.op,
                message=f"No variables to optimize. The loss is {tensor.name}. At {user_line()}; "
                f"{origins([tensor.op])}. Make one with tf.Variable(...), not with trainable=False",
            )
        for variable in variables:
            if not isinstance(variable, Variable):
                raise errors.DTypeError(
                    message=f"Trying to optimize unsupported type {variable!r}. At {user_line()}; "
                    "var_list takes what tf.Variable(...) gives"
                )
        gated = gate_gradients == self.GATE_OP
        smooth = [v for v in variables if v.dtype.kind in "fc"]  # others have no derivative
        each = dict(
            zip(smooth, gradients(tensor, smooth, grad_loss, gate_gradients=gated), strict=True)
        )
        found = [each.get(variable) for variable in variables]
        if gate_gradients == self.GATE_GRAPH and any(gradient is not None for gradient in found):
            found = control.tuple(found)
        return list(zip(found, variables, strict=True))

    def apply_gradients(
        self,
        grads_and_vars: GradsAndVars,
        global_step: Variable | None = None,
        name: str | None = None,
    ) -> Operation:
        """An operation that changes each variable by its gradient; None gradients are left out."""
        given = list(grads_and_vars)
        pairs = [(gradient, v) for gradient, v in given if gradient is not None]
        if not pairs:
            names = [str(variable) for _, variable in given]
            what = (
                f"No gradients provided for any variable: {names}."
                if given
                else ("No variables provided.")
            )
            raise errors.ArgumentValueError(
                message=f"{what} At {user_line()}: give (gradient, variable) pairs of "
                "compute_gradients, one of them not None"
            )
        graph = pairs[0][1].graph
        with graph.as_default(), graph.control_dependencies(None):
            self._make_slots([variable for _, variable in pairs])
        with graph.as_default(), graph.name_scope(name or self._name) as scope:
            self._prepare()
            updates = [self._update(gradient, variable) for gradient, variable in pairs]
            train_op = self._finished(updates, global_step, scope)
        graph.add_to_collection(GraphKeys.TRAIN_OP, train_op)
        return train_op

    def _finished(
        self, updates: list[Operation], global_step: Variable | None, scope: str
    ) -> Operation:
        """The operation that has run when all updates have, and the step is counted."""
        if global_step is None:
            return self._finish(updates, scope)
        done = self._finish(updates, "update")
        graph = done.graph
        with graph.control_dependencies([done]), graph.colocate_with(global_step):
            return state.assign_add(global_step, 1, name=scope).op

    def _finish(self, updates: list[Operation], name: str) -> Operation:
        """One operation that has run when all updates have."""
        return control.group(*updates, name=name)

    def _update(self, gradient: Any, variable: Variable) -> Operation:
        graph = variable.graph
        with graph.name_scope(f"update_{variable.op.name}"), graph.colocate_with(variable):
            if isinstance(gradient, IndexedSlices):
                return self._apply_slices(gradient, variable)
            return self._apply(gradient, variable)

    def _apply_slices(self, gradient: IndexedSlices, variable: Variable) -> Operation:
        values, indices = _each_once(gradient)
        return self._apply_rows(values, indices, variable)

    # ---- slots: variables beside each variable

    def get_slot(self, var: Variable, name: str) -> Variable | None:
        """The slot of that name beside a variable, or None before `apply_gradients`."""
        return self._slots.get(name, {}).get(var)

    def get_slot_names(self) -> list[str]:
        """The names of the slots that there are, sorted."""
        return sorted(self._slots)

    def variables(self) -> list[Variable]:
        """Every slot, by name."""
        kept = [slot for by_variable in self._slots.values() for slot in by_variable.values()]
        return sorted(kept, key=lambda slot: slot.name)

    def get_name(self) -> str:
        """The name that its operations begin with."""
        return self._name

    def _slot(self, variable: Variable, name: str) -> Variable:
        return self._slots[name][variable]

    def _make_slot(self, variable: Variable, name: str, value: Any, operator: str) -> None:
        """A variable "<variable>/<operator>" of the same shape, filled with `value`."""
        slots = self._slots.setdefault(name, {})
        if variable in slots:
            return
        kind = variable.dtype.base_dtype
        if callable(value) or isinstance(value, Tensor):
            shape = variable.shape if callable(value) else None
            slots[variable] = slot(variable, operator, value, shape)
        elif variable.shape.is_fully_defined():
            start = {0: Zeros, 1: Ones}.get(value, partial(Constant, value))()
            slots[variable] = slot(variable, operator, start, variable.shape)
        else:
            like = array.zeros_like(variable.initialized_value(), kind)
            slots[variable] = slot(variable, operator, like + value if value else like)

    # ---- what a subclass says

    def _make_slots(self, variables: Sequence[Variable]) -> None:
        """Makes the slots that the variables do not have yet."""

    def _prepare(self) -> None:
        raise NotImplementedError

    def _apply(self, gradient: Tensor, variable: Variable) -> Operation:
        raise NotImplementedError

    def _apply_rows(self, values: Tensor, indices: Tensor, variable: Variable) -> Operation:
        raise NotImplementedError


def slot(
    primary: Any, name: str, value: Any, shape: TensorShape | None = None, near: bool = True
) -> Variable:
    """A variable "<primary>/<name>" beside a variable or tensor, in the open variable scope.

    value: a tensor, or a function of the shape and dtype that it then begins with.
    """
    from neuronboard.engine.variable_scope import variable_beside

    graph = primary.graph
    with graph.as_default(), graph.colocate_with(primary) if near else nullcontext():
        kind = primary.dtype.base_dtype
        return variable_beside(f"{primary.op.name}/{name}", value, shape, kind)


def _each_once(gradient: IndexedSlices) -> tuple[Tensor, Tensor]:
    """Rows of a gradient with each index once: of a row given twice, the sum."""
    indices, places = order.unique(gradient.indices)
    count = array.shape(indices)[0]
    return segment.unsorted_segment_sum(gradient.values, places, count), indices


def _no_gradients(loss: Tensor, variables: Sequence[Variable]) -> errors.ArgumentValueError:
    """The error of a loss that no variable's gradient reaches: what stands between, and where."""
    stops = blocking(loss, [variable._ref() for variable in variables])
    why = (
        f"No gradient flows through what stands between ({origins(stops)})"
        if stops
        else "The loss depends on none of them"
    )
    return errors.ArgumentValueError(
        op=loss.op,
        message="No gradients provided for any variable, check your graph for ops that do not "
        f"support gradients, between variables {[str(v) for v in variables]} and loss {loss}. "
        f"{why}; {origins([loss.op])}. Build the loss from the variables with differentiable "
        "operations",
    )
