"""TensorFlow 1.x: `import neuronboard.compat.v1 as tf`.

The names of `neuronboard`, those that only 0.x had among them; each is looked up when it is asked
for. Where both times have a name and differ in the order of its arguments, it is that of 1.x.
"""

from __future__ import annotations

from importlib import import_module as _import_module
from typing import TYPE_CHECKING, Any

from neuronboard import names as _names
from neuronboard.absent import explain as _explain
from neuronboard.older import NEWER as _NEWER

if TYPE_CHECKING:
    from neuronboard.names import *

__all__ = [name for name in _names.__all__ if name not in ("compat", "open")]
__version__ = _names.VERSION
_LISTED = frozenset(__all__)


def __getattr__(name: str) -> Any:
    """Looks a name up once."""
    if name not in _LISTED:
        if name.startswith("__"):
            raise AttributeError(name)
        raise AttributeError(_explain("tf", name, __all__))
    if name == "nn":
        found: Any = _import_module("neuronboard.compat.nn")
    else:
        found = _NEWER[""].get(name) or getattr(_names, name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
