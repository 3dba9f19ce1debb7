"""`tf.nn.rnn_cell`: the cells of recurrent networks."""

from neuronboard.engine import rnn_cells as _cells
from neuronboard.engine.rnn_cells import *

__all__ = list(_cells.__all__)
