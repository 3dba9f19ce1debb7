"""`tf.dtypes`: types of elements, and conversions between them."""

from neuronboard.engine.dtypes import (
    DType,
    as_dtype,
    complex64,
    complex128,
    float16,
    float32,
    float64,
    int8,
    int16,
    int32,
    int64,
    string,
    uint8,
    uint16,
    uint32,
    uint64,
)
from neuronboard.engine.dtypes import bool_ as bool
from neuronboard.engine.ops.numbers import cast, complex, saturate_cast
from neuronboard.engine.ops.text import as_string

double, half = float64, float16

__all__ = [
    "DType",
    "as_dtype",
    "as_string",
    "bool",
    "cast",
    "complex",
    "complex64",
    "complex128",
    "double",
    "float16",
    "float32",
    "float64",
    "half",
    "int8",
    "int16",
    "int32",
    "int64",
    "saturate_cast",
    "string",
    "uint8",
    "uint16",
    "uint32",
    "uint64",
]
