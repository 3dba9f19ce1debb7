"""`tf.random`: random numbers, under the names of TensorFlow 1.5 and later."""

from neuronboard.engine.ops.random import (
    get_seed,
    multinomial,
    set_random_seed,
    truncated_normal,
)
from neuronboard.engine.ops.random import random_crop as crop
from neuronboard.engine.ops.random import random_gamma as gamma
from neuronboard.engine.ops.random import random_normal as normal
from neuronboard.engine.ops.random import random_poisson as poisson
from neuronboard.engine.ops.random import random_shuffle as shuffle
from neuronboard.engine.ops.random import random_uniform as uniform

categorical = multinomial

__all__ = [
    "categorical",
    "crop",
    "gamma",
    "get_seed",
    "multinomial",
    "normal",
    "poisson",
    "set_random_seed",
    "shuffle",
    "truncated_normal",
    "uniform",
]
