"""Inputs that the fuzzer begins with: files with something of everything, fed in several ways.

From real event files alone libFuzzer does not find its way into tensors of every type, nor into
restarts, within minutes.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from pathlib import Path

from formats.inputs import NUMBERS, mixed, raw_value
from formats.scans import alike_events, delimited, tensor

# First byte of an input: bit 0 sets its checksums right, bit 1 chooses long batches, the rest is
# the size of the pieces.
WAYS = (0x01, 0x03, 0x20, 0x7B, 0xFF)
SHAPES = (b"", None, delimited(2, b"\x08\x01"), delimited(2, b"\x08\x02"))


def inputs() -> Iterator[bytes]:
    """Every number in every shape, and files of events that are alike, each fed in every way."""
    rnd = random.Random(0)
    files = [mixed()]
    files += [alike_events(rnd, 12) for _ in range(24)]
    for shape in SHAPES:
        values = [tensor(dtype, elements, shape=shape) for dtype, elements, _, _ in NUMBERS]
        files += [raw_value(value) + raw_value(value) for value in values]
        files.append(b"".join(map(raw_value, values)))
    for data in files:
        for way in WAYS:
            yield bytes([way]) + data


def main(folder: Path) -> None:
    """Writes them as files."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, data in enumerate(inputs()):
        (folder / f"{number:04d}").write_bytes(data)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
