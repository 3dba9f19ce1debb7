"""The `neuronboard` command."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.metadata import version

from neuronboard.errors import NeuronBoardError


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command; returns its exit code: 0, or 1 with one sentence on stderr."""
    from neuronboard.server.serve import serve
    from neuronboard.server.settings import parse

    number = version("neuronboard")
    try:
        settings = parse(sys.argv[1:] if arguments is None else arguments, number)
        if settings.bind_all:
            print("Anyone who can reach this machine can read these logs.", flush=True)
        serve(settings, number)
    except NeuronBoardError as error:
        print(f"neuronboard: {error}", file=sys.stderr)
        return 1
    return 0
