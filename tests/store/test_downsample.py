"""M4 against the definition."""

from __future__ import annotations

import numpy as np
import pytest

from neuronboard.store.downsample import m4


@pytest.mark.parametrize("seed", range(20))
def test_each_column_keeps_first_lowest_highest_and_last(seed: int) -> None:
    """And every point that is not finite."""
    source = np.random.default_rng(seed)
    n, pixels = 3000, 50
    x = np.sort(source.uniform(0, 1000, n))
    y = source.normal(size=n)
    y[source.integers(0, n, 20)] = np.nan
    picked = set(m4(x, y, pixels).tolist())
    finite = np.flatnonzero(np.isfinite(y))
    low, high = x[finite].min(), x[finite].max()
    columns = np.minimum(((x - low) / (high - low) * pixels).astype(int), pixels - 1)
    for column in range(pixels):
        members = [i for i in finite if columns[i] == column]
        if not members:
            continue
        assert {members[0], members[-1]} <= picked
        assert min(y[members]) in y[[i for i in members if i in picked]]
        assert max(y[members]) in y[[i for i in members if i in picked]]
    assert set(np.flatnonzero(np.isnan(y))) <= picked
    assert len(picked) <= 4 * pixels + 20


def test_one_spike_survives() -> None:
    """One of 100,000 points, at a thousand pixels."""
    y = np.zeros(100_000)
    y[77_777] = 1e6
    assert 77_777 in m4(np.arange(100_000), y, 1000)


def test_all_nan_is_kept() -> None:
    """Nothing finite: everything comes."""
    assert m4(np.arange(3), np.full(3, np.nan), 10).tolist() == [0, 1, 2]
