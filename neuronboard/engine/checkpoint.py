"""Checkpoints on disk: the two files of a prefix, ".index" and ".data-00000-of-00001" behind it.

A checkpoint is written beside its place and renamed, the data first: it is there when its index is,
and what an interrupted program leaves behind is no checkpoint. The bytes are those of
`formats/tensor_bundle.py`.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable, Mapping
from glob import escape, glob
from pathlib import Path
from typing import Any

from neuronboard import errors
from neuronboard.engine import dtypes
from neuronboard.errors import DataError
from neuronboard.formats.tensor_bundle import decode_index, decode_tensor, encode_bundle
from neuronboard.pb.tensor_bundle_pb2 import BundleEntryProto

_INDEX, _DATA = ".index", ".data-00000-of-00001"
_KINDS = {
    errno.ENOENT: errors.NotFoundError,
    errno.EACCES: errors.PermissionDeniedError,
    errno.EPERM: errors.PermissionDeniedError,
    errno.EROFS: errors.PermissionDeniedError,
    errno.ENOSPC: errors.ResourceExhaustedError,
    errno.EDQUOT: errors.ResourceExhaustedError,
}


def write_checkpoint(prefix: str, tensors: Mapping[str, Any]) -> None:
    """Writes named arrays as the checkpoint `prefix`; its folder is made where it is missing.

    What was there under the prefix is replaced when everything is written. Raises an `OpError`
    (PermissionDenied, ResourceExhausted, ...) where the disk refuses; then nothing is changed.
    """
    index, parts = encode_bundle(tensors)
    Path(prefix).parent.mkdir(parents=True, exist_ok=True)
    write_atomically({f"{prefix}{_DATA}": parts, f"{prefix}{_INDEX}": [index]})


def write_atomically(files: Mapping[str, Iterable[bytes]]) -> None:
    """Writes files beside their places, then renames them in the order given."""
    mark = f".tempstate{os.urandom(8).hex()}"
    try:
        for path, parts in files.items():
            with open(path + mark, "wb") as file:
                file.writelines(parts)
                file.flush()
                os.fsync(file.fileno())
        for path in files:
            os.replace(path + mark, path)
    except OSError as error:
        raise _refused(error, next(iter(files))) from error
    finally:
        for path in files:
            Path(path + mark).unlink(missing_ok=True)


def _refused(error: OSError, path: str) -> errors.OpError:
    kind = _KINDS.get(error.errno or 0, errors.UnknownError)
    return kind(message=f"{error.strerror or error}: the file could not be written or read; {path}")


def checkpoint_exists(checkpoint_prefix: Any) -> bool:
    """Whether there are files of a checkpoint; of an older format as well."""
    prefix = os.fspath(checkpoint_prefix)
    return bool(prefix) and (os.path.exists(prefix + _INDEX) or os.path.isfile(prefix))


def get_checkpoint_mtimes(checkpoint_prefixes: Iterable[Any]) -> list[float]:
    """When checkpoints were written, seconds since 1970; those that are not there are left out."""
    found = [f"{os.fspath(prefix)}{_INDEX}" for prefix in checkpoint_prefixes]
    return [os.path.getmtime(path) for path in found if os.path.exists(path)]


def remove_checkpoint(checkpoint_prefix: Any, *_: Any, **__: Any) -> None:
    """Removes the files of a checkpoint, and its meta graph; nothing where there are none."""
    prefix = os.fspath(checkpoint_prefix)
    for path in (prefix + _INDEX, *glob(escape(prefix) + ".data-*"), prefix + ".meta"):
        Path(path).unlink(missing_ok=True)


class CheckpointReader:
    """The tensors of a checkpoint, each read when it is asked for.

    filename: the checkpoint's prefix, without ".index". Raises NotFoundError where there is none,
    DataLossError where its index is damaged.
    """

    def __init__(self, filename: Any) -> None:
        self._prefix = os.fspath(filename)
        try:
            data = Path(self._prefix + _INDEX).read_bytes()
            self._entries = decode_index(data)
        except FileNotFoundError:
            old = " (a file of the format V1, which cannot be read here, is there)"
            raise errors.NotFoundError(
                message="Unsuccessful TensorSliceReader constructor: Failed to find any matching "
                f"files for {self._prefix}{old * os.path.isfile(self._prefix)}; a checkpoint is "
                "named without its '.index'"
            ) from None
        except OSError as error:
            raise _refused(error, self._prefix + _INDEX) from error
        except DataError as error:
            raise self._lost(f"its index is damaged: {error}", _INDEX) from None

    def _lost(self, why: str, suffix: str) -> errors.DataLossError:
        return errors.DataLossError(
            message=f"The checkpoint cannot be read, {why}. Restore an older one; "
            f"{self._prefix}{suffix}"
        )

    def has_tensor(self, tensor_str: str) -> bool:
        """Whether there is a tensor of that name."""
        return tensor_str in self._entries

    def get_tensor(self, tensor_str: str) -> Any:
        """The array of a name; NotFoundError, or DataLossError where it is damaged."""
        entry = self.entry(tensor_str)
        number = entry.shard_id
        shards = len(glob(escape(self._prefix) + ".data-*-of-*")) or 1
        suffix = f".data-{number:05d}-of-{shards:05d}"
        try:
            with open(self._prefix + suffix, "rb") as file:
                file.seek(entry.offset)
                value = decode_tensor(entry, file.read(entry.size))
        except FileNotFoundError:
            raise self._lost(f"the data of {tensor_str!r} are missing", suffix) from None
        except DataError as error:
            raise self._lost(f"{tensor_str!r} is damaged: {error}", suffix) from None
        except OSError as error:
            raise _refused(error, self._prefix + suffix) from error
        return value[()]

    def entry(self, name: str) -> BundleEntryProto:
        """What the index says of a tensor; NotFoundError with the names that are like it."""
        if name not in self._entries:
            import difflib

            near = difflib.get_close_matches(name, self._entries, 3)
            meant = f"; did you mean {' or '.join(near)}?" if near else ""
            raise errors.NotFoundError(
                message=f"Key {name} not found in checkpoint{meant} It has "
                f"{len(self._entries)} tensors: tf.train.list_variables({self._prefix!r})"
            )
        return self._entries[name]

    def get_variable_to_shape_map(self) -> dict[str, list[int]]:
        """Name -> shape of every tensor."""
        return {
            name: [dim.size for dim in entry.shape.dim] for name, entry in self._entries.items()
        }

    def get_variable_to_dtype_map(self) -> dict[str, dtypes.DType]:
        """Name -> type of every tensor."""
        return {name: dtypes.as_dtype(entry.dtype) for name, entry in self._entries.items()}

    def debug_string(self) -> bytes:
        """A line for each tensor: name, type, shape."""
        lines = []
        for name, shape in self.get_variable_to_shape_map().items():
            kind = _spelled(self._entries[name].dtype)
            lines.append(f"{name} (DT_{kind}) [{','.join(map(str, shape))}]\n")
        return "".join(lines).encode()


def _spelled(number: int) -> str:
    from neuronboard.pb.tensor_pb2 import DataType

    return DataType.Name(number).removeprefix("DT_")


def load_checkpoint(ckpt_dir_or_file: Any) -> CheckpointReader:
    """The reader of a checkpoint, or of the newest one in a folder."""
    from neuronboard.engine.checkpoint_state import latest_checkpoint

    path = os.fspath(ckpt_dir_or_file)
    found = latest_checkpoint(path) if os.path.isdir(path) else path
    if found is None:
        raise errors.ArgumentValueError(
            message=f"Couldn't find 'checkpoint' file or checkpoints in given directory {path}"
        )
    return CheckpointReader(found)


def list_variables(ckpt_dir_or_file: Any) -> list[tuple[str, list[int]]]:
    """(name, shape) of every tensor of a checkpoint, or of the newest one in a folder."""
    return sorted(load_checkpoint(ckpt_dir_or_file).get_variable_to_shape_map().items())


def load_variable(ckpt_dir_or_file: Any, name: str) -> Any:
    """The array of a tensor of a checkpoint; ":0" behind its name is left out."""
    return load_checkpoint(ckpt_dir_or_file).get_tensor(name.removesuffix(":0"))
