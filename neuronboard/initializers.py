"""`tf.initializers`: what new variables begin with."""

from neuronboard.engine.initializers import Constant as constant
from neuronboard.engine.initializers import GlorotNormal as glorot_normal
from neuronboard.engine.initializers import GlorotUniform as glorot_uniform
from neuronboard.engine.initializers import HeNormal as he_normal
from neuronboard.engine.initializers import HeUniform as he_uniform
from neuronboard.engine.initializers import Identity as identity
from neuronboard.engine.initializers import LecunNormal as lecun_normal
from neuronboard.engine.initializers import LecunUniform as lecun_uniform
from neuronboard.engine.initializers import Ones as ones
from neuronboard.engine.initializers import Orthogonal as orthogonal
from neuronboard.engine.initializers import RandomNormal as random_normal
from neuronboard.engine.initializers import RandomUniform as random_uniform
from neuronboard.engine.initializers import TruncatedNormal as truncated_normal
from neuronboard.engine.initializers import UniformUnitScaling as uniform_unit_scaling
from neuronboard.engine.initializers import VarianceScaling as variance_scaling
from neuronboard.engine.initializers import Zeros as zeros
from neuronboard.engine.variables import global_variables_initializer as global_variables
from neuronboard.engine.variables import local_variables_initializer as local_variables
from neuronboard.engine.variables import tables_initializer
from neuronboard.engine.variables import variables_initializer as variables

__all__ = [
    "constant",
    "global_variables",
    "glorot_normal",
    "glorot_uniform",
    "he_normal",
    "he_uniform",
    "identity",
    "lecun_normal",
    "lecun_uniform",
    "local_variables",
    "ones",
    "orthogonal",
    "random_normal",
    "random_uniform",
    "tables_initializer",
    "truncated_normal",
    "uniform_unit_scaling",
    "variables",
    "variance_scaling",
    "zeros",
]
