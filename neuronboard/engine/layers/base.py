"""What every layer is: a name, variables that are made once, and operations made at each call.

A layer that is called makes its variables in a variable scope of its own name ("dense",
"dense_1", ...), and its operations in the name scope that belongs to it. Called again it makes
operations only. The functions of `tf.layers` make a layer and call it; `reuse=` shares the
variables of the one made under that name before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from neuronboard import errors
from neuronboard.engine import dtypes
from neuronboard.engine.convert import convert_to_tensor
from neuronboard.engine.graph import GraphKeys, Operation, Tensor, get_default_graph
from neuronboard.engine.shape import TensorShape
from neuronboard.engine.variable_scope import VariableScope, get_variable, variable_scope
from neuronboard.engine.variables import Variable
from neuronboard.engine.where import origins, user_line

Function = Callable[..., Any]


class Layer:
    """A function of tensors that keeps its variables.

    A layer of one's own overrides `build(input_shape)`, which makes variables with `add_variable`,
    and `call(inputs)`. name: of its scope; the class's name, made unique, if None.
    """

    _label: str = ""  # of the scope, where no name is given; the class's name if empty
    _rank: int | None = None  # how many axes the input has, or at least
    _rank_at_least = False

    def __init__(
        self,
        trainable: bool = True,
        name: str | None = None,
        dtype: Any = None,
        activity_regularizer: Function | None = None,
        _reuse: bool | None = None,
        _scope: Any = None,
        **_: Any,
    ) -> None:
        self.trainable = trainable
        self.built = False
        self.activity_regularizer = activity_regularizer
        self.updates: list[Operation] = []
        self.losses: list[Tensor] = []
        self._dtype = None if dtype is None else dtypes.as_dtype(dtype)
        self._name, self._reuse, self._given_scope = name, _reuse, _scope
        self._scope: VariableScope | None = None
        self._variables: list[tuple[Variable, bool]] = []

    @property
    def name(self) -> str:
        """The name of its scope."""
        return self._scope.name if self._scope is not None else self._name or self._default_name()

    @property
    def scope_name(self) -> str:
        """The name of its scope; an error before it was called."""
        if self._scope is None:
            raise errors.ArgumentValueError(
                message=f"The layer {self.name!r} has no scope before it is called, at "
                f"{user_line()}: layer(inputs)"
            )
        return self._scope.name

    @property
    def dtype(self) -> dtypes.DType | None:
        """The dtype of its variables: that of its first input, where none was given."""
        return self._dtype

    @property
    def variables(self) -> list[Variable]:
        """Every variable, those that are trained first."""
        return self.trainable_variables + self.non_trainable_variables

    weights = variables

    @property
    def trainable_variables(self) -> list[Variable]:
        """The variables that optimizers change."""
        return [variable for variable, trained in self._variables if trained]

    trainable_weights = trainable_variables

    @property
    def non_trainable_variables(self) -> list[Variable]:
        """The variables that only the layer itself changes."""
        return [variable for variable, trained in self._variables if not trained]

    non_trainable_weights = non_trainable_variables

    def count_params(self) -> int:
        """How many numbers its variables hold."""
        return sum(variable.shape.num_elements() or 0 for variable in self.variables)

    def build(self, input_shape: TensorShape) -> None:
        """Makes the variables for inputs of a shape."""

    def call(self, inputs: Any, **arguments: Any) -> Any:
        """Makes the operations."""
        raise NotImplementedError

    def apply(self, inputs: Any, *arguments: Any, **named: Any) -> Any:
        """The same as calling it."""
        return self(inputs, *arguments, **named)

    def add_variable(
        self,
        name: str,
        shape: Any,
        dtype: Any = None,
        initializer: Any = None,
        regularizer: Any = None,
        trainable: bool = True,
        constraint: Any = None,
        **_: Any,
    ) -> Variable:
        """A variable of this layer, made in its scope or shared with it."""
        trained = bool(trainable and self.trainable)
        variable = get_variable(
            name,
            shape,
            dtype or self._dtype,
            initializer,
            regularizer,
            trained,
            constraint=constraint,
        )
        self._variables.append((variable, trained))
        return variable

    def add_weight(self, name: str, shape: Any, **more: Any) -> Variable:
        """The same as `add_variable`."""
        return self.add_variable(name, shape, **more)

    def add_update(self, updates: Any, inputs: Any = None) -> None:
        """Operations to run beside a training step: the collection `tf.GraphKeys.UPDATE_OPS`."""
        for update in updates if isinstance(updates, (list, tuple)) else [updates]:
            self.updates.append(update)
            get_default_graph().add_to_collection(GraphKeys.UPDATE_OPS, update)

    def add_loss(self, losses: Any, inputs: Any = None) -> None:
        """Losses that `tf.losses.get_total_loss` adds, as those of regularizers."""
        for loss in losses if isinstance(losses, (list, tuple)) else [losses]:
            self.losses.append(loss)
            get_default_graph().add_to_collection(GraphKeys.REGULARIZATION_LOSSES, loss)

    def __call__(self, inputs: Any, *arguments: Any, **named: Any) -> Any:
        several = isinstance(inputs, (list, tuple))
        given: Any = [convert_to_tensor(item) for item in inputs] if several else None
        tensors = given if several else [convert_to_tensor(inputs)]
        with self._opened(tensors):
            if not self.built:
                self._dtype = self._dtype or tensors[0].dtype.base_dtype
                if not several:
                    self._check_rank(tensors[0])
                self.build(tensors[0].shape)
                self.built = True
            result = self.call(given if several else tensors[0], *arguments, **named)
            if self.activity_regularizer is not None:
                self.add_loss(self.activity_regularizer(result))
        return result

    @contextmanager
    def _opened(self, tensors: Sequence[Tensor]) -> Iterator[None]:
        """The scopes that its variables and operations are made in."""
        graph = tensors[0].graph
        with graph.as_default():
            if self._scope is not None:
                with graph.name_scope(self._scope.name.rpartition("/")[2]):
                    yield
                return
            label = self._given_scope or self._name
            with variable_scope(label, self._default_name(), reuse=self._reuse) as scope:
                self._scope = scope
                yield

    def _default_name(self) -> str:
        return self._label or _snake(type(self).__name__)

    def _check_rank(self, x: Tensor) -> None:
        """ValueError for an input whose axes are not those that the layer works on."""
        rank = x.shape.ndims
        if self._rank is None or rank == self._rank:
            return
        if rank is None or not (self._rank_at_least and rank > self._rank):
            least = "min_" if self._rank_at_least else ""
            raise errors.ShapeError(
                op=x.op,
                message=f"Input 0 of layer {self.name} is incompatible with the layer: expected "
                f"{least}ndim={self._rank}, found ndim={rank}. Full shape received: {x.shape}. At "
                f"{user_line()}; {origins([x.op])}. tf.reshape(x, ...) gives it other axes",
            )


def known_size(layer: Layer, x: TensorShape, axis: int) -> int:
    """A size that the variables of a layer depend on; ValueError where it is not known."""
    size = None if x.dims is None else x.dims[axis]
    if size is None:
        raise errors.ShapeError(
            message=f"The {'last' if axis == -1 else 'channel'} dimension of the inputs to "
            f"`{type(layer).__name__}` should be defined. Found `None`: the shape is {x}, at "
            f"{user_line()}. Give the placeholder that size, or tf.reshape(x, [-1, size])"
        )
    return size


def _snake(name: str) -> str:
    """ "MyLayer" as "my_layer"."""
    parts = [f"_{c.lower()}" if c.isupper() and i else c.lower() for i, c in enumerate(name)]
    return "".join(parts)
