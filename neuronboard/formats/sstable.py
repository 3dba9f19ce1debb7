"""Tables of sorted keys, LevelDB's file format: the container of a checkpoint's index.

    block ...      entries, restarts, then a trailer of 5 bytes: sort of compression, checksum
    metaindex      a block without entries
    index          a block: a key not below the last one of each block -> that block's handle
    footer         48 bytes: handles of metaindex and index, zeros to 40 bytes, the magic number

    entry          varint shared, varint unshared, varint length, the key's last `unshared` bytes,
                   `length` bytes of value: a key has its first `shared` bytes from the one before
    restarts       uint32 offset of each entry that shares nothing, uint32 how many
    handle         varint offset, varint size (without the trailer)

The checksum is the masked CRC-32C of a block and its sort of compression (0 none, 1 snappy).
Sources: LevelDB's doc/table_format.md, TensorFlow's core/lib/io/table_builder.cc, whose bytes
`write_table` gives.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable

from neuronboard.errors import DataError
from neuronboard.formats.crc32c import masked_crc32c

_MAGIC = 0xDB4775248B80FB57
_FOOTER = 48
_TRAILER = 5
_BLOCK = 262144  # bytes after which a block ends
_RESTART = 16  # entries between two that share nothing


def varint(number: int) -> bytes:
    """A number, 7 bits a byte, the lowest first; the highest bit says that another byte follows."""
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def read_varint(data: bytes, at: int) -> tuple[int, int]:
    """The number at `at`, and where it ends; DataError where it does not end."""
    number = shift = 0
    while at < len(data) and shift < 64:
        byte = data[at]
        number |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return number, at
    raise DataError("a number in a table does not end")


class _Block:
    """Entries of ascending keys that are put together as one block."""

    def __init__(self, restart: int) -> None:
        self._restart = restart
        self._data = bytearray()
        self._restarts = [0]
        self._since = 0
        self._last = b""

    def add(self, key: bytes, value: bytes) -> None:
        shared = 0
        if self._since == self._restart:
            self._restarts.append(len(self._data))
            self._since = 0
        elif self._data:
            while shared < min(len(key), len(self._last)) and key[shared] == self._last[shared]:
                shared += 1
        self._data += varint(shared) + varint(len(key) - shared) + varint(len(value))
        self._data += key[shared:] + value
        self._since += 1
        self._last = key

    def size(self) -> int:
        return len(self._data) + 4 * (len(self._restarts) + 1)

    def __bool__(self) -> bool:
        return bool(self._data)

    def whole(self) -> bytes:
        numbers = [*self._restarts, len(self._restarts)]
        return bytes(self._data) + struct.pack(f"<{len(numbers)}I", *numbers)


def write_table(entries: Iterable[tuple[bytes, bytes]]) -> bytes:
    """The file of (key, value) pairs, whose keys must ascend."""
    out = bytearray()
    index = _Block(1)
    block = _Block(_RESTART)
    last: bytes | None = None
    handle = b""
    for key, value in entries:
        if last is not None and key <= last:
            raise ValueError(f"keys of a table must ascend, got {key!r} behind {last!r}")
        if handle:
            assert last is not None
            index.add(_between(last, key), handle)
            handle = b""
        block.add(key, value)
        last = key
        if block.size() >= _BLOCK:
            handle = _append(out, block)
            block = _Block(_RESTART)
    if block:
        handle = _append(out, block)
    metaindex = _append(out, _Block(_RESTART))
    if handle:
        assert last is not None
        index.add(_behind(last), handle)
    handles = metaindex + _append(out, index)
    return bytes(out + handles.ljust(_FOOTER - 8, b"\0") + struct.pack("<Q", _MAGIC))


def _append(out: bytearray, block: _Block) -> bytes:
    data = block.whole()
    handle = varint(len(out)) + varint(len(data))
    out += data + b"\0" + struct.pack("<I", masked_crc32c(data + b"\0"))
    return handle


def _between(low: bytes, high: bytes) -> bytes:
    """A short key that is not below `low`, and below `high`."""
    at = 0
    while at < min(len(low), len(high)) and low[at] == high[at]:
        at += 1
    if at < min(len(low), len(high)) and low[at] < 0xFF and low[at] + 1 < high[at]:
        return low[:at] + bytes([low[at] + 1])
    return low


def _behind(key: bytes) -> bytes:
    """A short key that is not below `key`."""
    for at, byte in enumerate(key):
        if byte != 0xFF:
            return key[:at] + bytes([byte + 1])
    return key


def read_table(data: bytes) -> dict[bytes, bytes]:
    """The pairs of a table; DataError where it is damaged, cut off, or compressed."""
    if len(data) < _FOOTER or struct.unpack_from("<Q", data, len(data) - 8)[0] != _MAGIC:
        raise DataError(
            "not an sstable (bad magic number): the file is no index of a checkpoint, or cut off"
        )
    footer = data[-_FOOTER:]
    at = 0
    handle = [0, 0, 0, 0]
    for i in range(4):
        handle[i], at = read_varint(footer, at)
    _block(data, handle[0], handle[1])  # empty, but damage to it is damage
    found: dict[bytes, bytes] = {}
    for _, value in _entries(_block(data, handle[2], handle[3])):
        offset, at = read_varint(value, 0)
        size, _ = read_varint(value, at)
        found.update(_entries(_block(data, offset, size)))
    return found


def _block(data: bytes, offset: int, size: int) -> bytes:
    """A block without its trailer, its checksum verified."""
    end = offset + size
    if end + _TRAILER > len(data):
        raise DataError(f"a block of {size} bytes at {offset} reaches beyond the end of the table")
    sort, stored = struct.unpack_from("<BI", data, end)
    calculated = masked_crc32c(data[offset : end + 1])
    if stored != calculated:
        raise DataError(
            f"block checksum mismatch at {offset}: stored {stored}, calculated {calculated}"
        )
    if sort:
        kind = {1: "snappy"}.get(sort, f"method {sort}")
        raise DataError(f"a block of the table is compressed by {kind}, which cannot be read here")
    return data[offset:end]


def _entries(block: bytes) -> Iterable[tuple[bytes, bytes]]:
    if len(block) < 8:
        raise DataError("a block of the table is too short")
    end = len(block) - 4 * (struct.unpack_from("<I", block, len(block) - 4)[0] + 1)
    at, key = 0, b""
    while at < end:
        shared, at = read_varint(block, at)
        unshared, at = read_varint(block, at)
        length, at = read_varint(block, at)
        if shared > len(key) or at + unshared + length > end:
            raise DataError("an entry of the table reaches beyond its block")
        key = key[:shared] + block[at : at + unshared]
        at += unshared
        yield key, block[at : at + length]
        at += length
