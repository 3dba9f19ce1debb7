"""Pooling layers: the largest or the mean of windows along one or two axes."""

from __future__ import annotations

from typing import Any

from neuronboard.engine.graph import Tensor
from neuronboard.engine.layers.base import Function, Layer
from neuronboard.engine.layers.convolution import numbers_of
from neuronboard.engine.ops import array, pool


class _Pooling(Layer):
    """pool_size: how large windows are. strides: how far apart they stand."""

    _axes = 2
    _pool: Function

    def __init__(
        self,
        pool_size: Any,
        strides: Any,
        padding: str = "valid",
        data_format: str = "channels_last",
        name: str | None = None,
        **more: Any,
    ) -> None:
        super().__init__(name=name, **more)
        self.pool_size = numbers_of(pool_size, self._axes, "pool_size")
        self.strides = numbers_of(strides, self._axes, "strides")
        self.padding, self.data_format = padding.upper(), data_format
        self._rank = self._axes + 2

    def call(self, inputs: Any, **arguments: Any) -> Any:
        """The windows' largest or mean."""
        first = self.data_format == "channels_first"
        at, form = (2, "NCHW") if first else (1, "NHWC")
        pooled = type(self)._pool
        size, steps = self.pool_size, self.strides
        if self._axes == 2:
            return pooled(inputs, size, steps, self.padding, form)
        wide = array.expand_dims(inputs, at)
        result = pooled(wide, (1, *size), (1, *steps), self.padding, form)
        return array.squeeze(result, [at])


class MaxPooling2D(_Pooling):
    """The largest of each window of pictures [batch, height, width, depth]."""

    _label = "max_pooling2d"
    _pool = staticmethod(pool.max_pool)


class AveragePooling2D(_Pooling):
    """The mean of each window of pictures [batch, height, width, depth]."""

    _label = "average_pooling2d"
    _pool = staticmethod(pool.avg_pool)


class MaxPooling1D(_Pooling):
    """The largest of each window along one axis, [batch, width, depth]."""

    _label, _axes = "max_pooling1d", 1
    _pool = staticmethod(pool.max_pool)


class AveragePooling1D(_Pooling):
    """The mean of each window along one axis, [batch, width, depth]."""

    _label, _axes = "average_pooling1d", 1
    _pool = staticmethod(pool.avg_pool)


def _function(kind: type[_Pooling], label: str) -> Function:
    def made(
        inputs: Any,
        pool_size: Any,
        strides: Any,
        padding: str = "valid",
        data_format: str = "channels_last",
        name: str | None = None,
    ) -> Tensor:
        result: Tensor = kind(pool_size, strides, padding, data_format, name)(inputs)
        return result

    made.__name__ = made.__qualname__ = label
    made.__doc__ = kind.__doc__
    return made


max_pooling1d = _function(MaxPooling1D, "max_pooling1d")
max_pooling2d = _function(MaxPooling2D, "max_pooling2d")
average_pooling1d = _function(AveragePooling1D, "average_pooling1d")
average_pooling2d = _function(AveragePooling2D, "average_pooling2d")
