"""`tf.app`: flags, and `run`, which begins a program."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from neuronboard import flags

__all__ = ["flags", "run"]


def run(main: Callable[[list[str]], Any] | None = None, argv: list[str] | None = None) -> None:
    """Reads the flags and calls `main` with the program and what is no flag; then exits.

    main: `main` of the program where None.
    """
    given = flags.FLAGS(sys.argv if argv is None else argv)
    begin = sys.modules["__main__"].main if main is None else main
    sys.exit(begin(given))
