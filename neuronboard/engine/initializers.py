"""What new variables begin with: constants, draws, and draws scaled by the width of a layer."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from neuronboard import errors
from neuronboard.engine import dtypes
from neuronboard.engine.graph import Tensor
from neuronboard.engine.ops import array, diagonal, linalg, random
from neuronboard.engine.ops.constant import constant
from neuronboard.engine.shape import TensorShape
from neuronboard.engine.where import user_line

__all__ = [
    "constant_initializer",
    "glorot_normal_initializer",
    "glorot_uniform_initializer",
    "he_normal_initializer",
    "he_uniform_initializer",
    "identity_initializer",
    "lecun_normal_initializer",
    "lecun_uniform_initializer",
    "ones_initializer",
    "orthogonal_initializer",
    "random_normal_initializer",
    "random_uniform_initializer",
    "truncated_normal_initializer",
    "uniform_unit_scaling_initializer",
    "variance_scaling_initializer",
    "zeros_initializer",
]


class Initializer:
    """Called with a shape, gives the tensor that a variable of that shape begins with."""

    _dtype: dtypes.DType = dtypes.float32

    def __call__(self, shape: Any, dtype: Any = None, partition_info: Any = None) -> Tensor:
        kind = self._dtype if dtype is None else dtypes.as_dtype(dtype).base_dtype
        sizes = shape.as_list() if isinstance(shape, TensorShape) else shape
        return self._make(sizes, kind)

    def _make(self, shape: Any, dtype: dtypes.DType) -> Tensor:
        raise NotImplementedError


class Zeros(Initializer):
    """Zeros."""

    def __init__(self, dtype: Any = dtypes.float32) -> None:
        self._dtype = dtypes.as_dtype(dtype)

    def _make(self, shape: Any, dtype: dtypes.DType) -> Tensor:
        return array.zeros(shape, dtype)


class Ones(Initializer):
    """Ones."""

    def __init__(self, dtype: Any = dtypes.float32) -> None:
        self._dtype = dtypes.as_dtype(dtype)

    def _make(self, shape: Any, dtype: dtypes.DType) -> Tensor:
        return array.ones(shape, dtype)


class Constant(Initializer):
    """A value, or values whose last one is repeated."""

    def __init__(
        self, value: Any = 0, dtype: Any = dtypes.float32, verify_shape: bool = False
    ) -> None:
        self._value, self._dtype, self._verify = value, dtypes.as_dtype(dtype), verify_shape

    def _make(self, shape: Any, dtype: dtypes.DType) -> Tensor:
        return constant(self._value, dtype, shape, verify_shape=self._verify)


class RandomNormal(Initializer):
    """A normal distribution."""

    def __init__(
        self,
        mean: Any = 0.0,
        stddev: Any = 1.0,
        seed: int | None = None,
        dtype: Any = dtypes.float32,
    ) -> None:
        self._mean, self._stddev, self._seed = mean, stddev, seed
        self._dtype = dtypes.as_dtype(dtype)

    def _make(self, shape: Any, dtype: dtypes.DType) -> Tensor:
        return random.random_normal(shape, self._mean, self._stddev, dtype, self._seed)


class TruncatedNormal(RandomNormal):
    """A normal distribution without what is more than two deviations away."""

    def _make(self, shape: Any, dtype: dtypes.DType) -> Tensor:
        return random.truncated_normal(shape, self._mean, self._stddev, dtype, self._seed)


class RandomUniform(Initializer):
    """All between two numbers equally likely."""

    def __init__(
        self,
        minval: Any = 0.0,
        maxval: Any = None,
        seed: int | None = None,
        dtype: Any = dtypes.float32,
    ) -> None:
        self._bounds, self._seed = (minval, 1.0 if maxval is None else maxval), seed
        self._dtype = dtypes.as_dtype(dtype)

    def _make(self, shape: Any, dtype: dtypes.DType) -> Tensor:
        return random.random_uniform(shape, *self._bounds, dtype, self._seed)


def _fans(shape: Any) -> tuple[float, float]:
    """(inputs, outputs) of each unit: of matrices, and of filters whose windows count."""
    sizes = [int(size) for size in shape]
    if not sizes:
        return 1, 1
    if len(sizes) == 1:
        return sizes[0], sizes[0]
    window = math.prod(sizes[:-2])
    return sizes[-2] * window, sizes[-1] * window


class VarianceScaling(Initializer):
    """A variance of scale / n, where n is "fan_in", "fan_out" or "fan_avg" of the layer.

    distribution: "truncated_normal" ("normal"), "untruncated_normal" or "uniform".
    """

    def __init__(
        self,
        scale: float = 1.0,
        mode: str = "fan_in",
        distribution: str = "truncated_normal",
        seed: int | None = None,
        dtype: Any = dtypes.float32,
    ) -> None:
        if scale <= 0:
            raise errors.ArgumentValueError(
                message=f"`scale` must be a positive float. Received: {scale}. At {user_line()}"
            )
        if mode not in ("fan_in", "fan_out", "fan_avg"):
            raise errors.ArgumentValueError(
                message=f"Invalid `mode` argument: {mode!r}. At {user_line()}; it is fan_in, "
                "fan_out or fan_avg"
            )
        self._scale, self._mode = scale, mode
        self._distribution, self._seed = distribution.lower(), seed
        self._dtype = dtypes.as_dtype(dtype)

    def _make(self, shape: Any, dtype: dtypes.DType) -> Tensor:
        inputs, outputs = _fans(shape)
        fans = {"fan_in": inputs, "fan_out": outputs, "fan_avg": (inputs + outputs) / 2}
        variance = self._scale / max(1.0, fans[self._mode])
        if self._distribution == "uniform":
            limit = math.sqrt(3.0 * variance)
            return random.random_uniform(shape, -limit, limit, dtype, self._seed)
        if self._distribution == "untruncated_normal":
            return random.random_normal(shape, 0.0, math.sqrt(variance), dtype, self._seed)
        # what the cut at two deviations takes from the deviation
        stddev = math.sqrt(variance) / 0.87962566103423978
        return random.truncated_normal(shape, 0.0, stddev, dtype, self._seed)


class GlorotUniform(VarianceScaling):
    """Uniform, of variance 2 / (inputs + outputs); what `get_variable` takes by itself."""

    def __init__(self, seed: int | None = None, dtype: Any = dtypes.float32) -> None:
        super().__init__(1.0, "fan_avg", "uniform", seed, dtype)


class GlorotNormal(VarianceScaling):
    """Normal, of variance 2 / (inputs + outputs)."""

    def __init__(self, seed: int | None = None, dtype: Any = dtypes.float32) -> None:
        super().__init__(1.0, "fan_avg", "truncated_normal", seed, dtype)


class HeNormal(VarianceScaling):
    """Normal, of variance 2 / inputs: for relu."""

    def __init__(self, seed: int | None = None, dtype: Any = dtypes.float32) -> None:
        super().__init__(2.0, "fan_in", "truncated_normal", seed, dtype)


class HeUniform(VarianceScaling):
    """Uniform, of variance 2 / inputs: for relu."""

    def __init__(self, seed: int | None = None, dtype: Any = dtypes.float32) -> None:
        super().__init__(2.0, "fan_in", "uniform", seed, dtype)


class LecunNormal(VarianceScaling):
    """Normal, of variance 1 / inputs."""

    def __init__(self, seed: int | None = None, dtype: Any = dtypes.float32) -> None:
        super().__init__(1.0, "fan_in", "truncated_normal", seed, dtype)


class LecunUniform(VarianceScaling):
    """Uniform, of variance 1 / inputs."""

    def __init__(self, seed: int | None = None, dtype: Any = dtypes.float32) -> None:
        super().__init__(1.0, "fan_in", "uniform", seed, dtype)


class UniformUnitScaling(Initializer):
    """Uniform, so that a layer keeps the size of what it is given; factor: by how much more."""

    def __init__(
        self, factor: float = 1.0, seed: int | None = None, dtype: Any = dtypes.float32
    ) -> None:
        self._factor, self._seed, self._dtype = factor, seed, dtypes.as_dtype(dtype)

    def _make(self, shape: Any, dtype: dtypes.DType) -> Tensor:
        inputs = max(math.prod(int(size) for size in shape[:-1]), 1)
        limit = math.sqrt(3 / inputs) * self._factor
        return random.random_uniform(shape, -limit, limit, dtype, self._seed)


class Orthogonal(Initializer):
    """Rows, or columns, of length `gain` that stand at right angles to each other."""

    def __init__(
        self, gain: float = 1.0, seed: int | None = None, dtype: Any = dtypes.float32
    ) -> None:
        self._gain, self._seed, self._dtype = gain, seed, dtypes.as_dtype(dtype)

    def _make(self, shape: Any, dtype: dtypes.DType) -> Tensor:
        if len(shape) < 2:
            raise errors.ArgumentValueError(
                message=f"The tensor to initialize, specified by argument `shape` must be at least "
                f"two-dimensional. Received shape={shape}. At {user_line()}"
            )
        rows, columns = math.prod(int(size) for size in shape[:-1]), int(shape[-1])
        wide = (max(rows, columns), min(rows, columns))
        drawn = random.random_normal(wide, dtype=dtype, seed=self._seed)
        q, r = linalg.qr(drawn)
        from neuronboard.engine.ops.arithmetic import sign

        q = q * sign(diagonal.diag_part(r))
        turned = array.matrix_transpose(q) if rows < columns else q
        return self._gain * array.reshape(turned, np.array(shape, np.int32))


class Identity(Initializer):
    """The identity matrix, times `gain`."""

    def __init__(self, gain: float = 1.0, dtype: Any = dtypes.float32) -> None:
        self._gain, self._dtype = gain, dtypes.as_dtype(dtype)

    def _make(self, shape: Any, dtype: dtypes.DType) -> Tensor:
        if len(shape) != 2:
            raise errors.ArgumentValueError(
                message=f"The tensor to initialize, specified by argument `shape` must be at least "
                f"two-dimensional. Received shape={shape}. At {user_line()}"
            )
        whole = diagonal.eye(shape[0], shape[1], dtype=dtype)
        return whole if self._gain == 1.0 else self._gain * whole


zeros_initializer = Zeros
ones_initializer = Ones
constant_initializer = Constant
random_normal_initializer = RandomNormal
truncated_normal_initializer = TruncatedNormal
random_uniform_initializer = RandomUniform
variance_scaling_initializer = VarianceScaling
glorot_uniform_initializer = GlorotUniform
glorot_normal_initializer = GlorotNormal
he_normal_initializer = HeNormal
he_uniform_initializer = HeUniform
lecun_normal_initializer = LecunNormal
lecun_uniform_initializer = LecunUniform
uniform_unit_scaling_initializer = UniformUnitScaling
orthogonal_initializer = Orthogonal
identity_initializer = Identity
