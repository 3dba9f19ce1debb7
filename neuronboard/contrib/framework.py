"""`tf.contrib.framework`: arguments for all calls of a block, and the variables of a model."""

from neuronboard.engine.averages import get_global_step, get_or_create_global_step
from neuronboard.engine.layers.contrib import add_arg_scope, arg_scope

__all__ = ["add_arg_scope", "arg_scope", "get_global_step", "get_or_create_global_step"]
