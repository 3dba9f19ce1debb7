"""WAV files of 16-bit sound.

    "RIFF", uint32 size - 8, "WAVE"
    "fmt ", uint32 16, uint16 1 (PCM), uint16 channels, uint32 frames a second,
            uint32 bytes a second, uint16 bytes a frame, uint16 16 (bits a sample)
    "data", uint32 size, int16 samples, the channels of a frame side by side

All little-endian. Source: Microsoft's and IBM's RIFF specification, 1991.
"""

from __future__ import annotations

import struct
from typing import Any

import numpy as np
import numpy.typing as npt


def encode(sound: npt.NDArray[Any], rate: int) -> bytes:
    """The file of a sound: float[frames, channels] of -1 to 1, at `rate` frames a second.

    What is louder is cut off; halves are rounded away from zero. Raises ValueError for another
    shape.
    """
    if sound.ndim != 2 or not sound.shape[1]:
        raise ValueError(f"a sound is [frames, channels], got {sound.shape}")
    channels = sound.shape[1]
    wide = sound.astype(np.float32) * np.float32(32768)
    rounded = np.copysign(np.floor(np.abs(wide) + np.float32(0.5)), wide)
    samples: bytes = np.clip(rounded, -32768, 32767).astype("<i2").tobytes()
    form = struct.pack("<HHIIHH", 1, channels, rate, rate * channels * 2, channels * 2, 16)
    body = b"fmt " + struct.pack("<I", len(form)) + form
    body += b"data" + struct.pack("<I", len(samples)) + samples
    return b"RIFF" + struct.pack("<I", 4 + len(body)) + b"WAVE" + body
