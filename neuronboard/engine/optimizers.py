"""Optimizers: operations that change variables against a gradient."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from neuronboard import errors
from neuronboard.engine.convert import convert_to_tensor
from neuronboard.engine.gradients import gradients
from neuronboard.engine.graph import GraphKeys, Operation, Tensor
from neuronboard.engine.ops import control, state
from neuronboard.engine.ops.apply import apply
from neuronboard.engine.variables import Variable

GradsAndVars = list[tuple[Tensor | None, Variable]]


class Optimizer:
    """The three steps of every optimizer; a subclass says how one variable is changed."""

    GATE_NONE = 0
    GATE_OP = 1
    GATE_GRAPH = 2

    def __init__(self, use_locking: bool, name: str) -> None:
        self._use_locking = use_locking
        self._name = name

    def minimize(
        self,
        loss: Tensor,
        global_step: Variable | None = None,
        var_list: Sequence[Variable] | None = None,
        gate_gradients: int = GATE_OP,
        name: str | None = None,
    ) -> Operation:
        """An operation that makes one step: `compute_gradients`, then `apply_gradients`.

        Raises ValueError when the loss depends on none of the variables.
        """
        pairs = self.compute_gradients(loss, var_list, gate_gradients)
        if all(gradient is None for gradient, _ in pairs):
            names = [str(variable) for _, variable in pairs]
            raise errors.ArgumentValueError(
                message="No gradients provided for any variable, check your graph for ops that do "
                f"not support gradients, between variables {names} and loss {loss}."
            )
        return self.apply_gradients(pairs, global_step, name)

    def compute_gradients(
        self,
        loss: Tensor,
        var_list: Sequence[Variable] | None = None,
        gate_gradients: int = GATE_OP,
    ) -> GradsAndVars:
        """(gradient or None, variable) for each of `var_list`, or of the trainable variables."""
        tensor = convert_to_tensor(loss)
        collection = tensor.graph.get_collection(GraphKeys.TRAINABLE_VARIABLES)
        variables = collection if var_list is None else list(var_list)
        if not variables:
            raise errors.ArgumentValueError(
                message="No variables to optimize: make one with tf.Variable(...)"
            )
        found = gradients(tensor, variables, gate_gradients=gate_gradients == self.GATE_OP)
        return list(zip(found, variables, strict=True))

    def apply_gradients(
        self,
        grads_and_vars: GradsAndVars,
        global_step: Variable | None = None,
        name: str | None = None,
    ) -> Operation:
        """An operation that changes each variable by its gradient; None gradients are left out."""
        pairs = [(gradient, v) for gradient, v in grads_and_vars if gradient is not None]
        if not pairs:
            raise errors.ArgumentValueError(
                message=f"No gradients provided for any variable: {grads_and_vars}"
            )
        graph = pairs[0][1].graph
        with graph.as_default(), graph.name_scope(name or self._name) as scope:
            self._prepare()
            updates = [self._update(gradient, variable) for gradient, variable in pairs]
            if global_step is None:
                return self._finished(updates, scope)
            done = control.group(*updates, name="update")
            with graph.control_dependencies([done]), graph.colocate_with(global_step):
                return state.assign_add(global_step, 1, name=scope).op

    def _finished(self, updates: list[Operation], scope: str) -> Operation:
        done = control.group(*updates, name=scope)
        done.graph.add_to_collection(GraphKeys.TRAIN_OP, done)
        return done

    def _update(self, gradient: Tensor, variable: Variable) -> Operation:
        graph = variable.graph
        with graph.name_scope(f"update_{variable.op.name}"), graph.colocate_with(variable):
            return self._apply(gradient, variable)

    def _prepare(self) -> None:
        raise NotImplementedError

    def _apply(self, gradient: Tensor, variable: Variable) -> Operation:
        raise NotImplementedError


class GradientDescentOptimizer(Optimizer):
    """variable -= learning_rate * gradient.

    learning_rate: a number or a tensor.
    """

    def __init__(
        self, learning_rate: Any, use_locking: bool = False, name: str = "GradientDescent"
    ) -> None:
        super().__init__(use_locking, name)
        self._learning_rate = learning_rate
        self._rate: Tensor | None = None

    def _prepare(self) -> None:
        self._rate = convert_to_tensor(self._learning_rate, name="learning_rate")

    def _apply(self, gradient: Tensor, variable: Variable) -> Operation:
        locking = self._use_locking
        kind = state.APPLY_GRADIENT_DESCENT
        return apply(kind, variable, self._rate, gradient, use_locking=locking)
