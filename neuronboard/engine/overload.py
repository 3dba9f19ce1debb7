"""Python's operators on tensors and variables: `w * x` is `multiply(w, x, name="mul")`.

Names follow TensorFlow: arithmetic gets lower-case names, the rest the type's name.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from neuronboard.engine.convert import convert_to_tensor
from neuronboard.engine.graph import Tensor
from neuronboard.engine.ops import arithmetic, compare, functions, matrix, slicing
from neuronboard.engine.ops.apply import graph_of
from neuronboard.engine.variables import Variable

# Python's name -> (function, name of the node)
_BINARY: dict[str, tuple[Callable[..., Tensor], str]] = {
    "add": (arithmetic.add, "add"),
    "sub": (arithmetic.subtract, "sub"),
    "mul": (arithmetic.multiply, "mul"),
    "truediv": (arithmetic.truediv, "truediv"),
    "floordiv": (arithmetic.floordiv, "floordiv"),
    "mod": (arithmetic.floormod, "mod"),
    "pow": (functions.pow, "pow"),
    "matmul": (matrix.matmul, "matmul"),
    "and": (compare.logical_and, "and"),
    "or": (compare.logical_or, "or"),
    "xor": (compare.logical_xor, "xor"),
}
_COMPARISONS = {
    "gt": compare.greater,
    "ge": compare.greater_equal,
    "lt": compare.less,
    "le": compare.less_equal,
}


def _forward(function: Callable[..., Tensor], name: str) -> Callable[[Any, Any], Tensor]:
    def operator(self: Any, other: Any) -> Tensor:
        graph = graph_of([self])
        with graph.as_default(), graph.name_scope(name) as scope:
            return function(convert_to_tensor(self), other, name=scope)

    return operator


def _reflected(function: Callable[..., Tensor], name: str) -> Callable[[Any, Any], Tensor]:
    def operator(self: Any, other: Any) -> Tensor:
        graph = graph_of([self])
        with graph.as_default(), graph.name_scope(name) as scope:
            y = convert_to_tensor(self)
            return function(convert_to_tensor(other, _wanted(y, other), name="x"), y, name=scope)

    return operator


def _wanted(tensor: Tensor, other: Any) -> Any:
    """The type for a plain value beside `tensor`; tensors keep theirs and are checked later."""
    is_tensor = isinstance(other, Tensor) or hasattr(other, "_as_tensor")
    return None if is_tensor else tensor.dtype.base_dtype


def _install(owner: type[Any]) -> None:
    for name, (function, node) in _BINARY.items():
        setattr(owner, f"__{name}__", _forward(function, node))
        setattr(owner, f"__r{name}__", _reflected(function, node))
    for name, comparison in _COMPARISONS.items():
        setattr(owner, f"__{name}__", comparison)
    owner.__neg__ = lambda self: arithmetic.negative(self)
    owner.__invert__ = lambda self: compare.logical_not(self)
    owner.__getitem__ = slicing.getitem
    owner.__abs__ = lambda self: arithmetic.abs(self)


for _owner in (Tensor, Variable):
    _install(_owner)
