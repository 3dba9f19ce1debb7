"""`tf.logging`: what programs say while they run, by Python's `logging`, under "tensorflow".

It begins silent below WARN, and writes to standard error with the level before each message.
"""

from __future__ import annotations

import logging as _logging
import sys
from typing import Any

DEBUG, INFO, WARN, ERROR, FATAL = 10, 20, 30, 40, 50


class _Stderr(_logging.Handler):
    """Writes to the standard error of the moment, which a notebook or a test may have changed."""

    def emit(self, record: _logging.LogRecord) -> None:
        print(self.format(record), file=sys.stderr)


_logger = _logging.getLogger("tensorflow")
if not _logger.handlers:
    _handler = _Stderr()
    _handler.setFormatter(_logging.Formatter("%(levelname)s:%(name)s:%(message)s"))
    _logger.addHandler(_handler)
    _logger.propagate = False
    _logger.setLevel(WARN)


def set_verbosity(v: int) -> None:
    """Says nothing that is less urgent than `v`: DEBUG, INFO, WARN, ERROR or FATAL."""
    _logger.setLevel(v)


def get_verbosity() -> int:
    """The least level that is said."""
    return _logger.getEffectiveLevel()


def log(level: int, msg: str, *args: Any) -> None:
    """Says `msg % args` at a level."""
    _logger.log(level, msg, *args)


def debug(msg: str, *args: Any) -> None:
    """Says what only who looks for a mistake wants to know."""
    _logger.debug(msg, *args)


def info(msg: str, *args: Any) -> None:
    """Says how things go."""
    _logger.info(msg, *args)


def warning(msg: str, *args: Any) -> None:
    """Says what may be wrong."""
    _logger.warning(msg, *args)


warn = warning


def error(msg: str, *args: Any) -> None:
    """Says what is wrong."""
    _logger.error(msg, *args)


def fatal(msg: str, *args: Any) -> None:
    """Says what makes all else pointless; the program goes on."""
    _logger.critical(msg, *args)


_counts: dict[str, int] = {}


def log_every_n(level: int, msg: str, n: int, *args: Any) -> None:
    """Says `msg % args` at the first of each `n` calls with this message."""
    _counts[msg] = _counts.get(msg, -1) + 1
    if _counts[msg] % n == 0:
        log(level, msg, *args)


def log_first_n(level: int, msg: str, n: int, *args: Any) -> None:
    """Says `msg % args` at the first `n` calls with this message."""
    _counts[msg] = _counts.get(msg, -1) + 1
    if _counts[msg] < n:
        log(level, msg, *args)


def log_if(level: int, msg: str, condition: Any, *args: Any) -> None:
    """Says `msg % args` where a condition holds."""
    if condition:
        log(level, msg, *args)


def flush() -> None:
    """Writes what waits to be written."""
    sys.stderr.flush()


__all__ = [
    *("DEBUG", "ERROR", "FATAL", "INFO", "WARN", "debug", "error", "fatal", "flush"),
    *("get_verbosity", "info", "log", "log_every_n", "log_first_n", "log_if", "set_verbosity"),
    *("warn", "warning"),
]
