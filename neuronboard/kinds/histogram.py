"""The histogram kind: buckets of a distribution, each with its edges and how much is in it.

New ones are a tensor [k, 3] of left edge, right edge, count. Legacy ones are a HistogramProto,
whose buckets have right edges only. Its outer edges are often the largest double there is; so empty
buckets at both ends are dropped, and the least and the greatest value seen take their place, in
float32, as in TensorBoard's Python loader.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from neuronboard.errors import DataError
from neuronboard.formats.tensor_proto import make_ndarray
from neuronboard.pb.summary_pb2 import HistogramProto, Summary


def decode(value: Summary.Value) -> npt.NDArray[Any]:
    """Left edge, right edge and count of each bucket: float[k, 3].

    Raises `DataError` for what is no such thing.
    """
    if value.WhichOneof("value") == "histo":
        return _of_legacy(value.histo)
    buckets = make_ndarray(value.tensor)
    if buckets.ndim != 2 or buckets.shape[1] != 3 or buckets.dtype.kind not in "fiu":
        shape, dtype = buckets.shape, buckets.dtype
        raise DataError(f"a histogram is a tensor [k, 3] of numbers, got {shape} of {dtype}")
    return buckets


def _of_legacy(proto: HistogramProto) -> npt.NDArray[np.float32]:
    counts = np.array(proto.bucket)
    filled = np.flatnonzero(counts > 0)
    if len(filled) == 0:
        return np.zeros((0, 3), np.float32)
    start, end = filled[0], filled[-1]
    inner = list(proto.bucket_limit[start:end])
    if len(inner) != end - start:
        limits, buckets = len(proto.bucket_limit), len(counts)
        raise DataError(f"a histogram of {buckets} buckets has {limits} limits: they must be equal")
    columns = [[proto.min, *inner], [*inner, proto.max], counts[start : end + 1]]
    with np.errstate(over="ignore"):
        return np.array(columns).T.astype(np.float32)
