"""The `neuronboard` command."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence

from neuronboard import __version__
from neuronboard.errors import NeuronBoardError

# What takes its time at the start and is of no use to the server: numpy's BLAS starts threads that
# wait for work in a loop, and pydantic looks through all installed packages for plugins.
UNUSED = {"OPENBLAS_NUM_THREADS": "1", "PYDANTIC_DISABLE_PLUGINS": "__all__"}


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command; returns its exit code: 0, or 1 with one sentence on stderr."""
    for name, value in UNUSED.items():
        os.environ.setdefault(name, value)
    gc.disable()  # a tenth of the start goes into looking through modules that all stay
    from neuronboard.server.serve import serve
    from neuronboard.server.settings import parse

    try:
        settings = parse(sys.argv[1:] if arguments is None else arguments, __version__)
        if settings.everywhere:
            print("Anyone who can reach this machine can read these logs.", flush=True)
        serve(settings, __version__)
    except NeuronBoardError as error:
        print(f"neuronboard: {error}", file=sys.stderr)
        return 1
    finally:
        gc.enable()
    return 0
