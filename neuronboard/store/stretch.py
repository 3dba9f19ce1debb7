"""A stretch of an event file: the unit of work of the threads that load.

A long file is read in stretches by several threads at once. A stretch that begins somewhere in the
file looks for its first record itself (12 bytes that are a length with its checksum); whether it
found a true one shows when the stretch before it ends: exactly there, or it is read again.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

from neuronboard.formats.batch import NO_TAGS, Batch, Tags
from neuronboard.formats.event_scan import Scanner
from neuronboard.formats.tfrecord import HEADER
from neuronboard.store.logdir import EventFile, identity_of, open_file

STRETCH = 16 << 20  # bytes
WITNESS = 64  # bytes that show whether a file is still the one it was
BUFFER = 256 << 10  # bytes: what fits the processor's cache is read fastest


@dataclass(frozen=True, slots=True)
class Stretch:
    """What to read: the records of a file that begin in `start` to `stop`.

    exact: whether a record is known to begin at `start`. tags: of the file so far. before: the
    bytes that stand right before `start`, if the file is still the one that was read up to there.
    """

    file: EventFile
    start: int
    stop: int
    exact: bool = True
    tags: Tags = NO_TAGS
    before: bytes = b""


@dataclass(slots=True)
class Reading:
    """What a stretch gave. begun, ended: where its first record began and the one after its last.

    needed: size of the unfinished record that begins at `ended`, 0 if that is not known. before:
    the bytes right before `ended`. gone: the file is another one now, or none. replaced: it has
    the old one's place on the disk, but not its bytes. error: why it could not be read, or None.
    """

    stretch: Stretch
    begun: int = 0
    ended: int = 0
    needed: int = 0
    tags: Tags = NO_TAGS
    batches: list[Batch] = field(default_factory=list)
    before: bytes = b""
    gone: bool = False
    replaced: bool = False
    error: OSError | None = None


class _Desk(threading.local):
    """What a thread reads with."""

    def __init__(self) -> None:
        self.scanner = Scanner()
        self.buffer = bytearray(BUFFER)


_desk = _Desk()


def read(stretch: Stretch) -> Reading:
    """Reads a stretch; never raises for what can happen to a file."""
    reading = Reading(stretch, begun=stretch.start, ended=stretch.start, tags=stretch.tags)
    try:
        _read(stretch, reading)
    except FileNotFoundError:
        reading.gone = True
    except OSError as error:
        reading.error = error
    return reading


def _read(stretch: Stretch, reading: Reading) -> None:
    scanner, buffer = _desk.scanner, _desk.buffer
    scanner.begin(stretch.tags)
    at, have = stretch.start, 0  # the file's offset of buffer[0], and how much of it is filled
    needed, end = 0, stretch.stop  # to read up to; the record that ends behind `stop` is still ours
    with open_file(stretch.file.path) as file:
        if identity_of(file) != stretch.file.identity:
            reading.gone = True
            return
        file.seek(at - len(stretch.before))
        if stretch.before and file.read(len(stretch.before)) != stretch.before:
            reading.replaced = True
            return
        before = stretch.before
        while at < stretch.stop:
            room = min(len(buffer), end - at)
            got = file.readinto(memoryview(buffer)[have:room]) if have < room else 0
            have += got
            used, needed = scanner.feed(memoryview(buffer)[:have], at)
            at_end = not got and have < room
            if at_end and needed and not used:  # in a record that is not finished
                used = scanner.step_over(memoryview(buffer)[:have], at)
            if used:
                before = (before + buffer[max(0, used - WITNESS) : used])[-WITNESS:]
                buffer[: have - used] = buffer[used:have]
                at, have = at + used, have - used
            elif have == room:
                end = max(end, at + max(needed, HEADER.size))
                if have == len(buffer):
                    buffer = _grown(buffer, needed)
            elif at_end:
                break
    reading.needed, reading.before = needed if have else 0, before
    reading.batches, reading.tags, reading.ended = scanner.take(), scanner.tags, at
    if not stretch.exact:
        _find_first(reading)


def _grown(buffer: bytearray, needed: int) -> bytearray:
    """A buffer for a long record, of this stretch only; it grows as the file proves to go on."""
    wide = bytearray(min(needed, len(buffer) * 4))
    wide[: len(buffer)] = buffer
    return wide


def _find_first(reading: Reading) -> None:
    """Takes the search for the first record, which looks like damage, out of the batches."""
    start = reading.stretch.start
    for number, batch in enumerate(reading.batches):
        if batch.damage and batch.damage[0].offset == start:
            first, *rest = batch.damage
            reading.begun = first.offset + first.skipped
            while rest and rest[0].offset == reading.begun:
                reading.begun += rest.pop(0).skipped
            reading.batches[number] = batch.without_damage(tuple(rest))
            return
        if len(batch) or batch.blobs:
            return
