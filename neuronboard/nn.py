"""`tf.nn`: activations."""

from neuronboard.engine.ops.math import tanh
from neuronboard.engine.ops.nn import relu, sigmoid, softplus

__all__ = ["relu", "sigmoid", "softplus", "tanh"]
