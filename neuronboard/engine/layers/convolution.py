"""Convolutional layers of one and two axes, forwards, turned back, and of each depth by itself."""

from __future__ import annotations

from typing import Any

import numpy as np

from neuronboard import errors
from neuronboard.engine.graph import Tensor
from neuronboard.engine.initializers import Zeros
from neuronboard.engine.layers.base import Function, Layer, known_size
from neuronboard.engine.ops import array, conv, depthwise, normalize
from neuronboard.engine.ops.join import stack
from neuronboard.engine.shape import TensorShape
from neuronboard.engine.where import user_line


def numbers_of(value: Any, count: int, what: str) -> tuple[int, ...]:
    """One number for each axis, from one for all or a sequence; ValueError for other counts."""
    found = tuple(int(item) for item in np.ravel(value))
    if len(found) not in (1, count):
        raise errors.ArgumentValueError(
            message=f"The `{what}` argument must be a tuple of {count} integers. Received: "
            f"{value!r}, at {user_line()}"
        )
    return found * (count // len(found))


class _Convolution(Layer):
    """What convolutional layers have in common: kernel, bias, and the arguments of both."""

    _axes = 2

    def __init__(
        self,
        filters: int,
        kernel_size: Any,
        strides: Any = 1,
        padding: str = "valid",
        data_format: str = "channels_last",
        dilation_rate: Any = 1,
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
        self.filters, self.activation, self.use_bias = int(filters), activation, use_bias
        self.kernel_size = numbers_of(kernel_size, self._axes, "kernel_size")
        self.strides = numbers_of(strides, self._axes, "strides")
        self.dilation_rate = numbers_of(dilation_rate, self._axes, "dilation_rate")
        self.padding, self.data_format = padding.upper(), data_format
        self._kernel = (kernel_initializer, kernel_regularizer, kernel_constraint)
        self._bias = (bias_initializer, bias_regularizer, bias_constraint)
        self._rank = self._axes + 2
        self.kernel: Any = None
        self.bias: Any = None

    @property
    def _first(self) -> bool:
        return self.data_format == "channels_first"

    def _depth(self, shape: TensorShape) -> int:
        return known_size(self, shape, 1 if self._first else -1)

    def _kernel_shape(self, depth: int) -> list[int]:
        return [*self.kernel_size, depth, self.filters]

    def build(self, input_shape: TensorShape) -> None:
        """kernel and bias."""
        start, small, within = self._kernel
        shape = self._kernel_shape(self._depth(input_shape))
        self.kernel = self.add_variable(
            "kernel", shape, initializer=start, regularizer=small, constraint=within
        )
        self._build_bias()

    def _build_bias(self) -> None:
        if self.use_bias:
            start, small, within = self._bias
            self.bias = self.add_variable(
                "bias", [self.filters], initializer=start, regularizer=small, constraint=within
            )

    def _finished(self, result: Tensor) -> Any:
        """With the bias, and through the activation."""
        if self.use_bias:
            form = "NCHW" if self._first else "NHWC"
            result = normalize.bias_add(result, self.bias, data_format=form)
        return result if self.activation is None else self.activation(result)


class Conv1D(_Convolution):
    """Along one axis: inputs [batch, width, depth], kernel [size, depth, filters]."""

    _axes = 1
    _label = "conv1d"

    def call(self, inputs: Any, **arguments: Any) -> Any:
        """The convolution, with bias and activation."""
        return self._finished(
            conv.conv1d(
                *(inputs, self.kernel, self.strides[0], self.padding),
                data_format="NCW" if self._first else "NWC",
                dilations=self.dilation_rate[0],
            )
        )


class Conv2D(_Convolution):
    """Of pictures: inputs [batch, height, width, depth], kernel [height, width, depth, filters]."""

    _label = "conv2d"

    def call(self, inputs: Any, **arguments: Any) -> Any:
        """The convolution, with bias and activation."""
        form = "NCHW" if self._first else "NHWC"
        given = (inputs, self.kernel, self.strides, self.padding)
        return self._finished(
            conv.conv2d(*given, data_format=form, dilations=self.dilation_rate, name="Conv2D")
        )


class Conv2DTranspose(_Convolution):
    """Makes pictures larger: the gradient of a convolution; kernel [height, width, filters, in]."""

    _label = "conv2d_transpose"

    def _kernel_shape(self, depth: int) -> list[int]:
        return [*self.kernel_size, self.filters, depth]

    def call(self, inputs: Any, **arguments: Any) -> Any:
        """The convolution turned back, with bias and activation."""
        at = 2 if self._first else 1
        dims, sizes = inputs.shape.dims, array.shape(inputs)
        sides = [
            self._side(sizes[at + i] if dims[at + i] is None else dims[at + i], i) for i in (0, 1)
        ]
        batch = sizes[0] if dims[0] is None else dims[0]
        whole = [batch, self.filters, *sides] if self._first else [batch, *sides, self.filters]
        form = "NCHW" if self._first else "NHWC"
        given = (inputs, self.kernel, stack(whole), self.strides, self.padding)
        result = conv.conv2d_transpose(*given, data_format=form)
        result.set_shape([size if isinstance(size, int) else None for size in whole])
        return self._finished(result)

    def _side(self, size: Any, i: int) -> Any:
        room = max(self.kernel_size[i] - self.strides[i], 0) if self.padding == "VALID" else 0
        return size * self.strides[i] + room


class SeparableConv2D(_Convolution):
    """Of each depth by itself, and then of single elements that mixes the depths.

    depth_multiplier: how many filters each depth has in the first step.
    """

    _label = "separable_conv2d"

    def __init__(
        self,
        filters: int,
        kernel_size: Any,
        strides: Any = 1,
        padding: str = "valid",
        data_format: str = "channels_last",
        dilation_rate: Any = 1,
        depth_multiplier: int = 1,
        activation: Function | None = None,
        use_bias: bool = True,
        depthwise_initializer: Any = None,
        pointwise_initializer: Any = None,
        bias_initializer: Any = Zeros(),  # noqa: B008 it keeps nothing
        depthwise_regularizer: Function | None = None,
        pointwise_regularizer: Function | None = None,
        **more: Any,
    ) -> None:
        given = (filters, kernel_size, strides, padding, data_format, dilation_rate)
        super().__init__(*given, activation, use_bias, bias_initializer=bias_initializer, **more)
        self._multiplier = int(depth_multiplier)
        self._deep = (depthwise_initializer, depthwise_regularizer)
        self._mixed = (pointwise_initializer, pointwise_regularizer)
        self.depthwise_kernel: Any = None
        self.pointwise_kernel: Any = None

    def build(self, input_shape: TensorShape) -> None:
        """depthwise_kernel, pointwise_kernel and bias."""
        depth = self._depth(input_shape)
        for name, shape, (start, small) in (
            ("depthwise_kernel", [*self.kernel_size, depth, self._multiplier], self._deep),
            ("pointwise_kernel", [1, 1, depth * self._multiplier, self.filters], self._mixed),
        ):
            made = self.add_variable(name, shape, initializer=start, regularizer=small)
            setattr(self, name, made)
        self._build_bias()

    def call(self, inputs: Any, **arguments: Any) -> Any:
        """Both convolutions, with bias and activation."""
        return self._finished(
            depthwise.separable_conv2d(
                *(inputs, self.depthwise_kernel, self.pointwise_kernel, self.strides, self.padding),
                data_format="NCHW" if self._first else "NHWC",
                dilations=self.dilation_rate,
            )
        )


def _function(kind: type[Layer], label: str, doc: str) -> Function:
    """The function of `tf.layers` that makes a layer and calls it."""

    def made(
        inputs: Any, *given: Any, name: str | None = None, reuse: bool | None = None, **more: Any
    ) -> Tensor:
        more |= {"name": name, "_reuse": reuse, "_scope": name}
        result: Tensor = kind(*given, **more)(inputs)
        return result

    made.__name__ = made.__qualname__ = label
    made.__doc__ = f"""{doc}: see `{kind.__name__}`, whose arguments follow the inputs.

    name: of its scope. reuse: share the variables of the layer made under that name before.
    """
    return made


conv1d = _function(Conv1D, "conv1d", "A convolution along one axis")
conv2d = _function(Conv2D, "conv2d", "A convolution of pictures")
conv2d_transpose = _function(Conv2DTranspose, "conv2d_transpose", "A convolution turned back")
separable_conv2d = _function(
    SeparableConv2D, "separable_conv2d", "A convolution of each depth, and one that mixes them"
)
