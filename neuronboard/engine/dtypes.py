"""Element types: TensorFlow's names and numbers over numpy's dtypes.

`tf.float32` is a `DType`. A reference type (`float32_ref`) is what a variable's op gives: the
variable itself and not its value; its number is the plain one plus 100.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from neuronboard import errors
from neuronboard.engine.where import user_line
from neuronboard.pb import tensor_pb2 as pb

_REF = 100


class DType:
    """An element type. Equal to itself, to its name, to its number and to its numpy dtype."""

    __slots__ = ("_numpy", "as_datatype_enum", "name")

    def __init__(self, name: str, number: int, numpy: npt.DTypeLike) -> None:
        self.name = name
        self.as_datatype_enum = number
        self._numpy = np.dtype(numpy)

    @property
    def as_numpy_dtype(self) -> Any:
        """The scalar type of numpy: np.float32 for float32; object for string."""
        return self._numpy.type

    @property
    def numpy(self) -> np.dtype[Any]:
        """The dtype of numpy."""
        return self._numpy

    @property
    def kind(self) -> str:
        """numpy's letter for the sort of elements: b, i, u, f, c, or O for text."""
        return self._numpy.kind

    @property
    def is_ref(self) -> bool:
        """Whether this is a variable's reference type."""
        return self.as_datatype_enum > _REF

    @property
    def base_dtype(self) -> DType:
        """The type without reference."""
        return _BY_NUMBER[self.as_datatype_enum % _REF]

    @property
    def ref(self) -> DType:
        """The reference type of this type."""
        return _BY_NUMBER[self.as_datatype_enum % _REF + _REF]

    @property
    def is_floating(self) -> bool:
        """Whether elements are real floating-point numbers."""
        return self.kind == "f"

    @property
    def is_integer(self) -> bool:
        """Whether elements are integers, signed or not."""
        return self.kind in "iu"

    @property
    def is_bool(self) -> bool:
        """Whether elements are booleans."""
        return self.kind == "b"

    @property
    def is_complex(self) -> bool:
        """Whether elements are complex numbers."""
        return self.kind == "c"

    @property
    def is_unsigned(self) -> bool:
        """Whether elements are integers without sign."""
        return self.kind == "u"

    @property
    def size(self) -> int:
        """Bytes of an element."""
        return self._numpy.itemsize

    @property
    def min(self) -> Any:
        """The smallest number; TypeError for what are no real numbers."""
        return self._limits().min

    @property
    def max(self) -> Any:
        """The largest number; TypeError for what are no real numbers."""
        return self._limits().max

    def _limits(self) -> Any:
        if self.kind not in "iuf":
            raise errors.DTypeError(message=f"Cannot find minimum or maximum value of {self!r}.")
        return np.finfo(self._numpy) if self.kind == "f" else np.iinfo(self._numpy)

    @property
    def real_dtype(self) -> DType:
        """The type of the parts of complex numbers; of others their own."""
        return {"complex64": float32, "complex128": float64}.get(self.base_dtype.name, self)

    def is_compatible_with(self, other: Any) -> bool:
        """Whether `other` is the same type, or its reference."""
        other = as_dtype(other)
        return bool(self == other or self.base_dtype == other)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, DType):
            return self.as_datatype_enum == other.as_datatype_enum
        try:
            return self is as_dtype(other)
        except TypeError:
            return False

    def __hash__(self) -> int:
        return self.as_datatype_enum

    def __repr__(self) -> str:
        return f"tf.{self.name}"

    def __str__(self) -> str:
        return f"<dtype: {self.name!r}>"


float16 = DType("float16", pb.DT_HALF, np.float16)
float32 = DType("float32", pb.DT_FLOAT, np.float32)
float64 = DType("float64", pb.DT_DOUBLE, np.float64)
int8 = DType("int8", pb.DT_INT8, np.int8)
int16 = DType("int16", pb.DT_INT16, np.int16)
int32 = DType("int32", pb.DT_INT32, np.int32)
int64 = DType("int64", pb.DT_INT64, np.int64)
uint8 = DType("uint8", pb.DT_UINT8, np.uint8)
uint16 = DType("uint16", pb.DT_UINT16, np.uint16)
uint32 = DType("uint32", pb.DT_UINT32, np.uint32)
uint64 = DType("uint64", pb.DT_UINT64, np.uint64)
bool_ = DType("bool", pb.DT_BOOL, np.bool_)
string = DType("string", pb.DT_STRING, object)
complex64 = DType("complex64", pb.DT_COMPLEX64, np.complex64)
complex128 = DType("complex128", pb.DT_COMPLEX128, np.complex128)
# What operations hand to each other and no session gives: iterators, datasets,
# and for one run stacks and arrays.
resource = DType("resource", pb.DT_RESOURCE, object)
variant = DType("variant", pb.DT_VARIANT, object)

ALL = (
    *(float16, float32, float64, int8, int16, int32, int64, uint8, uint16, uint32, uint64),
    *(bool_, string, complex64, complex128),
)
_BY_NUMBER = {dtype.as_datatype_enum: dtype for dtype in (*ALL, resource, variant)}
_BY_NUMBER |= {
    number + _REF: DType(f"{dtype.name}_ref", number + _REF, dtype.as_numpy_dtype)
    for number, dtype in list(_BY_NUMBER.items())
}
_BY_NAME = {dtype.name: dtype for dtype in _BY_NUMBER.values()} | {
    "half": float16,
    "float": float32,
    "double": float64,
}
_BY_NUMPY = {np.dtype(dtype.as_numpy_dtype): dtype for dtype in ALL}
_BY_PYTHON = {float: float32, bool: bool_, str: string, bytes: string}


def as_dtype(value: Any) -> DType:
    """The DType of a DType, a name ("float32"), a number of the wire format, or a numpy dtype.

    Python's `float` is float32, as in TensorFlow. Raises DTypeError (TypeError) for anything else.
    """
    if isinstance(value, DType):
        return value
    if isinstance(value, str) and value in _BY_NAME:
        return _BY_NAME[value]
    if isinstance(value, int) and value in _BY_NUMBER:
        return _BY_NUMBER[value]
    if isinstance(value, type) and value in _BY_PYTHON:
        return _BY_PYTHON[value]
    try:
        if value is not None:  # which numpy would take for float64
            return of_array(np.empty(0, value))
    except (TypeError, ValueError):
        pass
    raise errors.DTypeError(
        message=f"Cannot convert {value!r} to a dtype. At {user_line()}; known are "
        f"{', '.join(f'tf.{dtype.name}' for dtype in ALL)}, and their names as text"
    )


def of_array(array: npt.NDArray[Any]) -> DType:
    """The DType of an array's elements; text and bytes are string."""
    if array.dtype.kind in "USO":
        return string
    found = _BY_NUMPY.get(array.dtype)
    if found is None:
        raise errors.DTypeError(
            message=f"No tensor can hold elements of numpy type {array.dtype}. At {user_line()}; "
            "convert the array with array.astype(numpy.float32), or another known type"
        )
    return found
