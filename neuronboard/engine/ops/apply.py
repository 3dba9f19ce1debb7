"""Builds a node: scope, conversion of arguments, dtype rules, and the operation itself.

Every operation is made inside a name scope of its own name, so a bare number becomes a constant
below it: `tf.pow(x, 2, name="loss")` makes "loss/y" and then "loss".
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from neuronboard import errors
from neuronboard.engine.convert import convert_to_tensor
from neuronboard.engine.dtypes import ALL, DType, int32
from neuronboard.engine.graph import Graph, Operation, Tensor, get_default_graph
from neuronboard.engine.opdef import OpDef
from neuronboard.engine.where import origins, user_line

_USUAL = {"f": "float32", "i": "int32", "b": "bool"}  # what to cast to, by the sort that is taken


def apply(definition: OpDef, *values: Any, name: str | None = None, **attrs: Any) -> Operation:
    """Adds an operation of type `definition` over `values`, one for each of its inputs.

    Inputs that share a dtype get it from the first tensor among them; plain numbers follow.
    Raises `DTypeError` where two tensors differ, or where the type does not take such elements.
    """
    with scope_of(values, name or definition.type) as scope:
        tensors = _converted(definition, values)
        named = [
            (name, t) for (name, _), t in zip(_named(definition, values), tensors, strict=True)
        ]
        if definition.same:
            attrs["T"] = _shared(definition, named)
        _check_sorts(definition, named)
        found = {name: tensor.dtype.base_dtype for name, tensor in named}
        attrs |= {attr: found[name] for attr, name in definition.types.items()}
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
            if isinstance(item, Tensor) or hasattr(item, "_as_tensor"):
                graph: Graph = item.graph
                return graph
    return get_default_graph()


def _converted(definition: OpDef, values: tuple[Any, ...]) -> list[Tensor]:
    """The arguments as tensors, in the order of the inputs; references stay references."""
    dtype = _known_dtype(definition, values)
    tensors: list[Tensor] = []
    last, begun = "", 0  # the input at hand, and which tensor is its first
    for name, value in _named(definition, values):
        if name != last:
            last, begun = name, len(tensors)
        if name in definition.refs:
            tensors.append(_reference(definition, name, value))
        elif isinstance(value, Tensor):
            tensors.append(value)
        else:
            wanted = dtype if name in definition.same else None
            if (
                definition.takes.get(name) == "i"
                and isinstance(value, (list, tuple))
                and not len(value)
            ):
                wanted = int32  # of an empty list the type cannot be seen
            label = f"{name[1:]}_{len(tensors) - begun}" if name[0] == "*" else name
            tensors.append(convert_to_tensor(value, wanted, name=label))
            dtype = dtype or (tensors[-1].dtype.base_dtype if name in definition.same else None)
    return tensors


def _named(definition: OpDef, values: tuple[Any, ...]) -> list[tuple[str, Any]]:
    """(input name, value) pairs; a "*" input is given as one list."""
    pairs: list[tuple[str, Any]] = []
    for name, value in zip(definition.inputs, values, strict=True):
        items = value if name.startswith("*") else (value,)
        pairs += [(name, item) for item in items]
    return pairs


def _known_dtype(definition: OpDef, values: tuple[Any, ...]) -> DType | None:
    for name, value in _named(definition, values):
        if name in definition.same and hasattr(value, "dtype") and hasattr(value, "graph"):
            found: DType = value.dtype.base_dtype
            return found
    return None


def _shared(definition: OpDef, named: list[tuple[str, Tensor]]) -> DType:
    """The dtype of the inputs that share one."""
    sharing = [(name, tensor) for name, tensor in named if name in definition.same]
    if not sharing:
        raise errors.ArgumentValueError(
            message=f"{definition.type} takes at least one tensor, got none at {user_line()}"
        )
    first, beside = sharing[0]
    dtype = beside.dtype.base_dtype
    for name, tensor in sharing:
        if tensor.dtype.base_dtype == dtype:
            continue
        wide, other = beside, tensor
        if tensor.dtype.is_floating and not (beside.dtype.is_floating or beside.dtype.is_ref):
            wide, other = tensor, beside
        raise errors.DTypeError(
            op=tensor.op,
            message=f"Input '{name.lstrip('*')}' of '{definition.type}' Op has type "
            f"{tensor.dtype.base_dtype.name} that does not match type {dtype.name} of argument "
            f"'{first.lstrip('*')}'. At {user_line()}; {origins([beside.op, tensor.op])}. Use "
            f"tf.cast(x, tf.{wide.dtype.base_dtype.name}) on {other.name}.",
        )
    return dtype


def _check_sorts(definition: OpDef, named: list[tuple[str, Tensor]]) -> None:
    """Refuses elements that the type does not work on, such as the logarithm of text."""
    for name, tensor in named:
        sorts = definition.takes.get(name)
        if sorts is None or tensor.dtype.kind in sorts:
            continue
        allowed = ", ".join(dtype.name for dtype in ALL if dtype.kind in sorts)
        usual = next((name for sort, name in _USUAL.items() if sort in sorts), "string")
        mend = f"Use tf.cast(x, tf.{usual}) on it" if "O" not in tensor.dtype.kind + sorts else ""
        raise errors.DTypeError(
            op=tensor.op,
            message=f"Value passed to parameter '{name.lstrip('*')}' has "
            f"DataType {tensor.dtype.base_dtype.name} not in list of allowed values: "
            f"{allowed}. {definition.type} was given {tensor!r}, at {user_line()}; "
            f"{origins([tensor.op])}. "
            f"{mend or f'Give a tensor of {usual}'}.",
        )


def _reference(definition: OpDef, name: str, value: Any) -> Tensor:
    tensor = value._ref() if hasattr(value, "_ref") else value
    if not isinstance(tensor, Tensor) or not tensor.dtype.is_ref:
        raise errors.DTypeError(
            message=f"Input '{name}' of '{definition.type}' Op must be a variable, got {value!r} "
            f"at {user_line()}; make one with tf.Variable(...)"
        )
    return tensor
