"""The `neuronboard` command: the server, or with a word in front another of its commands."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence
from importlib import import_module

from neuronboard import __version__
from neuronboard.errors import NeuronBoardError

# What takes its time at the start and is of no use to the server: numpy's BLAS starts threads that
# wait for work in a loop, and pydantic looks through all installed packages for plugins.
UNUSED = {"OPENBLAS_NUM_THREADS": "1", "PYDANTIC_DISABLE_PLUGINS": "__all__"}

# Each is a module with `parser()` and `run(arguments) -> exit code`. A log directory of such a name
# is "./show".
COMMANDS = {
    "show": "neuronboard.commands.show",
    "graph": "neuronboard.commands.graph",
    "report": "neuronboard.commands.report",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command; returns its exit code: 0, or 1 with one sentence on stderr."""
    for name, value in UNUSED.items():
        os.environ.setdefault(name, value)
    gc.disable()  # a tenth of the start goes into looking through modules that all stay
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        if given and given[0] in COMMANDS:
            run = import_module(COMMANDS[given[0]]).run
            code = int(run(given[1:]))
            sys.stdout.flush()
            return code
        _serve(given)
    except NeuronBoardError as error:
        print(f"neuronboard: {error}", file=sys.stderr)
        return 1
    except BrokenPipeError:  # whoever read, as `head` does, has enough
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())  # what is left is flushed at exit
        return 1
    finally:
        gc.enable()
    return 0


def _serve(arguments: Sequence[str]) -> None:
    from neuronboard.server.serve import serve
    from neuronboard.server.settings import parse

    settings = parse(arguments, __version__, tuple(COMMANDS))
    if settings.everywhere:
        print("Anyone who can reach this machine can read these logs.", flush=True)
    serve(settings, __version__)
