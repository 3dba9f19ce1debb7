"""Files of records, TensorFlow's TFRecords: read as a dataset or a list, and written."""

from __future__ import annotations

import gzip
import io
import os
import zlib
from collections.abc import Iterator
from types import TracebackType
from typing import IO, Any

from neuronboard import errors
from neuronboard.engine.data.dataset import OfFiles
from neuronboard.engine.data.datasets import of_files
from neuronboard.engine.data.elements import Source, contents
from neuronboard.engine.where import user_line
from neuronboard.formats.tfrecord import encode_record, scan_records


def _payloads(path: str, compression: str) -> Iterator[bytes]:
    """The records of a file. Raises DataLossError behind the last whole one of a damaged file."""
    data = contents(path, compression)
    scan = scan_records(data)
    broken = scan.damage[0].offset if scan.damage else scan.used
    for payload, offset in zip(scan.payloads, scan.offsets, strict=True):
        if offset > broken and scan.damage:
            break
        yield payload
    if scan.damage:
        raise errors.DataLossError(
            message=f"corrupted record at {broken}: {scan.damage[0].message}; {path}"
        )
    if scan.used < len(data):
        raise errors.DataLossError(
            message=f"truncated record at {scan.used}: the file ends inside of it; {path}"
        )


def _records(paths: list[str], compression: str) -> Source:
    return lambda: ((payload,) for path in paths for payload in _payloads(path, compression))


TF_RECORD = of_files("TFRecordDataset", _records)


class TFRecordDataset(OfFiles):
    """The records of files, each a string of bytes: often a serialised `tf.train.Example`.

    compression_type: "", "GZIP" or "ZLIB". Raises, when it is run, NotFoundError for a file that
    is not there, DataLossError for one that is damaged.
    """

    _sort = TF_RECORD


class TFRecordCompressionType:
    """How a file of records is compressed."""

    NONE, ZLIB, GZIP = 0, 1, 2


class TFRecordOptions:
    """How a file of records is compressed: a TFRecordCompressionType, or "", "ZLIB", "GZIP"."""

    def __init__(self, compression_type: Any = None) -> None:
        self.compression_type = compression_type

    def get_compression_type_string(self) -> str:
        """The name of the compression, "" for none. Raises ValueError for an unknown one."""
        return _compression(self.compression_type)


def _compression(given: Any) -> str:
    if isinstance(given, TFRecordOptions):
        given = given.compression_type
    found = {None: "", 0: "", "": "", 1: "ZLIB", 2: "GZIP", "ZLIB": "ZLIB", "GZIP": "GZIP"}
    if given not in found:
        raise errors.ArgumentValueError(
            message=f'Not a valid compression_type: "{given}". At {user_line()}: it is "", "ZLIB" '
            'or "GZIP"'
        )
    return found[given]


class TFRecordWriter:
    """Writes records to a file, one behind the other; also as a context manager.

    options: None, a TFRecordOptions, or the name of a compression.
    """

    def __init__(self, path: Any, options: Any = None) -> None:
        self._compression = _compression(options)
        self._path = os.fspath(path)
        try:
            self._file: IO[bytes] | None = open(self._path, "wb")  # noqa: SIM115 close() shuts it
        except FileNotFoundError:
            raise errors.NotFoundError(
                message=f"{self._path}; No such file or directory: its folder is not there, at "
                f"{user_line()}; tf.gfile.MakeDirs makes it"
            ) from None
        self._packed = _packer(self._compression, self._file)

    def write(self, record: bytes) -> None:
        """Adds a record. Raises TypeError for what is no bytes, FailedPreconditionError if shut."""
        if not isinstance(record, bytes):
            raise errors.DTypeError(
                message=f"A record is bytes, got {record!r} at {user_line()}; "
                "example.SerializeToString() gives some"
            )
        if self._file is None:
            raise errors.FailedPreconditionError(
                message=f"Writer is closed: {self._path}, at {user_line()}"
            )
        self._packed.write(encode_record(record))

    def flush(self) -> None:
        """Hands over to the file what was written; of compressed files only `close` does."""
        if self._file is not None:
            self._packed.flush()

    def close(self) -> None:
        """Ends the file."""
        if self._file is None:
            return
        if self._packed is not self._file:
            self._packed.close()
        self._file.close()
        self._file = None

    def __enter__(self) -> TFRecordWriter:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


class _Deflated(io.RawIOBase):
    """A file whose bytes are compressed as they come."""

    def __init__(self, file: IO[bytes]) -> None:
        super().__init__()
        self._file, self._packer = file, zlib.compressobj()

    def write(self, data: Any) -> int:
        self._file.write(self._packer.compress(data))
        return len(data)

    def close(self) -> None:
        if not self.closed:
            self._file.write(self._packer.flush())
        super().close()


def _packer(compression: str, file: IO[bytes]) -> Any:
    if compression == "GZIP":
        return gzip.GzipFile(fileobj=file, mode="wb")
    return _Deflated(file) if compression else file


def tf_record_iterator(path: Any, options: Any = None) -> Iterator[bytes]:
    """The records of a file, outside of a graph."""
    return _payloads(os.fspath(path), _compression(options))
