"""Plots of text, dot by dot."""

from __future__ import annotations

import numpy as np

from neuronboard.commands.plot import braille, sparkline


def test_a_line_of_blocks_goes_from_the_lowest_to_the_highest() -> None:
    """A block is the mean of its values; where none is finite stands a dot."""
    assert sparkline(np.arange(8.0), 8) == "▁▂▃▄▅▆▇█"
    assert sparkline(np.arange(16.0), 8) == "▁▂▃▄▅▆▇█"
    assert sparkline(np.array([1.0, np.nan, 2.0]), 3) == "▁·█"
    assert sparkline(np.array([5.0, 5.0]), 9) == "▁▁"
    assert sparkline(np.array([np.nan]), 9) == "·"
    assert sparkline(np.empty(0), 9) == ""


def _dots(lines: list[str]) -> list[str]:
    """The plot as rows of dots, read back from the characters' numbers."""
    places = {
        0: (0, 0),
        1: (1, 0),
        2: (2, 0),
        3: (0, 1),
        4: (1, 1),
        5: (2, 1),
        6: (3, 0),
        7: (3, 1),
    }
    rows = [[" "] * (2 * len(lines[0])) for _ in range(4 * len(lines))]
    for at, line in enumerate(lines):
        for column, char in enumerate(line):
            for bit, (row, side) in places.items():
                if (ord(char) - 0x2800) >> bit & 1:
                    rows[4 * at + row][2 * column + side] = "#"
    return ["".join(row) for row in rows]


def test_a_plot_shows_each_value_in_its_column() -> None:
    """High is up; every column that the line crosses has its dots."""
    x = np.arange(8)
    assert _dots(braille(x, x.astype(float), 4, 2)) == [
        " " * (7 - n) + "#" + " " * n for n in range(8)
    ]
    steep = _dots(braille(np.array([0, 1]), np.array([0.0, 1.0]), 1, 2))
    assert steep == [" #"] * 4 + ["# "] * 4


def test_a_spike_is_seen_at_any_width() -> None:
    """One of a million values reaches the top; the rest lies at the bottom."""
    y = np.zeros(1_000_000)
    y[700_000] = 1
    dots = _dots(braille(np.arange(len(y)), y, 10, 3))
    assert [row.count("#") for row in dots] == [1] * 11 + [20]
    assert dots[0].index("#") == round(0.7 * 19)


def test_what_is_not_finite_breaks_the_line() -> None:
    """A line that goes back, behind a restart, is not drawn backwards either."""
    dots = _dots(braille(np.array([0, 1, 2, 3]), np.array([0.0, 0.0, np.nan, 0.0]), 2, 1))
    assert "".join("#" if "#" in column else " " for column in zip(*dots, strict=True)) == "## #"
    again = _dots(braille(np.array([0, 3, 1]), np.array([0.0, 0.0, 1.0]), 2, 1))
    assert again == [" #  ", " #  ", " #  ", "####"]
    nothing = braille(np.array([0, 1]), np.array([np.nan, np.inf]), 3, 2)
    assert set("".join(_dots(nothing))) == {" "}
