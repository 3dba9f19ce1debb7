"""`tf.nn`: what neural networks are made of."""

from neuronboard import rnn_cell
from neuronboard.engine import ops as _ops
from neuronboard.engine import rnn as _rnn
from neuronboard.engine.embedding import embedding_lookup
from neuronboard.engine.ops.activations import *
from neuronboard.engine.ops.conv import *
from neuronboard.engine.ops.depthwise import *
from neuronboard.engine.ops.functions import tanh
from neuronboard.engine.ops.normalize import *
from neuronboard.engine.ops.order import in_top_k, top_k
from neuronboard.engine.ops.pool import *
from neuronboard.engine.ops.random import dropout
from neuronboard.engine.ops.softmax import *
from neuronboard.engine.ops.space import depth_to_space, space_to_batch, space_to_depth
from neuronboard.engine.rnn import *

# ---- TF 0.x names
rnn = static_rnn
bidirectional_rnn = static_bidirectional_rnn

__all__ = [
    "bidirectional_rnn",
    "depth_to_space",
    "dropout",
    "embedding_lookup",
    "in_top_k",
    "rnn",
    "rnn_cell",
    "space_to_batch",
    "space_to_depth",
    "tanh",
    "top_k",
]
__all__ += _ops.activations.__all__
__all__ += _ops.conv.__all__
__all__ += _ops.depthwise.__all__
__all__ += _ops.normalize.__all__
__all__ += _ops.pool.__all__
__all__ += _ops.softmax.__all__
__all__ += _rnn.__all__
