"""The optimizers, each a class: its numbers, its slots, and the operation that makes its step.

Formulas stand in `ops/training.py`. Names, defaults and starts of slots are TensorFlow's.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from neuronboard import errors
from neuronboard.engine.convert import convert_to_tensor
from neuronboard.engine.graph import Operation, Tensor
from neuronboard.engine.indexed_slices import IndexedSlices
from neuronboard.engine.opdef import OpDef
from neuronboard.engine.ops import array, constant, control, functions, numbers, state, training
from neuronboard.engine.ops.apply import apply
from neuronboard.engine.optimizers import Optimizer
from neuronboard.engine.variables import Variable
from neuronboard.engine.where import user_line


class _Ruled(Optimizer):
    """An optimizer whose step is one operation type, in a form for whole gradients and for rows.

    `_numbers`: its hyperparameters, name of the constant -> value, in the order they are made.
    """

    _whole: OpDef
    _rows: OpDef | None = None
    _attrs: dict[str, Any] = {}

    def __init__(self, use_locking: bool, name: str, **numbers: Any) -> None:
        super().__init__(use_locking, name)
        self._numbers = numbers
        self._tensors: dict[str, Tensor] = {}

    def _prepare(self) -> None:
        given = {key: value() if callable(value) else value for key, value in self._numbers.items()}
        self._tensors = {key: convert_to_tensor(value, name=key) for key, value in given.items()}

    def _number(self, key: str, variable: Variable) -> Tensor:
        return numbers.cast(self._tensors[key], variable.dtype.base_dtype)

    def _given(self, variable: Variable) -> dict[str, Any]:
        """What the operation takes beside gradient and indices, by the names of its inputs."""
        raise NotImplementedError

    def _step(self, kind: OpDef, given: dict[str, Any]) -> Operation:
        values = [given[name] for name in kind.inputs]
        return apply(kind, *values, use_locking=self._use_locking, **self._attrs)

    def _apply(self, gradient: Tensor, variable: Variable) -> Operation:
        given = {"var": variable, "grad": gradient, "delta": gradient, **self._given(variable)}
        return self._step(self._whole, given)

    def _apply_rows(self, values: Tensor, indices: Tensor, variable: Variable) -> Operation:
        assert self._rows is not None
        given = {"var": variable, "grad": values, "indices": indices, **self._given(variable)}
        return self._step(self._rows, given)


class GradientDescentOptimizer(_Ruled):
    """variable -= learning_rate * gradient.

    learning_rate: a number or a tensor.
    """

    _whole = state.APPLY_GRADIENT_DESCENT

    def __init__(
        self, learning_rate: Any, use_locking: bool = False, name: str = "GradientDescent"
    ) -> None:
        super().__init__(use_locking, name, learning_rate=learning_rate)

    def _given(self, variable: Variable) -> dict[str, Any]:
        return {"alpha": self._number("learning_rate", variable)}

    def _apply_slices(self, gradient: IndexedSlices, variable: Variable) -> Operation:
        """A row given twice is subtracted twice."""
        scaled = gradient.values * self._number("learning_rate", variable)
        return state.scatter_sub(variable, gradient.indices, scaled, self._use_locking).op


class MomentumOptimizer(_Ruled):
    """accumulation = momentum * accumulation + gradient; variable -= learning_rate * accumulation.

    use_nesterov: the gradient is taken where momentum alone would lead.
    """

    _whole, _rows = training.APPLY_MOMENTUM, training.SPARSE_APPLY_MOMENTUM

    def __init__(
        self,
        learning_rate: Any,
        momentum: Any,
        use_locking: bool = False,
        name: str = "Momentum",
        use_nesterov: bool = False,
    ) -> None:
        super().__init__(use_locking, name, learning_rate=learning_rate, momentum=momentum)
        self._attrs = {"use_nesterov": use_nesterov}

    def _make_slots(self, variables: Sequence[Variable]) -> None:
        for variable in variables:
            self._make_slot(variable, "momentum", 0, self._name)

    def _given(self, variable: Variable) -> dict[str, Any]:
        return {
            "accum": self._slot(variable, "momentum"),
            "lr": self._number("learning_rate", variable),
            "momentum": self._number("momentum", variable),
        }


class AdagradOptimizer(_Ruled):
    """accumulator += gradient**2; variable -= learning_rate * gradient / sqrt(accumulator)."""

    _whole, _rows = training.APPLY_ADAGRAD, training.SPARSE_APPLY_ADAGRAD
    _attrs = {"update_slots": True}

    def __init__(
        self,
        learning_rate: Any,
        initial_accumulator_value: float = 0.1,
        use_locking: bool = False,
        name: str = "Adagrad",
    ) -> None:
        _positive("initial_accumulator_value", initial_accumulator_value)
        super().__init__(use_locking, name, learning_rate=learning_rate)
        self._start = initial_accumulator_value

    def _make_slots(self, variables: Sequence[Variable]) -> None:
        for variable in variables:
            self._make_slot(variable, "accumulator", self._start, self._name)

    def _given(self, variable: Variable) -> dict[str, Any]:
        return {
            "accum": self._slot(variable, "accumulator"),
            "lr": self._number("learning_rate", variable),
        }


class AdadeltaOptimizer(_Ruled):
    """Steps scaled by the ratio of running means of squares: of steps, and of gradients."""

    _whole, _rows = training.APPLY_ADADELTA, training.SPARSE_APPLY_ADADELTA

    def __init__(
        self,
        learning_rate: Any = 0.001,
        rho: Any = 0.95,
        epsilon: Any = 1e-8,
        use_locking: bool = False,
        name: str = "Adadelta",
    ) -> None:
        super().__init__(use_locking, name, lr=learning_rate, rho=rho, epsilon=epsilon)

    def _make_slots(self, variables: Sequence[Variable]) -> None:
        for variable in variables:
            self._make_slot(variable, "accum", 0, self._name)
            self._make_slot(variable, "accum_update", 0, self._name)

    def _given(self, variable: Variable) -> dict[str, Any]:
        slots = {name: self._slot(variable, name) for name in ("accum", "accum_update")}
        return slots | {key: self._number(key, variable) for key in ("lr", "rho", "epsilon")}


class RMSPropOptimizer(_Ruled):
    """Steps divided by the root of a running mean of squared gradients, with momentum.

    centered: by their variance instead of their mean square. The mean begins at 1.
    """

    def __init__(
        self,
        learning_rate: Any,
        decay: Any = 0.9,
        momentum: Any = 0.0,
        epsilon: Any = 1e-10,
        use_locking: bool = False,
        centered: bool = False,
        name: str = "RMSProp",
    ) -> None:
        numbers_ = {"learning_rate": learning_rate, "decay": decay, "momentum": momentum}
        super().__init__(use_locking, name, **numbers_, epsilon=epsilon)
        self._centered = centered
        self._whole, self._rows = (
            (training.APPLY_CENTERED_RMS_PROP, training.SPARSE_APPLY_CENTERED_RMS_PROP)
            if centered
            else (training.APPLY_RMS_PROP, training.SPARSE_APPLY_RMS_PROP)
        )

    def _make_slots(self, variables: Sequence[Variable]) -> None:
        for variable in variables:
            self._make_slot(variable, "rms", 1, self._name)
            if self._centered:
                self._make_slot(variable, "mg", 0, self._name)
            self._make_slot(variable, "momentum", 0, self._name)

    def _given(self, variable: Variable) -> dict[str, Any]:
        return {
            "ms": self._slot(variable, "rms"),
            "mg": self._slot(variable, "mg") if self._centered else None,
            "mom": self._slot(variable, "momentum"),
            "lr": self._number("learning_rate", variable),
            "rho": self._number("decay", variable),
            "momentum": self._number("momentum", variable),
            "epsilon": self._number("epsilon", variable),
        }


class AdamOptimizer(_Ruled):
    """Steps by running means of gradients and of their squares, both corrected for their start.

    epsilon is added outside of the correction ("epsilon-hat" of the paper). Rows that a sparse
    gradient leaves out decay and move like all others.
    """

    _whole = training.APPLY_ADAM
    _attrs = {"use_nesterov": False}

    def __init__(
        self,
        learning_rate: Any = 0.001,
        beta1: Any = 0.9,
        beta2: Any = 0.999,
        epsilon: Any = 1e-8,
        use_locking: bool = False,
        name: str = "Adam",
    ) -> None:
        numbers_ = {"learning_rate": learning_rate, "beta1": beta1, "beta2": beta2}
        super().__init__(use_locking, name, **numbers_, epsilon=epsilon)
        self._powers: dict[str, Variable] = {}

    def variables(self) -> list[Variable]:
        """The powers of the betas, and every slot."""
        kept = [*self._powers.values(), *super().variables()]
        return sorted(kept, key=lambda variable: variable.name)

    def _make_slots(self, variables: Sequence[Variable]) -> None:
        if not self._powers or next(iter(self._powers.values())).graph is not variables[0].graph:
            first = min(variables, key=lambda variable: variable.name)
            with first.graph.colocate_with(first):
                for key in ("beta1", "beta2"):
                    value = self._numbers[key]
                    start = value() if callable(value) else value
                    name = f"{key}_power"
                    self._powers[key] = Variable(start, name=name, trainable=False)
        for variable in variables:
            self._make_slot(variable, "m", 0, self._name)
            self._make_slot(variable, "v", 0, self._name)

    def _given(self, variable: Variable) -> dict[str, Any]:
        return {
            "m": self._slot(variable, "m"),
            "v": self._slot(variable, "v"),
            "beta1_power": numbers.cast(self._powers["beta1"], variable.dtype.base_dtype),
            "beta2_power": numbers.cast(self._powers["beta2"], variable.dtype.base_dtype),
            "lr": self._number("learning_rate", variable),
            **{key: self._number(key, variable) for key in ("beta1", "beta2", "epsilon")},
        }

    def _apply_rows(self, values: Tensor, indices: Tensor, variable: Variable) -> Operation:
        """m and v decay everywhere, take the gradient's rows, and move the whole variable."""
        given, locked = self._given(variable), self._use_locking
        root = functions.sqrt(1 - given["beta2_power"])
        rate = given["lr"] * root / (1 - given["beta1_power"])
        slots = []
        for name in "mv":
            slot, beta = given[name], given[f"beta{1 + 'mv'.index(name)}"]
            part = values if name == "m" else values * values
            scaled = part * (1 - beta)
            decayed = state.assign(slot, slot * beta)
            with variable.graph.control_dependencies([decayed]):
                slots.append(state.scatter_add(slot, indices, scaled, use_locking=locked))
        step = rate * slots[0] / (functions.sqrt(slots[1]) + given["epsilon"])
        moved = state.assign_sub(variable, step, use_locking=locked)
        return control.group(moved, *slots)

    def _finish(self, updates: list[Operation], name: str) -> Operation:
        """The powers of the betas grow when all updates are done."""
        graph = updates[0].graph
        with graph.control_dependencies(updates), graph.colocate_with(self._powers["beta1"]):
            grown = [
                state.assign(power, power * self._tensors[key], use_locking=self._use_locking).op
                for key, power in self._powers.items()
            ]
        return control.group(*updates, *grown, name=name)


class FtrlOptimizer(_Ruled):
    """Follow the regularised leader: weights that l1 keeps at exactly 0 until they are needed."""

    def __init__(
        self,
        learning_rate: Any,
        learning_rate_power: float = -0.5,
        initial_accumulator_value: float = 0.1,
        l1_regularization_strength: float = 0.0,
        l2_regularization_strength: float = 0.0,
        use_locking: bool = False,
        name: str = "Ftrl",
        accum_name: str | None = None,
        linear_name: str | None = None,
        l2_shrinkage_regularization_strength: float = 0.0,
    ) -> None:
        l1, l2 = l1_regularization_strength, l2_regularization_strength
        shrinkage = l2_shrinkage_regularization_strength
        for what, value in (("l1", l1), ("l2", l2), ("l2_shrinkage", shrinkage)):
            _not_negative(f"{what}_regularization_strength", value)
        _not_negative("initial_accumulator_value", initial_accumulator_value)
        if learning_rate_power > 0:
            raise errors.ArgumentValueError(
                message=f"learning_rate_power {learning_rate_power:f} needs to be negative or "
                f"zero. At {user_line()}"
            )
        given = {"learning_rate": learning_rate, "l1_regularization_strength": l1}
        given |= {"l2_regularization_strength": l2, "learning_rate_power": learning_rate_power}
        if shrinkage > 0:
            given["l2_shrinkage_regularization_strength"] = shrinkage
        super().__init__(use_locking, name, **given)
        self._whole, self._rows = (
            (training.APPLY_FTRL_V2, training.SPARSE_APPLY_FTRL_V2)
            if shrinkage > 0
            else (training.APPLY_FTRL, training.SPARSE_APPLY_FTRL)
        )
        self._start = initial_accumulator_value
        self._names = accum_name or self._name, linear_name or self._name

    def _make_slots(self, variables: Sequence[Variable]) -> None:
        for variable in variables:
            self._make_slot(variable, "accum", self._begun, self._names[0])
            self._make_slot(variable, "linear", 0, self._names[1])

    def _begun(self, shape: Any, dtype: Any) -> Tensor:
        return array.ones(shape, dtype) * self._start

    def _given(self, variable: Variable) -> dict[str, Any]:
        spelled = {
            "lr": "learning_rate",
            "l1": "l1_regularization_strength",
            "l2": "l2_regularization_strength",
            "l2_shrinkage": "l2_shrinkage_regularization_strength",
            "lr_power": "learning_rate_power",
        }
        given = {
            key: self._number(name, variable)
            for key, name in spelled.items()
            if name in self._tensors
        }
        return given | {name: self._slot(variable, name) for name in ("accum", "linear")}


class ProximalGradientDescentOptimizer(_Ruled):
    """Gradient descent; after each step weights shrink: by l1 towards 0, by l2 in proportion."""

    _whole, _rows = training.APPLY_PROXIMAL_DESCENT, training.SPARSE_APPLY_PROXIMAL_DESCENT

    def __init__(
        self,
        learning_rate: Any,
        l1_regularization_strength: float = 0.0,
        l2_regularization_strength: float = 0.0,
        use_locking: bool = False,
        name: str = "ProximalGradientDescent",
    ) -> None:
        l1, l2 = l1_regularization_strength, l2_regularization_strength
        given = {"learning_rate": learning_rate, "l1_regularization_strength": l1}
        super().__init__(use_locking, name, **given, l2_regularization_strength=l2)

    def _given(self, variable: Variable) -> dict[str, Any]:
        return {
            "alpha": self._number("learning_rate", variable),
            "l1": self._number("l1_regularization_strength", variable),
            "l2": self._number("l2_regularization_strength", variable),
        }


class ProximalAdagradOptimizer(_Ruled):
    """`AdagradOptimizer` with the shrinking of `ProximalGradientDescentOptimizer`."""

    _whole, _rows = training.APPLY_PROXIMAL_ADAGRAD, training.SPARSE_APPLY_PROXIMAL_ADAGRAD

    def __init__(
        self,
        learning_rate: Any,
        initial_accumulator_value: float = 0.1,
        l1_regularization_strength: float = 0.0,
        l2_regularization_strength: float = 0.0,
        use_locking: bool = False,
        name: str = "ProximalAdagrad",
    ) -> None:
        _positive("initial_accumulator_value", initial_accumulator_value)
        l1, l2 = l1_regularization_strength, l2_regularization_strength
        given = {"learning_rate": learning_rate, "l1_regularization_strength": l1}
        super().__init__(use_locking, name, **given, l2_regularization_strength=l2)
        self._start = initial_accumulator_value

    def _make_slots(self, variables: Sequence[Variable]) -> None:
        for variable in variables:
            with variable.graph.colocate_with(variable):
                kind = variable.dtype.base_dtype
                start = constant.constant(self._start, kind, variable.shape)
            self._make_slot(variable, "accumulator", start, self._name)

    def _given(self, variable: Variable) -> dict[str, Any]:
        return {
            "accum": self._slot(variable, "accumulator"),
            "lr": self._number("learning_rate", variable),
            "l1": self._number("l1_regularization_strength", variable),
            "l2": self._number("l2_regularization_strength", variable),
        }


def _positive(what: str, value: float) -> None:
    if value <= 0:
        raise errors.ArgumentValueError(
            message=f"{what} must be positive: {value}. At {user_line()}"
        )


def _not_negative(what: str, value: float) -> None:
    if value < 0:
        raise errors.ArgumentValueError(
            message=f"{what} {value:f} needs to be positive or zero. At {user_line()}"
        )
