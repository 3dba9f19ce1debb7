"""What an operation type is: one `OpDef`, registered once.

A definition holds everything about a type: its name as TensorFlow spells it, inputs, attributes,
inference of shape and dtype when a node is built, the kernel, and the gradient. The public function
that builds such a node stands beside the definition, in `engine/ops/`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from neuronboard.engine.dtypes import DType
    from neuronboard.engine.graph import Operation
    from neuronboard.engine.shape import TensorShape

Inferred = "list[tuple[DType, TensorShape]]"
Kernel = str | Callable[..., Any]
Gradient = Callable[..., "tuple[Any, ...]"]


class _NotDifferentiable:
    """Marks a type through which no gradient flows, on purpose."""

    def __repr__(self) -> str:
        return "NOT_DIFFERENTIABLE"


NOT_DIFFERENTIABLE: Final = _NotDifferentiable()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OpDef:
    """An operation type.

    inputs: names of its inputs; a name that begins with "*" takes any number.
    same: inputs that share one dtype, which becomes the attribute "T".
    infer: (op) -> [(dtype, shape)] of its outputs; raises ValueError(what, how to mend it) for
        shapes that do not fit.
    takes: input -> the sorts of elements it may have, as numpy's letters ("iuf": real numbers);
        of inputs that share a dtype the first is enough, and one that is not named takes any.
    types: attribute -> the input whose dtype it tells, such as {"Tshape": "shape"}.
    kernel: a function (xp, *arrays) -> array, or a tuple of them where there are several outputs;
        `xp` is the namespace of arrays that it computes with (see `engine/namespace.py`). A name
        is the function of that name there.
    kernel_attrs: attributes that the kernel gets by keyword.
    grad: (op, *gradients of its outputs) -> gradient of each input, as graph; or
        NOT_DIFFERENTIABLE, which must be written: a forgotten rule is an error.
    stateful: the kernel gets (state, op, *arrays); references to variables come as their names.
    pure: whether the same inputs always give the same outputs and nothing else happens, so that
        a plan may compute it once, or beforehand.
    """

    type: str
    inputs: tuple[str, ...] = ()
    same: tuple[str, ...] = ()
    takes: Mapping[str, str] = field(default_factory=dict)
    types: Mapping[str, str] = field(default_factory=dict)
    infer: Callable[[Operation], list[tuple[DType, TensorShape]]]
    kernel: Kernel
    kernel_attrs: tuple[str, ...] = ()
    grad: Gradient | _NotDifferentiable
    stateful: bool = False
    pure: bool = True
    refs: tuple[str, ...] = ()  # inputs that must be references to variables

    def bound(self, xp: Any, attrs: Mapping[str, Any]) -> Callable[..., Any]:
        """The kernel over the arrays of `xp`, with a node's attributes filled in."""
        if isinstance(self.kernel, str):
            function: Callable[..., Any] = getattr(xp, self.kernel)
            return function
        return partial(self.kernel, xp, **{name: attrs[name] for name in self.kernel_attrs})


REGISTRY: dict[str, OpDef] = {}


def register(definition: OpDef) -> OpDef:
    """Makes a type known; ValueError if its name is taken."""
    if definition.type in REGISTRY:
        raise ValueError(f"op type {definition.type!r} is registered already")
    REGISTRY[definition.type] = definition
    return definition
