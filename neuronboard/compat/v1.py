"""TensorFlow 1.x: `import neuronboard.compat.v1 as tf`.

The names of `neuronboard`, those that only 0.x had among them.
"""

from neuronboard import names as _names
from neuronboard.names import *

__all__ = [name for name in _names.__all__ if name not in ("compat", "open")]
