"""`tf.image`: sizes, cuts, turns and colours of pictures."""

from neuronboard.engine.ops import colours as _colours
from neuronboard.engine.ops import image as _image
from neuronboard.engine.ops.colours import *
from neuronboard.engine.ops.image import *
from neuronboard.engine.ops.random import random_crop

__all__ = ["random_crop"]
__all__ += _colours.__all__
__all__ += _image.__all__
