"""Builds a node: scope, conversion of arguments, dtype rules, and the operation itself.

Every operation is made inside a name scope of its own name, so a bare number becomes a constant
below it: `tf.pow(x, 2, name="loss")` makes "loss/y" and then "loss".
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from neuronboard import errors
from neuronboard.engine.allowed import allowed
from neuronboard.engine.convert import convert_to_tensor
from neuronboard.engine.dtypes import ALL, DType, int32, string
from neuronboard.engine.graph import Graph, Operation, Tensor, get_default_graph
from neuronboard.engine.opdef import OpDef
from neuronboard.engine.where import origins, user_line

_USUAL = ("float32", "int32", "bool", "complex64")  # what to cast to: the first that is taken


def apply(definition: OpDef, *values: Any, name: str | None = None, **attrs: Any) -> Operation:
    """Adds an operation of type `definition` over `values`, one for each of its inputs.

    Inputs that share a dtype get it from the first tensor among them; plain numbers follow.
    Raises `DTypeError` where two tensors differ, or where the type does not take such elements.
    """
    with scope_of(values, name or definition.type) as scope:
        named = _converted(definition, values)
        found = {name: tensor.dtype.base_dtype for name, tensor in named}
        if definition.same:
            attrs["T"] = _shared(definition, found)
        attrs |= {attr: found[name] for attr, name in definition.types.items()}
        tensors = [tensor for _, tensor in named]
        return get_default_graph().add_operation(definition, tensors, attrs, scope)


def one(definition: OpDef, *values: Any, name: str | None = None, **attrs: Any) -> Tensor:
    """Adds an operation, as `apply` does; gives its first output."""
    return apply(definition, *values, name=name, **attrs).outputs[0]


@contextmanager
def scope_of(values: Any, name: str) -> Iterator[str]:
    """The scope `name` in the graph of `values`, which is the default graph inside."""
    graph = graph_of(values)
    with graph.as_default(), graph.name_scope(name) as scope:
        yield scope


def graph_of(values: Any) -> Graph:
    """The graph of the first tensor or variable among `values` (one level deep), or the default.

    Inside of a function's graph it is that one, which captures tensors of the graph around it.
    """
    if get_default_graph().outer is not None:
        return get_default_graph()
    for value in values:
        for item in value if isinstance(value, (list, tuple)) else (value,):
            if _has_graph(item):
                graph: Graph = item.graph
                return graph
    return get_default_graph()


def _converted(definition: OpDef, values: tuple[Any, ...]) -> list[tuple[str, Tensor]]:
    """(input name, tensor) in the order of the inputs; references stay references.

    As in TensorFlow the first input that shares a type tells it, and plain values follow.
    """
    taken = _taken(definition)
    found: list[tuple[str, Tensor]] = []
    shared: tuple[str, Tensor] | None = None
    last, begun = "", 0  # the input at hand, and which tensor is its first
    for name, value in _named(definition, values):
        if name != last:
            last, begun = name, len(found)
        if name in definition.refs:
            tensor = _reference(definition, name, value)
        elif isinstance(value, Tensor):
            tensor = value
        else:
            label = f"{name[1:]}_{len(found) - begun}" if name[0] == "*" else name
            wanted = _wanted(definition, name, shared, values)
            tensor = _plain(definition, name, value, wanted, label)
        if name in definition.same:
            shared = shared or (name, tensor)
            if tensor.dtype.base_dtype != shared[1].dtype.base_dtype:
                raise _differing(definition, shared, name, tensor)
        if name in taken and tensor.dtype.base_dtype not in taken[name]:
            raise _unfit(definition, name, tensor)
        found.append((name, tensor))
    return found


def _wanted(
    definition: OpDef, name: str, shared: tuple[str, Tensor] | None, values: tuple[Any, ...]
) -> DType | None:
    """The type that a plain value has to take; None where it may have its own.

    In a list a plain value takes the type of the first tensor, even of one behind it.
    """
    if name not in definition.same:
        return _fixed(definition, name)
    if shared is not None:
        return shared[1].dtype.base_dtype
    items = values[definition.inputs.index(name)] if name[0] == "*" else ()
    return next((item.dtype.base_dtype for item in items if _has_graph(item)), None)


def _has_graph(value: Any) -> bool:
    """Whether a value is a tensor or a variable."""
    return isinstance(value, Tensor) or hasattr(value, "_as_tensor")


def _plain(definition: OpDef, name: str, value: Any, wanted: DType | None, label: str) -> Tensor:
    """A number, array, list or variable as an input."""
    if wanted is None and isinstance(value, (list, tuple)) and not len(value):
        kinds = {dtype.kind for dtype in _taken(definition).get(name, ())}
        wanted = int32 if kinds and kinds <= set("iu") else None  # its type cannot be seen
    try:
        return convert_to_tensor(value, wanted, name=label)
    except errors.DTypeError as error:
        if wanted is None or hasattr(value, "_as_tensor"):
            raise
        raise errors.DTypeError(
            message=f"Expected {wanted.name} passed to parameter '{name.lstrip('*')}' of op "
            f"'{definition.type}', got {value!r} of type '{type(value).__name__}' instead. "
            f"Error: {error}"
        ) from None
    except errors.ArgumentValueError as error:
        if value is not None:
            raise
        raise errors.ArgumentValueError(
            message=f"Tried to convert '{name.lstrip('*')}' to a tensor and failed. Error: {error}"
        ) from None


def _named(definition: OpDef, values: tuple[Any, ...]) -> list[tuple[str, Any]]:
    """(input name, value) pairs; a "*" input is given as one list."""
    pairs: list[tuple[str, Any]] = []
    for name, value in zip(definition.inputs, values, strict=True):
        items = value if name.startswith("*") else (value,)
        pairs += [(name, item) for item in items]
    return pairs


def _fixed(definition: OpDef, name: str) -> DType | None:
    """The only type that an input takes; None where there are several."""
    taken = _taken(definition).get(name, frozenset())
    return next(iter(taken)) if len(taken) == 1 else None


def _shared(definition: OpDef, found: dict[str, DType]) -> DType:
    """The dtype of the inputs that share one."""
    kind = next((found[name] for name in definition.same if name in found), None)
    if kind is None:
        raise errors.ArgumentValueError(
            message=f"{definition.type} takes at least one tensor, got none at {user_line()}"
        )
    return kind


def _differing(
    definition: OpDef, shared: tuple[str, Tensor], name: str, tensor: Tensor
) -> errors.DTypeError:
    """Says which of two inputs to cast, and to what."""
    first, beside = shared
    wide, other = beside, tensor
    if tensor.dtype.is_floating and not (beside.dtype.is_floating or beside.dtype.is_ref):
        wide, other = tensor, beside
    return errors.DTypeError(
        op=tensor.op,
        message=f"Input '{name.lstrip('*')}' of '{definition.type}' Op has type "
        f"{tensor.dtype.base_dtype.name} that does not match type {beside.dtype.base_dtype.name} "
        f"of argument '{first.lstrip('*')}'. At {user_line()}; {origins([beside.op, tensor.op])}. "
        f"Use tf.cast(x, tf.{wide.dtype.base_dtype.name}) on {other.name}.",
    )


@cache
def _taken(definition: OpDef) -> dict[str, frozenset[DType]]:
    """input -> the types that it takes: those that TensorFlow's takes, as far as ours does.

    Ours take floating-point numbers of every width where TensorFlow's take some.
    """
    listed = allowed(definition.type)
    found = {}
    for name in dict.fromkeys(definition.inputs):
        sorts, names = definition.takes.get(name), listed.get(name.lstrip("*"))
        known = [dtype for dtype in ALL if names is None or dtype.name in names]
        if any(dtype.is_floating for dtype in known):
            known += [dtype for dtype in ALL if dtype.is_floating]
        if sorts is not None or names is not None:
            found[name] = frozenset(d for d in known if sorts is None or d.kind in sorts)
    return found


def _unfit(definition: OpDef, name: str, tensor: Tensor) -> errors.DTypeError:
    """Says which types an input takes, in TensorFlow's words, and what to cast to."""
    given, label = tensor.dtype.base_dtype.name, name.lstrip("*")
    taken = _taken(definition)[name]
    names = allowed(definition.type).get(label) or [dtype.name for dtype in ALL if dtype in taken]
    if len(names) == 1:
        what = (
            f"Input '{label}' of '{definition.type}' Op has type {given} that does not match "
            f"expected type of {names[0]}"
        )
    else:
        what = (
            f"Value passed to parameter '{label}' has DataType {given} not in list of allowed "
            f"values: {', '.join(names)}"
        )
    usual = next((kind for kind in _USUAL if kind in {t.name for t in taken}), "string")
    textual = string in taken or tensor.dtype.base_dtype == string
    mend = f"Give a tensor of {usual}" if textual else f"Use tf.cast(x, tf.{usual}) on it"
    return errors.DTypeError(
        op=tensor.op,
        message=f"{what}. {definition.type} was given {tensor!r}, at {user_line()}; "
        f"{origins([tensor.op])}. {mend}.",
    )


def _reference(definition: OpDef, name: str, value: Any) -> Tensor:
    tensor = value._ref() if hasattr(value, "_ref") else value
    if not isinstance(tensor, Tensor) or not tensor.dtype.is_ref:
        raise errors.DTypeError(
            message=f"Input '{name}' of '{definition.type}' Op must be a variable, got {value!r} "
            f"at {user_line()}; make one with tf.Variable(...)"
        )
    return tensor
