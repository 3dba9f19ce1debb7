"""The extension: kernels/module.c."""

from typing import Any

def adam(
    var: Any,
    mean: Any,
    square: Any,
    grad: Any,
    wide: bool,
    alpha: float,
    rest1: float,
    rest2: float,
    epsilon: float,
    /,
) -> None: ...
