"""Colours of pictures, [height, width, depth] or several: types, brightness, contrast, measures."""

from __future__ import annotations

from typing import Any

import numpy as np

from neuronboard.engine import dtypes
from neuronboard.engine.convert import convert_to_tensor
from neuronboard.engine.graph import Tensor
from neuronboard.engine.ops import (
    arithmetic,
    array,
    functions,
    join,
    matrix,
    numbers,
    random,
    reduce,
)
from neuronboard.engine.ops.apply import scope_of
from neuronboard.engine.ops.constant import constant

__all__ = [
    "adjust_brightness",
    "adjust_contrast",
    "adjust_gamma",
    "convert_image_dtype",
    "grayscale_to_rgb",
    "image_gradients",
    "per_image_standardization",
    "psnr",
    "random_brightness",
    "random_contrast",
    "rgb_to_grayscale",
    "total_variation",
]

_GRAY = (0.2989, 0.587, 0.114)


def convert_image_dtype(
    image: Any, dtype: Any, saturate: bool = False, name: str | None = None
) -> Tensor:
    """Of another type: floating-point numbers are from 0 to 1, whole ones up to their largest."""
    wanted = dtypes.as_dtype(dtype)
    with scope_of([image], name or "convert_image"):
        x = convert_to_tensor(image)
        if x.dtype.base_dtype == wanted:
            return array.identity(x)
        if wanted.is_floating:
            wide = numbers.cast(x, wanted)
            return wide if x.dtype.is_floating else wide * (1.0 / float(x.dtype.max))
        if x.dtype.is_floating:
            scaled = x * (float(wanted.max) + 0.5)
            return (
                numbers.saturate_cast(scaled, wanted) if saturate else numbers.cast(scaled, wanted)
            )
        ratio = (int(x.dtype.max) + 1) // (int(wanted.max) + 1)
        if ratio:
            return numbers.cast(arithmetic.floordiv(x, ratio), wanted)
        return numbers.cast(x, wanted) * ((int(wanted.max) + 1) // (int(x.dtype.max) + 1))


def _in_floats(image: Any, function: Any, label: str) -> Tensor:
    """A function of a picture in float32; the type stays."""
    with scope_of([image], label):
        x = convert_to_tensor(image)
        changed = function(convert_image_dtype(x, dtypes.float32))
        return convert_image_dtype(changed, x.dtype.base_dtype, saturate=True)


def rgb_to_grayscale(images: Any, name: str | None = None) -> Tensor:
    """The brightness of red, green and blue: depth 1."""
    return _in_floats(
        images,
        lambda x: array.expand_dims(matrix.tensordot(x, constant(_GRAY), [[-1], [-1]]), -1),
        name or "rgb_to_grayscale",
    )


def grayscale_to_rgb(images: Any, name: str | None = None) -> Tensor:
    """The same brightness as red, green and blue."""
    with scope_of([images], name or "grayscale_to_rgb"):
        x = convert_to_tensor(images)
        return join.concat([x, x, x], -1)


def adjust_brightness(image: Any, delta: Any) -> Tensor:
    """`delta` (from -1 to 1) more of each colour."""
    return _in_floats(image, lambda x: x + delta, "adjust_brightness")


def adjust_contrast(images: Any, contrast_factor: Any) -> Tensor:
    """Each colour further from its mean over a picture by a factor."""

    def changed(x: Tensor) -> Tensor:
        mean = reduce.reduce_mean(x, [-3, -2], keepdims=True)
        further: Tensor = (x - mean) * contrast_factor + mean
        return further

    return _in_floats(images, changed, "adjust_contrast")


def adjust_gamma(image: Any, gamma: Any = 1, gain: Any = 1) -> Tensor:
    """gain * colour ** gamma."""
    return _in_floats(image, lambda x: functions.pow(x, float(gamma)) * float(gain), "adjust_gamma")


def random_brightness(image: Any, max_delta: float, seed: int | None = None) -> Tensor:
    """`adjust_brightness` by a chance from -max_delta to max_delta."""
    return adjust_brightness(image, random.random_uniform([], -max_delta, max_delta, seed=seed))


def random_contrast(image: Any, lower: float, upper: float, seed: int | None = None) -> Tensor:
    """`adjust_contrast` by a chance from lower to upper."""
    return adjust_contrast(image, random.random_uniform([], lower, upper, seed=seed))


def per_image_standardization(image: Any) -> Tensor:
    """Mean 0 and deviation 1 over each picture, which is at least 1 / sqrt(size) before."""
    with scope_of([image], "per_image_standardization"):
        x = numbers.cast(convert_to_tensor(image), dtypes.float32)
        axes = [-3, -2, -1]
        size = float(x.shape[-3:].num_elements() or 1)
        mean = reduce.reduce_mean(x, axes, keepdims=True)
        variance = reduce.reduce_mean(functions.square(x), axes, keepdims=True)
        deviation = functions.sqrt(arithmetic.maximum(variance - functions.square(mean), 0.0))
        return (x - mean) / arithmetic.maximum(deviation, 1 / np.sqrt(size))


def image_gradients(image: Any) -> tuple[Tensor, Tensor]:
    """(differences between rows, between columns) of pictures; 0 in the last one."""
    with scope_of([image], "image_gradients"):
        x = convert_to_tensor(image)
        rows, columns = x[:, 1:] - x[:, :-1], x[:, :, 1:] - x[:, :, :-1]
        return (
            join.pad(rows, [[0, 0], [0, 1], [0, 0], [0, 0]]),
            join.pad(columns, [[0, 0], [0, 0], [0, 1], [0, 0]]),
        )


def total_variation(images: Any, name: str | None = None) -> Tensor:
    """The sum of absolute differences of neighbours, of each picture."""
    with scope_of([images], name or "total_variation"):
        x = convert_to_tensor(images)
        parts = (x[..., 1:, :, :] - x[..., :-1, :, :], x[..., 1:, :] - x[..., :-1, :])
        axes = [-3, -2, -1]
        sums = [reduce.reduce_sum(arithmetic.abs(part), axes) for part in parts]
        return arithmetic.add(sums[0], sums[1])


def psnr(a: Any, b: Any, max_val: Any, name: str | None = None) -> Tensor:
    """How alike two pictures are, in decibels: 20 log10(max_val) - 10 log10(mean square error)."""
    with scope_of([a, b], name or "PSNR"):
        x, y = (convert_image_dtype(part, dtypes.float32) for part in (a, b))
        error = reduce.reduce_mean(arithmetic.squared_difference(x, y), [-3, -2, -1])
        kind = convert_to_tensor(a).dtype
        largest = float(max_val) if kind.is_floating else float(max_val) / float(kind.max)
        decibels: Tensor = 20 * np.log10(largest) - functions.log(error) * (10 / np.log(10))
        return decibels
