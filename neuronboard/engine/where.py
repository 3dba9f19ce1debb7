"""Where in the user's own code something was made: the second half of every good message."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from neuronboard.engine.graph import Operation

# Frames of NeuronBoard, and of `with` blocks between its frames.
_OWN = (os.path.dirname(os.path.dirname(__file__)) + os.sep, contextlib.__file__)


def user_line() -> str:
    """ "file:line" of the innermost frame outside NeuronBoard."""
    frame = sys._getframe(1)
    while frame.f_back is not None and frame.f_code.co_filename.startswith(_OWN):
        frame = frame.f_back
    return f"{frame.f_code.co_filename}:{frame.f_lineno}"


def origins(ops: Iterable[Operation]) -> str:
    """A sentence part that says where operations were made: "'w' was made at neuron.py:3"."""
    return ", ".join(f"{op.name!r} was made at {op.where}" for op in dict.fromkeys(ops))
