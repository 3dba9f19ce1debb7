"""Where the windows of convolutions and pooling stand, and what their attributes say.

Pictures are [batch, height, width, depth] ("NHWC"); "NCHW" is turned round and back. Padding is
SAME (as many windows as steps), VALID (windows inside) or explicit, [[before, behind], ...].
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from neuronboard import errors
from neuronboard.engine.graph import Operation
from neuronboard.engine.ops.define import attrs_of
from neuronboard.engine.shape import TensorShape
from neuronboard.engine.where import user_line

ATTRS = ("strides", "padding", "explicit_paddings", "data_format", "dilations")
Pair = tuple[int, int]


class Frame:
    """Where the windows of a convolution or pooling stand: its attributes, read once."""

    def __init__(self, attrs: dict[str, Any], size: Sequence[int | None]) -> None:
        first = attrs["data_format"] == b"NCHW"
        self.channels_first = first
        self.axes = (2, 3) if first else (1, 2)
        self.size = (size[0], size[1])
        self.stride: Pair = tuple(attrs["strides"][axis] for axis in self.axes)
        dilations = attrs.get("dilations", [1, 1, 1, 1])
        self.dilation: Pair = tuple(dilations[axis] for axis in self.axes)
        self.padding: bytes = attrs["padding"]
        listed = attrs.get("explicit_paddings") or [0] * 8
        self.listed = [(listed[2 * axis], listed[2 * axis + 1]) for axis in self.axes]

    def last(self, x: Any, xp: Any) -> Any:
        """A picture with its depth last."""
        return xp.moveaxis(x, 1, 3) if self.channels_first else x

    def back(self, x: Any, xp: Any) -> Any:
        """A picture with its depth where it was."""
        return xp.moveaxis(x, 3, 1) if self.channels_first else x

    def places(self, whole: Sequence[int | None]) -> list[int | None]:
        """How many windows along height and width."""
        found: list[int | None] = []
        for i in (0, 1):
            length, size = whole[i], self.size[i]
            if length is None or size is None:
                found.append(None)
                continue
            reach = (size - 1) * self.dilation[i] + 1
            if self.padding == b"SAME":
                found.append(-(-length // self.stride[i]))
                continue
            room = length + (sum(self.listed[i]) if self.padding == b"EXPLICIT" else 0)
            if room < reach:
                raise ValueError(
                    f"Negative dimension size caused by subtracting {reach} from {room}",
                    "a window must fit into the picture; padding='SAME' puts a border around it",
                )
            found.append((room - reach) // self.stride[i] + 1)
        return found

    def border(self, whole: Sequence[int]) -> list[Pair]:
        """How much to add before and behind, along height and width."""
        if self.padding == b"VALID":
            return [(0, 0), (0, 0)]
        if self.padding == b"EXPLICIT":
            return self.listed
        pairs = []
        for i in (0, 1):
            reach = ((self.size[i] or 1) - 1) * self.dilation[i] + 1
            steps = -(-whole[i] // self.stride[i])
            total = max((steps - 1) * self.stride[i] + reach - whole[i], 0)
            pairs.append((total // 2, total - total // 2))
        return pairs

    def windows(self, xp: Any, x: Any, fill: Any = 0) -> Any:
        """[n, rows, columns, height, width, depth] of a picture with its border."""
        border = self.border(x.shape[1:3])
        if any(sum(pair) for pair in border):
            x = xp.pad(x, [(0, 0), *border, (0, 0)], constant_values=fill)
        return xp.windows(x, self.size, self.stride, self.dilation)

    def parts(self, windows: Any) -> list[Any]:
        """For each place in a window, row by row, its elements in all windows."""
        sizes = windows.shape[3:5]
        return [windows[:, :, :, i, j] for i in range(sizes[0]) for j in range(sizes[1])]

    def folded(self, xp: Any, parts: Any, whole: Sequence[int]) -> Any:
        """Windows' parts added up to a picture of `whole` size, its border cut off."""
        border = self.border(whole)
        sizes = tuple(whole[i] + sum(border[i]) for i in (0, 1))
        total = xp.folded(parts, self.size, sizes, self.stride, self.dilation)
        (top, _), (left, _) = border
        return total[:, top : top + whole[0], left : left + whole[1]]


def picture_shape(frame: Frame, dims: Sequence[int | None], depth: int | None) -> TensorShape:
    """The shape of the output over a picture of shape `dims`."""
    rows, columns = frame.places([dims[axis] for axis in frame.axes])
    if frame.channels_first:
        return TensorShape([dims[0], depth, rows, columns])
    return TensorShape([dims[0], rows, columns, depth])


PICTURES = "give pictures as [batch, height, width, depth] and filters as [height, width, in, out]"


def frame_of(op: Operation) -> dict[str, Any]:
    """The attributes of an operation that say where its windows stand."""
    return attrs_of(op, ATTRS)


def frame_attrs(
    strides: Any, padding: Any, data_format: str | None, dilations: Any = None
) -> dict[str, Any]:
    """The attributes of a convolution as they stand in a node."""
    form = (data_format or "NHWC").upper()
    if form not in ("NHWC", "NCHW"):
        raise errors.ArgumentValueError(
            message=f"data_format must be 'NHWC' or 'NCHW', got {data_format!r} at {user_line()}"
        )
    attrs = {"data_format": form.encode(), "strides": four(strides, form, "strides")}
    attrs["dilations"] = four(1 if dilations is None else dilations, form, "dilations")
    if isinstance(padding, str):
        if padding.upper() not in ("SAME", "VALID"):
            raise errors.ArgumentValueError(
                message=f"Value for attr 'padding' of {padding!r} is not in the list of allowed "
                f"values: 'SAME', 'VALID', 'EXPLICIT'. At {user_line()}"
            )
        return attrs | {"padding": padding.upper().encode(), "explicit_paddings": []}
    listed = [int(width) for pair in padding for width in pair]
    return attrs | {"padding": b"EXPLICIT", "explicit_paddings": listed}


def four(value: Any, form: str, what: str) -> list[int]:
    """One number for height and width, two of them, or one for each axis."""
    numbers = [int(item) for item in np.ravel(value)]
    if len(numbers) == 4:
        return numbers
    if len(numbers) not in (1, 2):
        raise errors.ArgumentValueError(
            message=f"{what} should be of length 1, 2 or 4 but was {len(numbers)}: {value!r}, at "
            f"{user_line()}"
        )
    height, width = numbers * (2 // len(numbers))
    return [1, height, width, 1] if form == "NHWC" else [1, 1, height, width]
