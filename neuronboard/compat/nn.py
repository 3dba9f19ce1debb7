"""`tf.nn` of TensorFlow 1.x: that of the package, with the orders of arguments of 1.x alone."""

from __future__ import annotations

from typing import Any

from neuronboard import nn as _nn
from neuronboard.older import NEWER as _NEWER

__all__ = list(_nn.__all__)


def __getattr__(name: str) -> Any:
    """Looks a name up once."""
    if name.startswith("__"):
        raise AttributeError(name)
    newer = _NEWER["nn"].get(name)
    found = globals()[name] = getattr(_nn, name) if newer is None else newer
    return found


def __dir__() -> list[str]:
    return list(__all__)
