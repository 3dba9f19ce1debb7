"""WAV files, read back by Python's own reader."""

from __future__ import annotations

import io
import wave

import numpy as np
import pytest

from neuronboard.formats.wav import encode


@pytest.mark.parametrize("channels", [1, 2, 5])
def test_a_sound_comes_back(channels: int) -> None:
    sound = np.random.default_rng(1).uniform(-1, 1, (100, channels)).astype(np.float32)
    with wave.open(io.BytesIO(encode(sound, 44100))) as file:
        assert (file.getnchannels(), file.getsampwidth()) == (channels, 2)
        assert (file.getframerate(), file.getnframes()) == (44100, 100)
        got = np.frombuffer(file.readframes(100), "<i2").reshape(100, channels)
    assert np.abs(got / 32768 - sound).max() <= 0.5 / 32768


def test_loud_sounds_are_cut_off_and_halves_go_away_from_zero() -> None:
    sound = np.array([[2.0], [-2.0], [0.5 / 32768], [-0.5 / 32768], [0.0]], np.float32)
    samples = np.frombuffer(encode(sound, 8000)[44:], "<i2")
    assert samples.tolist() == [32767, -32768, 1, -1, 0]


def test_what_is_no_sound_is_refused() -> None:
    with pytest.raises(ValueError, match=r"a sound is \[frames, channels\]"):
        encode(np.zeros(8), 8000)
