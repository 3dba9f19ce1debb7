"""`tf.gfile`: files and folders, under TensorFlow's names."""

from __future__ import annotations

import glob
import os
import shutil
from collections.abc import Iterator
from typing import IO, Any

from neuronboard.errors import AlreadyExistsError, NotFoundError

__all__ = [
    "Copy",
    "DeleteRecursively",
    "Exists",
    "FastGFile",
    "GFile",
    "Glob",
    "IsDirectory",
    "ListDirectory",
    "MakeDirs",
    "MkDir",
    "Open",
    "Remove",
    "Rename",
    "Walk",
]


def GFile(name: str, mode: str = "r") -> IO[Any]:  # noqa: N802 TensorFlow's name
    """A file, as `open` gives it; text in UTF-8 unless the mode has a "b"."""
    _there(name) if "r" in mode else None
    return open(name, mode, encoding=None if "b" in mode else "utf-8")


FastGFile = Open = GFile


def _there(name: str) -> None:
    if not os.path.exists(name):
        raise NotFoundError(message=f"{name}; No such file or directory")


def Exists(path: str) -> bool:  # noqa: N802
    """Whether there is a file or folder."""
    return os.path.exists(path)


def IsDirectory(path: str) -> bool:  # noqa: N802
    """Whether there is a folder."""
    return os.path.isdir(path)


def ListDirectory(path: str) -> list[str]:  # noqa: N802
    """The names in a folder; NotFoundError where there is none."""
    _there(path)
    return sorted(os.listdir(path))


def Glob(pattern: str) -> list[str]:  # noqa: N802
    """The paths that match a pattern."""
    return sorted(glob.glob(pattern))


def MakeDirs(path: str) -> None:  # noqa: N802
    """Makes a folder, and those above it; none where it is there."""
    os.makedirs(path, exist_ok=True)


def MkDir(path: str) -> None:  # noqa: N802
    """Makes a folder in one that is there."""
    os.mkdir(path)


def Remove(path: str) -> None:  # noqa: N802
    """Deletes a file; NotFoundError where there is none."""
    _there(path)
    os.remove(path)


def DeleteRecursively(path: str) -> None:  # noqa: N802
    """Deletes a folder and everything in it; NotFoundError where there is none."""
    _there(path)
    shutil.rmtree(path)


def _free(path: str, overwrite: bool) -> None:
    if os.path.exists(path) and not overwrite:
        raise AlreadyExistsError(message=f"file already exists: {path}; give overwrite=True")


def Copy(oldpath: str, newpath: str, overwrite: bool = False) -> None:  # noqa: N802
    """Copies a file; AlreadyExistsError where there is one, unless `overwrite`."""
    _there(oldpath)
    _free(newpath, overwrite)
    shutil.copyfile(oldpath, newpath)


def Rename(oldname: str, newname: str, overwrite: bool = False) -> None:  # noqa: N802
    """Renames a file; AlreadyExistsError where there is one, unless `overwrite`."""
    _there(oldname)
    _free(newname, overwrite)
    os.replace(oldname, newname)


def Walk(top: str, in_order: bool = True) -> Iterator[tuple[str, list[str], list[str]]]:  # noqa: N802
    """(folder, folders in it, files in it) of a folder and all below it."""
    return os.walk(top, topdown=in_order)
