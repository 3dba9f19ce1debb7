"""`tf.layers`: layers as functions and as classes, with TensorFlow 1.x's names of variables.

`tf.layers.dense(x, 10, tf.nn.relu, name="hidden")` makes the variables hidden/kernel and
hidden/bias.
"""

from neuronboard.engine.layers.base import Layer
from neuronboard.engine.layers.convolution import (
    Conv1D,
    Conv2D,
    Conv2DTranspose,
    SeparableConv2D,
    conv1d,
    conv2d,
    conv2d_transpose,
    separable_conv2d,
)
from neuronboard.engine.layers.core import Dense, Dropout, Flatten, dense, dropout, flatten
from neuronboard.engine.layers.normalization import BatchNormalization, batch_normalization
from neuronboard.engine.layers.pooling import (
    AveragePooling1D,
    AveragePooling2D,
    MaxPooling1D,
    MaxPooling2D,
    average_pooling1d,
    average_pooling2d,
    max_pooling1d,
    max_pooling2d,
)

__all__ = [
    "AveragePooling1D",
    "AveragePooling2D",
    "BatchNormalization",
    "Conv1D",
    "Conv2D",
    "Conv2DTranspose",
    "Dense",
    "Dropout",
    "Flatten",
    "Layer",
    "MaxPooling1D",
    "MaxPooling2D",
    "SeparableConv2D",
    "average_pooling1d",
    "average_pooling2d",
    "batch_normalization",
    "conv1d",
    "conv2d",
    "conv2d_transpose",
    "dense",
    "dropout",
    "flatten",
    "max_pooling1d",
    "max_pooling2d",
    "separable_conv2d",
]
