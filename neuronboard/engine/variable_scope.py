"""Variables that are shared by name: `get_variable` inside of `variable_scope`.

A variable scope is a prefix of variables' names with defaults for what is made in it. It opens a
name scope as well; entered a second time, operations get another name scope, variables do not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

from neuronboard import errors
from neuronboard.engine import dtypes
from neuronboard.engine.graph import Graph, GraphKeys, get_default_graph
from neuronboard.engine.initializers import GlorotUniform, Zeros
from neuronboard.engine.shape import TensorShape
from neuronboard.engine.variables import Variable
from neuronboard.engine.where import user_line

__all__ = [
    "AUTO_REUSE",
    "VariableScope",
    "get_local_variable",
    "get_variable",
    "get_variable_scope",
    "make_template",
    "no_regularizer",
    "variable_op_scope",
    "variable_scope",
]


class _AutoReuse:
    def __repr__(self) -> str:
        return "tf.AUTO_REUSE"


AUTO_REUSE = _AutoReuse()


class VariableScope:
    """A prefix of names, and what `get_variable` takes where it is told nothing."""

    def __init__(
        self,
        reuse: Any = False,
        name: str = "",
        initializer: Any = None,
        regularizer: Any = None,
        dtype: Any = dtypes.float32,
        original_name_scope: str = "",
        custom_getter: Callable[..., Any] | None = None,
        constraint: Any = None,
    ) -> None:
        self.reuse = reuse
        self.name = name
        self.initializer = initializer
        self.regularizer = regularizer
        self.dtype = dtypes.as_dtype(dtype)
        self.original_name_scope = original_name_scope
        self.custom_getter = custom_getter
        self.constraint = constraint

    def reuse_variables(self) -> None:
        """From here on variables are shared, not made."""
        self.reuse = True

    def set_initializer(self, initializer: Any) -> None:
        """What variables begin with from here on."""
        self.initializer = initializer

    def set_regularizer(self, regularizer: Any) -> None:
        """What variables are held small by from here on."""
        self.regularizer = regularizer

    def set_custom_getter(self, custom_getter: Callable[..., Any]) -> None:
        """What makes variables from here on."""
        self.custom_getter = custom_getter

    def get_collection(self, name: str) -> list[Any]:
        """Those of a collection whose names begin with this scope."""
        found = get_default_graph().get_collection(name)
        return [item for item in found if item.name.startswith(f"{self.name}/" * bool(self.name))]

    def global_variables(self) -> list[Variable]:
        """Its variables."""
        return self.get_collection(GraphKeys.GLOBAL_VARIABLES)

    def local_variables(self) -> list[Variable]:
        """Its variables that are neither trained nor kept."""
        return self.get_collection(GraphKeys.LOCAL_VARIABLES)

    def trainable_variables(self) -> list[Variable]:
        """Its variables that optimizers change."""
        return self.get_collection(GraphKeys.TRAINABLE_VARIABLES)


class _Store:
    """What a graph knows of shared variables: them, the open scope, and how often scopes opened."""

    def __init__(self) -> None:
        self.variables: dict[str, Variable] = {}
        self.scope = VariableScope()
        self.opened: dict[str, int] = {}


def _store(graph: Graph | None = None) -> _Store:
    kept = (graph or get_default_graph()).get_collection_ref("__variable_store")
    if not kept:
        kept.append(_Store())
    store: _Store = kept[0]
    return store


def get_variable_scope() -> VariableScope:
    """The open variable scope of the default graph."""
    return _store().scope


def no_regularizer(_: Any) -> None:
    """A regularizer that keeps outer ones out."""


def get_variable(
    name: str,
    shape: Any = None,
    dtype: Any = None,
    initializer: Any = None,
    regularizer: Any = None,
    trainable: bool | None = None,
    collections: Sequence[str] | None = None,
    caching_device: Any = None,
    partitioner: Any = None,
    validate_shape: bool = True,
    use_resource: bool | None = None,
    custom_getter: Callable[..., Any] | None = None,
    constraint: Any = None,
    synchronization: Any = None,
    aggregation: Any = None,
) -> Variable:
    """The variable of that name in the open scope: made, or where the scope says so, shared.

    initializer: a value, or a function of a shape; Glorot's uniform one if None. regularizer: a
    function of the variable whose result joins the regularization losses. custom_getter: a
    function (getter, name, ...) that is called in place of this one, and may call `getter`.
    Raises ValueError for a name that is there already, or, where variables are shared, is not;
    UnimplementedError for a partitioner.
    """
    if partitioner is not None:
        raise _partitioned()
    scope = _store().scope
    full = f"{scope.name}/{name}" if scope.name else name
    own = _getter(scope, custom_getter)
    given = {
        "shape": shape,
        "dtype": dtype,
        "initializer": initializer,
        "regularizer": regularizer,
        "reuse": scope.reuse,
        "trainable": trainable,
        "collections": collections,
        "caching_device": caching_device,
        "partitioner": None,
        "validate_shape": validate_shape,
        "use_resource": use_resource,
        "constraint": constraint,
        "synchronization": synchronization,
        "aggregation": aggregation,
    }
    with get_default_graph().name_scope(None):
        found: Variable = own(full, **given)
    return found


def _partitioned() -> errors.UnimplementedError:
    return errors.UnimplementedError(
        message=f"A partitioner was given at {user_line()}: variables cannot be kept in parts "
        "here; leave partitioner= out"
    )


def _getter(scope: VariableScope, own: Callable[..., Any] | None) -> Callable[..., Any]:
    """What makes a variable of a whole name: `_got`, in custom getters where there are some."""
    found: Callable[..., Any] = _got
    for custom in (scope.custom_getter, own):
        if custom is not None:
            found = partial(custom, found)
    return found


def _got(
    full: str,
    shape: Any = None,
    dtype: Any = None,
    initializer: Any = None,
    regularizer: Any = None,
    reuse: Any = None,
    trainable: bool | None = None,
    collections: Sequence[str] | None = None,
    validate_shape: bool = True,
    constraint: Any = None,
    **_: Any,
) -> Variable:
    """`get_variable` of a whole name."""
    scope = _store().scope
    kind = scope.dtype if dtype is None else dtypes.as_dtype(dtype)
    found = _shared(full, scope.reuse if reuse is None else reuse, shape, kind)
    if found is not None:
        return found
    start = scope.initializer if initializer is None else initializer
    keep_small = scope.regularizer if regularizer is None else regularizer
    graph = get_default_graph()
    with graph.control_dependencies(None):
        variable = _made(full, shape, kind, start, trainable, collections, validate_shape, dtype)
    variable.constraint = scope.constraint if constraint is None else constraint
    _store().variables[full] = variable
    if keep_small is not None and keep_small is not no_regularizer:
        _regularize(variable, keep_small)
    return variable


def _shared(full: str, reuse: Any, shape: Any, kind: dtypes.DType) -> Variable | None:
    """The variable of that name, where it is there and may be shared."""
    found = _store().variables.get(full)
    if found is None:
        if reuse is True:
            raise errors.ArgumentValueError(
                message=f"Variable {full} does not exist, or was not created with "
                f"tf.get_variable(). Did you mean to set reuse=tf.AUTO_REUSE in VarScope? Asked "
                f"for at {user_line()}"
            )
        return None
    if not reuse:
        raise errors.ArgumentValueError(
            op=found.op,
            message=f"Variable {full} already exists, disallowed. Did you mean to set reuse=True "
            f"or reuse=tf.AUTO_REUSE in VarScope? Originally defined at {found.op.where}, asked "
            f"for again at {user_line()}",
        )
    if shape is not None and not TensorShape(shape).is_compatible_with(found.shape):
        raise errors.ArgumentValueError(
            op=found.op,
            message=f"Trying to share variable {full}, but specified shape {TensorShape(shape)} "
            f"and found shape {found.shape}. It was made at {found.op.where}, asked for at "
            f"{user_line()}",
        )
    if found.dtype.base_dtype != kind:
        raise errors.ArgumentValueError(
            op=found.op,
            message=f"Trying to share variable {full}, but specified dtype {kind.name} and found "
            f"dtype {found.dtype.name}. It was made at {found.op.where}, asked for at "
            f"{user_line()}",
        )
    return found


def _made(
    full: str,
    shape: Any,
    kind: dtypes.DType,
    start: Any,
    trainable: bool | None,
    collections: Sequence[str] | None,
    validate: bool,
    dtype: Any,
) -> Variable:
    graph = get_default_graph()
    if start is None:
        start = GlorotUniform() if kind.is_floating else Zeros()
    if isinstance(start, type):
        start = start()
    value: Any = start
    if callable(start) and shape is None and not _arguments(start):
        value = start  # a function of nothing gives the initial value itself
    elif callable(start):
        sizes = TensorShape(shape)
        if shape is None:
            raise errors.ArgumentValueError(
                message=f"Variable {full} did not get an initializer, so its `shape` argument must "
                f"be specified. At {user_line()}: tf.get_variable({full!r}, [2, 3])"
            )
        if not sizes.is_fully_defined():
            raise errors.ArgumentValueError(
                message=f"Shape of a new variable ({full}) must be fully defined, but instead was "
                f"{sizes}. At {user_line()}"
            )

        value = partial(start, sizes.as_list(), dtype=kind)
    elif shape is not None:
        raise errors.ArgumentValueError(
            message="If initializer is a constant, do not specify shape. Variable "
            f"{full} was given {start!r} and shape {TensorShape(shape)}. At {user_line()}"
        )
    elif dtype is None and not isinstance(start, (int, float)):
        kind = None  # type: ignore[assignment]
    with graph.name_scope(None):
        return Variable(
            value,
            trainable=True if trainable is None else trainable,
            collections=collections,
            validate_shape=validate,
            name=full,
            dtype=kind,
        )


def variable_beside(name: str, start: Any, shape: Any, kind: dtypes.DType) -> Variable:
    """A variable that is not trained, in a scope of its own under the open one.

    Raises ValueError where variables are shared (`reuse=True`), since this one is always made.
    """
    with variable_scope(None, name) as scope:
        given = None if shape is None else shape
        return _got(f"{scope.name}/", given, kind, start, no_regularizer, False, trainable=False)


def _arguments(function: Callable[..., Any]) -> int:
    """How many arguments a function takes; at least one of what is no function of Python."""
    code = getattr(function, "__code__", None)
    return 1 if code is None else code.co_argcount + bool(code.co_flags & 0x0C)


def _regularize(variable: Variable, keep_small: Callable[[Any], Any]) -> None:
    graph = variable.graph
    with graph.name_scope(f"{variable.op.name}/Regularizer/"), graph.colocate_with(variable):
        loss = keep_small(variable)
    if loss is not None:
        graph.add_to_collection(GraphKeys.REGULARIZATION_LOSSES, loss)


def get_local_variable(name: str, *args: Any, **more: Any) -> Variable:
    """`get_variable` of a variable that is neither trained nor kept."""
    more |= {"collections": [GraphKeys.LOCAL_VARIABLES], "trainable": False}
    return get_variable(name, *args, **more)


@contextmanager
def variable_scope(
    name_or_scope: Any,
    default_name: str | None = None,
    values: Any = None,
    initializer: Any = None,
    regularizer: Any = None,
    caching_device: Any = None,
    partitioner: Any = None,
    custom_getter: Any = None,
    reuse: Any = None,
    dtype: Any = None,
    use_resource: bool | None = None,
    constraint: Any = None,
    auxiliary_name_scope: bool = True,
) -> Iterator[VariableScope]:
    """Puts variables of the block under a prefix, and operations into a name scope.

    custom_getter: called in place of `get_variable` in the block, with it as first argument.

    name_or_scope: a name below the open scope, or a scope to enter again. default_name: a name
    that is made unique, where `name_or_scope` is None. reuse: True shares variables, AUTO_REUSE
    makes those that are not there. Raises ValueError where both names are None.
    """
    if name_or_scope is None and default_name is None:
        raise errors.DTypeError(
            message=f"If default_name is None then name_or_scope is required. At {user_line()}"
        )
    if partitioner is not None:
        raise _partitioned()
    store, graph = _store(), get_default_graph()
    before = store.scope
    if name_or_scope is None and (before.reuse if reuse is None else reuse) is True:
        raise errors.ArgumentValueError(
            message="reuse=True cannot be used without a name_or_scope. At "
            f"{user_line()}: name the scope; an optimizer's slots are made outside of such a scope"
        )
    given = isinstance(name_or_scope, VariableScope)
    if not given and name_or_scope is not None and not isinstance(name_or_scope, str):
        raise errors.DTypeError(
            message="VariableScope: name_or_scope must be a string or VariableScope. Got "
            f"{name_or_scope!r} at {user_line()}"
        )
    if given:
        full, label = name_or_scope.name, name_or_scope.name.rpartition("/")[2]
    else:
        label = name_or_scope if name_or_scope is not None else _unused(before, str(default_name))
        full = f"{before.name}/{label}" if before.name else label
    source = name_or_scope if given else before
    inner = VariableScope(
        (source.reuse or before.reuse) if reuse is None else reuse,
        full,
        source.initializer if initializer is None else initializer,
        source.regularizer if regularizer is None else regularizer,
        source.dtype if dtype is None else dtype,
        source.original_name_scope if given else graph.get_name_scope() + "/",
        _both(source.custom_getter, custom_getter),
        source.constraint if constraint is None else constraint,
    )
    store.opened[full] = store.opened.get(full, 0) + 1
    try:
        store.scope = inner
        if auxiliary_name_scope and label:
            shown = str(default_name) if name_or_scope is None else label
            with graph.name_scope(shown) as name_scope:
                if not given:
                    inner.original_name_scope = name_scope
                yield inner
        else:
            yield inner
    finally:
        store.scope = before
        for name in [key for key in store.opened if key.startswith(f"{full}/")]:
            del store.opened[name]  # default names below it are counted anew


def _both(
    outer: Callable[..., Any] | None, inner: Callable[..., Any] | None
) -> Callable[..., Any] | None:
    """A custom getter inside of another: the inner one is called first, with the outer one."""
    if outer is None or inner is None:
        return inner or outer

    def getter(first: Callable[..., Any], name: str, *args: Any, **more: Any) -> Any:
        return inner(partial(outer, first), name, *args, **more)

    return getter


def make_template(
    name_: str,
    func_: Callable[..., Any],
    create_scope_now_: bool = False,
    unique_name_: str | None = None,
    custom_getter_: Callable[..., Any] | None = None,
    **kwargs: Any,
) -> Callable[..., Any]:
    """A function whose variables are made in its first call and shared in those behind it.

    name_: the scope of its variables, made unique, unless `unique_name_` is given. kwargs: for
    `func_`, beside those of each call.
    """
    kept: list[VariableScope] = []

    def scope(reuse: bool | None) -> Any:
        if kept:
            return variable_scope(kept[0], reuse=reuse)
        if unique_name_ is not None:
            return variable_scope(unique_name_, custom_getter=custom_getter_)
        return variable_scope(None, name_, custom_getter=custom_getter_)

    called: list[bool] = []

    def template(*args: Any, **more: Any) -> Any:
        with scope(True if called else None) as opened:
            if not kept:
                kept.append(opened)
            called.append(True)
            return func_(*args, **{**kwargs, **more})

    if create_scope_now_:
        with scope(None) as opened:
            kept.append(opened)
    return template


def _unused(scope: VariableScope, default: str) -> str:
    """`default`, with a number behind it where such a scope was open here before."""
    opened, prefix = _store().opened, f"{scope.name}/" if scope.name else ""
    number, name = 0, default
    while f"{prefix}{name}" in opened:
        number += 1
        name = f"{default}_{number}"
    return name


def variable_op_scope(
    values: Any, name_or_scope: Any, default_name: str | None = None, **more: Any
) -> Any:
    """`variable_scope` with the order of arguments of TensorFlow 0.x."""
    return variable_scope(name_or_scope, default_name, values, **more)
