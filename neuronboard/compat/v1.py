"""TensorFlow 1.x: `import neuronboard.compat.v1 as tf`.

The names of `neuronboard`, those that only 0.x had among them; each is looked up when it is asked
for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from neuronboard import names as _names
from neuronboard.absent import explain as _explain

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
    found = globals()[name] = getattr(_names, name)
    return found


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
