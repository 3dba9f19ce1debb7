"""Smoothing, against the sums that define it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from builders import loaded_store, write_events
from hypothesis import given, settings
from hypothesis import strategies as st

from neuronboard.store.curve import curves_of
from neuronboard.store.smooth import KINDS, Kind, Smoothing, smooth, smoothed_slices

values = st.lists(
    st.floats(-1e6, 1e6) | st.sampled_from([float("nan"), float("inf")]), min_size=1, max_size=80
)
weights = st.floats(0.01, 0.99)


def _by_definition(raw: npt.NDArray[np.float64], how: Smoothing) -> npt.NDArray[np.float64]:
    """Each finite value as the weighed mean of all finite ones it looks at."""
    finite = np.flatnonzero(np.isfinite(raw))
    known = raw[finite]
    result = raw.copy()
    at = np.arange(len(known))
    for number in at:
        distance = np.abs(at - number)
        weight = how.weight**distance * ((at <= number) | (how.kind == "symmetric"))
        result[finite[number]] = (weight * known).sum() / weight.sum()
    return result


@settings(deadline=None)
@given(values, weights, st.sampled_from(KINDS))
def test_it_is_the_weighed_mean(column: list[float], weight: float, kind: Kind) -> None:
    """What is not finite passes through and counts for nothing."""
    raw = np.array(column)
    how = Smoothing(kind, weight)
    scale = np.abs(raw[np.isfinite(raw)]).max(initial=1.0)
    np.testing.assert_allclose(
        smooth(raw, how), _by_definition(raw, how), rtol=1e-9, atol=1e-9 * scale
    )


@settings(deadline=None)
@given(values, weights, st.sampled_from(KINDS))
def test_both_speeds_find_the_same(column: list[float], weight: float, kind: Kind) -> None:
    """To the bit."""
    raw, how = np.array(column), Smoothing(kind, weight)
    assert np.array_equal(smooth(raw, how), smooth(raw, how, pure=True), equal_nan=True)


@pytest.mark.parametrize("kind", KINDS)
def test_a_constant_stays_as_it_is(kind: Kind) -> None:
    """Also one that no float64 sum would give back exactly."""
    raw = np.full(50, 0.1)
    assert np.array_equal(smooth(raw, Smoothing(kind, 0.9)), raw)


def test_the_symmetric_one_does_not_lag() -> None:
    """A step up is crossed where it is; the average so far crosses it later."""
    raw = np.repeat([0.0, 1.0], 500)
    crossing = {
        kind: int((smooth(raw, Smoothing(kind, 0.95)) >= 0.5).argmax())
        for kind in ("ema", "symmetric")
    }
    assert crossing == {"ema": 513, "symmetric": 500}


def test_a_curve_in_several_slices_is_smoothed_whole(tmp_path: Path) -> None:
    """As if it lay in one."""
    store = None
    path = write_events(tmp_path / "a", [(i, {"v": float(i % 7)}) for i in range(100)])
    store = loaded_store(tmp_path)
    with path.open("ab") as file:
        from builders import event_bytes, scalar_event

        file.write(event_bytes([scalar_event(i, {"v": float(i % 7)}) for i in range(100, 150)]))
    store.refresh()
    [curve] = curves_of(store.catalog.runs[0], "v")
    how = Smoothing("ema", 0.6)
    slices = smoothed_slices(curve, how)
    assert len(slices) == len(curve.slices) == 2
    found = np.concatenate([piece.columns().values for piece in slices])
    assert np.array_equal(found, smooth(np.arange(150) % 7.0, how))
    assert smoothed_slices(curve, how) is slices
