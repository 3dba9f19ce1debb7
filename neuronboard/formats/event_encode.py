"""The encoder of scalars: the extension's where it was built, else the one in Python.

Both make the same bytes; `event_encode_pure` says what an encoder does and what its answers mean.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from neuronboard.formats.event_encode_pure import DONE, FIRST, MUCH, ODD, SHUT, PureEncoder

if TYPE_CHECKING:
    Encoder = PureEncoder
else:
    try:
        from neuronboard.formats._event_encode import Encoder
    except ImportError:  # no compiler when it was installed, or a Python without the stable ABI
        Encoder = PureEncoder

__all__ = ["DONE", "FIRST", "MUCH", "NUMBERS", "ODD", "SHUT", "Encoder", "PureEncoder"]

# numpy's real numbers, the frequent ones first
NUMBERS: tuple[type, ...] = (
    np.float32,
    np.int64,
    np.float16,
    np.bool_,
    np.longdouble,
    *(np.dtype(kind).type for kind in ("i1", "i2", "i4", "u1", "u2", "u4", "u8")),
)
