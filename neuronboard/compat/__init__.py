"""`compat.v1`: the names and argument orders of TensorFlow 1.x."""

from importlib import import_module as _import_module
from types import ModuleType


def __getattr__(name: str) -> ModuleType:
    """Loads `v1` when it is first named, since scripts say `tf.compat.v1.placeholder` at once."""
    if name == "v1":
        return _import_module("neuronboard.compat.v1")
    raise AttributeError(f"tf.compat has v1 and no {name!r}")
