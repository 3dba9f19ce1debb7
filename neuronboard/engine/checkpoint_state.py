"""The file "checkpoint" beside checkpoints: which of them is the newest, and which are kept."""

from __future__ import annotations

import logging
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from neuronboard import errors
from neuronboard.engine.checkpoint import checkpoint_exists, write_atomically
from neuronboard.pb.saver_pb2 import CheckpointState

_log = logging.getLogger(__name__)


def generate_checkpoint_state_proto(
    save_dir: Any,
    model_checkpoint_path: Any,
    all_model_checkpoint_paths: Sequence[Any] | None = None,
    all_model_checkpoint_timestamps: Sequence[float] | None = None,
    last_preserved_timestamp: float | None = None,
) -> CheckpointState:
    """The message of that file; paths below a relative `save_dir` are written relative to it.

    Raises ValueError where there is not one time for each path.
    """
    newest = os.fspath(model_checkpoint_path)
    paths = [os.fspath(path) for path in all_model_checkpoint_paths or ()]
    if not paths or paths[-1] != newest:
        paths.append(newest)
    times = list(all_model_checkpoint_timestamps or ())
    if times and len(times) != len(paths):
        raise errors.ArgumentValueError(
            message="Checkpoint timestamps, if provided, must match checkpoint paths (got "
            f"{len(times)} timestamps and {len(paths)} paths)"
        )
    folder = os.fspath(save_dir)
    state = CheckpointState(
        model_checkpoint_path=_stored(newest, folder),
        all_model_checkpoint_paths=[_stored(path, folder) for path in paths],
        all_model_checkpoint_timestamps=times,
    )
    if last_preserved_timestamp is not None:
        state.last_preserved_timestamp = last_preserved_timestamp
    return state


def _stored(path: str, folder: str) -> str:
    absolute = os.path.isabs(folder) or os.path.isabs(path)
    return path if absolute else os.path.relpath(path, folder)


def update_checkpoint_state(
    save_dir: Any,
    model_checkpoint_path: Any,
    all_model_checkpoint_paths: Sequence[Any] | None = None,
    latest_filename: str | None = None,
    all_model_checkpoint_timestamps: Sequence[float] | None = None,
    last_preserved_timestamp: float | None = None,
    save_relative_paths: bool = False,
) -> None:
    """Writes that file anew, as text; what `generate_checkpoint_state_proto` takes, and raises."""
    from google.protobuf import text_format

    folder = os.fspath(save_dir)
    newest, paths = model_checkpoint_path, all_model_checkpoint_paths
    if save_relative_paths and os.path.isabs(folder):
        newest = os.path.relpath(newest, folder)
        paths = [os.path.relpath(path, folder) for path in paths or ()]
    state = generate_checkpoint_state_proto(
        folder, newest, paths, all_model_checkpoint_timestamps, last_preserved_timestamp
    )
    name = os.path.join(folder, latest_filename or "checkpoint")
    if name == os.fspath(model_checkpoint_path):
        raise errors.SessionStateError(
            message=f"Save path {name!r} conflicts with the path of the state of checkpoints: "
            "give the checkpoint another name"
        )
    write_atomically({name: [text_format.MessageToString(state).encode()]})


def get_checkpoint_state(
    checkpoint_dir: Any, latest_filename: str | None = None
) -> CheckpointState | None:
    """What the file in a folder says, paths made whole; None where there is none to be read."""
    from google.protobuf import text_format

    folder = os.fspath(checkpoint_dir)
    path = Path(folder) / (latest_filename or "checkpoint")
    if not path.is_file():
        return None
    state = CheckpointState()
    try:
        text_format.Merge(path.read_text("utf-8"), state, allow_unknown_field=True)
    except (text_format.ParseError, UnicodeDecodeError, OSError) as error:
        _log.warning("%s: %s: Checkpoint ignored", path, error)
        return None
    if not state.model_checkpoint_path:
        _log.warning("%s: no model_checkpoint_path in it: Checkpoint ignored", path)
        return None
    state.model_checkpoint_path = os.path.join(folder, state.model_checkpoint_path)
    for i, other in enumerate(state.all_model_checkpoint_paths):
        state.all_model_checkpoint_paths[i] = os.path.join(folder, other)
    return state


def latest_checkpoint(checkpoint_dir: Any, latest_filename: str | None = None) -> str | None:
    """The prefix of the newest checkpoint in a folder, for `Saver.restore`; None without one."""
    state = get_checkpoint_state(checkpoint_dir, latest_filename)
    if state is None:
        return None
    if checkpoint_exists(state.model_checkpoint_path):
        return str(state.model_checkpoint_path)
    _log.error(
        "Couldn't match files for checkpoint %s, which %s names",
        state.model_checkpoint_path,
        os.path.join(os.fspath(checkpoint_dir), latest_filename or "checkpoint"),
    )
    return None
