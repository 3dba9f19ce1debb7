"""`tf.train`: optimizers and the writer."""

from neuronboard.engine.optimizers import GradientDescentOptimizer, Optimizer
from neuronboard.writer.summary_writer import FileWriter as SummaryWriter

__all__ = ["GradientDescentOptimizer", "Optimizer", "SummaryWriter"]
