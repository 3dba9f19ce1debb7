"""`tf.sparse`: the places and values of what is not zero."""

from neuronboard.engine.sparse import SparseTensor
from neuronboard.engine.sparse import sparse_add as add
from neuronboard.engine.sparse import sparse_placeholder as placeholder
from neuronboard.engine.sparse import sparse_reduce_sum as reduce_sum
from neuronboard.engine.sparse import sparse_reorder as reorder
from neuronboard.engine.sparse import sparse_reshape as reshape
from neuronboard.engine.sparse import sparse_retain as retain
from neuronboard.engine.sparse import sparse_softmax as softmax
from neuronboard.engine.sparse import sparse_tensor_dense_matmul as matmul
from neuronboard.engine.sparse import sparse_tensor_dense_matmul as sparse_dense_matmul
from neuronboard.engine.sparse import sparse_tensor_to_dense as to_dense
from neuronboard.engine.sparse import sparse_to_indicator as to_indicator
from neuronboard.engine.sparse import sparse_transpose as transpose

__all__ = [
    "SparseTensor",
    "add",
    "matmul",
    "placeholder",
    "reduce_sum",
    "reorder",
    "reshape",
    "retain",
    "softmax",
    "sparse_dense_matmul",
    "to_dense",
    "to_indicator",
    "transpose",
]
