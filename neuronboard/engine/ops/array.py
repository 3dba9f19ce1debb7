"""Shapes and copies: identity, shape, fill, reshape, cast and their kin."""

from __future__ import annotations

from typing import Any

import numpy as np

from neuronboard import errors
from neuronboard.engine import dtypes
from neuronboard.engine.convert import convert_to_tensor
from neuronboard.engine.graph import Operation, Tensor
from neuronboard.engine.opdef import NOT_DIFFERENTIABLE, OpDef, register
from neuronboard.engine.ops.apply import apply, scope_of
from neuronboard.engine.ops.constant import constant
from neuronboard.engine.shape import TensorShape
from neuronboard.engine.where import origins, user_line


def same_as_input(op: Operation) -> list[tuple[dtypes.DType, TensorShape]]:
    """One output of the first input's type and shape."""
    return [(op.inputs[0].dtype.base_dtype, op.inputs[0].shape)]


IDENTITY = register(
    OpDef(
        type="Identity",
        inputs=("input",),
        same=("input",),
        infer=same_as_input,
        kernel=lambda x: x,
        grad=lambda op, dy: (dy,),
    )
)


def identity(input: Any, name: str | None = None) -> Tensor:
    """The same value under another name."""
    return apply(IDENTITY, input, name=name).outputs[0]


STOP_GRADIENT = register(
    OpDef(
        type="StopGradient",
        inputs=("input",),
        same=("input",),
        infer=same_as_input,
        kernel=lambda x: x,
        grad=NOT_DIFFERENTIABLE,
    )
)


def stop_gradient(input: Any, name: str | None = None) -> Tensor:
    """The same value, through which no gradient flows."""
    return apply(STOP_GRADIENT, input, name=name).outputs[0]


SHAPE = register(
    OpDef(
        type="Shape",
        inputs=("input",),
        same=("input",),
        infer=lambda op: [(op.attrs["out_type"], TensorShape([op.inputs[0].shape.ndims]))],
        kernel=lambda x, out_type: np.array(np.shape(x), out_type.as_numpy_dtype),
        kernel_attrs=("out_type",),
        grad=NOT_DIFFERENTIABLE,
    )
)


def shape(
    input: Any,
    name: str | None = None,
    out_type: Any = dtypes.int32,
) -> Tensor:
    """The shape as an int32 vector; a constant where it is known while the graph is built."""
    with scope_of([input], name or "Shape") as scope:
        tensor = convert_to_tensor(input, name="input")
        out = dtypes.as_dtype(out_type)
        if tensor.shape.is_fully_defined():
            return constant(np.array(tensor.shape.dims, out.as_numpy_dtype), name=scope)
        return apply(SHAPE, tensor, name=scope, out_type=out).outputs[0]


def static_value(tensor: Tensor) -> Any:
    """The array of a tensor that is a constant, else None."""
    return tensor.op.attrs["value"] if tensor.op.type == "Const" else None


def _shape_from(tensor: Tensor) -> TensorShape:
    """The shape that a tensor of sizes describes, as far as it is known."""
    sizes = static_value(tensor)
    if sizes is not None:
        return TensorShape([None if size == -1 else int(size) for size in sizes])
    dims = tensor.shape.dims
    rank = dims[0] if dims else None
    return TensorShape(None if rank is None else [None] * rank)


def _infer_fill(op: Operation) -> list[tuple[dtypes.DType, TensorShape]]:
    dims, value = op.inputs
    if not value.shape.is_compatible_with([]):
        raise ValueError(
            f"Shape must be rank 0 but is rank {value.shape.ndims}",
            "fill repeats one number; tf.reshape(x, []) makes a single element one",
        )
    return [(value.dtype.base_dtype, _shape_from(dims))]


FILL = register(
    OpDef(
        type="Fill",
        inputs=("dims", "value"),
        same=("value",),
        takes={"dims": "i"},
        types={"index_type": "dims"},
        infer=_infer_fill,
        kernel=lambda dims, value: np.full(tuple(dims), value, getattr(value, "dtype", object))[()],
        grad=lambda op, dy: (None, _sum_all(dy)),
    )
)


def fill(dims: Any, value: Any, name: str | None = None) -> Tensor:
    """A tensor of shape `dims` with every element `value`."""
    return apply(FILL, dims, value, name=name).outputs[0]


def _sum_all(dy: Tensor) -> Tensor:
    from neuronboard.engine.ops.math import reduce_sum

    return reduce_sum(dy)


def zeros(shape: Any, dtype: Any = dtypes.float32, name: str | None = None) -> Tensor:
    """A constant of zeros."""
    return _constant_of(0, shape, dtype, name or "zeros")


def ones(shape: Any, dtype: Any = dtypes.float32, name: str | None = None) -> Tensor:
    """A constant of ones."""
    return _constant_of(1, shape, dtype, name or "ones")


def _constant_of(value: int, shape: Any, dtype: Any, name: str) -> Tensor:
    kind = dtypes.as_dtype(dtype)
    if isinstance(shape, Tensor):
        with scope_of([shape], name) as scope:
            return fill(shape, constant(value, kind, name="Const"), name=scope)
    return constant(np.full(TensorShape(shape).dims or (), value, kind.as_numpy_dtype), name=name)


ZEROS_LIKE = register(
    OpDef(
        type="ZerosLike",
        inputs=("x",),
        same=("x",),
        infer=same_as_input,
        kernel=np.zeros_like,
        grad=NOT_DIFFERENTIABLE,
    )
)


def zeros_like(tensor: Any, dtype: Any = None, name: str | None = None) -> Tensor:
    """Zeros of the shape and type of `tensor`; a constant where the shape is known."""
    with scope_of([tensor], name or "zeros_like") as scope:
        x = convert_to_tensor(tensor, name="tensor")
        kind = x.dtype.base_dtype if dtype is None else dtypes.as_dtype(dtype)
        if x.shape.is_fully_defined():
            return zeros(x.shape, kind, name=scope)
        return apply(ZEROS_LIKE, cast(x, kind), name=scope).outputs[0]


def ones_like(tensor: Any, dtype: Any = None, name: str | None = None) -> Tensor:
    """Ones of the shape and type of `tensor`."""
    with scope_of([tensor], name or "ones_like") as scope:
        x = convert_to_tensor(tensor, name="tensor")
        kind = x.dtype.base_dtype if dtype is None else dtypes.as_dtype(dtype)
        with x.graph.name_scope("Shape") as inner:
            known = x.shape.is_fully_defined()
            sizes = shape(x, name="shape_as_tensor" if known else inner)
        return fill(sizes, constant(1, kind, name="Const"), name=scope)


def _infer_reshape(op: Operation) -> list[tuple[dtypes.DType, TensorShape]]:
    tensor, wanted = op.inputs[0], _shape_from(op.inputs[1])
    total = tensor.shape.num_elements()
    if wanted.dims is not None and total is not None:
        known = int(np.prod([size for size in wanted.dims if size is not None], dtype=object))
        if wanted.dims.count(None) == 1 and known and total % known == 0:
            free = total // known
            wanted = TensorShape([free if size is None else size for size in wanted.dims])
        if wanted.is_fully_defined() and wanted.num_elements() != total:
            raise ValueError(
                f"Cannot reshape a tensor with {total} elements to shape "
                f"{wanted.as_list()} ({wanted.num_elements()} elements)",
                f"give sizes whose product is {total}; one of them may be -1",
            )
    return [(tensor.dtype.base_dtype, wanted)]


RESHAPE = register(
    OpDef(
        type="Reshape",
        inputs=("tensor", "shape"),
        same=("tensor",),
        takes={"shape": "i"},
        types={"Tshape": "shape"},
        infer=_infer_reshape,
        kernel=lambda x, sizes: np.reshape(x, tuple(sizes))[()],
        grad=lambda op, dy: (reshape(dy, shape(op.inputs[0])), None),
    )
)


def reshape(tensor: Any, shape: Any, name: str | None = None) -> Tensor:
    """The same elements in another shape; one size may be -1."""
    return apply(RESHAPE, tensor, shape, name=name).outputs[0]


def _infer_transpose(op: Operation) -> list[tuple[dtypes.DType, TensorShape]]:
    kind, dims = op.inputs[0].dtype.base_dtype, op.inputs[0].shape.dims
    perm = static_value(op.inputs[1])
    if dims is None or perm is None:
        known = dims if perm is None else perm
        return [(kind, TensorShape(None if known is None else [None] * len(known)))]
    if sorted(perm.tolist()) != list(range(len(dims))):
        raise ValueError(
            f"perm must hold each axis of a tensor of rank {len(dims)} once, got {perm}",
            f"give perm={list(range(len(dims)))[::-1]}, or those axes in another order",
        )
    return [(kind, TensorShape([dims[axis] for axis in perm]))]


TRANSPOSE = register(
    OpDef(
        type="Transpose",
        inputs=("x", "perm"),
        same=("x",),
        takes={"perm": "i"},
        types={"Tperm": "perm"},
        infer=_infer_transpose,
        kernel=lambda x, perm: np.transpose(x, tuple(perm)),
        grad=lambda op, dy: (transpose(dy, invert_permutation(op.inputs[1])), None),
    )
)


def transpose(a: Any, perm: Any = None, name: str | None = None) -> Tensor:
    """The axes in another order: `perm`, or reversed (then the rank must be known).

    Raises ShapeError (ValueError) for a tensor of unknown rank without `perm`.
    """
    with scope_of([a], name or "transpose") as scope:
        tensor = convert_to_tensor(a, name="a")
        if perm is None:
            if tensor.shape.ndims is None:
                raise errors.ShapeError(
                    op=tensor.op,
                    message=f"transpose of {tensor.name}, whose rank is not known, needs perm=, at "
                    f"{user_line()}; {origins([tensor.op])}. Give perm=[1, 0] for a matrix, or "
                    "tell the rank with x.set_shape([None, None])",
                )
            perm = np.arange(tensor.shape.ndims, dtype=np.int32)[::-1]
        return apply(TRANSPOSE, tensor, perm, name=scope).outputs[0]


INVERT_PERMUTATION = register(
    OpDef(
        type="InvertPermutation",
        inputs=("x",),
        same=("x",),
        takes={"x": "i"},
        infer=same_as_input,
        kernel=lambda perm: np.argsort(perm).astype(perm.dtype),
        grad=NOT_DIFFERENTIABLE,
    )
)


def invert_permutation(x: Any, name: str | None = None) -> Tensor:
    """The permutation that undoes `x`, an int vector."""
    return apply(INVERT_PERMUTATION, x, name=name).outputs[0]


def _grad_cast(op: Operation, dy: Tensor) -> tuple[Tensor | None]:
    source = op.inputs[0].dtype.base_dtype
    return (cast(dy, source) if source.is_floating and dy.dtype.is_floating else None,)


def _infer_cast(op: Operation) -> list[tuple[dtypes.DType, TensorShape]]:
    wanted = op.attrs["DstT"]
    if wanted == dtypes.string:
        raise errors.DTypeError(
            op=op.inputs[0].op,
            message=f"Cast {op.inputs[0].dtype.name} to string is not supported, at {op.where}; "
            "make the text from the number that sess.run(...) gives",
        )
    return [(wanted, op.inputs[0].shape)]


def _cast(x: Any, DstT: dtypes.DType) -> Any:  # noqa: N803 the attribute is called so
    """`x` as another type: of a complex number the real part, unless complex or bool is wanted."""
    array = np.asarray(x)
    if array.dtype.kind == "c" and DstT.kind not in "bc":
        array = array.real
    return array.astype(DstT.as_numpy_dtype)[()]


CAST = register(
    OpDef(
        type="Cast",
        inputs=("x",),
        takes={"x": "biufc"},
        infer=_infer_cast,
        kernel=_cast,
        kernel_attrs=("DstT",),
        grad=_grad_cast,
    )
)


def cast(x: Any, dtype: Any, name: str | None = None) -> Tensor:
    """The same numbers as another type; fractions are cut off when it is an integer type."""
    wanted = dtypes.as_dtype(dtype).base_dtype
    with scope_of([x], name or "Cast") as scope:
        tensor = convert_to_tensor(x, name="x")
        source = tensor.dtype.base_dtype
        if source == wanted:
            return tensor
        attrs = {"SrcT": source, "DstT": wanted, "Truncate": False}
        return apply(CAST, tensor, name=scope, **attrs).outputs[0]
