"""`tf.app.flags`: settings of a program on its command line, as TensorFlow 1.x's scripts have them.

    tf.app.flags.DEFINE_float("learning_rate", 0.01, "how far a step goes")
    FLAGS = tf.app.flags.FLAGS

The command line is read when a flag is first asked for; what is no flag is left for `main`.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from typing import Any

from neuronboard.errors import ArgumentValueError

__all__ = [
    "FLAGS",
    "DEFINE_bool",
    "DEFINE_boolean",
    "DEFINE_enum",
    "DEFINE_float",
    "DEFINE_integer",
    "DEFINE_list",
    "DEFINE_string",
    "mark_flag_as_required",
]


class _Flags:
    """The flags by name: `FLAGS.learning_rate`; setting one changes it for the program."""

    def __init__(self) -> None:
        self.__dict__["_values"] = {}
        self.__dict__["_parser"] = argparse.ArgumentParser(
            prog=sys.argv[0] if sys.argv else None, allow_abbrev=False
        )
        self.__dict__["_unread"] = False
        self.__dict__["_rest"] = []

    def _define(self, name: str, default: Any, help: str, **more: Any) -> None:
        if name in self._values:
            self._values[name] = default
            self._parser.set_defaults(**{name: default})
            return
        self._parser.add_argument(f"--{name}", default=default, help=help, dest=name, **more)
        self._values[name] = default
        self.__dict__["_unread"] = True

    def _read(self, argv: list[str] | None = None) -> list[str]:
        """Takes values from the command line; gives what is no flag."""
        given = sys.argv[1:] if argv is None else argv[1:]
        found, rest = self._parser.parse_known_args(given)
        self._values.update(vars(found))
        self.__dict__["_unread"] = False
        self.__dict__["_rest"] = rest
        return list(rest)

    def __call__(self, argv: list[str]) -> list[str]:
        """Reads a command line whose first part is the program; gives the program and the rest."""
        return [argv[0], *self._read(argv)]

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        if self._unread:
            self._read()
        if name not in self._values:
            known = ", ".join(sorted(self._values)) or "none"
            raise AttributeError(f"Unknown command line flag {name!r}; there are: {known}")
        return self._values[name]

    def __setattr__(self, name: str, value: Any) -> None:
        if self._unread:
            self._read()
        self._values[name] = value

    def __contains__(self, name: str) -> bool:
        return name in self._values

    def flag_values_dict(self) -> dict[str, Any]:
        """Name -> value of every flag."""
        if self._unread:
            self._read()
        return dict(self._values)


FLAGS = _Flags()


def _truth(text: str) -> bool:
    known = {"true": True, "t": True, "1": True, "false": False, "f": False, "0": False}
    if text.lower() not in known:
        raise argparse.ArgumentTypeError(f"expected true or false, got {text!r}")
    return known[text.lower()]


def _definition(kind: Callable[[str], Any], what: str) -> Callable[..., None]:
    def define(name: str, default: Any, help: str = "", **_: Any) -> None:
        FLAGS._define(name, default, help, type=kind)

    define.__doc__ = f"A flag --name that takes {what}; default: its value where it is not given."
    return define


DEFINE_string = _definition(str, "a text")
DEFINE_integer = _definition(int, "a whole number")
DEFINE_float = _definition(float, "a number")
DEFINE_list = _definition(lambda text: text.split(","), "texts with commas between them")


def DEFINE_boolean(name: str, default: Any, help: str = "", **_: Any) -> None:  # noqa: N802
    """A flag --name or --noname, or --name=false; default: its value where it is not given."""
    FLAGS._define(name, default, help, type=_truth, nargs="?", const=True)
    FLAGS._parser.add_argument(f"--no{name}", dest=name, action="store_false", default=default)


DEFINE_bool = DEFINE_boolean


def DEFINE_enum(  # noqa: N802 TensorFlow's name
    name: str, default: Any, enum_values: Any, help: str = "", **_: Any
) -> None:
    """A flag --name that takes one of some texts."""
    FLAGS._define(name, default, help, choices=list(enum_values))


def mark_flag_as_required(flag_name: str, flag_values: Any = FLAGS) -> None:
    """ArgumentValueError, a ValueError, where a flag has no value yet."""
    if getattr(flag_values, flag_name) is None:
        raise ArgumentValueError(message=f"Flag --{flag_name} must have a value other than None.")
