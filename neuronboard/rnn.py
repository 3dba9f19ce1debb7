"""`tf.contrib.rnn`, as code for TensorFlow 1.x calls the cells and the unrolled networks."""

from neuronboard.engine import rnn_cells as _cells
from neuronboard.engine.rnn import static_bidirectional_rnn, static_rnn
from neuronboard.engine.rnn_cells import *

__all__ = ["static_bidirectional_rnn", "static_rnn"]
__all__ += _cells.__all__
