"""The extension: kernels/module.c."""

from collections.abc import Sequence
from typing import Any

Numbers = tuple[float, float, float]

def survey(values: Any, wide: bool, /) -> bytes: ...
def reduce(
    pieces: Sequence[Any],
    by_time: bool,
    log: bool,
    positive: bool,
    bounds: Numbers,
    pixels: int,
    /,
) -> bytes: ...
def inside(
    pieces: Sequence[Any], by_time: bool, log: bool, bounds: Numbers, /
) -> tuple[int, int, int]: ...
def take(pieces: Sequence[Any], numbers: Any, /) -> tuple[bytes, bytes, bytes, bool]: ...
def smooth(values: Any, weight: float, both: bool, /) -> bytes: ...
