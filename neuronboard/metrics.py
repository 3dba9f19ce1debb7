"""`tf.metrics`: measures of a model over many batches."""

from neuronboard.engine import metrics as _metrics
from neuronboard.engine.metrics import *

__all__ = _metrics.__all__
