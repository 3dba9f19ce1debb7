"""The extension's steps of optimizers: the bits of numpy's, whatever the numbers and lengths."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import neuronboard as tf
from neuronboard.engine import _steps
from neuronboard.engine.ops import training

FACTORS = (0.0012, 0.1, 0.001, 1e-8)


def _arrays(kind: Any, count: int, seed: int = 0) -> list[Any]:
    """Variable, mean, square and gradient: large and small numbers, zeros, and what is none."""
    source = np.random.default_rng(seed)
    arrays = [source.normal(size=count) * 10.0 ** source.integers(-6, 6, count) for _ in range(4)]
    arrays[2] = np.abs(arrays[2])
    for array, odd in zip(arrays, (np.inf, 0.0, np.nan, -0.0), strict=True):
        array[:: max(count // 3, 1)] = odd
    return [array.astype(kind) for array in arrays]


@pytest.mark.parametrize("kind", [np.float32, np.float64])
@pytest.mark.parametrize("count", [0, 1, 7, 8, 33, 1000, 70_001])
def test_adam_gives_the_bits_that_numpy_gives(kind: Any, count: int) -> None:
    """In one pass or block by block: variable, mean and square."""
    factors = [kind(factor) for factor in FACTORS]
    fast, slow = _arrays(kind, count), _arrays(kind, count)
    with np.errstate(all="ignore"):
        training.adam_in_blocks(slow[:3], slow[3], *factors)
    _steps.adam(*fast, kind is np.float64, *factors)
    for got, wanted in zip(fast, slow, strict=True):
        assert np.array_equal(got, wanted, equal_nan=True)


@pytest.mark.parametrize("shape", [[], [3], [200, 300]])
@pytest.mark.parametrize("dtype", [tf.float16, tf.float32, tf.float64])
def test_an_optimizer_takes_the_same_way_without_the_extension(
    shape: list[int], dtype: tf.DType, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three steps of a whole session, to within a rounding."""

    def trained() -> Any:
        with tf.Graph().as_default(), tf.Session() as session:
            start = np.random.default_rng(1).normal(size=shape)
            w = tf.Variable(tf.cast(tf.constant(start), dtype))
            step = tf.train.AdamOptimizer(0.1).minimize(tf.reduce_sum(w * w * w))
            session.run(tf.initialize_all_variables())
            for _ in range(3):
                session.run(step)
            return session.run(w)

    fast = trained()
    monkeypatch.setattr(training, "steps", None)
    tolerance = {"float16": 1e-2, "float32": 1e-6, "float64": 1e-14}[dtype.name]
    np.testing.assert_allclose(fast, trained(), rtol=tolerance, atol=tolerance)


def test_what_was_fetched_stays_as_it_was() -> None:
    """A step changes variables where they stand, but no array that somebody else holds."""
    with tf.Graph().as_default(), tf.Session() as session:
        w = tf.Variable(np.ones(50_000, np.float32))
        step = tf.train.AdamOptimizer(0.1).minimize(tf.reduce_sum(w * w))
        session.run(tf.initialize_all_variables())
        before, _ = session.run([w, step])[0], session.run(step)
        held = session.run(w)
        kept = held.copy()
        session.run(step)
        assert np.array_equal(held, kept)
        assert not np.array_equal(session.run(w), kept)
        assert before.shape == (50_000,)


def test_arrays_that_do_not_fit_are_refused() -> None:
    """Other lengths, the same array twice, arrays that cannot be written to, or are no arrays."""
    a, b, c, g = _arrays(np.float32, 4)
    for arrays in ((a, b, c, g[:3]), (a, a, c, g), (a, b, c, a)):
        with pytest.raises(ValueError, match="four arrays of one length"):
            _steps.adam(*arrays, False, *FACTORS)
    with pytest.raises(ValueError, match="four arrays"):
        _steps.adam(bytearray(6), bytearray(6), bytearray(6), bytes(6), False, *FACTORS)
    for bad in (b"1234", [1.0]):
        with pytest.raises((TypeError, BufferError)):
            _steps.adam(bad, b, c, g, False, *FACTORS)  # type: ignore[arg-type]
