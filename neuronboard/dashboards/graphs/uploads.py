"""Graph files that were dropped onto the page: kept in memory, a few of them, until others come."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict

from neuronboard.errors import NotFoundQueryError, QueryError
from neuronboard.formats.graph_file import Found, graphs_in

UPLOAD = "upload:"
MOST_FILES = 8
MOST_BYTES = 256 * 2**20  # of a file, and of all files together


class Uploads:
    """Graphs by name, the one that was not asked for longest dropped first."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, list[Found]] = OrderedDict()
        self._lock = threading.Lock()

    def add(self, data: bytes, name: str) -> list[tuple[str, Found]]:
        """Keeps the graphs of a file; answers each with its name, the newest last.

        Raises `QueryError` for a file that is too large, `DataError` for one without a graph.
        """
        if len(data) > MOST_BYTES:
            raise QueryError(
                f"{name} has {len(data):,} bytes, at most {MOST_BYTES:,} can be opened in the "
                "page; neuronboard graph show takes files of any size"
            )
        found = graphs_in(data, name)
        key = UPLOAD + hashlib.sha256(data).hexdigest()[:16]
        with self._lock:
            self._kept[key] = found
            self._kept.move_to_end(key)
            while len(self._kept) > MOST_FILES or self._bytes() > MOST_BYTES:
                self._kept.popitem(last=False)
        return [(key if at == 0 else f"{key}#{at + 1}", one) for at, one in enumerate(found)]

    def _bytes(self) -> int:
        if len(self._kept) == 1:
            return 0
        return sum(len(one.data) for graphs in self._kept.values() for one in graphs)

    def get(self, name: str) -> Found:
        """The graph of that name. Raises `NotFoundQueryError` if it was never there or dropped."""
        key, _, number = name.partition("#")
        with self._lock:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
        at = int(number) - 1 if number.isdigit() else 0
        if found is None or not 0 <= at < len(found):
            raise NotFoundQueryError(
                f"the opened file {name!r} is not kept any more (the last {MOST_FILES} are); open "
                "it again"
            )
        return found[at]


uploads = Uploads()
