"""`tf.math`: functions of numbers, under the names of TensorFlow 1.5 and later."""

from importlib import import_module as _import_module
from typing import TYPE_CHECKING, Any

from neuronboard.engine import ops as _ops
from neuronboard.engine.ops.activations import log_sigmoid, sigmoid, softplus, softsign
from neuronboard.engine.ops.arithmetic import *
from neuronboard.engine.ops.arithmetic import div_no_nan as divide_no_nan
from neuronboard.engine.ops.compare import *
from neuronboard.engine.ops.counting import bincount, confusion_matrix
from neuronboard.engine.ops.functions import *
from neuronboard.engine.ops.matrix import *
from neuronboard.engine.ops.normalize import l2_normalize, zero_fraction
from neuronboard.engine.ops.numbers import angle, complex, conj, imag, real
from neuronboard.engine.ops.order import in_top_k, top_k
from neuronboard.engine.ops.reduce import *
from neuronboard.engine.ops.scan import *
from neuronboard.engine.ops.segment import *
from neuronboard.engine.ops.softmax import log_softmax, softmax
from neuronboard.engine.ops.special import *

if TYPE_CHECKING:
    from neuronboard.engine.ops.gamma import *
    from neuronboard.engine.ops.guarded import *

__all__ = [
    "angle",
    "bincount",
    "complex",
    "confusion_matrix",
    "conj",
    "divide_no_nan",
    "imag",
    "in_top_k",
    "l2_normalize",
    "log_sigmoid",
    "log_softmax",
    "real",
    "sigmoid",
    "softmax",
    "softplus",
    "softsign",
    "top_k",
    "zero_fraction",
]
__all__ += _ops.arithmetic.__all__
__all__ += _ops.functions.__all__
__all__ += _ops.matrix.__all__
__all__ += _ops.reduce.__all__
__all__ += _ops.scan.__all__
__all__ += _ops.segment.__all__
__all__ += _ops.special.__all__
__all__ += [name for name in _ops.compare.__all__ if not name.startswith(("clip", "where"))]
ceiling = ceil
__all__ += ["ceiling"]

# What few programs use is loaded when it is asked for. Name -> its room.
_LATER = dict.fromkeys(("erfinv", "igamma", "igammac", "ndtri"), "gamma")
_LATER |= dict.fromkeys(("xdivy", "xlog1py", "xlogy"), "guarded")
__all__ += _LATER


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(f"module 'neuronboard.math' has no attribute {name!r}")
    return getattr(_import_module(f"neuronboard.engine.ops.{_LATER[name]}"), name)
