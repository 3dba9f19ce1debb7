"""Where in the user's own code something was made: the second half of every good message."""

from __future__ import annotations

import contextlib
import os
import sys
import warnings
from collections.abc import Iterable
from types import CodeType, FrameType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from traceback import StackSummary

    from neuronboard.engine.graph import Operation

# Frames of NeuronBoard, and of `with` blocks between its frames.
_OWN = (os.path.dirname(os.path.dirname(__file__)) + os.sep, contextlib.__file__)


def user_line() -> str:
    """ "file:line" of the innermost frame outside NeuronBoard."""
    frame = sys._getframe(1)
    while frame.f_back is not None and frame.f_code.co_filename.startswith(_OWN):
        frame = frame.f_back
    return f"{frame.f_code.co_filename}:{frame.f_lineno}"


def warn(message: str) -> None:
    """A UserWarning at the user's line."""
    frame, depth = sys._getframe(1), 2
    while frame.f_back is not None and frame.f_code.co_filename.startswith(_OWN):
        frame, depth = frame.f_back, depth + 1
    warnings.warn(message, stacklevel=depth)


Calls = tuple[tuple[CodeType, int], ...]


def user_calls() -> Calls:
    """The frames outside NeuronBoard that led here, innermost first: (code, line) of each."""
    frame: FrameType | None = sys._getframe(1)
    found = []
    while frame is not None:
        code = frame.f_code
        if frame.f_back is None or not code.co_filename.startswith(_OWN):
            found.append((code, frame.f_lineno))
        frame = frame.f_back
    return tuple(found)


def stack_summary(calls: Calls) -> StackSummary:
    """Such frames as Python's `traceback` has them: the outermost call first."""
    from traceback import StackSummary

    return StackSummary.from_list(
        [(code.co_filename, line, code.co_name, None) for code, line in reversed(calls)]
    )


def origins(ops: Iterable[Operation]) -> str:
    """A sentence part that says where operations were made: "'w' was made at neuron.py:3"."""
    return ", ".join(f"{op.name!r} was made at {op.where}" for op in dict.fromkeys(ops))
