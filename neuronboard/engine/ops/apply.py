"""Builds a node: scope, conversion of arguments, dtype rules, and the operation itself.

Every operation is made inside a name scope of its own name, so a bare number becomes a constant
below it: `tf.pow(x, 2, name="loss")` makes "loss/y" and then "loss".
"""

from __future__ import annotations

from typing import Any

from neuronboard import errors
from neuronboard.engine.convert import convert_to_tensor
from neuronboard.engine.dtypes import DType
from neuronboard.engine.graph import Graph, Operation, Tensor, get_default_graph
from neuronboard.engine.opdef import OpDef


def apply(definition: OpDef, *values: Any, name: str | None = None, **attrs: Any) -> Operation:
    """Adds an operation of type `definition` over `values`, one for each of its inputs.

    Inputs that share a dtype get it from the first tensor among them; plain numbers follow.
    Raises `DTypeError` where two tensors differ.
    """
    graph = graph_of(values)
    with graph.as_default(), graph.name_scope(name or definition.type) as scope:
        tensors = _converted(definition, values)
        if definition.same:
            attrs["T"] = _shared(definition, tensors, values) or attrs.get("T")
        return graph.add_operation(definition, tensors, attrs, scope)


def graph_of(values: Any) -> Graph:
    """The graph of the first tensor or variable among `values` (one level deep), or the default."""
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
    for name, value in _named(definition, values):
        if name in definition.refs:
            tensors.append(_reference(definition, name, value))
        elif isinstance(value, Tensor):
            tensors.append(value)
        else:
            wanted = dtype if name in definition.same else None
            tensors.append(convert_to_tensor(value, wanted, name=name.lstrip("*")))
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


def _shared(definition: OpDef, tensors: list[Tensor], values: tuple[Any, ...]) -> DType | None:
    names = [name for name, _ in _named(definition, values)]
    first: tuple[str, DType] | None = None
    for name, tensor in zip(names, tensors, strict=True):
        if name not in definition.same:
            continue
        dtype = tensor.dtype.base_dtype
        if first is None:
            first = (name, dtype)
        elif dtype != first[1]:
            raise errors.DTypeError(
                op=tensor.op,
                message=f"Input '{name.lstrip('*')}' of '{definition.type}' Op has type "
                f"{dtype.name} that does not match type {first[1].name} of argument "
                f"'{first[0].lstrip('*')}'. Use tf.cast(x, tf.{first[1].name}) on {tensor.name}.",
            )
    return None if first is None else first[1]


def _reference(definition: OpDef, name: str, value: Any) -> Tensor:
    tensor = value._ref() if hasattr(value, "_ref") else value
    if not isinstance(tensor, Tensor) or not tensor.dtype.is_ref:
        raise errors.DTypeError(
            message=f"Input '{name}' of '{definition.type}' Op must be a variable, got {value!r}"
        )
    return tensor
