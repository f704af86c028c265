"""Sums that are the same to the last bit every time: one number after the other, in the order that they come in.

polars adds up groups of many rows in parts, and which ones hangs on which thread is free.
"""

from __future__ import annotations

import numpy as np

SPARSE = 16  # times as many places as numbers, from which on it is cheaper to look which places there are


def added_up(at: np.ndarray, **values: np.ndarray) -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """(the places that there are, in order; of each what `values` add up to there). at: the place of each, from 0."""
    at = np.asarray(at, np.int64)
    if at.size and at.max() > SPARSE * at.size:
        present, at = np.unique(at, return_inverse=True)
    else:
        present = np.flatnonzero(np.bincount(at))
    size = int(at.max()) + 1 if at.size else 0
    sums = {name: np.bincount(at, value, size).astype(float) for name, value in values.items()}
    return present, {name: each if len(each) == len(present) else each[present] for name, each in sums.items()}
