"""The audio kind: sounds at a step."""

from __future__ import annotations

from typing import Any

import numpy.typing as npt

from neuronboard.formats import wav
from neuronboard.pb.summary_pb2 import Summary


def encode(tag: str, sound: npt.NDArray[Any], rate: float) -> Summary.Value:
    """A value under `tag` that holds one sound, as TensorFlow 1.x writes it.

    sound: float[frames, channels] of -1 to 1. rate: frames a second.
    """
    frames, channels = sound.shape
    audio = Summary.Audio(
        sample_rate=rate,
        num_channels=channels,
        length_frames=frames,
        encoded_audio_string=wav.encode(sound, int(rate)),
        content_type="audio/wav",
    )
    return Summary.Value(tag=tag, audio=audio)
