"""Which points of a curve draw the same line as all of them: M4 (Jugel et al., VLDB 2014).

Of the points that fall into one pixel column, a line chart shows only the first, the lowest, the
highest and the last. The columns lie on the drawn axis, linear or logarithmic. A point on the edge
of two columns is kept apart, so that a chart whose arithmetic differs in the last bit finds what it
needs on either side.

Values that cannot be drawn (not finite; on a logarithmic axis 0 and less) break the line and are
marked: of each column's the first and the last are kept, and the first of each kind. Of what lies
beside the picture the points next to it are kept, so that the line leaves it in the right
direction.

One truth with two speeds: `reduce_pure` with numpy, over all points, and `kernels/reduce.h` in C,
at the cost of the pixels.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import numpy.typing as npt

from neuronboard.formats.batch import Columns
from neuronboard.store import reduce_pure

try:
    from neuronboard.store import _kernels as kernels
except ImportError:  # no compiler when it was installed, or a Python without the stable ABI
    kernels = None  # type: ignore[assignment]

if TYPE_CHECKING:
    from neuronboard.store.curve import Slice

__all__ = ["HAS_EXTENSION", "Axis", "View", "inside", "kernels", "reduce", "survey", "take", "x_of"]

HAS_EXTENSION = kernels is not None

Axis = Literal["step", "relative", "wall"]


@dataclass(frozen=True, slots=True)
class View:
    """What a chart shows: x from `low` to `high` on so many pixel columns.

    axis: x is the step, or seconds since the run began, or seconds since 1970. log: x is drawn
    logarithmically. positive: y is, so that values of 0 and less cannot be drawn.
    """

    axis: Axis
    low: float
    high: float
    pixels: int
    log: bool = False
    positive: bool = False

    def bounds(self, origin: float) -> tuple[float, float, float]:
        """What is taken from a wall time, and low and high."""
        return (origin if self.axis == "relative" else 0.0, self.low, self.high)


def x_of(columns: Columns, axis: Axis, taken: float) -> npt.NDArray[np.float64]:
    """The x of some points; taken: what is taken from a wall time."""
    return columns.steps.astype(np.float64) if axis == "step" else columns.wall_times - taken


def survey(values: npt.NDArray[np.floating[Any]], *, pure: bool = not HAS_EXTENSION) -> bytes:
    """The table of a slice, from which the extension answers; empty without it."""
    if pure:
        return b""
    return kernels.survey(np.ascontiguousarray(values), values.dtype == np.float64)


def reduce(
    slices: Sequence[Slice], origin: float, view: View, *, pure: bool = not HAS_EXTENSION
) -> npt.NDArray[np.int64]:
    """The numbers, ascending, of the points that draw the line."""
    bounds = view.bounds(origin)
    if pure:
        x, y = reduce_pure.x_and_y(slices, view.axis, bounds[0])
        return reduce_pure.reduce(x, y, view)
    by_time = view.axis != "step"
    found = kernels.reduce(slices, by_time, view.log, view.positive, bounds, view.pixels)
    return np.frombuffer(found, np.int64)


def inside(
    slices: Sequence[Slice], origin: float, view: View, *, pure: bool = not HAS_EXTENSION
) -> tuple[int, int, int]:
    """How many points lie from low to high, the number of the first, and behind the last."""
    bounds = view.bounds(origin)
    if pure:
        x, _ = reduce_pure.x_and_y(slices, view.axis, bounds[0])
        return reduce_pure.inside(x, view.low, view.high)
    return kernels.inside(slices, view.axis != "step", view.log, bounds)


def take(
    slices: Sequence[Slice], numbers: npt.NDArray[np.int64], *, pure: bool = not HAS_EXTENSION
) -> Columns:
    """The points of these numbers; values are float64 if any slice's are."""
    if pure:
        return reduce_pure.take(slices, numbers)
    steps, wall_times, values, wide = kernels.take(slices, np.ascontiguousarray(numbers))
    return Columns(
        np.frombuffer(steps, np.int64),
        np.frombuffer(wall_times, np.float64),
        np.frombuffer(values, np.float64 if wide else np.float32),
    )
