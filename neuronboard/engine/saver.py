"""Saver: operations that write variables to checkpoints and read them back, and what is kept.

Checkpoints are TensorFlow's of the format V2, and so are the operations and their names: a graph
that was saved there is restored here, and the other way round.
"""

from __future__ import annotations

import os
import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from neuronboard import errors
from neuronboard.engine.checkpoint import (
    checkpoint_exists,
    get_checkpoint_mtimes,
    remove_checkpoint,
)
from neuronboard.engine.checkpoint_state import update_checkpoint_state
from neuronboard.engine.graph import Graph, GraphKeys, Operation, Tensor, get_default_graph
from neuronboard.engine.ops import array, constant, control, files, state
from neuronboard.engine.ops.apply import apply, scope_of
from neuronboard.engine.session import Session
from neuronboard.engine.variables import Variable
from neuronboard.engine.where import user_line
from neuronboard.pb.saver_pb2 import SaverDef

if TYPE_CHECKING:
    from neuronboard.pb.meta_graph_pb2 import MetaGraphDef


class Saver:
    """Saves and restores variables.

    var_list: the variables, or name in the checkpoint -> variable; every global one if None.
    reshape: whether a value of another shape with as many elements is taken. max_to_keep: of this
    saver's checkpoints how many stay, the newest ones; None or 0 keeps all.
    keep_checkpoint_every_n_hours: one of so many hours stays all the same. restore_sequentially:
    one variable after the other. defer_build: wait with the operations until `build`, or the first
    use. filename: where it saves if it is run without a path. sharded is taken and means nothing:
    there is one device. Raises ValueError without variables, and for two of one name; TypeError for
    what is no variable.
    """

    def __init__(
        self,
        var_list: Any = None,
        reshape: bool = False,
        sharded: bool = False,
        max_to_keep: int | None = 5,
        keep_checkpoint_every_n_hours: float = 10000.0,
        name: str | None = None,
        restore_sequentially: bool = False,
        saver_def: SaverDef | None = None,
        builder: Any = None,
        defer_build: bool = False,
        allow_empty: bool = False,
        write_version: int = SaverDef.V2,
        pad_step_number: bool = False,
        save_relative_paths: bool = False,
        filename: str | None = None,
    ) -> None:
        if write_version != SaverDef.V2:
            raise errors.UnimplementedError(
                message=f"write_version={write_version} cannot be written. At {user_line()}: "
                "checkpoints are of the format V2, which TensorFlow reads since 0.12"
            )
        if defer_build and var_list is not None:
            raise errors.ArgumentValueError(
                message="If var_list is provided then build cannot be deferred. Either set "
                f"defer_build=False or var_list=None. At {user_line()}"
            )
        self._var_list, self._reshape, self._one_by_one = var_list, reshape, restore_sequentially
        self._name, self._filename, self._allow_empty = name, filename, allow_empty
        self._pad, self._relative = pad_step_number, save_relative_paths
        self._max_to_keep, self._hours = max_to_keep or 0, keep_checkpoint_every_n_hours
        self._sharded = sharded
        self._is_empty = False
        self._next_kept = time.time() + keep_checkpoint_every_n_hours * 3600
        self._checkpoints: list[tuple[str, float]] = []
        self._doomed: list[tuple[str, float]] = []
        self.saver_def = saver_def
        if saver_def is not None:
            self._max_to_keep, self._hours = (
                saver_def.max_to_keep,
                saver_def.keep_checkpoint_every_n_hours,
            )
        elif not defer_build:
            self.build()

    def build(self) -> None:
        """Makes the operations, unless they are there."""
        if self.saver_def is not None or self._is_empty:
            return
        graph = get_default_graph()
        chosen = self._var_list
        if chosen is None:
            chosen = graph.get_collection(GraphKeys.GLOBAL_VARIABLES)
            chosen += graph.get_collection(GraphKeys.SAVEABLE_OBJECTS)
        if not chosen:
            if not self._allow_empty:
                raise errors.ArgumentValueError(
                    message=f"No variables to save. At {user_line()}: make the saver after the "
                    "variables, in their graph"
                )
            self._is_empty = True
            return
        self.saver_def = self._built(_by_name(chosen))

    def _built(self, named: Mapping[str, Any]) -> SaverDef:
        names = sorted(named)
        variables = [named[name] for name in names]
        with scope_of(variables, self._name or "save"):
            graph = get_default_graph()
            path = constant.placeholder_with_default(self._filename or "model", (), name="filename")
            path = constant.placeholder_with_default(path, (), name="Const")
            written = self._saving(path, names, variables)
            restored = self._restoring(graph, path, names, variables)
        return SaverDef(
            filename_tensor_name=path.name,
            save_tensor_name=written.name,
            restore_op_name=restored.name,
            max_to_keep=self._max_to_keep,
            sharded=self._sharded,
            keep_checkpoint_every_n_hours=self._hours,
            version=SaverDef.V2,
        )

    @staticmethod
    def _saving(path: Tensor, names: list[str], variables: list[Any]) -> Tensor:
        """The tensor of the path, that comes when everything is written."""
        given = [variable._ref() for variable in variables]
        dtypes = [tensor.dtype.base_dtype for tensor in given]
        save = apply(files.SAVE_V2, path, names, [""] * len(names), given, dtypes=dtypes)
        graph = path.graph
        with graph.control_dependencies([save]), graph.colocate_with(path.op):
            return array.identity(path, name="control_dependency")

    def _restoring(
        self, graph: Graph, path: Tensor, names: list[str], variables: list[Any]
    ) -> Operation:
        """The operation that has run when every variable has its value."""
        assigned: list[Operation] = []
        groups = [[i] for i in range(len(names))] if self._one_by_one else [range(len(names))]
        for group in groups:
            dtypes = [variables[i].dtype.base_dtype for i in group]
            asked = [names[i] for i in group]
            with graph.device("/cpu:0"), graph.control_dependencies(assigned[-1:]):
                read = apply(files.RESTORE_V2, path, asked, [""] * len(asked), dtypes=dtypes)
            for i, value in zip(group, read.outputs, strict=True):
                assigned.append(self._assigned(variables[i], value))
        return control.group(*assigned, name="restore_all")

    def _assigned(self, variable: Any, value: Tensor) -> Operation:
        shape = variable.shape
        if self._reshape and shape.is_fully_defined():
            value = array.reshape(value, shape.as_list())
        return state.assign(
            variable, value, validate_shape=shape.is_fully_defined(), name="Assign"
        ).op

    # ---- use

    def save(
        self,
        sess: Session,
        save_path: Any,
        global_step: Any = None,
        latest_filename: str | None = None,
        meta_graph_suffix: str = "meta",
        write_meta_graph: bool = True,
        write_state: bool = True,
        strip_default_attrs: bool = False,
        save_debug_info: bool = False,
    ) -> str | None:
        """Writes a checkpoint of the session's values; its prefix, for `restore`.

        global_step: a number, tensor or variable, put behind the path: "model-100". The graph goes
        beside it as "<prefix>.meta", and the folder's file "checkpoint" tells which is the newest.
        Older checkpoints are removed when this one is written, not before. Raises
        FailedPreconditionError for a variable without value, TypeError for what is no session.
        """
        latest = latest_filename or "checkpoint"
        if os.path.split(latest)[0]:
            raise errors.ArgumentValueError(
                message=f"'latest_filename' must not contain path components, got {latest!r}"
            )
        path = os.fspath(save_path)
        if global_step is None and os.path.basename(path) == latest:
            raise errors.ArgumentValueError(
                message=f"'latest_filename' collides with 'save_path': {latest!r} and {path!r}"
            )
        if not isinstance(sess, Session):
            raise errors.DTypeError(message=f"'sess' must be a Session; {sess!r}")
        prefix = self._numbered(sess, path, global_step)
        if not os.path.isdir(os.path.dirname(prefix) or "."):
            raise errors.ArgumentValueError(
                message=f"Parent directory of {prefix} doesn't exist, can't save. At "
                f"{user_line()}: os.makedirs({os.path.dirname(prefix)!r}) makes it"
            )
        written = self._write(sess, prefix, latest if write_state else None)
        if write_meta_graph:
            with sess.graph.as_default():
                self.export_meta_graph(
                    f"{prefix}.{meta_graph_suffix}", strip_default_attrs=strip_default_attrs
                )
        return written

    def _numbered(self, sess: Session, path: str, step: Any) -> str:
        if step is None:
            return path
        if isinstance(step, (Tensor, Variable)):
            step = sess.run(step)
        return f"{path}-{int(step):08d}" if self._pad else f"{path}-{int(step)}"

    def _write(self, sess: Session, prefix: str, latest: str | None) -> str | None:
        with sess.graph.as_default():
            self.build()
        if self._is_empty:
            return None
        found = self.saver_def
        assert found is not None
        written: bytes = sess.run(found.save_tensor_name, {found.filename_tensor_name: prefix})
        text = written.decode()
        if latest is not None:
            self._record(text)
            update_checkpoint_state(
                os.path.dirname(prefix),
                text,
                self.last_checkpoints,
                latest,
                save_relative_paths=self._relative,
            )
            self._remove_old()
        return text

    def _record(self, prefix: str) -> None:
        if not self._max_to_keep:
            return
        kept = [pair for pair in self._checkpoints if pair[0] != prefix]
        self._checkpoints = [*kept, (prefix, time.time())]
        if len(self._checkpoints) > self._max_to_keep:
            self._doomed.append(self._checkpoints.pop(0))

    def _remove_old(self) -> None:
        for prefix, written in self._doomed:
            if written > self._next_kept:
                self._next_kept += self._hours * 3600
            else:
                remove_checkpoint(prefix)
        self._doomed = []

    def restore(self, sess: Session, save_path: Any) -> None:
        """Gives the session's variables the values of a checkpoint; they need no initialiser.

        save_path: what `save` gave, or `tf.train.latest_checkpoint(folder)`. A checkpoint that is
        damaged, or lacks a variable, changes none. Raises ValueError where there is no checkpoint,
        NotFoundError for a variable that is not in it, InvalidArgumentError where type or shape
        differ, DataLossError for damage.
        """
        with sess.graph.as_default():
            self.build()
        if self._is_empty:
            return
        if save_path is None:
            raise errors.ArgumentValueError(
                message=f"Can't load save_path when it is None. At {user_line()}: "
                "tf.train.latest_checkpoint gives None where it finds no checkpoint"
            )
        prefix = os.fspath(save_path)
        if not checkpoint_exists(prefix):
            raise errors.ArgumentValueError(
                message=f"The passed save_path is not a valid checkpoint: {prefix} (at "
                f"{user_line()}); it is named without '.index' or '.meta'"
            )
        found = self.saver_def
        assert found is not None
        try:
            sess.run(found.restore_op_name, {found.filename_tensor_name: prefix})
        except (errors.NotFoundError, errors.InvalidArgumentError) as error:
            raise type(error)(
                error.node_def,
                error.op,
                f"Restoring from checkpoint failed: it is of another graph than this one. {error}\n"
                f"tf.train.list_variables({prefix!r}) tells what is in it",
            ) from None

    # ---- what it keeps

    @property
    def last_checkpoints(self) -> list[str]:
        """The prefixes of the checkpoints that are kept, the oldest first."""
        return [prefix for prefix, _ in self._checkpoints]

    def set_last_checkpoints_with_time(
        self, last_checkpoints_with_time: Sequence[tuple[str, float]]
    ) -> None:
        """Says which checkpoints there are, with the seconds since 1970 they were written at."""
        self._checkpoints = list(last_checkpoints_with_time)

    def set_last_checkpoints(self, last_checkpoints: Sequence[str]) -> None:
        """Says which checkpoints there are, the oldest first."""
        self._checkpoints = [(prefix, 0.0) for prefix in last_checkpoints]

    def recover_last_checkpoints(self, checkpoint_paths: Sequence[str]) -> None:
        """Counts checkpoints of an earlier process among its own, those that are still there."""
        there = [path for path in checkpoint_paths if checkpoint_exists(path)]
        times = get_checkpoint_mtimes(there)
        self.set_last_checkpoints_with_time(list(zip(there, times, strict=False)))

    def as_saver_def(self) -> SaverDef | None:
        """What a meta graph holds of it."""
        return self.saver_def

    to_proto = as_saver_def

    @staticmethod
    def from_proto(saver_def: SaverDef, import_scope: str | None = None) -> Saver:
        """The saver of a message, whose operations are in the default graph."""
        found = SaverDef.FromString(saver_def.SerializeToString())
        if import_scope:
            for key in ("filename_tensor_name", "save_tensor_name", "restore_op_name"):
                setattr(found, key, f"{import_scope}/{getattr(found, key)}")
        return Saver(saver_def=found, name=import_scope)

    def export_meta_graph(
        self,
        filename: Any = None,
        collection_list: Sequence[str] | None = None,
        as_text: bool = False,
        export_scope: str | None = None,
        clear_devices: bool = False,
        clear_extraneous_savers: bool = False,
        strip_default_attrs: bool = False,
        save_debug_info: bool = False,
    ) -> MetaGraphDef:
        """The default graph with its collections and this saver, written to a file if one is given.

        as_text: as text, not as bytes.
        """
        from neuronboard.engine.meta_graph import export_meta_graph

        return export_meta_graph(
            filename,
            saver_def=self.saver_def,
            collection_list=collection_list,
            as_text=as_text,
            export_scope=export_scope,
            clear_devices=clear_devices,
            strip_default_attrs=strip_default_attrs,
        )


def _by_name(chosen: Any) -> dict[str, Any]:
    """Name in the checkpoint -> variable."""
    if isinstance(chosen, Mapping):
        named = dict(chosen)
        pairs = list(named.items())
    else:
        pairs = [(_name_of(item), item) for item in chosen]
        named = dict(pairs)
    for name, item in pairs:
        if not hasattr(item, "_ref"):
            raise errors.DTypeError(
                message="names_to_saveables must be a dict mapping string names to "
                f"Tensors/Variables. Not a variable: {item} under {name!r}. At {user_line()}"
                if isinstance(chosen, Mapping)
                else f"Variable to save is not a Variable: {item!r}. At {user_line()}"
            )
    if len(named) < len(pairs):
        twice = next(name for name, _ in pairs if [n for n, _ in pairs].count(name) > 1)
        raise errors.ArgumentValueError(
            message=f"At least two variables have the same name: {twice}. At {user_line()}"
        )
    owners = [item.op for item in named.values()]
    for item in named.values():
        if owners.count(item.op) > 1:
            raise errors.ArgumentValueError(
                op=item.op,
                message=f"The same saveable will be restored with two names: {item.op.name}. At "
                f"{user_line()}",
            )
    return named


def _name_of(item: Any) -> str:
    return str(item.op.name) if hasattr(item, "op") else repr(item)
