"""Python's operators on tensors and variables: `w * x` is `multiply(w, x, name="mul")`.

Names follow TensorFlow: arithmetic gets lower-case names, the rest the type's name.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

from neuronboard.engine.convert import convert_to_tensor
from neuronboard.engine.graph import Tensor
from neuronboard.engine.ops import arithmetic, compare, functions, matrix, slicing
from neuronboard.engine.ops.apply import graph_of
from neuronboard.engine.variables import Variable


def _bits(name: str) -> Callable[..., Tensor]:
    """A function of integers bit by bit, whose room is loaded when one is asked for."""
    found: Callable[..., Tensor] = getattr(import_module("neuronboard.engine.ops.bits"), name)
    return found


def _logic(of_truths: str, of_integers: str) -> Callable[..., Tensor]:
    """`&`, `|` and `^`: of booleans logic, of integers bit by bit."""

    def function(x: Any, y: Any, name: str) -> Tensor:
        tensor = x if isinstance(x, Tensor) else y
        if tensor.dtype.is_bool:
            plain: Callable[..., Tensor] = getattr(compare, of_truths)
            return plain(x, y, name=name)
        return _bits(of_integers)(x, y)

    return function


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
    "and": (_logic("logical_and", "bitwise_and"), "and"),
    "or": (_logic("logical_or", "bitwise_or"), "or"),
    "xor": (_logic("logical_xor", "bitwise_xor"), "xor"),
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


def _invert(self: Any) -> Tensor:
    """`~x`: of booleans not x, of integers every bit turned round."""
    x = convert_to_tensor(self)
    return compare.logical_not(x) if x.dtype.is_bool else _bits("invert")(x)


def _install(owner: type[Any]) -> None:
    for name, (function, node) in _BINARY.items():
        setattr(owner, f"__{name}__", _forward(function, node))
        setattr(owner, f"__r{name}__", _reflected(function, node))
    for name, comparison in _COMPARISONS.items():
        setattr(owner, f"__{name}__", comparison)
    owner.__neg__ = lambda self: arithmetic.negative(self)
    owner.__invert__ = _invert
    owner.__getitem__ = slicing.getitem
    owner.__abs__ = lambda self: arithmetic.abs(self)


for _owner in (Tensor, Variable):
    _install(_owner)
