"""What many operation types have in common: inference of types and shapes, and registration."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from neuronboard import errors
from neuronboard.engine import dtypes
from neuronboard.engine.graph import Operation, Tensor
from neuronboard.engine.opdef import Kernel, OpDef, register
from neuronboard.engine.shape import TensorShape, broadcast, unequal
from neuronboard.engine.where import origins

Inferred = list[tuple[dtypes.DType, TensorShape]]
Grads = tuple[Any, ...]
Infer = Callable[[Operation], Inferred]


def attrs_of(op: Operation, names: Iterable[str]) -> dict[str, Any]:
    """Attributes of an operation, by which another one is made."""
    return {name: op.attrs[name] for name in names}


# ---- shapes and types of outputs


def same_as_input(op: Operation) -> Inferred:
    """One output of the first input's type and shape."""
    return [(op.inputs[0].dtype.base_dtype, op.inputs[0].shape)]


def broadcast_like(op: Operation) -> Inferred:
    """One output of the inputs' type and their shapes taken together."""
    return [(op.inputs[0].dtype.base_dtype, broadcast([t.shape for t in op.inputs]))]


def compared(op: Operation) -> Inferred:
    """One output of booleans, of the inputs' shapes taken together."""
    return [(dtypes.bool_, broadcast([t.shape for t in op.inputs]))]


def merged(op: Operation) -> Inferred:
    """One output of the inputs' type and their one shape."""
    shape = TensorShape(None)
    for tensor in op.inputs:
        if not shape.is_compatible_with(tensor.shape):
            raise ValueError(
                unequal(shape, tensor.shape),
                f"{op.type} takes tensors of one shape",
            )
        shape = shape.merge_with(tensor.shape)
    return [(op.inputs[0].dtype.base_dtype, shape)]


def unknown(op: Operation) -> Inferred:
    """One output of the first input's type, of which nothing else is known."""
    return [(op.inputs[0].dtype.base_dtype, TensorShape(None))]


def need_rank(tensor: Tensor, rank: int, mend: str) -> tuple[int | None, ...]:
    """The sizes of a tensor that must have `rank` axes, None where unknown."""
    dims = tensor.shape.dims
    if dims is None:
        return (None,) * rank
    if len(dims) != rank:
        raise ValueError(f"Shape must be rank {rank} but is rank {len(dims)}", mend)
    return dims


# How TensorFlow says that an axis is none.
_OUTSIDE = {
    "dim": "dim {axis} not in the interval [{low}, {high}].",
    "perm dim": "perm dim {axis} is out of range of input rank {rank}",
}


def axis_of(axis: int, rank: int, what: str = "axis") -> int:
    """`axis` counted from the front."""
    if not -rank <= axis < rank:
        said = _OUTSIDE.get(what, "{what} {axis} is not in [{low}, {rank})")
        raise ValueError(
            said.format(what=what, axis=axis, rank=rank, low=-rank, high=rank - 1),
            f"give one from {-rank} to {rank - 1}",
        )
    return axis % rank


def same_static_shape(x: Tensor, y: Tensor) -> bool:
    """Whether two tensors are known to have one shape."""
    return x.shape.is_fully_defined() and x.shape == y.shape


def no_gradient(op: Operation, *_: Tensor | None) -> Grads:
    """The rule of a type that TensorFlow has no gradient for: LookupError."""
    raise errors.GradientError(
        op=op,
        message=f"No gradient defined for operation'{op.name}' (op type: {op.type}). "
        f"{origins([op])}: use tf.stop_gradient(x) on what comes before it, or other operations",
    )


def outputs_of(parts: Iterable[Any]) -> Any:
    """What a kernel gives for a number of outputs that an attribute says: one stands alone."""
    found = tuple(parts)
    return found[0] if len(found) == 1 else found


# ---- element by element


def unary(
    op_type: str,
    kernel: Kernel,
    grad: Any,
    sorts: str = "fc",
    infer: Infer = same_as_input,
    name: str = "x",
) -> OpDef:
    """Registers an element-by-element operation of one tensor."""
    return register(
        OpDef(
            type=op_type,
            inputs=(name,),
            same=(name,),
            takes={name: sorts},
            infer=infer,
            kernel=kernel,
            grad=grad,
        )
    )


def binary(
    op_type: str,
    kernel: Kernel,
    grad: Any,
    sorts: str = "iufc",
    infer: Infer = broadcast_like,
    names: tuple[str, str] = ("x", "y"),
) -> OpDef:
    """Registers an element-by-element operation of two tensors."""
    return register(
        OpDef(
            type=op_type,
            inputs=names,
            same=names,
            takes={names[0]: sorts},
            infer=infer,
            kernel=kernel,
            grad=grad,
        )
    )
