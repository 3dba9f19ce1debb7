"""Tables of sorted keys: TensorFlow's own bytes, and damage."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from neuronboard.errors import DataError
from neuronboard.formats.crc32c import masked_crc32c
from neuronboard.formats.sstable import read_table, read_varint, varint, write_table

FOLDER = Path(__file__).resolve().parent.parent / "golden" / "checkpoints"


@pytest.mark.parametrize("name", ["model-5.index", "many.index"])
def test_a_table_of_tensorflow_is_read_and_written_with_the_same_bytes(name: str) -> None:
    """300 keys share their beginnings, and begin anew at every sixteenth."""
    data = (FOLDER / name).read_bytes()
    found = read_table(data)
    assert list(found) == sorted(found)
    assert write_table(found.items()) == data


def test_a_table_of_many_blocks_is_read_as_it_was_written() -> None:
    """A block ends behind 256 kB; keys of every sort of neighbour stand at the seams."""
    entries = [(b"%06d" % i + b"\xff" * (i % 3), bytes([i % 256]) * 90_000) for i in range(20)]
    assert list(read_table(write_table(entries)).items()) == entries


def test_a_table_may_be_empty() -> None:
    assert read_table(write_table([])) == {}


def test_keys_that_do_not_ascend_are_refused() -> None:
    with pytest.raises(ValueError, match="must ascend"):
        write_table([(b"b", b""), (b"a", b"")])


def test_every_flipped_bit_and_every_cut_is_found() -> None:
    """Of a table's bytes none can change unnoticed but the zeros before the magic number."""
    data = write_table([(b"", b"head"), (b"weights", b"entry")])
    whole = read_table(data)
    for at in range(len(data)):
        with pytest.raises(DataError):
            read_table(data[:at])
        flipped = bytearray(data)
        flipped[at] ^= 0x10
        try:
            assert read_table(bytes(flipped)) == whole
        except DataError:
            continue
        assert len(data) - 48 <= at < len(data) - 8


def test_a_compressed_block_is_refused_by_name() -> None:
    data = bytearray(write_table([(b"a", b"b")]))
    end = 13  # of the first block: an entry of 5 bytes, and one restart
    data[end] = 1
    data[end + 1 : end + 5] = struct.pack("<I", masked_crc32c(bytes(data[: end + 1])))
    with pytest.raises(DataError, match="compressed by snappy"):
        read_table(bytes(data))


@pytest.mark.parametrize("number", [0, 1, 127, 128, 300, 2**32, 2**63])
def test_numbers_of_seven_bits_a_byte_come_back(number: int) -> None:
    assert read_varint(b"x" + varint(number), 1) == (number, 1 + len(varint(number)))
