"""`tf.contrib`: the few of its rooms that courses for TensorFlow 1.x use."""

from neuronboard import rnn
from neuronboard.contrib import framework, layers

__all__ = ["framework", "layers", "rnn"]
