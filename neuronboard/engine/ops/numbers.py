"""Other types of the same numbers: cast and its kin, and complex numbers."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from neuronboard import errors
from neuronboard.engine import dtypes
from neuronboard.engine.convert import convert_to_tensor
from neuronboard.engine.graph import Operation, Tensor
from neuronboard.engine.opdef import NOT_DIFFERENTIABLE, OpDef, register
from neuronboard.engine.ops import broadcasting, compare
from neuronboard.engine.ops.apply import one, scope_of
from neuronboard.engine.ops.define import Grads, Inferred, binary, unary
from neuronboard.engine.shape import TensorShape, broadcast

__all__ = [
    "angle",
    "bitcast",
    "cast",
    "complex",
    "conj",
    "imag",
    "real",
    "saturate_cast",
    "to_bfloat16",
    "to_complex64",
    "to_complex128",
    "to_double",
    "to_float",
    "to_int32",
    "to_int64",
]


def _grad_cast(op: Operation, dy: Tensor) -> Grads:
    source = op.inputs[0].dtype.base_dtype
    flows = source.kind in "fc" and dy.dtype.kind in "fc"
    return (cast(dy, source) if flows else None,)


def _infer_cast(op: Operation) -> Inferred:
    wanted = op.attrs["DstT"]
    if wanted == dtypes.string:
        raise errors.DTypeError(
            op=op.inputs[0].op,
            message=f"Cast {op.inputs[0].dtype.name} to string is not supported, at {op.where}; "
            "tf.as_string(x) makes text of numbers",
        )
    return [(wanted, op.inputs[0].shape)]


def _cast(xp: Any, x: Any, DstT: dtypes.DType) -> Any:  # noqa: N803 the attribute is called so
    """`x` as another type: of a complex number the real part, unless complex or bool is wanted."""
    if x.dtype.kind == "c" and DstT.kind not in "bc":
        x = x.real
    return x.astype(DstT.as_numpy_dtype)


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
    if isinstance(x, Tensor) and x.dtype == wanted:
        return x
    with scope_of([x], name or "Cast") as scope:
        tensor = convert_to_tensor(x, name="x")
        source = tensor.dtype.base_dtype
        if source == wanted:
            return tensor
        attrs = {"SrcT": source, "DstT": wanted, "Truncate": False}
        return one(CAST, tensor, name=scope, **attrs)


def saturate_cast(value: Any, dtype: Any, name: str | None = None) -> Tensor:
    """As `cast`; what is too large for the type becomes its largest, or smallest, value."""
    wanted = dtypes.as_dtype(dtype)
    with scope_of([value], name or "saturate_cast") as scope:
        tensor = convert_to_tensor(value, name="value")
        low, high = wanted.min, wanted.max
        if low > tensor.dtype.base_dtype.min or high < tensor.dtype.base_dtype.max:
            kind = tensor.dtype.as_numpy_dtype
            tensor = compare.clip_by_value(tensor, kind(low), kind(high), name="clamp")
        return cast(tensor, wanted, name=scope)


def to_float(x: Any, name: str = "ToFloat") -> Tensor:
    """`x` as float32."""
    return cast(x, dtypes.float32, name)


def to_double(x: Any, name: str = "ToDouble") -> Tensor:
    """`x` as float64."""
    return cast(x, dtypes.float64, name)


def to_int32(x: Any, name: str = "ToInt32") -> Tensor:
    """`x` as int32."""
    return cast(x, dtypes.int32, name)


def to_int64(x: Any, name: str = "ToInt64") -> Tensor:
    """`x` as int64."""
    return cast(x, dtypes.int64, name)


def to_complex64(x: Any, name: str = "ToComplex64") -> Tensor:
    """`x` as complex64."""
    return cast(x, dtypes.complex64, name)


def to_complex128(x: Any, name: str = "ToComplex128") -> Tensor:
    """`x` as complex128."""
    return cast(x, dtypes.complex128, name)


def to_bfloat16(x: Any, name: str = "ToBFloat16") -> Tensor:
    """Not available: numpy has no such numbers; UnimplementedError that says so."""
    raise errors.UnimplementedError(
        message="bfloat16 is not available: numpy has no such numbers; use tf.float16 or tf.float32"
    )


def _infer_bitcast(op: Operation) -> Inferred:
    source, wanted = op.inputs[0].dtype.base_dtype, op.attrs["type"]
    dims = op.inputs[0].shape.dims
    if dims is None:
        return [(wanted, TensorShape(None))]
    if source.size > wanted.size:
        return [(wanted, TensorShape([*dims, source.size // wanted.size]))]
    if source.size < wanted.size:
        ratio = wanted.size // source.size
        if not dims or dims[-1] not in (None, ratio):
            raise ValueError(
                f"Cannot bitcast from {source.name} to {wanted.name} due to shape {list(dims)}",
                f"the last axis must be {ratio}",
            )
        dims = dims[:-1]
    return [(wanted, TensorShape(dims))]


def _bitcast(xp: Any, x: Any, type: dtypes.DType) -> Any:
    kind, before = np.dtype(type.as_numpy_dtype), np.dtype(x.dtype)
    array = xp.asarray(x)
    if before.itemsize > kind.itemsize:
        array = xp.reshape(array, (*array.shape, 1))
        return array.view(kind) if xp.is_numpy else xp.squeeze(array.view(kind), -2)
    if before.itemsize < kind.itemsize:
        return xp.reshape(xp.ascontiguousarray(array).view(kind), array.shape[:-1])
    return array.view(kind)


BITCAST = register(
    OpDef(
        type="Bitcast",
        inputs=("input",),
        same=("input",),
        takes={"input": "iufc"},
        infer=_infer_bitcast,
        kernel=_bitcast,
        kernel_attrs=("type",),
        grad=NOT_DIFFERENTIABLE,
    )
)


def bitcast(input: Any, type: Any, name: str | None = None) -> Tensor:
    """The same bytes as another type."""
    return one(BITCAST, input, name=name, type=dtypes.as_dtype(type))


# ---- complex numbers


def _part_type(op: Operation) -> Inferred:
    source = op.inputs[0].dtype.base_dtype
    kind = dtypes.float64 if source == dtypes.complex128 else dtypes.float32
    return [(kind, op.inputs[0].shape)]


def _infer_complex(op: Operation) -> Inferred:
    wide = op.inputs[0].dtype.base_dtype == dtypes.float64
    kind = dtypes.complex128 if wide else dtypes.complex64
    return [(kind, broadcast([tensor.shape for tensor in op.inputs]))]


def _complex(xp: Any, x: Any, y: Any) -> Any:
    kind = np.complex128 if x.dtype == np.float64 else np.complex64
    if not xp.is_numpy:
        return x.astype(kind) + kind(1j) * y.astype(kind)
    whole = np.empty(np.broadcast_shapes(np.shape(x), np.shape(y)), kind)
    whole.real, whole.imag = x, y  # a product with i would lose a zero's sign, and infinities
    return whole[()]


def _grad_complex(op: Operation, dz: Tensor) -> Grads:
    return broadcasting.unbroadcast(op.inputs[0], op.inputs[1], real(dz), imag(dz))


COMPLEX = binary(
    "Complex", _complex, _grad_complex, "f", infer=_infer_complex, names=("real", "imag")
)


def complex(real: Any, imag: Any, name: str | None = None) -> Tensor:
    """real + i * imag: complex64 of float32, complex128 of float64."""
    return one(COMPLEX, real, imag, name=name)


def _zeros(x: Tensor) -> Tensor:
    from neuronboard.engine.ops.array import zeros_like

    return zeros_like(x)


REAL = unary(
    "Real",
    lambda xp, x: x.real,
    lambda op, dy: (complex(dy, _zeros(dy)),),
    "c",
    infer=_part_type,
    name="input",
)


def real(input: Any, name: str | None = None) -> Tensor:
    """The real part; real numbers stay what they are."""
    with scope_of([input], name or "Real") as scope:
        tensor = convert_to_tensor(input, name="input")
        return one(REAL, tensor, name=scope) if tensor.dtype.kind == "c" else tensor


IMAG = unary(
    "Imag",
    lambda xp, x: x.imag,
    lambda op, dy: (complex(_zeros(dy), dy),),
    "c",
    infer=_part_type,
    name="input",
)


def imag(input: Any, name: str | None = None) -> Tensor:
    """The imaginary part; zeros of real numbers."""
    with scope_of([input], name or "Imag") as scope:
        tensor = convert_to_tensor(input, name="input")
        return one(IMAG, tensor, name=scope) if tensor.dtype.kind == "c" else _zeros(tensor)


CONJ = unary("Conj", "conj", lambda op, dy: (conj(dy),), "c", name="input")


def conj(x: Any, name: str | None = None) -> Tensor:
    """The complex conjugate; real numbers stay what they are."""
    tensor = convert_to_tensor(x, name="x")
    return one(CONJ, tensor, name=name) if tensor.dtype.kind == "c" else tensor


def _grad_angle(op: Operation, dy: Tensor) -> Grads:
    from neuronboard.engine.ops import arithmetic, functions
    from neuronboard.engine.ops.constant import constant

    with op.graph.control_dependencies([dy]):
        along, across = real(op.inputs[0]), imag(op.inputs[0])
        slope = functions.reciprocal(complex(across, along))
        zero = constant(0.0, dy.dtype.base_dtype)
    less = arithmetic.negative(complex(dy, zero))
    return (arithmetic.multiply(less, slope, name="mul"),)


ANGLE = register(
    OpDef(
        type="Angle",
        inputs=("input",),
        same=("input",),
        takes={"input": "c"},
        infer=_part_type,
        kernel="angle",
        grad=_grad_angle,
    )
)


def angle(input: Any, name: str | None = None) -> Tensor:
    """The angle of a complex number, in radians; of real ones pi where they are below 0."""
    from neuronboard.engine.ops import array, compare

    with scope_of([input], name or "Angle") as scope:
        tensor = convert_to_tensor(input, name="input")
        if tensor.dtype.kind == "c":
            return one(ANGLE, tensor, name=scope)
        below = compare.less(tensor, 0.0 if tensor.dtype.kind == "f" else 0)
        return compare.where(below, math.pi * array.ones_like(tensor), array.zeros_like(tensor))
