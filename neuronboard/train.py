"""`tf.train`: optimizers, learning rates, averages, and the writer."""

from neuronboard.engine import decay as _decay
from neuronboard.engine.averages import (
    ExponentialMovingAverage,
    create_global_step,
    get_global_step,
    get_or_create_global_step,
    global_step,
)
from neuronboard.engine.decay import *
from neuronboard.engine.optimizers import Optimizer
from neuronboard.engine.rules import (
    AdadeltaOptimizer,
    AdagradOptimizer,
    AdamOptimizer,
    FtrlOptimizer,
    GradientDescentOptimizer,
    MomentumOptimizer,
    ProximalAdagradOptimizer,
    ProximalGradientDescentOptimizer,
    RMSPropOptimizer,
)
from neuronboard.writer.summary_writer import FileWriter as SummaryWriter

__all__ = [
    "AdadeltaOptimizer",
    "AdagradOptimizer",
    "AdamOptimizer",
    "ExponentialMovingAverage",
    "FtrlOptimizer",
    "GradientDescentOptimizer",
    "MomentumOptimizer",
    "Optimizer",
    "ProximalAdagradOptimizer",
    "ProximalGradientDescentOptimizer",
    "RMSPropOptimizer",
    "SummaryWriter",
    "create_global_step",
    "get_global_step",
    "get_or_create_global_step",
    "global_step",
]
__all__ += _decay.__all__
