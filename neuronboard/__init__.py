"""NeuronBoard: a training dashboard and a small graph-and-session engine.

`import neuronboard as tf` gives the names of TensorFlow 0.x and of 1.x, and takes the orders of
arguments of both; `neuronboard.compat.v1` follows 1.x throughout. `neuronboard.SummaryWriter`
writes event files from any training code, `neuronboard.open` reads them. `neuronboard/names.py` has
all names.
"""

from importlib import import_module as _import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from neuronboard.names import *  # noqa: F403
    from neuronboard.names import __all__ as __all__

__version__ = "0.1.0"


def __getattr__(name: str) -> object:
    """Loads the public names when the first of them is looked up: the server needs no engine."""
    if name == "errors":  # which every room imports, the engine while it is being loaded
        return _import_module("neuronboard.errors")
    names = _import_module("neuronboard.names")
    if name not in globals():  # rooms stand there already, once something imported them
        try:
            globals()[name] = getattr(names, name)
        except AttributeError:
            if name.startswith("__"):
                raise AttributeError(name) from None
            from neuronboard.absent import explain

            raise AttributeError(explain("tf", name, names.__all__)) from None
    return globals()[name]


def __dir__() -> list[str]:
    names: list[str] = _import_module("neuronboard.names").__all__
    return [*names, "__version__"]
