"""What a scan finds in a stretch of an event file: scalars as columns, the rest as places.

The columns are grouped by tag and otherwise in the order of the file; they are bytes, so that a
batch costs a handful of objects however many tags it has, and numpy sees them without a copy.

    ids         uint32[k]      tags that have points: those written with double precision first
    starts      uint32[k + 1]  where the points of each begin
    steps       int64[n]
    wall_times  float64[n]     seconds since 1970-01-01 UTC
    values      float64[m] of the first `wide` tags, then float32[n - m]
    blobs       BLOB[b]        everything that is no scalar, in file order
"""

from __future__ import annotations

import struct
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, NamedTuple
from weakref import WeakValueDictionary

import numpy as np
import numpy.typing as npt

# A payload that stays in its file: the record's payload, and which value of its event it is.
BLOB = np.dtype(
    [
        ("step", "<i8"),
        ("wall_time", "<f8"),
        ("offset", "<u8"),
        ("length", "<u4"),
        ("tag", "<u4"),
        ("index", "<u4"),
        ("form", "<u4"),
    ]
)
BLOB_ROW = struct.Struct("<qdQIIII")
NO_TAG = 0xFFFFFFFF

# Forms of blobs: the field of Summary.Value, or 100 and the field of Event, that holds them.
IMAGE, HISTO, AUDIO, TENSOR = 4, 5, 6, 8
GRAPH_DEF, RUN_METADATA, META_GRAPH_DEF = 104, 108, 109

TAG_SIZE = 400  # bytes that Python takes for a tag's name in its several forms

_known_tags: WeakValueDictionary[object, Tags] = WeakValueDictionary()


class Tags:
    """The tags of a file in the order they came, each with its first metadata.

    names: as written, which need not be UTF-8. metadata: a serialised SummaryMetadata, or b"".
    Files with the same tags share one object: 3,000 runs of one program have one table. size: bytes
    of memory that it takes about, without what it shares with the table that it extends.
    """

    names: tuple[bytes, ...]
    metadata: tuple[bytes, ...]
    size: int

    @classmethod
    def of(cls, names: tuple[bytes, ...], metadata: tuple[bytes, ...], shared: int = 0) -> Tags:
        """The table of these names; the same object for the same table. shared: of the names, how
        many another table has."""
        found = _known_tags.get((names, metadata))
        if found is None:
            found = cls()
            found.names, found.metadata = names, metadata
            written = sum(map(len, names[shared:])) + sum(map(len, metadata[shared:]))
            found.size = 16 * len(names) + TAG_SIZE * (len(names) - shared) + 3 * written
            _known_tags[names, metadata] = found
        return found

    def extended(self, names: Sequence[bytes], metadata: Sequence[tuple[int, bytes]]) -> Tags:
        """This table with more names behind, and metadata that some (by number) had not yet."""
        if not names and not metadata:
            return self
        kept = [*self.metadata, *[b""] * len(names)]
        for number, data in metadata:
            kept[number] = kept[number] or data
        return Tags.of((*self.names, *names), tuple(kept), len(self.names))

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """The names as text, bytes that are no UTF-8 as \\xNN; no two are the same."""
        found: dict[str, None] = {}
        for name in self.names:
            text = shown = name.decode("utf-8", "backslashreplace")
            number = 2
            while shown in found:
                shown, number = f"{text} ({number})", number + 1
            found[shown] = None
        return tuple(found)

    @cached_property
    def number_of(self) -> dict[str, int]:
        """Text -> number of the tag."""
        return {text: number for number, text in enumerate(self.texts)}


NO_TAGS = Tags.of((), ())


class Damage(NamedTuple):
    """Bytes of a file that hold no readable record: where they begin, how many, and why."""

    offset: int
    skipped: int
    message: str


class Columns(NamedTuple):
    """Points: steps int64[n], wall_times float64[n], values float32[n] or float64[n]."""

    steps: npt.NDArray[np.int64]
    wall_times: npt.NDArray[np.float64]
    values: npt.NDArray[np.floating[Any]]

    def picked(self, which: Any) -> Columns:
        """The points that a slice, a mask or numbers pick."""
        return Columns(self.steps[which], self.wall_times[which], self.values[which])


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Batch:
    """What a stretch of a file holds; the module's docstring says how.

    restart: step of the SessionLog START that came right before it, or None. first_wall_time: of
    its first event, or None if it has none.
    """

    tags: Tags
    ids: bytes
    starts: bytes
    wide: int
    steps: bytes
    wall_times: bytes
    values: bytes
    blobs: bytes
    damage: tuple[Damage, ...]
    first_wall_time: float | None
    restart: int | None

    @classmethod
    def of_damage(cls, tags: Tags, damage: Damage) -> Batch:
        """A batch without points, that tells of damage."""
        return cls(tags, b"", bytes(4), 0, b"", b"", b"", b"", (damage,), None, None)

    def __len__(self) -> int:
        """How many points."""
        return len(self.steps) // 8

    @property
    def size(self) -> int:
        """Bytes of memory that its columns take."""
        columns = (self.ids, self.starts, self.steps, self.wall_times, self.values, self.blobs)
        return sum(map(len, columns))

    def without_damage(self, but: tuple[Damage, ...] = ()) -> Batch:
        """The same with this damage only."""
        return replace(self, damage=but)

    def place_of(self, number: int) -> int | None:
        """Where the tag of that number stands among those that have points; None if nowhere."""
        ids = memoryview(self.ids).cast("I")
        n = len(ids)
        if self.wide == 0 and number < n and ids[number] == number:
            return number
        for low, high in ((0, self.wide), (self.wide, n)):
            at = bisect_left(ids, number, low, high)
            if at < high and ids[at] == number:
                return at
        return None

    def length_of(self, place: int) -> int:
        """How many points stand at that place."""
        start, stop = struct.unpack_from("=II", self.starts, place * 4)
        return int(stop) - int(start)

    def columns(self, place: int) -> Columns:
        """The points at that place, without a copy."""
        start, stop = struct.unpack_from("=II", self.starts, place * 4)
        n = stop - start
        if place < self.wide:
            values: npt.NDArray[Any] = np.frombuffer(self.values, np.float64, n, start * 8)
        else:
            (doubles,) = struct.unpack_from("=I", self.starts, self.wide * 4)
            values = np.frombuffer(self.values, np.float32, n, doubles * 4 + start * 4)
        return Columns(
            np.frombuffer(self.steps, np.int64, n, start * 8),
            np.frombuffer(self.wall_times, np.float64, n, start * 8),
            values,
        )


def grouped(
    tags: npt.NDArray[np.uint32],
    steps: npt.NDArray[np.int64],
    wall_times: npt.NDArray[np.float64],
    values: npt.NDArray[np.float64],
    wide: Iterable[int],
) -> tuple[bytes, bytes, int, bytes, bytes, bytes]:
    """Points in file order as a batch's columns: ids, starts, wide, steps, wall_times, values.

    tags: the number of each point's tag. wide: the tags that keep float64.
    """
    present = np.unique(tags)
    of_wide = np.isin(present, list(wide))
    ids = np.concatenate([present[of_wide], present[~of_wide]]).astype(np.uint32)
    place = np.zeros(int(present[-1]) + 1 if len(present) else 0, np.uint32)
    place[ids] = np.arange(len(ids))
    places = place[tags]
    order = np.argsort(places, kind="stable")
    starts = np.r_[0, np.cumsum(np.bincount(places, minlength=len(ids)))].astype(np.uint32)
    n_wide = int(of_wide.sum())
    doubles = int(starts[n_wide])
    ordered = values[order]
    with np.errstate(over="ignore"):
        floats = ordered[doubles:].astype(np.float32)
    return (
        ids.tobytes(),
        starts.tobytes(),
        n_wide,
        steps[order].tobytes(),
        wall_times[order].tobytes(),
        ordered[:doubles].tobytes() + floats.tobytes(),
    )


def merged(batches: Sequence[Batch]) -> Batch:
    """One batch that holds what these do, which follow each other in a file.

    The tags of each must begin with those of the one before.
    """
    tags, values = [], []
    wide: set[int] = set()
    for batch in batches:
        ids = np.frombuffer(batch.ids, np.uint32)
        lengths = np.diff(np.frombuffer(batch.starts, np.uint32)).astype(np.intp)
        doubles = int(lengths[: batch.wide].sum())
        wide.update(ids[: batch.wide].tolist())
        tags.append(np.repeat(ids, lengths))
        values.append(np.frombuffer(batch.values, np.float64, doubles))
        values.append(np.frombuffer(batch.values, np.float32, -1, doubles * 8).astype(np.float64))
    columns = grouped(
        np.concatenate(tags),
        np.frombuffer(b"".join(batch.steps for batch in batches), np.int64),
        np.frombuffer(b"".join(batch.wall_times for batch in batches), np.float64),
        np.concatenate(values),
        wide,
    )
    return Batch(
        batches[-1].tags,
        *columns,
        b"".join(batch.blobs for batch in batches),
        tuple(damage for batch in batches for damage in batch.damage),
        next((b.first_wall_time for b in batches if b.first_wall_time is not None), None),
        batches[0].restart,
    )
