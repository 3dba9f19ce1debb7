"""Batch normalisation as a layer, with its running moments."""

from __future__ import annotations

from typing import Any

import numpy as np

from neuronboard.engine.graph import Operation, Tensor, get_default_graph
from neuronboard.engine.initializers import Ones, Zeros
from neuronboard.engine.layers.base import Function, Layer, known_size
from neuronboard.engine.layers.core import chosen
from neuronboard.engine.ops import arithmetic, array, normalize, numbers, state
from neuronboard.engine.ops.constant import constant
from neuronboard.engine.shape import TensorShape


class BatchNormalization(Layer):
    """(x - mean) / sqrt(variance + epsilon) * gamma + beta, over all axes but one.

    In training by the moments of the batch, which running moments follow: the operations that move
    them are in the collection `tf.GraphKeys.UPDATE_OPS`, to be run with each step. Elsewhere by
    the running moments. momentum: the share of a running moment that stays at each step. Of
    pictures whose depth is last, the running variance is that of a sample, as TensorFlow's fused
    kernel gives it.
    """

    _label = "batch_normalization"

    def __init__(
        self,
        axis: Any = -1,
        momentum: float = 0.99,
        epsilon: float = 1e-3,
        center: bool = True,
        scale: bool = True,
        beta_initializer: Any = Zeros(),  # noqa: B008 it keeps nothing
        gamma_initializer: Any = Ones(),  # noqa: B008 it keeps nothing
        moving_mean_initializer: Any = Zeros(),  # noqa: B008 it keeps nothing
        moving_variance_initializer: Any = Ones(),  # noqa: B008 it keeps nothing
        beta_regularizer: Function | None = None,
        gamma_regularizer: Function | None = None,
        beta_constraint: Any = None,
        gamma_constraint: Any = None,
        renorm: bool = False,
        renorm_clipping: Any = None,
        renorm_momentum: float = 0.99,
        fused: bool | None = None,
        trainable: bool = True,
        virtual_batch_size: int | None = None,
        adjustment: Any = None,
        name: str | None = None,
        **more: Any,
    ) -> None:
        super().__init__(trainable, name, **more)
        self.axis = int(np.ravel(axis)[0])
        self.momentum, self.epsilon = momentum, epsilon
        self._fused = fused
        self._wanted = (
            ("gamma", scale, gamma_initializer, gamma_regularizer, gamma_constraint),
            ("beta", center, beta_initializer, beta_regularizer, beta_constraint),
        )
        self._moving = (
            ("moving_mean", moving_mean_initializer),
            ("moving_variance", moving_variance_initializer),
        )
        self.gamma: Any = None
        self.beta: Any = None
        self.moving_mean: Any = None
        self.moving_variance: Any = None

    def build(self, input_shape: TensorShape) -> None:
        """gamma, beta, moving_mean and moving_variance, where they are wanted."""
        size = [known_size(self, input_shape, self.axis)]
        for name, wanted, start, small, within in self._wanted:
            if wanted:
                more = {"initializer": start, "regularizer": small, "constraint": within}
                setattr(self, name, self.add_variable(name, size, **more))
        for name, start in self._moving:
            setattr(self, name, self.add_variable(name, size, initializer=start, trainable=False))

    def call(self, inputs: Any, training: Any = False, **arguments: Any) -> Any:
        """training: a bool, or a tensor of one."""
        x, rank = inputs, len(inputs.shape.dims)
        axis = self.axis % rank
        axes = [i for i in range(rank) if i != axis]
        mean, variance = self.moving_mean.value(), self.moving_variance.value()
        if isinstance(training, Tensor) or training:
            of_batch = normalize.moments(x, axes)
            self._follow(of_batch, self._correction(x, axes), training)
            mean, variance = (
                chosen(training, batch, moving)
                for batch, moving in zip(of_batch, (mean, variance), strict=True)
            )
        shape = [-1 if i == axis else 1 for i in range(rank)]
        mean, variance, beta, gamma = (
            None if part is None else self._shaped(part, shape, axis, rank)
            for part in (mean, variance, self.beta, self.gamma)
        )
        result = normalize.batch_normalization(x, mean, variance, beta, gamma, self.epsilon)
        result.set_shape(x.shape)
        return result

    @staticmethod
    def _shaped(part: Any, shape: list[int], axis: int, rank: int) -> Any:
        return part if axis == rank - 1 else array.reshape(part, shape)

    def _correction(self, x: Tensor, axes: list[int]) -> Any:
        """What makes the variance of a batch that of a sample, where the fused kernel would."""
        fused = len(axes) == 3 if self._fused is None else self._fused
        if not fused:
            return None
        sizes = array.shape(x)
        count: Any = 1
        for axis in axes:
            count = count * sizes[axis]
        number = numbers.cast(count, x.dtype)
        return number / arithmetic.maximum(number - 1, constant(1, x.dtype))

    def _follow(self, of_batch: tuple[Tensor, Tensor], factor: Any, training: Any) -> None:
        """Operations that move the running moments towards those of a batch."""
        mean, variance = of_batch
        if factor is not None:
            variance = variance * factor
        rest = constant(1 - self.momentum, mean.dtype)
        share = chosen(training, rest, array.zeros_like(rest))
        for moving, value in ((self.moving_mean, mean), (self.moving_variance, variance)):
            self.add_update(_moved(moving, value, share))


def _moved(moving: Any, value: Tensor, share: Tensor) -> Operation:
    with get_default_graph().name_scope("AssignMovingAvg"):
        return state.assign_sub(moving, (moving - value) * share).op


def batch_normalization(
    inputs: Any,
    axis: Any = -1,
    momentum: float = 0.99,
    epsilon: float = 1e-3,
    center: bool = True,
    scale: bool = True,
    beta_initializer: Any = Zeros(),  # noqa: B008 it keeps nothing
    gamma_initializer: Any = Ones(),  # noqa: B008 it keeps nothing
    moving_mean_initializer: Any = Zeros(),  # noqa: B008 it keeps nothing
    moving_variance_initializer: Any = Ones(),  # noqa: B008 it keeps nothing
    beta_regularizer: Function | None = None,
    gamma_regularizer: Function | None = None,
    beta_constraint: Any = None,
    gamma_constraint: Any = None,
    training: Any = False,
    trainable: bool = True,
    name: str | None = None,
    reuse: bool | None = None,
    renorm: bool = False,
    renorm_clipping: Any = None,
    renorm_momentum: float = 0.99,
    fused: bool | None = None,
    virtual_batch_size: int | None = None,
    adjustment: Any = None,
) -> Tensor:
    """Batch normalisation: see `BatchNormalization`. training: a bool, or a tensor of one."""
    given = {key: value for key, value in locals().items() if key not in _OWN}
    made: Tensor = BatchNormalization(**given, _reuse=reuse, _scope=name)(inputs, training=training)
    return made


_OWN = ("inputs", "training", "reuse")
