"""The digits that the other scripts learn to read: 1,797 pictures of 8 by 8, written by hand.

`digits.csv.gz` is the test half of "Optical Recognition of Handwritten Digits", as scikit-learn 1.9
ships it: 64 shades from 0 to 16, and the digit. E. Alpaydin and C. Kaynak gave the whole to the UCI
Machine Learning Repository in 1998 (https://doi.org/10.24432/C50P49), which passes it on under
CC BY 4.0 (https://creativecommons.org/licenses/by/4.0/).
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

TABLE = Path(__file__).resolve().parent / "digits.csv.gz"
Half = tuple[np.ndarray, np.ndarray]


def load() -> tuple[Half, Half]:
    """(pictures float32[n, 64] of 0 to 1, digits int32[n]) to learn from, and to be tried on."""
    table = np.loadtxt(TABLE, delimiter=",", dtype=np.float32)
    table = table[np.random.default_rng(0).permutation(len(table))]
    pictures, digits = table[:, :64] / 16, table[:, 64].astype(np.int32)
    return (pictures[:1437], digits[:1437]), (pictures[1437:], digits[1437:])


def batches(half: Half, size: int, seed: int = 1) -> Iterator[Half]:
    """Random batches without end, the same ones each time."""
    random = np.random.default_rng(seed)
    while True:
        chosen = random.integers(0, len(half[0]), size)
        yield half[0][chosen], half[1][chosen]
