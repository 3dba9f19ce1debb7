"""Shapes and copies: identity, shape, fill, reshape, transpose, cast and their kin.

Long, because shapes are made, taken and changed by the same inference.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from neuronboard import errors
from neuronboard.engine import dtypes
from neuronboard.engine.convert import convert_to_tensor
from neuronboard.engine.graph import Operation, Tensor
from neuronboard.engine.opdef import NOT_DIFFERENTIABLE, OpDef, register
from neuronboard.engine.ops import broadcasting, reduce
from neuronboard.engine.ops.apply import apply, one, scope_of
from neuronboard.engine.ops.constant import constant
from neuronboard.engine.ops.define import Grads, Inferred, axis_of, same_as_input, unary
from neuronboard.engine.ops.static import shape_from, static_value
from neuronboard.engine.shape import TensorShape, broadcast
from neuronboard.engine.where import origins, user_line

__all__ = [
    "broadcast_dynamic_shape",
    "broadcast_static_shape",
    "broadcast_to",
    "expand_dims",
    "fill",
    "identity",
    "identity_n",
    "invert_permutation",
    "matrix_transpose",
    "ones",
    "ones_like",
    "prevent_gradient",
    "rank",
    "reshape",
    "shape",
    "shape_n",
    "size",
    "squeeze",
    "stop_gradient",
    "transpose",
    "zeros",
    "zeros_like",
]

_ANY = "biufcO"
_MANY = 1000  # elements; more of them are filled in when they are needed


def _same(xp: Any, x: Any) -> Any:
    return x


IDENTITY = unary("Identity", _same, lambda op, dy: (dy,), _ANY, name="input")


def identity(input: Any, name: str | None = None) -> Tensor:
    """The same value under another name."""
    return one(IDENTITY, input, name=name)


def identity_n(input: Any, name: str | None = None) -> list[Tensor]:
    """The same values under other names."""
    with scope_of([list(input)], name or "IdentityN"):
        return [identity(tensor, name="Identity") for tensor in input]


STOP_GRADIENT = unary("StopGradient", _same, NOT_DIFFERENTIABLE, _ANY, name="input")


def stop_gradient(input: Any, name: str | None = None) -> Tensor:
    """The same value, through which no gradient flows."""
    return one(STOP_GRADIENT, input, name=name)


def _grad_prevented(op: Operation, dy: Tensor) -> Grads:
    raise errors.GradientError(
        op=op, message=f"Gradient explicitly disabled. Reason: {op.attrs['message'].decode()!r}"
    )


PREVENT_GRADIENT = unary("PreventGradient", _same, _grad_prevented, _ANY, name="input")


def prevent_gradient(input: Any, message: str = "", name: str | None = None) -> Tensor:
    """The same value; who asks for a gradient through it gets a LookupError with `message`."""
    return one(PREVENT_GRADIENT, input, name=name, message=message.encode())


# ---- shapes as values


def _shape(xp: Any, x: Any, out_type: dtypes.DType) -> Any:
    return np.array(np.shape(x), out_type.as_numpy_dtype)


SHAPE = register(
    OpDef(
        type="Shape",
        inputs=("input",),
        same=("input",),
        infer=lambda op: [(op.attrs["out_type"], TensorShape([op.inputs[0].shape.ndims]))],
        kernel=_shape,
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
        return one(SHAPE, tensor, name=scope, out_type=out)


def _shape_n(xp: Any, *arrays: Any, out_type: dtypes.DType) -> Any:
    return tuple(_shape(xp, array, out_type) for array in arrays)


SHAPE_N = register(
    OpDef(
        type="ShapeN",
        inputs=("*input",),
        same=("*input",),
        infer=lambda op: [
            (op.attrs["out_type"], TensorShape([tensor.shape.ndims])) for tensor in op.inputs
        ],
        kernel=_shape_n,
        kernel_attrs=("out_type",),
        grad=NOT_DIFFERENTIABLE,
    )
)


def shape_n(input: Any, out_type: Any = dtypes.int32, name: str | None = None) -> list[Tensor]:
    """The shapes of several tensors, by one operation."""
    made = apply(SHAPE_N, list(input), name=name, out_type=dtypes.as_dtype(out_type), N=len(input))
    return list(made.outputs)


def _scalar_of(op: Operation) -> Inferred:
    return [(op.attrs.get("out_type", dtypes.int32), TensorShape([]))]


SIZE = register(
    OpDef(
        type="Size",
        inputs=("input",),
        same=("input",),
        infer=_scalar_of,
        kernel=lambda xp, x, out_type: np.array(np.size(x), out_type.as_numpy_dtype)[()],
        kernel_attrs=("out_type",),
        grad=NOT_DIFFERENTIABLE,
    )
)


def size(input: Any, name: str | None = None, out_type: Any = dtypes.int32) -> Tensor:
    """How many elements; a constant where it is known while the graph is built."""
    with scope_of([input], name or "Size") as scope:
        tensor = convert_to_tensor(input, name="input")
        out = dtypes.as_dtype(out_type)
        if tensor.shape.is_fully_defined():
            return constant(tensor.shape.num_elements(), out, name=scope)
        return one(SIZE, tensor, name=scope, out_type=out)


RANK = register(
    OpDef(
        type="Rank",
        inputs=("input",),
        same=("input",),
        infer=_scalar_of,
        kernel=lambda xp, x: np.int32(np.ndim(x)),
        grad=NOT_DIFFERENTIABLE,
    )
)


def rank(input: Any, name: str | None = None) -> Tensor:
    """How many axes; a constant where it is known while the graph is built."""
    with scope_of([input], name or "Rank") as scope:
        tensor = convert_to_tensor(input, name="input")
        if tensor.shape.ndims is not None:
            return constant(tensor.shape.ndims, dtypes.int32, name=scope)
        return one(RANK, tensor, name=scope)


# ---- the same element everywhere


def _infer_fill(op: Operation) -> Inferred:
    dims, value = op.inputs
    if not value.shape.is_compatible_with([]):
        raise ValueError(
            f"Shape must be rank 0 but is rank {value.shape.ndims}",
            "fill repeats one number; tf.reshape(x, []) makes a single element one",
        )
    sizes = static_value(dims)
    if sizes is not None and np.any(sizes < 0):
        raise ValueError("Fill dimensions must be >= 0", "give sizes of at least 0")
    return [(value.dtype.base_dtype, shape_from(dims))]


def _fill(xp: Any, dims: Any, value: Any) -> Any:
    sizes = tuple(int(size) for size in dims)
    if isinstance(value, bytes):
        return np.full(sizes, value, object)
    return xp.full(sizes, value, value.dtype)[()]


FILL = register(
    OpDef(
        type="Fill",
        inputs=("dims", "value"),
        same=("value",),
        takes={"dims": "i"},
        types={"index_type": "dims"},
        infer=_infer_fill,
        kernel=_fill,
        grad=lambda op, dy: (None, reduce.reduce_sum(dy)),
    )
)


def fill(dims: Any, value: Any, name: str | None = None) -> Tensor:
    """A tensor of shape `dims` with every element `value`."""
    return one(FILL, dims, value, name=name)


def zeros(shape: Any, dtype: Any = dtypes.float32, name: str | None = None) -> Tensor:
    """A constant of zeros; of empty texts where `dtype` is string."""
    return _constant_of(0, shape, dtype, name or "zeros")


def ones(shape: Any, dtype: Any = dtypes.float32, name: str | None = None) -> Tensor:
    """A constant of ones."""
    return _constant_of(1, shape, dtype, name or "ones")


def _constant_of(value: int, shape: Any, dtype: Any, name: str) -> Tensor:
    kind = dtypes.as_dtype(dtype).base_dtype
    element: Any = b"" if kind == dtypes.string else kind.as_numpy_dtype(value)
    parts = shape if isinstance(shape, (list, tuple)) else (shape,)
    if any(isinstance(part, Tensor) for part in parts):
        with scope_of([shape], name) as scope:
            sizes = convert_to_tensor(shape, dtypes.int32 if parts is shape else None, name="shape")
            return fill(sizes, constant(element, kind, name="Const"), name=scope)
    known = TensorShape(shape)
    if (known.num_elements() or 0) < _MANY:
        return constant(element, kind, known, name=name)
    with scope_of([], name) as scope:  # so that the graph does not grow with its constants
        sizes = constant(np.array(known.dims, np.int32), name="shape_as_tensor")
        return fill(sizes, constant(element, kind, name="Const"), name=scope)


def _zeros_like(xp: Any, x: Any) -> Any:
    if isinstance(x, bytes) or x.dtype.kind == "O":
        return np.full(np.shape(x), b"", object)[()]
    return xp.zeros_like(x)


ZEROS_LIKE = unary("ZerosLike", _zeros_like, NOT_DIFFERENTIABLE, _ANY)


def zeros_like(
    tensor: Any, dtype: Any = None, name: str | None = None, optimize: bool = True
) -> Tensor:
    """Zeros of the shape and type of `tensor`; a constant where the shape is known."""
    with scope_of([tensor], name or "zeros_like") as scope:
        x = convert_to_tensor(tensor, name="tensor")
        kind = x.dtype.base_dtype if dtype is None else dtypes.as_dtype(dtype).base_dtype
        if optimize and x.shape.is_fully_defined():
            return zeros(x.shape, kind, name=scope)
        if kind != x.dtype.base_dtype:
            return fill(shape(x), constant(0, kind), name=scope)
        return one(ZEROS_LIKE, x, name=scope)


def _one(x: Tensor, kind: dtypes.DType) -> Any:
    """1 of a type; TypeError for texts, which have none."""
    if kind == dtypes.string:
        raise errors.DTypeError(
            op=x.op,
            message=f"ones_like takes numbers and booleans, got {x!r} at {user_line()}: a text of "
            "ones there is not; dtype=tf.float32 gives numbers of that shape",
        )
    return True if kind == dtypes.bool_ else 1


def ones_like(
    tensor: Any, dtype: Any = None, name: str | None = None, optimize: bool = True
) -> Tensor:
    """Ones of the shape and type of `tensor`."""
    with scope_of([tensor], name or "ones_like") as scope:
        x = convert_to_tensor(tensor, name="tensor")
        kind = x.dtype.base_dtype if dtype is None else dtypes.as_dtype(dtype).base_dtype
        with x.graph.name_scope("Shape") as inner:
            known = x.shape.is_fully_defined()
            sizes = shape(x, name="shape_as_tensor" if known else inner)
        return fill(sizes, constant(_one(x, kind), kind, name="Const"), name=scope)


# ---- other shapes of the same elements


def _infer_reshape(op: Operation) -> Inferred:
    tensor, wanted = op.inputs[0], shape_from(op.inputs[1])
    total = tensor.shape.num_elements()
    sizes = static_value(op.inputs[1])
    if op.inputs[1].shape.ndims == 0:
        raise ValueError("Shape must be rank 1 but is rank 0", "give a list of sizes")
    if sizes is None and total and wanted.dims is not None and wanted.dims.count(None) == 1:
        known = int(np.prod([size for size in wanted.dims if size is not None], dtype=object))
        free = total // known if known and total % known == 0 else None
        wanted = TensorShape([free if size is None else size for size in wanted.dims])
    if wanted.dims is not None and total is not None and sizes is not None:
        dims = wanted.dims
        known = int(np.prod([size for size in dims if size is not None], dtype=object))
        if dims.count(None) == 1 and known and total % known == 0:
            free = total // known
            wanted = TensorShape([free if size is None else size for size in dims])
        elif dims.count(None) == 1 and total == 0:
            whole = _free_of_none(tuple(tensor.shape.as_list()), tuple(sizes.tolist()))
            wanted = TensorShape(whole)
        elif dims.count(None) == 1 and known:
            raise ValueError(
                f"Cannot reshape a tensor with {total} elements to shape {sizes.tolist()} "
                f"({known} elements)",
                f"{total} must be a multiple of {known}",
            )
        if wanted.is_fully_defined() and wanted.num_elements() != total:
            raise ValueError(
                f"Cannot reshape a tensor with {total} elements to shape "
                f"{wanted.as_list()} ({wanted.num_elements()} elements)",
                f"give sizes whose product is {total}; one of them may be -1",
            )
    return [(tensor.dtype.base_dtype, wanted)]


def _free_of_none(given: tuple[int | None, ...], wanted: tuple[int, ...]) -> tuple[int, ...]:
    """What -1 is where there are no elements: the quotient of the sizes that are not 0."""
    whole, known = (math.prod(size for size in dims if size) for dims in (given, wanted))
    return tuple(whole // -known if size == -1 else size for size in wanted)


def _reshape(xp: Any, x: Any, sizes: Any) -> Any:
    wanted = tuple(sizes.tolist())
    if 0 in wanted and wanted.count(-1) == 1 and np.size(x) == 0:
        wanted = _free_of_none(np.shape(x), wanted)
    if np.size(x) != math.prod(wanted) and -1 not in wanted:
        raise ValueError(
            f"Input to reshape is a tensor with {np.size(x)} values, but the requested shape has "
            f"{math.prod(wanted)}"
        )
    return xp.reshape(x, wanted)


def _before(op: Operation) -> Any:
    """The shape that was given: as numbers where all sizes but one are known, else computed."""
    dims = op.inputs[0].shape.dims
    if dims is not None and dims.count(None) == 1:
        return [-1 if size is None else size for size in dims]
    return shape(op.inputs[0])


RESHAPE = register(
    OpDef(
        type="Reshape",
        inputs=("tensor", "shape"),
        same=("tensor",),
        takes={"shape": "i"},
        types={"Tshape": "shape"},
        infer=_infer_reshape,
        kernel=_reshape,
        grad=lambda op, dy: (reshape(dy, _before(op)), None),
    )
)


def reshape(tensor: Any, shape: Any, name: str | None = None) -> Tensor:
    """The same elements in another shape; one size may be -1."""
    return one(RESHAPE, tensor, shape, name=name)


def _infer_expand_dims(op: Operation) -> Inferred:
    dims, axis = op.inputs[0].shape.dims, static_value(op.inputs[1])
    kind = op.inputs[0].dtype.base_dtype
    if dims is None or axis is None:
        return [(kind, TensorShape(None if dims is None else [None] * (len(dims) + 1)))]
    at = axis_of(int(axis), len(dims) + 1, "dim")
    return [(kind, TensorShape([*dims[:at], 1, *dims[at:]]))]


EXPAND_DIMS = register(
    OpDef(
        type="ExpandDims",
        inputs=("input", "dim"),
        same=("input",),
        takes={"dim": "i"},
        types={"Tdim": "dim"},
        infer=_infer_expand_dims,
        kernel=lambda xp, x, axis: xp.expand_dims(x, int(axis)),
        grad=lambda op, dy: (reshape(dy, shape(op.inputs[0])), None),
    )
)


def expand_dims(input: Any, axis: Any = None, name: str | None = None, dim: Any = None) -> Tensor:
    """Another axis of size 1 before `axis` (behind the last for -1)."""
    at = dim if axis is None else axis
    if at is None:
        raise errors.ArgumentValueError(
            message=f"Must specify an axis argument to tf.expand_dims(), at {user_line()}"
        )
    return one(EXPAND_DIMS, input, at, name=name or "ExpandDims")


def _infer_squeeze(op: Operation) -> Inferred:
    dims, axes = op.inputs[0].shape.dims, op.attrs["squeeze_dims"]
    kind = op.inputs[0].dtype.base_dtype
    if dims is None or (not axes and None in dims):
        return [(kind, TensorShape(None))]
    picked = {axis_of(axis, len(dims), "squeeze dim") for axis in axes}
    for axis in picked:
        if dims[axis] not in (1, None):
            raise ValueError(
                f"Can not squeeze dim[{axis}], expected a dimension of 1, got {dims[axis]}",
                "leave that axis out of axis=",
            )
    if not axes:
        picked = {axis for axis, length in enumerate(dims) if length == 1}
    return [(kind, TensorShape([d for axis, d in enumerate(dims) if axis not in picked]))]


def _squeeze(xp: Any, x: Any, squeeze_dims: list[int]) -> Any:
    axes = tuple(axis % np.ndim(x) for axis in squeeze_dims)
    for axis in axes:
        if np.shape(x)[axis] != 1:
            raise ValueError(
                f"Can not squeeze dim[{axis}], expected a dimension of 1, got {np.shape(x)[axis]}"
            )
    return xp.squeeze(x, axes or None)[()]


SQUEEZE = register(
    OpDef(
        type="Squeeze",
        inputs=("input",),
        same=("input",),
        infer=_infer_squeeze,
        kernel=_squeeze,
        kernel_attrs=("squeeze_dims",),
        grad=lambda op, dy: (reshape(dy, shape(op.inputs[0])),),
    )
)


def squeeze(
    input: Any, axis: Any = None, name: str | None = None, squeeze_dims: Any = None
) -> Tensor:
    """Without the axes of size 1: all of them, or those of `axis`."""
    picked = squeeze_dims if axis is None else axis
    axes = [] if picked is None else [int(item) for item in np.ravel(picked)]
    return one(SQUEEZE, input, name=name, squeeze_dims=axes)


def _infer_transpose(op: Operation) -> Inferred:
    kind, dims = op.inputs[0].dtype.base_dtype, op.inputs[0].shape.dims
    perm = static_value(op.inputs[1])
    if dims is None or perm is None:
        known = dims if perm is None else perm
        return [(kind, TensorShape(None if known is None else [None] * len(known)))]
    if len(perm) != len(dims):
        raise ValueError(
            f"Dimension must be {len(dims)} but is {len(perm)}",
            f"give perm={list(range(len(dims)))[::-1]}, or those axes in another order",
        )
    for axis in perm:
        axis_of(int(axis), len(dims), "perm dim")
    return [(kind, TensorShape([dims[int(axis)] for axis in perm]))]


def _transpose(xp: Any, x: Any, perm: Any) -> Any:
    rank = np.ndim(x)
    axes = [int(axis) % rank for axis in perm]
    for axis in range(rank):
        if axis not in axes:
            listed = ",".join(str(int(axis)) for axis in perm)
            raise ValueError(f"{axis} is missing from {{{listed}}}.")
    return xp.transpose(x, axes)


TRANSPOSE = register(
    OpDef(
        type="Transpose",
        inputs=("x", "perm"),
        same=("x",),
        takes={"perm": "i"},
        types={"Tperm": "perm"},
        infer=_infer_transpose,
        kernel=_transpose,
        grad=lambda op, dy: (transpose(dy, invert_permutation(op.inputs[1])), None),
    )
)


def _reversed_axes(tensor: Tensor) -> Any:
    """The axes from the last to the first; as graph where the rank is not known."""
    if tensor.shape.ndims is not None:
        return np.arange(tensor.shape.ndims, dtype=np.int32)[::-1]
    from neuronboard.engine.ops.arithmetic import subtract
    from neuronboard.engine.ops.order import RANGE

    return one(RANGE, subtract(rank(tensor), 1, name="sub"), -1, -1)


def transpose(a: Any, perm: Any = None, name: str | None = None, conjugate: bool = False) -> Tensor:
    """The axes in another order: `perm`, or reversed.

    conjugate: whether complex elements are conjugated too.
    """
    from neuronboard.engine.ops.numbers import conj

    with scope_of([a], name or "transpose") as scope:
        tensor = convert_to_tensor(a, name="a")
        if perm is None:
            perm = _reversed_axes(tensor)
        given = conj(tensor) if conjugate else tensor
        return one(TRANSPOSE, given, perm, name=scope)


def matrix_transpose(
    a: Any, name: str | None = "matrix_transpose", conjugate: bool = False
) -> Tensor:
    """The last two axes exchanged; the rank must be known."""
    with scope_of([a], name or "matrix_transpose"):
        tensor = convert_to_tensor(a, name="a")
        rank = tensor.shape.ndims
        if rank is None:
            return _turned(tensor, conjugate)
        if rank < 2:
            raise errors.ShapeError(
                op=tensor.op,
                message=f"Argument 'a' should be a (batch) matrix, with rank >= 2. Found: "
                f"{tensor.shape}. At {user_line()}; {origins([tensor.op])}",
            )
        return transpose(tensor, [*range(rank - 2), rank - 1, rank - 2], conjugate=conjugate)


def _turned(tensor: Tensor, conjugate: bool) -> Tensor:
    """The last two axes exchanged, of a rank that is known only when it is run."""
    from neuronboard.engine.ops import join, order

    count = rank(tensor)
    last = join.stack([count - 1, count - 2])
    return transpose(tensor, join.concat([order.range(count - 2), last], 0), conjugate=conjugate)


INVERT_PERMUTATION = register(
    OpDef(
        type="InvertPermutation",
        inputs=("x",),
        same=("x",),
        takes={"x": "i"},
        infer=same_as_input,
        kernel=lambda xp, perm: np.argsort(perm).astype(perm.dtype),
        grad=NOT_DIFFERENTIABLE,
    )
)


def invert_permutation(x: Any, name: str | None = None) -> Tensor:
    """The permutation that undoes `x`, an int vector."""
    return one(INVERT_PERMUTATION, x, name=name)


def _infer_broadcast_to(op: Operation) -> Inferred:
    """The shape that is asked for; sizes that are not known but by the input are the input's."""
    given, wanted = op.inputs[0].shape.dims, shape_from(op.inputs[1]).dims
    kind = op.inputs[0].dtype.base_dtype
    if given is None or wanted is None:
        return [(kind, TensorShape(wanted))]
    if len(given) > len(wanted):
        raise ValueError(
            f"Shape must be at most rank {len(wanted)} but is rank {len(given)}",
            "give a shape with at least as many axes as the tensor has",
        )
    behind = (None,) * (len(wanted) - len(given)) + given
    for mine, size in zip(behind, wanted, strict=True):
        if mine not in (None, 1) and size not in (None, mine):
            raise ValueError(
                f"Dimensions must be equal, but are {mine} and {size}",
                "only axes of size 1 are repeated",
            )
    sizes = [
        mine if size is None and mine != 1 else size
        for mine, size in zip(behind, wanted, strict=True)
    ]
    return [(kind, TensorShape(sizes))]


BROADCAST_TO = register(
    OpDef(
        type="BroadcastTo",
        inputs=("input", "shape"),
        same=("input",),
        takes={"shape": "i"},
        types={"Tidx": "shape"},
        infer=_infer_broadcast_to,
        kernel=lambda xp, x, sizes: xp.broadcast_to(x, tuple(sizes.tolist()))[()],
        grad=lambda op, dy: (
            broadcasting.unbroadcast(op.inputs[0], op.outputs[0], dy, None)[0],
            None,
        ),
    )
)


def broadcast_to(input: Any, shape: Any, name: str | None = None) -> Tensor:
    """Repeated to `shape`, by numpy's rule."""
    return one(BROADCAST_TO, input, shape, name=name)


BROADCAST_ARGS = register(
    OpDef(
        type="BroadcastArgs",
        inputs=("s0", "s1"),
        same=("s0", "s1"),
        takes={"s0": "i"},
        infer=lambda op: [(op.inputs[0].dtype.base_dtype, TensorShape([None]))],
        kernel=lambda xp, a, b: np.array(
            np.broadcast_shapes(tuple(map(int, a)), tuple(map(int, b))), a.dtype
        ),
        grad=NOT_DIFFERENTIABLE,
    )
)


def broadcast_dynamic_shape(shape_x: Any, shape_y: Any) -> Tensor:
    """The shape of elements of two shapes taken together, as a tensor."""
    return one(BROADCAST_ARGS, shape_x, shape_y)


def broadcast_static_shape(shape_x: Any, shape_y: Any) -> TensorShape:
    """The shape of elements of two shapes taken together, at once; ValueError if there is none."""
    return broadcast([TensorShape(shape_x), TensorShape(shape_y)])
