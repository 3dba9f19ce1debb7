"""What was computed last of whole curves, so that a zoom does not compute it again."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from threading import Lock

from neuronboard.store.curve import Curve, Slice

KEPT_POINTS = 20_000_000  # 160 MB of float64


class Recent:
    """The slices that stand for some curves, by curve and by how they were computed; of all
    together as many points as KEPT_POINTS, or those of one curve."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._kept: OrderedDict[tuple[int, Hashable], tuple[Curve, tuple[Slice, ...]]] = (
            OrderedDict()
        )
        self._points = 0

    def get(self, curve: Curve, how: Hashable) -> tuple[Slice, ...] | None:
        """What was put, if it is still kept."""
        with self._lock:
            found = self._kept.get((id(curve), how))
            if found is not None:
                self._kept.move_to_end((id(curve), how))
        return found[1] if found else None

    def put(self, curve: Curve, how: Hashable, slices: tuple[Slice, ...]) -> None:
        """Keeps the slices, and drops the oldest of those that are too many."""
        with self._lock:
            if (id(curve), how) not in self._kept:
                self._points += len(curve)
            self._kept[id(curve), how] = (curve, slices)
            while self._points > KEPT_POINTS and len(self._kept) > 1:
                _, (oldest, _) = self._kept.popitem(last=False)
                self._points -= len(oldest)
