"""The scan of event files: by the extension where it was built, else by the reference.

One truth with two speeds: `event_scan_pure` says by protobuf's decoder what a file means,
`scanner/scan.h` finds the same some fifty times faster, and hands over what it is not sure of.
"""

from __future__ import annotations

from typing import Protocol

from neuronboard.formats.batch import NO_TAGS, Batch, Damage, Tags
from neuronboard.formats.event_scan_pure import NEED, ODD, RESTART, PureCore, Taken
from neuronboard.formats.tfrecord import BAD_HEADER, BAD_LENGTH, BAD_PAYLOAD, HEADER, OVERHEAD

try:
    from neuronboard.formats import _event_scan
except ImportError:  # no compiler when it was installed, or a Python without the stable ABI
    _event_scan = None  # type: ignore[assignment]

HAS_EXTENSION = _event_scan is not None
BATCH_POINTS = 1 << 18  # a batch's columns are some 5 MB: few objects, and soon visible

_REASONS = (BAD_HEADER, BAD_PAYLOAD, BAD_LENGTH)  # in the order of scan.h
LOOKED_THROUGH = 16 << 20  # bytes behind a header whose length may be wrong


class Core(Protocol):
    """What reads records: `PureCore`, or the extension's."""

    def begin(self, names: tuple[bytes, ...], metadata: tuple[bytes, ...], /) -> None: ...
    def feed(self, data: memoryview, offset: int, /) -> tuple[int, int, int]: ...
    def take(self, known: int, /) -> Taken: ...


class Scanner:
    """Reads one file after the other, each from its beginning or from where a scan of it ended.

    Not for two threads at once; each thread has its own.
    """

    def __init__(self, *, pure: bool = not HAS_EXTENSION, full: int = BATCH_POINTS) -> None:
        self._pure = PureCore(full)
        self._core: Core = self._pure if pure else _event_scan.Core(full)
        self.begin(NO_TAGS)

    def begin(self, tags: Tags) -> None:
        """Begins with a file, or goes on with one whose tags so far were `tags`."""
        self._tags = tags
        self._restart: int | None = None
        self._batches: list[Batch] = []
        self._core.begin(tags.names, tags.metadata)

    def feed(self, data: memoryview, offset: int) -> tuple[int, int]:
        """Reads the whole records of `data`, whose first byte is at `offset` of the file.

        Returns the bytes used up (the rest is to be given again, with what follows), and the size
        of the unfinished record there, or 0 if that is not known yet.
        """
        at = 0
        while True:
            used, why, extra = self._core.feed(data[at:], offset + at)
            at += used
            if why == NEED:
                return at, extra
            self._cut(self._core)
            if why == RESTART:
                self._restart = extra
            elif why == ODD:
                at += self._refer(data[at:], offset + at)

    def step_over(self, data: memoryview, offset: int) -> int:
        """Bytes of an unfinished record at the beginning of `data` that are none of it, or 0.

        A header whose checksum holds can give a length that the file will never have. It is so
        where whole events stand behind the header: they are not the payload of an event. What lies
        before the first of them is damage.
        """
        trial = Scanner(pure=self._core is self._pure)
        trial.feed(data[HEADER.size :][:LOOKED_THROUGH], offset + HEADER.size)
        begun = offset + HEADER.size
        for batch in trial.take():
            for damage in batch.damage:
                if damage.offset == begun:
                    begun += damage.skipped
            if batch.first_wall_time is not None:
                self._cut(self._core)
                length, _ = HEADER.unpack_from(data)
                message = f"record length of {length:,} bytes, but whole records stand behind it"
                damage = Damage(offset, begun - offset, message)
                self._batches.append(Batch.of_damage(self._tags, damage))
                return begun - offset
        return 0

    def _refer(self, data: memoryview, offset: int) -> int:
        """Gives the first record of `data` to the reference; returns the record's size."""
        length, _ = HEADER.unpack_from(data)
        size = int(length) + OVERHEAD
        self._pure.begin(self._tags.names, self._tags.metadata)
        _, why, extra = self._pure.feed(data[:size], offset)
        self._cut(self._pure)
        if why == RESTART:
            self._restart = extra
        self._core.begin(self._tags.names, self._tags.metadata)
        return size

    def _cut(self, core: Core) -> None:
        """Makes a batch of what was found so far."""
        names, metadata, columns, blobs, damage, first_wall_time = core.take(len(self._tags.names))
        self._tags = self._tags.extended(names, metadata)
        found = columns[3] or blobs or damage or names or metadata or first_wall_time is not None
        if not found and self._restart is None:
            return
        batch = Batch(
            self._tags,
            *columns,
            blobs,
            tuple(Damage(at, skipped, _reason(why)) for at, skipped, why in damage),
            first_wall_time,
            self._restart,
        )
        self._restart = None
        self._batches.append(batch)

    def take(self) -> list[Batch]:
        """What was found since the last take, in the order of the file."""
        self._cut(self._core)
        taken, self._batches = self._batches, []
        return taken

    @property
    def tags(self) -> Tags:
        """The tags of the file so far."""
        return self._tags


def _reason(why: int | str) -> str:
    return _REASONS[why] if isinstance(why, int) else why
