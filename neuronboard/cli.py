"""The `neuronboard` command."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence

from neuronboard import __version__
from neuronboard.errors import NeuronBoardError


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command; returns its exit code: 0, or 1 with one sentence on stderr."""
    # numpy's BLAS, which nothing here uses, would start threads that wait for work in a loop.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
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
