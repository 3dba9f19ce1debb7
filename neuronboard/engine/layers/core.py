"""Dense layers, dropout, flattening."""

from __future__ import annotations

from typing import Any

from neuronboard.engine.convert import convert_to_tensor
from neuronboard.engine.graph import Tensor
from neuronboard.engine.initializers import Zeros
from neuronboard.engine.layers.base import Function, Layer, known_size
from neuronboard.engine.ops import array, compare, matrix, normalize, random
from neuronboard.engine.ops.join import stack
from neuronboard.engine.ops.static import static_value
from neuronboard.engine.shape import TensorShape


def chosen(training: Any, yes: Tensor, no: Tensor) -> Tensor:
    """`yes` in training, `no` elsewhere; `training` is a bool or a tensor of one."""
    if not isinstance(training, Tensor):
        return yes if training else no
    known = static_value(training)
    if known is not None:
        return yes if known else no
    return compare.select(training, yes, no)


class Dense(Layer):
    """activation(inputs @ kernel + bias): kernel [last size of the inputs, units], bias [units].

    Inputs of more than two axes are multiplied along their last one.
    """

    _rank, _rank_at_least = 2, True

    def __init__(
        self,
        units: int,
        activation: Function | None = None,
        use_bias: bool = True,
        kernel_initializer: Any = None,
        bias_initializer: Any = Zeros(),  # noqa: B008 it keeps nothing
        kernel_regularizer: Function | None = None,
        bias_regularizer: Function | None = None,
        activity_regularizer: Function | None = None,
        kernel_constraint: Any = None,
        bias_constraint: Any = None,
        trainable: bool = True,
        name: str | None = None,
        **more: Any,
    ) -> None:
        super().__init__(trainable, name, activity_regularizer=activity_regularizer, **more)
        self.units, self.activation, self.use_bias = int(units), activation, use_bias
        self._kernel = (kernel_initializer, kernel_regularizer, kernel_constraint)
        self._bias = (bias_initializer, bias_regularizer, bias_constraint)
        self.kernel: Any = None
        self.bias: Any = None

    def build(self, input_shape: TensorShape) -> None:
        """kernel and bias."""
        start, small, within = self._kernel
        shape = [known_size(self, input_shape, -1), self.units]
        self.kernel = self.add_variable(
            "kernel", shape, initializer=start, regularizer=small, constraint=within
        )
        if self.use_bias:
            start, small, within = self._bias
            self.bias = self.add_variable(
                "bias", [self.units], initializer=start, regularizer=small, constraint=within
            )

    def call(self, inputs: Any, **arguments: Any) -> Any:
        """The product, with what was asked for behind it."""
        if inputs.shape.ndims == 2:
            result = matrix.matmul(inputs, self.kernel)
        else:
            result = matrix.tensordot(inputs, self.kernel, 1)
        if self.use_bias:
            result = normalize.bias_add(result, self.bias)
        return result if self.activation is None else self.activation(result)


class Dropout(Layer):
    """In training a share `rate` of the inputs is set to 0, and what stays grows by as much."""

    def __init__(
        self,
        rate: Any = 0.5,
        noise_shape: Any = None,
        seed: int | None = None,
        name: str | None = None,
        **more: Any,
    ) -> None:
        super().__init__(name=name, **more)
        self.rate, self._noise_shape, self._seed = rate, noise_shape, seed

    def call(self, inputs: Any, training: Any = False, **arguments: Any) -> Any:
        """training: a bool, or a tensor of one."""
        if not isinstance(training, Tensor) and not training:
            return array.identity(inputs)
        dropped = random.dropout(
            inputs, noise_shape=self._noise_shape, seed=self._seed, rate=self.rate
        )
        return chosen(training, dropped, inputs)


class Flatten(Layer):
    """A row for each element of the batch."""

    _rank, _rank_at_least = 1, True

    def __init__(self, data_format: str = "channels_last", name: str | None = None) -> None:
        super().__init__(name=name)
        self._first = data_format == "channels_first"

    def call(self, inputs: Any, **arguments: Any) -> Any:
        """[batch, everything else]."""
        x = convert_to_tensor(inputs)
        dims = x.shape.dims or ()
        if self._first and len(dims) > 2:
            x = array.transpose(x, [0, *range(2, len(dims)), 1])
        rest = TensorShape(dims[1:]).num_elements()
        if rest is None:
            flat = array.reshape(x, stack([array.shape(x)[0], -1]))
            flat.set_shape([dims[0], None])
            return flat
        flat = array.reshape(x, [-1, rest] if rest else [dims[0] or 0, 0])
        flat.set_shape([dims[0], rest])
        return flat


def dense(
    inputs: Any,
    units: int,
    activation: Function | None = None,
    use_bias: bool = True,
    kernel_initializer: Any = None,
    bias_initializer: Any = Zeros(),  # noqa: B008 it keeps nothing
    kernel_regularizer: Function | None = None,
    bias_regularizer: Function | None = None,
    activity_regularizer: Function | None = None,
    kernel_constraint: Any = None,
    bias_constraint: Any = None,
    trainable: bool = True,
    name: str | None = None,
    reuse: bool | None = None,
) -> Tensor:
    """activation(inputs @ kernel + bias): see `Dense`. reuse: share the variables of that name."""
    given = {key: value for key, value in locals().items() if key not in ("inputs", "reuse")}
    made: Tensor = Dense(**given, _reuse=reuse, _scope=name)(inputs)
    return made


def dropout(
    inputs: Any,
    rate: Any = 0.5,
    noise_shape: Any = None,
    seed: int | None = None,
    training: Any = False,
    name: str | None = None,
) -> Tensor:
    """In training a share `rate` of the inputs is set to 0: see `Dropout`."""
    made: Tensor = Dropout(rate, noise_shape, seed, name)(inputs, training=training)
    return made


def flatten(inputs: Any, name: str | None = None, data_format: str = "channels_last") -> Tensor:
    """A row for each element of the batch."""
    made: Tensor = Flatten(data_format, name)(inputs)
    return made
