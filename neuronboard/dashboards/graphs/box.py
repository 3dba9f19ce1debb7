"""What stands in a picture as one thing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(slots=True, eq=False)
class Box:
    """path; name; kind: "node", "group", "series" or "part"; item: of the tree, -1 for a series and
    a part; boxes: the members of these; count: of a series how many numbers they have, of a part
    how many members."""

    path: str
    name: str
    kind: str
    item: int
    boxes: list[Box] = field(default_factory=list)
    count: int = 0

    def items(self) -> Iterator[int]:
        """The items of the tree that it stands for."""
        if self.kind in ("node", "group"):
            yield self.item
        else:
            for box in self.boxes:
                yield from box.items()

    def leaves(self) -> Iterator[Box]:
        """The nodes and groups that it stands for, itself if it is one."""
        if self.item >= 0:
            yield self
        for box in self.boxes:
            yield from box.leaves()

    def inner(self) -> Iterator[Box]:
        """The series and parts in it, itself first; empty for nodes and groups."""
        if self.item < 0:
            yield self
            for box in self.boxes:
                yield from box.inner()
