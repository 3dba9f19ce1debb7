"""A curve in words."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import pytest

from neuronboard.dashboards.scalars.words import facts, number, sentences
from neuronboard.store.trend import trend


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ([], "No points."),
        ([0.5], "1 point, step 10. Last 0.5 at step 10."),
        (
            [1.0, 2.0],
            "2 points, steps 10 to 11. Rises from 1 to 2. Last 2 at step 11. "
            "Lowest 1 at step 10, highest 2 at step 11.",
        ),
        (
            [float("nan")] * 2,
            "2 points, steps 10 to 11. Last NaN at step 11. "
            "2 values are not finite, the first at step 10.",
        ),
        (
            [3.0] * 2000 + [-1e9],
            "2,001 points, steps 10 to 2,010. Is level at 3. Last -1e+09 at step 2,010. "
            "Lowest -1e+09 at step 2,010, highest 3 at step 10.",
        ),
    ],
)
def test_sentences(values: list[float], text: str) -> None:
    """In the order in which one wants to know it."""
    steps = np.arange(10, 10 + len(values))
    assert sentences(trend(steps, np.array(values))) == text


def test_pieces_follow_each_other_in_one_sentence() -> None:
    """Each with the step where it ends."""
    values = np.minimum(np.arange(1000), 400) / 400 + 1e-3 * np.sin(np.arange(1000))
    text = sentences(trend(np.arange(1000), values))
    assert re.search(r"Rises from 0\.\d+ to 0\.9\d+ by step (39|40)\d, then is level at ", text), (
        text
    )


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0044996012, "0.0045"), (float("inf"), "infinity"), (float("-inf"), "-infinity")],
)
def test_numbers_have_four_digits(value: float, text: str) -> None:
    """As many as one can hear."""
    assert number(value) == text


GOLDEN = Path(__file__).resolve().parents[2] / "golden" / "words.json"
CURVES = {
    "one point": [0.5],
    "falls": list(np.linspace(2, 1, 300)),
    "falls, then is level": [*np.linspace(2, 0.01, 400), *([0.01] * 600)],
    "small and large": [0.00001234, 12345678.0, 1234.5, 0.5],
    "none is finite": [float("nan"), float("inf")],
    "ends in infinity": [1.0, 2.0, float("-inf")],
    "nothing": [],
}


def test_the_page_can_say_the_same() -> None:
    """The numbers behind some texts are what the browser's test of its own sentences reads."""
    found = [
        {"text": sentences(told), "trend": facts(told)}
        for told in (trend(np.arange(len(v)) * 1000, np.array(v)) for v in CURVES.values())
    ]
    assert json.loads(GOLDEN.read_text("utf-8")) == found
