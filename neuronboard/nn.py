"""`tf.nn`: what neural networks are made of."""

from importlib import import_module as _import_module
from typing import TYPE_CHECKING, Any

from neuronboard import older as _older
from neuronboard.engine import ops as _ops
from neuronboard.engine.embedding import embedding_lookup, embedding_lookup_sparse
from neuronboard.engine.ops.activations import *
from neuronboard.engine.ops.candidates import *
from neuronboard.engine.ops.conv import *
from neuronboard.engine.ops.depthwise import *
from neuronboard.engine.ops.functions import tanh
from neuronboard.engine.ops.normalize import *
from neuronboard.engine.ops.order import in_top_k, top_k
from neuronboard.engine.ops.pool import *
from neuronboard.engine.ops.random import dropout
from neuronboard.engine.ops.softmax import *
from neuronboard.engine.ops.space import depth_to_space, space_to_batch, space_to_depth

if TYPE_CHECKING:
    from neuronboard import rnn_cell
    from neuronboard.engine.ops.volumes import *
    from neuronboard.engine.rnn import *

__all__ = [
    "depth_to_space",
    "dropout",
    "embedding_lookup",
    "embedding_lookup_sparse",
    "in_top_k",
    "space_to_batch",
    "space_to_depth",
    "tanh",
    "top_k",
]
__all__ += _ops.activations.__all__
__all__ += _ops.candidates.__all__
__all__ += _ops.conv.__all__
__all__ += _ops.depthwise.__all__
__all__ += _ops.normalize.__all__
__all__ += _ops.pool.__all__
__all__ += _ops.softmax.__all__

nce_loss = _older.nce_loss
sampled_softmax_loss = _older.sampled_softmax_loss
sigmoid_cross_entropy_with_logits = _older.sigmoid_cross_entropy_with_logits
softmax_cross_entropy_with_logits = _older.softmax_cross_entropy_with_logits
sparse_softmax_cross_entropy_with_logits = _older.sparse_softmax_cross_entropy_with_logits

# Recurrent networks are loaded when one is asked for. Name -> what it is in `engine/rnn.py`.
_RECURRENT = {
    "bidirectional_dynamic_rnn": "bidirectional_dynamic_rnn",
    "bidirectional_rnn": "static_bidirectional_rnn",  # of TensorFlow 0.x
    "dynamic_rnn": "dynamic_rnn",
    "raw_rnn": "raw_rnn",
    "rnn": "static_rnn",  # of TensorFlow 0.x
    "static_bidirectional_rnn": "static_bidirectional_rnn",
    "static_rnn": "static_rnn",
}
# So are volumes.
_VOLUMES = ("avg_pool3d", "conv3d", "conv3d_transpose", "max_pool3d")
__all__ += [*_RECURRENT, *_VOLUMES, "rnn_cell"]


def __getattr__(name: str) -> Any:
    if name == "rnn_cell":
        return _import_module("neuronboard.rnn_cell")
    if name in _VOLUMES:
        return getattr(_import_module("neuronboard.engine.ops.volumes"), name)
    if name not in _RECURRENT:
        raise AttributeError(f"module 'neuronboard.nn' has no attribute {name!r}")
    return getattr(_import_module("neuronboard.engine.rnn"), _RECURRENT[name])
