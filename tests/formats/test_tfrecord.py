"""Records: whole, in pieces, cut short, and damaged in every bit."""

from __future__ import annotations

import itertools
import random

import pytest

from neuronboard.formats.crc32c import crc32c, masked_crc32c
from neuronboard.formats.tfrecord import encode_record, scan_records

PAYLOADS = [b"first", b"", b"third" * 9, b"\x00\xff last"]
DATA = b"".join(map(encode_record, PAYLOADS))


def test_crc32c_gives_the_values_of_rfc_3720() -> None:
    """Section B.4: 32 bytes of zeros, of ones, and ascending."""
    assert crc32c(bytes(32)) == 0x8A9136AA
    assert crc32c(b"\xff" * 32) == 0x62A8AB43
    assert crc32c(bytes(range(32))) == 0x46DD794E


def test_masking_rotates_and_adds() -> None:
    """The formula of record_writer.h, by hand."""
    crc = crc32c(b"neuron")
    assert masked_crc32c(b"neuron") == (((crc >> 15) | (crc << 17)) + 0xA282EAD8) % 2**32


def test_whole_records_come_back() -> None:
    """Payloads, their places, and all bytes used up."""
    scan = scan_records(DATA)
    assert scan.payloads == PAYLOADS
    assert [
        DATA[at : at + len(p)] for at, p in zip(scan.offsets, PAYLOADS, strict=True)
    ] == PAYLOADS
    assert (scan.used, scan.damage) == (len(DATA), [])


def test_bytes_that_come_one_by_one_give_the_same() -> None:
    """What is not used up is given again with the next byte."""
    found, kept = [], b""
    for i in range(len(DATA)):
        kept += DATA[i : i + 1]
        scan = scan_records(kept)
        found += scan.payloads
        kept = kept[scan.used :]
        assert scan.damage == []
    assert (found, kept) == (PAYLOADS, b"")


@pytest.mark.parametrize("cut", range(len(DATA)))
def test_a_cut_file_loses_only_the_cut_record(cut: int) -> None:
    """At every position: whole records before it, no damage, the rest waits."""
    scan = scan_records(DATA[:cut])
    assert scan.payloads == PAYLOADS[: len(scan.payloads)]
    assert scan.damage == []
    assert scan.used <= cut
    assert scan_records(DATA[scan.used :]).payloads == PAYLOADS[len(scan.payloads) :]


@pytest.mark.parametrize("bit", range(len(DATA) * 8))
def test_a_flipped_bit_costs_one_record_and_is_reported(bit: int) -> None:
    """Every other record is found, and the damage covers the place of the bit."""
    flipped = bytearray(DATA)
    flipped[bit // 8] ^= 1 << bit % 8
    scan = scan_records(bytes(flipped))
    hit = _record_of(bit // 8)
    assert scan.payloads == PAYLOADS[:hit] + PAYLOADS[hit + 1 :]
    if hit < len(PAYLOADS) - 1:
        assert any(d.offset <= bit // 8 < d.offset + d.skipped for d in scan.damage)


def _record_of(place: int) -> int:
    """Which record holds the byte at `place`."""
    ends = itertools.accumulate(len(payload) + 16 for payload in PAYLOADS)
    return next(i for i, end in enumerate(ends) if place < end)


def test_an_absurd_length_with_a_valid_checksum_is_damage() -> None:
    """2**40 bytes: nothing is allocated, the next record is found."""
    length = (2**40).to_bytes(8, "little")
    head = length + masked_crc32c(length).to_bytes(4, "little")
    scan = scan_records(head + DATA)
    assert scan.payloads == PAYLOADS
    assert (scan.damage[0].offset, scan.damage[0].skipped) == (0, len(head))


@pytest.mark.parametrize("seed", range(200))
def test_garbage_between_records_loses_none_of_them(seed: int) -> None:
    """Any bytes, of any length, anywhere between two records."""
    source = random.Random(seed)
    garbage = source.randbytes(source.randrange(1, 90))
    place = source.randrange(len(PAYLOADS))
    records = [encode_record(payload) for payload in PAYLOADS]
    scan = scan_records(b"".join([*records[:place], garbage, *records[place:]]))
    assert scan.payloads == PAYLOADS
    assert scan.damage
