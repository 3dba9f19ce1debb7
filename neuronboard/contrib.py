"""`tf.contrib`: what of it code for TensorFlow 1.x uses most."""

from neuronboard import rnn

__all__ = ["rnn"]
