"""How commands read the log directory that they are given."""

from __future__ import annotations

import sys

from neuronboard.store import LogdirSpec, Store


def loaded(spec: LogdirSpec) -> Store:
    """The store of what is there now, read once; what is damaged is told on stderr.

    Raises MissingLogdirError for what is no folder.
    """
    spec.check()
    store = Store(spec)
    store.refresh()
    for problem in store.catalog.problems:
        print(f"neuronboard: {problem.message}: {problem.path}", file=sys.stderr)
    return store
