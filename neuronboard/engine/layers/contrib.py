"""The layers of `tf.contrib.layers`: a relu behind each, and variables called weights and biases.

A thin set: what courses for TensorFlow 1.x use. `arg_scope` gives arguments to all calls of some
functions in a block.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from neuronboard import errors
from neuronboard.engine import dtypes
from neuronboard.engine.convert import convert_to_tensor
from neuronboard.engine.embedding import embedding_lookup
from neuronboard.engine.graph import GraphKeys, Tensor, get_default_graph
from neuronboard.engine.initializers import (
    GlorotNormal,
    GlorotUniform,
    Ones,
    VarianceScaling,
    Zeros,
)
from neuronboard.engine.layers import core
from neuronboard.engine.layers.base import Layer
from neuronboard.engine.layers.convolution import Conv2D, Conv2DTranspose
from neuronboard.engine.layers.normalization import BatchNormalization
from neuronboard.engine.layers.pooling import AveragePooling2D, MaxPooling2D
from neuronboard.engine.ops import array, normalize, random
from neuronboard.engine.ops.activations import relu as _relu
from neuronboard.engine.ops.apply import scope_of
from neuronboard.engine.ops.gather import one_hot
from neuronboard.engine.variable_scope import get_variable, variable_scope
from neuronboard.engine.where import user_line

Function = Callable[..., Any]

# ---- arguments for a block

_scoped: list[dict[Function, dict[str, Any]]] = [{}]
_known: dict[Function, Function] = {}


def add_arg_scope(function: Function) -> Function:
    """Lets `arg_scope` give arguments to a function."""

    @functools.wraps(function)
    def called(*given: Any, **named: Any) -> Any:
        return function(*given, **{**_scoped[-1].get(function, {}), **named})

    _known[called] = function
    return called


@contextmanager
def arg_scope(functions: Sequence[Function], **arguments: Any) -> Iterator[None]:
    """Gives `arguments` to every call of `functions` in the block that does not say them itself.

    Raises ValueError for a function that is not decorated with `add_arg_scope`.
    """
    merged = {function: dict(found) for function, found in _scoped[-1].items()}
    for function in functions:
        if function not in _known:
            raise errors.ArgumentValueError(
                message=f"{function!r} takes no arguments of an arg_scope, at {user_line()}: "
                "decorate it with @tf.contrib.framework.add_arg_scope"
            )
        merged.setdefault(_known[function], {}).update(arguments)
    _scoped.append(merged)
    try:
        yield
    finally:
        _scoped.pop()


# ---- initializers


def xavier_initializer(
    uniform: bool = True, seed: int | None = None, dtype: Any = dtypes.float32
) -> Any:
    """Glorot's and Bengio's: scaled by the sizes of input and output, uniform or normal."""
    return (GlorotUniform if uniform else GlorotNormal)(seed=seed, dtype=dtype)


xavier_initializer_conv2d = xavier_initializer


def variance_scaling_initializer(
    factor: float = 2.0,
    mode: str = "FAN_IN",
    uniform: bool = False,
    seed: int | None = None,
    dtype: Any = dtypes.float32,
) -> Any:
    """He's by default; mode: FAN_IN, FAN_OUT or FAN_AVG."""
    spread = "uniform" if uniform else "truncated_normal"
    return VarianceScaling(factor, mode.lower(), spread, seed=seed, dtype=dtype)


# ---- layers


class _Weights(Layer):
    """A layer's variables under the names weights and biases, and in collections."""

    def add_variable(self, name: str, *given: Any, **more: Any) -> Any:
        """A variable of this layer, under its older name."""
        older = {"kernel": "weights", "bias": "biases"}.get(name, name)
        variable = super().add_variable(older, *given, **more)
        get_default_graph().add_to_collection(GraphKeys.MODEL_VARIABLES, variable)
        return variable


class _Dense(_Weights, core.Dense):
    _label = "fully_connected"


class _Conv2D(_Weights, Conv2D):
    _label = "Conv"


class _Conv2DTranspose(_Weights, Conv2DTranspose):
    _label = "Conv2d_transpose"


class _BatchNorm(_Weights, BatchNormalization):
    _label = "BatchNorm"


def _made(
    kind: Callable[..., Any],
    inputs: Any,
    given: tuple[Any, ...],
    variables: tuple[Any, Any, Any, Any],
    behind: tuple[Function | None, dict[str, Any] | None, Function | None],
    trainable: bool,
    reuse: bool | None,
    scope: Any,
) -> Tensor:
    """A layer over inputs; then, in its scope, normalised and through the activation.

    variables: (initializer, regularizer) of weights and of biases. behind: the function that
    normalises, its arguments, the activation.
    """
    weights, small_weights, biases, small_biases = variables
    normalizer_fn, normalizer_params, activation_fn = behind
    layer = kind(
        *given,
        use_bias=normalizer_fn is None and biases is not None,
        kernel_initializer=weights or xavier_initializer(),
        kernel_regularizer=small_weights,
        bias_initializer=biases,
        bias_regularizer=small_biases,
        trainable=trainable,
        _reuse=reuse,
        _scope=scope,
    )
    result: Tensor = layer(inputs)
    own = layer._scope
    with (
        get_default_graph().name_scope(own.original_name_scope),
        variable_scope(own, reuse=reuse, auxiliary_name_scope=False),
    ):
        if normalizer_fn is not None:
            result = normalizer_fn(result, **(normalizer_params or {}))
        return result if activation_fn is None else activation_fn(result)


@add_arg_scope
def fully_connected(
    inputs: Any,
    num_outputs: int,
    activation_fn: Function | None = _relu,
    normalizer_fn: Function | None = None,
    normalizer_params: dict[str, Any] | None = None,
    weights_initializer: Any = None,
    weights_regularizer: Function | None = None,
    biases_initializer: Any = Zeros(),  # noqa: B008 it keeps nothing
    biases_regularizer: Function | None = None,
    reuse: bool | None = None,
    variables_collections: Any = None,
    outputs_collections: Any = None,
    trainable: bool = True,
    scope: Any = None,
) -> Tensor:
    """activation_fn(inputs @ weights + biases), a relu if not told otherwise.

    normalizer_fn: such as `batch_norm`, in place of biases. Variables: <scope>/weights and
    <scope>/biases; the scope is fully_connected, fully_connected_1, ...
    """
    variables = (weights_initializer, weights_regularizer, biases_initializer, biases_regularizer)
    behind = (normalizer_fn, normalizer_params, activation_fn)
    given = (num_outputs,)
    return _made(_Dense, inputs, given, variables, behind, trainable, reuse, scope)


linear = functools.partial(fully_connected, activation_fn=None)
relu = functools.partial(fully_connected, activation_fn=_relu)


@add_arg_scope
def conv2d(
    inputs: Any,
    num_outputs: int,
    kernel_size: Any,
    stride: Any = 1,
    padding: str = "SAME",
    data_format: str | None = None,
    rate: Any = 1,
    activation_fn: Function | None = _relu,
    normalizer_fn: Function | None = None,
    normalizer_params: dict[str, Any] | None = None,
    weights_initializer: Any = None,
    weights_regularizer: Function | None = None,
    biases_initializer: Any = Zeros(),  # noqa: B008 it keeps nothing
    biases_regularizer: Function | None = None,
    reuse: bool | None = None,
    variables_collections: Any = None,
    outputs_collections: Any = None,
    trainable: bool = True,
    scope: Any = None,
) -> Tensor:
    """A convolution of pictures with biases and activation, a relu if not told otherwise."""
    variables = (weights_initializer, weights_regularizer, biases_initializer, biases_regularizer)
    behind = (normalizer_fn, normalizer_params, activation_fn)
    given = (num_outputs, kernel_size, stride, padding, _form(data_format), rate)
    return _made(_Conv2D, inputs, given, variables, behind, trainable, reuse, scope)


convolution2d = convolution = conv2d


@add_arg_scope
def conv2d_transpose(
    inputs: Any,
    num_outputs: int,
    kernel_size: Any,
    stride: Any = 1,
    padding: str = "SAME",
    data_format: str | None = None,
    activation_fn: Function | None = _relu,
    normalizer_fn: Function | None = None,
    normalizer_params: dict[str, Any] | None = None,
    weights_initializer: Any = None,
    weights_regularizer: Function | None = None,
    biases_initializer: Any = Zeros(),  # noqa: B008 it keeps nothing
    biases_regularizer: Function | None = None,
    reuse: bool | None = None,
    variables_collections: Any = None,
    outputs_collections: Any = None,
    trainable: bool = True,
    scope: Any = None,
) -> Tensor:
    """A convolution turned back, which makes pictures larger."""
    variables = (weights_initializer, weights_regularizer, biases_initializer, biases_regularizer)
    behind = (normalizer_fn, normalizer_params, activation_fn)
    given = (num_outputs, kernel_size, stride, padding, _form(data_format))
    return _made(_Conv2DTranspose, inputs, given, variables, behind, trainable, reuse, scope)


def _form(data_format: str | None) -> str:
    return "channels_first" if data_format == "NCHW" else "channels_last"


@add_arg_scope
def max_pool2d(
    inputs: Any,
    kernel_size: Any,
    stride: Any = 2,
    padding: str = "VALID",
    data_format: str | None = None,
    outputs_collections: Any = None,
    scope: str | None = None,
) -> Tensor:
    """The largest of each window of pictures."""
    layer = MaxPooling2D(kernel_size, stride, padding, _form(data_format), scope or "MaxPool2D")
    made: Tensor = layer(inputs)
    return made


@add_arg_scope
def avg_pool2d(
    inputs: Any,
    kernel_size: Any,
    stride: Any = 2,
    padding: str = "VALID",
    data_format: str | None = None,
    outputs_collections: Any = None,
    scope: str | None = None,
) -> Tensor:
    """The mean of each window of pictures."""
    layer = AveragePooling2D(kernel_size, stride, padding, _form(data_format), scope or "AvgPool2D")
    made: Tensor = layer(inputs)
    return made


@add_arg_scope
def dropout(
    inputs: Any,
    keep_prob: Any = 0.5,
    noise_shape: Any = None,
    is_training: Any = True,
    outputs_collections: Any = None,
    scope: str | None = None,
    seed: int | None = None,
) -> Tensor:
    """In training each input is kept with probability `keep_prob`."""
    with scope_of([inputs], scope or "Dropout"):
        x = convert_to_tensor(inputs)
        if not isinstance(is_training, Tensor) and not is_training:
            return array.identity(x)
        return core.chosen(is_training, random.dropout(x, keep_prob, noise_shape, seed), x)


@add_arg_scope
def flatten(inputs: Any, outputs_collections: Any = None, scope: str | None = None) -> Tensor:
    """A row for each element of the batch."""
    return core.flatten(inputs, scope or "Flatten")


@add_arg_scope
def batch_norm(
    inputs: Any,
    decay: float = 0.999,
    center: bool = True,
    scale: bool = False,
    epsilon: float = 0.001,
    activation_fn: Function | None = None,
    param_initializers: dict[str, Any] | None = None,
    param_regularizers: dict[str, Any] | None = None,
    updates_collections: Any = GraphKeys.UPDATE_OPS,
    is_training: Any = True,
    reuse: bool | None = None,
    variables_collections: Any = None,
    outputs_collections: Any = None,
    trainable: bool = True,
    batch_weights: Any = None,
    fused: bool | None = None,
    data_format: str = "NHWC",
    zero_debias_moving_mean: bool = False,
    scope: Any = None,
    renorm: bool = False,
    renorm_clipping: Any = None,
    renorm_decay: float = 0.99,
    adjustment: Any = None,
) -> Tensor:
    """Batch normalisation, by the moments of the batch if not told otherwise.

    updates_collections: None makes the running moments move with the result itself.
    """
    begin, small = param_initializers or {}, param_regularizers or {}
    more: dict[str, Any] = {f"{name}_initializer": value for name, value in begin.items()}
    more |= {f"{name}_regularizer": value for name, value in small.items()}
    layer = _BatchNorm(
        axis=1 if data_format == "NCHW" else -1,
        **{"momentum": decay, "epsilon": epsilon, "center": center, "scale": scale, **more},
        fused=fused,
        trainable=trainable,
        _reuse=reuse,
        _scope=scope,
    )
    graph = get_default_graph()
    collected = graph.get_collection_ref(GraphKeys.UPDATE_OPS)
    before = len(collected)
    result: Tensor = layer(inputs, training=is_training)
    if updates_collections != GraphKeys.UPDATE_OPS:
        updates = collected[before:]
        del collected[before:]
        if updates_collections is None:
            with graph.control_dependencies(updates):
                result = array.identity(result)
        else:
            for update in updates:
                graph.add_to_collection(updates_collections, update)
    return result if activation_fn is None else activation_fn(result)


@add_arg_scope
def layer_norm(
    inputs: Any,
    center: bool = True,
    scale: bool = True,
    activation_fn: Function | None = None,
    reuse: bool | None = None,
    variables_collections: Any = None,
    outputs_collections: Any = None,
    trainable: bool = True,
    begin_norm_axis: int = 1,
    begin_params_axis: int = -1,
    scope: Any = None,
) -> Tensor:
    """Each element of the batch normalised over its axes from `begin_norm_axis` on."""
    with variable_scope(scope, "LayerNorm", [inputs], reuse=reuse):
        x = convert_to_tensor(inputs)
        dims = x.shape.as_list()
        shape = dims[begin_params_axis:]
        made = {
            name: get_variable(name, shape, x.dtype, start, trainable=trainable)
            for name, wanted, start in (
                ("beta", center, Zeros()),
                ("gamma", scale, Ones()),
            )
            if wanted
        }
        axes = list(range(begin_norm_axis % len(dims), len(dims)))
        mean, variance = normalize.moments(x, axes, keep_dims=True)
        result = normalize.batch_normalization(
            x, mean, variance, made.get("beta"), made.get("gamma"), 1e-12
        )
        result.set_shape(x.shape)
        return result if activation_fn is None else activation_fn(result)


def one_hot_encoding(
    labels: Any,
    num_classes: int,
    on_value: float = 1.0,
    off_value: float = 0.0,
    outputs_collections: Any = None,
    scope: str | None = None,
) -> Tensor:
    """A row for each label, with 1 at its place."""
    with scope_of([labels], scope or "OneHotEncoding"):
        return one_hot(labels, num_classes, on_value, off_value)


def embed_sequence(
    ids: Any,
    vocab_size: int | None = None,
    embed_dim: int | None = None,
    unique: bool = False,
    initializer: Any = None,
    regularizer: Function | None = None,
    trainable: bool = True,
    scope: Any = None,
    reuse: bool | None = None,
) -> Tensor:
    """A row of a table, which is trained, for each number of a sequence [batch, length]."""
    with variable_scope(scope, "EmbedSequence", [ids], reuse=reuse):
        shape = [vocab_size, embed_dim]
        table = get_variable("embeddings", shape, None, initializer, regularizer, trainable)
        return embedding_lookup(table, ids)
